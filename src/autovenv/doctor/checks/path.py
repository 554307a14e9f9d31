"""Checks of `PATH`: its entries, and what is found there first."""

from __future__ import annotations

import configparser
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from autovenv import places
from autovenv.disk.evidence import Evidence
from autovenv.doctor import making, origins, verdict
from autovenv.doctor.candidates import find_pyenv_choice, read_head
from autovenv.doctor.results import Candidate, Level, Remedy, Result, ok
from autovenv.environments import tools
from autovenv.environments.active import is_same
from autovenv.messages import visible, visible_path
from autovenv.trust.shadowed import list_packages

if TYPE_CHECKING:
    from autovenv.doctor.context import Context


def check_path(context: Context) -> list[Result]:
    """Look at the entries of `PATH`."""
    entries = context.entries
    if not entries:
        usual = [place for place in ("/usr/local/bin", "/usr/bin", "/bin") if os.path.isdir(place)]
        if context.platform == "win32":
            root = context.environ.get("SYSTEMROOT", "C:\\Windows")
            usual = [root + "\\system32", root]
        return [Result("fail", "`PATH` is empty", "no command is found", (Remedy(context.syntax.set_path(usual)),))]
    results = [
        *_check_tildes(context),
        *_check_quoted(context),
        *_check_relative(context),
        *_check_twice(context),
    ]
    if context.active and context.should is not None and not is_same(context.places[0], context.should.bin):
        hides = any(
            candidate.first and not candidate.project and verdict.has_command(context, candidate.name)
            for candidate in context.candidates
        )
        what = f"`{visible_path(entries[0])}` comes before `{visible_path(context.should.bin)}` on PATH"
        why = "PATH was changed after the environment was activated"
        results.append(Result("warn" if hides else "note", what, why, verdict.reenter(context)))
    return results


def _check_tildes(context: Context) -> list[Result]:
    quoted = [entry for entry in dict.fromkeys(context.entries) if entry.startswith("~")]
    if not quoted:
        return []
    names = ", ".join(f"`{visible(entry)}`" for entry in quoted)
    why = "it was between quotes when it was added, and is no directory for any program"
    if context.places != context.entries:
        why = "it was between quotes when it was added: bash looks there, what it starts does not"
    return [Result("warn", f"`PATH` has {names}, with the `~` as it was typed", why, _tidy(context))]


def _check_quoted(context: Context) -> list[Result]:
    quoted = [entry for entry in dict.fromkeys(context.entries) if entry.startswith("$")]
    if not quoted:
        return []
    names = ", ".join(f"`{visible(entry)}`" for entry in quoted)
    why = "it was between single quotes when it was added, and names no directory"
    return [Result("warn", f"`PATH` has {names}, with the variable as it was typed", why, _tidy(context))]


def _check_relative(context: Context) -> list[Result]:
    relative = [
        entry
        for entry in dict.fromkeys(context.entries)
        if not os.path.isabs(entry) and not entry.startswith(("~", "$"))
    ]
    if not relative:
        return []
    names = ", ".join(f"`{visible(entry)}`" if entry else "an empty entry" for entry in relative)
    why = "what is found there depends on the directory that you stand in"
    return [Result("warn", f"`PATH` has {names}", why, _tidy(context))]


def _check_twice(context: Context) -> list[Result]:
    tidy = [os.path.normpath(entry) for entry in context.entries if os.path.isabs(entry)]
    twice = [entry for entry in dict.fromkeys(tidy) if tidy.count(entry) > 1]
    if not twice:
        return []
    names = ", ".join(f"`{visible_path(entry)}`" for entry in twice[:3]) + (" and more" if len(twice) > 3 else "")
    return [Result("note", f"`PATH` has {names} more than once", "only the first of each counts", _tidy(context))]


def _tidy(context: Context) -> tuple[Remedy, ...]:
    """Return what leaves of `PATH` the entries that count: absolute ones, each once, and the project's own first.

    A `~` and a `$HOME` become the home directory that was meant.

    Else it would undo what another remedy has mended.
    """
    kept: dict[str, str] = {}
    home = places.home()
    for entry in context.entries:
        for word in ("${HOME}", "$HOME"):
            entry = home + entry.removeprefix(word) if entry.startswith(word) else entry
        entry = os.path.expanduser(entry)
        if os.path.isabs(entry):
            kept.setdefault(os.path.normpath(entry), entry)
    own = context.should.bin if context.should is not None else ""
    entries = sorted(kept.values(), key=lambda entry: not is_same(entry, own))
    return (Remedy(context.syntax.set_path(entries)),)


def check_python(context: Context) -> list[Result]:
    """Tell what `python` and `python3` are on `PATH`, and whether they are the project's."""
    results: list[Result] = []
    for name in ("python", "python3"):
        # Aliases, functions and the table of commands have checks of their own.
        run = verdict.find_on_path(context, name)
        difference = verdict.find_difference(context, name, run)
        candidates = describe_candidates(context, name)
        if difference is not None and (run.how != "nothing" or name == "python"):
            if any(difference.remedies == result.remedies for result in results):
                continue
            what = f"`{name}` is {verdict.describe(context, run)}"
            results.append(Result(difference.level, what, difference.why, difference.remedies, candidates))
        elif run.candidate is not None and run.candidate.origin == "store-stub":
            command = 'Remove-Item "$env:LOCALAPPDATA\\Microsoft\\WindowsApps\\python*.exe"'
            what = f"`{name}` is Microsoft's stub, which opens the Store"
            results.append(Result("warn", what, "it comes first on PATH", (Remedy(command),), candidates))
        elif missing := _find_missing_version(context, run.candidate):
            what = f"`{name}` is `{visible_path(run.path)}`, which starts nothing here"
            why = f"`{missing}` is asked for, by `.python-version` or `PYENV_VERSION`, and pyenv does not have it"
            remedy = Remedy(context.syntax.run("pyenv", "install", "--skip-existing", missing), "takes a while")
            results.append(Result("warn", what, why, (remedy,), candidates))
        elif run.how != "nothing":
            results.append(ok(f"`{name}` is {verdict.describe(context, run)}", candidates))
    return results or [ok("there is no `python` on PATH, and none is needed here")]


def _find_missing_version(context: Context, candidate: Candidate | None) -> str:
    """Return the version that a shim of pyenv was told to start and that is not installed, empty where all is well."""
    if candidate is None or candidate.origin != "pyenv-shim" or candidate.version:
        return ""
    root = os.path.dirname(os.path.dirname(candidate.path))
    chosen = find_pyenv_choice(root, context.directory, context.environ)
    if not re.fullmatch(r"\d+(?:\.\d+){1,2}t?", chosen) or not os.path.isdir(os.path.join(root, "versions")):
        return ""
    return "" if os.path.lexists(os.path.join(root, "versions", chosen)) else chosen


def describe_candidates(context: Context, name: str) -> tuple[str, ...]:
    """Return the candidates of one name, a line a candidate: which one it is in order, its path and what it is."""
    candidates = [candidate for candidate in context.candidates if candidate.name == name]
    return tuple(_describe_candidate(candidate, number) for number, candidate in enumerate(candidates, 1))


def _describe_candidate(candidate: Candidate, number: int) -> str:
    version = f", {candidate.version}" if candidate.version else ""
    runs = (
        f", for `{visible_path(candidate.interpreter)}`"
        if candidate.name.startswith("pip") and origins.is_python(candidate.interpreter)
        else ""
    )
    return f"{number}. `{visible_path(candidate.path)}`: {origins.TITLES[candidate.origin]}{version}{runs}"


def check_pip(context: Context) -> list[Result]:
    """Tell which Python `pip` installs for."""
    found = _compare_pip(context)
    return [
        replace(found, details=(*found.details, *describe_candidates(context, "pip"))),
        *_check_pip_settings(context),
    ]


def _compare_pip(context: Context) -> Result:
    run = verdict.find_run(context, "pip")
    if run.how in ("abbreviation", "alias", "function"):
        return ok("`pip` is an alias or a function")  # `alias` tells
    environment = context.should
    candidate = context.find("pip")
    if environment is not None and verdict.has_command(context, "python"):
        if broken := _find_broken_pip(context):
            return broken
        if candidate is not None and candidate.project:
            return _check_own_pip(context, candidate)
        if verdict.has_command(context, "pip"):
            return ok("`pip` is found where `python` is")  # which has a check of its own
        if not context.active:
            return ok("nothing to compare: the environment is not active")
        if candidate is None:
            return ok("there is no `pip` on PATH")
        what = f"`pip` is {verdict.describe(context, run)}, and installs for another Python"
        # Who has it made by uv or PDM knows that there is none, and adds packages by that.
        directory = context.project.directory if context.project else ""
        tool = tools.find_tool(directory, Evidence(context.environ)) if directory else None
        meant = "uv" in environment.config or tool in (tools.UV, tools.PDM)
        return Result("note" if meant else "warn", what, "this project's environment has no pip", _install_pip(context))
    python = context.find("python") or context.find("python3")
    if candidate is None or python is None or not origins.is_python(candidate.interpreter):
        return ok("nothing to compare")
    if _is_same_python(candidate, python):
        return ok(f"`pip` installs for `{visible_path(python.path)}`")
    what = f"`pip` installs for `{visible_path(candidate.interpreter)}`, not for `{visible_path(python.path)}`"
    command = context.syntax.run(python.name, "-m", "pip", "--version")
    return Result("note", what, "they come from different directories on PATH", (Remedy(command, "type it this way"),))


def _find_broken_pip(context: Context) -> Result | None:
    """Return what is wrong with the environment's own pip, None where nothing is: it may be only half there."""
    environment = context.should
    assert environment is not None
    if environment.flavour != "venv" or context.platform == "win32":
        return None
    run = context.syntax.run
    command = os.path.join(environment.bin, "pip")
    place = visible_path(command)
    packages = [os.path.join(path, "pip") for path in list_packages(environment.prefix)]
    again = Remedy(run(environment.python, "-m", "ensurepip", "--default-pip"))
    if os.path.isfile(command):
        if not os.access(command, os.X_OK):
            return Result("fail", f"`{place}` cannot be executed", "", (Remedy(run("chmod", "u+x", command)),))
        own = is_same(os.path.dirname(origins.read_interpreter(read_head(command))), environment.bin)
        if own and not any(map(os.path.isdir, packages)):
            return Result("fail", f"`{place}` has nothing to run", "the module `pip` is gone", (again,))
        return None
    made = environment.config.get("command", "")
    if " -m venv" not in made or "--without-pip" in made or any(map(os.path.isdir, packages)):
        return None
    # Debian 12's venv without `ensurepip` says so, ends, and leaves what it has made by then.
    python = os.path.realpath(environment.python)
    missing = making.find_missing_package(Candidate(os.path.basename(python), python, 0, real=python, origin="system"))
    before = (Remedy(f"sudo apt install {missing}", "Debian keeps it apart"),) if missing else ()
    what = f"`{visible_path(environment.prefix)}` is half made: it has no pip"
    return Result("warn", what, "`python -m venv` was to put one there and did not end well", (*before, again))


def _check_own_pip(context: Context, candidate: Candidate) -> Result:
    assert context.should is not None
    if not origins.is_python(candidate.interpreter) or is_same(
        os.path.dirname(candidate.interpreter), context.should.bin
    ):
        return ok(f"`pip` is this project's, `{visible_path(candidate.path)}`")
    what = f"`pip` is this project's, but installs for `{visible_path(candidate.interpreter)}`"
    remedies = making.renew(context)
    return Result("fail", what, "its first line names another Python", remedies)


#: Options in pip's configuration files that lead it elsewhere, and what comes of them (pip 25).
PIP_OPTIONS = {
    "target": "pip installs there, not into the environment",
    "prefix": "pip installs there, not into the environment",
    "root": "pip installs there, not into the environment",
    "python": "pip installs for that Python, not for the one that runs it",
    "user": "pip refuses to install into an environment",
}


def list_pip_files(context: Context) -> list[tuple[str, str]]:
    """Return pip's configuration files, each with the option of `pip config` that changes it, empty where none does.

    Source: pip 25, `get_configuration_files` and `Configuration.iter_config_files`.
    """
    assert context.should is not None
    environ = context.environ
    named = environ.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return []
    home = places.home()
    name = "pip.ini" if context.platform == "win32" else "pip.conf"
    shared = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    files = [(os.path.join(directory, "pip", name), "") for directory in shared] + [("/etc/pip.conf", "")]
    legacy, own = (
        os.path.join(home, ".pip", name),
        os.path.join(environ.get("XDG_CONFIG_HOME") or f"{home}/.config", "pip"),
    )
    if context.platform == "darwin":
        files = [("/Library/Application Support/pip/pip.conf", "")]
        library = os.path.join(home, "Library", "Application Support", "pip")
        own = library if os.path.isdir(library) else os.path.join(home, ".config", "pip")
    elif context.platform == "win32":
        files = [(os.path.join(environ.get("PROGRAMDATA", "C:\\ProgramData"), "pip", name), "")]
        legacy, own = os.path.join(home, "pip", name), os.path.join(environ.get("APPDATA", home), "pip")
    files += [(legacy, ""), (os.path.join(own, name), "--user"), (os.path.join(context.should.prefix, name), "--site")]
    return files + ([(named, "")] if named else [])


def _check_pip_settings(context: Context) -> list[Result]:
    """Look in pip's configuration files for what leads it out of the environment."""
    if context.should is None or not verdict.has_command(context, "pip"):
        return []
    results = []
    for path, option in list_pip_files(context):
        parser = configparser.RawConfigParser()
        try:
            parser.read_string(context.read_text(path, 1 << 16) if os.path.isabs(path) else "")
        except configparser.Error:
            continue  # pip says so itself
        for section in ("global", "install"):
            for key, value in parser.items(section) if parser.has_section(section) else ():
                key = key.replace("_", "-").removeprefix("--")
                if key not in PIP_OPTIONS or (key == "user" and is_off(value)) or not value:
                    continue
                remedy = Remedy(context.syntax.edit(path), "take that line out")
                if option:
                    words = ("-m", "pip", "config", option, "unset", f"{section}.{key}")
                    remedy = Remedy(context.syntax.run(context.should.python, *words))
                what = f"`{visible_path(path)}` sets `{key}` to `{visible_path(value)}`"
                level: Level = "fail" if key == "user" else "warn"
                results.append(Result(level, what, PIP_OPTIONS[key], (remedy,)))
    return results


def is_off(value: str) -> bool:
    """Tell whether the value of a switch of pip's or uv's turns it off."""
    return value.lower() in ("0", "false", "no", "off", "n", "f")


def _install_pip(context: Context) -> tuple[Remedy, ...]:
    assert context.should is not None
    run = context.syntax.run
    if context.find_command("uv"):
        return (Remedy(run("uv", "pip", "install", "--python", context.should.python, "pip"), "or keep to `uv pip`"),)
    return (Remedy(run(context.should.python, "-m", "ensurepip", "--default-pip")),)


def _is_same_python(pip: Candidate, python: Candidate) -> bool:
    """Tell whether a pip is run by the same Python, or is a shim as that is."""
    if pip.origin == python.origin and pip.entry == python.entry:
        return True
    return os.path.realpath(pip.interpreter) == python.real
