"""The pages about commands and settings: made from what they are about, and complete."""

from __future__ import annotations

import re

import make_docs
import pytest
import typer

from autovenv import cli, settings


@pytest.mark.parametrize("name", make_docs.PAGES)
def test_a_page_is_what_the_script_makes(name: str) -> None:
    assert (make_docs.ROOT / "docs" / name).read_text("utf-8") == make_docs.PAGES[name]()


def test_every_command_and_option_is_there() -> None:
    page = make_docs.make_commands()
    found = re.findall(r"^### `autovenv (.*)`$", page, re.MULTILINE)
    tree = typer.main.get_command(cli.app)
    expected = []
    for name, command in tree.commands.items():  # type: ignore[attr-defined]
        if not command.hidden:
            expected += [name, *(f"{name} {below}" for below in getattr(command, "commands", {}))]
            for one in command.params:
                assert one.param_type_name == "argument" or one.hidden or f"`{one.opts[0]}`" in page
    assert sorted(found) == sorted(expected)


def test_every_setting_is_there_with_an_example_that_fits() -> None:
    page = make_docs.make_settings()
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == [setting.name for setting in settings.SETTINGS]
    for setting in settings.SETTINGS:
        assert settings.check(setting, make_docs.EXAMPLES[setting.name]) is None
        assert make_docs.EXAMPLES[setting.name] != setting.default
        for choice in setting.choices:
            assert f"`{choice}`" in page
