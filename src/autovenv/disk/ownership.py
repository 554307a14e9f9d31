"""Who besides the user can change what lies at a path: owners, modes and access control lists on the way to it.

Windows has other means for this, which the standard library cannot read: there only what lies in the user's profile is
held for the user's own.
"""

from __future__ import annotations

import errno
import os
import stat
import sys

from autovenv import paths

#: Links that a path may lead through, as Linux allows (path_resolution(7)).
MAX_LINKS = 40

#: Whether owners and modes mean anything here.
HAS_OWNERS = hasattr(os, "geteuid")

Looks = dict[str, os.stat_result]


def list_steps(path: str, looks: Looks) -> list[str]:
    """Return every path on the way to what `path`, absolute, leads to: the root first, what it leads to last.

    Links stand in the list before what they lead to. `looks` gets the `lstat` of each. Raises `OSError` where the way
    ends.
    """
    if not HAS_OWNERS:
        return _list_parents(os.path.realpath(path), looks)
    at = "/"
    steps = [at]
    _look(at, looks)
    pending = path.split("/")[::-1]
    links = 0
    while pending:
        name = pending.pop()
        if name in ("", "."):
            continue
        if name == "..":
            at = os.path.dirname(at)
            continue
        step = at + name if at == "/" else f"{at}/{name}"
        steps.append(step)
        if not stat.S_ISLNK(_look(step, looks).st_mode):
            at = step
            continue
        links += 1
        if links > MAX_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
        target = os.readlink(step)
        if target.startswith("/"):
            at = "/"
        pending += target.split("/")[::-1]
    if steps[-1] != at:
        # The last name was `..`, or a link to a directory on the way.
        steps.append(at)
    return steps


def _list_parents(path: str, looks: Looks) -> list[str]:
    steps = []
    while True:
        _look(path, looks)
        steps.append(path)
        parent = os.path.dirname(path)
        if parent == path:
            return steps[::-1]
        path = parent


def _look(path: str, looks: Looks) -> os.stat_result:
    found = looks.get(path)
    if found is None:
        found = looks[path] = os.lstat(path)
    return found


def lies_in_profile(path: str, profile: str) -> bool:
    r"""Tell whether a path of Windows lies below a user's profile, both absolute and free of links.

    By default everybody may make a directory at the root of a drive (git asks there too since CVE-2022-24765), and only
    the user, the system and administrators may write in a profile. Paths compare as Windows does.

    >>> lies_in_profile(r"\\?\c:/USERS/ada\app\.venv", r"C:\Users\ada" + "\\")
    True
    >>> elsewhere = (r"C:\.venv", r"C:\Users\adam\.venv", r"\\c\Users\ada\.venv")
    >>> any(lies_in_profile(path, r"C:\Users\ada") for path in elsewhere)
    False
    """
    return (paths.cut_off(path, profile, windows=True) or "").rstrip("\\/") != ""


def find_owner(found: os.stat_result, root: bool = False) -> str:
    """Return who owns what was found, as words, empty where that is this user (or, with `root`, the administrator)."""
    if not HAS_OWNERS or found.st_uid == os.geteuid() or (root and (found.st_uid == 0 or _is_unmapped(found.st_uid))):
        return ""
    return f"`{name_user(found.st_uid)}`"


def find_writer(path: str, found: os.stat_result, group: bool = True, known: dict[int, bool] | None = None) -> str:
    """Return who besides its owner can write what was found at `path`, as words, empty where nobody can.

    `group` says whether groups count. A link has no mode of its own; a user-private group is the user. `known`
    remembers which groups are such.
    """
    if not HAS_OWNERS or stat.S_ISLNK(found.st_mode):
        return ""
    if found.st_mode & stat.S_IWOTH:
        return "everyone"
    # The group's bits are the mask of an access control list where there is one (acl(5)): without them nobody named in
    # it can write.
    if group and found.st_mode & stat.S_IWGRP:
        return _find_writing_group(path, found, {} if known is None else known)
    return ""


def find_mover(path: str, found: os.stat_result) -> str:
    """Return who can put something else in the place of what lies below the directory found at `path`, as words.

    In a sticky directory (`/tmp`) only the owner of a thing can rename it.
    """
    return "" if is_sticky(found) else find_writer(path, found)


def is_sticky(found: os.stat_result) -> bool:
    """Tell whether a directory was found in which only the owner of a thing can rename it."""
    return stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX != 0


def find_stranger(path: str, looks: Looks, closed: bool = False) -> tuple[str, str] | None:
    """Return the first thing on the way to what `path` leads to that others can change, and how that is said.

    With `closed`, a sticky directory will not do for the last one: another name in it changes what runs. Raises
    `OSError` where the way ends.
    """
    steps = list_steps(path, looks)
    for step in steps:
        found = looks[step]
        if owner := find_owner(found, root=True):
            return step, f"belongs to {owner}"
        find = find_writer if closed and step == steps[-1] else find_mover
        if who := find(step, found):
            return step, f"can be written by {who}"
    return None


def find_fault(path: str, looks: Looks) -> str:
    """Return why others can change what `path` leads to, or the way there, as words; empty where they cannot.

    Raises `OSError` where the way ends.
    """
    stranger = find_stranger(path, looks)
    return f"`{stranger[0]}` {stranger[1]}" if stranger else ""


def is_own_file(found: os.stat_result, path: str) -> bool:
    """Tell whether a file that was opened is this user's or root's, and nobody else can write it."""
    return not find_owner(found, root=True) and not find_writer(path, found)


#: Tags of an access control list in the form of Linux's `system.posix_acl_access` (linux/posix_acl_xattr.h, version 2).
_ACL_VERSION, _ACL_USER, _ACL_GROUP_OBJ, _ACL_GROUP, _ACL_MASK = 2, 0x02, 0x04, 0x08, 0x10
_ACL_WRITE = 0x02


def _find_writing_group(path: str, found: os.stat_result, known: dict[int, bool]) -> str:
    def is_private(gid: int) -> bool:
        if gid not in known:
            known[gid] = is_private_group(gid)
        return known[gid]

    data = _read_acl(path)
    if data is None:
        return "" if is_private(found.st_gid) else f"group `{name_group(found.st_gid)}`"
    if len(data) % 8 != 4 or int.from_bytes(data[:4], "little") != _ACL_VERSION:
        return "an access control list that cannot be read"
    entries = []
    mask = 0o7
    for at in range(4, len(data), 8):
        tag = int.from_bytes(data[at : at + 2], "little")
        allowed = int.from_bytes(data[at + 2 : at + 4], "little")
        if tag == _ACL_MASK:
            mask = allowed
        entries.append((tag, allowed, int.from_bytes(data[at + 4 : at + 8], "little")))
    for tag, allowed, number in entries:
        if not allowed & mask & _ACL_WRITE:
            continue
        if tag == _ACL_USER and number not in (0, os.geteuid()):
            return f"`{name_user(number)}` (access control list)"
        if tag == _ACL_GROUP and not is_private(number):
            return f"group `{name_group(number)}` (access control list)"
        if tag == _ACL_GROUP_OBJ and not is_private(found.st_gid):
            return f"group `{name_group(found.st_gid)}`"
    return ""


def _read_acl(path: str) -> bytes | None:
    if sys.platform != "linux":
        return None
    try:
        return os.getxattr(path, "system.posix_acl_access")
    except OSError as error:
        return None if error.errno in (errno.ENODATA, errno.ENOTSUP) else b""


def is_private_group(gid: int) -> bool:
    """Tell whether a group is nobody but this user: their primary one, named or numbered like them, without others.

    Debian and Fedora give every user such a group. It may be the primary one of others, whom it does not list, so
    those are looked for in `/etc/passwd`; the users of a directory service are not, since to list them can take
    minutes. Group 0 is root's, who can write anything.
    """
    import grp
    import pwd

    try:
        user = pwd.getpwuid(os.geteuid())
        name, primary = user.pw_name, user.pw_gid
    except KeyError:
        name, primary = "", os.getegid()
    try:
        group = grp.getgrgid(gid)
        group_name, members = group.gr_name, group.gr_mem
    except KeyError:
        group_name, members = "", []
    if any(member not in (name, "root") for member in members):
        return False
    if gid == 0:
        return True
    is_called_alike = gid == os.geteuid() or (name != "" and group_name == name)
    return gid == primary and is_called_alike and not _is_shared(gid)


#: Bytes of a list of users that are looked through.
_USERS_LIMIT = 1 << 20


def _is_shared(gid: int) -> bool:
    """Tell whether a group is the primary one of another user in `/etc/passwd` (passwd(5))."""
    try:
        with open(_PASSWD, encoding="utf-8", errors="replace") as file:
            lines = file.read(_USERS_LIMIT).split("\n")
    except OSError:
        return False
    own = str(os.geteuid())
    fields = [line.split(":") for line in lines]
    return any(len(user) > 3 and user[3] == str(gid) and user[2] != own for user in fields)


_PASSWD = "/etc/passwd"


def name_user(uid: int) -> str:
    """Return a user's name, or the number where there is none."""
    from autovenv.messages import visible

    try:
        import pwd

        return visible(pwd.getpwuid(uid).pw_name)
    except (ImportError, KeyError):
        return str(uid)


def name_group(gid: int) -> str:
    """Return a group's name, or the number where there is none."""
    from autovenv.messages import visible

    try:
        import grp

        return visible(grp.getgrgid(gid).gr_name)
    except (ImportError, KeyError):
        return str(gid)


def _is_unmapped(uid: int) -> bool:
    """Tell whether a number stands for users from outside a user namespace, the administrator among them.

    In a rootless container (toolbox, podman) `/` and `/home` belong to the overflow user (user_namespaces(7)).
    """
    if sys.platform != "linux" or _read_line("/proc/sys/kernel/overflowuid") != str(uid):
        return False
    return _read_line("/proc/self/uid_map").split() != ["0", "0", "4294967295"]


def _read_line(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.readline(100).strip()
    except OSError:
        return ""
