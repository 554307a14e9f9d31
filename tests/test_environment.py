"""What a prefix is, and what the prompt calls it."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from platforms import NOT_AS_ROOT
from trees import Venv

from autovenv.disk.evidence import Evidence
from autovenv.environments import environment
from autovenv.environments.environment import Broken, Environment, inspect, name_environment, read_config
from autovenv.messages import visible

POSIX = pytest.mark.posix("POSIX")


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """An environment as it looks, `.venv` of the project `app`; its interpreter is a program that nobody runs."""
    prefix = tmp_path / "app" / ".venv"
    (prefix / "bin").mkdir(parents=True)
    (prefix / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.2\n")
    (prefix / "bin/python").write_text("#!/bin/sh\nexit 1\n")
    (prefix / "bin/python").chmod(0o755)
    return prefix


def look(prefix: Path) -> Environment | Broken:
    return inspect(str(prefix), Evidence({}), str(prefix.parent))


def usable(prefix: Path) -> Environment:
    found = look(prefix)
    assert isinstance(found, Environment), found.reason
    return found


def broken(prefix: Path) -> str:
    found = look(prefix)
    assert isinstance(found, Broken)
    assert found.prefix == str(prefix)
    return found.reason


# -- usable ------------------------------------------------------------------------------------------------------------


@pytest.mark.posix("the environment is laid out as POSIX has it")
def test_a_virtual_environment(prefix: Path) -> None:
    found = usable(prefix)
    assert (found.prefix, found.flavour, found.bin, found.python, found.name) == (
        str(prefix), "venv", f"{prefix}/bin", f"{prefix}/bin/python", "app",
    )  # fmt: skip
    assert found.config == {"home": "/usr/bin", "version": "3.11.2"}


@pytest.mark.posix("the environment is laid out as POSIX has it")
@pytest.mark.parametrize("python", ["python", "python3"])
def test_an_interpreter_of_either_name(prefix: Path, python: str) -> None:
    (prefix / "bin/python").rename(prefix / "bin/python3")
    (prefix / "bin/python3").rename(prefix / "bin" / python)
    assert usable(prefix).python == f"{prefix}/bin/{python}"


@pytest.mark.posix("the environment is laid out as POSIX has it")
def test_commands_as_windows_lays_them_out(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where that is the system; elsewhere it is Windows's own, and left alone."""
    (prefix / "bin").rename(prefix / "Scripts")
    (prefix / "Scripts/python").rename(prefix / "Scripts/python.exe")
    assert broken(prefix) == "it is an environment of Windows, whose commands are in `Scripts`"
    monkeypatch.setattr(environment, "LAYOUTS", environment.list_layouts(windows=True))
    found = usable(prefix)
    assert (found.bin, found.python) == (f"{prefix}/Scripts", f"{prefix}/Scripts/python.exe")


@pytest.mark.posix("the environment is laid out as POSIX has it")
@pytest.mark.parametrize("python", ["python.exe", "python3.exe"])
def test_commands_as_the_python_of_msys2_lays_them_out(
    prefix: Path, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (prefix / "bin/python").rename(prefix / "bin" / python)
    monkeypatch.setattr(environment, "LAYOUTS", environment.list_layouts(windows=True))
    assert usable(prefix).python == f"{prefix}/bin/{python}"


@pytest.mark.posix("the environment is laid out as POSIX has it")
def test_an_environment_of_wsl_seen_from_windows(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There every file is executable, and what a link of Linux's leads to is not there."""
    monkeypatch.setattr(environment, "LAYOUTS", environment.list_layouts(windows=True))
    assert "interpreter" in broken(prefix)
    assert environment.name_other_system(str(prefix), windows=True) == "Linux or WSL"
    assert environment.name_other_system(str(prefix), windows=False) == ""
    (prefix / "bin/python").unlink()
    (prefix / "bin/python3").symlink_to("/nowhere/python3")
    assert environment.name_other_system(str(prefix), windows=True) == "Linux or WSL"
    (prefix / "bin/python3").unlink()
    (prefix / "Scripts").mkdir()
    (prefix / "Scripts/python.exe").write_text("")
    assert environment.name_other_system(str(prefix), windows=True) == ""
    assert environment.name_other_system(str(prefix), windows=False) == "Windows"


@pytest.mark.posix("the environment is laid out as POSIX has it")
def test_through_links(prefix: Path) -> None:
    link = prefix.parent / "env"
    link.symlink_to(".venv")
    assert usable(link).prefix == str(link)
    (prefix / "bin/python").rename(prefix.parent / "real")
    (prefix / "bin/python").symlink_to("python3")
    (prefix / "bin/python3").symlink_to(prefix.parent / "real")
    assert usable(prefix).python == f"{prefix}/bin/python"


@pytest.mark.posix("the environment is laid out as POSIX has it")
def test_a_conda_prefix(prefix: Path) -> None:
    (prefix / "pyvenv.cfg").unlink()
    (prefix / "conda-meta").mkdir()
    found = usable(prefix)
    assert (found.flavour, found.bin, found.python) == ("conda", f"{prefix}/bin", f"{prefix}/bin/python")
    (prefix / "bin/python").unlink()
    assert usable(prefix).python == ""
    (prefix / "bin").rmdir()
    assert broken(prefix) == "it has no `bin`"


@pytest.mark.posix("the environment is laid out as POSIX has it")
def test_a_virtual_environment_with_a_conda_meta_is_one(prefix: Path) -> None:
    (prefix / "conda-meta").mkdir()
    assert usable(prefix).flavour == "venv"


@pytest.mark.posix("the environment is laid out as POSIX has it")
def test_how_a_usable_one_is_watched(prefix: Path) -> None:
    evidence = Evidence({})
    inspect(str(prefix), evidence)
    assert evidence.words == {
        str(prefix): "exists",
        f"{prefix}/pyvenv.cfg": "same",
        f"{prefix}/bin": "newer",
        f"{prefix}/bin/python": "runs",
    }


# -- broken ------------------------------------------------------------------------------------------------------------


@pytest.mark.posix("the environment is laid out as POSIX has it")
def test_nothing_and_no_directory(prefix: Path) -> None:
    assert broken(prefix / "nothing") == "there is no such directory"
    assert broken(prefix / "pyvenv.cfg") == "it is not a directory"
    for name in ("dangling", "loop"):
        (prefix / name).symlink_to("loop")
        assert broken(prefix / name) == "it is a link that leads nowhere"


@POSIX
@pytest.mark.parametrize("what", ["fifo", "directory", "dangling", "loop", "enormous", "missing", "link to a device"])
def test_a_configuration_that_is_none(prefix: Path, what: str) -> None:
    config = prefix / "pyvenv.cfg"
    config.unlink()
    match what:
        case "fifo":
            os.mkfifo(config)
        case "directory":
            config.mkdir()
        case "dangling":
            config.symlink_to("nowhere")
        case "loop":
            config.symlink_to("pyvenv.cfg")
        case "enormous":
            config.touch()
            os.truncate(config, 50 << 20)
        case "link to a device":
            config.symlink_to("/dev/zero")
    reasons = {
        "fifo": "its `pyvenv.cfg` is not a regular file",
        "directory": "its `pyvenv.cfg` is not a regular file",
        "link to a device": "its `pyvenv.cfg` is not a regular file",
        "dangling": "its `pyvenv.cfg` is a link that leads nowhere",
        "loop": "its `pyvenv.cfg` is a link that leads nowhere",
        "enormous": "its `pyvenv.cfg` is larger than 65536 bytes",
        "missing": "it has no `pyvenv.cfg`",
    }
    assert broken(prefix) == reasons[what]


@pytest.mark.posix("the environment is laid out as POSIX has it")
@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"\xff\xfe\xff", b"=\n==\n", b"x" * 65536])
def test_a_configuration_with_anything_in_it(prefix: Path, data: bytes) -> None:
    (prefix / "pyvenv.cfg").write_bytes(data)
    assert usable(prefix).name == "app"


@POSIX
def test_an_interpreter_that_is_none(prefix: Path) -> None:
    python = prefix / "bin/python"
    python.chmod(0o644)
    assert broken(prefix) == "its `bin/python` is not an executable file"
    python.unlink()
    assert broken(prefix) == "it has no interpreter"
    python.mkdir()
    assert broken(prefix) == "its `bin/python` is not an executable file"
    python.rmdir()
    os.mkfifo(python)
    assert broken(prefix) == "its `bin/python` is not an executable file"
    python.unlink()
    python.symlink_to("python")
    assert broken(prefix).endswith("which is gone")


@POSIX
def test_where_a_dangling_interpreter_leads(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the end of the chain, with home as `~` and everything visible."""
    monkeypatch.setenv("HOME", "/home/ada")
    (prefix / "bin/python").unlink()
    (prefix / "bin/python").symlink_to("python3")
    (prefix / "bin/python3").symlink_to("/home/ada/.pyenv/3.9\x1b[31m/bin/python")
    assert broken(prefix) == "its `bin/python` leads to `~/.pyenv/3.9\\x1b[31m/bin/python`, which is gone"


@NOT_AS_ROOT
def test_an_interpreter_where_nobody_may_enter(prefix: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(root))
    closed = root / "closed"
    closed.mkdir()
    (closed / "python").touch(0o755)
    for name in ("python", "python3"):
        (prefix / "bin" / name).unlink(missing_ok=True)
        (prefix / "bin" / name).symlink_to(closed / "python")
    closed.chmod(0)
    reason = broken(prefix)
    closed.chmod(0o700)
    assert reason == "its `bin/python` leads to `~/closed/python`, which cannot be reached"


@POSIX
@pytest.mark.parametrize("path", ["pyvenv.cfg"])
def test_a_missing_permission_is_watched_by_nobody(prefix: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """`chmod` changes no modification time, so the record of what lacks a permission is not kept."""
    real_access, real_open = os.access, os.open
    refused = str(prefix / path)
    # root may read everything
    monkeypatch.setattr(os, "access", lambda name, mode: name != refused and real_access(name, mode))

    def refuse(name: str, *rest: int) -> int:
        if name == refused:
            raise PermissionError(13, "Permission denied")
        return real_open(name, *rest)

    monkeypatch.setattr(os, "open", refuse)
    evidence = Evidence({})
    assert isinstance(inspect(refused.removesuffix("/" + path), evidence), Broken)
    assert evidence.unwatchable
    monkeypatch.undo()
    evidence = Evidence({})
    assert isinstance(inspect(str(prefix), evidence), Environment)
    assert not evidence.unwatchable


@pytest.mark.posix("the environment is laid out as POSIX has it")
def test_how_a_broken_one_is_watched(prefix: Path) -> None:
    """Another directory in its place is noticed, be it an older one."""
    (prefix / "pyvenv.cfg").unlink()
    evidence = Evidence({})
    inspect(str(prefix), evidence)
    assert evidence.words[str(prefix)] == "same"
    assert evidence.words[f"{prefix}/pyvenv.cfg"] == "absent"
    assert evidence.words[f"{prefix}/bin"] == "newer"


# -- pyvenv.cfg --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "config"),
    [
        ("home = /usr/bin\n", {"home": "/usr/bin"}),
        ("home = /usr/bin\r\nprompt = x\r\n", {"home": "/usr/bin", "prompt": "x"}),
        ("a = 1\rb = 2", {"a": "1", "b": "2"}),
        ("HOME=/usr/bin", {"home": "/usr/bin"}),
        ("a = b = c", {"a": "b = c"}),
        ("no separator\n\n = \n", {"": ""}),
        ("a = 1\na = 2", {"a": "2"}),
        ("  a\t=\t1  ", {"a": "1"}),
    ],
)
def test_read_config(text: str, config: dict[str, str]) -> None:
    assert read_config(text) == config


@given(st.text(st.sampled_from("ab =\n\r\t'#Ä\x0b\x85\u2028"), max_size=40))
def test_lines_and_keys_are_those_of_site(text: str) -> None:
    """As `venv()` of CPython's `site.py` reads it: the lines of a text file, split at the first `=`."""
    expected = {}
    for line in io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"):
        if "=" in line:
            key, _, value = line.partition("=")
            expected[key.strip().lower()] = value.strip()
    assert read_config(text) == expected


# -- names -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("'app'", "app"),  # venv: a Python repr
        ('"it\'s"', "it's"),
        ("'it\\'s \"x\"'", 'it\'s "x"'),
        ("'back\\\\slash'", "back\\slash"),
        ('"app"', "app"),  # virtualenv
        ("app", "app"),  # uv
        ("it's", "it's"),
        ("'", "'"),
        ("'x\"", "'x\""),
        ("''", "project"),
        ('""', "project"),
        ("' '", "project"),
        ("", "project"),
        ("'two\\nlines'", "two\\nlines"),
        ("'\\x1b[31m'", "\\x1b[31m"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("'\\u202eevil'", "\\u202eevil"),
        ("'\\U0001f40d'", "\U0001f40d"),
        ("'\\ud800'", "\\ud800"),
        ("'\\U00110000'", "\\U00110000"),
        ("'\\xzz'", "\\xzz"),
        ("'\\x'", "\\x"),
        ("'\\q\\'", "\\q\\"),
        ("'\\'", "\\"),
        ("\udcff", "\\xff"),
        ("$(touch canary) `x` %n", "$(touch canary) `x` %n"),
    ],
)
def test_a_prompt(prompt: str, name: str) -> None:
    assert name_environment("/x/project/.venv", {"prompt": prompt}) == name


@given(st.text(max_size=10))
@example("'")
@example("\\")
@example("a'b\"c")
def test_a_prompt_as_venv_writes_it(text: str) -> None:
    expected = visible(text.strip()) or "project"
    assert name_environment("/x/project/.venv", {"prompt": repr(text)}) == expected


@given(st.text(st.characters(exclude_categories=[]), max_size=20), st.sampled_from("'\""))
def test_a_prompt_of_anything_is_visible(text: str, quote: str) -> None:
    for prompt in (text, quote + text + quote):
        name = name_environment("/x/project/.venv", read_config(f"prompt = {prompt}"))
        assert name != ""
        assert name.isprintable()


@pytest.mark.parametrize(
    ("prefix", "project", "name"),
    [
        ("/x/app/.venv", "", "app"),
        ("/x/app/venv", "", "app"),
        ("/x/app/env", "", "app"),
        ("/x/app/.venv/", "/x/app", "app"),
        ("/x/app/.conda", "/x/app", "app"),
        ("/x/app/.pixi/envs/default", "/x/app", "app"),
        ("/x/app/.pixi/envs/test", "/x/app", "test"),
        ("/home/ada/.virtualenvs/web", "/x/app", "web"),
        ("/elsewhere/.venv", "/x/app", "app"),
        ("/.venv", "/", ".venv"),
        ("/x/two\nlines/.venv", "", "two\\nlines"),
    ],
)
def test_a_name_without_a_prompt(prefix: str, project: str, name: str) -> None:
    assert name_environment(prefix, {}, project) == name


@pytest.mark.slow
@POSIX
@pytest.mark.parametrize("tool", ["venv", "virtualenv", "uv"])
@pytest.mark.parametrize(
    "prompt", [None, "web", 'it\'s a "test"', "back\\slash", "$HOME %n", "naïve", "(x)", "a = b", "'x'"]
)
def test_the_name_that_a_real_tool_gave(root: Path, tool: str, prompt: str | None) -> None:
    (root / "home/app").mkdir(parents=True)
    Venv(tool, prompt).make(root / "home/app/.venv", root)
    found = usable(root / "home/app/.venv")
    assert found.name == (prompt or "app")


def test_the_layouts_name_this_platform_s_first() -> None:
    assert environment.LAYOUTS[0][0] == ("Scripts" if sys.platform == "win32" else "bin")
