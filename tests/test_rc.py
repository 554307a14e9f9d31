"""The hook in a person's rc file: written once, taken out without a trace, never into a file that cannot take it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shells import SHELLS, Shell, require

from autovenv import __version__
from autovenv.messages import Problem
from autovenv.shells import block, dialects, rc

pytestmark = pytest.mark.posix("modes, links and shells as on POSIX systems")


def read(path: Path) -> bytes:
    if path.is_symlink():
        return os.fsencode(path.readlink())
    return path.read_bytes() if path.is_file() else b""


class Home:
    """A home directory, and what `autovenv install` does in it."""

    def __init__(self, root: Path) -> None:
        self.path = root / "home"
        self.path.mkdir()
        # The installed command is a link to one in an environment, as uv and pipx make it.
        self.script = root / "environment" / "autovenv"
        self.script.parent.mkdir()
        main = "import sys; from autovenv.__main__ import main; sys.exit(main())"
        self.script.write_text(f"#!{sys.executable}\n{main}\n")
        self.script.chmod(0o755)
        self.executable = root / "bin" / "autovenv"
        self.executable.parent.mkdir()
        self.executable.symlink_to(self.script)
        self.environ = {
            "HOME": str(self.path),
            "PATH": "/usr/bin:/bin",
            "XDG_STATE_HOME": str(root / "state"),
            "XDG_DATA_HOME": str(root / "data"),
        }
        self.state = root / "state" / "autovenv"
        self.data = root / "data" / "autovenv"

    def run(self, *arguments: str, status: int = 0, **environ: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [str(self.executable), *arguments],
            env=self.environ | environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done

    def install(self, shell: str = "zsh", *options: str, status: int = 0, **environ: str) -> str:
        done = self.run("install", "--shell", shell, *options, status=status, **environ)
        return done.stderr if status else done.stdout

    def uninstall(self, *options: str, **environ: str) -> str:
        """Return what it says of the rc files."""
        lines = self.run("uninstall", *options, status=0, **environ).stdout.splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("left "))

    def tree(self) -> dict[str, tuple[int, bytes]]:
        """Return every path below the home directory with its mode and its bytes, its target, or nothing."""
        found = {}
        for path in sorted(self.path.rglob("*")):
            found[str(path.relative_to(self.path))] = (path.lstat().st_mode, read(path))
        return found


@pytest.fixture
def home(root: Path) -> Home:
    return Home(root)


texts = st.lists(
    st.sampled_from([b"", b"alias ll='ls -l'", b"\xff\xfe latin \xe9", b"# comment", b"\r", b"x", b"\x0c", b"\n"])
).map(b"\n".join)


@given(texts)
def test_what_was_added_is_taken_out_to_the_byte(data: bytes) -> None:
    added = block.add_block(data, "line", block.Notes())
    assert added.startswith(data)
    assert block.remove_block(added)[0] == data


@given(texts)
def test_adding_again_changes_nothing(data: bytes) -> None:
    added = block.add_block(data, "line", block.Notes())
    assert block.add_block(added, "line", block.Notes()) == added


@given(texts, texts)
def test_an_upgrade_replaces_the_block_where_it_stands(before: bytes, after: bytes) -> None:
    data = block.add_block(before, "old line", block.Notes()) + after
    upgraded = block.add_block(data, "new line", block.Notes())
    assert upgraded == data.replace(b"old line", b"new line")
    kept = before if before.endswith(b"\n") or not before or not after else before + b"\n"
    assert block.remove_block(upgraded)[0] == kept + after


LASTS = st.sampled_from([b"return\n", b"return", b"return 0 # done\n", b"exec zsh\n\n", b"exec fish -l", b"exit 1\n"])


@given(texts, LASTS)
def test_a_block_stands_before_a_last_line_that_ends_the_file(data: bytes, last: bytes) -> None:
    data = data + b"\n" if data and not data.endswith(b"\n") else data
    added = block.add_block(data + last, "line", block.Notes())
    assert added.endswith(last)
    assert block.remove_block(added)[0] == data + last
    assert block.add_block(added, "line", block.Notes()) == added


@pytest.mark.parametrize(
    "data",
    [b"true &&\nexec zsh\n", b"if x; then\nexec zsh\n", b"exec 2>log\n", b"[ x ] || return\n", b"return\nfi\n"],
)
def test_a_last_line_that_does_not_always_end_the_file_is_no_end(data: bytes) -> None:
    assert block.add_block(data, "line", block.Notes()).startswith(data)


def test_of_two_blocks_one_is_left() -> None:
    once = block.add_block(b"a\n", "old line", block.Notes())
    assert block.add_block(once + b"b\n" + once, "line", block.Notes()) == (
        block.add_block(b"a\n", "line", block.Notes()) + b"b\na\n"
    )


def test_the_notes_of_a_block_survive_an_upgrade() -> None:
    made = block.Notes(file=True, directories=3)
    upgraded = block.add_block(block.add_block(b"", "old line", made), "new line", block.Notes())
    assert block.remove_block(upgraded) == (b"", made)


def test_a_block_in_a_file_with_crlf_is_found() -> None:
    added = block.add_block(b"Set-Alias ll ls\n", "line", block.Notes())
    assert block.remove_block(added.replace(b"\n", b"\r\n"))[0] == b"Set-Alias ll ls\r\n"


@pytest.mark.parametrize("marker", [b"# >>> autovenv >>>\n", b"# <<< autovenv <<<\n"])
def test_half_a_block_is_refused(marker: bytes) -> None:
    with pytest.raises(ValueError, match="without its counterpart"):
        block.add_block(b"a\n" + marker + b"b\n", "line", block.Notes())
    with pytest.raises(ValueError, match="without its counterpart"):
        block.remove_block(b"a\n" + marker + b"b\n")


@pytest.mark.parametrize("indent", [b"    ", b"\t"])
def test_an_indented_block_is_found(indent: bytes) -> None:
    added = block.add_block(b"", "if x; then eval autovenv; fi", block.Notes(file=True, directories=2))
    inside = b"if y; then\n" + b"".join(indent + line for line in added.splitlines(keepends=True)) + b"fi\n"
    assert block.remove_block(inside) == (b"if y; then\nfi\n", block.Notes(file=True, directories=2))
    assert block.add_block(inside, "new autovenv", block.Notes()).count(b"autovenv >>>") == 1


def test_what_somebody_put_into_the_block_stays() -> None:
    added = block.add_block(b"a\n", "eval autovenv", block.Notes()) + b"b\n"
    mixed = added.replace(b"eval autovenv\n", b"# mine\neval autovenv\nexport A=1\n")
    assert block.remove_block(mixed)[0] == b"a\n# mine\nexport A=1\nb\n"
    renewed = block.add_block(mixed, "new autovenv", block.Notes())
    assert block.remove_block(renewed)[0] == b"a\n# mine\nexport A=1\nb\n"
    assert block.add_block(renewed, "new autovenv", block.Notes()) == renewed


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
    assert rc in home.install(shell)
    assert (home.path / rc).is_file()
    home.uninstall()
    assert home.tree() == before


def test_directories_of_two_shells_go_with_the_second(home: Home) -> None:
    before = home.tree()
    for shell in ("powershell", "fish"):
        home.install(shell)
    home.uninstall()
    assert home.tree() == before
    for shell in ("fish", "powershell"):
        home.install(shell)
    home.uninstall()
    assert home.tree() == before


def test_directories_that_were_there_stay(home: Home) -> None:
    (home.path / ".config/fish").mkdir(parents=True)
    before = home.tree()
    home.install("fish")
    home.uninstall()
    assert home.tree() == before


def test_a_file_that_was_made_stays_when_its_user_wrote_into_it(home: Home) -> None:
    home.install()
    with (home.path / ".zshrc").open("a") as rc:
        rc.write("alias g=git\n")
    home.uninstall()
    assert (home.path / ".zshrc").read_text() == "alias g=git\n"


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o444])
@pytest.mark.parametrize("data", [b"", b"a\n", b"no newline at the end", b"a\r\nb\r\n", b"caf\xe9\n"])
def test_bytes_and_mode_come_back(home: Home, data: bytes, mode: int) -> None:
    rc = home.path / ".zshrc"
    rc.write_bytes(data)
    rc.chmod(mode)
    before = home.tree()
    home.install()
    assert rc.read_bytes().startswith(data)
    assert rc.stat().st_mode & 0o7777 == mode
    home.uninstall()
    assert home.tree() == before


@pytest.mark.parametrize("there", [True, False])
def test_a_link_into_a_dotfiles_repository_stays_a_link(home: Home, there: bool) -> None:
    (home.path / "dotfiles").mkdir()
    if there:
        (home.path / "dotfiles/zshrc").write_text("a\n")
    (home.path / ".zshrc").symlink_to("dotfiles/zshrc")
    before = home.tree()
    home.install()
    assert (home.path / ".zshrc").is_symlink()
    assert b"autovenv.zsh" in (home.path / "dotfiles/zshrc").read_bytes()
    home.uninstall()
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
        said = home.install(status=1)
        assert "autovenv: error: `~/.zshrc` was left as it is\n  why: " in said, kind
        assert "hint: put this line into it yourself: if [[ -x" in said, kind
        if before:
            assert home.tree() == before, kind
        assert sorted(path.name for path in home.path.iterdir()) == [".zshrc"], kind
        rc.rmdir() if kind == "directory" else rc.unlink()


@pytest.mark.skipif(not os.path.exists("/proc/version"), reason="no directory that not even root can write")
def test_a_link_into_a_read_only_store_is_left_with_the_line_to_add(home: Home) -> None:
    (home.path / ".zshrc").symlink_to("/proc/version")
    before = home.tree()
    said = home.install(status=1)
    assert said.startswith("autovenv: error: `~/.zshrc` was left as it is\n  why: ")
    assert "hint: put this line into it yourself: if [[ -x" in said
    assert home.tree() == before


@pytest.mark.parametrize(("shell", "rc"), [("bash", ".bashrc"), ("zsh", ".zshrc")])
@pytest.mark.parametrize("end", ["if true; then", "f() {", "cat <<EOF", "echo 'open", "x=$(", "case x in"])
def test_an_rc_file_that_ends_in_the_middle_is_left_with_the_line_to_add(
    home: Home, shell: str, rc: str, end: str
) -> None:
    require(shell, next(each for each in SHELLS if each.name == shell).find())
    file = home.path / rc
    file.write_text(f"alias x=y\n{end}\n")
    assert "ends in the middle of something" in home.install(shell, status=1)
    assert file.read_text() == f"alias x=y\n{end}\n"


def test_a_line_by_hand_is_enough(home: Home) -> None:
    (home.path / ".zshrc").write_text('eval "$(autovenv hook zsh)"\n')
    before = home.tree()
    assert "already" in home.install()
    assert home.tree() == before


def test_a_line_by_hand_is_left_and_named(home: Home) -> None:
    home.install()
    with (home.path / ".zshrc").open("a") as rc:
        rc.write('eval "$(autovenv hook zsh)"\n')
    for took in (f"took the hook out of `~/.zshrc`\nremoved `{home.data}/autovenv.zsh`\n", ""):
        done = home.run("uninstall")
        assert done.stdout.partition("left ")[0] == took
        assert done.stderr == (
            "autovenv: note: `~/.zshrc` runs `autovenv hook` by a line of your own\n"
            "  hint: take that line out yourself\n"
        )
    assert (home.path / ".zshrc").read_text() == 'eval "$(autovenv hook zsh)"\n'


@pytest.mark.parametrize(
    ("shell", "rc"), [("fish", ".config/fish/config.fish"), ("powershell", ".config/powershell/profile.ps1")]
)
def test_a_line_by_hand_in_another_file_of_the_shell_is_enough(home: Home, shell: str, rc: str) -> None:
    (home.path / rc).parent.mkdir(parents=True)
    (home.path / rc).write_text(f"autovenv hook {shell}\n")
    before = home.tree()
    assert home.install(shell) == f"`~/{rc}` runs `autovenv hook` already, left as it is\n"
    assert f"`~/{rc}` runs `autovenv hook` by a line of your own" in home.run("uninstall").stderr
    assert home.tree() == before


def test_what_only_looks_like_a_block_is_none(home: Home) -> None:
    (home.path / ".zshrc").write_text("echo x # >>> autovenv >>>\n")
    before = home.tree()
    assert home.uninstall() == ""
    assert home.tree() == before


def test_a_commented_line_is_none(home: Home) -> None:
    (home.path / ".zshrc").write_text('# eval "$(autovenv hook zsh)"\n')
    home.install()
    assert block.BLOCK.search((home.path / ".zshrc").read_bytes())


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
        ({".bash_profile": ". ~/.profile\n", ".profile": '. "$HOME/.bashrc"\n'}, {".bashrc"}),
        ({".bash_profile": ". ~/.profile\n", ".profile": "export A=1\n"}, {".bashrc", ".bash_profile"}),
        ({".bash_profile": "export A=1\n", ".profile": ". ~/.bashrc\n"}, {".bashrc", ".bash_profile"}),
        ({".bash_profile": ". /etc/bashrc\n. /etc/bash.bashrc\n"}, {".bashrc", ".bash_profile"}),
        ({".bash_profile": "for rc in ~/.bashrc.d/*; do . $rc; done\n"}, {".bashrc", ".bash_profile"}),
    ],
)
def test_bash_gets_the_hook_in_login_shells_too(home: Home, files: dict[str, str], hooked: set[str]) -> None:
    for name, text in files.items():
        (home.path / name).write_text(text)
    home.install("bash")
    assert {path.name for path in home.path.iterdir() if b"autovenv" in path.read_bytes()} == hooked


def test_a_login_file_that_is_made_hides_no_other(home: Home) -> None:
    home.install("bash")
    login = ".bash_profile" if sys.platform == "darwin" else ".profile"
    assert {path.name for path in home.path.iterdir()} == {".bashrc", login}


@pytest.mark.parametrize("form", ["--eval", "--static"])
def test_a_plain_sh_reads_the_login_file_without_a_word(home: Home, form: str) -> None:
    (home.path / ".profile").write_text("")
    home.install("bash", form)
    home.script.write_text("#!/bin/sh\necho started >&2\n")
    sourced = ["sh", "-u", "-c", f". '{home.path}/.profile'"]
    done = subprocess.run(sourced, env=home.environ, capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_zdotdir_is_honoured(home: Home) -> None:
    zdotdir = home.path / "zsh"
    zdotdir.mkdir()
    home.install(ZDOTDIR=str(zdotdir))
    assert block.BLOCK.search((zdotdir / ".zshrc").read_bytes())
    home.uninstall(ZDOTDIR=str(zdotdir))
    assert not list(zdotdir.iterdir())


def test_zdotdir_set_in_zshenv_without_export_is_found(home: Home) -> None:
    zsh = require("zsh", SHELLS[1].find())
    zdotdir = home.path / "zsh"
    zdotdir.mkdir()
    (home.path / ".zshenv").write_text("ZDOTDIR=~/zsh\necho noise\n")
    home.install(PATH=f"{Path(zsh).parent}:/usr/bin:/bin")
    assert block.BLOCK.search((zdotdir / ".zshrc").read_bytes())


def test_what_zshenv_leaves_in_the_background_is_not_waited_for(home: Home) -> None:
    zsh = require("zsh", SHELLS[1].find())
    (home.path / "z").mkdir()
    (home.path / ".zshenv").write_text(f"sleep 600 &\nprint $! > {home.path}/pid\nZDOTDIR=~/z\n")
    try:
        home.install(PATH=f"{Path(zsh).parent}:/usr/bin:/bin")
        assert (home.path / "z/.zshrc").exists()
    finally:
        os.kill(int((home.path / "pid").read_text()), signal.SIGKILL)


def test_xdg_config_home_is_honoured(home: Home) -> None:
    home.install("fish", XDG_CONFIG_HOME=str(home.path / "xdg"))
    assert (home.path / "xdg/fish/conf.d/autovenv.fish").is_file()


SHOUT = """#!/bin/sh
echo "hook $2" >>'%s/started'
cat <<'END'
%s
END
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
    line = rc.write_line(dialect, str(executable), static=False)
    # A shell with a prompt to come, which ends before it.
    interactive = INTERACTIVE | {"pwsh": ["-NoProfile", "-NoExit"]}
    script = home.path / "script.ps1"
    script.write_text(f"{line}\necho $hooked\n")
    done = subprocess.run(
        [found, *interactive[shell.name], "-c", f"{shell.source(str(script))}; exit"],
        env=home.environ | {"TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
        timeout=60,
    )
    assert done.stdout.split() == [b"yes"]
    assert (home.path / "started").read_text() == f"hook {dialect}\n"


@pytest.mark.parametrize("static", [False, True])
@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell.name)
def test_the_line_says_nothing_once_the_executable_is_gone(home: Home, shell: Shell, static: bool) -> None:
    found = require(shell.name, shell.find())
    dialect = "powershell" if shell.name == "pwsh" else shell.name
    line = rc.write_line(dialect, str(home.path / "gone"), static)
    done = subprocess.run(
        [found, "-c", line],
        env=home.environ | {"TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        start_new_session=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


#: What PowerShell is started with, as it tells it, and whether a prompt comes.
STARTED = {
    "pwsh": True,
    "pwsh -NoLogo": True,
    "pwsh --NoLogo": True,
    "pwsh \u2013NoLogo": True,
    "/usr/bin/pwsh -l -i": True,
    "pwsh -ExecutionPolicy Bypass": True,
    'pwsh -WorkingDirectory "/a b" -NoLogo': True,
    "pwsh -noe -f x": True,
    "pwsh -settingsfile a -NoExit -Command x": True,
    "pwsh -NoExit -NonInteractive -c x": True,
    '"C:\\Program Files\\PowerShell\\7\\pwsh.exe" "-NoExit" -c x': True,
    '"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe" /NoLogo': True,
    "powershell.exe /noexit /c x": True,
    "pwsh -NoProfile -Command \"Start-EditorServices -HostName 'Visual Studio Code Host'\"": True,
    "pwsh -c 1": False,
    "pwsh -NoLogo -c 1": False,
    "pwsh -nologo file.ps1": False,
    "pwsh -ep Bypass -File x": False,
    'pwsh -WorkingDirectory "/a b" x.ps1 -NoExit': False,
    "pwsh build.ps1 --noEmit": False,
    "pwsh -File x -NoExit": False,
    "pwsh -enc abc": False,
    "pwsh -cwa x": False,
    'pwsh -Command "echo -noexit"': False,
    "pwsh -NonInteractive": False,
    "pwsh /x.ps1 -NoExit": False,
    '"C:\\Program Files\\PowerShell\\7\\pwsh.exe" -c "a b"': False,
    "powershell /c x": False,
}


def test_powershell_sees_by_its_command_line_whether_a_prompt_will_come() -> None:
    found = require("pwsh", next(shell for shell in SHELLS if shell.name == "pwsh").find())
    asks = dialects.POWERSHELL_HAS_PROMPT.replace("[Environment]::CommandLine", "$_")
    assert asks.count("$_") == 1
    words = ", ".join(dialects.spell_powershell(line) for line in STARTED)
    command = [found, "-NoProfile", "-NonInteractive", "-c", f"{words} | Where-Object {{ {asks} }}"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == [line for line, comes in STARTED.items() if comes]


def test_a_constrained_powershell_is_told_in_one_line(home: Home) -> None:
    found = require("pwsh", next(shell for shell in SHELLS if shell.name == "pwsh").find())
    line = rc.write_line("powershell", str(home.path / "gone"), static=True)
    before = "$ErrorActionPreference = 'Stop'; $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'"
    done = subprocess.run(
        [found, "-NoProfile", "-NoExit", "-c", f"{before}; {line}; exit"],
        env=home.environ | {"TERM": "dumb"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [line for line in done.stdout.splitlines() if "the hook cannot run in a constrained language" in line] == [
        done.stdout.rstrip("\n")
    ]


@pytest.mark.parametrize("form", ["--static", "--eval"])
def test_the_line_is_printed_for_those_who_keep_their_rc_file_by_hand(home: Home, form: str) -> None:
    line = home.install("bash", "--print", form)
    assert home.tree() == {}
    home.install("bash", form)
    assert f"\n{line}" in (home.path / ".bashrc").read_text()


def test_a_new_block_is_static_and_a_block_keeps_its_form(home: Home) -> None:
    for options, static in ((), True), (("--eval",), False), ((), False), (("--static",), True), ((), True):
        home.install("zsh", *options)
        assert (b" install --refresh " in (home.path / ".zshrc").read_bytes()) is static
        assert (home.data / "autovenv.zsh").exists() is static


# the executable


@pytest.mark.parametrize("on_path", [True, False])
def test_the_executable_is_the_link_that_stays(home: Home, on_path: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # What the hook's shell function starts is no command that a shell could be given.
    bin_dir = home.executable.parent if on_path else home.path / ".local" / "bin"
    bin_dir.mkdir(parents=True, exist_ok=True)
    own = Path(sys.executable).parent / "autovenv"
    link = bin_dir / "autovenv"
    link.unlink(missing_ok=True)
    link.symlink_to(own)
    monkeypatch.setattr(sys, "argv", ["__main__.py"])
    monkeypatch.setenv("HOME", str(home.path))
    monkeypatch.setenv("PATH", f"/usr/bin:{bin_dir}" if on_path else "/usr/bin")
    if not own.exists():
        pytest.skip("autovenv is not installed here as a command")
    assert rc.find_executable() == str(link)


def test_another_program_of_the_name_is_not_taken(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Path(sys.executable).parent / "autovenv"
    if not own.exists():
        pytest.skip("autovenv is not installed here as a command")
    monkeypatch.setattr(sys, "argv", ["autovenv"])
    monkeypatch.setenv("HOME", str(home.path))
    monkeypatch.setenv("PATH", str(home.executable.parent))
    assert rc.find_executable() == str(own)


def test_the_executable_of_another_directory_is_found_by_its_record(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As after `pip install --user`, started by the hook's function: the interpreter is the system's.
    user = home.path / ".local"
    library = user / "lib" / "site-packages"
    (library / "autovenv_cli-1.dist-info").mkdir(parents=True)
    (library / "autovenv_cli-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: autovenv-cli\n")
    (library / "autovenv_cli-1.dist-info" / "RECORD").write_text("../../bin/autovenv,,\nautovenv/shells/rc.py,,\n")
    executable = user / "bin" / "autovenv"
    executable.parent.mkdir()
    home.script.rename(executable)
    monkeypatch.syspath_prepend(str(library))
    monkeypatch.setattr(sys, "argv", [str(library / "autovenv" / "__main__.py")])
    monkeypatch.setattr(sys, "executable", "/nowhere/python3")
    monkeypatch.setenv("HOME", str(home.path))
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.setattr(rc, "__file__", str(library / "autovenv" / "shells" / "rc.py"))
    assert rc.find_executable() == str(executable)
    monkeypatch.setattr(rc, "__file__", "/usr/lib/elsewhere/autovenv/shells/rc.py")
    with pytest.raises(Problem, match="was not found"):
        rc.find_executable()


# which shell


@pytest.mark.parametrize(("told", "rc_file"), [("zsh", ".zshrc"), ("fish", ".config/fish/conf.d/autovenv.fish")])
def test_the_shell_function_says_which_shell_it_is(home: Home, told: str, rc_file: str) -> None:
    home.run("install", __AUTOVENV_SHELL=told)
    assert (home.path / rc_file).exists()


def test_an_unknown_shell_is_wrong_usage(home: Home) -> None:
    for command in ("install", "uninstall"):
        done = home.run(command, "--shell", "nosh", status=2)
        assert done.stdout == ""
        assert done.stderr.startswith("autovenv: error: `nosh` is not a shell that autovenv knows\n")


# what is said


def test_what_was_done_is_said(home: Home) -> None:
    (home.path / ".zshrc").write_text("a\n")
    assert home.install().splitlines() == [
        "added the hook to `~/.zshrc`",
        f"wrote `{home.data}/autovenv.zsh`",
        f"  backup: {home.state}/backup{home.path}/.zshrc",
        "  next: open a new terminal, and `cd` into a project",
        "  undo: autovenv uninstall",
    ]
    assert home.install() == "the hook is in `~/.zshrc`\n"
    assert home.uninstall() == f"took the hook out of `~/.zshrc`\nremoved `{home.data}/autovenv.zsh`\n"
    done = home.run("uninstall")
    assert (done.stdout.partition("left ")[0], done.stderr) == ("", "no rc file holds the hook\n")


@pytest.mark.parametrize("data", ["", "a\n", "no newline at the end"])
def test_a_dry_run_is_a_diff_that_can_be_applied(home: Home, data: str, tmp_path: Path) -> None:
    (home.path / ".zshrc").write_text(data)
    before = home.tree()
    said, diff = home.install("zsh", "--dry-run").split("\n", 1)
    assert said == "would add the hook to `~/.zshrc`"
    assert home.tree() == before
    assert not home.state.exists()
    home.install()
    wanted = (home.path / ".zshrc").read_bytes()
    (tmp_path / "rc").write_text(data)
    subprocess.run(["patch", "--silent", str(tmp_path / "rc")], input=diff, text=True, check=True)
    assert (tmp_path / "rc").read_bytes() == wanted
    installed = home.tree()
    said, diff = home.run("uninstall", "-n").stdout.split("\n", 1)
    assert said == "would take the hook out of `~/.zshrc`"
    assert home.tree() == installed
    subprocess.run(["patch", "--silent", str(tmp_path / "rc")], input=diff, text=True, check=True)
    assert (tmp_path / "rc").read_text() == data


def test_a_dry_run_of_the_static_form_makes_nothing(home: Home) -> None:
    before = home.tree()
    assert "would write `" in home.install("zsh", "--static", "--dry-run")
    assert home.tree() == before
    assert not home.state.exists()
    assert not home.data.exists()


def test_a_diff_shows_what_a_terminal_would_obey() -> None:
    change = rc.Change("/rc", b"\x1b[31m\n", b"\x1b[31m\nx\n", "", "")
    assert rc.compare(change) == "--- /rc\n+++ /rc\n@@ -1 +1,2 @@\n \\x1b[31m\n+x\n"


# backup


def test_the_file_as_it_was_is_kept_until_it_is_that_again(home: Home) -> None:
    rc_file = home.path / ".zshrc"
    rc_file.write_bytes(b"caf\xe9")
    backup = Path(f"{home.state}/backup{home.path}/.zshrc")
    home.install()
    assert backup.read_bytes() == b"caf\xe9"
    assert backup.stat().st_mode & 0o077 == 0
    home.install("zsh", "--static")
    assert backup.read_bytes() == b"caf\xe9"
    home.uninstall()
    assert not (home.state / "backup").exists()


def test_a_backup_stays_where_the_file_was_edited_since(home: Home) -> None:
    (home.path / ".zshrc").write_text("a\n")
    home.install()
    with (home.path / ".zshrc").open("a") as file:
        file.write("b\n")
    home.uninstall()
    assert (home.path / ".zshrc").read_text() == "a\nb\n"
    assert Path(f"{home.state}/backup{home.path}/.zshrc").read_text() == "a\n"


def test_without_a_backup_nothing_is_written(home: Home) -> None:
    (home.path / ".zshrc").write_text("a\n")
    home.state.mkdir(parents=True)
    home.state.chmod(0o777)
    said = home.install(status=1)
    assert said.startswith("autovenv: error: `~/.zshrc` was left as it is\n  why: no backup can be made in ")
    assert (home.path / ".zshrc").read_text() == "a\n"


# PowerShell


@pytest.mark.parametrize("data", ["", "a\r\nb\r\n", "a\nb\n", "no newline", "a\r\nno newline"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "latin-1"])
def test_a_profile_keeps_its_encoding_and_its_line_endings(home: Home, data: str, codec: str) -> None:
    profile = home.path / ".config" / "powershell" / "Microsoft.PowerShell_profile.ps1"
    profile.parent.mkdir(parents=True)
    before = ("\ufeff" if codec == "utf-16-be" else "").encode(codec) + f"é{data}".encode(codec)
    profile.write_bytes(before)
    home.install("powershell")
    after = profile.read_bytes()
    assert after.startswith(before)
    text = after.decode(codec)
    assert "# >>> autovenv >>>" in text
    assert text.count("\r\n") == (text.count("\n") if "\r\n" in data else 0)
    home.uninstall()
    assert profile.read_bytes() == before
    assert not (home.state / "backup").exists()


def test_utf_16_that_is_none_is_left_alone(home: Home) -> None:
    profile = home.path / ".config" / "powershell" / "Microsoft.PowerShell_profile.ps1"
    profile.parent.mkdir(parents=True)
    profile.write_bytes(b"\xff\xfeodd")
    assert "was left as it is" in home.install("powershell", status=1)
    assert profile.read_bytes() == b"\xff\xfeodd"


@pytest.mark.parametrize("static", [False, True])
@pytest.mark.parametrize("path", ["/odd name's/$(echo)/autovenv", "/käse's \u2018\U0001f40d\u2019/autovenv"])
def test_the_line_for_powershell_parses(static: bool, path: str) -> None:
    tree_sitter = pytest.importorskip("tree_sitter")
    grammar = pytest.importorskip("tree_sitter_powershell")
    line = rc.write_line("powershell", path, static)
    tree = tree_sitter.Parser(tree_sitter.Language(grammar.language())).parse(line.encode())
    assert not tree.root_node.has_error


# the static form

INTERACTIVE = {"bash": ["--norc", "-i"], "zsh": ["-f", "-i"], "fish": ["--no-config", "-i"]}


class Start:
    """Starts shells as a terminal would, far enough to see what the rc file loads and what processes that takes."""

    def __init__(self, home: Home, shell: Shell) -> None:
        self.home = home
        self.shell = shell
        self.found = require(shell.name, shell.find())
        if shell.name == "pwsh":
            pytest.skip("its rc line is only parsed here")

    def line(self) -> str:
        data = (self.home.path / self.rc_file()).read_bytes()
        found = block.BLOCK.search(data)
        assert found is not None
        return found["body"].decode().splitlines()[-1]

    def rc_file(self) -> str:
        return {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/conf.d/autovenv.fish"}[self.shell.name]

    def start(self) -> tuple[str, list[str]]:
        """Return what a shell says of the hook's version, and the commands of autovenv that it ran."""
        calls = self.home.path / "calls"
        tell = 'echo "<$__autovenv_version>"'
        if self.shell.name == "fish":
            tell = f"functions -q __autovenv_wake; and __autovenv_wake; {tell}"
        done = subprocess.run(
            [self.found, *INTERACTIVE[self.shell.name], "-c", f"{self.line()}\n{tell}"],
            env=self.home.environ | {"TERM": "dumb"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            timeout=60,
        )
        ran = calls.read_text().splitlines() if calls.exists() else []
        calls.unlink(missing_ok=True)
        return done.stdout.strip(), ran


@pytest.fixture(params=[shell for shell in SHELLS if shell.name != "pwsh"], ids=lambda shell: shell.name)
def start(request: pytest.FixtureRequest, home: Home) -> Start:
    text = home.script.read_text().splitlines()
    log = f"open({str(home.path / 'calls')!r}, 'a').write(' '.join(sys.argv[1:]) + chr(10))"
    home.script.write_text("\n".join([text[0], f"import sys; {log}", *text[1:], ""]))
    return Start(home, request.param)


def test_the_static_form_starts_nothing_until_something_changed(home: Home, start: Start) -> None:
    home.install(start.shell.name, "--static")
    (home.path / "calls").unlink()
    hook_file = home.data / f"autovenv.{start.shell.name}"
    assert hook_file.stat().st_mode & 0o077 == 0
    refreshed = [f"install --refresh --shell {start.shell.name}"]
    # Whichever of the two files was written last, the first start settles it.
    start.start()
    assert start.start() == (f"<{__version__}>", [])

    # Another version was installed.
    hook_file.write_text(hook_file.read_text().replace(__version__, "0.0.old"))
    hook_file.with_name("autovenv.zsh.zwc").unlink(missing_ok=True)
    assert start.start() == ("<0.0.old>", [])
    later = hook_file.stat().st_mtime_ns + 5_000_000_000
    os.utime(home.script, ns=(later, later))
    assert start.start() == (f"<{__version__}>", refreshed)
    assert start.start() == (f"<{__version__}>", [])

    # The settings changed.
    config = home.path / ".config" / "autovenv" / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("ceilings = ['/some/ceiling']\n")
    later += 5_000_000_000
    os.utime(config, ns=(later, later))
    assert start.start()[1] == refreshed
    assert "/some/ceiling" in hook_file.read_text()
    assert start.start()[1] == []

    # It was deleted.
    hook_file.unlink()
    assert start.start() == (f"<{__version__}>", refreshed)


def test_zsh_reads_what_it_has_compiled(home: Home) -> None:
    start = Start(home, next(shell for shell in SHELLS if shell.name == "zsh"))
    home.install("zsh")
    hook_file = home.data / "autovenv.zsh"
    compiled = home.data / "autovenv.zsh.zwc"
    assert compiled.stat().st_mode & 0o077 == 0
    # Not a word of the file itself, as long as it is no younger.
    made = hook_file.stat().st_mtime_ns
    hook_file.write_text("__autovenv_version=read\n")
    os.utime(hook_file, ns=(made, made))
    assert start.start()[0] == f"<{__version__}>"
    os.utime(hook_file, ns=(made + 2_000_000_000, made + 2_000_000_000))
    assert start.start()[0] == "<read>"
    # A new file has a new one, and none stays behind.
    home.install("zsh")
    assert start.start()[0] == f"<{__version__}>"
    home.uninstall()
    assert not home.data.exists()


def test_one_form_replaces_the_other(home: Home, start: Start) -> None:
    before = home.tree()
    name = start.shell.name
    home.install(name, "--static")
    assert rc.STATIC_MARK in start.line().encode()
    assert "the hook is in" in home.install(name)
    assert rc.STATIC_MARK in start.line().encode()
    home.install(name, "--eval")
    assert rc.STATIC_MARK not in start.line().encode()
    assert not home.data.exists()
    home.install(name, "--static")
    home.uninstall("--shell", name)
    (home.path / "calls").unlink()
    assert home.tree() == before
    assert not home.data.exists()


@pytest.mark.parametrize("name", ODD_NAMES)
def test_the_static_line_runs_an_executable_anywhere(
    home: Home, start: Start, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(home.path / name / "data"))
    executable = home.path / name / "autovenv"
    executable.parent.mkdir()
    hook_file = Path(rc.find_hook_file(start.shell.name))
    hook_file.parent.mkdir(parents=True)
    hook_file.write_text(start.shell.set("__autovenv_version", "it") + "\n")
    executable.write_text("#!/bin/sh\nexit 1\n")
    executable.chmod(0o755)
    os.utime(executable, ns=(0, 0))
    line = rc.write_line(start.shell.name, str(executable), static=True)
    monkeypatch.setattr(start, "line", lambda: line)
    assert start.start() == ("<it>", [])


# PowerShell's profiles


def test_the_profile_of_all_hosts_takes_the_place_of_that_of_one(home: Home) -> None:
    folder = home.path / ".config" / "powershell"
    own, every = folder / "Microsoft.PowerShell_profile.ps1", folder / "profile.ps1"
    folder.mkdir(parents=True)
    every.write_text("Set-PSReadLineOption -EditMode Emacs\n")
    home.install("powershell")
    assert own.exists()
    said = home.install("powershell", "--all-hosts")
    assert not own.exists()
    assert "~/.config/powershell/profile.ps1" in said
    assert every.read_text().startswith("Set-PSReadLineOption -EditMode Emacs\n")
    assert " install --refresh --shell powershell " in every.read_text()
    before = every.read_bytes()
    home.install("powershell")  # it stays where it is
    assert (own.exists(), every.read_bytes()) == (False, before)
    home.uninstall()
    assert (own.exists(), every.read_text()) == (False, "Set-PSReadLineOption -EditMode Emacs\n")


def test_all_hosts_is_a_word_of_powershell_alone(home: Home) -> None:
    home.install("zsh", "--all-hosts", status=2)
    assert home.tree() == {}


def test_uninstall_says_what_remains(home: Home) -> None:
    """All that it leaves is named with its place, and nothing that is not there."""
    command = f"left `{home.executable}`: the command, which goes the way it came (pipx, uv or pip)"
    assert home.run("uninstall").stdout.splitlines() == [command]
    (home.path / ".bashrc").write_text("")
    home.install("bash")
    home.run("shims", "install")
    home.run("config", "set", "trust", "ask")
    left = [line for line in home.run("uninstall").stdout.splitlines() if line.startswith("left ")]
    places = [line.split("`")[1] for line in left]
    assert places == [str(home.data / "shims"), str(home.state), "~/.config/autovenv/config.toml", str(home.executable)]
    assert "`autovenv shims uninstall`" in left[0]
    home.run("shims", "uninstall")
    shutil.rmtree(home.state)
    (home.path / ".config/autovenv/config.toml").unlink()
    assert home.run("uninstall").stdout.splitlines() == [command]
    assert home.run("uninstall", "--shell", "bash").stdout == ""


@pytest.mark.parametrize("before", [None, b"", b"alias x=y\n", b"alias x=y", b"alias x=y\nreturn\n"])
@pytest.mark.parametrize("first", ["uninstall", "shims uninstall"])
def test_two_blocks_leave_a_file_as_it_was(home: Home, before: bytes | None, first: str) -> None:
    """Whichever goes first, the other one knows what was not there before both."""
    profile = home.path / ".profile"
    if before is not None:
        profile.write_bytes(before)
    (home.path / ".bashrc").write_text("")
    home.install("bash")
    home.run("shims", "install")
    assert profile.read_bytes().count(b">>>\n") >= 1
    for command in (first, "shims uninstall" if first == "uninstall" else "uninstall"):
        home.run(*command.split())
    assert (profile.read_bytes() if profile.exists() else None) == before


@pytest.mark.parametrize("form", ["--static", "--eval"])
@pytest.mark.parametrize("shell", SHELLS[:3], ids=lambda shell: shell.name)
def test_nothing_of_the_present_directory_runs_when_a_shell_starts(home: Home, shell: Shell, form: str) -> None:
    """Also by a command that cannot be isolated: an administrator's, say."""
    found = require(shell.name, shell.find())
    home.script.write_text(home.script.read_text().replace("#!", "#!/usr/bin/env -S ", 1))
    (home.path / ".bashrc").write_text("")
    home.install(shell.name, form)
    project = home.path / "clone"
    project.mkdir()
    for name in ("sitecustomize", "autovenv"):
        (project / f"{name}.py").write_text(f"open({str(home.path / 'canary')!r}, 'w')\n")
    (home.path / ".config/autovenv").mkdir(parents=True, exist_ok=True)
    (home.path / ".config/autovenv/config.toml").write_text("prompt = true\n")  # the file of the hook is made anew
    done = subprocess.run(
        [found, "-i", "-c", "type autovenv"],
        env=home.environ | {"PYTHONPATH": ".", "PYTHONHOME": "/nowhere"},
        cwd=project,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert not (home.path / "canary").exists()
