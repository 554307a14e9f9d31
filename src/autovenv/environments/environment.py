"""What a prefix is: a virtual environment, a conda prefix, or something broken."""

from __future__ import annotations

import errno
import os
import stat
import sys

from autovenv.disk.evidence import Evidence, Unreadable
from autovenv.messages import quote, visible, visible_path


def list_layouts(windows: bool = sys.platform == "win32") -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return (directory of commands, interpreters) as venv, virtualenv and uv lay them out, the usual one first.

    Neither system has the other's: a shell in WSL that has `Scripts` on `PATH` runs Windows's Python, and Windows takes
    any file for executable, a Python of Linux too. That of MSYS2 (mingw-w64-python 3.12) is Windows's, and has `bin`.
    """
    if windows:
        return (("Scripts", ("python.exe",)), ("bin", ("python.exe", "python3.exe")))
    return (("bin", ("python", "python3")),)


LAYOUTS = list_layouts()

#: What conda 26.7 puts on `PATH` on Windows after the prefix itself, in its order (`_get_path_dirs`, activate.py).
CONDA_ENTRIES = (("Library", "mingw-w64", "bin"), ("Library", "usr", "bin"), ("Library", "bin"), ("Scripts",), ("bin",))

#: Names of an environment's directory that say nothing about the project.
PLAIN_NAMES = (".venv", "venv", "env", ".conda")


class Environment:
    """A usable environment.

    `prefix` is its directory as the user would write it, `flavour` is `venv` or `conda`, `bin` the directory of its
    commands, `python` its interpreter (empty for a conda prefix without one), `config` the keys of `pyvenv.cfg` (lower
    case), `name` what the prompt shows. `sets` are variables that it sets besides, `entries` what it has of `PATH`:
    `bin`, and after it what conda on Windows adds. `mark` is the path by which it is known for an environment.
    """

    __slots__ = ("bin", "config", "entries", "flavour", "mark", "name", "prefix", "python", "sets")

    def __init__(self, prefix: str, flavour: str, bin: str, python: str, config: dict[str, str], name: str) -> None:
        self.prefix = prefix
        self.flavour = flavour
        self.bin = bin
        self.python = python
        self.config = config
        self.name = name
        self.sets: dict[str, str] = {}
        self.entries = [bin]
        self.mark = os.path.join(prefix, "conda-meta" if flavour == "conda" else "pyvenv.cfg")


class Broken:
    """A prefix that looks like an environment and cannot be used: `reason` in a few words.

    `mend` says what to do about it, empty where it can be made anew in its place; `makes` are the commands of the tool
    that does so, none where any may.
    """

    __slots__ = ("makes", "mend", "prefix", "reason")

    def __init__(self, prefix: str, reason: str, mend: str = "") -> None:
        self.prefix = prefix
        self.reason = reason
        self.mend = mend
        self.makes: tuple[str, ...] = ()


def inspect(prefix: str, evidence: Evidence, project: str = "") -> Environment | Broken:
    """Return what lies at `prefix`, an absolute path.

    A virtual environment is a directory with `pyvenv.cfg` and an interpreter that resolves to an executable file (PEP
    405; the test that virtualenv 21.15.7 and uv 0.13.8 apply too); a conda prefix has `conda-meta` instead, and one of
    virtualenv before version 20 an `orig-prefix.txt`. `project` is the directory whose name stands in for an
    environment named `.venv`.
    """
    found = evidence.stat(prefix)
    if found is None:
        return Broken(
            prefix, "it is a link that leads nowhere" if os.path.lexists(prefix) else "there is no such directory"
        )
    if not stat.S_ISDIR(found.st_mode):
        return Broken(prefix, "it is not a directory")
    try:
        text = evidence.read_text(os.path.join(prefix, "pyvenv.cfg"), "same", 1 << 16)
    except Unreadable as problem:
        return _report_broken(prefix, f"its `pyvenv.cfg` {problem}", evidence)
    mark = os.path.join(prefix, "pyvenv.cfg")
    if text is None:
        if evidence.is_dir(os.path.join(prefix, "conda-meta")):
            return _inspect_conda(prefix, evidence, project)
        mark = find_old_mark(prefix)
        if not mark:
            return _report_broken(prefix, "it has no `pyvenv.cfg`", evidence)
        evidence.stat(mark, "same")
    for commands, interpreters in LAYOUTS:
        directory = os.path.join(prefix, commands)
        for interpreter in interpreters:
            python = os.path.join(directory, interpreter)
            if is_executable(python, evidence):
                evidence.stat(directory, "newer")
                config = read_config(text or "")
                name = name_environment(prefix, config, project)
                environment = Environment(prefix, "venv", directory, python, config, name)
                environment.mark = mark
                return environment
    broken = _report_broken(prefix, _explain_interpreter(prefix), evidence)
    if owner := name_other_system(prefix):
        python = "python3" if owner == "Windows" else "python"
        broken.mend = f"leave it to {owner}, and make one by another name: `{python} -m venv venv`"
    return broken


def find_old_mark(prefix: str) -> str:
    """Return the file by which virtualenv before 20.0 marks an environment (`lib/python2.7/orig-prefix.txt`), or empty.

    Those were the last for Python 2.7 and below 3.5. On Windows it lies in `Lib`.
    """
    from autovenv.disk.evidence import list_names

    folders = [os.path.join("lib", name) for name in list_names(os.path.join(prefix, "lib")) if name.startswith("py")]
    for folder in (*folders, "Lib"):
        mark = os.path.join(prefix, folder, "orig-prefix.txt")
        if os.path.isfile(mark):
            return mark
    return ""


def is_environment(prefix: str) -> bool:
    """Tell whether a directory says that it is an environment. Nothing is watched: `inspect` watches what is one."""
    marks = ("pyvenv.cfg", "conda-meta")
    return any(os.path.lexists(os.path.join(prefix, mark)) for mark in marks) or bool(find_old_mark(prefix))


def _report_broken(prefix: str, reason: str, evidence: Evidence) -> Broken:
    """Return what is wrong; that it is mended in place shows at the next prompt, wherever it lies."""
    # Not only newer: another directory may be moved into its place.
    evidence.stat(prefix, "same")
    if closed := find_closed(prefix):
        evidence.unwatchable = True
        place, mode = closed
        reason = f"`{visible_path(place)}` cannot be entered" if os.path.isdir(place) else reason
        word = quote(place)
        return Broken(prefix, reason, f"open it: `chmod {mode} {word}`" if word else "run `autovenv doctor` there")
    for commands, interpreters in LAYOUTS:
        if os.path.isdir(os.path.join(prefix, commands)):
            evidence.stat(os.path.join(prefix, commands), "newer")
        for interpreter in interpreters:
            found = os.path.join(prefix, commands, interpreter)
            if os.path.isfile(found) and not os.access(found, os.X_OK):
                evidence.stat(found, "idle")
    return Broken(prefix, reason)


def find_closed(prefix: str) -> tuple[str, str] | None:
    """Return what of an environment may not be looked at, and the mode with which `chmod` opens it; None where nothing.

    A directory that nobody may enter looks empty.
    """
    for place in (prefix, *(os.path.join(prefix, commands) for commands, _ in LAYOUTS)):
        if os.path.isdir(place) and not os.access(place, os.X_OK):
            return place, "u+rwx"
    config = os.path.join(prefix, "pyvenv.cfg")
    return (config, "u+r") if os.path.isfile(config) and not os.access(config, os.R_OK) else None


def _inspect_conda(prefix: str, evidence: Evidence, project: str) -> Environment | Broken:
    directory = prefix if sys.platform == "win32" else os.path.join(prefix, "bin")
    if not evidence.is_dir(directory):
        return _report_broken(prefix, "it has no `bin`", evidence)
    python = os.path.join(directory, "python.exe" if sys.platform == "win32" else "python")
    if not is_executable(python, evidence):
        python = ""
    evidence.stat(os.path.join(prefix, "conda-meta"), "same")
    from autovenv.environments import conda_variables

    name = name_environment(prefix, {}, project)
    environment = Environment(prefix, "conda", directory, python, {}, name)
    environment.sets = {
        "CONDA_DEFAULT_ENV": conda_variables.name_default(prefix, evidence),
        "CONDA_PROMPT_MODIFIER": f"({name}) ",
        **conda_variables.read(prefix, evidence),
    }
    environment.entries += [os.path.join(prefix, *parts) for parts in CONDA_ENTRIES] if sys.platform == "win32" else []
    return environment


def is_executable(path: str, evidence: Evidence) -> bool:
    """Tell whether `path` resolves to an executable file."""
    found = evidence.stat(path)
    if found is None or not stat.S_ISREG(found.st_mode):
        return False
    is_able = os.access(path, os.X_OK)
    # `chmod` changes no modification time, but a shell sees at a prompt whether something can be executed.
    evidence.stat(path, "runs" if is_able else "idle")
    return is_able


def name_other_system(prefix: str, windows: bool = sys.platform == "win32") -> str:
    """Return whose environment lies at `prefix` where it is another system's that shares the directory, else nothing.

    From Windows a link that was made in WSL is there, and leads nowhere.
    """
    if not windows:
        return "Windows" if os.path.isfile(os.path.join(prefix, "Scripts", "python.exe")) else ""
    pythons = (os.path.join(prefix, "bin", name) for name in ("python", "python3"))
    return "Linux or WSL" if any(map(os.path.lexists, pythons)) else ""


def _explain_interpreter(prefix: str) -> str:
    if owner := name_other_system(prefix):
        return f"it is an environment of {owner}, whose commands are in `{'Scripts' if owner == 'Windows' else 'bin'}`"
    for commands, interpreters in LAYOUTS:
        for interpreter in interpreters:
            python = os.path.join(prefix, commands, interpreter)
            if os.path.islink(python) and not os.path.exists(python):
                fate = "cannot be reached" if _is_out_of_reach(python) else "is gone"
                return f"its `{commands}/{interpreter}` leads to `{visible_path(_last_link(python))}`, which {fate}"
            if os.path.lexists(python):
                return f"its `{commands}/{interpreter}` is not an executable file"
    return "it has no interpreter"


def _is_out_of_reach(path: str) -> bool:
    """Tell whether what a link leads to lies in a directory that this user may not enter: in another one's home."""
    try:
        os.stat(path)
    except OSError as error:
        return error.errno == errno.EACCES
    return False


def _last_link(path: str) -> str:
    for _ in range(40):
        try:
            path = os.path.join(os.path.dirname(path), os.readlink(path))
        except OSError:
            break
    return path


def read_config(text: str) -> dict[str, str]:
    """Return the keys and values of a `pyvenv.cfg` as `site.py` of CPython 3.11 to 3.14 reads it."""
    config = {}
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        key, separator, value = line.partition("=")
        if separator:
            config[key.strip().lower()] = value.strip()
    return config


def name_environment(prefix: str, config: dict[str, str], project: str = "") -> str:
    """Return the environment's name, everything in it visible.

    That is `prompt` of `pyvenv.cfg`; else the project directory's name where the environment has a name that says
    nothing (pixi calls its own `default`); else its own. uv, which signs `pyvenv.cfg`, writes a bare `prompt`.
    """
    name = config.get("prompt", "")
    if "uv" not in config:
        name = _unquote(name)
    if not name.strip():
        name = os.path.basename(prefix)
        if name in PLAIN_NAMES or name in ("", "default"):
            name = os.path.basename(project or os.path.dirname(prefix)) or name
    return visible(name.strip())


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_HEX_ESCAPES = {"x": 2, "u": 4, "U": 8}


def _unquote(value: str) -> str:
    """Return a prompt as it was meant: venv writes a Python repr, virtualenv double quotes."""
    if len(value) < 2 or value[0] not in "'\"" or value[-1] != value[0]:
        return value
    value = value[1:-1]
    parts = []
    at = 0
    while at < len(value):
        character = value[at]
        following = value[at + 1 : at + 2]
        if character != "\\" or not following:
            parts.append(character)
            at += 1
        elif following in _HEX_ESCAPES:
            digits = value[at + 2 : at + 2 + _HEX_ESCAPES[following]]
            try:
                parts.append(chr(int(digits, 16)))
            except (ValueError, OverflowError):
                parts.append("\\" + following + digits)
            at += 2 + len(digits)
        else:
            parts.append(_ESCAPES.get(following, "\\" + following))
            at += 2
    return "".join(parts)
