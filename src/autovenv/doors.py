"""The fast doors: what programs call again and again is answered before the command line's library is imported."""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from collections.abc import Callable

#: By first word, the function that answers the words after it. It returns the exit status, or None for what it leaves
#: to the command line: a call for help, a mistake, an option that only people use.
DOORS = {
    "resolve": "autovenv.resolve:enter",
    "hook": "autovenv.shells.hook:enter",
    "run": "autovenv.commands.running:enter",
    "-c": "autovenv.commands.running:enter_shell",
    "which": "autovenv.commands.finding:enter",
    "env": "autovenv.commands.variables:enter",
    "shim": "autovenv.commands.shims:enter",
    "status": "autovenv.commands.status:enter",
    "--version": "autovenv.version:enter",
    "-V": "autovenv.version:enter",
}


def answer(words: list[str]) -> int | None:
    """Answer a command line that has a fast door and return its exit status; None where the command line must."""
    if not words or words[0] not in DOORS:
        return None
    module, _, name = DOORS[words[0]].partition(":")
    function: Callable[[list[str]], int | None] = getattr(__import__(module, fromlist=[name]), name)
    return function(words[1:])
