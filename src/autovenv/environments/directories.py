"""Where other tools keep a user's files, and how they write paths.

The rule is that of platformdirs 4.14.5, which Poetry 2.5.1, Hatch 1.18.2 and PDM 2.29.4 follow, re-stated without its
imports and for any platform: environment variables come from the shell that asks, and a test holds the two together.
"""

from __future__ import annotations

import os
import sys

from autovenv import paths, places
from autovenv.disk.evidence import Evidence, Unreadable
from autovenv.state.settings import Settings

#: Characters of a path that no system takes, and that take time to look through.
TOO_LONG = 1 << 15 if sys.platform == "win32" else 1 << 12

#: Purpose: (XDG variable, below home on Linux, below home on macOS).
_BASES = {
    "data": ("XDG_DATA_HOME", ".local/share", "Library/Application Support"),
    "config": ("XDG_CONFIG_HOME", ".config", "Library/Application Support"),
    "cache": ("XDG_CACHE_HOME", ".cache", "Library/Caches"),
}


def home_dir(evidence: Evidence) -> str:
    """Return the home directory of the shell that asks, absolute."""
    found = evidence.environ.get("USERPROFILE" if sys.platform == "win32" else "HOME", "")
    return found if paths.is_absolute(found) else places.home()


def user_dir(
    purpose: str,
    tool: str,
    evidence: Evidence,
    *,
    author: str = "",
    roaming: bool = False,
    platform: str = sys.platform,
) -> str:
    """Return the directory where `tool` keeps a user's `data`, `config` or `cache`; it need not exist.

    `author` is a directory above the tool's and `roaming` a choice of place, on Windows only.
    """
    home = home_dir(evidence)
    if platform == "win32":
        roams = roaming and purpose != "cache"
        import ntpath

        base = evidence.variable("APPDATA" if roams else "LOCALAPPDATA")
        base = base or ntpath.join(home, "AppData", "Roaming" if roams else "Local")
        parts = [author] * bool(author) + [tool] + ["Cache"] * (purpose == "cache")
        return ntpath.join(ntpath.normpath(base), *parts)
    variable, linux, macos = _BASES[purpose]
    base = evidence.variable(variable)
    if not base.startswith("/"):
        base = f"{home.rstrip('/')}/{macos if platform == 'darwin' else linux}"
    return f"{base.rstrip('/')}/{tool}"


def expand_home(path: str, evidence: Evidence) -> str:
    """Return `path` with a leading `~` or `~user` as `os.path.expanduser` reads it."""
    if path == "~" or path.startswith(("~/", "~" + os.sep)):
        below = path[2:].lstrip("/" + os.sep)
        return paths.anchor(below, home_dir(evidence)) if below else home_dir(evidence)
    return path if "\0" in path else os.path.expanduser(path)


def expand(path: str, evidence: Evidence, names: tuple[str, ...] | None = None) -> str:
    """Return `path` with `$NAME`, `${NAME}` and a leading `~` filled in; variables that are not set stay.

    Of what a project says, only some `names` are filled in: it must not be told, nor tell, what is in the others.
    """
    if len(path) > TOO_LONG:
        return path
    parts = path.split("$")
    expanded = parts[0]
    for part in parts[1:]:
        name, rest = _split_name(part)
        value = evidence.variable(name) if name and (names is None or name in names) else ""
        expanded += value + rest if value else "$" + part
    return expand_home(expanded, evidence)


def _split_name(text: str) -> tuple[str, str]:
    """Return the name of a variable at the start of `text`, which followed a `$`, and what comes after it."""
    if text.startswith("{"):
        name, brace, rest = text[1:].partition("}")
        return (name, rest) if brace and name.isidentifier() and name.isascii() else ("", text)
    at = 0
    while at < len(text) and text[at].isascii() and (text[at].isalnum() or text[at] == "_"):
        at += 1
    return text[:at], text[at:]


def settle(directory: str, path: str) -> str:
    """Return a path that was written relative to `directory`, absolute and without `.` and `..`.

    Raises `ValueError` for a path that nothing can have.
    """
    joined = paths.anchor(path, directory)
    if "\0" in joined:
        raise ValueError("a path with a null byte")
    if len(joined) > TOO_LONG:
        raise ValueError("a path that is longer than any can be")
    tidy = os.path.normpath(joined)
    if ".." in paths.tidy(joined).split(os.sep) and os.path.realpath(tidy) != os.path.realpath(joined):
        return os.path.realpath(joined)  # a `..` that leads out of a linked directory
    return tidy


#: Variables of the user's, and of tools, that name directories in which environments are kept.
KEEPERS = (
    "XDG_DATA_HOME",
    "XDG_CACHE_HOME",
    "WORKON_HOME",
    "UV_CACHE_DIR",
    "POETRY_CACHE_DIR",
    "POETRY_DATA_DIR",
    "POETRY_HOME",
    "HATCH_DATA_DIR",
    "PYENV_ROOT",
    "CONDA_ROOT",
    "MAMBA_ROOT_PREFIX",
    "CONDA_ENVS_DIRS",
    "CONDA_ENVS_PATH",
    "LOCALAPPDATA",
)


def reach(directory: str, path: str, evidence: Evidence, settings: Settings, source: str) -> str:
    """Return `path`, which the file `source` of the project in `directory` names, absolute, where it may be looked at.

    That is below the project, the user's home and the tools' own directories, and below the user's `trusted_paths`:
    a file that came with a clone must not have a network's directories or another user's looked at, nor what stands in
    it shown. Raises `Unreadable` for any other path.
    """
    found = settle(directory, path)
    if not is_within_reach(directory, found, evidence, settings):
        raise Unreadable("names a place that is neither below the project nor below your home", source)
    return found


def is_within_reach(directory: str, path: str, evidence: Evidence, settings: Settings) -> bool:
    """Tell whether an absolute path lies where a project may have autovenv look. The path itself is not looked at."""
    if _is_below(path, (directory, os.path.realpath(directory), home := home_dir(evidence), os.path.realpath(home))):
        return True
    kept = [entry for name in KEEPERS for entry in evidence.variable(name).split(os.pathsep)]
    if program := evidence.variable("CONDA_EXE"):
        kept.append(os.path.dirname(os.path.dirname(program)))
    trusted = [expand_home(str(entry), evidence) for entry in settings.trusted_paths]
    return _is_below(path, (*kept, *trusted))


def _is_below(path: str, places: tuple[str, ...]) -> bool:
    """Tell whether a path is one of some places or lies in one, by their names; the root of all is no place."""
    for place in places:
        base = os.path.normpath(place) if paths.is_absolute(place) else ""
        if base and os.path.dirname(base) != base and paths.cut_off(path, base) is not None:
            return True
    return False
