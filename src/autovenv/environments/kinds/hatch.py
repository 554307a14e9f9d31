"""Hatch's default environment.

Source: hatch 1.18.2, `VirtualEnvironment` (env/virtual.py), `Application.get_env_directory` (cli/application.py),
`Project.raw_config` (project/core.py), `Path.id` and `Path.expand` (utils/fs.py), config/user.py, and hatchling's
`ProjectMetadata`. Only `type = "virtual"`; overrides and plugins' environment types are not read.
"""

from __future__ import annotations

import os
import sys

from autovenv.disk.evidence import Evidence
from autovenv.environments.directories import expand, home_dir, reach, settle, user_dir
from autovenv.environments.kinds import Found, digest_sha256, expect, may_be, shorten_digest, table
from autovenv.state.settings import Settings

#: Environments of a matrix that are looked for; more nobody makes.
MOST = 64


def find(directory: str, evidence: Evidence, settings: Settings) -> Found | None:
    """Return the environment of a project where Hatch makes it: `default`, or the one that `HATCH_ENV` names.

    Any project of PEP 621 is one: Hatch needs no table of its own. Where `default` has a matrix, of which Hatch would
    have one chosen, it is the first of it that was made.
    """
    pyproject = evidence.read_toml(os.path.join(directory, "pyproject.toml")) or {}
    file = evidence.read_toml(os.path.join(directory, "hatch.toml"))
    if file is None and not may_be("hatch", pyproject) and not declares(pyproject):
        return None
    # What `hatch.toml` has of a table replaces all of it.
    environments = table({**table(pyproject, "tool", "hatch"), **(file or {})}, "envs")
    named = evidence.variable("HATCH_ENV") or "default"
    options = table(environments, named)
    if options.get("type", "virtual") != "virtual":
        return None
    root = os.path.realpath(directory)
    if told := evidence.variable("HATCH_ENV_TYPE_VIRTUAL_PATH"):
        return expect(settle(root, told), "`HATCH_ENV_TYPE_VIRTUAL_PATH`", evidence)
    chosen = options.get("path")
    if isinstance(chosen, str) and chosen:
        source = os.path.join(directory, "pyproject.toml" if file is None else "hatch.toml")
        prefix = reach(root, chosen, evidence, settings, source)
        return expect(prefix, f"the `path` of the environment `{named}`", evidence)
    names = list_matrix(options) or [named]
    prefixes = [_locate(root, name, pyproject, evidence) for name in names if _is_plain(name)]
    made = next((prefix for prefix in prefixes if evidence.is_dir(prefix)), "")
    rule = "the name and path of the project" + (f", and `{os.path.basename(made)}` of its matrix" * (len(names) > 1))
    return expect(made or prefixes[0], rule, evidence) if prefixes else None


def declares(pyproject: dict[str, object]) -> bool:
    """Tell whether a project says that it is Hatch's: by a table or by its build backend."""
    backend = table(pyproject, "build-system").get("build-backend")
    return "hatch" in table(pyproject, "tool") or (isinstance(backend, str) and backend.startswith("hatchling"))


def list_matrix(options: dict[str, object]) -> list[str]:
    """Return the names of the environments that the matrix of `default` makes, in Hatch's order; none without one.

    >>> list_matrix({"matrix": [{"feature": ["a", "b"], "python": ["3.12"]}]})
    ['py3.12-a', 'py3.12-b']
    """
    shape = options.get("matrix-name-format", "{value}")
    names: list[str] = []
    matrices = options.get("matrix")
    for matrix in matrices if isinstance(matrices, list) else []:
        if not isinstance(matrix, dict):
            continue
        combined: list[list[str]] = [[]]
        for variable in sorted(matrix, key=lambda variable: variable not in ("py", "python")):
            values = matrix[variable]
            parts = [
                _name_part(variable, value, str(shape))
                for value in (values if isinstance(values, list) else [])[:MOST]
                if isinstance(value, str)
            ]
            combined = [[*before, part] for before in combined for part in parts][:MOST]
        names += ["-".join(parts) for parts in combined if parts]
    return list(dict.fromkeys(names))[:MOST]


def _name_part(variable: str, value: str, shape: str) -> str:
    if variable in ("py", "python"):
        return value if value.startswith("py") else f"py{value}"
    # Only what Hatch fills in; `str.format` would do whatever a project asks for.
    return shape.replace("{variable}", variable).replace("{value}", value)


def _is_plain(name: str) -> bool:
    """Tell whether a name stays within its directory."""
    return name not in ("", ".", "..") and "/" not in name and os.sep not in name and len(name) < 256


def _locate(root: str, environment: str, pyproject: dict[str, object], evidence: Evidence) -> str:
    digest = digest_path(root)
    # A `pyproject.toml` without a project is there for the environments only.
    called = table(pyproject, "project").get("name", "") if "project" in pyproject else os.path.basename(root)
    project = normalize_name(str(called))
    name = project if environment == "default" else environment
    parent = find_parent(root, evidence)
    flat = parent == os.path.join(home_dir(evidence), ".virtualenvs")
    if flat or os.path.realpath(parent).startswith(root.rstrip(os.sep) + os.sep):
        return os.path.join(parent, name)
    return os.path.join(parent, project, digest, name)


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
