"""The projects that autovenv knows: `autovenv list` and `autovenv prune`."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autovenv import choices, places, record, resolve, settings, trust
from autovenv.environment import Broken
from autovenv.evidence import Evidence
from autovenv.messages import show_path
from autovenv.output import console, is_terminal, print_json, say
from autovenv.status import title_kind

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Known:
    """A project that autovenv has a record of, or a decision about.

    `environment` is its prefix, `kind` the name of the kind that found it. `verdict` is `allow`, `ask`, `refuse`,
    `broken`, `none` (it has no environment now) or `gone` (it has no directory), and `why` the reasons for it.
    """

    project: str
    environment: str | None
    kind: str | None
    verdict: str
    why: str = ""


def _walk() -> Iterator[tuple[str, str, list[str]]]:
    """Yield each place in the state directory, the directory that it is about, and its files, in order.

    Links are not followed.
    """
    state = places.state_dir()
    if not record.is_private(state):
        return
    top = os.path.join(state, "at")
    for place, directories, files in os.walk(top):
        directories.sort()
        yield place, unmirror(place[len(top) :].replace(os.sep, "/") or "/"), files


def find_known() -> Iterator[str]:
    """Yield the directories that the state directory has something about, in order."""
    for _, directory, files in _walk():
        if record.RECORD in files or choices.CHOICE in files:
            yield directory


def unmirror(path: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return the directory that `record.mirror` wrote as `path`.

    >>> unmirror("/c/Users/ada", windows=True), unmirror("/server/share/app", windows=True)
    ('C:\\Users\\ada', '\\\\server\\share\\app')
    """
    if not windows:
        return path
    drive, _, rest = path[1:].partition("/")
    if len(drive) == 1:
        return f"{drive.upper()}:\\" + rest.replace("/", "\\")
    return "\\" + path.replace("/", "\\")


def examine(directory: str, environ: dict[str, str]) -> Known:
    """Return what a directory is now, whatever its record says."""
    if not os.path.isdir(directory):
        return Known(directory, None, None, "gone")
    evidence = Evidence(environ)
    finding, verdict = resolve.look(directory, evidence, settings.load(evidence))
    if finding is None:
        return Known(directory, None, None, "none")
    prefix = finding.environment.prefix
    if isinstance(finding.environment, Broken):
        return Known(directory, prefix, finding.kind, "broken", finding.environment.reason)
    assert verdict is not None
    return Known(directory, prefix, finding.kind, verdict.decision, trust.explain(verdict))


def list_known(environ: dict[str, str]) -> list[Known]:
    """Return the known projects. A directory that has, and is decided to have, no environment is not one."""
    known = [examine(directory, environ) for directory in find_known()]
    return [project for project in known if project.verdict != "none" or choices.read(project.project)]


def print_known(known: list[Known], as_json: bool) -> None:
    """Print the known projects to stdout: a table on a terminal, tabs in a pipe."""
    if as_json:
        print_json(known)
    elif not known:
        say("no project is known yet: `cd` into one, in a shell with the hook")
    elif not is_terminal():
        for project in known:
            print("\t".join(_cells(project)))
    else:
        _print_table(known)


def _cells(project: Known) -> tuple[str, str, str, str, str]:
    """Return the cells of a line: project, kind, verdict, environment (within the project where it lies there), why."""
    environment = project.environment or ""
    inside = environment.startswith(project.project.rstrip(os.sep) + os.sep)
    shown = show_path(environment[len(project.project.rstrip(os.sep)) + 1 :] if inside else environment)
    why = project.why if project.verdict != "allow" else ""
    return show_path(project.project), title_kind(project.kind or "") or "-", project.verdict, shown or "-", why


def _print_table(known: list[Known]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for title in ("project", "kind", "verdict", "environment", "why"):
        table.add_column(title, overflow="fold")
    colours = {"allow": "green", "gone": "dim", "none": "dim"}
    for project in known:
        cells = [Text(cell) for cell in _cells(project)]
        cells[2].stylize(colours.get(project.verdict, "yellow"))
        table.add_row(*cells)
    # A table is laid out for the width there is, so that here lines do break.
    console(soft_wrap=False).print(table)


def prune(dry_run: bool = False) -> list[str]:
    """Forget the projects whose directory is gone: records and decisions. Return their directories.

    Each directory of the state is read once and each project looked at once; below one that is gone, none.
    """
    top = os.path.join(places.state_dir(), "at")
    gone: list[str] = []
    empty: list[str] = []
    missing = ""
    for place, directory, files in _walk():
        if not missing or not directory.startswith(missing + os.sep):
            missing = "" if os.path.lexists(directory) else directory
        if missing and (record.RECORD in files or choices.CHOICE in files):
            gone.append(directory)
            if not dry_run:
                files = [name for name in files if not _forget(os.path.join(place, name), name)]
        if not files:
            empty.append(place)
    if not dry_run:
        for place in reversed(empty):
            if place != top:
                with suppress(OSError):  # not empty, or a shell is writing a record there
                    os.rmdir(place)
    return gone


def _forget(path: str, name: str) -> bool:
    """Remove a file that is a record, a stamp of one, a decision, or unfinished; tell whether it is gone."""
    if name not in (record.RECORD, choices.CHOICE) and not record.is_stamp(name) and not record.is_unfinished(name):
        return False
    with suppress(OSError):
        os.unlink(path)
        return True
    return False


def print_pruned(gone: list[str], dry_run: bool, as_json: bool) -> None:
    """Print to stdout what was forgotten, or what would be."""
    if as_json:
        print_json(gone)
        return
    for directory in gone:
        print(f"{'would forget' if dry_run else 'forgot'} {show_path(directory)}")
    if not gone:
        say("nothing to forget: every known project is there")
