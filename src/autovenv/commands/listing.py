"""The projects that autovenv knows: `autovenv list`."""

from __future__ import annotations

import os
from dataclasses import dataclass

from autovenv import paths, walk
from autovenv.commands.output import console, is_terminal, print_json, say
from autovenv.commands.pruning import find_known
from autovenv.disk.evidence import Evidence
from autovenv.environments.environment import Broken
from autovenv.environments.kinds import title_kind
from autovenv.messages import visible_path
from autovenv.state import choices, settings
from autovenv.trust import judge as trust


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


def examine(directory: str, environ: dict[str, str]) -> Known:
    """Return what a directory is now, whatever its record says."""
    if not os.path.isdir(directory):
        return Known(directory, None, None, "gone")
    evidence = Evidence(environ)
    finding, verdict = walk.look(directory, evidence, settings.load(evidence))
    walk.correct(directory, finding, verdict, environ)
    if finding is None:
        if choices.read(directory).get("decision") == "deny":
            return Known(directory, None, None, "refuse", "you denied it")
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
        print_json({"projects": known})
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
    below = paths.cut_off(environment, project.project)
    shown = visible_path(below.lstrip("\\/" if os.sep == "\\" else "/") if below else environment)
    why = project.why if project.verdict != "allow" else ""
    return visible_path(project.project), title_kind(project.kind or "") or "-", project.verdict, shown or "-", why


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
