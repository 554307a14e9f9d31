"""How text reaches who reads it: as it is on POSIX, and on Windows in the encoding that its reader takes it for.

A console there is written to in Unicode. PowerShell decodes what it captures, or hands on in a pipe, by
`[Console]::OutputEncoding`, and `for /f` of cmd.exe likewise: by the code page of the console, which is an old one
(437, 850, 932) unless its user has set another. Git Bash takes everything for UTF-8.
"""

from __future__ import annotations

import os
import sys

from autovenv.messages import Problem, put, visible

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

UTF_8 = 65001


def choose_encoding(environ: Mapping[str, str], code_page: int) -> str:
    """Return the encoding in which another program reads what this one prints on Windows.

    `code_page` is that of the console, 0 where there is none, as in an editor: it takes UTF-8. What the user has told
    Python to write (`PYTHONIOENCODING`) holds, too.

    >>> choose_encoding({}, 850), choose_encoding({}, 0), choose_encoding({"MSYSTEM": "MINGW64"}, 437)
    ('cp850', 'utf-8', 'utf-8')
    """
    told = environ.get("PYTHONIOENCODING", "").partition(":")[0]
    name = told or ("utf-8" if environ.get("MSYSTEM") or code_page in (0, UTF_8) else f"cp{code_page}")
    try:
        "".encode(name)
    except LookupError:
        return "utf-8"
    return name


def encode(text: str, encoding: str, shorten: Callable[[str], str]) -> bytes:
    """Return a path as bytes of an encoding, by its short name where its own has characters that are not in it.

    Raises `Problem` where there is no such name either: to print one that nothing has would be worse.
    """
    for spelled in (text, shorten(text) if not text.isascii() else text):
        try:
            return spelled.encode(encoding)
        except UnicodeEncodeError:
            continue
    lost = next(line for line in text.split("\n") if line.encode(encoding, "replace").decode(encoding) != line)
    raise Problem(
        f"`{visible(lost)}` cannot be printed for a program",
        f"the console's code page, {encoding}, has not all of its characters",
        "type `[Console]::OutputEncoding = [Text.Encoding]::UTF8` first; in cmd.exe `chcp 65001`",
    )


def encode_oem(text: str) -> bytes:
    """Return text as cmd.exe reads a file, in the old code page that its console begins with; elsewhere as UTF-8."""
    return text.encode("oem", "replace") if sys.platform == "win32" else text.encode("utf-8", "surrogateescape")


def put_path(line: str, write: Callable[[bytes], None] = put) -> None:
    """Print a line that is a path, for a program: byte for byte on POSIX. Raises `Problem`."""
    put_text(line, write, _find_short_name)


def put_text(text: str, write: Callable[[bytes], None] = put, shorten: Callable[[str], str] = str) -> None:
    """Print text for a program; `shorten` finds another way to say it. Raises `Problem` where it cannot be printed."""
    if sys.platform != "win32" or text.isascii():
        write(os.fsencode(text))
    elif os.isatty(1):
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        write(encode(text, choose_encoding(os.environ, find_code_page()), shorten))


def prepare() -> None:
    """Have what is printed for a person be readable where it is captured, and nothing in it end a command."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        # What the encoding cannot say must not end a command.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        if sys.platform == "win32" and not stream.isatty():
            stream.reconfigure(encoding=choose_encoding(os.environ, find_code_page()))  # type: ignore[union-attr]


def find_code_page() -> int:
    """Return the number of the code page of the console that this process writes to, 0 where it has none."""
    try:
        import ctypes

        return int(ctypes.windll.kernel32.GetConsoleOutputCP())  # type: ignore[attr-defined]
    except (ImportError, AttributeError, OSError):
        return 0


def _find_short_name(line: str) -> str:
    """Return the path on a line by the short names that Windows keeps for old programs, where its drive has them."""
    path = line.rstrip("\n")
    try:
        import ctypes

        buffer = ctypes.create_unicode_buffer(1 << 15)
        length = ctypes.windll.kernel32.GetShortPathNameW(path, buffer, len(buffer))  # type: ignore[attr-defined]
    except (ImportError, AttributeError, OSError):
        return line
    return (buffer.value if 0 < length < len(buffer) else path) + line[len(path) :]
