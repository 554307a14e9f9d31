"""The settings: their table, their two files, and `autovenv config`, which changes one of them and loses nothing."""

from __future__ import annotations

import os
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from commands import Desk
from hypothesis import given
from hypothesis import strategies as st
from judging import NOBODY
from platforms import AS_ROOT

from autovenv import places
from autovenv.commands import configuring
from autovenv.disk import files
from autovenv.disk.evidence import Evidence
from autovenv.messages import Problem, visible
from autovenv.state import settings

pytestmark = pytest.mark.posix("paths, links and modes as on POSIX systems")

NAMES = [setting.name for setting in settings.SETTINGS]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The administrator's file, in a place of the test's own."""
    path = tmp_path / "machine.toml"
    monkeypatch.setattr(places, "machine_config_file", lambda: str(path))
    return path


def write(desk: Desk, text: str) -> None:
    desk.config.parent.mkdir(parents=True, exist_ok=True)
    desk.config.write_bytes(text.encode())


def load() -> tuple[settings.Settings, list[str]]:
    evidence = Evidence({})
    return settings.load(evidence), evidence.skipped


# The table


@pytest.mark.parametrize("setting", settings.SETTINGS, ids=NAMES)
def test_a_default_fits_its_setting(setting: settings.Setting) -> None:
    assert settings.check(setting, setting.default) is None


@pytest.mark.parametrize("setting", settings.SETTINGS, ids=NAMES)
@pytest.mark.parametrize("value", [1, 1.5, "no such choice", True, ["relative"], [1], {"a": 1}, None])
def test_what_does_not_fit_is_told(setting: settings.Setting, value: object) -> None:
    fits = {
        "names": isinstance(value, list) and value == ["relative"],
        "pixi_environment": value == "no such choice",
        "wrap_cd": value is True,
        "prompt": value is True,
    }.get(setting.name, False)
    assert (settings.check(setting, value) is None) == fits


def test_paths_are_absolute_or_below_home() -> None:
    setting = configuring.find("ceilings")
    assert settings.check(setting, ["~/work", "/srv"]) is None
    assert settings.check(setting, ["/srv", "work"]) == "must be absolute, not `work`"


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/venv", "../evil", "venv/", "two\nlines", "null\0byte"])
def test_names_are_names(name: str) -> None:
    """An empty one would make every directory a project."""
    setting = configuring.find("names")
    assert settings.check(setting, [".venv", "my env", "-x", "..."]) is None
    assert settings.check(setting, [".venv", name]) == f"must be names of directories, not `{visible(name)}`"


def test_trust_has_no_variable() -> None:
    # What a project's directory could set, by some other tool, must not loosen trust.
    assert [setting.name for setting in settings.SETTINGS if setting.pinned and setting.variable] == []


# The files


def test_home_and_slashes_in_paths(at_home: Desk) -> None:
    write(at_home, "ceilings = ['~/work/', '/', '~']\n")
    assert load()[0].ceilings == [f"{at_home.home}/work", "/", str(at_home.home)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("\n# x\ntrsut = 'ask'\n", " line 3 has an unknown setting `trsut`"),
        ("[trsut]\na = 1\n", " line 1 has an unknown setting `trsut`"),
        ("'odd\\name' = 1\n", " line 1 has an unknown setting `odd\\name`"),
        ("prompt = true\n\"wrap_cd\" = 'no'\n", " line 2: `wrap_cd` must be true or false"),
        ("trust = 'never'\n", " line 1: `trust` must be one of auto, ask, always, not `never`"),
        ("silence = ['path', 'noise']\n", " line 1: `silence` must be one of "),
        ("names = 'venv'\n", " line 1: `names` must be a list of strings"),
        ("prompt = true\nprompt = 1\n", " is not valid TOML at line 2"),
        ("a = [\n", " is not valid TOML at end of document"),
        ("\x1b = 1\n", " is not valid TOML at line 1"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_line(at_home: Desk, text: str, sentence: str) -> None:
    write(at_home, text)
    (found,) = load()[1]
    assert found.startswith("`~/.config/autovenv/config.toml`" + sentence)


def test_what_is_right_beside_what_is_wrong_counts(at_home: Desk) -> None:
    write(at_home, "nope = 1\nnames = 3\nprompt = false\n")
    values, skipped = load()
    assert (values.prompt, values.names) == (False, [".venv", "venv", "env"])
    assert len(skipped) == 2


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize(("text", "value"), [("false", False), ("true", True), ("no", True), ("", True)])
def test_a_variable_wins_for_the_hook(text: str, value: bool) -> None:
    evidence = Evidence({"AUTOVENV_PROMPT": text})
    assert settings.load(evidence).prompt is value
    assert evidence.variables == {}
    assert evidence.skipped == (["`AUTOVENV_PROMPT` must be true or false, not `no`"] if text == "no" else [])


# config list, get, path


def test_list_says_where_a_value_comes_from(at_home: Desk, machine: Path) -> None:
    write(at_home, "prompt = false\ntrust = 'always'\ndenied_paths = ['/b']\n")
    machine.write_text("trust = 'ask'\nnames = ['v']\ndenied_paths = ['/a']\n")
    values, problems = configuring.list_values({"AUTOVENV_WRAP_CD": "false"})
    found = {value.name: (value.value, value.source) for value in values}
    expected = {
        "trust": ("ask", "machine"),
        "trusted_paths": ([], "default"),
        "denied_paths": (["/a", "/b"], "user and machine"),
        "names": (["v"], "machine"),
        "ceilings": ([], "default"),
        "wrap_cd": (False, "environment"),
        "prompt": (False, "user"),
        "silence": ([], "default"),
    }
    assert {name: found[name] for name in expected} == expected
    assert problems == []


def test_list_as_text_is_toml(desk: Desk) -> None:
    write(desk, "prompt = false\n")
    answer = desk.type("config", "list")
    assert (answer.status, answer.err) == (0, "")
    assert tomllib.loads(answer.out) == {**{s.name: s.default for s in settings.SETTINGS}, "prompt": False}
    assert "prompt = false" in answer.out
    assert [line.split("# ")[1] for line in answer.out.splitlines() if line.startswith("prompt")] == ["user"]


def test_list_as_json(desk: Desk) -> None:
    answer = desk.type("config", "list", "--json")
    assert [value["name"] for value in answer.json["settings"]] == NAMES
    assert set(answer.json["settings"][0]) == {"name", "value", "source", "help"}


def test_list_names_problems_and_exits_1(desk: Desk) -> None:
    write(desk, "nope = 1\n")
    answer = desk.type("config", "list")
    assert answer.status == 1
    assert answer.err == "autovenv: warning: `~/.config/autovenv/config.toml` line 1 has an unknown setting `nope`\n"
    assert "names = " in answer.out


@pytest.mark.parametrize(
    ("name", "out"), [("names", ".venv\nvenv\nenv\n"), ("prompt", "true\n"), ("trust", "auto\n"), ("silence", "")]
)
def test_get(desk: Desk, name: str, out: str) -> None:
    answer = desk.type("config", "get", name)
    assert (answer.status, answer.out, answer.err) == (0, out, "")


@pytest.mark.parametrize("command", [["get", "nams"], ["set", "nams", "x"], ["unset", "nams"]])
def test_an_unknown_name_is_wrong_usage(desk: Desk, command: list[str]) -> None:
    answer = desk.type("config", *command)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == "autovenv: error: there is no setting `nams`\n  hint: did you mean `names`?\n"
    assert not desk.config.exists()


def test_path(desk: Desk) -> None:
    assert desk.type("config", "path").out == f"{desk.config}\n"
    assert desk.type("config", "path", "--machine").out == places.machine_config_file() + "\n"


# config set, unset


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (["names", ".venv"], [".venv"]),
        (["names", ".venv", "my env"], [".venv", "my env"]),
        (["prompt", "false"], False),
        (["trust", "ask"], "ask"),
        (["ceilings", "work", "/srv/", "~/x"], ["«home»/work", "/srv", "«home»/x"]),
    ],
)
def test_set_and_unset(desk: Desk, words: list[str], value: object) -> None:
    answer = desk.type("config", "set", *words)
    assert answer.status == 0
    assert answer.out.startswith(f"`{words[0]}` is ")
    if isinstance(value, list):
        value = [item.replace("«home»", str(desk.home)) for item in value]
    assert tomllib.loads(desk.config.read_text()) == {words[0]: value}
    assert desk.config.stat().st_mode & 0o077 == 0
    assert desk.config.parent.stat().st_mode & 0o077 == 0
    answer = desk.type("config", "unset", words[0])
    assert (answer.status, desk.config.read_text()) == (0, "")


@pytest.mark.parametrize("words", [["ceilings"], ["ceilings", ""], ["silence"], ["silence", ""]])
def test_a_list_may_be_empty(desk: Desk, words: list[str]) -> None:
    desk.type("config", "set", "ceilings", "/srv")
    desk.type("config", "set", "silence", "path")
    answer = desk.type("config", "set", *words)
    assert (answer.status, answer.out) == (0, f"`{words[0]}` is [] in `~/.config/autovenv/config.toml`\n")
    assert tomllib.loads(desk.config.read_text())[words[0]] == []


def test_what_is_next_comes_after_what_was_done(desk: Desk) -> None:
    for words in (["set", "prompt", "false"], ["unset", "prompt"]):
        both = desk.type("config", *words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).out
        assert [line.split(":")[0] for line in both.splitlines()][1:] == ["  next"]
    assert "next" not in desk.type("config", "set", "trust", "ask").err


@pytest.mark.parametrize(
    "words",
    [["prompt", "no"], ["prompt", "true", "false"], ["trust", "never"], ["silence", "noise"], ["names", "\udcff"]],
)
def test_a_value_that_does_not_fit_is_wrong_usage(at_home: Desk, words: list[str]) -> None:
    with pytest.raises(Problem) as caught:
        configuring.set_value(words[0], words[1:], {}, drop_comments=False)
    assert caught.value.status == 2
    assert not at_home.config.exists()


def test_set_says_when_the_machine_decides(at_home: Desk, machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    machine.write_text("trust = 'ask'\n")
    configuring.set_value("trust", ["always"], {}, drop_comments=False)
    assert capsys.readouterr().err.startswith('autovenv: warning: `trust` is "ask" all the same\n')
    assert tomllib.loads(at_home.config.read_text()) == {"trust": "always"}


@pytest.mark.parametrize("text", ["prompt = [\n", "\udcff", "a = 1\na = 2\n"])
def test_a_file_that_is_not_toml_is_left_as_it_is(at_home: Desk, text: str) -> None:
    at_home.config.parent.mkdir(parents=True)
    at_home.config.write_bytes(os.fsencode(text))
    with pytest.raises(Problem) as caught:
        configuring.set_value("trust", ["ask"], {}, drop_comments=False)
    assert "was left as it is" in caught.value.what
    assert at_home.config.read_bytes() == os.fsencode(text)


def test_a_link_and_a_mode_stay(at_home: Desk) -> None:
    real = at_home.home / "dotfiles.toml"
    real.write_bytes(b"\xef\xbb\xbf# mine\r\n")
    real.chmod(0o640)
    at_home.config.parent.mkdir(parents=True)
    at_home.config.symlink_to(real)
    configuring.set_value("trust", ["ask"], {}, drop_comments=False)
    assert at_home.config.is_symlink()
    assert real.stat().st_mode & 0o7777 == 0o640
    assert real.read_bytes() == b'\xef\xbb\xbf# mine\r\ntrust = "ask"\r\n'


@AS_ROOT
def test_an_owner_stays(root: Path) -> None:
    path = root / "theirs"
    path.write_bytes(b"old")
    os.chown(path, NOBODY, NOBODY - 1)
    path.chmod(0o640)
    files.write_file(str(path), b"new")
    found = path.stat()
    assert path.read_bytes() == b"new"
    assert (found.st_uid, found.st_gid, found.st_mode & 0o7777) == (NOBODY, NOBODY - 1, 0o640)


FILE = """\
# The top.

trust = "auto"  # not yet
names = [
    ".venv",   # ours
    "v#env",   # theirs
]  # done

# About the table.
[unknown]
trust = "x"
text = '''
prompt = false
'''
"""


@pytest.mark.parametrize(
    ("name", "value", "old", "new"),
    [
        ("trust", "ask", 'trust = "auto"  # not yet\n', 'trust = "ask"  # not yet\n'),
        ("prompt", True, "]  # done\n", "]  # done\nprompt = true\n"),
        ("wrap_cd", None, "", ""),
    ],
)
def test_nothing_else_in_the_file_changes(name: str, value: object, old: str, new: str) -> None:
    assert FILE.count(old) == 1 or not old
    assert configuring.edit(FILE, name, value) == configuring.Edit(FILE.replace(old, new), ())


def test_comments_inside_an_old_value_are_named_before_they_are_lost() -> None:
    edited = configuring.edit(FILE, "names", ["env"])
    assert edited.lost == ("# ours", "# theirs")
    assert 'names = [\n    "env",\n]  # done\n\n# About the table.\n' in edited.text
    assert configuring.edit(FILE, "trust", None) == configuring.Edit(
        FILE.replace('trust = "auto"  # not yet\n', ""), ("# not yet",)
    )


def test_a_file_that_cannot_be_edited_in_place_names_all_its_comments() -> None:
    text = "# mine\n[trust]\nx = 1 # a\n"
    edited = configuring.edit(text, "trust", "ask")
    assert tomllib.loads(edited.text) == {"trust": "ask"}
    assert edited.lost == ("# mine", "# a")


def test_comments_are_lost_only_when_that_was_said(desk: Desk) -> None:
    write(desk, FILE)
    answer = desk.type("config", "set", "names", "env")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("autovenv: error: a comment would be lost\n  why: ")
    assert "`# ours`, `# theirs`" in answer.err
    assert desk.config.read_text() == FILE
    assert desk.type("config", "set", "names", "env", "--drop-comments").status == 0
    assert tomllib.loads(desk.config.read_text())["names"] == ["env"]


def test_what_the_file_says_already_is_not_written_again() -> None:
    text = "names = ['.venv'] # mine"
    assert configuring.edit(text, "names", [".venv"]) == configuring.Edit(text, ())


keys = st.sampled_from(["trust", "names", "prompt", "other", "a b"])
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
values = st.one_of(st.booleans(), words, st.lists(words, max_size=3), st.dictionaries(keys, words, max_size=2))


@given(st.dictionaries(keys, values), keys, st.one_of(st.none(), values))
def test_an_edit_says_what_was_asked_and_keeps_the_rest(table: dict[str, Any], name: str, value: object) -> None:
    text = tomli_w.dumps(table)
    wanted = {key: item for key, item in table.items() if key != name} | ({} if value is None else {name: value})
    assert tomllib.loads(configuring.edit(text, name, value).text) == wanted


def test_the_static_hook_follows_the_settings(desk: Desk) -> None:
    assert desk.type("install", "--static", "--shell", "bash").status == 0
    hook_file = desk.home / ".local" / "share" / "autovenv" / "autovenv.bash"
    answer = desk.type("config", "set", "names", "my-env")
    assert "open a new terminal" in answer.err
    assert "name=my-env" in hook_file.read_text()
