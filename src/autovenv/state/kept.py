"""What a hook keeps for the shells and programs that are started from it: a file that `__AUTOVENV_KEPT` names."""

from __future__ import annotations

import os

from autovenv import places
from autovenv.state.store import SHELLS

#: The first line of the file.
FORMAT = "autovenv-kept 1"

#: Bytes of a file that anyone would keep.
_LIMIT = 1 << 16


def read(environ: dict[str, str]) -> dict[str, str]:
    """Return the variables that were exported before the hook activated what is active, by name.

    None where the file is not this user's, or about another environment: what a variable says can be anybody's.
    """
    name, prefix = environ.get("__AUTOVENV_KEPT", ""), environ.get("__AUTOVENV_PREFIX", "")
    if not name.strip(".") or name.strip("0123456789."):
        return {}
    try:
        with open(os.path.join(places.state_dir(), SHELLS, f"kept.{name}"), "rb") as file:
            if hasattr(os, "geteuid") and os.fstat(file.fileno()).st_uid != os.geteuid():
                return {}
            lines = os.fsdecode(file.read(_LIMIT)).split("\n")
    except OSError:
        return {}
    if lines[:2] != [FORMAT, f"prefix {prefix}"] or "end" not in lines:
        return {}
    pairs = [line.removeprefix("old ").partition("=") for line in lines if line.startswith("old ")]
    return {name: value for name, _, value in pairs}
