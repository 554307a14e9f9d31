"""The pages about commands and settings, and the man page: made from what they are about, and complete."""

from __future__ import annotations

import re
import shutil
import subprocess

import make_docs
import pytest
import typer

from autovenv import cli
from autovenv.state import settings


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


def test_the_man_page_has_every_command_option_and_setting() -> None:
    page = make_docs.make_man().replace("\\-", "-")
    for command in re.findall(r"^### `(autovenv .*)`$", make_docs.make_commands(), re.MULTILINE):
        assert f"\n\\fB{command}\\fR" in page or command in ("autovenv config", "autovenv shims")
    for option in re.findall(r"^\| `(-.*)` \|", make_docs.make_commands(), re.MULTILINE):
        assert f"\n{option.replace('`', '')}" in page.replace("\\fB", "").replace("\\fR", "")
    for setting in settings.SETTINGS:
        assert f"\n.B {setting.name}\n" in page
        assert not setting.variable or f"\n.B {setting.variable}\n" in page


def test_the_man_page_is_sound() -> None:
    page = make_docs.make_man()
    assert page.isascii()
    # A line that begins with a dot or a quote is a request: only those that are meant are there.
    requests = {line.split()[0] for line in page.splitlines() if line[0] in ".'"}
    assert requests == {'.\\"', ".B", ".BR", ".I", ".PP", ".RE", ".RI", ".RS", ".SH", ".TH", ".TP", ".fi", ".nf", ".sp"}
    assert page.count("\n.RS") == page.count("\n.RE")
    assert set(re.findall(r"\\(\(..|f.|.)", page)) <= {"-", "&", "e", "fB", "fR", "(ti", "(ha", '"'}
    assert page.count("\\fB") == page.count("\\fR")


@pytest.mark.parametrize("hostile", [".so /etc/passwd", "'br", "a\\fBb", "-x", "~/^", "word\n.so x"])
def test_no_text_is_a_request(hostile: str) -> None:
    written = make_docs._roff(hostile)
    assert not written.startswith((".", "'"))
    assert "\n." not in written
    assert "\\fB" not in written


@pytest.mark.parametrize(
    "command", [("groff", "-man", "-Tutf8", "-ww"), ("mandoc", "-T", "lint", "-W", "error")], ids=lambda words: words[0]
)
def test_the_man_page_is_set_without_a_warning(command: tuple[str, ...]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} was not found")
    page = str(make_docs.ROOT / "docs" / "man" / "autovenv.1")
    done = subprocess.run([*command, page], capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_setting_is_there_with_an_example_that_fits() -> None:
    page = make_docs.make_settings()
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == [setting.name for setting in settings.SETTINGS]
    for setting in settings.SETTINGS:
        assert settings.check(setting, make_docs.EXAMPLES[setting.name]) is None
        assert make_docs.EXAMPLES[setting.name] != setting.default
        for choice in setting.choices:
            assert f"`{choice}`" in page
