"""How a result reaches a person or a program: rich text on a terminal, plain text in a pipe, JSON."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Literal

from autovenv import printing
from autovenv.documents import compose
from autovenv.messages import visible

if TYPE_CHECKING:
    from rich.console import Console


def console(soft_wrap: bool = True) -> Console:
    """Return the way to stdout.

    Lines are not broken unless `soft_wrap` is off; text is never taken for markup. There is no colour in a pipe, and
    none where `NO_COLOR` or `TERM=dumb` says so.
    """
    from rich.console import Console

    # rich would still print dim and bold where NO_COLOR is set.
    colours: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    return Console(color_system=colours, soft_wrap=soft_wrap, highlight=False, markup=False, emoji=False)


def is_terminal() -> bool:
    """Tell whether stdout is a terminal; where it is closed, it is none."""
    return sys.stdout is not None and sys.stdout.isatty()


def print_json(contents: dict[str, object]) -> None:
    """Print a JSON document: names and what they stand for, which may be results."""
    print(compose(contents))


def print_path(path: str) -> None:
    """Print a path: byte for byte for a program, everything visible on a terminal."""
    _print_line(visible(path) if is_terminal() else path)


def print_name(path: str) -> None:
    """Print one path of a list: what a terminal would obey, or what would be two lines, is visible in a pipe too.

    Whoever completes a word shows it. A byte that is no text stays one.
    """
    texts = [character for character in path if not "\udc80" <= character <= "\udcff"]
    is_hostile = any(visible(character) != character for character in texts)
    _print_line(visible(path) if is_hostile or is_terminal() else path)


def _print_line(path: str) -> None:
    printing.put_path(path + "\n", print_bytes)


def print_bytes(data: bytes) -> None:
    """Print bytes as they are: no line of them ends with CRLF on Windows."""
    if sys.stdout is not None:
        sys.stdout.flush()
    while data:
        data = data[os.write(1, data) :]


def say(text: str) -> None:
    """Print what only a person reads, to stderr."""
    print(text, file=sys.stderr)
