"""The files that a shell reads at its start: those of `autovenv install`, and those that people write to by hand."""

from __future__ import annotations

import os
import re

from autovenv.disk.evidence import list_names, peek
from autovenv.shells import rc

#: Below the home directory.
_OWN = {
    "bash": (".bash_aliases",),
    "zsh": (".zshenv", ".zprofile", ".zlogin"),
}

#: Everybody's snippets of fish.
_SNIPPETS = "/etc/fish/conf.d"

#: Everybody's, where Debian, Fedora, Arch and macOS have them.
_SHARED = {
    "bash": ("/etc/profile", "/etc/bash.bashrc", "/etc/bashrc"),
    "zsh": ("/etc/zshenv", "/etc/zshrc", "/etc/zsh/zshenv", "/etc/zsh/zshrc"),
    "fish": ("/etc/fish/config.fish",),
}


def list_files(shell: str) -> list[str]:
    """Return the paths of the files that a shell may read, whether or not they are there."""
    found = rc.find_all_files(shell)
    home = rc.find_home()
    if shell == "fish":
        snippets = os.path.dirname(found[0])
        found.append(os.path.join(os.path.dirname(snippets), "config.fish"))
        for directory in (snippets, _SNIPPETS):
            found += [os.path.join(directory, name) for name in list_names(directory) if name.endswith(".fish")]
    if shell == "powershell":
        found += [os.path.join(os.path.dirname(path), "profile.ps1") for path in found]
    found += [os.path.join(home, name) for name in _OWN.get(shell, ())]
    return [*found, *_SHARED.get(shell, ())]


def list_universal() -> frozenset[str]:
    """Return the names of fish's universal variables (fish 3 and 4: `fish_variables`)."""
    path = os.path.join(os.path.dirname(os.path.dirname(rc.find_all_files("fish")[0])), "fish_variables")
    return frozenset(re.findall(r"^SETUVAR (?:--\w+ )*(\w+):", peek(path), re.MULTILINE))


def list_functions(shell: str) -> list[str]:
    """Return the files of which a shell reads one when a function of that name is first called."""
    if shell != "fish":
        return []
    directory = os.path.join(os.path.dirname(os.path.dirname(rc.find_all_files(shell)[0])), "functions")
    return [os.path.join(directory, name) for name in list_names(directory) if name.endswith(".fish")]
