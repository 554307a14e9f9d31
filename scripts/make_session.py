"""Makes the pictures of terminals in `docs/` from what a real bash shows: `scripts/make_session.py`.

The shell has a home of its own, with three environments that venv made a moment ago, one of them moved afterwards. Each
picture is there in light and in dark. With `--check` nothing is written; the exit status is 1 where the shell shows
something else than a picture.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

import pexpect
import pyte

from autovenv.commands.demo import PATIENCE, PROMPTED, Guide, make_home
from autovenv.commands.output import console
from autovenv.shells import rc

DOCS = Path(__file__).parent.parent / "docs"


@dataclass(frozen=True)
class Session:
    """A picture: its name, what it shows, what is typed, a line at a prompt, and whether it moves."""

    name: str
    label: str
    typed: tuple[str, ...]
    moving: bool


SESSIONS = (
    Session(
        "session",
        "A terminal session with autovenv",
        (
            "cd shop",
            "type python",
            "cd ../blog/posts",
            "cd ~/clone",
            "autovenv allow",
            "cd",
            "alias python=/usr/bin/python3",
            "cd shop",
            "unalias python",
            "cd",
        ),
        True,
    ),
    Session(
        "doctor",
        "autovenv doctor in a terminal",
        ("alias python=/usr/bin/python3", "cd shop", "autovenv doctor", "unalias python", "autovenv doctor"),
        False,
    ),
)

COLUMNS, LINES = 88, 60
HOME = "/home/ada"
"""How the picture calls the home directory, whose real path is another one each time."""
VERSION = re.compile(r"\(Python 3\.\d+\.\d+\)")
"""What differs from machine to machine, and is drawn as `(Python 3.14.0)`."""

RC = "PS1='\\[\\e[34m\\]\\w\\[\\e[0m\\] $ \\[\\e]8888;autovenv-prompted\\a\\]'\nunset HISTFILE PROMPT_COMMAND\n"

#: Where a character stands, and how high a line is.
ADVANCE, HEIGHT, MARGIN, BAR = 8.4, 20, 18, 34

#: Seconds: before a line is typed, for a key, before the answer, and to read each line of it.
PAUSE, KEY, ENTER, READ = 1.0, 0.07, 0.3, 0.55

STYLE = """\
  text { white-space: pre }
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace }
  .bold { font-weight: 600 }
"""
COLOURS = {
    "light": """\
  .window { fill: #f6f8fa; stroke: #d0d7de }
  .dot { fill: #d0d7de }
  text { fill: #1f2328 }
  .blue { fill: #0550ae }
  .brown { fill: #7d4e00 }
  .cyan { fill: #1b6c78 }
  .green { fill: #116329 }
  .red { fill: #cf222e }
""",
    "dark": """\
  .window { fill: #161b22; stroke: #30363d }
  .dot { fill: #484f58 }
  text { fill: #e6edf3 }
  .blue { fill: #79c0ff }
  .brown { fill: #e3b341 }
  .cyan { fill: #76e3ea }
  .green { fill: #7ee787 }
  .red { fill: #ff7b72 }
""",
}

Cell = tuple[str, str]
"""A character and the classes of its look."""


@dataclass(frozen=True)
class Recording:
    """The lines of the screen after everything was typed, and where each typed line begins: row and column."""

    rows: list[list[Cell]]
    typed: list[tuple[int, int]]


def record(session: Session) -> Recording:
    """Return what a shell shows when the lines of a session are typed."""
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    typed = []
    with make_home(Guide(console(), fast=True)) as home:
        os.mkdir(os.path.join(home, "blog", "posts"))
        # No directory of the machine's: what is on PATH there would be in the picture.
        path = os.path.join(home, ".local", "bin")
        os.makedirs(path)
        environ = {"HOME": home, "LANG": "C.UTF-8", "PATH": path, "TERM": "xterm-256color", "TMPDIR": home}
        file = Path(home, ".bashrc")
        file.write_text(RC + rc.write_line("bash", rc.find_executable(), False) + "\n")
        bash = shutil.which("bash")
        if bash is None:
            raise FileNotFoundError("bash is not on PATH")
        shell = pexpect.spawn(
            bash,
            ["--noprofile", "-i"],
            env=environ,
            cwd=home,
            dimensions=(LINES, COLUMNS),
            timeout=PATIENCE,
        )
        try:
            for line in (*session.typed, None):
                shell.expect_exact(PROMPTED)
                stream.feed(shell.before)
                if line is not None:
                    typed.append((screen.cursor.y, screen.cursor.x))
                    shell.sendline(line)
        finally:
            shell.close(force=True)
        rows = [_read_row(screen, number) for number in range(screen.cursor.y + 1)]
        return Recording([_say_alike(row, home) for row in rows], typed)


def _read_row(screen: pyte.Screen, number: int) -> list[Cell]:
    cells = [screen.buffer[number][column] for column in range(COLUMNS)]
    row = [(cell.data, _name_look(cell)) for cell in cells]
    while row and row[-1] == (" ", ""):
        row.pop()
    return row


def _name_look(cell: pyte.screens.Char) -> str:
    return " ".join(["bold"] * cell.bold + [cell.fg] * (cell.fg != "default"))


def _say_alike(row: list[Cell], home: str) -> list[Cell]:
    """Return a row with what each machine says in its own way as all of them say it."""
    for pattern, instead in ((re.compile(re.escape(home)), HOME), (VERSION, "(Python 3.14.0)")):
        found = pattern.search("".join(letter for letter, _ in row))
        if found:
            look = row[found.start()][1]
            row = [*row[: found.start()], *((letter, look) for letter in instead), *row[found.end() :]]
    return row


def read_text(rows: list[list[Cell]]) -> list[str]:
    """Return lines without their looks."""
    return ["".join(letter for letter, _ in row).rstrip() for row in rows]


class Clock:
    """When what appears in a moving picture; each moment becomes a class of the style sheet."""

    def __init__(self) -> None:
        self.now = 0.0
        self.moments: list[float] = [0.0]

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def name(self) -> str:
        """Return the class of what appears now."""
        if self.moments[-1] != self.now:
            self.moments.append(self.now)
        return f"k t{len(self.moments) - 1}" if self.now else ""

    def style(self) -> str:
        """Return the rules: everything appears in its moment, again and again, but not for those who want no motion."""
        lines = [f"  .k {{ animation: {self.now:.1f}s step-end infinite }}"]
        for number, moment in enumerate(self.moments[1:], 1):
            share = f"{100 * moment / self.now:.2f}%"
            lines.append(f"  .t{number} {{ animation-name: t{number} }}")
            lines.append(
                f"  @keyframes t{number} {{ from {{ visibility: hidden }} {share}, to {{ visibility: visible }} }}"
            )
        lines.append("  @media (prefers-reduced-motion: reduce) { .k { animation: none } }")
        return "\n".join(lines) + "\n"


def draw(session: Session, recording: Recording, scheme: str) -> str:
    """Return a picture in a colour scheme, `light` or `dark`."""
    rows = recording.rows
    width = round(2 * MARGIN + ADVANCE * COLUMNS)
    height = BAR + HEIGHT * len(rows) + MARGIN
    clock = Clock()
    begins = dict(recording.typed)
    text = []
    appears = ""
    for number, row in enumerate(rows):
        y = BAR + HEIGHT * number + 14
        column = begins.get(number, len(row)) if session.moving else len(row)
        spans = "".join(_draw_spans(row[:column], 0))
        if column < len(row):
            clock.wait(PAUSE)
            for place, (letter, look) in enumerate(row[column:], column):
                clock.wait(KEY)
                spans += _draw_span(letter, " ".join(filter(None, (look, clock.name()))), place)
        text.append(f'<text{_name_class(appears)} xml:space="preserve" x="{MARGIN}" y="{y}">{spans}</text>')
        if session.moving and number in begins:
            clock.wait(ENTER)
            appears = clock.name()
            until = min((begun for begun in begins if begun > number), default=len(rows) - 1)
            clock.wait(READ * (until - number - 1))
    clock.wait(4 * PAUSE)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{session.label}">',
        "<!-- Made by scripts/make_session.py from what a real shell showed; not edited by hand. -->",
        f"<style>\n{STYLE}{COLOURS[scheme]}{clock.style() if session.moving else ''}</style>",
        f'<rect class="window" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>',
        *(f'<circle class="dot" cx="{MARGIN + 18 * number}" cy="17" r="5"/>' for number in range(3)),
    ]
    return "\n".join([*lines, *text, "</svg>", ""])


def _name_class(classes: str) -> str:
    return f' class="{classes}"' if classes else ""


def _draw_spans(row: list[Cell], column: int) -> Iterator[str]:
    for look, cells in groupby(row, key=lambda cell: cell[1]):
        text = "".join(letter for letter, _ in cells)
        yield _draw_span(text, look, column)
        column += len(text)


def _draw_span(text: str, classes: str, column: int) -> str:
    # Each stands at its own column, and is as wide as its letters, whatever the font.
    place = f'x="{MARGIN + ADVANCE * column:.1f}" textLength="{ADVANCE * len(text):.1f}"'
    return f"<tspan {place}{_name_class(classes)}>{escape(text, quote=False)}</tspan>"


def list_pictures(session: Session) -> dict[str, Path]:
    """Return the files of a picture by colour scheme."""
    return {scheme: DOCS / f"{session.name}-{scheme}.svg" for scheme in COLOURS}


def read_picture(path: Path) -> list[str]:
    """Return the lines of text in a picture."""
    found = ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(text.itertext()).rstrip() for text in found]


def main(arguments: list[str]) -> int:
    """Draw the pictures, or say where the shell shows something else."""
    status = 0
    for session in SESSIONS:
        recording = record(session)
        for scheme, path in list_pictures(session).items():
            if "--check" not in arguments:
                path.write_text(draw(session, recording, scheme), "utf-8", newline="\n")
                print(f"wrote {path.relative_to(DOCS.parent)}")
            elif read_text(recording.rows) != read_picture(path):
                print(f"{path} is not what the shell shows", file=sys.stderr)
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
