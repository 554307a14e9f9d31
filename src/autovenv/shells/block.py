"""The block in a person's rc file: put in, found again, and taken out without a trace.

Notes in the block keep what was not there before it, so that taking it out gives back the very bytes.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Marks:
    """How one kind of block is told in a file: its first and last line, the line that says whose it is, its pattern."""

    begin: bytes
    end: bytes
    made_by: bytes
    pattern: re.Pattern[bytes]


def make_marks(name: str, command: str) -> Marks:
    """Return the marks of the block called `name`, which `autovenv COMMAND install` writes."""
    begin, end = b"# >>> %b >>>" % name.encode(), b"# <<< %b <<<" % name.encode()
    prefix = f"autovenv {command}".strip()
    made_by = f"# Written by `{prefix} install`, taken away by `{prefix} uninstall`".encode()
    # Each line may be indented: a person may have put the block into an `if`.
    pattern = rb"^[ \t]*%b[ \t]*(?P<newline>\r?\n)(?P<body>(?:(?![ \t]*%b).*\n)*?)[ \t]*%b[ \t]*\r?(?:\n|\Z)"
    return Marks(begin, end, made_by, re.compile(pattern % (begin, begin, end), re.MULTILINE))


HOOK = make_marks("autovenv", "")
SHIMS = make_marks("autovenv shims", "shims")
BEGIN, END, BLOCK = HOOK.begin, HOOK.end, HOOK.pattern
NOTE_NEWLINE = b"# Not here before: the newline above"
NOTE_FILE = b"# Not here before: this file, and directories: "


@dataclass(frozen=True)
class Notes:
    """What was not there before the block: the newline above it, the file itself, and so many directories over that."""

    newline: bool = False
    file: bool = False
    directories: int = 0


def write_block(line: str, notes: Notes, newline: bytes = b"\n", marks: Marks = HOOK) -> bytes:
    """Return the block around a line, with its notes."""
    lines = [marks.begin, marks.made_by]
    if notes.newline:
        lines.append(NOTE_NEWLINE)
    if notes.file:
        lines.append(NOTE_FILE + str(notes.directories).encode())
    return newline.join([*lines, os.fsencode(line), marks.end, b""])


def read_notes(body: bytes) -> Notes:
    """Return the notes that the body of a block holds."""
    lines = [line.strip() for line in body.split(b"\n")]
    counts = [line.removeprefix(NOTE_FILE) for line in lines if line.startswith(NOTE_FILE)]
    return Notes(NOTE_NEWLINE in lines, bool(counts), int(counts[0]) if counts and counts[0].isdigit() else 0)


def find_own_lines(body: bytes) -> bytes:
    """Return the lines in the body of a block that somebody else has put there: no notes, and not the hook's."""
    notes = (HOOK.made_by, SHIMS.made_by, NOTE_NEWLINE, NOTE_FILE)
    lines = [line for line in body.splitlines(keepends=True) if line.strip() and not line.strip().startswith(notes)]
    ours = [line for line in lines if b"autovenv" in line] or lines[:1]
    return b"".join(line for line in lines if line not in ours)


#: A last line that ends a file: what comes after it is never read. `exec` with a redirection alone goes on.
_LAST = re.compile(
    rb"^(?:(?:return|exit)(?:[ \t]+[\w$?]+)?|exec[ \t]+(?![<>&|{\d])[^\n]*?)[ \t]*;?[ \t]*(?:#[^\n]*)?(?:\r?\n\s*)?\Z",
    re.MULTILINE,
)

#: The end of a line that the next one belongs to.
_GOES_ON = re.compile(rb"(?:\\|&&|\|\|?|\b(?:then|else|do))[ \t\r]*\n\s*\Z")


def find_end(data: bytes) -> int:
    r"""Return where in an rc file a block is still read: its end, or before a last line that ends it.

    >>> find_end(b"alias x=y\nreturn\n"), find_end(b"exec 2>log\n")
    (10, 11)
    """
    last = _LAST.search(data)
    return last.start() if last and not _GOES_ON.search(data[: last.start()]) else len(data)


def add_block(data: bytes, line: str, made: Notes, newline: bytes = b"\n", marks: Marks = HOOK) -> bytes:
    """Return the bytes of an rc file with the block: in its old place if it has one, else where it is read last.

    `made` says what was made for a file that was not there. Raises `ValueError` for bytes that cannot take a block.
    """
    if b"\0" in data:
        raise ValueError("it is not text in an encoding that contains ASCII")
    first = marks.pattern.search(data)
    if first is None:
        at = find_end(data)
        head, tail = data[:at], data[at:]
        unfinished = head != b"" and not head.endswith(b"\n")
        notes = replace(made, newline=unfinished)
        data = head + newline * unfinished + write_block(line, notes, newline, marks) + tail
    else:
        rest = marks.pattern.sub(lambda block: find_own_lines(block["body"]), data[first.end() :])
        whole = write_block(line, read_notes(first["body"]), first["newline"], marks) + find_own_lines(first["body"])
        data = data[: first.start()] + whole + rest
    refuse_half_block(marks.pattern.sub(b"", data), marks)
    return data


def remove_block(data: bytes, marks: Marks = HOOK) -> tuple[bytes, Notes]:
    """Return the bytes of an rc file without the block, and what was not there before it.

    Lines that somebody has put into the block stay. Raises `ValueError` where only half a block is there.
    """
    notes = Notes()
    while block := marks.pattern.search(data):
        notes = read_notes(block["body"])
        head, tail = data[: block.start()], find_own_lines(block["body"]) + data[block.end() :]
        if notes.newline and not tail:
            head = head.removesuffix(block["newline"])
        data = hand_on(head + tail, notes, len(head))
    refuse_half_block(data, marks)
    return data, notes


def hand_on(data: bytes, notes: Notes, at: int) -> bytes:
    """Return the bytes with the notes of a block that stood at `at` in one of the other kind, which may go last."""
    for marks in (HOOK, SHIMS):
        heir = marks.pattern.search(data)
        if heir is None:
            continue
        own, lines = read_notes(heir["body"]), []
        if notes.newline and not own.newline and heir.start() == at:
            lines.append(NOTE_NEWLINE)
        if notes.file and not own.file:
            lines.append(NOTE_FILE + str(notes.directories).encode())
        added = b"".join(line + heir["newline"] for line in lines)
        data = data[: heir.start("body")] + added + data[heir.start("body") :]
    return data


def refuse_half_block(rest: bytes, marks: Marks = HOOK) -> None:
    """Raise `ValueError` where a marker is left without its counterpart: nobody knows where that block ends."""
    for marker in (marks.begin, marks.end):
        if re.search(rb"^[ \t]*" + marker + rb"\s*$", rest, re.MULTILINE):
            raise ValueError(f"it has a line `{marker.decode()}` without its counterpart")


def decode(data: bytes, shell: str) -> tuple[bytes, str]:
    """Return the bytes of an rc file in an encoding that contains ASCII, and the codec that leads back, empty for none.

    Windows PowerShell writes UTF-16 where its user redirects text into a file.
    """
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if shell == "powershell" and data.startswith(mark):
            try:
                return data.decode(codec, "surrogatepass").encode("utf-8", "surrogatepass"), codec
            except UnicodeDecodeError:
                raise ValueError("it is not the UTF-16 that it begins as") from None
    return data, ""


def encode(data: bytes, codec: str) -> bytes:
    """Return the bytes in the encoding that they came in."""
    return data.decode("utf-8", "surrogatepass").encode(codec, "surrogatepass") if codec else data


def find_newline(data: bytes, shell: str) -> bytes:
    """Return the line ending for a block. Only PowerShell takes CRLF, so only there the file's own is followed."""
    return b"\r\n" if shell == "powershell" and data.count(b"\r\n") * 2 > data.count(b"\n") else b"\n"
