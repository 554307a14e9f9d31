"""Installed, upgraded, downgraded, uninstalled: from each form in which autovenv can be had, to the byte."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import make_release
import pytest

from autovenv import __version__

pytestmark = [pytest.mark.posix("the shells of these rows are those of POSIX"), pytest.mark.slow, pytest.mark.network]

ROOT = Path(__file__).parent.parent
PYTHON = getattr(sys, "_base_executable", sys.executable)
OLD = "0.0.9"
#: An rc file as people have them: no newline at its end, and an odd byte.
RC = b"PS1='$ '\nexport EDITOR=vi # caf\xe9\nalias ll='ls -l'"


@dataclass(frozen=True)
class Form:
    """A form of it, and what is typed; `{index}` is a directory of wheels, `{old}` and `{new}` checkouts."""

    name: str
    install: str
    upgrade: str
    downgrade: str
    uninstall: str
    #: Where the program then is.
    program: str = "~/.local/bin/autovenv"
    #: Whether `scripts/install` adds the hook itself.
    hooked: bool = field(default=False, kw_only=True)


PIP = "python3 -m pip --disable-pip-version-check"
FORMS = (
    Form(
        "checkout",
        "sh {old}/scripts/install --shell bash",
        "sh {new}/scripts/install --shell bash",
        "sh {old}/scripts/install --shell bash",
        "sh {old}/scripts/uninstall",
        hooked=True,
    ),
    Form(
        "wheel",
        f"python3 -m venv ~/tools && ~/tools/bin/{PIP} install -q {{index}}/autovenv_cli-{OLD}-py3-none-any.whl",
        f"~/tools/bin/{PIP} install -q {{index}}/autovenv_cli-{__version__}-py3-none-any.whl",
        f"~/tools/bin/{PIP} install -q {{index}}/autovenv_cli-{OLD}-py3-none-any.whl",
        "rm -r ~/tools",
        "~/tools/bin/autovenv",
    ),
    Form(
        "pip --user",
        f"{PIP} install -q --user --break-system-packages autovenv-cli=={OLD}",
        f"{PIP} install -q --user --break-system-packages --upgrade autovenv-cli",
        f"{PIP} install -q --user --break-system-packages autovenv-cli=={OLD}",
        f"{PIP} uninstall -q -y --break-system-packages $({PIP} freeze --user | sed 's/[= ].*//')",
    ),
    Form(
        "uv tool",
        f"uv tool install -q autovenv-cli=={OLD}",
        "uv tool install -q --upgrade autovenv-cli",
        f"uv tool install -q autovenv-cli=={OLD}",
        "uv tool uninstall -q autovenv-cli",
    ),
    Form(
        "pipx",
        f"pipx install autovenv-cli=={OLD}",
        "pipx upgrade autovenv-cli",
        f"pipx install --force autovenv-cli=={OLD}",
        "pipx uninstall autovenv-cli",
    ),
    Form(
        "pyz",
        "mkdir -p ~/.local/bin && cp {index}/old.pyz ~/.local/bin/autovenv",
        "cp {index}/new.pyz ~/.local/bin/autovenv",
        "cp {index}/old.pyz ~/.local/bin/autovenv",
        "rm ~/.local/bin/autovenv",
    ),
)

#: What the installers themselves leave in a home, which is theirs: caches, logs, their own environments and locks.
THEIRS = re.compile(r"\.cache/|\.local/(share|state)/(uv|pipx)/|\.config/uv/|Library/|\.local/share/man/$")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of wheels: this version, an old one, and what they need; and both as a single file."""
    index = tmp_path_factory.mktemp("index")
    old = tmp_path_factory.mktemp("old") / "autovenv"
    shutil.copytree(ROOT, old, ignore=shutil.ignore_patterns(".*", "tests", "benchmarks"))
    version = old / "src/autovenv/__init__.py"
    version.write_text(version.read_text("utf-8").replace(f'"{__version__}"', f'"{OLD}"'), "utf-8")
    (index / "checkout").symlink_to(old)
    for source in (ROOT, old):
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(index)]
        subprocess.run(build, cwd=source, check=True, stdin=subprocess.DEVNULL, timeout=600)
    fetch = [sys.executable, "-m", "pip", "download", "-q", "--require-hashes", "-r", str(make_release.RUNTIME)]
    subprocess.run([*fetch, "-d", str(index)], check=True, stdin=subprocess.DEVNULL, timeout=600)
    new = index / f"autovenv_cli-{__version__}-py3-none-any.whl"
    make_release.build_single_file(new, index / "new.pyz")
    with zipfile.ZipFile(index / "new.pyz") as held, zipfile.ZipFile(index / "inside.zip", "w") as copy:
        for name in held.namelist():
            data = held.read(name)
            if name == "autovenv/__init__.py":
                data = data.replace(f'"{__version__}"'.encode(), f'"{OLD}"'.encode())
            copy.writestr(name, data)
    (index / "old.pyz").write_bytes(b"#!/usr/bin/env python3\n" + (index / "inside.zip").read_bytes())
    for name in ("new.pyz", "old.pyz"):
        (index / name).chmod(0o755)
    return index


@dataclass(frozen=True)
class Person:
    """Somebody with a home, an rc file, a project, and nothing but a Python, uv and pipx on `PATH`."""

    home: Path
    environ: dict[str, str]

    def type(self, line: str, shell: tuple[str, ...] = ("sh", "-c")) -> str:
        """Return what a line printed on both streams."""
        done = subprocess.run(
            [*shell, line],
            env=self.environ,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            start_new_session=True,
        )
        said: str = done.stdout
        assert done.returncode == 0, f"{line}\n{said}"
        return said

    def active(self) -> str:
        """Return what is active in a new bash that goes to the project."""
        said = self.type('cd ~/app; printf "active=%s\\n" "$VIRTUAL_ENV"', ("bash", "-ic"))
        (found,) = re.findall(r"^active=(.*)$", said, re.MULTILINE)
        return str(found)

    def list_files(self) -> dict[str, bytes]:
        """Return every file and link of the home but those that the installers keep for themselves."""
        found = {}
        for path in self.home.rglob("*"):
            name = str(path.relative_to(self.home))
            if (path.is_symlink() or path.is_file()) and not THEIRS.match(name) and not name.startswith("app/"):
                found[name] = os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
        return found


@pytest.fixture
def person(tmp_path: Path, index: Path) -> Person:
    home, directory = tmp_path / "home", tmp_path / "bin"
    home.mkdir()
    directory.mkdir()
    (home / ".bashrc").write_bytes(RC)
    # It is there, so that a login shell's file is not made.
    (home / ".bash_profile").write_text(". ~/.bashrc\n")
    for name in ("uv", "pipx"):
        (directory / name).symlink_to(Path(sys.executable).with_name(name))
    (directory / "python3").write_text(f'#!/bin/sh\nexec "{PYTHON}" "$@"\n')
    (directory / "python3").chmod(0o755)
    environ = {
        "HOME": str(home),
        "PATH": f"{directory}:/usr/bin:/bin",
        "LC_ALL": "C",
        "TERM": "dumb",
        "SHELL": "/bin/bash",
    }
    settings = tmp_path / "uv.toml"
    settings.write_text(f'no-index = true\nfind-links = ["{index}"]\n')
    environ |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index), "UV_CONFIG_FILE": str(settings)}
    environ |= {"UV_PYTHON": PYTHON, "PIPX_DEFAULT_PYTHON": PYTHON, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", home / "app" / ".venv"], check=True, timeout=600)
    return Person(home, environ)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_it_comes_and_goes(person: Person, index: Path, form: Form) -> None:
    def follow(line: str) -> str:
        return person.type(line.format(index=index, old=index / "checkout", new=ROOT))

    before = person.list_files()
    environment = str(person.home / "app" / ".venv")

    if form.name == "checkout":
        # What builds the package comes from an index, as in every other installation from a source.
        person.environ.pop("PIP_NO_INDEX")
        (person.home.parent / "bin" / "uv").unlink()
        (person.home.parent / "bin" / "pipx").unlink()
        person.environ.update({name: os.environ[name] for name in os.environ if name.startswith(("PIP_", "SSL_"))})
    follow(form.install)
    assert person.type(f"{form.program} --version").split() == ["autovenv", OLD]
    if not form.hooked:
        person.type(f"{form.program} install --shell bash")
    assert person.active() == environment
    rc = (person.home / ".bashrc").read_bytes()
    assert rc.startswith(RC)

    for line, version in ((form.upgrade, __version__), (form.downgrade, OLD)):
        follow(line)
        assert person.type(f"{form.program} --version").split() == ["autovenv", version]
        assert person.active() == environment
        said = person.type("cd ~/app; autovenv doctor --json version loaded installed", ("bash", "-ic"))
        assert '"level": "ok"' in said, said
        assert (person.home / ".bashrc").read_bytes() == rc

    if form.hooked:
        said = follow(form.uninstall)
    else:
        said = person.type(f"{form.program} uninstall")
        follow(form.uninstall)
    remains = re.findall(r"^left `(.*?)`: ", said, re.MULTILINE)
    assert remains == ["~/.local/state/autovenv", *[form.program] * (not form.hooked)]
    left = {name: data for name, data in person.list_files().items() if not name.startswith(".local/state/autovenv/")}
    assert left == before
