"""What a scenario's directories hold, made for real and in place: an environment must name its own place."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import venv
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from platforms import BIN, IS_ROOT, IS_WINDOWS

_WHEREAMI = """#!/bin/sh
{{ printf '%s\\0' "$0"; /usr/bin/env -0; }} > {report}.$$ && /bin/mv {report}.$$ {report}
"""

#: The same in Windows, where a batch file starts a script of Python: cmd.exe has no way to say what a line break is.
_WHEREAMI_LINES = """\
import os, sys
words = [sys.argv[1], *(f"{name}={value}" for name, value in os.environ.items())]
with open(sys.argv[2] + ".new", "wb") as file:
    file.write("".join(word + "\\0" for word in words).encode("utf-8", "surrogatepass"))
os.replace(sys.argv[2] + ".new", sys.argv[2])
"""


class Entry(ABC):
    """One thing in a tree."""

    @abstractmethod
    def make(self, path: Path, root: Path) -> None:
        """Make it at `path`, below the scenario's own `root`."""


Tree = Mapping[str, Entry]


@dataclass(frozen=True)
class Directory(Entry):
    mode: int = 0o755

    def make(self, path: Path, root: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(self.mode)


@dataclass(frozen=True)
class File(Entry):
    data: str | bytes = ""
    mode: int = 0o644
    size: int | None = None
    """Bytes, the rest of which is a hole."""

    def make(self, path: Path, root: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(os.fsencode(self.data))
        if self.size is not None:
            os.truncate(path, self.size)
        path.chmod(self.mode)


@dataclass(frozen=True)
class Link(Entry):
    to: str
    """As it stands in the link; `«x»` is a place of the scenario."""

    def make(self, path: Path, root: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        to = self.to
        path.symlink_to(place(root, to[1:-1]) if to.startswith("«") else to)


@dataclass(frozen=True)
class Fifo(Entry):
    def make(self, path: Path, root: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        os.mkfifo(path)


@dataclass(frozen=True)
class Venv(Entry):
    """An environment made by a real tool: `venv`, `virtualenv` or `uv`."""

    tool: str = "venv"
    prompt: str | None = None

    def make(self, path: Path, root: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.tool == "venv":
            # In Windows to make a link takes a privilege.
            venv.EnvBuilder(symlinks=not IS_WINDOWS, prompt=self.prompt).create(path)
        else:
            prompt = ("--prompt", self.prompt) if self.prompt is not None else ()
            options = {"virtualenv": ("--no-download", "--without-pip"), "uv": ("venv", "--offline", "--no-config")}
            command = (sys.executable, "-m", self.tool, *options[self.tool], *prompt, str(path))
            try:
                subprocess.run(command, check=True, capture_output=True, text=True, env=_clean_environment(root))
            except subprocess.CalledProcessError as error:
                if f"No module named {self.tool}" not in error.stderr:
                    raise AssertionError(error.stderr) from error
                pytest.skip(f"{self.tool} was not found")
        add_whereami(path / BIN, root)


@dataclass(frozen=True)
class Handmade(Entry):
    """What venv would make, for places and contents that no tool writes."""

    config: str | bytes = "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.2\n"
    python: str = sys.executable

    def make(self, path: Path, root: Path) -> None:
        commands = path / BIN
        commands.mkdir(parents=True)
        (path / "pyvenv.cfg").write_bytes(os.fsencode(self.config))
        if IS_WINDOWS:
            shutil.copy(self.python, commands / "python.exe")
        else:
            (commands / "python").symlink_to(os.path.realpath(self.python))
        (commands / "activate").write_bytes(os.fsencode(f"VIRTUAL_ENV={shlex.quote(str(path))}\nexport VIRTUAL_ENV\n"))
        add_whereami(commands, root)


@dataclass(frozen=True)
class Interpreter(Entry):
    """A stand-in for the interpreter that runs autovenv: some lines of sh first, then the real one."""

    lines: str

    def make(self, path: Path, root: Path) -> None:
        lines = re.sub("«(.*?)»", lambda match: shlex.quote(str(place(root, match[1]))), self.lines)
        path.write_text(f'#!/bin/sh\n{lines}\nexec {shlex.quote(sys.executable)} "$@"\n')
        path.chmod(0o755)


@dataclass(frozen=True)
class Copy(Entry):
    of: str

    def make(self, path: Path, root: Path) -> None:
        shutil.copytree(place(root, self.of), path, symlinks=True)


@dataclass(frozen=True)
class Foreign(Entry):
    """Something that belongs to another user, which takes root to make."""

    entry: Entry
    owner: int = 65534

    def make(self, path: Path, root: Path) -> None:
        if not IS_ROOT:
            pytest.skip("only root can make what belongs to another user")
        self.entry.make(path, root)
        for directory, _, files in os.walk(path):
            os.chown(directory, self.owner, -1)
            for name in files:
                os.chown(os.path.join(directory, name), self.owner, -1, follow_symlinks=False)
        os.chown(path, self.owner, -1, follow_symlinks=False)


def place(root: Path, name: str) -> Path:
    """Return a place of the scenario: below the home directory, or with a leading slash below its root."""
    return root / name[1:] if name.startswith("/") else root / "home" / name


def make_tree(root: Path, tree: Tree) -> None:
    """Make every entry of a tree, in order."""
    for name, entry in tree.items():
        entry.make(place(root, name), root)


def add_whereami(directory: Path, root: Path, windows: bool = IS_WINDOWS) -> None:
    """Put a program into a directory of commands that writes down its own path and its environment."""
    report = root / "report"
    if windows:
        script = root / "whereami.py"
        script.write_text(_WHEREAMI_LINES)
        (directory / "whereami.cmd").write_text(f'@"{sys.executable}" -I -S "{script}" "%~f0" "{report}"\n')
        return
    path = directory / "whereami"
    path.write_text(_WHEREAMI.format(report=shlex.quote(str(report))))
    path.chmod(0o755)


def add_tools(root: Path, windows: bool = IS_WINDOWS) -> None:
    """Make the directory of commands that stands first on every scenario's `PATH`."""
    tools = root / "tools"
    tools.mkdir()
    add_whereami(tools, root, windows)
    if windows:
        (tools / "autovenv.cmd").write_text(f'@"{sys.executable}" -I -m autovenv %*\n')
        (tools / "fail.cmd").write_text("@exit /b %1\n")
        return
    programs = {
        # the tool as installed, isolated: what the interpreter that runs the tests has of it
        "autovenv": f'exec {shlex.quote(sys.executable)} -I -m autovenv "$@"',
        "elsewhere": 'cd "$1" && shift && exec "$@"',
        "fail": 'exit "$1"',
    }
    for name, text in programs.items():
        path = tools / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)


def _clean_environment(root: Path) -> dict[str, str]:
    if IS_WINDOWS:
        return dict(os.environ)
    return {"HOME": str(root / "home"), "PATH": "/usr/bin:/bin", "XDG_CACHE_HOME": str(root / "cache")}


def project(name: str, environment: str = ".venv") -> dict[str, Entry]:
    """Return a project with an environment made by venv."""
    return {f"{name}/{environment}": Venv()}
