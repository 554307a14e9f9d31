"""A pane of tmux inherits what its server was started with: the hook makes it right for where the pane is."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sessions import open_stage
from shells import SHELLS, Shell, require
from steps import Cd, Scenario, Stage, read_report
from trees import Directory, project

pytestmark = pytest.mark.posix("there is no tmux")

TREE = project("app") | project("other") | {"plain": Directory()}


@pytest.fixture
def tmux(root: Path) -> Iterator[str]:
    """The command that talks to a server of this test's own."""
    program = require("tmux", shutil.which("tmux"))
    command = (program, "-S", str(root / "tmux"), "-f", str(root / "tmux.conf"))
    yield " ".join(command)
    subprocess.run((*command, "kill-server"), capture_output=True)


def look(stage: Stage, tmux: str, place: str) -> tuple[str, dict[str, str]]:
    """Open a pane in a place, and return what `whereami` sees there."""
    report = stage.root / "report"
    report.unlink(missing_ok=True)
    for line in (
        f"{tmux} new-window -t here -c {stage.place(place)}",
        f"{tmux} send-keys -t here 'whereami; {tmux} wait-for -S looked' Enter",
        f"{tmux} wait-for looked",
    ):
        assert stage.run(line).output == ()
    return read_report(report)


@pytest.mark.parametrize("shell", [shell for shell in SHELLS if shell.name != "pwsh"], ids=lambda shell: shell.name)
def test_panes_are_right_for_where_they_are(shell: Shell, tmux: str, root: Path) -> None:
    with open_stage(shell, Scenario("tmux", TREE, ()), root) as stage:
        # as a login shell, which is what tmux starts unasked, bash would not read the file that has the hook
        (root / "tmux.conf").write_text(f"set -g default-command '{' '.join(stage.argv)}'\n")
        Cd("app").play(stage)
        for line in (
            f"{tmux} new-session -d -s here",
            # its rc file reports too: not in the middle of what follows
            f"{tmux} send-keys -t here '{tmux} wait-for -S up' Enter",
            f"{tmux} wait-for up",
        ):
            assert stage.run(line).output == ()
        before = stage.before["PATH"].split(":")
        for place, prefix in (("app", "app/.venv"), ("other", "other/.venv"), ("plain", None), ("app", "app/.venv")):
            program, seen = look(stage, tmux, place)
            if prefix is None:
                assert "VIRTUAL_ENV" not in seen
                assert seen["PATH"].split(":") == before
            else:
                commands = f"{stage.place(prefix)}/bin"
                assert seen["VIRTUAL_ENV"] == str(stage.place(prefix))
                assert seen["PATH"].split(":") == [commands, *before]
                assert program == f"{commands}/whereami"
