"""The record: its text, what makes it stale, and how it is written."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Desk
from hypothesis import example, given
from hypothesis import strategies as st
from platforms import POSIX
from records import Clock, Stored

from autovenv.commands import pruning
from autovenv.disk.evidence import Evidence
from autovenv.messages import Problem
from autovenv.state import choices, record, store
from autovenv.state.record import Record, Unstorable, render

SECOND = 1_000_000_000
NOW = 1_700_000_000 * SECOND + 123_456_789
LONG_AGO = NOW - 3600 * SECOND

#: Everything that a path, a value or a name can hold. Surrogates stand for bytes that are not UTF-8.
_CHARACTERS = st.one_of(
    st.sampled_from("\n\r\t \0\\/'\".~:=\x1b\x7f\u2028\u202eé"),
    st.characters(codec="utf-8"),
    st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF),
)
TEXT = st.text(_CHARACTERS, max_size=20)
WORDS = {
    "verdict", "flavour", "prefix", "bin", "name", "same", "newer", "exists", "absent", "dangling", "variable",
    "warning", "hint", "end", "set", "moved", "own", "leads",
}  # fmt: skip


def see(*paths: tuple[str, str, int | None], variables: dict[str, str] | None = None) -> Evidence:
    """Return the evidence of some looks: path, word and time."""
    evidence = Evidence({})
    evidence.started = NOW
    for path, word, time_ns in paths:
        evidence.words[path] = word
        evidence.times[path] = time_ns
    evidence.variables = variables or {}
    return evidence


def use(evidence: Evidence, directory: str = "/home/ada/app") -> Record:
    return Record("use", evidence, "venv", f"{directory}/.venv", f"{directory}/.venv/bin", "app")


def split(text: bytes) -> list[str]:
    return os.fsdecode(text).split("\n")


@pytest.fixture(autouse=True)
def now(clock: Clock) -> Clock:
    clock.now = NOW
    return clock


# -- the text ----------------------------------------------------------------------------------------------------------


def test_the_example_of_the_documentation() -> None:
    evidence = see(
        ("/home/ada/app/.venv/pyvenv.cfg", "same", LONG_AGO),
        ("/home/ada/app/.venv/bin", "newer", LONG_AGO + 1),
        ("/home/ada/app/.venv/bin/python", "exists", LONG_AGO),
        ("/home/ada/app/.conda-envs", "absent", None),
        ("/home/ada/app/venv", "dangling", None),
        ("/home/ada/.config/autovenv/config.toml", "newer", LONG_AGO),
        variables={"UV_PROJECT_ENVIRONMENT": ""},
    )
    made = use(evidence)
    made.warnings.append(("what", "why", "what to type"))
    text, token, stamps = render(made, "/home/ada/app", stored=True)
    assert split(text) == [
        f"autovenv-record 2 {token}",
        "verdict use",
        "flavour venv",
        "prefix .venv",
        "bin .venv/bin",
        "name app",
        "same 0 .venv/pyvenv.cfg",
        "newer .venv/bin",
        "exists .venv/bin/python",
        "absent .conda-envs",
        "dangling venv",
        "newer /home/ada/.config/autovenv/config.toml",
        "variable UV_PROJECT_ENVIRONMENT=",
        "warning what\twhy\twhat to type",
        "end",
        "",
    ]
    assert stamps == [LONG_AGO]
    assert len(token) == 16
    assert set(token) <= set("0123456789abcdef")


def test_a_record_that_is_not_stored_leaves_out_what_needs_a_stored_one() -> None:
    evidence = see(
        ("/home/ada/app/.venv/pyvenv.cfg", "same", NOW),
        ("/home/ada/app/.venv/lib", "newer", LONG_AGO),
        ("/home/ada/app/venv", "absent", None),
    )
    text, token, _ = render(use(evidence), "/home/ada/app")
    assert token == "-"
    assert split(text)[0] == "autovenv-record 2 -"
    assert split(text)[6:] == ["exists .venv/pyvenv.cfg", "exists .venv/lib", "absent venv", "end", ""]


@pytest.mark.parametrize("verdict", ["none", "stop"])
def test_only_a_use_describes_an_environment(verdict: str) -> None:
    text, _, stamps = render(Record(verdict, see(), "venv", "/p/.venv", "/p/.venv/bin", "app"), "/p", stored=True)
    assert split(text)[1:] == [f"verdict {verdict}", "end", ""]
    assert stamps == [NOW]  # the sign that the record is current


@pytest.mark.parametrize(
    ("path", "directory", "short"),
    [
        ("/p/.venv", "/p", ".venv"),
        ("/p/.venv", "/p/", ".venv"),
        ("/p-2/.venv", "/p", "/p-2/.venv"),
        ("/p", "/p", "/p"),
        ("/p//etc/passwd", "/p", "etc/passwd"),
        ("/.venv", "/", ".venv"),
        ("/p/a b", "/p", "a b"),
    ],
)
def test_paths_are_relative_to_the_project(path: str, directory: str, short: str) -> None:
    text, _, _ = render(Record("none", see((path, "exists", LONG_AGO))), directory, stored=True)
    assert split(text)[2] == f"exists {short}"


def test_what_is_looked_for_on_a_move_only_is_said_so() -> None:
    evidence = see(("/p/Pipfile", "absent", None), ("/p/venv", "absent", None))
    evidence.lazy = {"/p/Pipfile"}
    text, _, _ = render(Record("none", evidence), "/p", stored=True)
    assert split(text)[2:4] == ["moved absent Pipfile", "absent venv"]


@given(
    verdict=st.sampled_from(["use", "none", "stop"]),
    sets=st.dictionaries(TEXT, TEXT, max_size=2),
    directory=TEXT.map(lambda text: "/" + text),
    environment=st.lists(TEXT, min_size=4, max_size=4),
    messages=st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=3),
    looks=st.dictionaries(
        TEXT.map(lambda text: "/" + text),
        st.sampled_from(["same", "newer", "exists", "absent", "dangling"]),
        max_size=4,
    ),
    variables=st.dictionaries(st.sampled_from(["A", "B"]), TEXT),
    stored=st.booleans(),
)
@example(
    verdict="none",
    sets={"A": "\nverdict use"},
    directory="/tmp/x\nverdict use\nflavour venv\nprefix /evil\nbin /evil/bin\nname x",
    environment=["venv", "", "", ""],
    messages=[("a\nverdict use", "b\tc", "\nend\n")],
    looks={"/tmp/x\nverdict use": "same"},
    variables={"A": "\nverdict use"},
    stored=True,
)
def test_no_content_breaks_a_line(
    verdict: str,
    sets: dict[str, str],
    directory: str,
    environment: list[str],
    messages: list[tuple[str, str, str]],
    looks: dict[str, str],
    variables: dict[str, str],
    stored: bool,
) -> None:
    """Whatever a directory is called, its record says what was resolved: a second `verdict use` would be obeyed."""
    times = {path: NOW if word in ("same", "newer", "exists") else None for path, word in looks.items()}
    made = Record(
        verdict, see(*((path, looks[path], times[path]) for path in looks), variables=variables), *environment
    )
    made.warnings = made.hints = messages
    made.sets = sets
    try:
        text, _, _ = render(made, directory, stored)
    except Unstorable:
        assert stored
        assert any("\n" in value or "\0" in value for value in (*looks, *variables.values()))
        return
    assert b"\0" not in text
    lines = split(text)
    assert lines[0].startswith("autovenv-record 2 ")
    assert lines[-2:] == ["end", ""]
    assert {line.partition(" ")[0] for line in lines[1:-1]} <= WORDS
    words = record.parse(text)
    assert words["verdict"] == [verdict] or (
        verdict == "use" and words["verdict"] == ["stop"] and any("\n" in word or "\0" in word for word in environment)
    )
    assert len(words.get("prefix", [])) == (words["verdict"] == ["use"])
    for word in ("warning", "hint"):
        assert [len(value.split("\t")) for value in words.get(word, [])] == [3] * len(messages)


def test_a_prefix_that_is_no_line_is_not_used() -> None:
    text, _, _ = render(Record("use", see(), "venv", "/p/a\nb", "/p/a\nb/bin", "x"), "/p")
    assert split(text)[1:] == ["verdict stop", "end", ""]


def test_a_newline_in_the_name_of_the_project_is_no_matter() -> None:
    directory = "/tmp/two\nlines"
    evidence = see((f"{directory}/.venv", "same", NOW), (f"{directory}/Pipfile", "absent", None))
    evidence.lazy = {f"{directory}/Pipfile"}
    text, _, _ = render(use(evidence, directory), directory, stored=True)
    assert split(text)[2:] == [
        "flavour venv",
        "prefix .venv",
        "bin .venv/bin",
        "name app",
        "same 0 .venv",
        "moved absent Pipfile",
        "absent .",
        "end",
        "",
    ]


@pytest.mark.parametrize(
    "evidence",
    [
        see(("/p/two\nlines", "exists", LONG_AGO)),
        see(("/p/two\nlines", "absent", None)),
        see(variables={"WORKON_HOME": "/two\nlines"}),
    ],
)
def test_what_no_line_can_say_is_not_stored(evidence: Evidence) -> None:
    made = Record("none", evidence)
    with pytest.raises(Unstorable):
        render(made, "/p", stored=True)
    assert split(render(made, "/p")[0]) == ["autovenv-record 2 -", "verdict none", "end", ""]


def test_what_no_watch_shows_is_not_stored() -> None:
    evidence = see()
    evidence.unwatchable = True
    with pytest.raises(Unstorable):
        render(Record("stop", evidence), "/p", stored=True)


def test_a_locale_without_a_name_s_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """A prompt in `pyvenv.cfg` is UTF-8 whatever the locale; paths stay the bytes that they are."""
    monkeypatch.setattr(os, "fsencode", lambda text: text.encode("latin-1", "surrogateescape"))
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "latin-1")
    evidence = see(("/p/k\xe4se", "exists", LONG_AGO))
    made = Record("use", evidence, "venv", "/p/.venv", "/p/.venv/bin", "\u540d k\xe4se")
    lines = render(made, "/p", stored=True)[0].split(b"\n")
    assert lines[5:7] == [b"name \\u540d k\xe4se", b"exists k\xe4se"]


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("DEBUG", "1", "set DEBUG=1"),
        ("_x9", "a=b c", "set _x9=a=b c"),
        ("EMPTY", "", "set EMPTY="),
        *[(name, "x", None) for name in ("PATH", "VIRTUAL_ENV", "PYTHONHOME", "PS1", "IFS", "__AUTOVENV_BIN", "UID")],
        *[(name, "x", None) for name in ("", "9a", "a-b", "a b", "a[0]", "k\xe4se", "a\n")],
        ("A", "two\nlines", None),
        ("A", "\0", None),
    ],
)
def test_variables_of_an_environment_s_own(name: str, value: str, line: str | None) -> None:
    made = use(see())
    made.sets = {name: value}
    assert split(render(made, "/home/ada/app", stored=True)[0])[6:-2] == ([line] if line else [])


def test_what_stays_the_user_s_and_leads_where_it_led() -> None:
    evidence = see(("/p/.venv/bin", "newer", 7), ("/p/cfg", "same", 8))
    evidence.owned = {"/p/.venv/bin": False, "/p": True}
    evidence.links = {"/p/.venv/bin": "/home/ada/venvs/p/bin"}
    evidence.dated = {"/p/.venv/bin", "/p/cfg"}
    text, _, stamps = render(Record("none", evidence), "/p", stored=True)
    assert split(text)[2:-2] == [
        "newer .venv/bin",
        "same 0 cfg",
        "own .venv/bin",
        "moved own /p",
        "moved leads .venv/bin\t/home/ada/venvs/p/bin",
        "moved same 1 .venv/bin",
    ]
    assert stamps == [8, 7]
    assert split(render(Record("none", evidence), "/p")[0])[3:-2] == [
        "exists cfg",
        "own .venv/bin",
        "moved own /p",
        "moved leads .venv/bin\t/home/ada/venvs/p/bin",
    ]


# -- the token ---------------------------------------------------------------------------------------------------------


def test_the_token_stands_for_the_content_and_not_for_times() -> None:
    def token(prefix: str, time_ns: int) -> str:
        evidence = see(("/p/x/pyvenv.cfg", "same", time_ns))
        return render(Record("use", evidence, "venv", prefix, prefix + "/bin", "p"), "/p", stored=True)[1]

    assert token("/p/x", LONG_AGO) == token("/p/x", LONG_AGO + 5) == token("/p/x", NOW)
    assert token("/p/x", LONG_AGO) != token("/p/y", LONG_AGO)


# -- watching ----------------------------------------------------------------------------------------------------------

MILLISECOND = 1_000_000


@pytest.mark.parametrize("word", ["same", "newer"])
@pytest.mark.parametrize(
    ("changed", "coarse", "settled"),
    [
        (NOW - 21 * MILLISECOND, False, True),
        (NOW - 20 * MILLISECOND, False, True),
        (NOW - 19 * MILLISECOND, False, False),
        (NOW, False, False),
        (NOW + 19 * MILLISECOND, False, False),
        # whole seconds: a file system that has no others
        ((NOW // SECOND - 2) * SECOND, False, True),
        ((NOW // SECOND - 1) * SECOND, False, False),
        ((NOW // SECOND) * SECOND, False, False),
        # a shell that sees no others
        (NOW - 2 * SECOND, True, True),
        (NOW - 2 * SECOND + 1, True, False),
        (NOW - 21 * MILLISECOND, True, False),
        # of no particular time
        (0, False, True),
        (-1, False, True),
        (SECOND, True, True),
    ],
)
def test_what_may_change_again_unseen_makes_a_record_provisional(
    word: str, changed: int, coarse: bool, settled: bool
) -> None:
    text, _, stamps = render(Record("none", see(("/p/x", word, changed))), "/p", stored=True, coarse=coarse)
    assert split(text)[2] == ("same 0 x" if word == "same" else "newer x")
    assert stamps == [changed if word == "same" else NOW]
    assert split(text)[3:] == ([] if settled else ["absent ."]) + ["end", ""]


def test_provisional_counts_from_the_beginning_of_the_look(now: Clock) -> None:
    """A file that was written after the resolver began may have been read before it was written."""
    now.advance(10)
    text, _, _ = render(Record("none", see(("/p/x", "newer", NOW + 5 * SECOND))), "/p", stored=True)
    assert split(text)[2:] == ["newer x", "absent .", "end", ""]


@pytest.mark.parametrize("word", ["same", "newer"])
@pytest.mark.parametrize("ahead", [SECOND, 365 * 24 * 3600 * SECOND, 400 * 365 * 24 * 3600 * SECOND])
def test_a_file_from_the_future_has_a_stamp_and_is_not_new_at_every_prompt(word: str, ahead: int) -> None:
    text, _, stamps = render(Record("none", see(("/p/x", word, NOW + ahead))), "/p", stored=True)
    assert split(text)[2:] == ["same 0 x", "end", ""]
    assert stamps == [NOW + ahead]


def test_stamps_are_numbered() -> None:
    evidence = see(
        ("/p/future", "newer", NOW + SECOND * 60), ("/p/a", "same", 5), ("/p/c", "newer", 6), ("/p/b", "same", 7)
    )
    text, _, stamps = render(Record("none", evidence), "/p", stored=True)
    assert split(text)[2:-2] == ["same 0 future", "same 1 a", "newer c", "same 2 b"]
    assert stamps == [NOW + SECOND * 60, 5, 7]


def test_a_time_that_no_stamp_can_have_is_not_compared_for_equality() -> None:
    """Such a record would be stale at every prompt: a project on a better file system than the state directory's."""

    def can_hold(time_ns: int) -> bool:
        return time_ns % SECOND == 0

    evidence = see(("/p/fine", "same", LONG_AGO), ("/p/whole", "same", SECOND))
    text, _, stamps = render(Record("none", evidence), "/p", True, True, can_hold)
    assert split(text)[2:-2] == ["newer fine", "same 0 whole"]
    assert stamps == [SECOND]
    with pytest.raises(Unstorable):
        render(Record("none", see(("/p/future", "newer", NOW + 60 * SECOND))), "/p", True, True, can_hold)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("looks", "watched"),
    [
        # what lies deeper says that what lies above is there
        ({"/p/a": "exists", "/p/a/b": "exists"}, ["exists a/b"]),
        ({"/p/a": "exists", "/p/a/b": "same"}, ["same 0 a/b"]),
        ({"/p/a": "exists", "/p/ab": "exists"}, ["exists a", "exists ab"]),
        ({"/p/a": "exists", "/p/a/b": "absent"}, ["exists a", "absent a/b"]),
        # where there is no directory there is nothing in it
        ({"/p/a": "absent", "/p/a/b/c": "absent"}, ["absent a"]),
        # what appears in a directory changes it; `newer` alone would not notice an older one in its place
        ({"/p/a": "same", "/p/a/b": "absent"}, ["same 0 a"]),
        ({"/p/a": "newer", "/p/a/b": "absent"}, ["newer a", "absent a/b"]),
        ({"/p/a": "dangling", "/p/a/b": "absent"}, ["dangling a", "absent a/b"]),
    ],
)
def test_what_another_watch_shows_is_not_watched(looks: dict[str, str], watched: list[str]) -> None:
    paths = [(path, word, None if word in ("absent", "dangling") else LONG_AGO) for path, word in looks.items()]
    text, _, _ = render(Record("none", see(*paths)), "/p", stored=True)
    assert split(text)[2:-2] == watched


def test_without_a_stored_record_nothing_stands_for_what_is_absent() -> None:
    evidence = see(("/p/a", "same", LONG_AGO), ("/p/a/b", "absent", None))
    assert split(render(Record("none", evidence), "/p")[0])[2:-2] == ["exists a", "absent a/b"]


def test_a_lazy_watch_does_not_stand_for_one_that_is_not() -> None:
    evidence = see(("/p/a", "absent", None), ("/p/a/b", "absent", None))
    evidence.lazy = {"/p/a"}
    assert split(render(Record("none", evidence), "/p", stored=True)[0])[2:-2] == ["moved absent a", "absent a/b"]


def test_a_path_without_a_parent_comes_to_an_end() -> None:
    """On Windows `dirname` of `C:\\` is `C:\\`, here that of the empty path is the empty path."""
    text, _, _ = render(Record("none", see(("x", "absent", None))), "/p", stored=True)
    assert split(text)[2] == "absent x"


# -- reading -----------------------------------------------------------------------------------------------------------


def test_a_torn_record_is_none() -> None:
    made = use(see(("/home/ada/app/.venv", "exists", LONG_AGO)))
    made.hints.append(("the\tend", "end", "end"))
    whole = render(made, "/home/ada/app", stored=True)[0]
    assert record.parse(whole)["verdict"] == ["use"]
    assert [record.parse(whole[:length]) for length in range(len(whole) - 1)] == [{}] * (len(whole) - 1)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@given(st.binary(max_size=60) | TEXT.map(lambda text: b"autovenv-record 2 -\n" + os.fsencode(text) + b"\nend\n"))
def test_anything_can_be_parsed(text: bytes) -> None:
    words = record.parse(text)
    assert not words or text.startswith(b"autovenv-record 2 ")


@pytest.mark.parametrize(
    "text",
    [b"", b"\n", b"end\n", b"autovenv-record 1 -\nverdict use\nend\n", b"autovenv-record 2 -\nend\nverdict use\n"],
)
def test_what_is_no_record(text: bytes) -> None:
    assert record.parse(text) == {}


# -- the place ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("directory", "place"),
    [
        ("/home/ada/app", "/s/at/home/ada/app"),
        ("/", "/s/at"),
        ("/a/", "/s/at/a"),
        ("/a\nb/\udcff", "/s/at/a\nb/\udcff"),
    ],
)
def test_the_place_of_a_record(directory: str, place: str) -> None:
    assert store.record_dir(directory, "/s") == place


@pytest.mark.parametrize(
    ("directory", "mirrored", "place"),
    [
        ("C:\\Users\\ada", "/c/Users/ada", "/c/Users/ada"),
        ("c:\\", "/c/", "/c/"),
        ("D:/code/app", "/d/code/app", "/d/code/app"),
        ("\\\\?\\D:\\code", "/d/code", "/d/code"),
        ("\\\\server\\share\\app", "//server/share/app", "/server/share/app"),
        ("\\\\?\\unc\\server\\share", "//server/share", "/server/share"),
        ("//server/share", "//server/share", "/server/share"),
        ("\\\\c\\app", "//c/app", "/c$/app"),
    ],
)
def test_the_place_on_windows(directory: str, mirrored: str, place: str) -> None:
    assert record.mirror(directory, windows=True) == mirrored
    assert record.locate(directory, windows=True) == place


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters='\\/:*?"<>|\0'), min_size=1), min_size=1),
    st.sampled_from(["A:\\", "Z:\\", "\\\\a\\", "\\\\server\\"]),
)
def test_the_place_on_windows_can_be_read_back(names: list[str], start: str) -> None:
    directory = start + "\\".join(names)
    assert pruning.unmirror(record.locate(directory, windows=True), windows=True) == directory
    assert "\\" not in record.mirror(directory, windows=True)


# -- names beside the record -------------------------------------------------------------------------------------------

STAMPS = [".autovenv-5f3a09c1d2e4b687.0", ".autovenv-0000000000000000.12"]
UNFINISHED = [
    ".autovenv-record.4711.1700000000000000000~",
    ".autovenv-5f3a09c1d2e4b687.0.4711.1700000000000000000~",
    ".autovenv-choice.1.1~",
]
STRANGERS = [
    ".autovenv-record", ".autovenv-choice", ".autovenv-", ".autovenv-~", ".autovenv-record~", ".autovenv-record.4711~",
    ".autovenv-5f3a09c1d2e4b687", ".autovenv-5f3a09c1d2e4b687.", ".autovenv-5f3a09c1d2e4b687.x", "notes", "notes~",
    ".autovenv-5f3a09c1d2e4b687.0.1", ".autovenv-5F3A09C1D2E4B687.0", ".autovenv-5f3a09c1d2e4b68.0",
    ".autovenv-virtualenvs.0",
    ".autovenv-5f3a09c1d2e4b687.\u00b2", "x.autovenv-5f3a09c1d2e4b687.0", "record.4711.17~", "5f3a09c1d2e4b687.0",
    ".autovenv-record.\u0664.\u0662~", ".autovenv-record..~",
]  # fmt: skip


def test_stamps_and_unfinished_files_are_known_by_their_names() -> None:
    names = STAMPS + UNFINISHED + STRANGERS
    assert [name for name in names if store.is_stamp(name)] == STAMPS
    assert [name for name in names if store.is_unfinished(name)] == UNFINISHED


# -- writing -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def stored(at_home: Desk) -> Stored:
    """A project and the place of its record; nothing is there yet."""
    project = at_home.home / "app"
    project.mkdir()
    return Stored(project, at_home.state)


def put(stored: Stored, made: Record | None = None, **options: bool) -> bytes:
    return store.write(made or Record("none", see()), str(stored.project), **options)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_record_is_stored_with_its_stamps(stored: Stored) -> None:
    evidence = see((f"{stored.project}/x", "same", LONG_AGO), (f"{stored.project}/y", "same", LONG_AGO + 1))
    text = put(stored, Record("stop", evidence))
    assert text == store.tell_place(stored.file.read_bytes(), str(stored.file.parent))
    assert stored.names == {".autovenv-record", f".autovenv-{stored.token}.0", f".autovenv-{stored.token}.1"}
    assert [stored.stamp(number).stat().st_mtime_ns for number in (0, 1)] == [LONG_AGO, LONG_AGO + 1]
    assert [stored.stamp(number).stat().st_size for number in (0, 1)] == [0, 0]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_the_record_is_as_old_as_the_beginning_of_the_look(stored: Stored, now: Clock) -> None:
    now.advance(60)
    put(stored)
    assert stored.file.stat().st_mtime_ns == NOW - 20 * MILLISECOND
    put(stored, coarse=True)
    assert stored.file.stat().st_mtime_ns == NOW - 2 * SECOND


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_all_that_is_made_is_private(stored: Stored) -> None:
    os.umask(0)
    put(stored)
    home = stored.project.parent
    made = [home / ".local", *(home / ".local").rglob("*")]
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in made}
    assert {path for path, mode in modes.items() if mode & 0o077} == set()
    assert stored.file in modes


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_the_same_record_keeps_its_token_and_another_takes_the_stamps_away(stored: Stored) -> None:
    put(stored, Record("none", see((f"{stored.project}/x", "same", 5))))
    first = stored.stamp(0)
    put(stored, Record("none", see((f"{stored.project}/x", "same", 6))))
    assert first.stat().st_mtime_ns == 6
    assert stored.stamp(0) == first
    put(stored, Record("stop", see((f"{stored.project}/x", "same", 6))))
    assert not first.exists()
    assert stored.names == {".autovenv-record", stored.stamp(0).name}


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_nothing_else_is_taken_away(stored: Stored) -> None:
    put(stored)
    (stored.directory / ".autovenv-choice").write_text("{}")
    (stored.directory / "sub").mkdir()
    others = [name for name in STRANGERS if name not in (".autovenv-record", ".autovenv-choice")]
    for name in others:
        (stored.directory / name).touch()
    put(stored, Record("stop", see()))
    assert stored.names == {".autovenv-record", ".autovenv-choice", stored.stamp(0).name, *others}
    store.forget(str(stored.project))
    assert stored.names == {".autovenv-choice", *others}
    assert (stored.directory / "sub").is_dir()


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_unfinished_files_are_left_to_their_writers_for_a_minute(stored: Stored, now: Clock) -> None:
    put(stored)
    for name in UNFINISHED:
        (stored.directory / name).touch()
        os.utime(stored.directory / name, (0, 0))
    # the time of the last change of state is the system's own
    now.now = (stored.directory / UNFINISHED[0]).stat().st_ctime_ns + 59 * SECOND
    put(stored)
    assert set(UNFINISHED) < stored.names
    now.advance(62)
    put(stored)
    assert stored.names == {".autovenv-record", stored.stamp(0).name}


KILLED = """
import os, signal, sys
sys.path.insert(0, {package!r})
from autovenv.state import record, store
from autovenv.disk.evidence import Evidence
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(os, {at!r}, die)
store.write(record.Record("stop", Evidence({{}})), {project!r})
"""


@pytest.mark.posix("no such signal")
@pytest.mark.parametrize("at", ["write", "utime", "replace", "listdir"])
def test_a_killed_writer_does_no_harm(stored: Stored, now: Clock, at: str) -> None:
    put(stored)
    before = stored.file.read_bytes()
    script = KILLED.format(
        package=os.path.dirname(os.path.dirname(record.__file__)), at=at, project=str(stored.project)
    )
    killed = subprocess.run([sys.executable, "-c", script], check=False)
    assert killed.returncode == -signal.SIGKILL
    if at == "listdir":
        assert stored.words["verdict"] == ["stop"]
        assert stored.list_stale() == []
    else:
        assert stored.file.read_bytes() == before
        assert stored.list_stale() == []
        assert any(store.is_unfinished(name) for name in stored.names)
    now.now = stored.directory.stat().st_ctime_ns + 3600 * SECOND
    put(stored, Record("stop", see()))
    assert stored.names == {".autovenv-record", stored.stamp(0).name}


WRITER = """
import sys
sys.path.insert(0, {package!r})
from autovenv.state import record, store
from autovenv.disk.evidence import Evidence
for number in range(100):
    made = record.Record("none", Evidence({{}}))
    made.hints.append((sys.argv[1], str(number % 3), "x" * 9000))
    assert store.write(made, {project!r}).split(b"\\n")[0] != b"autovenv-record 2 -"
"""


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_writers_at_the_same_time(stored: Stored) -> None:
    """At every moment the record is whole, nobody's writing fails, and the last one to write leaves it in order."""
    put(stored)
    script = WRITER.format(package=os.path.dirname(os.path.dirname(record.__file__)), project=str(stored.project))
    writers = [subprocess.Popen([sys.executable, "-c", script, str(number)]) for number in range(3)]
    looks = 0
    while any(writer.poll() is None for writer in writers) or not looks:
        assert record.parse(stored.file.read_bytes())["verdict"] == ["none"]
        looks += 1
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    put(stored, Record("stop", see()))
    assert stored.list_stale() == []
    assert stored.names == {".autovenv-record", stored.stamp(0).name}


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_full_disk_leaves_what_was_there(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    put(stored)
    before = stored.file.read_bytes()

    def fail(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", fail)
    assert put(stored, Record("stop", see())).startswith(b"autovenv-record 2 -\nverdict stop\n")
    monkeypatch.undo()
    assert stored.file.read_bytes() == before
    assert not any(store.is_unfinished(name) for name in stored.names)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_replace_leaves_nothing_where_it_fails(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(OSError, match="directory"):
        store.replace(str(tmp_path / "there"), b"text")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_replace_keeps_links_out(tmp_path: Path) -> None:
    """What lies at the path is replaced, be it a link, and not what that leads to."""
    (tmp_path / "target").write_text("old")
    (tmp_path / "file").symlink_to("target")
    store.replace(str(tmp_path / "file"), b"new", 5 * SECOND, lasting=True)
    assert (tmp_path / "target").read_text() == "old"
    assert not (tmp_path / "file").is_symlink()
    assert (tmp_path / "file").stat().st_mtime_ns == 5 * SECOND
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_forget_and_announce(stored: Stored) -> None:
    project = str(stored.project)
    store.forget(project)
    assert not stored.directory.exists()
    put(stored)
    store.forget(project)
    assert stored.names == set()
    put(stored)
    store.announce(project)
    assert stored.names == {".autovenv-record"}
    assert stored.words == {}
    assert stored.file.stat().st_size > 0  # fish and PowerShell take an empty file for none
    put(stored)
    assert stored.words["verdict"] == ["none"]


# -- no place to write -------------------------------------------------------------------------------------------------


def is_stored(text: bytes) -> bool:
    return not text.startswith(b"autovenv-record 2 -\n")


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize("obstacle", ["state", "at", "home", "app"])
def test_a_file_where_a_directory_should_be(stored: Stored, obstacle: str) -> None:
    path = {
        "state": stored.state,
        "at": stored.state / "at",
        "home": stored.directory.parent,
        "app": stored.directory,
    }[obstacle]
    path.parent.mkdir(parents=True, mode=0o700)
    stored.state.parent.chmod(0o700)
    path.write_text("not a directory")
    assert not is_stored(put(stored))
    assert path.read_text() == "not a directory"
    store.forget(str(stored.project))
    assert choices.read(str(stored.project)) == {}


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize("obstacle", [".autovenv-record", "stamp"])
def test_a_directory_where_a_file_should_be(stored: Stored, obstacle: str) -> None:
    put(stored)
    path = stored.file if obstacle == ".autovenv-record" else stored.stamp(0)
    path.unlink()
    path.mkdir()
    assert not is_stored(put(stored))
    assert path.is_dir()


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777, 0o1777])
def test_a_state_directory_that_others_may_write_is_none(stored: Stored, mode: int) -> None:
    put(stored)
    before = stored.names
    stored.state.chmod(mode)
    assert not is_stored(put(stored, Record("stop", see())))
    assert stored.names == before


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_state_directory_that_others_may_read_is_closed(stored: Stored) -> None:
    put(stored)
    stored.state.chmod(0o755)
    assert is_stored(put(stored))
    assert stat.S_IMODE(stored.state.stat().st_mode) == 0o700


def test_a_state_directory_is_made_for_who_writes_only(stored: Stored) -> None:
    assert not store.is_private(str(stored.state))
    assert not stored.state.exists()
    assert store.is_private(str(stored.state), create=True)
    assert stored.state.is_dir()


@POSIX
def test_a_state_directory_of_another_user_is_none(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    put(stored)
    before = stored.names
    uid = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
    assert not store.is_private(str(stored.state))
    assert not is_stored(put(stored, Record("stop", see())))
    assert stored.names == before


def test_a_state_directory_that_cannot_be_written(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "mkdir", fail)
    assert not is_stored(put(stored))
    monkeypatch.undo()
    put(stored)
    real = os.open
    monkeypatch.setattr(
        os, "open", lambda path, flags, *rest: fail() if flags & os.O_CREAT else real(path, flags, *rest)
    )
    assert not is_stored(put(stored))


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_link_in_the_place_of_the_state_directory(stored: Stored) -> None:
    stored.state.parent.mkdir(parents=True, mode=0o700)
    stored.state.symlink_to("elsewhere")
    assert not is_stored(put(stored))
    (stored.state.parent / "elsewhere").mkdir(mode=0o700)
    assert is_stored(put(stored))
    stored.state.unlink()
    stored.state.symlink_to(stored.state.name)
    assert not is_stored(put(stored))


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    "name", [".autovenv-record", ".autovenv-choice", ".autovenv-5f3a09c1d2e4b687.0", ".Autovenv-Record"]
)
def test_a_project_called_like_a_file_of_ours_stays_out_of_the_way(stored: Stored, name: str) -> None:
    """Its directory in the state directory would stand where the record of the directory above is."""
    for project in (f"{stored.project}/{name}", f"{stored.project}/{name}/app"):
        assert not is_stored(store.write(Record("none", see()), project))
        with pytest.raises(Problem, match="cannot be made"):
            choices.write(project, {"decision": "deny"})
        assert choices.read(project) == {}
    assert is_stored(put(stored))
    assert not is_stored(store.write(Record("none", see()), f"{stored.project}/{name}"))
    assert stored.list_stale() == []


@pytest.mark.parametrize("directory", ["/..", "/../../etc", "/a/../../../../x", "/./a", "/a/.."])
def test_a_path_with_dots_leads_nowhere(stored: Stored, directory: str) -> None:
    put(stored)
    before = sorted(stored.state.parent.rglob("*"))
    assert not is_stored(store.write(Record("none", see()), directory))
    assert sorted(stored.state.parent.rglob("*")) == before


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    "name", ["two\nlines", "a:b", "\udcff\udcfe", " ", "-n", "$(touch canary)", "\x1b]0;x\x07", "~"]
)
def test_a_project_of_any_name(stored: Stored, name: str) -> None:
    project = stored.project / name
    project.mkdir()
    (project / "x").touch()
    os.utime(project / "x", ns=(NOW, NOW))
    evidence = see((f"{project}/x", "same", NOW), (f"{project}/y", "absent", None))
    assert is_stored(store.write(Record("none", evidence), str(project)))
    there = Stored(project, stored.state)
    assert there.list_stale() == ["absent ."]
    evidence.started += SECOND
    store.write(Record("none", evidence), str(project))
    assert there.list_stale() == []
    (project / "y").touch()
    assert there.list_stale() == ["absent y"]


@pytest.mark.posix("paths end sooner there")
def test_a_path_as_long_as_paths_are(stored: Stored) -> None:
    deep, deeper = "/a" * 1100, "/a" * 2040
    try:
        assert is_stored(store.write(Record("none", see()), deep))
        assert not is_stored(store.write(Record("none", see()), deeper))
        assert not os.path.exists(f"{stored.state}/at{deep}/a")
        assert not is_stored(store.write(Record("none", see()), "/" + "n" * 300))
        store.forget(deeper)
        store.forget(deep)
        assert not os.path.exists(f"{stored.state}/at{deep}/.autovenv-record")
    finally:
        # deeper than Python can remove
        subprocess.run(["rm", "-rf", str(stored.state)], check=True)


# -- file systems ------------------------------------------------------------------------------------------------------


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_state_directory_with_whole_seconds(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    """No stamp there can be as old as a file of a better file system: it would be another time at every prompt."""
    real = os.utime
    monkeypatch.setattr(
        os, "utime", lambda path, ns: real(path, ns=(ns[0] // SECOND * SECOND, ns[1] // SECOND * SECOND))
    )
    whole = LONG_AGO // SECOND * SECOND
    evidence = see((f"{stored.project}/fine", "same", LONG_AGO), (f"{stored.project}/whole", "same", whole))
    put(stored, Record("none", evidence))
    assert stored.lines[2:-2] == ["newer fine", "same 0 whole"]
    assert stored.stamp(0).stat().st_mtime_ns == whole
    assert stored.file.stat().st_mtime_ns == (NOW - 2 * SECOND) // SECOND * SECOND
    assert not is_stored(put(stored, Record("none", see((f"{stored.project}/x", "newer", NOW + 60 * SECOND + 1)))))


def test_a_time_beyond_all_file_systems(stored: Stored) -> None:
    assert not is_stored(put(stored, Record("none", see((f"{stored.project}/x", "newer", 1 << 100)))))


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_file_system_that_counts_in_hundreds_of_nanoseconds(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.utime
    monkeypatch.setattr(os, "utime", lambda path, ns: real(path, ns=(ns[0] // 100 * 100, ns[1] // 100 * 100)))
    put(stored, Record("none", see((f"{stored.project}/x", "same", LONG_AGO // 100 * 100))))
    assert stored.lines[2:-2] == ["same 0 x"]
    assert stored.file.stat().st_mtime_ns == (NOW - 20 * MILLISECOND) // 100 * 100
