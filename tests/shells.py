"""The shells under test: for each its argv, its rc file, its prompt, its quoting, and the words in which it differs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest
from platforms import BIN

#: What prints the lines that load the hook: the hook itself, or the line of the form in which `install` writes it.
LOAD = "install --static --print --shell" if os.environ.get("AUTOVENV_TEST_FORM") == "static" else "hook"


class Shell(ABC):
    """What a scenario needs to know about a shell. Text is `str`; bytes that are not UTF-8 are surrogates (PEP 383)."""

    name: str
    arguments: tuple[str, ...] = ()
    rc: str
    """The rc file, below the home directory."""

    hook: str
    """The line that a user puts into the rc file."""

    names_of_a_hook: frozenset[str] = frozenset()
    """Names of the shell's own that any hook makes: what it registers with."""

    environment: Mapping[str, str] = {}
    """Variables of the terminal that have the shell start sooner and change nothing that it does."""

    plain = re.compile(r"[A-Za-z0-9_./:@%+,-]+")

    def find(self) -> str | None:
        """Return the shell's executable: `AUTOVENV_TEST_<NAME>`, then `PATH`."""
        if sys.platform == "win32" and self.name != "pwsh":
            return None  # a bash found there is a door to another system
        return os.environ.get(f"AUTOVENV_TEST_{self.name.upper()}") or shutil.which(self.name)

    def write_rc(self, home: Path, before: str, hook: str, after: str, whereami: str) -> None:
        """Write the rc file: a numbered prompt, the user's lines, a look at the environment, the hook, more lines."""
        path = home / self.rc
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = (self.preamble, before, self.call(whereami), hook, after, "")
        path.write_text("\n".join(lines), "utf-8", "surrogateescape")

    @property
    def preamble(self) -> str:
        """What stands first in the rc file, so that two machines start alike."""
        return self.set_prompt("host")

    def with_editor(self) -> Shell:
        """Return the shell with the line editor that its users have, where the rows do without it elsewhere."""
        return self

    def call(self, program: str) -> str:
        """Return a line that runs a program by its path."""
        return self.quote(program)

    def quote(self, text: str) -> str:
        """Return `text` as one word, safe to type: nothing in it that a line editor would obey."""
        if self.plain.fullmatch(text):
            return text
        return self._quote(text)

    @abstractmethod
    def _quote(self, text: str) -> str: ...

    @abstractmethod
    def set_prompt(self, text: str) -> str:
        """Return the line that makes `text`, and the numbers that a terminal waits for, the user's own prompt."""

    @abstractmethod
    def set(self, name: str, value: str) -> str:
        """Return the line that sets a variable and does not export it."""

    @abstractmethod
    def export(self, name: str, value: str) -> str:
        """Return the line that sets and exports a variable."""

    @abstractmethod
    def unset(self, name: str) -> str:
        """Return the line that removes a variable."""

    @abstractmethod
    def source(self, path: str) -> str:
        """Return the line that runs a file in this shell."""

    def cd(self, path: str) -> str:
        """Return the line that changes to a directory."""
        return f"cd {self.quote(path)}"

    @property
    def own_directory(self) -> str:
        """The directory that the shell puts first on `PATH` when it starts and another one is first; empty: none."""
        return ""

    @abstractmethod
    def activate(self, prefix: str) -> str:
        """Return the line that activates an environment by hand."""

    @abstractmethod
    def add_to_path(self, directory: str, first: bool) -> str:
        """Return the line that puts a directory first or last on `PATH`."""

    @abstractmethod
    def print_status(self) -> str:
        """Return the line that prints the last command's status."""

    @abstractmethod
    def print_names(self) -> str:
        """Return the line that prints the names of all variables and functions, one a line."""


class _Posix(Shell):
    def _quote(self, text: str) -> str:
        if text.isascii() and text.isprintable():
            return "'" + text.replace("'", "'\\''") + "'"
        return "$'" + "".join(self._escape(byte) for byte in os.fsencode(text)) + "'"

    @staticmethod
    def _escape(byte: int) -> str:
        character = chr(byte)
        if character in "'\\":
            return "\\" + character
        return character if 0x20 <= byte < 0x7F else f"\\{byte:03o}"

    def set(self, name: str, value: str) -> str:
        return f"{name}={self.quote(value)}"

    def export(self, name: str, value: str) -> str:
        return f"export {name}={self.quote(value)}"

    def unset(self, name: str) -> str:
        return f"unset {name}"

    def source(self, path: str) -> str:
        return f". {self.quote(path)}"

    def activate(self, prefix: str) -> str:
        return self.source(f"{prefix}/bin/activate")

    def add_to_path(self, directory: str, first: bool) -> str:
        word = self.quote(directory)
        return f'PATH={word}:"$PATH"' if first else f'PATH="$PATH":{word}'

    def print_status(self) -> str:
        return "/usr/bin/printf '%s\\n' \"status $?\""


class Bash(_Posix):
    name = "bash"
    rc = ".bashrc"
    names_of_a_hook = frozenset(("PROMPT_COMMAND", "cd", "pushd", "popd"))
    hook = f'eval "$(autovenv {LOAD} bash)"'

    @property
    def preamble(self) -> str:
        return f"unset PROMPT_COMMAND\n{super().preamble}"

    def set_prompt(self, text: str) -> str:
        return f"PS1={self.quote(text)}'<'$$'.\\#>$ '"

    def find_version(self) -> tuple[int, int]:
        """Return the first two numbers of the version of the bash that `find` finds."""
        return _ask_version(self.find() or "bash")

    def print_names(self) -> str:
        return "compgen -v; compgen -A function; compgen -a"


class Zsh(_Posix):
    name = "zsh"
    arguments = ("-d",)  # the machine's own zshrc is none of a test's business
    rc = ".zshrc"
    names_of_a_hook = frozenset(("precmd_functions", "chpwd_functions"))
    hook = f'eval "$(autovenv {LOAD} zsh)"'

    @property
    def preamble(self) -> str:
        return f"unsetopt prompt_sp\n{super().preamble}"

    def set_prompt(self, text: str) -> str:
        return f"PS1={self.quote(text)}'<'$$'.%h>$ '"

    def print_names(self) -> str:
        return "print -rl -- ${(k)parameters} ${(k)functions} ${(k)aliases}"


class Fish(Shell):
    name = "fish"
    rc = ".config/fish/config.fish"
    hook = f"autovenv {LOAD} fish | source"

    def write_rc(self, home: Path, before: str, hook: str, after: str, whereami: str) -> None:
        # without this directory a first fish reads every manual page of the machine in the background
        (home / ".local/share/fish/generated_completions").mkdir(parents=True, exist_ok=True)
        super().write_rc(home, before, hook, after, whereami)

    @property
    def preamble(self) -> str:
        lines = (
            "set -g fish_greeting",
            "set -g fish_autosuggestion_enabled 0",
            "function fish_title; end",
            "set -g prompts 0",
            "function numbers; set -g prompts (builtin math $prompts + 1)",
            "    builtin printf '<%s.%s>$ ' $fish_pid $prompts; end",
            super().preamble,
        )
        return "\n".join(lines)

    def _quote(self, text: str) -> str:
        words = []
        for part in re.findall(r"[ -~]+|[^ -~]+", text):
            if part.isprintable():
                words.append("'" + part.replace("\\", "\\\\").replace("'", "\\'") + "'")
            else:
                words.append("".join(f"\\X{byte:02x}" for byte in os.fsencode(part)))
        return "".join(words) or "''"

    def set_prompt(self, text: str) -> str:
        return f"function fish_prompt; builtin printf '%s' {self.quote(text)}; numbers; end"

    def set(self, name: str, value: str) -> str:
        return f"set -g {name} {self.quote(value)}"

    def export(self, name: str, value: str) -> str:
        return f"set -gx {name} {self.quote(value)}"

    def unset(self, name: str) -> str:
        return f"set -e {name}"

    def source(self, path: str) -> str:
        return f"source {self.quote(path)}"

    def activate(self, prefix: str) -> str:
        return self.source(f"{prefix}/bin/activate.fish")

    def add_to_path(self, directory: str, first: bool) -> str:
        word = self.quote(directory)
        return f"set PATH {word} $PATH" if first else f"set PATH $PATH {word}"

    def print_status(self) -> str:
        return '/usr/bin/printf "%s\\n" "status $status"'

    def print_names(self) -> str:
        return "set --names; functions --all --names; abbr --list"


class Pwsh(Shell):
    name = "pwsh"
    arguments = ("-NoLogo",)
    rc = ".config/powershell/Microsoft.PowerShell_profile.ps1"
    hook = f"Invoke-Expression (& autovenv {LOAD} powershell | Out-String)"
    plain = re.compile(r"[A-Za-z0-9_./:+-]+")

    #: A row runs most code once: .NET need not optimize it, nor collect what is thrown away a second later. Half of a
    #: start is its compiler: 3.0 s of processor time without these, 2.4 with them (7.6.9).
    environment = MappingProxyType(
        {
            "DOTNET_JITMinOpts": "1",
            "DOTNET_TieredPGO": "0",
            "DOTNET_GCgen0size": "0x4000000",
            "DOTNET_gcConcurrent": "0",
        }
    )

    #: Most rows are about the hook alone: without PSReadLine the line is redrawn at every key, which a screen can take.
    editor = "Remove-Module PSReadLine -Force -ErrorAction Ignore"

    def with_editor(self) -> Shell:
        return PwshEdited()

    @property
    def preamble(self) -> str:
        numbers = 'function global:numbers { $global:prompts++; "<$PID.$global:prompts>`$ " }'
        return f"{self.editor}\n$global:prompts = 0\n{numbers}\n{super().preamble}"

    def call(self, program: str) -> str:
        return f"& {self._quote(program)}"

    def _quote(self, text: str) -> str:
        parts = []
        for part in re.findall(r"[ -~]+|[^ -~]", text):
            if part.isprintable():
                parts.append("'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", part) + "'")
            else:
                parts.append(f"[char]{ord(part)}")
        return (
            parts[0] if len(parts) == 1 and parts[0].startswith("'") else f"(''+{'+'.join(parts)})" if parts else "''"
        )

    def set_prompt(self, text: str) -> str:
        return f"function global:prompt {{ {self._quote(text)} + (numbers) }}"

    def set(self, name: str, value: str) -> str:
        return f"$global:{name} = {self._quote(value)}"

    def export(self, name: str, value: str) -> str:
        return f"$env:{name} = {self._quote(value)}"

    def unset(self, name: str) -> str:
        return f"$env:{name} = $null"

    def source(self, path: str) -> str:
        return f". {self._quote(path)}"

    def cd(self, path: str) -> str:
        return f"cd -LiteralPath {self.quote(path)}" if re.search(r"[*?\[]", path) else super().cd(path)

    @property
    def own_directory(self) -> str:
        return _ask_home(self.find() or "pwsh")

    def activate(self, prefix: str) -> str:
        return self.source(os.path.join(prefix, BIN, "Activate.ps1"))

    def add_to_path(self, directory: str, first: bool) -> str:
        word = self._quote(directory)
        return f"$env:PATH = {word} + '{os.pathsep}' + $env:PATH" if first else f"$env:PATH += '{os.pathsep}' + {word}"

    def print_status(self) -> str:
        return '"status $LASTEXITCODE"'

    def print_names(self) -> str:
        return "(Get-Variable).Name; (Get-ChildItem Function:).Name; (Get-Alias).Name"


class PwshEdited(Pwsh):
    #: What it would say by itself while a line is typed, and what it would keep of it.
    editor = "Set-PSReadLineOption -PredictionSource None -HistorySaveStyle SaveNothing"


@cache
def _ask_version(bash: str) -> tuple[int, int]:
    asked = [bash, "--norc", "-c", 'echo "${BASH_VERSINFO[0]} ${BASH_VERSINFO[1]}"']
    major, minor = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    return int(major), int(minor)


@cache
def _ask_home(pwsh: str) -> str:
    asked = [pwsh, "-NoProfile", "-NonInteractive", "-Command", "$PSHOME"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


SHELLS: tuple[Shell, ...] = (Bash(), Zsh(), Fish(), Pwsh())
NAMES = tuple(shell.name for shell in SHELLS)


def require(name: str, found: str | None) -> str:
    """Return what was found; else skip by name, or fail where `AUTOVENV_REQUIRE_SHELLS` lists it."""
    if found is not None and os.access(found, os.X_OK):
        return found
    if name in os.environ.get("AUTOVENV_REQUIRE_SHELLS", "").split(","):
        pytest.fail(f"{name} is required here and was not found")
    pytest.skip(f"{name} was not found")
