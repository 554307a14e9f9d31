"""What applies in a directory and why: one frozen result, as text and as JSON."""

from __future__ import annotations

import os

from autovenv import walk
from autovenv.documents import compose
from autovenv.environments.active import active_prefix, is_active
from autovenv.environments.kinds import title_kind
from autovenv.messages import put, visible, visible_path


class Status:
    """What applies in `directory`.

    `project` is the directory that the environment belongs to; `environment` its prefix, `flavour` `venv` or `conda`,
    `python` its interpreter, `name` what the prompt shows, `kind` and `rule` how it was found. `verdict` is `allow`,
    `ask`, `refuse`, `broken` or `none`, with `reasons`: pairs of a code for programs and a few words for people.
    `active` tells whether the shell that asked runs it; `other` is the environment that is active instead. `skipped`
    are sentences about what could not be used, `advice` what the hook says where there is no environment or one from
    further up: triples of what, why and what to type. Paths are absolute.
    """

    __slots__ = (
        "active",
        "advice",
        "directory",
        "environment",
        "flavour",
        "kind",
        "name",
        "other",
        "project",
        "python",
        "reasons",
        "rule",
        "skipped",
        "verdict",
    )

    def __init__(
        self,
        directory: str,
        project: str | None = None,
        environment: str | None = None,
        flavour: str | None = None,
        name: str | None = None,
        python: str | None = None,
        kind: str | None = None,
        rule: str | None = None,
        verdict: str = "none",
        reasons: tuple[tuple[str, str], ...] = (),
        active: bool = False,
        other: str | None = None,
        skipped: tuple[str, ...] = (),
        advice: tuple[tuple[str, str, str], ...] = (),
    ) -> None:
        self.directory = directory
        self.project = project
        self.environment = environment
        self.flavour = flavour
        self.name = name
        self.python = python
        self.kind = kind
        self.rule = rule
        self.verdict = verdict
        self.reasons = reasons
        self.active = active
        self.other = other
        self.skipped = skipped
        self.advice = advice


def enter(arguments: list[str]) -> int | None:
    """Answer `status --json`."""
    if arguments != ["--json"]:
        return None
    environ = dict(os.environ)
    found = examine(walk.present_directory(environ), environ)
    put(write_document(found).encode() + b"\n")
    return 1 if is_problem(found) else 0


def write_document(status: Status) -> str:
    """Return the status as a JSON document."""
    values: dict[str, object] = {name: getattr(status, name) for name in Status.__slots__}
    values["reasons"] = [{"code": code, "words": words} for code, words in status.reasons]
    values["advice"] = [{"what": what, "why": why, "hint": hint} for what, why, hint in status.advice]
    return compose(values)


def examine(directory: str, environ: dict[str, str]) -> Status:
    """Return what applies in `directory`, an absolute path, for a shell with the variables `environ`."""
    way = walk.find(directory, environ)
    step = way.project
    if step is None or step.finding is None:
        other = active_prefix(environ)
        return Status(directory, other=other, skipped=way.skipped, advice=list_advice(way, environ))
    finding = step.finding
    environment = step.environment
    if environment is None or step.verdict is None:
        verdict = "broken"
        reasons: tuple[tuple[str, str], ...] = (("broken", step.broken.reason),) if step.broken else ()
    else:
        verdict = step.verdict.decision
        reasons = tuple(step.verdict.reasons)
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
        advice=list_advice(way, environ),
    )


def list_advice(way: walk.Walk, environ: dict[str, str]) -> tuple[tuple[str, str, str], ...]:
    """Return what the hook says of the directories on a way that have no environment of their own, the nearest first.

    Where there is none further up either, that is one hint, of the nearest project.
    """
    bare = [step.directory for step in way.steps if not step.finding]
    if not bare:
        return ()
    from autovenv import resolve
    from autovenv.disk.evidence import Evidence
    from autovenv.state import settings

    values = settings.load(Evidence(environ))
    said = [resolve.list_advice(directory, Evidence(environ), values) for directory in bare]
    if way.project is None:
        return tuple(hint for hints, _ in said for hint in hints)[:1]
    return tuple(outer for _, outers in said for outer in outers)


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


def describe(status: Status, pause: str = "") -> list[tuple[str, str]]:
    """Return the lines of the text: pairs of a label and what stands after it."""
    lines = [("directory", visible_path(status.directory))]
    if status.project is None:
        lines.append(("project", "none here or further up"))
    else:
        lines.append(("project", visible_path(status.project)))
        lines.append(("environment", visible_path(status.environment or "")))
        if status.name:
            lines.append(("name", status.name))
        lines.append(("kind", f"{title_kind(status.kind or '')} ({visible(status.rule or '')})"))
        lines.append(("verdict", _VERDICTS.get(status.verdict, (status.verdict, True))[0]))
        lines += [("why", words) for _, words in status.reasons]
    lines.append(("active", _describe_active(status, pause)))
    lines += [("skipped", sentence) for sentence in status.skipped]
    for what, why, hint in status.advice:
        # Who has it off hears nothing of it.
        lines += [("note", f"{what}: {why}"), ("hint", hint.partition(", or `autovenv off`")[0] if pause else hint)]
    return lines


def _describe_active(status: Status, pause: str) -> str:
    if pause and not status.active and not status.other:
        return f"no: {pause} (`autovenv on`)"
    if status.active:
        return "yes"
    if status.other:
        return f"no, `{visible_path(status.other)}` is"
    if status.verdict == "allow":
        return "no: is the hook loaded in this shell?"
    return "no"


def read_pause(environ: dict[str, str]) -> str:
    """Return in words why nothing is activated in the calling shell, empty where that is not so, or not known."""
    lines = environ.get("__AUTOVENV_FACTS", "").split("\n")
    if "state off" in lines:
        return "autovenv is off in this shell"
    return "this project's environment is off in this shell" if "state held" in lines else ""


def print_status(status: Status, pause: str = "") -> None:
    """Print the status to stdout, for a shell that activates nothing for the reason `pause`, if there is one."""
    from rich.text import Text

    from autovenv.commands.output import console

    lines = describe(status, pause)
    width = max(len(label) for label, _ in lines) + 2
    colours = {"allow": "green", "none": ""}
    out = console()
    for label, text in lines:
        style = colours.get(status.verdict, "yellow") if label == "verdict" else ""
        if label == "active" and status.active:
            style = "green"
        out.print(Text.assemble((label.ljust(width), "dim"), (text, style)))
