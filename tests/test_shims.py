"""The shims: the right Python in scripts, by every sh that may be `/bin/sh`, and what they never do."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from commands import Desk
from platforms import IS_ROOT
from trees import Directory, Handmade, make_tree

from autovenv.commands import shims
from autovenv.state import store

pytestmark = pytest.mark.posix("there they are `.cmd` files, which `write_windows` has vectors for")

#: What may be `/bin/sh`, as it is started with a script.
SHELLS = ("sh", "dash", "bash --posix", "busybox sh", "ksh", "mksh")


def start(shell: str) -> list[str]:
    """Return the command that runs a script with a shell."""
    name, *options = shell.split()
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} was not found")
    return [found, *options]


@pytest.fixture
def installed(desk: Desk) -> Desk:
    """A desk with shims, a project and a directory that is none; `python` of the system says so."""
    make_tree(desk.root, {"app/.venv": Handmade(), "app/src": Directory(), "plain": Directory(), "system": Directory()})
    for name in ("python", "tool"):
        program = desk.home / "system" / name
        program.write_text('#!/bin/sh\necho "system $0 $#"\n')
        program.chmod(0o755)
    answer = desk.type("shims", "install", "whereami", "tool", "--no-rc")
    assert (answer.status, answer.err) == (0, "")
    return desk


def call(desk: Desk, *words: str, cwd: Path | None = None, shell: str = "", **environ: str) -> list[str]:
    """Return what a program prints, its exit status, and its errors.

    It is called by its name, as a script does, or its shim is run by a `shell`.
    """
    path = f"{place(desk)}:{desk.home}/system:/usr/bin:/bin"
    if shell:
        command = [*start(shell), f"{place(desk)}/{words[0]}", *words[1:]]
    else:
        command = ["/bin/sh", "-c", 'exec "$@"', "sh", *words]
    done = subprocess.run(
        command,
        cwd=cwd or desk.home / "app",
        env={**desk.environ, "PATH": path, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    lines = os.fsdecode(done.stdout).splitlines()
    return [*lines, str(done.returncode), *os.fsdecode(done.stderr).splitlines()]


def place(desk: Desk) -> str:
    return desk.type("shims", "path").out.rstrip("\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shim_runs_the_program_of_the_project(installed: Desk, shell: str) -> None:
    app = installed.home / "app"
    script = app / ".venv/bin/tool"
    script.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$VIRTUAL_ENV" "$VIRTUAL_ENV_PROMPT" "${PYTHONHOME-unset}" "$@"\nexit 7\n'
    )
    script.chmod(0o755)
    for _ in range(3):
        # A record that was made just now is asked for again; then it is read.
        found = call(installed, "tool", "a b", "*", "", "\\n$x", cwd=app / "src", shell=shell, PYTHONHOME="/nowhere")
        assert found == [f"{app}/.venv", "app", "unset", "a b", "*", "", "\\n$x", "7"]


@pytest.mark.parametrize("shell", SHELLS)
def test_where_nothing_is_the_next_one_on_path_runs(installed: Desk, shell: str) -> None:
    plain = installed.home / "plain"
    assert call(installed, "python", "1", "2", cwd=plain, shell=shell) == [
        f"system {installed.home}/system/python 2",
        "0",
    ]
    # The environment has no such program either.
    assert call(installed, "tool", shell=shell) == [f"system {installed.home}/system/tool 0", "0"]
    missing = call(installed, "whereami", cwd=plain, shell=shell)
    assert missing[0] == "127"
    assert missing[1].startswith("autovenv: error: `whereami` was not found")


@pytest.mark.parametrize("name", ["a 'b' \"c\"", "caf\udce9", "$(id)", "-n", "*?[x]"])
def test_names_of_any_bytes(installed: Desk, name: str) -> None:
    make_tree(installed.root, {f"{name}/.venv": Handmade()})
    program = installed.home / name / ".venv/bin/tool"
    program.write_text('#!/bin/sh\nprintf "%s" "$VIRTUAL_ENV" | od -An -c >&2\ncd "$VIRTUAL_ENV" && echo there\n')
    program.chmod(0o755)
    for _ in range(2):
        assert call(installed, "tool", cwd=installed.home / name)[:2] == ["there", "0"]


def test_a_path_that_path_cannot_hold_is_never_used(installed: Desk) -> None:
    make_tree(installed.root, {"two\nlines/.venv": Handmade()})
    found = call(installed, "python", cwd=installed.home / "two\nlines")
    assert found[:2] == [f"system {installed.home}/system/python 0", "0"]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("app", "`app`"),
        ("my app (2)", "`my app (2)`"),
        ("\x1b]0;title\x07", "this project"),
        ("two\nlines", "this project"),
        ("\u202egnp", "this project"),
        ("a\tb", "this project"),
    ],
)
def test_a_refused_environment_is_never_used_and_is_said(installed: Desk, name: str, said: str, shell: str) -> None:
    directory = (installed.home / "app").rename(installed.home / name)
    (directory / ".venv/bin/activate").write_text(f"VIRTUAL_ENV='{directory}/.venv'\n")
    installed.type("deny", cwd=directory)
    for _ in range(2):
        # The first time autovenv is asked; then the record is read.
        found = call(installed, "python", cwd=directory, shell=shell, LC_ALL="C.UTF-8")
        assert found[:2] == [f"system {installed.home}/system/python 0", "0"]
        assert len(found) == 3
        assert found[2].startswith("autovenv: warning: the environment of ")
        assert "may not be used, so `python` is the next one on PATH" in found[2]
        assert not any(character in found[2] for character in "\x1b\x07\u202e\t")
    # busybox compares whole seconds and asks autovenv each time, which says more.
    if shell != "busybox sh":
        assert f" the environment of {said} may not be used" in found[2]


def test_one_that_came_with_a_copy_is_never_used(installed: Desk) -> None:
    shutil.copytree(installed.home / "app", installed.home / "copy", symlinks=True)
    assert call(installed, "python", cwd=installed.home / "copy")[0] == f"system {installed.home}/system/python 0"


#: Lines each of which alone makes a record out of date.
STALE = {
    "same": b"same 7 .venv/pyvenv.cfg\n",
    "newer": b"newer src\n",
    "newer and gone": b"newer nowhere\n",
    "exists": b"exists nowhere\n",
    "absent": b"absent src\n",
    "own": b"own /usr\n" if not IS_ROOT else b"own nowhere\n",
    "moved own": b"moved own nowhere\n",
    "moved leads": b"moved leads .venv\tsrc\n",
    "runs": b"runs .venv/pyvenv.cfg\n",
    "idle": b"idle .venv/bin/tool\n",
    "dangling": b"dangling src\n",
    "variable": b"variable A_NAME=value\n",
    "unknown": b"strange src\n",
}


@pytest.mark.parametrize("word", STALE)
def test_a_record_that_is_out_of_date_is_not_believed(installed: Desk, word: str) -> None:
    """Each in turn: what it names is such that the record must be asked for again, and the answer is another."""
    app = installed.home / "app"
    program = app / ".venv/bin/tool"
    program.write_text('#!/bin/sh\necho "$VIRTUAL_ENV_PROMPT"\n')
    program.chmod(0o755)
    for path in (app / ".venv", app / ".venv/bin", app / ".venv/pyvenv.cfg", app / "src", app):
        os.utime(path, ns=(10**18, 10**18))  # long ago, or the record would be asked for again anyway
    assert call(installed, "tool")[:1] == ["app"]
    stored = Path(store.record_dir(str(app), str(installed.state))) / store.RECORD
    kept = stored.stat()
    forged = [line.replace(b"name app", b"name forged") for line in stored.read_bytes().splitlines(keepends=True)]

    def put_back(lines: list[bytes]) -> None:
        stored.write_bytes(b"".join(lines))
        os.utime(stored, ns=(kept.st_atime_ns, kept.st_mtime_ns))

    # A record with another label is believed as long as each of its lines holds.
    put_back(forged)
    assert call(installed, "tool")[0] == "forged"
    put_back([*forged[:-1], STALE[word], forged[-1]])
    if word == "newer":
        os.utime(app / "src", ns=(kept.st_mtime_ns + 10**9, kept.st_mtime_ns + 10**9))
    assert call(installed, "tool")[0] == "app"


def test_a_known_project_costs_no_program_but_the_one_asked_for(installed: Desk, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace was not found")
    app = installed.home / "app"
    for path in (app / ".venv", app / ".venv/bin", app / ".venv/pyvenv.cfg", app):
        os.utime(path, ns=(10**18, 10**18))
    call(installed, "whereami")
    log = tmp_path / "log"
    environ = {**installed.environ, "PATH": f"{place(installed)}:/usr/bin:/bin"}
    traced = [strace, "-f", "-qq", "-e", "trace=execve,clone,clone3,fork,vfork", "-o", str(log), "--"]
    subprocess.run([*traced, f"{place(installed)}/whereami"], cwd=app, env=environ, capture_output=True)
    started = [line for line in log.read_text().splitlines() if "execve" in line and " = 0" in line]
    assert [f'"{place(installed)}/whereami"' in started[0], f'"{app}/.venv/bin/whereami"' in started[1]] == [True, True]
    between = log.read_text().split(f'"{app}/.venv/bin/whereami"')[0]
    assert not any(word in between for word in ("clone", "fork"))


@pytest.mark.parametrize("path", ["{bin}:{shims}:/bin", "{shims}:{bin}:/bin:{bin}:{bin}", "{shims}:/bin"])
def test_bin_is_first_on_path_and_there_once(installed: Desk, path: str) -> None:
    program = installed.home / "app/.venv/bin/tool"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$PATH"\n')
    program.chmod(0o755)
    words = {"bin": str(program.parent), "shims": place(installed)}
    for _ in range(3):
        # The first time autovenv is asked; then the record is read.
        found = call(installed, f"{place(installed)}/tool", PATH=path.format(**words))
        assert found == ["{bin}:{shims}:/bin".format(**words), "0"]


def test_shims_of_other_tools_do_not_send_us_round_in_circles(installed: Desk) -> None:
    # As pyenv's: in a directory `shims`, and looking for the next one on PATH but its own.
    other = installed.home / ".pyenv/shims"
    other.mkdir(parents=True)
    program = other / "python"
    program.write_text(f'#!/bin/sh\nPATH="{place(installed)}:$PATH"\nexec python "$@"\n')
    program.chmod(0o755)
    path = f"{place(installed)}:{other}:{installed.home}/system:/usr/bin:/bin"
    found = call(installed, "python", "1", cwd=installed.home / "plain", PATH=path)
    assert found == [f"system {installed.home}/system/python 1", "0"]


def test_login_files_are_what_they_were_after_uninstall(desk: Desk) -> None:
    contents = {".profile": b"# mine\nexport A=1", ".zshenv": b"\n", ".bash_profile": b". ~/.profile\n"}
    for name, data in contents.items():
        (desk.home / name).write_bytes(data)
    assert desk.type("shims", "install").status == 0
    assert desk.type("shims", "install").status == 0
    for name in contents:
        assert (desk.home / name).read_bytes().count(b">>> autovenv shims >>>") == 1
    bash = subprocess.run(
        ["bash", "-lc", "type -P python"],
        env={**desk.environ, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert bash.stdout == f"{place(desk)}/python\n"
    answer = desk.type("shims", "uninstall")
    assert (answer.status, answer.err) == (0, "")
    assert {name: (desk.home / name).read_bytes() for name in contents} == contents
    assert not (desk.home / ".config/fish").exists()
    assert not Path(place(desk)).exists()


def test_names_that_are_no_commands(desk: Desk) -> None:
    for name in ("../python", ".hidden", "a/b"):
        answer = desk.type("shims", "install", "--no-rc", name)
        assert (answer.status, answer.out) == (2, "")


def test_list_names_what_is_installed(installed: Desk) -> None:
    assert installed.type("shims", "list").out.split() == ["pip", "pip3", "python", "python3", "tool", "whereami"]
    assert installed.type("shims", "list", "--json").json["names"] == sorted({*shims.NAMES, "tool", "whereami"})
