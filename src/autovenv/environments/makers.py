"""What makes an environment on this machine: the commands that are there, and how one that is not there is had.

Only said, to a person. What a hook says is in a record, which is not made anew when a tool was installed.
"""

from __future__ import annotations

import os

from autovenv import places

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from collections.abc import Container, Mapping

#: Tools that PyPI has under the name of their command.
_OF_PYPI = ("uv", "poetry", "pdm", "pipenv", "hatch")

#: What runs a tool of PyPI's that is not installed: the command that must be there, and the words before the tool's.
RUNNERS = (("uv", ("uvx",)), ("pipx", ("pipx", "run")))

#: What speaks conda's words, the usual one first.
CONDAS = ("conda", "mamba", "micromamba")

#: What installs a tool, or what runs one: the command that must be there, what is typed, what the words of the tool
#: begin with then (before its name), and for which tools (`{}` is the tool).
_GETTERS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("brew", "brew install {}", ("",), (*_OF_PYPI, "pixi")),
    ("brew", "brew install --cask miniconda", ("",), ("conda",)),
    ("apt", "sudo apt install pipx", ("pipx", "run", ""), _OF_PYPI),
    ("dnf", "sudo dnf install pipx", ("pipx", "run", ""), _OF_PYPI),
    ("pacman", "sudo pacman -S python-pipx", ("pipx", "run", ""), _OF_PYPI),
    ("apk", "sudo apk add pipx", ("pipx", "run", ""), _OF_PYPI),
    ("curl", "curl -LsSf https://astral.sh/uv/install.sh | sh", ("~/.local/bin/",), ("uv",)),
    ("curl", "curl -LsSf https://astral.sh/uv/install.sh | sh", ("~/.local/bin/uvx", ""), _OF_PYPI),
    ("curl", "curl -fsSL https://pixi.sh/install.sh | sh", ("~/.pixi/bin/",), ("pixi",)),
)


def find(command: str, environ: Mapping[str, str]) -> str:
    """Return the path of a command, empty where there is none; what the active environment has goes with it."""
    active = [environ[name] for name in ("VIRTUAL_ENV", "__AUTOVENV_PREFIX") if environ.get(name)]
    for entry in filter(None, environ.get("PATH", "").split(os.pathsep)):
        path = os.path.join(entry, command)
        is_command = os.access(path, os.X_OK) or os.access(path + ".exe", os.X_OK)
        prefix = os.path.dirname(entry.rstrip("/" + os.sep))
        if is_command and not (prefix in active and os.path.exists(os.path.join(prefix, "pyvenv.cfg"))):
            return path
    return ""


def find_python_maker(environ: Mapping[str, str]) -> str:
    """Return the words that make an environment, to which its place is added: of uv, of `python`, else of `python3`."""
    if find("uv", environ):
        return "uv venv"
    python = find("python", environ)
    is_old = os.path.basename(os.path.realpath(python)).startswith("python2")
    return "python3 -m venv" if (is_old or not python) and find("python3", environ) else "python -m venv"


def reach(command: str, environ: Mapping[str, str], known: Container[str] = ()) -> tuple[str, ...]:
    """Return what is typed, one after another, to run a command of a tool, whether or not the tool is installed.

    Empty where nothing here has the tool, nor gets it. `known` are names that the shell has besides those on `PATH`.
    """
    name, _, rest = command.partition(" ")
    found = find_words(name, environ, known)
    if found is None:
        return ()
    before, words = found
    # conda alone takes that file without being told.
    file = " --file environment.yml" if name == CONDAS[0] != words[0] and "--file" not in rest else ""
    return (*before, f"{' '.join(words)} {rest}{file}")


def find_words(
    name: str, environ: Mapping[str, str], known: Container[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return what has to be run before a tool can be, and the words that run it; None where nothing gets it."""

    def is_there(name: str) -> bool:
        # conda's and mamba's are functions of the shell; a variable names what these start.
        variable = {"conda": "CONDA_EXE", "mamba": "MAMBA_EXE", "micromamba": "MAMBA_EXE"}.get(name, "")
        return name in known or bool(environ.get(variable)) or bool(find(name, environ))

    for each in CONDAS if name == CONDAS[0] else (name,):
        if is_there(each):
            return (), (each,)
    if name == "pyenv":
        root = environ.get("PYENV_ROOT") or os.path.join(places.home(), ".pyenv")
        path = os.path.join(root, "bin", "pyenv")
        return ((), (path,)) if os.access(path, os.X_OK) else None
    if name in _OF_PYPI:
        for runner, words in RUNNERS:
            if is_there(runner) and runner != name:
                return (), (*words, name)
    for getter, command, before, names in _GETTERS:
        if name in names and is_there(getter):
            return (command.replace("{}", name),), (*before[:-1], f"{before[-1]}{name}")
    return None
