"""What git tracks, read from the index: held against `git ls-files` in every layout that git has."""

from __future__ import annotations

import os
import sys
import tracemalloc
import types
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from platforms import NOT_AS_ROOT
from repositories import Repository, git

from autovenv.disk.evidence import Unreadable
from autovenv.trust import tracked
from autovenv.trust.judge import WorkTrees
from autovenv.trust.tracked import list_tracked

FILES = (
    ".venv-2/bin/ls",
    ".venv.txt",
    ".venv/bin/ls",
    ".venv/bin/python",
    ".venv/pyvenv.cfg",
    "README",
    "app/.venv/bin/ls",
    "app/main.py",
    "lib/a.py",
    "lib/b.py",
    "zoo/env/bin/ls",
)
PATHS = (
    ".venv",
    ".venv/bin",
    ".venv/bin/ls",
    "app/.venv",
    "app",
    "lib",
    "zoo/env",
    "venv",
    "app/ven",
    ".ven",
    "zzz",
    "README",
)


def names(work_tree: Path, path: str) -> set[bytes]:
    return {entry.name for entry in list_tracked(str(work_tree), str(work_tree / path))}


@pytest.fixture
def repository(root: Path) -> Repository:
    made = Repository.init(root / "app")
    made.commit(*FILES)
    return made


def use_version(version: str) -> Callable[[Repository], None]:
    def change(repository: Repository) -> None:
        repository.git("update-index", "--index-version", version)

    return change


def flag_entries(repository: Repository) -> None:
    """Index version 3: an entry with the extended flags."""
    repository.write("later.py", ".venv/later.py")
    repository.git("add", "-N", "later.py", ".venv/later.py")
    repository.git("update-index", "--skip-worktree", "lib/a.py")


def split(repository: Repository) -> None:
    repository.git("config", "splitIndex.maxPercentChange", "100")
    repository.git("update-index", "--split-index")


def split_and_change(repository: Repository) -> None:
    split(repository)
    repository.git("rm", "-q", "--cached", ".venv/bin/ls", "lib/a.py")
    repository.write(".venv/bin/new", ".venv/bin/python", text="more")
    repository.git("add", "--force", ".venv/bin/new", ".venv/bin/python")


def split_version_4(repository: Repository) -> None:
    use_version("4")(repository)
    split_and_change(repository)


def split_and_remove_all(repository: Repository) -> None:
    split(repository)
    repository.git("rm", "-q", "-r", "--cached", ".venv")


def keep_caches(repository: Repository) -> None:
    """Extensions that hold names: the tree cache, the untracked cache, the offset table."""
    repository.git("config", "index.threads", "2")
    repository.git("config", "core.untrackedCache", "true")
    repository.git("update-index", "--untracked-cache")
    repository.write("venv/bin/ls", "env/bin/ls")
    repository.git("status")
    repository.git("write-tree")


def empty(repository: Repository) -> None:
    repository.git("rm", "-q", "-r", "--cached", ".")


LAYOUTS = {
    "version_2": use_version("2"),
    "version_3": flag_entries,
    "version_4": use_version("4"),
    "split": split,
    "split_and_changed": split_and_change,
    "split_version_4": split_version_4,
    "split_and_removed": split_and_remove_all,
    "caches": keep_caches,
    "empty": empty,
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(repository: Repository, layout: str) -> None:
    LAYOUTS[layout](repository)
    assert {path: names(repository.work_tree, path) for path in PATHS} == {
        path: repository.list_files(path) for path in PATHS
    }


def test_layouts_are_what_they_say(repository: Repository) -> None:
    index = repository.work_tree / ".git" / "index"
    seen = {}
    for layout in ("version_2", "version_3", "version_4", "split", "caches"):
        LAYOUTS[layout](repository)
        data = index.read_bytes()
        seen[layout] = (data[7], [word for word in (b"link", b"TREE", b"UNTR") if word in data])
        repository.git("update-index", "--no-split-index", "--no-skip-worktree", "lib/a.py")
        repository.git("reset", "-q")
        repository.git("update-index", "--index-version", "2")
    assert seen["version_2"][0] == 2
    assert seen["version_3"][0] == 3
    assert seen["version_4"][0] == 4
    assert b"link" in seen["split"][1]
    assert {b"TREE", b"UNTR"} <= set(seen["caches"][1])


def test_sha256(root: Path) -> None:
    repository = Repository.init(root / "app", "--object-format=sha256")
    repository.commit(*FILES)
    assert {path: names(repository.work_tree, path) for path in PATHS} == {
        path: repository.list_files(path) for path in PATHS
    }


@pytest.mark.parametrize("version", ["2", "4"])
def test_sparse_index(repository: Repository, version: str) -> None:
    repository.git("update-index", "--index-version", version)
    repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "app")
    data = (repository.work_tree / ".git" / "index").read_bytes()
    assert b"sdir" in data
    assert b"zoo/env" not in data
    for path in ("app/.venv", "app", "venv", "README"):
        assert names(repository.work_tree, path) == repository.list_files(path)
    # A directory that is kept shut is one entry.
    assert names(repository.work_tree, "zoo") == {b"zoo/"}
    assert names(repository.work_tree, ".venv") == {b".venv/"}
    with pytest.raises(Unreadable, match="sparse"):
        names(repository.work_tree, "zoo/env")


def test_worktree(repository: Repository, root: Path) -> None:
    repository.git("worktree", "add", "-q", str(root / "second"))
    second = Repository(root / "second")
    second.git("rm", "-q", "--cached", ".venv/bin/ls")
    assert (second.work_tree / ".git").is_file()
    assert {path: names(second.work_tree, path) for path in PATHS} == {path: second.list_files(path) for path in PATHS}
    split(second)
    second.git("rm", "-q", "--cached", ".venv/pyvenv.cfg")
    assert {path: names(second.work_tree, path) for path in PATHS} == {path: second.list_files(path) for path in PATHS}


def test_sha256_worktree(root: Path) -> None:
    repository = Repository.init(root / "app", "--object-format=sha256")
    repository.commit(*FILES)
    repository.git("worktree", "add", "-q", str(root / "second"))
    assert names(root / "second", ".venv") == Repository(root / "second").list_files(".venv") != set()


def test_submodule(repository: Repository, root: Path) -> None:
    outer = Repository.init(root / "outer")
    outer.git("submodule", "--quiet", "add", str(repository.work_tree), "parts/app")
    inner = Repository(root / "outer" / "parts" / "app")
    assert (inner.work_tree / ".git").is_file()
    assert names(inner.work_tree, ".venv") == inner.list_files(".venv") != set()
    # The outer one tracks the submodule as a whole.
    assert names(outer.work_tree, "parts/app") == {b"parts/app"} == outer.list_files("parts/app")
    assert names(outer.work_tree, "parts/app/.venv") == set()
    assert WorkTrees().list_around(str(inner.work_tree / ".venv"))[:2] == [str(inner.work_tree), str(outer.work_tree)]


def test_separate_git_dir(root: Path) -> None:
    repository = Repository.init(root / "app", "--separate-git-dir", str(root / "elsewhere"))
    repository.commit(*FILES)
    assert (repository.work_tree / ".git").is_file()
    assert names(repository.work_tree, ".venv") == repository.list_files(".venv") != set()


def test_link_to_a_repository(repository: Repository, root: Path) -> None:
    (root / "linked").mkdir()
    (root / "linked" / ".git").symlink_to(repository.work_tree / ".git")
    assert names(root / "linked", ".venv") == repository.list_files(".venv") != set()


def test_tracked_link_is_tracked(root: Path) -> None:
    repository = Repository.init(root / "app")
    (repository.work_tree / ".venv").symlink_to("/usr")
    repository.git("add", ".venv")
    assert names(repository.work_tree, ".venv") == {b".venv"}


def test_conflict(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "other")
    repository.commit(".venv/bin/ls", text="theirs")
    repository.git("checkout", "-q", "main")
    repository.commit(".venv/bin/ls", text="ours")
    with pytest.raises(AssertionError, match="merge"):
        repository.git("merge", "other")
    entries = list_tracked(str(repository.work_tree), str(repository.work_tree / ".venv/bin/ls"))
    assert [entry.name for entry in entries] == [b".venv/bin/ls"] * 3
    assert names(repository.work_tree, "lib") == repository.list_files("lib")


def test_content_tells_versions_of_a_file_apart(repository: Repository) -> None:
    def read() -> list[bytes]:
        return [
            entry.content for entry in list_tracked(str(repository.work_tree), str(repository.work_tree / ".venv/bin"))
        ]

    for layout in (use_version("2"), use_version("4"), split):
        layout(repository)
        before = read()
        assert read() == before
        repository.write(".venv/bin/ls", text=f"{len(before)}{layout}")
        repository.git("add", "--force", ".venv/bin/ls")
        assert len(read()) == len(before)
        assert read() != before


def test_nothing_added_yet(root: Path) -> None:
    assert names(Repository.init(root / "app").work_tree, ".venv") == set()


def test_limit(repository: Repository) -> None:
    entries = list_tracked(str(repository.work_tree), str(repository.work_tree / ".venv"), limit=1)
    assert [entry.name for entry in entries] == [b".venv/bin/ls"]


@pytest.mark.parametrize("version", ["2", "4"])
def test_names_of_any_length(root: Path, version: str) -> None:
    repository = Repository.init(root / "app")
    long = [b"d/" * count + b"x" for count in (1, 100, 2047, 2048, 2500)]
    repository.track(*long, b".venv/\xff\xfe", b"\x01", "é/é".encode())
    repository.git("update-index", "--index-version", version)
    assert names(repository.work_tree, "d") == set(long)
    assert names(repository.work_tree, ".venv") == {b".venv/\xff\xfe"}
    assert names(repository.work_tree, "é") == {"é/é".encode()}
    assert names(repository.work_tree, os.fsdecode(b".venv/\xff\xfe")) == {b".venv/\xff\xfe"}


PARTS = st.sampled_from([b"a", b"b", b".venv", b"ab", b"a-b", b"a.b", b"a0", b"\xc3\xa9", b"link", b"TREE", b" "])
NAMES = st.lists(PARTS, min_size=1, max_size=4).map(b"/".join)


@pytest.mark.parametrize("version", ["2", "4"])
@pytest.mark.parametrize(
    "name", [b"link", b"a/link", b"symlink", b"TREE", b"sdir", b"xsdir", b"abclink", b"abcdefghlink"]
)
def test_names_that_look_like_extensions(root: Path, name: bytes, version: str) -> None:
    for number, more in enumerate(([], [b"0"], [b"zzz"], [b"zzz/link"])):
        repository = Repository.init(root / str(number))
        repository.track(name, *more)
        repository.git("update-index", "--index-version", version)
        for path in (name, b"zzz", b"venv"):
            expected = {tracked for tracked in (name, *more) if tracked == path or tracked.startswith(path + b"/")}
            assert names(repository.work_tree, os.fsdecode(path)) == expected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tracked_names=st.sets(NAMES, max_size=30),
    asked=st.lists(NAMES, min_size=1, max_size=8),
    version=st.sampled_from("24"),
)
def test_any_names(
    tmp_path_factory: pytest.TempPathFactory, tracked_names: set[bytes], asked: list[bytes], version: str
) -> None:
    # A file and a directory cannot have the same name.
    files = {name for name in tracked_names if not any(other.startswith(name + b"/") for other in tracked_names)}
    repository = Repository.init(Path(os.path.realpath(tmp_path_factory.mktemp("any"))))
    repository.track(*files)
    repository.git("update-index", "--index-version", version)
    for path in asked:
        expected = {name for name in files if name == path or name.startswith(path + b"/")}
        assert names(repository.work_tree, os.fsdecode(path)) == expected


@pytest.mark.parametrize("version", ["2", "4"])
def test_case_is_ignored_where_the_disk_ignores_it(root: Path, version: str) -> None:
    repository = Repository.init(root / "app")
    repository.track(b".VENV/bin/ls", "E\u0301cole/.Venv/bin/ls".encode(), b"zoo")
    repository.git("update-index", "--index-version", version)
    assert names(repository.work_tree, ".venv") == set()
    repository.git("config", "core.ignorecase", "true")
    assert names(repository.work_tree, ".venv") == {b".VENV/bin/ls"}
    assert names(repository.work_tree, "\xe9cole/.venv") == {"E\u0301cole/.Venv/bin/ls".encode()}
    assert names(repository.work_tree, "other") == set()


def test_no_program_of_the_repository_is_run(repository: Repository, root: Path) -> None:
    trap = root / "trap"
    trap.write_text(f"#!/bin/sh\necho caught >> {root}/caught\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "core.editor", "credential.helper"):
        repository.git("config", key, str(trap))
    assert names(repository.work_tree, ".venv") == {
        name for name in map(os.fsencode, FILES) if name.startswith(b".venv/")
    }
    assert not (root / "caught").exists()
    repository.git("status")  # so it is a trap
    assert (root / "caught").exists()


# == What cannot be read ===============================================================================================


@pytest.mark.parametrize("fold", ["false", "true"])
def test_an_index_is_in_memory_once(root: Path, fold: str) -> None:
    """Counted by Python itself: neither reading it nor comparing without case takes it twice."""
    (root / ".git").mkdir()
    (root / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (root / ".git/config").write_text(f"[core]\nignorecase = {fold}\n")
    index = root / ".git/index"
    index.write_bytes(b"DIRC" + (2).to_bytes(4, "big") + (0).to_bytes(4, "big"))
    os.truncate(index, tracked.INDEX_LIMIT)
    tracemalloc.start()
    try:
        assert tracked.list_tracked(str(root), str(root / ".venv")) == []
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert tracked.INDEX_LIMIT < peak < tracked.INDEX_LIMIT * 1.2 < 100 << 20


def test_more_than_is_kept_is_not_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository.init(root / "app")
    for number in range(5):
        repository.write(f".venv/bin/{number}")
    repository.git("add", "-f", ".venv")
    monkeypatch.setattr(tracked, "KEPT_LIMIT", 4)
    place = str(repository.work_tree / ".venv")
    assert len(tracked.list_tracked(str(repository.work_tree), place, limit=1)) == 1
    with pytest.raises(Unreadable, match="too many entries"):
        tracked.list_tracked(str(repository.work_tree), place)


def test_early_end_of_the_search(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracked, "ENTRY_LIMIT", 8)
    assert len(names(repository.work_tree, ".venv")) == 3
    with pytest.raises(Unreadable, match="too many entries"):
        names(repository.work_tree, "zoo/env")
    # What is nowhere in a file of names written out takes no search.
    assert names(repository.work_tree, "zzz") == set()


def test_too_large(repository: Repository, alarm: None) -> None:
    os.truncate(repository.work_tree / ".git" / "index", tracked.INDEX_LIMIT + 1)
    with pytest.raises(Unreadable, match="too large"):
        names(repository.work_tree, ".venv")


def test_largest(root: Path, alarm: None) -> None:
    """An index as large as may be is searched or given up, and does not hang."""
    repository = Repository.init(root / "app")
    index = repository.work_tree / ".git" / "index"
    index.write_bytes(b"DIRC" + (2).to_bytes(4, "big") + (0xFFFFFFFF).to_bytes(4, "big"))
    os.truncate(index, tracked.INDEX_LIMIT)
    assert names(repository.work_tree, ".venv") == set()
    with index.open("r+b") as file:
        file.seek(-40, os.SEEK_END)
        file.write(b".venv/bin/ls")
    with pytest.raises(Unreadable):
        names(repository.work_tree, ".venv")


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_loop(path: Path) -> None:
    path.symlink_to(path.name)


def make_directory(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [make_fifo, make_loop, make_directory])
@pytest.mark.parametrize("name", [".git/index", ".git/config", ".git/commondir", ".git"])
def test_what_is_no_file(repository: Repository, name: str, make: Callable[[Path], None], alarm: None) -> None:
    path = repository.work_tree / name
    if path.exists():
        path.rename(repository.work_tree / "away")
    make(path)
    if name == ".git" and make is make_directory:
        assert names(repository.work_tree, ".venv") == set()
        return
    with pytest.raises(Unreadable):
        names(repository.work_tree, ".venv")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gitdir:",
        "gitdir: ",
        "gitdir: gone",
        "gitdir: /nowhere/at/all\n",
        "elsewhere",
        "gitdir: \0x",
        "gitdir: " + "x" * 70_000,
    ],
)
def test_git_file_that_names_nothing(root: Path, text: str) -> None:
    (root / ".git").write_text(text)
    with pytest.raises(Unreadable):
        names(root, ".venv")


def test_unknown_object_format(repository: Repository) -> None:
    with (repository.work_tree / ".git" / "config").open("a") as file:
        file.write("[extensions]\n\tobjectFormat = sha3\n")
    with pytest.raises(Unreadable, match="unknown way"):
        names(repository.work_tree, ".venv")


def test_shared_index_that_is_gone(repository: Repository) -> None:
    split(repository)
    for path in (repository.work_tree / ".git").glob("sharedindex.*"):
        path.unlink()
    with pytest.raises(Unreadable, match="split"):
        names(repository.work_tree, ".venv")


@NOT_AS_ROOT
def test_without_permission(repository: Repository) -> None:
    (repository.work_tree / ".git" / "index").chmod(0)
    with pytest.raises(Unreadable, match="cannot be read"):
        names(repository.work_tree, ".venv")


@pytest.mark.parametrize("layout", ["version_2", "version_3", "version_4", "split_and_changed", "split_version_4"])
def test_torn_at_any_place(repository: Repository, layout: str) -> None:
    LAYOUTS[layout](repository)
    index = repository.work_tree / ".git" / "index"
    whole = index.read_bytes()
    for size in range(0, len(whole), 3):
        index.write_bytes(whole[:size])
        try:
            found = names(repository.work_tree, "zoo")
        except Unreadable:
            continue
        assert found <= {b"zoo/env/bin/ls"}


@pytest.mark.parametrize("layout", ["version_2", "version_4", "split_and_changed"])
def test_an_index_without_its_end_says_nothing(repository: Repository, layout: str) -> None:
    LAYOUTS[layout](repository)
    index = repository.work_tree / ".git" / "index"
    assert names(repository.work_tree, "nowhere") == set()
    index.write_bytes(index.read_bytes()[:-30])
    with pytest.raises(Unreadable, match="damaged"):
        names(repository.work_tree, "nowhere")


def test_an_index_without_a_checksum(repository: Repository) -> None:
    """As git writes it with `index.skipHash`."""
    index = repository.work_tree / ".git" / "index"
    index.write_bytes(index.read_bytes()[:-20] + bytes(20))
    assert names(repository.work_tree, "nowhere") == set()
    assert names(repository.work_tree, ".venv")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=6),
    layout=st.sampled_from(["version_2", "version_4", "split_and_changed"]),
)
def test_bytes_changed_at_random(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]], layout: str
) -> None:
    work_tree = damaged(tmp_path_factory, layout)
    index = work_tree / ".git" / "index"
    whole = index.read_bytes()
    data = bytearray(whole)
    for at, byte in changes:
        data[at % len(data)] = byte
    index.write_bytes(data)
    try:
        found = list_tracked(str(work_tree), str(work_tree / "zoo"))
    except Unreadable:
        found = []
    finally:
        index.write_bytes(whole)
    assert all(isinstance(entry.name, bytes) for entry in found)


_MADE: dict[str, Path] = {}


def damaged(tmp_path_factory: pytest.TempPathFactory, layout: str) -> Path:
    """Return a work tree with an index of a layout, made once."""
    if layout not in _MADE:
        repository = Repository.init(Path(os.path.realpath(tmp_path_factory.mktemp(layout))))
        repository.commit(*FILES)
        LAYOUTS[layout](repository)
        _MADE[layout] = repository.work_tree
    return _MADE[layout]


def test_fixtures_use_no_configuration_of_the_machine(root: Path) -> None:
    assert git(root, "config", "--list", "--show-scope").split(b"\n")[-2].startswith(b"command")


# work


def seal(data: bytes) -> bytes:
    """Return an index with zeros for its checksum, as git writes it where it is told to save the time."""
    return data + bytes(20)


def ask_crafted(root: Path, data: bytes) -> str:
    repository = Repository.init(root / "app")
    (root / "app/.git/index").write_bytes(data)
    with pytest.raises(Unreadable) as caught:
        list_tracked(str(root / "app"), str(root / "app/.venv"))
    assert repository.work_tree.exists()
    return str(caught.value)


class Steps:
    """Counts the lines of the reader that run: work, whatever the machine's speed."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, frame: types.FrameType, event: str, _: object) -> Steps | None:
        if not frame.f_code.co_filename.endswith("tracked.py"):
            return None
        self.count += event == "line"
        return self


def test_chains_of_extensions_that_lead_nowhere_are_followed_once(root: Path) -> None:
    header = b"DIRC" + (2).to_bytes(4, "big") + (0).to_bytes(4, "big")
    chain = (b"link" + bytes(4)) * 20_000
    steps = Steps()
    sys.settrace(steps)
    try:
        found = names_of(root, seal(header + chain + b"x"))
    finally:
        sys.settrace(None)
    assert found == []
    assert steps.count < 1_000_000


def names_of(root: Path, data: bytes) -> list[bytes]:
    Repository.init(root / "app")
    (root / "app/.git/index").write_bytes(data)
    return [entry.name for entry in list_tracked(str(root / "app"), str(root / "app/.venv"))]


def test_a_bitmap_that_claims_any_length_is_not_made(root: Path) -> None:
    header = b"DIRC" + (2).to_bytes(4, "big") + (0).to_bytes(4, "big")
    bits = 0xFFFFFFC0
    marker = 1 | (bits // 64) << 1
    bitmap = bits.to_bytes(4, "big") + (1).to_bytes(4, "big") + marker.to_bytes(8, "big") + bytes(4)
    link = bytes([1] * 20) + bitmap + bitmap
    assert "too many entries" in ask_crafted(root, seal(header + b"link" + len(link).to_bytes(4, "big") + link))


def test_names_longer_than_any_path_are_not_read(root: Path) -> None:
    data = b"DIRC" + (4).to_bytes(4, "big") + (2).to_bytes(4, "big")
    for _ in range(2):
        data += bytes(60) + b"\x0f\xff" + b"\0" + b"a" * 20_000 + b"\0"
    assert "longer than any path" in ask_crafted(root, seal(data))
