"""The store of records: where they lie, how they are written whole, and how they are forgotten."""

from __future__ import annotations

import os
import sys
import time

from autovenv import paths, places
from autovenv.messages import Problem, visible_path
from autovenv.state.record import COARSE, FINE, STAMP, TOKEN_LENGTH, Record, Unstorable, encode, locate, mirror, render

RECORD = ".autovenv-record"

#: Beside the records: a directory for files of running shells, and the file that is written with each blank record.
SHELLS = "shells"
NEWS = "news"

#: Among the files of shells, one whose time says when they were last swept.
SWEPT = ".swept"

#: Seconds.
_DAY = 24 * 60 * 60

UNFINISHED = "~"

#: A record of a format that no hook reads, so the resolver is asked. An empty one is none to fish and PowerShell.
BLANK = b"autovenv-record 0\n"

#: What is said where a decision of the user's cannot be kept.
UNSTORED = "the decision cannot be stored"

#: How long an unfinished file is left to whoever is writing it, and alike a directory, in nanoseconds.
_PATIENCE = 60_000_000_000


def record_dir(directory: str, state: str = "") -> str:
    """Return the directory of the record and the choice for `directory`, an absolute path.

    >>> record_dir("/home/ada/app", "/s")
    '/s/at/home/ada/app'
    """
    return paths.extend((state or places.state_dir()) + "/at" + locate(directory).rstrip("/"))


def write(record: Record, directory: str, coarse: bool = False) -> bytes:
    """Store the record for `directory` where that can be done, and return its text for the shell that asked.

    That says where it is kept: what the shell has for the place can be another one. `coarse` says that the shell
    compares whole seconds.
    """
    state = places.state_dir()
    stored_in = record_dir(directory, state)
    if is_private(state, create=True) and make_dirs(stored_in, state):
        _sweep(os.path.join(state, SHELLS))
        try:
            return tell_place(_store(record, directory, stored_in, coarse), stored_in)
        except (OSError, Unstorable):
            pass
    return render(record, directory)[0]


def _sweep(directory: str) -> None:
    """Remove, once a day, what shells left in `directory` a month ago: most people never type `prune`.

    A server of tmux that was started by a shell which has ended may name its file for as long.
    """
    mark = os.path.join(directory, SWEPT)
    try:
        swept = os.stat(mark).st_mtime if os.path.exists(mark) else 0
        if 0 <= time.time() - swept < _DAY:
            return
        replace(mark, b"")
    except OSError:
        return
    from autovenv.state import sessions

    sessions.forget(directory, 30 * _DAY)


def tell_place(text: bytes, stored_in: str) -> bytes:
    r"""Return the text of a record with the directory that it is stored in, where that is one line.

    >>> tell_place(b"autovenv-record 2 -\nend\n", "/s/at/app")
    b'autovenv-record 2 -\nkept /s/at/app\nend\n'
    """
    first, _, rest = text.partition(b"\n")
    place = encode([f"kept {mirror(stored_in)}"])
    return b"\n".join((first, rest) if b"\n" in place else (first, place, rest))


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
        replace(os.path.join(stored_in, f"{STAMP}{token}.{number}"), b"", stamp)
    replace(os.path.join(stored_in, RECORD), text, record.evidence.started - (COARSE if coarse else FINE))
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
    below = paths.cut_off(directory, state)
    names = (below or "").replace(os.sep, "/").split("/")
    if not below or any(name in (".", "..") or name.lower().startswith(STAMP) for name in names):
        return False
    try:
        # What no file could have a name in, which shows only at the end, is not begun.
        os.lstat(_name_unfinished(os.path.join(directory, f"{STAMP}{TOKEN_LENGTH * '0'}.0")))
    except FileNotFoundError:
        pass
    except (OSError, ValueError):
        return False
    try:
        make_private(directory)
    except OSError:
        return False
    return os.path.isdir(directory)


def prepare(directory: str, state: str) -> None:
    """Make a directory below the state directory for what a user decides. Raises `Problem` where none may be there."""
    if not is_private(state, create=True):
        why = f"`{visible_path(state)}` is not private to this user"
    elif not make_dirs(directory, state):
        why = f"`{visible_path(directory)}` cannot be made"
    else:
        return
    raise Problem(UNSTORED, why, "run `autovenv doctor`")


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
        _rename(temporary, path)
    except BaseException:
        _remove(temporary)
        raise


#: How often, and in seconds how long after each try, a file is put in the place of another that is open.
_RENAMES, _PAUSE = 20, 0.01


def _rename(temporary: str, path: str, windows: bool = sys.platform == "win32") -> None:
    """Put a file in the place of another. Raises `OSError`.

    Windows refuses that while a program has the other one open, as a shell has a record that it reads.
    """
    for left in reversed(range(_RENAMES if windows else 1)):
        try:
            os.replace(temporary, path)
        except PermissionError:
            if not left or os.path.isdir(path):
                raise
            time.sleep(_PAUSE)
        else:
            return


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
    probe = _name_unfinished(os.path.join(directory, f"{STAMP}clock"))
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

    Every shell asks about it again at its next prompt. Raises `OSError` and `Problem`.
    """
    state = places.state_dir()
    stored_in = record_dir(directory, state)
    prepare(stored_in, state)
    forget(directory)
    replace(os.path.join(stored_in, RECORD), BLANK)
    # A shell that knows a directory to hold nothing sees by this that it may.
    replace(os.path.join(state, NEWS), b"")
