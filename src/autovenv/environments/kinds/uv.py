"""uv: the environment named by `UV_PROJECT_ENVIRONMENT`.

Source: uv 0.13.8, `Workspace::environment_selection` and `find_workspace` (crates/uv-workspace/src/workspace.rs).
Without the variable uv's environment is `.venv` beside the workspace's `pyproject.toml`, which is `in_project`'s.
"""

from __future__ import annotations

import os

from autovenv.disk.evidence import Evidence
from autovenv.environments.directories import settle
from autovenv.environments.kinds import Found, table
from autovenv.state.settings import Settings

FILE = "pyproject.toml"


def find(directory: str, evidence: Evidence, settings: Settings) -> Found | None:  # noqa: ARG001
    """Return the environment named by the variable: absolute, or relative to the root of the workspace.

    A member of a workspace has none of its own, its root's applies. None too where uv does not manage the project
    (`managed = false`, no `[project]`), and where the variable names something that is not an environment: in a
    container that is often `/usr/local`.
    """
    if not _is_managed(evidence.read_toml(os.path.join(directory, FILE)) or {}) or find_workspace(directory, evidence):
        return None
    prefix = settle(directory, evidence.variable("UV_PROJECT_ENVIRONMENT"))
    if not evidence.exists(os.path.join(prefix, "pyvenv.cfg")):
        return None
    return Found(prefix, "`UV_PROJECT_ENVIRONMENT`")


def _is_managed(data: dict[str, object]) -> bool:
    uv = table(data, "tool", "uv")
    return uv.get("managed") is not False and ("project" in data or "workspace" in uv)


def find_workspace(directory: str, evidence: Evidence) -> str:
    """Return the root of the workspace of which `directory` is a member and not the root itself, empty where of none.

    That is the next directory further up with a `pyproject.toml`, if that includes `directory`. One that is not there
    is not watched.
    """
    root = os.path.dirname(directory)
    while not os.path.isfile(os.path.join(root, FILE)):
        if root == os.path.dirname(root):
            return ""
        root = os.path.dirname(root)
    own = evidence.read_toml(os.path.join(directory, FILE)) or {}
    workspace = table(evidence.read_toml(os.path.join(root, FILE)), "tool", "uv", "workspace")
    path = directory[len(root) :].strip(os.sep).replace(os.sep, "/")
    is_member = matches_any(path, workspace.get("members")) and not matches_any(path, workspace.get("exclude"))
    return root if is_member and _is_managed(own) and "workspace" not in table(own, "tool", "uv") else ""


def matches_any(path: str, patterns: object) -> bool:
    """Tell whether a relative path matches one of some patterns, as Rust's `glob` 0.3 matches.

    There `*` goes on beyond a slash, and `**/` may be nothing.

    >>> [matches_any("packages/app", [pattern]) for pattern in ("./packages/*", "**/app", "apps/*")]
    [True, True, False]
    """
    import fnmatch

    if not isinstance(patterns, list):
        return False
    for pattern in patterns:
        if isinstance(pattern, str):
            tidy = os.path.normpath(pattern).replace(os.sep, "/")
            if fnmatch.fnmatchcase(path, tidy) or fnmatch.fnmatchcase(path, tidy.replace("**/", "")):
                return True
    return False
