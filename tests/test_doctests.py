"""The examples in the package's docstrings."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

import autovenv

PACKAGE = Path(autovenv.__file__).parent
SOURCES = [
    path for path in sorted(PACKAGE.rglob("*.py")) if re.search("^ +>>> ", path.read_text("utf-8"), re.MULTILINE)
]


def test_there_are_examples() -> None:
    assert PACKAGE / "state" / "record.py" in SOURCES


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_examples(source: Path) -> None:
    name = ".".join(source.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert failed == 0
    assert tried > 0
