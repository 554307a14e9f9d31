"""The README's first command in an empty home: `sh scripts/install`, its second run, and its undoing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from shells import SHELLS, Shell, require

pytestmark = [pytest.mark.posix("scripts/install is for POSIX systems"), pytest.mark.slow]

ROOT = Path(__file__).parent.parent
PYTHON = getattr(sys, "_base_executable", sys.executable)
COMMANDS = "apt-get bash cat chmod dirname env fish grep id ln ls mkdir mv ps readlink rm rmdir sh tr uname zsh"
INDEX = (
    *("PIP_CERT", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_INDEX_URL", "SSL_CERT_DIR", "SSL_CERT_FILE"),
    *("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "http_proxy", "https_proxy", "no_proxy"),
)
ACTIVATED = {
    "bash": ["-lic", 'cd "$1"; printf "%s\\n" "$VIRTUAL_ENV"', "bash"],
    "zsh": ["-lic", 'cd "$1"; printf "%s\\n" "$VIRTUAL_ENV"', "zsh"],
    "fish": ["-lic", 'cd $argv[1]; printf "%s\\n" $VIRTUAL_ENV'],
}


@dataclass(frozen=True)
class Newcomer:
    """A person with an empty home, and on `PATH` no more than the commands of a bare system and a Python."""

    home: Path
    bin: Path
    environ: dict[str, str]

    def run(
        self, *command: str | Path, typed: str = "", status: int = 0, **environ: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            list(command),
            env=self.environ | environ,
            cwd=self.home,
            input=typed,
            capture_output=True,
            text=True,
            timeout=600,
            start_new_session=True,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done

    def script(self, name: str, *arguments: str, status: int = 0, **environ: str) -> str:
        done = self.run("sh", ROOT / "scripts" / name, *arguments, status=status, **environ)
        return done.stderr if status else done.stdout

    def provide(self, name: str, text: str) -> None:
        """Put a command of this text on `PATH`."""
        (self.bin / name).unlink(missing_ok=True)
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def files(self) -> dict[str, bytes]:
        """Return the files of the home, caches and the records of projects aside."""
        return {
            str(path.relative_to(self.home)): path.read_bytes()
            for path in self.home.rglob("*")
            if path.is_file() and not path.is_relative_to(self.home / ".cache")
        }


@pytest.fixture
def newcomer(request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    home, directory = tmp_path / "home", tmp_path / "bin"
    home.mkdir()
    directory.mkdir()
    for name in COMMANDS.split():
        if found := shutil.which(name):
            (directory / name).symlink_to(found)
    environ = {name: value for name, value in os.environ.items() if name in INDEX or name.lower() in INDEX}
    environ |= {"HOME": str(home), "PATH": str(directory), "SHELL": "/bin/bash", "LC_ALL": "C", "TERM": "dumb"}
    # The certificates of the machine, as pip takes them. What pip has fetched once need not be fetched by each.
    fetched = str(tmp_path_factory.getbasetemp() / "pip")
    environ |= {"UV_NATIVE_TLS": "1", "UV_CACHE_DIR": str(tmp_path / "uv"), "PIP_CACHE_DIR": fetched}
    if "fish" in request.node.name:
        # Without this directory a first fish reads every manual page of the machine in the background.
        (home / ".local/share/fish/generated_completions").mkdir(parents=True)
    newcomer = Newcomer(home, directory, environ)
    newcomer.provide("python3", f'#!/bin/sh\nexec "{PYTHON}" "$@"\n')
    return newcomer


@pytest.fixture
def project(tmp_path: Path) -> Path:
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", tmp_path / "app" / ".venv"], check=True, timeout=600)
    return tmp_path / "app"


@pytest.mark.parametrize("shell", SHELLS[:3], ids=lambda shell: shell.name)
def test_a_newcomers_shell_activates_a_project(newcomer: Newcomer, project: Path, shell: Shell) -> None:
    found = require(shell.name, shell.find())
    said = newcomer.script("install", SHELL=found)
    executable = newcomer.home / ".local/bin/autovenv"
    assert executable.resolve().is_relative_to(newcomer.home / ".local/share/autovenv/venv")
    manual = newcomer.home / ".local/share/man/man1/autovenv.1"
    assert manual.read_bytes() == (ROOT / "docs/man/autovenv.1").read_bytes()
    assert "undo all of it: sh " in said
    activated = newcomer.run(found, *ACTIVATED[shell.name], project)
    assert activated.stdout.splitlines() == [str(project / ".venv")]

    rc = {name: data for name, data in newcomer.files().items() if not name.startswith(".local/")}
    newcomer.script("install", SHELL=found)
    assert {name: data for name, data in newcomer.files().items() if not name.startswith(".local/")} == rc

    newcomer.run(executable, "shims", "install")
    newcomer.script("uninstall")
    state = newcomer.home / ".local/state/autovenv"
    shutil.rmtree(state)
    assert not executable.is_symlink()
    assert not manual.is_symlink()
    # What fish itself leaves in a new home is fish's.
    left = [name for name in newcomer.files() if not name.startswith((".local/share/fish/", ".config/fish/fish_"))]
    assert left == []


@pytest.mark.parametrize("shell", SHELLS[:3], ids=lambda shell: shell.name)
def test_the_shell_that_it_is_typed_in_counts_before_the_login_shell(newcomer: Newcomer, shell: Shell) -> None:
    found = require(shell.name, shell.find())
    login = "/bin/zsh" if shell.name == "bash" else "/bin/bash"
    typed = f"sh '{ROOT}/scripts/install' --no-rc\nexit\n"
    said = newcomer.run(found, "-i", typed=typed, SHELL=login).stdout
    assert f"the line for {shell.name}: " in said


def test_a_script_that_runs_it_is_no_shell_of_the_user(newcomer: Newcomer) -> None:
    caller = newcomer.home / "setup.sh"
    caller.write_text(f"sh '{ROOT}/scripts/install' --no-rc\nexit\n")
    assert "the line for zsh: " in newcomer.run("bash", caller, SHELL="/bin/zsh").stdout


def test_what_the_caller_has_active_does_not_leak(newcomer: Newcomer, project: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "pip.py").write_text("raise SystemExit('not this pip')\n")
    (newcomer.home / ".config/pip").mkdir(parents=True)
    (newcomer.home / ".config/pip/pip.conf").write_text("[install]\nuser = true\n")
    before = sorted(project.rglob("*"))
    for name in ("python3.14", "python3.13"):
        newcomer.provide(name, "#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n")
    said = newcomer.script(
        "install",
        "--no-rc",
        PATH=f"{project}/.venv/bin:{newcomer.bin}",
        VIRTUAL_ENV=f"{project}/.venv",
        PYTHONPATH=str(trap),
        PYTHONHOME=str(trap),
        PIP_TARGET=str(trap / "target"),
        PIP_PREFIX=str(trap / "prefix"),
        PIP_USER="1",
        PIP_NO_DEPS="1",
        PIP_REQUIRE_VIRTUALENV="1",
        XDG_DATA_HOME=str(newcomer.home / "data"),
    )
    assert "hook: not added" in said
    assert not (newcomer.home / ".bashrc").exists()
    assert sorted(project.rglob("*")) == before
    assert [path.name for path in trap.iterdir()] == ["pip.py"]
    assert (newcomer.home / "data/autovenv/venv/pyvenv.cfg").is_file()
    assert newcomer.run(newcomer.home / ".local/bin/autovenv", "--help").stdout


@pytest.mark.parametrize("tool", ["uv", "pipx"])
def test_a_tool_installer_that_is_there_is_used(newcomer: Newcomer, tool: str) -> None:
    found = Path(sys.executable).with_name(tool)
    newcomer.provide(tool, f'#!/bin/sh\nexec "{found}" "$@"\n')
    for _ in range(2):
        assert f"installing with `{tool}" in newcomer.script("install")
        assert newcomer.run(newcomer.home / ".local/bin/autovenv", "hook", "bash").stdout
    assert [path.name for path in (newcomer.home / ".local/share/autovenv").iterdir()] == ["autovenv.bash"]
    manual = newcomer.home / ".local/share/man/man1/autovenv.1"
    assert manual.read_bytes() == (ROOT / "docs/man/autovenv.1").read_bytes()
    newcomer.script("uninstall")
    assert not (newcomer.home / ".local/share/autovenv").exists()
    assert not manual.is_symlink()
    assert not (newcomer.home / ".local/bin/autovenv").is_symlink()
    assert not (newcomer.home / ".bashrc").exists()


def test_a_tool_installer_that_fails_is_no_obstacle(newcomer: Newcomer) -> None:
    newcomer.provide("uv", "#!/bin/sh\necho 'no such index' >&2\nexit 2\n")
    newcomer.script("install", "--no-rc")
    assert (newcomer.home / ".local/share/autovenv/venv/pyvenv.cfg").is_file()
    assert newcomer.run(newcomer.home / ".local/bin/autovenv", "hook", "bash").stdout


def test_an_environment_whose_python_went_is_made_again(newcomer: Newcomer) -> None:
    newcomer.script("install", "--no-rc")
    interpreter = newcomer.home / ".local/share/autovenv/venv/bin/python"
    interpreter.unlink()
    interpreter.symlink_to("/nowhere/python")
    newcomer.script("install", "--no-rc")
    assert newcomer.run(newcomer.home / ".local/bin/autovenv", "hook", "bash").stdout


def test_another_program_of_the_name_is_left(newcomer: Newcomer) -> None:
    other = newcomer.home / ".local/bin/autovenv"
    other.parent.mkdir(parents=True)
    other.write_text("#!/bin/sh\necho other\n")
    before = newcomer.files()
    assert "is another program" in newcomer.script("install", status=1)
    assert newcomer.files() == before


def test_another_manual_of_the_name_is_left(newcomer: Newcomer) -> None:
    manual = newcomer.home / ".local/share/man/man1/autovenv.1"
    manual.parent.mkdir(parents=True)
    manual.symlink_to("elsewhere")
    newcomer.script("install", "--no-rc")
    newcomer.script("uninstall")
    assert str(manual.readlink()) == "elsewhere"


def test_without_a_python_it_says_so(newcomer: Newcomer) -> None:
    (newcomer.bin / "python3").unlink()
    newcomer.provide("python3.12", "#!/bin/sh\nexit 127\n")
    said = newcomer.script("install", status=1)
    assert said.startswith("autovenv: error: no Python 3.11 or later found\n")
    assert list(newcomer.home.iterdir()) == []


def test_a_python_that_cannot_make_environments_is_named_with_the_remedy(newcomer: Newcomer) -> None:
    # As Debian ships it without python3-venv: it starts, and has neither ensurepip nor virtualenv.
    newcomer.provide(
        "python3",
        f"""#!/bin/sh
case "$*" in
    *_base_executable*) echo "{newcomer.bin}/python3" ;;
    *ensurepip* | *venv* | *virtualenv*) exit 1 ;;
    *) exec "{PYTHON}" "$@" ;;
esac
""",
    )
    newcomer.provide("apt-get", "#!/bin/sh\nexit 1\n")
    said = newcomer.script("install", status=1)
    assert "cannot make a virtual environment" in said
    assert f"`sudo apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv`" in said
    assert list(newcomer.home.iterdir()) == []


@pytest.mark.parametrize("arguments", [["--nope"], ["--shell"], ["--shell", "tcsh"], ["here"]])
def test_wrong_usage(newcomer: Newcomer, arguments: list[str]) -> None:
    assert newcomer.script("install", *arguments, status=2).startswith("usage: sh scripts/install")
    assert list(newcomer.home.iterdir()) == []


def test_help(newcomer: Newcomer) -> None:
    assert newcomer.script("install", "--help").startswith("usage: sh scripts/install")
    assert list(newcomer.home.iterdir()) == []


def test_without_a_home_it_says_so(newcomer: Newcomer) -> None:
    assert "no home directory" in newcomer.script("install", status=1, HOME="")
