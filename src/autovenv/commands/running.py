"""`autovenv which` and `autovenv run`: a project's environment without the hook, for scripts, editors, cron and CI."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, NoReturn

from autovenv import resolve, walk
from autovenv.commands.status import is_active, is_same
from autovenv.environments.environment import LAYOUTS, Environment
from autovenv.messages import Problem, show, show_path

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What the shells, env and nohup say for a command that is not there, and for one that cannot be run (POSIX).
NOT_FOUND = 127
NOT_RUN = 126

#: What the shell function tells this program about its shell, and a shell that is run must not take for its own.
TOLD = ("__AUTOVENV_SHELL", "__AUTOVENV_HOOK", "__AUTOVENV_FACTS")


def require_environment(directory: str, environ: dict[str, str]) -> Environment:
    """Return the environment that applies in `directory`.

    Raises `Problem` where there is none, or one that may not be used.
    """
    step = walk.find(directory, environ).project
    if step is None:
        raise Problem(
            f"`{show_path(directory)}` is in no project with an environment",
            "none was found there or further up",
            "run `autovenv status`",
        )
    if step.broken is not None:
        raise Problem(*resolve.explain_broken(step.broken, environ))
    assert step.environment is not None
    assert step.verdict is not None
    if not step.allowed:
        raise Problem(*resolve.explain_verdict(step.environment.prefix, step.verdict))
    return step.environment


def which(name: str, environment: Environment) -> str:
    """Return the path of a command of the environment; `python` is its interpreter.

    Raises `Problem` where it has no such command.
    """
    if not name or os.path.basename(name) != name:
        raise Problem(f"`{show(name)}` is not the name of a command", hint="give a name without a directory", status=2)
    if name == "python" and environment.python:
        return environment.python
    found = find_command(name, environment.bin)
    if found is None:
        raise Problem(
            f"this project's environment has no `{show(name)}`",
            f"it is not in `{show_path(environment.bin)}`",
            "install it there, or make the environment anew if it should be there",
        )
    return found


def find_command(name: str, entries: str, extensions: str | None = None) -> str | None:
    """Return the path of the first executable file called `name` in the directories of a `PATH`.

    `extensions` is `PATHEXT`, by default that of this process on Windows. The present directory is never searched, not
    on Windows either.
    """
    if extensions is None and sys.platform == "win32":
        extensions = os.environ.get("PATHEXT", ".COM;.EXE;.BAT;.CMD")
    endings = [""]
    if extensions:
        known = [ending for ending in extensions.split(os.pathsep) if ending]
        endings = [""] * name.upper().endswith(tuple(ending.upper() for ending in known)) + known
    for entry in entries.split(os.pathsep):
        for ending in endings if entry else ():
            path = os.path.join(entry, name + ending)
            if is_executable(path):
                return path
    return None


def is_executable(path: str) -> bool:
    """Tell whether a shell would run the file at `path`."""
    try:
        return os.path.isfile(path) and os.access(path, os.X_OK)
    except ValueError:
        return False


def enter(environ: dict[str, str], environment: Environment) -> dict[str, str]:
    """Return the variables that a command in `environment` should see, made from those of a shell."""
    if is_active(environment, environ) and is_same(environ["PATH"].split(os.pathsep)[0], environment.bin):
        return {name: value for name, value in environ.items() if name not in TOLD}
    inside = leave(environ)
    before = inside.get("PATH", os.defpath)
    # An empty PATH has no entries; one empty entry would be the present directory.
    path = [entry for entry in before.split(os.pathsep) if entry != environment.bin] if before else []
    inside["PATH"] = os.pathsep.join([environment.bin, *path])
    inside.pop("PYTHONHOME", None)
    if environment.flavour == "conda":
        inside["CONDA_PREFIX"] = environment.prefix
        inside["CONDA_DEFAULT_ENV"] = environment.name
        inside["CONDA_PROMPT_MODIFIER"] = f"({environment.name}) "
    else:
        inside["VIRTUAL_ENV"] = environment.prefix
        inside["VIRTUAL_ENV_PROMPT"] = environment.name
    return inside


def leave(environ: dict[str, str]) -> dict[str, str]:
    """Return the variables of a shell without a virtual environment, the hook's or one activated by hand."""
    outside = {name: value for name, value in environ.items() if not name.startswith("__AUTOVENV_")}
    ours = environ.get("__AUTOVENV_PREFIX", "")
    gone = {environ.get("__AUTOVENV_BIN", "")} if ours else set()
    if active := outside.get("VIRTUAL_ENV"):
        gone |= {os.path.join(active, commands) for commands, _ in LAYOUTS}
    if ours and outside.get("CONDA_PREFIX") == ours:
        for name in ("CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_PROMPT_MODIFIER"):
            _restore(outside, name, environ)
    outside.pop("VIRTUAL_ENV", None)
    outside.pop("VIRTUAL_ENV_PROMPT", None)
    if "PATH" in outside:
        outside["PATH"] = os.pathsep.join(entry for entry in outside["PATH"].split(os.pathsep) if entry not in gone)
    return outside


def _restore(outside: dict[str, str], name: str, environ: dict[str, str]) -> None:
    # The hook writes `=value` for what was exported before it came, `-value` for what was not.
    old = environ.get(f"__AUTOVENV_OLD_{name}", "")
    outside.pop(name, None)
    if old.startswith("="):
        outside[name] = old[1:]


def run(command: Sequence[str], environment: Environment, environ: dict[str, str]) -> int:
    """Run a command in `environment`; return its exit status where this process is not replaced by it."""
    inside = enter(environ, environment)
    name = command[0]
    path = name if os.path.dirname(name) else find_command(name, inside["PATH"])
    if name == "python" and environment.python and find_command(name, environment.bin) is None:
        # It has a `python3` only. By its path, or the interpreter would look for itself on PATH.
        path = environment.python
        command = [path, *command[1:]]
    if path is None:
        raise Problem(f"`{show(name)}` was not found", "no directory on PATH holds it", status=NOT_FOUND)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    try:
        if sys.platform == "win32":
            return _wait(path, command, inside)
        _replace(path, command, inside)
    except OSError as error:
        status = NOT_FOUND if error.errno == errno.ENOENT else NOT_RUN
        why = (error.strerror or "").lower()
        if error.errno == errno.ENOENT and os.path.lexists(path):
            why = "the interpreter that its first line names is not there"
        raise Problem(f"`{show(name)}` cannot be run", why, status=status) from None


def _replace(path: str, command: Sequence[str], environ: dict[str, str]) -> NoReturn:
    # Python ignores these, and what is ignored stays so in the program that takes its place.
    for name in ("SIGPIPE", "SIGXFSZ"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    try:
        os.execve(path, list(command), environ)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        # A script without a first line that names its interpreter: POSIX has the shell run it.
        os.execve("/bin/sh", ["/bin/sh", path, *command[1:]], environ)


def _wait(path: str, command: Sequence[str], environ: dict[str, str]) -> int:
    """Run a command as a child. The console sends Ctrl-C and Ctrl-Break to it too, and it decides what follows."""
    with subprocess.Popen([path, *command[1:]], env=environ) as child:
        for name in ("SIGINT", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: None)
        if hasattr(signal, "SIGTERM"):
            signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue
