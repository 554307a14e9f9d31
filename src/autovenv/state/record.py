"""The record: what the resolver found out about one directory, for the hook to read with builtins."""

from __future__ import annotations

import os
import sys
import time

from autovenv import places
from autovenv.disk.evidence import Evidence
from autovenv.messages import show

FORMAT = "autovenv-record 2"
RECORD = ".autovenv-record"
STAMP = ".autovenv-"

#: Beside the records: a directory for files of running shells, and the file that is written with each blank record.
SHELLS = "shells"
NEWS = "news"

UNFINISHED = "~"
TOKEN_LENGTH = 16

#: Variables that entering an environment sets by itself, and a shell's own that it takes for more than a value.
RULED = frozenset(
    (
        *("PATH", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_PROMPT_MODIFIER"),
        *("PYTHONHOME", "PS1", "PROMPT", "PROMPT_COMMAND", "PWD", "OLDPWD", "HOME", "IFS", "UID", "EUID", "PPID", "_"),
    )
)

#: A record of a format that no hook reads, so the resolver is asked. An empty one is none to fish and PowerShell.
BLANK = b"autovenv-record 0\n"

#: How long a file may change again without its time showing it, in nanoseconds.
_FINE = 20_000_000
_COARSE = 2_000_000_000

#: How long an unfinished file is left to whoever is writing it, and alike a directory, in nanoseconds.
_PATIENCE = 60_000_000_000

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from collections.abc import Callable


class Unstorable(ValueError):
    """A record depends on something that its lines cannot say."""


class Record:
    """What applies to one directory.

    `verdict` is `use`, `none` or `stop`. `flavour`, `prefix`, `bin` and `name` describe the environment of a `use`;
    paths are absolute or relative to the directory. `sets` are variables of the environment's own. `warnings`,
    `hints` and `outers` are messages of three parts (what, why, hint): a hint is for where no environment is found
    further up, an outer for where one is. `evidence` is what the record was made from.
    """

    __slots__ = ("bin", "evidence", "flavour", "hints", "name", "outers", "prefix", "sets", "verdict", "warnings")

    def __init__(
        self, verdict: str, evidence: Evidence, flavour: str = "", prefix: str = "", bin: str = "", name: str = ""
    ) -> None:
        self.verdict = verdict
        self.evidence = evidence
        self.flavour = flavour
        self.prefix = prefix
        self.bin = bin
        self.name = name
        self.sets: dict[str, str] = {}
        self.warnings: list[tuple[str, str, str]] = []
        self.hints: list[tuple[str, str, str]] = []
        self.outers: list[tuple[str, str, str]] = []


def record_dir(directory: str, state: str = "") -> str:
    """Return the directory of the record and the choice for `directory`, an absolute path.

    >>> record_dir("/home/ada/app", "/s")
    '/s/at/home/ada/app'
    """
    return (state or places.state_dir()) + "/at" + mirror(directory).rstrip("/")


def mirror(directory: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return an absolute path in the form in which it is appended to the state directory.

    >>> mirror("C:\\Users\\ada", windows=True), mirror("\\\\server\\share\\app", windows=True)
    ('/c/Users/ada', '/server/share/app')
    """
    if not windows:
        return directory
    directory = directory.replace("\\", "/")
    if directory[1:2] == ":":
        directory = "/" + directory[0].lower() + directory[2:]
    return "/" + directory.lstrip("/")


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
            f"name {show(record.name)}",
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
    return "\t".join(show(part) for part in message)


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
    return _COARSE if coarse or changed % 1_000_000_000 == 0 else _FINE


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


def write(record: Record, directory: str, coarse: bool = False) -> bytes:
    """Store the record for `directory` where that can be done, and return its text.

    `coarse` says that the shell compares whole seconds.
    """
    state = places.state_dir()
    stored_in = record_dir(directory, state)
    if is_private(state, create=True) and make_dirs(stored_in, state):
        try:
            return _store(record, directory, stored_in, coarse)
        except (OSError, Unstorable):
            pass
    return render(record, directory)[0]


def _store(record: Record, directory: str, stored_in: str, coarse: bool) -> bytes:
    """Write the record whole and rename it into place, after its stamps; remove what belonged to another one.

    No lock is needed, and none would work on every file system: each line of a record holds or not by itself, and a
    record whose stamps another process has just removed is stale.
    """

    def can_hold(time_ns: int) -> bool:
        return _can_hold(stored_in, time_ns)

    # Half a second is what a file system with whole seconds, or every second one, cannot hold.
    coarse = coarse or not can_hold(1_500_000_000)
    text, token, stamps = render(record, directory, True, coarse, can_hold)
    for number, stamp in enumerate(stamps):
        replace(f"{stored_in}/{STAMP}{token}.{number}", b"", stamp)
    replace(f"{stored_in}/{RECORD}", text, record.evidence.started - (_COARSE if coarse else _FINE))
    _tidy(stored_in, {f"{STAMP}{token}.{number}" for number in range(len(stamps))})
    return text


def is_private(directory: str, create: bool = False) -> bool:
    """Tell whether a directory of autovenv's own is this user's alone; make it, with mode 0700, where `create` says so.

    A directory that belongs to another user, that others may write, or in whose place others can put another one is as
    good as none: nothing in it is believed. One of our own that is merely too open is closed.
    """
    import stat

    from autovenv.disk.ownership import find_fault, find_owner

    try:
        if create and not os.path.isdir(directory):
            above = os.path.dirname(directory)
            while not os.path.lexists(above):
                above = os.path.dirname(above)
            # With `sudo -s` the home directory may be another user's, who could not write into what root makes there.
            if find_owner(os.stat(above), root=True):
                return False
            make_private(directory)
        found = os.stat(directory)
        if not stat.S_ISDIR(found.st_mode):
            return False
        if not hasattr(os, "geteuid"):
            return True
        if found.st_uid != os.geteuid() or found.st_mode & 0o022:
            return False
        if found.st_mode & 0o077:
            os.chmod(directory, 0o700)
        return not find_fault(directory, {})
    except OSError:
        return False


def make_dirs(directory: str, state: str) -> bool:
    """Make a directory below the state directory; tell whether it is there now.

    There is none for a project on whose path a name is one of autovenv's own files, or leads out of the directory.
    """
    names = directory[len(state) :].split("/")
    if not directory.startswith(state + "/") or any(
        name in (".", "..") or name.lower().startswith(STAMP) for name in names
    ):
        return False
    try:
        # What no file could have a name in, which shows only at the end, is not begun.
        os.lstat(_name_unfinished(f"{directory}/{STAMP}{TOKEN_LENGTH * '0'}.0"))
    except FileNotFoundError:
        pass
    except (OSError, ValueError):
        return False
    try:
        make_private(directory)
    except OSError:
        return False
    return os.path.isdir(directory)


def make_private(directory: str) -> None:
    """Make a directory and those above it, all of them private. Raises `OSError`.

    `os.makedirs` leaves those above to the umask, and gives up at a thousand of them.
    """
    missing = []
    while not os.path.isdir(directory) and directory != os.path.dirname(directory):
        missing.append(directory)
        directory = os.path.dirname(directory)
    for path in reversed(missing):
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            pass


def replace(path: str, data: bytes, time_ns: int | None = None, lasting: bool = False) -> None:
    """Write a file whole: into a name of its own, then renamed. Raises `OSError`.

    `time_ns` is the modification time that it gets. A `lasting` one is there after a power cut: it could not be made
    anew.
    """
    temporary = _name_unfinished(path)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        try:
            while data:
                data = data[os.write(handle, data) :]
            if lasting:
                os.fsync(handle)
        finally:
            os.close(handle)
        if time_ns is not None:
            os.utime(temporary, ns=(time_ns, time_ns))
        os.replace(temporary, path)
    except BaseException:
        _remove(temporary)
        raise


def _name_unfinished(path: str) -> str:
    # In a container every process may have the number that one had which was killed here.
    return f"{path}.{os.getpid()}.{time.time_ns()}{UNFINISHED}"


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def _can_hold(directory: str, time_ns: int) -> bool:
    """Tell whether a file in a directory can have a modification time, to the nanosecond. Raises `OSError`."""
    probe = _name_unfinished(f"{directory}/{STAMP}clock")
    os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        os.utime(probe, ns=(time_ns, time_ns))
        return os.stat(probe).st_mtime_ns == time_ns
    except OverflowError:
        return False
    finally:
        _remove(probe)


def _tidy(directory: str, keep: set[str]) -> None:
    """Remove the stamps of other records than the one with the stamps `keep`, and what killed processes left."""
    for name in os.listdir(directory):
        path = os.path.join(directory, name)
        if (is_stamp(name) and name not in keep) or (is_unfinished(name) and is_left(path)):
            _remove(path)


def is_left(path: str) -> bool:
    """Tell whether what a process was about is nobody's any more, by its change time: the other one can be any."""
    try:
        return os.lstat(path).st_ctime_ns < time.time_ns() - _PATIENCE
    except OSError:
        return False


def is_stamp(name: str) -> bool:
    """Tell whether a file beside a record is a stamp.

    >>> is_stamp(".autovenv-5f3a09c1d2e4b687.0"), is_stamp(".autovenv-choice")
    (True, False)
    """
    token, _, number = name.removeprefix(STAMP).partition(".")
    return (
        name.startswith(STAMP)
        and len(token) == TOKEN_LENGTH
        and not token.strip("0123456789abcdef")
        and number != ""
        and not number.strip("0123456789")
    )


def is_unfinished(name: str) -> bool:
    """Tell whether a file beside a record is one that `replace` was writing.

    >>> is_unfinished(".autovenv-record.4711.1700000000000000000~"), is_unfinished(".autovenv-record~")
    (True, False)
    """
    parts = name.removesuffix(UNFINISHED).split(".")
    return (
        name.startswith(STAMP)
        and name.endswith(UNFINISHED)
        and len(parts) > 3
        and all(part != "" and not part.strip("0123456789") for part in parts[-2:])
    )


def exists(directory: str) -> bool:
    """Tell whether there is a record for `directory`."""
    return os.path.exists(os.path.join(record_dir(directory), RECORD))


def forget(directory: str) -> None:
    """Remove the record of `directory` and its stamps, so that every shell asks again at its next prompt."""
    stored_in = record_dir(directory)
    try:
        _remove(os.path.join(stored_in, RECORD))
        _tidy(stored_in, set())
    except OSError:
        pass


def announce(directory: str) -> None:
    """Leave a blank record for `directory` in place of any other: it is worth a look, though it may hold no marker.

    Every shell asks about it again at its next prompt. Raises `OSError`.
    """
    state = places.state_dir()
    stored_in = record_dir(directory, state)
    if not is_private(state, create=True) or not make_dirs(stored_in, state):
        raise OSError(5, "The state directory cannot be used", stored_in)
    forget(directory)
    replace(os.path.join(stored_in, RECORD), BLANK)
    # A shell that knows a directory to hold nothing sees by this that it may.
    replace(os.path.join(state, NEWS), b"")


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
