"""A pyenv-virtualenv environment that `.python-version` names.

Source: pyenv 2.8.1, libexec/pyenv-version-file-read and pyenv-version-name; pyenv-virtualenv 1.4.0,
bin/pyenv-sh-activate and pyenv-virtualenv-prefix.
"""

from __future__ import annotations

import os

from autovenv.disk.evidence import Evidence
from autovenv.environments.directories import home_dir
from autovenv.environments.environment import find_old_mark
from autovenv.environments.kinds import Found
from autovenv.state.settings import Settings

FILE = ".python-version"

#: Bytes of the file, and versions in it, that anyone would write.
LIMIT = 1 << 12
MOST = 16


def find(directory: str, evidence: Evidence, settings: Settings) -> Found | None:  # noqa: ARG001
    """Return the environment that comes first in the file; none where a bare version does, or where another follows.

    `PYENV_VERSION` replaces the file, as in pyenv. A link in pyenv's `versions`, as pyenv-virtualenv makes one for each
    environment, is followed once.
    """
    variable = evidence.variable("PYENV_VERSION")
    versions = (
        variable.split(":")
        if variable
        else read_versions(evidence.read_text(os.path.join(directory, FILE), "same", LIMIT) or "")
    )
    parent = find_versions(evidence)
    prefixes = [_locate(version, parent, evidence) for version in versions[:MOST]]
    if not prefixes or not prefixes[0]:
        evidence.stat(parent, "newer")
        return None
    if any(prefixes[1:]):
        evidence.skip(f"pyenv-virtualenv: `{FILE}` names more than one environment")
        return None
    prefix = prefixes[0]
    if os.path.islink(prefix):
        prefix = os.path.normpath(os.path.join(os.path.dirname(prefix), os.readlink(prefix)))
    return Found(prefix, "`PYENV_VERSION`" if variable else f"the name in `{FILE}`")


def find_versions(evidence: Evidence) -> str:
    """Return the directory in which pyenv keeps versions and environments; it need not exist."""
    root = evidence.variable("PYENV_ROOT").rstrip(os.sep) or os.path.join(home_dir(evidence), ".pyenv")
    return os.path.join(root, "versions")


def read_versions(text: str) -> list[str]:
    r"""Return the versions of a file: the first word of each line, but no comments and no paths out of `versions`.

    >>> read_versions("# mine\napp\r\n3.12.1  \n\n../../etc\n")
    ['app', '3.12.1']
    """
    words = [line.split(None, 1)[0] for line in text.replace("\r", " ").split("\n") if line.strip()]
    return [
        word for word in words if not word.startswith("#") and ".." not in word.split("/") and not word.startswith("/")
    ]


def _locate(version: str, parent: str, evidence: Evidence) -> str:
    """Return the path of the environment called `version`, empty where that is none."""
    if not version or version == "system":
        return ""
    for name in (version.removeprefix("python-"), version):
        prefix = os.path.join(parent, name)
        if evidence.is_dir(prefix):
            marks = ("pyvenv.cfg", "conda-meta")
            is_marked = any(evidence.exists(os.path.join(prefix, mark)) for mark in marks)
            return prefix if is_marked or find_old_mark(prefix) else ""
    return ""
