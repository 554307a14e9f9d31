"""What every test shares."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import at_home, desk  # noqa: F401 - fixtures
from records import clock  # noqa: F401 - a fixture

pytest.register_assert_rewrite("steps", "sessions")

if sys.platform == "win32":
    # these drive shells of POSIX through a pseudo-terminal of POSIX
    collect_ignore = ["test_neighbours.py", "test_processes.py", "test_scenarios.py", "test_tmux.py", "test_walk.py"]


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """Files made by tests are as private as a user's usually are: trust looks at that."""
    old = os.umask(0o022)
    yield
    os.umask(old)


@pytest.fixture
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario's own directory, with a short and plain name."""
    return Path(os.path.realpath(tmp_path_factory.mktemp("s")))


@pytest.fixture
def alarm() -> Iterator[None]:
    """What hangs ends, as a failure. Windows has no such signal."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def ring(*_: object) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
