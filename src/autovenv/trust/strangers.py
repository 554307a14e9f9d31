"""Who besides the user can change a project, its environment, and what its Python starts with.

The things themselves are looked at, the way to them, and one level of what lies in the environment: the commands, and
what every start of its Python reads (`lib`, `site-packages` and the names in it: packages, `.pth` files,
`sitecustomize.py`). Modules deeper down are not: who made them so that others can write them made the package so too.
"""

from __future__ import annotations

import os
import stat

from autovenv.disk.evidence import list_names
from autovenv.disk.ownership import HAS_OWNERS, Looks, find_mover, find_owner, find_writer, is_sticky, list_steps
from autovenv.environments.environment import Environment

#: A code of `judge.REASONS` with its path and its detail.
Reason = tuple[str, str, str]


def list_vouched(directory: str) -> frozenset[int]:
    """Return the users whose things count as one's own below a directory that the administrator trusts: its owner's."""
    try:
        return frozenset((0, os.stat(directory).st_uid))
    except (OSError, ValueError):
        return frozenset()


def find_strangers(
    directory: str, environment: Environment, looks: Looks, trusted: bool, vouched: frozenset[int]
) -> list[Reason]:
    """Return what of project and environment others can change: the things themselves, and the way to them.

    The things themselves must be this user's or belong to one of those `vouched` for; on the way root's will do.
    `trusted` says that the interpreter may be anybody's.
    """
    if not HAS_OWNERS:
        return []
    config = environment.prefix if environment.flavour == "conda" else environment.mark
    ways = [list_steps(path, looks) for path in (directory, environment.prefix, environment.bin, config)]
    project = ways[0][-1]
    own = {way[-1] for way in ways}
    for step in ways[2]:
        if step.startswith(project.rstrip("/") + "/"):
            own.add(step)  # the directories between
    reasons = []
    for step in dict.fromkeys(step for way in ways for step in way):
        found = looks[step]
        owner = find_owner(found, root=step not in own)
        if owner and found.st_uid not in vouched:
            reasons.append(("owner", step, owner))
        if writer := find_writer(step, found) if step in own else find_mover(step, found):
            reasons.append(("writable", step, writer))
    judged = {step for way in ways for step in way}
    if trusted:
        reason = _judge_way(environment.python, looks, judged, anybodys=True)
    else:
        reason = _judge_base(environment, looks, judged)
    if reason:
        reasons.append(reason)
    inside = None if reasons else _Inside(environment, looks, judged, vouched).find()
    return reasons + ([inside] if inside else [])


def _judge_base(environment: Environment, looks: Looks, judged: set[str]) -> Reason | None:
    """Return what others can change of the interpreter that the environment leads to, and of its library.

    A copied interpreter (`venv --copies`) has its library where `home` in `pyvenv.cfg` says (PEP 405).
    """
    if reason := _judge_way(environment.python, looks, judged):
        return reason
    home = environment.config.get("home", "")
    # A name with a NUL leads nowhere, and nobody can make it lead anywhere.
    homes = [home] if os.path.isabs(home) and "\0" not in home else []
    if environment.python:
        homes.append(os.path.dirname(os.path.realpath(environment.python)))
    versions = [os.path.basename(path) for path in _list_libraries(environment.prefix)]
    for directory in dict.fromkeys(homes):
        base = os.path.dirname(directory)
        places = [os.path.join(base, name, version) for name in _LIBRARIES for version in versions]
        for place in (directory, *(place for place in places if os.path.isdir(place))):
            if reason := _judge_way(place, looks, judged, closed=place != directory):
                return reason
    return None


def _judge_way(
    path: str, looks: Looks, judged: set[str], anybodys: bool = False, closed: bool = False
) -> Reason | None:
    """Return what others can change on the way to something of an installation, None where nothing is.

    It may be `anybodys`. Where it is `closed`, a sticky directory will not do: another name in it changes what runs.
    Which groups may write into an installation (Homebrew's `admin`, Debian's `staff`) is its administrator's affair.
    """
    while path:
        try:
            steps = list_steps(path, looks)
            break
        except OSError:
            # Whoever can make it decides what it is.
            path = os.path.dirname(path) if path != "/" else ""
    else:
        return None
    for step in steps:
        if step in judged:
            continue
        found = looks[step]
        owner = "" if anybodys else find_owner(found, root=True)
        is_open = is_sticky(found) and not (closed and step == steps[-1])
        writer = "" if is_open else find_writer(step, found, group=False)
        if owner:
            return "interpreter", step, f"belongs to {owner}"
        if writer:
            return "interpreter", step, f"can be written by {writer}"
        judged.add(step)
    return None


#: Where Python's modules lie in a prefix: `platlib` differs on Fedora and openSUSE.
_LIBRARIES = ("lib", "lib64")


def _list_libraries(prefix: str) -> list[str]:
    """Return the directories of Python's modules in a prefix: `lib/python3.11`, `lib/pypy3.10`."""
    return [
        os.path.join(prefix, library, name)
        for library in _LIBRARIES
        for name in list_names(os.path.join(prefix, library))
        if name.startswith(("python", "pypy"))
    ]


class _Inside:
    """The look at what lies one level down in an environment."""

    def __init__(self, environment: Environment, looks: Looks, judged: set[str], vouched: frozenset[int]) -> None:
        self.environment = environment
        self.looks = looks
        self.judged = judged
        self.vouched = vouched
        self.plain = (0, os.geteuid())
        #: Whether a group is nobody but this user, by its number: to ask costs, and thousands of files ask.
        self.groups: dict[int, bool] = {}

    def find(self) -> Reason | None:
        """Return the first thing that others can change, None where there is none."""
        prefix = self.environment.prefix
        libraries = _list_libraries(prefix)
        directories = [self.environment.bin, *(os.path.join(prefix, library) for library in _LIBRARIES), *libraries]
        directories += [os.path.join(library, "site-packages") for library in libraries]
        directories.append(os.path.join(prefix, "site-packages"))  # PyPy before 7.3.8
        seen = set()
        for directory in directories:
            try:
                steps = list_steps(directory, self.looks)
            except OSError:
                continue
            for step in steps:
                if step not in self.judged and (reason := self._judge(step, self.looks[step], step == steps[-1])):
                    return reason
                self.judged.add(step)
            if steps[-1] not in seen and (reason := self._judge_names(steps[-1])):
                return reason
            seen.add(steps[-1])
        return None

    def _judge_names(self, directory: str) -> Reason | None:
        try:
            with os.scandir(directory) as entries:
                for entry in entries:
                    found = entry.stat(follow_symlinks=False)
                    mode = found.st_mode
                    if found.st_uid in self.plain and not mode & 0o022 and not stat.S_ISLNK(mode):
                        continue  # as thousands are
                    if reason := self._judge(entry.path, found, True):
                        return reason
                    if stat.S_ISLNK(mode) and (reason := self._judge_target(entry.path)):
                        return reason
        except OSError:
            pass
        return None

    def _judge(self, path: str, found: os.stat_result, closed: bool) -> Reason | None:
        owner = find_owner(found, root=True)
        if owner and found.st_uid not in self.vouched:
            return "owner", path, owner
        if not found.st_mode & 0o022 or (not closed and found.st_mode & stat.S_ISVTX):
            return None
        writer = find_writer(path, found, known=self.groups)
        return ("writable", path, writer) if writer else None

    def _judge_target(self, link: str) -> Reason | None:
        """Return what others can change of what a link leads to. A neighbour is looked at anyway."""
        if os.sep not in os.readlink(link):
            return None
        try:
            steps = list_steps(link, self.looks)
        except OSError:
            return None
        for step in steps:
            found = self.looks[step]
            owner = find_owner(found, root=True)
            if step in self.judged:
                continue
            if owner and found.st_uid not in self.vouched:
                return "owner", step, owner
            if writer := "" if is_sticky(found) else find_writer(step, found, group=False):
                return "writable", step, writer
            self.judged.add(step)
        return None
