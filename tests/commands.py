"""A desk to type commands at: a home of its own, an environment of its own, and what a command answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import autovenv
from autovenv import places

MAIN = Path(autovenv.__file__).with_name("__main__.py")

#: How the hook starts autovenv: nothing that the user's environment variables say about Python reaches it.
BY_PATH = (sys.executable, "-I", "-S", str(MAIN))
#: How a person does.
AS_MODULE = (sys.executable, "-m", "autovenv")


@dataclass(frozen=True)
class Answer:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Desk:
    """A home below `root`, with nothing in it that a test did not put there."""

    root: Path
    environ: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.home.mkdir()
        self.environ = {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_STATE_HOME": str(self.home / ".local" / "state"),
            "XDG_DATA_HOME": str(self.home / ".local" / "share"),
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        if sys.platform == "win32":
            local = self.home / "AppData" / "Local"
            self.environ |= {"USERPROFILE": str(self.home), "LOCALAPPDATA": str(local)}
            self.environ |= {name: os.environ[name] for name in ("PATHEXT", "SYSTEMROOT", "TEMP") if name in os.environ}

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def state(self) -> Path:
        return Path(places.user_dir("state", self.environ, str(self.home)))

    @property
    def config(self) -> Path:
        return Path(places.user_dir("config", self.environ, str(self.home)), "config.toml")

    def type(
        self,
        *arguments: str,
        cwd: Path | None = None,
        environ: Mapping[str, str] = {},
        program: Sequence[str] = AS_MODULE,
        **options: Any,
    ) -> Answer:
        """Run autovenv with arguments, in the home or in `cwd`, with `environ` over the desk's own."""
        ran = subprocess.run(
            [*program, *arguments],
            cwd=cwd or self.home,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        )
        decode = lambda data: os.fsdecode(data or b"").replace("\r\n", "\n")  # noqa: E731
        return Answer(ran.returncode, decode(ran.stdout), decode(ran.stderr))


@pytest.fixture
def desk(root: Path) -> Desk:
    """A desk with an empty home."""
    return Desk(root)


@pytest.fixture
def at_home(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose home is also that of what the test calls in its own process."""
    for name, value in desk.environ.items():
        monkeypatch.setenv(name, value)
    return desk
