"""Remedies for an environment: how it is made, made anew, mended by its tool, or allowed."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from autovenv import places, resolve
from autovenv.commands import finding
from autovenv.commands.remaking import find_free, name_aside
from autovenv.disk import ownership
from autovenv.disk.evidence import Evidence, list_names, peek
from autovenv.doctor import origins, versions
from autovenv.doctor.candidates import look_at
from autovenv.doctor.context import Context
from autovenv.doctor.demands import find_request, find_wanted, is_met
from autovenv.doctor.results import Candidate, Remedy
from autovenv.doctor.versions import parse
from autovenv.environments import makers, tools
from autovenv.environments.active import is_same
from autovenv.environments.environment import (
    Broken,
    find_closed,
    inspect,
    is_environment,
    list_layouts,
    name_environment,
    read_config,
)
from autovenv.messages import visible, visible_path
from autovenv.state import settings
from autovenv.trust import birthplace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_AGAIN = "then install the project's packages again"


def make(context: Context, prefix: str) -> tuple[Remedy, ...]:
    """Return what makes an environment at `prefix`, where there is none."""
    if renamed := rename(context, os.path.dirname(prefix), prefix):
        return renamed
    before, command, _ = _write_make(context, prefix)
    return (_follow(context, before, context.syntax.run(*command) if command else ""),)


def _follow(context: Context, before: Remedy | None, command: str, words: str = "") -> Remedy:
    """Return one remedy of what has to be done before, if anything, and a command that needs it, if there is one."""
    if before is None:
        return Remedy(command, words)
    if not command:
        return before
    return Remedy(context.syntax.join(before.command, command), "; ".join(filter(None, (before.words, words))))


def begin(context: Context, directory: str) -> tuple[str, tuple[Remedy, ...]]:
    """Return why a project has no environment, and what gives it one: the same that the hook says."""
    evidence = Evidence(context.environ)
    names = settings.load(evidence).names
    way = tools.find_way(directory, evidence, names, context.facts.functions)
    go = None if context.directory == directory else Remedy(context.syntax.go(directory))
    if way.link:
        words = "" if way.is_sure else "if that is meant"
        return way.why, (_follow(context, go, context.type("link", way.link), words),)
    if way.aside:
        move = context.syntax.move(os.path.join(directory, way.aside), os.path.join(directory, way.name))
        return way.why, (Remedy(move),)
    if way.commands:
        is_taking = any(tool in way.commands[-1].split() for tool in _TAKE_WHAT_IS_THERE)
        if context.joint and is_taking and choose_python(context) is None:
            return way.why, (install_python(context, find_wanted(context.joint))[0],)
        return way.why, (_follow(context, go, context.syntax.join(*way.commands)),)
    name = tools.name_new(names)
    *before, last = make(context, os.path.join(directory, name))
    if not names:
        # None in the project is looked for.
        last = Remedy(context.syntax.join(type_in(context, directory, last.command), context.type("link", name)))
    return way.why, (*before, last)


def run_tool(context: Context, command: str) -> tuple[str, ...]:
    """Return what is typed here, one after another, to run a command of a tool; empty where nothing has the tool."""
    return makers.reach(command, context.environ, context.facts.functions)


def remake(context: Context, prefix: str) -> tuple[Remedy, ...]:
    """Return what makes an environment anew in its place.

    Nothing is destroyed: the old one is moved beside, where it stays, and only where the Python for the new one is
    there; where it is not, how to get that is all that is said.
    """
    before, command, is_there = _write_make(context, prefix)
    if not is_there and before is not None:
        return (before,)
    if not os.path.lexists(prefix):
        return (_follow(context, before, context.syntax.run(*command) if command else "", _AGAIN),)
    return (_follow(context, before, swap(context, (prefix,), (command,)), f"{_AGAIN}; {tell_aside(prefix)}"),)


def swap(context: Context, paths: Sequence[str], commands: Sequence[Sequence[str]]) -> str:
    """Return what makes anew by commands what lies at the first of some paths, and loses nothing where they fail."""
    before, commands = equip(context, commands)
    words = [*paths]
    for name, *rest in commands:
        # conda's function in a shell is of no use to a program; a variable names what that starts.
        variable = "CONDA_EXE" if name == "conda" else "MAMBA_EXE"
        told = name in makers.CONDAS and not context.find_outside(name) and context.environ.get(variable)
        words += ["--", told or name, *rest]
    return context.syntax.join(*before, context.type("remake", *words))


def equip(context: Context, commands: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return what gets the tools of some commands that are not installed, and the commands as they run with that.

    A tool that nothing here gets stays as it is: whoever pastes that is told by name what is missing.
    """
    before: dict[str, None] = {}
    made = []
    for command in commands:
        # `env` stands before some, with its options and assignments.
        at = next((at for at, word in enumerate(command) if not (word in _ENV or "=" in word)), 0)
        found = makers.find_words(command[at], context.environ, context.facts.functions)
        lines, words = found if found and command[at] in _TOOLS else ((), (command[at],))
        before.update(dict.fromkeys(lines))
        made.append((*command[:at], *map(os.path.expanduser, words), *command[at + 1 :]))
    return tuple(before), made


#: What may stand before a tool's name, and the tools that are looked for.
_ENV = ("env", "-u", "VIRTUAL_ENV")
_TOOLS = ("uv", "poetry", "pdm", "pipenv", "hatch", "pixi", "pyenv")


def tell_aside(path: str) -> str:
    """Return the words about where `autovenv remake` leaves what lies at a path."""
    return f"the old one stays as `{visible(os.path.basename(name_aside(path)))}`"


def _write_make(context: Context, prefix: str) -> tuple[Remedy | None, tuple[str, ...], bool]:
    """Return what has to be done before, the command that makes one, and whether a Python for that is there.

    The command is empty where it is not known what will be there after that.
    """
    candidate = choose_python(context)
    wanted = find_wanted(context.joint)
    old = read_config(peek(os.path.join(prefix, "pyvenv.cfg"), 1 << 16))
    kept = _list_options(prefix, old)
    if candidate and "virtualenv" in old and context.find_outside("virtualenv"):
        return None, ("virtualenv", *kept, "--python", candidate.path, prefix), True
    by_venv = candidate is not None and " -m venv " in old.get("command", "") and not find_missing_package(candidate)
    # uv brings the Python that is missing, unless it was told not to.
    brings = context.environ.get("UV_PYTHON_DOWNLOADS", "").lower() not in ("never", "manual", "false", "0")
    if context.find_outside("uv") and not by_venv and (candidate or brings):
        asked = candidate.path if candidate else find_request(context.joint) or wanted
        python = ("--python", asked) if (context.joint or (candidate and context.unfit)) and asked else ()
        if candidate is None and context.unfit:
            python = ("--managed-python", *python)  # those of uv's own have all modules
        # uv makes them without pip, which whoever had one would then run from elsewhere.
        seed = ("--seed",) if has_pip(prefix) else ()
        return None, ("uv", "venv", *seed, *kept, *python, prefix), True
    bare = ("--without-pip",) if " --without-pip " in old.get("command", "") and not has_pip(prefix) else ()
    module = ("-m", "venv", *bare, *kept, prefix)
    if candidate is None:
        before, launcher = install_python(context, wanted)
        return before, (*launcher, *module) if launcher else (), False
    package = find_missing_package(candidate)
    packages = Remedy(f"sudo apt install {package}", "Debian keeps `venv` apart") if package else None
    first = context.find(candidate.name)
    facts = context.facts
    free = candidate.name not in facts.aliases and candidate.name not in facts.functions
    word = (
        candidate.name
        if first == candidate and free and facts.hashes.get(candidate.name, candidate.path) == candidate.path
        else candidate.path
    )
    return packages, (word, *module), True


def _list_options(prefix: str, old: dict[str, str]) -> tuple[str, ...]:
    """Return with what an environment was made, as venv, virtualenv and uv all call it: else it comes back another."""
    options: tuple[str, ...] = ()
    if old.get("include-system-site-packages", "").lower() == "true":
        options = ("--system-site-packages",)
    name = name_environment(prefix, old)
    return options if name == name_environment(prefix, {}) else (*options, f"--prompt={name}")


def has_pip(prefix: str, windows: bool = sys.platform == "win32") -> bool:
    """Tell whether an environment has a pip of its own."""
    ending = ".exe" if windows else ""
    return any(os.path.lexists(os.path.join(prefix, name, f"pip{ending}")) for name, _ in list_layouts(windows))


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
    """Return what installs a Python of the version `wanted`, in two parts, of any where empty; and what starts it.

    The latter is empty where the former leads to none yet.
    """
    launcher: tuple[str, ...] = (f"python{wanted}" if wanted else "python3",)
    if context.platform == "win32":
        launcher = ("py", f"-{wanted}" if wanted else "-3")
    for tool, one, any_one in INSTALLERS:
        command = one.replace("{}", wanted) if wanted else any_one
        if tool == "apt" and wanted and not _has_package(wanted):
            continue
        if tool in SYSTEM and any(
            candidate.origin == "system" and candidate.version.startswith(f"{wanted}." if wanted else "3.")
            for candidate in context.candidates
        ):
            continue  # it is there already, and it is not what is asked for
        if wanted.endswith("t") and tool != "pyenv":
            continue
        if tool == "pyenv" and context.unfit:
            continue  # it would build it as it did before
        # On Windows the launcher `py` does not find what pyenv installs.
        if (tool == "pyenv" and context.platform == "win32") or not command:
            continue
        if not context.find_outside(tool):
            continue
        if tool == "pyenv":
            # It finds nothing by that name before one of its versions was chosen.
            launcher = ("env", f"PYENV_VERSION={wanted or 3}", "pyenv", "exec", "python")
        words = "takes a while, then ask again" if tool == "pyenv" else "then ask again"
        return Remedy(command, words), launcher
    if context.platform != "win32" and context.find_outside("curl"):
        words = f"uv brings Python {wanted or 3}; then ask again"
        return Remedy("curl -LsSf https://astral.sh/uv/install.sh | sh", words), ()
    words = f"after installing Python {wanted}" if wanted else "after installing Python"
    return Remedy(context.syntax.run(*launcher, "--version"), words), ()


#: Those that bring the Python of the system, of which there is one for each version.
SYSTEM = ("apt", "dnf", "pacman", "apk")

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
        and candidate.real not in context.unfit
    ]
    if context.joint:
        more = [candidate for candidate in _list_pyenv(context) if is_met(candidate.version, context.joint)]
        fit = fit or [candidate for candidate in more if candidate.real not in context.unfit]
    # `python` may be a Python 2 whose path does not tell.
    return max(fit, key=lambda candidate: (origins.MAKES[candidate.origin], candidate.name != "python"), default=None)


def _list_pyenv(context: Context) -> list[Candidate]:
    """Return the Pythons that pyenv has installed and that are not on `PATH`, the newest first."""
    found = []
    for path in list_pyenv_pythons(context.environ, context.platform):
        if finding.is_executable(path):
            candidate = look_at("python", path, 0, context.environ, context.platform)
            if candidate.origin == "pyenv" and candidate.version:
                found.append(candidate)
    return sorted(found, key=lambda candidate: parse(candidate.version), reverse=True)


def list_pyenv_pythons(environ: Mapping[str, str], platform: str) -> list[str]:
    """Return where the Pythons that pyenv has installed should be: pyenv's, or in Windows those of pyenv-win.

    Source: pyenv-win 3.1, whose `PYENV_ROOT` is `pyenv-win` below `.pyenv`, and whose Pythons have no `bin`.
    """
    below = (".pyenv", "pyenv-win") if platform == "win32" else (".pyenv",)
    versions = os.path.join(environ.get("PYENV_ROOT") or os.path.join(places.home(), *below), "versions")
    python = ("python.exe",) if platform == "win32" else ("bin", "python")
    return [os.path.join(versions, name, *python) for name in list_names(versions)]


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
    if step.broken is not None and (given_back := give_back(context, prefix)):
        return given_back
    if birthplace.is_of_another_system(prefix):
        return make(context, _name_another(context, step.directory))
    kind = step.finding.kind
    if kind == "in_project":
        kind = _find_keeper(context, step.directory, prefix)
    candidate = choose_python(context)
    wanted = find_wanted(context.joint)
    if context.joint and candidate is None and kind in _TAKE_WHAT_IS_THERE:
        return (install_python(context, wanted)[0],)
    python = wanted = ""
    if context.joint:
        wanted = find_wanted(context.joint)
        python = candidate.path if candidate else find_request(context.joint) or wanted
    elif candidate and kind in ("poetry", "pdm"):
        python = candidate.path
    plan = _plan(context, kind, prefix, python, wanted)
    return _write(context, plan, step.directory) if plan else _replace(context, step.directory, prefix)


def give_back(context: Context, prefix: str) -> tuple[Remedy, ...]:
    """Return what puts back a whole environment that was moved aside from `prefix`, where what lies there is broken.

    That is so where making it anew was ended by what nothing can be done about.
    """
    aside = f"{prefix}{tools.ASIDE}"
    if not os.path.isdir(aside) or isinstance(inspect(aside, Evidence(context.environ)), Broken):
        return ()
    move = context.syntax.move
    moves = [move(prefix, find_free(f"{prefix}.failed"))] if os.path.lexists(prefix) else []
    words = f"`{visible(os.path.basename(aside))}` is whole, and was moved aside"
    return (Remedy(context.syntax.join(*moves, move(aside, prefix)), words),)


def _find_keeper(context: Context, directory: str, prefix: str) -> str:
    """Return the kind of the tool that makes a project's `.venv`, empty where there is none, or it is not installed."""
    if os.path.basename(prefix) != ".venv" or os.path.dirname(prefix) != directory:
        return ""
    tool = tools.find_tool(directory, Evidence(context.environ))
    if tool is None or tool not in tools.IN_PROJECT:
        return ""
    name = tool.command.split()[0]
    return name if context.find_outside(name) else ""


@dataclass(frozen=True)
class Plan:
    """How a tool makes an environment anew: by `commands`, each some words, with `words` about them.

    What is in the way, if anything, is moved `away` and comes back where they fail; what they have made there goes.
    """

    commands: tuple[tuple[str, ...], ...]
    away: tuple[str, ...] = ()
    words: str = ""


def _write(context: Context, plan: Plan, directory: str) -> tuple[Remedy, ...]:
    """Return a plan as one line, of which nothing runs after what failed."""
    syntax = context.syntax
    words = plan.words
    before, commands = equip(context, plan.commands)
    line = syntax.join(*before, *(syntax.run(*command) for command in commands))
    if plan.away:
        line = swap(context, plan.away, plan.commands)
        words = words or (tell_aside(plan.away[0]) if os.path.lexists(plan.away[0]) else "")
    return (Remedy(type_in(context, directory, line), words),)


def type_in(context: Context, directory: str, *commands: str) -> str:
    """Return commands as they are typed for a directory: after a `cd` where the shell stands elsewhere."""
    go = () if context.directory == directory else (context.syntax.go(directory),)
    return context.syntax.join(*go, *commands)


def _name_another(context: Context, directory: str) -> str:
    """Return the path of an environment by another of the names that are looked for, the first that is free."""
    names = settings.load(Evidence(context.environ)).names
    return resolve.find_free_name(directory, names) or name_aside(os.path.join(directory, tools.name_new(names)))


#: Kinds whose tool installs no Python itself.
_TAKE_WHAT_IS_THERE = ("poetry", "pipenv")


def _plan(context: Context, kind: str, prefix: str, python: str, wanted: str) -> Plan | None:
    """Return how the tool of a kind makes an environment anew, None where that is venv, virtualenv or uv.

    `python` is the path of one, or a version, to make it with, empty where any will do; `wanted` is the version alone.
    """
    assert context.project is not None
    name = os.path.basename(prefix)
    directory = context.project.directory
    is_elsewhere = bool(python) and not is_met(context.version, context.joint)

    def anew(*commands: tuple[str, ...]) -> Plan:
        return Plan(commands, (prefix,))

    if kind in ("conda", "conda_local"):
        return _plan_conda(context, kind, prefix, wanted, anew)
    if kind == "link":
        return Plan(((*context.tool, "unlink"),))
    if kind == "uv":
        return anew(("uv", "sync", *(("--python", python) if python else ())))
    if kind == "poetry":
        locked = os.path.lexists(os.path.join(directory, "poetry.lock"))
        # What `requires-python` says is part of the lock, and Poetry installs nothing while the two differ.
        lock = (("poetry", "lock"),) if is_elsewhere and locked else ()
        commands = (("poetry", "env", "use", python or "python3"), *lock, ("poetry", "install"))
        # One for each version has a name of its own, so that the old one is in nobody's way.
        stem, _, version = name.rpartition("-py")
        short = versions.shorten(read_version(context, python))
        if stem and is_elsewhere and short not in ("", version):
            new = os.path.join(os.path.dirname(prefix), f"{stem}-py{short}")
            return Plan(commands, (new,), f"the old one stays as `{visible(name)}`")
        return anew(*commands)
    if kind == "pipenv":
        return anew(("pipenv", "install", *(("--python", python) if python else ())))
    if kind == "hatch":
        # By itself it takes the Python that it runs with, where that will do or nothing is installed.
        given_python = os.path.isabs(python) and context.platform != "win32"
        return anew((*(("env", f"HATCH_PYTHON={python}") if given_python else ()), "hatch", "env", "create"))
    if kind == "pdm":
        use = (("pdm", "use", "--first", python),) if python else ()
        chosen = os.path.join(directory, ".pdm-python")
        # Where it is not told which Python to take, it takes the one that it remembers.
        forgotten = (chosen,) if not use and os.path.lexists(chosen) else ()
        return Plan((*use, ("pdm", "install")), (prefix, *forgotten))
    if kind == "pyenv":
        # It may be another project's too, so a new one takes its place in this project only.
        new = os.path.basename(find_free(f"{prefix}-new"))
        # Without a word it would take the one that is broken for what the new one is made with.
        base = wanted or _find_pyenv_base(prefix)
        return Plan(
            (
                *((("pyenv", "install", "--skip-existing", base),) if base != "system" else ()),
                ("pyenv", "virtualenv", base, new),
                ("pyenv", "local", new),
            ),
            words=_tell_sharers(context, prefix),
        )
    return None


def _find_pyenv_base(prefix: str) -> str:
    """Return the version of pyenv's that an environment of pyenv-virtualenv's was made with, by where it lies."""
    above = os.path.dirname(os.path.realpath(prefix))
    return os.path.basename(os.path.dirname(above)) if os.path.basename(above) == "envs" else "system"


#: Other projects that are looked at for who shares an environment.
_SHARERS = 1000


def _tell_sharers(context: Context, prefix: str) -> str:
    """Return words about the other projects that have an environment of pyenv's, which each names by a file.

    Those are looked at that autovenv knows, and those that lie beside this one.
    """
    from autovenv.commands.pruning import find_known
    from autovenv.environments.kinds import pyenv

    assert context.project is not None
    here = context.project.directory
    above = os.path.dirname(here)
    beside = [os.path.join(above, name) for name in list_names(above)]
    others = []
    for directory in dict.fromkeys(islice(chain(beside, find_known()), _SHARERS)):
        words = pyenv.read_versions(peek(os.path.join(directory, pyenv.FILE), pyenv.LIMIT))
        if words[:1] == [os.path.basename(prefix)] and not is_same(directory, here):
            others.append(f"`{visible_path(directory)}`")
    if not others:
        return "the old one stays, another project may have it"
    more = f" and {len(others) - 3} more" if len(others) > 3 else ""
    return f"the old one stays: {', '.join(others[:3])}{more} has it too"


def read_version(context: Context, python: str) -> str:
    """Return the version of a Python by its path, as far as that tells; empty where it does not."""
    if not os.path.isabs(python):
        return ""
    return look_at("python", python, 0, context.environ, context.platform).version


def _plan_conda(context: Context, kind: str, prefix: str, wanted: str, anew: Callable[..., Plan]) -> Plan:
    tools_there = [name for name in makers.CONDAS if context.find_outside(name) or name in context.facts.functions]
    conda = next(iter(tools_there), makers.CONDAS[0])
    another = wanted and not is_met(context.version, context.joint)
    package = f"python={wanted}" if wanted else "python"
    if f"{os.sep}.pixi{os.sep}" in prefix:
        return Plan((("pixi", "add", package),)) if another else anew(("pixi", "install"))
    if context.environment is not None:
        again = () if another else ("--force-reinstall",)
        return Plan(((conda, "install", "--yes", *again, "--prefix", prefix, package),))
    if kind == "conda":
        return Plan(((conda, "env", "update", "--file", "environment.yml"),))
    return anew((conda, "create", "--yes", "--prefix", prefix, package))


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
    commands = []
    place, rest = os.path.splitdrive(prefix)
    now = place
    for name in rest.split(os.sep)[1:]:
        fit = name.replace(os.pathsep, "-").replace("\n", "-")
        if fit != name:
            fit = os.path.basename(find_free(now + os.sep + fit))
            inside = f"{directory}{os.sep}".startswith(f"{now}{os.sep}{name}{os.sep}")
            move = context.syntax.move_away if inside else context.syntax.move
            commands.append(move(place + os.sep + name, place + os.sep + fit))
        place += os.sep + fit
        now += os.sep + name
    if not commands:
        return ()
    before, _, is_there = _write_make(context, prefix)
    if not is_there and before is not None:
        return (before,)
    _, make, _ = _write_make(context, place)
    line = swap(context, (place,), (make,)) if os.path.lexists(prefix) else context.syntax.run(*make)
    commands += [*([before.command] if before else []), line]
    if prefix.startswith(directory + os.sep) and not place.startswith(directory + os.sep):
        depth = len(directory.split(os.sep))
        commands.append(context.syntax.go(os.sep.join(place.split(os.sep)[:depth])))
    return (Remedy(context.syntax.join(*commands), _AGAIN),)


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
    if set(codes) == {"owner"} and _is_left_by_sudo(step.environment.prefix, step.directory):
        command = context.syntax.run("sudo", "chown", "-R", str(os.geteuid()), step.environment.prefix)
        if context.facts.loaded:
            command = context.syntax.join(command, context.type("on"))
        return (Remedy(command, "it was made with `sudo`; or run `autovenv allow`, if it is to stay root's"),)
    open_ones = [find_path(words) for code, words in step.verdict.reasons if code == "writable"]
    if not open_ones or not all(map(_is_own, open_ones)):
        return (allow,)
    close = context.syntax.run("chmod", "go-w", *dict.fromkeys(open_ones))
    if context.facts.loaded:
        # A change of permissions is not seen before the next `cd`.
        close = context.syntax.join(close, context.type("on"))
    return (Remedy(close, "then nobody else can change it"), allow)


def close(context: Context, path: str, found: os.stat_result) -> str:
    """Return the command that keeps others from changing what was found at a path."""
    if ownership.find_owner(found, root=True):
        return f"sudo {context.syntax.run('chown', str(os.geteuid()), path)}"
    command = context.syntax.run("chmod", "go-w", path)
    return command if found.st_uid == os.geteuid() else f"sudo {command}"


def _is_left_by_sudo(prefix: str, directory: str) -> bool:
    """Tell whether an environment of root's lies in a project of the user's, who is not root."""
    if not ownership.HAS_OWNERS or os.geteuid() == 0 or not prefix.startswith(directory.rstrip(os.sep) + os.sep):
        return False
    try:
        return os.stat(prefix).st_uid == 0 and os.stat(directory).st_uid == os.geteuid()
    except OSError:
        return False


def _is_own(path: str) -> bool:
    return bool(path) and ownership.HAS_OWNERS and os.stat(path).st_uid == os.geteuid()


def find_path(sentence: str) -> str:
    """Return the path that a sentence names between backticks, empty where it names none that is there."""
    for part in sentence.split("`")[1::2]:
        path = os.path.expanduser(part)
        if os.path.isabs(path) and os.path.lexists(path):
            return path
    return ""
