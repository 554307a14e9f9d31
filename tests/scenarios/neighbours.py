"""Beside other tools' hooks, loaded before ours and after: what each of them does, re-stated in a few lines.

The mechanism is the tool's, named with its version; the words are ours. `test_neighbours.py` has the tools themselves,
where they are installed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steps import (
    Active,
    Cd,
    Child,
    Exported,
    Gets,
    Idle,
    Ignore,
    Inactive,
    Lacks,
    Prints,
    Runs,
    Says,
    Scenario,
    Shows,
    Silent,
    Status,
    Step,
    Type,
    Words,
)
from trees import Directory, Handmade, project

APP = project("app") | project("other") | {"app/src": Directory(), "plain": Directory(), "extra": Directory()}

#: PATH as it is without us, and with what a stand-in of direnv puts before it.
USUAL = ("«/tools»", "/usr/local/bin", "/usr/bin", "/bin")
LONGER = ("«extra»", "$PATH")

WALK: tuple[Step, ...] = (
    Cd("app"),
    Silent(),
    Active("app"),
    Idle(),
    Silent(),
    Type("fail 3"),
    Status(3),
    Active("app"),
    Cd("app/src"),
    Silent(),
    Active("app"),
    Cd("other"),
    Silent(),
    Active("other"),
    Idle(),
    Active("other"),
    Cd("plain"),
    Silent(),
    Inactive(),
    Idle(),
    Inactive(),
    Cd("app"),
    Type("deactivate"),
    Silent(),
    Inactive(),
    Idle(),
    Inactive(),
    Cd("plain"),
    Cd("app"),
    Active("app"),
    Type("autovenv off"),
    Silent(),
    Inactive(),
    Type("autovenv on"),
    Silent(),
    Active("app"),
    Cd(""),
    Silent(),
    Inactive(),
)


def both(
    name: str, neighbour: Words, steps: tuple[Step, ...], tree: Mapping[str, Any] = APP, **options: Any
) -> tuple[Scenario, Scenario]:
    """Return two rows: the neighbour loaded before the hook, and after it."""
    return (
        Scenario(f"{name}_before_the_hook", tree, steps, before=neighbour, **options),
        Scenario(f"{name}_after_the_hook", tree, steps, after=neighbour, **options),
    )


def load_at(place: str, load: str) -> dict[str, str]:
    """Return a direnv (2.32.1): before a prompt it loads in one place, and puts back what was when that is left.

    It runs first in `PROMPT_COMMAND`, `precmd_functions` and `chpwd_functions`, in fish at the prompt, and in
    PowerShell after a change of directory. What it keeps are whole values, PATH among them, and that it does shows in
    `DIRENV_DIFF`. `load` is the line of bash that changes PATH, VIRTUAL_ENV or PYTHONHOME.
    """
    posix = f"""
put_back() {{
  PATH=$kept_path
  if [ -n "$kept_venv" ]; then export VIRTUAL_ENV="$kept_venv"; else unset VIRTUAL_ENV; fi
  if [ -n "$kept_home" ]; then export PYTHONHOME="$kept_home"; else unset PYTHONHOME; fi
  unset DIRENV_DIFF; loaded=
}}
load() {{ kept_path=$PATH kept_venv=$VIRTUAL_ENV kept_home=$PYTHONHOME; {load}; export DIRENV_DIFF="$1"; loaded=1; }}
_direnv_hook() {{
  local code=$?
  case $PWD/ in
    «{place}»/*) [ -n "$loaded" ] || load first ;;
    *) [ -z "$loaded" ] || put_back ;;
  esac
  return $code
}}
edited() {{ put_back; load second; }}
"""
    fish = f"""
function put_back
    set -gx PATH $kept_path
    set -q kept_venv[1]; and set -gx VIRTUAL_ENV $kept_venv; or set -e VIRTUAL_ENV
    set -q kept_home[1]; and set -gx PYTHONHOME $kept_home; or set -e PYTHONHOME
    set -e DIRENV_DIFF
    set -g loaded
end
function load
    set -g kept_path $PATH
    set -g kept_venv $VIRTUAL_ENV
    set -g kept_home $PYTHONHOME
    {_FISH[load]}
    set -gx DIRENV_DIFF $argv
    set -g loaded 1
end
function __direnv_export_eval --on-event fish_prompt
    if string match -q -- «{place}»'/*' $PWD/
        test -n "$loaded"; or load first
    else
        test -z "$loaded"; or put_back
    end
end
function edited; put_back; load second; end
"""
    pwsh = f"""
function global:put_back {{
  $env:PATH = $global:kept_path
  $env:VIRTUAL_ENV = $global:kept_venv
  $env:PYTHONHOME = $global:kept_home
  $env:DIRENV_DIFF = $null
}}
function global:load($name) {{
  $global:kept_path = $env:PATH; $global:kept_venv = $env:VIRTUAL_ENV; $global:kept_home = $env:PYTHONHOME
  {_PWSH[load]}
  $env:DIRENV_DIFF = $name
}}
function global:rc {{
  $inside = "$PWD/".StartsWith('«{place}»' + '/')
  if ($inside -and -not $env:DIRENV_DIFF) {{ load first }}
  if (-not $inside -and $env:DIRENV_DIFF) {{ put_back }}
}}
function global:edited {{ put_back; load second }}
$its = [EventHandler[Management.Automation.LocationChangedEventArgs]] {{ rc }}
$commands = $ExecutionContext.SessionState.InvokeCommand
$commands.LocationChangedAction = [Delegate]::Combine($commands.LocationChangedAction, $its)
"""
    return {
        "bash": f'{posix}PROMPT_COMMAND="_direnv_hook${{PROMPT_COMMAND:+;$PROMPT_COMMAND}}"',
        "zsh": f"{posix}precmd_functions=(_direnv_hook $precmd_functions); "
        "chpwd_functions=(_direnv_hook $chpwd_functions)",
        "fish": fish,
        "pwsh": pwsh,
    }


_LONGER = "PATH=«extra»:$PATH"
_CHOOSES = "PATH=«other/.venv/bin»:$PATH; export VIRTUAL_ENV=«other/.venv»"
_SAME = "PATH=«app/.venv/bin»:$PATH; export VIRTUAL_ENV=«app/.venv»"
_RELATIVE = "PATH=«app/.venv/bin»:$PATH; export VIRTUAL_ENV=.venv"
_LENDS = "export PYTHONHOME=/lent"
_FISH = {
    _LENDS: "set -gx PYTHONHOME /lent",
    _RELATIVE: "set -gx PATH «app/.venv/bin» $PATH; set -gx VIRTUAL_ENV .venv",
    _LONGER: "set -gx PATH «extra» $PATH",
    _CHOOSES: "set -gx PATH «other/.venv/bin» $PATH; set -gx VIRTUAL_ENV «other/.venv»",
    _SAME: "set -gx PATH «app/.venv/bin» $PATH; set -gx VIRTUAL_ENV «app/.venv»",
}
_PWSH = {
    _LENDS: "$env:PYTHONHOME = '/lent'",
    _RELATIVE: "$env:PATH = '«app/.venv/bin»' + ':' + $env:PATH; $env:VIRTUAL_ENV = '.venv'",
    _LONGER: "$env:PATH = '«extra»' + ':' + $env:PATH",
    _CHOOSES: "$env:PATH = '«other/.venv/bin»' + ':' + $env:PATH; $env:VIRTUAL_ENV = '«other/.venv»'",
    _SAME: "$env:PATH = '«app/.venv/bin»' + ':' + $env:PATH; $env:VIRTUAL_ENV = '«app/.venv»'",
}

DIRENV = (
    *both(
        "direnv_with_a_longer_path",
        load_at("app", _LONGER),
        (
            Ignore(("DIRENV_DIFF",)),
            Cd("app"),
            Silent(),
            Active("app", path=LONGER),
            Idle(),
            Silent(),
            Active("app", path=LONGER),
            Cd("app/src"),
            Active("app", path=LONGER),
            Cd("plain"),
            Silent(),
            Inactive(),
            Idle(),
            Inactive(),
            Cd("app"),
            Active("app", path=LONGER),
            Cd("other"),
            Silent(),
            Active("other"),
            Idle(),
            Silent(),
            Active("other"),
            Cd("app"),
            Type("deactivate"),
            Idle(),
            Shows("host"),
            Exported("VIRTUAL_ENV", None),
            Cd("other"),
            Silent(),
            Active("other"),
            Cd(""),
            Inactive(),
        ),
    ),
    *both(
        "direnv_that_loads_again",
        load_at("app", _LONGER),
        (
            Ignore(("DIRENV_DIFF",)),
            Active("app", path=LONGER),
            Type("edited"),
            Silent(),
            Active("app", path=LONGER),
            Idle(),
            Silent(),
            Active("app", path=LONGER),
            Cd("other"),
            Silent(),
            Active("other"),
            Cd("plain"),
            Silent(),
            Inactive(),
        ),
        start="app",
        shells=("bash", "zsh", "fish"),
    ),
    *both(
        "direnv_that_activates_another_environment",
        load_at("app", _CHOOSES),
        (
            Ignore(("DIRENV_DIFF",)),
            Cd("app"),
            Says(("`~/other/.venv` was activated by hand",)),
            Shows("host"),
            Exported("VIRTUAL_ENV", "«other/.venv»"),
            Runs("other/.venv/bin"),
            Idle(),
            Silent(),
            Runs("other/.venv/bin"),
            Cd("plain"),
            Silent(),
            Inactive(),
            Cd("app"),
            Exported("VIRTUAL_ENV", "«other/.venv»"),
            Runs("other/.venv/bin"),
            Cd("other"),
            Silent(),
            Active("other"),
            Cd(""),
            Silent(),
            Inactive(),
        ),
        shells=("bash", "zsh", "fish"),
    ),
    *both(
        "direnv_that_lends_what_is_put_aside",
        load_at("app", _LENDS),
        (
            Ignore(("DIRENV_DIFF",)),
            Cd("app"),
            Active("app"),
            Idle(),
            Active("app"),
            Cd("other"),
            Active("other"),
            Cd("app"),
            Active("app"),
            Cd("plain"),
            Inactive(),
            Idle(),
            Inactive(),
        ),
    ),
    *both(
        "direnv_with_a_command_on_the_same_line",
        load_at("app", _CHOOSES),
        (
            Ignore(("DIRENV_DIFF",)),
            Cd("app"),
            Runs("other/.venv/bin"),
            Type({"posix": "cd «third» && echo $VIRTUAL_ENV", "fish": "cd «third» && echo $VIRTUAL_ENV"}),
            Prints(("«third/.venv»",)),
            Active("third"),
            Cd("app"),
            Exported("VIRTUAL_ENV", "«other/.venv»"),
            Runs("other/.venv/bin"),
            Cd("plain"),
            Inactive(),
        ),
        tree=APP | project("third"),
        shells=("bash", "zsh", "fish"),
    ),
    *both(
        "direnv_that_activates_the_same_environment",
        load_at("app", _SAME),
        (
            Ignore(("DIRENV_DIFF",)),
            Cd("app"),
            Silent(),
            Exported("VIRTUAL_ENV", "«app/.venv»"),
            Runs("app/.venv/bin"),
            Idle(),
            Silent(),
            Cd("other"),
            Silent(),
            Active("other"),
            Cd("app"),
            Silent(),
            Runs("app/.venv/bin"),
            Cd("plain"),
            Silent(),
            Inactive(),
        ),
    ),
)

#: mise (2026.9) in bash: its own `cd` calls functions, as zsh does.
CD_LIKE_ZSH = """
moves=0
count() { moves=$((moves + 1)); }
like_zsh() { builtin "$@" || return; local each; for each in "${chpwd_functions[@]}"; do "$each" || break; done; }
cd() { like_zsh cd "$@"; }
pushd() { like_zsh pushd "$@"; }
popd() { like_zsh popd "$@"; }
chpwd_functions+=(count)
"""

#: bash-preexec (0.6.0): a DEBUG trap, quiet between what it puts first and last in PROMPT_COMMAND at the first prompt.
PREEXEC = """
invoke() { ready=; }
__bp_interactive_mode() { ready=1; }
before_command() {
  [[ -n $ready ]] || return 0
  ready=
  [[ $BASH_COMMAND == __bp_interactive_mode || $BASH_COMMAND == invoke ]] || echo "preexec $BASH_COMMAND"
}
__bp_install() {
  PROMPT_COMMAND=${PROMPT_COMMAND/"$install"/:}
  PROMPT_COMMAND=invoke$'\\n'$PROMPT_COMMAND$'\\n'__bp_interactive_mode
  trap before_command DEBUG
  __bp_interactive_mode
}
install=$'trap - DEBUG\\n__bp_install'
PROMPT_COMMAND="${PROMPT_COMMAND:+$PROMPT_COMMAND$'\\n'}$install"
"""

#: VS Code's shell integration (1.100). bash: what stood in PROMPT_COMMAND runs within its own, which then puts its
#: marks around every prompt that it did not make; the first command that the DEBUG trap sees after that is the user's.
VSCODE_BASH = r"""
made= running=1
mark() {
  [[ -n $running ]] || return 0
  if [[ $PS1 != "$made" ]]; then made='\[\e]633;A\a\]'$PS1'\[\e]633;B\a\]' PS1=$made; fi
  running=
}
seen() {
  [[ -z $running ]] || return 0
  running=1
  printf '\e]633;E;%s\a' "$BASH_COMMAND"
}
trap 'seen "$_"' DEBUG
status() { return "$1"; }
theirs=${PROMPT_COMMAND-}
__vsc_prompt_cmd() { mark; }
__vsc_prompt_cmd_original() { local code=$?; status "$code"; eval "$theirs"; mark; }
if [[ -n $theirs ]]; then PROMPT_COMMAND=__vsc_prompt_cmd_original; else PROMPT_COMMAND=__vsc_prompt_cmd; fi
"""

#: zsh: marks are put around the prompt before it is shown, and the one from before comes back when a command is typed.
VSCODE_ZSH = r"""
running=1
mark() {
  [[ -n $running ]] || return 0
  earlier=$PS1 running=
  PS1="%{"$'\e]633;A\a'"%}$PS1%{"$'\e]633;B\a'"%}"
}
unmark() { PS1=$earlier running=1; }
precmd_functions+=(mark)
preexec_functions+=(unmark)
"""

#: fish: at the first prompt it copies the functions that draw the prompt, and draws its marks around them.
VSCODE_FISH = r"""
function take_over --on-event fish_prompt
    functions -e take_over
    functions -c fish_prompt their_prompt
    functions -c fish_mode_prompt their_mode_prompt
    function fish_mode_prompt; printf '\e]633;A\a'; their_mode_prompt; end
    function fish_prompt; their_prompt; printf '\e]633;B\a'; end
end
"""

#: PowerShell: the function that was there is called between the marks of a new one, as a script block.
VSCODE_PWSH = r"""
$global:theirs = @{ Prompt = $function:prompt; Id = -1 }
function global:prompt {
  $failed = -not $global:?
  $last = Get-History -Count 1
  $shown = ''
  if ($theirs.Id -ne -1) { $shown += "$([char]27)]633;D;$([int] $failed)$([char]7)" }
  $shown += "$([char]27)]633;A$([char]7)$([char]27)]633;P;Cwd=$($pwd.ProviderPath)$([char]7)"
  if ($failed) { Write-Error 'failed' -ErrorAction Ignore }
  $shown += $theirs.Prompt.Invoke()
  $theirs.Id = $last.Id
  "$shown$([char]27)]633;B$([char]7)"
}
"""

#: oh-my-posh (26): a module sets the function whenever it is loaded, draws what the environment says, and asks venv's
#: scripts for no label.
POSH = r"""
$null = New-Module -Name posh -ScriptBlock {
  $env:VIRTUAL_ENV_DISABLE_PROMPT = 1
  $function:prompt = {
    $well = $?
    $code = $global:LASTEXITCODE
    $inside = if ($env:VIRTUAL_ENV) { '[' + $env:VIRTUAL_ENV_PROMPT + ']' }
    $status = if ($well -or -not $code) { '' } else { " $code!" }
    "${inside}posh$status" + (numbers)
    $global:LASTEXITCODE = $code
  }
}
"""

#: starship (1.26): a module sets the function, which leaves `$?` and `$LASTEXITCODE` as it found them, and asks venv's
#: scripts for no label; with a transient prompt Enter draws a short one in the place of the long one.
STARSHIP = r"""
$env:VIRTUAL_ENV_DISABLE_PROMPT = 1
$null = New-Module starship {
  function global:prompt {
    $well = $global:?
    $code = $global:LASTEXITCODE
    if ($script:transient) { $script:transient = $false; '> ' } else {
      $inside = if ($env:VIRTUAL_ENV) { '[' + $env:VIRTUAL_ENV_PROMPT + ']' }
      "${inside}star$(if (-not $well) { " $code" })" + (numbers)
    }
    $global:LASTEXITCODE = $code
    if ($global:? -ne $well) { if ($well) { 1 + 1 } else { Write-Error '' -ErrorAction Ignore } }
  }
  $script:transient = $false
  Set-PSReadLineKeyHandler -Key Enter -ScriptBlock {
    $script:transient = $true
    [Microsoft.PowerShell.PSConsoleReadLine]::InvokePrompt()
    [Microsoft.PowerShell.PSConsoleReadLine]::AcceptLine()
  }
}
"""

EDITOR = {"PATH": "«app/.venv/bin»:" + ":".join(USUAL), "VIRTUAL_ENV": "«app/.venv»"}

ROWS = (
    *DIRENV,
    *both("mise", {"bash": CD_LIKE_ZSH}, WALK),
    *both(
        "mise_with_a_command_on_the_same_line",
        {"bash": CD_LIKE_ZSH},
        (
            Idle(),
            Type({"bash": "cd «app» && echo $VIRTUAL_ENV"}),
            Prints(("«app/.venv»",)),
            Active("app"),
            Type({"bash": "cd «other»; echo $VIRTUAL_ENV; cd «»; echo ${VIRTUAL_ENV-none}; echo $moves"}),
            Prints(("«other/.venv»", "none", "3")),
            Inactive(),
        ),
    ),
    *both(
        "bash_preexec",
        {"bash": PREEXEC},
        (
            Silent(),
            Type({"bash": "echo one"}),
            Prints(("preexec echo one", "one")),
            Type({"bash": "cd «app»"}),
            Prints(("preexec cd «app»",)),
            Shows("(app) host"),
            Type({"bash": "echo $VIRTUAL_ENV"}),
            Prints(("preexec echo $VIRTUAL_ENV", "«app/.venv»")),
            Type({"bash": "cd «other»"}),
            Prints(("preexec cd «other»",)),
            Shows("(other) host"),
            Type({"bash": "deactivate"}),
            Prints(("preexec deactivate",)),
            Shows("host"),
        ),
    ),
    *both("vscode", {"bash": VSCODE_BASH, "zsh": VSCODE_ZSH, "fish": VSCODE_FISH, "pwsh": VSCODE_PWSH}, WALK),
    *both(
        "vscode_in_powershell_has_the_label_within_its_marks",
        {"pwsh": VSCODE_PWSH},
        (
            Cd("app"),
            Gets(b"\x1b]633;A\x07"),
            Gets(b"\x07(app) host"),
            Lacks(b") \x1b]633;"),
            Type({"pwsh": "fail 3"}),
            Gets(b"\x1b]633;D;1\x07"),
            Gets(b"\x07(app) host"),
            Cd("other"),
            Gets(b"\x1b]633;D;0\x07"),
            Gets(b"\x07(other) host"),
            Lacks(b"(app)"),
            Cd("plain"),
            Gets(b"\x07host"),
        ),
    ),
    *both(
        "oh_my_posh",
        {"pwsh": POSH},
        (
            Cd("app"),
            Silent(),
            Shows("[app]posh"),
            Type({"pwsh": "fail 3"}),
            Shows("[app]posh 3!"),
            Idle(),
            Shows("[app]posh"),
            Cd("other"),
            Silent(),
            Shows("[other]posh"),
            Type("deactivate"),
            Shows("posh"),
            Cd("plain"),
            Cd("app"),
            Shows("[app]posh"),
            Cd(""),
            Shows("posh"),
        ),
    ),
    *both(
        "starship_in_powershell",
        {"pwsh": STARSHIP},
        (
            Cd("app"),
            Silent(),
            Shows("[app]star"),
            Gets(b"> "),
            Lacks(b"(app)"),
            Type({"pwsh": "fail 3"}),
            Shows("[app]star 3"),
            Type({"pwsh": '"$? $LASTEXITCODE $($Error.Count)"'}),
            Prints(("False 3 0",)),
            Shows("[app]star"),
            Cd("other"),
            Shows("[other]star"),
            Type("deactivate"),
            Shows("star"),
            Cd("plain"),
            Shows("star"),
        ),
        edited=True,
    ),
    Scenario(
        "oh_my_posh_typed_in_a_project",
        APP,
        (
            Cd("app"),
            Shows("(app) host"),
            Type({"pwsh": POSH.strip().replace("\n", "; ").replace("{;", "{")}),
            Silent(),
            Shows("[app]posh"),
            Cd("other"),
            Shows("[other]posh"),
        ),
        start="plain",
    ),
    # posh-git (1.1): it takes the place of the prompt that it knows, and of no other.
    Scenario(
        "posh_git_after_the_hook",
        APP,
        (Cd("app"), Shows("(app) git"), Cd("plain"), Shows("git")),
        before={"pwsh": "$global:known = (Get-Command prompt).Definition"},
        after={
            "pwsh": "if ((Get-Command prompt).Definition -eq $known) { function global:prompt { 'git' + (numbers) } }"
        },
    ),
    # zoxide (0.8) puts its action in the place of all others; then somebody takes the prompt, too.
    Scenario(
        "an_action_and_a_prompt_that_are_replaced",
        APP,
        (
            Type(
                {
                    "pwsh": "$ExecutionContext.SessionState.InvokeCommand.LocationChangedAction = { $global:z = 1 }; "
                    "function global:prompt { 'star' + (numbers) }"
                }
            ),
            Shows("star"),
            Cd("app"),
            Silent(),
            Shows("(app) star"),
            Type({"pwsh": "cd «other»; $env:VIRTUAL_ENV"}),
            Prints(("«other/.venv»",)),
        ),
    ),
    *both(
        "vscode_whose_marks_do_not_become_more",
        {"bash": VSCODE_BASH, "zsh": VSCODE_ZSH, "fish": VSCODE_FISH},
        (
            *(step for _ in range(4) for step in (Idle(), Cd("app"), Idle(), Idle(), Cd("other"), Idle(), Cd("plain"))),
            Idle(),
            Gets(b"\x1b]633;A\x07"),
            Lacks(b"\x1b]633;A\x07" * 3),
            Lacks(b"\x1b]633;B\x07" * 3),
            Cd("app"),
            Idle(),
            Gets(b"\x1b]633;A\x07"),
            Lacks(b"\x1b]633;A\x07" * 2),
            Lacks(b"\x1b]633;B\x07" * 3),
        ),
    ),
    *both(
        "vscode_sees_the_users_command",
        {"bash": VSCODE_BASH},
        (
            Idle(),
            Type({"bash": "echo one"}),
            Gets(b"\x1b]633;E;echo one\x07"),
            Lacks(b"autovenv_prompt"),
            Type({"bash": "cd «app»"}),
            Gets(b"\x1b]633;E;cd "),
            Lacks(b"autovenv_"),
            Type({"bash": "true"}),
            Gets(b"\x1b]633;E;true\x07"),
            Lacks(b"autovenv_"),
        ),
    ),
    *both(
        "vscode_brings_an_older_prompt_back",
        {"zsh": VSCODE_ZSH},
        (
            Cd("app"),
            Shows("(app) host"),
            Type({"zsh": "cd -q «other»"}),
            Shows("(other) host"),
            Idle(),
            Shows("(other) host"),
            Type({"zsh": "cd -q «plain»"}),
            Shows("host"),
            Idle(),
            Shows("host"),
            Idle(),
            Shows("host"),
            Type({"zsh": "cd -q «app»"}),
            Shows("(app) host"),
            Idle(),
            Shows("(app) host"),
        ),
    ),
    # kitty (0.42): its mark is put first wherever it is not.
    *both(
        "a_mark_that_must_be_first",
        {
            "bash": "mark='\\[\\e]133;A\\a\\]'; first() { [[ $PS1 == \"$mark\"* ]] || PS1=$mark$PS1; }"
            '; PROMPT_COMMAND="first;${PROMPT_COMMAND-}"',
            "zsh": "mark=$'%{\\e]133;A\\a%}'; first() { [[ $PS1 == \"$mark\"* ]] || PS1=$mark$PS1 }"
            "; precmd_functions+=(first)",
        },
        (*WALK, Idle(), Gets(b"\x1b]133;A\x07"), Lacks(b"\x1b]133;A\x07" * 3)),
    ),
    # starship (1.26) in bash: what stood in PROMPT_COMMAND runs within its own, which then makes the prompt anew.
    Scenario(
        "starship_before_the_hook",
        APP,
        (
            Cd("app"),
            Shows("(app) star"),
            Idle(),
            Shows("(app) star"),
            Cd("other"),
            Shows("(other) star"),
            Cd(""),
            Shows("star"),
        ),
        before={"bash": "star() { PS1='star<'$$'.\\#>$ '; }; PROMPT_COMMAND=star"},
    ),
    Scenario(
        "starship_after_the_hook",
        APP,
        (
            Cd("app"),
            Silent(),
            Shows("star"),
            Runs("app/.venv/bin"),
            Type("fail 3"),
            Status(3),
            Cd("other"),
            Silent(),
            Shows("star"),
            Runs("other/.venv/bin"),
            Cd(""),
            Shows("star"),
            Exported("VIRTUAL_ENV", None),
        ),
        after={
            "bash": "theirs=$PROMPT_COMMAND; status() { return $1; }; "
            "star() { local code=$?; status $code; eval \"$theirs\"; PS1='star<'$$'.\\#>$ '; return $code; }; "
            "PROMPT_COMMAND=star"
        },
    ),
    # starship (1.26) and tide (6.2) in fish: the prompt is theirs alone, and so they say.
    *both(
        "a_prompt_that_wants_no_label",
        {
            "fish": "set -gx VIRTUAL_ENV_DISABLE_PROMPT 1; functions -e fish_mode_prompt",
            "zsh": "export VIRTUAL_ENV_DISABLE_PROMPT=1",
        },
        (
            Ignore(("VIRTUAL_ENV_DISABLE_PROMPT",)),
            Cd("app"),
            Silent(),
            Shows("host"),
            Runs("app/.venv/bin"),
            Idle(),
            Shows("host"),
            Cd("other"),
            Shows("host"),
            Runs("other/.venv/bin"),
            Cd(""),
            Inactive(),
        ),
    ),
    # conda (25): its function takes its own label out of the prompt and puts the next one before it.
    *both(
        "conda_by_its_function",
        {
            "posix": """
conda() {
  local label=
  [ "$1" = deactivate ] || label='(two) '
  PS1=$label${PS1/"$CONDA_PROMPT_MODIFIER"/}
  if [ -n "$label" ]; then
    export CONDA_PREFIX=«two» CONDA_PROMPT_MODIFIER="$label"
    PATH=«two/bin»:$PATH
  else
    unset CONDA_PREFIX CONDA_PROMPT_MODIFIER
    case $PATH in *:«two/bin»:*) PATH=${PATH%%:«two/bin»:*}:${PATH#*:«two/bin»:} ;; *) PATH=${PATH#«two/bin»:} ;; esac
  fi
}
"""
        },
        (
            Type({"posix": "conda activate two"}),
            Shows("(two) host"),
            Cd("app"),
            Silent(),
            Shows("(app) (two) host"),
            Exported("CONDA_PREFIX", "«two»"),
            Runs("app/.venv/bin"),
            Cd(""),
            Shows("(two) host"),
            Type({"posix": "conda deactivate"}),
            Inactive(),
            Cd("app"),
            Type({"posix": "conda activate two"}),
            Shows("(app) (two) host"),
            Type({"posix": "conda deactivate"}),
            Silent(),
            Active("app"),
            Cd(""),
            Silent(),
            Inactive(),
        ),
        tree=APP | {"two/bin": Directory()},
    ),
    # pyenv (2.6): its shims come first wherever the rc file is read, also in a shell within a shell.
    *both(
        "pyenv_puts_its_shims_first",
        {
            "posix": "rest=:$PATH:; case $rest in *:«shims/bin»:*) "
            "rest=${rest%%:«shims/bin»:*}:${rest#*:«shims/bin»:} ;; esac; rest=${rest#:}; PATH=«shims/bin»:${rest%:}",
            "fish": "set -gx PATH «shims/bin» (string match -v -- «shims/bin» $PATH)",
        },
        (
            Cd("app"),
            Silent(),
            Active("app", path=("«shims/bin»", *USUAL)),
            Child(),
            Silent(),
            Active("app", path=("«shims/bin»", *USUAL)),
            Cd("other"),
            Silent(),
            Active("other", path=("«shims/bin»", *USUAL)),
        ),
        tree=APP | {"shims": Handmade()},
    ),
    # An editor that starts its terminals with an environment in their variables (VS Code's extension for Python, 2025).
    Scenario(
        "an_editors_environment_is_ours",
        APP,
        (
            Silent(),
            Shows("(app) host"),
            Runs("app/.venv/bin"),
            Idle(),
            Silent(),
            Runs("app/.venv/bin"),
            Cd("other"),
            Silent(),
            Exported("VIRTUAL_ENV", "«other/.venv»"),
            Runs("other/.venv/bin"),
            Cd("plain"),
            Silent(),
            Shows("host"),
            Exported("VIRTUAL_ENV", None),
            Runs("/tools"),
        ),
        env=EDITOR,
        start="app",
    ),
)
