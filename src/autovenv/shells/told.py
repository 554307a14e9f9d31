"""What a hooked PowerShell tells programs that it starts, and how it is asked for something.

In the other shells a function `autovenv` stands before the program and does both. In PowerShell a function would come
between the shell and the program: it changes `$?`, expands wildcards in quoted words and holds back what is piped. So
the hook leaves a file with its process number, and looks for another one.
"""

from __future__ import annotations

import os

from autovenv import places
from autovenv.messages import Problem, explain
from autovenv.state import store

#: On Windows, set by the hook to its process number: a launcher stands between it and this process there.
VARIABLE = "__AUTOVENV_PWSH"


def add_told(environ: dict[str, str]) -> dict[str, str]:
    """Return the variables, with what the function `autovenv` sets in other shells where a PowerShell is the caller."""
    if "__AUTOVENV_SHELL" in environ or not (place := _find_caller(environ)):
        return environ
    try:
        with open(f"{place}.facts", encoding="utf-8", errors="surrogateescape") as file:
            # Whoever may write to the directory, nobody can make a file there that is the user's.
            if hasattr(os, "geteuid") and os.fstat(file.fileno()).st_uid != os.geteuid():
                return environ
            text = file.read(1 << 16)
    except OSError:
        return environ
    version = next((line[8:] for line in text.split("\n") if line.startswith("version ")), "")
    told = {"__AUTOVENV_SHELL": "powershell", "__AUTOVENV_HOOK": version, "__AUTOVENV_FACTS": text}
    return {**environ, **told}


def ask(word: str, environ: dict[str, str]) -> bool:
    """Ask the calling PowerShell for `off` or `on`, which it does at its next prompt; tell whether there is one.

    Raises `Problem` where it cannot be asked.
    """
    place = _find_caller(environ)
    if not place or not store.is_private(places.state_dir()):
        return False
    try:
        store.replace(f"{place}.request", word.encode())
    except OSError as error:
        raise Problem("this PowerShell cannot be asked", explain(error)) from None
    return True


def _find_caller(environ: dict[str, str]) -> str:
    """Return what the names of a PowerShell's files begin with that has started this process, empty where none has."""
    number = environ.get(VARIABLE, "") if os.name == "nt" else str(os.getppid())
    place = os.path.join(places.state_dir(), "shells", number)
    if not number.isdecimal() or not os.path.isfile(f"{place}.facts"):
        return ""
    if os.name == "nt":
        return place
    try:
        # The number may have been another process's before.
        with open(f"/proc/{number}/comm", encoding="utf-8", errors="replace") as file:
            return place if file.read().startswith("pwsh") else ""
    except OSError:
        return place
