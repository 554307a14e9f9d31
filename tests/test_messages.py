"""What is said to a person: one form, and nothing in it that a terminal obeys."""

from __future__ import annotations

import os
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autovenv import messages
from autovenv.messages import Problem, compose, suggest, visible, visible_path

ANY = st.text(st.characters(exclude_categories=[]))


@given(ANY)
@example("\x1b]0;title\x07\x1b[31m\r\n\t\x7f\x9b31m")
@example("\u202e\u2066\u200b\u200f\u061c\ufeff\u00ad\u2028\u2029\u00a0")
@example("\udcff\ud800\U000e0001")
def test_nothing_is_shown_that_a_terminal_obeys_or_hides(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} == set()
    shown.encode()  # no surrogate is left
    assert len(shown) >= len(text)


@given(ANY)
def test_what_is_shown_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
@example("naïve käse 名前 🐍 ~/.venv `x`")
def test_plain_text_is_shown_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines", "two\\nlines"),
        ("a\tb", "a\\tb"),
        ("\r", "\\x0d"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2066", "\\u2066"),
        ("\u2028", "\\u2028"),
        ("\xa0", "\\xa0"),
        ("\U000e0041", "\\U000e0041"),
        ("caf\udce9", "caf\\xe9"),
        ("\ud800", "\\ud800"),
    ],
)
def test_show(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("home", "path", "shown"),
    [
        ("/home/ada", "/home/ada", "~"),
        ("/home/ada", "/home/ada/app", "~/app"),
        ("/home/ada/", "/home/ada/app", "~/app"),
        ("/home/ada", "/home/adam/app", "/home/adam/app"),
        ("/home/ada", "/srv/home/ada/app", "/srv/home/ada/app"),
        ("/home/ada", "relative", "relative"),
        ("/", "/app", "/app"),
        ("/home/a\x1bb", "/home/a\x1bb/c\nd", "~/c\\nd"),
    ],
)
def test_show_path(monkeypatch: pytest.MonkeyPatch, home: str, path: str, shown: str) -> None:
    monkeypatch.setenv("HOME", home)
    assert visible_path(path) == shown


def test_a_message_says_what_why_and_what_to_type() -> None:
    assert compose("warning", "what", "why", "what to type") == (
        "autovenv: warning: what\n  why: why\n  hint: what to type"
    )
    assert compose("note", "what") == "autovenv: note: what"
    assert compose("error", "what", hint="what to type") == "autovenv: error: what\n  hint: what to type"
    assert str(Problem("what", "why", status=2)) == "autovenv: error: what\n  why: why"
    assert Problem("what").status == 1


def test_a_name_that_is_near() -> None:
    assert suggest("pyhton", ("python", "pip"), "look it up") == "did you mean `python`?"
    assert suggest("ruby", ("python", "pip"), "look it up") == "look it up"


# -- bytes on standard output ------------------------------------------------------------------------------------------


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """A pipe in the place of standard output: its two ends."""
    reader, writer = os.pipe()
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(writer if handle == 1 else handle, data))
    return reader, writer


def test_put_writes_the_bytes(pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = pipe
    piecemeal = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: piecemeal(handle, data[:3]))
    messages.put(b"one\ntwo\r\n\xff")
    os.close(writer)
    assert os.read(reader, 100) == b"one\ntwo\r\n\xff"
    os.close(reader)


def test_put_is_quiet_where_nobody_reads(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    os.close(reader)
    messages.put(b"text")
    os.close(writer)
    with pytest.raises(Problem, match="bad file descriptor"):
        messages.put(b"text")
