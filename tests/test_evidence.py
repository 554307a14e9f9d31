"""The only way a decision looks at the world: it never hangs, reads files only, and remembers its first look."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autovenv.disk.evidence import DEPTH, Evidence, Unreadable, list_names, peek, peek_toml

POSIX = pytest.mark.posix("POSIX")


@pytest.fixture
def evidence() -> Evidence:
    return Evidence({"SET": "value", "EMPTY": ""})


def look(evidence: Evidence, path: Path) -> tuple[str, int | None] | None:
    """Return how a path is watched, and the time that was seen."""
    if str(path) not in evidence.words:
        return None
    return evidence.words[str(path)], evidence.times[str(path)]


def test_it_begins_before_it_looks() -> None:
    before = time.time_ns()
    assert before <= Evidence({}).started <= time.time_ns()


def test_variables_are_remembered_set_or_not(evidence: Evidence) -> None:
    assert [evidence.variable(name) for name in ("SET", "EMPTY", "UNSET")] == ["value", "", ""]
    assert evidence.variables == {"SET": "value", "EMPTY": "", "UNSET": ""}


# -- looking -----------------------------------------------------------------------------------------------------------


@pytest.mark.posix("links, names in bytes and a root of POSIX")
def test_what_is_there_and_what_is_not(evidence: Evidence, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    os.utime(tmp_path / "file", ns=(5, 5))
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    paths = [tmp_path / name for name in ("file", "link", "dangling", "loop", "nothing", "file/below")]
    assert [evidence.exists(str(path)) for path in paths] == [True, True, False, False, False, False]
    assert [look(evidence, path) for path in paths] == [
        ("exists", 5),
        ("exists", 5),
        ("dangling", None),
        ("dangling", None),
        ("absent", None),
        ("absent", None),
    ]
    assert [evidence.is_dir(str(path)) for path in (tmp_path, tmp_path / "file", tmp_path / "nothing")] == [
        True,
        False,
        False,
    ]


@pytest.mark.posix("links, names in bytes and a root of POSIX")
@pytest.mark.parametrize("path", ["/null\0byte", "/lone\ud800surrogate", "\0"])
def test_a_path_that_cannot_be_is_nothing_to_watch(evidence: Evidence, path: str) -> None:
    assert not evidence.exists(path)
    assert not evidence.is_dir(path)
    assert not evidence.has_marker(path)
    assert evidence.list_dir(path) == []
    assert evidence.read(path) is None
    assert evidence.words == {}


def test_a_path_longer_than_paths_are(evidence: Evidence) -> None:
    assert evidence.read("/" + "x" * 300) is None
    assert evidence.read("/x" * 4000) is None


def test_a_missing_marker_is_looked_for_on_a_move(evidence: Evidence, tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    assert evidence.has_marker(str(tmp_path / "there"))
    assert not evidence.has_marker(str(tmp_path / "missing"))
    assert evidence.lazy == {str(tmp_path / "missing")}
    assert evidence.words[str(tmp_path / "missing")] == "absent"


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (("exists", "newer"), "newer"),
        (("newer", "exists"), "newer"),
        (("exists", "same", "newer"), "same"),
        (("same", "same"), "same"),
    ],
)
def test_the_stricter_watch_wins(evidence: Evidence, tmp_path: Path, words: tuple[str, ...], word: str) -> None:
    for each in words:
        evidence.stat(str(tmp_path), each)
    assert evidence.words[str(tmp_path)] == word


@pytest.mark.posix("links, names in bytes and a root of POSIX")
def test_the_first_look_stays(evidence: Evidence, tmp_path: Path) -> None:
    """What changed between two looks has to be stale: one of them may have decided."""
    changed, gone, appeared, linked = (tmp_path / name for name in ("changed", "gone", "appeared", "linked"))
    changed.touch()
    gone.touch()
    linked.symlink_to("target")
    os.utime(changed, ns=(5, 5))
    os.utime(gone, ns=(5, 5))
    for path in (changed, gone, appeared, linked):
        evidence.stat(str(path))
    os.utime(changed, ns=(6, 6))
    gone.unlink()
    appeared.touch()
    (tmp_path / "target").touch()
    for path in (changed, gone, appeared, linked):
        evidence.stat(str(path), "same")
    assert look(evidence, changed) == ("same", 5)
    assert look(evidence, gone) == ("exists", 5)
    assert look(evidence, appeared) == ("absent", None)
    assert look(evidence, linked) == ("dangling", None)


@pytest.mark.posix("links, names in bytes and a root of POSIX")
def test_a_directory_s_names(evidence: Evidence, tmp_path: Path) -> None:
    for name in ("b", "a", "\udcff"):
        (tmp_path / name).touch()
    assert evidence.list_dir(str(tmp_path)) == ["a", "b", "\udcff"]
    assert evidence.words[str(tmp_path)] == "newer"
    assert evidence.list_dir(str(tmp_path / "missing")) == []
    assert evidence.list_dir(str(tmp_path / "a")) == []


# -- reading -----------------------------------------------------------------------------------------------------------


@pytest.mark.posix("links, names in bytes and a root of POSIX")
def test_a_file_is_read_whole_and_watched(evidence: Evidence, tmp_path: Path) -> None:
    data = bytes(range(256)) * 1000
    (tmp_path / "file").write_bytes(data)
    os.utime(tmp_path / "file", ns=(7, 7))
    assert evidence.read(str(tmp_path / "file")) == data
    assert look(evidence, tmp_path / "file") == ("newer", 7)
    assert evidence.read(str(tmp_path / "file"), "same") == data
    assert look(evidence, tmp_path / "file") == ("same", 7)
    assert evidence.read(str(tmp_path / "missing")) is None
    assert look(evidence, tmp_path / "missing") == ("absent", None)


@pytest.mark.parametrize("size", [0, 1, 99, 100])
def test_up_to_the_limit(evidence: Evidence, tmp_path: Path, size: int) -> None:
    (tmp_path / "file").write_bytes(b"x" * size)
    assert evidence.read(str(tmp_path / "file"), limit=100) == b"x" * size


def test_above_the_limit_nothing_is_read(evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    os.truncate(tmp_path / "file", 50 << 20)
    monkeypatch.setattr(os, "read", None)
    with pytest.raises(Unreadable, match="is larger than 1048576 bytes") as caught:
        evidence.read(str(tmp_path / "file"))
    assert caught.value.path == str(tmp_path / "file")


@POSIX
@pytest.mark.parametrize("what", ["fifo", "directory", "device", "socket", "link to a fifo"])
def test_what_is_no_file_is_not_even_opened(
    evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    path = tmp_path / "file"
    if what == "fifo":
        os.mkfifo(path)
    elif what == "directory":
        path.mkdir()
    elif what == "device":
        path.symlink_to("/dev/zero")
    elif what == "link to a fifo":
        os.mkfifo(tmp_path / "fifo")
        path.symlink_to("fifo")
    else:
        monkeypatch.chdir(tmp_path)  # the name of a socket is short
        listener = socket.socket(socket.AF_UNIX)
        listener.bind("file")
        listener.close()
    monkeypatch.setattr(os, "open", None)
    with pytest.raises(Unreadable, match="is not a regular file"):
        evidence.read(str(path))


@POSIX
def test_what_becomes_a_fifo_does_not_hang(evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.touch()
    real = os.open

    def swap(*arguments: object) -> int:
        path.unlink()
        os.mkfifo(path)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", swap)
    with pytest.raises(Unreadable, match="is not a regular file"):
        evidence.read(str(path))


@pytest.mark.posix("links, names in bytes and a root of POSIX")
@pytest.mark.parametrize("target", ["nowhere", "file"])
def test_a_link_that_leads_nowhere(evidence: Evidence, tmp_path: Path, target: str) -> None:
    (tmp_path / "file").symlink_to(target)
    with pytest.raises(Unreadable, match="is a link that leads nowhere"):
        evidence.read(str(tmp_path / "file"))
    assert look(evidence, tmp_path / "file") == ("dangling", None)


def test_a_file_without_permission(evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()

    def refuse(*_: object) -> int:  # root may read everything
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(Unreadable, match=r"^cannot be read \(permission denied\)$"):
        evidence.read(str(tmp_path / "file"))


def test_a_disk_that_fails(evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("text")

    def fail(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", fail)
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    with pytest.raises(Unreadable, match="cannot be read"):
        evidence.read(str(tmp_path / "file"))
    assert (len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0) == before


@pytest.mark.posix("links, names in bytes and a root of POSIX")
@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\xef\xbb\xbftext", "text"),
        (b"\xef\xbb\xbf\xef\xbb\xbf", "\ufeff"),
        (b"a\r\nb", "a\r\nb"),
        (b"\xff\x00\xc3\xa9", "\udcff\0é"),
    ],
)
def test_text(evidence: Evidence, tmp_path: Path, data: bytes, text: str) -> None:
    (tmp_path / "file").write_bytes(data)
    assert evidence.read_text(str(tmp_path / "file")) == text


@given(st.binary(max_size=200))
def test_text_keeps_every_byte(data: bytes) -> None:
    path = f"/proc/self/fd/{os.memfd_create('data')}" if hasattr(os, "memfd_create") else ""
    if not path:
        pytest.skip("no file without a name")
    try:
        os.write(int(path.rpartition("/")[2]), data)
        text = Evidence({}).read_text(path)
        assert text is not None
        assert text.encode("utf-8", "surrogateescape") == data.removeprefix(b"\xef\xbb\xbf")
    finally:
        os.close(int(path.rpartition("/")[2]))


# -- TOML --------------------------------------------------------------------------------------------------------------


def test_toml(evidence: Evidence, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xef\xbb\xbf[tool.app]\r\nname = 'x'\r\n")
    assert evidence.read_toml(str(tmp_path / "file")) == {"tool": {"app": {"name": "x"}}}
    assert evidence.words[str(tmp_path / "file")] == "newer"
    assert evidence.read_toml(str(tmp_path / "missing")) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a = 1\nb = ?", "is not valid TOML at line 2, column 5"),
        ("a = 1\na = 2", "is not valid TOML at"),
        ("\udcff = 1", "is not valid TOML"),
        ("a = " + "1" * 5000, "is not valid TOML"),
        ("a = " + "[" * 10_000, "is not valid TOML"),
        ("[" + "a." * 5_000 + "a]", "is nested too deeply"),
        ("a." * 5_000 + "a = 1", "is nested too deeply"),
        ("a = {" + "a." * 5_000 + "a = 1}", "is nested too deeply"),
        ("a = {" + "'a' . " * 5_000 + "a = 1}", "is nested too deeply"),
        ("a = [\n{ b = 1, " + '"a" .\t' * 5_000 + "a = 1}]", "is nested too deeply"),
        ("'='." + "a." * 5_000 + "a = 1", "is nested too deeply"),
        ("a = 2020-13-45", "is not valid TOML"),
    ],
)
def test_toml_that_is_none(evidence: Evidence, tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    for _ in range(2):
        with pytest.raises(Unreadable) as caught:
            evidence.read_toml(str(path))
        assert str(caught.value).startswith(reason)
        assert caught.value.path == str(path)


def test_toml_is_read_once(evidence: Evidence, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("a = 1")
    first = evidence.read_toml(str(path))
    path.write_text("a = 2")
    assert evidence.read_toml(str(path)) is first


def test_dots_in_a_value_are_no_depth(evidence: Evidence, tmp_path: Path) -> None:
    (tmp_path / "file").write_text(f"a = '{'.' * DEPTH * 2}'\n# {'.' * DEPTH * 2}\nb = [\n'{'.' * DEPTH * 2}',\n]")
    assert evidence.read_toml(str(tmp_path / "file")) == {"a": "." * DEPTH * 2, "b": ["." * DEPTH * 2]}


@pytest.mark.posix("links, names in bytes and a root of POSIX")
@pytest.mark.parametrize("text", ["a" * 5000, "a/" * 3000, "../" * 2000])
def test_what_nothing_can_be_called_is_not_watched(evidence: Evidence, tmp_path: Path, text: str) -> None:
    assert evidence.stat(os.path.join(tmp_path, text)) is None
    assert not evidence.words


@pytest.mark.posix("links, names in bytes and a root of POSIX")
def test_peeking_finds_nothing_where_nothing_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xef\xbb\xbfa = 1")
    (tmp_path / "bad").write_bytes(b"a = \xff")
    places = [str(tmp_path / name) for name in ("file", "bad", "missing", ".", "nul\0")]
    assert [peek(place) for place in places] == ["a = 1", "a = \udcff", "", "", ""]
    assert [peek_toml(place) for place in places] == [{"a": 1}, {}, {}, {}, {}]
    assert [list_names(place) for place in places] == [[], [], [], ["bad", "file"], []]
    assert peek(places[0], 4) == ""


def test_what_was_skipped_is_noted_once(evidence: Evidence) -> None:
    for sentence in ("one", "two", "one"):
        evidence.skip(sentence)
    assert evidence.skipped == ["one", "two"]


@pytest.mark.parametrize("line", ["[{}]\n", "a{}=1\n", "a{} = [[],{{}}]\n", "a{}.b.c.d.e = 1\n"])
def test_a_table_that_takes_more_memory_than_any_is_not_made(tmp_path: Path, line: str) -> None:
    """A file of a megabyte would become a hundred: what it would become is counted beforehand."""
    path = tmp_path / "pyproject.toml"
    path.write_text("".join(line.format(number) for number in range(20_001)))
    with pytest.raises(Unreadable, match="too many tables and keys"):
        Evidence({}).read_toml(str(path))
    path.write_text("".join(line.format(number) for number in range(1_000)))
    assert Evidence({}).read_toml(str(path))
