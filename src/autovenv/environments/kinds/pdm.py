"""PDM's environment: the one that `.pdm-python` names, or one among its venvs.

Source: pdm 2.29.4, `Project.resolve_interpreter` (project/core.py), `iter_venvs` (cli/commands/venv/utils.py),
`get_venv_like_prefix` (utils.py) and `Config` (project/config.py). An environment in the project is `in_project`'s.
"""

from __future__ import annotations

import os

from autovenv.disk.evidence import Evidence
from autovenv.environments.directories import expand_home, is_within_reach, reach, settle, user_dir
from autovenv.environments.kinds import Found, find_newest, may_be, shorten_digest, table
from autovenv.state.settings import Settings


def find(directory: str, evidence: Evidence, settings: Settings) -> Found | None:
    """Return the environment of the saved interpreter, or the last that was made of the project's name and path.

    The latter where the saved interpreter is gone, or none was saved. None where the saved interpreter belongs to no
    environment, and where PDM is told to use none.
    """
    saved = _read_saved(directory, evidence)
    if saved:
        python = settle(directory, saved)
        if not is_within_reach(directory, python, evidence, settings):
            return None  # an interpreter of the system's
        prefix = os.path.dirname(os.path.dirname(python))
        if evidence.exists(os.path.join(prefix, "pyvenv.cfg")) or evidence.is_dir(os.path.join(prefix, "conda-meta")):
            return Found(prefix, "the interpreter in `.pdm-python`")
        if evidence.exists(python):
            return None
    data = evidence.read_toml(os.path.join(directory, "pyproject.toml")) or {}
    # Any project of PEP 621 can be PDM's: the name of the environment tells whose it is.
    if not saved and not may_be("pdm", data) and not declares(directory, data, evidence):
        return None
    location, source = find_location(directory, evidence)
    if not location:
        return None
    expanded = expand_home(location, evidence)
    parent = reach(directory, expanded, evidence, settings, source) if source else settle(directory, expanded)
    return find_newest(parent, name_start(os.path.realpath(directory)), evidence)


def _read_saved(directory: str, evidence: Evidence) -> str:
    """Return the path of the saved interpreter, empty where there is none or it is to be ignored."""
    if is_true(evidence.variable("PDM_IGNORE_SAVED_PYTHON")):
        return ""
    text = evidence.variable("PDM_PYTHON") or evidence.read_text(
        os.path.join(directory, ".pdm-python"), "same", 1 << 12
    )
    return (text or "").strip()


def declares(directory: str, data: dict[str, object], evidence: Evidence) -> bool:
    """Tell whether a project says that it is PDM's: by a table, its build backend, a lock file or settings."""
    backend = table(data, "build-system").get("build-backend")
    return (
        "pdm" in table(data, "tool")
        or (isinstance(backend, str) and backend.startswith("pdm."))
        or any(evidence.has_marker(os.path.join(directory, name)) for name in ("pdm.lock", "pdm.toml"))
    )


def find_location(directory: str, evidence: Evidence) -> tuple[str, str]:
    """Return the setting `venv.location`, and the project's file that says so, empty where none does.

    The location is empty where `python.use_venv` is off. The project's `pdm.toml` comes first.
    """
    user = evidence.variable("PDM_CONFIG_FILE") or os.path.join(
        user_dir("config", "pdm", evidence, author="pdm"), "config.toml"
    )
    own = os.path.join(directory, "pdm.toml")
    location: object = None
    use: object = True
    source = ""
    for file in (settle(directory, user), own):
        data = evidence.read_toml(file) or {}
        # The key may also be one word in quotes.
        told = table(data, "venv").get("location", data.get("venv.location"))
        if told is not None:
            location, source = told, own if file == own else ""
        use = table(data, "python").get("use_venv", data.get("python.use_venv", use))
    word = evidence.variable("PDM_USE_VENV")
    if word or isinstance(use, str):
        use = is_true(word or str(use))
    if not use:
        return "", ""
    default = os.path.join(user_dir("data", "pdm", evidence, author="pdm"), "venvs")
    return (location, source) if isinstance(location, str) and location else (default, "")


def is_true(word: str) -> bool:
    """Tell whether PDM takes a word for yes: any but `false`, `no` and `0`.

    >>> is_true("yes"), is_true("No"), is_true("")
    (True, False, False)
    """
    return bool(word) and word.lower() not in ("false", "no", "0")


def name_start(path: str) -> str:
    """Return what the names of a project's environments start with, by its real path; the Python comes after it.

    >>> name_start("/home/ada/app")
    'app-9eXdHLqZ-'
    """
    from hashlib import md5

    path = path.replace(os.sep, "/")
    digest = shorten_digest(md5(path.encode(), usedforsecurity=False).digest())
    return f"{path.rpartition('/')[2]}-{digest}-"
