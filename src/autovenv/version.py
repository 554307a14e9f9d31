"""`autovenv --version`."""

from __future__ import annotations

from autovenv import __version__


def enter(_arguments: list[str]) -> int | None:
    """Print the version. What stands behind it is not looked at, as the command line does."""
    print(f"autovenv {__version__}")
    return 0
