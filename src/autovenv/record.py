"""The record: what the resolver found out about one directory, for the hook to read with builtins."""

from __future__ import annotations

import os
import sys
import time

from autovenv import places
from autovenv.evidence import Evidence

FORMAT = "autovenv-record 1"
RECORD = ".autovenv-record"
STAMP = ".autovenv-"
TOKEN_LENGTH = 16

#: How long a file may change again without its time showing it, in nanoseconds.
_FINE = 20_000_000
_COARSE = 2_000_000_000


class Record:
    """What applies to one directory.

    `verdict` is `use`, `none` or `stop`. `flavour`, `prefix`, `bin` and `name` describe the environment of a `use`; paths are absolute or relative to
    the directory. `warnings` and `hints` are messages of three parts (what, why, hint). `evidence` is what the record was made from.
    """

    __slots__ = ("bin", "evidence", "flavour", "hints", "name", "prefix", "verdict", "warnings")

    def __init__(self, verdict: str, evidence: Evidence, flavour: str = "", prefix: str = "", bin: str = "", name: str = "") -> None:
        self.verdict = verdict
        self.evidence = evidence
        self.flavour = flavour
        self.prefix = prefix
        self.bin = bin
        self.name = name
        self.warnings: list[tuple[str, str, str]] = []
        self.hints: list[tuple[str, str, str]] = []


def record_dir(directory: str, state: str = "") -> str:
    """Return the directory of the record and the choice for `directory`, an absolute path.

    >>> record_dir("/home/ada/app", "/s")
    '/s/at/home/ada/app'
    """
    return (state or places.state_dir()) + "/at" + mirror(directory).rstrip("/")


def mirror(directory: str, windows: bool = sys.platform == "win32") -> str:
    """Return an absolute path in the form in which it is appended to the state directory.

    >>> mirror("C:\\\\Users\\\\ada", windows=True), mirror("\\\\\\\\server\\\\share\\\\app", windows=True)
    ('/c/Users/ada', '/server/share/app')
    """
    if not windows:
        return directory
    directory = directory.replace("\\", "/")
    if directory[1:2] == ":":
        directory = "/" + directory[0].lower() + directory[2:]
    return "/" + directory.lstrip("/")


def render(record: Record, directory: str, stored_in: str = "", coarse: bool = False) -> tuple[bytes, str, list[int]]:
    """Return the record's text, its token, and the times of its stamps in nanoseconds.

    `directory` is the project directory that paths are shortened by. `stored_in` is where the record will lie; without it, what only a stored
    record can be compared with is left out and the token is `-`.
    """
    lines = [f"verdict {record.verdict}"]
    if record.verdict == "use":
        lines += [
            f"flavour {record.flavour}",
            f"prefix {_shorten(record.prefix, directory)}",
            f"bin {_shorten(record.bin, directory)}",
            f"name {record.name}",
        ]
    stamps = [record.evidence.started]
    watches, unsettled = _watch(record.evidence, directory, stamps, bool(stored_in), coarse)
    lines += watches
    lines += [f"variable {name}={value}" for name, value in record.evidence.variables.items() if "\n" not in value]
    lines += ["warning " + "\t".join(message) for message in record.warnings]
    lines += ["hint " + "\t".join(message) for message in record.hints]
    token = digest(lines) if stored_in else "-"
    if unsettled and stored_in:
        lines.append(f"absent {stored_in}/{RECORD}")
    text = "\n".join([f"{FORMAT} {token}", *lines, "end", ""])
    return os.fsencode(text), token, stamps


def _watch(evidence: Evidence, directory: str, stamps: list[int], stored: bool, coarse: bool) -> tuple[list[str], bool]:
    """Return the watch lines and whether a watched file may change again unseen; add the times of the stamps."""
    now = time.time_ns()
    unsettled = False
    lines = []
    for path, word in evidence.words.items():
        changed = evidence.times[path]
        if "\n" in path:
            continue
        short = _shorten(path, directory)
        if changed is None or word in ("exists", "absent", "dangling"):
            lines.append(f"{word} {short}")
        elif not stored:
            lines.append(f"exists {short}")
        else:
            granularity = _granularity(changed, coarse)
            future = changed >= now + granularity
            if evidence.started - granularity < changed and not future:
                unsettled = True
            if word == "same" or future:
                # The first stamp doubles as the sign that the record is current.
                if len(stamps) == 1 and word == "same" and not any(line.startswith("same") for line in lines):
                    stamps[0] = changed
                    lines.append(f"same 0 {short}")
                else:
                    lines.append(f"same {len(stamps)} {short}")
                    stamps.append(changed)
            else:
                lines.append(f"newer {short}")
    return lines, unsettled


def _granularity(changed: int, coarse: bool) -> int:
    return _COARSE if coarse or changed % 1_000_000_000 == 0 else _FINE


def digest(lines: list[str]) -> str:
    """Return 16 hexadecimal digits that stand for the lines."""
    data = os.fsencode("\n".join(lines))
    try:
        from _blake2 import blake2b  # hashlib would load OpenSSL
    except ImportError:
        from hashlib import blake2b
    return blake2b(data, digest_size=TOKEN_LENGTH // 2).hexdigest()


def _shorten(path: str, directory: str) -> str:
    path = mirror(path)
    base = mirror(directory).rstrip("/") + "/"
    return path[len(base) :] if path.startswith(base) and len(path) > len(base) else path


def write(record: Record, directory: str, coarse: bool = False) -> bytes:
    """Store the record for `directory` where that can be done, and return its text.

    The record is written whole and renamed into place, after its stamps; stamps of an earlier one are removed. `coarse` says that the shell
    compares whole seconds.
    """
    state = places.state_dir()
    stored_in = record_dir(directory, state)
    if is_private(state, create=True) and make_dirs(stored_in, state):
        coarse = coarse or _is_coarse(state)
        text, token, stamps = render(record, directory, stored_in, coarse)
        try:
            with _Lock(stored_in):
                time_ns = record.evidence.started - (_COARSE if coarse else _FINE)
                for number, stamp in enumerate(stamps):
                    replace(f"{stored_in}/{STAMP}{token}.{number}", b"", stamp)
                replace(f"{stored_in}/{RECORD}", text, time_ns)
                _remove_stamps(stored_in, token, len(stamps))
                return text
        except OSError:
            pass
    return render(record, directory)[0]


def is_private(directory: str, create: bool = False) -> bool:
    """Tell whether a directory of autovenv's own is this user's alone; make it, with mode 0700, where `create` says so.

    A directory that belongs to another user, that others may write, or in whose place others can put another one is as good as none: nothing in it is
    believed. One of our own that is merely too open is closed.
    """
    import stat

    from autovenv.ownership import find_fault, find_owner

    try:
        if create and not os.path.isdir(directory):
            above = os.path.dirname(directory)
            while not os.path.lexists(above):
                above = os.path.dirname(above)
            # With `sudo -s` the home directory may be another user's, who could not write into what root makes there.
            if find_owner(os.stat(above), root=True):
                return False
            os.makedirs(directory, 0o700, exist_ok=True)
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
    """Make a directory below the state directory; tell whether it is there now."""
    try:
        os.makedirs(directory, 0o700, exist_ok=True)
    except (OSError, ValueError):
        return False
    return directory.startswith(state)


def replace(path: str, data: bytes, time_ns: int | None = None) -> None:
    """Write a file whole: into a name of its own, then renamed. `time_ns` is the modification time that it gets. Raises `OSError`."""
    temporary = f"{path}.{os.getpid()}~"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        try:
            while data:
                data = data[os.write(handle, data) :]
        finally:
            os.close(handle)
        if time_ns is not None:
            os.utime(temporary, ns=(time_ns, time_ns))
        os.replace(temporary, path)
    except BaseException:
        _remove(temporary)
        raise


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def _is_coarse(state: str) -> bool:
    """Tell whether the state directory's file system keeps whole seconds only."""
    probe = f"{state}/.clock.{os.getpid()}~"
    try:
        os.close(os.open(probe, os.O_WRONLY | os.O_CREAT, 0o600))
        try:
            os.utime(probe, ns=(1_500_000_001, 1_500_000_001))
            return os.stat(probe).st_mtime_ns % 1_000_000_000 == 0
        finally:
            os.unlink(probe)
    except OSError:
        return True


class _Lock:
    """Lets one process at a time write into a record's directory. Windows has no lock on a directory; there the last one wins."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.handle = -1

    def __enter__(self) -> None:
        if sys.platform != "win32":
            import fcntl

            self.handle = os.open(self.directory, os.O_RDONLY)
            fcntl.flock(self.handle, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        if self.handle >= 0:
            os.close(self.handle)


def _remove_stamps(directory: str, token: str, count: int) -> None:
    """Remove the stamps of other records, and what a killed resolver left."""
    current = {f"{STAMP}{token}.{number}" for number in range(count)}
    for name in os.listdir(directory):
        if is_stamp(name) and name not in current:
            _remove(os.path.join(directory, name))


def is_stamp(name: str) -> bool:
    """Tell whether a file beside a record is a stamp, or an unfinished file of this module."""
    token, dot, number = name.removeprefix(STAMP).partition(".")
    stamp = len(token) == TOKEN_LENGTH and dot == "." and number.rstrip("~").replace(".", "").isdigit()
    return name.startswith(STAMP) and (stamp or name.endswith("~"))


def forget(directory: str) -> None:
    """Remove the record of `directory` and its stamps, so that every shell asks again at its next prompt."""
    stored_in = record_dir(directory)
    try:
        with _Lock(stored_in):
            for name in os.listdir(stored_in):
                if name == RECORD or is_stamp(name):
                    _remove(os.path.join(stored_in, name))
    except OSError:
        pass


def parse(text: bytes) -> dict[str, list[str]]:
    """Return a record's lines by their first word; empty for a record that is torn or of another format."""
    lines = os.fsdecode(text).split("\n")
    if not lines[0].startswith(FORMAT + " ") or "end" not in lines:
        return {}
    words: dict[str, list[str]] = {}
    for line in lines[1 : lines.index("end")]:
        word, _, value = line.partition(" ")
        words.setdefault(word, []).append(value)
    return words
