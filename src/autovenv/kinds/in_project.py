"""An environment in the project directory: `.venv`, then the other configured names."""

from __future__ import annotations

import os

from autovenv.evidence import Evidence
from autovenv.kinds import Found


def find(directory: str, evidence: Evidence, settings: dict[str, object]) -> Found | None:
    """Return the first of the configured names that holds an environment, or else the first that looks like a broken one.

    `venv` and `env` are also ordinary names of folders: without anything of an environment inside they are no environment, and not a broken one.
    """
    broken = None
    for name in settings["names"]:  # type: ignore[attr-defined]
        prefix = os.path.join(directory, name)
        if not evidence.exists(prefix) and not os.path.islink(prefix):
            continue
        found = Found(prefix, f"`{name}` in the project")
        if evidence.exists(os.path.join(prefix, "pyvenv.cfg")) or evidence.is_dir(os.path.join(prefix, "conda-meta")):
            return found
        if broken is None and _is_meant(prefix, name):
            broken = found
    return broken


def _is_meant(prefix: str, name: str) -> bool:
    if name == ".venv":
        return True
    return os.path.islink(prefix) or os.path.lexists(os.path.join(prefix, "bin", "python"))
