"""A conda prefix in the project: `.conda`, and pixi's default environment."""

from __future__ import annotations

import os

from autovenv.disk.evidence import Evidence
from autovenv.environments.kinds import Found

#: Prefixes relative to the project: VS Code and `conda create --prefix` make the first, pixi 0.4x the second.
PREFIXES = (".conda", ".pixi/envs/default")


def find(directory: str, evidence: Evidence, settings: dict[str, object]) -> Found | None:  # noqa: ARG001
    """Return the first that is a conda prefix: it has `conda-meta`."""
    for prefix in PREFIXES:
        path = os.path.join(directory, *prefix.split("/"))
        if evidence.is_dir(os.path.join(path, "conda-meta")):
            return Found(path, f"`{prefix}` in the project")
    return None
