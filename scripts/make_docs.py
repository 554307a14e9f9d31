"""Makes two pages and the man page in `docs/` from the command tree and the settings: `scripts/make_docs.py`.

With `--check` nothing is written; the exit status is 1 where a file is not what would be made.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer

from autovenv import __version__, cli, places
from autovenv.state.settings import SETTINGS, Setting

ROOT = Path(__file__).parent.parent
MADE_BY = "<!-- Made by scripts/make_docs.py; not edited by hand. -->"

COMMANDS = """\
# Commands

{made_by}

`autovenv COMMAND --help` says the same in the terminal. Results go to standard output, messages to standard error. The
exit status is 0 if all is well, 1 if the command found or hit a problem, and 2 if it was used wrongly. There is no
colour in a pipe, nor if `NO_COLOR` is set.

In a shell that has loaded the hook, `autovenv` is a function that passes everything but `off` and `on` to the program.
So it works even if the program is not on `PATH`.

While an environment is active that the hook activated, there is one more command, `deactivate`. It turns the
environment off until you leave the project and come back.
"""

SETTINGS_HEAD = """\
# Settings

{made_by}

Settings are TOML, in two files. `autovenv config list` shows the values and where they come from. `autovenv config set`
writes the first of the files; you can also use an editor.

| settings | Linux | macOS | Windows |
|---|---|---|---|
| yours | {user} |
| everyone's | {machine} |

Your file wins, except where the table says that the machine decides: an administrator can pin those settings. A project
cannot set anything, because what came with a clone must not say how far it is trusted. On Linux and macOS
`XDG_CONFIG_HOME` moves your file.

autovenv skips what it does not understand; `autovenv config list` and `autovenv doctor` name it with its line.

| setting | type | default | machine decides | variable |
|---|---|---|---|---|
{table}
"""

#: More than fits into a line of help.
MORE = {
    "trust": """\
- `auto`: an environment that you made here is used without a question; about any other you are asked.
- `ask`: every environment needs `autovenv allow`.
- `always`: the place where an environment was made does not matter. Who owns it still does.

Your file can only make stricter what the machine's file says.""",
    "denied_paths": "Those of both files count.",
    "pixi_environment": "Set it if you always type `pixi shell -e NAME`, because pixi does not remember that.",
    "names": "The first that holds an environment wins.",
    "ceilings": "The directory itself is still looked at.",
    "prompt": "The variable `VIRTUAL_ENV_DISABLE_PROMPT` turns it off in every tool of this kind.",
    "activate": "With `manual` each shell starts as after `autovenv off`, until you type `autovenv on` there.",
    "silence": """\
- `alias`: an alias or a function is named `python`.
- `path`: another directory's `python` comes before the environment's.
- `by-hand`: an environment of another project was activated by hand.
- `no-environment`: a project has no environment.
- `outer`: an environment from further up is used where the project's tool would keep its own, or in a worktree.
- `broken`: an environment cannot be used.
- `ask`, `refuse`: an environment was not activated.
- `shadow`: an environment hides commands of the system.
- `elsewhere`: records are not kept where the shell looks for them.""",
}

#: A value to show in the example of a setting.
EXAMPLES = {
    "trust": "ask",
    "trusted_paths": ["~/work/shared-environments"],
    "denied_paths": ["~/Downloads"],
    "names": [".venv", ".virtualenv"],
    "pixi_environment": "dev",
    "ceilings": ["~/work"],
    "wrap_cd": False,
    "prompt": False,
    "activate": "manual",
    "silence": ["no-environment"],
}


def make_commands() -> str:
    """Return the page about the commands."""
    sections: list[str] = []
    for title, texts in _list_panels(_describe).items():
        sections += [f"## {title}", *texts]
    return "\n\n".join([COMMANDS.format(made_by=MADE_BY).rstrip("\n"), *sections]) + "\n"


def _list_panels(tell: Callable[[Any, tuple[str, ...]], Iterator[str]]) -> dict[str, list[str]]:
    """Return what `tell` yields about the commands of each panel of the help, by its title."""
    panels: dict[str, list[str]] = {title: [] for title in cli.PANELS}
    tree = typer.main.get_command(cli.app)
    for name, command in tree.commands.items():  # type: ignore[attr-defined]
        if not command.hidden:
            panels[command.rich_help_panel] += tell(command, ("autovenv", name))
    return panels


def _describe(command: Any, words: tuple[str, ...]) -> Iterator[str]:
    """Yield the paragraphs about a command, and about those below it."""
    name = " ".join(words)
    yield f"### `{name}`"
    below = {below: one for below, one in getattr(command, "commands", {}).items() if not one.hidden}
    paragraphs = [" ".join(part.split()) for part in (command.help or "").split("\n\n")]
    if below:
        yield from paragraphs
        for word, one in below.items():
            yield from _describe(one, (*words, word))
        return
    context = typer.Context(command, info_name=name)
    pieces = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
    yield "```\n" + " ".join([name, *_list_usage(command), *pieces]) + "\n```"
    yield from ("\n".join(textwrap.wrap(part, 118, break_on_hyphens=False)) for part in paragraphs)
    rows = [f"| {names} | {text} |" for names, text in _list_rows(command)]
    if rows:
        yield "\n".join(["| argument | what it does |", "|---|---|", *rows])


def _list_usage(command: Any) -> Iterator[str]:
    for one in command.params:
        if one.param_type_name == "option" and not one.hidden:
            names = " | ".join([one.opts[0], *one.secondary_opts])
            yield f"[{names}]" if one.is_flag else f"[{names} {one.metavar}]"


def _list_rows(command: Any) -> Iterator[tuple[str, str]]:
    for one in command.params:
        if getattr(one, "hidden", False):
            continue
        names = [*one.opts, *one.secondary_opts]
        if one.param_type_name == "argument":
            names = [re.sub(r"[][]", "", one.metavar)]
        text = one.help or ""
        default = one.show_default if isinstance(one.show_default, str) else ""
        if one.param_type_name == "argument" and not one.required and not default:
            default = f"`{one.default}`" if one.default else ""
        yield ", ".join(f"`{name}`" for name in names), f"{text}{f' Default: {default}.' if default else ''}"


def make_settings() -> str:
    """Return the page about the settings."""
    platforms = ("linux", "darwin", "win32")
    join = {"linux": "/", "darwin": "/", "win32": "\\"}
    environ = {"LOCALAPPDATA": "%LOCALAPPDATA%", "ALLUSERSPROFILE": "%ALLUSERSPROFILE%"}
    user = [places.user_dir("config", environ, "~", name) + join[name] + "config.toml" for name in platforms]
    machine = [places.machine_dir(environ, name) + join[name] + "config.toml" for name in platforms]
    head = SETTINGS_HEAD.format(
        made_by=MADE_BY,
        user=" | ".join(f"`{path}`" for path in user),
        machine=" | ".join(f"`{path}`" for path in machine),
        table="\n".join(_list_cells(setting) for setting in SETTINGS),
    ).rstrip("\n")
    return "\n\n".join([head, *(part for setting in SETTINGS for part in _describe_setting(setting))]) + "\n"


def _list_cells(setting: Setting) -> str:
    cells = [
        f"[`{setting.name}`](#{setting.name})",
        _name_type(setting),
        f"`{cli_value(setting.default)}`",
        "yes" if setting.pinned else "",
        f"`{setting.variable}`" if setting.variable else "",
    ]
    return f"| {' | '.join(cells)} |".replace("  |", " |")


def _name_type(setting: Setting) -> str:
    if setting.type is bool:
        return "true or false"
    items = "directories" if setting.paths else "words" if setting.choices else "names"
    return f"a list of {items}" if setting.type is list else "a word"


def cli_value(value: object) -> str:
    """Return a value as TOML."""
    from autovenv.commands.configuring import render

    return render(value)


def _describe_setting(setting: Setting) -> Iterator[str]:
    yield f"## {setting.name}"
    yield f"{setting.help}."
    if setting.name in MORE:
        yield MORE[setting.name]
    elif setting.choices:
        yield "One of " + ", ".join(f"`{choice}`" for choice in setting.choices) + "."
    if setting.paths:
        yield "Absolute, or from `~` on."
    if setting.variable:
        yield (
            f"`{setting.variable}` set to `true` or `false` wins over the files if autovenv prints the hook when a"
            " shell starts\n(`autovenv install --eval`, or a line of your own). A hook in a file is for all shells."
        )
    yield f"```toml\n{setting.name} = {cli_value(EXAMPLES[setting.name])}\n```"


# The man page, in the macros of man(7)

MAN = """\
.\\" Made by scripts/make_docs.py; not edited by hand.
.TH AUTOVENV 1 "" "autovenv {version}" "User Commands"
.SH NAME
autovenv \\- have the right Python environment active in every project
.SH SYNOPSIS
.B autovenv
.I COMMAND
.RI [ ARGUMENTS ]
.SH DESCRIPTION
{description}
.SH OPTIONS
.TP
.BR \\-h ", " \\-\\-help
Say what a command does, and how it is used.
.TP
.BR \\-V ", " \\-\\-version
Print the version and exit.
{commands}
.SH SETTINGS
Settings are TOML, in the files below;
.B autovenv config
shows and changes them.
{settings}
.SH ENVIRONMENT
{variables}
.SH FILES
.TP
.I {user}
Your settings.
.TP
.I {machine}
Everyone's settings.
What they say about trust, yours can only make stricter.
.TP
.I {state}
Records of the projects, and what you decided for them.
It can be deleted at any time.
.PP
These are the places on Linux.
.SH EXIT STATUS
.TP
.B 0
All is well.
.TP
.B 1
The command found or hit a problem.
.TP
.B 2
It was used in a wrong way.
.PP
.B autovenv run
passes on the status of what it runs.
.SH EXAMPLES
Have the hook in your shell:
.PP
.RS 4
.nf
autovenv install
.fi
.RE
.PP
Find out why
.B python
is not the one that you expect:
.PP
.RS 4
.nf
autovenv doctor
.fi
.RE
.PP
Run the tests of a project from cron:
.PP
.RS 4
.nf
cd ~/shop && autovenv run \\-\\- pytest
.fi
.RE
.SH SEE ALSO
.BR python3 (1),
.BR bash (1),
.BR zsh (1),
.BR fish (1)
"""

DESCRIPTION = """\
A hook in the rc file of bash, zsh, fish or PowerShell activates the environment of the project that the shell stands
in, and undoes that on leaving. It starts no process at a prompt, nor in a directory seen before, and runs nothing of
the project. An environment that was not made here by you stays off until you say `autovenv allow`.
"""

#: What is set elsewhere than in a settings file, besides the variables of the settings.
VARIABLES = {
    "NO_COLOR": "No colour, in any text.",
    "VIRTUAL_ENV_DISABLE_PROMPT": "The prompt stays as it is.",
    "XDG_CONFIG_HOME": "Where your settings are looked for, instead of `~/.config`.",
    "XDG_STATE_HOME": "Where records are kept, instead of `~/.local/state`.",
}


def make_man() -> str:
    """Return the man page."""
    panels = _list_panels(_list_man)
    commands = [line for title, lines in panels.items() for line in (f".SH {_roff(title.upper())}", *lines)]
    variables = {setting.variable: f"`true` or `false`: the setting `{setting.name}`." for setting in SETTINGS}
    variables = {name: text for name, text in {**variables, **VARIABLES}.items() if name}
    return MAN.format(
        version=_roff(__version__),
        description=_roff(DESCRIPTION),
        commands="\n".join(commands),
        settings="\n".join(line for setting in SETTINGS for line in _list_man_setting(setting)),
        variables="\n".join(
            line for name, text in sorted(variables.items()) for line in (".TP", f".B {_roff(name)}", _roff(text))
        ),
        user=_roff(places.user_dir("config", {}, "~", "linux") + "/config.toml"),
        machine=_roff(places.machine_dir({}, "linux") + "/config.toml"),
        state=_roff(places.user_dir("state", {}, "~", "linux")),
    )


def _list_man(command: Any, words: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines about a command, or about those below it."""
    below = {below: one for below, one in getattr(command, "commands", {}).items() if not one.hidden}
    for word, one in below.items():
        yield from _list_man(one, (*words, word))
    if below:
        return
    context = typer.Context(command, info_name=" ".join(words))
    pieces = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
    rest = " ".join([*_list_usage(command), *pieces])
    yield from (".TP", f"\\fB{_roff(' '.join(words))}\\fR {_roff(rest)}".rstrip())
    first, *more = (" ".join(part.split()) for part in command.help.split("\n\n"))
    yield from (_roff(first), *(line for part in more for line in (".sp", _roff(part))))
    rows = list(_list_rows(command))
    if rows:
        yield ".RS"
        for names, text in rows:
            yield from (".TP", _roff(names), _roff(text))
        yield ".RE"


def _list_man_setting(setting: Setting) -> Iterator[str]:
    kind = f"{_name_type(setting)}, `{cli_value(setting.default)}` unless set otherwise"
    yield from (".TP", f".B {_roff(setting.name)}", _roff(f"{setting.help}; {kind}."))
    if setting.choices:
        yield _roff("Known: " + ", ".join(f"`{choice}`" for choice in setting.choices) + ".")


def _roff(text: str) -> str:
    r"""Return text for roff: nothing in it is a request, and what stands between backticks is bold.

    >>> print(_roff("run `autovenv run -- CMD`"))
    run \fBautovenv run \-\- CMD\fR
    """
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha")
    text = re.sub(r"`([^`]*)`", r"\\fB\1\\fR", text)
    lines = textwrap.wrap(text, 78, break_long_words=False, break_on_hyphens=False)
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in lines)


PAGES = {"commands.md": make_commands, "settings.md": make_settings, "man/autovenv.1": make_man}


def main(arguments: list[str]) -> int:
    """Write the pages, or say which are not what they should be."""
    status = 0
    for name, make in PAGES.items():
        path = ROOT / "docs" / name
        text = make()
        if path.exists() and path.read_text("utf-8") == text:
            continue
        if "--check" in arguments:
            print(f"{path} is not what scripts/make_docs.py makes", file=sys.stderr)
            status = 1
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
            print(f"wrote {path.relative_to(ROOT)}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
