"""Starts an interpreter to ask for its version: never one that is not trusted, never with anything of a project."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Seconds that an interpreter has for its answer.
PATIENCE = 5.0

_QUESTION = "import sys; print('autovenv-python %d.%d.%d' % sys.version_info[:3])"
_ANSWER = re.compile(rb"autovenv-python (\d{1,3}\.\d{1,3}\.\d{1,3})\s*")
_LIMIT = 4096


@dataclass(frozen=True)
class Answer:
    """The `version` that an interpreter gave, or the `problem` with it in a few words."""

    version: str = ""
    problem: str = ""


def ask(python: str, environ: Mapping[str, str], seconds: float = PATIENCE) -> Answer:
    """Return what the interpreter at `python` says its version is.

    It runs isolated (`-I`) and without `site` (`-S`), in the root directory: no `.pth` file, no `sitecustomize`.
    """
    clean = {name: value for name, value in environ.items() if not name.startswith(("PYTHON", "__PYVENV"))}
    try:
        process = subprocess.Popen(
            [python, "-I", "-S", "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=os.path.abspath(os.sep),
            env=clean,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return Answer(problem=f"it cannot be started ({str(getattr(error, 'strerror', None) or error).lower()})")
    said: list[bytes] = []
    # A thread, and a limit to what it reads: select() takes no pipes on Windows, and garbage may have no end.
    reader = Thread(target=_read, args=(process.stdout, said), daemon=True)
    reader.start()
    reader.join(seconds)
    data = b"".join(said)
    slow = reader.is_alive()
    if not slow and len(data) < _LIMIT:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            slow = True
    if slow or len(data) == _LIMIT:
        _end(process)
    reader.join(seconds)
    if process.stdout is not None and not reader.is_alive():
        process.stdout.close()
    if slow:
        return Answer(problem=f"it did not answer within {seconds:g} seconds")
    if match := _ANSWER.fullmatch(data):
        return Answer(match[1].decode())
    if process.returncode > 0:
        return Answer(problem=f"it ends with exit status {process.returncode}")
    return Answer(problem="it does not answer like a Python 3")


def _read(stream: object, said: list[bytes]) -> None:
    left = _LIMIT
    while left > 0 and (data := os.read(stream.fileno(), left)):  # type: ignore[attr-defined]
        said.append(data)
        left -= len(data)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let nothing of a process go on, nor of what it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
    process.wait()
