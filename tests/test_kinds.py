"""Which environment belongs to a directory: each kind's rule, their order, hostile files. No tool is started."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import platformdirs.macos
import platformdirs.unix
import platformdirs.windows
import pytest
import tomli_w
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from repositories import Repository
from trees import Handmade

from autovenv import places, resolve
from autovenv.commands import decisions, linking, variables
from autovenv.disk.evidence import Evidence, Unreadable
from autovenv.environments import conda_variables, directories, environment, project
from autovenv.environments.environment import Broken, Environment
from autovenv.environments.kinds import (
    KINDS,
    conda,
    hatch,
    in_project,
    list_markers,
    pdm,
    pipenv,
    poetry,
    pyenv,
    shorten_digest,
    uv,
    virtualenvwrapper,
)
from autovenv.messages import Problem
from autovenv.state import choices, record, store
from autovenv.state import settings as settings_module

NAMES = [".venv", "venv", "env"]


@dataclass
class Desk:
    """A home with a project `app` in it, and the variables of a shell."""

    root: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def app(self) -> Path:
        return self.home / "app"

    @property
    def state(self) -> Path:
        return self.root / "state" / "autovenv"

    def place(self, name: str) -> Path:
        """Return a place: of the project, with `~/` of the home, with a slash beside the home or as it is below it."""
        if name.startswith("~/"):
            return self.home / name[2:]
        if name.startswith("/") and not name.startswith(str(self.root)):
            return self.root / name[1:]
        return self.app / name

    def write(self, name: str, text: str | bytes = "") -> Path:
        """Write a file at a place."""
        path = self.place(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.fsencode(text))
        return path

    def make(self, name: str, flavour: str = "venv") -> Path:
        """Make an environment at a place."""
        path = self.place(name)
        if flavour == "venv":
            Handmade().make(path, self.root)
        else:
            (path / "conda-meta").mkdir(parents=True)
            (path / "bin").mkdir()
            (path / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
        return path

    def evidence(self) -> Evidence:
        return Evidence({"HOME": str(self.home), **self.variables})

    def examine(self, directory: Path | None = None, evidence: Evidence | None = None) -> project.Finding | None:
        directory = directory or self.app
        evidence = evidence or self.evidence()
        choice = choices.read(str(directory))
        return project.examine(str(directory), evidence, settings_module.load(Evidence({})), choice)

    def find(self, directory: Path | None = None) -> tuple[str, Path] | None:
        """Return kind and prefix of the usable environment of a directory, None where there is none."""
        found = self.examine(directory)
        if found is None:
            return None
        assert isinstance(found.environment, Environment), found.environment.reason
        return found.kind, Path(found.environment.prefix)

    def find_broken(self) -> tuple[str, str]:
        """Return kind and reason of what is broken in the project."""
        found = self.examine()
        assert found is not None
        assert isinstance(found.environment, Broken)
        return found.kind, found.environment.reason

    def list_skipped(self) -> list[str]:
        """Return the sentences about what could not be used."""
        evidence = self.evidence()
        assert self.examine(evidence=evidence) is None
        return evidence.skipped

    def render(self, directory: Path | None = None) -> dict[str, list[str]]:
        """Return the lines of the record of a directory by their first word."""
        directory = directory or self.app
        made = resolve.resolve(str(directory), {"HOME": str(self.home), **self.variables})
        words = record.parse(record.render(made, str(directory), stored=True)[0])
        # What was made just now may change again unseen; that is the record's affair.
        words["absent"] = [path for path in words.get("absent", []) if path != "."]
        return words


@pytest.fixture
def desk(root: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in list(os.environ):
        if name.startswith(
            ("XDG_", "UV_", "POETRY_", "PIPENV_", "HATCH_", "PDM_", "CONDA", "MAMBA", "PYENV", "WORKON_HOME")
        ):
            monkeypatch.delenv(name)
    desk = Desk(root)
    desk.app.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(desk.home))
    monkeypatch.setenv("XDG_STATE_HOME", str(root / "state"))
    monkeypatch.setattr(places, "machine_config_file", lambda: str(root / "machine.toml"))
    return desk


# == The table =========================================================================================================


def test_every_kind_is_a_module_that_finds() -> None:
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)
    for kind in KINDS:
        module = importlib.import_module(kind.module)
        assert callable(module.find)
        assert module.__doc__
    modules = {path.stem for path in Path(poetry.__file__).parent.glob("*.py")} - {"__init__"}
    assert modules == set(names)


def test_markers_start_with_the_configured_names_and_name_nothing_twice() -> None:
    markers = list_markers([".venv", "my env"])
    assert markers[:2] == (".venv", "my env")
    assert len(set(markers)) == len(markers)
    assert {"pyproject.toml", "Pipfile", ".python-version", "environment.yml", "setup.py"} <= set(markers)
    assert ".python-envs" not in markers


def test_the_page_about_the_kinds_lists_them_in_order() -> None:
    page = (Path(__file__).parents[1] / "docs" / "kinds.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:5] for line in page.split("\n") if line.count("|") == 5][2:]
    assert [(row[0].strip(), row[1].strip(" `")) for row in rows] == [(kind.title, kind.name) for kind in KINDS]
    for kind, row in zip(KINDS, rows, strict=True):
        assert all(f"`{marker}`" in row[2] for marker in (*kind.markers, *filter(None, (kind.variable, kind.stand_in))))


def test_the_page_says_what_each_kind_was_held_against() -> None:
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, root / "scripts/make_kinds.py", "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
    versions = tomllib.loads((root / "docs/kinds-versions.toml").read_text(encoding="utf-8"))
    assert list(versions) == [kind.name for kind in KINDS if kind.name != "link"]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_kinds_are_asked_in_order(desk: Desk) -> None:
    """Each environment is found as soon as those of the kinds before it are gone."""
    desk.variables["UV_PROJECT_ENVIRONMENT"] = "uv-env"
    desk.write(
        "pyproject.toml", '[project]\nname = "app"\n[tool.poetry]\n[tool.hatch.envs.default]\npath = "hatch-env"\n'
    )
    desk.write("Pipfile")
    desk.write(".pdm-python", str(desk.make("~/pdm-env") / "bin" / "python"))
    desk.write("environment.yml", "name: science\n")
    desk.write(".python-version", "mine\n")
    linked = desk.make("~/linked")
    linking.link(str(desk.app), str(linked))
    base = poetry.name_base("app", str(desk.app))
    made = {
        "link": linked,
        "uv": desk.make("uv-env"),
        "in_project": desk.make(".venv"),
        "conda_local": desk.make(".conda", "conda"),
        "poetry": desk.make(f"~/.cache/pypoetry/virtualenvs/{base}-py3.11"),
        "pipenv": desk.make(f"~/.local/share/virtualenvs/{pipenv.name_environment(str(desk.app / 'Pipfile'))}"),
        "hatch": desk.make("hatch-env"),
        "pdm": desk.home / "pdm-env",
        "conda": desk.make("~/.conda/envs/science", "conda"),
        "pyenv": desk.make("~/.pyenv/versions/mine"),
        "virtualenvwrapper": desk.make("~/.virtualenvs/wrapped"),
    }
    desk.write("~/.virtualenvs/wrapped/.project", f"{desk.app}\n")
    assert list(made) == [kind.name for kind in KINDS]
    for kind, prefix in made.items():
        assert desk.find() == (kind, prefix)
        if kind == "link":
            linking.unlink(str(desk.app))
        else:
            prefix.rename(desk.home / f"gone {kind}")
    assert desk.examine() is None


def test_a_usable_environment_of_a_later_kind_is_preferred_to_a_broken_one(desk: Desk) -> None:
    (desk.app / ".venv").mkdir()
    assert desk.find_broken() == ("in_project", "it has no `pyvenv.cfg`")
    conda_prefix = desk.make(".conda", "conda")
    assert desk.find() == ("conda_local", conda_prefix)


def test_status_names_what_makes_a_broken_one_anew(desk: Desk) -> None:
    prefix = desk.make("~/elsewhere")
    linking.link(str(desk.app), str(prefix))
    (prefix / "pyvenv.cfg").unlink()
    [warning] = desk.render()["warning"]
    assert "autovenv unlink" in warning
    assert "rm -rf" not in warning


# == In the project ====================================================================================================


@pytest.mark.parametrize("name", NAMES)
def test_in_project(desk: Desk, name: str) -> None:
    assert desk.find() is None
    prefix = desk.make(name)
    assert desk.find() == ("in_project", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_in_project_the_configured_names_count_in_their_order(desk: Desk) -> None:
    desk.write("~/.config/autovenv/config.toml", 'names = ["my env", "venv"]\n')
    desk.make(".venv")
    assert desk.find() is None
    venv = desk.make("venv")
    assert desk.find() == ("in_project", venv)
    mine = desk.make("my env")
    assert desk.find() == ("in_project", mine)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_in_project_a_link_to_an_environment_elsewhere(desk: Desk) -> None:
    prefix = desk.make("~/venvs/shared")
    (desk.app / ".venv").symlink_to(prefix)
    assert desk.find() == ("in_project", desk.app / ".venv")


def test_in_project_ordinary_folders_are_no_environments(desk: Desk) -> None:
    desk.write("venv/README")
    desk.write("env/staging.env")
    assert desk.find() is None


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_in_project_a_good_one_is_preferred_to_a_broken_one_before_it(desk: Desk) -> None:
    broken = desk.make(".venv")
    (broken / "bin" / "python").unlink()
    assert desk.find_broken() == ("in_project", "it has no interpreter")
    good = desk.make("venv")
    assert desk.find() == ("in_project", good)


def make_old(desk: Desk, name: str, python: str = "python2.7") -> Path:
    """Make an environment as virtualenv 16.7 does: no `pyvenv.cfg`, an `orig-prefix.txt` among its library."""
    prefix = desk.make(name)
    (prefix / "pyvenv.cfg").unlink()
    mark = prefix / "lib" / python / "orig-prefix.txt"
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text("/usr")
    return prefix


@pytest.mark.parametrize("python", ["python2.7", "python3.6", "pypy2.7"])
def test_in_project_an_environment_of_virtualenv_16(desk: Desk, python: str) -> None:
    prefix = make_old(desk, ".venv", python)
    assert desk.find() == ("in_project", prefix)
    words = desk.render()
    assert words["verdict"] == ["use"]
    assert any(line.endswith(f".venv/lib/{python}/orig-prefix.txt") for line in words["same"])
    decisions.allow(str(desk.app))
    assert desk.render()["verdict"] == ["use"]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_an_environment_of_virtualenv_16_of_each_kind(desk: Desk) -> None:
    prefix = make_old(desk, "~/.pyenv/versions/mine")
    desk.write(".python-version", "mine\n")
    assert desk.find() == ("pyenv", prefix)
    named = make_old(desk, "~/envs/app")
    desk.write(".venv", "../envs/app\n")
    assert desk.find() == ("in_project", named)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_in_project_broken_ones(desk: Desk) -> None:
    path = desk.app / ".venv"
    path.symlink_to("nowhere")
    assert desk.find_broken() == ("in_project", "it is a link that leads nowhere")
    path.unlink()
    path.symlink_to(".venv")
    assert desk.find_broken() == ("in_project", "it is a link that leads nowhere")
    path.unlink()
    os.mkfifo(path)
    assert desk.find_broken() == ("in_project", "it is not a directory")
    path.unlink()
    for text in ("", "shared\n"):
        path.write_text(text)
        assert desk.find_broken() == ("in_project", "it is a file, and its line is not the path of an environment")
    path.unlink()
    path.mkdir()
    os.mkfifo(path / "pyvenv.cfg")
    assert desk.find_broken() == ("in_project", "its `pyvenv.cfg` is not a regular file")


def test_in_project_a_path_in_a_file(desk: Desk) -> None:
    prefix = desk.make("~/cache/app-cp3.11-0123")
    desk.write(".venv", str(prefix))
    assert desk.find() == ("in_project", prefix)
    desk.write(".venv", "../cache/app-cp3.11-0123\n")
    assert desk.find() == ("in_project", prefix)
    desk.make("venv")
    assert desk.find() == ("in_project", prefix)


def test_a_file_that_is_changed_or_removed_shows_at_the_next_prompt(desk: Desk) -> None:
    desk.make("dev")
    desk.write(".venv", "dev\n")
    assert ".venv" in [line.partition(" ")[2] for line in desk.render()["same"]]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_in_project_a_file_that_names_an_environment_in_workon_home(desk: Desk) -> None:
    """As plug-ins of zsh write it for virtualenvwrapper."""
    named = desk.make("~/.virtualenvs/shared")
    desk.write(".venv", "shared\n")
    assert desk.find() == ("in_project", named)
    desk.variables["WORKON_HOME"] = "$HOME/work"
    assert desk.find_broken()[0] == "in_project"
    elsewhere = desk.make("~/work/shared")
    assert desk.find() == ("in_project", elsewhere)
    beside = desk.make("shared")
    assert desk.find() == ("in_project", beside)


# == Linked by the user ================================================================================================


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_link_and_unlink(desk: Desk) -> None:
    prefix = desk.make("~/venvs/django")
    own = desk.make(".venv")
    told = linking.link(str(desk.app), str(prefix))
    assert told == "`~/app` uses `~/venvs/django`"
    assert desk.find() == ("link", prefix)
    linking.unlink(str(desk.app))
    assert desk.find() == ("in_project", own)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_unlink_below_says_where(desk: Desk) -> None:
    linking.link(str(desk.app), str(desk.make("~/venvs/django")))
    with pytest.raises(Problem) as caught:
        linking.unlink(str(desk.app / "src" / "pages"))
    assert caught.value.hint == "`~/app` is: run it there"
    with pytest.raises(Problem) as caught:
        linking.unlink(str(desk.home))
    assert caught.value.hint == "run `autovenv status` there"


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_link_makes_the_hook_look_at_a_directory_without_a_marker(desk: Desk) -> None:
    linking.link(str(desk.app), str(desk.make("~/venvs/django")))
    assert (desk.state / "at" / str(desk.app)[1:] / store.RECORD).read_bytes() == store.BLANK


def test_link_keeps_the_decision(desk: Desk) -> None:
    choices.write(str(desk.app), {"decision": "deny"})
    prefix = desk.make("~/venvs/django")
    linking.link(str(desk.app), str(prefix))
    assert choices.read(str(desk.app)) == {"decision": "deny", "link": str(prefix)}
    linking.unlink(str(desk.app))
    assert choices.read(str(desk.app)) == {"decision": "deny"}


def test_link_refuses_what_is_no_environment(desk: Desk) -> None:
    with pytest.raises(Problem) as problem:
        linking.link(str(desk.app), str(desk.home))
    assert problem.value.why == "it has no `pyvenv.cfg`"
    assert choices.read(str(desk.app)) == {}
    with pytest.raises(Problem, match="not linked"):
        linking.unlink(str(desk.app))


def test_link_to_a_conda_prefix(desk: Desk) -> None:
    prefix = desk.make("~/science", "conda")
    linking.link(str(desk.app), str(prefix))
    assert desk.find() == ("link", prefix)


def test_link_is_final(desk: Desk) -> None:
    """The user's word holds: a linked environment that is gone is reported, and no other stands in for it."""
    prefix = desk.make("~/venvs/django")
    linking.link(str(desk.app), str(prefix))
    prefix.rename(desk.home / "gone")
    desk.make(".venv")
    assert desk.find_broken() == ("link", "there is no such directory")


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("place", "flavour"),
    [("~/.virtualenvs/django", "venv"), ("~/.pyenv/versions/django", "venv"), ("~/.conda/envs/django", "conda")],
)
def test_link_by_the_name_that_tools_know(desk: Desk, place: str, flavour: str) -> None:
    prefix = desk.make(place, flavour)
    environ = {"HOME": str(desk.home), "PWD": str(desk.app)}
    assert linking.locate("django", environ, str(desk.app)) == str(prefix)
    with pytest.raises(Problem, match="there is no environment `flask`"):
        linking.locate("flask", environ, str(desk.app))
    own = desk.make("django")
    desk.app.joinpath("x").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(desk.app)
        assert linking.locate("django", environ, str(desk.app)) == str(own)
        assert linking.locate("./x", environ, str(desk.app)) == str(desk.app / "x")


def test_link_by_a_name_in_directories_that_variables_move(desk: Desk) -> None:
    prefix = desk.make("~/work/django")
    environ = {"HOME": str(desk.home), "WORKON_HOME": "$HOME/work"}
    assert linking.locate("django", environ, str(desk.app)) == str(prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize("named", ["bin", "bin/", "bin/activate", "bin/activate.fish"])
def test_link_by_what_people_paste(desk: Desk, named: str) -> None:
    prefix = desk.make("~/venvs/django")
    environ = {"HOME": str(desk.home), "PWD": str(desk.app)}
    assert linking.locate(f"~/venvs/django/{named}", environ, str(desk.app)) == str(prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_link_to_what_was_moved_says_so(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    prefix = desk.make("~/venvs/moved")
    (prefix / "bin/activate").write_text(f"VIRTUAL_ENV={desk.home}/venvs/django\nexport VIRTUAL_ENV\n")
    assert linking.link(str(desk.app), str(prefix)).endswith("uses `~/venvs/moved`")
    assert capsys.readouterr().err == (
        "autovenv: warning: `~/venvs/moved` was moved or copied: its commands may run another Python\n"
        "  why: `bin/activate` says `~/venvs/django`\n"
        "  hint: run `autovenv doctor`\n"
    )


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_link_by_an_interpreter(desk: Desk) -> None:
    """As editors name an environment."""
    prefix = desk.make("~/venvs/django")
    environ = {"HOME": str(desk.home), "PWD": str(desk.app)}
    for name in (f"{prefix}/bin/python", "../venvs/django/bin/python3", "~/venvs/django/bin/python"):
        assert linking.locate(name, environ, str(desk.app)) == str(prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_link_by_a_name_that_several_have(desk: Desk) -> None:
    first, second = desk.make("~/.virtualenvs/django"), desk.make("~/.conda/envs/django", "conda")
    environ = {"HOME": str(desk.home)}
    with pytest.raises(Problem) as problem:
        linking.locate("django", environ, str(desk.app))
    assert problem.value.why == "`~/.virtualenvs/django` and `~/.conda/envs/django`"
    first.rename(desk.home / "gone")
    (desk.home / ".virtualenvs/django").symlink_to(second)
    assert linking.locate("django", environ, str(desk.app)) == str(second)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_link_by_the_name_of_a_pyenv_virtualenv(desk: Desk) -> None:
    """pyenv-virtualenv keeps it below the version that it was made of, with a link beside the versions."""
    prefix = desk.make("~/.pyenv/versions/3.11.7/envs/django")
    (desk.home / ".pyenv/versions/django").symlink_to(prefix)
    assert linking.locate("django", {"HOME": str(desk.home)}, str(desk.app)) == str(prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_link_writes_the_file_that_other_tools_read(desk: Desk) -> None:
    prefix = desk.make("~/venvs/django")
    told = linking.link(str(desk.app), str(prefix), write=True)
    assert told == "`~/app` uses `~/venvs/django`, and its `.venv` file says so"
    assert (desk.app / ".venv").read_bytes() == b"../venvs/django\n"
    assert desk.find() == ("link", prefix)
    assert linking.unlink(str(desk.app)) == "`~/app` no longer uses `~/venvs/django`; its `.venv` file is still there"
    assert desk.find() == ("in_project", prefix)
    other = desk.make("~/venvs/flask")
    linking.link(str(desk.app), str(other), write=True)
    assert (desk.app / ".venv").read_bytes() == b"../venvs/flask\n"


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize("name", ["my env", "$HOME `id`", "naïve-日本", " ", "it's", "a\\b"])
def test_what_link_writes_is_read(desk: Desk, name: str) -> None:
    prefix = desk.make(f"~/venvs/x{name}")
    linking.link(str(desk.app), str(prefix), write=True)
    linking.unlink(str(desk.app))
    assert desk.find() == ("in_project", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_link_writes_an_absolute_path_where_a_relative_one_leads_elsewhere(desk: Desk) -> None:
    prefix = desk.make("/outside/django")
    assert linking.make_redirect(str(desk.app), str(prefix)) == os.fsencode(f"{prefix}\n")
    real = desk.home / "disk/deep/app"
    real.mkdir(parents=True)
    (desk.home / "linked").symlink_to(real)
    near = desk.make("~/venvs/django")
    assert linking.make_redirect(str(desk.home / "linked"), str(near)) == os.fsencode(f"{near}\n")


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize("what", ["directory", "link", "two lines", "long", "line break"])
def test_link_overwrites_nothing_but_such_a_file(desk: Desk, what: str) -> None:
    path = desk.app / ".venv"
    prefix = desk.make("~/venvs/a\nb" if what == "line break" else "~/venvs/django")
    if what == "directory":
        path.mkdir()
    elif what == "link":
        path.symlink_to("nowhere")
    elif what == "two lines":
        path.write_text("one\ntwo\nthree\n")
    elif what == "long":
        path.write_text("x" * 5000)
    before = path.lstat() if os.path.lexists(path) else None
    with pytest.raises(Problem, match="cannot be written"):
        linking.link(str(desk.app), str(prefix), write=True)
    assert (path.lstat() if os.path.lexists(path) else None) == before
    assert choices.read(str(desk.app)) == {}


# == uv ================================================================================================================

UV_PROJECT = '[project]\nname = "app"\n'


def test_uv_by_its_variable(desk: Desk) -> None:
    desk.write("pyproject.toml", UV_PROJECT)
    desk.make(".venv")
    relative, absolute = desk.make("environments/dev"), desk.make("~/elsewhere")
    for value, prefix in (("environments/dev", relative), (str(absolute), absolute), ("../elsewhere", absolute)):
        desk.variables["UV_PROJECT_ENVIRONMENT"] = value
        assert desk.find() == ("uv", prefix)


@pytest.mark.parametrize(
    "text",
    ["", "[tool.uv]\n", UV_PROJECT + "[tool.uv]\nmanaged = false\n", '[tool.poetry]\nname = "app"\n'],
    ids=["empty", "no project", "unmanaged", "poetry"],
)
def test_uv_leaves_other_projects_alone(desk: Desk, text: str) -> None:
    desk.write("pyproject.toml", text)
    desk.make("dev")
    desk.variables["UV_PROJECT_ENVIRONMENT"] = "dev"
    assert desk.find() is None


def test_uv_a_variable_that_names_no_environment(desk: Desk) -> None:
    """In a container it is often `/usr/local`; before the first `uv sync` it is not there yet."""
    desk.write("pyproject.toml", UV_PROJECT)
    (desk.home / "local" / "bin").mkdir(parents=True)
    for value in (str(desk.home / "local"), "later", "a\0b"):
        desk.variables["UV_PROJECT_ENVIRONMENT"] = value
        assert desk.find() is None


def test_uv_a_member_has_its_workspaces_environment(desk: Desk) -> None:
    desk.variables["UV_PROJECT_ENVIRONMENT"] = str(desk.make("~/elsewhere"))
    workspace = '[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/old*"]\n'
    desk.write("pyproject.toml", UV_PROJECT + workspace)
    for name in ("packages/one", "packages/old-one", "other"):
        desk.write(f"{name}/pyproject.toml", UV_PROJECT)
    elsewhere = ("uv", desk.home / "elsewhere")
    assert desk.find(desk.app) == elsewhere
    assert desk.find(desk.app / "packages/one") is None
    assert desk.find(desk.app / "packages/old-one") == elsewhere
    assert desk.find(desk.app / "other") == elsewhere


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_uv_the_environment_of_a_member_is_not_what_uv_run_uses(desk: Desk) -> None:
    """uv 0.13.9: `uv run` in a member uses its root's `.venv`, whatever `.venv` the member has."""
    desk.write(
        "pyproject.toml", UV_PROJECT + '[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/old"]\n'
    )
    root = desk.make(".venv")
    for name in ("packages/one", "packages/old", "packages/none"):
        desk.write(f"{name}/pyproject.toml", UV_PROJECT if name != "packages/none" else "[tool.ruff]\n")
        desk.make(f"{name}/.venv")
    assert desk.find(desk.app) == ("in_project", root)
    evidence = desk.evidence()
    assert desk.examine(desk.app / "packages/one", evidence) is None
    assert evidence.skipped == ["uv: `~/app/packages/one/.venv` is not what `uv run` uses in a workspace"]
    for name in ("packages/old", "packages/none"):
        assert desk.find(desk.app / name) == ("in_project", desk.app / name / ".venv")
    other = desk.make("packages/one/venv")
    assert desk.find(desk.app / "packages/one") == ("in_project", other), "which is nobody's but the user's"


@given(st.lists(st.text("ab*?[]!/.", max_size=12), max_size=4), st.text("ab/", max_size=12))
def test_uv_no_pattern_is_too_odd(patterns: list[str], path: str) -> None:
    assert uv.matches_any(path, patterns) in (True, False)
    assert uv.matches_any(path, [*patterns, "*"]) is True


# == PEP 832 ===========================================================================================================


@pytest.mark.parametrize(
    "text",
    [
        "dev",
        "dev\n",
        "dev\r\n",
        "\ufeffdev\r\n",
        "./dev/\n",
        "../app/dev\n",
        "dev\nreserved for later\n",
        "{app}/dev\n",
    ],
)
def test_redirect_the_line_is_the_path_of_the_environment(desk: Desk, text: str) -> None:
    """UTF-8; absolute, or relative to the file; the line ends in either way, or with the file."""
    prefix = desk.make("dev")
    desk.write(".venv", text.replace("{app}", str(desk.app)).encode())
    assert desk.find() == ("in_project", prefix)


def test_redirect_is_found_without_any_other_marker(desk: Desk) -> None:
    prefix = desk.make("~/envs/app")
    desk.write(".venv", "../envs/app\n")
    assert desk.find() == ("in_project", prefix)
    desk.make("venv")
    assert desk.find() == ("in_project", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_redirect_through_a_link(desk: Desk) -> None:
    """Relative to where the file is found: a link is treated as the file would be there."""
    desk.make("~/envs/app")
    (desk.app / ".venv").symlink_to(desk.write("~/shared/redirect", "../envs/app\n"))
    assert desk.find() == ("in_project", desk.home / "envs/app")


def test_redirect_to_a_conda_prefix(desk: Desk) -> None:
    prefix = desk.make("science", "conda")
    desk.write(".venv", "science")
    assert desk.find() == ("in_project", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_redirect_a_path_is_a_path(desk: Desk) -> None:
    """Never evaluated: `$`, `~`, quotes and blanks stand for themselves, and only a line's end ends it."""
    odd = desk.make("$HOME `id` ~ #x\t\u2028\x0by ")
    desk.write(".venv", f"{odd.name}\n".encode())
    assert desk.find() == ("in_project", odd)
    desk.make("~/absolute")
    for text in ("~/absolute\n", "$HOME/absolute\n", '"../absolute"\n', "../absolute\r", "\n../absolute\n"):
        desk.write(".venv", text)
        assert desk.find_broken()[0] == "in_project"


def test_python_envs_is_no_longer_read(desk: Desk) -> None:
    """What the draft had from July to September; no released tool writes it."""
    desk.make("dev")
    desk.write(".python-envs", "dev\n")
    assert desk.find() is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\r\n",
        " \n",
        "gone",
        "../gone",
        "src",
        "..",
        ".",
        "~",
        "$HOME",
        "a\0b",
        "x/" * 3000,
        b"\xff",
        b"dev\xff\n",
    ],
)
def test_redirect_that_leads_to_no_environment(desk: Desk, text: str | bytes) -> None:
    (desk.app / "src").mkdir()
    desk.write(".venv", text)
    assert desk.find_broken()[0] == "in_project"
    venv = desk.make("venv")
    assert desk.find() == ("in_project", venv)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    "text", ["hunter2", "machine example.org password hunter2", "/net/hunter2/x", "~/hunter2", "a/hunter2\n"]
)
def test_redirect_nothing_is_shown_or_kept_of_a_line_that_is_no_path(desk: Desk, text: str) -> None:
    """The file may be a link to a password: neither messages nor what is watched may name it."""
    desk.write("~/.netrc", text)
    (desk.app / ".venv").symlink_to("../.netrc")
    words = desk.render()
    assert words["verdict"] == ["stop"]
    assert "hunter2" not in repr(words)
    evidence = desk.evidence()
    desk.examine(evidence=evidence)
    assert "hunter2" not in repr((evidence.words, evidence.variables, evidence.skipped))


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_redirect_looks_nowhere_but_below_project_home_and_tools(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clone must not have a mount of the network looked at."""
    outside = desk.make("/outside/app")
    desk.write(".venv", f"{outside}\n")
    looked: list[str] = []

    def listen(function: Callable[..., os.stat_result]) -> Callable[..., os.stat_result]:
        def look(path: str, **options: Any) -> os.stat_result:
            looked.append(os.fspath(path))
            return function(path, **options)

        return look

    monkeypatch.setattr(os, "stat", listen(os.stat))
    monkeypatch.setattr(os, "lstat", listen(os.lstat))
    kind, reason = desk.find_broken()
    monkeypatch.undo()
    assert not [path for path in looked if str(path).startswith(str(outside.parent))]
    assert (kind, reason) == (
        "in_project",
        "it is a file that names a place that is neither below the project nor below your home",
    )


@pytest.mark.parametrize("how", ["UV_CACHE_DIR", "WORKON_HOME", "trusted_paths"])
def test_redirect_to_where_tools_and_the_user_keep_environments(desk: Desk, how: str) -> None:
    outside = desk.make("/outside/app")
    desk.write(".venv", f"{outside}\n")
    if how == "trusted_paths":
        desk.write("~/.config/autovenv/config.toml", f"trusted_paths = ['{outside.parent}']\n")
    else:
        desk.variables[how] = str(outside.parent)
    assert desk.find() == ("in_project", outside)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_redirect_an_environment_that_is_made_later_shows_at_the_next_prompt(desk: Desk) -> None:
    (desk.home / "envs").mkdir()
    desk.write(".venv", "../envs/app\n")
    assert str(desk.home / "envs") in desk.render()["newer"]
    desk.write(".venv", "../nowhere/envs/app\n")
    assert str(desk.home) in desk.render()["newer"]


@given(
    st.text(st.characters(exclude_characters="\n\0", codec="utf-8"), min_size=1),
    st.sampled_from(["", "\n", "\r\n"]),
)
def test_redirect_reads_what_was_written(line: str, end: str) -> None:
    line = line.lstrip("\ufeff").removesuffix("\r")
    expected = line if line.strip() else ""
    assert in_project.read_redirect((line + end).encode()) == expected


# == conda and pixi in the project =====================================================================================


@pytest.mark.parametrize("name", [".conda", ".pixi/envs/default"])
def test_conda_local(desk: Desk, name: str) -> None:
    prefix = desk.make(name, "conda")
    found = desk.examine()
    assert found is not None
    assert found.kind == "conda_local"
    assert isinstance(found.environment, Environment)
    assert (found.environment.prefix, found.environment.flavour, found.environment.name) == (
        str(prefix),
        "conda",
        "app",
    )


def test_conda_local_other_things_by_that_name(desk: Desk) -> None:
    desk.write(".conda/environments.txt")
    desk.write(".pixi/envs/test/conda-meta/history")
    assert desk.find() is None


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pixi_another_default_by_a_setting(desk: Desk) -> None:
    default, other = desk.make(".pixi/envs/default", "conda"), desk.make(".pixi/envs/gpu", "conda")
    assert desk.find() == ("conda_local", default)
    desk.write("~/.config/autovenv/config.toml", 'pixi_environment = "gpu"\n')
    assert desk.find() == ("conda_local", other)
    desk.write("~/.config/autovenv/config.toml", 'pixi_environment = "../../x"\n')
    assert desk.find() == ("conda_local", default)


def make_registered(desk: Desk) -> Path:
    """Make a conda prefix in the project that says where it was made, as pixi's do."""
    prefix = desk.make(".conda", "conda")
    desk.write(".conda/conda-meta/pixi_env_prefix", str(prefix / "conda-meta"))
    return prefix


def test_conda_variables(desk: Desk) -> None:
    """`conda env config vars set`, and files of packages: data, which the user's win over, in conda's order."""
    prefix = make_registered(desk)
    desk.write(".conda/etc/conda/env_vars.d/b.json", '{"GDAL_DATA": "/b", "both": "package"}')
    desk.write(".conda/etc/conda/env_vars.d/a.json", '{"GDAL_DATA": "/a"}')
    state = {"env_vars": {"both": "mine", "A": "b=c d", "GONE": "***unset***"}, "version": 1}
    desk.write(".conda/conda-meta/state", json.dumps(state))
    words = desk.render()
    assert words["set"] == ["GDAL_DATA=/b", "BOTH=mine", "A=b=c d"]
    watched = " ".join(words["same"] + words["newer"])
    assert ".conda/conda-meta/state" in watched
    assert ".conda/etc/conda/env_vars.d/a.json" in watched
    found = desk.examine()
    assert found is not None
    assert isinstance(found.environment, Environment)
    inside = variables.put_inside({"PATH": "/usr/bin", "A": "before"}, found.environment)
    assert (inside["A"], inside["BOTH"], inside["CONDA_PREFIX"]) == ("b=c d", "mine", str(prefix))


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "path",
        "LD_PRELOAD",
        "BASH_ENV",
        "IFS",
        "PS1",
        "PROMPT_COMMAND",
        "ENV",
        "ZDOTDIR",
        "PYTHONHOME",
        "fish_function_path",
        "BASHOPTS",
        "HOME",
        "CONDA_SHLVL",
        "__CONDA_SHLVL_1_A",
        "AUTOVENV_PROMPT",
        "A B",
        "1A",
        "",
        "Ä",
        "A-B",
        "A;id",
    ],
)
def test_conda_variables_that_a_shell_is_steered_by_are_not_taken(desk: Desk, name: str) -> None:
    make_registered(desk)
    desk.write(".conda/conda-meta/state", json.dumps({"env_vars": {name: "hunter2", "OTHER": "x"}}))
    assert desk.render()["set"] == ["OTHER=x"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "[" * 50_000,
        '{"env_vars": []}',
        '{"env_vars": {"A": 3, "B": "x\\ny", "C": null}}',
        b"\xff",
        "null",
    ],
)
def test_conda_variables_of_a_state_that_is_none(desk: Desk, text: str | bytes) -> None:
    make_registered(desk)
    desk.write(".conda/conda-meta/state", text)
    words = desk.render()
    assert words["verdict"] == ["use"]
    assert "set" not in words


def test_conda_the_default_name_is_condas(desk: Desk) -> None:
    """`conda/activate.py`, `_default_env`: the name below `envs`, `base` for the root, the whole path elsewhere."""
    evidence = Evidence({"CONDA_EXE": "/opt/conda/bin/conda"})
    for prefix, expected in {
        "/home/ada/.conda/envs/science": "science",
        "/srv/envs/x": "x",
        "/home/ada/app/.conda": "/home/ada/app/.conda",
        "/opt/conda": "base",
    }.items():
        assert conda_variables.name_default(prefix, evidence) == expected


# == Poetry ============================================================================================================

POETRY = '[tool.poetry]\nname = "My.Great_App"\n'
VIRTUALENVS = "~/.cache/pypoetry/virtualenvs"


@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [
        # What EnvManager.generate_env_name of Poetry 2.5.1 says of the normalised name.
        ("My.Great_App", "/home/ada/app", "my-great-app-nMIgo1Le"),
        (
            'A name of 50 $`!*@"characters that goes on and on and on',
            "/home/ada/app",
            "a_name_of_50_______characters_that_goes_on-nMIgo1Le",
        ),
        ("app", "/home/ada/caf\udce9", "app-BXZDav-V"),
    ],
)
def test_poetry_names_environments_as_poetry_does(name: str, path: str, expected: str) -> None:
    assert poetry.name_base(name, path) == expected


def poetry_environment(desk: Desk, version: str, parent: str = VIRTUALENVS) -> Path:
    return desk.make(f"{parent}/{poetry.name_base('My.Great_App', str(desk.app))}-py{version}")


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("text", "lock"),
    [
        (POETRY, False),
        ('[project]\nname = "my-great-app"\n[tool.poetry]\n', False),
        ('[project]\nname = "my-great-app"\n[build-system]\nbuild-backend = "poetry.core.masonry.api"\n', False),
        ('[project]\nname = "my-great-app"\n', True),
    ],
    ids=["1", "2", "by its backend", "by its lock"],
)
def test_poetry_projects(desk: Desk, text: str, lock: bool) -> None:
    desk.write("pyproject.toml", text)
    if lock:
        desk.write("poetry.lock")
    prefix = poetry_environment(desk, "3.11")
    assert desk.find() == ("poetry", prefix)


@pytest.mark.parametrize("text", ["[tool.ruff]\n", '[project]\nname = "my-great-app"\n[tool.hatch]\n'])
def test_poetry_leaves_other_projects_alone(desk: Desk, text: str) -> None:
    desk.write("pyproject.toml", text)
    poetry_environment(desk, "3.11")
    assert desk.find() is None


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_poetry_a_project_without_its_table(desk: Desk) -> None:
    """Poetry 2 manages any project of PEP 621; the environment's name tells that it did."""
    desk.write("pyproject.toml", '[project]\nname = "my-great-app"\n')
    assert desk.find() is None
    prefix = poetry_environment(desk, "3.11")
    assert desk.find() == ("poetry", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_poetry_a_project_that_is_reached_through_a_link(desk: Desk) -> None:
    desk.write("pyproject.toml", POETRY)
    prefix = poetry_environment(desk, "3.11")
    (desk.home / "link").symlink_to(desk.app)
    assert desk.find(desk.home / "link") == ("poetry", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_poetry_envs_toml_chooses_among_several_pythons(desk: Desk) -> None:
    desk.write("pyproject.toml", POETRY)
    made = {version: poetry_environment(desk, version) for version in ("3.11", "3.12", "3.9")}
    for at, version in enumerate(made):
        os.utime(made[version] / "pyvenv.cfg", (1_600_000_000 - at, 1_600_000_000 - at))
    assert desk.find() == ("poetry", made["3.11"]), "the one that was made last"
    base = poetry.name_base("My.Great_App", str(desk.app))
    for version, prefix in made.items():
        desk.write(f"{VIRTUALENVS}/envs.toml", f'[{base}]\nminor = "{version}"\npatch = "{version}.1"\n')
        assert desk.find() == ("poetry", prefix)
    desk.write(f"{VIRTUALENVS}/envs.toml", f'[{base}]\nminor = "3.8"\n[other-12345678]\nminor = "3.9"\n')
    assert desk.find() == ("poetry", made["3.11"]), "the one that it names is gone"


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_poetry_settings(desk: Desk) -> None:
    """Variables win over `poetry.toml`, that over the user's `config.toml`, and that over what is built in."""
    desk.write("pyproject.toml", POETRY)
    built_in = poetry_environment(desk, "3.11")
    assert desk.find() == ("poetry", built_in)
    user = poetry_environment(desk, "3.11", "~/user")
    desk.write("~/.config/pypoetry/config.toml", '[virtualenvs]\npath = "~/user"\n')
    assert desk.find() == ("poetry", user)
    cached = poetry_environment(desk, "3.11", "~/cache/environments")
    desk.write("poetry.toml", f'cache-dir = "{desk.home}/cache"\n[virtualenvs]\npath = "{{cache-dir}}/environments"\n')
    assert desk.find() == ("poetry", cached)
    other_cache = poetry_environment(desk, "3.11", "~/other/environments")
    desk.variables["POETRY_CACHE_DIR"] = str(desk.home / "other")
    assert desk.find() == ("poetry", other_cache)
    by_variable = poetry_environment(desk, "3.11", "~/by-variable")
    desk.variables["POETRY_VIRTUALENVS_PATH"] = "~/by-variable"
    assert desk.find() == ("poetry", by_variable)
    relative = poetry_environment(desk, "3.11", "~/app/relative")
    desk.variables["POETRY_VIRTUALENVS_PATH"] = "relative"
    assert desk.find() == ("poetry", relative)
    desk.variables["POETRY_VIRTUALENVS_CREATE"] = "false"
    assert desk.find() is None
    desk.variables["POETRY_VIRTUALENVS_CREATE"] = "True"
    assert desk.find() == ("poetry", relative)


def test_poetry_is_told_to_make_none(desk: Desk) -> None:
    desk.write("pyproject.toml", POETRY)
    poetry_environment(desk, "3.11")
    desk.write("poetry.toml", "[virtualenvs]\ncreate = false\n")
    assert desk.find() is None


# == Pipenv ============================================================================================================


@pytest.mark.parametrize(
    ("pipfile", "expected"),
    [
        # What VenvLocator.name of Pipenv 2026.10.3 says.
        ("/home/ada/app/Pipfile", "app-v__4Nev2"),
        ("/home/ada/my app (2)/Pipfile", "my_app__2_-HizlEVAO"),
    ],
)
def test_pipenv_names_environments_as_pipenv_does(pipfile: str, expected: str) -> None:
    assert pipenv.name_environment(pipfile) == expected


def pipenv_environment(desk: Desk, parent: str = "~/.local/share/virtualenvs", pipfile: str = "Pipfile") -> Path:
    return desk.make(f"{parent}/{pipenv.name_environment(str(desk.app / pipfile))}")


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pipenv(desk: Desk) -> None:
    prefix = pipenv_environment(desk)
    assert desk.find() is None
    desk.write("Pipfile")
    assert desk.find() == ("pipenv", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("variables", "parent"),
    [
        ({"WORKON_HOME": "{home}/work"}, "~/work"),
        ({"WORKON_HOME": "~/work"}, "~/work"),
        ({"WORKON_HOME": "$PLACE/work", "PLACE": "{home}/at"}, "~/at/work"),
        ({"WORKON_HOME": "work"}, "work"),
        ({"XDG_DATA_HOME": "{home}/data"}, "~/data/virtualenvs"),
    ],
)
def test_pipenv_where_it_keeps_environments(desk: Desk, variables: Mapping[str, str], parent: str) -> None:
    desk.variables |= {name: value.format(home=desk.home) for name, value in variables.items()}
    desk.write("Pipfile")
    prefix = pipenv_environment(desk, parent)
    assert desk.find() == ("pipenv", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pipenv_a_name_of_its_own(desk: Desk) -> None:
    desk.write("Pipfile")
    pipenv_environment(desk)
    prefix = desk.make("~/.local/share/virtualenvs/mine")
    desk.variables["PIPENV_CUSTOM_VENV_NAME"] = "mine"
    assert desk.find() == ("pipenv", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pipenv_another_python(desk: Desk) -> None:
    desk.write("Pipfile")
    name = pipenv.name_environment(str(desk.app / "Pipfile"))
    prefix = desk.make(f"~/.local/share/virtualenvs/{name}-python3.9")
    desk.variables["PIPENV_PYTHON"] = "/opt/bin/python3.9"
    assert desk.find() == ("pipenv", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pipenv_another_pipfile(desk: Desk) -> None:
    desk.write("pyproject.toml")
    desk.write("deploy/Pipfile.main")
    prefix = pipenv_environment(desk, pipfile="deploy/Pipfile.main")
    for value in (str(desk.app / "deploy/Pipfile.main"), "deploy/Pipfile.main"):
        desk.variables["PIPENV_PIPFILE"] = value
        assert desk.find() == ("pipenv", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pipenv_the_pipfile_of_another_directory(desk: Desk) -> None:
    """It is everybody's where there is a Pipfile, as in Pipenv; other projects have nothing to do with it."""
    other = desk.write("~/other/Pipfile")
    prefix = desk.make(f"~/.local/share/virtualenvs/{pipenv.name_environment(str(other))}")
    desk.variables["PIPENV_PIPFILE"] = str(other)
    desk.write("pyproject.toml")
    assert desk.find() is None
    desk.write("Pipfile")
    assert desk.find() == ("pipenv", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pipenv_a_file_that_names_the_environment(desk: Desk) -> None:
    desk.write("Pipfile")
    own, named, placed = pipenv_environment(desk), desk.make("~/.local/share/virtualenvs/shared"), desk.make("envs/dev")
    for text, prefix in (("shared\n", named), ("./shared\n", named), ("", own), (" \n", own)):
        desk.write(".venv", text)
        assert desk.find() == ("pipenv", prefix)
    desk.write(".venv", "envs/dev\n")
    found = desk.find()
    assert found is not None
    assert found[1] == placed


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PIPENV_CUSTOM_VENV_NAME=mine\n", "mine"),
        ("# x\nA=1\nexport PIPENV_CUSTOM_VENV_NAME = 'my env'  # no\n", "my env"),
        ('PIPENV_CUSTOM_VENV_NAME=one\r\nPIPENV_CUSTOM_VENV_NAME="two"\r\n', "two"),
    ],
)
def test_pipenv_a_name_in_its_dotenv(desk: Desk, text: str, name: str) -> None:
    desk.write("Pipfile")
    own, named = pipenv_environment(desk), desk.make(f"~/.local/share/virtualenvs/{name}")
    desk.write(".env", text)
    desk.variables["PIPENV_CUSTOM_VENV_NAME"] = "other"
    assert desk.find() == ("pipenv", named)
    desk.variables |= {"PIPENV_DONT_LOAD_ENV": "1", "PIPENV_CUSTOM_VENV_NAME": ""}
    assert desk.find() == ("pipenv", own)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize("name", ["../hunter2", "/net/hunter2", "$hunter2", "..", "a\0hunter2"])
def test_pipenv_a_dotenv_takes_it_nowhere_else(desk: Desk, name: str) -> None:
    desk.write("Pipfile")
    own = pipenv_environment(desk)
    desk.write(".env", f"PASSWORD=hunter2\nPIPENV_CUSTOM_VENV_NAME={name}\n")
    assert desk.find() == ("pipenv", own)
    assert "hunter2" not in repr(desk.render())


def test_pipenv_a_file_that_names_an_environment_that_is_not_made_yet(desk: Desk) -> None:
    desk.write("Pipfile")
    desk.write(".venv", "shared\n")
    assert desk.find() is None


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("", {}, True),
        ("[pipenv]\nvenv_in_project = true\n", {}, False),
        ("[pipenv]\nvenv_in_project = false\n", {}, True),
        ("", {"PIPENV_VENV_IN_PROJECT": "1"}, False),
        ("", {"PIPENV_VENV_IN_PROJECT": "Yes"}, False),
        ("", {"PIPENV_NO_VENV_IN_PROJECT": "0"}, False),
        ("[pipenv]\nvenv_in_project = true\n", {"PIPENV_VENV_IN_PROJECT": "off"}, True),
    ],
)
def test_pipenv_told_to_keep_it_in_the_project(
    desk: Desk, text: str, variables: Mapping[str, str], expected: bool
) -> None:
    desk.write("Pipfile", text)
    desk.variables |= variables
    prefix = pipenv_environment(desk)
    assert desk.find() == (("pipenv", prefix) if expected else None)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pipenv_on_windows() -> None:
    evidence = Evidence({"HOME": "/home/ada"})
    assert pipenv.find_workon_home("/app", evidence, "win32") == "/home/ada/.virtualenvs"


# == Hatch =============================================================================================================

HATCH = '[project]\nname = "My.Great_App"\n[tool.hatch]\n'


def hatch_environment(desk: Desk, parent: str = "~/.local/share/hatch/env/virtual", name: str = "my-great-app") -> Path:
    # The 8 characters of `Path.id` of Hatch 1.18.2; a test below has its word for it.
    return desk.make(f"{parent}/{name}/{hatch.digest_path(str(desk.app))}/{name}")


def test_hatch_digests_paths_as_hatch_does() -> None:
    assert hatch.digest_path("/home/ada/app", "linux") == "nMIgo1Le"  # Path("/home/ada/app").id of Hatch 1.18.2
    assert hatch.digest_path("/HOME/Ada/app", "darwin") == "nMIgo1Le"
    assert hatch.digest_path("/HOME/Ada/app", "linux") != "nMIgo1Le"


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": HATCH},
        {"pyproject.toml": '[project]\nname = "my_great_app"\n[build-system]\nbuild-backend = "hatchling.build"\n'},
        {"pyproject.toml": '[project]\nname = "my-great-app"\n', "hatch.toml": ""},
    ],
    ids=["its table", "its backend", "its file"],
)
def test_hatch_projects(desk: Desk, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        desk.write(name, text)
    prefix = hatch_environment(desk)
    assert desk.find() == ("hatch", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_hatch_a_file_for_environments_only(desk: Desk) -> None:
    desk.write("hatch.toml", "[envs.default]\n")
    prefix = hatch_environment(desk, name="app")
    assert desk.find() == ("hatch", prefix)


@pytest.mark.parametrize("text", ["[tool.ruff]\n", '[project]\nname = "my-great-app"\n[tool.pdm]\n'])
def test_hatch_leaves_other_projects_alone(desk: Desk, text: str) -> None:
    desk.write("pyproject.toml", text)
    hatch_environment(desk)
    assert desk.find() is None


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_hatch_a_project_without_its_table(desk: Desk) -> None:
    desk.write("pyproject.toml", '[project]\nname = "my-great-app"\n')
    words = desk.render()
    prefix = hatch_environment(desk)
    assert any(str(prefix).startswith(path) for path in words["absent"]), "seen at the next prompt"
    assert desk.find() == ("hatch", prefix)


MATRIX = HATCH + '[[tool.hatch.envs.default.matrix]]\nfeature = ["a", "b"]\npython = ["3.11", "3.12"]\n'


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_hatch_a_matrix(desk: Desk) -> None:
    """Hatch 1.18.2 would have one of it chosen: the first that was made, in Hatch's order."""
    desk.write("pyproject.toml", MATRIX)
    place = desk.home / ".local/share/hatch/env/virtual/my-great-app" / hatch.digest_path(str(desk.app))
    assert desk.find() is None
    for name in ("py3.12-b", "py3.12-a", "py3.11-b", "py3.11-a"):
        desk.make(str(place / name))
        assert desk.find() == ("hatch", place / name)
    desk.variables["HATCH_ENV"] = "test"
    assert desk.find() is None
    desk.make(str(place / "test"))
    assert desk.find() == ("hatch", place / "test")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"matrix": [{"python": ["3.12"], "django": ["4", "5"]}]}, ["py3.12-4", "py3.12-5"]),
        ({"matrix": [{"x": ["1"]}, {"y": ["2"]}], "matrix-name-format": "{variable}_{value}"}, ["x_1", "y_2"]),
        ({"matrix": [{"py": ["pypy3"], "x": ["1"]}]}, ["pypy3-1"]),
        ({"matrix": [{"x": [3, None]}, "x", {}], "matrix-name-format": 3}, []),
        ({"matrix": {"x": ["1"]}}, []),
        ({"matrix": [{"x": ["1"]}], "matrix-name-format": "{value:>999999999}{value.__class__}"}, None),
    ],
)
def test_hatch_names_of_a_matrix(options: dict[str, object], expected: list[str] | None) -> None:
    names = hatch.list_matrix(options)
    assert names == expected if expected is not None else len(names[0]) < 100


def test_hatch_a_huge_matrix() -> None:
    assert len(hatch.list_matrix({"matrix": [{str(n): ["a", "b", "c"] for n in range(40)}]})) <= hatch.MOST


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize("text", ['type = "virtual"\n', 'type = "pip-compile"\n', 'type = "conda"\n'])
def test_hatch_only_virtual_environments(desk: Desk, text: str) -> None:
    desk.write("pyproject.toml", HATCH + f"[tool.hatch.envs.default]\n{text}")
    prefix = hatch_environment(desk)
    assert desk.find() == (("hatch", prefix) if "virtual" in text else None)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_hatch_where_it_keeps_environments(desk: Desk) -> None:
    desk.write("pyproject.toml", HATCH)
    configured = hatch_environment(desk, "~/data/env/virtual")
    desk.write("~/.config/hatch/config.toml", '[dirs]\ndata = "~/data"\n')
    assert desk.find() == ("hatch", configured)
    by_variable = hatch_environment(desk, "~/other/env/virtual")
    desk.variables["HATCH_DATA_DIR"] = "$HERE/other"
    desk.variables["HERE"] = str(desk.home)
    assert desk.find() == ("hatch", by_variable)
    elsewhere = hatch_environment(desk, "~/hatch")
    desk.write("~/.config/hatch/config.toml", '[dirs.env]\nvirtual = "~/hatch"\n')
    assert desk.find() == ("hatch", elsewhere)
    desk.write("~/other.toml", '[dirs.env]\nvirtual = ".hatch"\n')
    desk.variables["HATCH_CONFIG"] = str(desk.home / "other.toml")
    flat = desk.make(".hatch/my-great-app")
    assert desk.find() == ("hatch", flat)
    desk.write("~/other.toml", '[dirs.env]\nvirtual = "~/.virtualenvs"\n')
    shared = desk.make("~/.virtualenvs/my-great-app")
    assert desk.find() == ("hatch", shared)


def test_hatch_a_path(desk: Desk) -> None:
    desk.write("pyproject.toml", HATCH + '[tool.hatch.envs.default]\npath = "pyproject"\n')
    by_file, by_project, by_variable = desk.make("hatch"), desk.make("pyproject"), desk.make("~/variable")
    assert desk.find() == ("hatch", by_project)
    desk.write("hatch.toml", '[envs.default]\npath = "hatch"\n')
    assert desk.find() == ("hatch", by_file), "what `hatch.toml` says of a table replaces all of it"
    desk.write("hatch.toml", "[envs.other]\n")
    assert desk.find() is None
    desk.variables["HATCH_ENV_TYPE_VIRTUAL_PATH"] = str(by_variable)
    assert desk.find() == ("hatch", by_variable)


# == PDM ===============================================================================================================

PDM = '[project]\nname = "app"\n[tool.pdm]\n'


def pdm_environment(desk: Desk, name: str, parent: str = "~/.local/share/pdm/venvs") -> Path:
    return desk.make(f"{parent}/{pdm.name_start(str(desk.app))}{name}")


def test_pdm_names_environments_as_pdm_does() -> None:
    assert pdm.name_start("/home/ada/app") == "app-9eXdHLqZ-"  # hash_path("/home/ada/app") of PDM 2.29.4


def test_pdm_the_saved_interpreter(desk: Desk) -> None:
    desk.write("pyproject.toml", PDM)
    pdm_environment(desk, "3.11")
    venv, science = desk.make("~/elsewhere"), desk.make("~/science", "conda")
    for prefix in (venv, science):
        desk.write(".pdm-python", f"{prefix}/bin/python\n")
        assert desk.find() == ("pdm", prefix)
    desk.variables["PDM_PYTHON"] = f"{venv}/bin/python"
    assert desk.find() == ("pdm", venv)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pdm_an_interpreter_of_no_environment(desk: Desk) -> None:
    desk.write("pyproject.toml", PDM)
    central = pdm_environment(desk, "3.11")
    system = desk.write("~/usr/bin/python3")
    desk.write(".pdm-python", str(system))
    assert desk.find() is None
    desk.variables["PDM_IGNORE_SAVED_PYTHON"] = "1"
    assert desk.find() == ("pdm", central)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pdm_an_interpreter_that_is_gone(desk: Desk) -> None:
    desk.write(".pdm-python", str(desk.home / "nowhere/bin/python"))
    old, new = pdm_environment(desk, "3.9"), pdm_environment(desk, "3.10")
    os.utime(old / "pyvenv.cfg", (1_600_000_000, 1_600_000_000))
    assert desk.find() == ("pdm", new)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    "marker", ["pdm.lock", "pdm.toml", "[tool.pdm]\n", '[build-system]\nbuild-backend = "pdm.backend"\n']
)
def test_pdm_projects(desk: Desk, marker: str) -> None:
    desk.write("pyproject.toml", marker if "\n" in marker else "")
    if "\n" not in marker:
        desk.write(marker)
    prefix = pdm_environment(desk, "in-use")
    assert desk.find() == ("pdm", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pdm_settings(desk: Desk) -> None:
    desk.write("pyproject.toml", PDM)
    desk.write("~/.config/pdm/config.toml", '[venv]\nlocation = "~/venvs"\n')
    user, own = pdm_environment(desk, "1", "~/venvs"), pdm_environment(desk, "1", "own")
    assert desk.find() == ("pdm", user)
    desk.write("pdm.toml", '[venv]\nlocation = "own"\n')
    assert desk.find() == ("pdm", own)
    desk.write("pdm.toml", '"venv.location" = "own"\n')
    assert desk.find() == ("pdm", own)
    desk.write("pdm.toml", "[python]\nuse_venv = false\n")
    assert desk.find() is None
    desk.variables["PDM_USE_VENV"] = "true"
    assert desk.find() == ("pdm", user)
    desk.variables["PDM_USE_VENV"] = "no"
    assert desk.find() is None


# == conda =============================================================================================================


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize("file", ["environment.yml", "environment.yaml"])
def test_conda_by_name(desk: Desk, file: str) -> None:
    desk.write(file, "channels: [defaults]\nname: science  # ours\ndependencies:\n  - python\n")
    assert desk.find() is None
    prefix = desk.make("~/.conda/envs/science", "conda")
    assert desk.find() == ("conda", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("variables", "parent"),
    [
        ({"CONDA_EXE": "{home}/forge/bin/conda"}, "~/forge/envs"),
        ({"MAMBA_ROOT_PREFIX": "{home}/mamba"}, "~/mamba/envs"),
        ({"CONDA_ENVS_DIRS": "/nowhere:{home}/one"}, "~/one"),
        ({"CONDA_ENVS_PATH": "~/one"}, "~/one"),
        ({"CONDARC": "{home}/rc"}, "~/of-rc"),
    ],
)
def test_conda_where_it_keeps_environments(desk: Desk, variables: Mapping[str, str], parent: str) -> None:
    desk.variables |= {name: value.format(home=desk.home) for name, value in variables.items()}
    desk.write("~/rc", "envs_dirs:\n- ~/of-rc\n")
    desk.write("environment.yml", "name: science\n")
    prefix = desk.make(f"{parent}/science", "conda")
    assert desk.find() == ("conda", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_conda_configured_directories(desk: Desk) -> None:
    desk.write("environment.yml", "name: science\n")
    desk.make("~/.conda/envs/science", "conda")
    configured = desk.make("~/envs/science", "conda")
    desk.write("~/.condarc", f"channels:\n  - defaults\nenvs_dirs:\n  - {desk.home}/envs\nchangeps1: false\n")
    assert desk.find() == ("conda", configured)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    "file",
    [
        "~/.condarc",
        "~/.conda/condarc",
        "~/.config/conda/.condarc",
        "~/xdg/conda/.condarc",
        "~/forge/.condarc",
        "~/etc/condarc",
    ],
)
@pytest.mark.parametrize(
    "text", ["envs_dirs:\n- ~/envs\n", "envs_dirs: [~/gone, '~/envs']  # mine\n", "envs_path: [~/envs]\n"]
)
def test_conda_where_it_is_configured(desk: Desk, monkeypatch: pytest.MonkeyPatch, file: str, text: str) -> None:
    desk.variables |= {
        "XDG_CONFIG_HOME": "~/xdg".replace("~", str(desk.home)),
        "CONDA_EXE": f"{desk.home}/forge/bin/conda",
    }
    monkeypatch.setattr(conda, "SYSTEM", (str(desk.home / "etc"),))
    desk.write("environment.yml", "name: science\n")
    configured = desk.make("~/envs/science", "conda")
    assert desk.find() is None
    desk.write(file, text)
    assert desk.find() == ("conda", configured)


@pytest.mark.parametrize(
    "text", ["envs_dirs: [", "envs_dirs: []", "envs_dirs: [[~/envs]]", "envs_dirs: ~/envs", "envs_dirs: {a: ~/envs}"]
)
def test_conda_lists_that_are_none(desk: Desk, text: str) -> None:
    desk.write("environment.yml", "name: science\n")
    desk.make("~/envs/science", "conda")
    desk.write("~/.condarc", text)
    assert desk.find() is None


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_conda_its_list_of_all_environments(desk: Desk) -> None:
    desk.write("environment.yml", "name: science\n")
    by_path, named = desk.make("~/other/science", "conda"), desk.make("~/forge/envs/science", "conda")
    listed = f"/gone/envs/science\n{by_path}\nrelative/envs/science\n{named}\n"
    desk.write("~/.conda/environments.txt", listed)
    assert desk.find() == ("conda", named)


@pytest.mark.parametrize(
    "prefix", ["/net/host/$SECRET/x", "$SECRET", "~/$SECRET", "/net/host/hunter2", "../hunter2", "$_/hunter2"]
)
def test_conda_a_prefix_tells_nothing_and_is_told_nothing(desk: Desk, prefix: str) -> None:
    """What a clone writes there is not filled in with secrets, looked at on a network, nor kept."""
    desk.variables["SECRET"] = "hunter2"
    desk.write("environment.yml", f"prefix: {prefix}\n")
    words = desk.render()
    assert "hunter2" not in repr(words)
    assert "SECRET" not in repr(words)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_conda_by_prefix(desk: Desk) -> None:
    prefix = desk.make("envs/dev", "conda")
    for text in ("prefix: ./envs/dev\n", f"prefix: '{prefix}'\n", "name: not made\nprefix: envs/dev\n"):
        desk.write("environment.yml", text)
        assert desk.find() == ("conda", prefix)
    desk.write("environment.yml", "prefix: ~/science\n")
    assert desk.find() is None
    science = desk.make("~/science", "conda")
    assert desk.find() == ("conda", science)


@pytest.mark.parametrize("name", ["base", "root", "..", ".", "a/b", "../../../etc", "", "~", "null"])
def test_conda_names_that_are_none(desk: Desk, name: str) -> None:
    for at in ("base", "root", "a/b"):
        desk.make(f"~/.conda/envs/{at}", "conda")
    (desk.home / ".conda" / "conda-meta").mkdir()
    desk.write("environment.yml", f"name: {name}\n")
    assert desk.find() is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: app", "app"),
        ("\nname:   app   \r\n", "app"),
        ("name : app\n", "app"),
        ("name: 'it''s'\n", "it's"),
        ('name: "a\\\\b\\"c"\n', 'a\\b"c'),
        ("name: my app\n", "my app"),
        ("name: app#1\n", "app#1"),
        ("name: http://x\n", "http://x"),
        ("name: one\nname: two\n", "two"),
        ('"name": app\n', "app"),
        ("---\nname: app\n---\nname: other\n", "app"),
        ("--- # first\nname: app\n...\nname: other\n", "app"),
        ("%YAML 1.2\n---\nname: app\n", "app"),
        ("  name: nested\n", ""),
        ("variables:\n  name: nested\n", ""),
        ("names: app\n", ""),
        ("name:app\n", ""),
        ("# name: app\n", ""),
        ("name:\n", ""),
        ("name: # nothing\n", ""),
        ("name: null\n", ""),
        ("- name: app\n", ""),
        ("", ""),
    ],
)
def test_conda_reads_a_key(text: str, expected: str) -> None:
    assert conda.read_key(text, "name") == expected


@pytest.mark.parametrize(
    "value",
    [
        "&a app",
        "*a",
        "!!python/object:os.system x",
        "|\n  app",
        ">-\n  app",
        "[app]",
        "{a: b}",
        "'open",
        '"a" b',
        "app\n  more",
        "a: b",
        "%x",
    ],
)
def test_conda_reads_nothing_that_is_more_than_plain_text(value: str) -> None:
    with pytest.raises(Unreadable):
        conda.read_key(f"name: {value}\n", "name")


@given(st.text(st.characters(exclude_characters="\r\n\x85\u2028\u2029", codec="utf-8")))
def test_conda_reads_what_was_quoted(text: str) -> None:
    single, double = text.replace("'", "''"), text.replace("\\", "\\\\").replace('"', '\\"')
    assert conda.read_key(f"name: '{single}' # so\n", "name") == text
    assert conda.read_key(f'name: "{double}"\n', "name") == text


@given(st.text(st.sampled_from("name: prefix'\"#-|>&*!{}[]%\\\n\r\t…\0\udcff ")))
def test_conda_reads_anything(text: str) -> None:
    for key in ("name", "prefix"):
        with suppress(Unreadable):
            assert "\n" not in conda.read_key(text, key)
        assert all(conda.read_list(text, key))


# == pyenv =============================================================================================================


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pyenv_by_name(desk: Desk) -> None:
    desk.write(".python-version", "app-3.12\n")
    assert desk.find() is None
    prefix = desk.make("~/.pyenv/versions/app-3.12")
    assert desk.find() == ("pyenv", prefix)


def test_pyenv_another_root(desk: Desk) -> None:
    desk.write(".python-version", "app\n")
    prefix = desk.make("~/py env/versions/app")
    desk.variables["PYENV_ROOT"] = f"{desk.home}/py env/"
    assert desk.find() == ("pyenv", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pyenv_follows_the_link_that_pyenv_virtualenv_makes(desk: Desk) -> None:
    prefix = desk.make("~/.pyenv/versions/3.12.1/envs/app")
    (desk.home / ".pyenv/versions/app").symlink_to(prefix)
    for text in ("app\n", "3.12.1/envs/app\n"):
        desk.write(".python-version", text)
        assert desk.find() == ("pyenv", prefix)


def test_pyenv_a_bare_version_is_no_environment(desk: Desk) -> None:
    desk.write("~/.pyenv/versions/3.12.1/bin/python")
    for text in ("3.12.1\n", "3.12\n", "system\n", "3.13t\n", "pypy3.10-7.3\n"):
        desk.write(".python-version", text)
        assert desk.find() is None


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pyenv_several_lines(desk: Desk) -> None:
    prefix, other = desk.make("~/.pyenv/versions/app"), desk.make("~/.pyenv/versions/other")
    desk.write("~/.pyenv/versions/3.12.1/bin/python")
    for text in ("app\n3.12.1\n", "# ours\n\napp and more words\r\n3.11\n", "python-app\n"):
        desk.write(".python-version", text)
        assert desk.find() == ("pyenv", prefix)
    desk.write(".python-version", "3.12.1\napp\n")
    assert desk.find() is None, "the first decides what pyenv-virtualenv activates"
    desk.write(".python-version", f"app\n{other.name}\n")
    assert desk.list_skipped() == ["pyenv-virtualenv: `.python-version` names more than one environment"]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_pyenv_the_variable_replaces_the_file(desk: Desk) -> None:
    desk.write(".python-version", "app\n")
    desk.make("~/.pyenv/versions/app")
    prefix = desk.make("~/.pyenv/versions/other")
    desk.variables["PYENV_VERSION"] = "other:3.12.1"
    assert desk.find() == ("pyenv", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@given(st.text())
def test_pyenv_versions_stay_in_their_directory(text: str) -> None:
    for version in pyenv.read_versions(text):
        assert version
        assert not any(character in version for character in " \n\r\t")
        assert os.path.normpath(f"/v/{version}").startswith("/v")


# == virtualenvwrapper =================================================================================================


def wrap(desk: Desk, name: str, directory: Path, parent: str = "~/.virtualenvs") -> Path:
    """Make an environment whose project is `directory`."""
    directory.mkdir(exist_ok=True)
    prefix = desk.make(f"{parent}/{name}")
    (prefix / ".project").write_bytes(os.fsencode(f"{directory}\n"))
    return prefix


def record_of(desk: Desk, directory: Path) -> Path:
    return desk.state / "at" / str(directory).lstrip("/") / store.RECORD


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_virtualenvwrapper(desk: Desk) -> None:
    prefix = wrap(desk, "mine", desk.app)
    wrap(desk, "other", desk.home / "other")
    assert desk.find() == ("virtualenvwrapper", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_virtualenvwrapper_makes_the_hook_look_at_a_directory_without_a_marker(desk: Desk) -> None:
    """Resolving anything without an environment leaves a blank record in each project, and where every walk ends."""
    wrap(desk, "mine", desk.app)
    assert desk.find(desk.home / "elsewhere") is None
    for directory in (desk.app, desk.home, Path("/")):
        assert record_of(desk, directory).read_bytes() == store.BLANK


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_virtualenvwrapper_at_the_start_of_a_shell(desk: Desk) -> None:
    prefix = desk.make("~/.virtualenvs/mine")
    virtualenvwrapper.prepare({"HOME": str(desk.home)})
    assert not record_of(desk, desk.app).exists()
    # `setvirtualenvproject` changes nothing of the directory of environments.
    (prefix / ".project").write_text(f"{desk.app}\n")
    virtualenvwrapper.prepare({"HOME": str(desk.home)})
    assert record_of(desk, desk.app).exists()
    assert desk.find() == ("virtualenvwrapper", prefix)
    (desk.home / "other").mkdir()
    (prefix / ".project").write_text(f"{desk.home}/other\n")
    virtualenvwrapper.prepare({"HOME": str(desk.home)})
    assert desk.find() is None
    assert desk.find(desk.home / "other") == ("virtualenvwrapper", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_virtualenvwrapper_an_environment_made_later(desk: Desk) -> None:
    wrap(desk, "first", desk.home / "first")
    words = desk.render(desk.home)
    assert f"{desk.home}/.virtualenvs" in [str(desk.home / path) for path in words["newer"]]
    prefix = wrap(desk, "second", desk.app)
    desk.render(desk.home)
    assert record_of(desk, desk.app).exists()
    assert desk.find() == ("virtualenvwrapper", prefix)
    prefix.rename(desk.home / "gone")
    desk.render(desk.home)
    assert desk.find() is None


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_virtualenvwrapper_an_environment_that_is_just_being_made(desk: Desk) -> None:
    """Its `.project` comes last: where the walk ends, that is waited for."""
    desk.make("~/.virtualenvs/new")
    words = desk.render(desk.home)
    assert str(desk.home / ".virtualenvs/new/.project") in [str(desk.home / path) for path in words["absent"]]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_virtualenvwrapper_scans_only_where_environments_came_or_went(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        wrap(desk, f"mine-{number}", desk.home / f"project-{number}")
    workon_home = desk.home / ".virtualenvs"
    for path in [*workon_home.iterdir(), workon_home]:
        os.utime(path, (1_600_000_000, 1_600_000_000))
    assert desk.find(desk.home / "project-7") == ("virtualenvwrapper", workon_home / "mine-7")

    def refuse(path: str) -> list[str]:
        raise AssertionError(f"{path} was scanned")

    monkeypatch.setattr(os, "listdir", refuse)
    evidence = desk.evidence()
    assert desk.examine(desk.home / "project-8", evidence) is not None
    looked_at = {path.split("/.virtualenvs/")[1].split("/")[0] for path in evidence.times if "/.virtualenvs/" in path}
    assert looked_at == {"mine-8"}


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_virtualenvwrapper_of_several_the_last_word_counts(desk: Desk) -> None:
    old, new = wrap(desk, "z", desk.app), wrap(desk, "a", desk.app)
    os.utime(old / ".project", (1_600_000_000, 1_600_000_000))
    assert desk.find() == ("virtualenvwrapper", new)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_virtualenvwrapper_a_linked_project(desk: Desk) -> None:
    prefix = wrap(desk, "mine", desk.app)
    (desk.home / "link").symlink_to(desk.app)
    assert desk.find(desk.home / "link") == ("virtualenvwrapper", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("value", "parent"),
    [
        ("", ".virtualenvs"),
        ("~/work", "work"),
        ("work", "work"),
        ("$HERE//work/", "at/work"),
        ("/srv/envs", "/srv/envs"),
    ],
)
def test_virtualenvwrapper_where_it_keeps_environments(value: str, parent: str) -> None:
    evidence = Evidence({"HOME": "/home/ada", "HERE": "/home/ada/at"})
    assert virtualenvwrapper.find_workon_home(value, evidence, "linux") == os.path.join("/home/ada", parent)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"relative/path\n",
        b"~/app\n",
        b"/a\n/b\n",
        b"/a\0b\n",
        b"/" + b"x" * 9000,
        b"/x" * 2100,
        b"{app}/../../../../../../etc",
    ],
)
def test_virtualenvwrapper_hostile_projects(desk: Desk, data: bytes) -> None:
    good = wrap(desk, "good", desk.home / "good")
    prefix = desk.make("~/.virtualenvs/hostile")
    (prefix / ".project").write_bytes(data.replace(b"{app}", os.fsencode(desk.app)))
    before = {*desk.home.rglob("*"), *desk.root.iterdir()}
    assert desk.find(desk.home / "good") == ("virtualenvwrapper", good)
    assert {*desk.home.rglob("*"), *desk.root.iterdir()} == before | {desk.root / "state"}
    assert desk.find() is None


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_virtualenvwrapper_odd_names(desk: Desk) -> None:
    odd = os.fsdecode(b"caf\xe9 \t'\"")
    directory = desk.home / odd
    prefix = wrap(desk, odd, directory)
    wrap(desk, "two\nlines", desk.home / "other")
    os.mkfifo(desk.make("~/.virtualenvs/fifo") / ".project")
    assert desk.find(directory) == ("virtualenvwrapper", prefix)
    assert desk.find(directory) == ("virtualenvwrapper", prefix), "as it was written down"


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_virtualenvwrapper_an_index_that_is_torn(desk: Desk) -> None:
    prefix = wrap(desk, "mine", desk.app)
    assert desk.find() == ("virtualenvwrapper", prefix)
    [index] = desk.state.glob("virtualenvwrapper-*")
    for data in (b"", b"x", b"12\n1\0mine", b"\xff\0\n\n\0\n", b"9" * 50):
        index.write_bytes(data)
        assert desk.find() == ("virtualenvwrapper", prefix)


# == What is said where there is none ==================================================================================


def read_hint(desk: Desk) -> tuple[str, str, str]:
    [hint] = desk.render()["hint"]
    what, why, todo = hint.split("\t")
    return what, why, todo.removesuffix(" there, or `autovenv off` to hear no more of it in this shell")


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"pyproject.toml": UV_PROJECT, "uv.lock": ""}, "uv sync"),
        ({"pyproject.toml": UV_PROJECT + "[tool.uv]\n"}, "uv sync"),
        ({"pyproject.toml": '[tool.poetry]\nname = "app"\n'}, "poetry install"),
        ({"pyproject.toml": UV_PROJECT, "poetry.lock": ""}, "poetry install"),
        ({"Pipfile": ""}, "pipenv install"),
        ({"pyproject.toml": UV_PROJECT + "[tool.pdm]\n"}, "pdm install"),
        ({"pyproject.toml": UV_PROJECT, "pdm.lock": ""}, "pdm install"),
        ({"pyproject.toml": UV_PROJECT + "[tool.hatch.envs.default]\n"}, "hatch env create"),
        ({"pyproject.toml": UV_PROJECT, "hatch.toml": ""}, "hatch env create"),
        ({"environment.yml": "name: app\n"}, "conda env create"),
        ({"environment.yaml": "name: app\n"}, "conda env create --file environment.yaml"),
        ({"pixi.toml": ""}, "pixi install"),
        ({"pyproject.toml": UV_PROJECT + "[tool.pixi.workspace]\n"}, "pixi install"),
        ({"requirements.txt": ""}, "python -m venv .venv"),
        ({"pyproject.toml": UV_PROJECT}, "python -m venv .venv"),
        ({"pyproject.toml": "not = [toml", "setup.py": ""}, "python -m venv .venv"),
    ],
)
def test_the_hint_is_the_command_of_the_projects_own_tool(desk: Desk, files: Mapping[str, str], command: str) -> None:
    for name, text in files.items():
        desk.write(name, text)
    put_on_path(desk, "python", command.split()[0])
    what, why, todo = read_hint(desk)
    assert (what, why) == ("`~/app` has no environment", "`python` is whatever comes first on PATH")
    assert todo == f"run `{command}`"


def put_on_path(desk: Desk, *names: str) -> None:
    """Let these commands, and no others, be on `PATH`."""
    for name in names:
        desk.write(f"/bin/{name}").chmod(0o755)
    desk.variables["PATH"] = str(desk.root / "bin")


@pytest.mark.parametrize(
    ("file", "there", "command"),
    [
        ("poetry.lock", ("uv", "pipx", "apt"), "`uvx poetry install`"),
        ("hatch.toml", ("pipx", "brew"), "`pipx run hatch env create`"),
        ("uv.lock", ("pipx",), "`pipx run uv sync`"),
        ("environment.yml", ("micromamba",), "`micromamba env create --file environment.yml`"),
        ("environment.yaml", ("mamba",), "`mamba env create --file environment.yaml`"),
        ("hatch.toml", ("brew", "apt"), "`brew install hatch`, then `hatch env create`"),
        ("Pipfile", ("apt", "curl"), "`sudo apt install pipx`, then `pipx run pipenv install`"),
        ("pdm.lock", ("dnf",), "`sudo dnf install pipx`, then `pipx run pdm install`"),
        ("uv.lock", ("curl",), "`curl -LsSf https://astral.sh/uv/install.sh | sh`, then `~/.local/bin/uv sync`"),
        (
            "hatch.toml",
            ("curl",),
            "`curl -LsSf https://astral.sh/uv/install.sh | sh`, then `~/.local/bin/uvx hatch env create`",
        ),
        ("pixi.toml", ("curl",), "`curl -fsSL https://pixi.sh/install.sh | sh`, then `~/.pixi/bin/pixi install`"),
        ("environment.yml", ("brew",), "`brew install --cask miniconda`, then `conda env create`"),
        ("environment.yml", ("apt", "curl"), "`python -m venv .venv`"),
        ("hatch.toml", (), "`python -m venv .venv`"),
    ],
)
def test_the_hint_where_the_projects_own_tool_is_not_installed(
    desk: Desk, file: str, there: tuple[str, ...], command: str
) -> None:
    """It can be typed as it is: what runs the tool, or gets it; that the tool is missing where that is more to do."""
    desk.write("pyproject.toml", UV_PROJECT)
    desk.write(file)
    put_on_path(desk, "python", *there)
    _, why, todo = read_hint(desk)
    assert todo == f"run {command}"
    is_more = ", then " in command or "-m venv" in command
    assert why.endswith(" is not on PATH") == is_more


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("files", "pin", "why", "todo"),
    [
        ({}, "shop", "names `shop`", "run `pyenv virtualenv shop`"),
        ({}, "3.13.2", "asks for `3.13.2`", "run `pyenv install 3.13.2`, then `pyenv exec python -m venv .venv`"),
        ({"poetry.lock": ""}, "3.13.2", "asks for `3.13.2`", "run `pyenv install 3.13.2`, then `poetry install`"),
        ({"uv.lock": ""}, "3.13.2", "", "run `uv sync`"),
        ({"setup.py": ""}, "3.12", "", "run `uv venv`"),
        ({"setup.py": ""}, "system", "", "run `uv venv`"),
    ],
)
def test_the_hint_where_pyenv_does_not_have_what_is_asked_for(
    desk: Desk, files: Mapping[str, str], pin: str, why: str, todo: str
) -> None:
    """The file alone makes a project of the directory: without what it names pyenv runs no Python there."""
    for name, text in files.items():
        desk.write("pyproject.toml", UV_PROJECT)
        desk.write(name, text)
    desk.write("~/.pyenv/versions/3.12.1/bin/python")
    desk.write(".python-version", f"{pin}\n")
    put_on_path(desk, "pyenv", "poetry", "uv")
    _, said, typed = read_hint(desk)
    assert said == (f"`.python-version` {why}, which pyenv does not have" if why else NOTHING_SAID)
    assert typed == todo


def test_no_hint_where_pyenv_has_what_is_asked_for(desk: Desk) -> None:
    desk.write("~/.pyenv/versions/3.12.1/bin/python")
    desk.write(".python-version", "3.12\n")
    assert "hint" not in desk.render()


#: Why, where the project says nothing.
NOTHING_SAID = "`python` is whatever comes first on PATH"


def test_the_hint_where_conda_is_a_function_of_the_shell(desk: Desk) -> None:
    desk.write("environment.yml")
    put_on_path(desk, "python")
    desk.variables["CONDA_EXE"] = str(desk.root / "miniconda3/bin/conda")
    assert read_hint(desk)[2] == "run `conda env create`"


def test_the_hint_where_uv_is_there(desk: Desk) -> None:
    desk.write("setup.py")
    desk.write("/bin/uv").chmod(0o755)
    desk.variables["PATH"] = str(desk.root / "bin")
    assert read_hint(desk)[2] == "run `uv venv`"


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("myenv", "autovenv link myenv"),
        ("my env; ls", "autovenv link 'my env; ls'"),
        ("-n", "autovenv link ./-n"),
        ("it's", "autovenv doctor"),  # no quotes of one shell are those of all
    ],
)
def test_the_hint_where_an_environment_of_another_name_lies(desk: Desk, name: str, command: str) -> None:
    desk.write("pyproject.toml", UV_PROJECT + "[tool.uv]\n")
    desk.make(name)
    what, why, todo = read_hint(desk)
    assert what == "`~/app` has no environment"
    assert why == f"`{name}` in it is one, by a name that is not looked for"
    assert todo == f"run `{command}`"


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_the_hint_where_workon_home_has_the_projects_name(desk: Desk) -> None:
    """A hint, and not the environment: its name is all that they share."""
    desk.write("setup.py")
    desk.make("~/.virtualenvs/app")
    assert read_hint(desk)[1:] == ("`~/.virtualenvs/app` has its name", "if that is meant, run `autovenv link app`")
    desk.variables["WORKON_HOME"] = str(desk.home / "work")
    assert "link" not in read_hint(desk)[2]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("nosuch-env\n", "nosuch-env"),
        ("3.12\n", ""),
        ("pypy3.10-7.3.17\n", ""),
        ("there\n", ""),
        ("a;id\n", ""),
        ("x" * 80, ""),
    ],
)
def test_the_hint_where_pyenv_has_no_such_environment(desk: Desk, text: str, name: str) -> None:
    desk.write("setup.py")
    desk.write(".python-version", text)
    (desk.home / ".pyenv/versions/there").mkdir(parents=True)
    _, why, todo = read_hint(desk)
    if name:
        assert why == f"`.python-version` names `{name}`, which pyenv does not have"
        assert todo == f"run `pyenv virtualenv {name}`"
    else:
        assert "pyenv" not in why + todo


def read_outer(desk: Desk, directory: Path | None = None) -> list[str]:
    made = resolve.resolve(str(directory or desk.app), {"HOME": str(desk.home), **desk.variables})
    return [" | ".join(message) for message in made.outers]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"pyproject.toml": '[tool.poetry]\nname = "app"\n'}, "Poetry would install into it"),
        ({"Pipfile": ""}, "Pipenv would install into it"),
        ({"pyproject.toml": UV_PROJECT + "[tool.pdm]\n"}, "PDM would install into it"),
        ({"pyproject.toml": UV_PROJECT + "[tool.hatch]\n"}, "Hatch would make its own, not use that one"),
        ({"environment.yml": "name: app\n"}, "conda would make its own, not use that one"),
        ({"pixi.toml": ""}, "pixi would make its own, not use that one"),
        ({"pyproject.toml": UV_PROJECT + "[tool.uv]\n"}, ""),
        ({"requirements.txt": ""}, ""),
    ],
)
def test_an_outer_environment_under_a_tools_own_project_is_told(
    desk: Desk, files: Mapping[str, str], said: str
) -> None:
    for name, text in files.items():
        desk.write(name, text)
    outers = read_outer(desk)
    assert len(outers) == bool(said)
    assert all(said in outer and "has no environment for `~/app` yet" in outer for outer in outers)
    desk.write("~/.config/autovenv/config.toml", "silence = ['outer']\n")
    assert read_outer(desk) == []


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_an_outer_environment_is_not_told_where_the_tool_has_one(desk: Desk) -> None:
    desk.write("pyproject.toml", POETRY_1)
    base = poetry.name_base("app", str(desk.app))
    desk.make(f"~/.cache/pypoetry/virtualenvs/{base}-py3.11")
    assert read_outer(desk) == []


def test_a_worktree_in_another_checkout_is_told(desk: Desk) -> None:
    repository = Repository.init(desk.app)
    repository.write("main.py")
    repository.git("add", ".")
    repository.git("commit", "-q", "-m", "first")
    repository.git("worktree", "add", "-q", ".worktrees/x")
    repository.git("worktree", "add", "-q", str(desk.home / "beside"))
    tree = desk.app / ".worktrees/x"
    [outer] = read_outer(desk, tree)
    assert outer.startswith(
        "`~/app/.worktrees/x` has no environment of its own | "
        "it is a worktree inside `~/app`, and what lies further up is used | run `"
    )
    assert read_outer(desk) == read_outer(desk, desk.home / "beside") == []
    desk.make(str(tree / ".venv"))
    assert read_outer(desk, tree) == []


def test_a_submodule_is_no_worktree(desk: Desk) -> None:
    Repository.init(desk.app)
    desk.write("vendor/lib/.git", "gitdir: ../../.git/modules/vendor/lib\n")
    assert read_outer(desk, desk.app / "vendor/lib") == []


# == Hostile files =====================================================================================================

#: Everything that a kind reads of a project or of a user's configuration, with what makes its kind read it.
FILES: Mapping[str, Callable[[Desk], object]] = {
    "pyproject.toml": lambda desk: None,
    "poetry.toml": lambda desk: desk.write("pyproject.toml", POETRY),
    "~/.config/pypoetry/config.toml": lambda desk: desk.write("pyproject.toml", POETRY),
    f"{VIRTUALENVS}/envs.toml": lambda desk: desk.write("pyproject.toml", POETRY),
    "Pipfile": lambda desk: None,
    "hatch.toml": lambda desk: None,
    "~/.config/hatch/config.toml": lambda desk: desk.write("pyproject.toml", HATCH),
    ".pdm-python": lambda desk: None,
    "pdm.toml": lambda desk: desk.write("pyproject.toml", PDM),
    "~/.config/pdm/config.toml": lambda desk: desk.write("pyproject.toml", PDM),
    "environment.yml": lambda desk: None,
    "~/.conda/environments.txt": lambda desk: desk.write("environment.yml", "name: science\n"),
    "~/.condarc": lambda desk: desk.write("environment.yml", "name: science\n"),
    ".python-version": lambda desk: None,
}


def make_huge(path: Path) -> None:
    path.touch()
    os.truncate(path, 100 << 20)


#: What may lie in a file's place, and whether that is worth a word: it is no file, or too large.
OBSTACLES: Mapping[str, Callable[[Path], object]] = {
    "a FIFO": lambda path: os.mkfifo(path, 0o600),  # Windows has none
    "a directory": Path.mkdir,
    "100 MB": make_huge,
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a device": lambda path: path.symlink_to("/dev/zero"),
}

#: What a file may hold that nobody would write.
BOMBS = {
    "nothing": b"",
    "garbage": bytes(range(256)) * 40,
    "null bytes": b"\0" * 5000,
    "not UTF-8": b'name = "\xff\xfe"\n\xff: \xfe\n',
    "nested arrays": b"a = " + b"[" * 100_000,
    "nested tables": b"a = " + b"{a=" * 100_000,
    "a deep key": b".".join([b"a"] * 100_000) + b" = 1\n",
    "a deep table": b"[" + b".".join([b"a"] * 20_000) + b"]\n" + b"".join(b"k%d = 1\n" % n for n in range(20_000)),
    "a large number": b"a = " + b"1" * 100_000 + b"\n",
    "many lines": b"/x\n" * 200_000,
    "one long line": b"x" * 500_000,
    "nested YAML": b"- " * 100_000 + b"\nname: " + b"[" * 10_000,
    "references": b"name: &a [*a, *a]\nprefix: *a\n",
}


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize("obstacle", OBSTACLES)
@pytest.mark.parametrize("file", FILES)
def test_what_is_no_readable_file_is_skipped_with_a_reason(desk: Desk, file: str, obstacle: str) -> None:
    FILES[file](desk)
    path = desk.home / file[2:] if file.startswith("~/") else desk.app / file
    path.parent.mkdir(parents=True, exist_ok=True)
    OBSTACLES[obstacle](path)
    skipped = desk.list_skipped()
    if obstacle == "a link to itself" and file in (
        "pyproject.toml",
        "Pipfile",
        "environment.yml",
        ".python-version",
        ".pdm-python",
        "hatch.toml",
    ):
        assert skipped == [], "a marker that leads nowhere is not there"
    else:
        assert any(path.name in sentence for sentence in skipped)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("file", FILES)
def test_no_content_breaks_a_kind(desk: Desk, file: str, bomb: str) -> None:
    FILES[file](desk)
    path = desk.write(file, BOMBS[bomb])
    evidence = desk.evidence()
    found = desk.examine(evidence=evidence)
    assert found is None or isinstance(found.environment, Broken)
    if file.endswith(("toml", "Pipfile")) and bomb not in ("nothing", "one long line"):
        assert any(path.name in sentence for sentence in evidence.skipped)


POETRY_1 = '[tool.poetry]\nname = "app"\n'

#: What fits into a file that is read and took time by the square of it, or a line of the record for each of its own.
LONG = {
    "an inline table of many parts": {"pyproject.toml": "a = {" + "b." * 400_000 + "c = 1}"},
    "a quoted key of many parts": {"pyproject.toml": "a = {" + "'b'." * 200_000 + "c = 1}"},
    "a key with an equals sign": {"pyproject.toml": '"="' + ".a" * 400_000 + " = 1"},
    "up and up": {".venv": "../" * 1300},
    "in and out": {".venv": "a/../" * 800},
    "a path of placeholders": {
        "pyproject.toml": POETRY_1,
        "poetry.toml": f"virtualenvs.path = '{'{cache-dir}' * 90_000}'",
    },
    "a path of Hatch's": {"pyproject.toml": f"[tool.hatch.envs.default]\npath = '{'a/../' * 200_000}'"},
    "a name of Hatch's": {"pyproject.toml": f"[project]\nname = '{'a' * 900_000}'\n[tool.hatch]"},
    "names": {"environment.yml": "name: app\n" * 100_000},
    "documents": {"environment.yml": "---\n" * 250_000},
    "variables": {"environment.yml": "prefix: " + "".join(f"$A{number}" for number in range(100_000))},
    "versions": {".python-version": "".join(f"v{number}\n" for number in range(100_000))},
    "few versions": {".python-version": "".join(f"v{number}\n" for number in range(700))},
}


@pytest.mark.parametrize("files", LONG.values(), ids=LONG)
def test_a_long_file_costs_neither_time_nor_lines(desk: Desk, files: Mapping[str, str], alarm: None) -> None:
    for name, text in files.items():
        desk.write(name, text)
    words = desk.render()
    assert sum(map(len, words.values())) < 80
    assert all(len(value) < 500 for values in words.values() for value in values)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_huge_lock_is_not_read(desk: Desk) -> None:
    desk.write("pyproject.toml", '[project]\nname = "My.Great_App"\n')
    make_huge(desk.app / "poetry.lock")
    prefix = poetry_environment(desk, "3.11")
    assert desk.find() == ("poetry", prefix)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_malformed_file_costs_only_the_kinds_that_read_it(desk: Desk) -> None:
    desk.write("pyproject.toml", "[[[")
    desk.write("Pipfile")
    prefix = pipenv_environment(desk)
    evidence = desk.evidence()
    found = desk.examine(evidence=evidence)
    assert found is not None
    assert found.environment.prefix == str(prefix)
    assert evidence.skipped == ["Poetry: `~/app/pyproject.toml` is not valid TOML at line 1, column 3"]


#: Keys that some kind looks at.
KEYS = """
    build-backend build-system cache-dir create data default dirs env envs exclude hatch location managed members minor
    name path pdm pipenv poetry project python tool type use_venv uv venv venv_in_project virtual virtualenvs workspace
"""
WORDS = st.sampled_from(KEYS.split())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(WORDS, children, max_size=6),
    max_leaves=40,
)


def drop_none(value: Any) -> Any:
    """TOML has no null."""
    if isinstance(value, dict):
        return {key: drop_none(item) for key, item in value.items() if item is not None}
    return [drop_none(item) for item in value if item is not None] if isinstance(value, list) else value


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(
    table=st.dictionaries(WORDS, JSON, max_size=6),
    file=st.sampled_from([name for name in FILES if name.endswith(("toml", "Pipfile"))]),
)
def test_no_table_is_too_odd(desk: Desk, table: dict[str, Any], file: str) -> None:
    for name in FILES:
        path = desk.home / name[2:] if name.startswith("~/") else desk.app / name
        path.unlink(missing_ok=True)
    desk.variables = {"UV_PROJECT_ENVIRONMENT": "later", "PIPENV_PIPFILE": ""}
    FILES[file](desk)
    desk.write(file, tomli_w.dumps(drop_none(table)).encode())
    assert desk.find() is None


# == What becomes of the looks =========================================================================================


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_plain_project_is_watched_by_a_handful_of_paths(desk: Desk) -> None:
    """What its `.venv` consists of, and nothing of any other kind."""
    desk.make(".venv")
    desk.write("pyproject.toml", POETRY)
    words = desk.render()
    assert words["verdict"] == ["use"]
    assert words["same"] == ["0 .venv/pyvenv.cfg"]
    assert words["newer"] == [".venv/bin"]
    assert words["runs"] == [".venv/bin/python"]
    assert [path for path in words["absent"] if not path.startswith("/")] == []
    assert words["variable"] == ["UV_PROJECT_ENVIRONMENT="]


def test_what_a_person_makes_while_standing_there_is_waited_for_at_every_prompt(desk: Desk) -> None:
    desk.write("pyproject.toml", PDM)
    words = desk.render()
    assert words["verdict"] == ["none"]
    assert [path for path in words["absent"] if not path.startswith("/")] == [
        *NAMES,
        "Pipfile",
        ".pdm-python",
        ".python-version",
    ]
    assert "absent hatch.toml" in words["moved"]
    assert "pyproject.toml" in words["newer"]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_an_environment_made_by_the_tool_later_shows_in_the_directory_of_environments(desk: Desk) -> None:
    desk.write("pyproject.toml", POETRY + "[tool.hatch]\n[tool.pdm]\n")
    desk.write("Pipfile")
    desk.write("environment.yml", "name: science\n")
    desk.write(".python-version", "mine\n")
    parents = [
        ".cache/pypoetry/virtualenvs",
        ".local/share/virtualenvs",
        f".local/share/hatch/env/virtual/app/{hatch.digest_path(str(desk.app))}",
        ".local/share/pdm/venvs",
        ".conda/envs",
        ".pyenv/versions",
    ]
    assert set(desk.render().get("newer", [])).isdisjoint(str(desk.home / parent) for parent in parents)
    for parent in parents:
        (desk.home / parent).mkdir(parents=True)
    assert {str(desk.home / parent) for parent in parents} <= set(desk.render()["newer"])


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_looks_that_others_imply_are_left_out() -> None:
    evidence = Evidence({})
    looks: dict[str, tuple[str, int | None]] = {
        "/p/.venv": ("exists", 1),
        "/p/.venv/bin": ("same", 1),
        "/p/.venv/bin/python": ("exists", 1),
        "/p/.venv/bin/python3": ("absent", None),
        "/p/.venv/pyvenv.cfg": ("same", 1),
        "/p/.pixi": ("absent", None),
        "/p/.pixi/envs/default/conda-meta": ("absent", None),
        "/p/Pipfile": ("absent", None),
        "/p/lazy": ("absent", None),
    }
    for path, (word, time) in looks.items():
        evidence.words[path], evidence.times[path] = word, time
    evidence.lazy.add("/p/lazy")
    text = record.render(record.Record("none", evidence), "/p", stored=True)[0]
    words = record.parse(text)
    assert words["exists"] == [".venv/bin/python"]
    assert words["absent"] == [".pixi", "Pipfile"]
    assert words["moved"] == ["absent lazy"]
    # Where nothing can be compared by time, the directory does not tell what appears in it.
    unstored = record.parse(record.render(record.Record("none", evidence), "/p")[0])
    assert unstored["absent"] == [".venv/bin/python3", ".pixi", "Pipfile"]
    assert unstored["moved"] == ["absent lazy"]


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_broken_environment_elsewhere_is_noticed_when_it_is_mended(desk: Desk) -> None:
    prefix = desk.make("~/elsewhere")
    (prefix / "bin" / "python").unlink()
    desk.write(".venv", str(prefix))
    words = desk.render()
    assert words["verdict"] == ["stop"]
    assert f"1 {prefix}" in words["same"]
    assert str(prefix / "bin") in words["newer"]


# == Where tools keep things ===========================================================================================


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    "variables", [{}, {"XDG_DATA_HOME": "/d", "XDG_CONFIG_HOME": "/c", "XDG_CACHE_HOME": "relative"}]
)
@pytest.mark.parametrize("purpose", ["data", "config", "cache"])
def test_user_directories_are_those_of_platformdirs(
    purpose: str, variables: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    evidence = Evidence({"HOME": "/home/ada", **variables})
    for platform, theirs in (("linux", platformdirs.unix.Unix), ("darwin", platformdirs.macos.MacOS)):
        expected = getattr(theirs("tool", appauthor=False, roaming=True), f"user_{purpose}_dir")
        assert directories.user_dir(purpose, "tool", evidence, roaming=True, platform=platform) == expected


@pytest.mark.parametrize("author", [None, False])
@pytest.mark.parametrize("roaming", [True, False])
@pytest.mark.parametrize("purpose", ["data", "config", "cache"])
def test_user_directories_on_windows_are_those_of_platformdirs(
    purpose: str, roaming: bool, author: Literal[False] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = {"LOCALAPPDATA": "C:\\Users\\ada\\Local", "APPDATA": "C:\\Users\\ada\\Roaming"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(platformdirs.windows, "get_win_folder", platformdirs.windows.get_win_folder_from_env_vars)
    theirs = platformdirs.windows.Windows("tool", appauthor=author, roaming=roaming)
    expected = getattr(theirs, f"user_{purpose}_dir").replace("/", "\\")
    ours = directories.user_dir(
        purpose, "tool", Evidence(variables), author="tool" if author is None else "", roaming=roaming, platform="win32"
    )
    assert ours == expected


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("~", "/home/ada"),
        ("~/x", "/home/ada/x"),
        ("$A/x", "/a/x"),
        ("${A}x", "/ax"),
        ("$UNSET/${UNSET}/$", "$UNSET/${UNSET}/$"),
        ("a~/$", "a~/$"),
        ("${", "${"),
        ("${A-b}$(id)`id`", "${A-b}$(id)`id`"),
    ],
)
def test_expands_variables_and_the_home_and_nothing_else(path: str, expected: str) -> None:
    assert directories.expand(path, Evidence({"HOME": "/home/ada", "A": "/a"})) == expected


@given(st.text(st.sampled_from("~/$A{}a\0 ")))
def test_expanding_never_fails(path: str) -> None:
    assert isinstance(directories.expand(path, Evidence({"HOME": "/home/ada", "A": "x"})), str)


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_settling_a_path(root: Path) -> None:
    (root / "disk" / "deep").mkdir(parents=True)
    (root / "link").symlink_to("disk/deep")
    assert directories.settle(str(root), "a/./b/../c") == f"{root}/a/c"
    assert directories.settle(str(root), "/x//y/") == "/x/y"
    # What the kernel makes of `..` behind a link, not what the text says.
    assert directories.settle(str(root), "link/../x") == f"{root}/disk/x"
    with pytest.raises(ValueError, match="null byte"):
        directories.settle(str(root), "a\0b")


@given(st.binary(min_size=6, max_size=40))
def test_digests_are_shortened_as_base64_is(digest: bytes) -> None:
    from base64 import urlsafe_b64encode

    assert shorten_digest(digest) == urlsafe_b64encode(digest).decode()[:8]


# == What a prefix is ==================================================================================================


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_a_conda_prefix_is_told_by_its_own_directory(desk: Desk) -> None:
    prefix = desk.make("~/science", "conda")
    found = environment.inspect(str(prefix), Evidence({}))
    assert isinstance(found, Environment)
    assert (found.flavour, found.name, found.bin) == ("conda", "science", str(prefix / "bin"))


def test_an_environment_within_a_conda_prefix_is_a_virtual_one(desk: Desk) -> None:
    prefix = desk.make("~/science")
    (prefix / "conda-meta").mkdir()
    found = environment.inspect(str(prefix), Evidence({}))
    assert isinstance(found, Environment)
    assert found.flavour == "venv"
