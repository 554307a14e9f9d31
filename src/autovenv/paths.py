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


def trim(path: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return a path without slashes at its end; of a root, which is nothing else, the root.

    `C:` alone is not the root of that drive, but wherever a program last was on it.

    >>> trim("D:\\work/", windows=True), trim("D:/", windows=True), trim("\\\\server\\share\\", windows=True)
    ('D:\\work', 'D:\\', '\\\\server\\share')
    >>> trim("/srv//"), trim("//", windows=False)
    ('/srv', '/')
    """
    if not windows:
        return path.rstrip("/") or path[:1]
    rest = path.rstrip("\\/")
    return f"{rest}\\" if is_drive(rest) else rest or path[:1]


def is_drive(path: str) -> bool:
    """Tell whether a path of Windows is the name of a drive and nothing else: `C:`."""
    return len(path) == 2 and path[1] == ":"


def is_absolute(path: str, windows: bool = sys.platform == "win32") -> bool:
    r"""Tell whether a path leads to the same place wherever a program is: on Windows that takes a drive or a server.

    `os.path.isabs` of Python below 3.13 says so of `\\app` too, which lies on whichever drive is the present one.

    >>> [is_absolute(path, windows=True) for path in ("C:/app", "\\\\server\\share", "\\app", "C:app", "app", "~")]
    [True, True, False, False, False, False]
    """
    if not windows:
        return path.startswith("/")
    path = path.replace("/", "\\")
    return path.startswith("\\\\") or (is_drive(path[:2]) and path[2:3] == "\\")


def anchor(path: str, directory: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return a path that is relative to `directory`, an absolute one, as an absolute one; `..` stays where it is.

    On Windows one that begins with a slash is on the directory's drive, and one like `D:app` is relative to that drive:
    to the directory, where that is on it, else to its root.

    >>> [anchor(path, "C:\\work", windows=True) for path in ("app", "\\app", "C:app", "D:app", "D:\\app")]
    ['C:\\work\\app', 'C:\\app', 'C:\\work\\app', 'D:\\app', 'D:\\app']
    """
    if not windows:
        import posixpath

        return posixpath.join(directory, path)
    if is_absolute(path, windows):
        return path
    import ntpath

    if is_drive(path[:2]) and path[:2].lower() != directory[:2].lower():
        return f"{path[:2]}\\{path[2:]}"
    return ntpath.join(directory, path[2:] if is_drive(path[:2]) else path)


def slash(path: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return a path for a shell of POSIX in Windows, to which a backslash is something else; elsewhere as it is.

    >>> slash("C:\\app", windows=True), slash("/app/a\\b", windows=False)
    ('C:/app', '/app/a\\b')
    """
    return path.replace("\\", "/") if windows else path


#: Names that are devices of Windows in every directory, with any ending ("Naming Files, Paths, and Namespaces").
_PORTS = [f"{port}{number}" for port in ("com", "lpt") for number in "123456789\u00b9\u00b2\u00b3"]
_DEVICES = frozenset(("con", "prn", "aux", "nul", *_PORTS))


def is_reserved(name: str) -> bool:
    """Tell whether no file of Windows can have a name, because a device has it.

    >>> is_reserved("NUL.txt"), is_reserved("com1"), is_reserved("console")
    (True, True, False)
    """
    return name.partition(".")[0].rstrip(" ").lower() in _DEVICES


def tidy(path: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return a path with one kind of slash, for a person.

    >>> tidy("C:\\app/.venv", windows=True), tidy("/app/a\\b", windows=False)
    ('C:\\app\\.venv', '/app/a\\b')
    """
    return path.replace("/", "\\") if windows else path
