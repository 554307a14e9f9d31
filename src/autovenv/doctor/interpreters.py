"""Starts an interpreter to ask for its version: never one that is not trusted, never with anything of a project."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from threading import Thread
from typing import IO, TYPE_CHECKING

from autovenv.messages import explain, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Seconds that an interpreter has for its answer.
PATIENCE = 5.0

_QUESTION = """import sys
print('autovenv-python %d.%d.%d' % sys.version_info[:3] + 't' * ('t' in getattr(sys, 'abiflags', '')))
try:
    import _ssl
except ImportError:
    print('no ssl')
"""
_ANSWER = re.compile(rb"autovenv-python (\d{1,3}\.\d{1,3}\.\d{1,3}t?)\s*(no ssl)?\s*")
_LIMIT = 4096


@dataclass(frozen=True)
class Answer:
    """The `version` that an interpreter gave, or the `problem` with it in a few words; whether it has `ssl`."""

    version: str = ""
    problem: str = ""
    ssl: bool = True


def ask(python: str, environ: Mapping[str, str], seconds: float = PATIENCE) -> Answer:
    """Return what the interpreter at `python` says its version is.

    It runs isolated (`-I`) and without `site` (`-S`), in the root directory: no `.pth` file, no `sitecustomize`. One
    that is older than Python 3.4 and does not know `-I` is asked again with what that stands for.
    """
    answer = _ask(python, environ, seconds, "-I")
    return _ask(python, environ, seconds, "-E", "-s") if answer.problem == _TOO_OLD else answer


#: The problem with an interpreter that does not know `-I`.
_TOO_OLD = "it is older than Python 3.4"


def _ask(python: str, environ: Mapping[str, str], seconds: float, *isolated: str) -> Answer:
    clean = {name: value for name, value in environ.items() if not name.startswith(("PYTHON", "__PYVENV"))}
    try:
        process = subprocess.Popen(
            [python, *isolated, "-S", "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=os.path.abspath(os.sep),
            env=clean,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return Answer(problem=f"it cannot be started ({explain(error)})")
    # Threads, and a limit to what they keep: select() takes no pipes on Windows, and garbage may have no end.
    reader, said = _listen(process.stdout, end=_LIMIT)
    complainer, complaints = _listen(process.stderr)
    deadline = time.monotonic() + seconds
    try:
        reader.join(seconds)
        slow = reader.is_alive()
        data = b"".join(said)
        if not slow and len(data) < _LIMIT:
            process.wait(max(deadline - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired:
        slow = True
    except BaseException:  # Ctrl-C, which does not reach its session
        _end(process)
        raise
    if slow or len(data) == _LIMIT:
        _end(process)
    for thread, stream in ((reader, process.stdout), (complainer, process.stderr)):
        thread.join(min(seconds, 1))
        if stream is not None and not thread.is_alive():
            stream.close()
    if slow:
        return Answer(problem=f"it did not answer within {seconds:g} seconds")
    if match := _ANSWER.fullmatch(data):
        return Answer(match[1].decode(), ssl=match[2] is None)
    problem = "it does not answer like a Python 3"
    if process.returncode and len(data) < _LIMIT:
        code = process.returncode
        problem = f"it ends with exit status {code}" if code > 0 else f"it is ended by {_name_signal(-code)}"
    complaint = choose_line(b"".join(complaints))
    if complaint.lower() == "unknown option: -i":
        return Answer(problem=_TOO_OLD)
    return Answer(problem=f"{problem}: {complaint}" if complaint else problem)


def choose_line(complaints: bytes) -> str:
    """Return the line that says most of what an interpreter printed as errors, made visible; empty where none does.

    A library that is gone is named after `error` by the loader of glibc and musl, after `not loaded` by that of macOS;
    a Python whose own library is gone says where it looked before its `Fatal Python error`.
    """
    lines = [line.strip() for line in complaints.decode("utf-8", "surrogateescape").splitlines() if line.strip()]
    telling = [line for line in lines if re.search("error|not loaded|no python", line, re.IGNORECASE)]
    return visible(next(iter(telling or lines), "")[:200])


def _listen(stream: IO[bytes] | None, end: int = 0) -> tuple[Thread, list[bytes]]:
    """Return a thread that reads a stream, and its first bytes; that is the `end` of it, where one is given."""
    said: list[bytes] = []
    thread = Thread(target=_read, args=(stream, said, end), daemon=True)
    thread.start()
    return thread, said


def _read(stream: IO[bytes], said: list[bytes], end: int) -> None:
    left = _LIMIT
    while data := os.read(stream.fileno(), left if end else _LIMIT):
        said.append(data[:left])
        left -= len(said[-1])
        if end and not left:
            return


def _name_signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


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
