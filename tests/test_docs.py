"""The documentation: its picture shows what a shell shows."""

from __future__ import annotations

import sys

import pytest
from shells import SHELLS, require

if sys.platform == "win32":
    pytest.skip("there is no pseudo-terminal", allow_module_level=True)

import make_session


def test_the_picture_is_what_a_shell_shows() -> None:
    (bash,) = (shell for shell in SHELLS if shell.name == "bash")
    require("bash", bash.find())
    rows = make_session.record_session()
    assert make_session.read_text(rows) == make_session.read_picture()
