"""Poetry's environment, kept among its virtualenvs.

Source: poetry 2.5.1, `EnvManager.get` and `generate_env_name` (utils/env/env_manager.py), `Config` (config/config.py),
`locations.py`, and poetry-core's `Factory.create_poetry`; 1.x names environments alike since 1.2. With
`virtualenvs.in-project` the environment is `.venv`, which is `in_project`'s.
"""

from __future__ import annotations

import os

from autovenv.disk.evidence import Evidence
from autovenv.environments.directories import expand_home, reach, settle, user_dir
from autovenv.environments.kinds import Found, digest_sha256, find_newest, may_be, shorten_digest, table
from autovenv.state.settings import Settings


def find(directory: str, evidence: Evidence, settings: Settings) -> Found | None:
    """Return the environment of the Python that `envs.toml` names for the project, or else the one that was made last.

    Where none is named, Poetry itself takes the Python that is first on `PATH`, which an active environment changes.
    """
    data = evidence.read_toml(os.path.join(directory, "pyproject.toml")) or {}
    # Any project of PEP 621 can be Poetry's, from version 2 on: the name of the environment tells whose it is.
    if not may_be("poetry", data) and not declares(directory, data, evidence):
        return None
    path, source = find_virtualenvs(directory, evidence)
    if not path:
        return None
    expanded = expand_home(path, evidence)
    parent = reach(directory, expanded, evidence, settings, source) if source else settle(directory, expanded)
    base = name_base(_name_project(data), os.path.normcase(os.path.realpath(directory)))
    minor = table(evidence.read_toml(os.path.join(parent, "envs.toml")), base).get("minor")
    if isinstance(minor, str) and evidence.is_dir(chosen := os.path.join(parent, f"{base}-py{minor.strip()}")):
        return Found(chosen, "the name and path of the project, and `envs.toml`")
    return find_newest(parent, base + "-py", evidence)


def declares(directory: str, data: dict[str, object], evidence: Evidence) -> bool:
    """Tell whether a project says that it is Poetry's: by a table, its build backend or a lock file."""
    backend = table(data, "build-system").get("build-backend")
    return (
        "poetry" in table(data, "tool")
        or (isinstance(backend, str) and backend.startswith("poetry."))
        or evidence.has_marker(os.path.join(directory, "poetry.lock"))
    )


def _name_project(data: dict[str, object]) -> str:
    name = table(data, "project").get("name") or table(data, "tool", "poetry").get("name", "non-package-mode")
    return name if isinstance(name, str) else ""


def name_base(name: str, path: str) -> str:
    """Return what an environment's name starts with: the normalised name, shortened, and a hash of the real path.

    >>> name_base("My.Great_App", "/home/ada/app")
    'my-great-app-nMIgo1Le'
    """
    import re

    name = re.sub(r"[-_.]+", "-", name).lower()
    name = re.sub(r'[ $`!*@"\\\r\n\t]', "_", name)[:42]
    # What is not UTF-8 in a path is left out.
    return f"{name}-{shorten_digest(digest_sha256(path.encode('utf-8', 'ignore')))}"


def find_virtualenvs(directory: str, evidence: Evidence) -> tuple[str, str]:
    """Return the setting `virtualenvs.path`, filled in, and the project's file that says so, empty where none does.

    The path is empty where Poetry is to make no environments. Environment variables win over the project's
    `poetry.toml`, and that over the user's `config.toml`.
    """
    user = evidence.variable("POETRY_CONFIG_DIR") or user_dir("config", "pypoetry", evidence, roaming=True)
    own = os.path.join(directory, "poetry.toml")
    create: object = True
    path: object = "{cache-dir}/virtualenvs"
    cache: object = ""
    source = ""
    for file in (os.path.join(user, "config.toml"), own):
        data = evidence.read_toml(file) or {}
        virtualenvs = table(data, "virtualenvs")
        create = virtualenvs.get("create", create)
        if file == own and ("path" in virtualenvs or "cache-dir" in data):
            source = own
        path = virtualenvs.get("path", path)
        cache = data.get("cache-dir", cache)
    if word := evidence.variable("POETRY_VIRTUALENVS_CREATE"):
        create = word.lower() in ("true", "1")
    if told := evidence.variable("POETRY_VIRTUALENVS_PATH"):
        path, source = told, ""
    if create is False or not isinstance(path, str):
        return "", ""
    if "{cache-dir}" in path:
        cache = evidence.variable("POETRY_CACHE_DIR") or cache or user_dir("cache", "pypoetry", evidence)
        path = path.replace("{cache-dir}", str(cache))
    if "{data-dir}" in path:
        data_dir = evidence.variable("POETRY_DATA_DIR") or evidence.variable("POETRY_HOME")
        path = path.replace("{data-dir}", data_dir or user_dir("data", "pypoetry", evidence, roaming=True))
    return path, source
