"""`autovenv demo`: the whole walk, in each shell that it walks in, and nothing left of it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pexpect
import pytest
from commands import AS_MODULE, Desk
from shells import SHELLS, Shell, require

from autovenv.commands import demo
from autovenv.messages import Problem

pytestmark = pytest.mark.posix("there is no pseudo-terminal")

#: What the command line calls each shell.
NAMES = {"pwsh": "powershell"}


@pytest.fixture
def stage(desk: Desk) -> Desk:
    """A desk whose temporary directory is its own, in a shell with an environment of its user's."""
    (desk.root / "tmp").mkdir()
    (desk.home / ".bashrc").write_text("echo the rc file of the user\n")
    desk.environ |= {"TMPDIR": str(desk.root / "tmp"), "VIRTUAL_ENV": "/elsewhere", "TERM": "xterm-256color"}
    return desk


def list_files(directory: Path) -> list[str]:
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*"))


@pytest.mark.slow
@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell.name)
def test_the_walk(stage: Desk, shell: Shell) -> None:
    name = NAMES.get(shell.name, shell.name)
    (stage.root / "bin").mkdir()
    (stage.root / "bin" / shell.name).symlink_to(require(shell.name, shell.find()))
    stage.environ["PATH"] = f"{stage.root / 'bin'}:{stage.environ['PATH']}"
    before = list_files(stage.home)
    answer = stage.type("demo", "--shell", name)
    assert (answer.status, answer.err) == (0, "")
    assert "\x1b" not in answer.out
    assert "the rc file of the user" not in answer.out
    typed = re.findall(r"^(?:\((\w+)\) )?(~\S*) \$ (.*)$", answer.out, re.MULTILINE)
    assert [command for _, _, command in typed] == [step.write(name) for step in demo.STEPS]
    assert [(label, where) for label, where, _ in typed] == [
        ("", "~"),
        ("", "~"),
        ("shop", "~/shop"),
        ("shop", "~/shop"),
        ("blog", "~/blog"),
        ("", "~"),
        ("", "~/clone"),
        ("", "~/clone"),
        ("clone", "~/clone"),
        ("", "~/clone"),
    ]
    assert list_files(stage.root / "tmp") == []
    assert list_files(stage.home) == before


@pytest.mark.slow
@pytest.mark.parametrize("colour", [True, False])
def test_the_walk_on_a_terminal(stage: Desk, colour: bool) -> None:
    environ = stage.environ if colour else {**stage.environ, "NO_COLOR": "1"}
    command = [*AS_MODULE, "demo", "--fast", "--shell", "bash"]
    out, status = pexpect.run(" ".join(command), env=environ, cwd=str(stage.home), withexitstatus=True, timeout=120)
    assert status == 0
    assert (b"\x1b[32m" in out or b"\x1b[33m" in out) is colour
    assert b"8888" not in out


@pytest.mark.slow
def test_ctrl_c_ends_it_quietly_and_cleans_up(stage: Desk) -> None:
    command = [*AS_MODULE, "demo", "--shell", "bash"]
    with pexpect.spawn(command[0], command[1:], env=stage.environ, cwd=str(stage.home), timeout=60) as child:
        child.expect_exact("Two projects")
        child.sendintr()
        child.expect(pexpect.EOF)
        child.wait()
    assert child.exitstatus == 130
    assert b"Traceback" not in child.before
    assert list_files(stage.root / "tmp") == []


@pytest.mark.slow
def test_a_walk_that_goes_wrong_says_so(
    stage: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(stage.root / "tmp"))
    monkeypatch.setattr(demo, "STEPS", (demo.Step("", "echo one", "two"),))
    with pytest.raises(Problem, match="`echo one` should have shown `two`"):
        demo.walk_through("bash", fast=True)
    assert "one" in capsys.readouterr().out
    assert list_files(stage.root / "tmp") == []


def test_a_shell_that_ends_says_so(tmp_path: Path) -> None:
    terminal = demo.Terminal(["/bin/sh", "-c", "exit"], {}, str(tmp_path))
    try:
        with pytest.raises(Problem, match="the shell did not answer"):
            terminal.read()
    finally:
        terminal.close()


def test_a_shell_that_is_not_there_is_named(desk: Desk) -> None:
    desk.environ["PATH"] = str(desk.root)
    answer = desk.type("demo", "--shell", "pwsh")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("autovenv: error: pwsh was not found\n")


def test_it_takes_a_person_half_a_minute() -> None:
    waits = sum(demo.LOOK + (demo.READ if step.says else 0) + demo.KEY * len(step.command) for step in demo.STEPS)
    # And the first and the last word; what the shell itself takes is less than a second.
    assert waits + 2 * demo.READ < 30


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"echo of the line\r\n\x1b]8888;autovenv-running\x07out\r\n~ $ \x1b]8888;autovenv-prompted\x07", "out\n~ $ "),
        (b"\x1b[?2004h\x1b[31mred\x1b[0m\x1b[K\x1b]0;title\x07\x1b(B", "red"),
        (b"\xe2\x8f\x8e      \r\x1b[2K~ $ ", "~ $ "),
        (b"\xff\x00\x1bPq\x1b\\", "\ufffd"),
    ],
)
def test_of_a_terminals_language_only_text_is_left(data: bytes, text: str) -> None:
    assert demo.clean(data, colour=False) == text


def test_colours_can_stay() -> None:
    assert demo.clean(b"\x1b[?25l\x1b[1;31mred\x1b[m", colour=True) == "\x1b[1;31mred\x1b[m"
