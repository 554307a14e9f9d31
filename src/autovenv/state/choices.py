"""What the user decided for a project: `allow`, `deny` and `link`. Kept beside the project's record, and private.

A choice belongs to the directory, not to one of its names: it is kept under the physical path, so that no link leads
around a `deny`. Nor does a bind mount, or a name in another case: what is denied is listed by its number, too.
"""

from __future__ import annotations

import os
import stat

from autovenv import places
from autovenv.disk.evidence import FLAGS, LIMIT, Evidence, list_names
from autovenv.disk.ownership import HAS_OWNERS, is_own_file
from autovenv.messages import Problem, visible_path
from autovenv.state.store import UNSTORED, is_private, make_dirs, prepare, record_dir, replace

CHOICE = ".autovenv-choice"

#: Below the state directory: for each number of a directory that is denied a file with its physical paths.
DENIED = "denied"


def read(directory: str, evidence: Evidence | None = None) -> dict[str, object]:
    """Return what was decided for `directory`, empty where nothing was.

    The keys are `decision` (`allow` or `deny`), `seen` (what was there then) and `link` (an environment kept
    elsewhere). With `evidence`, a decision under another name of the directory is noticed; under this one the record
    is forgotten (`decisions`).
    """
    state = places.state_dir()
    name = os.path.realpath(directory)
    watched = evidence is not None and evidence.may_store and name != directory
    if not is_private(state, create=watched):
        return {}
    name = _find_name(name, state)
    stored_in = record_dir(name, state)
    if evidence is not None and watched and make_dirs(stored_in, state):
        evidence.stat(stored_in, "newer")
    return _load(stored_in, state)


def _load(stored_in: str, state: str) -> dict[str, object]:
    data = _read(os.path.join(stored_in, CHOICE))
    if not data or not _is_real(stored_in, state):
        return {}
    import json

    try:
        choice = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return choice if isinstance(choice, dict) else {}


def _find_name(directory: str, state: str) -> str:
    """Return the physical path under which a directory is denied where it is, by another name, else its own."""
    try:
        found = os.stat(directory)
    except (OSError, ValueError):
        return directory
    for name in _read_denied(f"{state}/{DENIED}/{found.st_ino}"):
        if name == directory:
            break
        try:
            if os.path.samestat(os.stat(name), found) and _load(record_dir(name, state), state):
                return name
        except (OSError, ValueError):
            continue
    return directory


def _read_denied(path: str) -> list[str]:
    data = _read(path)
    if not data:
        return []
    import json

    try:
        names = json.loads(data)
    except (ValueError, RecursionError):
        return []
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def list_denied() -> list[str]:
    """Return the physical paths of the directories that are denied, in order, be they there or not."""
    state = places.state_dir()
    if not is_private(state):
        return []
    names = {name for number in list_names(f"{state}/{DENIED}") for name in _read_denied(f"{state}/{DENIED}/{number}")}
    return sorted(name for name in names if _load(record_dir(name, state), state).get("decision") == "deny")


def _list_as_denied(directory: str, is_denied: bool, state: str) -> None:
    """Have a directory, by its physical path, among those that are denied, or not. Raises `OSError` and `Problem`."""
    import json

    place = f"{state}/{DENIED}"
    try:
        number = str(os.stat(directory).st_ino) if is_denied else ""
    except (OSError, ValueError):
        number = ""  # what is not there has no other name
    for listed in {number, *list_names(place)} - {""}:
        names = _read_denied(f"{place}/{listed}")
        wanted = sorted({*names, directory} if listed == number else {*names} - {directory})
        if wanted == names:
            continue
        if wanted:
            prepare(place, state)
            replace(f"{place}/{listed}", json.dumps(wanted).encode("utf-8", "surrogatepass"), lasting=True)
        else:
            os.unlink(f"{place}/{listed}")


def write(directory: str, choice: dict[str, object]) -> None:
    """Store what was decided for `directory`, or remove it where `choice` is empty. Raises `OSError` and `Problem`."""
    state = places.state_dir()
    name = _find_name(os.path.realpath(directory), state)
    stored_in = record_dir(name, state)
    path = os.path.join(stored_in, CHOICE)
    prepare(stored_in, state)
    if choice:
        if not _is_real(stored_in, state):
            raise Problem(UNSTORED, f"a link leads to `{visible_path(stored_in)}`", "run `autovenv doctor`")
        import json

        replace(path, json.dumps(choice, indent=1, sort_keys=True).encode("utf-8", "surrogatepass"), lasting=True)
    elif os.path.lexists(path) and _is_real(stored_in, state):
        os.unlink(path)
    _list_as_denied(name, choice.get("decision") == "deny", state)


def identify(directory: str) -> tuple[int, int] | None:
    """Return what changes whenever something is decided for `directory`; None where nothing is."""
    state = places.state_dir()
    try:
        found = os.lstat(os.path.join(record_dir(_find_name(os.path.realpath(directory), state), state), CHOICE))
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
