"""An environment in the project directory: `.venv`, then the other configured names."""

from __future__ import annotations

import os

from autovenv.disk.evidence import Evidence, Unreadable
from autovenv.environments.environment import LAYOUTS
from autovenv.environments.kinds import Found


def find(directory: str, evidence: Evidence, settings: dict[str, object]) -> Found | None:
    """Return the first configured name that holds an environment, or else the first that looks like a broken one.

    `venv` and `env` are also ordinary names of folders: without anything of an environment inside they are no
    environment, and not a broken one. A `.venv` that is a file names the environment.
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
            line = _read_line(prefix, evidence)
            found = _follow(directory, line) if line else found
            if _is_usable(found.prefix, evidence):
                return found
            if os.sep not in (bare := os.path.normpath(line)):
                if evidence.has_marker(os.path.join(directory, "Pipfile")):
                    continue  # Pipenv's own
                if named := _look_up(bare, evidence):
                    return named
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


def _read_line(path: str, evidence: Evidence) -> str:
    """Return the first line of the file at `path`, empty where there is none that can be a path."""
    try:
        text = evidence.read_text(path, "same", 1 << 12) or ""
    except Unreadable:
        return ""
    line = text.partition("\n")[0].strip()
    return "" if "\0" in line else line


def _follow(directory: str, line: str) -> Found:
    """Return the environment at the path that a `.venv` file has in its first line, relative to the file.

    PEP 832 (draft of April 2026, and again from September): virtualenv 21.15.7 writes one beside a `pyproject.toml`,
    uv 0.13.8 where it cannot make a link (`centralized-project-envs`).
    """
    from autovenv.environments.directories import settle

    # Not to make it anew: what the file names may be anything of the user's.
    return Found(settle(directory, line), "the path in `.venv`", mend="mend the path in `.venv`, or remove that file")


def _look_up(name: str, evidence: Evidence) -> Found | None:
    """Return the environment of that name in `WORKON_HOME`.

    So virtualenvwrapper's users have it written by oh-my-zsh's plug-in and zsh-autoswitch-virtualenv 3.7.
    """
    from autovenv.environments.kinds.virtualenvwrapper import find_workon_home

    if name in (".", ".."):
        return None
    prefix = os.path.join(find_workon_home(evidence.variable("WORKON_HOME"), evidence), name)
    return Found(prefix, "the name in `.venv`") if evidence.is_dir(prefix) else None
