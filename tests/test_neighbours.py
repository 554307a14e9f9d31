"""Beside the tools themselves, where they are installed: `scenarios/neighbours.py` has what each does, re-stated."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from scenarios.neighbours import APP, LONGER, USUAL, WALK
from sessions import open_stage, play
from shells import SHELLS, Shell
from steps import (
    Active,
    Cd,
    Date,
    Exported,
    Idle,
    Ignore,
    Inactive,
    Make,
    Prints,
    Runs,
    Says,
    Scenario,
    Shows,
    Silent,
    Step,
    Type,
    words_of,
)
from trees import Entry, File, Venv

pytestmark = pytest.mark.posix("the tools beside it are started as on POSIX")

DIRENV_OWN = Ignore(("DIRENV_DIFF", "DIRENV_DIR", "DIRENV_FILE", "DIRENV_WATCHES"))

IN_AND_OUT: tuple[Step, ...] = (
    Cd("app"),
    Silent(),
    Runs("app/.venv/bin"),
    Exported("VIRTUAL_ENV", "«app/.venv»"),
    Idle(),
    Silent(),
    Runs("app/.venv/bin"),
    Cd("other"),
    Silent(),
    Runs("other/.venv/bin"),
    Exported("VIRTUAL_ENV", "«other/.venv»"),
    Idle(),
    Silent(),
    Cd("app"),
    Runs("app/.venv/bin"),
    Cd("plain"),
    Silent(),
    Runs("/tools"),
    Exported("VIRTUAL_ENV", None),
    Exported("VIRTUAL_ENV_PROMPT", None),
    Idle(),
    Shows("host"),
    Runs("/tools"),
)


@dataclass(frozen=True)
class Neighbour:
    """A tool, how each shell loads it (`@` is the tool's path), and what is done beside it."""

    tool: str
    lines: Mapping[str, str]
    steps: tuple[Step, ...]
    name: str = ""
    tree: Mapping[str, Entry] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)


DIRENV = {
    "bash": 'eval "$(@ hook bash)"',
    "zsh": 'eval "$(@ hook zsh)"',
    "fish": "@ hook fish | source",
}
MISE = {
    "bash": 'eval "$(@ activate bash)"',
    "zsh": 'eval "$(@ activate zsh)"',
    "fish": "@ activate fish | source",
    "pwsh": "(& @ activate pwsh) | Out-String | Invoke-Expression",
}
ZOXIDE = {
    "bash": 'eval "$(@ init bash)"',
    "zsh": 'eval "$(@ init zsh)"',
    "fish": "@ init fish | source",
}
QUIET = {"DIRENV_LOG_FORMAT": ""}

#: What is put aside on entering, set by a tool in a project of ours; and an environment of its own elsewhere.
LENT: tuple[Step, ...] = (
    Cd("app"),
    Exported("PYTHONHOME", None),
    Runs("app/.venv/bin"),
    Idle(),
    Cd("other"),
    Active("other", path=USUAL),
    Cd("lay"),
    Runs("lay/kept/bin"),
    Type({"posix": "cd «other» && echo $VIRTUAL_ENV", "fish": "cd «other» && echo $VIRTUAL_ENV"}),
    Prints(("«other/.venv»",)),
    Cd("app"),
    Cd("plain"),
    *(
        Exported(name, None)
        for name in ("PYTHONHOME", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "CONDA_PREFIX", "CONDA_DEFAULT_ENV")
    ),
    Runs("/tools"),
)

NEIGHBOURS = (
    Neighbour(
        "direnv",
        DIRENV,
        (DIRENV_OWN, Type("direnv allow «app/.envrc»"), Type("direnv allow «lay/.envrc»"), *LENT),
        "what_it_lends",
        {
            "app/.envrc": File("export PYTHONHOME=/x CONDA_PREFIX=/c CONDA_DEFAULT_ENV=c VIRTUAL_ENV_PROMPT=z\n"),
            "lay/.envrc": File('export VIRTUAL_ENV="$PWD/kept"\nPATH_add kept/bin\n'),
            "lay/kept": Venv(),
        },
        QUIET,
    ),
    Neighbour(
        "direnv",
        DIRENV,
        (
            DIRENV_OWN,
            Type("direnv allow «app/.envrc»"),
            Cd("app"),
            Silent(),
            Active("app", path=LONGER),
            Idle(),
            Active("app", path=LONGER),
            Cd("other"),
            Silent(),
            Active("other", path=USUAL),
            Idle(),
            Silent(),
            Active("other", path=USUAL),
            Cd("app/src"),
            Active("app", path=LONGER),
            # direnv compares times in whole seconds
            Make("app/.envrc", File("PATH_add ../extra\nexport MORE=1\n")),
            Date("app/.envrc", 60),
            Type("direnv allow .."),
            Exported("MORE", "1"),
            Ignore(("MORE",)),
            Active("app", path=LONGER),
            Cd("plain"),
            Silent(),
            Inactive(),
            Idle(),
            Inactive(),
        ),
        "a_longer_path",
        {"app/.envrc": File("PATH_add ../extra\n")},
        QUIET,
    ),
    Neighbour(
        "direnv",
        DIRENV,
        (DIRENV_OWN, Type("direnv allow «app/.envrc»"), *IN_AND_OUT),
        "sourced_activate",
        {"app/.envrc": File("source .venv/bin/activate\n")},
        QUIET,
    ),
    Neighbour(
        "direnv",
        DIRENV,
        (
            DIRENV_OWN,
            Type("direnv allow «lay/.envrc»"),
            Cd("lay"),
            Runs("lay/kept/bin"),
            Cd("other"),
            Silent(),
            Runs("other/.venv/bin"),
            Cd("lay"),
            Silent(),
            Runs("lay/kept/bin"),
            Exported("VIRTUAL_ENV", "«lay/kept»"),
            Idle(),
            Silent(),
            Runs("lay/kept/bin"),
            Cd("plain"),
            Runs("/tools"),
            Exported("VIRTUAL_ENV", None),
        ),
        "an_environment_of_its_own",
        # As `layout python` has it (2.32): a VIRTUAL_ENV that is set is the one to use.
        {
            "lay/.envrc": File('export VIRTUAL_ENV="${VIRTUAL_ENV:-$PWD/kept}"\nPATH_add "$VIRTUAL_ENV/bin"\n'),
            "lay/kept": Venv(),
        },
        QUIET,
    ),
    Neighbour(
        "direnv",
        DIRENV,
        (
            DIRENV_OWN,
            Type("direnv allow «rel/.envrc»"),
            Cd("rel"),
            Says(("`~/rel/.venv` was not activated",)),
            Exported("VIRTUAL_ENV", ".venv"),
            Cd("other"),
            Silent(),
            Active("other"),
            Cd("plain"),
            Exported("VIRTUAL_ENV", None),
            Runs("/tools"),
        ),
        "a_relative_name",
        {
            "rel/.envrc": File("export VIRTUAL_ENV=.venv\nPATH_add .venv/bin\n"),
            "rel/.venv": Venv(),
            "rel/.venv/bin/activate": File("VIRTUAL_ENV='/elsewhere/.venv'\n"),
        },
        QUIET,
    ),
    Neighbour(
        "mise",
        MISE,
        IN_AND_OUT,
        "a_longer_path",
        {"app/mise.toml": File('[env]\n_.path = ["../extra"]\n')},
        {"MISE_TRUSTED_CONFIG_PATHS": "/", "MISE_OFFLINE": "1"},
    ),
    Neighbour(
        "mise",
        MISE,
        IN_AND_OUT,
        "the_same_environment",
        {"app/mise.toml": File('[env]\n_.python.venv = { path = ".venv" }\n')},
        {"MISE_TRUSTED_CONFIG_PATHS": "/", "MISE_OFFLINE": "1"},
    ),
    Neighbour(
        "zoxide", ZOXIDE, (*WALK, Type("z «app»"), Silent(), Active("app"), Type("z «plain»"), Inactive()), "walk"
    ),
)

CASES = [
    pytest.param(shell, neighbour, order, id=f"{shell.name}-{neighbour.tool}-{neighbour.name}-{order}")
    for neighbour in NEIGHBOURS
    for shell in SHELLS
    for order in ("before", "after")
    if shell.name in neighbour.lines
]


@pytest.mark.parametrize(("shell", "neighbour", "order"), CASES)
def test_beside_the_tool(shell: Shell, neighbour: Neighbour, order: str, root: Path) -> None:
    tool = shutil.which(neighbour.tool)
    if tool is None:
        pytest.skip(f"{neighbour.tool} was not found")
    line = (words_of(neighbour.lines, shell.name) or "").replace("@", shell.quote(os.path.abspath(tool)))
    scenario = Scenario(
        f"{neighbour.tool}_{order}",
        APP | dict(neighbour.tree),
        neighbour.steps,
        before=line if order == "before" else "",
        after=line if order == "after" else "",
        env=neighbour.env,
    )
    with open_stage(shell, scenario, root) as stage:
        play(stage, scenario)
