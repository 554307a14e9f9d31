"""An environment kept elsewhere, for a project: `autovenv link` and `unlink`."""

from __future__ import annotations

import os

from autovenv.disk.evidence import Evidence
from autovenv.environments.environment import Broken, inspect
from autovenv.messages import Problem, show, show_path
from autovenv.state import choices, record


def link(directory: str, target: str) -> str:
    """Use the environment at `target` for the project in `directory`, both absolute, and return what to tell about it.

    Raises `Problem` where `target` is no usable environment, or the choice cannot be stored.
    """
    found = inspect(target, Evidence(dict(os.environ)), directory)
    if isinstance(found, Broken):
        raise Problem(
            f"`{show_path(target)}` cannot be linked",
            found.reason,
            "name the directory that holds `pyvenv.cfg` or `conda-meta`",
        )
    _store(directory, {**choices.read(directory), "link": target})
    return f"`{show_path(directory)}` uses `{show_path(target)}`"


def unlink(directory: str) -> str:
    """Undo `link` for `directory` and return what to tell about it. Raises `Problem` where it is not linked."""
    choice = choices.read(directory)
    target = choice.pop("link", None)
    if not isinstance(target, str):
        above = _find_linked(os.path.dirname(directory))
        hint = f"`{show_path(above)}` is: run it there" if above else "run `autovenv status` there"
        raise Problem(f"`{show_path(directory)}` is not linked to an environment", hint=hint)
    _store(directory, choice)
    return f"`{show_path(directory)}` no longer uses `{show_path(target)}`"


def _find_linked(directory: str) -> str:
    """Return the nearest directory from `directory` up that is linked, empty where none is."""
    while not isinstance(choices.read(directory).get("link"), str):
        parent = os.path.dirname(directory)
        if parent == directory:
            return ""
        directory = parent
    return directory


def _store(directory: str, choice: dict[str, object]) -> None:
    try:
        choices.write(directory, choice)
        for name in dict.fromkeys((os.path.realpath(directory), directory)):
            # A directory that holds no marker is looked at because of its blank record.
            record.announce(name)
    except (OSError, ValueError) as error:
        why = show(str(getattr(error, "strerror", None) or error)).lower()
        raise Problem("the choice cannot be stored", why, "run `autovenv doctor`") from None
