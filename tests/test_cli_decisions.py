"""`allow`, `deny`, `revoke`, `link` and `unlink` as they are typed; what they decide is tested elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commands import Desk
from trees import Directory, Handmade, make_tree

pytestmark = pytest.mark.posix("the trees are laid out for POSIX systems")


@pytest.fixture
def moved(desk: Desk) -> Path:
    """A project whose environment was moved, so that it asks."""
    make_tree(desk.root, {"app/.venv": Handmade(), "app/src": Directory()})
    return (desk.home / "app").rename(desk.home / "moved")


def verdict(desk: Desk, directory: Path) -> str:
    return str(desk.type("status", "--json", cwd=directory).json["verdict"])


def test_allow_and_revoke(desk: Desk, moved: Path) -> None:
    assert verdict(desk, moved) == "ask"
    answer = desk.type("allow", cwd=moved / "src")
    assert (answer.status, answer.err) == (0, "")
    assert "~/moved/.venv" in answer.out
    assert verdict(desk, moved) == "allow"
    assert desk.type("revoke", cwd=moved).status == 0
    assert verdict(desk, moved) == "ask"


@pytest.mark.parametrize("path", ["moved", "./moved/src/..", "~/moved", "«home»/moved"])
def test_a_project_is_named_by_any_path(desk: Desk, moved: Path, path: str) -> None:
    assert desk.type("allow", path.replace("«home»", str(desk.home))).status == 0
    assert verdict(desk, moved) == "allow"


def test_deny(desk: Desk) -> None:
    make_tree(desk.root, {"app/.venv": Handmade()})
    app = desk.home / "app"
    assert verdict(desk, app) == "allow"
    assert desk.type("deny", str(app)).status == 0
    assert verdict(desk, app) == "refuse"
    assert desk.type("status", cwd=app).status == 1
    answer = desk.type("run", "true", cwd=app)
    assert answer.status == 1
    assert answer.err.endswith("  why: you denied it\n  hint: to take that back, run `autovenv revoke`\n")
    assert desk.type("revoke", cwd=app).status == 0
    assert desk.type("run", "true", cwd=app).status == 0


def test_a_directory_that_is_not_there(desk: Desk) -> None:
    answer = desk.type("link", "nowhere")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("autovenv: error: there is no environment `nowhere`\n  why: neither a directory here")
    for command in ("allow", "deny"):
        answer = desk.type(command, "nowhere")
        assert (answer.status, answer.out, answer.err) == (1, "", "autovenv: error: there is no `~/nowhere`\n")


def test_what_was_decided_for_a_project_that_is_gone_can_be_revoked(desk: Desk, moved: Path) -> None:
    assert desk.type("allow", cwd=moved).status == 0
    shutil.rmtree(moved)
    assert desk.type("revoke", "moved").status == 0
    assert desk.type("revoke", "moved").status == 1


def test_nothing_to_allow(desk: Desk) -> None:
    answer = desk.type("allow")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("autovenv: error: ")


def test_link_and_unlink(desk: Desk) -> None:
    make_tree(desk.root, {"app": Directory(), "venvs/django": Handmade()})
    app = desk.home / "app"
    assert verdict(desk, app) == "none"
    answer = desk.type("link", "../venvs/django", "--write", cwd=app)
    assert (answer.status, answer.err) == (0, "")
    assert (app / ".venv").read_text() == "../venvs/django\n"
    (app / ".venv").unlink()
    assert desk.type("which", cwd=app).out == f"{desk.home}/venvs/django/bin/python\n"
    assert desk.type("unlink", cwd=app).status == 0
    assert verdict(desk, app) == "none"
    assert desk.type("unlink", cwd=app).status == 1
