"""Loading the hook: once, twice, where it must do nothing, and what it leaves in the shell."""

from __future__ import annotations

import sys

from steps import (
    Active,
    Cd,
    Exists,
    Exported,
    Gets,
    Has,
    Idle,
    Ignore,
    Inactive,
    LoadHook,
    LoadHookAndMarkNames,
    NoNewNames,
    OnPath,
    Prints,
    Remove,
    Runs,
    Scenario,
    Shows,
    Silent,
    Status,
    Type,
)
from trees import Directory, File, project

APP = project("app") | {"app/src": Directory(), "plain": Directory()}
WALK = (Inactive(), Cd("app"), Silent(), Active("app"), Idle(), Silent(), Cd("plain"), Silent(), Inactive())

HOOK = {
    "bash": 'eval "$(autovenv hook bash)"',
    "zsh": 'eval "$(autovenv hook zsh)"',
    "fish": "autovenv hook fish | source",
    "pwsh": "Invoke-Expression (& autovenv hook powershell | Out-String)",
}


def load_with(program: str) -> dict[str, str]:
    """Return the lines that load the hook with a program of the tree in the place of its interpreter."""
    replace = f"sed 's#{sys.executable}#«{program}»#'"
    return {
        "bash": f'eval "$(autovenv hook bash | {replace})"',
        "zsh": f'eval "$(autovenv hook zsh | {replace})"',
        "fish": f"autovenv hook fish | {replace} | source",
        "pwsh": f"Invoke-Expression (& autovenv hook powershell | {replace} | Out-String)",
    }


#: Scripts that load the hook, note all names before and after, and enter a project. Left out are the names that any
#: command sets.
SCRIPTS = {
    "bash": """
list() { { compgen -v; compgen -A function; } | grep -vxE '_|PIPESTATUS|FUNCNAME|COLUMNS|LINES' | sort -u; }
list > before
eval "$(autovenv hook bash)"
list > after
cd "$1" && echo "$(type -t cd) ${VIRTUAL_ENV-none}"
""",
    "zsh": """
list() { print -l ${(k)parameters} ${(k)functions} | sort -u; }
list > before
eval "$(autovenv hook zsh)"
list > after
cd "$1" && echo "builtin ${VIRTUAL_ENV-none}"
""",
    "fish": """
function list; set --names; functions --all --names; end
list > before
autovenv hook fish | source
list > after
cd $argv[1]; and set -q VIRTUAL_ENV; or echo builtin none
""",
}


ROWS = (
    Scenario("loaded_twice", APP, (*WALK, *WALK), after=HOOK),
    Scenario(
        "loaded_again_outside",
        APP,
        (LoadHook(), Silent(), *WALK, LoadHook(), LoadHook(), Silent(), *WALK),
    ),
    Scenario(
        "loaded_again_while_all_is_exported",
        APP,
        (Type({"posix": "set -a"}), LoadHook(), Inactive(), Cd("app"), Active("app"), Cd(""), Inactive()),
    ),
    Scenario(
        "loaded_again_while_active",
        APP,
        (
            Cd("app"),
            Active("app"),
            LoadHook(),
            Silent(),
            Active("app"),
            LoadHook(),
            Active("app"),
            Cd("plain"),
            Silent(),
            Inactive(),
            Cd("app"),
            Type("deactivate"),
            Inactive(),
        ),
    ),
    Scenario(
        "loaded_again_while_active_brings_back_what_was",
        APP,
        (Cd("app"), LoadHook(), Cd(""), Inactive()),
        env={"VIRTUAL_ENV_PROMPT": "of old", "PATH": "«/tools»:/usr/bin:«app/.venv/bin»:/bin"},
    ),
    Scenario(
        "loaded_by_hand_inside_a_project",
        APP,
        (Cd("app"), Inactive(), LoadHook(), Silent(), Active("app"), Cd(""), Inactive()),
        hook=False,
    ),
    Scenario(
        "loaded_by_hand_where_what_is_typed_has_no_comments",
        APP,
        (LoadHook(), Silent(), *WALK, Type("shopt -q interactive_comments || echo off"), Prints(("off",))),
        before={"bash": "shopt -u interactive_comments"},
        hook=False,
    ),
    Scenario(
        "loaded_by_hand_where_each_status_is_printed",
        APP,
        (LoadHook(), Silent(), *WALK),
        before={"zsh": "setopt print_exit_value"},
        hook=False,
    ),
    Scenario(
        "loaded_without_naming_the_shell",
        APP,
        (
            Type(
                {"bash": 'eval "$(autovenv hook)"', "zsh": 'eval "$(autovenv hook)"', "fish": "autovenv hook | source"}
            ),
            Silent(),
            *WALK,
        ),
        hook=False,
    ),
    Scenario(
        "loaded_from_a_file",
        APP,
        (
            Type(
                {
                    "bash": "autovenv hook bash > «hook»; . «hook»",
                    "zsh": "autovenv hook zsh > «hook»; . «hook»",
                    "fish": "autovenv hook fish > «hook»; source «hook»",
                    "pwsh": "autovenv hook powershell > «hook.ps1»; . «hook.ps1»",
                }
            ),
            Silent(),
            *WALK,
        ),
        hook=False,
    ),
    Scenario(
        "loaded_by_name_pwsh",
        APP,
        (Type({"pwsh": "Invoke-Expression (& autovenv hook pwsh | Out-String)"}), Silent(), *WALK),
        hook=False,
    ),
    Scenario(
        "loaded_within_a_function",
        APP,
        (*WALK,),
        hook=False,
        before={
            "bash": 'load() { eval "$(autovenv hook bash)"; }; load',
            "zsh": 'load() { eval "$(autovenv hook zsh)"; }; load',
            "fish": "function load; autovenv hook fish | source; end; load",
        },
    ),
    # -- 14: a shell without a person does not know of us
    Scenario(
        "nothing_in_a_script",
        APP | {f"script.{name}": File(text) for name, text in SCRIPTS.items()},
        (
            Type({name: f"{name} «script.{name}» «app»" for name in SCRIPTS}),
            Prints(("builtin none",)),
            Type(dict.fromkeys(SCRIPTS, "diff «before» «after»")),
            Silent(),
            Exists("before"),
        ),
        hook=False,
    ),
    Scenario(
        "nothing_in_a_command_of_pwsh",
        APP,
        (
            Type({"pwsh": "pwsh -NoLogo -Command 'cd «app»; if ($null -eq $env:VIRTUAL_ENV) { ''none'' }'"}),
            Prints(("none",)),
        ),
    ),
    Scenario(
        "nothing_in_a_script_of_pwsh",
        APP | {"script": File("Set-Location $args[0]\nif ($null -eq $env:VIRTUAL_ENV) { 'none' }\n")},
        (
            Type({"pwsh": "pwsh «script» «app»"}),
            Prints(("none",)),
        ),
    ),
    Scenario(
        "a_script_inside_a_project_keeps_what_it_inherits",
        APP,
        (
            Cd("app"),
            Type(
                {
                    "bash": "bash -c 'eval \"$(autovenv hook bash)\"; cd /; echo $VIRTUAL_ENV'",
                    "zsh": "zsh -fc 'eval \"$(autovenv hook zsh)\"; cd /; echo $VIRTUAL_ENV'",
                    "fish": "fish --no-config -c 'autovenv hook fish | source; cd /; echo $VIRTUAL_ENV'",
                }
            ),
            Prints(("«app/.venv»",)),
        ),
    ),
    # -- 19: PROMPT_COMMAND and its like
    *(
        Scenario(
            f"prompt_command_{what}",
            APP,
            (
                *((Ignore(("PROMPT_COMMAND",)),) if what == "exported" else ()),
                *WALK,
                Exists("ran"),
                Remove("ran"),
                Idle(),
                Exists("ran"),
                *WALK,
            ),
            before={"bash": line},
            bash=(5, 1) if what == "an_array_with_a_hole" else (3, 2),
        )
        for what, line in (
            ("a_string", "PROMPT_COMMAND='/usr/bin/touch «ran»'"),
            ("a_string_that_ends_in_a_semicolon", "PROMPT_COMMAND='/usr/bin/touch «ran»;'"),
            ("a_string_that_ends_in_semicolon_and_space", "PROMPT_COMMAND='/usr/bin/touch «ran»;  '"),
            ("a_string_that_ends_in_a_newline", "PROMPT_COMMAND=$'/usr/bin/touch «ran»\\n'"),
            ("a_string_that_ends_in_a_comment", "PROMPT_COMMAND='/usr/bin/touch «ran» # why'"),
            (
                "a_string_that_ends_in_an_escaped_semicolon",
                "PROMPT_COMMAND='/usr/bin/find «plain» -maxdepth 0 -exec /usr/bin/touch «ran» \\;'",
            ),
            ("a_string_with_an_ampersand", "PROMPT_COMMAND='/usr/bin/touch «ran» &>/dev/null'"),
            ("an_array", "PROMPT_COMMAND=('/usr/bin/touch «ran»' ':')"),
            ("an_array_with_a_hole", "PROMPT_COMMAND=(); PROMPT_COMMAND[3]='/usr/bin/touch «ran»'"),
            ("exported", "export PROMPT_COMMAND='/usr/bin/touch «ran»'"),
        )
    ),
    Scenario("prompt_command_unset", APP, WALK, before={"bash": "unset PROMPT_COMMAND"}),
    Scenario("prompt_command_empty", APP, WALK, before={"bash": "PROMPT_COMMAND="}),
    Scenario("prompt_command_an_empty_array", APP, WALK, before={"bash": "PROMPT_COMMAND=()"}),
    Scenario(
        "prompt_command_sees_the_status",
        APP,
        (
            Cd("app"),
            Type({"bash": "fail 3"}),
            Prints(("was 3",)),
            Type({"bash": "fail 0"}),
            Prints(("was 0",)),
            Type({"bash": "fail 4; cd «plain»; fail 5"}),
            Prints(("was 5",)),
        ),
        before={"bash": "PROMPT_COMMAND='/usr/bin/printf \"was %s\\n\" $?'"},
    ),
    Scenario(
        "prompt_command_after_ours_sees_the_status",
        APP,
        (Cd("app"), Type({"bash": "fail 3"}), Prints(("was 3",)), Type({"bash": "fail 0"}), Prints(("was 0",))),
        bash=(5, 1),
        after={"bash": "PROMPT_COMMAND+=('/usr/bin/printf \"was %s\\n\" $?')"},
    ),
    Scenario(
        "prompt_command_string_after_ours_sees_the_status",
        APP,
        (Cd("app"), Type({"bash": "fail 3"}), Prints(("was 3",)), Type({"bash": "fail 0"}), Prints(("was 0",))),
        after={"bash": "PROMPT_COMMAND=\"$PROMPT_COMMAND; /usr/bin/printf 'was %s\\n' \\$?\""},
    ),
    Scenario(
        "prompt_command_exported_to_a_shell_without_the_hook",
        APP,
        (
            Idle(),
            Type({"bash": "bash --norc"}),
            Silent(),
            Type({"bash": "echo fine"}),
            Prints(("fine",)),
        ),
        before={"bash": "export PS1; export PROMPT_COMMAND=:"},
    ),
    Scenario(
        "the_users_own_functions_at_the_prompt_go_on",
        APP,
        (
            Cd("app"),
            Prints(("moved app", "prompt")),
            Type({"zsh": "fail 3"}),
            Prints(("prompt",)),
            Cd("plain"),
            Prints(("moved plain", "prompt")),
            Shows("host"),
        ),
        before={"zsh": "chpwd() { print -r moved ${PWD:t} }\nprecmd() { print prompt }"},
    ),
    Scenario(
        "the_users_functions_in_the_arrays_go_on",
        APP,
        (Cd("app"), Prints(("moved app", "prompt")), Cd("plain"), Prints(("moved plain", "prompt"))),
        before={
            "zsh": "mine() { print -r moved ${PWD:t} }\nours() { print prompt }\n"
            "chpwd_functions=(mine)\nprecmd_functions=(ours)",
        },
    ),
    Scenario(
        "the_users_functions_see_the_status",
        APP,
        (
            Cd("app"),
            Type({"zsh": "fail 3"}),
            Prints(("was 3", "then 3")),
            Type({"zsh": "fail 0"}),
            Prints(("was 0", "then 0")),
        ),
        before={"zsh": "mine() { print was $? }\nprecmd_functions=(mine)"},
        after={"zsh": "later() { print then $? }\nprecmd_functions+=(later)"},
    ),
    Scenario(
        "the_users_events_go_on",
        APP,
        (
            Cd("app"),
            Has("moved «app»"),
            Has("prompt"),
            Cd("plain"),
            Has("moved «plain»"),
            Shows("host"),
        ),
        before={
            "fish": "function mine --on-variable PWD; builtin echo moved $PWD; end\n"
            "function ours --on-event fish_prompt; builtin echo prompt; end",
        },
    ),
    Scenario(
        "the_users_location_action_goes_on",
        APP,
        (Cd("app"), Has("moved «app»"), Shows("(app) host"), Cd("plain"), Has("moved «plain»"), Shows("host")),
        before={
            "pwsh": "$ExecutionContext.SessionState.InvokeCommand.LocationChangedAction = {"
            ' param($source, $change) [Console]::WriteLine("moved $($change.NewPath)") }',
        },
    ),
    Scenario(
        "a_location_action_in_the_place_of_ours_lets_us_come_back",
        APP,
        (
            Type({"pwsh": 'cd «app»; "[$env:VIRTUAL_ENV]"'}),
            Has("[«app/.venv»]"),
            Has("moved «app»"),
            Cd("plain"),
            Has("moved «plain»"),
            Inactive(),
        ),
        after={
            "pwsh": "$ExecutionContext.InvokeCommand.LocationChangedAction = {"
            ' param($source, $change) [Console]::WriteLine("moved $($change.NewPath)") }',
        },
    ),
    # -- 20: names, and forged ones
    Scenario(
        "no_name_leaks",
        APP,
        (
            Cd("plain"),
            LoadHookAndMarkNames(),
            NoNewNames(),
            Cd("app"),
            Cd("app/src"),
            Idle(),
            NoNewNames(),
            Cd(""),
            Cd("app"),
            Type("deactivate"),
            NoNewNames(),
        ),
        hook=False,
    ),
    Scenario(
        "no_name_leaks_after_a_warning",
        APP | {"torn/.venv": Directory()},
        (
            Cd("plain"),
            LoadHookAndMarkNames(),
            Cd("torn"),
            Cd("app"),
            Type("autovenv off"),
            Type("autovenv on"),
            Type("autovenv status"),
            Cd(""),
            NoNewNames(),
        ),
        hook=False,
    ),
    Scenario(
        "no_variable_is_exported_but_ours",
        APP,
        (Cd("app"), Active("app"), Idle(), Active("app"), Cd(""), Inactive()),
        env={"__AUTOVENV_OTHER": "stays"},
    ),
    *(
        Scenario(
            f"forged_{what}",
            APP,
            (
                Type("echo fine"),
                Prints(("fine",)),
                Cd("app"),
                Exported("VIRTUAL_ENV", "«app/.venv»"),
                OnPath("app/.venv/bin", 1),
                Cd(""),
                OnPath("app/.venv/bin", 0),
                Exported("VIRTUAL_ENV", None),
                Type("echo fine"),
                Prints(("fine",)),
                Status(0),
            ),
            env=dict.fromkeys(names, value),
        )
        for what, names, value in (
            (
                "by_a_substitution",
                (
                    "__AUTOVENV_PREFIX",
                    "__AUTOVENV_BIN",
                    "__AUTOVENV_BINS",
                    "__AUTOVENV_KEPT",
                    "__autovenv_between",
                ),
                "$(touch canary)`touch canary`",
            ),
            (
                "by_an_index",
                (
                    "__AUTOVENV_PREFIX",
                    "__AUTOVENV_BIN",
                    "__AUTOVENV_BINS",
                    "__autovenv_root",
                    "__autovenv_found",
                    "__autovenv_options",
                ),
                "a[$(touch canary)]",
            ),
            (
                "by_quotes_and_semicolons",
                (
                    "__AUTOVENV_PREFIX",
                    "__AUTOVENV_BIN",
                    "__AUTOVENV_BINS",
                    "__autovenv_shown",
                    "__autovenv_tool",
                    "__autovenv_state",
                ),
                "'; touch canary; \"; touch canary; #",
            ),
            (
                "by_globs_and_newlines",
                (
                    "__AUTOVENV_PREFIX",
                    "__AUTOVENV_BIN",
                    "__AUTOVENV_BINS",
                    "__AUTOVENV_KEPT",
                    "__autovenv_held",
                ),
                "*\n?[a\\",
            ),
            (
                "by_nothing",
                ("__AUTOVENV_PREFIX", "__AUTOVENV_BIN", "__AUTOVENV_BINS", "__autovenv_root", "__autovenv_version"),
                "",
            ),
            ("settings", ("AUTOVENV_TRUST", "AUTOVENV_STATE", "AUTOVENV_CONFIG", "AUTOVENV_NAMES"), "$(touch canary)"),
        )
    ),
    Scenario(
        "forged_environment_of_ours_that_is_elsewhere",
        APP,
        (
            Exported("PATH", "«/tools»:/usr/bin:/bin"),
            Cd("app"),
            Active("app", path=("«/tools»", "/usr/bin", "/bin")),
        ),
        shells=("bash", "zsh", "fish"),
        env={
            "__AUTOVENV_PREFIX": "/nowhere/.venv",
            "__AUTOVENV_BIN": "/nowhere/.venv/bin",
            "PATH": "/nowhere/.venv/bin:«/tools»:/usr/bin:/bin",
        },
    ),
    Scenario(
        # an entry of PATH is ours to take away where it is the directory of commands of the environment that is named
        "forged_directory_of_commands_takes_nothing_off_path",
        APP | {"extra": Directory()},
        (
            OnPath("extra", 1),
            Cd("app"),
            OnPath("extra", 1),
            Cd("plain"),
            OnPath("extra", 1),
            OnPath("app/.venv/bin", 0),
        ),
        start="plain",
        env={
            "__AUTOVENV_PREFIX": "«app/.venv»",
            "__AUTOVENV_BIN": "«extra»",
            "VIRTUAL_ENV": "«app/.venv»",
            "PATH": "«extra»:«/tools»:/usr/bin:/bin",
        },
    ),
    Scenario(
        "forged_arguments_of_old_activate_scripts",
        APP,
        (Cd("app"), Exported("VIRTUAL_ENV", "«app/.venv»"), Type("deactivate"), Type("echo fine"), Prints(("fine",))),
        env={"_OLD_VIRTUAL_PS1": "$(touch canary)", "_OLD_VIRTUAL_PYTHONHOME": "`touch canary`"},
        shells=("bash", "zsh", "fish"),
    ),
    Scenario(
        # the prompt that stands there already is drawn anew
        "hook_loaded_by_a_key",
        APP,
        (Type({"zsh": "\x14echo fine"}), Prints(("fine",)), Gets(b"(app) host", times=2), Active("app")),
        start="app",
        hook=False,
        after={"zsh": "late() { eval \"$(autovenv hook zsh)\"; }; zle -N late; bindkey '^T' late"},
    ),
    Scenario(
        # what is local to it is its own, and the shell's follow when it has returned
        "function_with_variables_of_its_own_moves",
        APP,
        (
            Type({"posix": "f() { local PATH=$PATH VIRTUAL_ENV=mine; cd «app»; echo $VIRTUAL_ENV; }; f"}),
            Prints(("mine",)),
            Active("app"),
            Cd("plain"),
            Inactive(),
            Type({"posix": "f() { local PATH=/bin; cd «app»; }; f"}),
            Silent(),
            Active("app"),
            Cd("plain"),
            Inactive(),
            Type({"posix": "f() { local PYTHONHOME=/x; export PYTHONHOME; cd «app»; }; f"}),
            Silent(),
            Active("app"),
            Cd("plain"),
            Inactive(),
        ),
    ),
    Scenario(
        "variables_that_are_for_one_move_alone",
        APP,
        tuple(
            step
            for line in ("PATH=/usr/bin:/bin cd «app»", "VIRTUAL_ENV=/x cd «app»", "PYTHONHOME=/x cd «app»")
            for step in (Type({"bash": line}), Silent(), Active("app"), Idle(), Cd("plain"), Inactive())
        ),
    ),
    Scenario(
        "hook_loaded_by_a_function_that_runs_before_a_prompt",
        APP,
        (Active("app"), Cd(""), Inactive(), Cd("app"), Active("app")),
        start="app",
        hook=False,
        before={
            "zsh": "turbo() { precmd_functions=(${precmd_functions:#turbo});"
            ' eval "$(autovenv hook zsh)" }; precmd_functions+=(turbo)'
        },
    ),
    Scenario(
        "wrapped_cd_that_is_exported",
        APP,
        (
            Type({"bash": "export -f cd pushd popd; bash -c 'cd «app» && pwd; echo \"[$VIRTUAL_ENV]\"'"}),
            Prints(("«app»", "[]")),
        ),
    ),
    *(
        Scenario(
            f"rc_file_that_{what}_read_again_while_active",
            APP | {"early": Directory()},
            (
                Cd("app"),
                Active("app"),
                Type({"bash": ". ~/.bashrc", "zsh": ". ~/.zshrc"}),
                Runs("app/.venv/bin"),
                OnPath("app/.venv/bin", 1),
                Cd(""),
                OnPath("app/.venv/bin", 0),
                Runs("/tools"),
            ),
            before={"posix": line},
            shells=("bash", "zsh"),
        )
        for what, line in (
            ("reorders_path", "PATH=«/tools»:«early»:$PATH"),
            ("starts_from_a_new_path", "PATH=«/tools»:/usr/bin:/bin"),
        )
    ),
)
