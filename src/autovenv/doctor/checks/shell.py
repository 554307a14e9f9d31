"""Checks of what the calling shell has set: aliases, functions, its table of commands, variables."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autovenv import places
from autovenv.doctor import rc_files, verdict
from autovenv.doctor.checks.path import is_off
from autovenv.doctor.results import Level, Remedy, Result, ok
from autovenv.environments.active import is_same
from autovenv.environments.environment import is_environment
from autovenv.messages import visible_path

if TYPE_CHECKING:
    from autovenv.doctor.context import Context

#: The names that the shell function tells about.
NAMES = ("python", "python3", "pip", "pip3")


def check_directory(context: Context) -> Result:
    """Tell whether the present directory is there."""
    if context.directory:
        return ok(f"`{visible_path(context.directory)}` is the present directory")
    why = "it was removed or renamed after the shell entered it"
    return Result("fail", "the present directory is gone", why, (Remedy(context.syntax.go(places.home())),))


def check_alias(context: Context) -> list[Result]:
    """Look for aliases and functions in the place of an interpreter, or of pip."""
    results = []
    for name in NAMES:
        run = verdict.find_run(context, name)
        if run.how not in ("abbreviation", "alias", "function") or not verdict.has_command(context, name):
            continue
        if verdict.is_project_path(context, run.path):
            continue
        level: Level = "fail" if name.startswith("python") else "warn"
        what = f"`{name}` is {verdict.describe(context, run)}, not this project's"
        difference = verdict.explain_definition(context, run)
        details = tuple(f"`{place}` makes it" for place in find_definitions(context, name))
        words = _LINE_TOO if details else ""
        remedies = tuple(replace(remedy, words=words) for remedy in difference.remedies)
        results.append(Result(level, what, difference.why, remedies, details))
    return results


def find_definitions(context: Context, name: str) -> list[str]:
    """Return where an rc file seems to make an alias or a function, as file and line."""
    pattern = re.compile(
        rf"\s*(?:(?:alias|abbr)\s+(?:-\S+\s+)*{name}[=\s]|(?:function\s+)?(?:global:)?{name}\s*(?:\(\)|\{{|$)|function\s+{name}\b"
        rf"|(?:Set|New)-Alias\b.*\b{name}\b)",
        re.IGNORECASE,
    )
    return _find_lines(context, pattern, rc_files.list_functions(context.shell))


def find_assignments(context: Context, name: str) -> list[str]:
    """Return where an rc file seems to set an environment variable, as file and line."""
    before = r"\s*(?:[^#\s][^#]*[\s;&|({])?"
    pattern = re.compile(rf"{before}(?:{name}=|set\s+(?:-\S+\s+)*{name}\s|\$env:{name}\s*=)")
    return _find_lines(context, pattern, ["/etc/environment"])


def _find_lines(context: Context, pattern: re.Pattern[str], more: list[str]) -> list[str]:
    """Return the lines that match in the rc files of the calling shell, and in some more, as file and line."""
    found = []
    for path in (*context.rc_files, *more):
        for number, line in enumerate(context.read_text(path).splitlines(), 1):
            if len(line) < 1000 and pattern.match(line):
                found.append(f"{visible_path(path)}:{number}")
    return found[:5]


#: What is said of the line of an rc file that brings back what a command has taken away.
_LINE_TOO = "take that line out too, for the next shells"


def check_hash(context: Context) -> list[Result]:
    """Compare the shell's table of commands with what is first on `PATH`."""
    results = []
    for name in NAMES:
        path = context.facts.hashes.get(name)
        if path is None:
            continue
        candidate = context.find(name)
        if candidate is not None and verdict.is_same_place(path, candidate.path):
            continue
        if verdict.is_passed_over(context, path, candidate):
            continue
        what = f"the shell remembers `{name}` as `{visible_path(path)}`"
        why = f"`{visible_path(candidate.path)}` comes first on PATH" if candidate else "it is not on PATH"
        if not os.path.exists(path):
            why = "it is gone"
        level: Level = "fail" if name.startswith("python") and context.should else "warn"
        results.append(Result(level, what, why, (Remedy(context.syntax.rehash()),)))
    return results


def check_virtual_env(context: Context) -> Result:
    """Compare `VIRTUAL_ENV` with the project's environment."""
    prefix = context.environ.get("VIRTUAL_ENV", "")
    if not prefix:
        return ok("`VIRTUAL_ENV` is not set")
    unset = (Remedy(context.unset("VIRTUAL_ENV")),)
    if not os.path.isabs(prefix) or not is_environment(prefix):
        what = f"`VIRTUAL_ENV` names `{visible_path(prefix)}`, where there is no environment"
        why = "it was removed while it was active, or a program made the name up"
        # Where the project's is to lie, to make that one mends this; unset besides, it would look like `deactivate`.
        here = context.bare_project or context.directory
        is_here = bool(here) and is_same(os.path.dirname(prefix), here)
        return Result("warn", what, why, unset, because="environment" if is_here else "")
    other = verdict.find_other(context)
    if other:
        what = f"`{visible_path(other)}` is active, not this project's environment"
        why = "it was activated by hand, here or where this shell was started from"
        return Result("fail", what, why, verdict.leave_other(context, other))
    return ok(f"`VIRTUAL_ENV` names `{visible_path(prefix)}`")


#: What conda sets for an active environment.
CONDA_VARIABLES = ("CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_PROMPT_MODIFIER", "CONDA_SHLVL")


def check_conda(context: Context) -> Result:
    """Tell whether a conda environment is active beside a virtual environment."""
    prefix = context.environ.get("CONDA_PREFIX", "")
    environment = context.should
    if not prefix or environment is None:
        return ok("no conda environment is active" if not prefix else f"conda has `{visible_path(prefix)}` active")
    if is_same(prefix, environment.prefix):
        return ok("this project's conda environment is active")
    executable = context.environ.get("MAMBA_EXE") or context.environ.get("CONDA_EXE") or "conda"
    name = os.path.basename(executable)
    tool = os.path.splitext(name)[0] if name.endswith(".exe") else name
    remedies = [Remedy(context.syntax.run(tool, "deactivate"))]
    if context.facts.loaded and tool not in (*context.facts.functions, *context.facts.aliases):
        # A parent of this shell has activated it: without its function the tool only says so.
        names = [variable for variable in CONDA_VARIABLES if variable in context.environ]
        rest = [entry for entry in context.entries if not is_same(entry, os.path.join(prefix, "bin"))]
        commands = [*map(context.unset, names), context.syntax.set_path(rest)]
        remedies = [Remedy(context.syntax.join(*commands))]
    if context.environ.get("CONDA_DEFAULT_ENV") == "base":
        found = tool in context.facts.functions or context.find_command(tool)
        words = (tool if found else executable, "config", "--set", "auto_activate_base", "false")
        remedies.append(Remedy(context.syntax.run(*words), "keeps it so in the next shells"))
    what = f"conda has `{visible_path(prefix)}` active at once"
    why = "its other commands are found where the project has none of that name"
    return Result("note", what, why, tuple(remedies))


@dataclass(frozen=True)
class Variable:
    """A variable that leads Python, or an installer, elsewhere: how bad that is, and what it does.

    `inside` says that it matters only where the project's environment should be active; a `switch` is off where its
    value says so.
    """

    name: str
    level: Level
    why: str
    inside: bool = False
    switch: bool = False


#: CPython 3.11 to 3.14 (Doc/using/cmdline.rst), pip 25 (a variable for every option), uv 0.9 (reference/environment).
VARIABLES = (
    Variable("PYTHONHOME", "fail", "every Python looks for its own library there"),
    Variable("PYTHONPATH", "warn", "modules there come before those of every environment"),
    Variable("PYTHONUSERBASE", "note", "`pip install --user` and the user's packages lie there"),
    Variable("PYTHONEXECUTABLE", "warn", "Python takes that for its own path, and finds no environment"),
    Variable("__PYVENV_LAUNCHER__", "warn", "a Python on macOS takes that for its own path, and finds no environment"),
    Variable("PIP_USER", "fail", "pip refuses to install into an environment", inside=True, switch=True),
    Variable("PIP_TARGET", "warn", "pip installs there, not into the environment"),
    Variable("PIP_PREFIX", "warn", "pip installs there, not into the environment"),
    Variable("PIP_ROOT", "warn", "pip installs there, not into the environment"),
    Variable("PIP_PYTHON", "warn", "pip installs for that Python, not for the one that runs it"),
    Variable("UV_PYTHON", "note", "`uv` takes that Python, not the one that the project asks for"),
    Variable("UV_SYSTEM_PYTHON", "warn", "`uv pip` installs into the system's Python", switch=True),
)


def check_variables(context: Context) -> list[Result]:
    """Look for variables that lead Python, pip or uv elsewhere."""
    results = []
    for variable in VARIABLES:
        value = context.environ.get(variable.name, "")
        if not value or (variable.inside and context.should is None):
            continue
        if variable.switch and is_off(value):
            continue
        shown = os.pathsep.join(visible_path(part) for part in value.split(os.pathsep))
        what = f"`{variable.name}` is set to `{shown}`"
        level = variable.level
        if variable.name == "PYTHONPATH" and is_inside(context, value):
            level = "note"  # the project's own modules are meant to come first
        details = tuple(f"`{place}` sets it" for place in find_assignments(context, variable.name))
        remedy = Remedy(context.unset(variable.name), _LINE_TOO if details else "")
        results.append(Result(level, what, variable.why, (remedy,), details))
    return results


def is_inside(context: Context, value: str) -> bool:
    """Tell whether each directory of a list like `PYTHONPATH` lies in the project, as `$PWD/src` does."""
    directory = context.project.directory if context.project else context.bare_project
    if not directory or is_same(directory, places.home()):
        return False
    root = os.path.realpath(directory)
    real = [os.path.realpath(os.path.join(context.directory, part)) for part in value.split(os.pathsep) if part]
    return all(path == root or path.startswith(root + os.sep) for path in real)
