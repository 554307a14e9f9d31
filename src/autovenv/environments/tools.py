"""The tool that a project without an environment is to get one from, and what lies about instead.

Said where there is none; nothing is decided from it, so what only says so is not watched.
"""

from __future__ import annotations

import os

from autovenv.disk.evidence import Evidence, Unreadable, list_names
from autovenv.environments import makers
from autovenv.environments.environment import is_environment
from autovenv.environments.kinds import hatch, pdm, poetry, table
from autovenv.messages import quote, visible, visible_path
from autovenv.state.settings import Settings

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from collections.abc import Callable, Container

#: What follows the name of an environment that `autovenv remake`, or a person, has moved aside.
ASIDE = ".old"

#: Names in a project's directory that are looked at for an environment of another name.
MOST = 256


class Tool:
    """A tool that keeps a project's environment: its `title`, and the `command` that makes one.

    `joins` says that it installs into whatever environment is active, as long as it has none of its own for the
    project; `keeps` that an environment from further up is not what it would use.
    """

    __slots__ = ("command", "joins", "keeps", "title")

    def __init__(self, title: str, command: str, keeps: bool = True, joins: bool = False) -> None:
        self.title = title
        self.command = command
        self.keeps = keeps
        self.joins = joins


UV = Tool("uv", "uv sync", keeps=False)
POETRY = Tool("Poetry", "poetry install", joins=True)
PDM = Tool("PDM", "pdm install", joins=True)
PIPENV = Tool("Pipenv", "pipenv install", joins=True)
HATCH = Tool("Hatch", "hatch env create")
PIXI = Tool("pixi", "pixi install")
CONDA = Tool("conda", "conda env create")
CONDA_YAML = Tool("conda", "conda env create --file environment.yaml")


#: Those whose environment may be the project's `.venv`.
IN_PROJECT = (UV, POETRY, PDM, PIPENV)


def find_tool(directory: str, evidence: Evidence) -> Tool | None:
    """Return the tool that a project says it is managed by, None where it says nothing.

    A table in `pyproject.toml`, a lock file or the tool's own file counts; of several tools the first of this order.
    """

    def has(*names: str) -> bool:
        return any(os.path.lexists(os.path.join(directory, name)) for name in names)

    try:
        data = evidence.read_toml(os.path.join(directory, "pyproject.toml")) or {}
    except Unreadable:
        data = {}
    said: list[tuple[Tool, Callable[[], bool]]] = [
        (UV, lambda: "uv" in table(data, "tool") or has("uv.lock", "uv.toml")),
        (POETRY, lambda: poetry.declares(directory, data, evidence)),
        (PDM, lambda: pdm.declares(directory, data, evidence)),
        (PIPENV, lambda: has("Pipfile")),
        (HATCH, lambda: hatch.declares(data) or has("hatch.toml")),
        (PIXI, lambda: "pixi" in table(data, "tool") or has("pixi.toml", "pixi.lock")),
        (CONDA, lambda: has("environment.yml")),
        (CONDA_YAML, lambda: has("environment.yaml")),
    ]
    return next((tool for tool, is_said in said if is_said()), None)


def find_other(directory: str, names: list[str]) -> str:
    """Return the name of an environment in a project's directory that is none of the `names`, empty where none is."""
    for name in list_names(directory)[:MOST]:
        path = os.path.join(directory, name)
        if name in names or (name.startswith(".") and name in (".conda", ".pixi", ".git", ".tox", ".nox")):
            continue
        if os.path.isfile(os.path.join(path, "pyvenv.cfg")):
            return name
    return ""


def name_new(names: list[str]) -> str:
    """Return what a new environment in a project is called, of the `names` that are looked for.

    >>> name_new(["venv", ".venv"]), name_new(["env", "venv"]), name_new([])
    ('.venv', 'env', '.venv')
    """
    return ".venv" if not names or ".venv" in names else names[0]


class Way:
    """How a project comes to an environment: `why` it has none yet, and the `commands` to type, one after another.

    `link` is the name of one to link instead; `is_sure` is false where only a name tells that it is meant; `aside` is
    the name of one that was moved aside, and `name` the one that it had. All are empty where the project says nothing.
    """

    __slots__ = ("aside", "commands", "is_sure", "link", "name", "why")

    def __init__(
        self,
        why: str,
        commands: tuple[str, ...] = (),
        link: str = "",
        is_sure: bool = True,
        aside: str = "",
        name: str = "",
    ) -> None:
        self.why = why
        self.commands = commands
        self.link = link
        self.is_sure = is_sure
        self.aside = aside
        self.name = name


def find_way(directory: str, evidence: Evidence, names: list[str], known: Container[str] = ()) -> Way:
    """Return how a project without any environment comes to one: an environment of another name in it comes first.

    Then one of the project's name in `WORKON_HOME`, one that `.python-version` names, and the project's own tool, by
    what runs or gets that where it is not installed. `known` are commands that the shell has besides those on `PATH`.
    """
    if other := find_other(directory, names):
        name = other.rpartition(ASIDE)[0]
        if name in names:
            # Linked, it would still name its old place in its commands.
            return Way(f"`{visible(other)}` in it was moved aside", aside=other, name=name)
        return Way(f"`{visible(other)}` in it is one, by a name that is not looked for", link=other)
    if named := _find_named(directory, evidence):
        return Way(f"`{visible_path(named)}` has its name", link=os.path.basename(named), is_sure=False)
    missing = find_missing(directory, evidence)
    if missing and not is_version(missing):
        command = f"pyenv virtualenv {missing}"
        commands = makers.reach(command, evidence.environ, known) or (command,)
        return Way(f"`.python-version` names `{missing}`, which pyenv does not have", commands)
    tool = find_tool(directory, evidence)
    commands = makers.reach(tool.command, evidence.environ, known) if tool else ()
    if missing and tool is not UV and (install := makers.reach(f"pyenv install {missing}", evidence.environ, known)):
        # The file makes that the one which pyenv starts there; uv brings its own.
        name = quote(name_new(names))
        last = makers.reach(f"pyenv exec python -m venv {name}", evidence.environ, known) if name else ()
        return Way(
            f"`.python-version` asks for `{missing}`, which pyenv does not have", (*install, *(commands or last))
        )
    if tool and len(commands) != 1:
        name = tool.command.split()[0]
        return Way(f"{tool.title} is to make it one, and `{name}` is not on PATH", commands)
    return Way("`python` is whatever comes first on PATH", commands)


def tell(commands: tuple[str, ...]) -> str:
    """Return commands in words.

    >>> tell(("brew install uv", "uv sync"))
    'run `brew install uv`, then `uv sync`'
    """
    return "run " + ", then ".join(f"`{command}`" for command in commands)


def suggest(directory: str, evidence: Evidence, values: Settings, maker: Callable[[], str]) -> tuple[str, str, str]:
    """Return the hint for a project without any environment: what to type, by the project's own tool.

    `maker` gives the words that make one where the project says nothing.
    """
    way = find_way(directory, evidence, values.names)
    commands = way.commands or (maker(),)
    if way.link:
        word = quote(f"./{way.link}" if way.link.startswith("-") else way.link)
        commands = (f"autovenv link {word}" if word else "autovenv doctor",)  # it knows the quotes of the shell
    if way.aside:
        words = [quote(name) for name in (way.aside, way.name)]
        commands = ("mv " + " ".join(words) if all(words) else "autovenv doctor",)
    todo = tell(commands) if way.is_sure else f"if that is meant, {tell(commands)}"
    what = f"`{visible_path(directory)}` has no environment"
    return what, way.why, f"{todo} there, or `autovenv off` to hear no more of it in this shell"


def explain_outer(directory: str, evidence: Evidence, maker: Callable[[], str]) -> tuple[str, str, str] | None:
    """Return what is said where an environment from further up is used in `directory`, None where that is as it should.

    That is where the project's tool keeps one of its own and has none yet, and where the directory is a worktree of git
    in another checkout.
    """
    if checkout := find_checkout(directory):
        tool = find_tool(directory, evidence)
        commands = makers.reach(tool.command, evidence.environ) if tool else ()
        return (
            f"`{visible_path(directory)}` has no environment of its own",
            f"it is a worktree inside `{visible_path(checkout)}`, and what lies further up is used",
            f"{tell(commands or (maker(),))} there",
        )
    tool = find_tool(directory, evidence)
    if tool is None or not tool.keeps:
        return None
    why = f"{tool.title} would install into it" if tool.joins else f"{tool.title} would make its own, not use that one"
    commands = makers.reach(tool.command, evidence.environ)
    if not commands:
        why = f"{why}, and `{tool.command.split()[0]}` is not on PATH"
        commands = (maker(),)
    hint = f"{tell(('deactivate', *commands))}, and come back" if tool.joins else f"{tell(commands)} there"
    return (
        f"{tool.title} has no environment for `{visible_path(directory)}` yet, and one from further up is used",
        why,
        hint,
    )


def find_checkout(directory: str) -> str:
    """Return the checkout in which `directory`, a worktree of git's, lies; empty where it is none, or lies elsewhere.

    A worktree has a `.git` file that names a directory among `worktrees` of its repository (gitrepository-layout, git
    2.39); a submodule's names one among `modules`.
    """
    from autovenv.disk.evidence import peek

    path = os.path.join(directory, ".git")
    if not os.path.isfile(path):
        return ""
    word, _, target = peek(path, 1 << 12).partition("\n")[0].partition(": ")
    if word != "gitdir" or os.path.basename(os.path.dirname(target.replace("\\", "/"))) != "worktrees":
        return ""
    above = os.path.dirname(directory)
    while above != os.path.dirname(above):
        if os.path.lexists(os.path.join(above, ".git")):
            return above
        above = os.path.dirname(above)
    return ""


def _find_named(directory: str, evidence: Evidence) -> str:
    """Return the environment in `WORKON_HOME` that is called like a project's directory, empty where there is none."""
    from autovenv.environments.kinds.virtualenvwrapper import find_workon_home

    workon_home = find_workon_home(evidence.environ.get("WORKON_HOME", ""), evidence)
    prefix = os.path.join(workon_home, os.path.basename(directory))
    return prefix if os.path.basename(directory) and is_environment(prefix) else ""


#: How the names of what pyenv installs begin (pyenv 2.8, plugins/python-build/share/python-build).
_VERSIONS = (
    *(
        "python",
        "pypy",
        "anaconda",
        "miniconda",
        "miniforge",
        "mambaforge",
        "micropython",
        "graalpy",
        "graalpython",
    ),
    *("jython", "ironpython", "stackless", "activepython", "pyston", "cinder", "nogil", "pyodide"),
)


def is_version(word: str) -> bool:
    """Tell whether a word of `.python-version` is a version of a Python, not the name of an environment."""
    return word[:1].isdigit() or word.startswith(_VERSIONS)


def find_missing(directory: str, evidence: Evidence) -> str:
    """Return what `.python-version` asks for first and pyenv does not have, empty where nothing, or there is no pyenv.

    Of a version that has not all its parts, pyenv (2.8) takes the newest that begins so.
    """
    from autovenv.environments.kinds import pyenv

    path = os.path.join(directory, pyenv.FILE)
    versions = pyenv.find_versions(evidence)
    if os.path.islink(path) or not os.path.isdir(versions):
        return ""
    try:
        words = pyenv.read_versions(evidence.read_text(path, limit=pyenv.LIMIT) or "")
    except Unreadable:
        return ""
    name = words[0].removeprefix("python-") if words else ""
    plain = name.isascii() and len(name) < 64 and all(letter.isalnum() or letter in "._-" for letter in name)
    if not name or not plain or name.startswith("-") or name == "system":
        return ""
    is_there = os.path.lexists(os.path.join(versions, name))
    is_begun = name[0].isdigit() and any(each.startswith(f"{name}.") for each in list_names(versions))
    return "" if is_there or is_begun else name
