"""The recipes of `docs/recipes.md`, each with the real program where it is there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Desk
from trees import Handmade, make_tree

if sys.platform == "win32":
    pytest.skip("the recipes are for POSIX systems", allow_module_level=True)

PAGE = (Path(__file__).parent.parent / "docs" / "recipes.md").read_text("utf-8")


@pytest.fixture
def app(desk: Desk) -> Path:
    """A project, and `autovenv` on `PATH`."""
    make_tree(desk.root, {"app/.venv": Handmade()})
    program = desk.home / "bin" / "autovenv"
    program.parent.mkdir()
    program.symlink_to(Path(sys.executable).parent / "autovenv")
    return desk.home / "app"


def run(desk: Desk, app: Path, *words: str, **environ: str) -> str:
    program = shutil.which(words[0])
    if program is None:
        pytest.skip(f"{words[0]} was not found")
    path = f"{desk.home}/bin:/usr/bin:/bin"
    done = subprocess.run(
        [program, *words[1:]],
        cwd=app,
        env={**desk.environ, "PATH": path, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def recipe(program: str) -> str:
    """Return what the page says to write for a program: the first thing between backticks."""
    (row,) = re.findall(rf"^\| {program}[^|]* \| (.*) \|$", PAGE, re.MULTILINE)
    return str(re.findall(r"`([^`]+)`", row)[0])


def test_make(desk: Desk, app: Path) -> None:
    (app / "Makefile").write_text(f"{recipe('Make')}\ntest:\n\t@echo $$VIRTUAL_ENV; echo 'a b'\n")
    assert run(desk, app, "make", "test") == f"{app}/.venv\na b\n"


def test_just(desk: Desk, app: Path) -> None:
    (app / "justfile").write_text(f"{recipe('just')}\n\ntest:\n    @echo $VIRTUAL_ENV\n")
    assert run(desk, app, "just", "test") == f"{app}/.venv\n"


def test_direnv(desk: Desk, app: Path) -> None:
    (app / ".envrc").write_text('eval "$(autovenv env --shell bash)"\n')
    assert 'eval "$(autovenv env --shell bash)"' in PAGE
    run(desk, app, "direnv", "allow", ".")
    assert run(desk, app, "direnv", "exec", ".", "sh", "-c", "echo $VIRTUAL_ENV") == f"{app}/.venv\n"


def test_github_actions(desk: Desk, app: Path) -> None:
    files = {"GITHUB_ENV": str(desk.home / "env"), "GITHUB_PATH": str(desk.home / "path")}
    step = recipe("GitHub Actions").removeprefix("- run: ")
    run(desk, app, "sh", "-c", step, **files)
    assert (desk.home / "path").read_text() == f"{app}/.venv/bin\n"


def test_a_git_hook(desk: Desk, app: Path) -> None:
    desk.type("shims", "install", "whereami", "--no-rc")
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main")
    run(desk, app, *git, "init", "--quiet")
    hook = app / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\ncommand -v whereami >"$PWD/seen"\nwhereami >/dev/null && echo ran >>"$PWD/seen"\n')
    hook.chmod(0o755)
    shims = desk.type("shims", "path").out.strip()
    run(desk, app, *git, "commit", "--quiet", "--allow-empty", "-m", "x", PATH=f"{shims}:/usr/bin:/bin")
    assert (app / "seen").read_text() == f"{shims}/whereami\nran\n"


def test_a_language_server_where_there_is_no_environment(desk: Desk, app: Path) -> None:
    assert "run --any -- ruff server" in PAGE
    ruff = Path(sys.executable).parent / "ruff"
    if not ruff.exists():
        pytest.skip("ruff was not found")
    found = run(
        desk, desk.home, str(Path(sys.executable).parent / "autovenv"), "run", "--any", "--", str(ruff), "version"
    )
    assert found.startswith("ruff ")
