"""What must not grow, counted in system calls; and many at once."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from commands import AS_MODULE, BY_PATH, Desk
from records import Stored
from sessions import open_stage
from shells import SHELLS, Shell, require
from steps import Cd, Idle, Scenario, Stage, Step
from trees import Directory, Handmade, Tree, project

from autovenv.shells import dialects, hook
from autovenv.state import store

POSIX = pytest.mark.parametrize(
    "shell", [shell for shell in SHELLS if shell.name != "pwsh"], ids=lambda shell: shell.name
)
LONG_AGO = 1_500_000_000
RECORD = "autovenv-record 2 0123456789abcdef\nverdict none\nend\n"

DEPTHS = (1, 2, 3, 4)
TREE: Tree = project("app") | project("other") | {"app/1/2/3/4": Directory(), "plain": Directory()}

_LOOK = re.compile(r'^\d+ +\w+\((?:AT_FDCWD, )?"(?P<path>(?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Watched:
    """A stage whose looks at files are written down."""

    stage: Stage
    log: Path

    def list_looks(self, *steps: Step) -> list[str]:
        """Return the paths that some steps look at: records, and what is in an environment.

        An editor that suggests what to type looks at directories too; nothing but a hook looks at these.
        """
        self._mark()
        for step in steps:
            step.play(self.stage)
        self._mark()
        lines = self.log.read_text(errors="replace").splitlines()
        marks = [at for at, line in enumerate(lines) if "execve(" in line and "/tools/mark" in line]
        paths = [
            f"/{match['path'].lstrip('/')}" for line in lines[marks[-2] + 1 : marks[-1]] if (match := _LOOK.match(line))
        ]
        home = f"{self.stage.root}/home"
        return [
            path.removeprefix(home)
            for path in paths
            if path.startswith(f"{home}/.local/state/autovenv") or "/.venv/" in path
        ]

    def _mark(self) -> None:
        assert self.stage.terminal.run(self.stage.shell.call(str(self.stage.root / "tools/mark"))).output == ()


@contextmanager
def watch(shell: Shell, root: Path) -> Iterator[Watched]:
    """Start a shell in a known tree below strace."""
    strace = require("strace", shutil.which("strace"))
    log = root / "strace.log"
    options = ("-f", "-qq", "-a", "0", "-s", "400", "-o", str(log), "-e", "trace=%file", "--")
    with open_stage(shell, Scenario("scale", TREE, ()), root, (strace, *options)) as stage:
        (root / "tools/mark").write_bytes(Path("/usr/bin/true").read_bytes())
        (root / "tools/mark").chmod(0o755)
        for name in ("app", "other", "plain", "app", "other", "plain"):
            Cd(name).play(stage)
        yield Watched(stage, log)


def test_the_measure_is_right(root: Path) -> None:
    with watch(SHELLS[0], root) as watched:
        assert "/app/.venv/bin/python" in watched.list_looks(Cd("app"))
        assert watched.list_looks(Cd("")).count("/.local/state/autovenv/nothing") == 0


@POSIX
def test_a_cd_costs_the_same_however_many_projects_are_known(shell: Shell, root: Path) -> None:
    with watch(shell, root) as watched:
        few = watched.list_looks(Cd("app"), Cd("other"), Cd("plain"))
        base = Path(f"{root}/home/.local/state/autovenv/at{root}/home")
        for number in range(300):
            for place in (base / str(number), base / "app" / str(number)):
                place.mkdir(parents=True)
                (place / ".autovenv-record").write_text(RECORD)
        assert watched.list_looks(Cd("app"), Cd("other"), Cd("plain")) == few


@POSIX
def test_a_level_costs_the_same_however_deep(shell: Shell, root: Path) -> None:
    """Each level that is known to hold nothing is compared with the shell's stamp once, and no record looked for."""
    with watch(shell, root) as watched:
        deep = ["app" + "".join(f"/{level}" for level in range(1, depth + 1)) for depth in DEPTHS]
        counts = []
        for place in deep:
            # What is looked at in the very moment in which it was made is looked at again.
            for _ in range(3):
                Cd(place).play(watched.stage)
                Cd("plain").play(watched.stage)
            counts.append(len(watched.list_looks(Cd(place))))
        assert {after - before for before, after in itertools.pairwise(counts)} == {1}


@POSIX
def test_a_prompt_looks_at_a_handful_of_paths(shell: Shell, root: Path) -> None:
    with watch(shell, root) as watched:
        Cd("app").play(watched.stage)
        stored = Stored(root / "home/app", root / "home/.local/state/autovenv")
        beside = f"/.local/state/autovenv/at{root}/home/app/"
        one, two = (Counter(watched.list_looks(*[Idle()] * prompts)) for prompts in (1, 2))
        # To see that two times are equal takes two comparisons; zsh says neither of a path that is gone.
        times = 3 if shell.name == "zsh" else 2
        assert two - one == Counter(
            [
                *["/app/.venv/pyvenv.cfg", f"{beside}.autovenv-{stored.token}.0"] * times,
                # whose it is, and its time
                *["/app/.venv/bin"] * 2,
                *[f"{beside}.autovenv-record", "/app/.venv/bin/python"],
            ]
        )


# -- many at once ------------------------------------------------------------------------------------------------------


@pytest.fixture
def app(desk: Desk) -> Stored:
    """A project that nobody has seen, made long ago."""
    path = desk.home / "app"
    Handmade().make(path / ".venv", desk.root)
    for place in (path, *path.rglob("*")):
        os.utime(place, (LONG_AGO, LONG_AGO), follow_symlinks=False)
    return Stored(path, desk.state)


def start(desk: Desk, directory: Path, *wrapper: str) -> subprocess.Popen[bytes]:
    """Start the resolver as a hook does, below `wrapper` where given."""
    words = (*wrapper, *BY_PATH, "resolve", str(directory))
    return subprocess.Popen(words, env=desk.environ, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)


def hear(resolver: subprocess.Popen[bytes]) -> bytes:
    """Return what a resolver prints, as it is stored: less the line that says where."""
    lines = resolver.communicate()[0].split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(b"kept "))


def test_fifty_resolvers_at_once(desk: Desk, app: Stored) -> None:
    """All say the same, whoever reads meanwhile sees a whole record or none, and nothing is left but one."""
    started = [start(desk, app.project) for _ in range(50)]
    seen = set()
    while any(resolver.poll() is None for resolver in started):
        if app.file.exists():
            seen.add(app.file.read_bytes())
    told = {hear(resolver) for resolver in started}
    assert [resolver.returncode for resolver in started] == [0] * 50
    assert len(told) == 1
    assert b"verdict use\n" in next(iter(told))
    assert seen <= told
    assert app.names == app.own_names
    assert app.list_stale() == []


def test_fifty_resolvers_of_a_project_that_changes(desk: Desk, app: Stored) -> None:
    """What is there in the end is one of the records that were told, or stale; the next resolver leaves it in order."""
    started = []
    for number in range(50):
        (app.project / ".venv/pyvenv.cfg").write_text(f"home = /usr/bin\nprompt = name{number}\n")
        started.append(start(desk, app.project))
    told = [hear(resolver) for resolver in started]
    assert [resolver.returncode for resolver in started] == [0] * 50
    assert all(text.endswith(b"\nend\n") for text in told)
    assert app.file.read_bytes() in told
    assert hear(start(desk, app.project)) == app.file.read_bytes()
    assert app.words["name"] == ["name49"]
    assert app.names == app.own_names


@pytest.mark.parametrize("call", ["rename", "utimensat", "unlink", "write"])
def test_a_killed_resolver_does_no_harm(desk: Desk, app: Stored, call: str) -> None:
    """Killed at the first, second, ... call of one kind, until it lives: nothing stays but the file that it was at."""
    strace = require("strace", shutil.which("strace"))
    first = hear(start(desk, app.project))
    for number in range(1, 30):
        # another record each time, so that there is something to write and something to take away
        (app.project / ".venv/pyvenv.cfg").write_text(f"home = /usr/bin\nprompt = name{number}\n")
        os.utime(app.project / ".venv/pyvenv.cfg", (LONG_AGO, LONG_AGO + number))
        inject = f"inject={call}:signal=SIGKILL:when={number}"
        killed = start(desk, app.project, strace, "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject)
        text = hear(killed)
        if killed.returncode == 0:
            break
        assert killed.returncode == -signal.SIGKILL
        assert app.words["verdict"] == ["use"]
        told = hear(start(desk, app.project))
        assert told not in (first, b"")
        assert app.file.read_bytes() == told
        left = app.names - app.own_names
        assert all(map(store.is_unfinished, left))
        assert len(left) <= number
    assert number > 1
    assert killed.returncode == 0
    assert text == app.file.read_bytes()


def test_fifty_shells_enter_a_new_project_at_once(desk: Desk, app: Stored) -> None:
    """Each starts the resolver at most once and ends with the project active."""
    bash = require("bash", shutil.which("bash"))
    log = desk.root / "started"
    counted = desk.root / "counted"
    counted.write_text(f'#!/bin/sh\necho >>{log}\nexec "$@"\n')
    counted.chmod(0o755)
    dialect = dialects.find("bash")
    assert dialect is not None
    words = ["version=0", f"state={desk.state}", "wrap_cd=1", "prompt=1", "name=.venv", "marker=pyproject.toml"]
    text = hook.emit(dialect, [str(counted), *BY_PATH], words)
    script = f'{text}\ncd {app.project}; eval "$PROMPT_COMMAND"; printf %s "$VIRTUAL_ENV"'
    shells = [
        subprocess.Popen(
            (bash, "--norc", "-i", "-c", script),
            env=desk.environ | {"PROMPT_COMMAND": ""},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(50)
    ]
    assert {shell.communicate()[0] for shell in shells} == {os.fsencode(app.project / ".venv")}
    assert 1 <= len(log.read_text()) <= 50
    assert app.names == app.own_names


def test_prune_of_many(desk: Desk, app: Stored) -> None:
    assert start(desk, app.project).wait() == 0
    gone = [Path(f"{desk.home}/gone/{number // 10}/{number}") for number in range(1000)]
    for place in gone:
        lay_records(desk, place)
    assert sorted(desk.type("prune", "--json").json["forgotten"]) == sorted(map(str, gone))
    left = [path for path in (desk.state / "at").rglob("*") if not path.is_dir()]
    assert {path.name for path in left} == app.own_names
    assert not (desk.state / "at" / str(desk.home / "gone").lstrip("/")).exists()
    assert desk.type("prune", "--json").json["forgotten"] == []


def lay_records(desk: Desk, *projects: Path) -> None:
    """Lay a record, and its stamp, for each project."""
    for place in projects:
        stored = Stored(place, desk.state)
        stored.directory.mkdir(parents=True, mode=0o700)
        stored.file.write_text(RECORD)
        (stored.directory / ".autovenv-0123456789abcdef.0").touch()


def count_calls(desk: Desk, *arguments: str) -> Counter[str]:
    """Return the system calls about files that a command makes, by name."""
    strace = require("strace", shutil.which("strace"))
    log = desk.root / "calls.log"
    options = ("-qq", "-o", str(log), "-e", "trace=%file,getdents64,unlinkat")
    assert desk.type(*arguments, program=(strace, *options, *AS_MODULE)).status == 0
    return Counter(line.partition("(")[0] for line in log.read_text(errors="replace").splitlines())


@pytest.fixture
def counted(desk: Desk) -> Desk:
    """A desk on a file system that counts the directories in a directory."""
    if desk.home.stat().st_nlink != 2 or desk.root.stat().st_nlink != 3:
        pytest.skip("the file system does not count links to directories")
    desk.state.mkdir(parents=True, mode=0o700)
    return desk


def test_prune_looks_once_at_a_project_that_is_there(counted: Desk) -> None:
    """At its place in the state directory; that the project is there is read off the directory that it is in."""
    calls = []
    for name in ("few", "many"):
        projects = [counted.home / f"work/{name}{number}" for number in range(100)]
        for place in projects:
            place.mkdir(parents=True)
        lay_records(counted, *projects)
        calls.append(count_calls(counted, "prune"))
    few, many = calls
    assert (many - few).total() == 100
    assert (few - many).total() == 0


def test_prune_forgets_a_directory_with_all_its_projects_by_one_call(counted: Desk) -> None:
    """It looks at each once, to see whether there is one in it, and once for its record."""
    (counted.home / "work").mkdir()
    lay_records(counted, *(counted.home / f"work/gone/{number}" for number in range(100)))
    dry = count_calls(counted, "prune", "--dry-run")
    lay_records(counted, *(counted.home / f"work/gone/{number}" for number in range(100, 200)))
    more = count_calls(counted, "prune", "--dry-run")
    assert ((more - dry).total(), (dry - more).total()) == (200, 0)
    assert count_calls(counted, "prune")["rename"] == 1
    assert counted.type("list", "--json").json["projects"] == []
