"""The walk through what the state directory knows, and forgetting what is gone: `autovenv prune`.

A system call for each record is what a hundred thousand of them allow, so:

- Which projects are there is read off their parent directory; only what is not listed there is looked at by itself.
- A place that has no directory in it is not read: its number of links says so, where the file system counts them.
- What is gone is moved aside, a whole subtree by one rename: forgotten at once, by every shell. Deleting it takes many
  times as long as all the rest together, and is left to a process in the background where there is much of it.
"""

from __future__ import annotations

import os
import stat
import sys
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count, islice
from typing import TYPE_CHECKING

from autovenv import paths, places
from autovenv.commands.output import print_json, say
from autovenv.messages import visible_path
from autovenv.state import choices, record, sessions, store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: Where it is moved to, below the state directory: a directory for each run, in it the same paths as in `at`.
TRASH = "gone"

#: The number of links of a directory with no directory in it, and what stands for a number that says nothing.
_BARE = 2
_UNKNOWN = 0

#: So many projects in one directory are looked for in its listing.
_MANY = 16

#: So many entries of a listing are read for each project that is looked for.
_ENTRIES = 4

#: So often is the way to a place made anew, which another run may take away.
_TRIES = 10

#: So many projects, or places, are deleted before the command returns.
_AT_ONCE = 100


@dataclass(slots=True, eq=False)
class Place:
    """A directory of the state directory: gone is what it is about, or that is there and places lie below.

    `links` is its number of links, `known` tells, of one that is gone, whether it holds a record or a decision, and
    `holds` that something in it, or below, is about a directory that is there.
    """

    path: str
    above: Place | None
    gone: bool
    links: int
    known: bool = False
    holds: bool = False

    def keep(self) -> None:
        """Remember that it holds something, and so do those above it."""
        place: Place | None = self
        while place and not place.holds:
            place.holds = True
            place = place.above


def unmirror(path: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return the directory that `record.locate` wrote as `path`.

    >>> unmirror("/c/Users/ada", windows=True), unmirror("/server/share/app", windows=True)
    ('C:\\Users\\ada', '\\\\server\\share\\app')
    """
    if not windows:
        return path or "/"
    drive = path[1:].partition("/")[0]
    if len(drive) == 1:
        return record.localize(path, windows)
    server = drive[0] if len(drive) == 2 and drive[1] == "$" else drive
    return record.localize(f"//{server}" + path[1 + len(drive) :], windows)


def find_known() -> Iterator[str]:
    """Yield the directories that the state directory has something about, in order."""
    state = places.state_dir()
    top = f"{state}/at"
    if store.is_private(state) and _is_directory(top):
        yield from _find_known(top, Place(top, None, False, os.lstat(top).st_nlink, _is_known(top)))


def _find_known(top: str, place: Place) -> Iterator[str]:
    """Yield the directories that something is known about at a place and below, in order."""
    left = [(place.path, place.links, place.known)]
    while left:
        path, links, known = left.pop()
        if known:
            yield unmirror(path[len(top) :])
        if links != _BARE or path == top:  # of the first nobody knows whether its file system counts
            names = _list(path)[1]
            below = _look(path, links, names, set(names))
            left.extend((f"{path}/{name}", number, known) for name, number, known in reversed(below))


def _is_known(path: str, handle: int | None = None) -> bool:
    """Tell whether a place holds a record or a decision; `path` may be relative to the directory open as `handle`."""
    for name in (store.RECORD, choices.CHOICE):
        try:
            return not stat.S_ISDIR(os.lstat(f"{path}/{name}", dir_fd=handle).st_mode)
        except OSError:
            continue
    return False


def _list(path: str) -> tuple[list[str], list[str]]:
    """Return the names of the files, and of the directories, that a directory holds: none if it cannot be read.

    Links are files.
    """
    files: list[str] = []
    names: list[str] = []
    with suppress(OSError), os.scandir(path) as entries:
        for entry in entries:
            (names if entry.is_dir(follow_symlinks=False) else files).append(entry.name)
    return files, names


def _look(path: str, links: int, names: list[str], asked: set[str]) -> list[tuple[str, int, bool]]:
    """Return of the places in a place, in order: name, number of links; and, where `asked`, whether something is known.

    Not every file system counts a directory's directories in its number of links (Btrfs: always one). Where the place
    itself has the right number, those in it do.
    """
    counted = links == _BARE + len(names)
    found = []
    with suppress(OSError), _enter(path) as (start, handle):
        for name in sorted(names):
            try:
                number = os.lstat(start + name, dir_fd=handle).st_nlink
            except OSError:
                continue
            known = name in asked and _is_known(start + name, handle)
            found.append((name, number if counted or number != _BARE else _UNKNOWN, known))
    return found


@contextmanager
def _enter(path: str, follow: bool = False) -> Iterator[tuple[str, int | None]]:
    """Open a directory, and return how a name in it is looked at without the way there: what is put before, a handle.

    Where there are no such handles (Windows), the way is what is put before. Raises `OSError`.
    """
    if os.stat not in os.supports_dir_fd:
        yield f"{path}/", None
        return
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | (0 if follow else os.O_NOFOLLOW))
    try:
        yield "", handle
    finally:
        os.close(handle)


def _survey(top: str) -> list[Place]:
    """Return the places, those above first, in order: of what is gone the topmost, of what is there all on the way."""
    found = []
    left = [Place(top, None, False, os.lstat(top).st_nlink)]
    denied = _list_ways(choices.list_denied())
    while left:
        place = left.pop()
        found.append(place)
        if place.gone:
            continue
        files, names = _list(place.path)
        if files or not names:
            place.keep()
        missing = _find_missing(place.path[len(top) :], names)
        if denied:
            missing = {name for name in missing if f"{place.path[len(top) :]}/{name}" not in denied}
        inner = []
        for name, links, known in _look(place.path, place.links, names, missing):
            if links == _BARE and name not in missing:
                place.keep()
            else:
                inner.append(Place(f"{place.path}/{name}", place, name in missing, links, known))
        left.extend(reversed(inner))
    return found


def _list_ways(directories: list[str]) -> set[str]:
    """Return the mirrored paths of some directories and of those above them.

    What was denied stays so: it may be mounted or made again, and nobody would be asked a second time.
    """
    ways = set()
    for directory in directories:
        way = record.locate(directory).rstrip("/")
        while way and way not in ways:
            ways.add(way)
            way = way.rpartition("/")[0]
    return ways


def _find_missing(mirrored: str, names: Iterable[str], again: bool = False) -> set[str]:
    """Return which of the names are gone from a directory.

    What is listed is there. What is not may be there all the same: in another case, mounted when it is looked at, or
    further down in a directory that holds much else. When it is looked for `again`, right away, the listing will do.
    """
    missing = set(names)
    if len(missing) >= _MANY and mirrored:
        with suppress(OSError), _enter(unmirror(mirrored), follow=True) as (start, handle):
            with os.scandir(start or handle) as entries:
                missing.difference_update(entry.name for entry in islice(entries, _ENTRIES * len(missing)))
            return missing if again else {name for name in missing if _is_gone(start + name, handle)}
    return {name for name in missing if _is_gone(unmirror(f"{mirrored}/{name}"))}


def _is_gone(directory: str, handle: int | None = None, windows: bool = sys.platform == "win32") -> bool:
    """Tell whether there is no such directory, where it is relative in the one open as `handle`.

    What cannot be looked at is not gone, nor is a dangling link, nor what lies on a drive or server that is away.
    """
    root = find_root(directory, windows)
    if root is not None and not os.path.isdir(root):
        return False
    try:
        os.lstat(paths.extend(directory, windows), dir_fd=handle)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def find_root(directory: str, windows: bool = sys.platform == "win32") -> str | None:
    r"""Return the root of the drive, or the share of the server, that a directory of Windows lies on; None elsewhere.

    A server itself is no directory: of it nobody can tell whether it is there, and `""` is nowhere.

    >>> find_root("E:\\app", windows=True), find_root("\\\\server\\share\\app", windows=True)
    ('E:\\', '\\\\server\\share\\')
    >>> find_root("\\\\server", windows=True), find_root("/app", windows=False)
    ('', None)
    """
    if not windows:
        return None
    import ntpath

    drive = ntpath.splitdrive(directory)[0]
    return f"{drive}\\" if drive and (drive[0] != "\\" or "\\" in drive[2:]) else ""


def _is_directory(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def prune(dry_run: bool = False) -> list[str]:
    """Forget the projects whose directory is gone: records and decisions, but no `deny`. Return them, in order."""
    state = places.state_dir()
    top = f"{state}/at"
    if not store.is_private(state) or not _is_directory(top):
        return []
    forgotten = []
    trash = None
    for root in _find_roots(top):
        known = [directory for place in root if place.gone for directory in _find_known(top, place)]
        if not dry_run:
            trash = trash or _make_trash(state)
            below = root[0].path[len(top) :]
            if not known or not trash or not _move(top + below, trash + below, state):
                _delete_here(root, top)
            elif _is_back(root, top, trash):
                _put_back(trash + below, top + below, state)
                continue
        forgotten += known
    if not dry_run:
        _empty_trash(state, trash, len(forgotten) <= _AT_ONCE)
        sessions.forget(os.path.join(state, store.SHELLS))
    return forgotten


def _find_roots(top: str) -> list[list[Place]]:
    """Return the subtrees that hold nothing about a directory that is there, each as its places, in order."""
    first, *found = _survey(top)
    first.keep()
    roots: list[list[Place]] = []
    for place in found:
        if not place.holds:
            if place.above and place.above.holds:
                roots.append([])
            roots[-1].append(place)
    return roots


def _make_trash(state: str) -> str | None:
    """Make a directory for what this run moves aside and return its path; None where there can be none.

    The path is short, for what is moved there must not become too long to be looked at.
    """
    with suppress(OSError):
        if store.make_dirs(f"{state}/{TRASH}", state) and _is_directory(f"{state}/{TRASH}"):
            for number in count():
                with suppress(FileExistsError):
                    os.mkdir(f"{state}/{TRASH}/{number}", 0o700)
                    return f"{state}/{TRASH}/{number}"
    return None


def _move(path: str, to: str, state: str) -> bool:
    """Move a file or a directory to another place below the state directory; tell whether it is off the old one.

    So it is, too, when another run has just taken it.
    """
    for _ in range(_TRIES):
        try:
            os.rename(path, to)
        except FileNotFoundError:
            if not os.path.lexists(path):
                return True
            store.make_dirs(os.path.dirname(to), state)
        except OSError:
            break
        else:
            return True
    return False


def _is_back(root: list[Place], top: str, trash: str) -> bool:
    """Tell whether a project has come back, or a shell has written something, before a subtree was moved aside."""
    if root[0].gone:
        return not _is_gone(unmirror(root[0].path[len(top) :]))
    below: dict[Place, list[Place]] = {}
    for place in root[1:]:
        if place.above:
            below.setdefault(place.above, []).append(place)
    for above, inner in below.items():
        mirrored = above.path[len(top) :]
        names = {place.path.rpartition("/")[2]: place.gone for place in inner}
        gone = {name for name in names if names[name]}
        with suppress(OSError):
            if set(os.listdir(trash + mirrored)) != names.keys() or _find_missing(mirrored, gone, again=True) != gone:
                return True
    return False


def _put_back(moved: str, path: str, state: str) -> None:
    """Move what was moved aside to where it was, as far as nothing new is there."""
    left = [(moved, path)]
    while left:
        moved, path = left.pop()
        if not os.path.lexists(path) and _move(moved, path, state):
            continue
        if _is_directory(moved) and _is_directory(path):
            with suppress(OSError):
                left.extend((f"{moved}/{name}", f"{path}/{name}") for name in os.listdir(moved))


def _delete_here(root: list[Place], top: str) -> None:
    """Delete a subtree where it lies, but for what has come back."""
    for place in reversed(root):
        if not place.gone:
            _remove_directory(place.path)
        elif _is_gone(unmirror(place.path[len(top) :])):
            deque(_delete(place.path, top), 0)


def _delete(path: str, base: str, put_back: Callable[[str], None] | None = None) -> Iterator[str]:
    """Delete a subtree of what was remembered, a directory after the other, yielding each; `base` is `at` or the trash.

    A file that does not go with its record, and the way to it, stays; or else is `put_back`.
    """
    left = [path]
    inner = []
    while left:
        here = left.pop()
        files, names = _list(here)
        for name in files:
            if _is_over(base, here, name):
                with suppress(OSError):
                    os.unlink(f"{here}/{name}")
            elif put_back:
                put_back(f"{here}/{name}")
        if names:
            inner.append(here)
            left.extend(f"{here}/{name}" for name in names)
        else:
            _remove_directory(here)
        yield here
    for here in reversed(inner):
        _remove_directory(here)


def _is_over(base: str, here: str, name: str) -> bool:
    """Tell whether a file in a place goes with its record.

    A decision could not be made anew: whatever crossed on the way here, it goes only if its project is gone now.
    """
    if name == choices.CHOICE:
        return _is_gone(unmirror(here[len(base) :]))
    return name == store.RECORD or store.is_stamp(name) or store.is_unfinished(name)


def _remove_directory(path: str) -> None:
    with suppress(OSError):  # not empty, or a shell is writing a record there
        os.rmdir(path)


def _empty_trash(state: str, own: str | None, little: bool) -> None:
    """Delete what this run moved aside, its `own`, or one that was interrupted; put back what is not ours.

    In the background, unless it is `little` and remains so. Another run's that may still be at it is left alone.
    """
    rest = _delete_trash(state, own)
    if little:
        deque(islice(rest, _AT_ONCE), 0)
    if next(rest, None):
        _finish_in_background(rest)


def _delete_trash(state: str, own: str | None) -> Iterator[str]:
    above = f"{state}/{TRASH}"
    for name in _list(above)[1] if _is_directory(above) else ():
        trash = f"{above}/{name}"
        if trash == own or store.is_left(trash):
            yield from _delete(trash, trash, partial(_restore, trash, state))
    _remove_directory(above)


def _restore(trash: str, state: str, path: str) -> None:
    """Put back a file from the trash; a decision that a newer one has taken the place of is deleted."""
    place = f"{state}/at{path[len(trash) :]}"
    _put_back(path, place, state)
    if path.endswith(f"/{choices.CHOICE}") and os.path.lexists(place):
        with suppress(OSError):  # it has been put back
            os.unlink(path)


def _finish_in_background(rest: Iterator[str]) -> None:
    """Go through the rest without anyone waiting for it; where a process cannot be split in two (Windows), here."""
    try:
        child = os.fork() if hasattr(os, "fork") else None
    except OSError:  # there are too many
        child = None
    if child is None:
        deque(rest, 0)
    elif child == 0:
        try:
            _let_go()
            deque(rest, 0)
        finally:
            os._exit(0)


def _let_go() -> None:
    """Leave the terminal, the present directory, and the files that somebody may wait for the end of."""
    os.setsid()
    os.chdir("/")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.closerange(3, 256)


def print_pruned(gone: list[str], dry_run: bool, as_json: bool) -> None:
    """Print to stdout what was forgotten, or what would be."""
    if as_json:
        print_json({"forgotten": gone})
        return
    if not gone:
        say("nothing to forget: every known project is there")
        return
    done, home = "would forget" if dry_run else "forgot", places.home()
    print("\n".join(f"{done} {visible_path(directory, home)}" for directory in gone))
