"""May an environment be used: `allow`, `ask` or `refuse`, with reasons.

Putting a directory first on `PATH` hands over the next `ls`. So an environment is used without asking only where it
shows that this user made it here: nobody else can change it or put another in its place, it names its own present
place, and git tracks nothing in it.
"""

from __future__ import annotations

import os
import stat
from itertools import islice

from autovenv import messages, places
from autovenv.disk import ownership
from autovenv.disk.evidence import FLAGS, Evidence, Unreadable
from autovenv.disk.ownership import Looks, find_owner, list_steps
from autovenv.environments.environment import Environment
from autovenv.messages import visible_path
from autovenv.state.settings import Settings
from autovenv.trust import birthplace, strangers

#: Every reason, by its code: `{path}` and `{detail}` are what a verdict fills in.
REASONS = {
    # allow
    "allowed": "you allowed it",
    "remade": "it was made anew in the place of the one that you allowed, and shows the same",
    "made-here": "`{path}` names its place, and nobody else can change it",
    "kept": "it lies in `{path}`, where a tool keeps your environments, and nobody else can change it",
    "trusted-path": "it lies in `{path}`, one of the `trusted_paths`",
    "always": "`trust` is `always`, and nobody else can change it",
    "linked": "you linked it, and nobody else can change it",
    # ask
    "setting": "`trust` is `ask`",
    "settings": "{detail}, so every environment is asked about",
    "changed": "it is not as it was when you allowed it: {detail}",
    "owner": "`{path}` belongs to {detail}",
    "writable": "`{path}` can be written by {detail}",
    "profile": "it lies outside of your profile, where Windows may let others write",
    "interpreter": "its interpreter `{path}` {detail}",
    "moved": "it was made at `{path}`, not here",
    "nameless": "it does not say where it was made",
    "unpacked": "`{path}` names its place, but it was unpacked or copied there",
    "tracked": "git tracks `{path}`",
    "untold": "whether git tracks it cannot be told: the index of `{path}` {detail}",
    "unsettled": "git is at work in `{path}`, or was interrupted there: its `index.lock` is there",
    "gone": "`{path}` cannot be looked at: {detail}",
    # refuse
    "path": "`PATH` cannot hold a path with {detail}",
    "magic": "its path leads through `{path}`, to another place for each program",
    "denied": "you denied it",
    "denied-path": "it lies in `{path}`, one of the `denied_paths`",
}

#: Refusals by the user's own word: they are shown when asked for and do not nag.
QUIET = ("denied", "denied-path")


#: Directories of packages of one environment that are watched. Each costs at every prompt; more nobody has.
MOST_PACKAGES = 4

#: Of an environment's commands, so many are looked at for their owners.
MOST_COMMANDS = 5000


class Verdict:
    """The decision, `allow`, `ask` or `refuse`, and the reasons for it: pairs of a code of `REASONS` and its words."""

    __slots__ = ("decision", "reasons")

    def __init__(self, decision: str, reasons: list[tuple[str, str]]) -> None:
        self.decision = decision
        self.reasons = reasons

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell, because the user decided so."""
        return all(code in QUIET or self.decision == "allow" for code, _ in self.reasons)


def give_reason(code: str, path: str = "", detail: str = "") -> tuple[str, str]:
    """Return a reason: its code, and its words with everything visible."""
    return code, REASONS[code].format(path=visible_path(path), detail=detail)


def explain(verdict: Verdict) -> str:
    """Return the reasons as one line: the first of each kind.

    >>> explain(Verdict("ask", [("owner", "`/a` is Eve's"), ("owner", "`/a/b` is Eve's"), ("nameless", "it is mute")]))
    "`/a` is Eve's; it is mute"
    """
    first: dict[str, str] = {}
    for code, words in verdict.reasons:
        first.setdefault(code, words)
    return "; ".join(first.values())


def advise(verdict: Verdict) -> str:
    """Return what the user can do about an environment that is not allowed."""
    codes = [code for code, _ in verdict.reasons]
    if "unsettled" in codes:
        return "wait until git is done; if it was interrupted, remove that file"
    if verdict.decision != "refuse":
        return "if you trust it, run `autovenv allow`"
    if "denied" in codes:
        return "to take that back, run `autovenv revoke`"
    if "denied-path" in codes:
        return "take it out of `denied_paths`"
    if "magic" in codes:
        return "name it by its own path: `autovenv link ENV`"
    return "rename the directory, or keep the environment elsewhere"


def judge(
    directory: str,
    environment: Environment,
    settings: Settings,
    choice: dict[str, object],
    evidence: Evidence,
) -> Verdict:
    """Return whether `environment` may be used for the project in `directory`, an absolute path.

    `choice` is what the user decided for the project (`choices.read`).
    """
    for character, name in ((os.pathsep, f"`{os.pathsep}` in it"), ("\n", "a line break in it")):
        if character in environment.bin:
            return Verdict("refuse", [give_reason("path", detail=name)])
    if choice.get("decision") == "deny":
        return Verdict("refuse", [give_reason("denied")])
    try:
        verdict = _judge(directory, environment, settings, choice, evidence)
    except (OSError, ValueError) as error:
        # It was there a moment ago.
        path = getattr(error, "filename", None) or environment.prefix
        return Verdict("ask", [give_reason("gone", os.fsdecode(path), messages.explain(error))])
    codes = [code for code, _ in verdict.reasons]
    if verdict.decision == "ask" and "writable" in codes and "owner" not in codes:
        # `chmod`, the way to mend that, changes no time. What is another user's, as in `/tmp`, this one cannot mend.
        evidence.unwatchable = True
    return verdict


def _judge(
    directory: str, environment: Environment, settings: Settings, choice: dict[str, object], evidence: Evidence
) -> Verdict:
    looks: Looks = {}
    project_steps = list_steps(directory, looks)
    bin_steps = list_steps(environment.bin, looks)
    if denied := _find_path(settings.denied_paths, [*project_steps, *bin_steps], looks):
        return Verdict("refuse", [give_reason("denied-path", denied)])
    if magic := birthplace.find_magic(bin_steps):
        # As an entry of `PATH` it would be a relative one.
        return Verdict("refuse", [give_reason("magic", magic)])
    reasons = []
    trees = WorkTrees()
    found_in = [(tree, place) for place in list_places(environment, looks) for tree in trees.list_around(place)]
    if busy := _find_unsettled(found_in, evidence):
        # Git writes files first and its index last: what it tracks is not known yet.
        return Verdict("ask", [give_reason("unsettled", busy)])
    is_remade = False
    if choice.get("decision") == "allow":
        now = observe(environment, looks, trees)
        changes = list_changes(choice.get("seen"), now)
        is_remade = shows_the_same(choice.get("seen"), now, environment)
        if not changes:
            watch_packages(environment, evidence)
            _watch_way(project_steps[:-1], looks, evidence)
            return Verdict("allow", [give_reason("allowed")])
        reasons.append(give_reason("changed", detail=", ".join(changes)))
    if problem := settings.problem:
        reasons.append(give_reason("settings", detail=str(problem)))
    elif settings.trust == "ask":
        reasons.append(give_reason("setting"))
    stale = len([code for code, _ in reasons if code == "changed"])
    trusted = _find_trusted(settings.trusted_paths, environment, looks)
    vouched = strangers.list_vouched(trusted) if settings.vouches else frozenset()
    reasons += [
        give_reason(*found) for found in strangers.find_strangers(directory, environment, looks, bool(trusted), vouched)
    ]
    if not ownership.HAS_OWNERS and not trusted:
        prefix, profile = os.path.realpath(environment.prefix), os.path.realpath(places.home())
        if not ownership.lies_in_profile(prefix, profile):
            reasons.append(give_reason("profile"))
    reasons += _find_tracked(environment, found_in, evidence)
    if settings.trust == "always":
        good = give_reason("always")
    elif trusted:
        good = give_reason("trusted-path", trusted)
    elif choice.get("link") and choice.get("link") == environment.prefix:
        good = give_reason("linked")
    else:
        found = birthplace.find(environment, directory, looks)
        good = give_reason("kept" if found.kept else "made-here", found.source)
        if not found.here and not found.named and is_remade:
            good = give_reason("remade")
        elif not found.here:
            reasons.append(_explain_birthplace(found))
        if not found.named or found.source == "direct_url.json":
            watch_packages(environment, evidence)  # the project itself may come, or go
    # An environment that the user made anew in the place of one that was allowed needs no new word.
    return Verdict("ask", reasons) if len(reasons) > stale else Verdict("allow", [good])


def _watch_way(steps: list[str], looks: Looks, evidence: Evidence) -> None:
    """Let it be noticed, while the user stands there too, that somebody puts another directory in the project's place.

    It can be one of the user's own, with the same times: an archive that was unpacked beside it.
    """
    for step in steps:
        found = looks[step]
        if stat.S_ISDIR(found.st_mode) and (
            ownership.find_owner(found, root=True) or ownership.find_mover(step, found)
        ):
            evidence.stat(step, "newer")


def _explain_birthplace(found: birthplace.Birthplace) -> tuple[str, str]:
    if found.unpacked:
        return give_reason("unpacked", found.source)
    return give_reason("moved", found.named) if found.named else give_reason("nameless")


def _find_path(paths: list[str], steps: list[str], looks: Looks) -> str:
    """Return the first of the configured paths that a way passes through, empty where none.

    Directories are told by number, so their names may differ.
    """
    numbers = {(looks[step].st_dev, looks[step].st_ino) for step in steps}
    for path in paths:
        expanded = os.path.expanduser(path)
        try:
            found = os.stat(expanded)
        except (OSError, ValueError):
            continue
        if os.path.isabs(expanded) and (found.st_dev, found.st_ino) in numbers:
            return expanded
    return ""


def _find_trusted(paths: list[str], environment: Environment, looks: Looks) -> str:
    """Return the first of the configured paths that an environment lies in, commands and all, empty where none."""
    found = [
        _find_path(paths, list_steps(os.path.realpath(path), looks), looks)
        for path in (environment.prefix, environment.bin)
    ]
    return found[0] if found[0] and found[1] else ""


def list_places(environment: Environment, looks: Looks) -> list[str]:
    """Return the physical paths at which an environment could be tracked.

    That is where it and its commands lie, and the links that lead there.
    """
    places: list[str] = []
    for place in _follow(environment.prefix, looks) + _follow(environment.bin, looks):
        if not any(place == other or place.startswith(other.rstrip(os.sep) + os.sep) for other in places):
            places.append(place)
    return places


def _follow(path: str, looks: Looks) -> list[str]:
    """Return where `path` leads to, and before it the links that its last name leads through."""
    before = list_steps(os.path.dirname(path), looks)
    steps = list_steps(path, looks)
    return [step for step in steps[:-1] if stat.S_ISLNK(looks[step].st_mode) and step not in before] + [steps[-1]]


class WorkTrees:
    """The directories with a `.git` at or above a path. Each directory is looked at once."""

    def __init__(self) -> None:
        self._found: dict[str, bool] = {}

    def list_around(self, path: str) -> list[str]:
        """Return the directories at or above `path` that hold a `.git`, the nearest first.

        One of another user's, who could write anything into it, says nothing; git (2.35.2, `safe.directory`) does not
        read it either.
        """
        found = []
        while True:
            if path not in self._found:
                self._found[path] = _is_work_tree(path)
            if self._found[path]:
                found.append(path)
            parent = os.path.dirname(path)
            if parent == path:
                return found
            path = parent


def _is_work_tree(path: str) -> bool:
    try:
        return not find_owner(os.lstat(os.path.join(path, ".git")), root=True)
    except (OSError, ValueError):
        return False


def _find_unsettled(found_in: list[tuple[str, str]], evidence: Evidence) -> str:
    """Return a work tree around an environment whose index git is writing, empty where none is.

    `found_in` holds each work tree with a place of the environment in it. That the lock goes is watched for.
    """
    from autovenv.trust.tracked import find_git_dir

    for work_tree in dict.fromkeys(tree for tree, _ in found_in):
        try:
            lock = os.path.join(find_git_dir(work_tree), "index.lock")
        except Unreadable:
            continue
        if os.path.lexists(lock):
            evidence.stat(lock)
            return work_tree
    return ""


def _find_tracked(
    environment: Environment, found_in: list[tuple[str, str]], evidence: Evidence
) -> list[tuple[str, str]]:
    """Return what git tracks of an environment, by one example a repository and place."""
    reasons = []
    if found_in:
        watch_packages(environment, evidence)
    for work_tree, place in found_in:
        from autovenv.trust.tracked import list_tracked

        try:
            if work_tree == place:
                # The environment is itself the work tree of a repository, perhaps a submodule.
                reasons += [give_reason("tracked", place)]
                continue
            entries = list_tracked(work_tree, place, limit=1)
        except Unreadable as problem:
            reasons.append(give_reason("untold", work_tree, str(problem)))
            continue
        reasons += [give_reason("tracked", os.path.join(work_tree, os.fsdecode(entry.name))) for entry in entries]
    return reasons


def watch_packages(environment: Environment, evidence: Evidence) -> None:
    """Let new names among an environment's packages be noticed: every start of its Python runs what a pull puts there.

    New commands are noticed anyway.
    """
    from autovenv.trust.shadowed import list_packages

    for packages in list_packages(environment.prefix)[:MOST_PACKAGES]:
        evidence.stat(packages, "newer")
        evidence.watch_time(packages)  # an archive over it may bring an old time


def observe(environment: Environment, looks: Looks | None = None, trees: WorkTrees | None = None) -> dict[str, object]:
    """Return what identifies an environment as it is, for an `allow` to be bound to. Raises `OSError`.

    Installing a package changes none of it. Devices have no part in it: btrfs, NFS and others number them anew at each
    mount.
    """
    looks = {} if looks is None else looks
    prefix = os.stat(environment.prefix)
    commands = os.stat(environment.bin)
    seen: dict[str, object] = {
        "place": os.path.realpath(environment.prefix),
        "directory": [prefix.st_ino, commands.st_ino],
        "owners": [prefix.st_uid, commands.st_uid],
        "interpreter": _find_base(environment),
        "link": _identify(environment.python),
        "tracked": _digest_tracked(environment, looks, trees or WorkTrees()),
    }
    if users := _list_users(environment.bin):
        seen["users"] = users
    if environment.flavour == "venv":
        data, found = _read_config(environment.mark)
        # The time of change, not of modification: that one can be given any value.
        seen["pyvenv.cfg"] = [found.st_ino, found.st_ctime_ns, found.st_size, found.st_uid, _digest(data)]
        seen["form"] = _digest_form(environment, data)
    return seen


def _list_users(commands: str) -> list[int]:
    """Return the other users, but for root, to whom commands of an environment belong."""
    with os.scandir(commands) as found:
        looks = [entry.stat(follow_symlinks=False) for entry in islice(found, MOST_COMMANDS)]
    return sorted({look.st_uid for look in looks if find_owner(look, root=True)})


def _identify(python: str) -> list[int]:
    """Return what tells an interpreter, or the link to one, from another in its place."""
    if not python:
        return []
    found = os.lstat(python)
    return [found.st_ino, found.st_ctime_ns]


def shows_the_same(before: object, now: dict[str, object], environment: Environment) -> bool:
    """Tell whether an environment was made in the place of one that was allowed, by the same tool in the same way.

    So does `uv venv --clear` where environments are relocatable and nothing in them names a place. It was made and not
    unpacked: what an archive brings has the archive's times, while a tool's files were changed when they were written.
    Git tracks nothing in it (else it is asked about anyway).
    """
    if not isinstance(before, dict) or not before.get("form") or environment.flavour != "venv":
        return False
    if any(before.get(key) != now.get(key) for key in ("form", "place", "owners", "interpreter", "tracked")):
        return False
    try:
        looks = [os.lstat(os.path.join(environment.prefix, "pyvenv.cfg")), os.lstat(_find_activate(environment))]
    except (OSError, ValueError):
        return False
    return all(stat.S_ISREG(look.st_mode) and birthplace.is_written(look) for look in looks)


def _find_activate(environment: Environment) -> str:
    return os.path.join(environment.bin, "activate")


def _digest_form(environment: Environment, config: bytes) -> str:
    """Return what stands for the way in which an environment was made: its script and its settings but for its name."""
    lines = [line for line in config.split(b"\n") if not line.lstrip().startswith(b"prompt")]
    try:
        script, _ = _read_config(_find_activate(environment))
    except OSError:
        return ""
    named = (b"VIRTUAL_ENV_PROMPT=", b'if [ "x')
    return _digest(b"\n".join([*lines, *(line for line in script.split(b"\n") if not line.lstrip().startswith(named))]))


def _read_config(path: str) -> tuple[bytes, os.stat_result]:
    """Return the first bytes of a `pyvenv.cfg` and what was opened."""
    handle = os.open(path, FLAGS)
    try:
        return os.read(handle, 1 << 16), os.fstat(handle)
    finally:
        os.close(handle)


def _find_base(environment: Environment) -> str:
    """Return where the interpreter leads: the first target outside the commands; size and time of a copy."""
    path = environment.python
    for _ in range(8):
        if not path or not os.path.islink(path):
            break
        target = os.path.join(os.path.dirname(path), os.readlink(path))
        if os.path.dirname(target) != environment.bin:
            return target
        path = target
    if not path or environment.flavour == "conda":
        return ""  # conda replaces its own interpreter
    found = os.stat(path)
    return f"{found.st_size} {found.st_mtime_ns}"


def _digest_tracked(environment: Environment, looks: Looks, trees: WorkTrees) -> str:
    """Return what stands for the commands that git tracks, names and contents; empty where there are none."""
    lines = []
    for place in _follow(environment.bin, looks):
        for work_tree in trees.list_around(place):
            from autovenv.trust.tracked import list_tracked

            try:
                entries = list_tracked(work_tree, place) if work_tree != place else []
            except Unreadable as problem:
                lines.append(f"{work_tree} {problem}".encode("utf-8", "surrogateescape"))
                continue
            lines += [entry.name + b"\0" + entry.content for entry in entries]
    return _digest(b"\n".join(lines)) if lines else ""


def _digest(data: bytes) -> str:
    try:
        from _blake2 import blake2b  # hashlib would load OpenSSL
    except ImportError:
        from hashlib import blake2b
    return blake2b(data, digest_size=16).hexdigest()


#: What `observe` looks at, in words.
_CHANGES = {
    "place": "it lies elsewhere",
    "directory": "its directory is another one",
    "pyvenv.cfg": "its `pyvenv.cfg` is another one",
    "owners": "its owner is another one",
    "users": "one of its commands belongs to somebody else",
    "interpreter": "its interpreter is another one",
    "link": "its interpreter was put there anew",
    "tracked": "git tracks other commands in it",
}


def list_changes(before: object, now: dict[str, object]) -> list[str]:
    """Return in words what differs between two observations; one that was never made differs in everything."""
    if not isinstance(before, dict):
        return ["what it was is not known"]
    return [words for key, words in _CHANGES.items() if before.get(key) != now.get(key)]
