"""Hatch's default environment.

Source: hatch 1.18.2, `VirtualEnvironment` (env/virtual.py), `Application.get_env_directory` (cli/application.py),
`Project.raw_config` (project/core.py), `Path.id` and `Path.expand` (utils/fs.py), config/user.py, and hatchling's
`ProjectMetadata`. Only `type = "virtual"`; overrides and plugins' environment types are not read.
"""

from __future__ import annotations

import os
import sys

from autovenv.disk.evidence import Evidence
from autovenv.environments.directories import expand, home_dir, settle, user_dir
from autovenv.environments.kinds import Found, digest_sha256, expect, shorten_digest, table


def find(directory: str, evidence: Evidence, settings: dict[str, object]) -> Found | None:  # noqa: ARG001
    """Return the environment `default` of a project that is Hatch's by what it says, where Hatch makes it."""
    pyproject = evidence.read_toml(os.path.join(directory, "pyproject.toml")) or {}
    file = evidence.read_toml(os.path.join(directory, "hatch.toml"))
    if file is None and not _is_hatch(pyproject):
        return None
    # What `hatch.toml` has of a table replaces all of it.
    options = table({**table(pyproject, "tool", "hatch"), **(file or {})}, "envs", "default")
    if options.get("type", "virtual") != "virtual":
        return None
    root = os.path.realpath(directory)
    chosen = evidence.variable("HATCH_ENV_TYPE_VIRTUAL_PATH") or options.get("path")
    if isinstance(chosen, str) and chosen:
        prefix, rule = settle(root, chosen), "the `path` of the default environment"
    else:
        prefix, rule = _locate(root, pyproject, evidence), "the name and path of the project"
    return expect(prefix, rule, evidence)


def _is_hatch(pyproject: dict[str, object]) -> bool:
    backend = table(pyproject, "build-system").get("build-backend")
    return "hatch" in table(pyproject, "tool") or (isinstance(backend, str) and backend.startswith("hatchling"))


def _locate(root: str, pyproject: dict[str, object], evidence: Evidence) -> str:
    digest = digest_path(root)
    # A `pyproject.toml` without a project is there for the environments only.
    called = table(pyproject, "project").get("name", "") if "project" in pyproject else os.path.basename(root)
    name = normalize_name(str(called))
    parent = find_parent(root, evidence)
    flat = parent == os.path.join(home_dir(evidence), ".virtualenvs")
    if flat or os.path.realpath(parent).startswith(root.rstrip(os.sep) + os.sep):
        return os.path.join(parent, name)
    return os.path.join(parent, name, digest, name)


def find_parent(root: str, evidence: Evidence) -> str:
    """Return the directory of virtual environments: `dirs.env.virtual`, or `env/virtual` among the data."""
    config = evidence.variable("HATCH_CONFIG") or os.path.join(user_dir("config", "hatch", evidence), "config.toml")
    dirs = table(evidence.read_toml(settle(root, config)), "dirs")
    virtual = table(dirs, "env").get("virtual")
    if isinstance(virtual, str):
        return settle(root, expand(virtual, evidence))
    data = evidence.variable("HATCH_DATA_DIR") or dirs.get("data")
    data = expand(data, evidence) if isinstance(data, str) and data else user_dir("data", "hatch", evidence)
    return os.path.join(settle(root, data), "env", "virtual")


def normalize_name(name: str) -> str:
    """Return a project's name as PEP 503 has it.

    >>> normalize_name("My.Great__App")
    'my-great-app'
    """
    import re

    return re.sub(r"[-_.]+", "-", name).lower()


def digest_path(path: str, platform: str = sys.platform) -> str:
    """Return the 8 characters that stand for a path; where file names have no case, it has none.

    >>> digest_path("/home/ada/app", "linux"), digest_path("/Home/Ada/app", "darwin")
    ('nMIgo1Le', 'nMIgo1Le')
    """
    path = path.casefold() if platform in ("win32", "darwin") else path
    return shorten_digest(digest_sha256(path.encode()))
