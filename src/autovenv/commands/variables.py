"""The variables that an environment sets, for a program that is started in it, and printed: `autovenv env`."""

from __future__ import annotations

import os
import sys

from autovenv import paths, printing, walk
from autovenv.environments.active import is_active, is_same
from autovenv.environments.environment import LAYOUTS, Environment
from autovenv.messages import Problem, explain
from autovenv.state import kept

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from collections.abc import Iterable

#: What the shell function tells this program about its shell, and a shell that is run must not take for its own.
TOLD = ("__AUTOVENV_SHELL", "__AUTOVENV_HOOK", "__AUTOVENV_FACTS")

#: What the hook exports for a child shell. What is on `PATH` because of it is taken off by `leave`.
_CONDA = ("CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_PROMPT_MODIFIER")


def put_inside(environ: dict[str, str], environment: Environment) -> dict[str, str]:
    """Return the variables that a command in `environment` should see, made from those of a shell."""
    if is_active(environment, environ) and is_same(environ["PATH"].split(os.pathsep)[0], environment.bin):
        return {name: value for name, value in environ.items() if name not in TOLD}
    inside = leave(environ)
    before = inside.get("PATH", os.defpath)
    # An empty PATH has no entries; one empty entry would be the present directory.
    path = leave_out(before.split(os.pathsep), environment.entries) if before else []
    inside["PATH"] = os.pathsep.join([*environment.entries, *path])
    inside.pop("PYTHONHOME", None)
    inside.update(list_own(environment))
    return inside


def leave_out(entries: Iterable[str], gone: Iterable[str], windows: bool = sys.platform == "win32") -> list[str]:
    r"""Return the entries of a `PATH` without those that are `gone`, in whatever way Windows lets them be written.

    >>> leave_out(["c:/app/SCRIPTS/", "D:\\x", ""], ["C:\\app\\Scripts"], windows=True)
    ['D:\\x', '']
    """
    if not windows:
        return [entry for entry in entries if entry not in gone]
    folded = {paths.fold(entry, windows) for entry in gone} - {""}
    return [entry for entry in entries if paths.fold(entry, windows) not in folded]


def list_own(environment: Environment) -> dict[str, str]:
    """Return the variables that name an environment, and what conda keeps of the environment's own."""
    if environment.flavour == "conda":
        values = (environment.prefix, environment.name, f"({environment.name}) ")
        return {**dict(zip(_CONDA, values, strict=True)), **environment.sets}
    return {"VIRTUAL_ENV": environment.prefix, "VIRTUAL_ENV_PROMPT": environment.name}


def list_gone(environment: Environment, environ: dict[str, str], inside: dict[str, str]) -> list[str]:
    """Return the variables of a shell that a command in `environment`, which sees `inside`, does not see."""
    names = ["PYTHONHOME", *(["VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"] if environment.flavour == "conda" else [])]
    names += [name for name in _CONDA if name in environ and name not in inside]
    return names


def leave(environ: dict[str, str]) -> dict[str, str]:
    """Return the variables of a shell without a virtual environment, the hook's or one activated by hand."""
    outside = {name: value for name, value in environ.items() if not name.startswith("__AUTOVENV_")}
    ours = environ.get("__AUTOVENV_PREFIX", "")
    gone = {environ.get("__AUTOVENV_BIN", "")} if ours else set()
    if active := outside.get("VIRTUAL_ENV"):
        gone |= {os.path.join(active, commands) for commands, _ in LAYOUTS}
    if ours and outside.get("CONDA_PREFIX") == ours:
        old = kept.read(environ)
        for name in _CONDA:
            outside.pop(name, None)
            if name in old:
                outside[name] = old[name]
    outside.pop("VIRTUAL_ENV", None)
    outside.pop("VIRTUAL_ENV_PROMPT", None)
    if "PATH" in outside:
        outside["PATH"] = os.pathsep.join(leave_out(outside["PATH"].split(os.pathsep), gone))
    return outside


# Printing them


def enter(arguments: list[str]) -> int | None:
    """Answer `env [--json|--github|--dotenv|--shell S]`."""
    form, shell = "", ""
    words = list(arguments)
    while words:
        if form:
            return None  # more than one, which the command line refuses
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if name == "--shell":
            if not equals and not words:
                return None
            form, shell = "shell", value if equals else words.pop(0)
        elif word in ("--json", "--github", "--dotenv"):
            form = word[2:]
        else:
            return None
    print_variables(form or "dotenv", shell, dict(os.environ))
    return 0


def print_variables(form: str, shell: str, environ: dict[str, str]) -> None:
    """Print the variables of the environment that applies in the present directory, or write GitHub's files.

    `form` is `json`, `github`, `dotenv` or `shell`, then for the shell of that name. Raises `Problem`.
    """
    from autovenv.commands.finding import require_environment

    environment = require_environment(walk.present_directory(environ), environ)
    inside = put_inside(environ, environment)
    own = list_own(environment)
    values = {"PATH": inside["PATH"], **own}
    values |= {name: inside[name] for name in _CONDA if name in inside and inside[name] != environ.get(name)}
    gone = list_gone(environment, environ, inside)
    if form == "github":
        _tell_github(environment, own, environ)
        return
    if form == "json":
        from autovenv.documents import compose

        document: dict[str, object] = {
            "environment": environment.prefix,
            "flavour": environment.flavour,
            "bin": environment.bin,
            "set": values,
            "unset": gone,
        }
        text = compose(document) + "\n"
    elif form == "dotenv":
        text = "".join(f"{name}={_quote_dotenv(value)}\n" for name, value in values.items())
    else:
        text = _write_shell(shell, values, gone)
    printing.put_text(text)


def _quote_dotenv(value: str) -> str:
    """Return a value as `.env` files have it: plain where that is safe, else in single or double quotes."""
    if value and all(character.isalnum() or character in "/._-+@:,~%=\\" for character in value):
        return value
    if "'" not in value:
        return f"'{value}'"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`") + '"'


def _write_shell(shell: str, values: dict[str, str], gone: list[str]) -> str:
    """Return lines by which a shell sets `values` and unsets what is `gone`.

    Raises `Problem` for a shell that is not known.
    """
    from autovenv.shells import dialects

    dialect = dialects.require(shell)
    quote = dialect.quote
    if dialect.name == "fish":
        path = " ".join(map(quote, values["PATH"].split(os.pathsep)))
        lines = [f"set -gx PATH {path}"]
        lines += [f"set -gx {name} {quote(value)}" for name, value in values.items() if name != "PATH"]
        lines += [f"set -e {name}" for name in gone]
    elif dialect.name == "powershell":
        lines = [f"$env:{name} = {quote(value)}" for name, value in values.items()]
        lines += [f"$env:{name} = $null" for name in gone]
    else:
        lines = [f"export {name}={quote(value)}" for name, value in values.items()]
        lines.append(f"unset {' '.join(gone)}")
    return "\n".join(lines) + "\n"


def _tell_github(environment: Environment, own: dict[str, str], environ: dict[str, str]) -> None:
    """Append to the files by which a step of GitHub Actions hands variables and entries of `PATH` to the next ones."""
    for variable, lines in (
        ("GITHUB_ENV", [f"{name}={value}" for name, value in own.items()]),
        ("GITHUB_PATH", [environment.bin]),
    ):
        path = environ.get(variable, "")
        if not path:
            raise Problem(
                f"`{variable}` is not set",
                "only a step of GitHub Actions has it",
                "elsewhere, use `--json` or `--dotenv`",
            )
        if any("\n" in line for line in lines):
            raise Problem("the environment cannot be told to GitHub Actions", "a line break in a value ends it there")
        try:
            with open(path, "ab") as file:
                file.write(os.fsencode("\n".join(lines) + "\n"))
        except OSError as error:
            raise Problem(f"`{variable}` cannot be written to", explain(error)) from None
