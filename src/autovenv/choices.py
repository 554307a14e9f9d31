"""What the user decided for a project: `allow`, `deny` and `link`. Kept beside the project's record, private to the user."""

from __future__ import annotations

import os

from autovenv import places
from autovenv.evidence import Evidence, Unreadable
from autovenv.record import is_private, make_dirs, record_dir, replace

CHOICE = ".autovenv-choice"


def read(directory: str) -> dict[str, object]:
    """Return what was decided for `directory`: keys `decision` (`allow` or `deny`), `seen` (what was there then), `link`. Empty: nothing."""
    if not is_private(places.state_dir()):
        return {}
    try:
        # Not evidence of a record: whoever writes a choice forgets the record, which all shells notice.
        data = Evidence({}).read(os.path.join(record_dir(directory), CHOICE))
    except Unreadable:
        return {}
    if not data:
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
        raise PermissionError(13, "The state directory is not private", state)
    stored_in = record_dir(directory, state)
    path = os.path.join(stored_in, CHOICE)
    if not choice:
        if os.path.lexists(path):
            os.unlink(path)
        return
    if not make_dirs(stored_in, state):
        raise OSError(5, "The directory cannot be made", stored_in)
    import json

    replace(path, json.dumps(choice, indent=1, sort_keys=True).encode("utf-8", "surrogatepass"))
