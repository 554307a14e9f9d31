"""Measures what grows: known projects, levels, entries on PATH, files in a directory, the time of a file system."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import measure
import stage
from drive import Session

#: A record that some hook has read: what it says does not matter here, only that it is one of many.
RECORD = "autovenv-record 1 0123456789abcdef\nverdict none\nend\n"
ACTIONS = ("idle", "between", "in and out")


def measure_all(
    root: Path, tool: stage.Tool, shells: list[stage.Shell], rounds: int, most: int
) -> dict[str, dict[str, dict[str, float]]]:
    """Return for each shell and situation the microseconds that the hook adds; and what `prune` takes."""
    bare = stage.Home(root / "scale", stage.BARE, shells)
    home = stage.Home(root / "scale", tool, shells)
    found: dict[str, dict[str, dict[str, float]]] = {shell.name: {} for shell in shells}
    for count in sorted({10, 1_000, most}):
        add_records(home, count)
        for shell in shells:
            found[shell.name][f"{count:,} known projects"] = _measure(shell, bare, home, rounds)
    found["prune"] = {
        f"{most:,} known projects, looked at only": {"prune": time_prune(home, "--dry-run")},
        f"{most:,} known projects, gone and forgotten": {"prune": time_prune(home)},
    }
    long = stage.Home(root / "long", tool, shells, tuple(f"/opt/tool{number}/bin" for number in range(200)))
    long_bare = stage.Home(root / "long", stage.BARE, shells, tuple(f"/opt/tool{number}/bin" for number in range(200)))
    for shell in shells:
        found[shell.name]["200 more entries on PATH"] = _measure(shell, long_bare, long, rounds)
    for one in (bare, home):
        for number in range(100_000):
            (one.path / "work" / "one" / f"file{number}").touch()
    for shell in shells:
        found[shell.name]["100,000 files in the project"] = _measure(shell, bare, home, rounds)
        found[shell.name]["30 levels below it"] = _measure_deep(shell, bare, home, rounds)
    if library := build_slow(root):
        for shell in shells:
            if shell.name != "pwsh":  # .NET calls the system by itself
                found[shell.name]["5 ms for each look at a file"] = _measure(shell, bare, home, 3, library)
    return found


def _measure(
    shell: stage.Shell, bare: stage.Home, home: stage.Home, rounds: int, library: Path | None = None
) -> dict[str, float]:
    samples: measure.Samples = {}
    variables = {"LD_PRELOAD": str(library), "SLOW_BELOW": str(home.path.parent)} if library else {}
    with Session(shell, bare, variables=variables) as first, Session(shell, home, variables=variables) as second:
        for action in ACTIONS:
            for session in (first, second):
                what, places = measure.list_actions(session.home)[action]
                session.ask(what, 2, *places)
        for _ in range(rounds):
            for action in ACTIONS:
                for session in (first, second):
                    what, places = measure.list_actions(session.home)[action]
                    count = 4 if library else 200
                    took = session.ask(what, count, *places) / count
                    samples.setdefault(session.home.tool.name, {}).setdefault(action, []).append(took)
    return measure.subtract(samples)[home.tool.name]


def _measure_deep(shell: stage.Shell, bare: stage.Home, home: stage.Home, rounds: int) -> dict[str, float]:
    samples: measure.Samples = {}
    with Session(shell, bare) as first, Session(shell, home) as second:
        for _ in range(rounds):
            for session in (first, second):
                places = (session.home.deep("one", 30), session.home.deep("two", 30))
                for place in places:
                    place.mkdir(parents=True, exist_ok=True)
                session.ask("move", 2, *places)
                took = session.ask("move", 100, *places) / 100
                samples.setdefault(session.home.tool.name, {}).setdefault("between", []).append(took)
    return measure.subtract(samples)[home.tool.name]


def add_records(home: stage.Home, count: int) -> None:
    """Make it so that `count` projects are known, most of them gone."""
    base = home.path / ".local/state/autovenv/at" / str(home.path / "many").lstrip("/")
    for number in range(count):
        place = base / str(number // 1000) / str(number)
        if not place.is_dir():
            place.mkdir(parents=True, mode=0o700)
            (place / ".autovenv-record").write_text(RECORD)
            (place / ".autovenv-0123456789abcdef.0").touch()


def time_prune(home: stage.Home, *options: str) -> float:
    """Return the milliseconds that `autovenv prune` takes; to delete what lay there is the system's part of it."""
    started = time.perf_counter()
    home.run(str(Path(sys.executable).with_name("autovenv")), "prune", *options)
    return round((time.perf_counter() - started) * 1000, 1)


def build_slow(root: Path) -> Path | None:
    """Compile what slows a file system down; None where there is no compiler, or no way to preload (macOS, Windows)."""
    compiler = shutil.which("cc")
    if not compiler or sys.platform != "linux":
        return None
    library = root / "slow.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, stage.HERE / "slow.c"], check=True)
    return library
