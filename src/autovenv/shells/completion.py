"""`autovenv completion`: the static completion of a shell, which `scripts/make_completions.py` makes."""

from __future__ import annotations

from autovenv import shipped

#: The file of each dialect, in `completions/`. zsh finds a function by the name of its file.
FILES = {"bash": "autovenv.bash", "zsh": "_autovenv", "fish": "autovenv.fish", "powershell": "autovenv.ps1"}


def read(shell: str) -> bytes:
    """Return the completion of a shell by its name. Raises `OSError` for a broken installation."""
    return shipped.read("completions", FILES[shell])
