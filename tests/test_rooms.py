"""The rooms of the package stand one upon another: none imports from one above it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "autovenv"

#: Packages and modules, the lowest first. Where a new one belongs is decided here, and told in docs/architecture.md.
ORDER = (
    *("paths", "places", "messages", "printing", "bounds", "shipped", "disk", "state", "environments", "shells"),
    *("trust", "resolve", "walk", "documents", "commands", "doctor", "doors", "cli", "__main__"),
)
#: What says nothing but the version, and is nobody's room.
OUTSIDE = {"__init__", "version", "__version__"}


def find_room(path: Path) -> str:
    """Return the package or module at the top that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def list_imports(path: Path) -> Iterator[str]:
    """Yield the rooms that a file imports from, in functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "autovenv":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("autovenv."):
            yield str(node.module).split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("autovenv."))


FILES = sorted(path for path in PACKAGE.rglob("*.py") if find_room(path) not in OUTSIDE)


def test_every_room_has_its_place() -> None:
    assert {find_room(path) for path in FILES} == set(ORDER)


@pytest.mark.parametrize("room", ORDER)
def test_nothing_is_imported_from_above(room: str) -> None:
    files = [path for path in FILES if find_room(path) == room]
    above = {
        f"{path.relative_to(PACKAGE)} imports {other}"
        for path in files
        for other in list_imports(path)
        if other not in OUTSIDE and ORDER.index(other) > ORDER.index(room)
    }
    assert not above
