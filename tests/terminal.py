"""A real pseudo-terminal with a screen, and a person at its keyboard who waits for the prompt before typing.

What a shell prints is drawn on a screen (pyte), so a line that the shell's editor redraws at every key, or a prompt
that it repaints, reads as a person would read it. Nothing here sleeps: a line is typed, and the exchange is over when
the next numbered prompt stands below it with the cursor at its end.
"""

from __future__ import annotations

import os
import re
import select
import signal
import struct
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyte
import pytest

with suppress(ImportError):  # not in Windows
    import fcntl
    import pty
    import termios

COLUMNS = 600
LINES = 60
PATIENCE = float(os.environ.get("AUTOVENV_TEST_PATIENCE", "60"))
"""Seconds after which a silent terminal is called hung: a guard, never an expectation."""

PROMPT = re.compile(r"(?P<text>.*)<(?P<shell>\d+)\.(?P<number>\d+|%h|\\#)>\$ ")
"""A numbered prompt, up to the cursor. The number stays unexpanded where a row turns prompt expansion off."""

_CONTROL = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    rb"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC
    rb"|\x1b[P^_X][^\x1b]*\x1b\\"  # DCS, PM, APC, SOS
    rb"|\x1b[ -/]+[0-~]|\x1b[0-OQ-WYZ\\`-~]"  # the short ones
)
_PLAIN_CSI = re.compile(rb"\x1b\[[?]?[0-9;]*[A-Za-z@`]")


class Hung(AssertionError):
    """The terminal did not show what was waited for."""


class Screen(pyte.Screen):
    """A screen that keeps the lines that scroll off its top."""

    def __init__(self, columns: int, lines: int) -> None:
        self.scrolled: list[str] = []
        super().__init__(columns, lines)

    def index(self) -> None:
        if self.cursor.y == self.lines - 1:
            self.scrolled.append(self._text(0))
        super().index()

    def _text(self, y: int, end: int | None = None) -> str:
        row = self.buffer[y]
        last = end if end is not None else max(row, default=-1) + 1
        text = "".join(row[x].data for x in range(last))
        return text if end is not None else text.rstrip()

    @property
    def row(self) -> int:
        """The cursor's row, counted from the first line ever shown."""
        return len(self.scrolled) + self.cursor.y

    def before_cursor(self) -> str:
        """The cursor's line, up to the cursor."""
        return self._text(self.cursor.y, self.cursor.x)

    def after_cursor(self) -> str:
        """The rest of the cursor's line."""
        return self._text(self.cursor.y)[self.cursor.x :].rstrip()

    def text(self, first: int, last: int) -> tuple[str, ...]:
        """Rows first to last, both counted from the first line ever shown; last is not included."""
        top = len(self.scrolled)
        return tuple(self.scrolled[row] if row < top else self._text(row - top) for row in range(first, last))


@dataclass(frozen=True)
class Exchange:
    """A typed line, what came back, and the prompt after it."""

    typed: str
    output: tuple[str, ...]
    prompt: str
    raw: bytes = field(repr=False, default=b"")

    def __str__(self) -> str:
        shown = [f"    {line[:300]}" for line in self.output[:40]]
        if len(self.output) > len(shown):
            shown.append(f"    ... {len(self.output)} lines")
        return "\n".join((f">>> {self.typed}", *shown, f"<<< {self.prompt!r}"))


class Terminal:
    """One program on a pseudo-terminal of its own; answers what a shell asks a terminal."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], cwd: Path) -> None:
        if "pty" not in globals():
            pytest.skip("Windows has no such terminal")
        self.clear()
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        try:
            self.process = subprocess.Popen(
                argv,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=env,
                cwd=cwd,
                start_new_session=True,
                preexec_fn=_sit_down,  # noqa: PLW1509  # a terminal can only be taken from inside
            )
        finally:
            os.close(slave)

    def drain(self) -> None:
        """Read what was shown and not yet looked at, and forget it."""
        while select.select([self._master], [], [], 0)[0] and os.read(self._master, 65536):
            pass

    def clear(self) -> None:
        """Begin with an empty screen, as before anything was shown."""
        self.screen = Screen(COLUMNS, LINES)
        self.exchanges: list[Exchange] = []
        self._stream = pyte.ByteStream(self.screen)
        self._pending = b""
        self._raw = bytearray()
        self._last: tuple[str, str] | None = None
        self._start = 0

    def first_prompt(self) -> Exchange:
        """Wait for the shell's first prompt."""
        return self._finish("", start=0)

    def run(self, line: str) -> Exchange:
        """Type a line, and wait for the prompt after it."""
        if self.screen.cursor.x + len(line) >= COLUMNS:
            raise ValueError(f"longer than the screen is wide: {line}")
        start = self.screen.row + 1
        self._send(line.encode() + b"\r")
        return self._finish(line, start)

    def type(self, line: str) -> None:
        """Type a line after which no prompt is expected."""
        self._send(line.encode() + b"\r")

    def wait(self, ready: Callable[[], bool], what: str) -> None:
        """Wait for something beside the terminal, and show what comes meanwhile."""
        self._wait(ready, what)

    def ask(self, line: str, question: str, answer: str) -> tuple[str, Exchange]:
        """Type a line that ends in a question, and answer; return what stands before the cursor when it is asked."""
        start = self.screen.row + 1
        self._send(line.encode() + b"\r")
        self._wait(
            lambda: self.screen.row >= start and self.screen.before_cursor().endswith(question),
            f"the question {question!r}",
        )
        shown = self.screen.before_cursor()
        self._send(answer.encode() + b"\r")
        return shown, self._finish(line, start + 1)

    def interrupt(self, started: Callable[[], bool], line: str, once: bool = False) -> Exchange:
        """Type a line, press Ctrl-C once it is under way, and wait for the prompt after it.

        No line at all is a Ctrl-C at the prompt. A key is pressed first, since a shell shows its prompt before it
        listens, and where nothing comes of it Ctrl-C is pressed again: fish may be busy with the colour of that key.
        """
        start = self.screen.row + 1
        if line:
            self._send(line.encode() + b"\r")
        else:
            column = self.screen.cursor.x
            self._send(b"x")
            self._wait(lambda: self.screen.cursor.x > column, "a key")
        self._wait(started, f"start of {line!r}")
        self._last = None
        self._send(b"\x03")
        return self._finish(f"{line} ^C", start, nudge=b"" if once else b"\x03")

    def close(self) -> None:
        """Hang up, and see the program end."""
        os.close(self._master)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def transcript(self, last: int = 6) -> str:
        """The last exchanges and what stands on the screen since."""
        shown = [str(exchange) for exchange in self.exchanges[-last:]]
        rest = self.screen.text(self._start, self.screen.row + 1)
        return "\n".join((*shown, "--- the screen since:", *rest, f"--- last bytes: {bytes(self._raw[-600:])!r}"))

    def _finish(self, typed: str, start: int, nudge: bytes = b"") -> Exchange:
        self._start = start
        found: list[re.Match[str]] = []

        def at_prompt() -> bool:
            match = PROMPT.fullmatch(self.screen.before_cursor())
            if match is None or self.screen.row < start or self.screen.after_cursor():
                return False
            if match["number"].isdecimal() and (match["shell"], match["number"]) == self._last:
                return False
            found.append(match)
            return True

        self._wait(at_prompt, f"the prompt after {typed!r}", nudge)
        match = found[-1]
        self._last = (match["shell"], match["number"])
        exchange = Exchange(typed, self.screen.text(start, self.screen.row), match["text"], bytes(self._raw))
        self.exchanges.append(exchange)
        self._raw.clear()
        self._start = self.screen.row
        return exchange

    def _wait(self, ready: Callable[[], bool], what: str, nudge: bytes = b"") -> None:
        deadline = time.monotonic() + PATIENCE
        while not ready():
            # a file that is waited for does not wake anybody: it is looked for again before long
            readable, _, _ = select.select([self._master], [], [], 0.5 if nudge else 0.02)
            if readable:
                try:
                    chunk = os.read(self._master, 65536)
                except OSError:  # Linux: EIO once the last process has closed the terminal
                    chunk = b""
                if not chunk:
                    raise Hung(f"the shell ended while waiting for {what}\n{self.transcript()}")
                self._show(chunk)
            if time.monotonic() >= deadline:
                raise Hung(f"no sign of {what} in {PATIENCE:g} s\n{self.transcript()}")
            if not readable:
                self._send(nudge)

    def _show(self, chunk: bytes) -> None:
        self._raw += chunk
        data = self._pending + chunk
        self._pending = b""
        at = 0
        while at < len(data):
            escape = data.find(b"\x1b", at)
            if escape != at:
                self._stream.feed(data[at : escape if escape >= 0 else len(data)])
                if escape < 0:
                    return
            control = _CONTROL.match(data, escape)
            if control is None:
                if len(data) - escape > 4096:  # never a control sequence: a lone ESC
                    self._stream.feed(data[escape + 1 :])
                else:
                    self._pending = data[escape:]
                return
            self._obey(control.group())
            at = control.end()

    def _obey(self, control: bytes) -> None:
        answer = self._answer(control)
        if answer is not None:
            self._send(answer)
        elif (control[1:2] == b"[" and _PLAIN_CSI.fullmatch(control)) or control[1:2] in b"78DEMc":
            self._stream.feed(control)

    def _answer(self, control: bytes) -> bytes | None:
        """What a plain terminal answers. fish 4 waits for the primary device attributes before its first prompt."""
        match control:
            case b"\x1b[6n":
                return b"\x1b[%d;%dR" % (self.screen.cursor.y + 1, self.screen.cursor.x + 1)
            case b"\x1b[5n":
                return b"\x1b[0n"
            case b"\x1b[c" | b"\x1b[0c":
                return b"\x1b[?62;22c"
            case b"\x1b[>c" | b"\x1b[>0c":
                return b"\x1b[>0;10;1c"
            case b"\x1b[>q" | b"\x1b[>0q":
                return b"\x1bP>|autovenv-tests\x1b\\"
        if control.startswith(b"\x1bP+q"):  # XTGETTCAP: no such capability
            return b"\x1bP0+r\x1b\\"
        return None

    def _send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._master, data) :]


def _sit_down() -> None:
    """In the child: own the terminal, and have Ctrl-C back that a test runner in the background was started without."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for name in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU):
        signal.signal(name, signal.SIG_DFL)
