"""What an executable on `PATH` is: one ordered table. Told from where it lies, never by starting it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autovenv import paths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Sight:
    """What is seen of an executable: its `path`, what its links lead to (`real`), its size in bytes (-1: not known).

    `flavour` is that of the environment that it lies in, `venv`, `conda` or empty; `head` its first bytes where it is a
    script. `packaged` says that the Store has installed a Python beside it: that one has a size of 0 bytes, too.
    """

    path: str
    real: str
    size: int
    flavour: str
    head: bytes
    environ: Mapping[str, str]
    platform: str
    packaged: bool = False

    def lies_in(self, *places: str) -> bool:
        """Tell whether it, or what it leads to, lies below one of some places, written with `/`.

        A place that begins with `/` is a whole path, another one some names in the middle of one.
        """
        for path in (self.path, self.real):
            slashed = path.replace("\\", "/")
            if self.platform == "win32":
                # There nobody need write names in the case that they have.
                slashed, places = slashed.lower(), tuple(place.lower() for place in places)
            for place in places:
                if slashed.startswith(place + "/") if place.startswith("/") else f"/{place}/" in slashed:
                    return True
        return False

    def below(self, variable: str, name: str) -> bool:
        """Tell whether it lies in the directory `name` below the one that a variable names."""
        base = self.environ.get(variable, "")
        if not paths.is_absolute(base, self.platform == "win32"):
            return False
        return bool(paths.cut_off(self.path, os.path.join(base, name), self.platform == "win32"))


@dataclass(frozen=True)
class Origin:
    """One answer: a `code` for programs, a `title` for people, and how it is seen.

    `makes` says how well an environment is made with such a Python: 0 not at all, 3 best.
    """

    code: str
    title: str
    matches: Callable[[Sight], bool]
    makes: int = 0


#: In the order in which they are asked; the last one is always true. The project's own environment is told beforehand.
ORIGINS = (
    Origin("project", "this project's environment", lambda _: False),
    Origin(
        "store-stub",
        "Microsoft Store stub",
        lambda seen: seen.lies_in("Microsoft/WindowsApps") and seen.size <= 0 and not seen.packaged,
    ),
    Origin("shim", "shim of autovenv", lambda seen: seen.lies_in("autovenv/shims"), 1),
    Origin(
        "pyenv-shim",
        "pyenv shim",
        lambda seen: seen.lies_in(".pyenv/shims", "pyenv-win/shims") or seen.below("PYENV_ROOT", "shims"),
        1,
    ),
    Origin(
        "asdf-shim", "asdf shim", lambda seen: seen.lies_in(".asdf/shims") or seen.below("ASDF_DATA_DIR", "shims"), 1
    ),
    Origin("mise-shim", "mise shim", lambda seen: seen.lies_in("mise/shims", "rtx/shims"), 1),
    Origin("rye-shim", "Rye shim", lambda seen: seen.lies_in(".rye/shims"), 1),
    Origin("pipx", "pipx, for one tool", lambda seen: seen.lies_in("pipx/venvs")),
    Origin("uv-tool", "uv, for one tool", lambda seen: seen.lies_in("uv/tools")),
    Origin("environment", "another environment", lambda seen: seen.flavour == "venv"),
    Origin("conda", "conda", lambda seen: seen.flavour == "conda", 2),
    Origin("uv", "managed by uv", lambda seen: seen.lies_in("uv/python"), 3),
    Origin(
        "pyenv",
        "pyenv",
        lambda seen: seen.lies_in(".pyenv/versions", "pyenv-win/versions") or seen.below("PYENV_ROOT", "versions"),
        3,
    ),
    Origin("mise", "mise", lambda seen: seen.lies_in("mise/installs", "rtx/installs"), 3),
    Origin("asdf", "asdf", lambda seen: seen.lies_in(".asdf/installs") or seen.below("ASDF_DATA_DIR", "installs"), 3),
    Origin("hatch", "managed by Hatch", lambda seen: seen.lies_in("hatch/pythons"), 3),
    Origin("rye", "managed by Rye", lambda seen: seen.lies_in(".rye/py"), 3),
    Origin("store", "Microsoft Store", lambda seen: seen.lies_in("Microsoft/WindowsApps"), 2),
    Origin(
        "homebrew",
        "Homebrew",
        lambda seen: seen.lies_in("Cellar", "/opt/homebrew", "/home/linuxbrew/.linuxbrew"),
        3,
    ),
    Origin(
        "framework",
        "framework build (python.org)",
        lambda seen: seen.lies_in("/Library/Frameworks/Python.framework"),
        3,
    ),
    Origin(
        "apple",
        "Apple's",
        lambda seen: (
            seen.platform == "darwin" and seen.lies_in("/usr/bin", "/Library/Developer", "/Applications/Xcode.app")
        ),
        2,
    ),
    Origin("macports", "MacPorts", lambda seen: seen.platform == "darwin" and seen.lies_in("/opt/local"), 3),
    Origin("nix", "Nix", lambda seen: seen.lies_in("/nix/store"), 3),
    Origin("snap", "snap", lambda seen: seen.lies_in("/snap"), 2),
    Origin("scoop-shim", "Scoop shim", lambda seen: seen.lies_in("scoop/shims"), 1),
    Origin("scoop", "Scoop", lambda seen: seen.lies_in("scoop/apps"), 3),
    Origin("chocolatey", "Chocolatey", lambda seen: seen.lies_in("chocolatey/bin"), 1),
    Origin(
        "pymanager",
        "Python install manager",
        lambda seen: seen.platform == "win32" and seen.lies_in("AppData/Local/Python"),
        3,
    ),
    Origin("python.org", "python.org", lambda seen: seen.platform == "win32" and seen.lies_in("Programs/Python"), 3),
    Origin("script", "a script", lambda seen: is_odd_script(seen.path, seen.head)),
    Origin("system", "system", lambda seen: seen.lies_in("/usr/bin", "/bin", "/usr/sbin", "/sbin"), 3),
    Origin("local", "installed in /usr/local", lambda seen: seen.lies_in("/usr/local"), 3),
    Origin("unknown", "of unknown origin", lambda _: True, 2),
)

TITLES = {origin.code: origin.title for origin in ORIGINS}
MAKES = {origin.code: origin.makes for origin in ORIGINS}


def tell(seen: Sight) -> str:
    """Return the code of the origin of an executable."""
    return next(origin.code for origin in ORIGINS if origin.matches(seen))


def is_odd_script(path: str, head: bytes) -> bool:
    """Tell whether what goes by the name of an interpreter is a script: `pip` is one everywhere, `python` is not."""
    return head.startswith(b"#!") and os.path.basename(path).lower().startswith("python")


def is_python(path: str) -> bool:
    """Tell whether a path is that of an interpreter, by its name: a script may be run by a shell as well."""
    return os.path.basename(path).lower().startswith(("python", "pypy"))


#: Where a Python's version stands in its path, the most telling first.
_VERSIONS = tuple(
    re.compile(pattern)
    for pattern in (
        r"/(?:cpython|pypy|graalpy)-(\d+\.\d+\.\d+)",  # uv, Rye, Hatch
        r"/(?:versions|installs/python|pythons)/(\d+\.\d+(?:\.\d+)?t?)(?=/|-)",  # pyenv, mise, asdf
        r"/Cellar/python@[\d.]+/(\d+\.\d+\.\d+)",
        r"/store/[a-z0-9]+-python3?-(\d+\.\d+\.\d+)",  # Nix
        r"/Versions/(\d+\.\d+)/",  # framework build
        r"/python(\d+\.\d+t?)(?:\.exe)?$",  # most others
        r"/Python(\d)(\d+)/",  # python.org in Windows
        r"/pythoncore-(\d+\.\d+)[^/]*/",  # the install manager of Windows
    )
)


def read_version(real: str) -> str:
    """Return the version that a Python's path tells, empty where it tells none.

    >>> read_version("/home/ada/.pyenv/versions/3.12.1/bin/python3.12"), read_version("/usr/bin/python3.11")
    ('3.12.1', '3.11')
    """
    slashed = real.replace("\\", "/")
    for pattern in _VERSIONS:
        if match := pattern.search(slashed):
            return ".".join(match.groups()) + "t" * ("+freethreaded-" in slashed)
    return ""


#: The first line of a script; the second form is written by pip and uv where the path is too long or has spaces in it.
_LINE = re.compile(rb"#![ \t]*(.+?)[ \t\r]*(?:\n|\Z)")
_TRICK = re.compile(rb"#!/bin/sh\n'''exec' (?:\"([^\"\n]+)\"|'([^'\n]+)'|([^\s\"'$]+)) ")


def read_interpreter(head: bytes) -> str:
    r"""Return the path of the interpreter that a script names, empty where it names none by its path.

    >>> read_interpreter(b"#!/home/ada/app/.venv/bin/python -I\n")
    '/home/ada/app/.venv/bin/python'
    """
    if match := _TRICK.match(head):
        named = next(group for group in match.groups() if group)
        return "" if b"$" in named else os.fsdecode(named)
    match = _LINE.match(head)
    if match is None:
        return ""
    words = match[1]
    if not words.startswith(b"/"):
        return ""
    # Only one argument may follow, and a path with spaces would not have worked.
    path = words.split(None, 1)[0]
    return "" if os.path.basename(path) == b"env" else os.fsdecode(path)
