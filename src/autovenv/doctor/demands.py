"""Which versions of Python a project asks for, and whether they can be met together."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autovenv.disk.evidence import peek, peek_toml
from autovenv.doctor import versions
from autovenv.environments.kinds import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autovenv.doctor.results import Level


@dataclass(frozen=True)
class Demand:
    """What versions the project asks for: `says` is who asks, before what is `asked`; `suits` compares one with that.

    `lowest` is the one to install where none will do, `level` how bad that is, `file` the name of who says it.
    """

    level: Level
    says: str
    asked: str
    suits: Callable[[str, str], bool | None]
    lowest: str
    file: str = ".python-version"


#: Where a `pyproject.toml` says which versions of Python will do, the first that says it, and how that is called.
REQUIRES = (
    (("project", "requires-python"), "`requires-python` is"),
    (("tool", "poetry", "dependencies", "python"), "the `python` of `tool.poetry.dependencies` is"),
)


def list_demands(directory: str) -> tuple[Demand, ...]:
    """Return what the project in `directory` asks for."""
    demands = []
    data = peek_toml(os.path.join(directory, "pyproject.toml"))
    for (*keys, key), says in REQUIRES:
        asked = table(data, *keys).get(key)
        if asked is None:
            continue
        if isinstance(asked, str):
            lowest = versions.find_lowest(asked)
            demands.append(Demand("fail", says, asked, versions.satisfies, lowest, "pyproject.toml"))
        break
    if not demands and (asked := _read_setup(peek(os.path.join(directory, "setup.cfg"), 1 << 20))):
        lowest = versions.find_lowest(asked)
        demands.append(Demand("fail", "`python_requires` is", asked, versions.satisfies, lowest, "setup.cfg"))
    demands += _list_hatch(directory, data)
    request = versions.read_request(peek(os.path.join(directory, ".python-version"), 1 << 16))
    if request:
        lowest = request if request[0].isdigit() else versions.find_lowest(request)
        demands.append(Demand("warn", "`.python-version` says", request, versions.meets, lowest))
    for file, says, asked in _list_others(directory):
        request = versions.read_request(asked)
        lowest = request if request[:1].isdigit() else versions.find_lowest(request)
        if request:
            demands.append(Demand("warn", says, request, versions.meets, lowest, file))
    return tuple(demands)


def _list_hatch(directory: str, pyproject: dict[str, object]) -> list[Demand]:
    """Return what the option `python` of Hatch's environment `default` asks for: nothing else counts for Hatch 1.18."""
    places = (
        (pyproject, ("tool", "hatch", "envs", "default"), "pyproject.toml", "`tool.hatch.envs.default.python` is"),
        (peek_toml(os.path.join(directory, "hatch.toml")), ("envs", "default"), "hatch.toml", "`hatch.toml` asks for"),
    )
    for data, keys, file, says in places:
        asked = table(data, *keys).get("python")
        if isinstance(asked, str) and versions.read_request(asked):
            request = versions.read_request(asked)
            return [Demand("warn", says, request, versions.meets, request, file)]
    return []


def _read_setup(text: str) -> str:
    """Return `python_requires` of a `setup.cfg`, empty where it has none."""
    import configparser

    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error:
        return ""
    return parser.get("options", "python_requires", fallback="").strip()


#: Characters of a line of an `environment.yml` about one package.
_LONGEST = 200

#: What an `environment.yml` says of Python: `python=3.12`, `python >=3.9,<3.13`. Source: conda 25, `MatchSpec`.
_CONDA = re.compile(r"""\s*-\s*["']?python\s*((?:[<>!]=?|==?|~=)[\d.<>=!~,* ]+?)["']?\s*(?:#.*)?""")


def _list_others(directory: str) -> list[tuple[str, str, str]]:
    """Return what other tools' files ask for: the file, who asks, and what.

    Pipenv 2026's `Pipfile`, asdf's `.tool-versions`, mise's `mise.toml` and conda's `environment.yml`.
    """
    found = []
    requires = table(peek_toml(os.path.join(directory, "Pipfile")), "requires")
    asked = requires.get("python_full_version") or requires.get("python_version")
    found.append(("Pipfile", "the `Pipfile` asks for", asked))
    for line in peek(os.path.join(directory, ".tool-versions"), 1 << 16).split("\n"):
        words = line.partition("#")[0].split()
        if len(words) > 1 and words[0] == "python":
            found.append((".tool-versions", "`.tool-versions` says", words[1]))
    for name in ("mise.toml", ".mise.toml"):
        asked = table(peek_toml(os.path.join(directory, name)), "tools").get("python")
        asked = asked[0] if isinstance(asked, list) and asked else asked
        asked = asked.get("version") if isinstance(asked, dict) else asked
        found.append((name, f"`{name}` says", asked))
    for name in ("environment.yml", "environment.yaml"):
        for line in peek(os.path.join(directory, name), 1 << 16).split("\n"):
            match = _CONDA.fullmatch(line) if len(line) < _LONGEST else None
            if match:
                # One `=` is any release of that version, as in a `.python-version`.
                asked = match[1].replace(" ", "")
                found.append((name, f"`{name}` asks for", asked.lstrip("=") if asked[0] == "=" else asked))
    return [(file, says, asked) for file, says, asked in found if isinstance(asked, str)]


def find_conflict(demand: Demand, demands: Sequence[Demand]) -> Demand | None:
    """Return the demand which the one version that another asks for does not meet, None where there is none.

    Of two that exclude each other the first one counts, in the order of `list_demands`.
    """
    if demand.suits is not versions.meets or not demand.asked[0].isdigit():
        return None
    before = demands[: demands.index(demand)] if demand in demands else demands
    return next((other for other in before if _excludes(other, demand.asked)), None)


def _excludes(demand: Demand, version: str) -> bool:
    """Tell whether a demand is met by no release of a version, which may be in part."""
    if demand.suits is versions.meets and demand.asked[0].isdigit():
        return versions.meets(version, demand.asked) is False and versions.meets(demand.asked, version) is False
    return demand.suits(version, demand.asked) is False


def list_joint(demands: Sequence[Demand]) -> tuple[Demand, ...]:
    """Return the demands that can be met together, without those that nothing can be compared with."""
    known = [demand for demand in demands if demand.suits("3.0.0", demand.asked) is not None]
    return tuple(demand for demand in known if not find_conflict(demand, known))


def is_met(version: str, joint: Sequence[Demand]) -> bool:
    """Tell whether a version, in full or in part, is known to meet some demands."""
    return not joint or (version != "" and all(each.suits(version, each.asked) is True for each in joint))


#: The versions that tools can still install, the newest first.
KNOWN = ("3.15", "3.14", "3.13", "3.12", "3.11", "3.10", "3.9")


def find_wanted(joint: Sequence[Demand]) -> str:
    """Return the version to ask for where none that is there will do, in two parts; empty where any will do.

    The lowest that is asked for, where that will do, else the newest that may.
    """

    def may_do(version: str) -> bool:
        return not any(each.suits(version, each.asked) is False for each in joint)

    lowest = [each.lowest for each in joint if each.lowest]
    likely = list(filter(may_do, lowest)) or list(filter(may_do, KNOWN))
    if not lowest and likely[:1] == [KNOWN[0]]:
        return ""
    return versions.shorten(next(iter(likely or lowest), ""))


def find_request(joint: Sequence[Demand]) -> str:
    """Return all that is asked for as one request that uv understands, empty where it cannot be said so.

    The whole of it: `>=3.12.4` is not met by every 3.12.
    """
    parts = []
    for each in joint:
        if each.asked.endswith("t"):
            return each.asked if len(joint) == 1 else ""  # uv has no other word for it
        for clause in each.asked.replace(" ", "").split(","):
            plain = clause[:1].isdigit()
            # What only Poetry says, and `*` for any.
            if "^" in clause or "|" in clause or clause[:1] == "*" or (clause[:1] == "~" and clause[:2] != "~="):
                return ""
            part = plain and clause.count(".") < 2 and "*" not in clause
            parts.append(f"=={clause}" + ".*" * part if plain else clause)
    return ",".join(filter(None, parts))
