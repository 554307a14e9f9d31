"""A PowerShell without a terminal, and a person who waits for its prompt before the next line.

Windows has no pseudo-terminal that Python's standard library can open. But a PowerShell whose standard input is a pipe
calls `prompt` before every line that it reads, as at a desk, and that is all that most rows need. It has no line
editor, no screen and no Ctrl-C; rows about these are for a terminal. On Linux a sample of rows is played over pipes,
too, so that this is itself tested.
"""

from __future__ import annotations

import os
import queue
import re
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from terminal import PATIENCE, PROMPT, Exchange, Hung

#: What a program says to a terminal, which is none: colours, the mode of the keypad, a title.
_CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>]")


class Piped:
    """One program that reads lines from a pipe and writes to another one: what it prints, and its complaints."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> None:
        self.exchanges: list[Exchange] = []
        self._raw = bytearray()
        self._shown = ""
        self._last: tuple[str, str] | None = None
        self.process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
        )
        self._chunks: queue.Queue[bytes] = queue.Queue()
        # A thread: on Windows nobody can be told when a pipe has something.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        while chunk := os.read(self.process.stdout.fileno(), 65536):
            self._chunks.put(chunk)
        self._chunks.put(b"")

    def first_prompt(self) -> Exchange:
        """Wait for the shell's first prompt."""
        return self._finish("")

    def run(self, line: str) -> Exchange:
        """Type a line, and wait for the prompt after it."""
        self.type(line)
        return self._finish(line)

    def type(self, line: str) -> None:
        """Type a line after which no prompt is expected."""
        assert self.process.stdin
        self._shown = ""
        self.process.stdin.write(line.encode() + os.linesep.encode())
        self.process.stdin.flush()

    def wait(self, ready: Callable[[], bool], what: str) -> None:
        """Wait for something beside the shell, and read what comes meanwhile."""
        self._wait(ready, what)

    def close(self) -> None:
        """Hang up, and see the program end."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE)
        self.process.stdin.close()
        self.process.stdout.close()

    def transcript(self, last: int = 6) -> str:
        """The last exchanges and what was printed since."""
        shown = [str(exchange) for exchange in self.exchanges[-last:]]
        return "\n".join((*shown, "--- printed since:", self._shown, f"--- last bytes: {bytes(self._raw[-600:])!r}"))

    def _finish(self, typed: str) -> Exchange:
        found: list[re.Match[str]] = []

        def at_prompt() -> bool:
            match = PROMPT.fullmatch(self._shown.rpartition("\n")[2])
            if match is None or (match["shell"], match["number"]) == self._last:
                return False
            found.append(match)
            return True

        self._wait(at_prompt, f"the prompt after {typed!r}")
        match = found[-1]
        self._last = (match["shell"], match["number"])
        lines = self._shown.split("\n")[:-1]
        # The shell may echo what it reads.
        if typed and lines and lines[0] == typed:
            del lines[0]
        exchange = Exchange(typed, tuple(lines), match["text"], bytes(self._raw))
        self.exchanges.append(exchange)
        self._raw.clear()
        return exchange

    def _wait(self, ready: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not ready():
            try:
                chunk = self._chunks.get(timeout=0.02)
            except queue.Empty:
                if time.monotonic() >= deadline:
                    raise Hung(f"no sign of {what} in {PATIENCE:g} s\n{self.transcript()}") from None
                continue
            if not chunk:
                raise Hung(f"the shell ended while waiting for {what}\n{self.transcript()}")
            self._raw += chunk
            text = self._raw.decode("utf-8", "replace").replace("\r\n", "\n")
            self._shown = _CONTROL.sub("", text)
