"""`autovenv remake`: an environment made anew, and all as it was wherever that does not work out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from commands import AS_MODULE, Desk
from trees import Directory, File, Handmade, Link, make_tree

pytestmark = pytest.mark.posix("the commands are written for /bin/sh")

#: What makes an environment at `$1`: an interpreter, and what says that it is one.
MAKE = 'mkdir -p "$1/bin" && echo home=/usr/bin >"$1/pyvenv.cfg" && ln -s {python} "$1/bin/python"'


@pytest.fixture
def place(desk: Desk) -> Path:
    """An environment with a file of the user's, whose interpreter is gone."""
    broken = {"app/.venv/pyvenv.cfg": File("home = /opt\n"), "app/.venv/bin/python": Link("/opt/python3.9")}
    make_tree(desk.root, {**broken, "app/.venv/mine.txt": File("mine")})
    return desk.home / "app/.venv"


def sh(text: str, place: Path) -> tuple[str, ...]:
    """Return the words of a command: a line of sh, in which `$1` is the place."""
    return ("--", "sh", "-c", text, "sh", str(place))


def make(python: str = sys.executable) -> str:
    return MAKE.replace("{python}", python)


def is_as_it_was(place: Path) -> bool:
    """Tell whether the old environment is in its place, and nothing beside it."""
    return (place / "mine.txt").read_text() == "mine" and os.listdir(place.parent) == [place.name]


def test_the_old_one_stays_beside(desk: Desk, place: Path) -> None:
    answer = desk.type("remake", str(place), *sh(make(), place), *sh('echo "$1" >"$1/late"', place))
    assert (answer.status, answer.out) == (0, "")
    assert answer.err.splitlines() == [
        "autovenv: note: `~/app/.venv` is made anew; the old one is `~/app/.venv.old`",
        "  hint: `rm -r ~/app/.venv.old` when nothing in it is missed",
    ]
    assert (place / "late").read_text() == f"{place}\n"
    assert (place.parent / ".venv.old/mine.txt").read_text() == "mine"
    again = desk.type("remake", ".venv", *sh(make(), place), cwd=place.parent)
    assert again.status == 0
    assert sorted(os.listdir(place.parent)) == [".venv", ".venv.old", ".venv.old-2"]


@pytest.mark.parametrize(
    ("lines", "status", "why"),
    [
        (["exit 3"], 3, "`sh` did not make the environment\n  why: it ended with status 3"),
        ([make(), "exit 1"], 1, "`sh` did not make the environment"),
        (['mkdir -p "$1/half"'], 1, "what was made is not a usable environment\n  why: it has no `pyvenv.cfg`"),
        (["echo >$1"], 1, "what was made is not a usable environment\n  why: it is not a directory"),
        ([make("/bin/false")], 1, "the new `~/app/.venv/bin/python` does not start\n  why: it ended with status 1"),
        (["kill -9 $$"], 137, "`sh` did not make the environment"),
        (['kill -INT $PPID; rm -rf "$1"; ' + make()], 130, "`sh` was interrupted"),
        (["kill -TERM $PPID; exec sleep 60"], 143, "`sh` was interrupted"),
        (["kill -HUP $PPID; exec sleep 60"], 129, "`sh` was interrupted"),
    ],
)
def test_what_fails_or_is_interrupted_leaves_all_as_it_was(
    desk: Desk, place: Path, lines: list[str], status: int, why: str
) -> None:
    words = [word for line in lines for word in sh(line, place)]
    answer = desk.type("remake", str(place), *words)
    assert (answer.status, answer.out) == (status, "")
    assert f"autovenv: error: {why}" in answer.err
    assert "  hint: all is as it was\n" in answer.err
    assert is_as_it_was(place)


def test_nothing_is_moved_where_the_tool_is_not_there(desk: Desk, place: Path) -> None:
    answer = desk.type("remake", str(place), *sh(make(), place), "--", "nosuchtool")
    assert answer.status == 127
    assert answer.err.startswith("autovenv: error: `nosuchtool` was not found\n")
    assert is_as_it_was(place)


def test_a_tool_in_the_environment_cannot_make_it_anew(desk: Desk, place: Path) -> None:
    make_tree(desk.root, {"app/.venv/bin/poetry": File("#!/bin/sh\n", 0o755)})
    answer = desk.type("remake", str(place), "--", str(place / "bin/poetry"), "install")
    assert "`~/app/.venv/bin/poetry` cannot make the environment anew in which it lies" in answer.err
    assert is_as_it_was(place)


def test_the_commands_run_outside_the_environment(desk: Desk, place: Path) -> None:
    environ = {"VIRTUAL_ENV": str(place), "PATH": f"{place}/bin:/usr/bin:/bin"}
    line = make() + ' && echo "${VIRTUAL_ENV-none} $PATH" >"$1/seen"'
    assert desk.type("remake", str(place), *sh(line, place), environ=environ).status == 0
    assert (place / "seen").read_text() == "none /usr/bin:/bin\n"


def test_several_places_go_and_come_back_together(desk: Desk, place: Path) -> None:
    chosen = place.parent / ".pdm-python"
    chosen.write_text("/opt/python3.9\n")
    words = ("remake", str(place), str(chosen))
    assert (
        desk.type(*words, *sh('test ! -e "$1" && test ! -e .pdm-python; exit 5', place), cwd=place.parent).status == 5
    )
    assert sorted(os.listdir(place.parent)) == [".pdm-python", ".venv"]
    assert chosen.read_text() == "/opt/python3.9\n"
    # PDM gives an environment of another version another name: nothing at the place is no failure.
    answer = desk.type(*words, "--", "true", cwd=place.parent)
    assert (answer.status, "note: `~/app/.venv` was moved to `~/app/.venv.old`\n" in answer.err) == (0, True)
    assert sorted(os.listdir(place.parent)) == [".pdm-python.old", ".venv.old"]


def test_what_names_the_project_is_taken_over(desk: Desk) -> None:
    make_tree(desk.root, {"envs/shop": Handmade(), "envs/shop/.project": File("/srv/shop\n")})
    place = desk.home / "envs/shop"
    assert desk.type("remake", str(place), *sh(make(), place)).status == 0
    assert (place / ".project").read_text() == "/srv/shop\n"
    assert not (desk.home / "envs/old-shop/.project").exists(), "two that name it would be one too many"
    pipenv = make() + f' && echo "{desk.home}" >"$1/.project"'
    assert desk.type("remake", str(place), *sh(pipenv, place)).status == 0
    assert (place / ".project").read_text() == f"{desk.home}\n"
    assert (desk.home / "envs/old-shop-2/.project.old").read_text() == "/srv/shop\n"


def test_what_a_tool_has_noted_is_taken_back_where_it_fails(desk: Desk, place: Path) -> None:
    """Poetry notes the version that it was told in a file for all projects, and then does not get on with it."""
    registry = place.parent / "envs.toml"
    registry.write_text("[app]\nminor = '3.11'\n")
    (place.parent / "poetry.lock").write_text("old")
    line = 'echo "[app]" >../app/envs.toml; echo new >poetry.lock; touch pdm.lock; mkdir "$1"; exit 4'
    assert desk.type("remake", str(place), *sh(line, place), cwd=place.parent).status == 4
    assert registry.read_text() == "[app]\nminor = '3.11'\n"
    assert (place.parent / "poetry.lock").read_text() == "old"
    assert sorted(os.listdir(place.parent)) == [".venv", "envs.toml", "poetry.lock"]
    done = line.replace("mkdir", make() + "; true").replace("exit 4", "exit 0")
    assert desk.type("remake", str(place), *sh(done, place), cwd=place.parent).status == 0
    assert registry.read_text() == "[app]\n", "what was made keeps what was noted"


def test_what_was_begun_where_there_was_nothing_is_removed(desk: Desk) -> None:
    make_tree(desk.root, {"app": Directory()})
    place = desk.home / "app/app-py3.12"
    answer = desk.type("remake", str(place), *sh(make() + "; exit 3", place), cwd=place.parent)
    assert (answer.status, list(place.parent.iterdir())) == (3, [])
    assert "hint: all is as it was" in answer.err


def test_ctrl_c_reaches_the_command_and_all_is_as_it_was(desk: Desk, place: Path) -> None:
    """As a terminal sends it: to all of the group, here again and again."""
    line = 'mkdir "$1"; echo there; exec sleep 60'
    words = [*AS_MODULE, "remake", str(place), *sh(line, place)]
    with subprocess.Popen(
        words, env=desk.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"there\n"
        for _ in range(3):
            os.killpg(child.pid, signal.SIGINT)
        assert child.wait(30) == 130
    assert is_as_it_was(place)


@pytest.mark.parametrize("words", [[], ["x"], ["--", "true"], ["x", "--"], ["x", "--", "true", "--"]])
def test_wrong_usage(desk: Desk, words: list[str]) -> None:
    assert desk.type("remake", *words).status == 2


def test_what_lies_where_nothing_may_be_moved(desk: Desk, place: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may do everything")
    place.parent.chmod(0o500)
    answer = desk.type("remake", str(place), *sh(make(), place))
    place.parent.chmod(0o700)
    assert answer.status == 1
    assert "cannot be moved aside" in answer.err
    assert is_as_it_was(place)
