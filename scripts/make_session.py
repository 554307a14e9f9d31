"""Makes `docs/session.svg`, the picture in the README, from what a real bash shows: `scripts/make_session.py`.

The shell has a home of its own, with three environments that venv made a moment ago, one of them moved afterwards. With
`--check` nothing is written; the exit status is 1 where the shell shows something else than the picture.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

import pexpect
import pyte

from autovenv.commands.demo import PATIENCE, PROMPTED, Guide, make_home
from autovenv.commands.output import console
from autovenv.shells import hook

PICTURE = Path(__file__).parent.parent / "docs" / "session.svg"

#: What is typed, a line at a prompt.
TYPED = (
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
)

COLUMNS, LINES = 88, 50
HOME = "/home/ada"
"""How the picture calls the home directory, whose real path is another one each time."""

RC = "PS1='\\[\\e[34m\\]\\w\\[\\e[0m\\] $ \\[\\e]8888;autovenv-prompted\\a\\]'\nunset HISTFILE PROMPT_COMMAND\n"

#: Where a character stands, and how high a line is.
ADVANCE, HEIGHT, MARGIN, BAR = 8.4, 20, 18, 34

STYLE = """\
  .window { fill: #f6f8fa; stroke: #d0d7de }
  .dot { fill: #d0d7de }
  text { fill: #1f2328; white-space: pre }
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace }
  .bold { font-weight: 600 }
  .blue { fill: #0550ae }
  .brown { fill: #7d4e00 }
  .cyan { fill: #1b6c78 }
  .green { fill: #116329 }
  .red { fill: #cf222e }
  @media (prefers-color-scheme: dark) {
    .window { fill: #161b22; stroke: #30363d }
    .dot { fill: #484f58 }
    text { fill: #e6edf3 }
    .blue { fill: #79c0ff }
    .brown { fill: #e3b341 }
    .cyan { fill: #76e3ea }
    .green { fill: #7ee787 }
    .red { fill: #ff7b72 }
  }
"""

Cell = tuple[str, str]
"""A character and the classes of its look."""


def record_session() -> list[list[Cell]]:
    """Return the lines that the screen shows after everything was typed."""
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    with make_home(Guide(console(), fast=True)) as home:
        os.mkdir(os.path.join(home, "blog", "posts"))
        environ = {"HOME": home, "LANG": "C.UTF-8", "PATH": os.defpath, "TERM": "xterm-256color", "TMPDIR": home}
        command = [*hook.list_executable(), "hook", "bash"]
        printed = subprocess.run(command, env=environ, capture_output=True, check=True)
        rc = Path(home, ".rc")
        rc.write_bytes(RC.encode() + printed.stdout)
        bash = shutil.which("bash")
        if bash is None:
            raise FileNotFoundError("bash is not on PATH")
        shell = pexpect.spawn(
            bash,
            ["--noprofile", "--rcfile", str(rc), "-i"],
            env=environ,
            cwd=home,
            dimensions=(LINES, COLUMNS),
            timeout=PATIENCE,
        )
        try:
            for line in (*TYPED, None):
                shell.expect_exact(PROMPTED)
                stream.feed(shell.before)
                if line is not None:
                    shell.sendline(line)
        finally:
            shell.close(force=True)
        rows = [_read_row(screen, number) for number in range(screen.cursor.y + 1)]
        return [_rename_home(row, home) for row in rows]


def _read_row(screen: pyte.Screen, number: int) -> list[Cell]:
    cells = [screen.buffer[number][column] for column in range(COLUMNS)]
    row = [(cell.data, _name_look(cell)) for cell in cells]
    while row and row[-1] == (" ", ""):
        row.pop()
    return row


def _name_look(cell: pyte.screens.Char) -> str:
    return " ".join(["bold"] * cell.bold + [cell.fg] * (cell.fg != "default"))


def _rename_home(row: list[Cell], home: str) -> list[Cell]:
    at = read_text([row])[0].find(home)
    return row if at < 0 else [*row[:at], *((letter, row[at][1]) for letter in HOME), *row[at + len(home) :]]


def read_text(rows: list[list[Cell]]) -> list[str]:
    """Return lines without their looks."""
    return ["".join(letter for letter, _ in row).rstrip() for row in rows]


def draw(rows: list[list[Cell]]) -> str:
    """Return the picture of a screen."""
    width = round(2 * MARGIN + ADVANCE * COLUMNS)
    height = BAR + HEIGHT * len(rows) + MARGIN
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="A terminal session with autovenv">',
        "<!-- Made by scripts/make_session.py from what a real shell showed; not edited by hand. -->",
        f"<style>\n{STYLE}</style>",
        f'<rect class="window" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>',
        *(f'<circle class="dot" cx="{MARGIN + 18 * number}" cy="17" r="5"/>' for number in range(3)),
    ]
    for number, row in enumerate(rows):
        y = BAR + HEIGHT * number + 14
        spans = "".join(_draw_spans(row))
        lines.append(f'<text xml:space="preserve" x="{MARGIN}" y="{y}">{spans}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _draw_spans(row: list[Cell]) -> Iterator[str]:
    column = 0
    for look, cells in groupby(row, key=lambda cell: cell[1]):
        text = "".join(letter for letter, _ in cells)
        # Each stands at its own column, and is as wide as its letters, whatever the font.
        place = f'x="{MARGIN + ADVANCE * column:.1f}" textLength="{ADVANCE * len(text):.1f}"'
        yield f"<tspan {place}{f' class={chr(34)}{look}{chr(34)}' if look else ''}>{escape(text, quote=False)}</tspan>"
        column += len(text)


def read_picture(path: Path = PICTURE) -> list[str]:
    """Return the lines of text in a picture."""
    found = ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(text.itertext()).rstrip() for text in found]


def main(arguments: list[str]) -> int:
    """Draw the picture, or say where the shell shows something else."""
    rows = record_session()
    if "--check" not in arguments:
        PICTURE.write_text(draw(rows), "utf-8", newline="\n")
        print(f"wrote {PICTURE.relative_to(Path(__file__).parent.parent)}")
        return 0
    if read_text(rows) == read_picture():
        return 0
    print(f"{PICTURE} is not what the shell shows", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
