"""The files that are not Python: in the installed package, the single file, or the checkout of an editable install."""

from __future__ import annotations

import os

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def read(folder: str, name: str) -> bytes:
    """Return the bytes of `name` in `folder`: `shell`, `completions` or `man`. Raises `OSError`.

    What loaded this module reads them, so that a zip archive will do (PEP 302's `get_data`).
    """
    try:
        return __loader__.get_data(os.path.join(_PACKAGE, folder, name))  # type: ignore[name-defined, no-any-return]
    except OSError:
        above = os.path.dirname(os.path.dirname(_PACKAGE))
        with open(os.path.join(above, "docs/man" if folder == "man" else folder, name), "rb") as file:
            return file.read()


def find_start() -> str:
    """Return the path that a Python starts to run autovenv, whatever is installed: a file, or the archive."""
    archive = os.path.dirname(_PACKAGE)
    return archive if os.path.isfile(archive) else os.path.join(_PACKAGE, "__main__.py")
