"""How paths are written and compared, on POSIX and on Windows: by their names alone, nothing is looked at."""

from __future__ import annotations

import sys


def unprefix(path: str) -> str:
    r"""Return a path of Windows without the prefix that takes its limits away ("Win32 File Namespaces").

    >>> unprefix("\\\\?\\C:\\app"), unprefix("\\\\?\\UNC\\server\\share"), unprefix("C:\\app")
    ('C:\\app', '\\\\server\\share', 'C:\\app')
    """
    if path[:8].upper().replace("/", "\\") == "\\\\?\\UNC\\":
        return "\\\\" + path[8:]
    return path[4:] if path[:4].replace("/", "\\") == "\\\\?\\" else path


#: Characters of a path from which on Windows takes it only with the prefix that `unprefix` takes off; a name has room.
LONG = 200


def extend(path: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return an absolute path in the form that the system takes at any length ("Maximum Path Length Limitation").

    >>> extend("C:/" + "a/" * 9, windows=True), extend("C:/" + "a/" * 100 + "b", windows=True)[:9]
    ('C:/a/a/a/a/a/a/a/a/a/', '\\\\?\\C:\\a\\')
    """
    if not windows or len(path) < LONG or unprefix(path) != path:
        return path
    path = path.replace("/", "\\")
    return "\\\\?\\UNC" + path[1:] if path.startswith("\\\\") else "\\\\?\\" + path


def fold(path: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return the form of an absolute path by which two are compared: without slashes at its end.

    On Windows neither the case of letters counts nor which slash it is. Letters are compared as `ntpath.normcase` does
    outside of Windows: by their lower case.

    >>> fold("c:/Users/ADA/", windows=True), fold("/Users/ADA/", windows=False)
    ('c:\\users\\ada', '/Users/ADA')
    """
    if not windows:
        return path.rstrip("/") or path[:1]
    return unprefix(path).replace("/", "\\").lower().rstrip("\\")


def is_same_name(one: str, other: str, windows: bool = sys.platform == "win32") -> bool:
    """Tell whether two absolute paths are the same one, however they are written."""
    return fold(one, windows) == fold(other, windows)


def cut_off(path: str, directory: str, windows: bool = sys.platform == "win32") -> str | None:
    r"""Return what follows the name of a directory in an absolute path, as it is written; None where another does.

    >>> cut_off("c:/users/ada/My App", "C:\\Users\\Ada\\", windows=True), cut_off("/home/ada", "/home/ada")
    ('/My App', '')
    >>> cut_off("/home/adam", "/home/ada"), cut_off("/etc", "/")
    (None, '/etc')
    """
    slashes = "\\/" if windows else "/"
    whole, base = (unprefix(path), unprefix(directory)) if windows else (path, directory)
    base = base.rstrip(slashes)
    rest = whole[len(base) :]
    return rest if is_same_name(whole[: len(base)], base, windows) and rest[:1] in (*slashes, "") else None


def tidy(path: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return a path with one kind of slash, for a person.

    >>> tidy("C:\\app/.venv", windows=True), tidy("/app/a\\b", windows=False)
    ('C:\\app\\.venv', '/app/a\\b')
    """
    return path.replace("/", "\\") if windows else path
