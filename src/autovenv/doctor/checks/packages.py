"""Checks of what is installed in the project's environment: for its Python, for its user to change, and run by it."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

from autovenv import places
from autovenv.commands import finding
from autovenv.disk import ownership
from autovenv.disk.evidence import Evidence, list_names
from autovenv.doctor import making, origins, versions
from autovenv.doctor.candidates import read_head
from autovenv.doctor.results import Remedy, Result, ok
from autovenv.environments import tools
from autovenv.environments.active import is_same
from autovenv.messages import visible, visible_path
from autovenv.trust.shadowed import list_packages

if TYPE_CHECKING:
    from autovenv.doctor.context import Context
    from autovenv.environments.environment import Environment

#: Names in a directory of packages, or of commands, that are looked at.
_MOST = 4000


def check_packages(context: Context) -> Result:
    """Tell whether the packages are of the environment's Python, and its user's to change."""
    environment = context.environment
    if environment is None or environment.flavour != "venv":
        return ok("nothing to compare")
    place = visible_path(environment.prefix)
    found = [
        name for name in list_names(os.path.join(environment.prefix, "lib")) if re.fullmatch(r"python3\.\d+", name)
    ]
    version = f"python{versions.shorten(context.version)}"
    if context.version and found and version not in found:
        others = " and ".join(sorted(name.replace("python", "Python ") for name in found))
        what = f"the packages in `{place}` are of {others}, but its Python is {context.version}"
        return Result("fail", what, f"it looks for them in `lib/{version}`, which is not there", making.renew(context))
    return _check_owner(context, environment) or ok(f"those in `{place}` can be changed")


def _check_owner(context: Context, environment: Environment) -> Result | None:
    """Return which part of a user's own environment is another user's, or closed to its user; None where none is."""
    if not ownership.HAS_OWNERS:
        return None
    user = os.geteuid()
    try:
        if os.stat(environment.prefix).st_uid != user:
            return None  # an administrator's, made for others to use
    except OSError:
        return None
    run = context.syntax.run
    directories = [environment.bin, *list_packages(environment.prefix)]
    for path in [each for top in directories for each in (top, *(f"{top}/{name}" for name in list_names(top)[:_MOST]))]:
        try:
            owner = os.lstat(path).st_uid
        except OSError:
            continue
        if owner != user:
            who = "root" if owner == 0 else f"user {owner}"
            why = (
                "something was installed with `sudo`, and pip cannot replace it"
                if owner == 0
                else "pip cannot replace it"
            )
            command = run("sudo", "chown", "-R", str(user), environment.prefix)
            return Result("warn", f"`{visible_path(path)}` belongs to {who}", why, (Remedy(command),))
    for path in directories:
        if os.path.isdir(path) and not os.access(path, os.W_OK):
            why = "nothing can be installed there"
            return Result(
                "warn", f"`{visible_path(path)}` cannot be written", why, (Remedy(run("chmod", "u+w", path)),)
            )
    return None


#: Commands that a project is worked with and that see the packages of their own Python only: what shows that a project
#: uses one, besides its name in a file that lists packages.
COMMANDS = (
    ("pytest", ("conftest.py", "pytest.ini", "tests")),
    ("ipython", ()),
    ("jupyter", ()),
)

#: Files that list what a project needs.
_LISTS = ("pyproject.toml", "setup.cfg", "Pipfile", "tox.ini")


def check_commands(context: Context) -> list[Result]:
    """Look for commands that the project uses, that its environment has not, and that another Python's are run for."""
    environment = context.should
    if environment is None or context.project is None or not context.active:
        return []
    results = []
    for name, signs in COMMANDS:
        if finding.find_command(name, environment.bin):
            continue
        path = context.find_command(name)
        if path is None or is_same(os.path.dirname(path), environment.bin):
            continue
        interpreter = origins.read_interpreter(read_head(path))
        if not origins.is_python(interpreter) or not _is_used(context, name, signs):
            continue
        what = f"`{name}` is `{visible_path(path)}`, of another Python"
        why = f"this project's environment has none, and `{visible_path(interpreter)}` does not see its packages"
        results.append(Result("warn", what, why, (Remedy(write_install(context, name)),)))
    return results


def _is_used(context: Context, name: str, signs: tuple[str, ...]) -> bool:
    """Tell whether a project uses a command: it is named where its needs are listed, or its own files are there."""
    assert context.project is not None
    directory = context.project.directory
    if any(os.path.lexists(os.path.join(directory, sign)) for sign in signs):
        return True
    return is_listed(context, directory, name)


def is_listed(context: Context, directory: str, name: str) -> bool:
    """Tell whether a package is named in a file that lists what a project needs."""
    files = [*_LISTS, *(each for each in list_names(directory)[:_MOST] if re.fullmatch(r"requirements.*\.txt", each))]
    pattern = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    return any(pattern.search(context.read_text(os.path.join(directory, file))) for file in files)


#: What adds a package to a project, by its tool; the tool's own command installs one that is listed.
_ADD = (
    (tools.UV, ("uv", "add", "--dev")),
    (tools.POETRY, ("poetry", "add", "--group", "dev")),
    (tools.PDM, ("pdm", "add", "--dev")),
    (tools.PIPENV, ("pipenv", "install", "--dev")),
)


def write_install(context: Context, package: str) -> str:
    """Return what installs a package into the project's environment, with the project's own tool."""
    assert context.project is not None
    assert context.should is not None
    run = context.syntax.run
    tool = tools.find_tool(context.project.directory, Evidence(context.environ))
    for known, words in _ADD:
        if tool is known and context.find_command(words[0]):
            return run(*words, package)
    if finding.find_command("pip", context.should.bin) or not context.find_command("uv"):
        return run(context.should.python, "-m", "pip", "install", package)
    return run("uv", "pip", "install", "--python", context.should.python, package)


def check_kernels(context: Context) -> list[Result]:
    """Look for kernels of Jupyter that are the environment's, or called like the project, and run another Python."""
    environment = context.should
    if environment is None or context.project is None or not environment.python:
        return []
    own = {os.path.basename(context.project.directory).lower(), environment.name.lower()}
    results = []
    for top, scope in list_kernel_directories(context, environment):
        for name in list_names(top)[:_MOST]:
            path = os.path.join(top, name, "kernel.json")
            python = read_kernel(context, path)
            if not os.path.isabs(python) or is_same(os.path.dirname(python), environment.bin):
                continue
            inside = python.startswith(context.project.directory.rstrip(os.sep) + os.sep)
            if scope == "--user" and name.lower() not in own and not (inside and not os.path.exists(python)):
                continue
            gone = "" if os.path.exists(python) else ", which is gone"
            what = f"the kernel `{visible(name)}` of Jupyter runs `{visible_path(python)}`{gone}"
            words = ["--sys-prefix"] if scope == "--sys-prefix" else ["--user", "--name", name]
            command = context.syntax.run(environment.python, "-m", "ipykernel", "install", *words)
            if not any(os.path.isdir(os.path.join(each, "ipykernel")) for each in list_packages(environment.prefix)):
                command = context.syntax.join(write_install(context, "ipykernel"), command)
            results.append(Result("warn", what, f"`{visible_path(path)}` says so", (Remedy(command),)))
    return results


def list_kernel_directories(context: Context, environment: Environment) -> list[tuple[str, str]]:
    """Return the directories of the kernels of a user and of an environment, and the option of ipykernel for each.

    Source: jupyter_core 5, `jupyter_data_dir`.
    """
    data = context.environ.get("JUPYTER_DATA_DIR", "")
    if not data and context.platform == "darwin":
        data = os.path.join(places.home(), "Library", "Jupyter")
    elif not data and context.platform == "win32":
        data = os.path.join(context.environ.get("APPDATA", places.home()), "jupyter")
    elif not data:
        base = context.environ.get("XDG_DATA_HOME") or os.path.join(places.home(), ".local", "share")
        data = os.path.join(base, "jupyter")
    own = os.path.join(environment.prefix, "share", "jupyter", "kernels")
    return [(own, "--sys-prefix"), (os.path.join(data, "kernels"), "--user")]


def read_kernel(context: Context, path: str) -> str:
    """Return the Python that a `kernel.json` starts, empty where it does not say."""
    text = context.read_text(path, 1 << 16)
    try:
        data = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return ""
    words = data.get("argv") if isinstance(data, dict) else None
    return words[0] if isinstance(words, list) and words and isinstance(words[0], str) else ""
