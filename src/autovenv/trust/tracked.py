"""What git tracks below a path, read from the index of a repository.

Neither git nor anything that a repository configures is run: git itself may start programs that a repository names
(`core.fsmonitor`), and whose repository it is is just the question. The format is that of gitformat-index(5), the
places are those of gitrepository-layout(5), both of git 2.39 to 2.51; tests compare the answers with `git ls-files`.

Why not a library: of those that read an index, dulwich 0.22 takes longer to import than the whole resolver has, pygit2
is compiled and opens the repository with its configuration, GitPython runs git; and none of them stops at a bound.
Only names are needed here.

Not seen: a work tree whose repository lies elsewhere without a `.git` in it (`core.worktree`, `GIT_DIR`), and other
systems than git.
"""

from __future__ import annotations

import os
import stat

from autovenv.disk.evidence import FLAGS, Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: Bytes of an index that are read. 64 MiB is more than half a million files.
INDEX_LIMIT = 1 << 26

#: Entries that are looked at one after another, about half a second's worth. Entries are sorted, so most searches end
#: long before.
ENTRY_LIMIT = 500_000

#: Bytes of an index whose checksum is compared, some 10 ms' worth. Git compares none but in `git fsck`, and gives up
#: where the end is missing.
CHECKED_LIMIT = 1 << 23

#: Bytes of a name. No system opens a longer path, and with compressed names a short file could say a very long one.
NAME_LIMIT = 1 << 14

#: Entries that are kept: of the part of a split index that changes, and of what is found. Each takes 200 bytes.
KEPT_LIMIT = 100_000

_SMALL = 1 << 16
_PIECE = 1 << 20
_EXTENDED, _LENGTH = 0x4000, 0x0FFF


class Entry:
    """Something tracked: its `name`, a path relative to the work tree, and its `content`: mode and object name."""

    __slots__ = ("content", "name")

    def __init__(self, name: bytes, content: bytes) -> None:
        self.name = name
        self.content = content


def list_tracked(work_tree: str, path: str, limit: int = 0) -> list[Entry]:
    """Return what the repository whose `.git` lies in `work_tree` tracks at `path` or below it, sorted.

    There are at most `limit` entries (0: all).
    `path` is absolute and lies in `work_tree`, both without links on the way (the last name of `path` may be one).
    Raises `Unreadable` where the index does not say it.
    """
    relative = os.fsencode(path)[len(os.fsencode(work_tree.rstrip("/") + "/")) :]
    if os.sep == "\\":
        relative = relative.replace(b"\\", b"/")
    git_dir = find_git_dir(work_tree)
    data = _read(os.path.join(git_dir, "index"), INDEX_LIMIT)
    if data is None:
        return []
    config = _read_config(git_dir)
    hash_size = {"sha1": 20, "sha256": 32}.get(config.get("extensions.objectformat", "sha1"), 0)
    if not hash_size:
        raise Unreadable("names its objects in an unknown way")
    wanted = _Wanted(relative, config.get("core.ignorecase", "") in ("true", "yes", "on", "1"))
    found = []
    for entry in _list_index(data, git_dir, hash_size, wanted):
        found.append(entry)
        if len(found) == limit:
            break
        if len(found) > KEPT_LIMIT:
            raise Unreadable("has too many entries to look through")
    return found


def find_git_dir(work_tree: str) -> str:
    """Return the repository's directory: the `.git` in `work_tree`, or what that names where it is a file.

    Raises `Unreadable`.
    """
    place = os.path.join(work_tree, ".git")
    if os.path.isdir(place):
        return place
    data = _read(place, _SMALL)
    if data is None or not data.startswith(b"gitdir: "):
        raise Unreadable("names no directory")
    git_dir = os.path.join(work_tree, os.fsdecode(data[len(b"gitdir: ") :].rstrip(b"\r\n")))
    if not os.path.lexists(os.path.join(git_dir, "HEAD")):
        raise Unreadable("names no repository")
    return git_dir


def _read(path: str, limit: int) -> bytes | None:
    """Return a regular file's bytes, None where nothing is. It is no evidence: every git command writes an index."""
    try:
        handle = os.open(path, FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError):
        raise Unreadable("cannot be read") from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable("is not a regular file")
        if found.st_size > limit:
            raise Unreadable("is too large to look through")
        # At once: to join parts would take the memory twice.
        data = os.read(handle, found.st_size)
        while len(data) < found.st_size and (part := os.read(handle, found.st_size - len(data))):
            data += part
        return data
    except OSError:
        raise Unreadable("cannot be read") from None
    finally:
        os.close(handle)


def _read_config(git_dir: str) -> dict[str, str]:
    """Return the plain values of a repository's configuration (git-config(1)), in lower case, by `section.name`."""
    common = _read(os.path.join(git_dir, "commondir"), _SMALL)  # a work tree made by `git worktree`
    if common is not None:
        git_dir = os.path.join(git_dir, os.fsdecode(common.rstrip(b"\r\n")))
    values = {}
    section = ""
    for line in (_read(os.path.join(git_dir, "config"), 1 << 20) or b"").decode("utf-8", "replace").split("\n"):
        line = line.strip().lower()
        if line.startswith("["):
            section, _, line = line[1:].partition("]")
        name, equals, value = line.partition("=")
        value = value.split("#")[0].split(";")[0].strip().strip('"')
        values[f"{section.strip()}.{name.strip()}"] = value if equals else "true"
    return values


class _Wanted:
    """The entries that are wanted: those at a path, and those below it."""

    __slots__ = ("fold", "last", "path")

    def __init__(self, path: bytes, fold: bool) -> None:
        self.fold = fold
        self.path = self.fold_name(path)
        #: The first name after all that begin with the path and a slash.
        self.last = self.path + b"0"

    def fold_name(self, name: bytes) -> bytes:
        """Return a name as it is compared: without case on a disk that ignores it (`core.ignorecase`), and composed."""
        if not self.fold:
            return name
        if name.isascii():
            return name.lower()
        import unicodedata

        return (
            unicodedata.normalize("NFC", name.decode("utf-8", "surrogateescape"))
            .casefold()
            .encode("utf-8", "surrogateescape")
        )

    def may_hold(self, data: bytes) -> bool:
        """Tell whether an index whose names are written out may have a wanted entry: a search that needs no parsing."""
        if self.fold and not self.path.isascii():
            return True
        if not self.fold:
            return self.path in data
        # Piece by piece: all of it in lower case would take the memory twice.
        pieces = range(0, len(data), _PIECE)
        return any(self.path in data[at : at + _PIECE + len(self.path)].lower() for at in pieces)

    def take(self, name: bytes) -> bool:
        """Tell whether an entry is wanted.

        Raises `Unreadable` for a directory that a sparse index keeps shut and the path lies in.
        """
        name = self.fold_name(name)
        if name.endswith(b"/") and self.path.startswith(name):
            raise Unreadable("is sparse and does not say it")
        return name == self.path or name.startswith(self.path + b"/")

    def is_past(self, name: bytes) -> bool:
        """Tell whether no entry after this one can be wanted."""
        return not self.fold and name >= self.last


def _list_index(data: bytes, git_dir: str, hash_size: int, wanted: _Wanted) -> Iterator[Entry]:
    """Yield the wanted entries of an index, and of the shared index that it is a change to, sorted."""
    file = _File(data, hash_size)
    link = file.find_extension(b"link", least=hash_size)
    if link is None:
        for _, entry in file.search(wanted):
            yield entry
        return
    shared_hash = link[:hash_size]
    deleted, at = _read_bitmap(link, hash_size)
    replaced, _ = _read_bitmap(link, at)
    found = []
    replacements = []
    # Replaced entries come first and may have no name; nothing is sorted here, and it is a small file.
    for number, entry in enumerate(file.list_all()):
        if number < replaced.bit_count():
            replacements.append(entry)
        elif wanted.take(entry.name):
            found.append(entry)
    if any(shared_hash):
        shared = _read(os.path.join(git_dir, f"sharedindex.{shared_hash.hex()}"), INDEX_LIMIT - len(data))
        if shared is None:
            raise Unreadable("is split, and its other part is gone")
        for number, entry in _File(shared, hash_size).search(wanted):
            if replaced >> number & 1:
                place = (replaced & ((1 << number) - 1)).bit_count()
                if place >= len(replacements):
                    raise Unreadable("is damaged")
                entry.content = replacements[place].content
            if not deleted >> number & 1:
                found.append(entry)
            if len(found) > KEPT_LIMIT:
                raise Unreadable("has too many entries to look through")
    yield from sorted(found, key=lambda entry: entry.name)


class _File:
    """The bytes of one index file."""

    __slots__ = ("count", "data", "end", "hash_size", "version")

    def __init__(self, data: bytes, hash_size: int) -> None:
        if len(data) < 12 + hash_size or data[:4] != b"DIRC":
            raise Unreadable("is damaged")
        self.data = data
        self.hash_size = hash_size
        self.version = int.from_bytes(data[4:8], "big")
        self.count = int.from_bytes(data[8:12], "big")
        self.end = len(data) - hash_size
        if self.version not in (2, 3, 4):
            raise Unreadable(f"has the unknown version {self.version}")
        checksum = data[self.end :]
        # Git writes zeros where it is told to save the time (`index.skipHash`).
        if any(checksum) and len(data) <= CHECKED_LIMIT and checksum != _digest(data, self.end, hash_size):
            raise Unreadable("is damaged")

    def find_extension(self, signature: bytes, least: int = 0) -> bytes | None:
        """Return the data of an extension, at `least` so many bytes, None where the file has none of that name.

        Extensions follow the entries and fill the rest of the file. So what looks like one is one if those after it
        end where the file does; only a file of that name, with its padding, can look like one without data.
        """
        # Where a chain of extensions has led nowhere once, it does so again.
        passed: set[int] = set()
        at = self.data.find(signature, 12, self.end)
        while at != -1:
            next_one = at
            while next_one not in passed and next_one + 8 <= self.end and self.data[next_one : next_one + 4].isalpha():
                passed.add(next_one)
                next_one += 8 + int.from_bytes(self.data[next_one + 4 : next_one + 8], "big")
            size = int.from_bytes(self.data[at + 4 : at + 8], "big")
            if next_one == self.end and size >= least:
                return self.data[at + 8 : at + 8 + size]
            at = self.data.find(signature, at + 1, self.end)
        return None

    def search(self, wanted: _Wanted) -> Iterator[tuple[int, Entry]]:
        """Yield the wanted entries with their numbers, from 0."""
        if self.version < 4 and not wanted.may_hold(self.data) and self.find_extension(b"sdir") is None:
            return
        path, length, fold = wanted.path, len(wanted.path), wanted.fold
        last = b""
        for number, (name, at) in enumerate(self.walk()):
            if name < last:
                raise Unreadable("is not sorted")
            last = name
            if fold or name[:length] == path or name[-1:] == b"/":
                if wanted.take(name):
                    yield number, Entry(name, self.content_at(at))
            elif wanted.is_past(name):
                break
            if number >= ENTRY_LIMIT:
                raise Unreadable("has too many entries to look through")

    def list_all(self) -> list[Entry]:
        """Return all entries, sorted or not."""
        found = []
        for name, at in self.walk():
            found.append(Entry(name, self.content_at(at)))
            if len(found) > KEPT_LIMIT:
                raise Unreadable("has too many entries to look through")
        return found

    def content_at(self, at: int) -> bytes:
        """Return mode and object name of the entry whose data begins there."""
        return self.data[at + 24 : at + 28] + self.data[at + 40 : at + 40 + self.hash_size]

    def walk(self) -> Iterator[tuple[bytes, int]]:
        """Yield the name of each entry and where its data begins. Raises `Unreadable` where that is no entry."""
        data, end = self.data, self.end
        compressed, extendable = self.version == 4, self.version > 2
        fixed = 42 + self.hash_size
        at = 12
        name = b""
        try:
            for _ in range(self.count):
                start = at + fixed
                flags = data[start - 2] << 8 | data[start - 1]
                if flags & _EXTENDED:
                    if not extendable:
                        raise Unreadable("is damaged")
                    start += 2
                if compressed:
                    # The number of bytes to drop from the name before: as an offset in a pack (gitformat-pack(5),
                    # OFS_DELTA).
                    byte = data[start]
                    dropped = byte & 0x7F
                    start += 1
                    while byte & 0x80:
                        byte = data[start]
                        dropped = (dropped + 1 << 7) + (byte & 0x7F)
                        start += 1
                    stop = data.index(0, start, end)
                    if dropped > len(name):
                        raise Unreadable("is damaged")
                    name = name[: len(name) - dropped] + data[start:stop]
                    if len(name) > NAME_LIMIT:
                        raise Unreadable("has a name longer than any path")
                    following = stop + 1
                else:
                    length = flags & _LENGTH
                    stop = start + length if length < _LENGTH else data.index(0, start + length, end)
                    if data[stop]:
                        raise Unreadable("is damaged")
                    name = data[start:stop]
                    following = at + (stop - at + 8 & ~7)
                if following > end:
                    raise Unreadable("is damaged")
                yield name, at
                at = following
        except (IndexError, ValueError):
            raise Unreadable("is damaged") from None


def _digest(data: bytes, end: int, size: int) -> bytes:
    """Return the SHA-1, or with a `size` of 32 the SHA-256, of the first bytes."""
    if size == 32:
        from autovenv.environments.kinds import digest_sha256

        return digest_sha256(data[:end])
    try:
        module = __import__("_sha1")  # hashlib would load OpenSSL
    except ImportError:
        module = __import__("hashlib")
    return bytes(module.sha1(data[:end], usedforsecurity=False).digest())


def _read_bitmap(data: bytes, at: int) -> tuple[int, int]:
    """Return an EWAH bitmap as a number whose lowest bit is the first, and where the data after it begins.

    The form is that of gitformat-bitmap(5): the number of bits, the number of 64-bit words, the words, and the place
    of the last marker. A marker says how many words of nothing but zeros or ones come next (bits 1 to 32, of the kind
    of bit 0), and how many literal ones then (the rest).
    """
    size = int.from_bytes(data[at : at + 4], "big")
    words = int.from_bytes(data[at + 4 : at + 8], "big")
    at += 8
    end = at + 8 * words
    if end + 4 > len(data):
        raise Unreadable("is damaged")
    # It may say that it is of any length: a bit for each entry is enough.
    if size > ENTRY_LIMIT:
        raise Unreadable("has too many entries to look through")
    bits = 0
    filled = 0
    while at < end:
        marker = int.from_bytes(data[at : at + 8], "big")
        at += 8
        run = 64 * (marker >> 1 & 0xFFFFFFFF)
        literals = marker >> 33
        if filled + run + 64 * literals > size + 63 or at + 8 * literals > end:
            raise Unreadable("is damaged")
        if marker & 1:
            bits |= (1 << run) - 1 << filled
        filled += run
        for _ in range(literals):
            bits |= int.from_bytes(data[at : at + 8], "big") << filled
            filled += 64
            at += 8
    return bits, end + 4
