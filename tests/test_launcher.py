"""The command that an installer wrote, isolated: what Python reads before a line of ours runs does not reach it."""

from __future__ import annotations

import os
import site
import subprocess
import sys
from pathlib import Path

import pytest

from autovenv.shells.launcher import choose_flags, isolate

pytestmark = pytest.mark.posix("there the command is a program")

BODY = "import sys\nsys.exit(print('fine', sys.flags.isolated))\n"

FORMS = {
    "pip": f"#!{sys.executable}\n" + BODY,
    "uv": f"#!{sys.executable}\n# -*- coding: utf-8 -*-\n" + BODY,
    "a path that is too long": f"#!/bin/sh\n'''exec' {sys.executable} \"$0\" \"$@\"\n' '''\n" + BODY,
    "a path with spaces": f"#!/bin/sh\n'''exec' \"{sys.executable}\" \"$0\" \"$@\"\n' '''\n" + BODY,
}


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_the_present_directory_reaches_an_isolated_command(tmp_path: Path, form: str) -> None:
    script, project = tmp_path / "autovenv", tmp_path / "project"
    script.write_text(FORMS[form])
    script.chmod(0o755)
    (tmp_path / "link").symlink_to(script)
    project.mkdir()
    for name in ("sitecustomize", "usercustomize", "sys", "os", "encodings"):
        (project / f"{name}.py").write_text("raise SystemExit('canary')\n")
    isolate(str(tmp_path / "link"))
    assert (script.stat().st_mode & 0o777, (tmp_path / "link").is_symlink()) == (0o755, True)
    for variables in (
        {"PYTHONPATH": ":/opt/lib"},
        {"PYTHONPATH": str(project), "PYTHONSTARTUP": str(project / "os.py")},
        {"PYTHONHOME": "/nowhere"},
        {"PYTHONINSPECT": "1", "PYTHONVERBOSE": "1"},
    ):
        ran = subprocess.run(
            [tmp_path / "link"], cwd=project, env={"PATH": os.defpath, **variables}, capture_output=True, text=True
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "fine 1\n", "")
    once = script.read_bytes()
    isolate(str(script))
    assert script.read_bytes() == once


def test_the_hook_has_its_command_isolated_from_the_next_time_on(tmp_path: Path) -> None:
    """Also where nobody ran `autovenv install`: a line by hand in an rc file."""
    script, project = tmp_path / "autovenv", tmp_path / "project"
    start = "import sys; from autovenv.__main__ import main; sys.exit(main())"
    script.write_text(f"#!{sys.executable}\n{start}\n")
    script.chmod(0o755)
    project.mkdir()
    (project / "sitecustomize.py").write_text("print('canary')\n")
    environ = {"PATH": os.defpath, "HOME": str(tmp_path), "PYTHONPATH": "."}
    for command, expected in ((["--version"], True), (["hook", "bash"], True), (["hook", "bash"], False)):
        ran = subprocess.run([script, *command], cwd=project, env=environ, capture_output=True, text=True)
        assert (ran.returncode, "canary\n" in ran.stdout) == (0, expected), command
    assert script.read_text() == f"#!{sys.executable} -I\n{start}\n"


def test_a_command_in_the_users_own_library_still_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "getusersitepackages", lambda: str(tmp_path / "library"))
    monkeypatch.delenv("PYTHONUSERBASE", raising=False)
    assert choose_flags(str(tmp_path / "other")) == b"-I"
    assert choose_flags(str(tmp_path / "library")) == b"-EP"
    monkeypatch.setenv("PYTHONUSERBASE", str(tmp_path))
    assert choose_flags(str(tmp_path / "library")) == b""


@pytest.mark.parametrize(
    "text", ["#!/bin/sh\nexec true\n", "#!/usr/bin/env python3\n", "", "\x7fELF\0", "#!/usr/bin/perl\n"]
)
def test_what_is_no_such_script_stays_as_it_is(tmp_path: Path, text: str) -> None:
    script = tmp_path / "autovenv"
    script.write_text(text)
    isolate(str(script))
    assert script.read_text() == text


def test_what_is_not_there_is_no_mistake(tmp_path: Path) -> None:
    isolate(str(tmp_path / "gone"))
    isolate(str(tmp_path))
    assert list(tmp_path.iterdir()) == []
