"""The four dialects say the same in four languages, as they stand and as they are emitted."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shells import SHELLS, require

from autovenv import shipped
from autovenv.shells import dialects, hook
from autovenv.shells.dialects import DIALECTS, Dialect

SNAPSHOTS = Path(__file__).parent / "snapshots"

#: What the emitted hook of a snapshot is filled with.
EXECUTABLE = ["/opt/autovenv/bin/python", "-I", "-S", "/opt/autovenv/lib/autovenv/__main__.py"]
WORDS = [
    "version=1.2.3",
    "state=/home/user/.local/state/autovenv",
    "wrap_cd=1",
    "prompt=1",
    "ceiling=/home/user/work",
    "silence=shadow",
    "name=.venv",
    "name=venv",
    "marker=pyproject.toml",
]

#: What could break out of a quote.
NASTY = [
    "it's",
    '"',
    "''",
    "'; touch canary; '",
    "$(touch canary)",
    "`touch canary`",
    "$HOME ${HOME}",
    "back\\slash\\",
    "\\'",
    "%s %n !! *? [a-z] {a,b} ~ # = ;|&<>()",
    "two\nlines",
    "tab\tand\x1b[31mescape",
    "\u2018typographic\u2019 \u201aquotes\u201b",
    "käse",
    "@EXECUTABLE@ '@SETTINGS@'",
    "-n",
    "",
]


def _name(functions: str, *dialects: str) -> dict[str, tuple[str, ...]]:
    return {f"__autovenv_{function}": dialects for function in functions.split()}


#: The functions that a language needs and others do not, and who has them. All others are in all.
ONLY = {
    "__autovenv_climb": ("bash", "zsh"),  # in the others a level of a walk costs little beside their own commands
    "__autovenv_ends": ("bash", "zsh"),  # in the others a call of a function costs more than the two tests
    "__autovenv_shield": ("bash",),  # zsh has `emulate -L`, fish no options
    "__autovenv_unshield": ("bash",),
    "__autovenv_covered": ("bash",),
    "__autovenv_settable": ("bash",),  # the others tell a variable's attributes in a word
    "__autovenv_spell": ("bash",),  # the others give every function before a prompt the user's own statuses
    "__autovenv_place": ("bash",),
    "__autovenv_wrap": ("bash",),  # the others tell of a change of directory themselves
    # it copies a function at each call: what is seldom run stands apart
    **_name("prompt_again announce", "bash"),
    "__autovenv_say_late": ("zsh",),  # powerlevel10k
    # fish has lists, no options, no table of commands
    **dict.fromkeys(("__autovenv_split", "__autovenv_cut", "__autovenv_within", "__autovenv_rehash"), ("bash", "zsh")),
    "__autovenv_describe": ("bash", "zsh"),
    "__autovenv_respell": (
        "bash",
        "zsh",
    ),  # PowerShell finds each entry of PATH so, in Windows; fish is not at home there
    "__autovenv_stand": ("fish",),
    # fish calls by name what is to be called, and draws a label apart from the prompt
    **dict.fromkeys(("__autovenv_register", "__autovenv_label"), ("bash", "zsh", "powershell")),
    "__autovenv_listen": ("bash", "zsh", "fish"),  # PowerShell takes its place again when it is idle
    "__autovenv_precede": ("bash",),
    # these have functions made that look at what there is to look at, and at nothing else
    **_name("phrase watch prompt_long attend finish", "bash", "zsh"),
    **dict.fromkeys(("__autovenv_serve", "__autovenv_follow", "__autovenv_escape"), ("bash", "zsh")),
    "__autovenv_unframe": ("bash", "zsh"),
    **dict.fromkeys(("__autovenv_typed", "__autovenv_done"), ("fish",)),
    **dict.fromkeys(("__autovenv_answer", "__autovenv_draw", "__autovenv_mount"), ("fish",)),
    "__autovenv_hone": ("fish",),
    # the others keep whole walks, of whatever kind
    **_name("store recall keep", "fish"),
    # these keep what a whole walk looks at, for one look at all of it
    **_name("trace retrace", "bash", "zsh", "fish"),
    **_name("walk swap relabel memo build", "bash", "zsh"),
    # an alias of fish is a function
    "__autovenv_alias": ("bash", "zsh"),
    "__autovenv_abbreviation": ("fish",),
    # a call of PowerShell's costs more than what most of these do: there they stand where they are called
    **_name("read expect save define undefine function plain", "bash", "zsh", "fish"),
    # it remembers records and levels in two tables by the time that .NET tells, without a stamp
    **_name("begin pass pass_on survey learn", "bash", "zsh", "fish"),
    # nothing stands between it and the executable: that asks by a file, and is told by one
    "autovenv": ("bash", "zsh", "fish"),
    **_name("suspend toggle tell", "bash", "zsh", "fish"),
    "__autovenv_obey": ("powershell",),
    # its label is drawn by what stands before the user's prompt; and what its aliases start is a name, no text
    **_name("decorate starts", "bash", "zsh", "fish"),
    "__autovenv_settle": ("powershell",),
    # it has no words like `-O`, `-ef` and `-nt`, and its paths are Windows's, too
    **_name("identify owns localize mirror target time exists same sees is_on_path fold index", "powershell"),
    "__autovenv_traces": ("powershell",),  # a script of venv's and one of virtualenv's keep PATH in two places
    "__autovenv_clear": ("powershell",),  # `$Error` is the user's
}

#: Functions whose comment says what is so in one dialect only: the deed is not the same.
OWN_WORDS = tuple(
    f"__autovenv_{name}"
    for name in ("listen", "register", "load", "changed", "prompt", "label", "say", "print", "gather")
)

_SECTION = re.compile(r"# == (.+?) =+")


@dataclass(frozen=True)
class Function:
    name: str
    section: str
    comment: tuple[str, ...]


def _read(dialect: Dialect) -> list[str]:
    return shipped.read("shell", dialect.file).decode().splitlines()


def _list_functions(dialect: Dialect) -> Iterator[Function]:
    section = ""
    comment: list[str] = []
    starts = {
        "bash": re.compile(r"((?:__)?autovenv\w*)\(\) \{"),
        "zsh": re.compile(r"((?:__)?autovenv\w*)\(\) \{"),
        "fish": re.compile(r"function ((?:__)?autovenv\w*)(?: |$)"),
        "powershell": re.compile(r" *function global:((?:__)?autovenv\w*)(?=[ (])"),
    }
    for line in _read(dialect):
        if header := _SECTION.fullmatch(line):
            section = header[1]
        elif function := starts[dialect.name].match(line):
            yield Function(function[1], section, tuple(comment))
        if line.lstrip().startswith("# ") and not _SECTION.fullmatch(line) and not line.startswith("# shellcheck"):
            comment.append(line)
        else:
            comment = []


def _emit(dialect: Dialect, executable: list[str], words: list[str], wrapped: bool = True) -> str:
    plain = Dialect(dialect.name, dialect.file, dialect.quote, dialect.separator)
    return hook.emit(dialect if wrapped else plain, executable, words)


EVERY = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)


# -- parity ------------------------------------------------------------------------------------------------------------


SECTIONS = [
    *("Loading, first part", "Records", "Environment", "Events", "Memory", "Child shells", "By hand", "Wrong python"),
    *("Prompt", "Neighbours", "Manners", "Commands", "Loading"),
]


@EVERY
def test_sections_are_those_of_all(dialect: Dialect) -> None:
    assert [match[1] for line in _read(dialect) if (match := _SECTION.fullmatch(line))] == SECTIONS


def test_functions_of_some_are_named_as_such() -> None:
    have = {dialect.name: [function.name for function in _list_functions(dialect)] for dialect in DIALECTS}
    names = {name for functions in have.values() for name in functions}
    some = {
        name: tuple(dialect for dialect in have if name in have[dialect])
        for name in names
        if not all(name in functions for functions in have.values())
    }
    assert some == ONLY


@EVERY
def test_functions_stand_in_the_same_order_and_section(dialect: Dialect) -> None:
    def common(functions: Iterator[Function]) -> list[tuple[str, str]]:
        return [(function.section, function.name) for function in functions if function.name not in ONLY]

    assert common(_list_functions(dialect)) == common(_list_functions(DIALECTS[0]))


@EVERY
def test_functions_are_there_once(dialect: Dialect) -> None:
    names = [function.name for function in _list_functions(dialect)]
    assert len(names) > 20
    assert sorted(set(names)) == sorted(names)


@EVERY
def test_functions_have_one_line_of_comment(dialect: Dialect) -> None:
    assert [function for function in _list_functions(dialect) if len(function.comment) != 1] == []


@EVERY
def test_comments_are_those_of_all(dialect: Dialect) -> None:
    def explain(of: Dialect) -> dict[str, tuple[str, ...]]:
        return {function.name: function.comment for function in _list_functions(of)}

    ours, first = explain(dialect), explain(DIALECTS[0])
    different = {
        name: (ours[name], first[name])
        for name in ours.keys() & first.keys() - {*OWN_WORDS}
        if ours[name] != first[name]
    }
    assert different == {}


def test_what_bash_and_zsh_have_in_common_is_written_once() -> None:
    script = Path(__file__).parents[1] / "scripts" / "make_hooks"
    _check(sys.executable, str(script), "--check")


@pytest.mark.parametrize("name", ["bash", "zsh"])
def test_local_variables_have_names_that_no_user_has(name: str) -> None:
    # bash can make none of a name that the user has made readonly
    text = re.sub('"[^"\n]*"', '""', _find(name).trim(_emit(_find(name), EXECUTABLE, WORDS, wrapped=False)))
    lists = re.findall(r"(?:^|[;{ ])local (?:-\w+ )?([^;&|\n]+)", text, re.MULTILINE)
    found = {name for words in lists for name in re.findall(r"(?:^| )([a-zA-Z_]\w*)(?==| |$)", words)}
    assert len(found) > 30
    assert [each for each in sorted(found) if not each.startswith(("av_", "__autovenv_"))] == []


# -- the languages' own checkers ---------------------------------------------------------------------------------------

AS_IT_STANDS = "as it stands"
FILLINGS = {
    "filled": (EXECUTABLE, WORDS),
    "filled with little": (["/python"], ["version=1"]),
    "filled with nasty words": (NASTY, [f"name={word}" for word in NASTY]),
}


def _write(dialect: Dialect, filling: str, directory: Path, wrapped: bool = False) -> Path:
    """Write a form of the hook below `directory`, beside the rules that shfmt reads."""
    shutil.copy(Path(__file__).parents[1] / ".editorconfig", directory)
    path = directory / "shell" / dialect.file
    path.parent.mkdir()
    if filling == AS_IT_STANDS:
        path.write_bytes(shipped.read("shell", dialect.file))
    else:
        path.write_bytes(os.fsencode(_emit(dialect, *FILLINGS[filling], wrapped)))
    return path


def _find(name: str) -> Dialect:
    dialect = dialects.find(name)
    assert dialect is not None
    return dialect


def _check(*command: str) -> None:
    program = require(command[0], shutil.which(command[0]))
    done = subprocess.run((program, *command[1:]), capture_output=True, text=True, errors="replace")
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def _find_shell(name: str) -> str:
    found = next(shell for shell in SHELLS if shell.name == name).find()
    return require(name, found)


FORMS = pytest.mark.parametrize("filling", [AS_IT_STANDS, *FILLINGS])


@FORMS
def test_shellcheck(filling: str, tmp_path: Path) -> None:
    # SC1112 is about typographic quotes, which are data here
    _check("shellcheck", "--shell=bash", "--exclude=SC1112", str(_write(_find("bash"), filling, tmp_path)))


def test_shellcheck_of_what_is_common() -> None:
    _check("shellcheck", "--shell=bash", str(Path(__file__).parents[1] / "scripts" / "hooks" / "common.sh"))


@FORMS
def test_shfmt(filling: str, tmp_path: Path) -> None:
    _check("shfmt", "-d", str(_write(_find("bash"), filling, tmp_path)))


@FORMS
@pytest.mark.parametrize("wrapped", [False, True], ids=["bare", "wrapped"])
def test_bash_and_zsh_parse(filling: str, wrapped: bool, tmp_path: Path) -> None:
    for name in ("bash", "zsh"):
        directory = tmp_path / name
        directory.mkdir()
        _check(_find_shell(name), "-n", str(_write(_find(name), filling, directory, wrapped)))


@FORMS
def test_fish_parses(filling: str, tmp_path: Path) -> None:
    _check(_find_shell("fish"), "--no-config", "--no-execute", str(_write(_find("fish"), filling, tmp_path)))


def test_fish_indent(tmp_path: Path) -> None:
    _check("fish_indent", "--check", str(_write(_find("fish"), AS_IT_STANDS, tmp_path)))


def test_fish_indent_of_what_is_emitted(tmp_path: Path) -> None:
    # it takes quotes away where a word needs none, so all of these do
    emitted = _emit(
        _find("fish"), ["/opt/auto venv/python", "it's", "$(touch canary)"], ["state=/home/a user", "name=*"]
    )
    (tmp_path / "emitted.fish").write_text(emitted)
    _check("fish_indent", "--check", str(tmp_path / "emitted.fish"))


@FORMS
@pytest.mark.parametrize("wrapped", [False, True], ids=["bare", "wrapped"])
def test_powershell_parses(filling: str, wrapped: bool, tmp_path: Path) -> None:
    tree_sitter = pytest.importorskip("tree_sitter")
    grammar = pytest.importorskip("tree_sitter_powershell")
    text = _write(_find("powershell"), filling, tmp_path, wrapped).read_bytes()
    tree = tree_sitter.Parser(tree_sitter.Language(grammar.language())).parse(text)
    wrong = []
    nodes = [tree.root_node]
    while nodes:
        node = nodes.pop()
        if node.is_error or node.is_missing:
            wrong.append((node.start_point.row + 1, node.text[:80]))
        nodes.extend(node.children)
    assert wrong == []


# -- emitted -----------------------------------------------------------------------------------------------------------


@EVERY
def test_tokens_are_valid_and_filled_in(dialect: Dialect) -> None:
    standing = "\n".join(_read(dialect))
    emitted = _emit(dialect, EXECUTABLE, WORDS, wrapped=False)
    for token in (hook.EXECUTABLE, hook.SETTINGS):
        assert standing.count(token) == 1
        assert token not in emitted
    assert emitted.endswith("\n")
    assert "\r" not in emitted


@EVERY
def test_a_token_within_a_word_is_a_word(dialect: Dialect) -> None:
    emitted = _emit(dialect, [f"/x {hook.SETTINGS}"], [f"state={hook.EXECUTABLE}"], wrapped=False)
    assert emitted.count(dialect.quote(f"/x {hook.SETTINGS}")) == 1
    assert emitted.count(dialect.quote(f"state={hook.EXECUTABLE}")) == 1


#: Stands for a hook: what is around it does not depend on it.
STUB = f"""\
# it's the hook
echo "$HOME" {hook.EXECUTABLE}
echo {hook.SETTINGS}
"""


@EVERY
def test_what_stands_around_the_hook_is_the_snapshot(dialect: Dialect, monkeypatch: pytest.MonkeyPatch) -> None:
    path = SNAPSHOTS / f"around{Path(dialect.file).suffix}"
    monkeypatch.setattr(shipped, "read", lambda *_: STUB.encode())
    emitted = _emit(dialect, EXECUTABLE, WORDS)
    if os.environ.get("AUTOVENV_UPDATE_SNAPSHOTS"):
        path.write_bytes(emitted.encode())
    assert path.read_bytes().decode() == emitted, "AUTOVENV_UPDATE_SNAPSHOTS=1 rewrites it"


#: Every option that changes how a word within quotes is read.
READERS = {
    "bash": (("bash", "--norc", "--noprofile"), "printf '%s\\0' "),
    "zsh": (("zsh", "-f"), "setopt rc_quotes csh_junkie_quotes; printf '%s\\0' "),
    "fish": (("fish", "--no-config"), "printf '%s\\0' "),
    "powershell": (
        ("pwsh", "-NoProfile", "-NonInteractive"),
        "[Console]::OutputEncoding = [Text.UTF8Encoding]::new(); [Console]::Out.Write(((",
    ),
}
#: Bytes that are not UTF-8 (PEP 383). PowerShell's strings are text.
_BYTES = st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF)
_CHARACTERS = st.one_of(
    st.sampled_from("'\"\\$`%!*?[]{}~#=;|&<>() \n\t\r\x1b-@\u2018\u2019\u201a\u201bé"),
    st.characters(exclude_characters="\0", codec="utf-8"),
)


@EVERY
def test_nasty_words_arrive_whole(dialect: Dialect, tmp_path: Path) -> None:
    assert _read_back(dialect, [word for word in NASTY if word], tmp_path) == [word for word in NASTY if word]
    assert not (tmp_path / "canary").exists()


@EVERY
def test_words_arrive_whole(dialect: Dialect, tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("words")
    characters = _CHARACTERS if dialect.name == "powershell" else st.one_of(_CHARACTERS, _BYTES)

    # A PowerShell takes half a second to start.
    @settings(max_examples=6 if dialect.name == "powershell" else 30, deadline=None)
    @given(words=st.lists(st.text(characters, max_size=12), min_size=1, max_size=30))
    def read_back(words: list[str]) -> None:
        # bytes that spell out a character together are that character
        words = [os.fsdecode(os.fsencode(word)) for word in words]
        assert _read_back(dialect, words, directory) == words

    read_back()


def _read_back(dialect: Dialect, words: list[str], directory: Path) -> list[str]:
    (shell, *arguments), command = READERS[dialect.name]
    executable = _find_shell(shell)
    script = directory / f"words.{Path(dialect.file).suffix[1:]}"
    if dialect.name == "powershell":
        text = f"{command}{dialect.join(words)}) -join [string][char]0) + [char]0)\n"
    else:
        text = f"{command}{dialect.join(words)}\n"
    script.write_bytes(os.fsencode(text))
    done = subprocess.run(
        (executable, *arguments, str(script)),
        capture_output=True,
        cwd=directory,
        env={**os.environ, "LANG": "C.UTF-8"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return os.fsdecode(done.stdout).split("\0")[:-1]


# -- in a file that is sourced -----------------------------------------------------------------------------------------

#: What changes how a file is read, set before: nothing of it may matter, and all of it is as it was afterwards.
SOURCED = {
    "bash": (
        ("bash", "--norc", "--noprofile", "-i", "-c"),
        "set -o posix -u; shopt -u interactive_comments; alias local=false; {} type -t __autovenv_update; alias",
        ["function", "local='false'"],
    ),
    "zsh": (
        ("zsh", "-f", "-i", "-c"),
        "setopt sh_glob ignore_close_braces csh_junkie_quotes rc_quotes; alias local=:; {} whence -w __autovenv_update",
        ["__autovenv_update: function"],
    ),
    "fish": (
        ("fish", "--no-config", "-i", "-c"),
        "set -g name mine; {} __autovenv_wake; functions -q __autovenv_update; and echo function $name",
        ["function mine"],
    ),
}


@pytest.mark.parametrize("name", SOURCED)
def test_a_file_is_read_whatever_the_users_options_are(name: str, tmp_path: Path) -> None:
    (shell, *arguments), line, expected = SOURCED[name]
    path = tmp_path / "hook"
    path.write_text(hook.emit(_find(name), EXECUTABLE, WORDS, in_file=True))
    command = (_find_shell(shell), *arguments, line.format(f". {path};"))
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=tmp_path)
    assert done.stdout.splitlines()[: len(expected)] == expected


@pytest.mark.parametrize("name", SOURCED)
def test_a_file_does_nothing_in_a_shell_that_is_not_interactive(name: str, tmp_path: Path) -> None:
    (shell, *_), _, _ = SOURCED[name]
    path = tmp_path / "hook"
    path.write_text(hook.emit(_find(name), EXECUTABLE, WORDS, in_file=True))
    command = (_find_shell(shell), "-c", f". {path}; type __autovenv_update >/dev/null 2>&1 || echo nothing")
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=tmp_path)
    assert (done.stdout.split(), done.stderr) == (["nothing"], "")


def test_a_file_of_bash_defines_the_same_functions_in_the_end(tmp_path: Path) -> None:
    path = tmp_path / "hook"
    defined = []
    for in_file, line in ((False, ""), (True, "__autovenv_later; unset -f __autovenv_later;")):
        path.write_text(hook.emit(_find("bash"), EXECUTABLE, WORDS, in_file=in_file))
        command = (_find_shell("bash"), "--norc", "-ic", f". {path}; {line} declare -f")
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, start_new_session=True)
        defined.append(done.stdout)
    assert "__autovenv_enter ()" in defined[0]
    assert defined[0] == defined[1]


def test_a_file_of_fish_defines_the_same_functions_in_the_end(tmp_path: Path) -> None:
    path = tmp_path / "hook"
    defined = []
    all_of_it = "__autovenv_wake; __autovenv_later; functions -q __autovenv_wake __autovenv_later; and echo still;"
    for in_file, line in ((False, ""), (True, all_of_it)):
        path.write_text(hook.emit(_find("fish"), EXECUTABLE, WORDS, in_file=in_file))
        tell = "functions (functions -an | string match '*autovenv*')"
        command = (_find_shell("fish"), "--no-config", "-ic", f"source {path}; {line} {tell}")
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, start_new_session=True)
        # Without comments and indentation, and each command for itself, whether a line ends it or not.
        lines = re.split(r"\s*(?<!\\)[\n;]\s*", re.sub(r"^\s*#.*\n|\s*\\\n", "", done.stdout, flags=re.MULTILINE))
        lines = [re.sub(r"\s+", " ", line) for line in lines if line]
        defined.append(lines[next(at for at, line in enumerate(lines) if line.startswith("function ")) :])
    assert [line for line in defined[0] if line.startswith("function __autovenv_enter ")]
    assert "still" not in defined[1]
    assert defined[0] == defined[1]


def test_a_file_of_fish_sleeps_at_home_and_wakes_in_its_newest_version(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "app").mkdir(parents=True)
    path = tmp_path / "the hook's\nfile"
    made = {
        version: hook.emit(
            _find("fish"), EXECUTABLE, [f"version={version}", f"state={tmp_path}", *WORDS[2:]], in_file=True
        )
        for version in ("1", "2")
    }
    path.write_text(made["1"])
    (tmp_path / "newer").write_text(made["2"])
    word = dialects.quote_fish(str(path))
    tell = "functions -q __autovenv_update; and echo awake $__autovenv_version; or echo asleep;"
    line = (
        f"source {word}; emit fish_prompt; {tell} mv {tmp_path}/newer {word}; emit fish_prompt; {tell}"
        f" touch $HOME/.venv; emit fish_prompt; {tell} set -n | string match -e __autovenv_asleep"
    )
    for what, place, expected in (
        ("a marker", ".", ["asleep", "asleep", "awake 2"]),
        ("elsewhere", "app", ["awake 1", "awake 1", "awake 1"]),
    ):
        (home / ".venv").unlink(missing_ok=True)
        path.write_text(made["1"])
        (tmp_path / "newer").write_text(made["2"])
        done = subprocess.run(
            (_find_shell("fish"), "--no-config", "-ic", line),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            cwd=home / place,
            env={"HOME": str(home), "PATH": os.environ["PATH"]},
        )
        assert [said for said in done.stdout.splitlines() if said.startswith(("a", "__"))] == expected, what


def test_a_file_of_fish_that_is_gone_wakes_nobody(tmp_path: Path) -> None:
    path = tmp_path / "hook"
    path.write_text(hook.emit(_find("fish"), EXECUTABLE, WORDS, in_file=True))
    command = (
        _find_shell("fish"),
        "--no-config",
        "-ic",
        f"source {path}; rm {path}; cd /; emit fish_prompt; echo still",
    )
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, start_new_session=True)
    assert done.stderr == ""
    assert done.stdout.endswith("still\n")


def test_a_restricted_bash_reads_them_too(tmp_path: Path) -> None:
    path = tmp_path / "hook"
    path.write_text(hook.emit(_find("bash"), EXECUTABLE, WORDS, in_file=True))
    command = (
        _find_shell("bash"),
        "--norc",
        "-ic",
        f". {path}; set -r; alias local=no; __autovenv_later; alias; declare -f __autovenv_enter",
    )
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, start_new_session=True)
    assert done.stdout.startswith("alias local='no'\n__autovenv_enter () \n{ \n    local av_name;\n")
