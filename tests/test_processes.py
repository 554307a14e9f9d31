"""How many processes a hooked shell starts, counted by strace."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sessions import open_stage
from shells import SHELLS, Shell, require
from steps import Activate, Active, Cd, Idle, Inactive, LoadHook, Make, Remove, Scenario, Silent, Stage, Step, Type
from trees import Directory, File, Venv, project

pytestmark = pytest.mark.posix("strace counts them on Linux")

#: PowerShell's runtime starts threads and processes of its own: it is counted in its own way or not at all.
POSIX = pytest.mark.parametrize(
    "shell", [shell for shell in SHELLS if shell.name != "pwsh"], ids=lambda shell: shell.name
)

TREE = (
    project("app")
    | project("other")
    | project("outer")
    | project("outer/inner")
    | {
        "app/src/deep": Directory(),
        "app/pyproject.toml": File('[project]\nname = "app"\n'),
        "app/member/pyproject.toml": File('[project]\nname = "member"\n'),
        "plain": Directory(),
        "torn/.venv": Directory(),
        "later": Directory(),
    }
)

#: Every place of the tree, so that all are known afterwards; twice, because what was made just now is asked for again.
TOUR: tuple[Step, ...] = tuple(
    Cd(name)
    for name in (*("app", "app/src/deep", "app/member", "other", "outer/inner", "outer", "torn", "plain", "later", ""),)
    * 2
)

_STARTED = re.compile(r"^(?P<pid>\d+) +(?:clone3?|v?fork)\((?P<flags>.*)")
_PROGRAM = re.compile(r'^(?P<pid>\d+) +execve\("(?P<path>(?:[^"\\]|\\.)*)", \[(?P<words>.*?)\](?:, |\.\.\.)')


@dataclass(frozen=True)
class Traced:
    """A stage whose processes are written down."""

    stage: Stage
    log: Path

    def count(self, *steps: Step) -> tuple[int, list[str]]:
        """Return how many processes were started by some steps, and the command lines of the programs."""
        self._mark("mark-first")
        for step in steps:
            step.play(self.stage)
        self._mark("mark-last")
        lines = self.log.read_text(errors="replace").splitlines()
        marks = [at for at, line in enumerate(lines) if _PROGRAM.match(line) and "/tools/mark-" in line]
        between = lines[marks[-2] + 1 : marks[-1]]
        # a thread is no process; the last process started is the mark's own
        started = [line for line in between if _STARTED.match(line) and "CLONE_THREAD" not in line]
        programs = [match["words"] for line in between if (match := _PROGRAM.match(line)) is not None]
        return len(started) - 1, programs

    def _mark(self, name: str) -> None:
        assert self.stage.terminal.run(self.stage.shell.call(str(self.stage.root / "tools" / name))).output == ()


@contextmanager
def trace(shell: Shell, root: Path, scenario: Scenario) -> Iterator[Traced]:
    """Start a scenario's shell below strace."""
    strace = require("strace", shutil.which("strace"))
    log = root / "strace.log"
    options = ("-f", "-qq", "-a", "0", "-s", "200", "-o", str(log), "-e", "trace=clone,clone3,fork,vfork,execve", "--")
    with open_stage(shell, scenario, root, (strace, *options)) as stage:
        for name in ("mark-first", "mark-last"):
            (root / "tools" / name).write_bytes(Path("/usr/bin/true").read_bytes())
            (root / "tools" / name).chmod(0o755)
        yield Traced(stage, log)


def resolvers(programs: Sequence[str]) -> list[str]:
    """Return those command lines that start the resolver."""
    return [program for program in programs if '"resolve"' in program]


@POSIX
def test_counting_counts(shell: Shell, root: Path) -> None:
    """A bare shell: the measure itself is right."""
    with trace(shell, root, Scenario("bare", TREE, (), hook=False)) as traced:
        assert traced.count(Idle(), Cd("app")) == (0, [])
        started, programs = traced.count(Type("/usr/bin/true"), Type("/usr/bin/true two"))
        assert (started, len(programs)) == (2, 2)
        started, programs = traced.count(Type({"posix": "x=$(echo)", "fish": "sh -c true"}))
        assert started >= 1


@POSIX
def test_idle_prompt_starts_nothing(shell: Shell, root: Path) -> None:
    with trace(shell, root, Scenario("idle", TREE, ())) as traced:
        for step in TOUR:
            step.play(traced.stage)
        for name in ("", "app", "app/member", "torn", "plain", "later"):
            Cd(name).play(traced.stage)
            assert (name, *traced.count(Idle(), Idle(), Idle())) == (name, 0, [])
        Cd("app").play(traced.stage)
        Active("app").play(traced.stage)


@POSIX
def test_cd_between_known_projects_starts_nothing(shell: Shell, root: Path) -> None:
    with trace(shell, root, Scenario("known", TREE, ())) as traced:
        for step in TOUR:
            step.play(traced.stage)
        assert traced.count(*TOUR, Cd("app")) == (0, [])
        Active("app").play(traced.stage)


@POSIX
def test_another_shell_knows_the_projects(shell: Shell, root: Path) -> None:
    with trace(shell, root, Scenario("known elsewhere", TREE, (), hook=False)) as traced:
        LoadHook().play(traced.stage)
        for step in TOUR:
            step.play(traced.stage)
        Type(traced.stage.shell.quote(traced.stage.argv[0])).play(traced.stage)
        LoadHook().play(traced.stage)
        assert traced.count(*TOUR) == (0, [])


@POSIX
def test_first_visit_starts_one_resolver(shell: Shell, root: Path) -> None:
    with trace(shell, root, Scenario("first", TREE, ())) as traced:
        _, programs = traced.count(Cd("app"))
        assert len(resolvers(programs)) == 1
        assert len(programs) == 1
        Active("app").play(traced.stage)


@POSIX
def test_change_starts_one_resolver_and_then_none(shell: Shell, root: Path) -> None:
    with trace(shell, root, Scenario("change", TREE, ())) as traced:
        for step in (*TOUR, Cd("app"), Idle()):
            step.play(traced.stage)
        for change in (
            (Remove("app/.venv"), Make("app/.venv", Venv(prompt="new"))),
            (Remove("app/.venv"),),
            (Make("app/.venv", Venv()),),
        ):
            _, programs = traced.count(*change, Idle())
            assert len(resolvers(programs)) == 1
            assert len(programs) == 1
            settled(traced)


@POSIX
def test_deactivate_and_off_start_nothing(shell: Shell, root: Path) -> None:
    with trace(shell, root, Scenario("choices", TREE, ())) as traced:
        for step in (*TOUR, Cd("app"), Idle()):
            step.play(traced.stage)
        assert traced.count(
            Type("deactivate"), Idle(), Cd(""), Cd("app"), Type("autovenv off"), Idle(), Type("autovenv on")
        ) == (0, [])
        Active("app").play(traced.stage)
        Activate("app/.venv").play(traced.stage)
        assert traced.count(Idle(), Cd("app/src/deep"), Idle()) == (0, [])


@POSIX
def test_a_place_without_a_project_starts_nothing(shell: Shell, root: Path) -> None:
    with trace(shell, root, Scenario("plain", TREE, ())) as traced:
        assert traced.count(Cd("plain"), Silent(), Idle(), Type("cd /"), Type("cd /usr"), Cd("")) == (0, [])
        Inactive().play(traced.stage)


@POSIX
def test_nothing_above_is_asked_twice(shell: Shell, root: Path) -> None:
    """A first visit below a known project costs nothing."""
    with trace(shell, root, Scenario("below", TREE, ())) as traced:
        for step in (Cd("app"), Cd(""), Cd("app"), Cd("")):
            step.play(traced.stage)
        assert traced.count(Cd("app/src"), Cd("app/src/deep")) == (0, [])
        Active("app").play(traced.stage)


@POSIX
def test_a_broken_executable_is_not_started_at_every_prompt(shell: Shell, root: Path) -> None:
    tree = TREE | {"state": File()}
    scenario = Scenario("no state", tree, (), env={"XDG_STATE_HOME": "«state»"})
    with trace(shell, root, scenario) as traced:
        Cd("app").play(traced.stage)
        assert traced.count(Idle(), Idle()) == (0, [])
        # the price of having no place to write: one resolver for each move
        _, programs = traced.count(Cd("app/src"))
        assert len(resolvers(programs)) <= 1


def settled(traced: Traced) -> None:
    """After at most two more prompts there is nothing left to ask: evidence of this very moment is looked at again."""
    for _ in range(3):
        if traced.count(Idle()) == (0, []):
            break
    assert traced.count(Idle(), Idle()) == (0, [])
