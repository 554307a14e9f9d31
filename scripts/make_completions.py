"""Makes the static completions in `completions/` from the command tree: `python scripts/make_completions.py [--check]`.

With `--check` nothing is written; the exit status is 1 where a file is not what would be made.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from autovenv import cli
from autovenv.shells import completion
from autovenv.shells.dialects import DIALECTS, quote_fish, quote_posix, quote_powershell
from autovenv.state.settings import SETTINGS

ROOT = Path(__file__).parent.parent
MADE_BY = "Made from the command tree by scripts/make_completions.py; not edited by hand."

#: What stands for a parameter, by the parameter's name in `cli.py` and, where it needs to be told apart, its command.
FILLERS = {
    "shell": "shells",
    "path": "projects",
    "environment": "directories",
    "words": "commands",
    "checks": "checks",
    "which name": "nothing",
    "shims install names": "nothing",
    "config get name": "settings",
    "config set name": "settings",
    "config unset name": "settings",
    "values": "values",
}


@dataclass(frozen=True)
class Option:
    """An option: its `names`, the longest first, its `help`, and what stands for its value, if it takes one."""

    names: tuple[str, ...]
    help: str
    filler: str = ""


@dataclass(frozen=True)
class Command:
    """A command: its `words`, `help` and `options`, what stands for each argument, and what is `below` it.

    `repeats` tells that the last argument can be given again.
    """

    words: tuple[str, ...]
    help: str
    options: tuple[Option, ...]
    fillers: tuple[str, ...]
    repeats: bool
    below: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The words as one."""
        return " ".join(self.words)


def list_commands() -> list[Command]:
    """Return every command that is not hidden, the whole first."""
    return list(_walk(typer.main.get_command(cli.app), ()))


def _walk(command: Any, words: tuple[str, ...]) -> Iterator[Command]:
    below = {name: one for name, one in getattr(command, "commands", {}).items() if not one.hidden}
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    yield Command(
        words,
        _summarize(command),
        (*_list_options(command, words), Option(("--help", "-h"), "Show this message and exit.")),
        tuple(_fill(words, one.name) for one in arguments),
        bool(arguments) and arguments[-1].nargs == -1,
        tuple((name, _summarize(one)) for name, one in below.items()),
    )
    for name, one in below.items():
        yield from _walk(one, (*words, name))


def _summarize(command: Any) -> str:
    return str(command.get_short_help_str(200)).rstrip(".")


def _list_options(command: Any, words: tuple[str, ...]) -> Iterator[Option]:
    for one in command.params:
        if one.param_type_name == "option" and not one.hidden:
            filler = "" if one.is_flag else _fill(words, one.name)
            names = sorted(one.opts, key=lambda name: not name.startswith("--"))
            yield Option(tuple(names), one.help, filler)
            if one.secondary_opts:
                yield Option(tuple(one.secondary_opts), one.help, filler)


def _fill(words: tuple[str, ...], name: str) -> str:
    full = " ".join((*words, name))
    filler = FILLERS.get(full) or FILLERS.get(name)
    if filler is None:
        raise KeyError(f"scripts/make_completions.py: FILLERS must say what stands for `{full}`")
    return filler


def list_shells() -> list[str]:
    """Return the names of the shells, other names of theirs too."""
    return [name for dialect in DIALECTS for name in (dialect.name, *dialect.aliases)]


def list_checks() -> list[str]:
    """Return the names of the doctor's checks."""
    from autovenv import doctor

    return [check.name for check in doctor.CHECKS]


Words = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Row:
    """What can stand at a place of a command line.

    `command` is the words of the command so far. `place` is the number of the argument, `*` for any number, `-` for an
    option, or the option whose value it is. `choices` are words with what they mean, or one of `directories`,
    `projects` and `commands`. `first` is the first argument, where that matters.
    """

    command: str
    place: str
    choices: Words | str
    first: str = ""


def list_rows(commands: list[Command]) -> list[Row]:
    """Return the whole table, which all four shells are driven by."""
    rows = []
    for command in commands:
        options = tuple((name, option.help) for option in command.options for name in option.names)
        rows.append(Row(command.name, "-", options))
        for option in command.options:
            if option.filler:
                rows += [Row(command.name, name, list_choices(option.filler)) for name in option.names]
        if command.below:
            rows.append(Row(command.name, "0", command.below))
        for number, filler in enumerate(command.fillers):
            repeats = command.repeats and number == len(command.fillers) - 1
            place = "*" if repeats else str(number)
            if filler == "values":
                rows += [Row(command.name, place, choices, first) for first, choices in list_values()]
            else:
                rows.append(Row(command.name, place, list_choices(filler)))
    return [row for row in rows if row.choices]


def list_choices(filler: str) -> Words | str:
    """Return what can stand for a parameter."""
    if filler == "shells":
        return tuple((name, "") for name in list_shells())
    if filler == "settings":
        return tuple((setting.name, setting.help) for setting in SETTINGS)
    if filler == "checks":
        return tuple((name, "") for name in list_checks())
    return () if filler == "nothing" else filler


def list_values() -> Iterator[tuple[str, Words | str]]:
    """Yield the name of each setting with its values."""
    for setting in SETTINGS:
        words = ("true", "false") if setting.type is bool else setting.choices
        yield setting.name, "directories" if setting.paths else tuple((word, "") for word in words)


def list_valued(rows: list[Row]) -> list[Row]:
    """Return the rows of options that take a value."""
    return [row for row in rows if row.place.startswith("-") and row.place != "-"]


# bash

BASH = """\
# autovenv: completion for bash 3.2 and later, with or without the bash-completion package.
# @MADE_BY@
# shellcheck shell=bash

# Offers the words that begin like the present one, by the arguments of compgen.
__autovenv_offer() {
  local IFS=$' \\n' choice
  while read -r choice; do
    [[ -z $choice ]] || COMPREPLY[${#COMPREPLY[@]}]=$choice
  done <<<"$(compgen "$@" -- "$__autovenv_word")"
}

# Offers what it reads, a name a line. bash 3.2 has no `compopt` by which a name is quoted when it is put in.
__autovenv_offer_names() {
  local choice quotes=''
  compopt -o filenames 2>/dev/null || quotes=1
  while IFS= read -r choice; do
    [[ -n $choice && $choice == "$__autovenv_word"* ]] || continue
    [[ -z $quotes ]] || printf -v choice %q "$choice"
    COMPREPLY[${#COMPREPLY[@]}]=$choice
  done
}

# Offers directories, and the projects that autovenv knows where it is told so.
__autovenv_offer_directories() {
  __autovenv_offer_names <<<"$(
    compgen -d -- "$__autovenv_word"
    [[ -z ${1-} ]] || autovenv list --paths 2>/dev/null
  )"
}

# Offers the command that `run` is to run, then files for its arguments.
__autovenv_offer_commands() {
  if [[ $place == 0 ]]; then
    __autovenv_offer -c
  else
    compopt -o default 2>/dev/null || __autovenv_offer_names <<<"$(compgen -f -- "$__autovenv_word")"
  fi
}

# Completes the command line in COMP_WORDS: finds the command and the place in it, then what can stand there.
__autovenv_complete() {
  local __autovenv_word=${COMP_WORDS[COMP_CWORD]} command='' place=0 first='' word at=1
  COMPREPLY=()
  while ((at < COMP_CWORD)); do
    word=${COMP_WORDS[at]}
    case "$command|$word" in
      @VALUED@)
        at=$((at + 1))
        ((at < COMP_CWORD)) || place=$word
        ;;
      run'|'*) [[ $place$word == 0-* ]] || place=$((place + 1)) ;;
      *'|-'*) ;;
      @COMMANDS@)
        command=${command:+$command }$word
        ;;
      *)
        [[ $place != 0 ]] || first=$word
        place=$((place + 1))
        ;;
    esac
    at=$((at + 1))
  done
  [[ $place != 0 || $__autovenv_word != -* ]] || place=-
  [[ $__autovenv_word != -* || $place == -* || $command == run ]] || place=-
  case "$command|$place|$first" in
@ROWS@
  esac
}

complete -F __autovenv_complete autovenv
"""


def make_bash(rows: list[Row], commands: list[Command]) -> str:
    """Return the completion for bash."""
    lines = []
    for row in rows:
        if isinstance(row.choices, tuple):
            offer = "__autovenv_offer -W " + quote_posix(" ".join(word for word, _ in row.choices))
        else:
            offer = {
                "directories": "__autovenv_offer_directories",
                "projects": "__autovenv_offer_directories known",
                "commands": "__autovenv_offer_commands",
            }[row.choices]
        lines += [f"    {_pattern(row, quote_posix)})", f"      {offer}", "      ;;"]
    return _fill_in(BASH, rows, commands, "\n".join(lines), quote_posix)


def _pattern(row: Row, quote: Callable[[str], str]) -> str:
    """Return a pattern of `case`, in bash and zsh, for a row."""
    if row.place == "*":
        return quote(f"{row.command}|") + "*" + quote(f"|{row.first}") if row.first else quote(f"{row.command}|") + "*"
    return quote(f"{row.command}|{row.place}|") + ("*" if not row.first else quote(row.first))


def _fill_in(
    template: str,
    rows: list[Row],
    commands: list[Command],
    lines: str,
    quote: Callable[[str], str],
    between: str = " | ",
) -> str:
    valued = between.join(quote(f"{row.command}|{row.place}") for row in list_valued(rows))
    below = between.join(quote(f"{one.name}|{name}") for one in commands for name, _ in one.below)
    for token, text in (("MADE_BY", MADE_BY), ("VALUED", valued), ("COMMANDS", below), ("ROWS", lines)):
        template = template.replace(f"@{token}@", text)
    return template


# zsh

ZSH = """\
#compdef autovenv
# autovenv: completion for zsh.
# @MADE_BY@

# Offers directories, and the projects that autovenv knows where it is told so.
__autovenv_offer_directories() {
  local -a known
  [[ -z ${1-} ]] || known=(${(f)"$(autovenv list --paths 2>/dev/null)"})
  (( $#known )) && compadd -f -a known
  _files -/
}

# Completes the command line in `words`: finds the command and the place in it, then what can stand there.
_autovenv() {
  local command= place=0 first= word
  integer at=2
  local -a choices
  while (( at < CURRENT )); do
    word=${(Q)words[at]}
    case "$command|$word" in
      @VALUED@)
        (( ++at < CURRENT )) || place=$word
        ;;
      run'|'*) break ;;
      *'|-'*) ;;
      @COMMANDS@)
        command=${command:+$command }$word
        ;;
      *)
        [[ $place != 0 ]] || first=$word
        place=$(( place + 1 ))
        ;;
    esac
    (( at++ ))
  done
  if [[ $command == run && ( $at -lt $CURRENT || $PREFIX != -* ) ]]; then
    # From here on it is another command's line.
    [[ ${words[at]} != -- || $at -eq $CURRENT ]] || (( at++ ))
    shift $(( at - 1 )) words
    (( CURRENT -= at - 1 ))
    _normal
    return
  fi
  [[ $PREFIX != -* || $place == -* ]] || place=-
  case "$command|$place|$first" in
@ROWS@
  esac
}

if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
  # Found on fpath.
  _autovenv "$@"
elif (( $+functions[compdef] )); then
  compdef _autovenv autovenv
fi
"""


def make_zsh(rows: list[Row], commands: list[Command]) -> str:
    """Return the completion for zsh, to be found on `fpath` as `_autovenv` or to be evaluated after `compinit`."""
    lines = []
    for row in rows:
        lines.append(f"    {_pattern(row, quote_posix)})")
        if isinstance(row.choices, tuple):
            tag = "option" if row.place == "-" else "command" if row.choices[0][1] and row.place == "0" else "value"
            words = [
                quote_posix(word.replace(":", "\\:") + (f":{meaning}" if meaning else ""))
                for word, meaning in row.choices
            ]
            lines += ["      choices=(", *[f"        {word}" for word in words], "      )"]
            lines.append(f"      _describe {'-o' if tag == 'option' else f'-t {tag}s'} {tag} choices")
        elif row.choices in ("directories", "projects"):
            known = " known" if row.choices == "projects" else ""
            lines.append(f"      __autovenv_offer_directories{known}")
        else:
            lines.pop()
            continue
        lines.append("      ;;")
    return _fill_in(ZSH, rows, commands, "\n".join(lines), quote_posix)


# fish

FISH = """\
# autovenv: completion for fish.
# @MADE_BY@

# Prints the command, the place in it and the first argument, with bars between them.
function __autovenv_place --description 'Tell the place that is being completed'
    set --local words (commandline --current-process --tokenize --cut-at-cursor)[2..]
    set --local command ''
    set --local place 0
    set --local first ''
    while set --query words[1]
        switch "$command|$words[1]"
            case @VALUED@
                set --query words[2]; or set place $words[1]
                set --erase words[1]
            case 'run|*'
                string match --quiet -- '0-*' $place$words[1]; or set place (math $place + 1)
            case '*|-*'
            case @COMMANDS@
                set command (string trim -- "$command $words[1]")
            case '*'
                test $place != 0; or set first $words[1]
                set place (math $place + 1)
        end
        set --erase words[1]
    end
    echo "$command|$place|$first"
end

# Tells whether a place is being completed; the pattern is one of `string match`.
function __autovenv_is --description 'Tell whether a place is being completed'
    string match --quiet -- $argv[1] (__autovenv_place)
end

complete --command autovenv --no-files
@ROWS@
"""


def make_fish(rows: list[Row], commands: list[Command]) -> str:
    """Return the completion for fish."""
    lines = [
        "complete --command autovenv --long-option help --short-option h --description 'Show this message and exit.'"
    ]
    for command in commands:
        for option in command.options:
            if "--help" not in option.names:
                lines.append(_fish_line(command.name, "0" if command.name == "run" else "*", "", _fish_option(option)))
        for row in rows:
            if row.command != command.name or row.place.startswith("-"):
                continue
            if isinstance(row.choices, str):
                wanted = {
                    "directories": "(__fish_complete_directories)",
                    "projects": "(__fish_complete_directories; autovenv list --paths 2>/dev/null)",
                    "commands": "(__fish_complete_subcommand --fcs-skip=2)",
                }[row.choices]
                lines.append(_fish_line(row.command, row.place, row.first, "--arguments " + _fish_word(wanted)))
                continue
            plain = " ".join(word for word, meaning in row.choices if not meaning)
            words = [(plain, "")] * bool(plain) + [choice for choice in row.choices if choice[1]]
            for word, meaning in words:
                described = f" --description {_fish_word(meaning)}" if meaning else ""
                lines.append(
                    _fish_line(row.command, row.place, row.first, f"--arguments {_fish_word(word)}{described}")
                )
    return _fill_in(FISH, rows, commands, "\n".join(lines), quote_fish, " ")


def _fish_line(command: str, place: str, first: str, rest: str) -> str:
    condition = "__autovenv_is " + quote_fish(f"{command}|{place}|{first or '*'}")
    return f"complete --command autovenv --condition {_fish_word(condition)} {rest}"


def _fish_option(option: Option) -> str:
    parts = []
    for name in option.names:
        parts.append(f"--long-option {name[2:]}" if name.startswith("--") else f"--short-option {name[1:]}")
    if option.filler:
        choices = list_choices(option.filler)
        assert not isinstance(choices, str), "no option takes what the shell itself completes"
        words = " ".join(word for word, _ in choices)
        parts.append(f"--exclusive --arguments {_fish_word(words)}")
    return " ".join([*parts, f"--description {_fish_word(option.help)}"])


def _fish_word(text: str) -> str:
    """Return a word as `fish_indent` writes it."""
    return text if text.replace("-", "").replace("_", "").isalnum() else quote_fish(text)


# PowerShell

POWERSHELL = """\
# autovenv: completion for PowerShell.
# @MADE_BY@

Register-ArgumentCompleter -Native -CommandName autovenv -ScriptBlock {
    param($Word, $Ast, $Cursor)

    $command = ''
    $place = '0'
    $first = ''
    $words = @(
        foreach ($element in $Ast.CommandElements) {
            if ($element.Extent.EndOffset -lt $Cursor) {
                $has = $element.PSObject.Properties['Value']
                if ($null -ne $has) { [string]$element.Value } else { $element.Extent.Text }
            }
        }
    )
    for ($at = 1; $at -lt $words.Count; $at++) {
        $spoken = $words[$at]
        if (@(@VALUED@) -ccontains "$command|$spoken") {
            $at++
            if ($at -ge $words.Count) { $place = $spoken }
        } elseif (-not $spoken.StartsWith('-') -or ($command -ceq 'run' -and $place -ne '0')) {
            if (@(@COMMANDS@) -ccontains "$command|$spoken") {
                $command = "$command $spoken".Trim()
            } else {
                if ($place -eq '0') { $first = $spoken }
                $place = [string]([int]$place + 1)
            }
        }
    }
    if ("$Word".StartsWith('-') -and -not $place.StartsWith('-')) {
        if ($command -cne 'run' -or $place -eq '0') { $place = '-' }
    }

    $directories = {
        foreach ($found in [System.Management.Automation.CompletionCompleters]::CompleteFilename("$Word")) {
            if ($found.ResultType -eq 'ProviderContainer') { $found }
        }
    }
    $projects = {
        & $directories
        $code = $global:LASTEXITCODE
        $known = @(autovenv list --paths 2>$null)
        $global:LASTEXITCODE = $code
        foreach ($path in $known) {
            $quoted = $path
            if ($path -match '[^\\w/\\\\:.~-]') {
                # Four characters end such a string.
                $text = [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($path)
                $quoted = "'$text'"
            }
            if ($path.StartsWith("$Word")) {
                [System.Management.Automation.CompletionResult]::new($quoted, $path, 'ProviderContainer', $path)
            }
        }
    }
    $commands = {
        if ($place -eq '0') { [System.Management.Automation.CompletionCompleters]::CompleteCommand("$Word") }
        else { [System.Management.Automation.CompletionCompleters]::CompleteFilename("$Word") }
    }

    # Each word with what it means.
    $choices = switch -Wildcard -CaseSensitive ("$command|$place|$first") {
@ROWS@
    }
    foreach ($choice in $choices) {
        if ($choice -is [System.Management.Automation.CompletionResult]) {
            $choice
        } elseif ($choice[0].StartsWith("$Word")) {
            [System.Management.Automation.CompletionResult]::new($choice[0], $choice[0], 'ParameterValue', $choice[1])
        }
    }
}
"""


def make_powershell(rows: list[Row], commands: list[Command]) -> str:
    """Return the completion for PowerShell."""
    lines = []
    for row in rows:
        pattern = f"{row.command}|{row.place}|{row.first or '*'}"
        lines.append(f"        {quote_powershell(pattern)} {{")
        if isinstance(row.choices, tuple):
            for word, meaning in row.choices:
                lines.append(f"            , ({quote_powershell(word)}, {quote_powershell(meaning or word)})")
        else:
            lines.append(f"            & ${row.choices}")
        lines += ["            break", "        }"]
    return _fill_in(POWERSHELL, rows, commands, "\n".join(lines), quote_powershell, ", ")


MAKERS = {"bash": make_bash, "zsh": make_zsh, "fish": make_fish, "powershell": make_powershell}


def make_all() -> dict[str, str]:
    """Return the text of each file in `completions/`."""
    commands = list_commands()
    rows = list_rows(commands)
    return {completion.FILES[dialect.name]: MAKERS[dialect.name](rows, commands) for dialect in DIALECTS}


def main(arguments: list[str]) -> int:
    """Write the files, or say which are not what they should be."""
    status = 0
    for name, text in make_all().items():
        path = ROOT / "completions" / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        if "--check" in arguments:
            print(f"{path} is not what scripts/make_completions.py makes of the command tree", file=sys.stderr)
            status = 1
        else:
            path.write_text(text, "utf-8", newline="\n")
            print(f"wrote {path.relative_to(ROOT)}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
