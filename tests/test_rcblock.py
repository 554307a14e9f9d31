"""The block in a person's rc file: written once, taken out without a trace, never into a file that cannot take it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shells import SHELLS, Shell, require

if sys.platform == "win32":
    pytest.skip("scripts/install is for POSIX systems", allow_module_level=True)

import rcblock

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "scripts" / "rcblock.py"


def read(path: Path) -> bytes:
    if path.is_symlink():
        return os.fsencode(path.readlink())
    return path.read_bytes() if path.is_file() else b""


class Home:
    """A home directory, and what `rcblock.py` does in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.environ = {"HOME": str(path), "PATH": "/usr/bin:/bin"}

    def run(self, *arguments: str, status: int = 0, **environ: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-I", "-B", SCRIPT, *arguments],
            env=self.environ | environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == status, done.stderr
        return done

    def add(self, shell: str = "zsh", executable: str = "/opt/bin/autovenv", status: int = 0, **environ: str) -> str:
        done = self.run("add", shell, executable, status=status, **environ)
        return done.stderr if status else done.stdout

    def tree(self) -> dict[str, tuple[int, bytes]]:
        """Return every path below the home directory with its mode and its bytes, its target, or nothing."""
        found = {}
        for path in sorted(self.path.rglob("*")):
            found[str(path.relative_to(self.path))] = (path.lstat().st_mode, read(path))
        return found


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir()
    return Home(tmp_path / "home")


texts = st.lists(
    st.sampled_from([b"", b"alias ll='ls -l'", b"\xff\xfe latin \xe9", b"# comment", b"\r", b"x", b"\x0c", b"\n"])
).map(b"\n".join)


@given(texts)
def test_what_was_added_is_taken_out_to_the_byte(data: bytes) -> None:
    added = rcblock.add_block(data, "line", rcblock.Notes())
    assert added.startswith(data)
    assert rcblock.remove_block(added)[0] == data


@given(texts)
def test_adding_again_changes_nothing(data: bytes) -> None:
    added = rcblock.add_block(data, "line", rcblock.Notes())
    assert rcblock.add_block(added, "line", rcblock.Notes()) == added


@given(texts, texts)
def test_an_upgrade_replaces_the_block_where_it_stands(before: bytes, after: bytes) -> None:
    data = rcblock.add_block(before, "old line", rcblock.Notes()) + after
    upgraded = rcblock.add_block(data, "new line", rcblock.Notes())
    assert upgraded == data.replace(b"old line", b"new line")
    kept = before if before.endswith(b"\n") or not before or not after else before + b"\n"
    assert rcblock.remove_block(upgraded)[0] == kept + after


def test_of_two_blocks_one_is_left() -> None:
    once = rcblock.add_block(b"a\n", "old line", rcblock.Notes())
    assert rcblock.add_block(once + b"b\n" + once, "line", rcblock.Notes()) == (
        rcblock.add_block(b"a\n", "line", rcblock.Notes()) + b"b\na\n"
    )


def test_the_notes_of_a_block_survive_an_upgrade() -> None:
    made = rcblock.Notes(file=True, directories=3)
    upgraded = rcblock.add_block(rcblock.add_block(b"", "old line", made), "new line", rcblock.Notes())
    assert rcblock.remove_block(upgraded) == (b"", made)


def test_a_block_in_a_file_with_crlf_is_found() -> None:
    added = rcblock.add_block(b"Set-Alias ll ls\n", "line", rcblock.Notes())
    assert rcblock.remove_block(added.replace(b"\n", b"\r\n"))[0] == b"Set-Alias ll ls\r\n"


@pytest.mark.parametrize("marker", [b"# >>> autovenv >>>\n", b"# <<< autovenv <<<\n"])
def test_half_a_block_is_refused(marker: bytes) -> None:
    with pytest.raises(ValueError, match="without its counterpart"):
        rcblock.add_block(b"a\n" + marker + b"b\n", "line", rcblock.Notes())
    with pytest.raises(ValueError, match="without its counterpart"):
        rcblock.remove_block(b"a\n" + marker + b"b\n")


@pytest.mark.parametrize(
    ("shell", "rc"),
    [
        ("bash", ".bashrc"),
        ("zsh", ".zshrc"),
        ("fish", ".config/fish/conf.d/autovenv.fish"),
        ("powershell", ".config/powershell/Microsoft.PowerShell_profile.ps1"),
    ],
)
def test_a_file_that_is_made_goes_again_with_its_directories(home: Home, shell: str, rc: str) -> None:
    before = home.tree()
    assert rc in home.add(shell)
    assert (home.path / rc).is_file()
    home.run("remove")
    assert home.tree() == before


def test_directories_that_were_there_stay(home: Home) -> None:
    (home.path / ".config/fish").mkdir(parents=True)
    before = home.tree()
    home.add("fish")
    home.run("remove")
    assert home.tree() == before


def test_a_file_that_was_made_stays_when_its_user_wrote_into_it(home: Home) -> None:
    home.add()
    with (home.path / ".zshrc").open("a") as rc:
        rc.write("alias g=git\n")
    home.run("remove")
    assert (home.path / ".zshrc").read_text() == "alias g=git\n"


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o444])
@pytest.mark.parametrize("data", [b"", b"a\n", b"no newline at the end", b"a\r\nb\r\n", b"caf\xe9\n"])
def test_bytes_and_mode_come_back(home: Home, data: bytes, mode: int) -> None:
    rc = home.path / ".zshrc"
    rc.write_bytes(data)
    rc.chmod(mode)
    before = home.tree()
    home.add()
    assert rc.read_bytes().startswith(data)
    assert rc.stat().st_mode & 0o7777 == mode
    home.run("remove")
    assert home.tree() == before


@pytest.mark.parametrize("there", [True, False])
def test_a_link_into_a_dotfiles_repository_stays_a_link(home: Home, there: bool) -> None:
    (home.path / "dotfiles").mkdir()
    if there:
        (home.path / "dotfiles/zshrc").write_text("a\n")
    (home.path / ".zshrc").symlink_to("dotfiles/zshrc")
    before = home.tree()
    home.add()
    assert (home.path / ".zshrc").is_symlink()
    assert b"hook zsh" in (home.path / "dotfiles/zshrc").read_bytes()
    home.run("remove")
    assert home.tree() == before


def test_what_cannot_be_written_is_left_with_the_line_to_add(home: Home) -> None:
    rc = home.path / ".zshrc"
    kinds = {
        "fifo": lambda: os.mkfifo(rc),
        "directory": rc.mkdir,
        "link to itself": lambda: rc.symlink_to(".zshrc"),
        "UTF-16": lambda: rc.write_text("a\n", "utf-16"),
        "half a block": lambda: rc.write_text("# >>> autovenv >>>\n"),
    }
    for kind, make in kinds.items():
        make()
        before = home.tree() if kind != "fifo" else {}
        said = home.add(status=1)
        assert "autovenv: error: `~/.zshrc` was left as it is\n  why: " in said, kind
        assert "hint: put this line into it yourself: if [[ -x" in said, kind
        if before:
            assert home.tree() == before, kind
        assert sorted(path.name for path in home.path.iterdir()) == [".zshrc"], kind
        rc.rmdir() if kind == "directory" else rc.unlink()


def test_a_line_by_hand_is_enough(home: Home) -> None:
    (home.path / ".zshrc").write_text('eval "$(autovenv hook zsh)"\n')
    before = home.tree()
    assert "already" in home.add()
    assert home.tree() == before


def test_a_commented_line_is_none(home: Home) -> None:
    (home.path / ".zshrc").write_text('# eval "$(autovenv hook zsh)"\n')
    home.add()
    assert rcblock.BLOCK.search((home.path / ".zshrc").read_bytes())


@pytest.mark.parametrize(
    ("files", "hooked"),
    [
        ({".bash_profile": "export A=1\n"}, {".bashrc", ".bash_profile"}),
        ({".bash_profile": "export A=1\n", ".profile": "export A=1\n"}, {".bashrc", ".bash_profile"}),
        ({".bash_login": "export A=1\n", ".profile": "export A=1\n"}, {".bashrc", ".bash_login"}),
        ({".profile": "export A=1\n"}, {".bashrc", ".profile"}),
        ({".profile": "export A=1\n# see ~/.bashrc\n"}, {".bashrc", ".profile"}),
        ({".profile": "export A=1\n. ~/.bashrc\n"}, {".bashrc"}),
        ({".bash_profile": "[ -f ~/.bashrc ] && source ~/.bashrc\n"}, {".bashrc"}),
    ],
)
def test_bash_gets_the_hook_in_login_shells_too(home: Home, files: dict[str, str], hooked: set[str]) -> None:
    for name, text in files.items():
        (home.path / name).write_text(text)
    home.add("bash")
    assert {path.name for path in home.path.iterdir() if b"autovenv" in path.read_bytes()} == hooked


def test_a_login_file_that_is_made_hides_no_other(home: Home) -> None:
    home.add("bash")
    login = ".bash_profile" if sys.platform == "darwin" else ".profile"
    assert {path.name for path in home.path.iterdir()} == {".bashrc", login}


def test_a_plain_sh_reads_the_login_file_without_a_word(home: Home) -> None:
    (home.path / ".profile").write_text("")
    executable = home.path / "autovenv"
    executable.write_text("#!/bin/sh\necho started >&2\n")
    executable.chmod(0o755)
    home.add("bash", str(executable))
    sourced = ["sh", "-u", "-c", f". '{home.path}/.profile'"]
    done = subprocess.run(sourced, env=home.environ, capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_zdotdir_is_honoured(home: Home) -> None:
    zdotdir = home.path / "zsh"
    zdotdir.mkdir()
    home.add(ZDOTDIR=str(zdotdir))
    assert rcblock.BLOCK.search((zdotdir / ".zshrc").read_bytes())
    home.run("remove", ZDOTDIR=str(zdotdir))
    assert not list(zdotdir.iterdir())


def test_zdotdir_set_in_zshenv_without_export_is_found(home: Home) -> None:
    zsh = require("zsh", SHELLS[1].find())
    zdotdir = home.path / "zsh"
    zdotdir.mkdir()
    (home.path / ".zshenv").write_text("ZDOTDIR=~/zsh\necho noise\n")
    home.add(PATH=f"{Path(zsh).parent}:/usr/bin:/bin")
    assert rcblock.BLOCK.search((zdotdir / ".zshrc").read_bytes())


def test_xdg_config_home_is_honoured(home: Home) -> None:
    home.add("fish", XDG_CONFIG_HOME=str(home.path / "xdg"))
    assert (home.path / "xdg/fish/conf.d/autovenv.fish").is_file()


SHOUT = """#!/bin/sh
echo "hook $2" >>'%s/started'
echo '%s'
"""
ODD_NAMES = [
    "plain",
    "with space",
    "quote's",
    "$(echo no)`echo no`",
    'double"quote',
    "back\\slash",
    "new\nline",
    "*?[a]!{}",
]


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell.name)
def test_the_line_runs_an_executable_anywhere(home: Home, shell: Shell, name: str) -> None:
    found = require(shell.name, shell.find())
    executable = home.path / name / "autovenv"
    executable.parent.mkdir()
    executable.write_text(SHOUT % (home.path, shell.set("hooked", "yes")))
    executable.chmod(0o755)
    dialect = "powershell" if shell.name == "pwsh" else shell.name
    line = home.run("show", dialect, str(executable)).stdout
    interactive = {"bash": ["--norc", "-i"], "zsh": ["-f", "-i"], "fish": ["--no-config", "-i"], "pwsh": ["-NoProfile"]}
    script = home.path / "script.ps1"
    script.write_text(f"{line}\necho $hooked\n")
    done = subprocess.run(
        [found, *interactive[shell.name], "-c", shell.source(str(script))],
        env=home.environ | {"TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
        timeout=60,
    )
    assert done.stdout.split() == [b"yes"]
    assert (home.path / "started").read_text() == f"hook {dialect}\n"


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell.name)
def test_the_line_says_nothing_once_the_executable_is_gone(home: Home, shell: Shell) -> None:
    found = require(shell.name, shell.find())
    dialect = "powershell" if shell.name == "pwsh" else shell.name
    line = home.run("show", dialect, str(home.path / "gone")).stdout
    done = subprocess.run(
        [found, "-c", line],
        env=home.environ | {"TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        start_new_session=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
