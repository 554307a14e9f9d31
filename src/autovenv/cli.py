"""The command line: a few lines a command. What a command needs it imports itself, so that none pays for another."""

from __future__ import annotations

import os
import re
import sys
from functools import partial
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from autovenv import __version__, printing
from autovenv.messages import Problem, compose, explain, visible


def colour(text: str) -> str:
    """Return a help text as a terminal shows it: titles bold, what is typed in colour, as in every other result."""
    if not sys.stdout or not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    text = re.sub(r"^(\w[\w ]*:)", "\033[1m\\1\033[0m", text, flags=re.MULTILINE)
    return re.sub(r"^(  )(\S(?:\S| (?! ))*)(?=  +\S|$)", _colour_term, text, flags=re.MULTILINE)


def _colour_term(match: re.Match[str]) -> str:
    """Return what stands before an explanation in colour; a paragraph is none."""
    term = match[2]
    is_term = match.end() < len(match.string) and match.string[match.end()] == " "
    return f"{match[1]}\033[36m{term}\033[0m" if is_term or term.startswith("-") else match[0]


class Command(TyperCommand):
    """A command whose usage line shows a required argument as it is typed."""

    def get_help(self, ctx: Any) -> str:
        """Return the help, in colour on a terminal."""
        return colour(super().get_help(ctx))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the pieces of the usage line, without the braces that typer 0.28 puts around them."""
        return [piece.removeprefix("{").removesuffix("}") for piece in super().collect_usage_pieces(ctx)]


class Commands(TyperGroup):
    """The commands in the order in which they are defined, under the titles of their panels."""

    def get_help(self, ctx: Any) -> str:
        """Return the help, in colour on a terminal."""
        return colour(super().get_help(ctx))

    def list_commands(self, _ctx: Any) -> list[str]:
        """Return the names in the order in which they are defined."""
        return list(self.commands)

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        """Write the commands, a list under each title."""
        panels: dict[str, list[tuple[str, str]]] = {title: [] for title in PANELS}
        for name, command in self.commands.items():
            if not command.hidden:
                title = getattr(command, "rich_help_panel", None)
                title = title if isinstance(title, str) else "Commands"
                panels.setdefault(title, []).append((name, command.get_short_help_str(80)))
        width = max(len(name) for rows in panels.values() for name, _ in rows)
        for title, rows in panels.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl([(name.ljust(width), text) for name, text in rows])


SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
PANELS = DAILY, TRUST, SHELL, AROUND = "In a project", "What may be activated", "In the shell", "Around it"

app = typer.Typer(
    cls=Commands,
    name="autovenv",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=SETTINGS,
)

command = partial(app.command, cls=Command)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Project = Annotated[
    str, typer.Argument(metavar="[PATH]", help="The project's directory.", show_default="the present directory")
]


ShellName = Annotated[
    str, typer.Option("--shell", metavar="SHELL", help="bash, zsh, fish or powershell; the calling shell without it.")
]


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"autovenv {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def autovenv(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - read by its callback
        bool,
        typer.Option("--version", "-V", help="Print the version and exit.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    """Have the right Python environment active in whatever project the shell stands in."""
    _require_command(context)


def _require_command(context: typer.Context) -> None:
    """Answer with the help where no command was given: typer's own way would be an error without words."""
    if context.invoked_subcommand is None:
        print(context.get_help(), file=sys.stderr)
        raise typer.Exit(2)


@command(rich_help_panel=DAILY)
def status(as_json: AsJson = False) -> int:
    """Say which environment applies here, and why.

    It shows the project and its environment, the rule that found it, the verdict with its reasons, and whether it is
    active. The exit status is 1 if the environment is not activated because it is broken, refused, or not yet allowed.
    """
    from autovenv import walk
    from autovenv.commands import status

    if as_json:
        return _answer(status.enter(["--json"]))
    environ = dict(os.environ)
    from autovenv.shells.told import add_told

    found = status.examine(walk.present_directory(environ), environ)
    status.print_status(found, status.read_pause(add_told(environ)))
    return 1 if status.is_problem(found) else 0


@command(rich_help_panel=DAILY)
def doctor(
    checks: Annotated[
        list[str] | None, typer.Argument(metavar="[CHECK]...", help="Run these checks only.", show_default="all")
    ] = None,
    as_json: AsJson = False,
    list_only: Annotated[bool, typer.Option("--list", help="List the checks and what they look at.")] = False,
) -> int:
    """Find out why `python` is not this project's, and what to type.

    It says which `python` runs here, which one should, and why they differ. Then it names everything that is not well,
    with the command that mends it in your shell. It changes nothing. The exit status is 1 if a check fails.
    """
    from autovenv import doctor

    chosen = doctor.choose(checks or ())
    if list_only:
        doctor.print_checks(chosen, as_json)
        return 0
    from autovenv.shells.told import add_told

    diagnosis = doctor.examine(doctor.Context.read(add_told(dict(os.environ))), chosen)
    doctor.print_diagnosis(diagnosis, as_json, bool(checks))
    return 1 if diagnosis.level == "fail" else 0


@command(rich_help_panel=DAILY)
def which(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A command of the environment.")] = "python",
) -> int:
    """Print the path of the `python`, or NAME, that this project should run.

    For scripts and editors. It needs no hook, and starts nothing. It does not name an environment that is not allowed.
    """
    from autovenv.commands import finding

    return _answer(finding.enter([name]))


@command(rich_help_panel=DAILY, context_settings={"allow_interspersed_args": False})
def run(
    words: Annotated[list[str], typer.Argument(metavar="-- CMD ...", help="A command and its arguments.")],
    anywhere: Annotated[bool, typer.Option("--any", help="Run it as it is if there is no environment.")] = False,
) -> int:
    """Run CMD in this project's environment; no hook is needed.

    For cron, CI and Makefiles. The exit status is that of CMD, or 127 if CMD is not found, 126 if it cannot be run, and
    1 if there is no environment that may be used. Signals reach CMD.
    """
    from autovenv.commands import running

    return running.run_here(words, anywhere)


@command(rich_help_panel=DAILY)
def env(
    as_json: AsJson = False,
    as_github: Annotated[bool, typer.Option("--github", help="Tell the next steps of a GitHub Actions job.")] = False,
    as_dotenv: Annotated[bool, typer.Option("--dotenv", help="Print KEY=value lines, as without an option.")] = False,
    shell: Annotated[str, typer.Option("--shell", metavar="SHELL", help="Print lines that a shell evaluates.")] = "",
) -> int:
    """Print the variables that this project's environment sets.

    For programs: one JSON object, KEY=value lines, or lines for a shell. It starts nothing, and tells nothing of an
    environment that is not allowed.
    """
    from autovenv.commands import variables

    if as_json + as_github + as_dotenv + bool(shell) > 1:
        raise Problem("more than one form is asked for", hint="name one of them", status=2)
    form = "json" if as_json else "github" if as_github else "shell" if shell else "dotenv"
    variables.print_variables(form, shell, dict(os.environ))
    return 0


def _answer(status: int | None) -> int:
    """Return the status of a fast door, which answers here too: only what it declines was for the command line."""
    return status or 0


@command(rich_help_panel=TRUST)
def allow(path: Project = "") -> int:
    """Let this project's environment be activated, as it is now.

    If another one takes its place, you are asked again.
    """
    return _decide("allow", path)


@command(rich_help_panel=TRUST)
def revoke(path: Project = "") -> int:
    """Forget what was decided for this project.

    What you said with `allow` or `deny` no longer holds, and autovenv judges the environment again.
    """
    return _decide("revoke", path)


@command(rich_help_panel=TRUST)
def deny(path: Project = "") -> int:
    """Keep this project's environment from being activated."""
    return _decide("deny", path)


def _decide(decision: str, path: str) -> int:
    from autovenv import walk
    from autovenv.commands import decisions

    directory = walk.absolute(path, dict(os.environ), gone=decision == "revoke")
    print(getattr(decisions, decision)(directory))
    return 0


@command(rich_help_panel=TRUST)
def link(
    environment: Annotated[
        str, typer.Argument(metavar="ENV", help="Its directory, like `~/venvs/django`, or its name.")
    ],
    write: Annotated[
        bool, typer.Option("--write", help="Let a `.venv` file name it, which other tools read too.")
    ] = False,
) -> int:
    """Use an environment kept elsewhere for the project in the present directory.

    autovenv looks for a name in `WORKON_HOME`, in pyenv and in conda. The environment comes before any other that the
    project has. `unlink` undoes it.
    """
    from autovenv import walk
    from autovenv.commands import linking

    environ = dict(os.environ)
    directory = walk.present_directory(environ)
    print(linking.link(directory, linking.locate(environment, environ, directory), write))
    return 0


@command(rich_help_panel=TRUST)
def unlink() -> int:
    """Undo `link` in the present directory."""
    from autovenv import walk
    from autovenv.commands import linking

    print(linking.unlink(walk.present_directory(dict(os.environ))))
    return 0


@command("list", rich_help_panel=AROUND)
def list_projects(
    as_json: AsJson = False,
    paths: Annotated[bool, typer.Option("--paths", help="Print only the projects' paths, one on each line.")] = False,
) -> int:
    """List the projects that autovenv knows.

    It knows those that a shell with the hook has been in, and those that you decided something for.
    """
    from autovenv.commands import listing, output

    known = listing.list_known(dict(os.environ))
    if paths and as_json:
        output.print_json({"paths": [project.project for project in known]})
    elif paths:
        for project in known:
            output.print_name(project.project)
    else:
        listing.print_known(known, as_json)
    return 0


@command(rich_help_panel=AROUND)
def demo(
    shell: ShellName = "",
    fast: Annotated[bool, typer.Option("--fast", help="Do not pause, as in a pipe.")] = False,
) -> int:
    """Show a real shell walking through projects made for it.

    It takes half a minute, asks nothing, and touches nothing of yours: projects, environments, home and shell are made
    for it and go with it. Not on Windows, where Python has no pseudo-terminal.
    """
    from autovenv.commands import demo

    return demo.walk_through(shell, fast)


@command(rich_help_panel=AROUND)
def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Only say what would be forgotten.")] = False,
    as_json: AsJson = False,
) -> int:
    """Forget the projects whose directory is gone.

    It deletes their records, and what you decided for them, but nothing in a project. If that is much to delete, it
    does so in the background.
    """
    from autovenv.commands import pruning

    pruning.print_pruned(pruning.prune(dry_run), dry_run, as_json)
    return 0


@command(rich_help_panel=SHELL)
def hook(
    shell: Annotated[
        str, typer.Argument(metavar="[SHELL]", help="bash, zsh, fish or powershell.", show_default="the calling shell")
    ] = "",
) -> int:
    """Print the hook, for `eval "$(autovenv hook bash)"` in the rc file.

    Without SHELL it prints the hook for the shell that you type in. `pwsh` is another name for `powershell`.
    """
    from autovenv.shells.hook import main

    return main([shell] if shell else [])


@command(rich_help_panel=SHELL)
def install(
    shell: ShellName = "",
    in_file: Annotated[
        bool, typer.Option("--static", help="Source the hook from a file, as a new block does.")
    ] = False,
    by_eval: Annotated[bool, typer.Option("--eval", help="Let the shell start autovenv for the hook.")] = False,
    all_hosts: Annotated[
        bool, typer.Option("--all-hosts", help="PowerShell: use `profile.ps1`, which editors read too.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Only show what would change.")] = False,
    only_print: Annotated[bool, typer.Option("--print", help="Only print the line for the rc file.")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", hidden=True)] = False,
) -> int:
    """Add the hook to the shell's rc file.

    It adds one marked block, which `uninstall` takes out again, to the byte. The block sources a file that holds the
    hook, so a new shell starts no process. The file is written again after an upgrade or a change of the settings. With
    `--eval` each new shell starts autovenv to print the hook. A block that is there keeps its form. A copy of the file
    as it was is kept beside autovenv's records.
    """
    from autovenv.commands import output
    from autovenv.shells import rc

    if in_file and by_eval:
        raise Problem("more than one form is asked for", hint="name one of them", status=2)
    static = in_file if in_file or by_eval else None
    name = rc.check_shell(shell) if shell else rc.detect_shell()
    if only_print:
        output.print_path(rc.write_line(name, rc.find_executable(), rc.is_static(name) if static is None else static))
        return 0
    return rc.refresh(name) if refresh else rc.install(name, static, dry_run, all_hosts)


@command(rich_help_panel=SHELL)
def uninstall(
    shell: Annotated[str, typer.Option("--shell", metavar="SHELL", help="Only this shell; all without it.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Only show what would change.")] = False,
) -> int:
    """Take the hook out of the rc files, which are then what they were before, and say what else remains."""
    from autovenv.commands import uninstalling
    from autovenv.shells import rc

    return uninstalling.uninstall(rc.check_shell(shell) if shell else "", dry_run)


@command(rich_help_panel=SHELL)
def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")],
) -> int:
    """Print the completion for a shell.

    bash: `eval "$(autovenv completion bash)"` in `~/.bashrc`. zsh: into a file called `_autovenv` in a directory of
    `fpath`. fish: into `~/.config/fish/completions/autovenv.fish`. PowerShell: into a file that `$PROFILE` sources.
    """
    from autovenv.commands import output
    from autovenv.shells import completion, rc

    output.print_bytes(completion.read(rc.check_shell(shell)))
    return 0


@command(hidden=True)
def man() -> int:
    """Print the manual page, for `man -l -` or a package."""
    from autovenv import shipped
    from autovenv.commands import output

    output.print_bytes(shipped.read("man", "autovenv.1"))
    return 0


@command(rich_help_panel=SHELL)
def off() -> int:
    """Pause in this shell: leave the environment and activate none."""
    return _ask_shell("off")


@command(rich_help_panel=SHELL)
def on() -> int:
    """Resume in this shell after `off`."""
    return _ask_shell("on")


@command(hidden=True)
def resolve(
    directory: Annotated[str, typer.Argument(metavar="DIR", help="An absolute path.")],
    coarse: Annotated[bool, typer.Option("--coarse", help="The shell compares whole seconds.")] = False,
    unkept: Annotated[bool, typer.Option("--unkept", help="The shell cannot see what is kept.")] = False,
    shell: Annotated[str, typer.Option("--shell", metavar="NAME", help="The shell that asks.")] = "",
) -> int:
    """Print the record of a directory: what the hook asks."""
    from autovenv.resolve import main

    return main([*["--coarse"] * coarse, *["--unkept"] * unkept, *(["--shell", shell] if shell else []), directory])


@command(hidden=True, context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
def remake(words: Annotated[list[str], typer.Argument(metavar="PATH ... -- CMD ... [-- CMD ...]")]) -> int:
    """Make an environment anew by commands, and put the old one back where they fail.

    What the doctor says. The environment at PATH is moved aside, where it stays, and the commands run one after another
    outside of it. Where one fails or is interrupted, or what they made does not start, all is as it was.
    """
    from autovenv.commands import remaking

    return remaking.remake(words)


def _ask_shell(word: str) -> int:
    """Ask a calling PowerShell for `off` or `on`; in the other shells a function of the hook's does that itself."""
    from autovenv.shells import told

    if told.ask(word, dict(os.environ)):
        return 0
    raise Problem(
        f"`autovenv {word}` works only in a shell that has loaded the hook",
        "another process cannot change this shell",
        "run `autovenv doctor`",
    )


shims = typer.Typer(cls=Commands, context_settings=SETTINGS, rich_markup_mode=None)
app.add_typer(shims, name="shims", rich_help_panel=AROUND)
shim_command = partial(shims.command, cls=Command)


@shims.callback(invoke_without_command=True)
def shims_group(context: typer.Context) -> None:
    """Have the right Python where there is no prompt: in scripts, editors, git hooks, cron."""
    _require_command(context)


@shim_command("install")
def install_shims(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Commands beside python, python3, pip and pip3.")
    ] = None,
    rc: Annotated[bool, typer.Option("--rc/--no-rc", help="Put their directory on PATH in the login files.")] = True,
) -> int:
    """Write small programs called `python`, `pip` and NAME that run those of the project they are started in.

    A marked block in the login files, like that of the hook, puts their directory first on `PATH`. If a project has no
    environment, or the environment has no such program, the next one on `PATH` runs.
    """
    from autovenv.commands import shims

    return shims.install(names or [], rc)


@shim_command("uninstall")
def uninstall_shims() -> int:
    """Remove the shims, and take their directory out of the login files."""
    from autovenv.commands import shims

    return shims.uninstall()


@shim_command("path")
def print_shims_path() -> int:
    """Print the directory of the shims, to put it on `PATH` by other means."""
    from autovenv.commands import output, shims

    output.print_path(shims.directory())
    return 0


@shim_command("list")
def list_shims(as_json: AsJson = False) -> int:
    """List the shims that are installed."""
    from autovenv.commands import output, shims

    found = shims.list_installed()
    if as_json:
        output.print_json({"directory": shims.directory(), "names": found})
    else:
        print("\n".join(found)) if found else output.say("no shims are installed: `autovenv shims install`")
    return 0


@command(hidden=True, context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
def shim(words: Annotated[list[str], typer.Argument(metavar="DIRECTORY NAME ARGUMENT ...")]) -> int:
    """Run a program as its shim does that finds no fresh record."""
    from autovenv.commands import shims

    status = shims.enter(words)
    if status is None:
        raise Problem("`autovenv shim` takes a directory and a name", status=2)
    return status


config = typer.Typer(cls=Commands, rich_markup_mode=None, context_settings=SETTINGS)
app.add_typer(config, name="config", rich_help_panel=AROUND)
setting = partial(config.command, cls=Command)

SettingName = Annotated[str, typer.Argument(metavar="NAME", help="A setting, as `autovenv config list` names it.")]
DropComments = Annotated[bool, typer.Option("--drop-comments", help="Go on even if a comment of the file is lost.")]


@config.callback(invoke_without_command=True)
def configure(context: typer.Context) -> None:
    """Look at the settings, and change them."""
    _require_command(context)


@setting("list")
def list_settings(as_json: AsJson = False) -> int:
    """List the settings, and where their values come from.

    The exit status is 1 if a file holds something that autovenv does not understand.
    """
    from autovenv.commands import configuring, output

    values, problems = configuring.list_values(dict(os.environ))
    configuring.print_values(values, as_json)
    for problem in problems:
        output.say(compose("warning", problem))
    return 1 if problems else 0


@setting("get")
def get_setting(name: SettingName, as_json: AsJson = False) -> int:
    """Print the value of a setting."""
    from autovenv.commands import configuring

    known = configuring.find(name)
    values, _ = configuring.list_values(dict(os.environ))
    configuring.print_value(next(value.value for value in values if value.name == known.name), as_json)
    return 0


@setting("set")
def set_setting(
    name: SettingName,
    values: Annotated[
        list[str] | None, typer.Argument(metavar="[VALUE]...", help="Its value; a list takes several, or none.")
    ] = None,
    drop_comments: DropComments = False,
) -> int:
    """Set a setting in your own file.

    The rest of the file stays as it is. If a comment would be lost, nothing is done without `--drop-comments`.
    """
    from autovenv.commands import configuring

    configuring.set_value(name, values or [], dict(os.environ), drop_comments)
    return 0


@setting("unset")
def unset_setting(name: SettingName, drop_comments: DropComments = False) -> int:
    """Take a setting out of your own file."""
    from autovenv.commands import configuring

    configuring.unset_value(name, drop_comments)
    return 0


@setting("path")
def print_setting_path(
    machine: Annotated[bool, typer.Option("--machine", help="Print that of the machine's file instead.")] = False,
) -> int:
    """Print the path of your own file, which need not exist."""
    from autovenv import places
    from autovenv.commands import output

    output.print_path(places.machine_config_file() if machine else places.user_config_file())
    return 0


def main() -> int:
    """Run the command line in `sys.argv` and return the exit status. Raises `Problem` for wrong usage."""
    printing.prepare()
    command = typer.main.get_command(app)
    try:
        # Given as a list, so that typer expands no globs in it on Windows. The completions are static: none of its own.
        status = command.main(args=sys.argv[1:], prog_name="autovenv", complete_var="", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        _close_quietly()
        return 1
    except OSError as error:
        _close_quietly()
        raise Problem(explain(error), visible(str(error.filename or ""))) from error
    except typer.Abort:
        # Ctrl-C: as where it comes before the command line is read.
        return 130
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        raise _explain_usage(error) from None
    return status if isinstance(status, int) else 0


def _close_quietly() -> None:
    """Let the interpreter find nothing to complain about when it flushes stdout at its end."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _explain_usage(error: Any) -> Problem:
    """Return typer's complaint about the arguments in the one form of a message."""
    text, _, guess = str(error.format_message()).partition(" Did you mean ")
    text = text.rstrip(". ").replace("`", "").replace("'", "`")
    # An option is named like everything else that is typed.
    text = re.sub(r":? (-[-\w]+)", r" `\1`", text)
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "autovenv"
    hint = "did you mean " + guess.replace("'", "`") if guess else f"run `{path} --help`"
    return Problem(visible(text[:1].lower() + text[1:]), hint=visible(hint), status=error.exit_code)
