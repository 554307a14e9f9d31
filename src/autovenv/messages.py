"""What is said to a person: one form, and hostile text made visible."""

from __future__ import annotations

import os
import sys

from autovenv import paths, places

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from collections.abc import Iterable


class Problem(Exception):
    """A command cannot do what it was asked: what happened, why, and what to type."""

    def __init__(self, what: str, why: str = "", hint: str = "", status: int = 1) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.hint = hint
        self.status = status

    def __str__(self) -> str:
        return compose("error", self.what, self.why, self.hint)


def compose(level: str, what: str, why: str = "", hint: str = "") -> str:
    """Return the message in its one form, without a final newline.

    >>> print(compose("warning", "`.venv` is broken", "no `pyvenv.cfg`", "run `python -m venv --clear .venv`"))
    autovenv: warning: `.venv` is broken
      why: no `pyvenv.cfg`
      hint: run `python -m venv --clear .venv`
    """
    lines = [f"autovenv: {level}: {what}"]
    if why:
        lines.append(f"  why: {why}")
    if hint:
        lines.append(f"  hint: {hint}")
    return "\n".join(lines)


def visible(text: str) -> str:
    r"""Return text with everything visible that a terminal would obey or hide.

    Control characters, line separators and marks that change the direction of writing become escapes like `\x1b` and
    `\u202e`; bytes that are not UTF-8 (surrogates, PEP 383) become the byte, like `\xff`.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_make_visible(character) for character in text)


def _make_visible(character: str) -> str:
    code = ord(character)
    if character == "\n":
        return "\\n"
    if character == "\t":
        return "\\t"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if character != " " and (not character.isprintable() or 0xD800 <= code <= 0xDFFF):
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character


def visible_path(path: str, home: str | None = None) -> str:
    """Return a path for a message: home as `~`, everything visible. Who has many of them tells which `home` that is."""
    home = (places.home() if home is None else home).rstrip(os.sep)
    below = paths.cut_off(path, home) if home else None
    return visible(paths.tidy(path if below is None else f"~{below}"))


def quote(text: str, windows: bool = sys.platform == "win32") -> str:
    r"""Return a path, or a name, as one word of a command in any shell, empty where no form is the same word in all.

    A message is kept in a record that bash, fish and PowerShell read alike. Between single quotes they differ in quotes
    (PowerShell takes five characters for one) and in backslashes (fish reads `\\` and `\'`). cmd.exe knows no single
    quotes; double ones are the same in all shells where there is nothing between them that any of them fills in.

    >>> quote("srv-app"), quote("/srv/a b; ls", windows=False), quote("/srv/it's", windows=False)
    ('srv-app', "'/srv/a b; ls'", '')
    >>> quote("C:\\it's", windows=True), quote("C:\\100%", windows=True), quote("\\\\server\\share", windows=True)
    ('"C:\\it\'s"', "'C:\\100%'", '')
    """
    if all(character.isalnum() or character in "/._-+@" for character in text) and text[:1] not in ("-", "@"):
        return visible_path(text)
    is_same = visible(text) == text and "\\\\" not in text and not text.endswith("\\")
    if windows and is_same and not any(character in text for character in '"$`!%\u201c\u201d\u201e'):
        return f'"{text}"'
    return f"'{text}'" if is_same and not any(character in text for character in "'\u2018\u2019\u201a\u201b") else ""


def suggest(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return the question whether one of the `known` names was meant, `otherwise` where none is near."""
    import difflib

    close = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean `{close[0]}`?" if close else otherwise


def explain(error: Exception) -> str:
    """Return in a few words, all visible, why something could not be read, written or started."""
    return visible(str(error.strerror or error).lower() if isinstance(error, OSError) else str(error))


def put(data: bytes) -> None:
    """Write bytes to standard output as they are: text on Windows would end lines with CRLF.

    A closed pipe is no problem. Raises `Problem` where they cannot be written.
    """
    try:
        while data:
            data = data[os.write(1, data) :]
    except BrokenPipeError:
        pass
    except OSError as error:
        raise Problem(explain(error)) from None
