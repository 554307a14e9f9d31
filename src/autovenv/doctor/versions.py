"""Which versions of Python a project asks for."""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"(~=|===|==|!=|<=|>=|<|>|\^|~)?\s*v?(\d+(?:\.\d+)*)(\.\*)?(?:\.?(?:a|b|rc|dev|post)\d*)*")


def satisfies(version: str, specifier: str) -> bool | None:
    """Tell whether a version is one that `requires-python` allows; None where that cannot be told.

    The rules are those of the version specifiers of the packaging user guide (PEP 440), and Poetry 2's `^`, `~` and
    `||`. Pre-releases count as the release.

    >>> satisfies("3.11.2", ">=3.9, <3.12"), satisfies("3.11.2", "^3.12"), satisfies("3.11.2", "about 3")
    (True, False, None)
    """
    answers = [_satisfies_all(version, part) for part in specifier.split("||")]
    return True if True in answers else None if None in answers else False


def _satisfies_all(version: str, specifier: str) -> bool | None:
    answers = [_satisfies(version, clause.strip()) for clause in specifier.split(",") if clause.strip()]
    return False if False in answers else None if None in answers else True


def _satisfies(version: str, clause: str) -> bool | None:
    if clause == "*":
        return True
    match = _match(clause)
    if match is None:
        return None
    operator, number, wildcard = match[1] or "==", match[2], match[3]
    wanted = parse(number)
    have = parse(version)
    padded = wanted + (0,) * (3 - len(wanted))
    prefix = wildcard or match[1] is None
    if len(have) < 3 and have == padded[: len(have)]:
        # A path tells 3.11 only: of its releases the first one may be meant, or not.
        exact = operator in (">", "<=", "==", "===", "!=") and not prefix
        if exact or (prefix and len(wanted) > len(have)) or any(padded[len(have) :]):
            return None
    if operator in ("~=", "^", "~"):
        # `~=3.10` is below 4, `~=3.10.2` below 3.11; `^3.9` below 4; `~3.10` and `~3.10.2` below 3.11.
        fixed = 1 if operator == "^" else max(len(wanted) - 1, 1) if operator == "~=" else min(len(wanted), 2)
        return have >= padded[: len(have)] and have[:fixed] == padded[:fixed]
    if operator in ("==", "===", "!="):
        same = have[: len(wanted)] == wanted if prefix else have == padded[: len(have)]
        return same != (operator == "!=")
    if operator == ">":
        return have > padded[: len(have)]
    if operator == ">=":
        return have >= padded[: len(have)]
    return have < padded[: len(have)] if operator == "<" else have <= padded[: len(have)]


def _match(clause: str) -> re.Match[str] | None:
    return _CLAUSE.fullmatch(clause) if len(clause) <= 100 else None


def parse(number: str) -> tuple[int, ...]:
    """Return the numbers of a version, three at most."""
    return tuple(int(part.removesuffix("t")[:9]) for part in number.split("."))[:3]


def find_lowest(specifier: str) -> str:
    """Return the version, in two parts, that a specifier starts from; empty where it names none.

    >>> find_lowest(">=3.12.1,<4"), find_lowest("<4")
    ('3.12', '')
    """
    found = [match for clause in specifier.split(",") if (match := _match(clause.strip()))]
    lowest = [parse(match[2]) for match in found if (match[1] or "==") in (">=", "~=", "==", "===", "^", "~", ">")]
    return ".".join(map(str, max(lowest)[:2])) if lowest and len(max(lowest)) > 1 else ""


def shorten(version: str) -> str:
    """Return the two parts of a version by which tools know it.

    >>> shorten("3.12.1"), shorten("3")
    ('3.12', '3')
    """
    return ".".join(version.split(".")[:2])


_REQUEST = re.compile(r"(?:(?:cpython|python)[@-]?)?(\d+(?:\.\d+){0,2}t?)(?:-dev|(?:a|b|rc)\d+)?(?:-.*)?")


def read_request(text: str) -> str:
    r"""Return the version that a `.python-version` asks for, or a specifier; empty where it asks for something else.

    pyenv 2 takes the first word of each line, and versions like `3.12`; uv takes `cpython-3.12` and `>=3.12` too.

    >>> read_request("# ours\n3.12\n"), read_request("cpython-3.12.1-linux\n"), read_request("system\n")
    ('3.12', '3.12.1', '')
    >>> read_request("3.13t")  # free-threaded
    '3.13t'
    """
    for line in text.splitlines():
        word = line.strip()
        if not word or word.startswith("#"):
            continue
        if word[0] in "<>=~!":
            return word
        match = _REQUEST.fullmatch(word.split()[0])
        return match[1] if match else ""
    return ""


def meets(version: str, request: str) -> bool | None:
    """Tell whether a version is what `.python-version` asks for; None where that cannot be told."""
    if request[:1] in ("<", ">", "=", "~", "!"):
        return satisfies(version, request)
    if request.endswith("t") and not version.endswith("t"):
        return False  # a build without the lock of CPython's interpreter is another one
    wanted, have = request.removesuffix("t").split("."), version.removesuffix("t").split(".")
    if wanted == have[: len(wanted)]:
        return True
    return None if have == wanted[: len(have)] else False
