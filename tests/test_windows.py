"""What can be known about Windows without one: that the tests can be collected there, and rules with its vectors."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from platforms import IS_WINDOWS

from autovenv.commands import pruning, running
from autovenv.messages import Problem

TESTS = Path(__file__).parent


def test_every_file_of_tests_can_be_imported_there() -> None:
    plugin = () if IS_WINDOWS else ("-p", "windows")
    command = (sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *plugin, str(TESTS))
    environ = os.environ | {"PYTHONPATH": str(TESTS)}
    done = subprocess.run(command, cwd=TESTS.parent, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, "\n".join(line for line in done.stdout.splitlines() if "::" not in line)
    assert "tests/test_scenarios.py::" in done.stdout


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
