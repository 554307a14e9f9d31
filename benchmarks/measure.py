"""Measures by rounds that go from tool to tool."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import stage
from drive import Session

BATCH = 0.004
"""Seconds of one batch of repetitions: less than a scheduler's turn, so that on a busy machine most are left alone."""

ROUGH_BATCH = 0.05
"""The same in a shell whose clock is a process."""

Samples = dict[str, dict[str, list[float]]]
Actions = dict[str, tuple[str, tuple[Path, ...]]]


def list_actions(home: stage.Home) -> Actions:
    """Return what is done, by name: the request and its places."""
    work = home.path / "work"
    return {
        "idle": ("idle", (work / "one",)),
        "idle outside": ("idle", (home.path / "elsewhere",)),
        "between": ("move", (work / "one", work / "two")),
        "in and out": ("move", (work / "one", home.path / "elsewhere")),
        **{f"depth {depth}": ("move", (home.deep("one", depth), home.deep("two", depth))) for depth in stage.DEPTHS},
    }


def measure(
    sessions: list[Session], rounds: int, actions: Callable[[stage.Home], Actions] = list_actions, visits: int = 3
) -> dict[str, dict[str, float]]:
    """Return for each tool and action the microseconds that the hook adds; the first session is the bare shell.

    With `visits`, projects are visited for the first time, so many a round.
    """
    samples: Samples = {session.home.tool.name: {} for session in sessions}
    counts: dict[tuple[str, str], int] = {}
    for _ in range(rounds):
        for action in actions(sessions[0].home):
            for session in sessions:
                name = session.home.tool.name
                what, places = actions(session.home)[action]
                count = counts.get((name, action)) or _find_count(session, what, places)
                counts[name, action] = count
                samples[name].setdefault(action, []).append(session.ask(what, count, *places) / count)
        for session in sessions if visits else []:
            base = session.home.make_new(visits)
            samples[session.home.tool.name].setdefault("first visit", []).append(
                session.ask("visit", visits, base) / visits
            )
    return subtract(samples)


def _find_count(session: Session, what: str, places: tuple[Path, ...]) -> int:
    """Return how many repetitions fill a batch, once the shell has seen the places."""
    batch = BATCH if session.has_clock else ROUGH_BATCH
    count = 2
    session.ask(what, count, *places)
    while (took := session.ask(what, count, *places)) < batch / 4:
        count *= 4
    return max(2, round(count * batch / took / 2) * 2)


def subtract(samples: Samples) -> dict[str, dict[str, float]]:
    """Return what each tool takes over the bare shell in the same round, the median of the rounds, in microseconds.

    >>> subtract({"bare": {"idle": [1.0, 2.0, 1.0]}, "autovenv": {"idle": [3.0, 4.5, 9.0]}})
    {'autovenv': {'idle': 2500000.0}}
    """
    bare, *others = samples
    return {
        name: {
            action: round(_find_added(taken, samples[bare][action]) * 1e6, 1) for action, taken in samples[name].items()
        }
        for name in others
    }


def _find_added(taken: list[float], bare: list[float]) -> float:
    """Return the median of what each round takes over the bare shell in the same round, in seconds."""
    return statistics.median(one - other for one, other in zip(taken, bare, strict=True))


def measure_starts(shell: stage.Shell, homes: list[stage.Home], rounds: int) -> dict[str, float]:
    """Return the milliseconds that each tool adds to the start of a shell; autovenv's static form apart."""
    candidates: dict[str, Callable[[], None]] = {}
    for home in homes:
        if home.tool.covers(shell):
            candidates[home.tool.name] = lambda home=home: _start(shell, home)  # type: ignore[misc]
    static = stage.Home(homes[0].path.parent / f"static-{shell.name}", homes[1].tool, [])
    command = str(Path(sys.executable).with_name("autovenv"))
    name = "powershell" if shell.name == "pwsh" else shell.name
    static.run(command, "install", "--static", "--shell", name)
    _start(shell, static)
    candidates["autovenv, static"] = lambda: _start(shell, static)
    taken = time_all(candidates, rounds)
    bare = taken.pop("bare")
    return {name: round(_find_added(times, bare) * 1000, 2) for name, times in taken.items()}


def measure_commands(home: stage.Home, rounds: int) -> dict[str, float]:
    """Return the milliseconds of the two commands that a shell waits for, and of a Python that does nothing."""
    main = str(stage.HERE.parent / "src" / "autovenv" / "__main__.py")
    as_hook = (sys.executable, "-I", "-S", main)
    commands = {
        "python -c pass": (sys.executable, "-c", "pass"),
        "autovenv hook bash": (str(Path(sys.executable).with_name("autovenv")), "hook", "bash"),
        "resolver": (*as_hook, "resolve", str(home.path / "work" / "one")),
    }
    taken = time_all({name: lambda line=line: home.run(*line) for name, line in commands.items()}, 2 * rounds)  # type: ignore[misc]
    return {name: round(statistics.median(times) * 1000, 2) for name, times in taken.items()}


def time_all(candidates: dict[str, Callable[[], None]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each call, candidate after candidate in every round."""
    taken: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, call in candidates.items():
            started = time.perf_counter()
            call()
            taken[name].append(time.perf_counter() - started)
    return taken


def _start(shell: stage.Shell, home: stage.Home) -> None:
    subprocess.run(
        shell.leave,
        cwd=home.path,
        env=home.variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
