"""Forgetting what is gone, whatever lies in the state directory and whoever writes there meanwhile."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Desk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from platforms import NOT_AS_ROOT
from records import Clock

from autovenv import resolve
from autovenv.commands import decisions, pruning
from autovenv.environments.kinds.virtualenvwrapper import CLAIMS
from autovenv.state import choices, store

pytestmark = pytest.mark.posix("the trees are laid out for POSIX systems")

STAMP = ".autovenv-0123456789abcdef.0"
UNFINISHED = ".autovenv-record.4711.1700000000000000000~"
NOTE = "note.txt"


def lay(state: Path, directory: Path, *names: str) -> Path:
    """Lay files beside where the record of `directory` is, and return that place."""
    place = Path(f"{state}/at{directory}")
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in names or (store.RECORD, STAMP):
        (place / name).write_text(name)
    return place


def list_files(top: Path) -> set[str]:
    """Return what lies below a directory and is none itself."""
    return {str(path.relative_to(top)) for path in top.rglob("*") if path.is_symlink() or not path.is_dir()}


@pytest.fixture
def state(at_home: Desk) -> Path:
    """A private state directory in an empty home."""
    at_home.state.mkdir(parents=True, mode=0o700)
    return at_home.state


def test_what_is_not_ours_stays_where_it_is(at_home: Desk, state: Path) -> None:
    place = lay(state, at_home.home / "gone", store.RECORD, STAMP, UNFINISHED, choices.CHOICE, CLAIMS, NOTE)
    inner = lay(state, at_home.home / "gone/inner")
    (inner / "link").symlink_to(at_home.home)
    assert pruning.prune() == [f"{at_home.home}/gone", f"{at_home.home}/gone/inner"]
    assert list_files(place) == {CLAIMS, NOTE, "inner/link"}
    assert (place / NOTE).read_text() == NOTE
    assert os.listdir(state) == ["at"]
    assert pruning.prune() == []
    assert list_files(place) == {CLAIMS, NOTE, "inner/link"}


def test_a_deny_is_not_forgotten(at_home: Desk, state: Path) -> None:
    """What was denied may be mounted, or made, again."""
    kept = at_home.home / "gone/denied"
    kept.mkdir(parents=True)
    (at_home.home / "gone/allowed").mkdir()
    decisions.deny(str(kept))
    lay(state, at_home.home / "gone/allowed")
    shutil.rmtree(at_home.home / "gone")
    assert pruning.prune(dry_run=True) == [f"{at_home.home}/gone/allowed"]
    assert pruning.prune() == [f"{at_home.home}/gone/allowed"]
    assert choices.list_denied() == [str(kept)]
    kept.mkdir(parents=True)
    assert choices.read(str(kept)) == {"decision": "deny"}
    decisions.revoke(str(kept))
    shutil.rmtree(at_home.home / "gone")
    assert pruning.prune() == [str(kept)]
    assert choices.list_denied() == []


def test_nothing_is_left_of_places_that_are_empty(at_home: Desk, state: Path) -> None:
    (at_home.home / "there").mkdir()
    for name in ("gone/a/b", "there/gone/a"):
        lay(state, at_home.home / name, STAMP)
    lay(state, at_home.home / "there/known")
    assert pruning.prune() == [f"{at_home.home}/there/known"]
    assert list(state.iterdir()) == [state / "at"]
    assert list((state / "at").iterdir()) == []


def test_links_in_the_state_directory_are_not_followed(at_home: Desk, state: Path) -> None:
    outside = at_home.root / "outside"
    lay(outside, Path("/gone"))
    place = lay(state, at_home.home / "gone")
    (place / "inner").symlink_to(outside / "at")
    (Path(f"{state}/at{at_home.home}") / "other").symlink_to(outside / "at")
    assert list(pruning.find_known()) == [f"{at_home.home}/gone"]
    assert pruning.prune() == [f"{at_home.home}/gone"]
    assert list_files(outside) == {f"at/gone/{store.RECORD}", f"at/gone/{STAMP}"}
    assert list_files(place) == {"inner"}


def test_a_link_in_place_of_all_records_is_not_followed(at_home: Desk, state: Path) -> None:
    outside = at_home.root / "outside"
    lay(outside, Path("/gone"))
    (state / "at").symlink_to(outside / "at")
    assert list(pruning.find_known()) == []
    assert pruning.prune() == []
    assert list_files(outside) == {f"at/gone/{store.RECORD}", f"at/gone/{STAMP}"}


def test_what_cannot_be_looked_at_is_not_gone(at_home: Desk, state: Path) -> None:
    (at_home.home / "loop").symlink_to("loop")
    place = lay(state, at_home.home / "loop/app", choices.CHOICE)
    assert pruning.prune() == []
    assert list_files(place) == {choices.CHOICE}


@NOT_AS_ROOT
def test_what_may_not_be_looked_at_is_not_gone(at_home: Desk, state: Path) -> None:
    closed = at_home.home / "closed"
    (closed / "app").mkdir(parents=True)
    place = lay(state, closed / "app", choices.CHOICE)
    closed.chmod(0)
    try:
        assert pruning.prune() == []
    finally:
        closed.chmod(0o700)
    assert list_files(place) == {choices.CHOICE}


def test_a_file_in_place_of_a_project(at_home: Desk, state: Path) -> None:
    (at_home.home / "file").touch()
    lay(state, at_home.home / "file")
    lay(state, at_home.home / "file/below")
    assert pruning.prune() == [f"{at_home.home}/file/below"]


def test_many_in_one_directory(at_home: Desk, state: Path) -> None:
    """Some are listed there, some are not; what comes late in a long listing is looked at by itself."""
    work = at_home.home / "work"
    for number in range(40):
        lay(state, work / str(number))
        if number % 4:
            (work / str(number)).mkdir(parents=True)
    for number in range(500):
        (work / f"file{number}").touch()
    gone = sorted(f"{work}/{number}" for number in range(0, 40, 4))
    assert pruning.prune(dry_run=True) == gone
    assert pruning.prune() == gone
    assert len(list(pruning.find_known())) == 30


# -- interrupted, or in the way ----------------------------------------------------------------------------------------


def test_what_an_interrupted_run_left_is_deleted_a_minute_later(at_home: Desk, state: Path, clock: Clock) -> None:
    (at_home.home / "there").mkdir()
    lay(state, at_home.home / "there")
    for number in ("0", "7"):
        aside = Path(f"{state}/{pruning.TRASH}/{number}{at_home.home}/gone{number}")
        aside.mkdir(parents=True)
        for name in (store.RECORD, choices.CHOICE, NOTE):
            (aside / name).write_text(number)
    assert list(pruning.find_known()) == [f"{at_home.home}/there"]
    left = list_files(state / pruning.TRASH)
    assert pruning.prune() == []
    assert list_files(state / pruning.TRASH) == left
    clock.advance(61)
    assert pruning.prune() == []
    assert os.listdir(state) == ["at"]
    for number in ("0", "7"):
        assert Path(f"{state}/at{at_home.home}/gone{number}/{NOTE}").read_text() == number


def test_a_decision_that_an_interrupted_run_took_is_put_back_if_the_project_is_there(
    at_home: Desk, state: Path, clock: Clock
) -> None:
    (at_home.home / "there").mkdir()
    lay(state, at_home.home)
    aside = Path(f"{state}/{pruning.TRASH}/0{at_home.home}/there")
    aside.mkdir(parents=True)
    for name in (store.RECORD, STAMP, choices.CHOICE):
        (aside / name).touch()
    clock.advance(61)
    assert pruning.prune() == []
    assert list_files(Path(f"{state}/at{at_home.home}/there")) == {choices.CHOICE}
    assert os.listdir(state) == ["at"]


def test_a_new_file_is_not_replaced_by_what_is_put_back(at_home: Desk, state: Path, clock: Clock) -> None:
    place = lay(state, at_home.home / "gone", NOTE)
    left = Path(f"{state}/{pruning.TRASH}/0{at_home.home}/gone")
    left.mkdir(parents=True)
    (left / NOTE).write_text("older")
    clock.advance(61)
    assert pruning.prune() == []
    assert ((place / NOTE).read_text(), (left / NOTE).read_text()) == (NOTE, "older")


def _lay_file(trash: Path) -> None:
    trash.write_text(NOTE)


def _lay_link(trash: Path) -> None:
    elsewhere = trash.parent.parent / "elsewhere"
    elsewhere.mkdir()
    trash.symlink_to(elsewhere)


@pytest.mark.parametrize("lay_in_the_way", [_lay_file, _lay_link])
def test_where_nothing_can_be_moved_aside_it_is_deleted_where_it_lies(
    at_home: Desk, state: Path, lay_in_the_way: Callable[[Path], None]
) -> None:
    lay_in_the_way(state / pruning.TRASH)
    (at_home.home / "work").mkdir()
    place = lay(state, at_home.home / "gone", store.RECORD, STAMP, NOTE)
    lay(state, at_home.home / "work/gone")
    lay(state, at_home.home / "there", choices.CHOICE)
    (at_home.home / "there").mkdir()
    assert pruning.prune() == [f"{at_home.home}/gone", f"{at_home.home}/work/gone"]
    assert list_files(state / "at") == {
        f"{at_home.home}/{name}"[1:] for name in (f"gone/{NOTE}", f"there/{choices.CHOICE}")
    }
    assert sorted(place.parent.iterdir()) == [place, place.parent / "there"]


# -- meanwhile ---------------------------------------------------------------------------------------------------------


def meanwhile(monkeypatch: pytest.MonkeyPatch, call: Callable[[], object]) -> None:
    """Have something happen just before the first rename."""
    rename = os.rename

    def first_call(*arguments: str) -> None:
        monkeypatch.setattr(os, "rename", rename)
        call()
        rename(*arguments)

    monkeypatch.setattr(os, "rename", first_call)


def test_a_project_that_comes_back_meanwhile_is_not_forgotten(
    at_home: Desk, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = at_home.home / "back"

    def come_back() -> None:
        back.mkdir()
        choices.write(str(back), {"decision": "deny"})

    place = lay(state, back)
    for name in ("gone", "there"):
        lay(state, at_home.home / name)
    (at_home.home / "there").mkdir()
    meanwhile(monkeypatch, come_back)
    assert pruning.prune() == [f"{at_home.home}/gone"]
    assert choices.read(str(back)) == {"decision": "deny"}
    assert list_files(place) == {store.RECORD, STAMP, choices.CHOICE}
    assert sorted(os.listdir(state)) == ["at", choices.DENIED]


@pytest.mark.parametrize("name", ["back", "new", ""])
def test_what_is_written_meanwhile_is_not_forgotten(
    at_home: Desk, state: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """All projects in a directory are gone: it is moved aside as one. And a shell stands in it."""
    work = at_home.home / "work"
    work.mkdir()
    for number in range(20):
        lay(state, work / f"gone{number}")
    lay(state, work / "back")

    def decide() -> None:
        (work / name).mkdir(exist_ok=True)
        choices.write(str(work / name), {"decision": "deny"})

    meanwhile(monkeypatch, decide)
    assert pruning.prune() == []
    assert choices.read(str(work / name)) == {"decision": "deny"}
    assert len(pruning.prune()) == (20 if name == "back" else 21)
    assert choices.read(str(work / name)) == {"decision": "deny"}
    assert sorted(os.listdir(state)) == ["at", choices.DENIED]


def test_what_is_decided_while_it_is_put_back_stands(
    at_home: Desk, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = at_home.home / "back"
    lay(state, back, choices.CHOICE, CLAIMS)
    looked = pruning._is_back

    def decide(*arguments: object) -> bool:
        choices.write(str(back), {"decision": "deny"})
        return looked(*arguments)  # type: ignore[arg-type]

    meanwhile(monkeypatch, back.mkdir)
    monkeypatch.setattr(pruning, "_is_back", decide)
    assert pruning.prune() == []
    assert choices.read(str(back)) == {"decision": "deny"}
    assert list_files(Path(f"{state}/at{back}")) == {choices.CHOICE, CLAIMS}
    assert sorted(os.listdir(state)) == ["at", choices.DENIED]


def test_what_comes_back_where_nothing_can_be_moved_aside(
    at_home: Desk, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = at_home.home / "back"

    def come_back() -> None:
        back.mkdir()
        raise PermissionError

    place = lay(state, back, choices.CHOICE)
    meanwhile(monkeypatch, come_back)
    pruning.prune()
    assert list_files(place) == {choices.CHOICE}


def test_what_another_run_has_taken_is_left_to_it(at_home: Desk, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is written there next is not taken for it, though the project was gone when it was looked for."""
    place = lay(state, at_home.home / "gone")
    lay(state, at_home.home / "there")
    (at_home.home / "there").mkdir()
    looked = pruning._is_back

    def decide(*arguments: object) -> bool:
        back = looked(*arguments)  # type: ignore[arg-type]
        lay(state, at_home.home / "gone", choices.CHOICE)
        return back

    meanwhile(monkeypatch, lambda: shutil.rmtree(place))
    monkeypatch.setattr(pruning, "_is_back", decide)
    assert pruning.prune() == [f"{at_home.home}/gone"]
    assert list_files(place) == {choices.CHOICE}


def test_what_two_put_back_at_once_is_all_back(at_home: Desk, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one makes the directory anew between a look for it and the rename."""
    aside = state / pruning.TRASH / "0/work/app"
    aside.mkdir(parents=True)
    (aside / choices.CHOICE).touch()
    meanwhile(monkeypatch, lambda: lay(state, Path("/work/other")))
    pruning._put_back(str(state / pruning.TRASH / "0/work"), f"{state}/at/work", str(state))
    assert list_files(state / "at/work") == {f"app/{choices.CHOICE}", f"other/{store.RECORD}", f"other/{STAMP}"}


# -- in the background -------------------------------------------------------------------------------------------------

#: Little is deleted before somebody writes into the FIFO; and somebody does so when there is no end of the pipe left.
LET_GO = """
import os, select, sys
from autovenv.commands import decisions, pruning

def delete(*arguments, real=pruning._delete_trash):
    deleted = real(*arguments)
    yield next(deleted)
    open(sys.argv[1]).read()
    yield from deleted

pruning._delete_trash = delete
os.mkfifo(sys.argv[1])
reading, writing = os.pipe()
os.set_inheritable(writing, True)
print(len(pruning.prune()))
os.close(writing)
assert select.select([reading], [], [], 60)[0], "the pipe is held open"
assert os.listdir(os.path.join(sys.argv[2], pruning.TRASH)) != []
open(sys.argv[1], "w").close()
assert os.wait()[1] == 0
"""


def test_much_is_deleted_by_a_process_that_holds_nothing(at_home: Desk, state: Path) -> None:
    for number in range(3 * pruning._AT_ONCE):
        lay(state, at_home.home / f"gone/{number}")
    answer = at_home.type("-c", LET_GO, str(at_home.root / "fifo"), str(state), program=(sys.executable,))
    assert (answer.status, answer.out, answer.err) == (0, f"{3 * pruning._AT_ONCE}\n", "")
    assert os.listdir(state) == ["at"]
    assert os.listdir(state / "at") == []


def test_little_is_deleted_at_once(at_home: Desk, state: Path) -> None:
    for number in range(pruning._AT_ONCE // 2):
        lay(state, at_home.home / f"gone/{number}")
    script = "import os; from autovenv.commands import pruning; os.fork = None; print(len(pruning.prune()))"
    answer = at_home.type("-c", script, program=(sys.executable,))
    assert (answer.status, answer.out, answer.err) == (0, f"{pruning._AT_ONCE // 2}\n", "")
    assert os.listdir(state) == ["at"]


def test_where_there_are_no_more_processes_much_is_deleted_at_once(
    at_home: Desk, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> int:
        raise BlockingIOError

    for number in range(3 * pruning._AT_ONCE):
        lay(state, at_home.home / f"gone/{number}")
    monkeypatch.setattr(os, "fork", fail)
    assert len(pruning.prune()) == 3 * pruning._AT_ONCE
    assert os.listdir(state) == ["at"]


# -- whatever the trees ------------------------------------------------------------------------------------------------

PATHS = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map("/".join)
NAMES = st.frozensets(st.sampled_from([store.RECORD, choices.CHOICE, STAMP, UNFINISHED, NOTE]))
LINKS = {"counted": None, "always one": 1, "always two": 2}


class Found:
    """What a look at a directory finds, but for its number of links."""

    def __init__(self, found: os.stat_result, links: int) -> None:
        self._found = found
        self.st_nlink = links

    def __getattr__(self, name: str) -> object:
        return getattr(self._found, name)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    laid=st.dictionaries(PATHS, NAMES, max_size=8),
    there=st.sets(PATHS, max_size=5),
    links=st.sampled_from(sorted(LINKS)),
    many=st.sampled_from([1, 16]),
    by_path=st.booleans(),
)
def test_prune_does_what_is_said_of_it(
    tmp_path_factory: pytest.TempPathFactory,
    laid: dict[str, frozenset[str]],
    there: set[str],
    links: str,
    many: int,
    by_path: bool,
) -> None:
    """What is known and gone is told and forgotten, what is not ours is left, and what is there is not touched.

    However a file system counts links, and also where the system looks at nothing but whole paths.
    """
    root = Path(os.path.realpath(tmp_path_factory.mktemp("s")))
    state = root / "state/autovenv"
    state.mkdir(parents=True, mode=0o700)
    for path, names in laid.items():
        lay(state, root / path, *(names or (NOTE,)))
    for path in there:
        (root / path).mkdir(parents=True, exist_ok=True)
    known = [
        path for path in sorted(laid, key=lambda path: path.split("/")) if laid[path] & {store.RECORD, choices.CHOICE}
    ]
    gone = [path for path in known if not (root / path).exists()]
    prefix = str(root).lstrip("/")
    kept = {
        f"{prefix}/{path}/{name}"
        for path, names in laid.items()
        for name in names or (NOTE,)
        if name == NOTE or (root / path).exists()
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(root / "state"))
        patch.setattr(pruning, "_MANY", many)
        if by_path:
            patch.setattr(os, "supports_dir_fd", set())
        if number := LINKS[links]:
            lstat = os.lstat
            patch.setattr(os, "lstat", lambda *words, **options: Found(lstat(*words, **options), number))
        assert list(pruning.find_known()) == [f"{root}/{path}" for path in known]
        assert pruning.prune(dry_run=True) == [f"{root}/{path}" for path in gone]
        assert pruning.prune() == [f"{root}/{path}" for path in gone]
        assert pruning.prune() == []
    assert list_files(state / "at") == kept
    assert os.listdir(state) == (["at"] if laid else [])


@pytest.mark.posix("the number of a process cannot be looked for there")
def test_files_of_shells_that_run_no_more_are_removed(at_home: Desk) -> None:
    done = subprocess.Popen(["true"])
    done.wait()
    shells = at_home.state / "shells"
    (at_home.state / "at").mkdir(parents=True)
    at_home.state.chmod(0o700)
    shells.mkdir()
    own, gone = os.getpid(), done.pid
    for name in (f"{own}.1.0", f"{gone}.1.0", f"{gone}.1.1", f"kept.{own}.2", f"kept.{gone}.2", "notes"):
        (shells / name).write_text("")
    pruning.prune(dry_run=True)
    assert len([*shells.iterdir()]) == 6
    pruning.prune()
    assert {path.name for path in shells.iterdir()} == {f"{own}.1.0", f"kept.{own}.2", "notes"}


def test_what_shells_left_a_month_ago_goes_by_itself(at_home: Desk) -> None:
    # No process has a number as large as that (proc(5): 2^22).
    shells = at_home.state / "shells"
    project = at_home.home / "app"
    project.mkdir()
    resolve.keep(str(project), at_home.environ)
    shells.mkdir(exist_ok=True)
    month = 31 * 24 * 60 * 60
    for name, age in (
        ("4194305.1.0", month),
        ("kept.4194305.2", month),
        ("kept.4194305.3", 0),
        (f"{os.getpid()}.1.0", month),
    ):
        (shells / name).write_text("")
        then = time.time() - age
        os.utime(shells / name, (then, then))
    resolve.keep(str(project), at_home.environ)
    left = {path.name for path in shells.iterdir()}
    assert left == {"kept.4194305.3", f"{os.getpid()}.1.0", store.SWEPT}
    # Once a day: what is a month old now is left to the next one.
    os.utime(shells / "kept.4194305.3", (0, 0))
    resolve.keep(str(project), at_home.environ)
    assert (shells / "kept.4194305.3").exists()
    os.utime(shells / store.SWEPT, (0, 0))
    resolve.keep(str(project), at_home.environ)
    assert not (shells / "kept.4194305.3").exists()
