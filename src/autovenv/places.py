"""Where autovenv keeps its files.

The rule is that of platformdirs 4.14.5 (`user_state_dir("autovenv", appauthor=False)` and friends), re-stated without
its imports because the hook and the resolver start here; a test holds the two together.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from collections.abc import Mapping

#: By kind: the variable that moves it on Linux and macOS, and where it lies below the home directory on Linux. On macOS
#: and on Windows all kinds lie in one directory.
_BASES = {
    "state": ("XDG_STATE_HOME", ".local/state"),
    "data": ("XDG_DATA_HOME", ".local/share"),
    "config": ("XDG_CONFIG_HOME", ".config"),
}


def home() -> str:
    """Return the home directory, absolute, `/` where there is none. A relative `HOME` is as good as unset."""
    found = os.path.expanduser("~")
    if sys.platform != "win32" and not os.path.isabs(os.environ.get("HOME", "/")):
        import pwd

        try:
            found = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            pass
    return found if os.path.isabs(found) else os.path.abspath(os.sep)


def state_dir() -> str:
    """Return the directory of records and choices; it need not exist."""
    return user_dir("state", os.environ, home())


def data_dir() -> str:
    """Return the directory where tools keep the user's data, autovenv's part of it; it need not exist."""
    return user_dir("data", os.environ, home())


def user_config_file() -> str:
    """Return the path of the user's own settings; it need not exist."""
    return os.path.join(user_dir("config", os.environ, home()), "config.toml")


def machine_config_file() -> str:
    """Return the path of the settings that an administrator made for everyone; it need not exist."""
    return os.path.join(machine_dir(os.environ), "config.toml")


def find_package(prefix: str) -> str:
    r"""Return the family of the Store's package that a Python lies in, by its base prefix; empty where in none.

    A package is in a directory of its full name, `NAME_VERSION_ARCHITECTURE_RESOURCE_PUBLISHER`; its family is called
    by name and publisher ("An overview of package identity").

    >>> find_package("C:\\Program Files\\WindowsApps\\Some.Python.3.12_3.12.2544.0_x64__qbz5n2kfra8p0")
    'Some.Python.3.12_qbz5n2kfra8p0'
    >>> find_package("C:\\Python312"), find_package("/usr")
    ('', '')
    """
    above, _, name = prefix.replace("\\", "/").rstrip("/").rpartition("/")
    parts = name.split("_")
    return f"{parts[0]}_{parts[4]}" if above.lower().endswith("/windowsapps") and len(parts) == 5 else ""


#: The package of this Python, empty where it is in none.
PACKAGE = find_package(sys.base_prefix) if sys.platform == "win32" else ""


def user_dir(
    kind: str, environ: Mapping[str, str], home: str, platform: str = sys.platform, package: str = PACKAGE
) -> str:
    r"""Return the user's directory of a kind: `state`, `data` or `config`.

    A relative path in a variable is ignored, as the XDG base directory specification 0.8 says. What a Python of the
    Microsoft Store writes below `AppData` comes to lie in a directory of its `package`, in which no other program looks
    (python/cpython#85368): what shells read is called by its name there.

    >>> user_dir("state", {}, "/home/ada", "linux"), user_dir("state", {}, "C:\\Users\\ada", "win32")
    ('/home/ada/.local/state/autovenv', 'C:\\Users\\ada\\AppData\\Local\\autovenv')
    """
    if platform == "win32":
        base = (environ.get("LOCALAPPDATA") or home.rstrip("\\") + "\\AppData\\Local").rstrip("\\/")
        within = f"\\Packages\\{package}\\LocalCache\\Local" if package and kind != "config" else ""
        return f"{base}{within}\\autovenv"
    variable, below = _BASES[kind]
    base = environ.get(variable, "")
    if not base.startswith("/"):
        base = home.rstrip("/") + "/" + ("Library/Application Support" if platform == "darwin" else below)
    return base.rstrip("/") + "/autovenv"


def machine_dir(environ: Mapping[str, str], platform: str = sys.platform) -> str:
    r"""Return the directory of what holds for every user of the machine.

    Outside Windows no variable moves it: what the administrator pinned must not be looked for elsewhere.

    >>> machine_dir({}, "linux"), machine_dir({}, "darwin"), machine_dir({"ALLUSERSPROFILE": "D:\\All"}, "win32")
    ('/etc/xdg/autovenv', '/Library/Application Support/autovenv', 'D:\\All\\autovenv')
    """
    if platform == "win32":
        return (environ.get("ALLUSERSPROFILE") or "C:\\ProgramData").rstrip("\\/") + "\\autovenv"
    return "/Library/Application Support/autovenv" if platform == "darwin" else "/etc/xdg/autovenv"
