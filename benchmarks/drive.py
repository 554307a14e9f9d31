"""Drives shells: each is started once and told what to do over and over; it tells how long that took, by its clock."""

from __future__ import annotations

import os
import re
import select
import statistics
import subprocess
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from stage import Home, Shell

PATIENCE = 120.0
"""Seconds after which a silent shell is called hung: a guard, never an expectation."""


class Session:
    """An interactive shell in a home, with the tool's hook, that answers requests."""

    def __init__(
        self, shell: Shell, home: Home, wrapper: Sequence[str] = (), variables: dict[str, str] | None = None
    ) -> None:
        self.shell = shell
        self.home = home
        self._idle = 0.0
        self._rest = b""
        self.process = subprocess.Popen(
            [*wrapper, *shell.drive],
            cwd=home.path,
            env={**home.variables, "PWD": str(home.path), **(variables or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        # What reading the clock takes: in a shell that starts a process for it, a millisecond.
        self._idle = statistics.median(self.ask("nothing", 0) for _ in range(9))
        self.has_clock = self._idle < 0.0002

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def ask(self, what: str, count: int, *places: object) -> float:
        """Have the shell do something `count` times; return the seconds that it took."""
        assert self.process.stdin is not None
        self.process.stdin.write(" ".join([what, str(count), *map(str, places)]).encode() + b"\n")
        return self._take() - self._idle

    def tell(self, place: object) -> str:
        """Return what `VIRTUAL_ENV` is in a place, to see that the hook works at all."""
        assert self.process.stdin is not None
        self.ask("idle", 1, place)
        self.process.stdin.write(b"tell 1\n")
        self._wait_for("begin")
        return self._wait_for("end")[-2]

    def _take(self) -> float:
        """Return the seconds from one `begin` to its `end`."""
        began = float(self._wait_for("begin")[-1].split()[-1])
        return float(self._wait_for("end")[-1].split()[-1]) - began

    def _wait_for(self, mark: str) -> list[str]:
        """Read lines up to one that says `mark` and a time, and return them. What a hook prints is among them."""
        assert self.process.stdout is not None
        lines = []
        while True:
            while b"\n" in self._rest:
                line, _, self._rest = self._rest.partition(b"\n")
                lines.append(line.decode("utf-8", "replace"))
                # fish writes a control sequence of its own before what follows its prompt event.
                if re.search(rf"{mark} [0-9.]+$", lines[-1]):
                    return lines
            if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
                raise TimeoutError(f"{self.shell.name} with {self.home.tool.name} did not answer")
            part = os.read(self.process.stdout.fileno(), 65536)
            if not part:
                raise EOFError(f"{self.shell.name} with {self.home.tool.name} ended")
            self._rest += part
