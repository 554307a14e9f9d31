"""Where autovenv keeps its files.

The rule is platformdirs' (4.14: `user_state_dir("autovenv", appauthor=False)` and friends), re-stated without its imports because
the hook and the resolver start here; a test holds the two together.
"""

from __future__ import annotations

import os
import sys


def home() -> str:
    """Return the home directory, absolute, `/` where there is none."""
    found = os.path.expanduser("~")
    return found if os.path.isabs(found) else os.path.abspath(os.sep)


def state_dir() -> str:
    """Return the directory of records and choices; it need not exist."""
    return _user_dir("XDG_STATE_HOME", (".local", "state"))


def data_dir() -> str:
    """Return the directory where tools keep the user's data, autovenv's part of it; it need not exist."""
    return _user_dir("XDG_DATA_HOME", (".local", "share"))


def user_config_file() -> str:
    """Return the path of the user's own settings; it need not exist."""
    return os.path.join(_user_dir("XDG_CONFIG_HOME", (".config",)), "config.toml")


def machine_config_file() -> str:
    """Return the path of the settings that an administrator made for everyone; it need not exist.

    No environment variable moves it: what the administrator pinned must not be looked for elsewhere.
    """
    if sys.platform == "win32":
        base = os.environ.get("ALLUSERSPROFILE") or "C:\\ProgramData"
    elif sys.platform == "darwin":
        base = "/Library/Application Support"
    else:
        base = "/etc/xdg"
    return os.path.join(base, "autovenv", "config.toml")


def _user_dir(variable: str, below_home: tuple[str, ...]) -> str:
    base = os.environ.get(variable, "")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home(), "AppData", "Local")
    elif not os.path.isabs(base):  # the XDG specification: relative paths are to be ignored
        base = (
            os.path.join(home(), "Library", "Application Support")
            if sys.platform == "darwin"
            else os.path.join(home(), *below_home)
        )
    return os.path.join(base, "autovenv")
