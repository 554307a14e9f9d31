"""What is typed in each shell. A remedy is made of these, so that it works when it is pasted.

Unlike what `dialects` quotes for a hook, this is for eyes and terminals: short, home as `~`, and nothing in it that a
line editor would obey.
"""

from __future__ import annotations

import json
import os
import re
from abc import ABC, abstractmethod
from itertools import groupby
from typing import TYPE_CHECKING

from autovenv import paths
from autovenv.shells import dialects
from autovenv.state import record

if TYPE_CHECKING:
    from collections.abc import Sequence


class Syntax(ABC):
    """One shell's way to say things, for a user with the home directory `home`."""

    name: str
    and_then = " && "

    def __init__(self, name: str, home: str = "") -> None:
        self.name = name
        self.home = home.rstrip(os.sep)

    @abstractmethod
    def quote(self, text: str) -> str:
        """Return `text` as one word, a path in the home directory with the shell's own word for that."""

    @abstractmethod
    def unset(self, variable: str) -> str:
        """Return what removes an environment variable."""

    @abstractmethod
    def set_variable(self, variable: str, value: str) -> str:
        """Return what gives an environment variable a value."""

    @abstractmethod
    def set_path(self, entries: Sequence[str]) -> str:
        """Return what makes these the entries of `PATH`."""

    @abstractmethod
    def unalias(self, name: str) -> str:
        """Return what removes an alias."""

    @abstractmethod
    def forget_function(self, name: str) -> str:
        """Return what removes a function."""

    @abstractmethod
    def load_hook(self, tool: Sequence[str]) -> str:
        """Return what loads the hook, where the words `tool` start autovenv."""

    @abstractmethod
    def substitute(self, path: str, key: str, value: str) -> str:
        """Return what gives a string in a JSON file another value, and leaves the rest as it is."""

    def rehash(self) -> str:
        """Return what empties the shell's table of commands."""
        return "hash -r"

    def run(self, *words: str) -> str:
        """Return what runs a program with arguments."""
        return " ".join(self.quote(word) for word in words)

    def join(self, *commands: str) -> str:
        """Return commands as one line, of which each runs if the one before it went well."""
        return self.and_then.join(commands)

    def go(self, directory: str) -> str:
        """Return what changes the directory."""
        return f"cd {self.quote(directory)}"

    def move(self, path: str, to: str) -> str:
        """Return what gives something another name."""
        return f"mv {self.quote(path)} {self.quote(to)}"

    @abstractmethod
    def write(self, path: str, text: str) -> str:
        """Return what makes one line all that a file says."""

    def move_away(self, path: str, to: str) -> str:
        """Return what gives another name to a directory that the shell stands in."""
        return self.move(path, to)

    def edit(self, path: str) -> str:
        """Return what opens a file in an editor."""
        return "${EDITOR:-vi} " + self.quote(path)

    def split_home(self, text: str) -> tuple[str, str]:
        """Return the home directory and the rest of a path in it; the former empty for any other text."""
        below = paths.cut_off(text, self.home) if self.home else None
        return ("", text) if below is None else (self.home, below[1:])


class Posix(Syntax):
    """bash and zsh; in Windows those of Git and MSYS2, which have paths in their own form."""

    windows = False

    _plain = re.compile(r"[A-Za-z0-9_./:@+,-][A-Za-z0-9_./:@%+,=-]*")

    def quote(self, text: str) -> str:
        """Return `text` as one word; what does not print is written as bytes."""
        home, rest = self.split_home(text)
        if home:
            return "~/" + self._quote(paths.slash(rest, self.windows)) if rest else "~"
        if self.windows and paths.is_absolute(text, self.windows):
            text = record.mirror(text, self.windows)
        return self._quote(text)

    def _quote(self, text: str) -> str:
        if self._plain.fullmatch(text):
            return text
        if text.isprintable():
            return "'" + text.replace("'", "'\\''") + "'"
        return "$'" + "".join(map(self._escape, text)) + "'"

    @staticmethod
    def _escape(character: str) -> str:
        # Not `\'`: the search for history expansions in bash takes that for the end of the quotes.
        if character.isprintable() and character not in "'\\!":
            return character
        return "".join(f"\\{byte:03o}" for byte in character.encode("utf-8", "surrogateescape"))

    def unset(self, variable: str) -> str:
        """Return what removes an environment variable."""
        return f"unset {variable}"

    def set_variable(self, variable: str, value: str) -> str:
        """Return what gives an environment variable a value."""
        return f"export {variable}={self.quote(value)}"

    def set_path(self, entries: Sequence[str]) -> str:
        """Return what makes these the entries of `PATH`; `~` is expanded after each colon."""
        return "export PATH=" + ":".join(map(self.quote, entries))

    def unalias(self, name: str) -> str:
        """Return what removes an alias."""
        return f"unalias {name}"

    def forget_function(self, name: str) -> str:
        """Return what removes a function."""
        return f"unset -f {name}"

    def load_hook(self, tool: Sequence[str]) -> str:
        """Return what loads the hook."""
        return f'eval "$({self.run(*tool, "hook", self.name)})"'

    def write(self, path: str, text: str) -> str:
        """Return what makes one line all that a file says, whatever `noclobber` is."""
        return f"echo {self.quote(text)} | tee {self.quote(path)}"

    def substitute(self, path: str, key: str, value: str) -> str:
        """Return a call of sed, in the words that GNU's and BSD's share."""
        pattern = re.sub(r"([.*\\^$\[|])", r"\\\1", json.dumps(key))
        text = re.sub(r"([\\&|])", r"\\\1", json.dumps(value))
        script = rf's|\({pattern}[[:space:]]*:[[:space:]]*\)"[^"]*"|\1{text}|'
        return f"sed -i.bak {self._quote(script)} {self.quote(path)}"


class Fish(Posix):
    """fish 3.6 and later."""

    def _quote(self, text: str) -> str:
        if self._plain.fullmatch(text):
            return text
        parts = []
        for printable, characters in groupby(text, str.isprintable):
            part = "".join(characters)
            if printable:
                parts.append("'" + part.replace("\\", "\\\\").replace("'", "\\'") + "'")
            else:
                parts += [f"\\X{byte:02x}" for byte in part.encode("utf-8", "surrogateescape")]
        return "".join(parts) or "''"

    def unset(self, variable: str) -> str:
        """Return what removes an environment variable."""
        return f"set -e {variable}"

    def set_variable(self, variable: str, value: str) -> str:
        """Return what gives an environment variable a value."""
        return f"set -gx {variable} {self.quote(value)}"

    def set_path(self, entries: Sequence[str]) -> str:
        """Return what makes these the entries of `PATH`."""
        return " ".join(["set -gx PATH", *map(self.quote, entries)])

    def unalias(self, name: str) -> str:
        """Return what removes an alias, which is a function."""
        return f"functions -e {name}"

    def forget_function(self, name: str) -> str:
        """Return what removes a function."""
        return f"functions -e {name}"

    def load_hook(self, tool: Sequence[str]) -> str:
        """Return what loads the hook."""
        return f"{self.run(*tool, 'hook', 'fish')} | source"

    def edit(self, path: str) -> str:
        """Return what opens a file in an editor."""
        return f"vi {self.quote(path)}"


class PowerShell(Syntax):
    """PowerShell 7 and Windows PowerShell 5.1."""

    _plain = re.compile(r"[A-Za-z0-9_./:+\\-]+")

    def join(self, *commands: str) -> str:
        """Return commands as one line, of which each runs if the one before it went well: 5.1 has no `&&`."""
        first, *rest = commands
        return f"{first}; if ($?) {{ {self.join(*rest)} }}" if rest else first

    def quote(self, text: str) -> str:
        """Return `text` as one word. Programs do not expand `~` for themselves, so home is `$HOME`."""
        if self.split_home(text)[0]:
            return '"' + self._fill(text) + '"'
        if self._plain.fullmatch(text):
            return text
        if text.isprintable():
            return dialects.quote_powershell(text)
        return '"' + self._fill(text) + '"'

    def _fill(self, text: str) -> str:
        """Return what stands for `text` between double quotes."""
        home, rest = self.split_home(text)
        return ("$HOME" + os.sep * bool(rest) if home else "") + "".join(map(self._escape, rest))

    @staticmethod
    def _escape(character: str) -> str:
        if character in '"$`\u201c\u201d\u201e':
            return "`" + character
        return character if character.isprintable() else f"$([char]{ord(character)})"

    def run(self, *words: str) -> str:
        """Return what runs a program with arguments; one whose path is quoted takes a `&`."""
        line = " ".join(self.quote(word) for word in words)
        return f"& {line}" if line[0] in "\"'" else line

    def unset(self, variable: str) -> str:
        """Return what removes an environment variable."""
        return f"Remove-Item Env:{variable}"

    def set_variable(self, variable: str, value: str) -> str:
        """Return what gives an environment variable a value."""
        return f'$env:{variable} = "{self._fill(value)}"'

    def set_path(self, entries: Sequence[str]) -> str:
        """Return what makes these the entries of `PATH`."""
        return '$env:PATH = "' + os.pathsep.join(map(self._fill, entries)) + '"'

    def unalias(self, name: str) -> str:
        """Return what removes an alias."""
        return f"Remove-Item Alias:{name}"

    def forget_function(self, name: str) -> str:
        """Return what removes a function."""
        return f"Remove-Item Function:{name}"

    def load_hook(self, tool: Sequence[str]) -> str:
        """Return what loads the hook."""
        return f"Invoke-Expression (& {' '.join(map(self.quote, tool))} hook powershell | Out-String)"

    def go(self, directory: str) -> str:
        """Return what changes the directory."""
        return f"Set-Location -LiteralPath {self.quote(directory)}"

    def move(self, path: str, to: str) -> str:
        """Return what gives something another name."""
        return f"Move-Item -LiteralPath {self.quote(path)} {self.quote(to)}"

    def write(self, path: str, text: str) -> str:
        """Return what makes one line all that a file says; `>` of 5.1 would write UTF-16."""
        return f"Set-Content -LiteralPath {self.quote(path)} {self.quote(text)}"

    def move_away(self, path: str, to: str) -> str:
        """Return what gives another name to a directory that the shell stands in: PowerShell (7.6) has to leave it."""
        return self.join(self.go(os.path.dirname(path)), self.move(path, to))

    def edit(self, path: str) -> str:
        """Return what opens a file in an editor."""
        return ("notepad " if os.sep == "\\" else "vi ") + self.quote(path)

    def substitute(self, path: str, key: str, value: str) -> str:
        """Return a replacement by .NET, in which `$` begins the name of a group."""
        pattern = f'({re.escape(json.dumps(key))}\\s*:\\s*)"[^"]*"'
        text = "$1" + json.dumps(value).replace("$", "$$")
        file = f"-LiteralPath {self.quote(path)}"
        replaced = f"{dialects.quote_powershell(pattern)}, {dialects.quote_powershell(text)}"
        return f"(Get-Content -Raw {file}) -replace {replaced} | Set-Content -NoNewline -Encoding utf8 {file}"


def find(shell: str, home: str = "", platform: str = os.name) -> Syntax:
    """Return the syntax of a shell by its name; of one that is not known, that of the platform's own."""
    if shell == "powershell" or (not shell and platform in ("nt", "win32")):
        return PowerShell("powershell", home)
    posix = Fish("fish", home) if shell == "fish" else Posix(shell or "bash", home)
    posix.windows = platform in ("nt", "win32")
    return posix
