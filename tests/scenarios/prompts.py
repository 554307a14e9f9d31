"""The prompt shows the environment once, and stays the user's."""

from __future__ import annotations

from dataclasses import replace

from steps import (
    Active,
    Ask,
    Cd,
    Child,
    Export,
    Exported,
    Idle,
    Inactive,
    Prints,
    Scenario,
    SetPrompt,
    Shows,
    ShowsSoon,
    Silent,
    Type,
    Unset,
)
from trees import Directory, Handmade, Venv, project

APP = project("app") | {"app/src": Directory(), "plain": Directory()}

#: Names that a prompt could take for its own language, with what is to be read before the prompt.
NAMES = {
    "a_substitution": "$(touch canary)",
    "a_backtick": "`touch canary`",
    "a_variable": "$HOME ${HOME} $$",
    "percents": "%n %~ %# %% 100%",
    "backslashes": "\\u \\w \\\\ \\$ \\n",
    "bangs": "! !! \\!",
    "quotes": 'it\'s "so"',
    "a_glob": "* ? [a-z]",
    "braces": "{a,b} }{",
    "spaces": "two  words",
    "parentheses": "(x) ) (",
    "tilde_and_hash": "~ # ^",
    "format": "%s %d %%s",
}

#: The hook from a file, as `autovenv install` sets it up.
INSTALLED = {"pwsh": 'autovenv install --shell powershell *> $null; . "$env:XDG_DATA_HOME/autovenv/autovenv.ps1"'}

_ROWS = (
    Scenario(
        "installed_and_asleep_at_home",
        APP,
        (
            Type("cd app; whereami; cd .."),
            Inactive(),
            Cd("app/src"),
            Active("app"),
            Shows("(app) host"),
            Type("deactivate"),
            Inactive(),
            Cd(""),
            Cd("app"),
            Active("app"),
            Cd(""),
            Inactive(),
            Silent(),
        ),
        before=INSTALLED,
        hook=False,
    ),
    Scenario(
        "installed_and_woken_by_nothing",
        APP,
        (
            Type({"pwsh": "ln -s app/.venv .venv; Write-Error x"}),
            ShowsSoon("(home) host"),
            Type({"pwsh": '"$? $($Error.Count)"'}),
            Prints(("False 1",)),
            Active("", name="home"),
            Type({"pwsh": "rm .venv"}),
            Shows("host"),
            Inactive(),
        ),
        before=INSTALLED,
        hook=False,
    ),
    Scenario(
        "disabled_before",
        APP,
        (Cd("app"), Shows("host"), Active("app"), Cd(""), Shows("host"), Inactive()),
        env={"VIRTUAL_ENV_DISABLE_PROMPT": "1"},
    ),
    Scenario(
        "disabled_while_inside",
        APP,
        (
            Cd("app"),
            Shows("(app) host"),
            Export("VIRTUAL_ENV_DISABLE_PROMPT", "1"),
            Idle(),
            Shows("host"),
            Active("app"),
            Unset("VIRTUAL_ENV_DISABLE_PROMPT"),
            Idle(),
            Shows("(app) host"),
            Active("app"),
            Cd(""),
            Shows("host"),
        ),
    ),
    Scenario(
        "disabled_by_a_setting",
        APP,
        (Cd("app"), Shows("host"), Exported("VIRTUAL_ENV_PROMPT", "app"), Cd(""), Shows("host"), Inactive()),
        config="prompt = false\n",
    ),
    Scenario(
        "changed_while_active_keeps_its_change",
        APP,
        (
            Cd("app"),
            SetPrompt("new"),
            Idle(),
            Shows("(app) new"),
            Cd("app/src"),
            Shows("(app) new"),
            Cd(""),
            Shows("new"),
            Inactive(),
        ),
    ),
    Scenario(
        "edited_while_active_keeps_its_change",
        APP,
        (
            Cd("app"),
            Type({"posix": 'PS1="* $PS1"'}),
            Idle(),
            Shows("(app) * host"),
            Cd(""),
            Shows("* host"),
            Cd("app"),
            Shows("(app) * host"),
        ),
    ),
    Scenario(
        "rebuilt_at_every_prompt",
        APP,
        (
            Shows("star"),
            Cd("app"),
            Shows("(app) star"),
            Idle(),
            Shows("(app) star"),
            Idle(),
            Shows("(app) star"),
            Cd(""),
            Shows("star"),
            Idle(),
            Shows("star"),
        ),
        before={
            "bash": "star() { PS1='star<'$$'.\\#>$ '; }; PROMPT_COMMAND=star",
            "zsh": "star() { PS1='star<'$$'.%h>$ '; }; precmd_functions+=(star)",
        },
    ),
    Scenario(
        "rebuilt_at_every_prompt_after_the_hook",
        APP,
        (
            Shows("star"),
            Cd("app"),
            Idle(),
            Shows("(app) star"),
            Idle(),
            Shows("(app) star"),
            Cd(""),
            Idle(),
            Shows("star"),
        ),
        after={
            "bash": "star() { PS1='star<'$$'.\\#>$ '; }; PROMPT_COMMAND=\"star;${PROMPT_COMMAND}\"",
            "zsh": "star() { PS1='star<'$$'.%h>$ '; }; precmd_functions=(star $precmd_functions)",
            "fish": "function fish_prompt; printf 'star'; numbers; end",
            "pwsh": 'function global:prompt { "star" + (numbers) }',
        },
    ),
    Scenario(
        "rebuilt_by_a_function_that_runs_last",
        APP,
        (
            Shows("star"),
            Cd("app"),
            Idle(),
            Idle(),
            Cd(""),
            Idle(),
            Shows("star"),
            Exported("VIRTUAL_ENV", None),
        ),
        bash=(5, 1),
        after={
            "bash": "star() { PS1='star<'$$'.\\#>$ '; }; PROMPT_COMMAND+=(star)",
            "zsh": "star() { PS1='star<'$$'.%h>$ '; }; precmd_functions+=(star)",
        },
    ),
    Scenario(
        "prompt_that_shows_the_environment_itself",
        APP,
        (Cd("app"), Shows("[app] host"), Cd(""), Shows("host")),
        env={"VIRTUAL_ENV_DISABLE_PROMPT": "1"},
        bash=(5, 1),
        before={
            "bash": 'own() { PS1="${VIRTUAL_ENV_PROMPT:+[$VIRTUAL_ENV_PROMPT] }host<$$.\\#>$ "; }',
        },
        after={
            "bash": "PROMPT_COMMAND+=(own)",
        },
    ),
    Scenario(
        "prompt_that_substitutes",
        APP,
        (Shows("home"), Cd("app"), Shows("(app) app"), Cd("app/src"), Shows("(app) src"), Cd(""), Shows("home")),
        before={
            "bash": "PS1='${PWD##*/}<'$$'.\\#>$ '",
            "zsh": "setopt prompt_subst; PS1='${PWD##*/}<'$$'.%h>$ '",
            "fish": "function fish_prompt; printf '%s' (basename $PWD); numbers; end",
            "pwsh": 'function global:prompt { "$(Split-Path -Leaf $PWD)" + (numbers) }',
        },
    ),
    Scenario(
        "prompt_of_two_lines",
        APP,
        (Cd("app"), Prints(("(app) first",)), Shows("second"), Cd(""), Prints(("first",)), Shows("second")),
        before={
            "bash": "PS1='first\\nsecond<'$$'.\\#>$ '",
            "zsh": "PS1=$'first\\nsecond<'$$'.%h>$ '",
            "fish": "function fish_prompt; printf 'first\\nsecond'; numbers; end",
        },
    ),
    Scenario(
        "prompt_that_returns_several_things_shows_the_first",
        APP,
        (Shows("first"), Cd("app"), Shows("(app) first"), Idle(), Shows("(app) first"), Cd(""), Shows("first")),
        before={"pwsh": 'function global:prompt { "first" + (numbers); "second" }'},
    ),
    Scenario(
        "right_prompt_stays",
        APP,
        (
            Cd("app"),
            Type({"zsh": 'print -r -- "$RPS1"', "fish": "fish_right_prompt"}),
            Idle(),
            Silent(),
        ),
        before={"zsh": "RPS1=", "fish": "function fish_right_prompt; end"},
    ),
    Scenario(
        "prompt_is_never_exported",
        APP,
        (Cd("app"), Exported("PS1", None), Exported("PROMPT", None), Cd(""), Exported("PS1", None)),
    ),
    Scenario(
        "no_prompt_at_all",
        APP,
        (
            Cd("app"),
            Type(
                {
                    "bash": "unset PS1; whereami; PS1='back<'$$'.\\#>$ '",
                    "zsh": "unset PS1; whereami; PS1='back<'$$'.%h>$ '",
                }
            ),
            Shows("(app) back"),
            Cd(""),
            Shows("back"),
        ),
    ),
    Scenario(
        "name_in_the_middle_of_the_users_prompt",
        APP,
        (Shows("(app) host"), Cd("app"), Shows("(app) (app) host"), Cd(""), Shows("(app) host")),
        before={
            "bash": "PS1='(app) host<'$$'.\\#>$ '",
            "zsh": "PS1='(app) host<'$$'.%h>$ '",
            "fish": "function fish_prompt; printf '(app) host'; numbers; end",
            "pwsh": 'function global:prompt { "(app) host" + (numbers) }',
        },
    ),
    Scenario(
        "prefix_is_not_inherited_twice",
        APP,
        (Cd("app"), Child(), Shows("(app) host"), Child(), Shows("(app) host"), Cd(""), Shows("host")),
        before={"posix": "export PS1"},
    ),
    Scenario(
        "promptvars_off",
        {"app/.venv": Venv(prompt="$HOME\\$x")},
        (Cd("app"), Shows("($HOME\\$x) host"), Cd(""), Shows("host")),
        before={"bash": "shopt -u promptvars"},
    ),
    Scenario(
        "promptvars_turned_off_and_on_while_inside",
        {"app/.venv": Venv(prompt="$HOME")},
        (
            Cd("app"),
            Shows("($HOME) host"),
            Type({"bash": "shopt -u promptvars", "zsh": "setopt prompt_subst"}),
            Idle(),
            Shows("($HOME) host"),
            Type({"bash": "shopt -s promptvars", "zsh": "unsetopt prompt_subst"}),
            Idle(),
            Shows("($HOME) host"),
            Cd(""),
            Shows("host"),
        ),
    ),
    *(
        Scenario(
            f"name_with_{what}",
            {"app/.venv": Handmade(f"home = /usr/bin\nprompt = {name!r}\n")},
            (Cd("app"), Active("app", name=name), Idle(), Silent(), Active("app", name=name), Cd(""), Inactive()),
        )
        for what, name in NAMES.items()
    ),
    *(
        Scenario(
            f"name_with_{what}_under_substitution",
            {"app/.venv": Handmade(f"home = /usr/bin\nprompt = {name!r}\n")},
            (Cd("app"), Active("app", name=name), Idle(), Active("app", name=name), Cd(""), Inactive()),
            before={"zsh": "setopt prompt_subst prompt_bang"},
        )
        for what, name in NAMES.items()
    ),
    *(
        Scenario(
            f"name_with_{what}_in_posix_mode",
            {"app/.venv": Handmade(f"home = /usr/bin\nprompt = {name!r}\n")},
            (Cd("app"), Active("app", name=name), Idle(), Active("app", name=name), Cd(""), Inactive()),
            before={"bash": "set -o posix"},
        )
        for what, name in NAMES.items()
    ),
    *(
        Scenario(
            f"name_that_is_shown_{what}",
            {"app/.venv": Handmade(f"home = /usr/bin\nprompt = {name!r}\n")},
            (Cd("app"), Shows(f"({seen}) host"), Idle(), Silent(), Cd(""), Shows("host"), Inactive()),
        )
        for what, name, seen in (
            ("with_its_escape", "\x1b[31mred", "\\x1b[31mred"),
            ("with_its_newline", "two\nlines", "two\\nlines"),
            ("with_its_bidi_mark", "a\u202eb", "a\\u202eb"),
            ("with_its_bell", "a\x07b", "a\\x07b"),
        )
    ),
    Scenario(
        "marks_of_the_users_own_that_stand_twice",
        APP | project("other"),
        (
            Type({"posix": "before=$PS1"}),
            Cd("app"),
            Cd("other"),
            Cd(""),
            Type({"posix": '[ "$before" = "$PS1" ] && echo same'}),
            Prints(("same",)),
        ),
        before={
            "bash": "PS1='\\[\\e[0m\\]\\[\\e[0m\\]host<'$$'.\\#>$ '",
            "zsh": "PS1=$'%{\\e[0m%}%{\\e[0m%}host<'$$'.%h>$ '",
        },
    ),
    Scenario(
        # The keys of a terminal in application mode, which PSReadLine asks for.
        "keys_bring_back_what_was_typed",
        APP,
        (
            Type("echo one"),
            Cd("app"),
            Type({"posix": "\x1b[A\x1b[A", "fish": "\x1b[A\x1b[A", "pwsh": "\x1bOA\x1bOA"}),
            Prints(("one",)),
            Shows("(app) host"),
            Cd(""),
            Type("echo two"),
            Type({"posix": "\x1b[A", "fish": "\x1b[A", "pwsh": "\x1bOA"}),
            Prints(("two",)),
            Shows("host"),
        ),
    ),
    Scenario(
        "a_line_that_is_taken_away_leaves_the_label",
        APP,
        (Cd("app"), Type("nonsense\x15echo fine"), Prints(("fine",)), Shows("(app) host")),
    ),
    Scenario(
        "mode_prompt_sees_the_status",
        APP,
        (Type({"fish": "fail 4"}), Shows("[4] host"), Cd("app"), Type({"fish": "fail 5"}), Shows("(app) [5] host")),
        after={"fish": 'function fish_mode_prompt; echo -n "[$status] "; end'},
    ),
    Scenario(
        "what_a_command_asks_has_no_label",
        APP,
        (
            Cd("app"),
            Ask({"fish": "read -P 'name? ' answer"}, "name? ", "yes"),
            Shows("(app) host"),
            Type("echo $answer"),
            Prints(("yes",)),
            Type({"fish": "function ask; read -l -P 'sure? ' answer; echo got $answer; end"}),
            Ask({"fish": "ask"}, "sure? ", "no"),
            Prints(("got no",)),
            Shows("(app) host"),
        ),
        shells=("fish",),
    ),
)

ROWS = tuple(replace(row, edited=True) for row in _ROWS)
