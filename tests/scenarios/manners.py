"""What a guest does not touch: status, traps, aliases, functions."""

from __future__ import annotations

from steps import (
    Active,
    Cd,
    Exists,
    Exported,
    Idle,
    Ignore,
    Inactive,
    Interrupt,
    OnPath,
    Prints,
    Remove,
    Says,
    Scenario,
    Shows,
    Silent,
    Status,
    Type,
)
from trees import Directory, Interpreter, project

from scenarios.loading import load_with

APP = project("app") | {"app/src": Directory(), "plain": Directory()}
WALK = (Inactive(), Cd("app"), Silent(), Active("app"), Idle(), Silent(), Cd("plain"), Silent(), Inactive())

#: Names that users do define, and others that a hook could lean on. Whoever uses one leaves a file behind.
#: A function cannot stand in for what makes a variable local, or ends a function: such names are aliases only.
NAMED_BUILTINS = ("cd", "unset", "printf", "export", "echo")
OTHER_BASH = ("test", "read", "hash", "true", "command", "type", "trap", "shopt", "mapfile", "alias")
OTHER_ZSH = (
    "test",
    "read",
    "hash",
    "true",
    "command",
    "print",
    "zmodload",
    "rehash",
    "zstyle",
    "add-zsh-hook",
    "alias",
)
ALIASES = ("local", "declare", "typeset", "shift", "let", "return", "set", "[", ":", "builtin", "unalias", "setopt")
NAMED_FISH = ("cd", "echo", "printf", "export", "string")
OTHER_FISH = ("contains", "count", "math", "path", "functions", "type", "emit", "true", "fish_add_path")
NAMED_PWSH = ("Set-Location",)
OTHER_PWSH = (
    "Test-Path",
    "Get-Content",
    "Get-Item",
    "Split-Path",
    "Join-Path",
    "Write-Host",
    "Write-Output",
    "Where-Object",
    "ForEach-Object",
)


def define_posix(names: tuple[str, ...]) -> str:
    """Functions that do what the builtin does, and tell on whoever uses them."""
    return "\n".join(f'{name}() {{ builtin echo {name} >>«used»; builtin {name} "$@"; }}' for name in names)


def define_fish(names: tuple[str, ...]) -> str:
    """Functions that tell on the hook only: fish's own functions lean on such names too."""
    functions = ("export", "fish_add_path")  # these are no builtins
    tell = "builtin status stack-trace | builtin string match -q '*autovenv*'; and builtin echo NAME >>«used»"
    return "\n".join(
        f"function {name}; {tell.replace('NAME', name)}; {'' if name in functions else f'builtin {name} $argv'}; end"
        for name in names
    )


def define_pwsh(names: tuple[str, ...]) -> str:
    return "\n".join(
        f"function global:{name} {{ [IO.File]::WriteAllText('«used»', '{name}');"
        f" & (Get-Command {name} -CommandType Cmdlet) @args }}"
        for name in names
    )


def alias(names: tuple[str, ...]) -> str:
    return "\n".join(f"alias -- '{name}=\\builtin echo {name} >>«used»;'" for name in names)


def move_by_builtin(name: str) -> Type:
    return Type({"posix": f"builtin cd «{name}»", "fish": f"builtin cd «{name}»"})


ROWS = (
    # -- 15: status and friends
    Scenario(
        "status_is_what_it_was",
        APP,
        (
            Type({"posix": "fail 7", "fish": "fail 7", "pwsh": "fail 7"}),
            Status(7),
            Cd("app"),
            Type("fail 7"),
            Status(7),
            Type("fail 0"),
            Status(0),
            Type({"posix": "cd «plain»; fail 9", "fish": "cd «plain»; fail 9", "pwsh": "cd «plain»; fail 9"}),
            Status(9),
        ),
    ),
    Scenario(
        "a_shell_that_may_write_no_file_goes_on",
        APP,
        (
            # SIGXFSZ is for who writes, and that would be the shell itself.
            Type("ulimit -S -f 0"),
            Type("cd «plain»"),
            Type("cd «app»"),
            Type("ulimit -S -f unlimited"),
            Silent(),
            Active("app"),
            Cd("plain"),
            Inactive(),
        ),
        shells=("bash", "zsh", "fish"),
    ),
    Scenario(
        "status_survives_a_change_at_the_prompt",
        APP,
        (
            Type({"posix": "builtin cd «app»; fail 7", "fish": "builtin cd «app»; fail 7"}),
            Status(7),
            Active("app"),
            Type(
                {
                    "posix": "rm -rf «app/.venv»; fail 8",
                    "fish": "rm -rf «app/.venv»; fail 8",
                    "pwsh": "rm -rf «app/.venv»; fail 8",
                }
            ),
            Status(8),
            Inactive(),
        ),
    ),
    Scenario(
        "status_of_cd_itself",
        APP,
        (
            Cd("app"),
            Type({"posix": "fail 3; cd «app/src»", "fish": "fail 3; cd «app/src»"}),
            Status(0),
            Type({"posix": "cd «nowhere» 2>/dev/null", "fish": "cd «nowhere» 2>/dev/null"}),
            Status(1),
            Type({"bash": "cd a b 2>/dev/null", "zsh": "cd a b c 2>/dev/null"}),
            Status(1),
        ),
    ),
    Scenario(
        "pipe_statuses_are_what_they_were",
        APP,
        (
            Cd("app"),
            Type({"bash": "fail 3 | fail 4 | true", "zsh": "fail 3 | fail 4 | true", "fish": "fail 3 | fail 4 | true"}),
            Type(
                {
                    "bash": '/usr/bin/printf "%s\\n" "${PIPESTATUS[*]}"',
                    "zsh": '/usr/bin/printf "%s\\n" "$pipestatus"',
                    "fish": '/usr/bin/printf "%s\\n" "$pipestatus"',
                }
            ),
            Prints(("3 4 0",)),
        ),
    ),
    Scenario(
        "pipe_statuses_survive_a_change_at_the_prompt",
        APP,
        (
            Type({"posix": "builtin cd «app»; fail 3 | fail 4", "fish": "builtin cd «app»; fail 3 | fail 4"}),
            Type(
                {
                    "bash": '/usr/bin/printf "%s\\n" "${PIPESTATUS[*]}"',
                    "zsh": '/usr/bin/printf "%s\\n" "$pipestatus"',
                    "fish": '/usr/bin/printf "%s\\n" "$pipestatus"',
                }
            ),
            Prints(("3 4",)),
            Active("app"),
        ),
    ),
    Scenario(
        "last_argument_is_what_it_was",
        APP,
        (
            Type({"posix": "/usr/bin/true one two"}),
            Type({"posix": '/usr/bin/printf "%s\\n" "$_"'}),
            Prints(("two",)),
            Cd("app"),
            Type({"posix": '/usr/bin/printf "%s\\n" "$_"'}),
            Prints(("«app»",)),
            Type({"posix": "cd «plain»; /usr/bin/printf '%s\\n' \"$_\""}),
            Prints(("«plain»",)),
        ),
    ),
    Scenario(
        "last_argument_is_what_it_was_in_posix_mode",
        APP,
        (
            Type("cd «app»; /usr/bin/printf '%s\\n' \"$_\""),
            Prints(("«app»",)),
            Active("app"),
        ),
        before={"bash": "set -o posix"},
    ),
    Scenario(
        "powershells_own_status",
        APP,
        (
            Cd("app"),
            Type({"pwsh": "Get-Item «nowhere» -ErrorAction Ignore; Get-Item «nowhere» 2>$null"}),
            Type({"pwsh": '"ok $?"'}),
            Prints(("ok False",)),
            Type({"pwsh": "$null = 1"}),
            Type({"pwsh": '"ok $?"'}),
            Prints(("ok True",)),
            Type({"pwsh": '"errors $($Error.Count)"'}),
            Type({"pwsh": "$Error.Clear(); cd «plain»; cd «app»"}),
            Type({"pwsh": '"errors $($Error.Count)"'}),
            Prints(("errors 0",)),
        ),
    ),
    Scenario(
        "history_holds_what_was_typed",
        APP,
        (
            *WALK,
            Type({"bash": "history | tail -n 4 | head -n 3 | cut -c 8-", "zsh": "fc -ln -3"}),
            Prints(("cd «plain»", "«/tools/whereami»", "whereami")),
        ),
    ),
    Scenario(
        "jobs_of_the_user_stay",
        APP,
        (
            Type({"posix": "sleep 100 & first=$!"}),
            *WALK,
            Cd("app"),
            Type({"posix": "test $first = $! && kill -0 $first && echo there; disown; kill $first"}),
            Prints(("there",)),
        ),
        before={"posix": "set +m"},
    ),
    Scenario(
        "ifs_and_positional_parameters_stay",
        APP,
        (
            Type({"posix": "set -- one 'two words' three; IFS=x"}),
            *WALK,
            Type({"posix": '/usr/bin/printf "[%s]" "$@" "$IFS" "$#"; echo'}),
            Prints(("[one][two words][three][x][3]",)),
        ),
    ),
    Scenario(
        "reply_and_match_stay",
        APP,
        (
            Type({"bash": "REPLY=mine; [[ abc =~ b(.) ]]", "zsh": "REPLY=mine; MATCH=yours; match=(c)"}),
            Cd("app"),
            Idle(),
            Cd("plain"),
            Type({"bash": "echo $REPLY ${BASH_REMATCH[1]}", "zsh": "echo $REPLY $match"}),
            Prints(("mine c",)),
        ),
    ),
    # -- 17: traps
    Scenario(
        "err_trap",
        APP,
        (
            *WALK,
            Type({"posix": "false"}),
            Prints(("trapped",)),
            Cd("app"),
            Silent(),
            Type({"posix": "false"}),
            Prints(("trapped",)),
            Type({"posix": "rm -rf .venv"}),
            Silent(),
            Type({"posix": "false"}),
            Prints(("trapped",)),
        ),
        after={"posix": "trap 'echo trapped' ERR"},
    ),
    Scenario(
        "err_trap_everywhere",
        APP,
        (
            *WALK,
            Cd("app"),
            Silent(),
            Type({"bash": "false"}),
            Prints(("trapped",)),
            Type({"bash": "cd «plain»"}),
            Silent(),
            # Once for each, as without our functions of these names.
            Type({"bash": "cd «nowhere» 2>/dev/null"}),
            Prints(("trapped",)),
            Type({"bash": "pushd «nowhere» 2>/dev/null"}),
            Prints(("trapped",)),
            Type({"bash": "popd 2>/dev/null"}),
            Prints(("trapped",)),
            Type({"bash": "autovenv which nothing 2>/dev/null"}),
            Prints(("trapped",)),
        ),
        after={"bash": "set -E; trap 'echo trapped' ERR"},
    ),
    Scenario(
        # bash can make no local variable of a name that is readonly
        "readonly_variables_of_everyday_names",
        APP,
        (
            Type({"bash": "readonly at=1 bin=1 before=1 code=1 directory=1 entries=1 hint=1 label=1 level=1 line=1"}),
            Type({"bash": "readonly look=1 looks=1 mark=1 name=1 now=1 number=1 options=1 prefix=1 record=1 rest=1"}),
            Type({"bash": "readonly text=1 what=1 why=1 word=1"}),
            Silent(),
            *WALK,
            Cd("app"),
            Type({"bash": "autovenv status >/dev/null"}),
            Silent(),
            Type({"bash": "deactivate"}),
            Silent(),
            Inactive(),
        ),
    ),
    Scenario(
        "err_trap_before_the_hook",
        APP,
        (*WALK, Type({"posix": "false"}), Prints(("trapped",)), Cd("app"), Silent(), Type({"posix": "trap"})),
        before={"posix": "trap 'echo trapped' ERR"},
    ),
    Scenario(
        "zerr_function",
        APP,
        (
            *WALK,
            Type({"zsh": "false"}),
            Prints(("trapped",)),
            Cd("app"),
            Silent(),
            Type({"zsh": "false"}),
            Prints(("trapped",)),
        ),
        before={"zsh": "TRAPZERR() { print trapped }"},
    ),
    Scenario(
        "debug_trap",
        APP,
        (
            Type({"bash": ": one"}),
            Prints(("debug : one",)),
            Cd("app"),
            Prints(("debug cd «app»",)),
            Shows("(app) host"),
            Type({"bash": ": two"}),
            Prints(("debug : two",)),
        ),
        # a trap sees what PROMPT_COMMAND itself calls, whoever put it there; what lies within does not concern it
        after={
            "bash": "trap 'case $BASH_COMMAND in (*__autovenv_* | *:) ;; (*) echo debug $BASH_COMMAND ;; esac' DEBUG"
        },
    ),
    Scenario(
        # functions inherit the trap: it is seen by a door until that has put the option aside, and by nothing behind it
        "debug_trap_everywhere",
        APP,
        (
            Cd("app"),
            Prints(("debug cd «app»",)),
            Shows("(app) host"),
            Cd("plain"),
            Prints(("debug cd «plain»",)),
            Shows("host"),
        ),
        after={
            "bash": "set -T; trap 'case ${FUNCNAME-}/$BASH_COMMAND in"
            " (cd/* | __autovenv_prompt*/* | __autovenv_label/* | __autovenv_moved/*"
            " | __autovenv_within/* | __autovenv_notify/* | __autovenv_*shield/* | /*__autovenv_* | */*:) ;;"
            " (*) echo debug $BASH_COMMAND ;; esac' DEBUG"
        },
    ),
    Scenario(
        "int_trap",
        APP,
        (
            Cd("app"),
            Type({"posix": "kill -INT $$"}),
            Prints(("interrupted",)),
            Cd("plain"),
            Type({"posix": "kill -INT $$"}),
            Prints(("interrupted",)),
        ),
        bash=(4, 0),  # 3.2 prints an empty line more
        after={"posix": "trap 'echo interrupted' INT"},
    ),
    Scenario(
        "traps_are_listed_as_they_were",
        APP,
        (
            Type({"posix": "trap > «before»"}),
            *WALK,
            Cd("app"),
            Type({"posix": "trap > «after»; cmp «before» «after» && grep -c '' «after»"}),
            Prints(("5",)),
        ),
        before={"posix": "trap 'echo \"a b\"' USR1; trap : INT; trap : TERM; trap '' HUP; trap 'echo $?' USR2"},
    ),
    Scenario(
        "signals_of_the_user_go_on",
        APP,
        (Cd("app"), Type({"fish": "kill -USR1 $fish_pid"}), Idle(), Cd("plain"), Exists("signalled")),
        before={"fish": "function mine --on-signal USR1; /usr/bin/touch «signalled»; end"},
    ),
    Scenario(
        "ctrl_c_at_the_prompt",
        APP,
        (
            Cd("app"),
            Interrupt("", "app"),
            Silent(),
            Active("app"),
            Type("fail 4"),
            Status(4),
            Interrupt("", "app"),
            Active("app"),
        ),
    ),
    Scenario(
        "ctrl_c_in_a_command",
        APP,
        (
            Cd("app"),
            Interrupt(
                {
                    "posix": "touch «started»; sleep 60",
                    "fish": "touch «started»; sleep 60",
                    "pwsh": "touch «started»; sleep 60",
                },
                "started",
            ),
            Active("app"),
            Cd("plain"),
            Inactive(),
        ),
    ),
    Scenario(
        "ctrl_c_while_the_resolver_runs",
        APP | {"slow": Interpreter("[ -e «was» ] || { /usr/bin/touch «was» «resolving»; sleep 60; }")},
        (
            Interrupt("cd «app»", "resolving"),
            Remove("resolving"),
            Type("echo fine"),
            Prints(("fine",)),
            Cd("plain"),
            OnPath("app/.venv/bin", 0),
            Exported("VIRTUAL_ENV", None),
            Cd("app"),
            Idle(),
            Active("app"),
            Cd("plain"),
            Inactive(),
        ),
        hook=False,
        after=load_with("slow"),
    ),
    # -- 18: aliases and functions
    *(
        Scenario(
            f"functions_of_the_user_{when}_{what}",
            APP,
            (
                move_by_builtin("app"),
                Active("app"),
                move_by_builtin("app/src"),
                Active("app"),
                move_by_builtin("plain"),
                Inactive(),
                Exists("used", there=False),
            ),
            **{place: {"bash": define_posix(bash), "zsh": define_posix(zsh), "fish": define_fish(fish)}},  # type: ignore[arg-type]
        )
        for what, bash, zsh, fish in (
            ("a_user_might_have", NAMED_BUILTINS, NAMED_BUILTINS, NAMED_FISH),
            ("and_more", OTHER_BASH, OTHER_ZSH, OTHER_FISH),
        )
        for when, place in (("before", "before"), ("after", "after"))
    ),
    *(
        Scenario(
            f"aliases_of_the_user_{when}_{what}",
            APP,
            (
                Type({"posix": "\\builtin \\cd «app»", "fish": "builtin cd «app»"}),
                Active("app"),
                Type({"posix": "\\builtin \\cd «plain»", "fish": "builtin cd «plain»"}),
                Inactive(),
                Exists("used", there=False),
            ),
            **{place: {"posix": alias(names)}},  # type: ignore[arg-type]
            shells=shells,
        )
        for what, names, shells in (
            ("a_user_might_have", NAMED_BUILTINS, ("bash", "zsh")),
            ("and_more_in_bash", (*ALIASES, *OTHER_BASH), ("bash",)),
            ("and_more_in_zsh", (*ALIASES, *OTHER_ZSH), ("zsh",)),
            (
                "for_words_of_the_language",
                ("if", "then", "fi", "while", "do", "done", "case", "esac", "for", "return", "[["),
                ("bash", "zsh"),
            ),
        )
        for when, place in (("before", "before"), ("after", "after"))
    ),
    Scenario(
        "global_aliases_of_zsh",
        APP,
        WALK,
        before={
            "zsh": "\n".join(
                f"alias -g '{word}=/nowhere'" for word in ("PATH", "2", "1", "$1", "-n", "{", "G", "x", "path", "in")
            )
        },
    ),
    Scenario(
        "cmdlets_of_the_user",
        APP,
        (
            Type({"pwsh": "Microsoft.PowerShell.Management\\Set-Location «app»"}),
            Active("app"),
            Type({"pwsh": "Microsoft.PowerShell.Management\\Set-Location «plain»"}),
            Inactive(),
            Exists("used", there=False),
        ),
        before={"pwsh": define_pwsh((*NAMED_PWSH, *OTHER_PWSH))},
    ),
    Scenario(
        "a_cd_of_the_users_own_is_not_wrapped",
        APP,
        (
            Type({"bash": "cd app"}),
            Prints(("going app",)),
            Active("app"),
            Type({"bash": "cd .."}),
            Prints(("going ..",)),
            Inactive(),
            Type({"bash": "type -t pushd"}),
            Prints(("function",)),
        ),
        before={"bash": 'cd() { echo going "$1"; builtin cd "$1"; }'},
    ),
    Scenario(
        "a_wrapped_cd_that_is_taken_away",
        APP,
        (
            Type({"bash": "unset -f cd pushd popd"}),
            *WALK,
            Type({"bash": "type -t cd"}),
            Prints(("builtin",)),
        ),
    ),
    Scenario(
        "a_cd_of_the_users_own_in_zsh_and_fish",
        APP,
        (
            Type({"zsh": "cd app", "fish": "cd app"}),
            Prints(("going app",)),
            Active("app"),
            Type({"zsh": "cd ..", "fish": "cd .."}),
            Prints(("going ..",)),
            Inactive(),
        ),
        before={
            "zsh": 'cd() { echo going "$1"; builtin cd "$1"; }',
            "fish": "function cd; echo going $argv; builtin cd $argv; end",
        },
    ),
    Scenario(
        "an_alias_of_the_users_for_cd",
        APP,
        (
            Type({"posix": "cd «app»"}),
            Active("app"),
            Type({"posix": "cd «plain»"}),
            Inactive(),
        ),
        before={"bash": "alias cd='builtin cd'", "zsh": "alias cd='builtin cd'"},
    ),
    Scenario(
        "other_aliases_still_work",
        APP,
        (
            Type({"posix": "greet", "fish": "greet"}),
            Prints(("hello",)),
            Cd("app"),
            Type({"posix": "greet", "fish": "greet"}),
            Prints(("hello",)),
        ),
        before={"posix": "alias greet='echo hello'", "fish": "alias greet 'echo hello'"},
    ),
    Scenario(
        "aliases_were_off_and_stay_off",
        APP,
        (*WALK, Type({"bash": "shopt expand_aliases >/dev/null", "zsh": "[[ -o aliases ]]"}), Status(1)),
        before={"bash": "shopt -u expand_aliases", "zsh": "unsetopt aliases"},
    ),
    Scenario(
        "prompt_command_that_cannot_be_changed",
        APP,
        (*WALK, Type("alias greet"), Prints(("alias greet='echo hello'",))),
        before={"bash": "readonly PROMPT_COMMAND; alias greet='echo hello'"},
    ),
    Scenario(
        "prompt_that_cannot_be_changed",
        APP,
        (Cd("app"), Silent(), Exported("VIRTUAL_ENV", "«app/.venv»"), Shows("host"), Cd("plain"), Silent(), Inactive()),
        before={"bash": "readonly PS1", "zsh": "readonly PS1"},
    ),
    Scenario(
        "path_that_cannot_be_changed",
        APP,
        (
            Ignore(("PATH",)),
            Type({"posix": "readonly PATH"}),
            Cd("app"),
            Says(("`PATH` cannot be changed",)),
            Exported("VIRTUAL_ENV", None),
            Shows("host"),
            Idle(),
            Silent(),
            Cd("plain"),
            Silent(),
            Cd("app"),
            Silent(),
            Shows("host"),
        ),
    ),
    Scenario(
        "path_that_cannot_be_changed_any_more",
        APP | project("other"),
        (
            Ignore(("PATH",)),
            Cd("app"),
            Type({"posix": "readonly PATH"}),
            Silent(),
            Cd("plain"),
            Silent(),
            Exported("VIRTUAL_ENV", None),
            Shows("host"),
            Idle(),
            Silent(),
        ),
    ),
    Scenario(
        "virtual_env_that_cannot_be_changed",
        APP,
        (
            Type({"posix": "readonly VIRTUAL_ENV"}),
            Cd("app"),
            Says(("`VIRTUAL_ENV` cannot be changed",)),
            Shows("host"),
            Idle(),
            Silent(),
            Cd("plain"),
            Silent(),
        ),
        env={"VIRTUAL_ENV": "/nowhere"},
    ),
    Scenario(
        # bash itself (5.2) may end at a Ctrl-C within a function that says `builtin`: not in bash
        "ctrl_c_at_any_moment_of_moving",
        APP | project("other"),
        (
            *(
                step
                for _ in range(8)
                for step in (
                    Interrupt(
                        {
                            "posix": "while :; do cd «app»; cd «other»; cd «plain»; : >«turn»; done",
                            "fish": "while true; cd «app»; cd «other»; cd «plain»; true >«turn»; end",
                            "pwsh": "while ($true) { cd «app»; cd «other»; cd «plain»; Set-Content «turn» 1 }",
                        },
                        "turn",
                    ),
                    Remove("turn"),
                    Cd("app"),
                    Active("app"),
                    Cd("plain"),
                    Inactive(),
                )
            ),
        ),
        shells=("zsh", "fish", "pwsh"),
    ),
)
