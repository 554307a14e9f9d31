"""What every test shares."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from commands import at_home, desk  # noqa: F401 - fixtures
from indexed import TOOLS, install
from platforms import find_unfit
from records import clock  # noqa: F401 - a fixture

pytest.register_assert_rewrite("steps", "sessions")

from seats import Seat  # noqa: E402 - not before its modules are to be rewritten

if "PYTEST_XDIST_WORKER" in os.environ and hasattr(os, "setsid"):
    # An interactive shell that finds itself in the background of a terminal stops its whole process group, and with it
    # the suite. Whoever runs tests has no terminal, so nothing that they start can reach it either.
    with suppress(PermissionError):  # it has a session already
        os.setsid()


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


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The directory of the tools' commands, installed once in a session whatever the number of workers."""
    return install(tmp_path_factory, worker_id, "kinds-tools", TOOLS)


@pytest.fixture(scope="session")
def seat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    """A PowerShell for the rows that need none of their own."""
    seat = Seat(Path(os.path.realpath(tmp_path_factory.mktemp("p"))))
    yield seat
    seat.close()


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


#: What takes minutes, so that no worker begins it when the others have ended.
LONGEST = ("tests/test_walk.py", "tests/test_kinds_real.py", "tests/test_install.py", "tests/test_packaging.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the longest tests run first, and none that its marks say is not for this machine."""
    for item in items:
        if reason := find_unfit(item):
            item.add_marker(pytest.mark.skip(reason=reason))
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many rows had no PowerShell: they are many, and it is the shell that most machines lack."""
    reasons = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr]
    without = sum("pwsh was not found" in reason for reason in reasons)
    if without:
        terminalreporter.write_line(
            f"{without} rows skipped for want of PowerShell: AUTOVENV_TEST_PWSH names one that is not on PATH"
        )
