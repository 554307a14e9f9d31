"""The way up from a directory to the project that applies to it: the hook's walk, with the decisions themselves."""

from __future__ import annotations

import os
import sys

from autovenv import bounds, paths, places, resolve
from autovenv.disk.evidence import Evidence, peek_bytes
from autovenv.environments.environment import Broken, Environment
from autovenv.messages import Problem, explain, visible_path
from autovenv.state import record, settings, store
from autovenv.state.settings import Settings

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from autovenv.environments.project import Finding
    from autovenv.trust.judge import Verdict


class Step:
    """One directory of the walk: what belongs to it, and whether that may be used.

    `finding` is None where no environment belongs to the directory; `verdict` is None too where what belongs to it is
    broken. `skipped` are sentences about what was there and could not be used.
    """

    __slots__ = ("directory", "finding", "skipped", "verdict")

    def __init__(
        self, directory: str, finding: Finding | None, verdict: Verdict | None, skipped: tuple[str, ...] = ()
    ) -> None:
        self.directory = directory
        self.finding = finding
        self.verdict = verdict
        self.skipped = skipped

    @property
    def environment(self) -> Environment | None:
        """The usable environment that belongs to the directory, allowed or not."""
        found = self.finding.environment if self.finding else None
        return found if isinstance(found, Environment) else None

    @property
    def broken(self) -> Broken | None:
        """What belongs to the directory and cannot be used."""
        found = self.finding.environment if self.finding else None
        return found if isinstance(found, Broken) else None

    @property
    def allowed(self) -> bool:
        """Whether the environment may be used."""
        return self.verdict is not None and self.verdict.decision == "allow"


class Walk:
    """The directories from `start` up, nearest first; the last one is the first with a finding, or the topmost."""

    __slots__ = ("start", "steps")

    def __init__(self, start: str, steps: tuple[Step, ...]) -> None:
        self.start = start
        self.steps = steps

    @property
    def last(self) -> Step:
        """The directory that the walk ended at."""
        return self.steps[-1]

    @property
    def project(self) -> Step | None:
        """The directory whose environment, good or not, applies to `start`; None where there is none."""
        return self.last if self.last.finding is not None else None

    @property
    def skipped(self) -> tuple[str, ...]:
        """What was there on the way and could not be used, each sentence once."""
        return tuple(dict.fromkeys(sentence for step in self.steps for sentence in step.skipped))


def find(directory: str, environ: dict[str, str]) -> Walk:
    """Return the walk from `directory`, an absolute path, as a shell with the variables `environ` makes it.

    It ends at the home directory (inclusive), a configured ceiling or the root, like the hook's own.
    """
    asked = Evidence(environ)
    values = settings.load(asked)
    # In Windows PowerShell's home is the profile, that of Git Bash is what HOME says.
    homes = {environ.get("HOME", "") or places.home(), *([places.home()] if sys.platform == "win32" else [])}
    ends = {paths.fold(end) for end in (*homes, *values.ceilings)}
    start = directory
    steps = []
    while True:
        evidence = Evidence(environ)
        evidence.may_store = False
        # One look at the settings is enough: no record is made of what was seen here.
        evidence.skipped += asked.skipped
        finding, verdict = look(directory, evidence, values)
        correct(directory, finding, verdict, environ)
        steps.append(Step(directory, finding, verdict, tuple(evidence.skipped)))
        parent = os.path.dirname(directory)
        if finding is not None or paths.fold(directory) in ends or parent == directory:
            return Walk(start, tuple(steps))
        directory = parent


def look(directory: str, evidence: Evidence, values: Settings) -> tuple[Finding | None, Verdict | None]:
    """Return what belongs to `directory` and whether it may be used; what takes too much work is as good as broken."""
    try:
        with bounds.limit_work():
            return resolve.look(directory, evidence, values)
    except bounds.Exhausted:
        from autovenv.environments.project import Finding

        return Finding("", "", Broken(directory, resolve.TOO_MUCH, resolve.LESS)), None


def correct(directory: str, finding: Finding | None, verdict: Verdict | None, environ: dict[str, str]) -> None:
    """Have every shell look again at `directory` where its record says something else than what was found.

    Modes, for one, change without a trace that a shell could see. A record for other variables is not wrong.
    """
    said = record.parse(peek_bytes(os.path.join(store.record_dir(directory), store.RECORD)))
    variables = [line.partition("=") for line in said.get("variable", [])]
    if not said or any(environ.get(name, "") != value for name, _, value in variables):
        return
    environment = finding.environment if finding else None
    is_used = isinstance(environment, Environment) and verdict is not None and verdict.decision == "allow"
    now = "use" if is_used else "stop" if finding else "none"
    wanted = [record.shorten(environment.prefix, directory)] if is_used and environment else []
    if said.get("verdict") != [now] or said.get("prefix", []) != wanted:
        try:
            store.announce(directory)
        except OSError:
            pass


def present_directory(environ: dict[str, str]) -> str:
    """Return the directory that the command was started in, by the name by which the shell knows it.

    Raises `Problem` where it is gone.
    """
    try:
        physical = os.getcwd()
    except OSError as error:
        raise Problem("the present directory is gone", explain(error), "`cd` to one that exists") from None
    logical = environ.get("PWD", "")
    try:
        if os.path.isabs(logical) and os.path.normpath(logical) == logical and os.path.samefile(logical, physical):
            return logical
    except (OSError, ValueError):
        pass
    return physical


def absolute(path: str, environ: dict[str, str], gone: bool = False) -> str:
    """Return the directory that a person named, absolute and without `..`; the present one where none was named.

    Raises `Problem` where it is not there, unless it may be `gone`.
    """
    if not path:
        return present_directory(environ)
    path = os.path.expanduser(path)
    if not paths.is_absolute(path):
        path = paths.anchor(path, present_directory(environ))
    found = os.path.normpath(path)
    if not gone and not os.path.isdir(found):
        there = os.path.lexists(found)
        raise Problem(
            f"`{visible_path(found)}` is not a directory" if there else f"there is no `{visible_path(found)}`"
        )
    return found
