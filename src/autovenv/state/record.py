"""The text of a record: what the resolver found out about one directory, for the hook to read with builtins."""

from __future__ import annotations

import os
import sys
import time

from autovenv import paths
from autovenv.disk.evidence import Evidence
from autovenv.messages import visible

FORMAT = "autovenv-record 2"

#: How the names of its stamps begin, and the number of digits of its token in them.
STAMP = ".autovenv-"
TOKEN_LENGTH = 16

#: Variables that entering an environment sets by itself, and a shell's own that it takes for more than a value.
RULED = frozenset(
    (
        *("PATH", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_PROMPT_MODIFIER"),
        *("PYTHONHOME", "PS1", "PROMPT", "PROMPT_COMMAND", "PWD", "OLDPWD", "HOME", "IFS", "UID", "EUID", "PPID", "_"),
    )
)

#: How long a file may change again without its time showing it, in nanoseconds.
FINE = 20_000_000
COARSE = 2_000_000_000

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from collections.abc import Callable


class Unstorable(ValueError):
    """A record depends on something that its lines cannot say."""


class Record:
    """What applies to one directory.

    `verdict` is `use`, `none` or `stop`. `flavour`, `prefix`, `bin` and `name` describe the environment of a `use`;
    paths are absolute or relative to the directory. `also` is what it has of `PATH` after
    `bin`, `sets` are variables of its own. `warnings`,
    `hints` and `outers` are messages of three parts (what, why, hint): a hint is for where no environment is found
    further up, an outer for where one is. `evidence` is what the record was made from.
    """

    __slots__ = (
        "also",
        "bin",
        "evidence",
        "flavour",
        "hints",
        "name",
        "outers",
        "prefix",
        "sets",
        "verdict",
        "warnings",
    )

    def __init__(
        self, verdict: str, evidence: Evidence, flavour: str = "", prefix: str = "", bin: str = "", name: str = ""
    ) -> None:
        self.verdict = verdict
        self.evidence = evidence
        self.flavour = flavour
        self.prefix = prefix
        self.bin = bin
        self.name = name
        self.also: list[str] = []
        self.sets: dict[str, str] = {}
        self.warnings: list[tuple[str, str, str]] = []
        self.hints: list[tuple[str, str, str]] = []
        self.outers: list[tuple[str, str, str]] = []


def mirror(path: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return an absolute path as a record has it, in one form for all shells: on Windows that of Git Bash.

    >>> mirror("C:\\Users\\ada", windows=True), mirror("\\\\server\\share\\app", windows=True)
    ('/c/Users/ada', '//server/share/app')
    """
    if not windows:
        return path
    path = paths.unprefix(path).replace("\\", "/")
    return "/" + path[0].lower() + path[2:] if path[1:2] == ":" else path


def localize(path: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return the path that `mirror` wrote as this one, as the system has it; any other path as it is.

    >>> [localize(path, windows=True) for path in ("/c/Users/ada", "/d", "//server/share/app", "/home/ada")]
    ['C:\\Users\\ada', 'D:\\', '\\\\server\\share\\app', '/home/ada']
    """
    drive = path[1:2]
    if windows and path[:1] == "/" and drive.isascii() and drive.isalpha() and path[2:3] in ("/", ""):
        return f"{drive.upper()}:{path[2:] or '/'}".replace("/", "\\")
    return path.replace("/", "\\") if windows and path[:2] == "//" else path


def locate(directory: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return what is appended to a directory of ours to have a place of its own for each directory there is.

    No server has a `$` in its name, by which one called like a drive is told from it.

    >>> locate("\\\\server\\share\\app", windows=True), locate("\\\\c\\app", windows=True)
    ('/server/share/app', '/c$/app')
    """
    path = mirror(directory, windows)
    if not windows or not path.startswith("//"):
        return path
    server, _, below = path[2:].partition("/")
    return f"/{server}{'$' * (len(server) == 1)}/{below}"


def render(
    record: Record,
    directory: str,
    stored: bool = False,
    coarse: bool = False,
    can_hold: Callable[[int], bool] | None = None,
) -> tuple[bytes, str, list[int]]:
    """Return the record's text, its token, and the times of its stamps in nanoseconds.

    `directory` is the project directory that paths are shortened by. Of a record that is not `stored`, what only a
    stored one can be compared with is left out, and the token is `-`. `coarse` says that times are compared in whole
    seconds, `can_hold` whether a stamp can have a time (None: any). Raises `Unstorable` for a record that could become
    stale unseen.
    """
    head = [f"verdict {record.verdict}"]
    if record.verdict == "use":
        head += [
            f"flavour {record.flavour}",
            f"prefix {shorten(record.prefix, directory)}",
            f"bin {shorten(record.bin, directory)}",
            *(f"also {shorten(entry, directory)}" for entry in record.also),
            f"name {visible(record.name)}",
        ]
        head += [f"set {name}={value}" for name, value in record.sets.items() if _is_settable(name, value)]
        if not all(map(_is_line, head)):
            head = ["verdict stop"]
    watches, stamps, unsettled = _watch(record.evidence, directory, stored, coarse, can_hold)
    watches += [f"variable {name}={value}" for name, value in record.evidence.variables.items()]
    if stored and (record.evidence.unwatchable or not all(map(_is_line, watches))):
        raise Unstorable
    # Only what is one line goes in, whatever a path is called: the next line could say `verdict use`.
    lines = head + [line for line in watches if _is_line(line)]
    lines += [f"warning {_join(message)}" for message in record.warnings]
    lines += [f"hint {_join(message)}" for message in record.hints]
    lines += [f"outer {_join(message)}" for message in record.outers]
    token = digest(lines) if stored else "-"
    if unsettled:
        # The directory itself is there, so this is stale from the start.
        lines.append("absent .")
    return encode([f"{FORMAT} {token}", *lines, "end", ""]), token, stamps


def _is_line(text: str) -> bool:
    return "\n" not in text and "\0" not in text


def _is_settable(name: str, value: str) -> bool:
    """Tell whether a variable may be one of an environment's: a name that shells take, and none that the hook rules.

    A value that is no line is left out rather than the environment refused.
    """
    plain = name.isascii() and name.isidentifier()
    return plain and name not in RULED and not name.startswith(("__AUTOVENV_", "__autovenv_")) and _is_line(value)


def _join(message: tuple[str, str, str]) -> str:
    return "\t".join(visible(part) for part in message)


def encode(lines: list[str]) -> bytes:
    """Return lines as bytes: paths as the system has them, and what its encoding cannot say, in a name, as escapes."""
    encoded = []
    for line in lines:
        try:
            encoded.append(os.fsencode(line))
        except UnicodeEncodeError:
            encoded.append(line.encode(sys.getfilesystemencoding(), "backslashreplace"))
    return b"\n".join(encoded)


def _watch(
    evidence: Evidence, directory: str, stored: bool, coarse: bool, can_hold: Callable[[int], bool] | None
) -> tuple[list[str], list[int], bool]:
    """Return the watch lines, the times of the stamps, and whether a watched file may change again unseen."""
    now = time.time_ns()
    unsettled = False
    lines: list[str] = []
    stamps: list[int] = []
    for path, word in evidence.words.items():
        changed = evidence.times[path]
        if word in ("exists", "absent") and _is_implied(path, word, evidence, stored):
            continue
        short = shorten(path, directory)
        if path in evidence.lazy and word == "absent":
            lines.append(f"moved absent {short}")
            continue
        if changed is None or word in ("exists", "runs", "idle", "absent", "dangling"):
            lines.append(f"{word} {short}")
            continue
        if not stored:
            lines.append(f"exists {short}")
            continue
        granularity = _granularity(changed, coarse)
        future = changed >= now + granularity
        if evidence.started - granularity < changed and not future:
            unsettled = True
        if (word == "same" or future) and (can_hold is None or can_hold(changed)):
            lines.append(f"same {len(stamps)} {short}")
            stamps.append(changed)
        elif future:
            # It would be newer than the record at every prompt, and no stamp can be as new.
            raise Unstorable
        else:
            lines.append(f"newer {short}")
    for path, lazy in evidence.owned.items():
        lines.append(f"{'moved ' if lazy else ''}own {shorten(path, directory)}")
    for path, target in evidence.links.items():
        lines.append(f"moved leads {shorten(path, directory)}\t{shorten(target, directory)}")
    for path in evidence.dated:
        changed = evidence.times.get(path)
        if (
            stored
            and changed is not None
            and evidence.words[path] != "same"
            and (can_hold is None or can_hold(changed))
        ):
            lines.append(f"moved same {len(stamps)} {shorten(path, directory)}")
            stamps.append(changed)
    # The first stamp doubles as the sign that the record is current.
    return lines, stamps or [evidence.started], unsettled


def _is_implied(path: str, word: str, evidence: Evidence, stored: bool) -> bool:
    """Tell whether another watched path shows what this one would: the fewer there are, the sooner a prompt is back."""
    if word == "exists":
        prefix = path.rstrip(os.sep) + os.sep
        return any(
            other.startswith(prefix) and watched in ("exists", "runs", "idle", "newer", "same")
            for other, watched in evidence.words.items()
        )
    parent = os.path.dirname(path)
    # What appears in a directory changes the directory's time, and so does another directory in its place.
    if stored and evidence.words.get(parent) == "same":
        return True
    while (above := os.path.dirname(parent)) != parent:
        if evidence.words.get(parent) == "absent" and (parent not in evidence.lazy or path in evidence.lazy):
            return True
        parent = above
    return False


def _granularity(changed: int, coarse: bool) -> int:
    return COARSE if coarse or changed % 1_000_000_000 == 0 else FINE


def digest(lines: list[str]) -> str:
    """Return 16 hexadecimal digits that stand for the lines."""
    try:
        from _blake2 import blake2b  # hashlib would load OpenSSL
    except ImportError:
        from hashlib import blake2b
    return blake2b(encode(lines), digest_size=TOKEN_LENGTH // 2).hexdigest()


def shorten(path: str, directory: str) -> str:
    """Return a path as a record of `directory` has it."""
    path = mirror(path)
    base = mirror(directory).rstrip("/") + "/"
    # A second slash would make it absolute.
    return path[len(base) :].lstrip("/") or path if path.startswith(base) else path


def parse(text: bytes) -> dict[str, list[str]]:
    """Return a record's lines by their first word; empty for a record that is torn or of another format."""
    lines = os.fsdecode(text).rstrip("\n").split("\n")
    if not lines[0].startswith(FORMAT + " ") or lines[-1] != "end":
        return {}
    words: dict[str, list[str]] = {}
    for line in lines[1:-1]:
        word, _, value = line.partition(" ")
        words.setdefault(word, []).append(value)
    return words
