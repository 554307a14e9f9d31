"""Puts a shell on its stage: its own home, its own state, its rc file with the hook, and a terminal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from seats import Seat
from shells import Shell, require
from steps import Scenario, Stage, read_report
from terminal import Terminal
from trees import add_tools, make_tree, place


def list_variables(root: Path, shell: str) -> dict[str, str]:
    """Return the whole environment of a terminal; nothing of the test runner's own gets in."""
    home = root / "home"
    return {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "LOGNAME": "tester",
        "PATH": f"{root}/tools:/usr/local/bin:/usr/bin:/bin",
        "POWERSHELL_TELEMETRY_OPTOUT": "1",
        "POWERSHELL_UPDATECHECK": "Off",
        "SHELL": shell,
        "TERM": "xterm-256color",
        "TMPDIR": str(root / "tmp"),
        "USER": "tester",
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
    }


@contextmanager
def open_stage(
    shell: Shell, scenario: Scenario, root: Path, wrapper: Sequence[str] = (), seat: Seat | None = None
) -> Iterator[Stage]:
    """Make the scenario's tree, start the shell (below `wrapper`) and wait for its first prompt.

    Where the scenario can do with a `seat` it is played there, and `stage.root` is the seat's.
    """
    executable = require(shell.name, shell.find())
    if seat is not None and not seat.suits(shell, scenario):
        seat = None
    if seat is not None:
        root = seat.clear()
    if scenario.edited:
        shell = shell.with_editor()
    home = root / "home"
    for directory in (home, root / "tmp"):
        directory.mkdir()
    add_tools(root)
    make_tree(root, scenario.tree)
    if scenario.config:
        (home / ".config/autovenv").mkdir(parents=True)
        (home / ".config/autovenv/config.toml").write_text(scenario.config)
    env = {**list_variables(root, executable), **shell.environment}
    argv = (executable, *shell.arguments)
    stage = Stage(shell, argv, root)
    shell.write_rc(
        home,
        before=stage.words(scenario.before),
        hook=shell.hook if scenario.hook else "",
        after=stage.words(scenario.after),
        whereami=str(root / "tools/whereami"),
    )
    env |= {name: stage.fill_plain(value) for name, value in scenario.env.items()}
    start = place(root, scenario.start)
    env |= {"PWD": str(start)}
    terminal = seat.take(executable, env, start) if seat else None
    if terminal is None:
        seat, terminal = None, Terminal((*wrapper, *argv), env, start)
    is_well = False
    try:
        stage.sit_down(terminal)
        _, stage.before = read_report(root / "report")
        yield stage
        is_well = True
    finally:
        if seat:
            seat.leave(is_well)
        else:
            terminal.close()
        shutil.rmtree(root / "home/.local/state", ignore_errors=True)


def play(stage: Stage, scenario: Scenario) -> None:
    """Play the steps; of one that fails, say which it was and what the terminal had shown."""
    for number, step in enumerate(scenario.steps, 1):
        try:
            step.play(stage)
        except AssertionError as error:
            error.add_note(f"step {number}: {step}\n{stage.terminal.transcript()}")
            raise
