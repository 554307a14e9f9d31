"""The environment that applies here, and the commands in it: `autovenv which`, and what `run` and `env` ask first."""

from __future__ import annotations

import os
import sys

from autovenv import printing, resolve, walk
from autovenv.environments.environment import Environment
from autovenv.messages import Problem, quote, visible, visible_path


def find_environment(directory: str, environ: dict[str, str]) -> Environment | None:
    """Return the environment that applies in `directory`, None where there is none.

    Raises `Problem` for one that is broken or may not be used.
    """
    step = walk.find(directory, environ).project
    if step is None:
        return None
    if step.broken is not None:
        raise Problem(*resolve.explain_broken(step.broken, environ))
    assert step.environment is not None
    assert step.verdict is not None
    if not step.allowed:
        raise Problem(*resolve.explain_verdict(step.environment.prefix, step.verdict))
    return step.environment


def require_environment(directory: str, environ: dict[str, str]) -> Environment:
    """Return the environment that applies in `directory`.

    Raises `Problem` where there is none, or one that may not be used.
    """
    environment = find_environment(directory, environ)
    if environment is None:
        raise Problem(
            f"`{visible_path(directory)}` is in no project with an environment",
            "none was found there or further up",
            "run `autovenv status`",
        )
    return environment


def which(name: str, environment: Environment) -> str:
    """Return the path of a command of the environment; `python` is its interpreter.

    Raises `Problem` where it has no such command.
    """
    if not name or os.path.basename(name) != name:
        raise Problem(
            f"`{visible(name)}` is not the name of a command", hint="give a name without a directory", status=2
        )
    if name == "python" and environment.python:
        return environment.python
    found = find_command(name, environment.bin)
    if found is None and os.path.isfile(path := os.path.join(environment.bin, name)):
        hint = advise_start(path)
        if name.startswith("activate"):
            hint = "the hook does what it does; to have it by hand, source it"
        raise Problem(
            f"`{visible(name)}` is no command of this project's environment",
            f"`{visible_path(path)}` is there, but cannot be executed",
            hint,
        )
    if found is None:
        raise Problem(
            f"this project's environment has no `{visible(name)}`",
            f"it is not in `{visible_path(environment.bin)}`",
            "install it there, or make the environment anew if it should be there",
        )
    return found


def advise_start(path: str, windows: bool = sys.platform == "win32") -> str:
    """Return what is to be done with a file that no shell runs, if it is a program.

    >>> advise_start("tool", windows=False)
    'run `chmod u+x tool` if it is a program'
    """
    if windows:
        return "if it is a program, give its name an ending that `PATHEXT` lists"
    word = quote(path)
    return f"run `chmod u+x {word}` if it is a program" if word else "make it executable if it is a program"


def find_command(name: str, entries: str, extensions: str | None = None) -> str | None:
    """Return the path of the first executable file called `name` in the directories of a `PATH`.

    `extensions` is `PATHEXT`, by default that of this process on Windows. The present directory is never searched, not
    on Windows either.
    """
    if extensions is None and sys.platform == "win32":
        extensions = os.environ.get("PATHEXT", ".COM;.EXE;.BAT;.CMD")
    endings = [""]
    if extensions:
        known = [ending for ending in extensions.split(";") if ending]
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


def enter(arguments: list[str]) -> int | None:
    """Answer `which [NAME]`."""
    if len(arguments) > 1 or any(word.startswith("-") for word in arguments):
        return None
    environ = dict(os.environ)
    environment = require_environment(walk.present_directory(environ), environ)
    found = which(arguments[0] if arguments else "python", environment)
    printing.put_path((visible(found) if os.isatty(1) else found) + "\n")
    return 0
