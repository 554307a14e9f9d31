"""Remedies for an environment: how it is made, made anew, mended by its tool, or allowed."""

from __future__ import annotations

import os
import sys

from autovenv import places
from autovenv.commands import finding
from autovenv.disk import ownership
from autovenv.disk.evidence import Evidence, list_names, peek
from autovenv.doctor import origins
from autovenv.doctor.candidates import look_at
from autovenv.doctor.context import Context
from autovenv.doctor.demands import find_request, find_wanted, is_met
from autovenv.doctor.results import Candidate, Remedy
from autovenv.environments import tools
from autovenv.environments.active import is_same
from autovenv.environments.environment import find_closed, is_environment, read_config
from autovenv.messages import show
from autovenv.state import settings
from autovenv.trust import birthplace

_AGAIN = "then install the project's packages again"


def make(context: Context, prefix: str) -> tuple[Remedy, ...]:
    """Return what makes an environment at `prefix`, where there is none."""
    if renamed := rename(context, os.path.dirname(prefix), prefix):
        return renamed
    before, command, _ = _write_make(context, prefix)
    return (*before, Remedy(command))


def begin(context: Context, directory: str) -> tuple[str, tuple[Remedy, ...]]:
    """Return why a project has no environment, and what gives it one: the same that the hook says."""
    evidence = Evidence(context.environ)
    way = tools.find_way(directory, evidence, settings.load(evidence)["names"])  # type: ignore[arg-type]
    before = () if context.directory == directory else (Remedy(context.syntax.go(directory)),)
    if way.link:
        words = "" if way.is_sure else "if that is meant"
        return way.why, (*before, Remedy(context.type("link", way.link), words))
    if way.command and context.find_command(way.command.split()[0]):
        return way.why, (*before, Remedy(way.command))
    return way.why, make(context, os.path.join(directory, ".venv"))


def remake(context: Context, prefix: str, moves: bool = False) -> tuple[Remedy, ...]:
    """Return what makes an environment anew in its place, to which the remedies before will have moved it if `moves`.

    Nothing is destroyed: the old one is moved beside, where it stays, and only where the Python for the new one is
    there; where it is not, how to get that is all that is said.
    """
    before, command, is_there = _write_make(context, prefix)
    if not is_there:
        return before
    if not moves and not os.path.lexists(prefix):
        return (*before, Remedy(command, _AGAIN))
    aside = name_aside(prefix)
    words = f"{_AGAIN}; the old one stays as `{show(os.path.basename(aside))}`"
    return (*before, Remedy(context.syntax.join(context.syntax.move(prefix, aside), command), words))


def name_aside(path: str) -> str:
    """Return a name beside a path that nothing has yet.

    >>> name_aside("/nowhere/.venv")
    '/nowhere/.venv.old'
    """
    aside, number = f"{path}.old", 2
    while os.path.lexists(aside):
        aside, number = f"{path}.old-{number}", number + 1
    return aside


def _write_make(context: Context, prefix: str) -> tuple[tuple[Remedy, ...], str, bool]:
    """Return what has to be done before, the command that makes one, and whether a Python for that is there."""
    syntax = context.syntax
    candidate = choose_python(context)
    wanted = find_wanted(context.joint)
    if context.find_command("uv"):
        asked = candidate.path if candidate else find_request(context.joint) or wanted
        python = ("--python", asked) if context.joint and asked else ()
        return (), syntax.run("uv", "venv", *python, prefix), True
    if candidate is None:
        before, launcher = install_python(context, wanted)
        return (before,), syntax.run(*launcher, "-m", "venv", prefix), False
    packages: tuple[Remedy, ...] = ()
    if package := find_missing_package(candidate):
        packages = (Remedy(f"sudo apt install {package}", "Debian keeps `venv` apart"),)
    first = context.find(candidate.name)
    facts = context.facts
    free = candidate.name not in facts.aliases and candidate.name not in facts.functions
    word = (
        candidate.name
        if first == candidate and free and facts.hashes.get(candidate.name, candidate.path) == candidate.path
        else candidate.path
    )
    return packages, syntax.run(word, "-m", "venv", prefix), True


#: What installs a Python, by the tool that must be on `PATH`, first for a version in two parts (`{}`), then for any.
INSTALLERS = (
    ("pyenv", "pyenv install --skip-existing {}", "pyenv install --skip-existing 3"),
    ("brew", "brew install python@{}", "brew install python"),
    ("apt", "sudo apt install python{} python{}-venv", "sudo apt install python3 python3-venv"),
    ("dnf", "sudo dnf install python{}", "sudo dnf install python3"),
    ("pacman", "", "sudo pacman -S python"),
    ("apk", "", "sudo apk add python3"),
    ("winget", "winget install Python.Python.{}", "winget install Python.PythonInstallManager"),
)


def install_python(context: Context, wanted: str) -> tuple[Remedy, tuple[str, ...]]:
    """Return what installs a Python of the version `wanted`, in two parts, of any where empty; and what starts it."""
    launcher: tuple[str, ...] = (f"python{wanted}" if wanted else "python3",)
    if context.platform == "win32":
        launcher = ("py", f"-{wanted}" if wanted else "-3")
    for tool, one, any_one in INSTALLERS:
        command = one.replace("{}", wanted) if wanted else any_one
        if tool == "apt" and wanted and not _has_package(wanted):
            continue
        # On Windows the launcher `py` does not find what pyenv installs.
        if (tool == "pyenv" and context.platform == "win32") or not command:
            continue
        if not context.find_command(tool):
            continue
        if tool == "pyenv":
            # It finds nothing by that name before one of its versions was chosen.
            launcher = ("env", f"PYENV_VERSION={wanted or 3}", "pyenv", "exec", "python")
        words = "takes a while, then ask again" if tool == "pyenv" else "then ask again"
        return Remedy(command, words), launcher
    if context.platform != "win32" and context.find_command("curl"):
        return Remedy("curl -LsSf https://astral.sh/uv/install.sh | sh", f"uv brings Python {wanted or 3}"), launcher
    words = f"after installing Python {wanted}" if wanted else "after installing Python"
    return Remedy(context.syntax.run(*launcher, "--version"), words), launcher


#: What Python a release of a distribution has, by its `ID` and `VERSION_ID` in os-release(5).
RELEASES = {
    ("debian", "11"): "3.9",
    ("debian", "12"): "3.11",
    ("debian", "13"): "3.13",
    ("ubuntu", "20.04"): "3.8",
    ("ubuntu", "22.04"): "3.10",
    ("ubuntu", "24.04"): "3.12",
}


def _has_package(wanted: str) -> bool:
    """Tell whether the distribution has a Python of that version; of one that is not known, that it may."""
    lines = peek("/etc/os-release", 1 << 14).split("\n")
    said = {name: value.strip('"') for name, _, value in (line.partition("=") for line in lines)}
    return RELEASES.get((said.get("ID", ""), said.get("VERSION_ID", "")), wanted) == wanted


def choose_python(context: Context) -> Candidate | None:
    """Return the best Python to make an environment with, of those that the project asks for; None where none will do.

    That of an environment will not; a shim will, where there is nothing else.
    """
    fit = [
        candidate
        for candidate in context.candidates
        if candidate.name.startswith("python")
        and origins.MAKES[candidate.origin]
        and not candidate.version.startswith("2.")
        and is_met(candidate.version, context.joint)
    ]
    if context.joint:
        fit = fit or [candidate for candidate in _list_pyenv(context) if is_met(candidate.version, context.joint)]
    # `python` may be a Python 2 whose path does not tell.
    return max(fit, key=lambda candidate: (origins.MAKES[candidate.origin], candidate.name != "python"), default=None)


def _list_pyenv(context: Context) -> list[Candidate]:
    """Return the Pythons that pyenv has installed and that are not on `PATH`, the newest first."""
    root = context.environ.get("PYENV_ROOT") or os.path.join(places.home(), ".pyenv")
    versions = os.path.join(root, "versions")
    found = []
    for name in list_names(versions):
        path = os.path.join(versions, name, "bin", "python")
        if finding.is_executable(path):
            candidate = look_at("python", path, 0, context.environ, context.platform)
            if candidate.origin == "pyenv" and candidate.version:
                found.append(candidate)
    return sorted(found, key=lambda candidate: [int(part) for part in candidate.version.split(".")], reverse=True)


def find_missing_package(candidate: Candidate) -> str:
    """Return the Debian package that an interpreter needs to make environments, empty where it needs none.

    Debian 12 and Ubuntu 24.04 put `ensurepip` into `python3.X-venv`.
    """
    name = os.path.basename(candidate.real)
    if candidate.origin != "system" or not os.path.exists("/etc/debian_version") or not name.startswith("python3."):
        return ""
    return "" if os.path.isdir(f"/usr/lib/{name}/ensurepip") else f"{name}-venv"


def mend(context: Context) -> tuple[Remedy, ...]:
    """Return what mends the broken environment of the project."""
    step = context.project
    assert step is not None
    assert step.finding is not None
    if closed := find_closed(step.finding.environment.prefix):
        place, mode = closed
        return (Remedy(context.syntax.run("chmod", mode, place)),)
    return renew(context)


def renew(context: Context) -> tuple[Remedy, ...]:
    """Return what makes the project's environment anew, by the tool that it belongs to."""
    step = context.project
    assert step is not None
    assert step.finding is not None
    prefix = step.finding.environment.prefix
    if renamed := rename(context, step.directory, prefix):
        return renamed
    if is_of_another_system(prefix):
        return make(context, _name_another(context, step.directory))
    before: tuple[Remedy, ...] = ()
    python = wanted = ""
    if context.joint:
        candidate = choose_python(context)
        wanted = find_wanted(context.joint)
        python = candidate.path if candidate else wanted
        if candidate is None and step.finding.kind in _TAKE_WHAT_IS_THERE:
            return (install_python(context, wanted)[0],)
    commands = _list_commands(context, step.finding.kind, prefix, python, wanted)
    if not commands:
        return _replace(context, step.directory, prefix)
    if context.directory != step.directory:
        commands = [context.syntax.go(step.directory), *commands]
    return (*before, *map(Remedy, commands))


def is_of_another_system(prefix: str) -> bool:
    """Tell whether an environment is Windows's, or a container's, seen from elsewhere: whole where it was made.

    The first has its commands in `Scripts`; the other names a place that this machine does not have, and a Python
    that it has not either.
    """
    if sys.platform != "win32" and os.path.isfile(os.path.join(prefix, "Scripts", "python.exe")):
        return True
    config = read_config(peek(os.path.join(prefix, "pyvenv.cfg"), 1 << 16))
    assignments = birthplace.read_assignments(peek(os.path.join(prefix, "bin", "activate"), 1 << 18))
    named = assignments[0][0] if assignments else ""
    is_away = bool(named) and not os.path.lexists(os.path.dirname(named)) and not is_same(named, prefix)
    return is_away and os.path.isabs(config.get("home", "")) and not os.path.isdir(config["home"])


def _name_another(context: Context, directory: str) -> str:
    """Return the path of an environment by another of the names that are looked for, the first that is free."""
    names = settings.load(Evidence(context.environ))["names"]
    paths = [os.path.join(directory, name) for name in names]  # type: ignore[attr-defined]
    free = [path for path in paths if not os.path.lexists(path)]
    return free[0] if free else name_aside(paths[-1])


#: Kinds whose tool installs no Python itself.
_TAKE_WHAT_IS_THERE = ("poetry", "pipenv", "virtualenvwrapper")


def _list_commands(context: Context, kind: str, prefix: str, python: str, wanted: str) -> list[str]:
    """Return what makes an environment anew with its tool, none where that is venv, virtualenv or uv.

    `python` is the path of one, or a version, to make it with, empty where any will do; `wanted` is the version alone.
    """
    assert context.project is not None
    run = context.syntax.run
    name = os.path.basename(prefix)

    def given(*words: str) -> tuple[str, ...]:
        return (*words, python) if python else ()

    # What lies where a tool keeps it is moved beside, and made anew by the tool.
    put_aside = [context.syntax.move(prefix, name_aside(prefix))] if os.path.lexists(prefix) else []

    if kind in ("conda", "conda_local"):
        return _list_commands_of_conda(context, kind, prefix, wanted)
    return {
        "link": [context.type("unlink")],
        "uv": [run("uv", "sync", *given("--python"))],
        "poetry": [*put_aside, run("poetry", "env", "use", python or "python3"), run("poetry", "install")],
        "pipenv": [*put_aside, run("pipenv", "install", *given("--python"))],
        # It looks for one that `requires-python` allows.
        "hatch": [*put_aside, run("hatch", "env", "create")],
        "pdm": [
            context.syntax.remove(os.path.join(context.project.directory, ".pdm-python")),
            *([run("pdm", "use", "--first", python)] if python else []),
            run("pdm", "install"),
        ],
        # It may be another project's too, so a new one takes its place in this project only.
        "pyenv": [
            *([run("pyenv", "install", "--skip-existing", wanted)] if wanted else []),
            run("pyenv", "virtualenv", *([wanted] if wanted else []), f"{name}-new"),
            run("pyenv", "local", f"{name}-new"),
        ],
        "virtualenvwrapper": [*put_aside, run("mkvirtualenv", "-a", ".", *given("-p"), name)],
    }.get(kind, [])


def _list_commands_of_conda(context: Context, kind: str, prefix: str, wanted: str) -> list[str]:
    run = context.syntax.run
    another = wanted and not is_met(context.version, context.joint)
    package = f"python={wanted}" if wanted else "python"
    put_aside = [context.syntax.move(prefix, name_aside(prefix))] if os.path.lexists(prefix) else []
    if f"{os.sep}.pixi{os.sep}" in prefix:
        return [run("pixi", "add", package)] if another else [*put_aside, run("pixi", "install")]
    if context.environment is not None:
        again = () if another else ("--force-reinstall",)
        return [run("conda", "install", "--yes", *again, "--prefix", prefix, package)]
    if kind == "conda":
        return [run("conda", "env", "update", "--file", "environment.yml")]
    return [*put_aside, run("conda", "create", "--yes", "--prefix", prefix, package)]


def _replace(context: Context, directory: str, prefix: str) -> tuple[Remedy, ...]:
    """Return what makes an environment anew, or a `.venv` instead of it where it may not be one.

    What a file of the project names may be anything of the user's, so nothing but an environment is taken away.
    """
    own = os.path.join(directory, ".venv")
    meant = os.path.islink(prefix) or os.path.lexists(os.path.join(prefix, "bin", "python"))
    if prefix == own or (meant and os.path.dirname(prefix) == directory) or is_environment(prefix):
        return remake(context, prefix)
    return remake(context, own) if os.path.lexists(own) else make(context, own)


def rename(context: Context, directory: str, prefix: str) -> tuple[Remedy, ...]:
    """Return what gives an environment, and what it lies in, names that `PATH` can hold, and makes it anew there.

    Nothing where `PATH` can hold those that it has. Any other remedy would be in vain: venv (3.12) refuses, too.
    """
    remedies = []
    place, rest = os.path.splitdrive(prefix)
    for name in rest.split(os.sep)[1:]:
        fit = name.replace(os.pathsep, "-").replace("\n", "-")
        if fit != name:
            remedies.append(Remedy(context.syntax.move(place + os.sep + name, place + os.sep + fit)))
        place += os.sep + fit
    if not remedies:
        return ()
    remedies += remake(context, place, moves=True)
    if prefix.startswith(directory + os.sep) and not place.startswith(directory + os.sep):
        # Each name is as long as the one before it.
        remedies.append(Remedy(context.syntax.go(place[: len(directory)])))
    return tuple(remedies)


def permit(context: Context) -> tuple[Remedy, ...]:
    """Return what lets the environment of the project be used, as the reasons of its verdict demand."""
    step = context.project
    assert step is not None
    assert step.verdict is not None
    assert step.environment is not None
    codes = [code for code, _ in step.verdict.reasons]
    if "path" in codes:
        # No word of the user's changes that, another name does.
        return rename(context, step.directory, step.environment.prefix)
    if "magic" in codes:
        return (Remedy(context.type("link", os.path.realpath(step.environment.prefix))),)
    if "denied" in codes:
        return (Remedy(context.type("revoke")),)
    if "denied-path" in codes:
        return (Remedy(context.type("config", "unset", "denied_paths")),)
    allow = Remedy(context.type("allow"), "if you trust it")
    open_ones = [find_path(words) for code, words in step.verdict.reasons if code == "writable"]
    if not open_ones or not all(map(_is_own, open_ones)):
        return (allow,)
    close = context.syntax.run("chmod", "go-w", *dict.fromkeys(open_ones))
    if context.facts.loaded:
        # A change of permissions is not seen before the next `cd`.
        close = context.syntax.join(close, context.type("on"))
    return (Remedy(close, "then nobody else can change it"), allow)


def _is_own(path: str) -> bool:
    return bool(path) and ownership.HAS_OWNERS and os.stat(path).st_uid == os.geteuid()


def find_path(sentence: str) -> str:
    """Return the path that a sentence names between backticks, empty where it names none that is there."""
    for part in sentence.split("`")[1::2]:
        path = os.path.expanduser(part)
        if os.path.isabs(path) and os.path.lexists(path):
            return path
    return ""
