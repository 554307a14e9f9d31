"""What the machine can do that runs the tests: every file of tests must import where Windows runs it too."""

from __future__ import annotations

import os
import sys

import pytest

IS_WINDOWS = sys.platform == "win32"

#: Where an environment has its commands.
BIN = "Scripts" if IS_WINDOWS else "bin"

#: Root may read, write and enter everything, and give files away. Windows has nobody like that.
IS_ROOT = getattr(os, "geteuid", lambda: -1)() == 0

#: A test by which a file or directory is kept from the user.
NOT_AS_ROOT = pytest.mark.no_root

#: A test with files that belong to somebody else.
AS_ROOT = pytest.mark.root

#: A test on owners and modes.
POSIX = pytest.mark.posix("owners and modes are POSIX's")


def find_unfit(item: pytest.Item, windows: bool = IS_WINDOWS, root: bool = IS_ROOT) -> str:
    """Return why a test is not for this machine, by its marks; empty where it is."""
    if windows and (mark := item.get_closest_marker("posix")):
        return str(mark.args[0])
    if not windows and (mark := item.get_closest_marker("windows")):
        return str(mark.args[0])
    if item.get_closest_marker("root") and not root:
        return "only root can be two users on one machine"
    if item.get_closest_marker("no_root") and (windows or root):
        return "root may do everything, and Windows has no modes"
    return ""
