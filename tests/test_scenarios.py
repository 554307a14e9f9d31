"""The table of scenarios, each row in every shell that has its words."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from scenarios import SCENARIOS
from sessions import open_stage
from shells import SHELLS, Shell
from steps import Scenario

ROWS = [
    pytest.param(shell, scenario, id=f"{shell.name}-{scenario.name}")
    for scenario in SCENARIOS
    for shell in SHELLS
    if shell.name in scenario.list_shells()
]


@pytest.mark.parametrize(("shell", "scenario"), ROWS)
def test_scenario(shell: Shell, scenario: Scenario, root: Path) -> None:
    with open_stage(shell, scenario, root) as stage:
        for number, step in enumerate(scenario.steps, 1):
            try:
                step.play(stage)
            except AssertionError as error:
                error.add_note(f"step {number}: {step}\n{stage.terminal.transcript()}")
                raise
    assert list(_find(root, "canary")) == []


def test_names_are_unique() -> None:
    names = [row.id for row in ROWS]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_row_runs_somewhere() -> None:
    assert [scenario.name for scenario in SCENARIOS if not scenario.list_shells()] == []


def _find(root: Path, name: str) -> Iterator[str]:
    for directory, directories, files in os.walk(root):
        yield from (os.path.join(directory, each) for each in (*directories, *files) if each == name)
