"""Stories of a wrong interpreter: a machine is broken, the doctor is asked, what it says is pasted, and all is well.

Each story is played in a real shell on a real terminal, with the hook in its rc file.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from seats import Seat
from sessions import open_stage
from shells import SHELLS, Bash, Shell
from steps import Scenario, Stage, Words, words_of
from terminal import Terminal
from trees import Directory, Entry, File, Handmade, Link, Tree, project

#: Everything that a remedy runs; no other command is on a story's `PATH`, whatever the machine has.
PROGRAMS = ("cat", "chmod", "cp", "mkdir", "mv", "rm", "sed", "sh", "tee", "uname", "zsh")


@dataclass(frozen=True)
class Programs(Entry):
    """A directory of commands: links to the machine's own, and a Python that is in no environment."""

    more: tuple[str, ...] = ()
    python: str = "python3"

    def make(self, path: Path, root: Path) -> None:
        path.mkdir()
        for name in (*PROGRAMS, *self.more):
            if found := shutil.which(name):
                (path / name).symlink_to(found)
        (path / self.python).symlink_to(os.path.realpath(sys.executable))


@dataclass(frozen=True)
class Uv(Entry):
    """The real uv, as a link: it makes an environment in no time."""

    def make(self, path: Path, root: Path) -> None:
        uv = pytest.importorskip("uv")
        path.symlink_to(uv.find_uv_bin())


#: Where this Python's environments keep packages.
PACKAGES = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"


@dataclass(frozen=True)
class Script(Entry):
    """A command that a package brought, as pip writes it: it names its environment's Python."""

    def make(self, path: Path, root: Path) -> None:
        path.write_text(f"#!{path.parent}/python\nprint('hello')\n")
        path.chmod(0o755)


@dataclass(frozen=True)
class Found(Entry):
    """A command of the machine's, as a link."""

    name: str

    def make(self, path: Path, root: Path) -> None:
        if found := shutil.which(self.name):
            path.symlink_to(found)


#: Where conda lies, and what its `activate` sets.
MINICONDA: Tree = {
    "miniconda3/conda-meta": Directory(),
    "miniconda3/bin/python": File("#!/bin/sh\n", 0o755),
    "miniconda3/bin/conda": File("#!/bin/sh\n", 0o755),
}
BASE = {
    "CONDA_PREFIX": "«miniconda3»",
    "CONDA_DEFAULT_ENV": "base",
    "CONDA_SHLVL": "1",
    "CONDA_EXE": "«miniconda3/bin/conda»",
    "PATH": "«miniconda3/bin»:«/tools»:«/sys»",
}

#: An environment made with a Python of Homebrew's that another one has taken the place of.
BREWED: Tree = {
    "app/.venv/bin/python": Link("«brew/Cellar/python@3.12/3.12.1/bin/python3.12»"),
    "app/.venv/bin/python3": Link("python"),
}

EDITOR = """{
  // ours
  "editor.rulers": [100,],
  "python.defaultInterpreterPath" : "/usr/bin/python3",
}
"""


@dataclass(frozen=True)
class Story:
    """How a machine is broken, and what the doctor must say: the level of each check that is not `ok`."""

    name: str
    found: Mapping[str, str]
    broken: tuple[Words, ...] = ()
    """Lines that are typed in the project."""

    tree: Tree = field(default_factory=dict)
    start: str = "app"
    env: Mapping[str, str] = field(default_factory=dict)
    before: Words = ""
    after: Words = ""
    hook: bool = True
    config: str = ""
    says: tuple[str, ...] = ()
    """Words that must be in what the doctor says."""

    bash: tuple[int, int] = (3, 2)
    """The first bash that plays this story. Before 5.0, a record is looked at again for two seconds."""

    def list_shells(self) -> list[Shell]:
        """Return the shells that play this story: all that have the words for it."""
        words = (self.before, self.after, *self.broken)
        return [shell for shell in SHELLS if all(words_of(each, shell.name) is not None for each in words)]

    def set_scene(self) -> Scenario:
        """Return the stage's half of the story."""
        tree = {"/sys": Programs(), **project("app"), **self.tree}
        env = {"PATH": "«/tools»:«/sys»", **self.env}
        return Scenario(
            self.name, tree, (), before=self.before, after=self.after, env=env, hook=self.hook, config=self.config
        )


def ask(stage: Stage) -> dict[str, Any]:
    """Ask the doctor for everything."""
    report = stage.root / "diagnosis.json"
    stage.run(f"autovenv doctor --json >{stage.shell.quote(str(report))}")
    diagnosis: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return diagnosis


def list_commands(diagnosis: dict[str, Any]) -> list[str]:
    """Return what the doctor says to type, each command once."""
    return list(dict.fromkeys(remedy["command"] for result in diagnosis["results"] for remedy in result["remedies"]))


STORIES: tuple[Story, ...] = (
    Story("all_is_well", {}),
    Story(
        "an_alias_of_the_rc_file_and_a_function",
        {"alias": "fail"},
        (
            {
                "posix": "python() { /usr/bin/python9; }",
                "fish": "function python; /usr/bin/python9; end",
                "pwsh": "function global:python { & '/usr/bin/python9' }",
            },
        ),
        after={
            "posix": "alias python3=/usr/bin/python9",
            "fish": "alias python3 /usr/bin/python9",
            "pwsh": "Set-Alias -Scope Global python3 /usr/bin/python9",
        },
        says=("a function, not this project's", "an alias for `/usr/bin/python9`", ":"),
    ),
    Story(
        "another_place_remembered",
        {"hash": "fail"},
        ({"bash": "hash -p «/sys/python3» python", "zsh": "hash python=«/sys/python3»"},),
        says=("remembers `python` as",),
        bash=(5, 0),
    ),
    Story(
        "another_directory_put_first",
        {"path": "warn", "python": "fail"},
        (
            {
                "posix": "PATH=«.pyenv/shims»:$PATH",
                "fish": "set PATH «.pyenv/shims» $PATH",
                "pwsh": "$env:PATH = '«.pyenv/shims»:' + $env:PATH",
            },
        ),
        {".pyenv/shims/python": File("#!/bin/sh\necho shim\n", 0o755)},
        says=("`~/.pyenv/shims` (pyenv shim) comes before",),
    ),
    Story("paused", {"paused": "note", "python": "note"}, ("autovenv off",)),
    Story("deactivated", {"paused": "note", "python": "note"}, ("deactivate",)),
    Story(
        "another_environment_by_hand",
        {"virtual-env": "fail", "python": "fail"},
        (
            {
                "posix": ". «other/.venv/bin/activate»",
                "fish": "source «other/.venv/bin/activate.fish»",
                "pwsh": ". «other/.venv/bin/Activate.ps1»",
            },
        ),
        project("other"),
        says=("`~/other/.venv` was activated by hand",),
    ),
    Story(
        "another_environment_from_the_parent",
        {"virtual-env": "fail", "python": "fail"},
        (),
        project("other"),
        env={"VIRTUAL_ENV": "«other/.venv»", "PATH": "«other/.venv/bin»:«/tools»:«/sys»"},
    ),
    Story(
        "a_removed_environment_is_active",
        {"virtual-env": "warn"},
        (),
        {"plain": Directory()},
        "plain",
        {"VIRTUAL_ENV": "«gone»"},
    ),
    Story(
        "a_shell_full_of_odds_and_ends",
        {"variables": "fail", "path": "warn", "version": "warn", "conda": "note", "state": "fail"},
        (
            {
                "posix": "export PYTHONPATH=~/lib:~/more PIP_USER=1 PIP_TARGET=/srv PYTHONHOME=/usr",
                "fish": "set -gx PYTHONPATH ~/lib:~/more; set -gx PIP_USER 1; set -gx PYTHONHOME /usr",
                "pwsh": "$env:PYTHONPATH = \"$HOME/lib\"; $env:PIP_USER = '1'; $env:PYTHONHOME = '/usr'",
            },
            {
                "posix": "PATH=$PATH::.:bin:«odd $HOME»/:«odd $HOME»",
                "fish": "set PATH $PATH . bin «odd $HOME»/ «odd $HOME»",
                "pwsh": "$env:PATH += '::.:bin:' + «odd $HOME» + '/:' + «odd $HOME»",
            },
            {
                "posix": "__autovenv_version=0.0.1",
                "fish": "set -g __autovenv_version 0.0.1",
                "pwsh": "$__autovenv.Version = '0.0.1'",
            },
            {
                "posix": "conda() { unset CONDA_PREFIX; }",
                "fish": "function conda; set -e CONDA_PREFIX; end",
                "pwsh": "function global:conda { $env:CONDA_PREFIX = $null }",
            },
            {
                "posix": "export CONDA_PREFIX=~/miniconda3",
                "fish": "set -gx CONDA_PREFIX ~/miniconda3",
                "pwsh": '$env:CONDA_PREFIX = "$HOME/miniconda3"',
            },
            "chmod 777 «.local/state/autovenv»",
        ),
        {"odd $HOME": Directory()},
        says=("PYTHONHOME", "~/lib", "`~/odd $HOME`", "0.0.1", "`~/miniconda3`", "written by others"),
    ),
    Story(
        "no_environment",
        {"environment": "warn"},
        (),
        {"/sys/uv": Uv(), "bare/pyproject.toml": File('[project]\nname = "bare"\n')},
        "bare",
        says=("`~/bare` has no environment",),
    ),
    Story(
        "the_interpreter_is_gone",
        {"environment": "fail", "python": "fail"},
        (),
        {
            "/sys/uv": Uv(),
            "app/.venv/bin/python": Link("/opt/python3.9/bin/python3.9"),
            "app/.venv/bin/python3": Link("python"),
        },
        says=("/opt/python3.9/bin/python3.9`, which is gone",),
    ),
    Story(
        "moved",
        {"moved": "fail", "trust": "fail", "python": "fail"},
        ("cd «»", "mv «app» «my app»", "cd «my app»"),
        {"/sys/uv": Uv(), "app/.venv/bin/tool": Script()},
        says=("was moved or copied", "`tool` would run another Python", "`~/app/.venv/bin/python`, which is gone"),
    ),
    Story(
        "the_base_was_upgraded",
        {"interpreter": "fail"},
        (),
        {"/sys/uv": Uv(), "app/.venv/pyvenv.cfg": File("home = /usr/bin\nversion = 3.2.1\n")},
        says=("made with 3.2.1",),
    ),
    Story(
        "the_interpreter_prints_garbage",
        {"interpreter": "fail"},
        (),
        {"/sys/uv": Uv(), "app/.venv/bin/python": File("#!/bin/sh\necho '\x1b[31m'\n", 0o755)},
        says=("does not answer like a Python",),
    ),
    Story("asked_about", {"trust": "fail", "python": "fail"}, config='trust = "ask"\n', says=("`trust` is `ask`",)),
    Story(
        "others_may_write",
        {"trust": "fail", "python": "fail"},
        ("chmod 777 «app/.venv»", "cd «app»"),
        {"plain": Directory()},
        "plain",
        says=("`~/app/.venv` can be written by everyone", "chmod go-w"),
    ),
    Story("denied", {"trust": "note"}, ("autovenv deny",), says=("you denied it",)),
    Story(
        "a_place_that_path_cannot_hold",
        {"trust": "fail", "python": "fail"},
        (),
        {"/sys/uv": Uv(), "a:b/.venv": Handmade()},
        "a:b",
        says=("`PATH` cannot hold",),
    ),
    Story(
        "a_command_of_the_system_is_hidden",
        {"shadowed": "warn"},
        (),
        {"app/.venv/bin/ls": File("#!/bin/sh\n", 0o755)},
        says=("`ls` is this environment's",),
    ),
    Story(
        "the_editor",
        {"editor": "warn"},
        (),
        {"app/.vscode/settings.json": File(EDITOR)},
        says=("VS Code is set to `/usr/bin/python3`",),
    ),
    Story("an_unknown_setting", {"config": "warn"}, config='nmaes = [".venv"]\n', says=("did you mean `names`",)),
    Story(
        "settings_that_cannot_be_read",
        {"config": "fail", "trust": "fail", "python": "fail"},
        config="trust = \n",
        says=("not valid TOML",),
    ),
    Story(
        "not_installed",
        {"installed": "fail", "loaded": "fail", "python": "fail"},
        hook=False,
        says=("has not loaded the hook",),
    ),
    Story(
        "not_registered",
        {"registered": "fail"},
        ({"bash": "PROMPT_COMMAND=", "zsh": "precmd_functions=()"},),
        says=("does not run any more",),
    ),
    Story(
        "the_directory_is_gone",
        {"directory": "fail"},
        ("mkdir gone", "cd gone", {"posix": "rm -rf ../gone", "fish": "rm -rf ../gone"}),
        {"plain": Directory()},
        "plain",
        says=("the present directory is gone",),
    ),
    Story(
        "pip_of_another_python",
        {"pip": "warn"},
        (),
        {"/sys/pip": File("#!/usr/bin/python3\n", 0o755)},
        says=("installs for another Python",),
    ),
    Story(
        "an_alias_of_the_rc_file_for_another_version",
        {"alias": "fail"},
        (),
        {"/sys/python3.9": File("#!/bin/sh\n", 0o755)},
        after={"posix": "alias python=python3.9", "fish": "alias python python3.9"},
        says=("an alias for `python3.9`", "makes it", "take that line out"),
    ),
    Story(
        "an_abbreviation_of_the_rc_file_for_another_version",
        {"alias": "fail"},
        (),
        {"/sys/python3.9": File("#!/bin/sh\n", 0o755)},
        after={"fish": "abbr -a python 'python3.9 -q'"},
        says=("an abbreviation for `python3.9 -q`", "abbr --erase python", "makes it", "take that line out"),
    ),
    Story(
        "sudo_pip",
        {"alias": "warn"},
        ({"posix": "alias pip='sudo pip'", "fish": "alias pip 'sudo pip'"},),
        {
            "app/.venv/bin/pip": Script(),
            f"app/.venv/{PACKAGES}/pip/__init__.py": File(),
            "/sys/sudo": File("#!/bin/sh\n", 0o755),
        },
        says=("`pip` is an alias for `sudo pip`",),
    ),
    Story(
        "conda_activates_its_base",
        {"conda": "note"},
        (),
        MINICONDA,
        before={
            "posix": "conda() { [ $1 = config ] || unset CONDA_PREFIX; }",
            "fish": "function conda; test $argv[1] = config; or set -e CONDA_PREFIX; end",
        },
        env=BASE,
        says=("`~/miniconda3` active at once", "auto_activate_base"),
    ),
    Story(
        "conda_of_a_parent_shell",
        {"conda": "note"},
        (),
        MINICONDA,
        env={name: value for name, value in BASE.items() if name != "CONDA_DEFAULT_ENV"},
        says=("`~/miniconda3` active at once",),
    ),
    Story(
        "conda_first_on_path",
        {"path": "warn", "python": "fail"},
        ({"posix": "PATH=«miniconda3/bin»:$PATH", "fish": "set PATH «miniconda3/bin» $PATH"},),
        MINICONDA,
        says=("`~/miniconda3/bin` (conda) comes before",),
    ),
    Story(
        "homebrew_has_upgraded_its_python",
        {"environment": "fail", "python": "fail"},
        (),
        {"/sys/uv": Uv(), **BREWED, "brew/Cellar/python@3.12/3.12.7": Directory()},
        says=("/brew/Cellar/python@3.12/3.12.1/bin/python3.12`, which is gone",),
    ),
    Story(
        "copied",
        {"moved": "fail", "trust": "fail", "python": "fail"},
        ("cd «»", "cp -R «app» «image»", "cd «image»"),
        {"/sys/uv": Uv(), "app/.venv/bin/tool": Script()},
        says=("`~/image/.venv` was moved or copied",),
    ),
    Story(
        "the_robots_setup_file",
        {"variables": "warn"},
        (
            {
                "posix": "export PYTHONPATH=/opt/ros/humble/lib/python3.10/site-packages",
                "fish": "set -gx PYTHONPATH /opt/ros/humble/lib/python3.10/site-packages",
                "pwsh": "$env:PYTHONPATH = '/opt/ros/humble/lib/python3.10/site-packages'",
            },
        ),
        says=("modules there come before those of every environment", ", but see `variables`"),
    ),
    Story(
        "a_universal_variable_behind_another",
        {"variables": "warn"},
        ({"fish": "set -Ux PYTHONPATH /x; set -gx PYTHONPATH /y"},),
        says=("`/y`",),
    ),
    Story(
        "only_python3_is_there",
        {"environment": "warn"},
        (),
        {"/sys/uv": Uv(), "bare/requirements.txt": File()},
        "bare",
        says=("`python` is not found; `python3` is",),
    ),
    Story(
        "a_relative_entry_first",
        {"path": "warn", "python": "fail"},
        ({"posix": "PATH=bin:$PATH", "fish": "set PATH bin $PATH"},),
        {"app/bin/python": File("#!/bin/sh\n", 0o755)},
        says=("`bin` (a script) comes before",),
    ),
    Story(
        "a_python_first_that_cannot_be_run",
        {"path": "note"},
        (
            {"posix": "PATH=«one»:«two»:«three»:$PATH", "fish": "set PATH «one» «two» «three» $PATH"},
            {"bash": "true", "zsh": "true", "fish": "true"},
        ),
        {"one/python": File(), "two/python": Directory(), "three/python": Link("nowhere")},
    ),
    Story(
        "the_rc_file_puts_shims_first_after_the_hook",
        {},
        (),
        {".pyenv/shims/python": File("#!/bin/sh\necho shim\n", 0o755)},
        after={"posix": "PATH=«.pyenv/shims»:$PATH", "fish": "set -gx PATH «.pyenv/shims» $PATH"},
    ),
    Story(
        "a_child_shell_without_the_rc_file_that_puts_the_system_first",
        {"loaded": "fail", "path": "warn", "python": "fail"},
        ({"bash": "export PS1; bash --norc", "zsh": "export PS1; zsh -f"}, {"posix": "PATH=«/sys»:$PATH"}),
        {"/sys/python": File("#!/bin/sh\n", 0o755), "/sys/bash": Found("bash")},
        says=("a parent shell has, and its environment is active here",),
    ),
    Story(
        "pyright_is_set_to_another_environment",
        {"editor": "warn"},
        (),
        {"app/pyrightconfig.json": File('{"venvPath": "/srv/envs", "venv": "old"}\n')},
        says=("pyright is set to `/srv/envs/old`",),
    ),
    Story(
        "a_version_file_that_the_project_excludes",
        {"requires": "warn"},
        (),
        {
            "app/pyproject.toml": File('[project]\nname = "app"\nrequires-python = ">=3.8"\n'),
            "app/.python-version": File("2.7\n"),
        },
        says=("`.python-version` says `2.7`, but `requires-python` is `>=3.8`", "no Python suits both"),
    ),
    Story(
        "a_tool_would_install_into_what_is_further_up",
        {"tool": "warn"},
        (),
        {
            "/sys/uv": Uv(),
            "/sys/env": Found("env"),
            "/sys/poetry": File('#!/bin/sh\n[ "$1$VIRTUAL_ENV" = install ] && exec uv venv .venv\n', 0o755),
            "app/inner/pyproject.toml": File("[tool.poetry]\n"),
        },
        "app/inner",
        says=("Poetry would install into it",),
    ),
    Story("no_path", {"path": "fail"}, ({"posix": "PATH=", "fish": "set PATH"},), {"plain": Directory()}, "plain"),
)

ROWS = [
    pytest.param(shell, story, id=f"{shell.name}-{story.name}") for story in STORIES for shell in story.list_shells()
]


@pytest.mark.parametrize(("shell", "story"), ROWS)
def test_story(shell: Shell, story: Story, root: Path, seat: Seat) -> None:
    if isinstance(shell, Bash) and shell.find() and shell.find_version() < story.bash:
        pytest.skip(f"bash {shell.find_version()} does not play this story")
    with open_stage(shell, story.set_scene(), root, seat=seat) as stage:
        try:
            play(stage, story)
        except AssertionError as error:
            error.add_note(stage.terminal.transcript())
            raise


def play(stage: Stage, story: Story) -> None:
    stage.run(f"cd {stage.shell.quote(str(stage.place(story.start)))}")
    for line in story.broken:
        stage.run(stage.words(line))
    first = ask(stage)
    bad: dict[str, Any] = {}
    for result in first["results"]:
        if result["level"] != "ok":
            levels = ("note", "warn", "fail")
            bad[result["check"]] = max(bad.get(result["check"], "note"), result["level"], key=levels.index)
    assert bad == story.found, json.dumps([r for r in first["results"] if r["level"] != "ok"], indent=1)
    said = json.dumps(first, ensure_ascii=False)
    assert [words for words in story.says if words not in said] == []
    for command in list_commands(first):
        stage.run(command)
    answer = stage.run("autovenv doctor").output
    assert len(answer) == 1, answer
    assert answer[0].startswith("ok: ")
    assert stage.run(stage.shell.print_status()).output == ("status 0",)


#: A project that each tool can read, and in which none has anything to install.
PROJECT = '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.11"\n'

#: Environments that the tools themselves have made, and that lose their interpreter.
MADE_BY_TOOLS: tuple[tuple[str, str, Story], ...] = (
    (
        "bash",
        "poetry",
        Story(
            "poetrys_environment_has_no_interpreter",
            {"environment": "fail", "python": "fail"},
            ("poetry env use --quiet python3", "rm «.cache/pypoetry/virtualenvs»/*/bin/python"),
            {"app/pyproject.toml": File(PROJECT + "[tool.poetry]\npackage-mode = false\n")},
            says=("poetry env use",),
        ),
    ),
    (
        "zsh",
        "hatch",
        Story(
            "hatchs_environment_has_no_interpreter",
            {"environment": "fail", "python": "fail"},
            ("hatch env create", "rm «.local/share/hatch/env/virtual/app»/*/*/bin/python"),
            {
                "/sys/env": Found("env"),
                "app/pyproject.toml": File(PROJECT + "[tool.hatch.envs.default]\nskip-install = true\n"),
            },
            says=("hatch env create",),
        ),
    ),
    (
        "fish",
        "pdm",
        Story(
            "pdms_environment_has_no_interpreter",
            {"environment": "fail", "python": "fail"},
            ("pdm venv create python3", "pdm use --venv in-project", "rm .venv/bin/python"),
            {"app/pyproject.toml": File(PROJECT + "[tool.pdm]\ndistribution = false\n")},
            env={"PDM_CHECK_UPDATE": "0"},
            says=("pdm use --first", "pdm install"),
        ),
    ),
    (
        "bash",
        "pipenv",
        Story(
            "pipenvs_environment_has_no_interpreter",
            {"environment": "fail", "python": "fail"},
            ("pipenv --quiet --python python3", "rm «.local/share/virtualenvs»/*/bin/python*"),
            {"app/Pipfile": File()},
            says=("pipenv install",),
        ),
    ),
)


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize(
    ("name", "tool", "story"),
    [pytest.param(*row, id=f"{row[0]}-{row[2].name}") for row in MADE_BY_TOOLS],
)
def test_story_with_the_tool_itself(name: str, tool: str, story: Story, root: Path, tools: Path) -> None:
    """What the doctor says is what the tool takes: it makes the environment where it is looked for."""
    shell = next(shell for shell in SHELLS if shell.name == name)
    tree = {"/sys": Programs(), f"/sys/{tool}": Link(str(tools / tool)), **story.tree}
    with open_stage(shell, replace(story.set_scene(), tree=tree), root) as stage:
        try:
            play(stage, story)
        except AssertionError as error:
            error.add_note(stage.terminal.transcript())
            raise


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell.name)
def test_a_remedy_that_fails_or_is_interrupted_leaves_everything_as_it_was(shell: Shell, root: Path) -> None:
    slow = "#!/bin/sh\nmkdir -p $PWD/.venv/half\n[ -e slow ] || exit 1\n>begun\nexec /bin/sleep 60\n"
    broken: Tree = {
        "/sys/uv": File(slow, 0o755),
        "app/.venv/bin/python": Link("/opt/python3.9/bin/python3.9"),
        "app/.venv/pyvenv.cfg": File("home = /usr/bin\nuv = 0.9.0\nversion_info = 3.11.2\n"),
        "app/.venv/mine.txt": File("mine"),
    }
    story = Story("a_remedy_that_fails", {}, tree=broken)
    with open_stage(shell, story.set_scene(), root) as stage:
        stage.run(f"cd {stage.shell.quote(str(stage.place('app')))}")
        before = ask(stage)
        for command in list_commands(before):
            stage.run(command)
        app = stage.place("app")

        def check() -> None:
            assert (app / ".venv/mine.txt").read_text() == "mine"
            assert [path.name for path in app.iterdir() if path.name.startswith(".venv")] == [".venv"]
            assert list_commands(ask(stage)) == list_commands(before)

        check()
        (app / "slow").touch()
        assert isinstance(stage.terminal, Terminal)
        stage.terminal.interrupt((app / "begun").exists, list_commands(before)[0])
        check()
