"""Commands of the system that an environment hides."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from judging import Bench, write_program

from autovenv.environments.environment import Environment
from autovenv.trust.shadowed import COMMANDS, list_hiding, list_shadowed


@pytest.fixture
def bench(root: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(root, monkeypatch)


def find_environment(bench: Bench, directory: Path) -> Environment:
    step = bench.walk(directory).project
    assert step is not None
    assert step.environment is not None
    return step.environment


def install(prefix: Path, name: str, *rows: str) -> None:
    packages = prefix / "lib/python3.11/site-packages"
    (packages / f"{name}-1.0.dist-info").mkdir(parents=True)
    (packages / f"{name}-1.0.dist-info/RECORD").write_text("".join(f"{row}\n" for row in rows))


def test_nothing_hidden(bench: Bench) -> None:
    directory = bench.add("app")
    assert bench.resolve(directory).get("warning") is None
    assert list_shadowed(find_environment(bench, directory)) == []


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_hidden_commands_are_said_and_do_not_deactivate(bench: Bench) -> None:
    directory = bench.add("app")
    for name in ("ls", "sudo", "git", "black", "ls-2"):
        write_program(directory / ".venv/bin" / name, "exit 0")
    made = bench.resolve(directory)
    assert made["verdict"] == ["use"]
    (warning,) = made["warning"]
    assert warning.split("\t") == [
        "`~/app/.venv` hides the system's `git`, `ls` and `sudo`",
        "its commands come first on PATH",
        "run `autovenv doctor`",
    ]
    bench.configure('silence = ["shadow"]')
    assert bench.resolve(directory).get("warning") is None


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(("names", "listed"), [(["ls"], "`ls`"), (["ls", "git"], "`git` and `ls`")])
def test_words(bench: Bench, names: list[str], listed: str) -> None:
    directory = bench.add("app")
    for name in names:
        write_program(directory / ".venv/bin" / name, "exit 0")
    (warning,) = bench.resolve(directory)["warning"]
    assert warning.split("\t")[0] == f"`~/app/.venv` hides the system's {listed}"


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_which_package_put_it_there(bench: Bench) -> None:
    directory = bench.add("app")
    prefix = directory / ".venv"
    for name in ("ls", "git", "ssh"):
        write_program(prefix / "bin" / name, "exit 0")
    install(
        prefix, "coreutils", "coreutils/__init__.py,sha256=x,1", "../../../bin/ls,sha256=y,2", "coreutils/bin/ssh,,"
    )
    install(prefix, "quoting", '"../../../bin/git",sha256=z,3', '"a, b",,')
    assert list_shadowed(find_environment(bench, directory)) == [("git", "quoting"), ("ls", "coreutils"), ("ssh", "")]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\n", b'"unclosed', b"\0\0", b"../../../../../../bin/ls,,\n" * 10, b"," * 100]
)
def test_lists_of_any_content(bench: Bench, data: bytes) -> None:
    directory = bench.add("app")
    write_program(directory / ".venv/bin/ls", "exit 0")
    install(directory / ".venv", "odd")
    (directory / ".venv/lib/python3.11/site-packages/odd-1.0.dist-info/RECORD").write_bytes(data)
    assert list_shadowed(find_environment(bench, directory)) == [("ls", "")]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_list_that_is_no_file(bench: Bench) -> None:
    directory = bench.add("app")
    write_program(directory / ".venv/bin/ls", "exit 0")
    install(directory / ".venv", "odd")
    path = directory / ".venv/lib/python3.11/site-packages/odd-1.0.dist-info/RECORD"
    path.unlink()
    os.mkfifo(path)
    assert list_shadowed(find_environment(bench, directory)) == [("ls", "")]


def test_conda(root: Path) -> None:
    prefix = root / "env"
    records = prefix / "conda-meta"
    records.mkdir(parents=True)
    write_program(prefix / "bin/git", "exit 0")
    write_program(prefix / "bin/ls", "exit 0")
    (records / "git-2.45-0.json").write_text(json.dumps({"name": "git", "files": ["bin/git", "share/ls", 3]}))
    for number, text in enumerate(("[]", "{", '{"files": 3}', "[" * 100_000)):
        (records / f"bad-{number}.json").write_text(text)
    environment = Environment(str(prefix), "conda", str(prefix / "bin"), "", {}, "env")
    assert list_shadowed(environment) == [("git", "git"), ("ls", "")]


def test_the_list_is_short_and_of_commands() -> None:
    assert len(COMMANDS) < 80
    assert {"ls", "git", "ssh", "sudo"} <= COMMANDS
    assert not {name for name in COMMANDS if name.startswith(("python", "pip"))}


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_windows_endings(root: Path) -> None:
    for name in ("git.exe", "LS.EXE", "ssh.cmd", "curl.bat", "python.exe", "find"):
        (root / name).write_text("")
    assert list_hiding(str(root)) == ["curl", "find", "git", "ssh"]
    assert list_hiding(str(root / "nowhere")) == []
