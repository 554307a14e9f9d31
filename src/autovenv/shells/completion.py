"""`autovenv completion`: the static completion of a shell, which `scripts/make_completions.py` makes."""

from __future__ import annotations

import os

#: The file of each dialect, in `completions/`. zsh finds a function by the name of its file.
FILES = {"bash": "autovenv.bash", "zsh": "_autovenv", "fish": "autovenv.fish", "powershell": "autovenv.ps1"}


def locate(shell: str) -> str:
    """Return the path of a completion: inside the installed package, or in the checkout of an editable install."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    shipped = os.path.join(package, "completions", FILES[shell])
    return shipped if os.path.exists(shipped) else os.path.join(package, "..", "..", "completions", FILES[shell])


def read(shell: str) -> bytes:
    """Return the completion of a shell by its name. Raises `OSError` for a broken installation."""
    with open(locate(shell), "rb") as file:
        return file.read()
