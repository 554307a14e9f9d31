"""Put the hook into a shell's rc file, and take it out again: what install and uninstall do to a person's files.

The hook is one block between two marked lines. Notes in the block keep what was not there before it, so that taking it
out gives back the very bytes, and takes away a file or directory that was made for it.

    rcblock.py add SHELL EXECUTABLE     writes the block; says what it did
    rcblock.py show SHELL EXECUTABLE    prints the line that the block holds
    rcblock.py remove                   takes the block out of the files of all shells; says what it did
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src"))
from autovenv import dialects

BEGIN = b"# >>> autovenv >>>"
END = b"# <<< autovenv <<<"
BLOCK = re.compile(
    rb"^%b\r?\n(?P<body>(?:(?!%b).*\n)*?)%b\r?(?:\n|\Z)" % (BEGIN, BEGIN, END),
    re.MULTILINE,
)
BY_HAND = re.compile(rb"^[^#\n]*\bautovenv\b.*\bhook\b", re.MULTILINE)
SOURCES_BASHRC = re.compile(rb"^[^#\n]*\bbashrc\b", re.MULTILINE)
NOTE_MADE_BY = b"# Written by scripts/install, taken away by scripts/uninstall"
NOTE_NEWLINE = b"# Not here before: the newline above"
NOTE_FILE = b"# Not here before: this file, and directories: "
LOGIN_FILES = (".bash_profile", ".bash_login", ".profile")
MAX_SIZE = 16 * 1024 * 1024

# Each line looks for the executable first: a shell must start without a word after it was removed some other way.
LINES = {
    # Also in a file that a plain sh reads at login.
    "bash": 'case ${{BASH_VERSION:+$-}} in *i*) if [ -x {0} ]; then eval "$({0} hook bash)"; fi ;; esac',
    "zsh": 'if [[ -x {0} ]]; then eval "$({0} hook zsh)"; fi',
    "fish": "if status is-interactive; and test -x {0}; {0} hook fish | source; end",
    "powershell": "if (Test-Path -LiteralPath {0}) {{ (& {0} hook powershell | Out-String) | Invoke-Expression }}",
}


class RcError(Exception):
    """A file that must be left as it is: `what`, `why`, `hint`."""

    def __init__(self, what: str, why: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.hint = hint


@dataclass(frozen=True)
class Notes:
    """What was not there before the block: the newline above it, the file itself, and so many directories over that."""

    newline: bool = False
    file: bool = False
    directories: int = 0


def write_line(shell: str, executable: str) -> str:
    """Return the line of an rc file that loads the hook by an executable that need not be on PATH."""
    dialect = next(dialect for dialect in dialects.DIALECTS if dialect.name == shell)
    return LINES[shell].format(dialect.quote(executable))


def write_block(line: str, notes: Notes) -> bytes:
    """Return the block around a line, with its notes."""
    lines = [BEGIN, NOTE_MADE_BY]
    if notes.newline:
        lines.append(NOTE_NEWLINE)
    if notes.file:
        lines.append(NOTE_FILE + str(notes.directories).encode())
    return b"\n".join([*lines, os.fsencode(line), END, b""])


def read_notes(body: bytes) -> Notes:
    """Return the notes that the body of a block holds."""
    lines = body.replace(b"\r", b"").split(b"\n")
    counts = [line.removeprefix(NOTE_FILE) for line in lines if line.startswith(NOTE_FILE)]
    return Notes(NOTE_NEWLINE in lines, bool(counts), int(counts[0]) if counts and counts[0].isdigit() else 0)


def add_block(data: bytes, line: str, made: Notes) -> bytes:
    """Return the bytes of an rc file with the block: in its old place if it has one, else at the end.

    `made` says what was made for a file that was not there.
    """
    if b"\0" in data:
        raise ValueError("it is not text in an encoding that contains ASCII")
    first = BLOCK.search(data)
    if first is None:
        unfinished = data != b"" and not data.endswith(b"\n")
        notes = Notes(unfinished, made.file, made.directories)
        data += b"\n" * unfinished + write_block(line, notes)
    else:
        rest = BLOCK.sub(b"", data[first.end() :])
        data = data[: first.start()] + write_block(line, read_notes(first["body"])) + rest
    refuse_half_block(BLOCK.sub(b"", data))
    return data


def remove_block(data: bytes) -> tuple[bytes, Notes]:
    """Return the bytes of an rc file without the block, and what was not there before it."""
    notes = Notes()
    while block := BLOCK.search(data):
        notes = read_notes(block["body"])
        head, tail = data[: block.start()], data[block.end() :]
        if notes.newline and not tail:
            head = head.removesuffix(b"\n")
        data = head + tail
    refuse_half_block(data)
    return data, notes


def refuse_half_block(rest: bytes) -> None:
    """Raise ValueError when a marker is left over without its counterpart: nobody knows where that block ends."""
    for marker in (BEGIN, END):
        if re.search(rb"^" + marker + rb"\s*$", rest, re.MULTILINE):
            raise ValueError(f"it has a line `{marker.decode()}` without its counterpart")


def read(path: str) -> bytes | None:
    """Return the bytes of an rc file, None when there is no such file; never wait for a pipe."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is not a regular file")
        if status.st_size > MAX_SIZE:
            raise ValueError(f"it is larger than {MAX_SIZE >> 20} MiB")
        return file.read(MAX_SIZE)


def write(path: str, data: bytes) -> None:
    """Replace a file as a whole, behind a link if it is one, with the mode and owner that it has."""
    path = os.path.realpath(path)
    descriptor, temporary = tempfile.mkstemp(prefix=".autovenv-", dir=os.path.dirname(path))
    try:
        with open(descriptor, "wb") as file:
            try:
                status = os.stat(path)
            except FileNotFoundError:
                mask = os.umask(0)
                os.umask(mask)
                os.fchmod(descriptor, 0o666 & ~mask)
            else:
                own = os.fstat(descriptor)
                if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
                    os.fchown(descriptor, status.st_uid, status.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def make_directories(path: str) -> int:
    """Make a directory and those over it that are missing; return how many were."""
    if os.path.isdir(path):
        return 0
    missing = make_directories(os.path.dirname(path))
    os.mkdir(path)
    return missing + 1


def remove_directories(path: str, count: int) -> None:
    """Remove so many directories, from `path` up, as long as they are empty."""
    for _ in range(count):
        try:
            os.rmdir(path)
        except OSError:
            return
        path = os.path.dirname(path)


def absolute(variable: str, default: str) -> str:
    """Return the directory that a variable names, the default when it is unset or relative."""
    path = os.environ.get(variable, "")
    return path if os.path.isabs(path) else default


def find_zdotdir(home: str) -> str:
    """Return the directory of zsh's rc files; ~/.zshenv often sets it without exporting it, so zsh is asked."""
    if "ZDOTDIR" not in os.environ:
        try:
            question = ["zsh", "-c", 'printf "%s" "${ZDOTDIR-}"']
            asked = subprocess.run(question, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            return home
        answer = os.fsdecode(asked.stdout.rpartition(b"\n")[2])
        return answer if os.path.isabs(answer) else home
    return absolute("ZDOTDIR", home)


def find_login_file(home: str) -> str:
    """Return the file that bash reads as a login shell: the first that exists.

    Where there is none: one that hides no other, unless the system's terminals start login shells and expect their own.
    """
    for name in LOGIN_FILES:
        if os.path.lexists(os.path.join(home, name)):
            return os.path.join(home, name)
    return os.path.join(home, ".bash_profile" if sys.platform == "darwin" else ".profile")


def find_files(shell: str) -> list[str]:
    """Return the rc files of one shell that should hold the block."""
    home = os.path.expanduser("~")
    config = absolute("XDG_CONFIG_HOME", os.path.join(home, ".config"))
    if shell == "bash":
        login = find_login_file(home)
        try:
            reads_bashrc = SOURCES_BASHRC.search(read(login) or b"")
        except (OSError, ValueError):
            reads_bashrc = None
        return [os.path.join(home, ".bashrc")] + [login] * (not reads_bashrc)
    if shell == "zsh":
        return [os.path.join(find_zdotdir(home), ".zshrc")]
    if shell == "fish":
        return [os.path.join(config, "fish", "conf.d", "autovenv.fish")]
    return [os.path.join(config, "powershell", "Microsoft.PowerShell_profile.ps1")]


def find_all_files() -> list[str]:
    """Return the rc files of all shells that may hold the block."""
    home = os.path.expanduser("~")
    bash = [os.path.join(home, name) for name in (".bashrc", *LOGIN_FILES)]
    return bash + [path for shell in LINES if shell != "bash" for path in find_files(shell)]


def add(path: str, line: str) -> str:
    """Write the block into one rc file; return what was done."""
    name = show(path)
    try:
        data = read(path)
        if data and not BLOCK.search(data) and BY_HAND.search(data):
            return f"`{name}` runs `autovenv hook` already, left as it is"
        missing = make_directories(os.path.dirname(os.path.realpath(path))) if data is None else 0
        wanted = add_block(data or b"", line, Notes(file=data is None, directories=missing))
        if wanted == data:
            return f"the hook is in `{name}`"
        write(path, wanted)
        return f"wrote the hook to `{name}`" if data is None else f"added the hook to `{name}`"
    except (OSError, ValueError) as error:
        hint = f"put this line into it yourself: {line}"
        raise RcError(f"`{name}` was left as it is", explain(error), hint) from error


def remove(path: str) -> str | None:
    """Take the block out of one rc file; return what was done, None when it holds no block."""
    name = show(path)
    try:
        data = read(path)
        if data is None or BEGIN not in data:
            return None
        rest, notes = remove_block(data)
        if notes.file and not rest:
            path = os.path.realpath(path)
            os.unlink(path)
            remove_directories(os.path.dirname(path), notes.directories)
            return f"removed `{name}`, which held nothing but the hook"
        write(path, rest)
        return f"took the hook out of `{name}`"
    except (OSError, ValueError) as error:
        hint = f"if it has lines from `{BEGIN.decode()}` to `{END.decode()}`, delete them yourself"
        raise RcError(f"`{name}` was left as it is", explain(error), hint) from error


def explain(error: Exception) -> str:
    """Return why a file could not be read or written."""
    return str(error.strerror).lower() if isinstance(error, OSError) else str(error)


def show(path: str) -> str:
    """Return a path for a message: home is ~."""
    home = os.path.expanduser("~")
    shown = "~" + path[len(home) :] if path.startswith(home + os.sep) else path
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in shown)


def main(arguments: list[str]) -> int:
    """Do what the arguments say, as far as it goes; return the exit status."""
    steps: list[Callable[[], str | None]]
    match arguments:
        case ["add", shell, executable] if shell in LINES:
            line = write_line(shell, executable)
            steps = [partial(add, path, line) for path in find_files(shell)]
        case ["show", shell, executable] if shell in LINES:
            steps = [partial(write_line, shell, executable)]
        case ["remove"]:
            steps = [partial(remove, path) for path in find_all_files()]
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    failed = 0
    for step in steps:
        try:
            if said := step():
                print(said)
        except RcError as error:
            failed = 1
            print(f"autovenv: error: {error.what}\n  why: {error.why}\n  hint: {error.hint}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # A path may hold bytes that are no text.
        stream.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
