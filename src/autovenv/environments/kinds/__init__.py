"""The kinds of environment: one ordered table, one module each.

A kind's module has `find(directory, evidence, settings) -> Found | None`: the environment that its tool keeps for a
directory, found by the tool's own rule without running the tool. It looks at the world through `evidence` only, which
raises `Unreadable` for what cannot be read: the kind is then skipped with the reason. A module is imported only where
its kind is asked.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from autovenv.disk.evidence import Evidence


class Found:
    """An environment that a rule points at: `prefix`, absolute, and the `rule` in a few words.

    It may turn out to be broken: then `mend` says what to do, if that is not what the kind says. Where it is `final`,
    nothing else is looked for even then. A `fault`, in a few words, says that it is broken without a look at it.
    """

    __slots__ = ("fault", "final", "mend", "prefix", "rule")

    def __init__(self, prefix: str, rule: str, final: bool = False, mend: str = "", fault: str = "") -> None:
        self.prefix = prefix
        self.rule = rule
        self.final = final
        self.mend = mend
        self.fault = fault


class Kind:
    """One kind: `name`, also of the module that finds it; `title`, as a person calls it.

    It is asked where one of the `markers` (names in a directory) is there, none meaning everywhere, or where the
    variable `stand_in` is set; and, where it has them, only where its `variable` is set and the user's choice has the
    key `choice`. Of a broken environment, `makes` are the commands of the tool that make it anew, `mend` says what to
    do where that is something else; with neither it is made anew like any other.
    """

    __slots__ = ("choice", "makes", "markers", "mend", "module", "name", "stand_in", "title", "variable")

    def __init__(
        self,
        name: str,
        title: str,
        markers: tuple[str, ...] = (),
        mend: str = "",
        makes: tuple[str, ...] = (),
        variable: str = "",
        stand_in: str = "",
        choice: str = "",
    ) -> None:
        self.name = name
        self.title = title
        self.markers = markers
        self.mend = mend
        self.makes = makes
        self.variable = variable
        self.stand_in = stand_in
        self.choice = choice
        self.module = "autovenv.environments.kinds." + name


#: In the order in which they are asked; the first that finds a usable environment wins. The settings' `names` are
#: markers of `in_project`.
KINDS = (
    Kind("link", "linked", mend="run `autovenv link ENV` with another one, or `autovenv unlink`", choice="link"),
    Kind("uv", "uv", ("pyproject.toml",), makes=("uv sync",), variable="UV_PROJECT_ENVIRONMENT"),
    Kind("in_project", "in the project"),
    Kind(
        "conda_local",
        "conda in the project",
        (".conda", ".pixi"),
        "make it anew: `conda create --prefix .conda`, or `pixi install`",
    ),
    Kind("poetry", "Poetry", ("pyproject.toml",), makes=("poetry env use python3", "poetry install")),
    Kind("pipenv", "Pipenv", ("Pipfile",), makes=("pipenv install",), stand_in="PIPENV_PIPFILE"),
    Kind("hatch", "Hatch", ("pyproject.toml", "hatch.toml"), makes=("hatch env create",)),
    Kind("pdm", "PDM", (".pdm-python", "pyproject.toml"), makes=("pdm install",)),
    Kind("conda", "conda", ("environment.yml", "environment.yaml"), "run `conda env update --file environment.yml`"),
    Kind(
        "pyenv",
        "pyenv-virtualenv",
        (".python-version",),
        "make another, `pyenv virtualenv NEW`, then run `pyenv local NEW`",
    ),
    Kind("virtualenvwrapper", "virtualenvwrapper"),
)

#: What makes a directory a project even where no kind has an environment for it yet.
PROJECT_FILES = (
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "requirements.txt",
    "Pipfile",
    "environment.yml",
    "environment.yaml",
    "pixi.toml",
)

#: What makes a directory worth a look beside: a worktree of git's in another checkout has an environment of its own.
WORK_TREE = ".git"

#: Markers that a tool writes into the directory where its user stands (`pyenv local`, `pdm use`, `pipenv install`,
#: `poetry init`): that one appears is noticed at the next prompt, that another does at the next move.
AT_ONCE = (".python-version", ".pdm-python", "Pipfile", "pyproject.toml")


def list_markers(names: list[str]) -> tuple[str, ...]:
    """Return every name whose presence makes a directory worth a look, the settings' `names` first."""
    markers = [*names]
    for kind in KINDS:
        markers += [marker for marker in kind.markers if marker not in markers]
    return (*markers, *(name for name in (*PROJECT_FILES, WORK_TREE) if name not in markers))


def table(data: object, *keys: str) -> dict[str, object]:
    """Return the table below `keys` in what was read from TOML, empty where there is none.

    >>> table({"tool": {"poetry": {"name": "app"}}}, "tool", "poetry"), table({"tool": 3}, "tool", "poetry")
    ({'name': 'app'}, {})
    """
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def may_be(tool: str, data: dict[str, object]) -> bool:
    """Tell whether a `pyproject.toml` that says nothing of `tool` may still be its: PEP 621, and no other tool's table.

    Hatch, PDM and Poetry from version 2 on manage a project without a table of their own; what the environment is
    called then tells whose it is.
    """
    others = {"poetry", "hatch", "pdm"} - {tool}
    return "project" in data and others.isdisjoint(table(data, "tool"))


def find_newest(parent: str, start: str, evidence: Evidence) -> Found | None:
    """Return the virtual environment in `parent` that was made last of those whose names begin with `start`."""
    made = []
    for name in evidence.list_dir(parent):
        found = evidence.stat(os.path.join(parent, name, "pyvenv.cfg")) if name.startswith(start) else None
        if found is not None:
            made.append((found.st_mtime_ns, name))
    return Found(os.path.join(parent, max(made)[1]), "the name and path of the project") if made else None


def expect(prefix: str, rule: str, evidence: Evidence) -> Found | None:
    """Return the environment where it is there; where it is not, that it is made shows at the next prompt."""
    if evidence.is_dir(prefix):
        return Found(prefix, rule)
    evidence.stat(os.path.dirname(prefix), "newer")
    return None


def watch_nearest(path: str, evidence: Evidence) -> None:
    """Let it be noticed that something is made at a path, without keeping the path: by the nearest directory there."""
    parent = os.path.dirname(path)
    while not os.path.isdir(parent) and os.path.dirname(parent) != parent:
        parent = os.path.dirname(parent)
    evidence.stat(parent, "newer")


def shorten_digest(digest: bytes) -> str:
    """Return the first 8 characters of a digest in the base64 of URLs, as all these tools write it.

    >>> shorten_digest(bytes([251, 255] * 8))
    '-__7__v_'
    """
    from binascii import b2a_base64

    return b2a_base64(digest[:6], newline=False).decode().replace("+", "-").replace("/", "_")


def digest_sha256(data: bytes) -> bytes:
    """Return the SHA-256 of some bytes. `hashlib` would load OpenSSL, which takes as long as the rest of a rule."""
    for module in ("_sha2", "_sha256", "hashlib"):  # CPython from 3.12, before, and anything else
        try:
            return bytes(__import__(module).sha256(data).digest())
        except ImportError:
            continue
    raise ImportError("sha256")


def title_kind(name: str) -> str:
    """Return the title of a kind, by its name."""
    return next((kind.title for kind in KINDS if kind.name == name), name)
