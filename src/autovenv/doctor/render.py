"""The text of a diagnosis: the verdict first, then what is not well, with what to type."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from typing import TYPE_CHECKING

from autovenv.commands.output import console, is_terminal, print_json

if TYPE_CHECKING:
    from autovenv.doctor.checks import Check
    from autovenv.doctor.results import Diagnosis, Level, Result

#: Columns of a text that is not for a terminal, or for one that does not say: an issue's.
WIDTH = 60

#: Columns beyond which lines are hard to read.
WIDEST = 100

_STYLES: dict[Level, str] = {"ok": "green", "note": "cyan", "warn": "yellow", "fail": "red"}

Line = tuple[str, str]

#: A space that no line breaks at. Nobody's text has one: it is not printable.
_GLUE = "\0"


def find_width() -> int:
    """Return how wide lines of prose may be."""
    columns = shutil.get_terminal_size((WIDTH, 24)).columns if is_terminal() else 0
    given = os.environ.get("COLUMNS", "")
    columns = columns or (int(given) if given.isdecimal() and len(given) < 6 else WIDTH)
    return max(20, min(columns, WIDEST))


def describe(diagnosis: Diagnosis, named: bool, width: int) -> list[Line]:
    """Return the lines of the text, each with the level that it belongs to, empty for none.

    A healthy diagnosis is one line. With `named` checks there is no verdict, and all that they found is told.
    """
    bad = [result for result in diagnosis.results if result.level != "ok"]
    lines: list[Line] = []
    if not named:
        lines += _describe_verdict(diagnosis, width, alone=not bad)
    for result in diagnosis.results if named else bad:
        lines += [("", "")] * bool(lines) + _describe_result(result, width)
    good = list(dict.fromkeys(result.check for result in diagnosis.results if result.level == "ok"))
    good = [name for name in good if not any(result.check == name for result in bad)]
    if bad and good and not named:
        lines += [("", ""), *_wrap("ok", "ok: ", ", ".join(good), width)]
    return lines


def _describe_verdict(diagnosis: Diagnosis, width: int, alone: bool) -> list[Line]:
    verdict = diagnosis.verdict
    if alone:
        return [(verdict.level, f"{verdict.level}: {verdict.what}")]
    lines = _wrap(verdict.level, f"{verdict.level}: ", verdict.what, width)
    for label, text in (("runs", verdict.what_runs), ("should", verdict.what_should), ("why", verdict.why)):
        lines += _wrap("", f"  {label}: ", text, width) if text else []
    return lines


def _describe_result(result: Result, width: int) -> list[Line]:
    lines = _wrap(result.level, f"{result.level}: {result.check}: ", result.what, width)
    if result.why:
        lines += _wrap("", "  why: ", result.why, width)
    for detail in result.details:
        lines += _wrap("", "  - ", detail, width)
    if result.because:
        lines += _wrap("", "  because of ", f"`{result.because}`", width)
    for remedy in result.remedies:
        # Never broken: it is there to be pasted.
        lines.append(("", f"  run: {remedy.command}"))
        if remedy.words:
            lines += _wrap("", "  hint: ", remedy.words, width)
    return lines


def _wrap(level: str, label: str, text: str, width: int) -> list[Line]:
    """Return the lines of a paragraph after its label.

    A word that is too long stays whole, and so does what stands between backticks: a path, or what is typed.
    """
    indent = " " * (len(label) - len(label.lstrip()) + 4)
    text = re.sub("`[^`]*`", lambda quoted: quoted[0].replace(" ", _GLUE), text)
    lines = textwrap.wrap(
        text, width, initial_indent=label, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    lines = [line.replace(_GLUE, " ") for line in lines]
    return [(level if not at else "", line) for at, line in enumerate(lines or [label])]


def print_diagnosis(diagnosis: Diagnosis, as_json: bool, named: bool) -> None:
    """Print a diagnosis to stdout."""
    if as_json:
        print_json({"level": diagnosis.level, **vars(diagnosis)})
        return
    from rich.text import Text

    out = console()
    for level, line in describe(diagnosis, named, find_width()):
        text = Text(line)
        if level:
            text.stylize(f"bold {_STYLES[level]}", 0, len(level) + 1)  # type: ignore[index]
        elif line.startswith("  run: "):
            text.stylize("bold", len("  run: "))
        elif line.startswith("  ") and not line.startswith("   "):
            text.stylize("dim", 0, len(line) - len(line.lstrip()) + line.lstrip().find(" "))
        out.print(text)


def print_checks(checks: tuple[Check, ...], as_json: bool) -> None:
    """Print the names of the checks and what they look at to stdout."""
    if as_json:
        print_json({"checks": [{"name": check.name, "looks_at": check.looks_at} for check in checks]})
        return
    width = max(len(check.name) for check in checks) + 2
    for check in checks:
        print(f"{check.name.ljust(width)}{check.looks_at}")
