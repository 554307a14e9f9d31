"""A record as a shell sees it: what `docs/architecture.md` says about each word, in Python."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from autovenv.state import record


@dataclass(frozen=True)
class Stored:
    """The record of `project` as it lies below the state directory `state`."""

    project: Path
    state: Path

    @property
    def directory(self) -> Path:
        return Path(f"{self.state}/at{self.project}")

    @property
    def file(self) -> Path:
        return self.directory / ".autovenv-record"

    @property
    def lines(self) -> list[str]:
        return os.fsdecode(self.file.read_bytes()).split("\n")

    @property
    def words(self) -> dict[str, list[str]]:
        return record.parse(self.file.read_bytes())

    @property
    def token(self) -> str:
        return self.lines[0].rpartition(" ")[2]

    @property
    def names(self) -> set[str]:
        """What lies beside the record, and the record."""
        return {path.name for path in self.directory.iterdir() if not path.is_dir()}

    @property
    def own_names(self) -> set[str]:
        """What a record that is whole consists of: its file, the sign, and a stamp for each line that has one."""
        numbers = {line.removeprefix("moved ").split(" ")[1] for line in self.lines if re.match("(moved )?same ", line)}
        return {".autovenv-record", *(self.stamp(number).name for number in {"0", *numbers})}

    def stamp(self, number: int | str) -> Path:
        return self.directory / f".autovenv-{self.token}.{number}"

    def list_stale(self, environ: Mapping[str, str] = {}) -> list[str]:
        """Return the lines that make the record stale, and its sign where that is gone."""
        assert self.words, "torn"
        stale = [] if self.stamp(0).exists() else ["sign"]
        for line in self.lines[1:-2]:
            word, _, value = line.removeprefix("moved ").partition(" ")
            number, _, path = value.partition(" ") if word == "same" else ("", "", value)
            if self._is_stale(word, number, path, environ):
                stale.append(line)
        return stale

    def _is_stale(self, word: str, number: str, path: str, environ: Mapping[str, str]) -> bool:
        if word == "variable":
            name, _, value = path.partition("=")
            return environ.get(name, "") != value
        path, _, target = path.partition("\t")
        file = self.project / path
        time_ns = file.stat().st_mtime_ns if file.exists() else None
        return {
            "same": lambda: time_ns is None or time_ns != self.stamp(number).stat().st_mtime_ns,
            "newer": lambda: time_ns is None or time_ns > self.file.stat().st_mtime_ns,
            "exists": lambda: time_ns is None,
            "runs": lambda: not os.access(file, os.X_OK),
            "idle": lambda: os.access(file, os.X_OK),
            "absent": lambda: os.path.lexists(file),
            "own": lambda: time_ns is None or file.stat().st_uid != os.geteuid(),
            "leads": lambda: time_ns is None or not file.samefile(self.project / target),
            "dangling": lambda: not file.is_symlink() or time_ns is not None,
        }.get(word, lambda: False)()


class Clock:
    """The clock that autovenv looks at."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = time.time_ns()
        monkeypatch.setattr(time, "time_ns", lambda: self.now)

    def advance(self, seconds: float) -> None:
        self.now += int(seconds * 1_000_000_000)

    def age(self, path: Path, seconds: float) -> int:
        """Give a file, or a directory and all that is in it, a modification time before now, and return it."""
        time_ns = self.now - int(seconds * 1_000_000_000)
        for each in [path, *path.rglob("*")] if path.is_dir() and not path.is_symlink() else [path]:
            os.utime(each, ns=(time_ns, time_ns), follow_symlinks=False)
        return time_ns


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still until a test moves it."""
    return Clock(monkeypatch)
