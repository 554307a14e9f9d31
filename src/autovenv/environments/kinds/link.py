"""An environment that the user chose with `autovenv link`."""

from __future__ import annotations

from autovenv.disk.evidence import Evidence
from autovenv.environments.kinds import Found
from autovenv.state.settings import Settings


def find(directory: str, evidence: Evidence, settings: Settings) -> Found | None:  # noqa: ARG001
    """Return the environment that `directory` was linked to: final, so no other stands in for a broken one."""
    prefix = evidence.choice.get("link")
    return Found(prefix, "`autovenv link`", final=True) if isinstance(prefix, str) and prefix else None
