"""What the user says about a project: `autovenv allow`, `deny` and `revoke`. All shells notice at their next prompt."""

from __future__ import annotations

import os
from dataclasses import dataclass

from autovenv import walk
from autovenv.messages import Problem, explain, visible_path
from autovenv.state import choices, store
from autovenv.trust import judge as trust


@dataclass(frozen=True)
class Decision:
    """What was decided (`allow`, `deny` or `revoke`) for the project in `directory` and its `environment`, if any."""

    decision: str
    directory: str
    environment: str | None

    def __str__(self) -> str:
        place = f"`{visible_path(self.environment or self.directory)}`"
        return {
            "allow": f"{place} may be activated as it is now",
            "deny": f"{place} will not be activated",
            "revoke": f"nothing is decided any more for {place}",
        }[self.decision]


def allow(path: str) -> Decision:
    """Let the environment of the project that `path`, absolute, belongs to be activated, as it is now.

    Raises `Problem` where there is none, it is broken, or nothing the user says here can make it usable.
    """
    step = walk.find(path, dict(os.environ)).project
    if step is None:
        raise Problem(f"no environment belongs to `{visible_path(path)}`", hint="run `autovenv status` there")
    if step.broken is not None:
        raise Problem(
            f"`{visible_path(step.broken.prefix)}` cannot be allowed", step.broken.reason, "run `autovenv doctor` there"
        )
    assert step.environment is not None
    assert step.verdict is not None
    environment = step.environment
    codes = [code for code, _ in step.verdict.reasons]
    if step.verdict.decision == "refuse" and "denied" not in codes:
        raise Problem(
            f"`{visible_path(environment.prefix)}` cannot be allowed",
            trust.explain(step.verdict),
            trust.advise(step.verdict),
        )
    try:
        seen = trust.observe(environment)
    except (OSError, ValueError) as error:
        raise Problem(f"`{visible_path(environment.prefix)}` cannot be allowed", _explain(error)) from None
    _decide(step.directory, {"decision": "allow", "seen": seen})
    return Decision("allow", step.directory, environment.prefix)


def deny(path: str) -> Decision:
    """Keep the environment of the project that `path`, absolute, belongs to from being activated.

    Where no environment belongs to it yet, that holds for one that appears in `path`. Raises `Problem` where it cannot
    be stored.
    """
    step = walk.find(path, dict(os.environ)).project
    directory = step.directory if step else path
    _decide(directory, {"decision": "deny"})
    return Decision("deny", directory, step.finding.environment.prefix if step and step.finding else None)


def revoke(path: str) -> Decision:
    """Forget what was decided for the project that `path`, absolute, belongs to: the nearest one with a decision.

    Raises `Problem` where there is none.
    """
    directory = path
    while "decision" not in choices.read(directory):
        parent = os.path.dirname(directory)
        if parent == directory:
            raise Problem(
                f"nothing was decided for `{visible_path(path)}`",
                hint="run `autovenv list` for the projects that are known",
            )
        directory = parent
    _decide(directory, {})
    step = walk.find(directory, dict(os.environ)).project
    found = step.finding if step and step.directory == directory else None
    return Decision("revoke", directory, found.environment.prefix if found else None)


def _decide(directory: str, decision: dict[str, object]) -> None:
    """Put a decision in the place of the one before; a link stays. Raises `Problem`."""
    kept = {key: value for key, value in choices.read(directory).items() if key not in ("decision", "seen")}
    store_choice(directory, {**kept, **decision})


def store_choice(directory: str, choice: dict[str, object]) -> None:
    """Keep what was decided for a directory, and have every shell that stands there ask again. Raises `Problem`."""
    try:
        choices.write(directory, choice)
        for name in dict.fromkeys((os.path.realpath(directory), directory, *_list_other_names(directory))):
            if os.path.isdir(name):
                # A blank record, not none: the directory may be linked and hold no marker.
                store.announce(name)
            else:
                store.forget(name)
    except (OSError, ValueError) as error:
        raise Problem(store.UNSTORED, _explain(error), "run `autovenv doctor`") from None


def _list_other_names(directory: str) -> list[str]:
    """Return the known directories that are this one by another name: through a bind mount, or in another case."""
    from autovenv.commands.pruning import find_known

    try:
        found = os.stat(directory)
    except OSError:
        return []
    same = []
    for name in find_known():
        try:
            if os.path.samestat(os.stat(name), found):
                same.append(name)
        except (OSError, ValueError):
            continue
    return same


def _explain(error: Exception) -> str:
    path = getattr(error, "filename", None)
    why = explain(error)
    return f"`{visible_path(os.fsdecode(path))}`: {why}" if path else why
