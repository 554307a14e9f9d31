"""Entering and leaving a project: what is set, and that all of it is undone."""

from __future__ import annotations

import sys

from steps import (
    Active,
    AddToPath,
    Cd,
    Child,
    Exported,
    Has,
    Idle,
    Inactive,
    OnPath,
    Prints,
    Remove,
    Repeat,
    Runs,
    Says,
    Scenario,
    Silent,
    Type,
    Unset,
)
from trees import Directory, File, Handmade, Link, Venv, project

PLACES = project("app") | {"app/src/deep": Directory(), "plain": Directory()}

ROWS = (
    Scenario(
        "enter_and_leave",
        PLACES,
        (Inactive(), Cd("app"), Silent(), Active("app"), Cd("plain"), Silent(), Inactive(), Cd("app"), Active("app")),
    ),
    Scenario(
        "enter_below_the_project",
        PLACES,
        (Cd("app/src/deep"), Silent(), Active("app"), Cd(""), Silent(), Inactive()),
    ),
    Scenario(
        "leave_to_the_root",
        PLACES,
        (Cd("app"), Active("app"), Type("cd /"), Silent(), Inactive()),
    ),
    Scenario(
        "python_is_the_projects",
        PLACES,
        (
            Cd("app"),
            Type("python -c 'import sys; print(sys.prefix)'"),
            Prints(("«app/.venv»",)),
        ),
    ),
    Scenario(
        "environment_named_venv",
        project("app", "venv"),
        (Cd("app"), Silent(), Active("app", "venv"), Cd(""), Inactive()),
    ),
    Scenario(
        "environment_named_env",
        project("app", "env"),
        (Cd("app"), Silent(), Active("app", "env"), Cd(""), Inactive()),
    ),
    Scenario(
        "dot_venv_wins_over_venv_and_env",
        project("app", "env") | project("app", "venv") | project("app"),
        (Cd("app"), Silent(), Active("app"), Cd(""), Inactive()),
    ),
    Scenario(
        "made_by_virtualenv",
        {"app/.venv": Venv("virtualenv")},
        (Cd("app"), Silent(), Active("app"), Cd(""), Inactive()),
    ),
    Scenario(
        "made_by_uv",
        {"app/.venv": Venv("uv")},
        (Cd("app"), Silent(), Active("app"), Cd(""), Inactive()),
    ),
    Scenario(
        "no_project_files_needed_and_none_minded",
        PLACES | {"app/pyproject.toml": File('[project]\nname = "app"\n'), "app/.python-version": File("3.12\n")},
        (Cd("app"), Silent(), Active("app"), Cd(""), Inactive()),
    ),
    Scenario(
        "name_from_pyvenv_cfg_of_venv",
        {"app/.venv": Venv(prompt='it\'s a "name"')},
        (Cd("app"), Active("app", name='it\'s a "name"'), Cd(""), Inactive()),
    ),
    Scenario(
        "name_from_pyvenv_cfg_of_virtualenv",
        {"app/.venv": Venv("virtualenv", prompt="other")},
        (Cd("app"), Active("app", name="other"), Cd(""), Inactive()),
    ),
    Scenario(
        "name_from_pyvenv_cfg_of_uv",
        {"app/.venv": Venv("uv", prompt="other")},
        (Cd("app"), Active("app", name="other"), Cd(""), Inactive()),
    ),
    Scenario(
        "name_from_pyvenv_cfg_with_crlf_and_bom",
        {"app/.venv": Handmade(b"\xef\xbb\xbfprompt = 'windows'\r\nhome = /usr/bin\r\n")},
        (Cd("app"), Active("app", name="windows"), Cd(""), Inactive()),
    ),
    Scenario(
        "pythonhome_is_put_aside_and_comes_back",
        PLACES,
        (Cd("app"), Active("app"), Exported("PYTHONHOME", None), Cd(""), Inactive()),
        env={"PYTHONHOME": sys.base_prefix},
    ),
    Scenario(
        "pythonhome_that_is_empty_comes_back_empty",
        PLACES,
        (Cd("app"), Active("app"), Exported("PYTHONHOME", None), Cd(""), Inactive()),
        shells=("bash", "zsh", "fish"),
        env={"PYTHONHOME": ""},
    ),
    Scenario(
        "pythonhome_that_was_not_exported_comes_back_so",
        PLACES,
        (
            Cd("app"),
            Type({"posix": 'echo "[${PYTHONHOME-unset}]"', "fish": "set -q PYTHONHOME; or echo '[unset]'"}),
            Prints(("[unset]",)),
            Cd(""),
            Inactive(),
            Type({"posix": 'echo "[${PYTHONHOME-unset}]"', "fish": "echo [$PYTHONHOME]"}),
            Prints(("[/opt/python]",)),
        ),
        before={"posix": "PYTHONHOME=/opt/python", "fish": "set -g PYTHONHOME /opt/python"},
    ),
    Scenario(
        "virtual_env_that_was_not_exported_comes_back_so",
        PLACES,
        (
            Cd("app"),
            Active("app"),
            Cd(""),
            Inactive(),
            Type(
                {
                    "posix": 'echo "[$VIRTUAL_ENV][$VIRTUAL_ENV_PROMPT]"',
                    "fish": "echo [$VIRTUAL_ENV][$VIRTUAL_ENV_PROMPT]",
                }
            ),
            Prints(("[/nowhere][of old]",)),
        ),
        before={
            "posix": "VIRTUAL_ENV=/nowhere; VIRTUAL_ENV_PROMPT='of old'",
            "fish": "set -g VIRTUAL_ENV /nowhere; set -g VIRTUAL_ENV_PROMPT 'of old'",
        },
    ),
    Scenario(
        "pythonhome_set_while_inside_is_the_users",
        PLACES,
        (
            Cd("app"),
            Type(
                {
                    "posix": "export PYTHONHOME=/opt/mine",
                    "fish": "set -gx PYTHONHOME /opt/mine",
                    "pwsh": "$env:PYTHONHOME = '/opt/mine'",
                }
            ),
            Cd(""),
            Exported("PYTHONHOME", "/opt/mine"),
        ),
        env={"PYTHONHOME": sys.base_prefix},
    ),
    Scenario(
        "pythonhome_that_is_universal_stays_so",
        PLACES,
        (
            Cd("app"),
            Exported("PYTHONHOME", ""),
            Cd(""),
            Type({"fish": "set -S PYTHONHOME"}),
            Has("$PYTHONHOME: set in universal scope, exported"),
            Inactive(),
        ),
        before={"fish": f"set -Ux PYTHONHOME {sys.base_prefix}"},
    ),
    Scenario(
        "virtual_env_prompt_of_before_comes_back",
        PLACES,
        (Inactive(), Cd("app"), Active("app"), Cd(""), Inactive()),
        env={"VIRTUAL_ENV_PROMPT": "of old"},
    ),
    Scenario(
        "commands_of_before_are_not_remembered",
        PLACES,
        (
            Runs("/tools"),
            Runs("/tools"),
            Cd("app"),
            Runs("app/.venv/bin"),
            Runs("app/.venv/bin"),
            Cd(""),
            Runs("/tools"),
        ),
    ),
    Scenario(
        "path_appended_while_inside_survives",
        PLACES | {"extra": Directory()},
        (Cd("app"), AddToPath("extra"), Idle(), Silent(), Active("app"), Cd(""), Silent(), Inactive()),
    ),
    Scenario(
        "path_prepended_while_inside_survives",
        PLACES | {"extra": Directory()},
        (
            Cd("app"),
            AddToPath("extra", first=True),
            Idle(),
            Silent(),
            Active("app", after=("extra",)),
            Cd(""),
            Inactive(),
        ),
    ),
    Scenario(
        "path_prepended_and_moved_below",
        PLACES | {"extra": Directory()},
        (
            Cd("app"),
            AddToPath("extra", first=True),
            Cd("app/src"),
            OnPath("app/.venv/bin", 1),
            Cd(""),
            Inactive(),
        ),
    ),
    Scenario(
        "was_on_path_before",
        PLACES,
        (
            Inactive(),
            Cd("app"),
            Active("app"),
            OnPath("app/.venv/bin", 1),
            Cd(""),
            Inactive(),
            Cd("app"),
            Active("app"),
        ),
        env={"PATH": "«/tools»:«app/.venv/bin»:/usr/bin:/bin"},
    ),
    Scenario(
        "was_first_on_path_before",
        PLACES,
        (Cd("app"), Active("app"), OnPath("app/.venv/bin", 1), Cd(""), Inactive()),
        shells=("bash", "zsh", "fish"),  # PowerShell puts its own directory before it
        env={"PATH": "«app/.venv/bin»:«/tools»:/usr/bin:/bin"},
    ),
    Scenario(
        "was_last_on_path_before",
        PLACES,
        (Cd("app"), Active("app"), OnPath("app/.venv/bin", 1), Cd(""), Inactive()),
        env={"PATH": "«/tools»:/usr/bin:/bin:«app/.venv/bin»"},
    ),
    Scenario(
        "was_twice_on_path_before",
        PLACES,
        (Cd("app"), Active("app"), OnPath("app/.venv/bin", 1), Cd(""), Inactive()),
        env={"PATH": "«/tools»:«app/.venv/bin»:/usr/bin:/bin:«app/.venv/bin»"},
    ),
    Scenario(
        "was_twice_on_path_before_and_path_was_edited",
        project("app"),
        (Cd("app"), AddToPath("extra"), AddToPath("extra", first=True), Cd(""), Inactive()),
        env={"PATH": "«/tools»:«app/.venv/bin»:/usr/bin:«app/.venv/bin»:/bin"},
    ),
    Scenario(
        "put_on_path_by_hand_while_active_stays",
        project("app"),
        (
            Cd("app"),
            AddToPath("app/.venv/bin"),
            Idle(),
            Silent(),
            Cd(""),
            Silent(),
            Inactive(),
            Cd("app"),
            Active("app"),
        ),
    ),
    Scenario(
        "was_on_path_before_and_path_was_edited",
        PLACES | {"extra": Directory()},
        (Cd("app"), AddToPath("extra"), Active("app"), Cd(""), Inactive()),
        env={"PATH": "«/tools»:«app/.venv/bin»:/usr/bin:/bin"},
    ),
    *(
        Scenario(
            # also where a child shell puts it back, which knows of the neighbours only what it was told
            f"was_on_path_before_and_the_one_before_it_went{in_a}",
            PLACES,
            (
                Cd("app"),
                *child,
                Type(
                    {
                        "posix": "PATH=«app/.venv/bin»:/usr/bin:/bin:«/tools»",
                        "fish": "set PATH «app/.venv/bin» /usr/bin /bin «/tools»",
                        "pwsh": "$env:PATH = '«app/.venv/bin»:/usr/bin:/bin:«/tools»'",
                    }
                ),
                Cd(""),
                Exported("PATH", "/usr/bin:«app/.venv/bin»:/bin:«/tools»"),
            ),
            env={"PATH": "«/tools»:/opt:«app/.venv/bin»:/bin:/usr/bin"},
        )
        for in_a, child in (("", ()), ("_in_a_child", (Child(),)))
    ),
    Scenario(
        "was_on_path_before_and_both_neighbours_went",
        PLACES,
        (
            Cd("app"),
            Type(
                {
                    "posix": "PATH=«app/.venv/bin»:«/tools»:/bin",
                    "fish": "set PATH «app/.venv/bin» «/tools» /bin",
                    "pwsh": "$env:PATH = '«app/.venv/bin»:«/tools»:/bin'",
                }
            ),
            Cd(""),
            OnPath("app/.venv/bin", 1),
            OnPath("/tools", 1),
        ),
        env={"PATH": "«/tools»:«app/.venv/bin»:/usr/bin:/bin"},
    ),
    Scenario(
        "path_with_empty_entries_keeps_every_byte",
        PLACES,
        (Cd("app"), Cd(""), Inactive()),
        shells=("bash", "zsh", "pwsh"),  # fish makes `.` of an empty entry when it starts
        env={"PATH": "«/tools»:/usr/bin::/bin:"},
    ),
    Scenario(
        "path_with_a_leading_empty_entry_keeps_every_byte",
        PLACES,
        (Cd("app"), Cd(""), Inactive()),
        shells=("bash", "zsh"),
        env={"PATH": ":«/tools»:/usr/bin:/bin"},
    ),
    Scenario(
        "path_with_empty_entries_edited_while_inside",
        PLACES | {"extra": Directory()},
        (Cd("app"), AddToPath("extra", first=True), Cd(""), Inactive()),
        shells=("bash", "zsh"),
        env={"PATH": "«/tools»:/usr/bin::/bin:"},
    ),
    Scenario(
        "path_with_doubles_of_others_keeps_them",
        PLACES,
        (Cd("app"), Active("app"), Cd(""), Inactive()),
        env={"PATH": "«/tools»:/usr/bin:/bin:/usr/bin:«/tools»"},
    ),
    Scenario(
        "path_with_hostile_entries_keeps_them",
        PLACES,
        (Cd("app"), Active("app"), Cd(""), Inactive()),
        env={"PATH": "«/tools»:/usr/bin:/bin:/x y:/*:/$(touch canary):/`touch canary`:/a'b\"c:/%s:/back\\slash:/~"},
    ),
    Scenario(
        "path_like_ours_but_longer_stays",
        PLACES,
        (Cd("app"), Active("app"), Cd(""), Inactive()),
        env={"PATH": "«/tools»:«app/.venv/bin»2:«app/.venv/bin»/x:/usr/bin:/bin:/pre«app/.venv/bin»"},
    ),
    Scenario(
        "very_long_path",
        PLACES,
        (Cd("app"), Active("app"), Cd(""), Inactive(), Cd("app"), Active("app")),
        env={
            "PATH": "«/tools»:"
            + ":".join(f"/opt/{number}" for number in range(1500))
            + ":«app/.venv/bin»:/usr/bin:/bin"
        },
    ),
    Scenario(
        "path_that_keeps_its_entries_unique",
        PLACES | {"extra": Directory()},
        (Cd("app"), Active("app"), AddToPath("extra"), Active("app"), Cd(""), Inactive(), Cd("app"), Active("app")),
        before={"zsh": "typeset -U path PATH"},
        env={"PATH": "«/tools»:/usr/bin:«app/.venv/bin»:/bin"},
    ),
    Scenario(
        "path_edited_by_fishs_own_means",
        PLACES | {"extra": Directory(), "more": Directory()},
        (
            Cd("app"),
            Type({"fish": "fish_add_path --global «extra»; fish_add_path --path --append «more»"}),
            Idle(),
            OnPath("app/.venv/bin", 1),
            Cd(""),
            OnPath("app/.venv/bin", 0),
            OnPath("extra", 1),
            OnPath("more", 1),
            Cd("app"),
            OnPath("app/.venv/bin", 1),
            Runs("app/.venv/bin"),
        ),
    ),
    Scenario(
        "empty_path",
        PLACES,
        (
            Type({"posix": "PATH=", "fish": "set PATH"}),
            Cd("app"),
            Exported("VIRTUAL_ENV", "«app/.venv»"),
            Runs("app/.venv/bin"),
            Cd(""),
            Exported("PATH", ""),
        ),
    ),
    Scenario(
        "unset_path",
        PLACES,
        (
            Type({"posix": "unset PATH"}),
            Cd("app"),
            Exported("VIRTUAL_ENV", "«app/.venv»"),
            Cd(""),
            Exported("VIRTUAL_ENV", None),
            Type("echo fine"),
            Prints(("fine",)),
        ),
    ),
    Scenario(
        "virtual_env_unset_by_hand_is_let_go",
        PLACES,
        (Cd("app"), Unset("VIRTUAL_ENV"), Idle(), OnPath("app/.venv/bin", 0), Cd(""), Inactive()),
    ),
    Scenario(
        "the_users_other_variables_stay",
        PLACES,
        (Cd("app"), Active("app"), Cd(""), Inactive()),
        env={
            "PYTHONPATH": "/a:/b",
            "PYTHONSTARTUP": "/x y",
            "ODD": "$(touch canary) `touch canary` ; \\ % '\"",
            "IFS": ":",
        },
    ),
    Scenario(
        "environment_is_a_link",
        {"store/app-env": Venv(), "app/.venv": Link("«store/app-env»")},
        (Cd("app"), Silent(), Active("app"), Cd(""), Inactive()),
    ),
    Scenario(
        "environment_is_a_relative_link",
        {"store/app-env": Venv(), "app/.venv": Link("../store/app-env")},
        (Cd("app"), Silent(), Active("app"), Cd(""), Inactive()),
    ),
    Scenario(
        "project_is_a_link",
        PLACES | {"link": Link("app")},
        (
            Cd("link"),
            Silent(),
            Active("link"),
            Cd("link/src/deep"),
            Silent(),
            Active("link"),
            Cd(""),
            Silent(),
            Inactive(),
        ),
    ),
    Scenario(
        "project_is_a_link_and_then_itself",
        PLACES | {"link": Link("app")},
        (
            Cd("link"),
            Active("link"),
            Cd("app"),
            Silent(),
            Active("app"),
            OnPath("link/.venv/bin", 0),
            Cd("link"),
            Active("link"),
            Cd(""),
            Inactive(),
        ),
    ),
    Scenario(
        "home_is_a_link",
        {"app/.venv": Venv(), "/homelink": Link("home")},
        (Cd("/homelink/app"), Silent(), Active("/homelink/app"), Cd("/homelink"), Inactive(), Cd("app"), Active("app")),
        start="/homelink",
        env={"HOME": "«/homelink»"},
    ),
    Scenario(
        "project_is_the_home_directory",
        {".venv": Venv(), "plain": Directory()},
        (Active("", name="home"), Cd("plain"), Active("", name="home"), Type("cd /"), Inactive()),
    ),
    Scenario(
        "project_outside_home",
        {"/outside/app/.venv": Venv(), "/outside/app/src": Directory()},
        (Cd("/outside/app/src"), Silent(), Active("/outside/app"), Cd("/outside"), Inactive()),
    ),
    Scenario(
        "nothing_above_home_is_used",
        {"/.venv": Venv(), "plain": Directory()},
        (Cd("plain"), Silent(), Inactive(), Cd(""), Inactive()),
    ),
    Scenario(
        "project_directory_deleted_while_inside",
        PLACES,
        (
            Cd("app"),
            Active("app"),
            Remove("app"),
            Idle(),
            OnPath("app/.venv/bin", 0),
            Exported("VIRTUAL_ENV", None),
            Cd(""),
            Inactive(),
        ),
    ),
    Scenario(
        "a_command_named_env_is_no_environment",
        PLACES,
        (Type("cd /usr/bin"), Silent(), Inactive(), Idle(), Silent()),
    ),
    Scenario(
        "once_a_warning_then_none",
        PLACES | {"torn/.venv": Directory()},
        (
            Cd("torn"),
            Says((".venv",)),
            Inactive(),
            Idle(),
            Silent(),
            Cd("app"),
            Silent(),
            Cd("torn"),
            Silent(),
            Inactive(),
        ),
    ),
    Scenario(
        "many_times_in_and_out",
        PLACES,
        (
            Repeat(("1", "2", "3", "4", "5"), lambda _: (Cd("app/src"), Silent(), Cd(""), Silent())),
            Inactive(),
            Cd("app"),
            Active("app"),
        ),
    ),
)
