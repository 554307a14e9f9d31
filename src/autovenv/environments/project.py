"""Which environment belongs to a directory."""

from __future__ import annotations

import os

from autovenv.disk.evidence import Evidence, Unreadable
from autovenv.environments.environment import Broken, Environment, inspect
from autovenv.environments.kinds import AT_ONCE, KINDS, PROJECT_FILES, Found, Kind
from autovenv.messages import visible, visible_path
from autovenv.state.settings import Settings

#: pyenv's file, which makes a directory a project where it asks for what pyenv does not have.
PIN = ".python-version"


class Finding:
    """What belongs to a directory: the `kind` and `rule` that chose it, and the environment or what is broken."""

    __slots__ = ("environment", "kind", "rule")

    def __init__(self, kind: str, rule: str, environment: Environment | Broken) -> None:
        self.kind = kind
        self.rule = rule
        self.environment = environment


def examine(directory: str, evidence: Evidence, settings: Settings, choice: dict[str, object]) -> Finding | None:
    """Return what belongs to `directory`, an absolute path, itself; None where nothing does.

    The first kind that points at a usable environment decides. Where there is none, the first that points at a broken
    one does.
    """
    evidence.choice = choice
    evidence.at_once = AT_ONCE
    broken = None
    for kind in KINDS:
        found = _ask(kind, directory, evidence, settings)
        if found is None:
            continue
        environment = Broken(found.prefix, found.fault) if found.fault else inspect(found.prefix, evidence, directory)
        finding = Finding(kind.name, found.rule, environment)
        if isinstance(environment, Environment):
            return finding
        environment.mend = environment.mend or found.mend or kind.mend
        environment.makes = kind.makes
        if found.final:
            return finding
        broken = broken or finding
    return broken


def _ask(kind: Kind, directory: str, evidence: Evidence, settings: Settings) -> Found | None:
    if kind.choice and kind.choice not in evidence.choice:
        return None
    if kind.variable and not evidence.variable(kind.variable):
        return None
    if (
        kind.markers
        and not any(evidence.has_marker(os.path.join(directory, marker)) for marker in kind.markers)
        and not (kind.stand_in and evidence.variable(kind.stand_in))
    ):
        return None
    try:
        found: Found | None = __import__(kind.module, fromlist=["find"]).find(directory, evidence, settings)
    except Unreadable as problem:
        evidence.skip(f"{kind.title}: `{visible_path(problem.path)}` {problem}")
    except (OSError, ValueError) as problem:  # a path with a null byte, or one that the tool itself could not name
        evidence.skip(f"{kind.title}: {visible(str(problem))}")
    else:
        return found
    return None


def is_project(directory: str, evidence: Evidence) -> bool:
    """Tell whether a directory without an environment is one that should have one."""
    if any(evidence.has_marker(os.path.join(directory, name)) for name in PROJECT_FILES):
        return True
    if not evidence.has_marker(os.path.join(directory, PIN)):
        return False
    from autovenv.environments import tools

    return bool(tools.find_missing(directory, evidence))
