"""Measures by rounds that go from tool to tool."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import stage
from drive import Session

BATCH = 0.004
"""Seconds of one batch of repetitions: less than a scheduler's turn, so that on a busy machine most are left alone."""

ROUGH_BATCH = 0.05
"""The same in a shell whose clock is a process."""

AUTOVENV = str(Path(sys.executable).with_name("autovenv"))

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
    """Return the milliseconds that each tool adds to the start of a shell; autovenv as installed, and by a line."""
    candidates: dict[str, Callable[[], object]] = {}
    for home in homes:
        if home.tool.covers(shell):
            name = home.tool.name if home.tool.name != "autovenv" else "autovenv, by a line"
            candidates[name] = partial(_start, shell, home)
    installed = stage.Home(homes[0].path.parent / f"installed-{shell.name}", homes[1].tool, [])
    name = "powershell" if shell.name == "pwsh" else shell.name
    installed.run(AUTOVENV, "install", "--shell", name)
    _start(shell, installed)
    candidates = {"autovenv": lambda: _start(shell, installed), **candidates}
    taken = time_all(candidates, rounds)
    bare = taken.pop("bare")
    return {name: round(_find_added(times, bare) * 1000, 2) for name, times in taken.items()}


def measure_programs(homes: list[stage.Home], rounds: int) -> dict[str, float]:
    """Return the milliseconds that each way to a project's Python adds to `python -c pass` of it, without a hook."""
    at = {home.tool.name: home for home in homes}
    ours = at["autovenv"]
    ours.run(AUTOVENV, "shims", "install", "--no-rc", "python")
    shim = str(ours.path / ".local/share/autovenv/shims/python")
    work = ("-c", "pass")
    lines: dict[str, tuple[stage.Home, tuple[str, ...]]] = {
        "the environment's `python`": (ours, (str(ours.path / "work/one/.venv/bin/python"), *work)),
        "a shim of autovenv": (ours, (shim, *work)),
        "`autovenv run`": (ours, (AUTOVENV, "run", "--", "python", *work)),
    }
    for name, words in (("direnv", ("exec", ".")), ("mise", ("exec", "--"))):
        if name in at:
            lines[f"`{name} exec`"] = (at[name], (at[name].tool.accept[0], *words, "python", *work))
    if uv := shutil.which("uv"):
        lines["`uv run`"] = (ours, (uv, "run", "--offline", "--no-sync", "python", *work))
    if pyenv := _find_pyenv_shim():
        lines["a shim of pyenv, its own Python"] = (ours, (*pyenv, *work))
    calls = {
        name: lambda home=home, line=line: home.run(*line, cwd=home.path / "work/one")
        for name, (home, line) in lines.items()
    }
    for call in calls.values():
        call()
    taken = time_all(calls, 2 * rounds)
    bare = taken.pop("the environment's `python`")
    return {name: round(_find_added(times, bare) * 1000, 2) for name, times in taken.items()}


def _find_pyenv_shim() -> tuple[str, ...]:
    """Return the command that starts pyenv's shim of `python`, if there is one, whatever the home directory."""
    pyenv = shutil.which("pyenv")
    if not pyenv:
        return ()
    root, version = (
        subprocess.run((pyenv, *words), capture_output=True, text=True, check=False).stdout.split("\n")[0]
        for words in (("root",), ("versions", "--bare"))
    )
    shim = Path(root, "shims", "python")
    return ("env", f"PYENV_ROOT={root}", f"PYENV_VERSION={version}", str(shim)) if shim.exists() and version else ()


def measure_commands(home: stage.Home, rounds: int) -> dict[str, float]:
    """Return the milliseconds of the commands that shells and programs wait for, and of a Python that does nothing."""
    main = str(stage.HERE.parent / "src" / "autovenv" / "__main__.py")
    as_hook = (sys.executable, "-I", "-S", main)
    commands = {
        "python -c pass": (sys.executable, "-c", "pass"),
        "autovenv hook bash": (AUTOVENV, "hook", "bash"),
        "autovenv --version": (AUTOVENV, "--version"),
        "autovenv which": (AUTOVENV, "which"),
        "autovenv env --json": (AUTOVENV, "env", "--json"),
        "autovenv status --json": (AUTOVENV, "status", "--json"),
        "autovenv run -- true": (AUTOVENV, "run", "--", "true"),
        "resolver": (*as_hook, "resolve", str(home.path / "work" / "one")),
    }
    project = home.path / "work" / "one"
    calls = {name: lambda line=line: home.run(*line, cwd=project) for name, line in commands.items()}
    for call in calls.values():
        call()
    taken = time_all(calls, 2 * rounds)
    return {name: round(statistics.median(times) * 1000, 2) for name, times in taken.items()}


def time_all(candidates: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each call, candidate after candidate in every round."""
    taken: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, call in candidates.items():
            started = time.perf_counter()
            call()
            taken[name].append(time.perf_counter() - started)
    return taken


def _start(shell: stage.Shell, home: stage.Home) -> None:
    """Start a shell and have it leave. PowerShell has a terminal, without which it knows that nobody types."""
    master, stdin = os.openpty() if shell.name == "pwsh" else (-1, subprocess.DEVNULL)
    subprocess.run(
        shell.leave,
        cwd=home.path,
        env=home.variables,
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if master >= 0:
        os.close(master)
        os.close(stdin)
