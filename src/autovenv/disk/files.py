"""Files that belong to the user: read with care, replaced whole, and in every other respect what they were."""

from __future__ import annotations

import os
import stat
import sys
import tempfile

from autovenv.disk.evidence import FLAGS

#: Bytes. Nobody writes a configuration file as large as that by hand.
MAX_SIZE = 16 * 1024 * 1024


def read_file(path: str) -> bytes | None:
    """Return the bytes of a regular file, behind a link if it is one; None where nothing is. Never waits for a pipe.

    Raises `OSError`, and `ValueError` with the reason for what is not a file to edit.
    """
    try:
        if os.path.isdir(path):
            raise ValueError("it is a directory")
        descriptor = os.open(path, FLAGS)
    except FileNotFoundError:
        return None
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("it is not a regular file")
        if found.st_size > MAX_SIZE:
            raise ValueError(f"it is larger than {MAX_SIZE >> 20} MiB")
        return file.read(MAX_SIZE)


def write_file(path: str, data: bytes, mode: int = 0o644, private: bool = False) -> None:
    """Replace a file as a whole, behind a link if it is one, with the mode and owner that it has. Raises `OSError`.

    A file that was not there gets `mode`, less the umask. One of autovenv's own is `private`: others lose what they
    could do with it.
    """
    path = os.path.realpath(path)
    descriptor, temporary = tempfile.mkstemp(prefix=".autovenv-", dir=os.path.dirname(path))
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
            if sys.platform != "win32":
                _dress(descriptor, path, mode, private)
        read_only = sys.platform == "win32" and os.path.exists(path) and not os.access(path, os.W_OK)
        if read_only:
            os.chmod(path, stat.S_IWRITE)
        os.replace(temporary, path)
        if read_only:
            os.chmod(path, stat.S_IREAD)
    except BaseException:
        os.unlink(temporary)
        raise


def _dress(descriptor: int, path: str, mode: int, private: bool) -> None:
    """Give an open file the mode and owner of `path`."""
    if sys.platform == "win32":
        return
    try:
        there = os.stat(path)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(descriptor, mode & ~mask)
        return
    own = os.fstat(descriptor)
    if (own.st_uid, own.st_gid) != (there.st_uid, there.st_gid):
        os.fchown(descriptor, there.st_uid, there.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(there.st_mode) & (0o700 if private else 0o7777))


def remove_file(path: str) -> None:
    """Remove a file, and what a link leads to rather than the link. Raises `OSError`."""
    os.unlink(os.path.realpath(path))


def count_missing(path: str) -> int:
    """Return how many directories would have to be made for `path` to be one."""
    missing = 0
    while not os.path.isdir(path) and path != os.path.dirname(path):
        missing += 1
        path = os.path.dirname(path)
    return missing


def remove_directories(path: str, count: int) -> None:
    """Remove so many directories, from `path` up, as long as they are empty or gone already."""
    for _ in range(count):
        try:
            os.rmdir(path)
        except FileNotFoundError:
            pass
        except OSError:
            return
        path = os.path.dirname(path)
