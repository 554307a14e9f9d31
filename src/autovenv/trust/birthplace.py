"""Where an environment says that it was made. One that was cloned, copied or moved names another place, or none.

What the tools write, in their own words:

- `bin/activate`: `VIRTUAL_ENV=` and the path: in double quotes, raw (venv to 3.11; virtualenv 16); in single quotes,
  raw (virtualenv 20.0 to 20.26.5); quoted for a shell (virtualenv from 20.26.6, uv 0.5 to 0.13, venv from 3.13 and in
  the security releases of 3.11 and 3.12). venv from 3.12 writes `export VIRTUAL_ENV=PATH` and beside it
  `VIRTUAL_ENV=$(cygpath PATH)`, from 3.14 `$(wslpath PATH)` too; virtualenv and uv add `VIRTUAL_ENV=$(cygpath -u
  "$VIRTUAL_ENV")`, which names nothing. `uv venv --relocatable` computes the path from the script's own place: such an
  environment is known by the project that is installed into it (`installed`).
- `pyvenv.cfg`: `command = PYTHON -m venv OPTIONS PATH` (venv from 3.11, virtualenv from 20.38), joined by spaces
  without quotes.
- `conda-meta/pixi_env_prefix`: the path of its own directory (pixi 0.77).
- `~/.conda/environments.txt`: one path a line (conda 25, mamba 2): conda's own registry, outside the environment.
"""

from __future__ import annotations

import os

from autovenv import paths, places
from autovenv.disk.evidence import peek
from autovenv.disk.ownership import HAS_OWNERS, Looks, find_fault, is_own_file, list_steps
from autovenv.environments.active import is_same
from autovenv.environments.environment import Environment, name_other_system, read_config
from autovenv.state import record

#: Where tools keep environments, below the home directory: Poetry 2, Pipenv 2024, Hatch 1.14, PDM 2.22,
#: virtualenvwrapper 6, pyenv 2, conda 25 and its installers, uv 0.13 (its cache, by `centralized-project-envs`). No
#: environment variable moves this list.
KEPT = (
    ".cache/uv/environments-v2",
    "Library/Caches/uv/environments-v2",
    "AppData/Local/uv/cache/environments-v2",
    ".cache/pypoetry/virtualenvs",
    "Library/Caches/pypoetry/virtualenvs",
    "AppData/Local/pypoetry/Cache/virtualenvs",
    ".local/share/virtualenvs",
    ".virtualenvs",
    ".local/share/hatch/env",
    "Library/Application Support/hatch/env",
    "AppData/Local/hatch/env",
    ".local/share/pdm/venvs",
    "Library/Application Support/pdm/venvs",
    "AppData/Local/pdm/venvs",
    ".pyenv/versions",
    ".conda/envs",
    "miniconda3/envs",
    "anaconda3/envs",
    "miniforge3/envs",
    "mambaforge/envs",
    "micromamba/envs",
    ".local/share/mamba/envs",
)

#: Bytes of an `activate` script that a tool would write.
_LIMIT = 1 << 18

#: Characters of a command in a `pyvenv.cfg` that a tool would write.
_LINE = 1 << 14

#: What lies here leads to another place for each process that asks: proc(5), /dev/fd, and macOS's directories by
#: number.
_MAGIC = ("/proc", "/dev/fd", "/.vol", "/.file")


class Birthplace:
    """Where an environment was made: the place `named` by `source` (empty: by nothing), and whether that is `here`.

    It is `kept` where no more is known than that the source is a tool's place for environments, and `unpacked` where
    the source vouches for the place but what lies there was put there in another way than a tool does.
    """

    __slots__ = ("here", "kept", "named", "source", "unpacked")

    def __init__(self, source: str, named: str, here: bool, kept: bool = False, unpacked: bool = False) -> None:
        self.source = source
        self.named = named
        self.here = here
        self.kept = kept
        self.unpacked = unpacked


def find(environment: Environment, directory: str, looks: Looks) -> Birthplace:
    """Return where `environment`, which belongs to the project in `directory`, says that it was made.

    `bin/activate` decides where it names a place. So each environment has one guess, not many.
    """
    prefix = environment.prefix
    found = Birthplace("", "", False)
    if environment.flavour == "venv":
        assignments = read_assignments(_read(os.path.join(environment.bin, "activate")))
        if assignments:
            source = f"{os.path.basename(environment.bin)}/activate"
            here = all(any(is_place(name, prefix, looks) for name in names) for names in assignments)
            found = Birthplace(source, assignments[0][0], here)
        else:
            place = find_command_path(environment.config.get("command", "")[:_LINE])
            if place:
                found = Birthplace("pyvenv.cfg", place, is_place(place, prefix, looks))
            elif named := _list_named(prefix, directory):
                here = is_place(named[0], directory, looks) and all(is_inside(name, directory) for name in named[1:])
                found = Birthplace("direct_url.json", named[0], here)
    else:
        named = [_read(os.path.join(prefix, "conda-meta", "pixi_env_prefix")).strip("\r\n")]
        if named[0]:
            place = os.path.dirname(named[0]) if os.path.basename(named[0]) == "conda-meta" else named[0]
            found = Birthplace("conda-meta/pixi_env_prefix", place, is_place(place, prefix, looks))
        elif registry := _find_registry(prefix, looks):
            is_made = is_written_here(prefix, registry)
            found = Birthplace("~/.conda/environments.txt", prefix, is_made, unpacked=not is_made)
    if not found.here and (kept := _find_kept(prefix, directory, looks)):
        return Birthplace(kept, prefix, True, kept=True)
    return found


def _list_named(prefix: str, directory: str) -> list[str]:
    # Only an environment that names no place itself is asked for what is installed into it.
    from autovenv.trust.installed import list_named

    return list_named(prefix, directory)


def _read(path: str) -> str:
    """Return a file's text as paths are text, empty where it cannot be read.

    It is not watched: an environment that is made anew shows that in other ways, and each watched path costs at every
    prompt.
    """
    return os.fsdecode(peek(path, _LIMIT).encode("utf-8", "surrogateescape"))


def read_assignments(script: str) -> list[list[str]]:
    """Return what each assignment to `VIRTUAL_ENV` may mean: as a shell reads it, and raw between its quotes.

    One that takes an expansion to say is left out.

    >>> read_assignments('VIRTUAL_ENV="/home/ada/app/.venv"')
    [['/home/ada/app/.venv']]
    """
    found = []
    for line in script.split("\n"):
        if "VIRTUAL_ENV=" not in line:
            continue
        line = line.strip(" \t\r").removeprefix("export ").lstrip(" ")
        if not line.startswith("VIRTUAL_ENV="):
            continue
        value = line[len("VIRTUAL_ENV=") :]
        for converter in ("$(cygpath ", "$(wslpath "):
            if value.startswith(converter) and value.endswith(")"):
                value = value[len(converter) : -1].strip(" ")
        readings = []
        literal = read_literal(value)
        if literal is not None:
            readings.append(literal)
        if len(value) > 1 and value[0] in "'\"" and value[-1] == value[0]:
            readings.append(value[1:-1])
        # The Python of MSYS2 writes a path as its shell has it.
        readings = [path for path in dict.fromkeys(map(record.localize, readings)) if os.path.isabs(path)]
        if readings:
            found.append(readings)
    return found


def read_literal(value: str) -> str | None:
    r"""Return what a POSIX shell makes of one word; None where that is no single word or takes an expansion to say.

    >>> read_literal("'/a'\"'\"'s'"), read_literal("$HOME/x"), read_literal("a b")
    ("/a's", None, None)
    """
    parts = []
    at = 0
    quote = ""
    while at < len(value):
        character = value[at]
        at += 1
        if quote == "'":
            if character == "'":
                quote = ""
            else:
                parts.append(character)
        elif character in "$`":
            return None
        elif character == "\\":
            following = value[at : at + 1]
            if not following:
                return None
            if quote and following not in '$`"\\':
                parts.append(character)
            parts.append(following)
            at += 1
        elif quote:
            if character == '"':
                quote = ""
            else:
                parts.append(character)
        elif character in "'\"":
            quote = character
        elif character in " \t;&|<>()#":
            return None
        else:
            parts.append(character)
    return None if quote or not parts else "".join(parts)


def find_command_path(command: str) -> str:
    """Return the last argument of `command` in a `pyvenv.cfg`, empty where that could be more than one.

    Its words were joined by spaces, and a path may hold some. Of several guesses whoever packs an archive could choose.

    >>> find_command_path("/usr/bin/python3 -m venv --clear /home/ada/my app/.venv")
    '/home/ada/my app/.venv'
    >>> find_command_path("/usr/bin/python3 -m venv /home/ada/app/.venv /home/bob/app/.venv")
    ''
    """
    for module in (" -m venv ", " -m virtualenv "):
        _, found, rest = command.partition(module)
        if found:
            command = rest
            break
    guesses = [at for at in range(len(command)) if (at == 0 or command[at - 1] == " ") and os.path.isabs(command[at:])]
    return command[guesses[0] :] if len(guesses) == 1 else ""


def is_place(named: str, prefix: str, looks: Looks) -> bool:
    """Tell whether the path that an environment names is where it lies, by whatever links the user made.

    A path through links that others made says nothing, nor does one that leads elsewhere for every process
    (`/proc/self/cwd/.venv`).
    """
    if not os.path.isabs(named) or "\0" in named:
        return False
    if not HAS_OWNERS:
        return paths.is_same_name(os.path.realpath(named), os.path.realpath(prefix))
    try:
        steps = list_steps(named, looks)
        if find_magic(steps):
            return False
        if not os.path.samestat(os.stat(steps[-1]), os.stat(prefix)):
            return False
        # The way to the environment itself is tested with its owners; this is another way.
        return named == prefix or not find_fault(os.path.dirname(named), looks)
    except (OSError, ValueError):
        return False


def is_inside(path: str, directory: str) -> bool:
    """Tell whether a path is a directory or lies in it, whatever links lead there."""
    return paths.cut_off(os.path.realpath(path), os.path.realpath(directory)) is not None


def find_magic(steps: list[str]) -> str:
    """Return the directory on a way whose contents differ from process to process, empty where there is none."""
    for step in steps:
        for magic in _MAGIC if HAS_OWNERS else ():
            if step == magic or step.startswith(magic + "/"):
                return magic
    return ""


def _find_registry(prefix: str, looks: Looks) -> os.stat_result | None:
    """Return conda's registry of this user's environments where it names `prefix`, else None."""
    path = os.path.join(places.home(), ".conda", "environments.txt")
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    if not is_own_file(found, path):
        return None
    name = os.path.basename(prefix)
    lines = [line.strip("\r") for line in _read(path).split("\n")]
    return found if any(os.path.basename(line) == name and is_place(line, prefix, looks) for line in lines) else None


#: Between the last byte of a file that a tool writes and its mode, in nanoseconds.
AT_ONCE = 2_000_000_000

#: How long a home or an image takes to be restored, in nanoseconds.
_RESTORING = 3600_000_000_000


def is_written(found: os.stat_result) -> bool:
    """Tell whether something was last changed when it was written.

    What an archive brings has the archive's times, while the time of change, which nobody can set, is that of the
    unpacking.
    """
    return abs(found.st_ctime_ns - found.st_mtime_ns) < AT_ONCE


def is_written_here(prefix: str, registry: os.stat_result) -> bool:
    """Tell whether the conda prefix in a registered place was made there by conda, not unpacked over it.

    The registry names a place, also after what it was written for was deleted. conda and mamba add to
    `conda-meta/history` with each change. Where the registry itself was restored (a backup, the layers of an image),
    what was restored with it, or before, is what it speaks of.
    """
    if not HAS_OWNERS:
        return True
    records = os.path.join(prefix, "conda-meta")
    try:
        looks = [os.lstat(records)]
        if os.path.lexists(history := os.path.join(records, "history")):
            looks.append(os.lstat(history))
    except OSError:
        return False
    if all(is_written(look) for look in looks):
        return True
    return not is_written(registry) and all(look.st_ctime_ns <= registry.st_ctime_ns + _RESTORING for look in looks)


def _find_kept(prefix: str, directory: str, looks: Looks) -> str:
    """Return which of the tools' places for environments `prefix` lies in, empty where in none.

    A project that lies there itself, or in which the environment lies, cannot be vouched for by the place. A link in
    the project that leads there can, as uv makes one into its cache.
    """
    home = places.home()
    try:
        inside = list_steps(os.path.realpath(prefix), looks)
        project = list_steps(directory, looks)
    except OSError:
        return ""
    if project[-1] in inside:
        return ""
    for below_home in KEPT:
        place = os.path.join(home, *below_home.split("/"))
        try:
            found = os.stat(place)
        except (OSError, ValueError):
            continue
        if _passes(found, inside[:-1], looks) and not _passes(found, project, looks):
            return f"~/{below_home}"
    return ""


def _passes(place: os.stat_result, steps: list[str], looks: Looks) -> bool:
    return any(looks[step].st_ino == place.st_ino and looks[step].st_dev == place.st_dev for step in steps)


def is_of_another_system(prefix: str) -> bool:
    """Tell whether an environment is Windows's, WSL's or a container's, seen from elsewhere: whole where it was made.

    The first two have their commands in another directory; the last names a place that this machine does not have, and
    a Python that it has not either.
    """
    if name_other_system(prefix):
        return True
    config = read_config(peek(os.path.join(prefix, "pyvenv.cfg"), 1 << 16))
    assignments = read_assignments(peek(os.path.join(prefix, "bin", "activate"), 1 << 18))
    named = assignments[0][0] if assignments else ""
    is_away = bool(named) and not os.path.lexists(os.path.dirname(named)) and not is_same(named, prefix)
    home = config.get("home", "")
    # The images with Python have theirs in `/usr/local/bin`, which is everywhere: then what is looked for in it tells.
    is_gone = not os.path.isdir(home) or not os.path.exists(os.path.join(prefix, "bin", "python"))
    return is_away and os.path.isabs(home) and is_gone
