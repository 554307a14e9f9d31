"""Every `python` and `pip` on `PATH`, in the order in which a shell finds them."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from autovenv.commands.finding import is_executable
from autovenv.disk.evidence import FLAGS, list_names, peek
from autovenv.doctor import origins
from autovenv.doctor.results import Candidate
from autovenv.environments.active import is_same
from autovenv.environments.environment import Environment, find_old_mark, read_config

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a candidate is called: `python`, `python3`, `python3.12`, `python3.13t`, and the same of `pip`.
NAME = re.compile(r"(?:python|pip)(?:\d+(?:\.\d+)?t?)?")

#: Names to look for in a directory that may be searched but not read.
_USUAL = ("python", "python3", "pip", "pip3")

#: Directories of a `PATH` that are looked at; nobody has more.
_LIMIT = 2000

_HEAD = 512


def read_candidates(
    entries: tuple[str, ...],
    directory: str,
    environment: Environment | None,
    environ: Mapping[str, str],
    platform: str,
) -> tuple[Candidate, ...]:
    """Return the candidates in the order of the entries of a `PATH`, whose relative ones start from `directory`.

    `environment` is the one of the project. A directory that comes twice, by whatever name, is looked at once.
    """
    candidates = []
    seen: set[tuple[int, int]] = set()
    taken: set[str] = set()
    for number, entry in enumerate(entries[:_LIMIT], 1):
        place = os.path.join(directory, entry) if directory else entry
        if not os.path.isabs(place):
            continue
        try:
            found = os.stat(place)
        except (OSError, ValueError):
            continue
        if (found.st_dev, found.st_ino) in seen:
            continue
        if found.st_ino:
            seen.add((found.st_dev, found.st_ino))
        for name, path in _list(place, environ, platform):
            candidate = look_at(name, path, number, environ, platform)
            if candidate.origin == "pyenv-shim" and name.startswith("python"):
                version = find_pyenv_version(os.path.dirname(place), directory, environ)
                # The shim `python3.9` starts nothing of another version.
                candidate = replace(
                    candidate, version=version if f"{version}.".startswith(name[len("python") :]) else ""
                )
            if environment is not None and is_same(place, environment.bin):
                candidate = replace(candidate, origin="project", prefix=environment.prefix, project=True)
            candidates.append(replace(candidate, first=name not in taken))
            taken.add(name)
    return tuple(candidates)


def _list(place: str, environ: Mapping[str, str], platform: str) -> list[tuple[str, str]]:
    """Return the executables of a directory that are candidates: their names, without an ending, and their paths."""
    try:
        files = sorted(os.listdir(place))
    except OSError:
        files = list(_USUAL)
    found = []
    endings = environ.get("PATHEXT", ".COM;.EXE;.BAT;.CMD").lower().split(";") if platform == "win32" else []
    for file in files:
        name = file
        if platform == "win32":
            name, ending = os.path.splitext(file.lower())
            if ending not in endings:
                continue
        path = os.path.join(place, file)
        if NAME.fullmatch(name) and is_executable(path):
            found.append((name, path))
    return sorted(found, key=lambda pair: _order(pair[0]))


def _order(name: str) -> tuple[bool, list[int]]:
    return name.startswith("pip"), [int(number) for number in re.findall(r"\d+", name)]


def look_at(name: str, path: str, entry: int, environ: Mapping[str, str], platform: str) -> Candidate:
    """Return the candidate at `path`, which the shell runs by `name`."""
    real = os.path.realpath(path)
    prefix, flavour = find_prefix(path)
    head = read_head(path)
    try:
        size = os.lstat(path).st_size
    except OSError:
        size = -1
    sight = origins.Sight(path, real, size, flavour, head, environ, platform, platform == "win32" and is_packaged(path))
    interpreter = origins.read_interpreter(head)
    version = "" if head.startswith(b"#!") else read_prefix_version(prefix, flavour) or origins.read_version(real)
    return Candidate(name, path, entry, real, origins.tell(sight), prefix, interpreter, version)


def find_pyenv_version(root: str, directory: str, environ: Mapping[str, str]) -> str:
    """Return the version that a shim of the pyenv in `root` starts in a directory, empty where that cannot be told.

    Source: pyenv 2.6.30, `pyenv-version-name`, `pyenv-version-file` and `pyenv-latest`: the first one that is named by
    `PYENV_VERSION`, by the nearest `.python-version` further up, or by pyenv's own `version`; of `3.12` the newest that
    is there.
    """
    chosen = find_pyenv_choice(root, directory, environ)
    versions = os.path.join(root, "versions")
    if "/" in chosen or chosen in ("", ".", ".."):
        return ""
    if os.path.isfile(os.path.join(versions, chosen, "pyvenv.cfg")):
        return read_prefix_version(os.path.join(versions, chosen), "venv")
    number = chosen.removeprefix("python-")
    there = [name for name in list_names(versions) if re.fullmatch(rf"{re.escape(number)}(?:\.\d+)*", name)]
    return max(there, key=_order) if there and re.fullmatch(r"\d+(?:\.\d+)*", number) else ""


def find_pyenv_choice(root: str, directory: str, environ: Mapping[str, str]) -> str:
    """Return the version, or the name of an environment, that the pyenv in `root` is told to use in a directory."""
    return environ.get("PYENV_VERSION", "").split(":")[0] or _read_pyenv_file(root, directory)


def _read_pyenv_file(root: str, directory: str) -> str:
    path = os.path.join(root, "version")
    at = directory
    while at:
        if os.path.isfile(os.path.join(at, ".python-version")):
            path = os.path.join(at, ".python-version")
            break
        at = os.path.dirname(at) if os.path.dirname(at) != at else ""
    words = [line.split()[0] for line in peek(path, 1 << 12).splitlines() if line.strip()]
    return next((word for word in words if not word.startswith("#")), "")


def is_packaged(path: str) -> bool:
    """Tell whether the Microsoft Store has installed a Python in the directory of an executable, or below it.

    Each package of the Store's has a directory of its name there, the stub for what is not installed has none. Source:
    microsoft/python-environment-tools, `pet-windows-store`.
    """
    place = os.path.dirname(path)
    return any(name.startswith("PythonSoftwareFoundation.") for name in (os.path.basename(place), *list_names(place)))


def find_prefix(path: str) -> tuple[str, str]:
    """Return the environment that an executable lies in and its flavour, both empty where in none.

    Where links lead to it, each is looked at: `~/bin/python` may lead to the one of an environment.
    """
    for _ in range(8):
        directory = os.path.dirname(path)
        for prefix in (os.path.dirname(directory), directory):
            if os.path.isfile(os.path.join(prefix, "pyvenv.cfg")) or find_old_mark(prefix):
                return prefix, "venv"
            if os.path.isdir(os.path.join(prefix, "conda-meta")):
                return prefix, "conda"
        try:
            path = os.path.normpath(os.path.join(directory, os.readlink(path)))
        except (OSError, ValueError):
            break
    return "", ""


def read_prefix_version(prefix: str, flavour: str) -> str:
    """Return the version of the Python in an environment, as it says itself; empty where it does not."""
    if flavour == "venv":
        config = read_config(peek(os.path.join(prefix, "pyvenv.cfg"), 1 << 16))
        # venv says `version`, virtualenv and uv `version_info`; PEP 838 has `python-version`, in two parts.
        said = config.get("version") or config.get("version_info") or config.get("python-version", "")
        match = re.match(r"\d{1,3}\.\d{1,3}(?:\.\d{1,3})?", said)
        return match[0] if match else ""
    if flavour == "conda":
        for record in list_names(os.path.join(prefix, "conda-meta")):
            if match := re.fullmatch(r"python-(\d+\.\d+\.\d+)-[^-]+\.json", record):
                return match[1]
    return ""


def read_head(path: str) -> bytes:
    """Return the first bytes of a script, none of anything else."""
    try:
        handle = os.open(path, FLAGS)
    except (OSError, ValueError):
        return b""
    try:
        head = os.read(handle, _HEAD)
    except OSError:
        return b""
    finally:
        os.close(handle)
    return head if head.startswith(b"#!") else b""
