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
from autovenv.shells import rc
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
        # Of a picture it says in which colour scheme the site shows it.
        anchors = {"only-light", "only-dark"} if target.suffix == ".svg" else name_anchors(target)
        assert not anchor or anchor in anchors, link


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
    # A plug-in manager's word for the repository is no command.
    quoted = quoted.replace("autovenv/autovenv", "REPOSITORY")
    for word in re.findall(r"(?:^|[\s/(])autovenv ([a-z]+)\b", quoted):
        assert word in tree or word in ("warning", "error", "note"), word
    for word, name in re.findall(r"(?:^|[\s/(])autovenv config ([a-z]+)(?: ([a-z_]+))?", quoted):
        assert word in tree["config"].commands
        assert not name or name in names, name
    for path in re.findall(r"^(?:sh|python) (scripts/\S+|benchmarks/\S+)", quoted, re.MULTILINE):
        assert (ROOT / path).is_file(), path


@pytest.mark.posix("there is no pseudo-terminal")
@pytest.mark.parametrize("name", ["session", "doctor"])
def test_a_picture_is_what_a_shell_shows(name: str) -> None:
    import make_session

    (bash,) = (shell for shell in SHELLS if shell.name == "bash")
    require("bash", bash.find())
    (session,) = (session for session in make_session.SESSIONS if session.name == name)
    recording = make_session.record(session)
    for scheme, path in make_session.list_pictures(session).items():
        assert make_session.read_text(recording.rows) == make_session.read_picture(path)
        assert path.read_text("utf-8") == make_session.draw(session, recording, scheme)


@pytest.mark.skipif(sys.platform != "linux", reason="the page shows the paths of Linux")
def test_the_page_shows_the_lines_that_install_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / ".local/bin/autovenv"
    program.parent.mkdir(parents=True)
    # Where `scripts/install` puts it without uv and pipx.
    program.symlink_to(tmp_path / ".local/share/autovenv/venv/bin/autovenv")
    for name in ("XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    section = (ROOT / "docs/getting-started.md").read_text("utf-8").partition("## What install writes\n")[2]
    shown = re.findall(r"^```sh\n(.*)\n```$", section.partition("\n## ")[0], re.MULTILINE)
    written = [rc.write_line("bash", str(program), static) for static in (True, False)]
    assert shown == [line.replace(str(tmp_path), "/home/ada") for line in written]


def test_the_readme_shows_the_picture_in_both_colour_schemes() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert re.findall(r'(?:srcset|src)="([^"]+)"', text) == ["docs/session-dark.svg", "docs/session-light.svg"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_moving_picture_shows_all_of_it_long_before_it_begins_again(scheme: str) -> None:
    text = (ROOT / "docs" / f"session-{scheme}.svg").read_text("utf-8")
    moments = [float(share) for share in re.findall(r"visibility: hidden } ([\d.]+)%, to", text)]
    assert moments == sorted(moments)
    assert len(moments) > 100
    assert moments[-1] < 90
    used = {int(number) for number in re.findall(r'class="[^"]*\bt(\d+)"', text)}
    assert used == set(range(1, len(moments) + 1))
    assert "prefers-reduced-motion" in text
