"""`autovenv shims`: small programs called `python`, `pip` and so on, for whatever never sees a prompt."""

from __future__ import annotations

import os
import sys

from autovenv import paths, places, printing, resolve, shipped, walk
from autovenv.disk.evidence import Evidence
from autovenv.environments.environment import Environment
from autovenv.environments.kinds import list_markers
from autovenv.messages import Problem, explain, visible, visible_path
from autovenv.state import record, settings, store
from autovenv.state.settings import Settings

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = ("python", "python3", "pip", "pip3")

#: In the directory of shims, half a second apart: an sh for which they are of one age cannot tell a stale record.
CLOCK = (".older", ".newer")

#: What a shim is told by: it stands in the second line of each.
MARK = b"# autovenv: "

#: Set by a shim that passes a program on, to its name and the number of the process: a shim of another tool that is
#: replaced by ours again, in the same process, is passed by. A child has a number of its own. In Windows no program can
#: take the place of another: there it is a count, and who has come back so often goes round in a circle.
PASSED = "__AUTOVENV_PASSED"
MOST = 4


def directory() -> str:
    """Return the directory of the shims; it need not exist."""
    return os.path.join(places.data_dir(), "shims")


# What a shim does that does not find a fresh record


def enter(arguments: list[str]) -> int | None:
    """Answer `shim DIRECTORY NAME ARGUMENT ...`, which a shim calls: find out, keep a record, run the program."""
    if len(arguments) < 2:
        return None
    shims, name, *rest = arguments
    return run(shims, name, rest, dict(os.environ))


def run(shims: str, name: str, arguments: Sequence[str], environ: dict[str, str]) -> int:
    """Run the program `name` of the environment that applies here, or the next on `PATH`. Raises `Problem`."""
    from autovenv.commands import running
    from autovenv.commands.finding import find_command

    environment = find(environ, name)
    if environment is not None:
        path = find_command(name, environment.bin)
        if path is None and name == "python":
            path = environment.python or None
        if path is not None:
            return running.run([path, *arguments], environment, environ)
    return _pass(shims, name, arguments, environ)


def find(environ: dict[str, str], name: str) -> Environment | None:
    """Return the environment of the project that the present directory belongs to, leaving records on the way.

    One that may not be used is none, and is said.
    """
    way = walk.find(walk.present_directory(environ), environ)
    names = list_markers(settings.load(Evidence(environ)).names)
    for step in way.steps:
        if any(os.path.lexists(os.path.join(step.directory, name)) for name in names) or store.exists(step.directory):
            resolve.keep(step.directory, environ)
    project = way.project
    if project is None or project.allowed:
        return None if project is None else project.environment
    where = visible_path(project.directory)
    print(
        f"autovenv: warning: the environment of `{where}` may not be used, "
        f"so `{visible(name)}` is the next one on PATH; run `autovenv status` there",
        file=sys.stderr,
    )
    return None


def _pass(shims: str, name: str, arguments: Sequence[str], environ: dict[str, str]) -> int:
    from autovenv.commands import running

    path = find_next(shims, name, environ)
    if path is None:
        why = "no directory on PATH but that of the shims has it"
        raise Problem(f"`{visible(name)}` was not found", why, status=running.NOT_FOUND)
    environ[PASSED] = mark_passed(environ.get(PASSED, ""), name)
    return running.run([path, *arguments], None, environ)


def mark_passed(mark: str, name: str, windows: bool = sys.platform == "win32") -> str:
    """Return what a shim leaves in `PASSED`, which holds `mark` now, before it passes the program `name` on.

    >>> mark_passed("", "python", windows=True), mark_passed("python 2", "python", windows=True)
    ('python 1', 'python 3')
    >>> mark_passed("pip 2", "python", windows=True)
    'python 1'
    """
    if not windows:
        return f"{name} {os.getpid()}"
    count = mark.removeprefix(f"{name} ")
    return f"{name} {int(count) + 1 if count.isdecimal() else 1}"


def has_passed(mark: str, name: str, windows: bool = sys.platform == "win32") -> bool:
    """Tell whether a shim that finds `mark` in `PASSED` has passed the program `name` on and come back to itself.

    >>> has_passed("python 3", "python", windows=True), has_passed("python 4", "python", windows=True)
    (False, True)
    """
    count = mark.removeprefix(f"{name} ")
    return count.isdecimal() and int(count) >= MOST if windows else count == str(os.getpid()) and mark != count


def find_next(shims: str, name: str, environ: dict[str, str]) -> str | None:
    """Return the path of the next program of that name on `PATH` that is no shim of ours.

    When this process has been here before, those in any directory called `shims` are left out too, as pyenv, mise and
    asdf call theirs: they lead back to us.
    """
    from autovenv.commands.finding import find_command
    from autovenv.environments.active import is_same

    again = has_passed(environ.get(PASSED, ""), name)
    entries = [
        entry
        for entry in environ.get("PATH", os.defpath).split(os.pathsep)
        if not is_same(entry, shims) and not (again and os.path.basename(entry) == "shims")
    ]
    return find_command(name, os.pathsep.join(entries))


# Writing them


def write(values: Settings, start: Sequence[str], shims: str, state: str) -> bytes:
    """Return the text of a shim; all names have the same. `start` is what starts autovenv."""
    from autovenv.shells.dialects import quote_posix

    names = values.names
    lists = {
        "MARKERS": [*names, *(marker for marker in list_markers(names) if marker not in names)],
        "CEILINGS": list(values.ceilings),
    }
    ways = {"SHIMS": [shims], "PYTHON": [start[0]], "START": [start[-1]]}
    lists["CEILINGS"] = [record.mirror(ceiling) for ceiling in lists["CEILINGS"]]
    # Git Bash takes a path of Windows, but no backslash.
    ways = {name: [paths.slash(path) for path in listed] for name, listed in ways.items()}
    words = {"STATE": [state], **ways, **lists}
    text = shipped.read("shell", "shim.sh").decode("utf-8")
    # What is filled in is not looked at again.
    parts = text.split("'@")
    out = [parts[0]]
    for part in parts[1:]:
        name, _, rest = part.partition("@'")
        out.append(" ".join(map(quote_posix, words[name])) + rest)
    return record.encode("".join(out).split("\n"))


def write_windows(start: Sequence[str], name: str, shims: str) -> str:
    r"""Return the text of a shim in the directory `shims` for cmd.exe and PowerShell.

    `%` stands twice in what is filled in; what the caller typed is handed on as it is, and nothing stays set. cmd.exe
    reads the file in the code page of its console, whichever that is, so a path beyond ASCII is written as the way from
    the directory of shims, which cmd.exe fills in: both lie below the user's name.

    >>> start = ["C:\\100%\\python.exe", "C:\\a b\\__main__.py"]
    >>> print(write_windows(start, "pip", "C:\\shims"), end="")
    @"C:\100%%\python.exe" -I -S "C:\a b\__main__.py" shim "%~dp0." pip %*
    >>> start = ["C:\\Users\\José\\py\\python.exe", "C:\\Users\\José\\lib\\__main__.py"]
    >>> print(write_windows(start, "pip", "C:\\Users\\José\\autovenv\\shims"), end="")
    @"%~dp0..\..\py\python.exe" -I -S "%~dp0..\..\lib\__main__.py" shim "%~dp0." pip %*
    """
    python, main = (_spell_for_cmd(word, shims) for word in (start[0], start[-1]))
    return f'@"{python}" -I -S "{main}" shim "%~dp0." {name} %*\n'


def _spell_for_cmd(path: str, shims: str) -> str:
    import ntpath

    if not path.isascii() and ntpath.splitdrive(path)[0].lower() == ntpath.splitdrive(shims)[0].lower():
        return "%~dp0" + ntpath.relpath(path, shims).replace("%", "%%")
    return path.replace("%", "%%")


#: Characters that Windows takes in no name, and those that cmd.exe would obey in a shim.
_REFUSED = frozenset('<>:"/\\|?*%&^!()\t ')


def is_command(name: str, windows: bool = sys.platform == "win32", endings: str = "") -> bool:
    """Tell whether a shim can be called `name`. `endings` is `PATHEXT`: a shim has no ending, or `.cmd`.

    >>> is_command("ruff"), is_command("a/b"), is_command("-x")
    (True, False, False)
    >>> [is_command(name, True, ".EXE;.PY") for name in ("ruff", "ruff.exe", "a&b", "con", "x.")]
    [True, False, False, False, False]
    """
    plain = name != "" and os.path.basename(name) == name and not name.startswith((".", "-")) and "\n" not in name
    if not windows or not plain:
        return plain
    known = tuple(ending for ending in endings.lower().split(";") if ending)
    is_odd = name.lower().endswith(known) or name.endswith(".") or paths.is_reserved(name)
    return not is_odd and not _REFUSED.intersection(name)


def list_installed() -> list[str]:
    """Return the names of the shims that are installed, sorted."""
    found = []
    for name in _list_names():
        try:
            with open(os.path.join(directory(), name), "rb") as file:
                if file.readline() and file.readline().startswith(MARK):
                    found.append(name)
        except OSError:
            continue
    return found


def _list_names() -> list[str]:
    try:
        return sorted(name for name in os.listdir(directory()) if not name.startswith("."))
    except OSError:
        return []


def install(names: Sequence[str], rc: bool = True) -> int:
    """Write the shims `NAMES` and `names`, and put their directory on `PATH` in the login files unless `rc` is off."""
    from autovenv.shells import hook

    for name in names:
        if not is_command(name, endings=os.environ.get("PATHEXT", ".COM;.EXE;.BAT;.CMD")):
            what = f"`{visible(name)}` is not the name of a command"
            raise Problem(what, hint="give names without a directory, in Windows without an ending", status=2)
    place = directory()
    if not store.is_private(os.path.dirname(place), create=True):
        raise Problem(f"`{visible_path(place)}` cannot be used", "others can write there, or it cannot be made")
    state = record.mirror(places.state_dir()) if store.is_private(places.state_dir(), create=True) else "/dev/null"
    values = settings.load(Evidence(dict(os.environ)))
    start = hook.list_executable()
    wanted = sorted({*NAMES, *names, *list_installed()})
    try:
        store.make_private(place)
        if os.stat(place).st_mode & 0o022:
            os.chmod(place, 0o700)
        text = write(values, start, place, state)
        for name in wanted:
            _write_program(os.path.join(place, name), text)
            if sys.platform == "win32":
                _write_program(
                    os.path.join(place, name + ".cmd"), printing.encode_oem(write_windows(start, name, place))
                )
        for at, name in enumerate(CLOCK):
            store.replace(os.path.join(place, name), b"", 1_000_000_000_250_000_000 + at * 500_000_000)
    except OSError as error:
        raise Problem(f"`{visible_path(place)}` cannot be written to", explain(error)) from None
    print(f"wrote {', '.join(f'`{name}`' for name in wanted)} to `{visible_path(place)}`")
    if not rc:
        return 0
    return _change_login_files(place)


def _write_program(path: str, text: bytes) -> None:
    store.replace(path, text)
    os.chmod(path, 0o700)


def _change_login_files(place: str, undo: bool = False, quiet: bool = False) -> int:
    from functools import partial

    from autovenv.shells import rc
    from autovenv.shells.block import SHIMS

    steps: list[rc.Step] = []
    for path, shell in find_login_files():
        if undo:
            steps.append(partial(rc.plan_uninstall, path, shell, SHIMS))
        else:
            steps.append(partial(rc.plan_install, path, shell, write_line(shell, place), SHIMS))
    done, status = rc.carry_out(steps, dry_run=False)
    if done and not undo and not quiet:
        print("  next: log in again, or open a new terminal where terminals read the login files")
        print("  undo: autovenv shims uninstall")
    return status


def find_login_files() -> list[tuple[str, str]]:
    """Return the files that put the shims on `PATH`, each with its shell.

    bash reads the first of three files at login, a display manager `~/.profile`; zsh reads `.zshenv` whenever it
    starts; fish whatever lies in `conf.d`.
    """
    from autovenv.shells import rc

    home = rc.find_home()
    config = rc.find_directory("XDG_CONFIG_HOME", os.path.join(home, ".config"))
    found = [(os.path.join(home, ".profile"), "bash")]
    login = rc.find_login_file(home)
    if os.path.lexists(login) and login != found[0][0]:
        found.append((login, "bash"))
    found.append((os.path.join(rc.find_directory("ZDOTDIR", home), ".zshenv"), "zsh"))
    found.append((os.path.join(config, "fish", "conf.d", "autovenv-shims.fish"), "fish"))
    return found


def write_line(shell: str, place: str) -> str:
    """Return the line of a login file that puts the directory of shims first on `PATH`, once."""
    from autovenv.shells import dialects

    # The colon of a drive divides two entries of PATH there.
    word = dialects.require(shell).quote(record.mirror(place))
    if shell == "fish":
        return f"if not contains -- {word} $PATH; set -gx PATH {word} $PATH; end"
    return f'case ":$PATH:" in *:{word}:*) ;; *) PATH={word}:"$PATH"; export PATH ;; esac'


def uninstall() -> int:
    """Remove the shims, and take their directory out of the login files."""
    place = directory()
    installed = list_installed()
    status = _change_login_files(place, undo=True)
    try:
        for name in (*installed, *(f"{name}.cmd" for name in installed if sys.platform == "win32"), *CLOCK):
            if os.path.lexists(os.path.join(place, name)):
                os.unlink(os.path.join(place, name))
        if os.path.isdir(place) and not os.listdir(place):
            os.rmdir(place)
    except OSError as error:
        raise Problem(f"`{visible_path(place)}` cannot be removed", explain(error)) from None
    print(f"removed {', '.join(f'`{name}`' for name in installed)}" if installed else "no shims are installed")
    return status
