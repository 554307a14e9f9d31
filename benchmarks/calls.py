"""Counts system calls with strace (Linux): exact where times are not."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import measure
from drive import Session
from stage import Home, Shell

REPEATS = 10
ACTIONS = ("idle", "between", "in and out", "depth 5")

#: What is told apart: processes, looks at files by path, and all system calls.
_PROCESSES = ("clone", "clone3", "fork", "vfork")
_FILES = (
    *("stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2"),
    *("open", "openat", "readlink", "readlinkat"),
)
_CALL = re.compile(r"^\d+ +(\w+)\(")


def count_all(shell: Shell, homes: list[Home]) -> dict[str, dict[str, dict[str, float]]]:
    """Return for each tool and action what each repetition adds to the bare shell: processes, looks at files, all."""
    counted = {home.tool.name: count(shell, home) for home in homes if home.tool.covers(shell)}
    bare = counted.pop("bare")
    return {
        tool: {
            action: {kind: round((number - bare[action][kind]) / REPEATS, 1) for kind, number in kinds.items()}
            for action, kinds in actions.items()
        }
        for tool, actions in counted.items()
    }


def count(shell: Shell, home: Home) -> dict[str, dict[str, int]]:
    """Return for each action the system calls of a shell and its children in `REPEATS` repetitions."""
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "calls"
        with Session(shell, home, ("strace", "-f", "-qq", "-s", "16", "-o", str(log))) as session:
            for action in ACTIONS:
                what, places = measure.list_actions(home)[action]
                session.ask(what, 2, *places)
                session.ask(what, REPEATS, *places)
        spans = _find_spans(log.read_text(errors="replace").splitlines())
        for action, lines in zip(ACTIONS, spans[-2 * len(ACTIONS) + 1 :: 2], strict=True):
            found[action] = _count_lines(lines)
    return found


def _find_spans(lines: list[str]) -> list[list[str]]:
    """Return what lies between each `begin` and its `end`."""
    spans: list[list[str]] = []
    inside = False
    for line in lines:
        if '"begin ' in line or "hbegin " in line:
            spans.append([])
            inside = True
        elif '"end ' in line or "hend " in line:
            inside = False
        elif inside:
            spans[-1].append(line)
    return spans


def _count_lines(lines: list[str]) -> dict[str, int]:
    names = [match[1] for line in lines if (match := _CALL.match(line))]
    return {
        "processes": sum(name in _PROCESSES for name in names) - _count_threads(lines),
        "files": sum(name in _FILES for name in names),
        "calls": len(names),
    }


def _count_threads(lines: list[str]) -> int:
    return sum("CLONE_THREAD" in line for line in lines)
