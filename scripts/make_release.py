"""Builds a release into `dist/`: sdist, wheel, single file, list of parts, notes and checksums.

`scripts/release` runs it in an environment of its own. The same steps run in the tests and in the workflow that a tag
starts.
"""

from __future__ import annotations

import argparse
import datetime
import email.utils
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipapp
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What the single file holds, with hashes: what pip installs for the people who install the wheel.
RUNTIME = ROOT / "scripts" / "requirements" / "runtime.txt"
PAGES = "https://github.com/autovenv/autovenv/blob"
PACKAGING = ROOT / "scripts" / "packaging"
#: The first thing that the single file does: the doors in `autovenv.__main__`.
START = '''\
"""autovenv in one file."""

import sys

from autovenv.__main__ import main

sys.exit(main())
'''


class Unfit(Exception):
    """The checkout cannot be released: why, in one sentence."""


def read_version() -> str:
    """Return the version that the package says it has."""
    text = (ROOT / "src/autovenv/__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise Unfit("`src/autovenv/__init__.py` names no version")
    return found[1]


def read_notes(version: str, changelog: str, dry: bool) -> str:
    """Return what the changelog says of a version, whose section must have a date.

    A dry run is content with what is not released yet.

    >>> read_notes("0.2.0", "## [0.2.0] - 2026-09-01\\n\\n- All.\\n\\n## [0.1.0] - 2026-01-01\\n", dry=False)
    '- All.\\n'
    """
    names = [re.escape(f"[{version}]") + (r" - (?:Unreleased|\d{4}-\d\d-\d\d)" if dry else r" - \d{4}-\d\d-\d\d")]
    names += [re.escape("[Unreleased]")] * dry
    for name in names:
        found = re.search(rf"^## {name}\n(.*?)(?=^## \[|^\[[^]]+\]: |\Z)", changelog, re.MULTILINE | re.DOTALL)
        if found and found[1].strip():
            # On the page of a release a path leads nowhere.
            return re.sub(r"\]\((?!https:)", f"]({PAGES}/v{version}/", found[1].strip()) + "\n"
    raise Unfit(f"`CHANGELOG.md` has no section `## [{version}] - DATE` that says something")


def check(tag: str, dry: bool) -> tuple[str, str]:
    """Return the version and its notes. Raises `Unfit` where tag, source and changelog do not agree."""
    version = read_version()
    if tag and tag != f"v{version}":
        raise Unfit(f"the tag `{tag}` is not `v{version}`, which the source says")
    return version, read_notes(version, (ROOT / "CHANGELOG.md").read_text("utf-8"), dry)


def run(*command: str | Path) -> None:
    """Run a command from the checkout. Raises `subprocess.CalledProcessError`."""
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True, stdin=subprocess.DEVNULL)


def build_packages(dist: Path) -> Path:
    """Build sdist and wheel, the wheel from the sdist, and return the wheel's path."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", dist)
    (sdist,) = dist.glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as unpacked:
        shutil.unpack_archive(sdist, unpacked, filter="data")
        (source,) = Path(unpacked).iterdir()
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(dist)]
        subprocess.run(build, cwd=source, check=True, stdin=subprocess.DEVNULL)
    (wheel,) = dist.glob("*.whl")
    return wheel


def build_single_file(wheel: Path, path: Path) -> list[Path]:
    """Build the single file from the wheel and what it needs; return the metadata directories that it holds.

    It is not compressed: a shell waits for it, and to decompress takes longer than to read.
    """
    inside = path.parent / "inside"
    install = (sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target", inside)
    run(*install, "--require-hashes", "--requirement", RUNTIME)
    run(*install, "--no-deps", wheel)
    shutil.rmtree(inside / "bin", ignore_errors=True)
    (inside / "__main__.py").write_text(START, "utf-8")
    zipapp.create_archive(inside, path, interpreter="/usr/bin/env python3")
    return sorted(inside.glob("*.dist-info"))


def list_parts(version: str, metadata: list[Path]) -> dict[str, object]:
    """Return what the single file is made of, as a CycloneDX 1.6 document."""
    components = []
    for directory in metadata:
        said = email.message_from_string((directory / "METADATA").read_text("utf-8"))
        name, number = str(said["Name"]), str(said["Version"])
        if name == "autovenv-cli":
            continue
        part: dict[str, object] = {"type": "library", "name": name, "version": number}
        part["purl"] = f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{number}"
        part["bom-ref"] = part["purl"]
        if licence := said["License-Expression"]:
            part["licenses"] = [{"expression": str(licence)}]
        components.append(part)
    purl = f"pkg:pypi/autovenv-cli@{version}"
    subject = {"type": "application", "name": "autovenv-cli", "version": version, "purl": purl, "bom-ref": purl}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": subject},
        "components": components,
        "dependencies": [{"ref": purl, "dependsOn": [part["purl"] for part in components]}],
    }


def fill_in_packages(target: Path, version: str, sums: dict[str, str]) -> None:
    """Write the packagers' files to `target`, with the version and the SHA-256 of what they fetch filled in."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    words = {
        "VERSION": version,
        "HOMEPAGE": project["urls"]["Homepage"],
        "DATE": email.utils.format_datetime(datetime.datetime.now(datetime.UTC)),
        **{f"SHA256_{kind}": total for kind, total in sums.items()},
    }
    shutil.copytree(PACKAGING, target, ignore=shutil.ignore_patterns("README.md"))
    for path in filter(Path.is_file, target.rglob("*")):
        text = path.read_text("utf-8")
        for name, value in words.items():
            text = text.replace(f"@{name}@", value)
        path.write_text(text, "utf-8")


def try_single_file(path: Path, version: str) -> None:
    """Start the single file where nothing is installed. Raises `Unfit` where it does not do what the command does."""
    with tempfile.TemporaryDirectory() as home:
        environ = {"HOME": home, "PATH": os.defpath}
        for words, expected in (
            (["--version"], version),
            (["hook", "bash"], "__autovenv_prompt"),
            (["completion", "zsh"], "#compdef autovenv"),
            (["man"], "autovenv"),
        ):
            started = [sys.executable, "-I", "-S", str(path), *words]
            done = subprocess.run(started, env=environ, cwd=home, capture_output=True, text=True)
            if done.returncode or expected not in done.stdout:
                raise Unfit(f"`autovenv.pyz {' '.join(words)}` does not work: {done.stderr.strip()}")


def build(dist: Path, version: str, notes: str) -> list[Path]:
    """Build everything into an empty `dist` and return the paths, sorted."""
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir(parents=True)
    wheel = build_packages(dist)
    with tempfile.TemporaryDirectory() as place:
        single = Path(place) / "autovenv.pyz"
        metadata = build_single_file(wheel, single)
        try_single_file(single, version)
        shutil.move(single, dist / single.name)
        parts = list_parts(version, metadata)
    (dist / "autovenv.cdx.json").write_text(json.dumps(parts, indent=2) + "\n", "utf-8")
    sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(dist.iterdir())}
    (dist / "SHA256SUMS").write_text("".join(f"{total}  {name}\n" for name, total in sums.items()), "utf-8")
    kinds = {"PYZ": sums["autovenv.pyz"], "SDIST": sums[f"autovenv_cli-{version}.tar.gz"]}
    with tempfile.TemporaryDirectory() as place:
        fill_in_packages(Path(place) / "packaging", version, kinds)
        shutil.make_archive(str(dist / "packaging"), "gztar", place)
    (dist / "NOTES.md").write_text(notes, "utf-8")
    return sorted(dist.iterdir())


def main() -> int:
    """Run what the command line says and return the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/release", description="builds a release into dist/")
    parser.add_argument("--tag", default="", help="the tag that it is for, like v1.2.3")
    parser.add_argument("--check", action="store_true", help="only check version, tag and changelog")
    parser.add_argument("--dry-run", action="store_true", help="build what is not released yet, too")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", help="the directory to build into")
    options = parser.parse_args()
    try:
        version, notes = check(options.tag, options.dry_run)
        if options.check:
            print(f"autovenv {version} can be released")
            return 0
        for path in build(options.dist.resolve(), version, notes):
            print(f"{path.stat().st_size:>10} {path.name}")
    except Unfit as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
