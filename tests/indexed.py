"""Programs from a package index, installed once in a session whatever the number of workers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

#: The tools that keep environments, and can be had from a package index.
TOOLS = ("poetry", "pipenv", "hatch", "pdm", "virtualenv", "uv", "tox", "nox", "virtualenvwrapper")


def install(factory: pytest.TempPathFactory, worker: str, name: str, packages: Sequence[str]) -> Path:
    """Install packages into an environment called `name`, and return the directory of its commands."""
    import fcntl

    base = factory.getbasetemp()
    base = base if worker == "master" else base.parent
    prefix = base / name
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = prefix / "done"
        if not done.exists():
            for command in (
                ["venv", "--quiet", "--clear", str(prefix)],
                ["pip", "install", "--quiet", "--python", str(prefix), *packages],
            ):
                subprocess.run([sys.executable, "-m", "uv", *command], check=True)
            done.touch()
    return prefix / "bin"
