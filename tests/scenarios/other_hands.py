"""Other hands on the shell: what editors, parents, neighbours and the user's functions do to `PATH` and the prompt."""

from __future__ import annotations

from steps import (
    Activate,
    Active,
    Cd,
    Child,
    Export,
    Exported,
    Idle,
    Ignore,
    Inactive,
    Interrupt,
    Make,
    OnPath,
    Prints,
    Remove,
    Rename,
    Runs,
    Says,
    Scenario,
    Shows,
    Silent,
    Status,
    Type,
)
from trees import Copy, Directory, File, Interpreter, Venv, project

from scenarios.neighbours import VSCODE_BASH, both, load_at

APP = project("app") | project("other") | {"app/src": Directory(), "plain": Directory()}

#: A prompt that is built before each prompt from what is active then.
BUILT = {
    "bash": 'build() { PS1="${VIRTUAL_ENV:+<${VIRTUAL_ENV##*/home/}> }host<$$.\\\\#>$ "; }; PROMPT_COMMAND=build',
    "fish": "function fish_prompt; set -q VIRTUAL_ENV; "
    "and builtin printf '<%s> ' (string replace -r '.*/home/' '' $VIRTUAL_ENV); printf host; numbers; end",
}

#: What plug-ins do that have an environment of their own choice for a project (autoenv, oh-my-zsh's poetry-env).
_PLUG = (
    'plug() { if [[ -n $mine && $PWD != "$mine" ]]; then mine=; deactivate; fi;'
    " if [[ $PWD == «app» ]]; then mine=$PWD; . .venv/bin/activate; fi; }; mine="
)
PLUGIN = {
    "bash": _PLUG + '; cd() { builtin cd "$@" && plug; }',
    "zsh": _PLUG + "; chpwd_functions+=(plug)",
    "fish": 'function plug --on-variable PWD; if test -n "$mine" -a "$PWD" != "$mine"; set -g mine; deactivate; end;'
    " if test $PWD = «app»; set -g mine $PWD; source .venv/bin/activate.fish; end; end; set -g mine",
}

ROWS = (
    # -- what comes back
    *(
        Scenario(
            f"a_plugin_that_activates_and_deactivates_at_a_move_{order}",
            APP,
            (
                Ignore(("PS1",)),  # venv's script for bash and zsh exports it
                Cd("app"),
                Silent(),
                Active("app"),
                # Its `deactivate` is for what was left.
                Cd("other"),
                Silent(),
                Active("other"),
                Cd("app"),
                Active("app"),
                Cd(""),
                Silent(),
                Inactive(),
                Cd("app"),
                Type("deactivate"),
                Inactive(),
            ),
            before=PLUGIN if order == "before" else "",
            after=PLUGIN if order == "after" else "",
        )
        for order in ("before", "after")
    ),
    Scenario(
        "path_that_was_saved_inside_and_comes_back_outside",
        APP,
        (
            Cd("app"),
            Type({"posix": "old=$PATH", "fish": "set -g old $PATH", "pwsh": "$old = $env:PATH"}),
            Cd(""),
            Inactive(),
            Type({"posix": "PATH=$old", "fish": "set -gx PATH $old", "pwsh": "$env:PATH = $old"}),
            Silent(),
            Inactive(),
            Cd("other"),
            Active("other"),
            Type({"posix": "PATH=$old", "fish": "set -gx PATH $old", "pwsh": "$env:PATH = $old"}),
            OnPath("app/.venv/bin", 0),
            Cd(""),
            Inactive(),
        ),
    ),
    Scenario(
        "path_that_a_function_saves_around_a_cd",
        APP,
        (
            Cd("app"),
            Type(
                {
                    "posix": "f() { local old=$PATH; cd «plain»; PATH=$old; cd «app»; }; f",
                    "fish": "function f; set -l old $PATH; cd «plain»; set -gx PATH $old; cd «app»; end; f",
                    "pwsh": "function f { $old = $env:PATH; cd «plain»; $env:PATH = $old; cd «app» }; f",
                }
            ),
            Silent(),
            Active("app"),
            Cd(""),
            Silent(),
            Inactive(),
        ),
    ),
    Scenario(
        "path_that_comes_back_in_a_child_shell",
        APP,
        (
            Cd("app"),
            Type({"posix": "old=$PATH", "fish": "set -g old $PATH", "pwsh": "$old = $env:PATH"}),
            Cd("other"),
            Type(
                {
                    "posix": "PATH=$old; export old",
                    "fish": "set -gx PATH $old; set -gx old (string join : $old)",
                    "pwsh": "$env:PATH = $old; $env:old = $old",
                }
            ),
            Ignore(("old",)),
            Child(),
            OnPath("app/.venv/bin", 0),
            Cd(""),
            OnPath("app/.venv/bin", 0),
            OnPath("other/.venv/bin", 0),
            Type({"posix": "PATH=$old", "fish": "set -gx PATH (string split : $old)", "pwsh": "$env:PATH = $env:old"}),
            OnPath("app/.venv/bin", 0),
            Exported("VIRTUAL_ENV", None),
        ),
    ),
    Scenario(
        "an_environment_that_was_ours_and_is_activated_by_hand_elsewhere",
        APP,
        (
            Cd("app"),
            Cd("other"),
            Activate("app/.venv"),
            Says(("`~/app/.venv` was activated by hand",)),
            Exported("VIRTUAL_ENV", "«app/.venv»"),
            Runs("app/.venv/bin"),
            Idle(),
            Runs("app/.venv/bin"),
            Cd("plain"),
            Runs("app/.venv/bin"),
            Type("deactivate"),
            Exported("VIRTUAL_ENV", None),
            OnPath("app/.venv/bin", 0),
        ),
    ),
    # -- activating what is ours
    Scenario(
        "own_activate_before_the_hook",
        APP,
        (
            Silent(),
            Shows("(app) host"),
            Exported("VIRTUAL_ENV", "«app/.venv»"),
            OnPath("app/.venv/bin", 1),
            Cd("other"),
            Silent(),
            Shows("(other) host"),
            OnPath("app/.venv/bin", 0),
            Runs("other/.venv/bin"),
            Cd(""),
            Silent(),
            Shows("host"),
            Exported("VIRTUAL_ENV", None),
            OnPath("other/.venv/bin", 0),
            Type(
                {
                    "posix": "echo ${_OLD_VIRTUAL_PATH-none} ${_OLD_VIRTUAL_PS1-none}",
                    "fish": "set -q _OLD_VIRTUAL_PATH; or set -q _OLD_FISH_PROMPT_OVERRIDE; or echo none none",
                }
            ),
            Prints(("none none",)),
            Type({"posix": "type deactivate >/dev/null 2>&1", "fish": "type -q deactivate"}),
            Status(1),
        ),
        before={"posix": ". «app/.venv/bin/activate»", "fish": "source «app/.venv/bin/activate.fish»"},
        start="app",
    ),
    Scenario(
        "own_activate_of_virtualenv",
        APP,
        (
            Cd("app"),
            # What virtualenv 21.15 does beside what venv does.
            Type(
                {
                    "posix": ". «app/.venv/bin/activate"
                    "»; _OLD_PKG_CONFIG_PATH=; export PKG_CONFIG_PATH=x _OLD_VIRTUAL_TCL_LIBRARY=was TCL_LIBRARY=is;"
                    ' pydoc() { python -m pydoc "$@"; }',
                    "fish": "source «app/.venv/bin/activate.fish"
                    "»; set -gx _OLD_PKG_CONFIG_PATH ''; set -gx PKG_CONFIG_PATH x;"
                    " set -gx _OLD_VIRTUAL_TCL_LIBRARY was; set -gx TCL_LIBRARY is;"
                    " function pydoc; python -m pydoc $argv; end",
                    "pwsh": ". «app/.venv/bin/Activate.ps1"
                    "»; New-Variable -Scope global _OLD_PKG_CONFIG_PATH $env:PKG_CONFIG_PATH;"
                    " $env:PKG_CONFIG_PATH = 'x'; New-Variable -Scope global _OLD_VIRTUAL_TCL_LIBRARY was;"
                    " $env:TCL_LIBRARY = 'is';"
                    " function global:pydoc { & python -m pydoc $args }",
                }
            ),
            Silent(),
            Exported("PKG_CONFIG_PATH", None),
            Exported("_OLD_VIRTUAL_TCL_LIBRARY", None),
            Exported("TCL_LIBRARY", "was"),
            Ignore(("TCL_LIBRARY", "PS1")),
            Active("app"),
            Cd(""),
            Inactive(),
            Type(
                {
                    "posix": "type pydoc >/dev/null 2>&1",
                    "fish": "type -q pydoc",
                    "pwsh": "if (Test-Path function:pydoc) { /bin/true } else { /bin/false }",
                }
            ),
            Status(1),
        ),
    ),
    Scenario(
        "own_activate_typed_in_the_project",
        APP,
        (
            Cd("app"),
            Activate("app/.venv"),
            Silent(),
            Active("app"),
            Idle(),
            Cd("app/src"),
            Active("app"),
            Cd("other"),
            Silent(),
            Active("other"),
            Cd(""),
            Inactive(),
            Cd("app"),
            Activate("app/.venv"),
            Type("deactivate"),
            Silent(),
            Inactive(),
            Idle(),
            Inactive(),
            Activate("app/.venv"),
            Silent(),
            Active("app"),
            Cd(""),
            Inactive(),
        ),
    ),
    Scenario(
        "own_activate_on_one_line_with_the_cd",
        APP,
        (
            Cd("other"),
            Type({"posix": "cd «app» && . .venv/bin/activate", "fish": "cd «app» && . .venv/bin/activate.fish"}),
            Ignore(("PS1",)),
            Silent(),
            Active("app"),
            Cd(""),
            Inactive(),
        ),
    ),
    # -- inherited
    Scenario(
        "inherited_without_its_place_on_path",
        APP,
        (
            Silent(),
            Cd("app"),
            Silent(),
            Shows("(app) host"),
            Runs("app/.venv/bin"),
            Cd("other"),
            Silent(),
            Runs("other/.venv/bin"),
            Exported("VIRTUAL_ENV", "«other/.venv»"),
            Cd("app"),
            Silent(),
            Runs("app/.venv/bin"),
            Cd(""),
            Silent(),
            Shows("host"),
            OnPath("app/.venv/bin", 0),
        ),
        env={"VIRTUAL_ENV": "«app/.venv»"},
    ),
    Scenario(
        "inherited_behind_another_python",
        APP,
        (
            Silent(),
            Shows("(app) host"),
            Runs("app/.venv/bin"),
            OnPath("app/.venv/bin", 1),
            Cd(""),
            Silent(),
            Shows("host"),
            Exported("VIRTUAL_ENV", None),
            OnPath("app/.venv/bin", 0),
        ),
        env={"VIRTUAL_ENV": "«app/.venv»", "PATH": "«/tools»:«app/.venv/bin»:/usr/bin:/bin"},
        start="app",
    ),
    # -- relative, as users of direnv write it
    *both(
        "direnv_with_a_relative_environment",
        load_at("app", "PATH=«app/.venv/bin»:$PATH; export VIRTUAL_ENV=.venv"),
        (
            Ignore(("DIRENV_DIFF",)),
            Cd("app"),
            Silent(),
            Runs("app/.venv/bin"),
            Idle(),
            Silent(),
            Runs("app/.venv/bin"),
            Cd("app/src"),
            Silent(),
            Runs("app/.venv/bin"),
            Cd("other"),
            Silent(),
            Runs("other/.venv/bin"),
            OnPath("app/.venv/bin", 0),
            Cd("plain"),
            Silent(),
            Inactive(),
        ),
        tree=APP,
        shells=("bash", "zsh", "fish"),
    ),
    # -- variables, at the prompt
    Scenario(
        "a_variable_that_chose_the_environment_at_the_prompt",
        APP | {"app/uv.lock": File(), "app/pyproject.toml": File('[project]\nname = "app"\n'), "app/.foo": Venv()},
        (
            Cd("app"),
            Active("app"),
            Export("UV_PROJECT_ENVIRONMENT", ".foo"),
            Silent(),
            Exported("VIRTUAL_ENV", "«app/.foo»"),
            Runs("app/.foo/bin"),
            Idle(),
            Runs("app/.foo/bin"),
            Export("UV_PROJECT_ENVIRONMENT", ".venv"),
            Silent(),
            Runs("app/.venv/bin"),
            OnPath("app/.foo/bin", 0),
        ),
    ),
    # -- looking first, labelling last
    Scenario(
        "a_prompt_that_is_built_knows_the_environment_at_once",
        APP,
        (
            Shows("<app/.venv> host"),
            Cd("other"),
            Shows("<other/.venv> host"),
            Remove("other/.venv"),
            Idle(),
            Shows("host"),
            Make("other/.venv", Copy("app/.venv")),
            Cd("app"),
            Shows("<app/.venv> host"),
            Cd("plain"),
            Shows("host"),
        ),
        before=BUILT,
        env={"VIRTUAL_ENV_DISABLE_PROMPT": "1"},
        start="app",
    ),
    Scenario(
        "a_prompt_that_comes_back_with_an_old_label",
        APP,
        (
            Cd("app"),
            Shows("(app) host"),
            Type(
                {
                    "bash": "kept=$PS1; PS1=x$PS1; cd «plain»; PS1=$kept",
                    "zsh": "kept=$PS1; PS1=x; cd -q «plain»; PS1=$kept",
                }
            ),
            Shows("host"),
            Type({"posix": "PS1=$kept"}),
            Shows("host"),
            Cd("app"),
            Shows("(app) host"),
            Cd("plain"),
            Shows("host"),
        ),
    ),
    Scenario(
        "prompt_command_that_is_replaced",
        APP,
        (
            Type({"bash": "mine() { :; }; PROMPT_COMMAND=mine"}),
            Cd("app"),
            Active("app"),
            Cd("other"),
            Active("other"),
            Cd(""),
            Inactive(),
        ),
    ),
    Scenario(
        "prompt_command_after_ours_sees_the_statuses_of_the_pipe",
        APP,
        (
            Cd("app"),
            Type({"bash": "false | fail 3 | true"}),
            Prints(("0 1 3 0",)),
            Type({"bash": "fail 4"}),
            Prints(("4 4",)),
            Type({"bash": "cd «plain»"}),
            Prints(("0 0",)),
            Type({"bash": "true | fail 5"}),
            Prints(("5 0 5",)),
        ),
        before={"bash": 'show() { echo "$? ${PIPESTATUS[@]}"; }; PROMPT_COMMAND=show'},
    ),
    Scenario(
        "vscode_with_a_list_in_prompt_command",
        APP,
        (
            Cd("app"),
            Shows("(app) host"),
            Idle(),
            Cd("other"),
            Shows("(other) host"),
            Type({"bash": "echo ${#PROMPT_COMMAND[@]}"}),
            Prints(("1",)),
        ),
        before={"bash": "PROMPT_COMMAND=(:)"},
        after={"bash": VSCODE_BASH},
        bash=(5, 1),
    ),
    Scenario(
        "a_message_waits_for_powerlevel10k",
        APP | {"clone": Copy("app")},
        (
            Silent(),
            Type({"zsh": "unset __p9k_instant_prompt_active"}),
            Says(("`~/clone/.venv` was not activated",)),
            Idle(),
            Silent(),
        ),
        before={"zsh": "__p9k_instant_prompt_active=1"},
        start="clone",
    ),
    Scenario(
        "locals_that_inherit_from_typed_globals",
        APP,
        (Cd("app"), Silent(), Active("app"), Cd("other"), Silent(), Active("other"), Cd(""), Silent(), Inactive()),
        after={
            "bash": "shopt -s localvar_inherit; declare -i text=1 line=1 name=1 file=1 rest=1; "
            "declare -u directory=x label=x; declare -A entries=([a]=b) word=([a]=b)"
        },
        bash=(5, 0),
    ),
    # -- events, and the manual mode
    Scenario(
        "events_for_functions_of_the_user",
        APP,
        (
            Cd("app"),
            Prints(("in «app/.venv»",)),
            Cd("app/src"),
            Prints(()),
            Cd("other"),
            Prints(("out «app/.venv»", "in «other/.venv»")),
            Type("deactivate"),
            Prints(("out «other/.venv»",)),
            Cd(""),
            Prints(()),
            Type(
                {
                    "posix": "cd «app» && echo between",
                    "fish": "cd «app» && echo between",
                    "pwsh": "cd «app»; echo between",
                }
            ),
            Prints(("in «app/.venv»", "between")),
        ),
        after={
            "posix": 'autovenv_entered() { echo "in $1"; false; }; autovenv_left() { echo "out $1"; false; }; set -e',
            "fish": "function entered --on-event autovenv_entered; echo in $argv; false; end; "
            "function left --on-event autovenv_left; echo out $argv; false; end",
            "pwsh": 'function global:autovenv_entered($prefix) { "in $prefix" }; '
            'function global:autovenv_left($prefix) { "out $prefix" }',
        },
    ),
    Scenario(
        "activated_only_when_told",
        APP,
        (
            Silent(),
            Inactive(),
            Cd("other"),
            Silent(),
            Inactive(),
            Type("autovenv on"),
            Silent(),
            Active("other"),
            Cd("app"),
            Active("app"),
        ),
        config='activate = "manual"\n',
        start="app",
    ),
    # -- a look that hangs
    Scenario(
        "a_look_that_hangs_ends_at_one_ctrl_c",
        APP | {"slow": Interpreter('case "$*" in *resolve*) /usr/bin/touch «resolving»; exec /bin/sleep 60 ;; esac')},
        (
            Interrupt("cd «app»", "resolving", once=True),
            Remove("resolving"),
            Idle(),
            Silent(),
            Idle(),
            Silent(),
            Cd("app/src"),
            Silent(),
            Cd("plain"),
            Silent(),
            Type("fail 3"),
            Status(3),
            Interrupt("cd «app»", "resolving", once=True),
            Idle(),
            Silent(),
        ),
        after={"posix": "__autovenv_tool[${ZSH_VERSION:+1}]=«slow»", "fish": "set -g __autovenv_tool[1] «slow»"},
    ),
    # -- what is known to hold nothing
    Scenario(
        "a_level_known_to_hold_nothing_that_gets_something",
        {"deep/one/two": Directory(), "store": Venv(), "plain": Directory()},
        (
            Cd("deep/one/two"),
            Cd("plain"),
            Cd("deep/one/two"),
            Inactive(),
            Make("deep/.venv", Venv()),
            Cd("plain"),
            Cd("deep/one/two"),
            Active("deep"),
            Cd("plain"),
            Cd("deep/one"),
            Active("deep"),
            Make("deep/one/.venv", Venv()),
            Idle(),
            Active("deep/one", name="one"),
            Cd("deep/one/two"),
            Active("deep/one", name="one"),
        ),
    ),
    Scenario(
        "a_level_known_to_hold_nothing_in_whose_place_another_is_moved",
        {"deep/one/two": Directory(), "new/two": Directory(), "new/.venv": Venv("uv"), "plain": Directory()},
        (
            Cd("deep/one/two"),
            Cd("plain"),
            Cd("deep/one/two"),
            Cd("plain"),
            Rename("deep/one", "deep/gone"),
            Rename("new", "deep/one"),
            Cd("deep/one/two"),
            Says(("`~/deep/one/.venv` was not activated",)),
        ),
    ),
    Scenario(
        "a_level_known_to_hold_nothing_that_is_linked",
        {"deep/one/two": Directory(), "store/mine": Venv(), "plain": Directory()},
        (
            Cd("deep/one/two"),
            Cd("plain"),
            Cd("deep/one/two"),
            Cd("deep"),
            Type("autovenv link «store/mine»"),
            Cd("plain"),
            Cd("deep/one/two"),
            Exported("VIRTUAL_ENV", "«store/mine»"),
        ),
    ),
)
