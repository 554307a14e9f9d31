"""What the trust tests share: a home of its own, projects in it, and the verdict on them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from commands import Desk
from trees import Entry, Handmade

from autovenv import places, resolve, walk
from autovenv.disk.evidence import Evidence
from autovenv.state import record, settings, store
from autovenv.trust.judge import Verdict

#: An interpreter that every user may run; the one that runs the tests may lie in a home.
EVERYONES = "/bin/sh"

#: A user who is nobody's friend.
NOBODY = 65534


@dataclass
class Bench:
    """A user's home below `root`, and the decisions as the tool makes them there, in this process."""

    root: Path
    monkeypatch: pytest.MonkeyPatch
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(self.root)
        for name in os.environ:
            if name.startswith(
                ("AUTOVENV", "__AUTOVENV", "XDG", "GIT", "VIRTUAL_ENV", "CONDA", "PYTHON", "UV", "WORKON")
            ):
                self.monkeypatch.delenv(name)
        for name, value in self.desk.environ.items():
            self.monkeypatch.setenv(name, value)
        self.monkeypatch.setattr(places, "machine_config_file", lambda: str(self.root / "machine.toml"))

    @property
    def home(self) -> Path:
        return self.desk.home

    @property
    def state(self) -> Path:
        return self.desk.state

    def add(self, name: str, entry: Entry | None = None) -> Path:
        """Make a project with an environment in `.venv`, or `entry` in its place, and return its directory."""
        directory = self.home / name
        directory.mkdir(parents=True, exist_ok=True)
        (entry or Handmade(python=EVERYONES)).make(directory / ".venv", self.root)
        return directory

    def configure(self, text: str) -> None:
        """Write the user's settings."""
        self.desk.config.parent.mkdir(parents=True, exist_ok=True)
        self.desk.config.write_text(text)

    def configure_machine(self, text: str) -> None:
        """Write the administrator's settings."""
        (self.root / "machine.toml").write_text(text)

    def judge(self, directory: Path | str) -> Verdict:
        """Return the verdict on the environment that belongs to a directory itself."""
        evidence = Evidence(dict(os.environ))
        finding, verdict = resolve.look(str(directory), evidence, settings.load(evidence))
        assert verdict is not None, finding and finding.environment
        return verdict

    def codes(self, directory: Path | str) -> list[str]:
        """Return the decision and the codes of the reasons, each once."""
        verdict = self.judge(directory)
        return [verdict.decision, *dict.fromkeys(code for code, _ in verdict.reasons)]

    def resolve(self, directory: Path | str) -> dict[str, list[str]]:
        """Return the record of a directory, as stored, by the first words of its lines."""
        made = resolve.resolve(str(directory), dict(os.environ))
        return record.parse(store.write(made, str(directory)))

    def walk(self, directory: Path | str) -> walk.Walk:
        return walk.find(str(directory), dict(os.environ))


@contextmanager
def being(user: int) -> Iterator[None]:
    """Be another user for a while, as far as files go."""
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(user)
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def give_away(path: Path, user: int = NOBODY) -> None:
    """Make everything at a path and below another user's."""
    for directory, names, files in os.walk(path):
        for name in (*names, *files):
            os.chown(os.path.join(directory, name), user, user, follow_symlinks=False)
    os.chown(path, user, user, follow_symlinks=False)


def write_program(path: Path, text: str) -> None:
    """Write a shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


#: The interpreter that environments of these tests lead to.
PYTHON = os.path.realpath(sys.executable)
