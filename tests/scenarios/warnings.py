"""The wrong python is named once, with its cause, and there is no false alarm."""

from __future__ import annotations

from steps import Active, AddToPath, Cd, Child, Idle, Inactive, Make, Remove, Rename, Says, Scenario, Silent, Type
from trees import Directory, File, Handmade, Link, Venv, project

APP = project("app") | {"app/src": Directory(), "plain": Directory()}
SHIMS = APP | {"shims/python": File("#!/bin/sh\necho shim\n", 0o755)}

ROWS = (
    Scenario(
        "python_is_an_alias",
        APP,
        (
            Cd("app"),
            Says(("python", "alias", "/usr/bin/python9", "hint:")),
            Idle(),
            Silent(),
            Cd("plain"),
            Silent(),
            Cd("app"),
            Silent(),
        ),
        before={"posix": "alias python=/usr/bin/python9", "pwsh": "Set-Alias -Scope Global python /usr/bin/python9"},
    ),
    Scenario(
        "python_is_a_function",
        APP,
        (Cd("app"), Says(("python", "function", "hint:")), Idle(), Silent(), Cd("plain"), Silent()),
        before={
            "posix": "python() { /usr/bin/python9; }",
            "fish": "function python; /usr/bin/python9; end",
            "pwsh": "function global:python { & '/usr/bin/python9' }",
        },
    ),
    Scenario(
        "python_is_an_abbreviation",
        APP,
        (
            Cd("app"),
            Says(("`python` is an abbreviation for `/usr/bin/python9`", "hint: run `abbr --erase python`")),
            Idle(),
            Silent(),
            Cd("plain"),
            Silent(),
        ),
        before={"fish": "abbr -a python '/usr/bin/python9 -q'; abbr -a --position anywhere py python"},
    ),
    Scenario(
        "an_abbreviation_that_says_how_python_is_started",
        APP,
        (Cd("app"), Silent(), Active("app"), Idle(), Silent()),
        before={"fish": "abbr -a python 'nice -n 5 python -q'"},
    ),
    Scenario(
        "python_is_an_alias_for_itself",
        APP,
        (Cd("app"), Silent(), Active("app"), Idle(), Silent()),
        before={"posix": "alias python='python -q'"},
    ),
    Scenario(
        "an_alias_that_says_how_python_is_started",
        APP,
        (Cd("app"), Silent(), Active("app"), Idle(), Silent()),
        before={
            "posix": "alias python='FOO=1 command env winpty python -q'",
            "fish": "alias python 'command env FOO=1 winpty python -q'",
        },
    ),
    Scenario(
        "an_alias_that_runs_something_else_in_the_end",
        APP,
        (Cd("app"), Says(("python", "alias", "/usr/bin/python9")), Idle(), Silent()),
        before={
            "posix": "alias python='env FOO=1 /usr/bin/python9'",
            "fish": "alias python 'env FOO=1 /usr/bin/python9'",
        },
    ),
    Scenario(
        "another_directory_put_first_while_inside",
        SHIMS,
        (
            Cd("app"),
            AddToPath("shims", first=True),
            Says(("python", "~/shims", "PATH", "hint:")),
            Idle(),
            Silent(),
            Cd("app/src"),
            Silent(),
            Cd("plain"),
            Silent(),
            Inactive(),
        ),
    ),
    Scenario(
        "an_environment_of_the_parent_shell_has_no_function_to_take_it_off",
        APP | project("other"),
        (Cd("app"), Says(("~/other/.venv", "activated by hand", "autovenv doctor")), Idle(), Silent()),
        env={"VIRTUAL_ENV": "«other/.venv»", "PATH": "«other/.venv/bin»:«/tools»:/usr/bin:/bin"},
    ),
    Scenario(
        "a_directory_first_without_a_python_is_no_matter",
        APP | {"extra": Directory()},
        (Cd("app"), AddToPath("extra", first=True), Silent(), Idle(), Silent()),
    ),
    Scenario(
        "a_directory_after_ours_is_no_matter",
        SHIMS,
        (Cd("app"), AddToPath("shims"), Silent(), Active("app"), Cd(""), Silent()),
    ),
    Scenario(
        "no_alarm_through_a_linked_project",
        APP | {"link": Link("app")},
        (Cd("app"), Silent(), Cd("link"), Silent(), Active("link"), Cd("app"), Silent(), Cd("plain"), Silent()),
    ),
    Scenario(
        "no_alarm_for_the_same_environment_by_another_name",
        APP | {"link": Link("app")},
        (
            Cd("app"),
            Type(
                {
                    "posix": "PATH=«link/.venv/bin»:$PATH",
                    "fish": "set PATH «link/.venv/bin» $PATH",
                    "pwsh": "$env:PATH = '«link/.venv/bin»:' + $env:PATH",
                }
            ),
            Silent(),
            Idle(),
            Silent(),
        ),
    ),
    Scenario(
        "project_without_an_environment_gets_a_hint",
        {"bare/pyproject.toml": File('[project]\nname = "bare"\n'), "bare/src": Directory(), "plain": Directory()},
        (
            Cd("bare"),
            Says(("bare", "venv")),
            Inactive(),
            Idle(),
            Silent(),
            Cd("bare/src"),
            Silent(),
            Cd("plain"),
            Silent(),
            Cd("bare"),
            Silent(),
            Make("bare/.venv", Venv()),
            Idle(),
            Silent(),
            Active("bare"),
        ),
    ),
    Scenario(
        "a_hint_that_is_silenced",
        {"bare/pyproject.toml": File('[project]\nname = "bare"\n')},
        (Cd("bare"), Silent(), Inactive()),
        config='silence = ["no-environment"]\n',
    ),
    Scenario(
        "a_warning_that_is_silenced",
        {"torn/.venv": Directory()},
        (Cd("torn"), Silent(), Inactive()),
        config='silence = ["broken"]\n',
    ),
    Scenario(
        "a_new_shell_says_it_again",
        {"torn/.venv": Directory()},
        (Cd("torn"), Says((".venv",)), Child(), Says((".venv",)), Idle(), Silent()),
    ),
    Scenario(
        "another_fault_is_said_too",
        {"torn/.venv": Directory()},
        (
            Cd("torn"),
            Says((".venv",)),
            Remove("torn/.venv"),
            Make("torn/.venv", File("not an environment\n")),
            Idle(),
            Says((".venv",)),
            Idle(),
            Silent(),
        ),
    ),
    Scenario(
        # bash alone reads a ~ that stands on PATH as home
        "quoted_tilde_on_path",
        {**project("app"), "bin/python": File("#!/bin/sh\n", 0o755)},
        (Cd("app"), Type({"bash": 'PATH="~/bin:$PATH"'}), Says(("`python` is `~/bin/python`, outside this project",))),
    ),
    Scenario(
        "python_is_a_global_alias",
        project("app") | {"plain": Directory()},
        (
            Cd("app"),
            Type({"zsh": "alias -g python=/usr/bin/python9"}),
            Cd("plain"),
            Cd("app"),
            Says(("`python` is an alias for `/usr/bin/python9`, outside this project",)),
        ),
    ),
    Scenario(
        "another_environment_of_the_project_is_not_outside_it",
        {**project("app"), "app/.tox/py312": Handmade()},
        (
            Cd("app"),
            Type(
                {
                    "posix": "PATH=«app/.tox/py312/bin»:$PATH",
                    "fish": "set -gx PATH «app/.tox/py312/bin» $PATH",
                    "pwsh": "$env:PATH = '«app/.tox/py312/bin»:' + $env:PATH",
                }
            ),
            Says(("`python` is `~/app/.tox/py312/bin/python`, not this project's",)),
            Idle(),
            Silent(),
        ),
    ),
    Scenario(
        "environment_without_a_python_of_that_name",
        {"app/.venv": Handmade(), "shims/python": File("#!/bin/sh\n", 0o755)},
        (
            Rename("app/.venv/bin/python", "app/.venv/bin/python3"),
            Cd("app"),
            Says(
                (
                    "`python` is `~/shims/python`, outside this project",
                    "has a `python3` and no `python`",
                    "run `python3`",
                )
            ),
            Idle(),
            Silent(),
        ),
        env={"PATH": "«shims»:«/tools»:/usr/bin:/bin"},
    ),
)
