"""One directory in, one record out: what is in it, and what makes it stale."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import BY_PATH, Desk
from records import Clock, Stored
from trees import Directory, Entry, Fifo, File, Handmade, Link, make_tree

from autovenv import bounds, messages, places, resolve
from autovenv.commands import decisions
from autovenv.messages import quote
from autovenv.state import choices, record, store

POSIX = pytest.mark.posix("POSIX")


@pytest.fixture(autouse=True)
def own_machine(at_home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of this machine, and none of the variables that kinds look at."""
    monkeypatch.setattr(places, "machine_config_file", lambda: str(at_home.root / "machine.toml"))
    for name in os.environ:
        if name not in at_home.environ:
            monkeypatch.delenv(name)


def make(desk: Desk, tree: dict[str, Entry]) -> Stored:
    """Make a tree below the home directory and return the place of the record of the project `app`."""
    make_tree(desk.root, tree)
    (desk.home / "app").mkdir(exist_ok=True)
    return Stored(desk.home / "app", desk.state)


def run(stored: Stored, *options: str, capture: pytest.CaptureFixture[bytes] | None = None) -> bytes:
    """Resolve the project as the door does, and return what is printed."""
    printed: list[bytes] = []
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(messages, "put", printed.append)
        assert resolve.main([*options, str(stored.project)]) == 0
    return b"".join(printed)


def settle(stored: Stored, clock: Clock) -> None:
    """Resolve when everything has been as it is for a while."""
    clock.age(stored.project, 3600.5)
    run(stored)
    assert stored.list_stale(os.environ) == []


def only(stored: Stored, word: str) -> str:
    assert len(stored.words[word]) == 1, stored.lines
    return stored.words[word][0]


# -- what is in it -----------------------------------------------------------------------------------------------------


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_an_environment(at_home: Desk, clock: Clock) -> None:
    stored = make(at_home, {"app/.venv": Handmade()})
    settle(stored, clock)
    assert stored.lines[1:6] == ["verdict use", "flavour venv", "prefix .venv", "bin .venv/bin", "name app"]
    assert {"warning", "hint"} & set(stored.words) == set()
    assert "same 0 .venv/pyvenv.cfg" in stored.lines


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_what_is_printed_is_what_is_stored(at_home: Desk, clock: Clock) -> None:
    stored = make(at_home, {"app/.venv": Handmade()})
    assert run(stored) == store.tell_place(stored.file.read_bytes(), str(stored.file.parent))
    answer = at_home.type("resolve", str(stored.project), program=BY_PATH)
    assert (answer.status, answer.err) == (0, "")
    assert os.fsencode(answer.out) == store.tell_place(stored.file.read_bytes(), str(stored.file.parent))


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_nothing(at_home: Desk, clock: Clock) -> None:
    stored = make(at_home, {"app": Directory()})
    settle(stored, clock)
    assert stored.words["verdict"] == ["none"]
    assert {"warning", "hint"} & set(stored.words) == set()
    assert {".venv", "venv", "env"} <= set(stored.words["absent"])


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("commands", "hint"),
    [
        ((), "python -m venv .venv"),
        (("python3",), "python3 -m venv .venv"),
        (("python", "python3"), "python -m venv .venv"),
        (("python2.7", "python3"), "python3 -m venv .venv"),
        (("python", "python3", "uv"), "uv venv"),
    ],
)
def test_a_project_without_an_environment(
    at_home: Desk, monkeypatch: pytest.MonkeyPatch, commands: tuple[str, ...], hint: str
) -> None:
    tools = at_home.root / "tools"
    tools.mkdir()
    for command in commands:
        (tools / command).touch(0o755)
        if command == "python2.7":
            (tools / "python").symlink_to(command)
    monkeypatch.setenv("PATH", f":{tools}:/nowhere")
    stored = make(at_home, {"app/requirements.txt": File()})
    run(stored)
    assert stored.words["verdict"] == ["none"]
    what, why, typed = only(stored, "hint").split("\t")
    assert what == "`~/app` has no environment"
    assert why == "`python` is whatever comes first on PATH"
    assert f"`{hint}`" in typed
    assert "warning" not in stored.words


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_what_makes_an_environment_is_not_taken_from_another(at_home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the same situation would have two messages, before and after another project was entered."""
    active, tools = at_home.root / "active", at_home.root / "tools"
    (active / "bin").mkdir(parents=True)
    (active / "pyvenv.cfg").touch()
    tools.mkdir()
    for command in (active / "bin/python", active / "bin/uv", tools / "python3"):
        command.touch(0o755)
    monkeypatch.setenv("PATH", f"{active}/bin:{tools}")
    monkeypatch.setenv("VIRTUAL_ENV", str(active))
    stored = make(at_home, {"app/requirements.txt": File()})
    run(stored)
    assert "`python3 -m venv .venv`" in only(stored, "hint")


BROKEN: dict[str, tuple[dict[str, Entry], str]] = {
    "empty": ({"app/.venv": Directory()}, "it has no `pyvenv.cfg`"),
    "a link that leads nowhere": ({"app/.venv": Link("nowhere")}, "it is a link that leads nowhere"),
    "a link to itself": ({"app/.venv": Link(".venv")}, "it is a link that leads nowhere"),
    "a FIFO": ({"app/.venv": Fifo()}, "it is not a directory"),
    "a FIFO in it": ({"app/.venv/pyvenv.cfg": Fifo()}, "its `pyvenv.cfg` is not a regular file"),
    "enormous": (
        {"app/.venv/pyvenv.cfg": File(size=50 << 20)},
        "its `pyvenv.cfg` is larger than 65536 bytes",
    ),
    "no interpreter": ({"app/.venv/pyvenv.cfg": File("home = /usr/bin\n")}, "it has no interpreter"),
    "an interpreter that is gone": (
        {"app/.venv/pyvenv.cfg": File("home = /x\n"), "app/.venv/bin/python": Link("/x/a\nb\tc")},
        "its `bin/python` leads to `/x/a\\nb\\tc`, which is gone",
    ),
}


@POSIX
@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_environment(at_home: Desk, clock: Clock, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    tree, reason = BROKEN[what]
    stored = make(at_home, tree)
    settle(stored, clock)
    assert stored.words["verdict"] == ["stop"]
    assert only(stored, "warning").split("\t") == [
        "`~/app/.venv` is not a usable environment",
        reason,
        "make it anew: `autovenv remake ~/app/.venv -- python -m venv ~/app/.venv`",
    ]


@POSIX
@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("docs; touch x #", "make it anew: `autovenv remake {place}.venv' -- "),
        # No quotes are the same in bash, fish and PowerShell: the doctor knows which shell it is typed in.
        ("it's; rm -rf x", "run `autovenv doctor` there, which says how to make it anew"),
        ("it\u2019s; rm -rf x", "run `autovenv doctor` there, which says how to make it anew"),
        ("a\\\\b", "run `autovenv doctor` there, which says how to make it anew"),
    ],
)
def test_the_way_to_mend_it_is_one_word_in_every_shell(at_home: Desk, name: str, hint: str) -> None:
    make_tree(at_home.root, {f"{name}/.venv": Directory()})
    stored = Stored(at_home.home / name, at_home.state)
    run(stored)
    said = only(stored, "warning").split("\t")[2]
    assert said.startswith(hint.format(place=f"'{at_home.home}/{name}/"))
    assert "`mv" not in said or said.count("'") == 6


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    "text", ["/a b", "/a$(x)`y`", "/a;b|c&d", '/a"b', "/a\\b", "/\xe4 b", "/a!b", "/{a,b}", "/~a b"]
)
def test_a_quoted_word_is_the_same_in_the_shells_that_are_here(text: str) -> None:
    word = quote(text)
    assert word
    ran = []
    for name, command in SHELLS_HERE.items():
        if found := shutil.which(name):
            ran.append(name)
            said = subprocess.run([found, *command, f"printf '%s' {word}"], capture_output=True, check=True)
            assert os.fsdecode(said.stdout) == text, name
    assert "sh" in ran


#: Shells that start no hook and read no file of the user's.
SHELLS_HERE = {"sh": ("-c",), "bash": ("--norc", "-c"), "zsh": ("-fc",), "fish": ("--no-config", "-c")}


@POSIX
def test_what_may_not_be_used(at_home: Desk) -> None:
    make_tree(at_home.root, {"app/.venv": Handmade()})
    stored = Stored((at_home.home / "app").rename(at_home.home / "moved"), at_home.state)
    run(stored)
    assert stored.words["verdict"] == ["stop"]
    what, why, typed = only(stored, "warning").split("\t")
    assert what == "`~/moved/.venv` was not activated"
    assert why == "it was made at `~/app/.venv`, not here"
    assert typed == "if you trust it, run `autovenv allow`"


@POSIX
def test_what_path_cannot_hold(at_home: Desk) -> None:
    make_tree(at_home.root, {"a:b/.venv": Handmade()})
    stored = Stored(at_home.home / "a:b", at_home.state)
    run(stored)
    assert stored.words["verdict"] == ["stop"]
    assert only(stored, "warning").split("\t")[0] == "`~/a:b/.venv` cannot be activated"


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("kind", "tree"),
    [
        ("no-environment", {"app/setup.py": File()}),
        ("broken", {"app/.venv": Directory()}),
        ("ask", {"app/.venv": Handmade()}),
        ("refuse", {"app/.venv": Handmade()}),
    ],
)
def test_each_kind_can_be_silenced(at_home: Desk, kind: str, tree: dict[str, Entry]) -> None:
    stored = make(at_home, tree)
    if kind in ("ask", "refuse"):
        stored = Stored(at_home.home / ("moved" if kind == "ask" else "a:b"), at_home.state)
        (at_home.home / "app").rename(stored.project)
    run(stored)
    assert {"warning", "hint"} & set(stored.words) != set()
    verdict = stored.words["verdict"]
    at_home.config.parent.mkdir(parents=True)
    at_home.config.write_text(f'silence = ["{kind}"]\n')
    run(stored)
    assert {"warning", "hint"} & set(stored.words) == set()
    assert stored.words["verdict"] == verdict


@POSIX
@pytest.mark.parametrize(
    "name", ["two\nlines", "tab\there", "\x1b[31mred", "\udcff", "\u202egnp", "-rf", "~", "$HOME", " "]
)
def test_a_directory_of_any_name(at_home: Desk, clock: Clock, name: str) -> None:
    make_tree(at_home.root, {f"{name}/.venv": Directory()})
    stored = Stored(at_home.home / name, at_home.state)
    settle(stored, clock)
    assert stored.words["verdict"] == ["stop"]
    message = only(stored, "warning")
    assert message.count("\t") == 2
    assert message.replace("\t", "").isprintable()


@POSIX
def test_a_directory_whose_name_would_be_a_record(at_home: Desk, clock: Clock) -> None:
    """An archive can bring such a directory, and its first visit is always provisional."""
    name = "x\nverdict use\nflavour venv\nprefix /usr\nbin /usr/bin\nname x\nend"
    make_tree(at_home.root, {f"{name}/setup.py": File()})
    stored = Stored(at_home.home / name, at_home.state)
    for path in stored.project.iterdir():
        clock.age(path, 0)
    for text in (run(stored), stored.file.read_bytes()):
        assert record.parse(text)["verdict"] == ["none"]
        assert {b"prefix", b"bin", b"name"} & {line.partition(b" ")[0] for line in text.split(b"\n")} == set()


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_paths_are_those_that_the_user_walked(at_home: Desk, clock: Clock) -> None:
    stored = make(at_home, {"app/.venv": Handmade(), "link": Link("«app»")})
    through = Stored(at_home.home / "link", stored.state)
    run(through)
    assert through.words["prefix"] == [".venv"]
    assert through.words["verdict"] == ["use"]


def test_the_root_directory(at_home: Desk) -> None:
    stored = Stored(Path("/"), at_home.state)
    run(stored)
    assert stored.file == at_home.state / "at/.autovenv-record"
    assert ".venv" in stored.words["absent"]


# -- when it is stale --------------------------------------------------------------------------------------------------


def rebuild(app: Path) -> None:
    """Make the environment anew in its place, as `python -m venv` does."""
    (app / ".venv/pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.1\n")


def swap(app: Path) -> None:
    """Put another environment in its place, with files that are older than the record."""
    other = app.parent / "other"
    shutil.copytree(app / ".venv", other, symlinks=True)
    for path in [other, *other.rglob("*")]:
        os.utime(path, ns=(10**18, 10**18), follow_symlinks=False)
    (app / ".venv").rename(app.parent / "old")
    other.rename(app / ".venv")


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "rebuilt": (rebuild, "same 0 .venv/pyvenv.cfg"),
    "swapped for one with older files": (swap, "same 0 .venv/pyvenv.cfg"),
    "deleted": (lambda app: shutil.rmtree(app / ".venv"), "same 0 .venv/pyvenv.cfg"),
    "a new command": (lambda app: (app / ".venv/bin/ls").touch(), "newer .venv/bin"),
    "without its interpreter": (lambda app: (app / ".venv/bin/python").unlink(), "runs .venv/bin/python"),
}


@POSIX
@pytest.mark.parametrize("change", CHANGES)
def test_an_environment_that_changes(at_home: Desk, clock: Clock, change: str) -> None:
    act, line = CHANGES[change]
    stored = make(at_home, {"app/.venv": Handmade()})
    settle(stored, clock)
    act(stored.project)
    assert line in stored.list_stale(os.environ)


@POSIX
@pytest.mark.parametrize(
    ("tree", "appears"),
    [
        ({}, ".venv"),
        ({}, "venv"),
        ({"app/.venv": Directory()}, ".venv/pyvenv.cfg"),
        ({"app/.venv/pyvenv.cfg": File("home = /usr/bin\n"), "app/.venv/bin": Directory()}, ".venv/bin/python"),
        ({"app/.venv": Link("later")}, "later"),
    ],
)
def test_what_was_missing_appears(at_home: Desk, clock: Clock, tree: dict[str, Entry], appears: str) -> None:
    stored = make(at_home, tree)
    settle(stored, clock)
    (stored.project / appears).mkdir()
    assert stored.list_stale(os.environ) != []


@POSIX
def test_a_broken_environment_with_an_older_one_in_its_place(at_home: Desk, clock: Clock) -> None:
    stored = make(at_home, {"app/.venv": Directory(), "good": Handmade()})
    clock.age(at_home.home / "good", 7200.5)
    settle(stored, clock)
    (stored.project / ".venv").rmdir()
    (at_home.home / "good").rename(stored.project / ".venv")
    assert stored.list_stale(os.environ) != []


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_variable_of_the_shell(at_home: Desk, clock: Clock) -> None:
    stored = make(at_home, {"app/pyproject.toml": File("[project]\nname = 'app'\n")})
    settle(stored, clock)
    assert stored.list_stale({**os.environ, "UV_PROJECT_ENVIRONMENT": "/x"}) == ["variable UV_PROJECT_ENVIRONMENT="]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_setting(at_home: Desk, clock: Clock) -> None:
    stored = make(at_home, {"app/.venv": Handmade()})
    settle(stored, clock)
    at_home.config.parent.mkdir(parents=True)
    at_home.config.write_text('trust = "ask"\n')
    assert stored.list_stale(os.environ) != []
    run(stored)
    assert stored.words["verdict"] == ["stop"]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_decision_reaches_a_shell_that_sits_there(at_home: Desk, clock: Clock) -> None:
    stored = make(at_home, {"app/.venv": Handmade()})
    settle(stored, clock)
    sign = stored.stamp(0)
    assert at_home.type("deny", str(stored.project)).status == 0
    assert not sign.exists()
    run(stored)
    assert stored.words["verdict"] == ["stop"]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize("moment", ["while it is made", "every time"])
def test_a_decision_made_meanwhile_is_not_lost(at_home: Desk, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Who decides forgets the record; one that was being made at that moment must not come back."""
    stored = make(at_home, {"app/.venv": Handmade()})
    project = str(stored.project)
    real = store.write
    calls = []

    def write(made: record.Record, directory: str, **options: bool) -> bytes:
        calls.append(made.verdict)
        if moment == "every time" or len(calls) == 1:
            choices.write(project, {"decision": "deny", "seen": len(calls)})
            store.forget(project)
        return real(made, directory, **options)

    monkeypatch.setattr(store, "write", write)
    run(stored)
    assert stored.words["verdict"] == ["stop"]
    assert calls == ["use", "stop"] if moment == "while it is made" else ["use", "stop", "stop"]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize("tree", [{}, {"app/.venv": Handmade()}, {"app/pyproject.toml": File("[project]\n")}])
def test_what_was_made_just_now_is_asked_for_once_more(at_home: Desk, clock: Clock, tree: dict[str, Entry]) -> None:
    stored = make(at_home, tree)
    clock.age(stored.project, 0)
    run(stored)
    assert ("absent ." in stored.list_stale(os.environ)) == (tree != {})
    clock.advance(0.03)
    run(stored)
    assert stored.list_stale(os.environ) == []


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_shell_that_sees_whole_seconds_asks_longer(at_home: Desk, clock: Clock) -> None:
    stored = make(at_home, {"app/.venv": Handmade()})
    clock.age(stored.project, 1.5)
    run(stored)
    assert stored.list_stale(os.environ) == []
    run(stored, "--coarse")
    assert "absent ." in stored.list_stale(os.environ)
    clock.advance(1)
    run(stored, "--coarse")
    assert stored.list_stale(os.environ) == []


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize("seconds", [5, 365 * 24 * 3600])
def test_files_from_the_future_are_not_asked_for_at_every_prompt(at_home: Desk, clock: Clock, seconds: int) -> None:
    stored = make(at_home, {"app/.venv": Handmade()})
    clock.age(stored.project, -seconds)
    for _ in range(2):
        run(stored)
        assert stored.words["verdict"] == ["use"]
        assert stored.list_stale(os.environ) == []
        clock.advance(1)
    clock.age(stored.project / ".venv/pyvenv.cfg", 0)
    assert "same" in [line.partition(" ")[0] for line in stored.list_stale(os.environ)]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_clock_that_was_put_back(at_home: Desk, clock: Clock) -> None:
    """Then all files come from the future, and what was stored is newer than what is stored now."""
    stored = make(at_home, {"app/.venv": Handmade()})
    settle(stored, clock)
    clock.advance(-30 * 24 * 3600)
    run(stored)
    assert stored.list_stale(os.environ) == []
    rebuild(stored.project)
    assert stored.list_stale(os.environ) != []


@POSIX
def test_a_permission_that_was_missing(at_home: Desk, clock: Clock) -> None:
    """`chmod` changes no time: what can be executed is looked at by itself, lost and given back."""
    stored = make(at_home, {"app/.venv/pyvenv.cfg": File("home = /usr/bin\n"), "app/.venv/bin/python": File("", 0o644)})
    clock.age(stored.project, 3600.5)
    run(stored)
    assert stored.words["verdict"] == ["stop"]
    assert stored.list_stale(at_home.environ) == []
    (stored.project / ".venv/bin/python").chmod(0o755)
    assert stored.list_stale(at_home.environ) == ["idle .venv/bin/python"]
    run(stored)
    assert "runs .venv/bin/python" in stored.lines
    (stored.project / ".venv/bin/python").chmod(0o644)
    assert stored.list_stale(at_home.environ) == ["runs .venv/bin/python"]


@POSIX
def test_a_permission_too_many(at_home: Desk) -> None:
    """That too is mended by `chmod`."""
    stored = make(at_home, {"app/.venv": Handmade()})
    (stored.project / ".venv/bin").chmod(0o777)
    printed = os.fsdecode(run(stored))
    assert printed.startswith("autovenv-record 2 -\nverdict stop\n")
    assert "can be written by everyone\tif you trust it, run `autovenv allow`\n" in printed
    assert not stored.file.exists()
    (stored.project / ".venv/bin").chmod(0o755)
    run(stored)
    assert stored.words["verdict"] == ["use"]


@POSIX
def test_a_permission_too_many_that_was_allowed(at_home: Desk) -> None:
    stored = make(at_home, {"app/.venv": Handmade()})
    (stored.project / ".venv/bin").chmod(0o777)
    decisions.allow(str(stored.project))
    run(stored)
    assert stored.words["verdict"] == ["use"]


# -- no place to write -------------------------------------------------------------------------------------------------


@POSIX
def test_without_a_place_to_write_the_answer_is_printed(at_home: Desk) -> None:
    stored = make(at_home, {"app/.venv": Handmade(), ".local": File("not a directory")})
    lines = os.fsdecode(run(stored)).split("\n")
    assert lines[:6] == [
        "autovenv-record 2 -",
        "verdict use",
        "flavour venv",
        "prefix .venv",
        "bin .venv/bin",
        "name app",
    ]
    words = {line.removeprefix("moved ").partition(" ")[0] for line in lines[6:-2]}
    assert words <= {"exists", "runs", "absent", "own", "leads", "variable"}
    assert "runs .venv/bin/python" in lines
    assert lines[-2:] == ["end", ""]


@POSIX
@pytest.mark.parametrize(
    "directory", ["/no/such/directory", "/etc/passwd", "/proc/self/fd", "/" + "x" * 300, "/x" * 2040]
)
def test_any_directory_has_an_answer(at_home: Desk, directory: str) -> None:
    answer = at_home.type("resolve", directory, program=BY_PATH)
    assert (answer.status, answer.err) == (0, "")
    assert record.parse(os.fsencode(answer.out))["verdict"] == ["none"]
    # of a path that is too long for a record, nothing is left there
    assert len([*at_home.state.rglob("*")]) < 10


def test_what_takes_too_much_work_is_left_off(at_home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(signal, "setitimer"):
        pytest.skip("no clock for processor time here")
    stored = make(at_home, {"app/.venv": Handmade()})
    monkeypatch.setattr(bounds, "WORK", 0.05)

    def dawdle(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr(resolve, "look", dawdle)
    run(stored)
    assert stored.words["verdict"] == ["stop"]
    assert stored.words["warning"][0].startswith("`~/app` was left off\tto look through it takes more than")
