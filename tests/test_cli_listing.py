"""`autovenv list` and `autovenv prune`."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pexpect
import pytest
from commands import Desk
from hypothesis import given
from hypothesis import strategies as st
from trees import Directory, File, Handmade, make_tree

from autovenv.commands import decisions, pruning
from autovenv.state import choices, record, store

pytestmark = pytest.mark.posix("the trees are laid out for POSIX systems")


def visit(desk: Desk, *directories: Path) -> None:
    """Have records of directories, as a shell that went there would."""
    for directory in directories:
        assert desk.type("resolve", str(directory)).status == 0


@pytest.fixture
def known(at_home: Desk) -> Desk:
    """A desk with a good, a broken, a decided, an empty and a vanished project."""
    make_tree(
        at_home.root,
        {
            "good/.venv": Handmade(),
            "broken/.venv/pyvenv.cfg": File(),
            "decided": Directory(),
            "empty/pyproject.toml": File(),
            "gone/away/.venv": Handmade(),
        },
    )
    home = at_home.home
    visit(at_home, home / "good", home / "broken", home / "empty", home / "gone" / "away")
    choices.write(str(home / "decided"), {"decision": "deny"})
    choices.write(str(home / "gone"), {"decision": "allow"})
    shutil.rmtree(home / "gone")
    return at_home


def test_list_paths_as_json(known: Desk) -> None:
    home = str(known.home)
    answer = known.type("list", "--paths", "--json")
    assert answer.json == {
        "format": 1,
        "paths": [f"{home}/{name}" for name in ("broken", "decided", "gone", "gone/away", "good")],
    }


def test_what_is_denied_before_it_has_an_environment_is_listed_so(known: Desk) -> None:
    known.type("deny", "empty")
    (line,) = [line for line in known.type("list").out.splitlines() if line.startswith("~/empty")]
    assert line.split("\t") == ["~/empty", "-", "refuse", "-", "you denied it"]


def test_list_as_json(known: Desk) -> None:
    home = str(known.home)
    answer = known.type("list", "--json")
    assert (answer.status, answer.err) == (0, "")
    names = ("project", "environment", "kind", "verdict")
    assert [tuple(project[name] for name in names) for project in answer.json["projects"]] == [
        (f"{home}/broken", f"{home}/broken/.venv", "in_project", "broken"),
        (f"{home}/decided", None, None, "refuse"),
        (f"{home}/gone", None, None, "gone"),
        (f"{home}/gone/away", None, None, "gone"),
        (f"{home}/good", f"{home}/good/.venv", "in_project", "allow"),
    ]
    reasons = [project["why"] for project in answer.json["projects"]]
    assert reasons[1:4] == ["you denied it", "", ""]
    # The same words as everywhere else.
    assert reasons[0] == "it has no interpreter"
    assert reasons[4] in known.type("status", cwd=known.home / "good").out


def test_list_in_a_pipe_is_plain(known: Desk) -> None:
    lines = known.type("list").out.splitlines()
    assert lines == [
        "~/broken\tin the project\tbroken\t.venv\tit has no interpreter",
        "~/decided\t-\trefuse\t-\tyou denied it",
        "~/gone\t-\tgone\t-\t",
        "~/gone/away\t-\tgone\t-\t",
        "~/good\tin the project\tallow\t.venv\t",
    ]


def test_list_of_paths(known: Desk) -> None:
    answer = known.type("list", "--paths")
    assert answer.out.splitlines()[-1] == f"{known.home}/good"


@pytest.mark.parametrize("plain", [False, True])
def test_list_on_a_terminal_is_a_table(known: Desk, plain: bool) -> None:
    environ = {**known.environ, "TERM": "xterm-256color", **({"NO_COLOR": "1"} if plain else {})}
    typed = f"{sys.executable} -m autovenv list"
    out, status = pexpect.run(typed, env=environ, cwd=str(known.home), withexitstatus=True, timeout=60)
    assert status == 0
    assert (b"\x1b" in out) is not plain
    lines = [line.split() for line in re.sub(r"\x1b\[[0-9;]*m", "", out.decode()).splitlines()]
    assert lines[0] == ["project", "kind", "verdict", "environment", "why"]
    assert lines[-1] == ["~/good", "in", "the", "project", "allow", ".venv"]


def test_list_of_nothing(desk: Desk) -> None:
    answer = desk.type("list")
    assert (answer.status, answer.out) == (0, "")
    assert answer.err != ""
    assert desk.type("list", "--json").json["projects"] == []


def test_a_state_directory_that_others_may_write_is_not_believed(known: Desk) -> None:
    known.state.chmod(0o777)
    assert known.type("list", "--json").json["projects"] == []


def test_prune_forgets_what_is_gone_and_nothing_else(known: Desk) -> None:
    home = known.home
    before = known.type("list", "--json").json["projects"]
    only_said = known.type("prune", "--dry-run")
    assert only_said.out.splitlines() == ["would forget ~/gone", "would forget ~/gone/away"]
    assert known.type("list", "--json").json["projects"] == before
    answer = known.type("prune")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.splitlines() == ["forgot ~/gone", "forgot ~/gone/away"]
    assert known.type("list", "--json").json["projects"] == [
        project for project in before if project["verdict"] != "gone"
    ]
    assert not Path(store.record_dir(str(home / "gone"), str(known.state))).exists()
    assert choices.read(str(home / "decided")) == {"decision": "deny"}
    again = known.type("prune")
    assert (again.status, again.out) == (0, "")


def test_prune_as_json(known: Desk) -> None:
    assert known.type("prune", "--json").json["forgotten"] == [f"{known.home}/gone", f"{known.home}/gone/away"]


def test_a_project_that_is_a_dangling_link_is_not_forgotten(known: Desk) -> None:
    # A disk that is not mounted just now looks like that.
    (known.home / "gone").symlink_to("nowhere")
    assert pruning.prune() == [f"{known.home}/gone/away"]


@given(st.lists(st.text(st.characters(exclude_characters="\\/:", min_codepoint=32), min_size=2), min_size=1))
def test_unmirror_on_windows(names: list[str]) -> None:
    for directory in ("C:\\" + "\\".join(names), "\\\\server\\" + "\\".join(names)):
        assert pruning.unmirror(record.locate(directory, windows=True), windows=True) == directory


@pytest.mark.usefixtures("at_home")
def test_the_root_can_be_known() -> None:
    choices.write("/", {"decision": "deny"})
    assert list(pruning.find_known()) == ["/"]


@pytest.mark.posix("Windows allows no such names")
def test_names_that_a_terminal_would_obey_are_visible_in_a_list_of_paths(at_home: Desk) -> None:
    """A shell that completes a word shows what it reads here, and a line is one path."""
    for name in ("\x1b]0;title\x07", "two\nlines", "\u202egnp", "k\xe4se", os.fsdecode(b"\xff")):
        (at_home.home / name).mkdir()
        decisions.deny(str(at_home.home / name))
    home = str(at_home.home)
    assert set(at_home.type("list", "--paths").out.splitlines()) == {
        f"{home}/\\x1b]0;title\\x07",
        f"{home}/two\\nlines",
        f"{home}/\\u202egnp",
        f"{home}/k\xe4se",
        os.fsdecode(os.fsencode(home) + b"/\xff"),
    }
