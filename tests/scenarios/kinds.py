"""Environments that lie elsewhere: each kind that asks something of the hook."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from steps import (
    Active,
    AddToPath,
    Cd,
    Chmod,
    Export,
    Exported,
    Idle,
    Inactive,
    Make,
    Prints,
    Remove,
    Runs,
    Says,
    Scenario,
    Shows,
    Silent,
    Stage,
    Step,
    Type,
)
from trees import Directory, Entry, File, Venv, add_whereami, place

from autovenv.environments.kinds import hatch, pdm, pipenv, poetry


@dataclass(frozen=True)
class Text(Entry):
    """A file in which `«x»` is a place of the scenario."""

    text: str

    def make(self, path: Path, root: Path) -> None:
        filled = re.sub("«(.*?)»", lambda match: str(place(root, match[1])), self.text)
        File(filled).make(path, root)


@dataclass(frozen=True)
class Prefix(Entry):
    """A conda prefix as pixi makes one."""

    def make(self, path: Path, root: Path) -> None:
        File(str(path / "conda-meta")).make(path / "conda-meta" / "pixi_env_prefix", root)
        (path / "bin").mkdir()
        (path / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
        add_whereami(path / "bin", root)


#: Tools that keep environments elsewhere, and what of theirs a project has.
KEPT_BY: dict[str, dict[str, Entry]] = {
    "hatch": {},
    "poetry": {},
    "pdm": {},
    "pipenv": {"app/Pipfile": File("")},
}


def find_kept(tool: str, stage: Stage) -> Path:
    """Return where a tool keeps the environment of the project `app`, by its own rule."""
    project = str(stage.place("app"))
    below = {
        "hatch": lambda: f".local/share/hatch/env/virtual/app/{hatch.digest_path(project)}/app",
        "poetry": lambda: f".cache/pypoetry/virtualenvs/{poetry.name_base('app', project)}-py3.11",
        "pdm": lambda: f".local/share/pdm/venvs/{pdm.name_start(project)}3.11",
        "pipenv": lambda: f".local/share/virtualenvs/{pipenv.name_environment(project + '/Pipfile')}",
    }[tool]()
    return stage.place("") / below


@dataclass(frozen=True)
class MadeBy(Step):
    """Another terminal has a tool make its environment of the project `app`."""

    tool: str

    def play(self, stage: Stage) -> None:
        Venv().make(find_kept(self.tool, stage), stage.root)


@dataclass(frozen=True)
class ActiveOf(Step):
    """What that tool made is active."""

    tool: str

    def play(self, stage: Stage) -> None:
        prefix = find_kept(self.tool, stage)
        program, seen = stage.whereami()
        assert seen["VIRTUAL_ENV"] == str(prefix)
        assert program == f"{prefix}/bin/whereami"


ROWS = (
    # -- kept elsewhere
    Scenario(
        "a_venv_file",
        {
            "venvs/shared": Venv(),
            "app/.venv": File("../venvs/shared\n"),
            "app/src": Directory(),
        },
        (Cd("app/src"), Silent(), Active("venvs", "shared", name="shared"), Cd(""), Silent(), Inactive()),
    ),
    Scenario(
        "a_hatch_environment",
        {"environments/dev": Venv(), "app/hatch.toml": File('[envs.default]\npath = "../environments/dev"\n')},
        (Cd("app"), Silent(), Active("environments", "dev", name="dev"), Cd(""), Inactive()),
    ),
    Scenario(
        "a_pyenv_environment",
        {".pyenv/versions/mine": Venv(), "app/.python-version": File("mine\n3.12\n")},
        (Cd("app"), Silent(), Active(".pyenv/versions", "mine", name="mine"), Cd(""), Inactive()),
    ),
    Scenario(
        "an_environment_made_elsewhere_while_the_shell_stands_there",
        {".pyenv/versions": Directory(), "app/.python-version": File("mine\n")},
        (
            Cd("app"),
            Says(("`.python-version` names `mine`, which pyenv does not have", "pyenv virtualenv mine")),
            Inactive(),
            Make(".pyenv/versions/mine", Venv()),
            Idle(),
            Silent(),
            Active(".pyenv/versions", "mine", name="mine"),
            Cd(""),
            Inactive(),
        ),
    ),
    # -- conda
    Scenario(
        "a_conda_prefix_while_base_is_active",
        {"app/.pixi/envs/default": Prefix(), "app/src": Directory()},
        (
            Cd("app/src"),
            Silent(),
            Shows("(app) host"),
            Runs("app/.pixi/envs/default/bin"),
            Exported("CONDA_PREFIX", "«app/.pixi/envs/default»"),
            Exported("CONDA_DEFAULT_ENV", "app"),
            Exported("CONDA_PROMPT_MODIFIER", "(app) "),
            Exported("CONDA_SHLVL", "1"),
            Exported("VIRTUAL_ENV", None),
            Cd(""),
            Silent(),
            Inactive(),
        ),
        env={
            "CONDA_DEFAULT_ENV": "base",
            "CONDA_PREFIX": "/opt/conda",
            "CONDA_PROMPT_MODIFIER": "(base) ",
            "CONDA_SHLVL": "1",
        },
    ),
    Scenario(
        "variables_of_a_conda_environment",
        {
            "app/.conda": Prefix(),
            "app/.conda/conda-meta/state": File('{"env_vars": {"A": "b = \'c\' $d", "B": "new", "PS1": "evil"}}'),
        },
        (
            Cd("app"),
            Silent(),
            Exported("A", "b = 'c' $d"),
            Exported("B", "new"),
            Idle(),
            Cd(""),
            Silent(),
            Exported("A", None),
            Exported("B", "old"),
            Inactive(),
        ),
        env={"B": "old"},
    ),
    Scenario(
        "from_a_conda_prefix_to_a_virtual_environment",
        {"app/.conda": Prefix(), "other/.venv": Venv()},
        (
            Cd("app"),
            Exported("CONDA_PREFIX", "«app/.conda»"),
            Cd("other"),
            Silent(),
            Active("other"),
            Cd("app"),
            Exported("VIRTUAL_ENV", None),
            Exported("CONDA_PREFIX", "«app/.conda»"),
            Cd(""),
            Inactive(),
        ),
    ),
    Scenario(
        "another_conda_environment_activated_over_a_conda_prefix",
        {"app/.conda": Prefix(), "two": Prefix()},
        (
            Cd("app"),
            Runs("app/.conda/bin"),
            Export("CONDA_PREFIX", "«two»"),
            AddToPath("two/bin", first=True),
            Silent(),
            Runs("two/bin"),
            Idle(),
            Exported("CONDA_PREFIX", "«two»"),
            Runs("two/bin"),
            Cd(""),
            Silent(),
            Exported("CONDA_PREFIX", "«two»"),
            Runs("two/bin"),
        ),
    ),
    # -- virtualenvwrapper: the project need not hold anything
    Scenario(
        "virtualenvwrapper_of_a_directory_without_a_marker",
        {
            ".virtualenvs/mine": Venv(),
            "app/src": Directory(),
            ".virtualenvs/mine/.project": Text("«app»\n"),
        },
        (Cd("app/src"), Silent(), Active(".virtualenvs", "mine", name="mine"), Cd(""), Silent(), Inactive()),
    ),
    Scenario(
        "virtualenvwrapper_of_an_environment_made_later",
        {".virtualenvs": Directory(), "app": Directory()},
        (
            Cd("app"),
            Inactive(),
            Cd(""),
            Make(".virtualenvs/mine", Venv()),
            Make(".virtualenvs/mine/.project", Text("«app»\n")),
            Cd(""),
            Cd("app"),
            Silent(),
            Active(".virtualenvs", "mine", name="mine"),
            Cd(""),
            Inactive(),
        ),
    ),
    # -- one from further up, where the project's tool keeps its own
    Scenario(
        "an_outer_environment_under_poetry",
        {
            ".venv": Venv(),
            "po/pyproject.toml": File('[tool.poetry]\nname = "po"\n'),
            "po/src": Directory(),
            "/tools/poetry": File("#!/bin/sh\n", 0o755),
        },
        (
            Cd("po"),
            Says(
                (
                    "autovenv: warning: ",
                    "Poetry has no environment for `~/po` yet",
                    "would install into it",
                    "`poetry install`",
                )
            ),
            Active("", name="home"),
            Idle(),
            Silent(),
            Cd("po/src"),
            Silent(),
            Active("", name="home"),
        ),
    ),
    Scenario(
        "a_worktree_inside_another_checkout",
        {
            "app/.venv": Venv(),
            "app/.git/worktrees/x": Directory(),
            "app/.worktrees/x/.git": Text("gitdir: «app/.git/worktrees/x»\n"),
            "app/.worktrees/x/src": Directory(),
        },
        (
            Cd("app"),
            Silent(),
            Cd("app/.worktrees/x"),
            Says(
                (
                    "autovenv: warning: ",
                    "`~/app/.worktrees/x` has no environment of its own",
                    "a worktree inside `~/app`",
                    "there",
                )
            ),
            Active("app"),
            Cd("app/.worktrees/x/src"),
            Silent(),
            Active("app"),
        ),
    ),
    # -- made while the shell stands there
    *(
        Scenario(
            f"the_first_environment_of_{tool}_on_a_machine",
            {"app/pyproject.toml": File('[project]\nname = "app"\n'), "app/src": Directory(), **files},
            (
                Cd("app"),
                Inactive(),
                MadeBy(tool),
                Idle(),
                Silent(),
                ActiveOf(tool),
                Cd("app/src"),
                ActiveOf(tool),
                Cd(""),
                Silent(),
                Inactive(),
            ),
        )
        for tool, files in KEPT_BY.items()
    ),
    Scenario(
        "an_interpreter_that_loses_its_exec_bit_and_gets_it_back",
        {"app/.venv": Venv(), "app/.venv/bin/python": File("#!/bin/sh\n", 0o755), "app/.venv/bin/python3": File("")},
        (
            Cd("app"),
            Silent(),
            Active("app"),
            Chmod("app/.venv/bin/python", 0o644),
            Idle(),
            Says(("`~/app/.venv` is not a usable environment", "is not an executable file", "`autovenv remake ")),
            Inactive(),
            Chmod("app/.venv/bin/python", 0o755),
            Idle(),
            Active("app"),
        ),
    ),
    Scenario(
        "pyenv_local_while_the_shell_stands_there",
        {".pyenv/versions/mine": Venv(), "app/setup.py": File("")},
        (
            Cd("app"),
            Inactive(),
            Make("app/.python-version", File("mine\n")),
            Idle(),
            Active(".pyenv/versions", "mine", name="mine"),
            Remove("app/.python-version"),
            Idle(),
            Inactive(),
        ),
    ),
    Scenario(
        "a_venv_file_whose_environment_is_made_later",
        {"envs": Directory(), "app/.venv": File("../envs/app\n")},
        (
            Cd("app"),
            Says(("`~/app/.venv` is not a usable environment", "is not the path of an environment", "link --write")),
            Make("envs/app", Venv()),
            Idle(),
            Active("envs", "app", name="app"),
        ),
    ),
    # -- a base environment for everywhere else
    Scenario(
        "a_base_environment_for_everywhere_else",
        {"venvs/base": Venv(), "app/.venv": Venv(), "notes": Directory(), "/outside": Directory()},
        (
            Type("autovenv link «venvs/base»"),
            Idle(),
            Active("venvs", "base", name="base"),
            Cd("notes"),
            Active("venvs", "base", name="base"),
            Cd("app"),
            Silent(),
            Active("app"),
            Cd("notes"),
            Silent(),
            Active("venvs", "base", name="base"),
            Cd("/outside"),
            Inactive(),
        ),
    ),
    Scenario(
        "link_by_name_and_written",
        {".virtualenvs/django": Venv(), "app/src": Directory()},
        (
            Cd("app"),
            Type("autovenv link --write django"),
            Prints(("`~/app` uses `~/.virtualenvs/django`, and its `.venv` file says so",)),
            Idle(),
            Active(".virtualenvs", "django", name="django"),
            Type("autovenv unlink"),
            Prints(("`~/app` no longer uses `~/.virtualenvs/django`; its `.venv` file is still there",)),
            Idle(),
            Active(".virtualenvs", "django", name="django"),
        ),
    ),
    # -- linked
    Scenario(
        "link_and_unlink",
        {"venvs/django": Venv(), "app/.venv": Venv()},
        (
            Cd("app"),
            Active("app"),
            Type("autovenv link «venvs/django»"),
            Prints(("`~/app` uses `~/venvs/django`",)),
            Idle(),
            Active("venvs", "django", name="django"),
            Type("autovenv unlink"),
            Prints(("`~/app` no longer uses `~/venvs/django`",)),
            Idle(),
            Active("app"),
        ),
    ),
    Scenario(
        "link_of_a_directory_without_a_marker",
        {"venvs/django": Venv(), "app/src": Directory()},
        (
            Cd("app"),
            Type("autovenv link «venvs/django»"),
            Cd("app/src"),
            Silent(),
            Active("venvs", "django", name="django"),
            Cd(""),
            Inactive(),
        ),
    ),
    Scenario(
        "a_linked_environment_that_is_gone",
        {"venvs/django": Venv(), "app/.venv": Venv()},
        (
            Cd("app"),
            Type("autovenv link «venvs/django»"),
            Idle(),
            Type("mv «venvs/django» «venvs/other»"),
            Says(("`~/venvs/django` is not a usable environment", "there is no such directory", "`autovenv unlink`")),
            Inactive(),
        ),
    ),
    Scenario(
        "variable_that_is_not_exported",
        {
            "app/.venv": Venv(),
            "app/other": Venv(),
            "app/pyproject.toml": File('[project]\nname = "app"\n'),
        },
        (
            Cd("app"),
            Silent(),
            Active("app"),
            Cd(""),
            Silent(),
            Inactive(),
            Export("UV_PROJECT_ENVIRONMENT", "other"),
            Cd("app"),
            Silent(),
            Active("app", "other", name="other"),
        ),
        before={"posix": "UV_PROJECT_ENVIRONMENT=other", "fish": "set -g UV_PROJECT_ENVIRONMENT other"},
    ),
)
