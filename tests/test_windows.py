"""What can be known about Windows without one: that the tests can be collected there, and rules with its vectors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from platforms import IS_WINDOWS, find_unfit
from shells import SHELLS, Shell, require

from autovenv import bounds, messages, paths, printing, shipped
from autovenv.commands import finding, pruning, running
from autovenv.disk.evidence import Evidence
from autovenv.doctor import making, origins
from autovenv.messages import Problem
from autovenv.shells import dialects, policy, rc
from autovenv.shells.hook import EXECUTABLE
from autovenv.state import record, store
from autovenv.trust import shadowed

TESTS = Path(__file__).parent

needs_links = pytest.mark.posix("to make a link takes a privilege there")


def test_every_file_of_tests_can_be_imported_there() -> None:
    plugin = () if IS_WINDOWS else ("-p", "windows")
    command = (sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *plugin, str(TESTS))
    environ = os.environ | {"PYTHONPATH": str(TESTS)}
    done = subprocess.run(command, cwd=TESTS.parent, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, "\n".join(line for line in done.stdout.splitlines() if "::" not in line)
    assert "tests/test_scenarios.py::" in done.stdout


def test_what_is_not_for_windows_says_why(request: pytest.FixtureRequest) -> None:
    """By a mark, and nothing else: what is left out there is seen on every machine (`-m posix`)."""
    marks = [
        mark for item in request.session.items for name in ("posix", "windows") for mark in item.iter_markers(name)
    ]
    assert [mark for mark in marks if len(mark.args) != 1 or not isinstance(mark.args[0], str) or mark.kwargs] == []
    words = ("allow_module_level", "collect_ignore", 'skipif(sys.platform == "win32"', "skipif(IS_WINDOWS")
    texts = {path.name: path.read_text("utf-8") for path in TESTS.glob("*.py") if path != Path(__file__)}
    assert [(name, word) for name, text in texts.items() for word in words if word in text] == []


@pytest.mark.parametrize(
    ("marks", "windows", "root", "words"),
    [
        ((pytest.mark.posix("no links"),), True, False, "no links"),
        ((pytest.mark.posix("no links"),), False, True, ""),
        ((pytest.mark.windows("no registry"),), False, False, "no registry"),
        ((pytest.mark.windows("no registry"),), True, False, ""),
        ((pytest.mark.root,), True, False, "two users"),
        ((pytest.mark.root,), False, True, ""),
        ((pytest.mark.no_root,), True, False, "no modes"),
        ((pytest.mark.no_root,), False, True, "root may"),
        ((pytest.mark.no_root,), False, False, ""),
        ((), True, True, ""),
    ],
)
def test_whom_a_test_is_for(
    marks: tuple[pytest.MarkDecorator, ...], windows: bool, root: bool, words: str, request: pytest.FixtureRequest
) -> None:
    class Item(pytest.Item):
        def runtest(self) -> None: ...

    item = Item.from_parent(request.session, name="one")
    for mark in marks:
        item.add_marker(mark)
    reason = find_unfit(item, windows, root)
    assert words in reason
    assert bool(words) == bool(reason)


# -- paths


#: Pairs of one and the same directory, and of two.
SAME = (
    ("C:\\Users\\ada\\app", "c:/users/ADA/App/"),
    ("\\\\?\\C:\\app", "C:\\app"),
    ("\\\\?\\UNC\\server\\share\\app", "\\\\SERVER\\share\\app"),
    ("D:\\", "d:"),
    ("C:\\é\\ПАПКА", "c:\\É\\папка"),
)
OTHERS = (
    ("\\\\c\\app", "C:\\app"),
    ("C:\\app", "D:\\app"),
    ("C:\\app", "C:\\app2"),
    ("C:\\app\\.venv", "C:\\app"),
    ("\\\\server\\share", "\\\\server2\\share"),
)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_directory_by_two_names(one: str, other: str) -> None:
    assert paths.is_same_name(one, other, windows=True)
    assert not paths.is_same_name(one, other, windows=False)
    assert paths.cut_off(one.rstrip("\\") + "\\x y", other, windows=True) == "\\x y"
    first, second = (record.locate(each, windows=True).rstrip("/") for each in (one, other))
    assert first.lower() == second.lower()


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_two_directories(one: str, other: str) -> None:
    assert not paths.is_same_name(one, other, windows=True)
    assert record.locate(one, windows=True).rstrip("/") != record.locate(other, windows=True).rstrip("/")


@pytest.mark.parametrize("start", ["C:\\", "\\\\server\\share\\"])
def test_a_path_that_is_longer_than_windows_takes_by_itself(start: str) -> None:
    short, long = (start + "\\".join(["name"] * count) for count in (9, 60))
    assert paths.extend(short, windows=True) == short
    extended = paths.extend(long.replace("\\", "/"), windows=True)
    assert extended == "\\\\?\\" + ("UNC" + long[1:] if start.startswith("\\\\") else long)
    assert PureWindowsPath(extended).is_absolute()
    assert paths.extend(extended, windows=True) == extended
    assert paths.unprefix(extended) == long
    assert paths.extend(long, windows=False) == long


NAMES = st.text(st.sampled_from("abAB é$-"), min_size=1, max_size=3).map(lambda name: f"n{name}n")
WAYS = st.tuples(
    st.sampled_from(["C:", "c:", "D:", "\\\\c\\d", "\\\\server\\share"]),
    st.lists(st.tuples(st.sampled_from("\\/"), NAMES), max_size=3),
).map(lambda parts: parts[0] + ("".join(map("".join, parts[1])) or "\\"))


@given(WAYS, WAYS)
def test_paths_compare_as_those_of_the_standard_library(one: str, other: str) -> None:
    first, second = PureWindowsPath(one), PureWindowsPath(other)
    assert paths.is_same_name(one, other, windows=True) == (first == second)
    assert (paths.cut_off(one, other, windows=True) is not None) == first.is_relative_to(second)


PARTS = st.sampled_from(
    ["app", "\\app", "/app", "C:app", "c:\\app", "D:/app", "\\\\server\\share\\app", "..\\app", "C:", "\\"]
)


@given(PARTS, st.sampled_from(["C:\\work", "c:/work/", "\\\\server\\share\\work", "C:\\"]))
def test_a_relative_path_starts_where_the_standard_library_says(path: str, directory: str) -> None:
    """But for one that is relative to another drive, of which only a program knows where it was there: its root."""
    expected = PureWindowsPath(directory) / path
    if not expected.is_absolute():
        expected = PureWindowsPath(path[:2] + "\\", path[2:])
    found = paths.anchor(path, directory, windows=True)
    assert PureWindowsPath(found) == expected
    assert paths.is_absolute(found, windows=True)
    assert paths.is_absolute(path, windows=True) == PureWindowsPath(path).is_absolute()


@pytest.mark.parametrize("path", ["C:\\", "c:/", "D:\\work", "D:\\work\\/", "\\\\server\\share\\work/"])
def test_slashes_at_the_end_say_nothing_but_of_a_root(path: str) -> None:
    trimmed = paths.trim(path, windows=True)
    assert PureWindowsPath(trimmed) == PureWindowsPath(path)
    assert trimmed.endswith(("\\", "/")) == (len(path) == 3)


@pytest.mark.parametrize("path", ["C:\\Users\\ada", "D:\\", "\\\\server\\share\\app", "\\\\c\\app"])
def test_a_path_of_a_record_leads_back(path: str) -> None:
    assert record.localize(record.mirror(path, windows=True), windows=True) == path
    assert pruning.unmirror(record.locate(path, windows=True).rstrip("/"), windows=True) == path


def test_a_path_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths.cut_off, "__defaults__", (True,))
    monkeypatch.setattr(paths.tidy, "__defaults__", (True,))
    assert messages.visible_path("c:/users/ADA/app/.venv", "C:\\Users\\ada") == "~\\app\\.venv"
    assert messages.visible_path("C:\\Users\\ada", "C:\\Users\\ada") == "~"
    assert messages.visible_path("C:\\Users\\adam/x", "C:\\Users\\ada") == "C:\\Users\\adam\\x"


#: A record with a link to another drive.
LINKED = "autovenv-record 2 -`nverdict none`nmoved leads .venv`t/d/kept/env`nend`n"

#: What the hook of PowerShell is asked, as if in Windows, with what it should answer.
ASKED: tuple[tuple[str, object], ...] = (
    *((f"__autovenv_same '{one}' '{other}'", True) for one, other in SAME),
    *((f"__autovenv_same '{one}' '{other}'", False) for one, other in OTHERS),
    *(
        (
            f"__autovenv_mirror '{directory}'",
            f"\\s/at{record.locate(directory, windows=True).rstrip('/')}/.autovenv-record",
        )
        for directory in dict.fromkeys(each for pair in (*SAME, *OTHERS) for each in pair)
    ),
    *(
        (f"__autovenv_localize '{record.mirror(path, windows=True)}'", path)
        for path in ("C:\\app\\.venv", "\\\\server\\share\\app", "\\\\c\\app")
    ),
    ("__autovenv_strip 'C:\\x;c:/APP/scripts/;D:\\y;C:\\app\\Scripts' 'C:\\app\\Scripts'", "C:\\x;D:\\y"),
    ("__autovenv_tidy 'c:\\users\\ADA\\app'", "~\\app"),
    ("__autovenv_tidy 'C:\\Users\\adam'", "C:\\Users\\adam"),
    ("__autovenv_tidy 'c:/Users/ada/app'", "~\\app"),
    # What a link leads to is in the record as all paths are.
    ("__autovenv_sees @('leads', 'C:\\app\\.venv', (__autovenv_localize '/c/APP/.venv'))", True),
    (f"(__autovenv_parse 'C:\\app' 'C:\\s\\.autovenv-record' \"{LINKED}\")['Late'][0][2]", "D:\\kept\\env"),
    ("__autovenv_configure 'state=/dev/null'; $avS['State']", ""),
    ("__autovenv_configure 'state=/c/s', 'ceiling=/d/work'; $avS['State'] + $avS['Ceilings'][0]", "C:\\sD:\\work"),
)


def ask_the_hook(lines: Iterable[str], home: str = "C:\\Users\\ada") -> list[object]:
    """Return what a PowerShell answers to lines, with the hook's functions in it and Windows's way with paths."""
    hook = shipped.read("shell", "autovenv.ps1").decode().rpartition("\n__autovenv_start ")[0]
    switch = (
        "$avS = $global:__autovenv; $avS['Windows'] = $true; $avS['Slash'] = '\\'; $avS['Separator'] = ';'",
        "$avS['Case'] = [StringComparison]::OrdinalIgnoreCase; $avS['State'] = '\\s'",
        f"Set-Variable -Name HOME -Value '{home}' -Scope Global -Force",
    )
    answers = "\n".join(f"$answers.Add($({line}))" for line in lines)
    script = f"{hook}\n{chr(10).join(switch)}\n$answers = [Collections.ArrayList]::new()\n"
    script += f"[void] $({answers})\n[Console]::Out.Write((ConvertTo-Json -Compress -InputObject $answers))\n"
    pwsh = next(shell for shell in SHELLS if shell.name == "pwsh")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "asked.ps1")
        path.write_text(script, "utf-8-sig")
        command = [require("pwsh", pwsh.find()), "-NoProfile", "-NonInteractive", "-File", str(path)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    answers_found: list[object] = json.loads(done.stdout)
    return answers_found


def test_the_hook_of_powershell_compares_as_windows_does() -> None:
    found = ask_the_hook(line for line, _ in ASKED)
    assert dict(zip((line for line, _ in ASKED), found, strict=True)) == dict(ASKED)


#: A `PATH` before, what is done to it while an environment is active, and what is left of it afterwards.
LEFT = (
    ("C:\\a;C:\\b", "$env:PATH", "C:\\a;C:\\b"),
    ("C:\\a;c:/APP/.venv/scripts/;C:\\b", "$env:PATH", "C:\\a;c:/APP/.venv/scripts/;C:\\b"),
    (
        "C:\\a;c:/APP/.venv/scripts/;C:\\b",
        "$env:PATH.Replace('C:\\a;', 'C:\\a;C:\\new;')",
        "C:\\a;c:/APP/.venv/scripts/;C:\\new;C:\\b",
    ),
    ("C:\\a;C:\\b", "$env:PATH.Replace('C:\\a;', 'C:\\new;C:\\a;').ToLower()", "c:\\new;c:\\a;c:\\b"),
)


def test_path_is_given_back_as_it_was_spelled() -> None:
    prefix = "C:\\app\\.venv"
    record = f"@{{ Prefix = '{prefix}'; Bin = '{prefix}\\Scripts'; Name = 'app'; Flavour = 'venv'; Sets = @() }}"
    enter = f"$avS['FoundRecord'] = {record}; $avS['Found'] = 'C:\\app'; __autovenv_enter; $env:PATH"
    lines = []
    for before, edited, _ in LEFT:
        lines += [f"$env:PATH = '{before}'; {enter}", f"$env:PATH = {edited}; __autovenv_leave; $env:PATH"]
    found = ask_the_hook(lines)
    for (before, _, after), entered, left in zip(LEFT, found[::2], found[1::2], strict=True):
        kept = ";".join(entry for entry in before.split(";") if "venv" not in entry)
        assert (entered, left) == (f"C:\\app\\.venv\\Scripts;{kept}", after)


def test_an_environment_of_conda_has_more_than_one_entry() -> None:
    """Its `pip` lies in `Scripts`, and what its Python loads in `Library\\bin`."""
    head = "autovenv-record 2 -`nverdict use`nflavour conda`nprefix .conda`nbin .conda"
    text = f"{head}`nalso .conda/Library/bin`nalso .conda/Scripts`nname app`nend`n"
    parse = f"$avS['FoundRecord'] = __autovenv_parse 'C:\\app' 'C:\\s\\.autovenv-record' \"{text}\""
    mine = "$env:PATH.Replace('Library\\bin;', 'Library\\bin;C:\\mine;')"
    inherit = "$avS['Root'] = ''; $env:PATH = 'C:\\first;' + $env:PATH; __autovenv_adopt"
    found = ask_the_hook(
        [
            f"$env:PATH = 'C:\\a;C:\\b'; {parse}; $avS['Found'] = 'C:\\app'; __autovenv_enter; $env:PATH",
            "$env:PATH += ';C:\\new'; __autovenv_purge; $env:PATH",
            f"$env:PATH = {mine}; __autovenv_leave; $env:PATH",
            f"__autovenv_enter; {inherit}; $env:PATH",
        ]
    )
    entered = "C:\\app\\.conda;C:\\app\\.conda\\Library\\bin;C:\\app\\.conda\\Scripts;C:\\a;C:\\b"
    left = "C:\\mine;C:\\a;C:\\b;C:\\new"
    assert found == [entered, f"{entered};C:\\new", left, f"C:\\first;{left}"]


@pytest.mark.parametrize("commands", ["Scripts", "bin"])
def test_what_a_parent_shell_activated_is_taken_off(commands: str) -> None:
    """The Python of MSYS2 makes environments with `bin`."""
    prefix = "C:\\app\\.venv"
    inherited = {"__AUTOVENV_PREFIX": prefix, "VIRTUAL_ENV": prefix, "__AUTOVENV_BIN": f"{prefix}\\{commands}"}
    lines = "; ".join(f"$env:{name} = '{value}'" for name, value in inherited.items())
    path = f"$env:PATH = '{prefix}\\{commands};C:\\a'"
    assert ask_the_hook([f'{lines}; {path}; __autovenv_adopt; "$($env:PATH):$($env:VIRTUAL_ENV)"']) == ["C:\\a:"]


def test_what_python_is_by_the_endings_that_count(tmp_path: Path) -> None:
    """pyenv-win's shim is a batch file, Scoop's a program."""
    for name in ("one/python.PY", "two/python.BAT", "three/python.EXE"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    entries = ";".join(f"{tmp_path}/{name}" for name in ("one", "two", "three"))
    # The one thing that keeps the system's own separator, for its files are looked at.
    lines = [
        f"$avS['Slash'] = '/'; $env:PATH = '{entries}'; $env:PATHEXT = '{endings}'; __autovenv_seek 'python'"
        for endings in ("", ".COM;.EXE;.BAT;.PY", ".EXE", ".VBS")
    ]
    assert ask_the_hook(lines) == [f"{tmp_path}/{name}" if name else "" for name in ("two", "one", "three", "")]


# -- a shell that cannot see what is kept


#: Prints what the resolver prints where it keeps a record, in a place that the shell has no name for; and where not.
RESOLVER = """\
#!/bin/sh
printf '%s\\n' "$*" >>"$0.asked"
case $* in
  *--unkept*) printf 'autovenv-record 2 -\\nverdict none\\nexists /\\nend\\n' ;;
  *) printf 'autovenv-record 2 0123456789abcdef\\nkept /c/nowhere\\nverdict none\\nnewer /\\nend\\n' ;;
esac
"""

RECORD = "/s/at/app/.autovenv-record"
POSIX_LINE = f"""\
__autovenv_told= __autovenv_silence=
for each in 1 2; do
  __autovenv_looks=() __autovenv_turns=()
  __autovenv_ask /app {RECORD}
  __autovenv_phrase "" "${{__autovenv_looks[@]}}"
  __autovenv_tests=${{__autovenv_reply:--n x}}
  __autovenv_watch
  __autovenv_changed && echo stale || echo fresh
done"""

#: For each shell, how it is started, and what asks twice and looks twice at what it has.
BLIND = {
    "bash": (("--norc", "--noprofile"), POSIX_LINE),
    "zsh": (("-f",), POSIX_LINE),
    "fish": (
        ("--no-config",),
        (
            f"for each in 1 2\nset -g __autovenv_more\n__autovenv_ask /app {RECORD}\n"
            "test -n '' $__autovenv_more; and echo stale; or echo fresh\nend"
        ),
    ),
    "pwsh": (
        ("-NoProfile", "-NonInteractive", "-File"),
        (
            f"foreach ($each in 1, 2) {{\n$made = __autovenv_ask '/app' '{RECORD}'\n"
            "if (__autovenv_holds $made $false) { 'fresh' } else { 'stale' }\n}"
        ),
    ),
}


@needs_links
@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell.name)
def test_a_shell_that_cannot_see_what_is_kept_asks_for_what_it_need_not_see(shell: Shell, tmp_path: Path) -> None:
    """Else each prompt would find something changed: Cygwin's names, paths that are too long for PowerShell 5.1."""
    options, line = BLIND[shell.name]
    found = require(shell.name, shell.find())
    resolver = tmp_path / "resolver"
    resolver.write_text(RESOLVER)
    resolver.chmod(0o755)
    name = "powershell" if shell.name == "pwsh" else shell.name
    dialect = next(dialect for dialect in dialects.DIALECTS if dialect.name == name)
    hook = shipped.read("shell", dialect.file).decode().rpartition("\n__autovenv_start ")[0]
    hook = hook.replace("status is-interactive; or return", "")
    words = [str(resolver), "a"] if name == "powershell" else [str(resolver)]
    script = tmp_path / ("asked.ps1" if name == "powershell" else "asked")
    script.write_text(f"{hook.replace(EXECUTABLE, dialect.join(words))}\n{line}\n")
    done = subprocess.run([found, *options, str(script)], capture_output=True, encoding="utf-8", timeout=60)
    assert (done.stdout.split(), done.stderr) == (["fresh", "fresh"], "")
    asked = Path(f"{resolver}.asked").read_text().splitlines()
    assert ["--unkept" in line for line in asked] == [False, True, True]


@needs_links
@pytest.mark.parametrize("name", ["bash", "zsh"])
def test_git_bash_does_not_take_a_server_for_a_drive(name: str) -> None:
    """The record of `//c/app` would be that of `/c/app`: two slashes are one in the name of a file."""
    shell = next(shell for shell in SHELLS if shell.name == name)
    found = require(name, shell.find())
    hook = shipped.read("shell", f"autovenv.{name}").decode().rpartition("\n__autovenv_start ")[0]
    lists = "__autovenv_names=() __autovenv_markers=() __autovenv_ceilings=()"
    tables = "typeset -gA __autovenv_kept __autovenv_levels" if name == "zsh" else ":"
    lines = [hook, lists, tables, "__autovenv_ask() { echo asked; }"]
    lines += ["__autovenv_marked() { [[ $1 == //c/app ]]; }", "builtin cd / && PWD=//c/app"]
    lines += [f"OSTYPE={system}; echo {system}; __autovenv_walk" for system in ("msys", "cygwin", "linux-gnu")]
    done = subprocess.run([found, *BLIND[name][0]], input="\n".join(lines), capture_output=True, encoding="utf-8")
    assert done.stdout.split() == ["msys", "cygwin", "linux-gnu", "asked"]


#: What of a `PATH` is left in Git Bash, where one entry is the environment's in another spelling (`~`).
SPELLED = (
    ("/a:~:/b", "", "/a:~:/b"),
    ("/a:~:/b", "PATH=${PATH/:\\/a/:\\/a:\\/new}", "/a:~:/new:/b"),
    ("/a:/b", "", "/a:/b"),
)


@needs_links
@pytest.mark.parametrize("name", ["bash", "zsh"])
@pytest.mark.parametrize(("before", "edit", "after"), SPELLED)
def test_git_bash_gives_path_back_as_it_was_spelled(
    name: str, before: str, edit: str, after: str, tmp_path: Path
) -> None:
    """Its PATH has the case that somebody typed; here a link stands for that: another name of one directory."""
    (tmp_path / "app/.venv/Scripts").mkdir(parents=True)
    (tmp_path / "APP").symlink_to("app")
    shell = next(shell for shell in SHELLS if shell.name == name)
    hook = shipped.read("shell", f"autovenv.{name}").decode().rpartition("\n__autovenv_start ")[0]
    prefix, spelled = f"{tmp_path}/app/.venv", f"{tmp_path}/APP/.venv/Scripts/"
    found = f"__autovenv_found={tmp_path}/app __autovenv_found_prefix={prefix} __autovenv_found_bin={prefix}/Scripts"
    lines = [hook, "OSTYPE=msys PATH=" + before.replace("~", spelled), "__autovenv_state= __autovenv_owns_deactivate="]
    lines += [f"{found} __autovenv_found_name=app __autovenv_found_flavour=venv __autovenv_found_sets=()"]
    lines += ['__autovenv_enter; echo "$PATH"', edit, '__autovenv_leave; echo "$PATH"']
    command = [require(name, shell.find()), *BLIND[name][0]]
    done = subprocess.run(command, input="\n".join(lines), capture_output=True, encoding="utf-8")
    rest = ":".join(entry for entry in before.split(":") if entry != "~")
    assert (done.stdout.split(), done.stderr) == ([f"{prefix}/Scripts:{rest}", after.replace("~", spelled)], "")


# -- links


@needs_links
def test_only_links_are_watched_for_what_they_lead_to(tmp_path: Path) -> None:
    """Else a short name, or a mapped drive, would lead elsewhere at every `cd`."""
    (tmp_path / "kept/Scripts").mkdir(parents=True)
    (tmp_path / "app").mkdir()
    (tmp_path / "app/.venv").symlink_to("../kept")
    (tmp_path / "short").symlink_to("app")
    evidence = Evidence({})
    evidence.watch_link(f"{tmp_path}/short/.venv/Scripts", windows=True)
    kept, app = (os.path.realpath(tmp_path / name) for name in ("kept", "app"))
    assert evidence.links == {f"{tmp_path}/short/.venv": kept, f"{tmp_path}/short": app}
    plain = Evidence({})
    plain.watch_link(f"{tmp_path}/kept/Scripts", windows=True)
    assert plain.links == {}


# -- text


@pytest.mark.parametrize(
    ("environ", "code_page", "encoding"),
    [
        ({}, 437, "cp437"),
        ({}, 932, "cp932"),
        ({}, 65001, "utf-8"),
        ({}, 0, "utf-8"),
        ({}, 99999, "utf-8"),
        ({"MSYSTEM": "MINGW64"}, 850, "utf-8"),
        ({"PYTHONIOENCODING": "utf-8:replace"}, 850, "utf-8"),
        ({"PYTHONIOENCODING": "nonsense"}, 850, "utf-8"),
    ],
)
def test_the_encoding_is_that_of_whoever_reads(environ: dict[str, str], code_page: int, encoding: str) -> None:
    assert printing.choose_encoding(environ, code_page) == encoding


@pytest.mark.parametrize(
    ("path", "encoding", "read"),
    [
        ("C:\\Users\\ada\\app", "cp437", "C:\\Users\\ada\\app"),
        ("C:\\café\\.venv", "cp850", "C:\\café\\.venv"),
        ("C:\\日本\\.venv", "cp932", "C:\\日本\\.venv"),
        ("C:\\café 日本\\.venv", "utf-8", "C:\\café 日本\\.venv"),
        ("C:\\café 日本\\.venv", "cp850", "C:\\CAF~1\\VENV~1"),
    ],
)
def test_a_path_that_is_captured_exists(path: str, encoding: str, read: str) -> None:
    """Where the code page has not all of its characters, by the name that Windows keeps for old programs."""
    assert printing.encode(path, encoding, lambda _: "C:\\CAF~1\\VENV~1").decode(encoding) == read


def test_a_path_that_nobody_could_read_back_is_not_printed() -> None:
    with pytest.raises(Problem) as problem:
        printing.encode("C:\\日本", "cp437", str)
    assert "OutputEncoding" in problem.value.hint


# -- the execution policy


OWN = r"Software\Microsoft\PowerShell\1\ShellIds\Microsoft.PowerShell"
GROUP = r"Software\Policies\Microsoft\Windows\PowerShell"
GROUP_7 = r"Software\Policies\Microsoft\PowerShellCore"
CONFIG = '{"Microsoft.PowerShell:ExecutionPolicy": "AllSigned"}'
GROUP_CONFIG = '{"PowerShellPolicies": {"ScriptExecution": {"EnableScripts": true, "ExecutionPolicy": "AllSigned"}}}'


@pytest.mark.parametrize(
    ("old", "registry", "files", "environ", "expected"),
    [
        (True, {}, ("", ""), {}, ("Restricted", False)),
        (False, {}, ("", ""), {}, ("RemoteSigned", False)),
        (True, {("USER", OWN, "ExecutionPolicy"): "RemoteSigned"}, ("", ""), {}, ("RemoteSigned", False)),
        (True, {("MACHINE", OWN, "ExecutionPolicy"): "Bypass"}, (CONFIG, CONFIG), {}, ("Bypass", False)),
        (
            True,
            {("USER", OWN, "ExecutionPolicy"): "Undefined", ("MACHINE", OWN, "ExecutionPolicy"): "AllSigned"},
            ("", ""),
            {},
            ("AllSigned", False),
        ),
        (True, {}, ("", ""), {"PSExecutionPolicyPreference": "Bypass"}, ("Bypass", False)),
        (False, {("MACHINE", OWN, "ExecutionPolicy"): "Restricted"}, ("", ""), {}, ("RemoteSigned", False)),
        (False, {}, (CONFIG, ""), {}, ("AllSigned", False)),
        (False, {}, (CONFIG, '{"Microsoft.PowerShell:ExecutionPolicy": "Unrestricted"}'), {}, ("Unrestricted", False)),
        (False, {}, ("", "["), {}, ("RemoteSigned", False)),
        (False, {}, ("", '{"PowerShellPolicies": []}'), {}, ("RemoteSigned", False)),
        (
            True,
            {("MACHINE", GROUP, "EnableScripts"): 0, ("USER", OWN, "ExecutionPolicy"): "Bypass"},
            ("", ""),
            {"PSExecutionPolicyPreference": "Bypass"},
            ("Restricted", True),
        ),
        (
            True,
            {("USER", GROUP, "EnableScripts"): 1, ("USER", GROUP, "ExecutionPolicy"): "RemoteSigned"},
            ("", ""),
            {},
            ("RemoteSigned", True),
        ),
        (
            False,
            {("MACHINE", GROUP_7, "EnableScripts"): 1, ("MACHINE", GROUP_7, "ExecutionPolicy"): "AllSigned"},
            ("", ""),
            {},
            ("AllSigned", True),
        ),
        (False, {("MACHINE", GROUP, "EnableScripts"): 0}, ("", ""), {}, ("RemoteSigned", False)),
        (
            False,
            {("MACHINE", GROUP, "EnableScripts"): 0, ("MACHINE", GROUP_7, "UseWindowsPowerShellPolicySetting"): 1},
            ("", ""),
            {},
            ("Restricted", True),
        ),
        (False, {}, (GROUP_CONFIG, ""), {"PSExecutionPolicyPreference": "Bypass"}, ("AllSigned", True)),
    ],
)
def test_the_policy_that_holds(
    old: bool,
    registry: dict[tuple[str, str, str], object],
    files: tuple[str, str],
    environ: dict[str, str],
    expected: tuple[str, bool],
) -> None:
    roots = {policy.MACHINE: "MACHINE", policy.USER: "USER"}
    found = policy.choose(old, lambda root, key, name: registry.get((roots[root], key, name)), files, environ)
    assert (found.name, found.group) == expected


def test_the_policy_of_a_server() -> None:
    assert not policy.choose(True, lambda *_: None, ("", ""), {}, server=True).strict


def test_no_profile_is_written_that_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows PowerShell would print an error in red at each start."""
    monkeypatch.setattr(policy, "read", lambda old, *_: policy.Policy("Restricted" if old else "RemoteSigned"))
    paths = [f"/home/ada/Documents/{folder}/profile.ps1" for folder in ("PowerShell", "WindowsPowerShell")]
    assert rc.find_refused(paths, windows=True) == {paths[1]: policy.Policy("Restricted")}
    assert rc.find_refused(paths, windows=False) == {}
    told = rc.explain_policy(paths[1], policy.Policy("Restricted"))
    assert "in Windows PowerShell type `Set-ExecutionPolicy -Scope CurrentUser" in told.hint
    assert "whoever administers" in rc.explain_policy(paths[0], policy.Policy("AllSigned", group=True)).hint


# -- a batch file


def split_like_a_program(line: str) -> list[str]:
    """Return the words of a line as the C runtime of Windows splits it ("Parsing C command-line arguments")."""
    words: list[str] = []
    at = 0
    while at < len(line):
        if line[at] in " \t":
            at += 1
            continue
        word = ""
        quoted = False
        while at < len(line) and (quoted or line[at] not in " \t"):
            slashes = len(line[at:]) - len(line[at:].lstrip("\\"))
            at += slashes
            if line[at : at + 1] == '"':
                word += "\\" * (slashes // 2)
                if slashes % 2:
                    word += '"'
                elif quoted and line[at + 1 : at + 2] == '"':
                    word += '"'
                    at += 1
                else:
                    quoted = not quoted
                at += 1
            else:
                word += "\\" * slashes
                if at < len(line) and (quoted or line[at] not in " \t"):
                    word += line[at]
                    at += 1
        words.append(word)
    return words


def read_like_cmd(line: str) -> tuple[str, str]:
    """Return what cmd.exe makes of the line after `/c`: the text, and what of it stands outside of quotes."""
    # It takes off the first and the last quote, and fills in variables; of this one, the part that has no characters.
    text = line[1:-1].replace("%cd:~,%", "")
    outside = ""
    quoted = False
    for character in text:
        quoted ^= character == '"'
        outside += "" if quoted else character
    return text, outside


@given(st.lists(st.text(st.sampled_from('ab \\"&|<>^%!()é,;='), max_size=8), max_size=4))
@example(["c&d"])
@example(['a"&calc'])
@example(["\\", 'x\\"&y', "%PATH%", "%cd:~,%", ""])
def test_a_batch_file_gets_its_arguments_and_runs_nothing_else(arguments: list[str]) -> None:
    path = "C:\\a & b\\100%\\hello.cmd"
    line = running.spell_batch(path, arguments)
    before, _, after = line.partition(" /c ")
    assert before == "cmd.exe /e:ON /v:OFF /d"
    text, outside = read_like_cmd(after)
    assert not set(outside) & set("&|<>^()")
    assert split_like_a_program(text) == [path, *arguments]


@pytest.mark.parametrize("word", ["a\nb", "a\rb", "a\0b"])
def test_a_batch_file_gets_no_line_break(word: str) -> None:
    with pytest.raises(Problem) as problem:
        running.spell_batch("hello.cmd", [word])
    assert problem.value.status == 126


def test_what_runs_by_a_path_may_leave_out_its_ending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("tool.cmd", "other.exe"):
        (tmp_path / name).touch(0o755)
    monkeypatch.setattr(finding.find_command, "__defaults__", (".exe;.cmd",))
    found = [running.find_program(f"{tmp_path}/{name}", "", windows=True) for name in ("tool", "other.exe", "none")]
    assert found == [f"{tmp_path}/tool.cmd", f"{tmp_path}/other.exe", f"{tmp_path}/none"]


@pytest.mark.parametrize("status", [0, 1, 255, 0x7FFFFFFF, 0x80000000, 0xC000013A, 0xFFFFFFFF])
def test_an_exit_status_reaches_who_asked(status: int) -> None:
    """A C `long` of 32 bits must hold it."""
    assert -(2**31) <= running.sign(status) < 2**31
    assert running.sign(status) & 0xFFFFFFFF == status


# -- how long something may take


@pytest.mark.parametrize("timer", [pytest.param(True, marks=pytest.mark.posix("it has no such timer")), False])
def test_work_is_bounded_without_a_timer(timer: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "WORK", 0.05)
    with pytest.raises(bounds.Exhausted), bounds.limit_work(timer):
        _turn()
    monkeypatch.setattr(bounds, "WORK", 60)
    with bounds.limit_work(timer):
        pass


def _turn() -> None:
    while True:
        pass


def test_a_file_that_a_shell_has_open_is_replaced_a_little_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def replace(temporary: str, path: str) -> None:
        tries.append(path)
        if len(tries) < 3:
            raise PermissionError(13, "used by another process", path)

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(store, "_PAUSE", 0)
    store._rename("new", str(tmp_path / "record"), windows=True)
    assert len(tries) == 3
    tries.clear()
    with pytest.raises(PermissionError):
        store._rename("new", str(tmp_path / "record"), windows=False)
    tries.clear()
    monkeypatch.setattr(store, "_RENAMES", 2)
    with pytest.raises(PermissionError):
        store._rename("new", str(tmp_path / "record"), windows=True)


# -- names


def test_what_hides_a_command_of_windows(tmp_path: Path) -> None:
    for name in ("WHERE.EXE", "robocopy.cmd", "ls.exe", "tool.exe", "pwsh.ps1"):
        (tmp_path / name).touch()
    assert shadowed.list_hiding(str(tmp_path), windows=True) == ["ls", "pwsh", "robocopy", "where"]
    assert shadowed.list_hiding(str(tmp_path), windows=False) == ["ls"]


def test_pyenvs_pythons_have_no_bin_there(tmp_path: Path) -> None:
    (tmp_path / "versions/3.12.1").mkdir(parents=True)
    environ = {"PYENV_ROOT": str(tmp_path)}
    place = os.path.join(tmp_path, "versions", "3.12.1")
    assert making.list_pyenv_pythons(environ, "win32") == [os.path.join(place, "python.exe")]
    assert making.list_pyenv_pythons(environ, "linux") == [os.path.join(place, "bin", "python")]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("C:\\Users\\ada\\APPDATA\\Local\\microsoft\\windowsapps\\python.exe", "store-stub"),
        ("c:\\users\\ada\\scoop\\Shims\\python.exe", "scoop-shim"),
        ("D:\\py\\shims\\python.bat", "pyenv-shim"),
    ],
)
def test_the_origin_of_a_python_whatever_its_case(path: str, code: str) -> None:
    environ = {"PYENV_ROOT": "d:/PY"}
    assert origins.tell(origins.Sight(path, path, 0, "", b"", environ, "win32")) == code


# -- a drive that is away


@pytest.mark.parametrize("directory", ["Q:\\", "Q:\\app", "\\\\server", "\\\\server\\share", "\\\\server\\share\\app"])
def test_nothing_is_gone_from_a_drive_or_server_of_windows_that_is_away(directory: str) -> None:
    assert not pruning._is_gone(directory, windows=True)


def test_what_is_gone_from_a_drive_of_windows_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"E:\\", "\\\\server\\share\\"}
    monkeypatch.setattr(os.path, "isdir", there.__contains__)
    for directory in ("E:\\app", "E:/app", "\\\\server\\share\\app"):
        assert pruning._is_gone(directory, windows=True)
    assert not pruning._is_gone("F:\\app", windows=True)
