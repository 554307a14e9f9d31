"""What the user decided for a project: `allow`, `deny` and `link`. Kept beside the project's record, and private.

A choice belongs to the directory, not to one of its names: it is kept under the physical path, so that no link leads
around a `deny`.
"""

from __future__ import annotations

import os
import stat

from autovenv import places
from autovenv.disk.evidence import FLAGS, LIMIT, Evidence
from autovenv.disk.ownership import HAS_OWNERS, is_own_file
from autovenv.state.record import is_private, make_dirs, record_dir, replace

CHOICE = ".autovenv-choice"


def read(directory: str, evidence: Evidence | None = None) -> dict[str, object]:
    """Return what was decided for `directory`, empty where nothing was.

    The keys are `decision` (`allow` or `deny`), `seen` (what was there then) and `link` (an environment kept
    elsewhere). With `evidence`, a decision under another name of the directory is noticed; under this one the record
    is forgotten (`decisions`).
    """
    state = places.state_dir()
    physical = os.path.realpath(directory)
    watched = evidence is not None and evidence.may_store and physical != directory
    if not is_private(state, create=watched):
        return {}
    stored_in = record_dir(physical, state)
    if evidence is not None and watched and make_dirs(stored_in, state):
        evidence.stat(stored_in, "newer")
    data = _read(os.path.join(stored_in, CHOICE))
    if not data or not _is_real(stored_in, state):
        return {}
    import json

    try:
        choice = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return choice if isinstance(choice, dict) else {}


def write(directory: str, choice: dict[str, object]) -> None:
    """Store what was decided for `directory`, or remove it where `choice` is empty. Raises `OSError`."""
    state = places.state_dir()
    if not is_private(state, create=True):
        raise PermissionError(13, "The state directory is not private to this user", state)
    stored_in = record_dir(os.path.realpath(directory), state)
    path = os.path.join(stored_in, CHOICE)
    if not choice:
        if os.path.lexists(path) and _is_real(stored_in, state):
            os.unlink(path)
        return
    if not make_dirs(stored_in, state) or not _is_real(stored_in, state):
        raise OSError(5, "The directory cannot be made", stored_in)
    import json

    replace(path, json.dumps(choice, indent=1, sort_keys=True).encode("utf-8", "surrogatepass"), lasting=True)


def identify(directory: str) -> tuple[int, int] | None:
    """Return what changes whenever something is decided for `directory`; None where nothing is."""
    try:
        found = os.lstat(os.path.join(record_dir(os.path.realpath(directory)), CHOICE))
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_mtime_ns


def _read(path: str) -> bytes:
    """Return the bytes of a file that only this user can have written; none of another one, nor of a link."""
    try:
        handle = os.open(path, FLAGS | getattr(os, "O_NOFOLLOW", 0))
    except (OSError, ValueError):
        return b""
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > LIMIT or not is_own_file(found, path):
            return b""
        return os.read(handle, LIMIT)
    except OSError:
        return b""
    finally:
        os.close(handle)


def _is_real(stored_in: str, state: str) -> bool:
    """Tell whether no link leads out of the state directory on the way down to `stored_in`."""
    if not HAS_OWNERS:
        return True
    path = stored_in
    try:
        while len(path) > len(state):
            if not stat.S_ISDIR(os.lstat(path).st_mode):
                return False
            path = os.path.dirname(path)
    except OSError:
        return False
    return path == state
