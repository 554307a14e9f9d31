"""The shells: one ordered table. Each dialect is a file in `shell/`, a quoter, and the names it goes by."""

from __future__ import annotations

import sys

from autovenv import places

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from collections.abc import Callable


def quote_posix(text: str) -> str:
    """Return `text` as one word of bash: within single quotes nothing is special."""
    return "'" + text.replace("'", "'\\''") + "'"


def quote_zsh(text: str) -> str:
    """Return `text` as one word of zsh. Two quotes never touch, which `RC_QUOTES` would read as one."""
    return '"' + "".join("\\" + character if character in '"$`\\' else character for character in text) + '"'


def quote_fish(text: str) -> str:
    """Return `text` as one word of fish: within single quotes, backslash and quote are special."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def quote_powershell(text: str) -> str:
    """Return `text` as one string of PowerShell; it takes typographic quotes for quotes too."""
    return (
        "'"
        + "".join(character * 2 if character in "'\u2018\u2019\u201a\u201b" else character for character in text)
        + "'"
    )


def spell_powershell(text: str) -> str:
    """Return `text` as one word of PowerShell in ASCII, for code that PowerShell reads from a pipe or a file.

    In Windows it takes what a program prints for text in the console's code page, and Windows PowerShell 5.1 a file
    without a byte order mark for ANSI. Characters beyond ASCII are numbers, two for one beyond the first 65,536.
    """
    if text.isascii():
        return quote_powershell(text)
    spelled = "".join(
        character if character.isascii() else f"'+{_number(character)}+'" for character in text.replace("'", "''")
    )
    return f"('{spelled}')"


def _number(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "+".join(f"[char]0x{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


#: What stands around the text in bash: an `eval` that is typed would take comments for commands without that option.
BASH_BEFORE = """\
\\builtin shopt -q interactive_comments && __autovenv_comments= || __autovenv_comments=1
\\builtin shopt -s interactive_comments
"""
BASH_AFTER = """\
\\builtin test -z "$__autovenv_comments" || \\builtin shopt -u interactive_comments
\\builtin unset -v __autovenv_comments
"""


def wrap_bash(text: str) -> str:
    """Return a script that evaluates `text` in an interactive shell only.

    It says so without words that an alias or an option could turn into something else; in the text the first thing is
    to switch aliases off.
    """
    evaluated = quote_posix(BASH_BEFORE + text + BASH_AFTER)
    return f'\\builtin test "$-" = "${{-#*i}}" || \\builtin eval {evaluated}\n'


def wrap_zsh(text: str) -> str:
    """Return a script that evaluates `text` in an interactive shell only, whatever the user's options and aliases are.

    zsh parses all that it evaluates at once, so nothing in the text itself could still switch an alias off, or
    `IGNORE_CLOSE_BRACES` or `SH_GLOB`. Each line is quoted by itself: under `CSH_JUNKIE_QUOTES` a quoted
    word ends with its line. And each is a word by itself: zsh takes time by the square of a word's parts. The test is
    inside: as a command, it would have `PRINT_EXIT_VALUE` say that it is not true.
    """
    lines = ["if [[ $- == *i* ]]; then", *text.split("\n"), "fi"]
    quoted = "\n".join("'" + line.replace("'", "'\\''") + "'" for line in lines)
    evaluate = '\\builtin emulate zsh -o no_aliases -c "${(F)__autovenv_text[@]}"\n'
    return f"__autovenv_text=(\n{quoted}\n)\n{evaluate}\\builtin unset -v __autovenv_text\n"


#: The functions that a start of bash and a prompt outside of all projects run, and those that the user's options reach.
#: A file has them defined at once, all others when one of them is first called: most of a start is parsing, and bash
#: takes a here-document for an eighth of what it takes the same text for as commands.
BASH_FIRST = (
    *("cd", "pushd", "popd", "autovenv"),
    *(
        "update",
        "find",
        "walk",
        "trace",
        "retrace",
        "pass",
        "survey",
        "marked",
        "ends",
        "begin",
        "pass_on",
        "learn",
    ),
    *("purge", "sourced", "remember", "look", "changed", "expect", "decorate", "describe", "settable"),
    *(
        "prompt",
        "label",
        "phrase",
        "watch",
        "build",
        "prompt_again",
        "prompt_long",
        "memo",
        "spell",
        "moved",
        "attend",
        "finish",
        "serve",
        "follow",
        "listen",
    ),
    *("shield", "unshield", "within", "notify", "announce", "deactivate", "configure", "register", "place"),
    *("wrap", "start"),
)

#: Reads the rest of the functions, with aliases switched off. A restricted shell sources no path, and takes longer.
BASH_LATER = """\
__autovenv_later() {
local av_aliases=""
! builtin shopt -q expand_aliases || av_aliases=1
builtin shopt -u expand_aliases
if [[ $- != *r* && -r /dev/stdin ]]; then
builtin . /dev/stdin
else
IFS= builtin read -r -d "" __autovenv_text || builtin eval "$__autovenv_text"
builtin unset -v __autovenv_text
fi <<"__AUTOVENV_LATER__"
%s__AUTOVENV_LATER__
[[ -z $av_aliases ]] || builtin shopt -s expand_aliases
}
"""


def trim_bash(text: str) -> str:
    """Return the text of the hook for a file: without comments and indentation, most functions defined when called."""
    import re

    later = []

    def put_off(match: re.Match[str]) -> str:
        if match[1].removeprefix("__autovenv_") in BASH_FIRST:
            return match[0]
        later.append(match[0])
        return f'{match[1]}() {{ __autovenv_later && {match[1]} "$@"; }}\n'

    text = re.sub(r"^(\w+)\(\) \{\n.*?^\}\n", put_off, text, flags=re.MULTILINE | re.DOTALL)
    before, start = _split_start(text)
    return before + BASH_LATER % "".join(later) + start


def _split_start(text: str) -> tuple[str, str]:
    """Return the text of a hook without comments and indentation, before and from its call of the start on."""
    before, call, after = _trim(text).partition("__autovenv_start '")
    return before, call + after


def _trim(text: str) -> str:
    """Return text of a hook without comments and indentation."""
    import re

    return re.sub(r"^[ \t]*(#[^\n]*)?\n|^[ \t]+", "", text, flags=re.MULTILINE)


#: The functions of fish that a `cd` into a known project runs: the rest is read when one of it is first called. fish
#: (3.6) takes a quoted word for a sixth of what it takes the same text for as commands, and a comment for a sixteenth.
FISH_FIRST = (
    *("load", "parse", "holds", "note", "read", "marked", "find", "changed", "expect"),
    *("put", "enter", "leave", "restore", "clean", "forget"),
    *("update", "remember", "look", "prompt", "typed", "done", "moved"),
    *("store", "recall", "keep", "trace", "retrace", "pass", "survey", "begin", "pass_on", "learn", "switch", "hone"),
    *("claim", "hand_down", "plain", "report", "answer", "draw", "decorate", "mount", "listen"),
    *("undefine", "define", "notify", "configure", "start"),
)

#: All that a start needs: it hears of a prompt, of a `cd`, and of the command, and then reads the file again, and the
#: comments that are its last lines, so that what runs is of one version, whatever has become of the file. At home,
#: where nothing counts that lies above, it goes on sleeping as long as nothing there says otherwise.
FISH_ASLEEP = """\
set -g __autovenv_settings '@SETTINGS@'
set -g __autovenv_waiting ''
set -eg __autovenv_asleep
function __autovenv_wake
set -l waiting $__autovenv_waiting
set -l file "$(status filename)"
builtin functions -e __autovenv_prompt __autovenv_moved __autovenv_typed __autovenv_done autovenv
test -r $file; or return
source $file
set -g __autovenv_waiting $waiting
read -z -d \\n'#' -a file <$file
for text in $file[2..]
builtin eval $text
end
set -g __autovenv_honed 1
set -eg __autovenv_settings __autovenv_asleep
builtin functions -e __autovenv_wake
end
function __autovenv_prompt --on-event fish_prompt
set -q __autovenv_asleep
or set -g __autovenv_asleep (builtin string match -rg '^(?:state|name|marker)=(.*)' -- $__autovenv_settings)
test "$PWD:$VIRTUAL_ENV$VIRTUAL_ENV_PROMPT$CONDA_PREFIX" = "$HOME:" \
-a -z "$DIRENV_DIFF$__MISE_DIFF$__AUTOVENV_PREFIX$__AUTOVENV_BINS" \
-a ! -e "$__autovenv_asleep[1]/at$HOME/.autovenv-record"
and not builtin path filter -q -t file,dir,link,block,char,fifo,socket -- $HOME/$__autovenv_asleep[2..]; and return
__autovenv_wake; and __autovenv_prompt
end
function __autovenv_moved --on-variable PWD
__autovenv_wake; and __autovenv_moved
end
function __autovenv_typed --on-event fish_preexec
set -g __autovenv_waiting
end
function __autovenv_done --on-event fish_postexec
set -g __autovenv_waiting ''
end
function autovenv --description 'The right Python first in every shell'
__autovenv_wake
autovenv $argv
end
"""

FISH_WAKING = "\nif builtin functions -q __autovenv_wake; and not builtin functions -q __autovenv_update\n"

FISH_LATER = """\
function __autovenv_later
builtin functions -e __autovenv_later
for text in %s
builtin eval $text
end
end
"""

FISH_DOORS = """\
for each in %s
function $each --inherit-variable each
builtin functions -q __autovenv_later; and __autovenv_later
$each $argv
end
end
"""


def trim_fish(text: str) -> str:
    """Return the text of the hook for a file: without comments and indentation, and asleep.

    Each function is a comment, which is evaluated by itself: at the first block in each call of a function fish counts
    the lines of what it was defined in, and of an error it prints the line.
    """
    import re

    head, mark, _ = _trim(text).partition("set -g __autovenv_tool '@EXECUTABLE@'\n")
    # What came in as a variable is looked for at the waking: to list them takes as long as all else here.
    head = head.replace("\nif not builtin functions -q __autovenv_update\n", FISH_WAKING)
    at_once, later = [], {}
    for match in re.finditer(r"^function (\w+)([^\n]*)\n.*?^end\n", text, flags=re.MULTILINE | re.DOTALL):
        # What wakes a function is heard from the waking on, and the command is the user's to see.
        if match[1].removeprefix("__autovenv_") in FISH_FIRST or not match[1].startswith("__") or " --on-" in match[2]:
            at_once.append(match[0])
        else:
            later[match[1]] = _join(match[0])
    doors = [name for name in later if re.search(rf"\b{name}\b", "".join(at_once))]
    asleep = [
        *at_once,
        FISH_LATER % " ".join(map(quote_fish, later.values())),
        FISH_DOORS % " ".join(doors),
        "__autovenv_start $__autovenv_settings",
    ]
    return head + mark + FISH_ASLEEP + "".join(f"#{_join(command)}\n" for command in asleep)


def _join(text: str) -> str:
    """Return commands of fish as one line."""
    return _trim(text).replace("\\\n", "").rstrip("\n").replace("\n", ";")


def wrap_bash_file(text: str, _: list[str]) -> str:
    """Return a file that an rc file sources: `text` in an interactive shell only.

    bash reads a file command by command, so nothing needs to be evaluated: that would take as long again.
    """
    return (
        "# Made by `autovenv install`, which makes it anew; `autovenv hook bash` prints it as it is to be read.\n"
        '\\builtin test "$-" != "${-#*i}" || \\builtin return 0\n' + text
    )


def wrap_zsh_file(text: str, _: list[str]) -> str:
    """Return a file that an rc file sources: `text` in an interactive shell only, read with zsh's own options.

    It has itself read again with them: a file is read five times as fast as a text is evaluated.
    """
    return (
        "if [[ -z ${__autovenv_file-} && $- == *i* ]]; then\n"
        "__autovenv_file=${(%):-%x}\n"
        "\\builtin emulate zsh -o no_aliases -c '\\builtin . \"$__autovenv_file\"'\n"
        "\\builtin unset -v __autovenv_file\n"
        "fi\n"
        "if [[ -z ${__autovenv_file-} ]]; then \\builtin return 0; fi\n" + text
    )


#: Tells whether a prompt will come, by the line that PowerShell was started with: in words that may be quoted, options
#: and their values, then the end or `-NoExit`. `-Command`, `-File`, `-EncodedCommand`, `-NonInteractive` and a script's
#: file end it before. What its own options are called in part (`-noe`, in Windows PowerShell also `/noe`) is
#: PowerShell's rule, 7.6 and 5.1. The shell of VS Code's extension is started by a command of its own, which names it.
#: One replacement, for this runs in each script, and what is done for the first time costs PowerShell a millisecond:
#: a loop over the words takes ten times as long, and `-match` would leave its `$Matches` behind.
POWERSHELL_HAS_PROMPT = (
    "-not ([Environment]::CommandLine -replace '(?is)^"
    r'(?<old>(?="[^"]*powershell(?:\.exe)?"|[^\s"]*powershell(?:\.exe)?(?!\S)))?(?:[^\s"]|"(?:[^"\\]|\\.)*")+'
    r'(?>\s+"?(?:[-\u2013-\u2015]+|(?(old)/|(?!)))'
    r'(?:(?:no(?!ni)|l|int)[^\s"]*|i|[ms]ta|(?!noni|(?:c|f|e|ec|cwa)(?![^\s"])|com|fi|en)[^\s"]*"?\s+'
    r'(?:[^\s"]|"(?:[^"\\]|\\.)*")+)"?(?!\S))*'
    r'(?:\s*$|\s+"?(?:[-\u2013-\u2015]+|(?(old)/|(?!)))noe.*|.*Visual Studio Code Host.*)'
    "')"
)

#: In Constrained Language Mode nothing can be asked of .NET: that is said, and the rest is not run.
POWERSHELL_MAY_RUN = (
    "if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage')"
    " { Write-Warning 'autovenv: the hook cannot run in a constrained language; use `autovenv run`' } else"
)

#: A profile that is loaded in a thread of its own would move the main shell, since variables are the process's.
POWERSHELL_IS_MAIN = (
    "if ($Host.Name -eq 'Visual Studio Code Host' -or"
    " ($Host.Name -eq 'ConsoleHost' -and [Management.Automation.Runspaces.Runspace]::DefaultRunspace.Id -eq 1))"
)


def wrap_powershell(text: str) -> str:
    """Return a script that runs `text` only in a shell with a prompt."""
    return f"if ({POWERSHELL_HAS_PROMPT}) {{ {POWERSHELL_MAY_RUN}{POWERSHELL_IS_MAIN} {{\n{text}}} }}\n"


#: A terminal mostly opens at home, where mostly nothing is: then all of the hook, which takes three times as long as
#: this, is put off to the first change of directory, or until PSReadLine waits for keys, some 300 ms after the first
#: prompt. Without PSReadLine nothing would tell of that.
POWERSHELL_ASLEEP = """\
function global:__autovenv_wake([string] $__autovenv_when) {{
. ([scriptblock]::Create(@'
{text}
'@))
}}
if ({quiet}) {{
function global:__autovenv_moved {{ try {{ __autovenv_wake moved }} catch {{ [void] $_ }} }}
$global:__autovenv_asleep = [EventHandler[Management.Automation.LocationChangedEventArgs]] {{ __autovenv_moved }}
$ExecutionContext.SessionState.InvokeCommand.LocationChangedAction = $global:__autovenv_asleep
[void] $ExecutionContext.Events.SubscribeEvent($null, $null, 'PowerShell.OnIdle', $null, {{
if (-not $function:__autovenv_start) {{ try {{ __autovenv_wake idle }} catch {{ [void] $_ }} }}
}}, $true, $false, 1)
}} else {{
. __autovenv_wake
$ExecutionContext.SessionState.PSVariable.Remove('__autovenv_when')
}}
"""

#: Nothing is active, nothing came in by variables, nobody else acts on a change of directory, and keys are waited for.
POWERSHELL_QUIET = (
    "$PSEdition -ceq 'Core' -and $function:PSConsoleHostReadLine -and -not $function:__autovenv_start",
    "-not ($env:VIRTUAL_ENV -or $env:CONDA_PREFIX -or $env:DIRENV_DIFF -or $env:__MISE_DIFF)",
    "-not ($env:__AUTOVENV_PREFIX -or $env:__AUTOVENV_BIN -or $env:__AUTOVENV_BINS)",
    "$null -eq $ExecutionContext.SessionState.InvokeCommand.LocationChangedAction",
    "-not [Console]::IsInputRedirected",
)


def trim_powershell(text: str) -> str:
    """Return the text of the hook for a file: without comments and indentation, and its start told what woke it."""
    before, call, after = _trim(text).partition("'@SETTINGS@') $ExecutionContext.SessionState.InvokeCommand")
    return before + call + " $__autovenv_when" + after


def wrap_powershell_file(text: str, words: list[str]) -> str:
    """Return a script for a profile that has looked whether a prompt will come. It sleeps where nothing is at home.

    `words` are the settings, which say what would be something. In Windows a record is elsewhere for each volume, so
    there it never sleeps.
    """
    home = places.home().rstrip("/")
    state = next((word.removeprefix("state=") for word in words if word.startswith("state=/")), "")
    names = [word.partition("=")[2] for word in words if word.startswith(("name=", "marker="))]
    paths = [f"{state}/at{home}/.autovenv-record", *(f"{home}/{name}" for name in names)]
    if sys.platform == "win32":
        quiet = "$false"
    else:
        nothing = [f"[IO.{kind}]::Exists({spell_powershell(path)})" for path in paths for kind in ("File", "Directory")]
        quiet = " -and ".join(
            (
                *POWERSHELL_QUIET,
                f"{spell_powershell(home)}.Equals($PWD.ProviderPath)",
                f"[IO.Directory]::Exists({spell_powershell(f'{state}/shells')})",
                f"-not ([IO.File]::Exists({spell_powershell(f'{state}/shells/')} + $PID + '.request')",
            )
        )
        quiet = " -or ".join((quiet, *nothing)) + ")"
    asleep = POWERSHELL_ASLEEP.format(text=text.rstrip("\n"), quiet=quiet)
    return f"{POWERSHELL_MAY_RUN}{POWERSHELL_IS_MAIN} {{\n{asleep}}}\n"


def keep(text: str) -> str:
    """Return the text: nothing needs to be around it."""
    return text


class Dialect:
    """A shell: its `name`, the `file` of its hook, and its other names, `aliases`.

    `quote` makes a word of text, `separator` joins words to a list, `wrap` is what is put around a hook that is
    evaluated, and `wrap_file` around one in a file, by its settings, where that is something else. `trim` makes of the
    hook what a file holds.
    """

    __slots__ = ("aliases", "file", "name", "quote", "separator", "trim", "wrap", "wrap_file")

    def __init__(
        self,
        name: str,
        file: str,
        quote: Callable[[str], str],
        separator: str = " ",
        wrap: Callable[[str], str] = keep,
        aliases: tuple[str, ...] = (),
        wrap_file: Callable[[str, list[str]], str] | None = None,
        trim: Callable[[str], str] = keep,
    ) -> None:
        self.name = name
        self.file = file
        self.quote = quote
        self.separator = separator
        self.wrap = wrap
        self.aliases = aliases
        self.wrap_file = wrap_file or (lambda text, _: wrap(text))
        self.trim = trim

    def join(self, words: list[str]) -> str:
        """Return words as the items of a list in this dialect."""
        return self.separator.join(self.quote(word) for word in words)


DIALECTS = (
    Dialect("bash", "autovenv.bash", quote_posix, wrap=wrap_bash, wrap_file=wrap_bash_file, trim=trim_bash),
    Dialect("zsh", "autovenv.zsh", quote_zsh, wrap=wrap_zsh, wrap_file=wrap_zsh_file),
    Dialect("fish", "autovenv.fish", quote_fish, trim=trim_fish),
    Dialect(
        "powershell",
        "autovenv.ps1",
        spell_powershell,
        ", ",
        wrap_powershell,
        ("pwsh",),
        wrap_powershell_file,
        trim_powershell,
    ),
)


def find(name: str) -> Dialect | None:
    """Return the dialect that goes by `name`."""
    for dialect in DIALECTS:
        if name == dialect.name or name in dialect.aliases:
            return dialect
    return None


def require(name: str) -> Dialect:
    """Return the dialect that goes by `name`. Raises `Problem` for a shell that is not in the table."""
    dialect = find(name)
    if dialect is None:
        from autovenv.messages import Problem, visible

        known = ", ".join(f"`{dialect.name}`" for dialect in DIALECTS)
        raise Problem(f"`{visible(name)}` is not a shell that autovenv knows", hint=f"name one of {known}", status=2)
    return dialect
