"""Prints a dialect's hook with its two tokens filled in."""

from __future__ import annotations

import os
import sys

from autovenv import __version__, paths, places, shipped
from autovenv.disk.evidence import Evidence
from autovenv.environments.kinds import list_markers, virtualenvwrapper
from autovenv.messages import Problem, put
from autovenv.shells import dialects
from autovenv.state import settings
from autovenv.state.record import encode, mirror
from autovenv.state.settings import Settings
from autovenv.state.store import SHELLS, is_private, make_dirs

#: The two tokens of every `shell/autovenv.*`, quotes included, so that the files are valid as they stand.
EXECUTABLE = "'@EXECUTABLE@'"
SETTINGS = "'@SETTINGS@'"


def emit(dialect: dialects.Dialect, executable: list[str], words: list[str], in_file: bool = False) -> str:
    """Return the hook: `executable` starts autovenv, `words` are settings, each `name=value`.

    `in_file` is for a hook that an rc file sources; otherwise it evaluates it.
    """
    text = shipped.read("shell", dialect.file).decode("utf-8")
    if in_file:
        text = dialect.trim(text)
    # Each token stands once, the executable's first: what is filled in is not looked at again.
    before, _, rest = text.partition(EXECUTABLE)
    between, _, after = rest.partition(SETTINGS)
    text = before + dialect.join(executable) + between + dialect.join(words) + after
    return dialect.wrap_file(text, words) if in_file else dialect.wrap(text)


def render(dialect: dialects.Dialect, environ: dict[str, str], create: bool = True, in_file: bool = False) -> bytes:
    """Return the hook as bytes, with the settings that hold where the variables are `environ`.

    The state directory is made unless `create` is off. `in_file` is for a hook that an rc file sources.
    """
    words = list_words(settings.load(Evidence(environ)), create)
    executable = list_executable()
    if dialect.name != "powershell":
        # Git Bash takes a path of Windows, but no backslash.
        executable = [paths.slash(word) for word in executable]
    return encode(emit(dialect, executable, words, in_file).split("\n"))


def list_executable() -> list[str]:
    """Return the command that starts autovenv, whatever the user's environment variables say about Python."""
    return [sys.executable, "-I", "-S", shipped.find_start()]


def list_words(values: Settings, create: bool = True) -> list[str]:
    """Return the settings as the hook takes them. The state directory is made unless `create` is off."""
    # A shell cannot see who else may write there: where another can, there is no record for it to find.
    state = mirror(places.state_dir()) if is_private(places.state_dir(), create) else "/dev/null"
    if create and state != "/dev/null":
        make_dirs(os.path.join(places.state_dir(), SHELLS), places.state_dir())
    names = values.names
    return [
        f"version={__version__}",
        f"state={state}",
        f"wrap_cd={1 if values.wrap_cd else ''}",
        f"prompt={1 if values.prompt else ''}",
        *(["activate=manual"] if values.activate == "manual" else []),
        f"program={mirror(_find_program())}",
        *[f"ceiling={mirror(ceiling)}" for ceiling in values.ceilings],
        *[f"silence={kind}" for kind in values.silence],
        *[f"name={name}" for name in names],
        *[f"marker={marker}" for marker in list_markers(names) if marker not in names],
    ]


def _find_program() -> str:
    """Return the path of the command beside this Python, for a shell that finds none on `PATH`; empty for none."""
    name = "autovenv.exe" if sys.platform == "win32" else "autovenv"
    path = os.path.join(os.path.dirname(sys.executable), name)
    return path if os.path.exists(path) else ""


def enter(arguments: list[str]) -> int | None:
    """Answer `hook [SHELL]`. shellingham, which finds out the calling shell, needs the whole of Python."""
    if any(word.startswith("-") and word != "--" for word in arguments):
        return None
    if not arguments and sys.flags.no_site:
        import site

        site.main()
    command = sys.argv[0]
    if not sys.flags.ignore_environment and os.path.basename(command) == "autovenv" and os.access(command, os.W_OK):
        # Started by the line of an rc file, as an installer wrote it: from the next time on it is isolated.
        from autovenv.shells.launcher import isolate

        isolate(command)
    return main(arguments)


def main(arguments: list[str]) -> int:
    """Print the hook for the shell named by the only argument, or for the calling one. Exit status 2: unknown shell."""
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    if len(arguments) > 1:
        raise Problem("`autovenv hook` takes one shell", hint=_list_known(), status=2)
    name = arguments[0] if arguments else _detect()
    put(render(dialects.require(name), dict(os.environ)))
    virtualenvwrapper.prepare(dict(os.environ))
    return 0


def _detect() -> str:
    import shellingham

    try:
        return str(shellingham.detect_shell()[0])
    except shellingham.ShellDetectionFailure:
        raise Problem("the calling shell is not known", hint=_list_known(), status=2) from None


def _list_known() -> str:
    return "name one of " + ", ".join(f"`{dialect.name}`" for dialect in dialects.DIALECTS)
