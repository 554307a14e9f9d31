"""virtualenvwrapper: an environment in `WORKON_HOME` whose `.project` file names the directory.

Source: virtualenvwrapper 6.1.1, `virtualenvwrapper_derive_workon_home` and `setvirtualenvproject`
(virtualenvwrapper.sh); virtualenvwrapper-win 1.2.7 for Windows' directory.

The environment knows its project, the project knows nothing of its environment and need not even hold a marker. So this
is turned round ahead of time (`update_claims`): below the state directory each such project has a file that lists the
environments that claim it, and a blank record, which makes the hook ask. Then finding an environment costs one look,
however many there are. An index in the state directory remembers what was read.
"""

from __future__ import annotations

import os
import stat
import sys
import time

from autovenv import places
from autovenv.disk.evidence import Evidence, Unreadable
from autovenv.environments.directories import expand, home_dir
from autovenv.environments.kinds import Found
from autovenv.state import record, store
from autovenv.state.settings import Settings

PROJECT = ".project"
CLAIMS = ".autovenv-claims"

#: How long after it was made an environment may still get its `.project`, in nanoseconds.
FRESH = 120_000_000_000

#: How long the directory may change again without its time showing it, in nanoseconds.
SETTLED = 2_000_000_000

#: Bytes of a `.project` file: a path.
LIMIT = 1 << 13


def find(directory: str, evidence: Evidence, settings: Settings) -> Found | None:
    """Return the environment whose `.project` names `directory`; of several, the one whose file was written last.

    Where every walk ends, at home and at the root, `WORKON_HOME` is watched: a new environment brings the claims up to
    date.
    """
    is_end = directory in (home_dir(evidence), os.path.dirname(directory), *settings.ceilings)
    workon_home = find_workon_home(
        evidence.variable("WORKON_HOME") if is_end else evidence.environ.get("WORKON_HOME", ""), evidence
    )
    if is_end:
        evidence.stat(workon_home, "newer")
    for unfinished in update_claims(workon_home, evidence):
        if is_end:
            evidence.exists(os.path.join(unfinished, PROJECT))
    for path in dict.fromkeys((directory, os.path.realpath(directory))):
        for prefix in reversed(read_claims(path)):
            if read_project(prefix, evidence) == path:
                return Found(prefix, f"the directory in `{os.path.basename(prefix)}/{PROJECT}`")
    return None


def prepare(environ: dict[str, str]) -> None:
    """Bring the claims up to date as a shell starts, also where only a `.project` was changed."""
    evidence = Evidence(environ)
    update_claims(find_workon_home(environ.get("WORKON_HOME", ""), evidence), evidence, thorough=True)


def find_workon_home(value: str, evidence: Evidence, platform: str = sys.platform) -> str:
    """Return the directory of environments that a value of `WORKON_HOME` means, empty meaning unset."""
    home = home_dir(evidence)
    expanded = (
        expand(value, evidence) if value else os.path.join(home, "Envs" if platform == "win32" else ".virtualenvs")
    )
    return os.path.normpath(os.path.join(home, expanded))


def read_project(prefix: str, evidence: Evidence) -> str:
    """Return the directory that an environment's `.project` names, absolute and normal; empty where it names none."""
    try:
        text = evidence.read_text(os.path.join(prefix, PROJECT), limit=LIMIT)
    except Unreadable:
        return ""
    path = (text or "").rstrip("\r\n")
    if not os.path.isabs(path) or any(character in path for character in "\n\r\0"):
        return ""
    return os.path.normpath(path)


def read_claims(directory: str) -> list[str]:
    """Return the environments that claim `directory`, the one whose claim was written last at the end."""
    try:
        # Not evidence of a record: whoever writes claims forgets the record.
        text = Evidence({}).read_text(os.path.join(store.record_dir(directory), CLAIMS))
    except (Unreadable, ValueError):
        return []
    return text.split("\n")[:-1] if text and store.is_private(places.state_dir()) else []


def update_claims(workon_home: str, evidence: Evidence, thorough: bool = False) -> list[str]:
    """Read the `.project` files again where environments came or went, and write down who claims what.

    `thorough` looks at each of them even where none came or went. Returns the environments that were just made and may
    get their file yet.
    """
    try:
        found = os.stat(workon_home)
    except (OSError, ValueError):
        return []
    if not stat.S_ISDIR(found.st_mode):
        return []
    state = places.state_dir()
    path = os.path.join(state, "virtualenvwrapper-" + record.digest([workon_home]))
    index = read_index(path)
    if index.time == found.st_mtime_ns and not index.unfinished and not thorough:
        return []
    # What was made just now might not show in the time of the directory.
    current = Index(found.st_mtime_ns - (time.time_ns() - found.st_mtime_ns < SETTLED))
    _scan(workon_home, index, current)
    if current.projects == index.projects and current.time == index.time and current.unfinished == index.unfinished:
        return current.unfinished
    if not store.is_private(state, create=True):
        return current.unfinished
    before, after = index.list_claims(workon_home), current.list_claims(workon_home)
    if not index.time:
        for directory in (home_dir(evidence), os.path.abspath(os.sep)):
            _write_claims(directory, after.get(directory, []))
    for directory in {*before, *after}:
        if before.get(directory) != after.get(directory):
            _write_claims(directory, after.get(directory, []))
    try:
        store.replace(path, current.render())
    except OSError:
        pass  # read again the next time
    return current.unfinished


class Index:
    """What was read of the directory of environments.

    `time` is its modification time in nanoseconds, `projects` maps an environment's name to the time of its `.project`
    and the directory in it, `unfinished` are the paths of those that may get theirs yet.
    """

    def __init__(self, time: int = 0) -> None:
        self.time = time
        self.projects: dict[str, tuple[int, str]] = {}
        self.unfinished: list[str] = []

    def list_claims(self, workon_home: str) -> dict[str, list[str]]:
        """Return the environments of each project, the one whose file was written last at the end."""
        claims: dict[str, list[str]] = {}
        for name in sorted(self.projects, key=lambda name: (self.projects[name][0], name)):
            claims.setdefault(self.projects[name][1], []).append(os.path.join(workon_home, name))
        return claims

    def render(self) -> bytes:
        """Return the index as a file has it."""
        lines = [f"{time}\0{name}\0{path}\n" for name, (time, path) in self.projects.items()]
        lines += [f"\0{path}\0\n" for path in self.unfinished]
        return os.fsencode(f"{self.time}\n" + "".join(lines))


def read_index(path: str) -> Index:
    """Return the index in a file, an empty one where there is none that can be read."""
    index = Index()
    try:
        data = Evidence({}).read(path, limit=1 << 26) or b""
    except Unreadable:
        return index
    lines = os.fsdecode(data).split("\n")
    if not lines[0].isdecimal():
        return index
    for line in lines[1:-1]:
        time, _, rest = line.partition("\0")
        name, _, project = rest.partition("\0")
        if not time:
            index.unfinished.append(name)
        elif time.isdecimal():
            index.projects[name] = (int(time), project)
    index.time = int(lines[0])
    return index


def _scan(workon_home: str, known: Index, current: Index) -> None:
    """Read who claims what, but not again a file that is as it was."""
    try:
        names = sorted(os.listdir(workon_home))
    except OSError:
        return
    now = time.time_ns()
    for name in names:
        prefix = os.path.join(workon_home, name)
        if "\n" in prefix:
            continue
        try:
            written = os.stat(os.path.join(prefix, PROJECT)).st_mtime_ns
        except OSError:
            try:
                found = os.stat(prefix)
            except OSError:
                continue
            if stat.S_ISDIR(found.st_mode) and now - found.st_mtime_ns < FRESH:
                current.unfinished.append(prefix)
            continue
        if known.projects.get(name, (0, ""))[0] == written:
            current.projects[name] = known.projects[name]
        elif os.path.isdir(project := read_project(prefix, Evidence({}))):
            current.projects[name] = (written, project)


def _write_claims(directory: str, prefixes: list[str]) -> None:
    """Write down who claims a directory, and have every shell ask about it again."""
    state = places.state_dir()
    stored_in = store.record_dir(directory, state)
    path = os.path.join(stored_in, CLAIMS)
    try:
        if prefixes and store.make_dirs(stored_in, state):
            store.replace(path, os.fsencode("".join(prefix + "\n" for prefix in prefixes)))
        elif os.path.lexists(path):
            os.unlink(path)
        store.announce(directory)
    except (OSError, ValueError):
        pass  # a path that the state directory cannot mirror
