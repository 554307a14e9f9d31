"""A conda prefix in the project: `.conda`, and an environment of pixi's."""

from __future__ import annotations

import os

from autovenv.disk.evidence import Evidence
from autovenv.environments.kinds import Found
from autovenv.state.settings import Settings

#: What VS Code and `conda create --prefix` make.
CONDA = ".conda"

#: Where pixi 0.77 makes the environments of a project, or a link to where it does (`detached-environments`).
PIXI = ".pixi/envs"


def find(directory: str, evidence: Evidence, settings: Settings) -> Found | None:
    """Return the first that is a conda prefix: it has `conda-meta`. Of pixi's, a setting says which."""
    for prefix in (CONDA, f"{PIXI}/{settings.pixi_environment}"):
        path = os.path.join(directory, *prefix.split("/"))
        if evidence.is_dir(os.path.join(path, "conda-meta")):
            return Found(path, f"`{prefix}` in the project")
    return None
