"""`autovenv remake`: how the doctor has an environment made anew, so that nothing can be lost by it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from autovenv import paths, walk
from autovenv.commands import running
from autovenv.commands.finding import find_command
from autovenv.commands.output import say
from autovenv.commands.variables import leave
from autovenv.disk.evidence import Evidence
from autovenv.disk.files import read_file, write_file
from autovenv.environments.environment import Broken, inspect
from autovenv.environments.tools import ASIDE
from autovenv.messages import Problem, compose, explain, quote, visible, visible_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Seconds that the Python of a new environment has to start: one on a network's disk may need some.
_PATIENCE = 30

#: A file of virtualenvwrapper's, by which an environment knows its project: a new one takes it over.
_KEPT = ".project"

#: Files in which a tool notes what it has chosen and made, beside an environment or where the commands run: Poetry has
#: one for all projects. Where the making fails they say again what they said before.
_NOTES = ("envs.toml", ".pdm-python", "poetry.lock", "pdm.lock", "Pipfile.lock", "uv.lock")

#: What ends a command from outside. While things are moved, none of them ends this program.
_ENDS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK")


def name_aside(path: str) -> str:
    """Return the name beside a path to which what is there is moved, which nothing has yet.

    Poetry takes whatever begins like the name of the project's environment for the project's.

    >>> name_aside(".venv"), name_aside("app-x3fA-py3.12")
    ('.venv.old', 'old-app-x3fA-py3.12')
    """
    directory, name = os.path.split(path)
    return find_free(f"{path}{ASIDE}" if name.startswith(".") else os.path.join(directory, f"old-{name}"))


def find_free(path: str) -> str:
    """Return a path that nothing has yet: itself, or with a number."""
    free, number = path, 2
    while os.path.lexists(free):
        free, number = f"{path}-{number}", number + 1
    return free


def split(words: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """Return the paths and the commands of a call: each `--` begins a command.

    >>> split(["/app/.venv", "--", "uv", "venv", "/app/.venv", "--", "uv", "sync"])
    (['/app/.venv'], [['uv', 'venv', '/app/.venv'], ['uv', 'sync']])
    """
    parts: list[list[str]] = [[]]
    for word in words:
        if word == "--":
            parts.append([])
        else:
            parts[-1].append(word)
    return parts[0], parts[1:]


def remake(words: Sequence[str]) -> int:
    """Make anew by commands what lies at a path: `PATH ... -- CMD ... [-- CMD ...]`. Return the status.

    What is there is moved aside, since an environment names its own place and can be made at no other. The commands
    run one after another, outside that environment. Where one fails or is interrupted, or where the environment that
    they made does not start, it is put back, what they made at the path is removed, and what the tool has noted of it
    is taken back. Raises `Problem`.
    """
    named, commands = split(words)
    if not named or not commands or not all(commands):
        raise Problem("`autovenv remake` takes a path and a command", hint="ask `autovenv doctor`", status=2)
    environ = leave(dict(os.environ))
    running.restore_locale(environ)
    places = [walk.absolute(path, environ, gone=True) for path in named]
    for command in commands:
        # Seen before anything is moved; one that lies in the environment itself goes with it.
        _find(command[0], environ, places)
    with _ends_deferred() as ended:
        notes = _read_notes(places)
        asides = _move_aside(places)
        try:
            why = _make(commands, environ, places, ended)
        except BaseException:
            _put_back(asides, notes)
            raise
        if why is None:
            return _tell(places[0], asides)
        _put_back(asides, notes)
        status, what, reason = why
        raise Problem(what, reason, "all is as it was", status)


def _find(name: str, environ: dict[str, str], places: Sequence[str]) -> str:
    path = name if os.path.dirname(name) else find_command(name, environ.get("PATH", os.defpath))
    if path is None or not os.path.exists(path):
        raise running.explain_missing(name)
    if any(paths.cut_off(os.path.abspath(path), place) for place in places):
        what = f"`{visible_path(path)}` cannot make the environment anew in which it lies"
        raise Problem(what, "it would go with it", f"install `{visible(os.path.basename(name))}` outside of it")
    return path


@contextlib.contextmanager
def _ends_deferred() -> Iterator[list[int]]:
    """Let no signal end this program: what they ask for is noted, and done when all is in its place."""
    ended: list[int] = []
    before = {}
    for name in _ENDS:
        if hasattr(signal, name):
            number = getattr(signal, name)
            if signal.getsignal(number) != signal.SIG_IGN:
                before[number] = signal.signal(number, lambda number, _: ended.append(number))
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _read_notes(places: Sequence[str]) -> dict[str, bytes | None]:
    """Return what the tools' notes say now, None for one that is not there; one that cannot be read is left alone."""
    notes = {}
    for directory in dict.fromkeys([*map(os.path.dirname, places), os.getcwd()]):
        for path in (os.path.join(directory, name) for name in _NOTES):
            if path not in places:
                with contextlib.suppress(OSError, ValueError):
                    notes[path] = read_file(path)
    return notes


def _write_notes(notes: dict[str, bytes | None]) -> None:
    """Let the tools' notes say what they said."""
    for path, data in notes.items():
        with contextlib.suppress(OSError, ValueError):
            if data is None:
                _remove(path)
            elif read_file(path) != data:
                write_file(path, data)


def _move_aside(places: Sequence[str]) -> dict[str, str]:
    """Move what is at the places aside; return where each went, empty where nothing was.

    Raises `Problem`, and then nothing was moved.
    """
    asides: dict[str, str] = {}
    for place in places:
        if not os.path.lexists(place):
            asides[place] = ""
            continue
        aside = name_aside(place)
        try:
            os.rename(place, aside)
        except OSError as error:
            _put_back(asides)
            what = f"`{visible_path(place)}` cannot be moved aside"
            raise Problem(what, explain(error), "nothing was changed") from None
        asides[place] = aside
    return asides


def _put_back(asides: dict[str, str], notes: dict[str, bytes | None] | None = None) -> None:
    """Put back what was moved aside, remove what was made in its place, and let notes say what they said.

    That is moved out of the way first: renaming needs no room on the disk, and takes no time.
    """
    _write_notes(notes or {})
    for place, aside in asides.items():
        failed = ""
        try:
            if os.path.lexists(place):
                failed = find_free(f"{place}.failed")
                os.rename(place, failed)
            if aside:
                os.rename(aside, place)
        except OSError as error:
            if not aside:
                continue
            what = f"`{visible_path(aside)}` cannot be put back as `{visible_path(place)}`"
            say(compose("warning", what, explain(error), "nothing is lost: move it there by hand"))
            continue
        if failed:
            _remove(failed)


def _remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            os.unlink(path)


def _make(
    commands: Sequence[Sequence[str]], environ: dict[str, str], places: Sequence[str], ended: list[int]
) -> tuple[int, str, str] | None:
    """Run the commands and try what they made. Return None where all went well, else the status, and what and why."""
    for command in commands:
        status = _run(command, environ, places, ended)
        if ended:
            return 128 + ended[0], f"`{visible(os.path.basename(command[0]))}` was interrupted", ""
        if status:
            what = f"`{visible(os.path.basename(command[0]))}` did not make the environment"
            return status if status > 0 else 128 - status, what, f"it ended with status {status}"
    if not os.path.lexists(places[0]):
        return None  # Poetry, Hatch and PDM give one of another version another name.
    found = inspect(places[0], Evidence(environ))
    if isinstance(found, Broken):
        return 1, "what was made is not a usable environment", found.reason
    return _try(found.python, environ) if found.python else None


def _run(command: Sequence[str], environ: dict[str, str], places: Sequence[str], ended: list[int]) -> int:
    path = _find(command[0], environ, places)
    child = subprocess.Popen([path, *command[1:]], env=environ)
    with child:
        while True:
            try:
                return child.wait(0.2)
            except subprocess.TimeoutExpired:
                # The terminal tells the child of Ctrl-C; of what was sent to this program alone it knows nothing.
                if any(number != signal.SIGINT for number in ended):
                    child.terminate()


def _try(python: str, environ: dict[str, str]) -> tuple[int, str, str] | None:
    """Start a Python. Return None where it starts, else the status, and what and why."""
    what = f"the new `{visible_path(python)}` does not start"
    try:
        ran = subprocess.run(
            [python, "-I", "-c", ""],
            check=False,
            env=environ,
            cwd=os.path.dirname(python),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return 1, what, f"it does not answer within {_PATIENCE} seconds"
    except OSError as error:
        return 1, what, explain(error)
    if not ran.returncode:
        return None
    lines = ran.stderr.decode(errors="replace").strip().splitlines()
    return 1, what, visible(lines[-1]) if lines else f"it ended with status {ran.returncode}"


def _tell(place: str, asides: dict[str, str]) -> int:
    """Say where the old one is, and how it goes. What names its project is the new one's. Return the status."""
    aside = asides[place]
    if not aside:
        return 0
    with contextlib.suppress(OSError):
        # Two that name the project would be one too many: the old one would be found before the new.
        if os.path.isdir(place) and not os.path.islink(aside):
            named, new = os.path.join(aside, _KEPT), os.path.join(place, _KEPT)
            os.rename(named, find_free(f"{named}{ASIDE}") if os.path.lexists(new) else new)
    word = quote(aside)
    remove = "Remove-Item -Recurse" if sys.platform == "win32" else "rm -r"
    hint = f"`{remove} {word}` when nothing in it is missed" if word else ""
    # A tool may have made it elsewhere.
    made = "is made anew; the old one is" if os.path.lexists(place) else "was moved to"
    say(compose("note", f"`{visible_path(place)}` {made} `{visible_path(aside)}`", "", hint))
    return 0
