"""What is published: a wheel that holds the hooks, an sdist that makes the same wheel; and the editable install."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from shells import require

from autovenv import __version__

ROOT = Path(__file__).parent.parent
BIN = "Scripts" if os.name == "nt" else "bin"


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON") and name != "VIRTUAL_ENV"
    }
    done = subprocess.run(
        list(command),
        cwd=cwd,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(source: Path, target: str, directory: Path) -> Path:
    run(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", directory, cwd=source)
    (built,) = directory.iterdir()
    return built


def read_wheel(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_the_package_with_its_hooks_and_nothing_else(wheel: Path) -> None:
    expected = {
        f"autovenv/{path.relative_to(ROOT / 'src/autovenv').as_posix()}"
        for path in (ROOT / "src/autovenv").rglob("*.py")
    }
    for directory in ("shell", "completions"):
        expected |= {f"autovenv/{directory}/{path.name}" for path in (ROOT / directory).glob("*")}
    manual = f"autovenv_cli-{__version__}.data/data/share/man/man1/autovenv.1"
    held = read_wheel(wheel)
    assert {name for name in held if ".dist-info/" not in name} == expected | {manual, "autovenv/man/autovenv.1"}
    assert held[manual] == held["autovenv/man/autovenv.1"] == (ROOT / "docs/man/autovenv.1").read_bytes()
    for dialect in ("bash", "zsh", "fish", "ps1"):
        assert held[f"autovenv/shell/autovenv.{dialect}"] == (ROOT / f"shell/autovenv.{dialect}").read_bytes()


def test_the_wheel_is_named_so_that_it_can_be_published(wheel: Path) -> None:
    held = read_wheel(wheel)
    (name,) = (name for name in held if name.endswith(".dist-info/METADATA"))
    metadata = Parser().parsestr(held[name].decode())
    assert metadata["Name"] == "autovenv-cli"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    required = {re.match(r"[\w-]+", line).group() for line in metadata.get_all("Requires-Dist")}  # type: ignore[union-attr]
    assert required == {"platformdirs", "shellingham", "tomli-w", "typer"}
    (name,) = (name for name in held if name.endswith(".dist-info/entry_points.txt"))
    assert held[name].decode().split("\n")[:2] == ["[console_scripts]", "autovenv = autovenv.__main__:main"]


def test_the_sdist_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    sdist = build(ROOT, "sdist", tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # 3.11.4
        archive.extractall(tmp_path / "source")
    (source,) = (tmp_path / "source").iterdir()
    assert read_wheel(build(source, "wheel", tmp_path / "wheel")) == read_wheel(wheel)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["wheel", "editable"])
def test_an_installed_command_runs(form: str, wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    run(sys.executable, "-m", "venv", environment)
    python, autovenv = environment / BIN / "python", environment / BIN / "autovenv"
    run(python, "-m", "pip", "install", "-q", *([wheel] if form == "wheel" else ["--editable", ROOT]))
    assert run(autovenv, "--version", cwd=tmp_path).split() == ["autovenv", __version__]
    for dialect in ("bash", "zsh", "fish", "powershell"):
        emitted = run(autovenv, "hook", dialect, cwd=tmp_path)
        assert "__autovenv_update" in emitted
        assert str(environment / BIN / "python") in emitted


@pytest.mark.posix("zsh is not there")
def test_the_plug_in_of_zsh_loads_the_hook_of_what_is_installed(tmp_path: Path) -> None:
    zsh = require("zsh", shutil.which("zsh"))
    load = [
        zsh,
        "-f",
        "-c",
        'emulate sh; source "$1"; print -r -- "$loaded"',
        "zsh",
        str(ROOT / "shell/autovenv.plugin.zsh"),
    ]
    environ = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(load, env=environ, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr.splitlines()[0]) == (
        "\n",
        "autovenv: warning: the plug-in is here, the program is not",
    )
    program = tmp_path / ".local/bin/autovenv"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho \"loaded='$*'\"\n")
    program.chmod(0o755)
    done = subprocess.run(load, env=environ, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("hook zsh\n", "")


def test_the_documentation_never_names_the_strangers_distribution() -> None:
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        said = re.findall(
            r"(?:pip|pipx|uv tool|uv pip|uv add|pipx run|uvx).*?\bautovenv\b(?!-cli)", path.read_text("utf-8")
        )
        assert [line for line in said if re.search(r"install|add|run|uvx", line)] == [], path.name


def test_on_an_index_the_readme_leads_into_the_repository(wheel: Path) -> None:
    held = read_wheel(wheel)
    (name,) = (name for name in held if name.endswith(".dist-info/METADATA"))
    metadata = Parser().parsestr(held[name].decode())
    assert metadata["Description-Content-Type"] == "text/markdown"
    text = str(metadata.get_payload())
    assert text.startswith("# autovenv\n")
    pages = f"https://github.com/autovenv/autovenv/blob/v{__version__}/docs/"
    assert f"]({pages}security.md)" in text
    assert [link for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("https:")] == []
    files = f"https://raw.githubusercontent.com/autovenv/autovenv/v{__version__}/docs/"
    assert re.findall(r'(?:srcset|src)="([^"]+)"', text) == [f"{files}session-dark.svg", f"{files}session-light.svg"]
