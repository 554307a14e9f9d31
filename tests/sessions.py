"""Puts a shell on its stage: its own home, its own state, its rc file with the hook, and a terminal."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from piped import Piped
from platforms import IS_WINDOWS
from seats import Seat
from shells import Shell, require
from steps import Scenario, Stage, read_report
from terminal import Terminal
from trees import add_tools, make_tree, place

from autovenv import places

#: Whether a PowerShell is driven over pipes where nothing else is said: in Windows, and where it is to be tried out.
PIPED = IS_WINDOWS or os.environ.get("AUTOVENV_TEST_PIPED") == "yes"

#: What a program needs in Windows to start at all, and PowerShell to find its modules.
_WINDOWS = (
    *("COMSPEC", "NUMBER_OF_PROCESSORS", "PATHEXT", "PROCESSOR_ARCHITECTURE", "PROGRAMDATA", "PROGRAMFILES"),
    *("PSMODULEPATH", "SYSTEMDRIVE", "SYSTEMROOT", "WINDIR"),
)


def list_variables(root: Path, shell: str, windows: bool = IS_WINDOWS) -> dict[str, str]:
    """Return the whole environment of a terminal; nothing of the test runner's own gets in."""
    home = root / "home"
    shared = {"POWERSHELL_TELEMETRY_OPTOUT": "1", "POWERSHELL_UPDATECHECK": "Off"}
    if windows:
        system = os.path.join(os.environ.get("SYSTEMROOT", "C:\\Windows"), "System32")
        return (
            shared
            | {name: os.environ[name] for name in _WINDOWS if name in os.environ}
            | {
                "APPDATA": str(home / "AppData" / "Roaming"),
                "LOCALAPPDATA": str(home / "AppData" / "Local"),
                "PATH": os.pathsep.join((str(root / "tools"), system)),
                # cmd.exe gives itself one where there is none.
                "PROMPT": "$P$G",
                "TEMP": str(root / "tmp"),
                "TMP": str(root / "tmp"),
                "USERNAME": "tester",
                "USERPROFILE": str(home),
            }
        )
    return shared | {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "LOGNAME": "tester",
        "PATH": f"{root}/tools:/usr/local/bin:/usr/bin:/bin",
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
    shell: Shell,
    scenario: Scenario,
    root: Path,
    wrapper: Sequence[str] = (),
    seat: Seat | None = None,
    piped: bool = PIPED,
) -> Iterator[Stage]:
    """Make the scenario's tree, start the shell (below `wrapper`) and wait for its first prompt.

    Where the scenario can do with a `seat` it is played there, and `stage.root` is the seat's. With `piped` the shell,
    a PowerShell, has no terminal.
    """
    executable = require(shell.name, shell.find())
    piped = piped and shell.name == "pwsh"
    if seat is not None and (piped or not seat.suits(shell, scenario)):
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
    env = {**list_variables(root, executable), **shell.environment}
    if scenario.config:
        config = Path(places.user_dir("config", env, str(home)), "config.toml")
        config.parent.mkdir(parents=True)
        config.write_text(scenario.config)
    argv = (executable, *shell.arguments)
    if piped:
        # Where its user's profile is, Windows says, and no variable: the file is handed to it.
        argv = (*argv, "-NoProfile", "-NoExit", "-ExecutionPolicy", "Bypass", "-File", str(home / shell.rc))
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
    if not IS_WINDOWS:
        env |= {"PWD": str(start)}
    terminal: Terminal | Piped | None = seat.take(executable, env, start) if seat else None
    if terminal is None:
        seat = None
        terminal = Piped(argv, env, start) if piped else Terminal((*wrapper, *argv), env, start)
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
        shutil.rmtree(places.user_dir("state", env, str(home)), ignore_errors=True)


def play(stage: Stage, scenario: Scenario) -> None:
    """Play the steps; of one that fails, say which it was and what the terminal had shown."""
    for number, step in enumerate(scenario.steps, 1):
        try:
            step.play(stage)
        except AssertionError as error:
            error.add_note(f"step {number}: {step}\n{stage.terminal.transcript()}")
            raise
