"""An environment in the project directory: `.venv`, then the other configured names."""

from __future__ import annotations

import os

from autovenv.disk.evidence import Evidence, Unreadable
from autovenv.environments.directories import reach
from autovenv.environments.environment import LAYOUTS, find_old_mark, is_environment
from autovenv.environments.kinds import Found, watch_nearest
from autovenv.messages import visible_path
from autovenv.state.settings import Settings

#: Bytes of a `.venv` file: a path.
LIMIT = 1 << 12


def find(directory: str, evidence: Evidence, settings: Settings) -> Found | None:
    """Return the first configured name that holds an environment, or else the first that looks like a broken one.

    `venv` and `env` are also ordinary names of folders: without anything of an environment inside they are no
    environment, and not a broken one. A `.venv` that is a file names the environment.
    """
    broken = None
    for name in settings.names:
        prefix = os.path.join(directory, name)
        if not evidence.exists(prefix) and not os.path.islink(prefix):
            continue
        found: Found | None = Found(prefix, f"`{name}` in the project")
        if name == ".venv" and os.path.isfile(prefix):
            found = _follow(directory, prefix, evidence, settings)
            if found is None:
                continue  # Pipenv's own
            if not found.fault:
                return found
        elif name == ".venv" and _belongs_to_a_member(directory, evidence):
            continue
        elif _is_usable(prefix, evidence):
            return found
        if broken is None and (name == ".venv" or _is_meant(prefix, evidence)):
            broken = found
    return broken


def _belongs_to_a_member(directory: str, evidence: Evidence) -> bool:
    """Tell whether a directory is a member of a workspace of uv's, where `uv run` uses the root's `.venv`.

    Only where a `pyproject.toml` lies further up is anything read.
    """
    if not os.path.isfile(os.path.join(directory, "pyproject.toml")):
        return False
    from autovenv.environments.kinds import uv

    try:
        root = uv.find_workspace(directory, evidence)
    except Unreadable:
        return False
    if root:
        evidence.skip(
            f"uv: `{visible_path(os.path.join(directory, '.venv'))}` is not what `uv run` uses in a workspace"
        )
    return bool(root)


def _is_usable(prefix: str, evidence: Evidence) -> bool:
    """Tell whether an environment is there, at the first look: `inspect` has the last word."""
    if not evidence.exists(os.path.join(prefix, "pyvenv.cfg")) and not find_old_mark(prefix):
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


def _follow(directory: str, path: str, evidence: Evidence, settings: Settings) -> Found | None:
    r"""Return the environment that a `.venv` file names; None where it may hold a name that is Pipenv's to look up.

    PEP 832 (April 2026, and again from 7 September): the file is UTF-8, and its one line, which ends in `\n`, in
    `\r\n` or with the file, is the path of the environment, absolute or relative to the file. virtualenv 21.15.11
    writes one beside a `pyproject.toml`, uv 0.13.9 where it cannot make a link (`centralized-project-envs`).

    Of a line that leads to no environment nothing is shown or kept: the file may be a link to one with a password.
    """
    try:
        line = read_redirect(evidence.read(path, "same", LIMIT) or b"")
        # A link to the file is a file, unless it leads where nobody should look.
        reach(directory, os.path.realpath(path), evidence, settings, path)
        prefix = reach(directory, line, evidence, settings, path) if line else ""
    except Unreadable as problem:
        return _refuse(path, str(problem))
    except ValueError:
        return _refuse(path, NO_PATH)
    if not line:
        return _refuse(path, NO_PATH)
    if is_environment(prefix):
        # Not to make it anew: what the file names may be anything of the user's.
        return Found(prefix, "the path in `.venv`", mend="mend the path in `.venv`, or remove that file")
    if os.sep not in (bare := os.path.normpath(line.strip())):
        if evidence.has_marker(os.path.join(directory, "Pipfile")):
            return None
        if named := _look_up(bare, evidence):
            return named
    watch_nearest(prefix, evidence)
    return _refuse(path, NO_PATH)


#: What is wrong with a `.venv` file, whatever is in it.
NO_PATH = "it is a file, and its line is not the path of an environment"


def _refuse(path: str, fault: str) -> Found:
    fault = fault if fault.startswith("it ") else f"it is a file that {fault}"
    return Found(path, "`.venv` in the project", mend=MEND, fault=fault)


MEND = "write the path of an environment into it (`autovenv link --write ENV`), or remove it"


def read_redirect(data: bytes) -> str:
    r"""Return the path in the bytes of a `.venv` file, empty where there is none. Raises `Unreadable`.

    >>> read_redirect(b"../envs/app\r\n"), read_redirect(b"envs/my app"), read_redirect(b"\n")
    ('../envs/app', 'envs/my app', '')
    """
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("is not UTF-8") from None
    line, end, _ = text.partition("\n")
    line = line.removesuffix("\r") if end else line
    return "" if "\0" in line or not line.strip() else line


def _look_up(name: str, evidence: Evidence) -> Found | None:
    """Return the environment of that name in `WORKON_HOME`.

    So virtualenvwrapper's users have it written by oh-my-zsh's plug-in and zsh-autoswitch-virtualenv 3.7.
    """
    from autovenv.environments.kinds.virtualenvwrapper import find_workon_home

    if name in (".", ".."):
        return None
    prefix = os.path.join(find_workon_home(evidence.variable("WORKON_HOME"), evidence), name)
    return Found(prefix, "the name in `.venv`") if is_environment(prefix) else None
