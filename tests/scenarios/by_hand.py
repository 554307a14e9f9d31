"""The user's own choices win."""

from __future__ import annotations

import sys

from steps import (
    Activate,
    Active,
    Cd,
    Child,
    Exported,
    Has,
    Idle,
    Ignore,
    Inactive,
    OnPath,
    Prints,
    Remove,
    Runs,
    Says,
    Scenario,
    Shows,
    Silent,
    Status,
    Type,
    Unset,
)
from trees import Directory, Venv, project

APP = project("app") | {"app/src": Directory(), "plain": Directory()}
OTHER = APP | project("other")
STORE = APP | {"store/mine": Venv()}

#: Where an environment of ours left anything behind.
NO_TRACE = (Inactive(), OnPath("app/.venv/bin", 0), OnPath("other/.venv/bin", 0))

ROWS = (
    # -- 9: activated by hand
    Scenario(
        "by_hand_in_its_own_project_is_left_alone",
        APP,
        (
            Activate("app/.venv"),
            Cd("app"),
            Silent(),
            Exported("VIRTUAL_ENV", "«app/.venv»"),
            OnPath("app/.venv/bin", 1),
            Idle(),
            Silent(),
            Cd("plain"),
            Silent(),
            Exported("VIRTUAL_ENV", "«app/.venv»"),
            Type("deactivate"),
            *NO_TRACE,
        ),
    ),
    Scenario(
        "by_hand_of_another_project_is_left_alone_and_named_once",
        OTHER,
        (
            Activate("other/.venv"),
            Cd("app"),
            Says(("other/.venv", "deactivate")),
            Exported("VIRTUAL_ENV", "«other/.venv»"),
            Runs("other/.venv/bin"),
            OnPath("app/.venv/bin", 0),
            Idle(),
            Silent(),
            Cd("app/src"),
            Silent(),
            Cd("plain"),
            Silent(),
            Exported("VIRTUAL_ENV", "«other/.venv»"),
            Cd("app"),
            Silent(),
            Cd(""),
            Type("deactivate"),
            *NO_TRACE,
        ),
    ),
    Scenario(
        "by_hand_in_a_parent_shell_does_not_hide_the_label_in_a_child",
        OTHER,
        (
            Activate("other/.venv"),
            Child(),
            Unset("VIRTUAL_ENV"),
            Unset("VIRTUAL_ENV_PROMPT"),
            Cd("app"),
            Exported("VIRTUAL_ENV", "«app/.venv»"),
            Shows("(app) host"),
        ),
        shells=("fish",),  # what its script leaves in the environment
    ),
    Scenario(
        "by_hand_and_taken_off_inside_waits_for_the_next_entry",
        OTHER,
        (
            Activate("other/.venv"),
            Cd("app"),
            Type("deactivate"),
            Idle(),
            Silent(),
            *NO_TRACE,
            Cd("app/src"),
            *NO_TRACE,
            Cd(""),
            Cd("app"),
            Active("app"),
        ),
    ),
    Scenario(
        "by_hand_and_taken_off_outside_then_entered",
        OTHER,
        (Activate("other/.venv"), Type("deactivate"), Inactive(), Cd("app"), Active("app"), Cd(""), Inactive()),
    ),
    Scenario(
        "by_hand_over_ours",
        OTHER,
        (
            Cd("app"),
            Active("app"),
            Activate("other/.venv"),
            Exported("VIRTUAL_ENV", "«other/.venv»"),
            Runs("other/.venv/bin"),
            OnPath("app/.venv/bin", 0),
            Idle(),
            Silent(),
            Cd("plain"),
            Exported("VIRTUAL_ENV", "«other/.venv»"),
            Type("deactivate"),
            *NO_TRACE,
            Cd("app"),
            Active("app"),
        ),
    ),
    Scenario(
        "by_hand_over_ours_and_taken_off_inside",
        OTHER,
        (
            Cd("app"),
            Activate("other/.venv"),
            Type("deactivate"),
            Idle(),
            Silent(),
            *NO_TRACE,
            Cd(""),
            *NO_TRACE,
            Cd("app"),
            Active("app"),
        ),
    ),
    Scenario(
        "by_hand_over_ours_comes_with_a_warning",
        OTHER,
        (Cd("app"), Activate("other/.venv"), Says(("other/.venv",)), Idle(), Silent()),
    ),
    Scenario(
        "by_hand_over_ours_with_pythonhome",
        OTHER,
        (
            Cd("app"),
            Activate("other/.venv"),
            Exported("PYTHONHOME", None),
            Cd("plain"),
            Exported("PYTHONHOME", None),
            Type("deactivate"),
            *NO_TRACE,
        ),
        env={"PYTHONHOME": sys.base_prefix},
    ),
    Scenario(
        "by_hand_over_ours_of_the_same_name",
        {"app/.venv": Venv(prompt="one"), "other/.venv": Venv("virtualenv", prompt="one")},
        (
            Cd("app"),
            Activate("other/.venv"),
            Exported("VIRTUAL_ENV", "«other/.venv»"),
            Exported("VIRTUAL_ENV_PROMPT", "one"),
            Type("deactivate"),
            *NO_TRACE,
        ),
        shells=("bash", "zsh", "fish"),
    ),
    Scenario(
        "by_hand_from_a_store",
        STORE,
        (
            Activate("store/mine"),
            Cd("app"),
            Says(("store/mine",)),
            Exported("VIRTUAL_ENV", "«store/mine»"),
            Type("deactivate"),
            *NO_TRACE,
        ),
    ),
    Scenario(
        "by_hand_then_child_shell",
        OTHER,
        (
            Activate("other/.venv"),
            Child(),
            Exported("VIRTUAL_ENV", "«other/.venv»"),
            Runs("other/.venv/bin"),
            Cd("app"),
            Exported("VIRTUAL_ENV", "«other/.venv»"),
            OnPath("other/.venv/bin", 1),
        ),
        shells=("bash", "zsh", "fish"),
    ),
    Scenario(
        "by_hand_on_one_line",
        OTHER,
        (
            Ignore(("PS1",)),
            Type(
                {
                    "posix": "cd «app» && . «other/.venv/bin/activate» && whereami && deactivate",
                    "fish": "cd «app» && source «other/.venv/bin/activate.fish» && whereami && deactivate",
                    "pwsh": "cd «app»; . «other/.venv/bin/Activate.ps1»; whereami; deactivate",
                }
            ),
            Cd(""),
            *NO_TRACE,
            Cd("app"),
            Active("app"),
        ),
    ),
    Scenario(
        "by_hand_made_by_virtualenv",
        APP | {"other/.venv": Venv("virtualenv")},
        (
            Cd("app"),
            Activate("other/.venv"),
            Idle(),
            Runs("other/.venv/bin"),
            Type("deactivate"),
            Cd(""),
            *NO_TRACE,
        ),
        shells=("bash", "zsh", "fish"),  # virtualenv names its script for PowerShell activate.ps1
    ),
    # -- 10: our deactivate
    Scenario(
        "deactivate_holds_until_the_project_is_left",
        APP,
        (
            Cd("app"),
            Type("deactivate"),
            Silent(),
            *NO_TRACE,
            Idle(),
            Silent(),
            *NO_TRACE,
            Cd("app/src"),
            Silent(),
            *NO_TRACE,
            Cd("app"),
            *NO_TRACE,
            Cd("plain"),
            *NO_TRACE,
            Cd("app"),
            Silent(),
            Active("app"),
        ),
    ),
    Scenario(
        "deactivate_below_the_project",
        APP,
        (Cd("app/src"), Type("deactivate"), *NO_TRACE, Cd("app"), *NO_TRACE, Cd(""), Cd("app/src"), Active("app")),
    ),
    Scenario(
        "deactivate_then_another_project_then_back",
        OTHER,
        (Cd("app"), Type("deactivate"), Cd("other"), Active("other"), Cd("app"), Active("app")),
    ),
    Scenario(
        "deactivate_then_rebuilt_still_holds",
        APP,
        (
            Cd("app"),
            Type("deactivate"),
            Type(
                {"posix": "touch .venv/pyvenv.cfg", "fish": "touch .venv/pyvenv.cfg", "pwsh": "touch .venv/pyvenv.cfg"}
            ),
            Idle(),
            *NO_TRACE,
        ),
    ),
    Scenario(
        "deactivate_brings_back_what_was",
        APP,
        (Cd("app"), Type("deactivate"), Inactive()),
        env={"VIRTUAL_ENV_PROMPT": "of old", "PATH": "«/tools»:/usr/bin:«app/.venv/bin»:/bin"},
    ),
    Scenario(
        "deactivate_is_there_only_while_active",
        APP,
        (
            Type({"posix": "type deactivate >/dev/null 2>&1", "fish": "type -q deactivate"}),
            Status(1),
            Cd("app"),
            Type({"posix": "type deactivate >/dev/null 2>&1", "fish": "type -q deactivate"}),
            Status(0),
            Cd(""),
            Type({"posix": "type deactivate >/dev/null 2>&1", "fish": "type -q deactivate"}),
            Status(1),
        ),
    ),
    Scenario(
        "deactivate_is_there_in_a_child_shell",
        APP,
        (Cd("app"), Child(), Type("deactivate"), Silent(), Inactive(), Type("exit"), Active("app")),
    ),
    Scenario(
        "deactivate_on_one_line",
        APP,
        (
            Type(
                {
                    "posix": "cd «app» && deactivate && echo ${VIRTUAL_ENV-none}",
                    "fish": "cd «app» && deactivate && set -q VIRTUAL_ENV || echo none",
                    "pwsh": "cd «app»; deactivate; if ($null -eq $env:VIRTUAL_ENV) { 'none' }",
                }
            ),
            Prints(("none",)),
            *NO_TRACE,
        ),
    ),
    Scenario(
        "a_deactivate_of_the_users_own_stays",
        APP,
        (
            Type("deactivate"),
            Prints(("mine",)),
            Cd("app"),
            Cd(""),
            Type("deactivate"),
            Prints(("mine",)),
        ),
        before={
            "posix": "deactivate() { echo mine; }",
            "fish": "function deactivate; echo mine; end",
        },
    ),
    Scenario(
        "own_activate_over_ours_then_deactivate",
        {"app/.venv": Venv(prompt="app")},
        (
            Cd("app"),
            Active("app"),
            Activate("app/.venv"),
            Exported("VIRTUAL_ENV", "«app/.venv»"),
            OnPath("app/.venv/bin", 1),
            Runs("app/.venv/bin"),
            Shows("(app) host"),
            Type("deactivate"),
            *NO_TRACE,
            Idle(),
            *NO_TRACE,
            Cd(""),
            *NO_TRACE,
            Cd("app"),
            Active("app"),
        ),
    ),
    Scenario(
        "own_activate_over_ours_then_leaving",
        APP,
        (
            Cd("app"),
            Activate("app/.venv"),
            Cd(""),
            Silent(),
            OnPath("app/.venv/bin", 1),
            Exported("VIRTUAL_ENV", "«app/.venv»"),
            Type("deactivate"),
            *NO_TRACE,
        ),
    ),
    Scenario(
        "own_activate_twice_over_ours",
        APP,
        (
            Cd("app"),
            Activate("app/.venv"),
            Activate("app/.venv"),
            OnPath("app/.venv/bin", 1),
            Type("deactivate"),
            *NO_TRACE,
        ),
    ),
    Scenario(
        "own_activate_over_ours_with_pythonhome",
        APP,
        (Cd("app"), Activate("app/.venv"), Exported("PYTHONHOME", None), Type("deactivate"), *NO_TRACE),
        env={"PYTHONHOME": sys.base_prefix},
    ),
    Scenario(
        "own_activate_over_ours_that_was_on_path_before",
        APP,
        (Cd("app"), Activate("app/.venv"), Type("deactivate"), Inactive(), Cd(""), Inactive()),
        env={"PATH": "«/tools»:«app/.venv/bin»:/usr/bin:«app/.venv/bin»:/bin"},
    ),
    Scenario(
        "own_activate_over_ours_on_one_line_with_deactivate",
        APP,
        (
            Ignore(("PS1",)),
            Cd("app"),
            Type(
                {
                    "posix": ". «app/.venv/bin/activate»; deactivate",
                    "fish": "source «app/.venv/bin/activate.fish»; deactivate",
                    "pwsh": ". «app/.venv/bin/Activate.ps1»; deactivate",
                }
            ),
            *NO_TRACE,
            Idle(),
            *NO_TRACE,
            Cd(""),
            *NO_TRACE,
        ),
    ),
    Scenario(
        "hand_edited_variable_is_not_fought",
        OTHER,
        (
            Cd("app"),
            Type(
                {
                    "posix": "export VIRTUAL_ENV=«other/.venv»",
                    "fish": "set -gx VIRTUAL_ENV «other/.venv»",
                    "pwsh": "$env:VIRTUAL_ENV = '«other/.venv»'",
                }
            ),
            Idle(),
            Exported("VIRTUAL_ENV", "«other/.venv»"),
            OnPath("app/.venv/bin", 0),
            Cd(""),
            Exported("VIRTUAL_ENV", "«other/.venv»"),
        ),
    ),
    Scenario(
        "unset_by_hand_holds",
        APP,
        (
            Cd("app"),
            Unset("VIRTUAL_ENV"),
            Idle(),
            *NO_TRACE,
            Cd("app/src"),
            *NO_TRACE,
            Cd(""),
            Cd("app"),
            Active("app"),
        ),
    ),
    # -- off and on
    Scenario(
        "off_and_on",
        OTHER,
        (
            Cd("app"),
            Active("app"),
            Type("autovenv off"),
            Status(0),
            *NO_TRACE,
            Cd("other"),
            Silent(),
            *NO_TRACE,
            Cd("app"),
            *NO_TRACE,
            Type("autovenv on"),
            Status(0),
            Active("app"),
            Cd("other"),
            Active("other"),
            Cd(""),
            Inactive(),
        ),
    ),
    Scenario(
        "off_outside_and_on_inside",
        APP,
        (Type("autovenv off"), Cd("app"), *NO_TRACE, Idle(), *NO_TRACE, Type("autovenv on"), Active("app")),
    ),
    Scenario(
        "off_twice_and_on_twice",
        APP,
        (
            Cd("app"),
            Type("autovenv off"),
            Type("autovenv off"),
            *NO_TRACE,
            Type("autovenv on"),
            Type("autovenv on"),
            Active("app"),
        ),
    ),
    Scenario(
        "off_on_one_line",
        APP,
        (
            Type(
                {
                    "posix": "autovenv off && cd «app» && echo ${VIRTUAL_ENV-none}",
                    "fish": "autovenv off && cd «app» && set -q VIRTUAL_ENV || echo none",
                    "pwsh": "autovenv off; cd «app»; if ($null -eq $env:VIRTUAL_ENV) { 'none' }",
                }
            ),
            Has("none"),
            *NO_TRACE,
        ),
    ),
    Scenario(
        "on_ends_a_deactivate",
        APP,
        (Cd("app"), Type("deactivate"), *NO_TRACE, Type("autovenv on"), Active("app")),
    ),
    # -- 11: a VIRTUAL_ENV that points nowhere
    Scenario(
        "virtual_env_that_points_nowhere",
        APP,
        (Inactive(), Cd("app"), Silent(), Active("app"), Cd(""), Inactive()),
        env={"VIRTUAL_ENV": "/nowhere/at/all"},
    ),
    Scenario(
        "virtual_env_that_points_to_an_ordinary_directory",
        APP,
        (Cd("app"), Silent(), Active("app"), Cd(""), Inactive()),
        env={"VIRTUAL_ENV": "«plain»"},
    ),
    Scenario(
        "virtual_env_that_is_empty",
        APP,
        (Cd("app"), Silent(), Active("app"), Cd(""), Inactive()),
        shells=("bash", "zsh", "fish"),
        env={"VIRTUAL_ENV": ""},
    ),
    Scenario(
        "by_hand_environment_deleted_underfoot",
        OTHER,
        (Activate("other/.venv"), Cd("app"), Remove("other/.venv"), Cd("app/src"), Idle(), Runs("app/.venv/bin")),
    ),
    Scenario(
        "by_hand_environment_deleted_underfoot_shows_at_the_next_prompt",
        OTHER,
        (Activate("other/.venv"), Cd("app"), Remove("other/.venv"), Idle(), Runs("app/.venv/bin"), Idle(), Silent()),
    ),
    # -- 12: the others' variables
    Scenario(
        "variables_of_others_stay_theirs",
        APP,
        (Cd("app"), Active("app"), Cd(""), Inactive(), Cd("app"), Type("deactivate"), Inactive()),
        env={
            "CONDA_DEFAULT_ENV": "base",
            "CONDA_EXE": "/opt/conda/bin/conda",
            "CONDA_PREFIX": "/opt/conda",
            "CONDA_PROMPT_MODIFIER": "(base) ",
            "CONDA_SHLVL": "1",
            "IN_NIX_SHELL": "pure",
            "MAMBA_ROOT_PREFIX": "/opt/mamba",
            "NIX_PROFILES": "/nix/var/nix/profiles/default",
            "PIXI_PROJECT_NAME": "pix",
            "PYENV_ROOT": "/opt/pyenv",
            "PYENV_SHELL": "bash",
            "PATH": "«/tools»:/opt/conda/bin:/opt/conda/condabin:/nix/store/x/bin:/opt/pyenv/shims:/usr/bin:/bin",
        },
    ),
    Scenario(
        "variables_of_others_changed_while_inside",
        APP,
        (
            Cd("app"),
            Type(
                {
                    "posix": "export CONDA_PREFIX=/opt/two CONDA_SHLVL=2",
                    "fish": "set -gx CONDA_PREFIX /opt/two; set -gx CONDA_SHLVL 2",
                    "pwsh": "$env:CONDA_PREFIX = '/opt/two'; $env:CONDA_SHLVL = '2'",
                }
            ),
            Idle(),
            Cd(""),
            Exported("CONDA_PREFIX", "/opt/two"),
            Exported("CONDA_SHLVL", "2"),
        ),
        env={"CONDA_PREFIX": "/opt/conda", "CONDA_SHLVL": "1"},
    ),
)
