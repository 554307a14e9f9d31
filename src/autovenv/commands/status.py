"""What applies in a directory and why: one frozen result, as text and as JSON."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autovenv import walk
from autovenv.commands.output import console, print_json
from autovenv.environments.kinds import KINDS
from autovenv.messages import show, show_path

if TYPE_CHECKING:
    from autovenv.environments.environment import Environment


@dataclass(frozen=True)
class Reason:
    """Why a verdict is what it is: a `code` for programs, a few `words` for people."""

    code: str
    words: str


@dataclass(frozen=True)
class Status:
    """What applies in `directory`.

    `project` is the directory that the environment belongs to; `environment` its prefix, `flavour` `venv` or `conda`,
    `python` its interpreter, `name` what the prompt shows, `kind` and `rule` how it was found. `verdict` is `allow`,
    `ask`, `refuse`, `broken` or `none`, with `reasons`. `active` tells whether the shell that asked runs it; `other` is
    the environment that is active instead. `skipped` are sentences about what could not be used. Paths are absolute.
    """

    directory: str
    project: str | None
    environment: str | None
    flavour: str | None
    name: str | None
    python: str | None
    kind: str | None
    rule: str | None
    verdict: str
    reasons: tuple[Reason, ...]
    active: bool
    other: str | None
    skipped: tuple[str, ...]


def examine(directory: str, environ: dict[str, str]) -> Status:
    """Return what applies in `directory`, an absolute path, for a shell with the variables `environ`."""
    way = walk.find(directory, environ)
    step = way.project
    if step is None or step.finding is None:
        other = active_prefix(environ)
        return Status(directory, None, None, None, None, None, None, None, "none", (), False, other, way.skipped)
    finding = step.finding
    environment = step.environment
    if environment is None or step.verdict is None:
        verdict = "broken"
        reasons: tuple[Reason, ...] = (Reason("broken", step.broken.reason),) if step.broken else ()
    else:
        verdict = step.verdict.decision
        reasons = tuple(Reason(code, words) for code, words in step.verdict.reasons)
    active = environment is not None and is_active(environment, environ)
    return Status(
        directory=directory,
        project=step.directory,
        environment=finding.environment.prefix,
        flavour=environment.flavour if environment else None,
        name=environment.name if environment else None,
        python=(environment.python or None) if environment else None,
        kind=finding.kind,
        rule=finding.rule,
        verdict=verdict,
        reasons=reasons,
        active=active,
        other=None if active else active_prefix(environ),
        skipped=way.skipped,
    )


def active_prefix(environ: dict[str, str]) -> str | None:
    """Return the prefix of the environment that a shell says is active; one that is not there is not active."""
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        prefix = environ.get(variable, "")
        if os.path.isabs(prefix) and os.path.isdir(prefix):
            return prefix
    return None


def is_active(environment: Environment, environ: dict[str, str]) -> bool:
    """Tell whether a shell runs `environment`: its variable names it, and its commands are on `PATH`."""
    prefix = environ.get("CONDA_PREFIX" if environment.flavour == "conda" else "VIRTUAL_ENV", "")
    entries = environ.get("PATH", "").split(os.pathsep)
    return is_same(prefix, environment.prefix) and any(is_same(entry, environment.bin) for entry in entries)


def is_same(one: str, other: str) -> bool:
    """Tell whether two paths lead to the same thing; a relative or empty one never does."""
    if not os.path.isabs(one):
        return False
    try:
        return one == other or os.path.samefile(one, other)
    except (OSError, ValueError):
        return False


#: Where a verdict leaves a person: words after it, and whether that is a problem.
_VERDICTS = {
    "allow": ("allowed", False),
    "ask": ("not activated until you say `autovenv allow`", True),
    "refuse": ("refused", True),
    "broken": ("broken", True),
    "none": ("no environment here", False),
}


def is_problem(status: Status) -> bool:
    """Tell whether there is an environment that cannot be used as it is."""
    return _VERDICTS.get(status.verdict, ("", True))[1]


def title_kind(name: str) -> str:
    """Return the title of a kind, by its name."""
    return next((kind.title for kind in KINDS if kind.name == name), name)


def describe(status: Status) -> list[tuple[str, str]]:
    """Return the lines of the text: pairs of a label and what stands after it."""
    lines = [("directory", show_path(status.directory))]
    if status.project is None:
        lines.append(("project", "none here or further up"))
    else:
        lines.append(("project", show_path(status.project)))
        lines.append(("environment", show_path(status.environment or "")))
        if status.name:
            lines.append(("name", status.name))
        lines.append(("kind", f"{title_kind(status.kind or '')} ({show(status.rule or '')})"))
        lines.append(("verdict", _VERDICTS.get(status.verdict, (status.verdict, True))[0]))
        lines += [("why", reason.words) for reason in status.reasons]
    lines.append(("active", _describe_active(status)))
    lines += [("skipped", sentence) for sentence in status.skipped]
    return lines


def _describe_active(status: Status) -> str:
    if status.active:
        return "yes"
    if status.other:
        return f"no, `{show_path(status.other)}` is"
    if status.verdict == "allow":
        return "no: is the hook loaded in this shell?"
    return "no"


def print_status(status: Status, as_json: bool) -> None:
    """Print the status to stdout."""
    if as_json:
        print_json(status)
        return
    from rich.text import Text

    lines = describe(status)
    width = max(len(label) for label, _ in lines) + 2
    colours = {"allow": "green", "none": ""}
    out = console()
    for label, text in lines:
        style = colours.get(status.verdict, "yellow") if label == "verdict" else ""
        if label == "active" and status.active:
            style = "green"
        out.print(Text.assemble((label.ljust(width), "dim"), (text, style)))
