"""What a check says. Text and JSON are made from these, and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Level = Literal["ok", "note", "warn", "fail"]

#: From the best to the worst. `note` is worth knowing, `warn` will bite, `fail` bites now.
LEVELS: tuple[Level, ...] = ("ok", "note", "warn", "fail")


@dataclass(frozen=True)
class Remedy:
    """A `command` that mends something when it is pasted into the user's shell, and `words` about it, if need be."""

    command: str
    words: str = ""


@dataclass(frozen=True)
class Result:
    """What a check found: what happened, why, and what to type.

    `details` are lines below that. `because` is the check whose finding is the cause: what mends that mends this, so
    that there is nothing to type. `check` is the name of the check, which `diagnosis` fills in, and `broken` says that
    it is the check itself that failed. Everything in the sentences is visible, and home is `~`.
    """

    level: Level
    what: str
    why: str = ""
    remedies: tuple[Remedy, ...] = ()
    details: tuple[str, ...] = ()
    check: str = ""
    broken: bool = False
    because: str = ""

    def __post_init__(self) -> None:
        if self.level != "ok" and not self.remedies and not self.because:
            raise ValueError(f"nothing to type: {self.what}")


def ok(what: str, details: tuple[str, ...] = ()) -> Result:
    """Return that all is well."""
    return Result("ok", what, details=details)


def worst(results: Sequence[Result]) -> Level:
    """Return the worst level among some results."""
    return max((result.level for result in results), key=LEVELS.index, default="ok")


@dataclass(frozen=True)
class Candidate:
    """One executable on `PATH`: `path`, the `name` it is run by, and the `entry` of `PATH` (from 1) that holds it.

    `real` is what its links lead to; `origin` a code of `origins.ORIGINS`; `prefix` the environment that it lies in, or
    empty; `interpreter` what its first line runs it with, where it is a script; `version` that of its Python, or empty.
    The shell runs the `first` one of a name, and should run the one of this `project`.
    """

    name: str
    path: str
    entry: int
    real: str
    origin: str
    prefix: str = ""
    interpreter: str = ""
    version: str = ""
    first: bool = False
    project: bool = False


@dataclass(frozen=True)
class Verdict:
    """Which `python` runs here, which should, and `why` they differ, empty where they do not.

    `runs` and `should` are paths: `runs` is None where nothing runs or a function decides, `should` where whichever
    comes first will do. `what` is the whole in a sentence, `what_runs` and `what_should` are their paths in words.
    """

    level: Level
    what: str
    runs: str | None = None
    should: str | None = None
    why: str = ""
    what_runs: str = ""
    what_should: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """Everything that `autovenv doctor` says. `hook` is its version in the calling shell, None without one."""

    version: str
    platform: str
    shell: str | None
    hook: str | None
    directory: str
    project: str | None
    verdict: Verdict
    results: tuple[Result, ...] = ()
    candidates: tuple[Candidate, ...] = field(default=(), repr=False)

    @property
    def level(self) -> Level:
        """The worst level among the results."""
        return worst(self.results)
