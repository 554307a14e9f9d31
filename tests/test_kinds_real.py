"""The rules of the kinds against the tools themselves: each makes an environment and says where it is."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from commands import BY_PATH
from records import Stored

from autovenv import walk
from autovenv.disk.evidence import Evidence
from autovenv.environments import project
from autovenv.environments.environment import Broken, Environment
from autovenv.environments.project import Finding
from autovenv.state import record, settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.network,
    pytest.mark.posix("the tools are started by their POSIX paths"),
]

#: A project that all tools can read and none needs to build.
PYPROJECT = """\
[project]
name = "My.Great_App"
version = "1"
requires-python = ">=3.11"
"""


@dataclass(frozen=True)
class Case:
    """A project's `files`, the commands that `make` its environment, the one that tells (`ask`) where that is.

    `{project}`, `{home}` and `{python}` are filled in everywhere. `directory` is the project's name, `kind` who finds
    it; `answers` says that the tool's answer is an interpreter.
    """

    name: str
    kind: str
    make: Sequence[str]
    ask: str
    files: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    directory: str = "app"
    interpreter: bool = False


PDM_ASK = "pdm venv --path dev"
UV_ASK = "uv run --offline --no-sync python -c 'import sys; print(sys.prefix)'"
HATCH = PYPROJECT + "[tool.hatch.envs.default]\nskip-install = true\n"
POETRY_1 = '[tool.poetry]\nname = "My.Great_App"\npackage-mode = false\n'
POETRY_2 = PYPROJECT + "[tool.poetry]\npackage-mode = false\n"

CASES = (
    Case(
        "poetry 1",
        "poetry",
        ["poetry env use {python}"],
        "poetry env info --path",
        {"pyproject.toml": POETRY_1},
    ),
    Case(
        "poetry 2, made by install",
        "poetry",
        ["poetry install"],
        "poetry env info --path",
        {"pyproject.toml": POETRY_2},
        directory="an app (2)",
    ),
    Case(
        "poetry without a table of its own",
        "poetry",
        ["poetry env use {python}"],
        "poetry env info --path",
        {"pyproject.toml": PYPROJECT},
    ),
    Case(
        "poetry without a name",
        "poetry",
        ["poetry env use {python}"],
        "poetry env info --path",
        {
            "pyproject.toml": "[tool.poetry]\npackage-mode = false\n",
            "poetry.toml": '[virtualenvs]\npath = "{{cache-dir}}/elsewhere"\n',
            "{home}/.config/pypoetry/config.toml": '[virtualenvs]\npath = "/nowhere"\n',
        },
        {"POETRY_CACHE_DIR": "{home}/cache"},
    ),
    Case(
        "poetry's path by a variable",
        "poetry",
        ["poetry env use {python}"],
        "poetry env info --path",
        {"pyproject.toml": POETRY_2, "poetry.toml": '[virtualenvs]\npath = "/nowhere"\n'},
        {"POETRY_VIRTUALENVS_PATH": "~/environments"},
    ),
    Case(
        "poetry in the project",
        "in_project",
        ["poetry env use {python}"],
        "poetry env info --path",
        {"pyproject.toml": POETRY_2, "poetry.toml": "[virtualenvs]\nin-project = true\n"},
    ),
    Case(
        "pipenv",
        "pipenv",
        ["pipenv --python {python}"],
        "pipenv --venv",
        directory="an app (2) & more",
    ),
    Case(
        "pipenv, a name of its own",
        "pipenv",
        ["pipenv --python {python}"],
        "pipenv --venv",
        {"Pipfile": ""},
        {"PIPENV_CUSTOM_VENV_NAME": "mine", "WORKON_HOME": "{home}/work"},
    ),
    Case(
        "pipenv, the name in a file",
        "pipenv",
        ["pipenv --python {python}"],
        "pipenv --venv",
        {"Pipfile": "", ".venv": "shared\n"},
    ),
    Case(
        "pipenv, another Pipfile",
        "pipenv",
        ["pipenv --python {python}"],
        "pipenv --venv",
        {"pyproject.toml": "", "deploy/Pipfile.main": ""},
        {"PIPENV_PIPFILE": "{project}/deploy/Pipfile.main"},
    ),
    Case(
        "pipenv, a name in its .env",
        "pipenv",
        ["pipenv --python {python}"],
        "pipenv --venv",
        {"Pipfile": "", ".env": "export PIPENV_CUSTOM_VENV_NAME='mine'\n"},
    ),
    Case(
        "pipenv in the project",
        "in_project",
        ["pipenv --python {python}"],
        "pipenv --venv",
        {"Pipfile": "[pipenv]\nvenv_in_project = true\n"},
    ),
    Case("hatch", "hatch", ["hatch env create"], "hatch env find", {"pyproject.toml": HATCH}),
    Case(
        "hatch, another directory of data",
        "hatch",
        ["hatch env create"],
        "hatch env find",
        {"pyproject.toml": PYPROJECT, "hatch.toml": "[envs.default]\nskip-install = true\n"},
        {"HATCH_DATA_DIR": "{home}/data"},
    ),
    Case(
        "hatch, environments in the project",
        "hatch",
        ["hatch env create"],
        "hatch env find",
        {"pyproject.toml": HATCH, "{home}/.config/hatch/config.toml": '[dirs.env]\nvirtual = ".hatch"\n'},
    ),
    Case(
        "hatch, environments all in one",
        "hatch",
        ["hatch env create"],
        "hatch env find",
        {"pyproject.toml": HATCH, "{home}/.config/hatch/config.toml": '[dirs.env]\nvirtual = "~/.virtualenvs"\n'},
    ),
    Case(
        "hatch, a path",
        "hatch",
        ["hatch env create"],
        "hatch env find",
        {"pyproject.toml": HATCH + 'path = "../environments/dev"\n'},
    ),
    Case(
        "hatch without a project",
        "hatch",
        ["hatch env create"],
        "hatch env find",
        {"pyproject.toml": "[tool.hatch.envs.default]\nskip-install = true\n"},
    ),
    Case(
        "hatch without a table of its own",
        "hatch",
        ["hatch env create"],
        "hatch env find",
        {"pyproject.toml": PYPROJECT},
    ),
    Case(
        "hatch with uv as its installer",
        "hatch",
        ["hatch env create"],
        "hatch env find",
        {"pyproject.toml": HATCH + 'installer = "uv"\n'},
    ),
    Case(
        "hatch, a matrix",
        "hatch",
        ["hatch env create py3.11-b"],
        "hatch env find py3.11-b",
        {"pyproject.toml": HATCH + '[[tool.hatch.envs.default.matrix]]\nfeature = ["a", "b"]\npython = ["3.11"]\n'},
    ),
    Case(
        "hatch, the one of a variable",
        "hatch",
        ["hatch env create test"],
        "hatch env find test",
        {"pyproject.toml": HATCH + "[tool.hatch.envs.test]\n"},
        {"HATCH_ENV": "test"},
    ),
    Case("pdm", "pdm", ["pdm venv create --name dev {python}"], PDM_ASK, {"pyproject.toml": PYPROJECT, "pdm.toml": ""}),
    Case(
        "pdm without a table of its own",
        "pdm",
        ["pdm venv create --name dev {python}"],
        PDM_ASK,
        {"pyproject.toml": PYPROJECT},
        {"PDM_VENV_IN_PROJECT": "0"},
    ),
    Case(
        "pdm, another location",
        "pdm",
        ["pdm venv create --name dev {python}"],
        PDM_ASK,
        {
            "pyproject.toml": PYPROJECT + "[tool.pdm]\ndistribution = false\n",
            "{home}/.config/pdm/config.toml": '[venv]\nlocation = "~/venvs"\n',
        },
        directory="my.App (2)",
    ),
    Case(
        "pdm, the one in use",
        "pdm",
        ["pdm venv create --name dev {python}", "pdm use --venv dev", "pdm venv create --name later {python}"],
        "pdm info --python",
        {"pyproject.toml": PYPROJECT},
        interpreter=True,
    ),
    Case(
        "pdm in the project",
        "in_project",
        ["pdm venv create {python}"],
        "pdm venv --path in-project",
        {"pyproject.toml": PYPROJECT},
    ),
    Case(
        "uv, by its variable",
        "uv",
        ["uv sync --offline"],
        UV_ASK,
        {"pyproject.toml": PYPROJECT},
        {"UV_PROJECT_ENVIRONMENT": "environments/dev"},
    ),
    Case("uv", "in_project", ["uv sync --offline"], UV_ASK, {"pyproject.toml": PYPROJECT}),
    Case(
        "uv, kept in its cache",
        "in_project",
        ["uv sync --offline"],
        UV_ASK,
        {"pyproject.toml": PYPROJECT},
        {"UV_PREVIEW_FEATURES": "centralized-project-envs"},
    ),
    Case(
        "uv, everything that is planned",
        "in_project",
        ["uv sync --offline"],
        UV_ASK,
        {"pyproject.toml": PYPROJECT},
        {"UV_PREVIEW": "1"},
    ),
    Case(
        "uv, relocatable in the project",
        "in_project",
        ["uv sync"],
        UV_ASK,
        {
            "pyproject.toml": PYPROJECT
            + '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
            + '[tool.uv]\npreview-features = ["relocatable-envs-default"]\n',
            "my_great_app/__init__.py": "",
        },
    ),
    Case("virtualenv", "in_project", ["virtualenv venv"], "venv/bin/python -c 'import sys; print(sys.prefix)'"),
    Case(
        "virtualenv, by a name of its own",
        "in_project",
        ["virtualenv dev"],
        "dev/bin/python -c 'import sys; print(sys.prefix)'",
        {"pyproject.toml": PYPROJECT},
    ),
    Case(
        "uv, beside the project",
        "uv",
        ["uv sync --offline"],
        UV_ASK,
        {"pyproject.toml": PYPROJECT},
        {"UV_PROJECT_ENVIRONMENT": "../environment"},
    ),
)


@dataclass(frozen=True)
class Desk:
    """A home and a project in it, and a shell's variables."""

    home: Path
    project: Path
    environ: dict[str, str]

    def run(self, line: str, directory: Path | None = None) -> str:
        """Run a command line in the project and return the last line of its output."""
        done = subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=directory or self.project,
            env={**self.environ, "PWD": str(directory or self.project)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return (done.stdout.strip().splitlines() or [""])[-1]

    def examine(self, directory: Path | None = None) -> Finding | None:
        evidence = Evidence(self.environ)
        return project.examine(str(directory or self.project), evidence, settings.load(evidence), {})


def lay(tmp_path: Path, tools: Path, case: Case) -> Desk:
    """Return a desk for a case: its home, its files, its variables."""
    home = Path(os.path.realpath(tmp_path)) / "home"
    place = home / case.directory
    place.mkdir(parents=True)

    def fill(text: str) -> str:
        return text.replace("{{", "{").replace("}}", "}") if "{{" in text else text.format(**names)

    names = {"home": str(home), "project": str(place), "python": str(tools / "python")}
    for name, text in case.files.items():
        path = place / fill(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(fill(text))
    kept = {
        name: value for name, value in os.environ.items() if name.startswith(("UV_INDEX", "UV_DEFAULT", "PIP_", "SSL_"))
    }
    environ = {
        **kept,
        "HOME": str(home),
        "PATH": f"{tools}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "UV_PYTHON_DOWNLOADS": "never",
        "PDM_CHECK_UPDATE": "0",
        **{name: fill(value) for name, value in case.variables.items()},
    }
    return Desk(home, place, environ)


def write_record(desk: Desk) -> Stored:
    """Have the project's record written, by the door that the hook uses, as of files that were made a while ago."""
    for path in (desk.home, *desk.home.rglob("*")):
        if path.exists():
            os.utime(path, (1_700_000_000, 1_700_000_000), follow_symlinks=False)
    subprocess.run([*BY_PATH, "resolve", str(desk.project)], env=desk.environ, capture_output=True, check=True)
    return Stored(desk.project, desk.home / ".local/state/autovenv")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_finds_what_the_tool_made(case: Case, tmp_path: Path, tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is made, at the next prompt after, through a link, from below, when it is gone and when it is back."""
    desk = lay(tmp_path, tools, case)
    monkeypatch.setenv("HOME", str(desk.home))
    assert desk.examine() is None
    before = write_record(desk)
    assert before.words["verdict"] == ["none"]
    assert before.list_stale(desk.environ) == []
    for line in case.make:
        desk.run(line.format(python=f"'{tools}/python'"))
    stale = before.list_stale(desk.environ)
    assert [line for line in stale if not line.startswith("moved ")], "seen where the shell stands"
    answer = desk.run(case.ask)
    prefix = os.path.dirname(os.path.dirname(answer)) if case.interpreter else answer
    found = desk.examine()
    assert found is not None
    assert os.path.realpath(found.environment.prefix) == os.path.realpath(prefix)
    assert found.kind == case.kind
    assert isinstance(found.environment, Environment)
    # The same through the door that the hook uses.
    done = subprocess.run([*BY_PATH, "resolve", str(desk.project)], env=desk.environ, capture_output=True, check=True)
    words = record.parse(done.stdout)
    assert words["verdict"] == ["use"]
    assert os.path.realpath(desk.project / words["prefix"][0]) == os.path.realpath(prefix)
    assert words["name"] == [found.environment.name]
    (desk.home / "linked project").symlink_to(desk.project)
    linked = desk.examine(desk.home / "linked project")
    assert linked is not None
    assert os.path.realpath(linked.environment.prefix) == os.path.realpath(prefix)
    (desk.project / "src").mkdir(exist_ok=True)
    below = walk.find(str(desk.project / "src"), desk.environ)
    assert below.last.directory == str(desk.project)
    # Pipenv writes a `.project`, as virtualenvwrapper does, and who claims a project has it asked about again.
    subprocess.run([*BY_PATH, "resolve", str(desk.project)], env=desk.environ, capture_output=True, check=True)
    kept = Stored(desk.project, desk.home / ".local/state/autovenv")
    away = desk.home / "away"
    os.rename(os.path.realpath(prefix), away)
    stale = kept.list_stale(desk.environ)
    assert [line for line in stale if not line.startswith("moved ")], "gone where the shell stands"
    gone = desk.examine()
    assert gone is None or isinstance(gone.environment, Broken) or case.interpreter, "of several, another one"
    os.rename(away, os.path.realpath(prefix))
    again = desk.examine()
    assert again is not None
    assert isinstance(again.environment, Environment)


@pytest.mark.parametrize(
    ("make", "place"),
    [
        ("tox -q -e py --notest", ".tox/py"),
        ("nox --install-only", ".nox/tests"),
        ("uv venv -q --offline ~/x", "~/x"),
    ],
)
def test_environments_of_other_tools_by_link(
    make: str, place: str, tmp_path: Path, tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "tox.ini": "[tox]\nskipsdist = true\n",
        "noxfile.py": "import nox\n\n@nox.session\ndef tests(session):\n    pass\n",
    }
    desk = lay(tmp_path, tools, Case("link", "link", [], "", files))
    monkeypatch.setenv("HOME", str(desk.home))
    desk.run(make)
    prefix = desk.home / place[2:] if place.startswith("~") else desk.project / place
    answer = desk.run(f"{shlex.join(BY_PATH)} link {place} && {shlex.join(BY_PATH)} which")
    assert answer == f"{prefix}/bin/python"


def test_a_uv_workspace_member_has_its_roots_environment(
    tmp_path: Path, tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = PYPROJECT + '[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/alone"]\n'
    member = '[project]\nname = "{name}"\nversion = "1"\n'
    files = {"pyproject.toml": root}
    files |= {f"packages/{name}/pyproject.toml": member.replace("{name}", name) for name in ("part", "alone")}
    case = Case("workspace", "uv", [], "", files, {"UV_PROJECT_ENVIRONMENT": "environment"})
    desk = lay(tmp_path, tools, case)
    monkeypatch.setenv("HOME", str(desk.home))
    part, alone = desk.project / "packages" / "part", desk.project / "packages" / "alone"
    for directory in (part, alone):
        desk.run("uv sync --offline", directory)
    assert desk.examine(part) is None
    for directory in (desk.project, alone):
        found = desk.examine(directory)
        assert found is not None
        assert found.kind == "uv"
        assert desk.run(UV_ASK, directory) == found.environment.prefix
