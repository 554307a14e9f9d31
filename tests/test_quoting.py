"""Each dialect's quoter by the rule of its language; `test_dialects.py` holds them to the shells that are installed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autovenv.shells import dialects

TEXT = st.text(
    st.one_of(
        st.sampled_from("'\"\\$`!\n\r\t \u2018\u2019\u201a\u201b\u201c\u201d"),
        st.characters(codec="utf-8", exclude_characters="\0"),
        st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF),
    ),
    max_size=20,
)


def read_posix(word: str) -> str:
    """Return the one word that POSIX's shell command language (2.2, quoting) reads."""
    (read,) = shlex.split(word)
    return read


def read_zsh(word: str) -> str:
    """Return what zsh reads between double quotes (zshmisc, QUOTING), where nothing may be left to expand."""
    inner = re.fullmatch(r'"((?:[^"$`\\]|\\["$`\\])*)"', word, re.DOTALL)
    assert inner, word
    return re.sub(r'\\(["$`\\])', r"\1", inner[1])


def read_fish(word: str) -> str:
    r"""Return what fish reads between single quotes: `\'` and `\\` are escapes, any other backslash is itself."""
    inner = re.fullmatch(r"'((?:[^'\\]|\\.)*)'", word, re.DOTALL)
    assert inner, word
    return re.sub(r"\\(['\\])", r"\1", inner[1])


def read_powershell(word: str) -> str:
    """Return what PowerShell reads: any of five characters is a single quote, and two in a row are one in the text.

    Rule: about_Quoting_Rules, and `CharExtensions.IsSingleQuote` of PowerShell 7's tokenizer.
    """
    if word.startswith("("):
        numbers = "((?:\\+\\[char\\]0x[0-9a-f]{4})+\\+)"
        inner = re.fullmatch(r"\((.*)\)", word, re.DOTALL)
        assert inner, word
        texts = re.split(numbers, inner[1])
        assert word.isascii(), word
        units = [
            bytes.fromhex("".join(re.findall("0x(....)", text))).decode("utf-16-be", "surrogatepass")
            for text in texts[1::2]
        ]
        quoted = [read_powershell(text) for text in texts[::2]]
        return "".join(one + other for one, other in zip(quoted, [*units, ""], strict=True))
    quotes = "'\u2018\u2019\u201a\u201b"
    assert word[0] in quotes
    read = ""
    at = 1
    while word[at] not in quotes or word[at + 1 : at + 2] in [*quotes]:
        at += word[at] in quotes
        read += word[at]
        at += 1
    assert at == len(word) - 1, f"ends before {word[at + 1 :]!r}"
    return read


READERS: dict[str, Callable[[str], str]] = {
    "bash": read_posix,
    "zsh": read_zsh,
    "fish": read_fish,
    "powershell": read_powershell,
}


def test_every_dialect_has_a_rule() -> None:
    assert [dialect.name for dialect in dialects.DIALECTS] == list(READERS)


@pytest.mark.parametrize("dialect", dialects.DIALECTS, ids=lambda dialect: dialect.name)
@given(text=TEXT)
@example(text="")
@example(text="'")
@example(text="''\u2019'\u2018")
@example(text="\\")
@example(text="\\'\\\\")
@example(text="'; touch canary; '")
@example(text="$(touch canary)`touch canary`${x}")
def test_one_word_in_one_word_out(dialect: dialects.Dialect, text: str) -> None:
    assert READERS[dialect.name](dialect.quote(text)) == text


@pytest.mark.parametrize("name", ["bash", "zsh", "fish", "powershell"])
def test_a_shell_is_found_by_its_name(name: str) -> None:
    found = dialects.find(name)
    assert found is not None
    assert found.name == name


def test_other_names() -> None:
    assert dialects.find("pwsh") is dialects.find("powershell")
    assert [dialects.find(name) for name in ("", "Bash", "sh", "tcsh", "powershell.exe")] == [None] * 5
