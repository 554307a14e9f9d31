"""Which environment belongs to a directory."""

from __future__ import annotations

import os

from autovenv.environment import Broken, Environment, inspect
from autovenv.evidence import Evidence, Unreadable
from autovenv.kinds import KINDS, PROJECT_FILES


class Finding:
    """What belongs to a directory: the `kind` and `rule` that chose it, and the environment or what is broken about it."""

    __slots__ = ("environment", "kind", "rule")

    def __init__(self, kind: str, rule: str, environment: Environment | Broken) -> None:
        self.kind = kind
        self.rule = rule
        self.environment = environment


def examine(directory: str, evidence: Evidence, settings: dict[str, object], choice: dict[str, object]) -> Finding | None:
    """Return what belongs to `directory`, an absolute path, itself; None where nothing does.

    The first kind that points at something decides. A usable environment is preferred to a broken one of a later or earlier kind.
    """
    broken = None
    for kind in KINDS:
        if kind.markers and not any([evidence.exists(os.path.join(directory, marker)) for marker in kind.markers]):
            continue
        try:
            found = __import__(kind.module, fromlist=["find"]).find(directory, evidence, settings)
        except Unreadable as problem:
            evidence.skip(f"{kind.title}: {problem}")
            continue
        if found is None:
            continue
        finding = Finding(kind.name, found.rule, inspect(found.prefix, evidence, directory))
        if isinstance(finding.environment, Environment):
            return finding
        broken = broken or finding
    return broken


def is_project(directory: str, evidence: Evidence) -> bool:
    """Tell whether a directory without an environment is one that should have one."""
    return any([evidence.exists(os.path.join(directory, name)) for name in PROJECT_FILES])
