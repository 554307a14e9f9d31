"""The project that is installed into an environment: where a relocatable environment shows its birthplace.

Such an environment (`uv venv --relocatable`; with `UV_PREVIEW=1`, and planned as the default, every one of uv's 0.13)
names no place in its scripts. But a project that was installed into it from its directory left that directory's URL in
`NAME-VERSION.dist-info/direct_url.json` (PEP 610) and, where it is editable (PEP 660), its path in a `.pth` file that
the same package's `RECORD` lists.
"""

from __future__ import annotations

import os
import sys

from autovenv import paths
from autovenv.disk.evidence import list_names, peek, peek_toml
from autovenv.environments.kinds import table
from autovenv.trust.shadowed import list_packages

#: Bytes of a `direct_url.json` or a `.pth` that anyone would write, and of a `RECORD`.
_LIMIT = 1 << 14
_RECORD_LIMIT = 1 << 20


def list_named(prefix: str, directory: str) -> list[str]:
    """Return the directories from which the project in `directory` was installed into the environment at `prefix`.

    The first is that of `direct_url.json`, others are those of its `.pth` files. Empty where the project is not
    installed, or more than once: one environment has one guess at its place, not many.
    """
    project = table(peek_toml(os.path.join(directory, "pyproject.toml")), "project").get("name")
    if not isinstance(project, str) or not project:
        return []
    found = [
        os.path.join(packages, name)
        for packages in list_packages(prefix)[:1]
        for name in list_names(packages)
        if name.endswith(".dist-info") and normalize(name.partition("-")[0]) == normalize(project)
    ]
    if len(found) != 1:
        return []
    place = read_directory(peek(os.path.join(found[0], "direct_url.json"), _LIMIT))
    return [place, *_list_paths(found[0])] if place else []


def normalize(name: str) -> str:
    """Return a distribution's name in the one form of PEP 503.

    >>> normalize("My.Great__App")
    'my-great-app'
    """
    parts: list[str] = []
    for part in name.lower().replace("_", "-").replace(".", "-").split("-"):
        if part or not parts:
            parts.append(part)
    return "-".join(parts)


def read_directory(text: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return the directory of a `direct_url.json`, empty where it names none on this machine.

    >>> read_directory('{"url": "file:///home/ada/my%20app", "dir_info": {"editable": true}}', windows=False)
    '/home/ada/my app'
    >>> read_directory('{"url": "file:///C:/my%20app/", "dir_info": {}}', windows=True)
    'C:\\my app'
    """
    import json
    from urllib.parse import unquote_to_bytes

    try:
        data = json.loads(text or "null")
    except (ValueError, RecursionError):
        return ""
    url = data.get("url") if isinstance(data, dict) and isinstance(data.get("dir_info"), dict) else None
    if not isinstance(url, str) or not url.startswith("file:///"):
        return ""
    path = os.fsdecode(unquote_to_bytes(url[len("file://") :].partition("#")[0].partition("?")[0]))
    if windows:
        path = path[1:].replace("/", "\\")
    return "" if "\0" in path else paths.trim(path, windows)


def _list_paths(dist_info: str) -> list[str]:
    """Return the absolute paths in the `.pth` files that a package's `RECORD` lists."""
    packages = os.path.dirname(dist_info)
    found = []
    for line in peek(os.path.join(dist_info, "RECORD"), _RECORD_LIMIT).split("\n")[:10_000]:
        name = line.partition(",")[0]
        if name.endswith(".pth") and "/" not in name and os.sep not in name:
            lines = peek(os.path.join(packages, name), _LIMIT).split("\n")
            found += [path for line in lines[:16] if os.path.isabs(path := line.rstrip("\r"))]
    return found[:16]
