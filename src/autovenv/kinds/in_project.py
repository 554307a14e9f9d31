"""An environment in the project directory: `.venv`, then the other configured names."""

from __future__ import annotations

import os

from autovenv.environment import LAYOUTS
from autovenv.evidence import Evidence, Unreadable
from autovenv.kinds import Found


def find(directory: str, evidence: Evidence, settings: dict[str, object]) -> Found | None:
    """Return the first configured name that holds an environment, or else the first that looks like a broken one.

    `venv` and `env` are also ordinary names of folders: without anything of an environment inside they are no
    environment, and not a broken one. A `.venv` that is a file may name the environment: uv 0.13.8 writes its path
    there where it cannot make a link (`centralized-project-envs`).
    """
    broken = None
    for name in settings["names"]:  # type: ignore[attr-defined]
        prefix = os.path.join(directory, name)
        if not evidence.exists(prefix) and not os.path.islink(prefix):
            continue
        found = Found(prefix, f"`{name}` in the project")
        if _is_usable(prefix, evidence):
            return found
        if name == ".venv" and os.path.isfile(prefix):
            found = _follow(directory, prefix, evidence) or found
            # Pipenv's own: a bare name in that file.
            if found.prefix == prefix and evidence.has_marker(os.path.join(directory, "Pipfile")):
                continue
        if broken is None and (name == ".venv" or _is_meant(prefix, evidence)):
            broken = found
    return broken


def _is_usable(prefix: str, evidence: Evidence) -> bool:
    """Tell whether an environment is there, at the first look: `inspect` has the last word."""
    if not evidence.exists(os.path.join(prefix, "pyvenv.cfg")):
        return evidence.is_dir(os.path.join(prefix, "conda-meta"))
    pythons = [os.path.join(prefix, commands, python) for commands, interpreters in LAYOUTS for python in interpreters]
    return any(evidence.exists(python) for python in pythons)


def _is_meant(prefix: str, evidence: Evidence) -> bool:
    """Tell whether a folder of any name was an environment."""
    return (
        os.path.islink(prefix)
        or evidence.exists(os.path.join(prefix, "pyvenv.cfg"))
        or os.path.lexists(os.path.join(prefix, "bin", "python"))
    )


def _follow(directory: str, path: str, evidence: Evidence) -> Found | None:
    """Return the environment that the file at `path` names by a path."""
    try:
        text = (evidence.read_text(path, limit=1 << 12) or "").strip()
    except Unreadable:
        return None
    from autovenv.directories import settle

    if os.sep not in text or "\n" in text or "\0" in text:
        return None
    return Found(settle(directory, text), "the path in `.venv`")
