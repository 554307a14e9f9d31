"""What a tag would publish: built by the release's own script, and each part tried as far as it can be here."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import make_release
import pytest

from autovenv import __version__

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("release") / "dist"
    version, notes = make_release.check("", dry=True)
    make_release.build(built, version, notes)
    return built


def test_a_tag_of_another_version_is_unfit() -> None:
    with pytest.raises(make_release.Unfit, match=re.escape("v9.9.9")):
        make_release.check("v9.9.9", dry=True)


@pytest.mark.parametrize(
    "changelog", ["", "## [0.2.0] - 2026-09-01\n\n## [0.1.0] - 2026-01-01\n\n- Old.\n", "## [0.2.0]\n\n- New.\n"]
)
def test_a_changelog_that_says_nothing_of_it_is_unfit(changelog: str) -> None:
    with pytest.raises(make_release.Unfit):
        make_release.read_notes("0.2.0", changelog, dry=False)


def test_what_is_not_released_yet_is_for_a_dry_run_only() -> None:
    changelog = "## [0.2.0] - Unreleased\n\n- See [here](docs/a.md) and [there](https://example.org/b).\n"
    said = make_release.read_notes("0.2.0", changelog, dry=True)
    page = "https://github.com/autovenv/autovenv/blob/v0.2.0/docs/a.md"
    assert said == f"- See [here]({page}) and [there](https://example.org/b).\n"
    with pytest.raises(make_release.Unfit):
        make_release.read_notes("0.2.0", changelog, dry=False)


@pytest.mark.slow
@pytest.mark.network
def test_everything_is_there_with_its_checksum(dist: Path) -> None:
    names = {path.name for path in dist.iterdir()}
    assert names == {
        f"autovenv_cli-{__version__}-py3-none-any.whl",
        f"autovenv_cli-{__version__}.tar.gz",
        "autovenv.pyz",
        "autovenv.cdx.json",
        "packaging.tar.gz",
        "SHA256SUMS",
        "NOTES.md",
    }
    for line in (dist / "SHA256SUMS").read_text().splitlines():
        total, name = line.split("  ")
        assert hashlib.sha256((dist / name).read_bytes()).hexdigest() == total


@pytest.mark.slow
@pytest.mark.network
def test_the_single_file_resolves_a_project(dist: Path, tmp_path: Path) -> None:
    # As the hook starts it: no site, isolated, in an empty home.
    start = [sys.executable, "-I", "-S", str(dist / "autovenv.pyz"), "resolve", str(tmp_path)]
    environ = {"HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(start, env=environ, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nverdict none\n" in done.stdout
    hook = subprocess.run([*start[:-2], "hook", "bash"], env=environ, capture_output=True, text=True)
    assert str(dist / "autovenv.pyz") in hook.stdout


@pytest.mark.slow
@pytest.mark.network
def test_the_list_of_parts_names_what_the_single_file_holds(dist: Path) -> None:
    parts = json.loads((dist / "autovenv.cdx.json").read_text())
    named = {part["name"].lower() for part in parts["components"]}
    assert {"typer", "shellingham", "platformdirs", "tomli_w"} - {name.replace("-", "_") for name in named} == set()
    with zipfile.ZipFile(dist / "autovenv.pyz") as archive:
        held = {name.split("-")[0].lower() for name in archive.namelist() if ".dist-info/" in name}
    assert {name.replace("-", "_") for name in named} == held - {"autovenv_cli"}


@pytest.mark.slow
@pytest.mark.network
def test_packagers_files_have_nothing_left_to_fill_in(dist: Path, tmp_path: Path) -> None:
    with tarfile.open(dist / "packaging.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    found = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(found) > 10
    for path in found:
        assert not re.search(r"@[A-Z0-9_]+@", path.read_text()), path.name
    json.loads((tmp_path / "packaging/autovenv.json").read_text())
    assert subprocess.run(["bash", "-n", str(tmp_path / "packaging/PKGBUILD")]).returncode == 0
    if shutil.which("dpkg-parsechangelog"):
        said = subprocess.run(
            ["dpkg-parsechangelog", "-l", str(tmp_path / "packaging/debian/changelog"), "-S", "Version"],
            capture_output=True,
            text=True,
        )
        assert said.stdout == f"{__version__}-1\n"


def test_every_action_and_container_is_pinned_by_digest() -> None:
    used = [
        line.strip()
        for path in sorted((ROOT / ".github/workflows").glob("*.yml"))
        for line in path.read_text().splitlines()
        if re.match(r"\s*(- )?(uses|container): ", line)
    ]
    assert len(used) > 10
    loose = [line for line in used if not re.search(r"@(sha256:[0-9a-f]{64}|[0-9a-f]{40} # v\d)|: \$/", line)]
    assert loose == []


def test_the_changelog_is_no_diary() -> None:
    # A merge can bring back what was folded: below the limits nothing is added, and a reader gets through it.
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    section = make_release.read_notes(__version__, text, dry=True)
    assert section.count("\n") < 120
    assert re.findall(r"^### (.*)$", section, re.MULTILINE) == ["Added", "Known limits"]
    assert section.rpartition("\n### ")[2].count("\n- ") < 10
