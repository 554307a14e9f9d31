"""The documentation: pages that belong together, commands that are there, a picture of what a shell shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from shells import SHELLS, require

from autovenv import cli
from autovenv.state import settings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def name_anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and MkDocs name them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    for link in LINK.findall(page.read_text("utf-8")):
        if link.startswith("https:"):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.is_file(), link
        assert not anchor or anchor in name_anchors(target), link


def test_the_site_is_built_of_all_pages_without_a_warning(tmp_path: Path) -> None:
    config = ROOT / "docs" / "site" / "mkdocs.yml"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(config), "-d", str(tmp_path / "site")]
    done = subprocess.run(
        command,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    built = {path.parent.name for path in (tmp_path / "site").glob("*/index.html")}
    assert built == {path.stem for path in PAGES[2:]} - {"index"}
    # Who reads the site fetches nothing from elsewhere.
    assert "fonts.googleapis" not in (tmp_path / "site" / "index.html").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_says_to_type_is_a_command(page: Path) -> None:
    tree = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
    names = [setting.name for setting in settings.SETTINGS]
    text = page.read_text("utf-8")
    quoted = "\n".join([*re.findall(r"`([^`\n]+)`", text), *re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S)])
    quoted = re.sub(r"(?<= )#.*", "", quoted)
    for word in re.findall(r"(?:^|[\s/(])autovenv ([a-z]+)\b", quoted):
        assert word in tree or word in ("warning", "error", "note"), word
    for word, name in re.findall(r"(?:^|[\s/(])autovenv config ([a-z]+)(?: ([a-z_]+))?", quoted):
        assert word in tree["config"].commands
        assert not name or name in names, name
    for path in re.findall(r"^(?:sh|python) (scripts/\S+|benchmarks/\S+)", quoted, re.MULTILINE):
        assert (ROOT / path).is_file(), path


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")
def test_the_picture_is_what_a_shell_shows() -> None:
    import make_session

    (bash,) = (shell for shell in SHELLS if shell.name == "bash")
    require("bash", bash.find())
    rows = make_session.record_session()
    assert make_session.read_text(rows) == make_session.read_picture()
