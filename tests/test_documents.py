"""The JSON that programs read: each command's output is what its schema in `docs/schemas/` says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from commands import Desk
from trees import Directory, File, Handmade, make_tree

pytestmark = pytest.mark.posix("the trees are laid out for POSIX systems")

SCHEMAS = Path(__file__).parent.parent / "docs" / "schemas"
COMMANDS = {
    "status": ("status", "--json"),
    "env": ("env", "--json"),
    "list": ("list", "--json"),
    "list-paths": ("list", "--paths", "--json"),
    "prune": ("prune", "--dry-run", "--json"),
    "config": ("config", "list", "--json"),
    "shims": ("shims", "list", "--json"),
    "doctor": ("doctor", "--json"),
}


@pytest.fixture
def places(desk: Desk) -> Desk:
    make_tree(
        desk.root,
        {
            "app/.venv": Handmade(),
            "broken/.venv/pyvenv.cfg": File(""),
            "none/pyproject.toml": File(""),
            "gone": Directory(),
        },
    )
    desk.type("deny", cwd=desk.home / "gone")
    (desk.home / "gone").rmdir()
    desk.type("resolve", str(desk.home / "app"))
    return desk


def test_every_schema_has_a_command_and_a_line_on_the_page() -> None:
    page = (SCHEMAS.parent / "recipes.md").read_text("utf-8")
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(COMMANDS)
    assert [name for name in COMMANDS if f"`{name}.json`" not in page] == []


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("where", ["app", "broken", "none", ""])
def test_the_output_is_what_the_schema_says(places: Desk, name: str, where: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    answer = places.type(*COMMANDS[name], cwd=places.home / where)
    if name == "env" and where != "app":
        assert (answer.status, answer.out) == (1, "")
        return
    jsonschema.Draft202012Validator(schema).validate(answer.json)
    # What no schema would refuse: a name that it does not know.
    assert set(answer.json) == set(schema["properties"])
