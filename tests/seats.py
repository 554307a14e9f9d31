"""A process of PowerShell in which many rows play, one after another, each in a session of its own.

Three of four seconds of processor time that a row takes are the compiling of PowerShell itself, which the process does
once (`seat.ps1`). A row that is about the process has one of its own, and so has every row where
`AUTOVENV_TEST_SEATS=no`.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from shells import Pwsh, Shell
from steps import Child, Interrupt, Scenario
from terminal import Hung, Terminal

LOOP = Path(__file__).with_name("seat.ps1")

#: What a process reads once.
_READ_ONCE = frozenset(("HOME", "LANG", "LC_ALL", "TERM", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"))

#: Rows after which another process is started: nothing that one of them leaves goes far.
_ROWS = 60


class Seat:
    """A process that is kept for the next row, with the one directory that it believes to be its user's home."""

    def __init__(self, base: Path) -> None:
        self.root = base / "s"
        self._jobs = base / "jobs"
        self._terminal: Terminal | None = None
        self._left = 0
        self._door = -1
        self._is_able = os.environ.get("AUTOVENV_TEST_SEATS") != "no"

    def suits(self, shell: Shell, scenario: Scenario) -> bool:
        """Whether a row can do without a process of its own."""
        return (
            self._is_able
            and isinstance(shell, Pwsh)
            and not scenario.edited
            and not _READ_ONCE & scenario.env.keys()
            and not any(isinstance(step, (Child, Interrupt)) for step in scenario.steps)
        )

    def clear(self) -> Path:
        """Return the directory for a row's tree, empty."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir()
        return self.root

    def take(self, executable: str, env: Mapping[str, str], directory: Path) -> Terminal | None:
        """Start a session; None where this PowerShell can have but one in a process."""
        if self._terminal is None and self._is_able:
            self._jobs.unlink(missing_ok=True)
            os.mkfifo(self._jobs)
            argv = (executable, "-NoLogo", "-NoProfile", "-NoExit", "-File", str(LOOP), str(self._jobs))
            self._terminal, self._left = Terminal(argv, env, directory), _ROWS
            self._is_able = self._wait()
        if self._terminal is None:
            return None
        self._terminal.drain()
        self._terminal.clear()
        words = (str(directory), *(f"{name}={value}" for name, value in env.items()))
        os.write(self._door, b"".join(os.fsencode(word) + b"\0" for word in words))
        os.close(self._door)
        return self._terminal

    def leave(self, is_well: bool) -> None:
        """End the session; the process, too, where something went wrong or enough has been played in it."""
        assert self._terminal
        self._left -= 1
        if not is_well or self._left <= 0:
            self.close()
        else:
            self._terminal.type("exit")
            self._wait()

    def _wait(self) -> bool:
        """Wait for the process to open what it reads a row from; one that does not is ended."""
        assert self._terminal
        try:
            self._terminal.wait(self._is_open, "the end of a session")
        except Hung:
            self.close()
            return False
        return True

    def _is_open(self) -> bool:
        try:
            self._door = os.open(self._jobs, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            return False
        return True

    def close(self) -> None:
        """End the process."""
        if self._terminal is not None:
            self._terminal.close()
            self._terminal = None
