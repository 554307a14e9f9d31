"""The parts of the doctor that know nothing of a project: what is typed, what an executable is, which version suits."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from platforms import NOT_AS_ROOT

from autovenv.doctor import facts, interpreters, origins, rc_files, syntax, versions
from autovenv.doctor.candidates import is_packaged, look_at, read_candidates, read_prefix_version
from autovenv.doctor.checks.hook import read_executable
from autovenv.doctor.making import find_missing_package
from autovenv.doctor.results import Candidate
from autovenv.environments.environment import Environment
from autovenv.shells import rc
from autovenv.shells.dialects import DIALECTS

posix_only = pytest.mark.posix("needs scripts that the system runs")


# Facts


@given(st.text())
@example("registered yes\nalias python\nfunction\nhash =x\nstate\n \n")
def test_facts_are_never_too_odd(text: str) -> None:
    found = facts.parse(text)
    assert found.loaded is (found.registered is not None)


def test_facts() -> None:
    found = facts.parse("registered no\nalias pip=a=b c\nfunction python\nhash pip=/x y\noption posix\nstate hand")
    assert (found.registered, found.loaded, found.state, found.options) == (False, True, "hand", ("posix",))
    assert (found.aliases, set(found.functions), found.hashes) == ({"pip": "a=b c"}, {"python"}, {"pip": "/x y"})
    assert facts.parse("").loaded is False


# Where the hook is looked for


def test_snippets_of_fish_are_looked_at_the_users_and_everybodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, shared = tmp_path / "config" / "fish" / "conf.d", tmp_path / "etc"
    for directory in (own, shared):
        directory.mkdir(parents=True)
        (directory / "some.fish").touch()
        (directory / "notes.txt").touch()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(rc_files, "_SNIPPETS", str(shared))
    found = rc_files.list_files("fish")
    assert {str(own / "some.fish"), str(shared / "some.fish")} <= set(found)
    assert not [path for path in found if path.endswith("notes.txt")]


def test_functions_of_fish_that_are_loaded_when_they_are_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions = tmp_path / "fish" / "functions"
    functions.mkdir(parents=True)
    (functions / "python.fish").touch()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert rc_files.list_functions("fish") == [str(functions / "python.fish")]
    assert rc_files.list_functions("bash") == []


def test_universal_variables_of_fish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert rc_files.list_universal() == frozenset()
    (tmp_path / "fish").mkdir()
    lines = (
        "# VERSION: 3.0\nSETUVAR --export PYTHONPATH:/x\\x20SETUVAR\nSETUVAR fish_color:\\x1d\n SETUVAR no:x\nother\n"
    )
    (tmp_path / "fish/fish_variables").write_text(lines)
    assert rc_files.list_universal() == {"PYTHONPATH", "fish_color"}


# What is typed

words = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12)
bytes_too = st.binary(max_size=8).map(lambda data: os.fsdecode(data.replace(b"\0", b"")))

SHELLS = {"bash": ["bash", "--norc", "-c"], "zsh": ["zsh", "-fc"], "fish": ["fish", "--no-config", "-c"]}


@pytest.mark.parametrize("name", SHELLS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(words, bytes_too, st.sampled_from(("~", "-x", "=ls", "%1", "{a,b}", "it's", "a\nb")))))
def test_every_word_arrives(name: str, texts: list[str]) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"{name} was not found")
    spoken = syntax.find(name, "/home/ada")
    line = spoken.run("/usr/bin/env", "printf", "%s\\0", "first", *texts)
    environ = {"PATH": os.environ["PATH"], "HOME": "/", "LANG": "C.UTF-8"}
    ran = subprocess.run([*SHELLS[name], line], capture_output=True, env=environ)
    assert ran.stdout == b"".join(os.fsencode(text) + b"\0" for text in ["first", *texts])
    assert line.isprintable()


@pytest.mark.parametrize("name", SHELLS)
def test_home_is_a_tilde_in_every_place_of_path(name: str, tmp_path: Path) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"{name} was not found")
    home = tmp_path / "it's home"
    home.mkdir()
    entries = [str(home), f"{home}/a b", "/usr/bin", f"{home}er", f"{home}/$x"]
    line = syntax.find(name, str(home)).set_path(entries)
    environ = {"PATH": "/bin", "HOME": str(home), "LANG": "C.UTF-8"}
    command = [shutil.which(name) or name, *SHELLS[name][1:], f"{line}\n/usr/bin/env"]
    ran = subprocess.run(command, capture_output=True, env=environ)
    assert f"PATH={':'.join(entries)}\n".encode() in ran.stdout
    assert line.count("~") == 3


def test_words_of_fish_stay_readable() -> None:
    assert syntax.find("fish").quote("a\u202e$(b)\x1b") == "'a'\\Xe2\\X80\\Xae'$(b)'\\X1b"
    assert syntax.find("fish").quote("") == "''"


def test_words_of_powershell() -> None:
    spoken = syntax.find("powershell", "/home/ada")
    assert spoken.quote("/usr/bin/python3") == "/usr/bin/python3"
    assert spoken.quote("/home/ada/a`b $c\x1b\u201c") == '"$HOME/a``b `$c$([char]27)`\u201c"'
    assert spoken.quote("it\u2019s") == "'it\u2019\u2019s'"
    assert spoken.run("/home/ada/x", "-m", "venv") == '& "$HOME/x" -m venv'
    assert spoken.join("autovenv off", "autovenv on") == "autovenv off; if ($?) { autovenv on }"
    assert spoken.unset("PYTHONPATH") == "Remove-Item Env:PYTHONPATH"
    assert spoken.set_path(["/home/ada/bin", "/$x"]) == '$env:PATH = "$HOME/bin:/`$x"'


def test_a_shell_that_is_not_known_is_the_platforms_own() -> None:
    assert syntax.find("", platform="win32").name == "powershell"
    assert syntax.find("", platform="linux").name == "bash"
    assert syntax.find("tcsh", platform="linux").quote("a b") == "'a b'"


PWSH = os.environ.get("AUTOVENV_TEST_PWSH") or "pwsh"
ALL_SHELLS = {**SHELLS, "powershell": [PWSH, "-NoLogo", "-NoProfile", "-Command"]}


def type_line(name: str, line: str, tmp_path: Path) -> int:
    """Type one line into a shell; return the status that it ends with."""
    if shutil.which(ALL_SHELLS[name][0]) is None:
        pytest.skip(f"{name} was not found")
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8", "POWERSHELL_TELEMETRY_OPTOUT": "1"}
    return subprocess.run([*ALL_SHELLS[name], line], capture_output=True, env=environ).returncode


@pytest.mark.parametrize("name", ALL_SHELLS)
def test_a_file_is_given_one_line(name: str, tmp_path: Path) -> None:
    file = tmp_path / "a b.txt"
    file.write_text("3.9\nmore\n")
    assert type_line(name, syntax.find(name, str(tmp_path)).write(str(file), "3.12"), tmp_path) == 0
    assert file.read_bytes().splitlines() == [b"3.12"]


@pytest.mark.posix("there is no sed")
@pytest.mark.parametrize("old", ["/usr/bin/python3", "", "a|b&c\\\\d"])
@pytest.mark.parametrize("new", ["${workspaceFolder}/.venv/bin/python", "/it's|a&b\\c/[x].*$", "/x\u00e9"])
def test_one_string_of_a_file_is_replaced(old: str, new: str, tmp_path: Path) -> None:
    file = tmp_path / "it's.json"
    file.write_text(f'{{ // "python.path": 1\n "python.path" : "{old}", "python-path": "{old}"}}\n', "utf-8")
    line = syntax.find("bash").substitute(str(file), "python.path", new)
    subprocess.run(["bash", "-c", line], check=True)
    text = f'{{ // "python.path": 1\n "python.path" : {json.dumps(new)}, "python-path": "{old}"}}\n'
    assert file.read_text("utf-8") == text


paths = st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=("Cs", "Cc")), min_size=1)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@given(path=paths)
@example(path='/it\'s "a" \\b\\; ) ]')
@example(path="/\u2018typographic\u2019")
def test_the_executable_of_an_installed_line_is_found(dialect: object, path: str) -> None:
    name = dialect.name  # type: ignore[attr-defined]
    line = rc.EVAL_LINES[name].format(*[dialect.quote(path)] * 5, "$true", "")  # type: ignore[attr-defined]
    assert read_executable(f"# a comment\n{line}\n", name) == path


# What an executable is


@pytest.mark.parametrize(
    ("path", "platform", "code", "version"),
    [
        ("/home/ada/.pyenv/shims/python", "linux", "pyenv-shim", ""),
        ("/srv/pyenv/shims/python", "linux", "pyenv-shim", ""),
        ("/home/ada/.asdf/shims/python3", "linux", "asdf-shim", ""),
        ("/home/ada/.local/share/mise/shims/python", "linux", "mise-shim", ""),
        ("/home/ada/.pyenv/versions/3.12.1/bin/python3.12", "linux", "pyenv", "3.12.1"),
        ("/home/ada/.local/share/uv/python/cpython-3.13.0-linux-x86_64-gnu/bin/python3.13", "linux", "uv", "3.13.0"),
        ("/home/ada/.local/share/uv/tools/ruff/bin/python", "linux", "uv-tool", ""),
        ("/home/ada/.local/share/pipx/venvs/black/bin/python", "linux", "pipx", ""),
        ("/home/ada/.local/share/mise/installs/python/3.11.4/bin/python", "linux", "mise", "3.11.4"),
        ("/opt/homebrew/Cellar/python@3.12/3.12.3/bin/python3.12", "darwin", "homebrew", "3.12.3"),
        ("/home/linuxbrew/.linuxbrew/bin/python3", "linux", "homebrew", ""),
        ("/Library/Frameworks/Python.framework/Versions/3.11/bin/python3.11", "darwin", "framework", "3.11"),
        ("/usr/bin/python3", "darwin", "apple", ""),
        ("/usr/bin/python3.11", "linux", "system", "3.11"),
        ("/usr/local/bin/python3.13", "linux", "local", "3.13"),
        ("/opt/local/bin/python3.12", "darwin", "macports", "3.12"),
        ("/nix/store/abc-python3-3.11.6/bin/python3.11", "linux", "nix", "3.11.6"),
        ("C:\\Users\\ada\\AppData\\Local\\Microsoft\\WindowsApps\\python.exe", "win32", "store-stub", ""),
        ("C:\\Users\\ada\\.pyenv\\pyenv-win\\shims\\python.bat", "win32", "pyenv-shim", ""),
        ("C:\\Users\\ada\\scoop\\shims\\python.exe", "win32", "scoop-shim", ""),
        ("C:\\Users\\ada\\scoop\\apps\\python\\current\\python.exe", "win32", "scoop", ""),
        ("C:\\ProgramData\\chocolatey\\bin\\python3.12.exe", "win32", "chocolatey", "3.12"),
        ("C:\\Users\\ada\\AppData\\Local\\Python\\pythoncore-3.14-64\\python.exe", "win32", "pymanager", "3.14"),
        ("C:\\Users\\ada\\AppData\\Local\\Python\\bin\\python.exe", "win32", "pymanager", ""),
        ("C:\\Users\\ada\\AppData\\Local\\Programs\\Python\\Python312\\python.exe", "win32", "python.org", "3.12"),
        ("/home/ada/bin/python", "linux", "unknown", ""),
    ],
)
def test_origin(path: str, platform: str, code: str, version: str) -> None:
    seen = origins.Sight(path, path, 0, "", b"", {"PYENV_ROOT": "/srv/pyenv"}, platform)
    assert origins.tell(seen) == code
    assert origins.read_version(path) == version


def test_origin_of_environments_and_scripts() -> None:
    def tell(flavour: str, head: bytes, path: str = "/srv/x/bin/python") -> str:
        return origins.tell(origins.Sight(path, path, 9, flavour, head, {}, "linux"))

    assert (tell("venv", b""), tell("conda", b""), tell("", b"#!/bin/sh\n")) == ("environment", "conda", "script")
    assert tell("", b"#!/usr/bin/python3\n", "/srv/x/bin/pip") == "unknown"


def test_a_python_of_the_store_is_no_stub(tmp_path: Path) -> None:
    apps = tmp_path / "Microsoft" / "WindowsApps"
    for directory in (apps, apps / "PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0"):
        directory.mkdir(parents=True)
        alias = str(directory / "python.exe")
        found = [origins.tell(origins.Sight(alias, alias, 0, "", b"", {}, "win32", there)) for there in (True, False)]
        assert found == ["store", "store-stub"]
        assert is_packaged(alias) is (directory != apps)
    assert is_packaged(str(apps / "python.exe"))
    assert not is_packaged(str(tmp_path / "missing" / "python.exe"))


@pytest.mark.parametrize(
    ("files", "variable", "version"),
    [
        ({}, "", ""),
        ({"pyenv/version": "3.11\n"}, "", "3.11.10"),
        ({"pyenv/version": "system\n"}, "", ""),
        ({"pyenv/version": "3.11.2"}, "3.12.1", "3.12.1"),
        ({"pyenv/version": "3.11.2"}, "3.13:3.11.2", ""),
        ({"pyenv/version": "3.11.2", "work/.python-version": "# ours\n\n3.12 3.11\n"}, "", "3.12.1"),
        ({"pyenv/version": "3.11.2", "work/app/.python-version": ""}, "", ""),
        ({"pyenv/version": "3.11.2", "work/.python-version": "../../etc"}, "", ""),
        ({"work/.python-version": "mine"}, "", "3.9.1"),
        ({"work/.python-version": "python-3.11.2"}, "", "3.11.2"),
        ({"work/.python-version": "3"}, "", "3.12.1"),
        ({"work/.python-version": "(3.+"}, "", ""),
    ],
)
def test_the_version_behind_a_shim_of_pyenv(files: dict[str, str], variable: str, version: str, tmp_path: Path) -> None:
    for name in ("3.11.2", "3.11.10", "3.12.1", "mine", "pypy3.10-7.3"):
        (tmp_path / "pyenv" / "versions" / name).mkdir(parents=True)
    (tmp_path / "pyenv/versions/mine/pyvenv.cfg").write_text("version = 3.9.1\n")
    (tmp_path / "work/app").mkdir(parents=True)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    for name in ("python", "python3", "python3.10"):
        make_program(tmp_path / "pyenv/shims" / name)
    environ = {"PYENV_VERSION": variable, "PYENV_ROOT": str(tmp_path / "pyenv")}
    path = (str(tmp_path / "pyenv/shims"),)
    candidates = read_candidates(path, str(tmp_path / "work/app"), None, environ, "linux")
    assert {candidate.origin for candidate in candidates} == {"pyenv-shim"}
    assert [(candidate.name, candidate.version) for candidate in candidates] == [
        ("python", version),
        ("python3", version),
        ("python3.10", ""),
    ]


def test_codes_are_unique() -> None:
    codes = [origin.code for origin in origins.ORIGINS]
    assert sorted(set(codes)) == sorted(codes)


@given(st.binary(max_size=600))
def test_a_first_line_is_never_too_odd(head: bytes) -> None:
    assert "\n" not in origins.read_interpreter(head)


# The candidates


def make_program(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def climb(entries: list[str], environment: Environment | None = None, here: str = "/") -> list[Candidate]:
    return list(read_candidates(tuple(entries), here, environment, {}, "linux"))


@posix_only
def test_candidates(tmp_path: Path) -> None:
    for name in ("python3.12", "python3", "python", "pip", "pip3.12", "python3-config", "pipx", "python3.12-dbg"):
        make_program(tmp_path / "one" / name)
    make_program(tmp_path / "two/python").chmod(0o644)
    (tmp_path / "two/python3").mkdir()
    os.mkfifo(tmp_path / "two/pip")
    make_program(tmp_path / "three/python")
    (tmp_path / "again").symlink_to("one")
    entries = [f"{tmp_path}/{name}" for name in ("gone", "two", "one", "again", "three", "three/python")]
    candidates = climb(entries)
    assert [candidate.name for candidate in candidates] == [
        "python",
        "python3",
        "python3.12",
        "pip",
        "pip3.12",
        "python",
    ]
    assert [candidate.entry for candidate in candidates] == [3, 3, 3, 3, 3, 5]
    assert [candidate.first for candidate in candidates] == [True] * 5 + [False]


@posix_only
def test_candidates_of_relative_entries(tmp_path: Path) -> None:
    make_program(tmp_path / "bin/python")
    assert [candidate.path for candidate in climb(["bin"], here=str(tmp_path))] == [f"{tmp_path}/bin/python"]
    assert [candidate.path for candidate in climb([""], here=f"{tmp_path}/bin")] == [f"{tmp_path}/bin/python"]
    assert climb(["bin"], here="") == []


@posix_only
def test_candidates_of_environments(tmp_path: Path) -> None:
    real = make_program(tmp_path / "real/bin/python3.11")
    for name, config in (("venv", "version = 3.10.2\n"), ("uv", "version_info = 3.13.1.final.0\n"), ("odd", "\xff")):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin/python").symlink_to(real)
        (tmp_path / name / "pyvenv.cfg").write_text(config)
    (tmp_path / "conda/conda-meta").mkdir(parents=True)
    (tmp_path / "conda/conda-meta/python-3.9.7-hb7a2778_0_cpython.json").write_text("{}")
    make_program(tmp_path / "conda/bin/python")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").symlink_to("../venv/bin/python")
    candidates = climb(
        [f"{tmp_path}/{name}" for name in ("venv/bin", "uv/bin", "odd/bin", "conda/bin", "bin", "real/bin")]
    )
    assert [(candidate.origin, candidate.version) for candidate in candidates] == [
        ("environment", "3.10.2"),
        ("environment", "3.13.1"),
        ("environment", "3.11"),
        ("conda", "3.9.7"),
        ("environment", "3.10.2"),
        ("unknown", "3.11"),
    ]
    assert candidates[4].prefix == f"{tmp_path}/venv"
    project = Environment(f"{tmp_path}/venv", "venv", f"{tmp_path}/venv/bin", "", {}, "venv")
    mine = climb([f"{tmp_path}/bin", f"{tmp_path}/venv/bin"], project)
    assert [candidate.project for candidate in mine] == [False, True]


@NOT_AS_ROOT
def test_candidates_of_a_directory_that_can_only_be_searched(tmp_path: Path) -> None:
    make_program(tmp_path / "bin/python3")
    (tmp_path / "bin").chmod(0o111)
    try:
        assert [candidate.name for candidate in climb([f"{tmp_path}/bin"])] == ["python3"]
    finally:
        (tmp_path / "bin").chmod(0o755)


def test_candidates_in_windows(tmp_path: Path) -> None:
    for name in ("Python.exe", "python3.EXE", "pip.cmd", "python.txt", "python"):
        make_program(tmp_path / name)
    candidates = read_candidates((str(tmp_path),), "/", None, {"PATHEXT": ".EXE;.CMD"}, "win32")
    assert [candidate.name for candidate in candidates] == ["python", "python3", "pip"]


def test_debian_keeps_venv_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    (candidate,) = (look_at("python3", path, 1, {}, "linux") for path in ["/usr/bin/python3.99"])
    monkeypatch.setattr(os.path, "exists", lambda path: path == "/etc/debian_version")
    assert find_missing_package(candidate) == "python3.99-venv"
    monkeypatch.setattr(os.path, "exists", lambda path: False)
    assert find_missing_package(candidate) == ""


# Interpreters


@posix_only
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("#!/bin/sh\nexit 3\n", "it ends with exit status 3"),
        ("#!/bin/sh\necho Python 3.11.2\n", "it does not answer like a Python 3"),
        ("#!/bin/sh\nwhile :; do echo y; done\n", "it does not answer like a Python 3"),
        ("#!/bin/sh\necho autovenv-python 3.11.2; echo more\n", "it does not answer like a Python 3"),
        ("#!/bin/sh\necho '\x1b[31m\n' >&2; exit 1\n", "it ends with exit status 1: \\x1b[31m"),
        (
            "#!/bin/sh\necho one >&2; echo 'dyld[1]: Library not loaded: /x' >&2; kill -9 $$\n",
            "it is ended by SIGKILL: dyld[1]: Library not loaded: /x",
        ),
        ("#!/bin/sh\nexec >&- ; yes | head -c 200000 >&2; exit 4\n", "it ends with exit status 4: y"),
        ("#!/nowhere/python\n", "it cannot be started (no such file or directory)"),
        ("garbage", "it cannot be started (exec format error)"),
    ],
)
def test_interpreters_that_do_not_answer(text: str, problem: str, tmp_path: Path) -> None:
    python = make_program(tmp_path / "python", text)
    assert interpreters.ask(str(python), dict(os.environ)) == interpreters.Answer(problem=problem)


@pytest.mark.parametrize(
    ("complaints", "line"),
    [
        (b"", ""),
        (b" \n\xff\n", "\\xff"),
        (
            b"/srv/.venv/bin/python: error while loading shared libraries: libpython3.11.so.1.0: cannot open",
            "/srv/.venv/bin/python: error while loading shared libraries: libpython3.11.so.1.0: cannot open",
        ),
        (
            b"Could not find libraries <prefix>\nFatal Python error: init_fs_encoding",
            "Fatal Python error: init_fs_encoding",
        ),
        (b"No Python at '\"C:\\python.exe'\r\n", "No Python at '\"C:\\python.exe'"),
        (b"x" * 4000, "x" * 200),
    ],
)
def test_what_an_interpreter_complains_about(complaints: bytes, line: str) -> None:
    assert interpreters.choose_line(complaints) == line


@posix_only
@pytest.mark.parametrize("text", ["exec /bin/sleep 600", "/bin/sleep 600 & exit", "trap '' TERM HUP; /bin/sleep 600"])
def test_interpreters_that_hang_are_ended(text: str, tmp_path: Path) -> None:
    python = make_program(tmp_path / "python", f"#!/bin/sh\n{text}\n")
    answer = interpreters.ask(str(python), dict(os.environ), 0.2)
    assert answer.problem == "it did not answer within 0.2 seconds"


@posix_only
def test_an_interpreter_does_not_outlive_the_doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    popen = subprocess.Popen

    def start(*words: object, **options: object) -> object:
        started.append(popen(*words, **options))  # type: ignore[call-overload]
        return started[0]

    class Interrupted(threading.Thread):
        def join(self, timeout: float | None = None) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", start)
    monkeypatch.setattr(interpreters, "Thread", Interrupted)
    python = make_program(tmp_path / "python", "#!/bin/sh\nexec /bin/sleep 600\n")
    with pytest.raises(KeyboardInterrupt):
        interpreters.ask(str(python), dict(os.environ))
    assert started[0].returncode == -signal.SIGKILL


@pytest.mark.posix("a script of sh")
def test_a_python_2_is_asked_in_its_own_words(tmp_path: Path) -> None:
    """It knows no `-I`, which stands for `-E` and `-s`."""
    python = tmp_path / "python"
    lines = (
        "#!/bin/sh",
        'if [ "$1" = -I ]; then echo "Unknown option: -I" >&2; exit 2; fi',
        'if [ "$1 $2 $3" = "-E -s -S" ]; then echo autovenv-python 2.7.18; fi',
    )
    python.write_text("\n".join(lines) + "\n")
    python.chmod(0o755)
    assert interpreters.ask(str(python), dict(os.environ)) == interpreters.Answer("2.7.18")


def test_an_interpreter_is_asked_without_anything_of_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = tmp_path / "canary"
    for name in ("sitecustomize", "usercustomize", "sys", "encodings"):
        (tmp_path / f"{name}.py").write_text(f"open({str(canary)!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    environ = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONHOME": "/nowhere", "PYTHONSTARTUP": str(tmp_path)}
    answer = interpreters.ask(sys.executable, environ)
    assert answer == interpreters.Answer(".".join(map(str, sys.version_info[:3])))
    assert not canary.exists()


# Versions

numbers = st.integers(0, 20)
releases = st.lists(numbers, min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
operators = st.sampled_from((">=", ">", "<=", "<", "==", "!=", "~="))
clauses = st.tuples(operators, releases, st.sampled_from(("", ".*"))).map("".join)


@settings(deadline=None)
@given(st.tuples(numbers, numbers, numbers), st.lists(clauses, min_size=1, max_size=3).map(", ".join))
def test_specifiers_are_those_of_packaging(version: tuple[int, int, int], specifier: str) -> None:
    text = ".".join(map(str, version))
    try:
        expected = SpecifierSet(specifier).contains(text)
    except InvalidSpecifier:
        return
    assert versions.satisfies(text, specifier) is expected


@settings(deadline=None)
@given(st.tuples(numbers, numbers), st.lists(clauses, min_size=1, max_size=3).map(", ".join))
def test_a_version_of_two_parts_says_what_all_its_releases_say(version: tuple[int, int], specifier: str) -> None:
    text = ".".join(map(str, version))
    try:
        allowed = SpecifierSet(specifier)
    except InvalidSpecifier:
        return
    said = versions.satisfies(text, specifier)
    releases_of_it = {allowed.contains(f"{text}.{number}") for number in range(22)}
    assert said is None or releases_of_it == {said}


@given(st.text(max_size=40))
def test_specifiers_are_never_too_odd(specifier: str) -> None:
    assert versions.satisfies("3.11.2", specifier) in (True, False, None)
    assert isinstance(versions.find_lowest(specifier), str)
    assert isinstance(versions.read_request(specifier), str)


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("^3.9", True),
        ("^3.12", False),
        ("~3.11", True),
        ("~3.10", False),
        ("^2.7 || ^3.8", True),
        ("^2.7 || ~3.10", False),
        ("*", True),
        ("3.11.*", True),
        ("3.11.2", True),
        (">=3.8,<4.0,!=3.9.*", True),
        ("anything", None),
        ("anything,<3", False),
    ],
)
def test_specifiers_of_poetry(specifier: str, expected: bool | None) -> None:
    assert versions.satisfies("3.11.2", specifier) is expected


@pytest.mark.parametrize(
    ("version", "request_", "expected"),
    [
        ("3.13.0t", "3.13t", True),
        ("3.13.0", "3.13t", False),
        ("3.13.0t", "3.13", True),
        ("3.14.0t", "3.13t", False),
        ("3.13.0t", "3.13.0t", True),
    ],
)
def test_a_free_threaded_build_is_another_one(version: str, request_: str, expected: bool) -> None:
    assert versions.read_request(request_ + "\n") == request_
    assert versions.meets(version, request_) is expected
    assert versions.satisfies(version, ">=3.13") is True


def test_a_version_of_two_parts_decides_what_it_can() -> None:
    assert versions.satisfies("3.11", ">=3.9") is True
    assert versions.satisfies("3.11", ">=3.12") is False
    assert versions.satisfies("3.11", ">=3.11.4") is None
    assert versions.satisfies("3.11", "3.11.*") is True
    assert versions.meets("3.11", "3.11.4") is None


@pytest.mark.parametrize(
    ("request_", "expected"),
    [("3", True), ("3.11", True), ("3.11.2", True), ("3.1", False), ("3.11.20", False), (">=3.12", False)],
)
def test_requests_of_a_version_file(request_: str, expected: bool) -> None:
    assert versions.meets("3.11.2", request_) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("3.12 3.11\n", "3.12"),
        ("\n# x\npython-3.12.1\n", "3.12.1"),
        ("3.14-dev\n", "3.14"),
        ("3.13t\n", "3.13t"),
        ("pypy3.10-7.3\n", ""),
        ("my-env\n", ""),
        (">=3.9,<3.12\n", ">=3.9,<3.12"),
    ],
)
def test_version_files(text: str, expected: str) -> None:
    assert versions.read_request(text) == expected


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("version = 3.12.1\n", "3.12.1"),
        ("version_info = 3.12.1.final.0\n", "3.12.1"),
        ("python-version = 3.16\n", "3.16"),
        ("python-version = 3.16\nversion_info = 3.16.2\n", "3.16.2"),
        ("home = /usr/bin\n", ""),
    ],
)
def test_the_version_that_an_environment_says(tmp_path: Path, text: str, version: str) -> None:
    """venv's, virtualenv's and uv's keys, and PEP 838's, of two parts."""
    (tmp_path / "pyvenv.cfg").write_text(text)
    assert read_prefix_version(str(tmp_path), "venv") == version
