"""`uninstall`: the hook out of the rc files, and what of autovenv remains then."""

from __future__ import annotations

import os

from autovenv import places
from autovenv.commands import shims
from autovenv.messages import Problem, visible_path
from autovenv.shells import rc


def uninstall(shell: str = "", dry_run: bool = False, program: bool = True) -> int:
    """Take the block out of the rc files of a shell, or of all, say what remains, and return the exit status.

    `program` says that the command remains. Where `scripts/uninstall` removes it, the shims that call it go, too.
    """
    status = rc.uninstall(shell, dry_run)
    if not program and shims.list_installed():
        status = max(status, shims.uninstall())
    if not shell and not dry_run:
        for path, what in list_remains(program):
            print(f"left `{visible_path(path)}`: {what}")
    return status


def list_remains(program: bool = True) -> list[tuple[str, str]]:
    """Return the paths of autovenv that `uninstall` leaves, each with what it is and how to be rid of it."""
    remains = [
        (shims.directory(), "the shims, which `autovenv shims uninstall` removes"),
        (places.state_dir(), "what it knows of your projects, and what you allowed and denied; delete it if you like"),
        (places.user_config_file(), "your settings; delete it if you like"),
    ]
    if program:
        try:
            remains.append((rc.find_executable(), "the command, which goes the way it came (pipx, uv or pip)"))
        except Problem:
            pass
    return [(path, what) for path, what in remains if os.path.lexists(path)]
