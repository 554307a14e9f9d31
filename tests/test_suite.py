"""The suite itself, as a person types it in a terminal."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from shells import SHELLS, require

with suppress(ImportError):  # not in Windows
    import pty

pytestmark = pytest.mark.posix("there is no pseudo-terminal")

ROOT = Path(__file__).parents[1]

#: One row a shell, and what once had the suite suspended: many interactive shells of one session.
PIECE = [
    "tests/test_scenarios.py::test_scenario[bash-enter_and_leave]",
    "tests/test_scenarios.py::test_scenario[zsh-enter_and_leave]",
    "tests/test_scenarios.py::test_scenario[fish-enter_and_leave]",
    "tests/test_scale.py::test_fifty_shells_enter_a_new_project_at_once",
]


def run_in_background(command: list[str], environ: dict[str, str]) -> tuple[int, str]:
    """Run a command as a job in the background of a terminal, where whatever wants that terminal stops the whole job.

    Return its wait status (as soon as it stops, if it does) and what the terminal showed.
    """
    leader, terminal = pty.fork()
    if leader == 0:  # pragma: no cover - a shell with job control, in a few words
        job = os.fork()
        if job == 0:
            os.setpgid(0, 0)
            os.execvpe(command[0], command, environ)
        _, status = os.waitpid(job, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            os.killpg(job, signal.SIGKILL)
        os._exit(2 if os.WIFSTOPPED(status) else 0 if status == 0 else 1)
    shown = b""
    try:
        while chunk := os.read(terminal, 65536):
            shown += chunk
    except OSError:  # Linux: EIO once nothing holds the terminal any more
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(leader, 0)[1]), shown.decode(errors="replace")


def test_a_piece_of_it_in_a_terminal(tmp_path: Path, alarm: None) -> None:
    for shell in SHELLS:
        if shell.name != "pwsh":
            require(shell.name, shell.find())
    signal.alarm(300)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-n", "2", "-p", "no:cacheprovider", f"--basetemp={tmp_path}/base"]
    status, shown = run_in_background([*command, "--rootdir", str(ROOT), *PIECE], environ | {"TERM": "dumb"})
    assert status == 0, "stopped" if status == 2 else shown
    assert f"{len(PIECE)} passed" in shown
