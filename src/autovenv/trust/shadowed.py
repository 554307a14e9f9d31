"""Commands of the system that an environment's own hide, and which package put them there."""

from __future__ import annotations

import os
import sys

from autovenv.disk.evidence import list_names, peek
from autovenv.environments.environment import Environment

#: What a person types without thinking of Python. A package that brings one of these is heard before the system is.
# fmt: off
COMMANDS = frozenset((
    "awk", "bash", "cat", "chmod", "chown", "clear", "cp", "curl", "date", "dd", "diff", "doas", "docker",
    "echo", "env", "find", "fish", "git", "gpg", "grep", "head", "id", "kill", "less", "ln", "login", "ls",
    "man", "mkdir", "more", "mount", "mv", "nano", "open", "passwd", "ping", "printf", "ps", "pwd", "rm",
    "rsync", "scp", "sed", "sh", "ssh", "su", "sudo", "tail", "tar", "tee", "test", "top", "touch", "uname",
    "vi", "vim", "wget", "which", "who", "whoami", "zsh",
))
# fmt: on

#: The same of Windows: cmd.exe has some of these within itself, PowerShell looks for all of them on `PATH`.
# fmt: off
WINDOWS_COMMANDS = COMMANDS | frozenset((
    "attrib", "cacls", "certutil", "choco", "cmd", "curl", "explorer", "fc", "findstr", "forfiles", "gpg", "icacls",
    "ipconfig", "makecab", "mode", "mstsc", "net", "netsh", "netstat", "notepad", "nslookup", "powershell", "pwsh",
    "reg", "regedit", "regsvr32", "robocopy", "rundll32", "runas", "sc", "schtasks", "scoop", "setx", "shutdown",
    "subst", "systeminfo", "takeown", "taskkill", "tasklist", "timeout", "tracert", "wevtutil", "where", "winget",
    "wmic", "wsl", "wt", "xcopy",
))
# fmt: on

#: Endings that Windows leaves away.
_ENDINGS = (".exe", ".com", ".bat", ".cmd", ".ps1")

#: Bytes of a package's list of files.
_LIMIT = 1 << 24


def list_hiding(directory: str, windows: bool = sys.platform == "win32") -> list[str]:
    """Return the system's commands that a directory of commands holds too, sorted; none where it cannot be read."""
    names = map(_strip, list_names(directory))
    if windows:
        return sorted(WINDOWS_COMMANDS.intersection(name.lower() for name in names))
    return sorted(COMMANDS.intersection(names))


def list_shadowed(environment: Environment) -> list[tuple[str, str]]:
    """Return the system's commands that an environment hides, each with the package that put it there.

    The package is empty where that cannot be told.
    """
    commands = list_hiding(environment.bin)
    if not commands:
        return []
    owners = _list_conda_owners(environment) if environment.flavour == "conda" else _list_owners(environment)
    return [(command, owners.get(command, "")) for command in commands]


def _list_owners(environment: Environment) -> dict[str, str]:
    """Return for each command the distribution whose RECORD names it (PEP 376, PEP 627)."""
    import csv

    owners: dict[str, str] = {}
    for packages in list_packages(environment.prefix):
        for name in list_names(packages):
            if not name.endswith(".dist-info"):
                continue
            text = peek(os.path.join(packages, name, "RECORD"), _LIMIT)
            try:
                rows = [row[0] for row in csv.reader(text.splitlines()) if row]
            except csv.Error:
                continue
            for path in rows:
                place = os.path.normpath(os.path.join(packages, path))
                if os.path.dirname(place) == os.path.normpath(environment.bin):
                    owners.setdefault(
                        _strip(os.path.basename(place)), name.removesuffix(".dist-info").partition("-")[0]
                    )
    return owners


def _list_conda_owners(environment: Environment) -> dict[str, str]:
    """Return for each command the conda package whose record in `conda-meta` names it."""
    import json

    owners: dict[str, str] = {}
    records = os.path.join(environment.prefix, "conda-meta")
    for name in list_names(records):
        if not name.endswith(".json"):
            continue
        try:
            record = json.loads(peek(os.path.join(records, name), _LIMIT) or "null")
        except (ValueError, RecursionError):
            continue
        files = record.get("files") if isinstance(record, dict) else None
        for path in files if isinstance(files, list) else []:
            if isinstance(path, str) and os.path.dirname(path) in ("bin", "Library/bin", "Scripts", ""):
                owners.setdefault(_strip(os.path.basename(path)), str(record.get("name", "")))
    return owners


def list_packages(prefix: str) -> list[str]:
    """Return the directories of an environment that hold its packages."""
    library = os.path.join(prefix, "lib")
    found = [os.path.join(prefix, "Lib", "site-packages")]
    found += [
        os.path.join(library, name, "site-packages")
        for name in list_names(library)
        if name.startswith(("python", "pypy"))
    ]
    return [path for path in dict.fromkeys(found) if os.path.isdir(path)]


def _strip(name: str) -> str:
    for ending in _ENDINGS:
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name
