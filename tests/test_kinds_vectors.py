"""Facts that another program knows about the kinds: a name, a path, and the answer that is expected.

They are those of microsoft/python-environment-tools (5 August 2026), the locators of VS Code's Python extension: its
tests of `pet-poetry`, `pet-uv`, `pet-conda`, `pet-venv`, `pet-virtualenvwrapper`, `pet-pipenv`, `pet-hatch`, `pet-pixi`
and `pet-pyenv`, each fact stated anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autovenv.disk.evidence import Evidence
from autovenv.environments import environment
from autovenv.environments.kinds import conda, hatch, pipenv, poetry, pyenv, virtualenvwrapper


@pytest.mark.parametrize(
    ("name", "path", "base"),
    [
        ("poetry-demo", "/Users/donjayamanne/temp/poetry-sample1/poetry-demo", "poetry-demo-gNT2WXAV"),
        ("poetry_.demo", "/Users/donjayamanne/temp/poetry-sample1/poetry-demo", "poetry-demo-gNT2WXAV"),
        ("new-project", "/Users/donjayamanne/temp/POETRY-UPPER/new-PROJECT", "new-project-TbBV0MKD"),
        # on Windows, where `os.path.normcase` has made it lower case
        ("demo-project1", "c:\\temp\\poetry-folders\\demo-project1", "demo-project1-f7sQRtG5"),
    ],
)
def test_poetry_names_environments(name: str, path: str, base: str) -> None:
    assert poetry.name_base(name, path) == base


@pytest.mark.parametrize(
    ("text", "version_key", "version", "name"),
    [
        ("home = /usr/bin\nuv = 0.1.0\nversion_info = 3.11.0\nprompt = test-env", "version_info", "3.11.0", "test-env"),
        ("home = /x/bin\nimplementation = CPython\nuv = 0.5.4\nversion_info = 3.13.0", "version_info", "3.13.0", "app"),
        ("home = /usr/bin\nversion = 3.11.4\nprompt = 'my-env'\n", "version", "3.11.4", "my-env"),
        ('home = /usr/bin\nversion = 3.11.4\nprompt = "my-env"\n', "version", "3.11.4", "my-env"),
    ],
)
def test_what_a_pyvenv_cfg_says(text: str, version_key: str, version: str, name: str) -> None:
    config = environment.read_config(text)
    assert config[version_key] == version
    assert environment.name_environment("/home/ada/app/.venv", config, "/home/ada/app") == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "envs_dirs:\n  - /temp/sample-conda-envs-folder2\n  - /temp/sample-conda-envs-folder\n",
            ["/temp/sample-conda-envs-folder2", "/temp/sample-conda-envs-folder"],
        ),
        ("envs_path:\n  - /temp/one\n", ["/temp/one"]),
        ("channels:\n  - conda-forge\n", []),
        ("", []),
    ],
)
def test_the_directories_in_a_condarc(text: str, expected: list[str]) -> None:
    assert (conda.read_list(text, "envs_dirs") or conda.read_list(text, "envs_path")) == expected


def test_conda_finds_in_every_condarc(tmp_path: Path) -> None:
    """The user's, the one in conda's root, and that of `CONDA_ROOT`: all directories count."""
    home, root = tmp_path / "home", tmp_path / "root"
    for place, name in ((home, "one"), (root, "two")):
        prefix = tmp_path / f"envs-{name}" / name
        (prefix / "conda-meta").mkdir(parents=True)
        place.mkdir()
        (place / ".condarc").write_text(f"envs_dirs:\n  - {prefix.parent}\n")
    evidence = Evidence({"HOME": str(home), "USERPROFILE": str(home), "CONDA_ROOT": str(root)})
    assert conda.locate("one", evidence) == str(tmp_path / "envs-one/one")
    assert conda.locate("two", evidence) == str(tmp_path / "envs-two/two")
    assert conda.locate("three", evidence) is None


@pytest.mark.posix("the paths are POSIX")
@pytest.mark.parametrize(
    ("value", "expected"),
    [("", "/home/user/.virtualenvs"), ("/tmp/workon-home", "/tmp/workon-home"), ("~/w", "/home/user/w")],
)
def test_where_virtualenvwrapper_keeps_environments(value: str, expected: str) -> None:
    assert virtualenvwrapper.find_workon_home(value, Evidence({"HOME": "/home/user"}), "linux") == expected


@pytest.mark.parametrize(
    ("variables", "platform", "expected"),
    [
        ({"WORKON_HOME": "/tmp/workon-home"}, "linux", "/tmp/workon-home"),
        ({"XDG_DATA_HOME": "/data"}, "linux", "/data/virtualenvs"),
        ({}, "linux", "/home/user/.local/share/virtualenvs"),
        ({}, "win32", "/home/user/.virtualenvs"),
    ],
)
@pytest.mark.posix("the paths are POSIX")
def test_where_pipenv_keeps_environments(variables: dict[str, str], platform: str, expected: str) -> None:
    evidence = Evidence({"HOME": "/home/user", **variables})
    assert pipenv.find_workon_home("/home/user/app", evidence, platform) == expected


@pytest.mark.posix("the paths are POSIX")
@pytest.mark.parametrize(
    ("virtual", "expected"),
    [
        ("/custom-envs", "/custom-envs"),
        ("~/.virtualenvs", "{home}/.virtualenvs"),
        ("", "{home}/.local/share/hatch/env/virtual"),
    ],
)
def test_where_hatch_keeps_environments(tmp_path: Path, virtual: str, expected: str) -> None:
    """By the user's settings: what the locators read of a project's `dirs.env`, Hatch 1.18.2 does not."""
    config = tmp_path / "config.toml"
    config.write_text(f'[dirs.env]\nvirtual = "{virtual}"\n' if virtual else "")
    evidence = Evidence({"HOME": str(tmp_path), "HATCH_CONFIG": str(config)})
    assert hatch.find_parent("/srv/app", evidence) == expected.replace("{home}", str(tmp_path))


def test_a_pixi_environment_is_a_conda_prefix_with_a_file_of_its_own(tmp_path: Path) -> None:
    prefix = tmp_path / "app/.pixi/envs/default"
    (prefix / "bin").mkdir(parents=True)
    (prefix / "conda-meta").mkdir()
    (prefix / "conda-meta/pixi").touch()
    found = environment.inspect(str(prefix), Evidence({}), str(tmp_path / "app"))
    assert isinstance(found, environment.Environment)
    assert (found.flavour, found.name) == ("conda", "app")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3.12\n", ["3.12"]), ("my-env\n3.11\n", ["my-env", "3.11"]), ("# a\n  3.9.1 # b\n", ["3.9.1"]), ("\n", [])],
)
def test_what_a_version_file_of_pyenvs_names(text: str, expected: list[str]) -> None:
    assert pyenv.read_versions(text) == expected
