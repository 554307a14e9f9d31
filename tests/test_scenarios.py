"""The table of scenarios, each row in every shell that has its words."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from scenarios import SCENARIOS
from seats import Seat
from sessions import open_stage, play
from shells import SHELLS, Bash, Shell
from steps import Scenario, words_of

ROWS = [
    pytest.param(shell, scenario, id=f"{shell.name}-{scenario.name}")
    for scenario in SCENARIOS
    for shell in SHELLS
    if shell.name in scenario.list_shells()
]


@pytest.mark.parametrize(("shell", "scenario"), ROWS)
def test_scenario(shell: Shell, scenario: Scenario, root: Path, seat: Seat) -> None:
    if isinstance(shell, Bash) and shell.find() and shell.find_version() < scenario.bash:
        pytest.skip("this row is for bash {}.{} and later".format(*scenario.bash))
    with open_stage(shell, scenario, root, seat=seat) as stage:
        play(stage, scenario)
    assert list(_find(stage.root, "canary")) == []


def test_names_are_unique() -> None:
    names = [row.id for row in ROWS]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_lines_for_powershells_profile_parse() -> None:
    """Where there is no PowerShell, what the rows put into its profile is at least of its language."""
    tree_sitter = pytest.importorskip("tree_sitter")
    grammar = pytest.importorskip("tree_sitter_powershell")
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    pwsh = next(shell for shell in SHELLS if shell.name == "pwsh")
    rows = [scenario for scenario in SCENARIOS if pwsh.name in scenario.list_shells()]
    words = [words_of(words, pwsh.name) or "" for row in rows for words in (row.before, row.after)]
    lines = [pwsh.preamble, pwsh.hook, *(re.sub("«.*?»", "/place", line) for line in words if line)]
    assert len(lines) > 30
    assert [line for line in lines if parser.parse(line.encode()).root_node.has_error] == []


def test_every_row_runs_somewhere() -> None:
    assert [scenario.name for scenario in SCENARIOS if not scenario.list_shells()] == []


def _find(root: Path, name: str) -> Iterator[str]:
    for directory, directories, files in os.walk(root):
        yield from (os.path.join(directory, each) for each in (*directories, *files) if each == name)
