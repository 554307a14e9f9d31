"""PEP 832 (draft of 10 August 2026): `.python-envs`, which lists a project's environments."""

from __future__ import annotations

import os

from autovenv.disk.evidence import Evidence, Unreadable
from autovenv.environments.directories import settle
from autovenv.environments.kinds import Found

FILE = ".python-envs"


def find(directory: str, evidence: Evidence, settings: dict[str, object]) -> Found | None:  # noqa: ARG001
    """Return the last environment of `.python-envs`, the default; none where the file lists none.

    A `.venv` beside the file counts as its last line: `in_project` was asked before. A default that is no usable
    environment is an error ("MUST either ask the user which environment to use OR error out"), so what comes before it
    is not used instead. Lines are paths and nothing else: `~` and `$` stand for themselves.
    """
    path = os.path.join(directory, FILE)
    data = evidence.read(path)
    if data is None:
        return None
    try:
        lines = split_lines(data.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except UnicodeDecodeError:
        raise Unreadable("is not UTF-8", path) from None
    return Found(settle(directory, lines[-1]), f"the last line of `{FILE}`", final=True) if lines else None


def split_lines(text: str) -> list[str]:
    r"""Return the lines that list something: they end in `\n` or `\r\n` and in nothing else.

    >>> split_lines("one\r\ntwo three\n")
    ['one', 'two three']
    """
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return [line for line in lines if line.strip()]
