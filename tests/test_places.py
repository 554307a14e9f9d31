"""Where autovenv keeps its files, held against platformdirs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

from autovenv import places

VARIABLES = ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")

#: What somebody could set a variable to. platformdirs strips nothing, and neither do we.
VALUES = st.none() | st.sampled_from(
    ["", " ", "/", "//", "/x", "/x/", "/x//y/", "relative", "./x", "~/x", "$HOME/x", "/two\nlines", "/\udcff", "/.."]
) | st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8).map(lambda text: "/" + text)  # fmt: skip


def set_variables(monkeypatch: pytest.MonkeyPatch, values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)


def tidy(path: str) -> str:
    """Return a path as one of its names: how many slashes stand between two others is no matter."""
    return "/" + os.path.normpath(path).lstrip("/")


@pytest.mark.posix("no XDG there")
@given(st.fixed_dictionaries(dict.fromkeys(VARIABLES, VALUES)), st.sampled_from(["/home/ada", "/home/ada/", "/"]))
@example({"XDG_STATE_HOME": "relative", "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": ""}, "/home/ada")
def test_they_are_those_of_platformdirs(values: dict[str, str | None], home: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        set_variables(monkeypatch, {**values, "HOME": home})
        ours = [places.state_dir(), places.data_dir(), os.path.dirname(places.user_config_file())]
        theirs = [
            platformdirs.user_state_dir("autovenv", appauthor=False),
            platformdirs.user_data_dir("autovenv", appauthor=False),
            platformdirs.user_config_dir("autovenv", appauthor=False),
        ]
    assert [tidy(path) for path in ours] == [tidy(path) for path in theirs]
    assert all(os.path.isabs(path) for path in ours)


@pytest.mark.posix("platformdirs asks the system there")
@pytest.mark.parametrize(("platform", "theirs"), [("linux", Unix), ("freebsd14", Unix), ("darwin", MacOS)])
@pytest.mark.parametrize("value", [None, "", "relative", "/x/y", "/x/y/"])
def test_the_rules_of_other_platforms(
    monkeypatch: pytest.MonkeyPatch, platform: str, theirs: type[Unix | MacOS], value: str | None
) -> None:
    set_variables(monkeypatch, {**dict.fromkeys(VARIABLES, value), "HOME": "/home/ada"})
    of_theirs = theirs("autovenv", appauthor=False)
    assert {kind: places.user_dir(kind, os.environ, "/home/ada", platform) for kind in ("state", "data", "config")} == {
        "state": of_theirs.user_state_dir,
        "data": of_theirs.user_data_dir,
        "config": of_theirs.user_config_dir,
    }


@pytest.mark.parametrize("kind", ["state", "data", "config"])
@pytest.mark.parametrize(
    ("environ", "directory"),
    [
        ({"LOCALAPPDATA": "D:\\Local"}, "D:\\Local\\autovenv"),
        ({"LOCALAPPDATA": "D:\\"}, "D:\\autovenv"),
        ({"LOCALAPPDATA": ""}, "C:\\Users\\ada\\AppData\\Local\\autovenv"),
        ({}, "C:\\Users\\ada\\AppData\\Local\\autovenv"),
        ({"XDG_STATE_HOME": "/x", "XDG_CONFIG_HOME": "/x"}, "C:\\Users\\ada\\AppData\\Local\\autovenv"),
    ],
)
def test_windows(kind: str, environ: dict[str, str], directory: str) -> None:
    assert places.user_dir(kind, environ, "C:\\Users\\ada", "win32") == directory


def test_a_python_of_the_microsoft_store_names_what_shells_read_by_its_place() -> None:
    """What it writes to the user's own directory, nobody else finds there; a person edits the settings there."""
    apps = "C:\\Program Files\\WindowsApps\\"
    package = places.find_package(f"{apps}PythonSoftwareFoundation.Python.3.12_3.12.2800.0_x64__qbz5n2kfra8p0\\")
    assert package == "PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0"
    local = "C:\\Users\\ada\\AppData\\Local"
    found = {
        kind: places.user_dir(kind, {}, "C:\\Users\\ada", "win32", package) for kind in ("state", "data", "config")
    }
    below = f"{local}\\Packages\\{package}\\LocalCache\\Local\\autovenv"
    assert found == {"state": below, "data": below, "config": f"{local}\\autovenv"}
    assert places.find_package(f"{apps}Another_1.0_x64_qbz5n2kfra8p0") == ""
    assert places.find_package("C:\\Users\\ada\\AppData\\Local\\Programs\\Python\\Python312") == ""


@pytest.mark.skipif(sys.platform != "win32", reason="Windows")
def test_windows_as_it_is() -> None:
    assert places.state_dir() == platformdirs.user_state_dir("autovenv", appauthor=False)


@pytest.mark.parametrize(
    ("platform", "environ", "directory"),
    [
        ("linux", {"XDG_CONFIG_DIRS": "/tmp"}, "/etc/xdg/autovenv"),
        ("darwin", {"XDG_CONFIG_DIRS": "/tmp"}, "/Library/Application Support/autovenv"),
        ("win32", {}, "C:\\ProgramData\\autovenv"),
        ("win32", {"ALLUSERSPROFILE": "D:\\All Users\\"}, "D:\\All Users\\autovenv"),
    ],
)
def test_the_machine_s_directory(platform: str, environ: dict[str, str], directory: str) -> None:
    assert places.machine_dir(environ, platform) == directory


@pytest.mark.skipif(sys.platform != "linux", reason="Linux")
def test_the_machine_s_directory_is_that_of_platformdirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CONFIG_DIRS", raising=False)
    assert os.path.dirname(places.machine_config_file()) == platformdirs.site_config_dir("autovenv", appauthor=False)


def test_home(monkeypatch: pytest.MonkeyPatch) -> None:
    home = "C:\\Users\\ada" if sys.platform == "win32" else "/home/ada"
    monkeypatch.setenv("HOME", home)
    monkeypatch.setenv("USERPROFILE", home)
    assert places.home() == home


@pytest.mark.posix("no list of users there")
@pytest.mark.parametrize("value", ["", "relative", "~"])
def test_a_home_that_is_no_directory_is_as_good_as_unset(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    import pwd

    monkeypatch.setenv("HOME", value)
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: pwd.struct_passwd(("a", "x", uid, 1, "", "/home/a", "")))
    assert places.home() == "/home/a"

    def fail(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", fail)
    assert places.home() == "/"


def test_nothing_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_variables(monkeypatch, dict.fromkeys(VARIABLES, str(tmp_path)))
    places.state_dir(), places.data_dir(), places.user_config_file(), places.machine_config_file()
    assert list(tmp_path.iterdir()) == []
