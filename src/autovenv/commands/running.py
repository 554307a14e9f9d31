"""`autovenv run`: a command in a project's environment, without the hook, for scripts, editors, cron and CI."""

from __future__ import annotations

import errno
import os
import sys

from autovenv import walk
from autovenv.commands.finding import find_command, find_environment, require_environment
from autovenv.commands.variables import TOLD, put_inside
from autovenv.environments.environment import Environment
from autovenv.messages import Problem, explain, visible

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

#: What the shells, env and nohup say for a command that is not there, and for one that cannot be run (POSIX).
NOT_FOUND = 127
NOT_RUN = 126


def enter(arguments: list[str]) -> int | None:
    """Answer `run [--any] [--] CMD ...`, and `-c TEXT`, as make starts its shell."""
    words = list(arguments)
    anywhere = words[:1] == ["--any"]
    if anywhere:
        words.pop(0)
    if words[:1] == ["--"]:
        words.pop(0)
    elif not words or words[0].startswith("-"):
        return None
    return run_here(words, anywhere) if words else None


def enter_shell(arguments: list[str]) -> int | None:
    """Answer `-c TEXT ...`: what make and others do with the program that they hold for a shell."""
    return run_here([SHELL, "-c", *arguments], anywhere=True)


def run_here(words: Sequence[str], anywhere: bool) -> int:
    """Run a command in the environment of the present directory; `anywhere` also where there is none, as it is."""
    environ = dict(os.environ)
    directory = walk.present_directory(environ)
    found = find_environment(directory, environ) if anywhere else require_environment(directory, environ)
    return run(words, found, environ)


def run(command: Sequence[str], environment: Environment | None, environ: dict[str, str]) -> int:
    """Run a command in `environment`, or without one; return its status where this process is not replaced by it."""
    if environment is None:
        inside = {name: value for name, value in environ.items() if name not in TOLD}
    else:
        inside = put_inside(environ, environment)
    restore_locale(inside)
    name = command[0]
    path = find_program(name, inside.get("PATH", os.defpath))
    if environment and name == "python" and environment.python and find_command(name, environment.bin) is None:
        # It has a `python3` only. By its path, or the interpreter would look for itself on PATH.
        path = environment.python
        command = [path, *command[1:]]
    if path is None:
        raise explain_missing(name)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    try:
        if sys.platform == "win32":
            return _wait(path, command, inside)
        _replace(path, command, inside)
    except OSError as error:
        status = NOT_FOUND if error.errno == errno.ENOENT else NOT_RUN
        why = explain(error)
        if error.errno == errno.ENOENT and os.path.lexists(path):
            why = "the interpreter that its first line names is not there"
        raise Problem(f"`{visible(name)}` cannot be run", why, status=status) from None


#: What Python sets LC_CTYPE to where it is started in the C locale: for itself, and for what it starts (PEP 538).
_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")


def restore_locale(environ: dict[str, str], started_with: str = "/proc/self/environ") -> None:
    """Give LC_CTYPE back the value that this process was started with, where the system tells (proc(5): Linux)."""
    if environ.get("LC_CTYPE") not in _COERCED or environ.get("LC_ALL"):
        return
    try:
        with open(started_with, "rb") as file:
            variables = file.read().split(b"\0")
    except OSError:
        return
    before = [variable for variable in variables if variable.startswith(b"LC_CTYPE=")]
    if before:
        environ["LC_CTYPE"] = os.fsdecode(before[0].partition(b"=")[2])
    else:
        del environ["LC_CTYPE"]


#: The shell of POSIX. Windows has one where Git, MSYS2 or another has put it on `PATH`.
SHELL = "sh" if sys.platform == "win32" else "/bin/sh"


def find_program(name: str, entries: str, windows: bool = sys.platform == "win32") -> str | None:
    """Return the path of what `name` runs, itself a path or a command on a `PATH`; None where that has none.

    In Windows a path may leave out the ending, as a command may. Where none fits it is what is complained of.
    """
    place, word = os.path.split(name)
    if not place:
        return find_command(name, entries)
    return (find_command(word, place) if windows and word else None) or name


def explain_missing(name: str) -> Problem:
    """Return what there is to say of a command that no directory on `PATH` holds."""
    return Problem(f"`{visible(name)}` was not found", "no directory on PATH holds it", status=NOT_FOUND)


def _replace(path: str, command: Sequence[str], environ: dict[str, str]) -> NoReturn:
    # Python ignores these, and what is ignored stays so in the program that takes its place.
    import _signal  # type: ignore[import-not-found]  # `signal` would cost the import of enum

    for name in ("SIGPIPE", "SIGXFSZ"):
        if hasattr(_signal, name):
            _signal.signal(getattr(_signal, name), _signal.SIG_DFL)
    try:
        os.execve(path, list(command), environ)
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise
        # A script without a first line that names its interpreter: POSIX has the shell run it.
        os.execve("/bin/sh", ["/bin/sh", path, *command[1:]], environ)


def _wait(path: str, command: Sequence[str], environ: dict[str, str]) -> int:
    """Run a command as a child. The console sends Ctrl-C and Ctrl-Break to it too, and it decides what follows."""
    import signal
    import subprocess

    words: str | list[str] = [path, *command[1:]]
    program = None
    if not path.lower().endswith(PROGRAMS):
        words = spell_batch(path, command[1:])
        program = os.path.join(os.environ.get("SYSTEMROOT", "C:\\Windows"), "System32", "cmd.exe")
    with subprocess.Popen(words, executable=program, env=environ) as child:
        for name in ("SIGINT", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: None)
        if hasattr(signal, "SIGTERM"):
            signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        while True:
            try:
                return sign(child.wait())
            except KeyboardInterrupt:
                continue


def sign(status: int) -> int:
    """Return an exit status of Windows, which has 32 bits, as `sys.exit` takes it: it makes -1 of what is too large.

    >>> sign(3), hex(sign(0xC000013A) & 0xFFFFFFFF)  # STATUS_CONTROL_C_EXIT
    (3, '0xc000013a')
    """
    return status - (1 << 32) if status >= 1 << 31 else status


#: Files that Windows starts itself. Batch files, and all others that `PATHEXT` lists, are cmd.exe's to read, and their
#: arguments too.
PROGRAMS = (".exe", ".com")

#: What stands for itself in a line of cmd.exe beside letters and digits.
_PLAIN = "#$*+-./:?@\\_"


def spell_batch(path: str, arguments: Sequence[str]) -> str:
    r"""Return the line that has cmd.exe run a batch file with just these arguments, whatever is in them.

    Quoted for a program, `a"&calc` would start `calc`: to cmd.exe a backslash before a quote is nothing
    (CVE-2024-24576). So each word that needs it stands in quotes, a quote in it twice, and `%` before the name of a
    variable that is replaced by nothing, as Rust 1.81 has it (`make_bat_command_line`). Raises `Problem` for a line
    break, which ends a line whatever stands around it.

    >>> print(spell_batch("C:\\app\\hello.cmd", ["c&d", "plain", "100%"]))
    cmd.exe /e:ON /v:OFF /d /c ""C:\app\hello.cmd" "c&d" plain "100%%cd:~,%""
    """
    for word in (path, *arguments):
        if any(character in word for character in "\r\n\0"):
            why = "a line break ends the line by which cmd.exe is told what to run"
            raise Problem(f"`{visible(word)}` cannot be handed to a batch file", why, status=NOT_RUN)
    words = [_quote_batch(path, True), *(_quote_batch(word) for word in arguments)]
    return f'cmd.exe /e:ON /v:OFF /d /c "{" ".join(words)}"'


def _quote_batch(word: str, always: bool = False) -> str:
    """Return a word as cmd.exe and the program that gets it read it: the latter takes a backslash before a quote."""
    is_plain = word and all(character.isascii() and (character.isalnum() or character in _PLAIN) for character in word)
    if is_plain and not word.endswith("\\") and not always:
        return word
    quoted = ""
    behind = 0
    for character in word:
        if character == '"':
            quoted += "\\" * behind + '""'
        else:
            quoted += "%%cd:~,%" if character == "%" else character
        behind = behind + 1 if character == "\\" else 0
    return '"' + quoted + "\\" * behind + '"'
