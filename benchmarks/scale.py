"""Measures what grows: known projects, levels, entries on PATH, files in a directory, the time of a file system."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import measure
import stage
from drive import Session

#: A record that some hook has read: what it says does not matter here, only that it is one of many.
RECORD = "autovenv-record 2 0123456789abcdef\nverdict none\nend\n"
ACTIONS = ("idle", "between", "in and out")
LEVELS = 30


def measure_all(
    root: Path, tool: stage.Tool, shells: list[stage.Shell], rounds: int, most: int
) -> dict[str, dict[str, dict[str, float]]]:
    """Return for each shell and situation the microseconds that the hook adds; and what `prune` takes."""
    bare = stage.Home(root / "scale", stage.BARE, shells)
    home = stage.Home(root / "scale", tool, shells)
    found: dict[str, dict[str, dict[str, float]]] = {shell.name: {} for shell in shells}
    for count in sorted({10, 1_000, most}):
        add_records(home, list_many(home, count))
        for shell in shells:
            found[shell.name][f"{count:,} known projects"] = _measure(shell, bare, home, rounds)
    found["prune"] = {situation: {"prune": took} for situation, took in measure_prune(home, most).items()}
    long = stage.Home(root / "long", tool, shells, tuple(f"/opt/tool{number}/bin" for number in range(200)))
    long_bare = stage.Home(root / "long", stage.BARE, shells, tuple(f"/opt/tool{number}/bin" for number in range(200)))
    for shell in shells:
        found[shell.name]["200 more entries on PATH"] = _measure(shell, long_bare, long, rounds)
    for one in (bare, home):
        for number in range(100_000):
            (one.path / "work" / "one" / f"file{number}").touch()
    for shell in shells:
        found[shell.name]["100,000 files in the project"] = _measure(shell, bare, home, rounds)
        found[shell.name][f"{LEVELS} levels below it"] = _measure(shell, bare, home, rounds, list_deep)
    if library := build_slow(root):
        for shell in shells:
            if shell.name != "pwsh":  # .NET calls the system by itself
                slow = {"LD_PRELOAD": str(library), "SLOW_BELOW": str(home.path.parent)}
                found[shell.name]["5 ms for each look at a file"] = _measure(shell, bare, home, 3, variables=slow)
    return found


def list_actions(home: stage.Home) -> measure.Actions:
    """Return the actions that are measured here."""
    return {name: done for name, done in measure.list_actions(home).items() if name in ACTIONS}


def list_deep(home: stage.Home) -> measure.Actions:
    """Return the one between two directories far below their projects, which are made."""
    places = (home.deep("one", LEVELS), home.deep("two", LEVELS))
    for place in places:
        place.mkdir(parents=True, exist_ok=True)
    return {"between": ("move", places)}


def _measure(
    shell: stage.Shell,
    bare: stage.Home,
    home: stage.Home,
    rounds: int,
    actions: Callable[[stage.Home], measure.Actions] = list_actions,
    variables: dict[str, str] | None = None,
) -> dict[str, float]:
    with Session(shell, bare, variables=variables) as first, Session(shell, home, variables=variables) as second:
        return measure.measure([first, second], rounds, actions, visits=0)[home.tool.name]


def list_many(home: stage.Home, count: int) -> list[Path]:
    """Return the directories of `count` projects, a thousand in each directory."""
    return [home.path / "many" / str(number // 1000) / str(number) for number in range(count)]


def add_records(home: stage.Home, projects: Iterable[Path]) -> None:
    """Make it so that projects are known."""
    for project in projects:
        place = find_place(home, project)
        place.mkdir(parents=True, mode=0o700, exist_ok=True)
        (place / ".autovenv-record").write_text(RECORD)
        (place / ".autovenv-0123456789abcdef.0").touch()


def measure_prune(home: stage.Home, count: int) -> dict[str, float]:
    """Return the milliseconds that `autovenv prune` takes when `count` projects are known, by what is there of them.

    They are known by now; to be forgotten three times, they are made known twice more.
    """
    found = {}
    projects = list_many(home, count)
    for project in projects:
        project.mkdir(parents=True)
    found[f"{count:,} known projects, all there"] = statistics.median(time_prune(home) for _ in range(5))
    for project in projects[::100]:
        project.rmdir()
    found["one in a hundred gone"] = time_prune(home)
    wait_for_background(home)
    for project in set(projects) - set(projects[::100]):
        project.rmdir()
    found["all gone, the directories that they were in still there"] = time_prune(home)
    wait_for_background(home)
    add_records(home, [*projects, *{project.parent for project in projects}])
    found["the same, and those directories known as well"] = time_prune(home)
    wait_for_background(home)
    add_records(home, projects)
    found["the file system alone: a look at each project and at its place"] = time_looks(home, projects)
    found["the file system alone: a rename of each place"] = time_renames(home, projects)
    shutil.rmtree(home.path / "many")
    found["all gone, and the directories that they were in"] = time_prune(home)
    found["after which the disk is cleared in the background for"] = wait_for_background(home)
    add_records(home, projects)
    started = time.perf_counter()
    home.run("rm", "-rf", str(find_place(home, home.path / "many")))
    found["the file system alone: `rm -rf` of as many places"] = _count_ms(started)
    return found


def find_place(home: stage.Home, directory: Path) -> Path:
    """Return where the state directory keeps what is known about a directory."""
    return Path(f"{home.path}/.local/state/autovenv/at{directory}")


def time_looks(home: stage.Home, projects: list[Path]) -> float:
    """Return the milliseconds of a listing of each directory with projects, and of a look at each of their places."""
    places = [str(find_place(home, project)) for project in projects]
    started = time.perf_counter()
    for directory in dict.fromkeys(project.parent for project in projects):
        with os.scandir(directory) as entries:
            for _ in entries:
                pass
    for place in places:
        os.lstat(place)
    return _count_ms(started)


def time_renames(home: stage.Home, projects: list[Path]) -> float:
    """Return the milliseconds that it takes to move each place aside; they are moved back."""
    aside = home.path / ".local/state/autovenv/aside"
    aside.mkdir()
    moves = [(str(find_place(home, project)), str(aside / str(at))) for at, project in enumerate(projects)]
    started = time.perf_counter()
    for place, other in moves:
        os.rename(place, other)
    took = _count_ms(started)
    for place, other in moves:
        os.rename(other, place)
    aside.rmdir()
    return took


def _count_ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)


def time_prune(home: stage.Home) -> float:
    """Return the milliseconds that `autovenv prune` takes."""
    started = time.perf_counter()
    home.run(str(Path(sys.executable).with_name("autovenv")), "prune")
    return _count_ms(started)


def wait_for_background(home: stage.Home) -> float:
    """Return the milliseconds until nothing is left of what was forgotten."""
    started = time.perf_counter()
    while (home.path / ".local/state/autovenv/gone").exists():
        time.sleep(0.05)
    return _count_ms(started)


def build_slow(root: Path) -> Path | None:
    """Compile what slows a file system down; None where there is no compiler, or no way to preload (macOS, Windows)."""
    compiler = shutil.which("cc")
    if not compiler or sys.platform != "linux":
        return None
    library = root / "slow.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, stage.HERE / "slow.c"], check=True)
    return library
