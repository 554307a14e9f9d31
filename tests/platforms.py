"""What the machine can do that runs the tests: every file of tests must import where Windows runs it too."""

from __future__ import annotations

import os
import sys

import pytest

IS_WINDOWS = sys.platform == "win32"

#: Root may read, write and enter everything, and give files away. Windows has nobody like that.
IS_ROOT = getattr(os, "geteuid", lambda: -1)() == 0

#: A test by which a file or directory is kept from the user.
NOT_AS_ROOT = pytest.mark.skipif(IS_WINDOWS or IS_ROOT, reason="root may do everything, and Windows has no modes")

#: A test with files that belong to somebody else.
AS_ROOT = pytest.mark.skipif(not IS_ROOT, reason="only root can be two users on one machine")

#: A test on owners and modes.
POSIX = pytest.mark.skipif(IS_WINDOWS, reason="owners and modes are POSIX's")
