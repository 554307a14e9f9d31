"""`autovenv --version`."""

from __future__ import annotations

from autovenv import __version__, messages


def enter(_arguments: list[str]) -> int | None:
    """Print the version. What stands behind it is not looked at, as the command line does."""
    messages.put(f"autovenv {__version__}\n".encode("ascii"))
    return 0
