"""What every test shares."""

from __future__ import annotations

import os
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
