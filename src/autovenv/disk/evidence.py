"""The only way a decision looks at the world, so that what was looked at can become the record's watch list."""

from __future__ import annotations

import errno
import os
import stat
import sys
import time

from autovenv import paths

#: Bytes of a configuration file that anyone would read; more is not a configuration file.
LIMIT = 1 << 20


#: Parts of a TOML key that anyone would write: `tomllib` takes time by the square of it.
DEPTH = 32

#: Keys and tables of a TOML file that anyone would write, counted by what makes them. `tomllib` takes some 700 bytes
#: for an empty table.
TABLES = 20_000

#: Should it have become a FIFO by then, opening a file must not wait for its writer.
FLAGS = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
    FLAGS |= getattr(os, _flag, 0)


class Unreadable(Exception):
    """A file, at `path`, is there but cannot be read as one: the reason in a few words."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.path = path


class Evidence:
    """Looks at files and environment variables and remembers each look.

    `times` maps an absolute path to its modification time in nanoseconds, or to None where nothing was; `words`
    maps it to how it is watched: `same`, `newer`, `exists`, `runs`, `idle`, `absent` or `dangling` (see
    `docs/architecture.md`). Paths in `lazy` are looked at on a move only, not at every prompt; files by a name in
    `at_once` never wait for one. `owned` maps a path that must stay the user's to whether it is looked at on a move
    only; `links` maps a path to what it must lead to, and `dated` holds paths whose time must stay what it is, both
    looked at on a move. `variables` maps a name to the value seen. `skipped` lists what was there but could not be
    used, as sentences. `choice` is what the user decided for the directory that is looked at. `unwatchable` is true
    where something matters that no watch shows, such as permissions. `may_store` is false for who only looks: then
    nothing is made in the state directory to be watched.
    """

    def __init__(self, environ: dict[str, str]) -> None:
        self.started: int = time.time_ns()
        self.environ = environ
        self.times: dict[str, int | None] = {}
        self.words: dict[str, str] = {}
        self.variables: dict[str, str] = {}
        self.skipped: list[str] = []
        self.lazy: set[str] = set()
        self.at_once: tuple[str, ...] = ()
        self.owned: dict[str, bool] = {}
        self.links: dict[str, str] = {}
        self.dated: set[str] = set()
        self.choice: dict[str, object] = {}
        self.unwatchable = False
        self.may_store = True
        self._tables: dict[str, dict[str, object] | Unreadable | None] = {}

    def variable(self, name: str) -> str:
        """Return an environment variable of the shell, empty where it is unset."""
        value = self.environ.get(name, "")
        self.variables[name] = value
        return value

    def stat(self, path: str, word: str = "exists") -> os.stat_result | None:
        """Return what `path` leads to, None where nothing is or a link dangles, watched by `word`."""
        try:
            found = os.stat(paths.extend(path))
        except ValueError:  # a null byte, or what the system's encoding cannot say: nothing can ever be there
            return None
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:  # nothing can ever be there either
                self._remember(path, "dangling" if os.path.lexists(path) else "absent", None)
            return None
        self._remember(path, word, found.st_mtime_ns)
        return found

    def exists(self, path: str) -> bool:
        """Tell whether `path` leads to anything."""
        return self.stat(path) is not None

    def has_marker(self, path: str) -> bool:
        """Tell whether `path` leads to anything. That it appears is noticed at the next move, not prompt."""
        if self.exists(path):
            return True
        self._wait_for(path)
        return False

    def _wait_for(self, path: str) -> None:
        """Have what is not there be looked at on a move only, unless it is `at_once`."""
        if os.path.basename(path) not in self.at_once:
            self.lazy.add(path)

    def watch_owner(self, path: str, lazy: bool = True) -> None:
        """Have the record be stale when `path` is not the user's (`-O`); nothing where it is not so now.

        `lazy` says that it is looked at on a move only.
        """
        if not hasattr(os, "geteuid"):
            return
        try:
            if os.stat(path).st_uid == os.geteuid():
                self.owned[path] = lazy and self.owned.get(path, True)
        except (OSError, ValueError):
            pass

    def watch_link(self, path: str, windows: bool = sys.platform == "win32") -> None:
        """Have the record be stale when `path`, where it leads elsewhere now, leads to something else (`-ef`).

        On Windows, where PowerShell can only compare names, each link on the way is watched by itself: what a short
        name (`RUNNER~1`), a mapped drive or another case of letters leads to is no other place.
        """
        for link in list_links(path) if windows else [path]:
            try:
                target = os.path.realpath(link, strict=True)
            except (OSError, ValueError):
                return
            if target != link and "\t" not in link:
                self.links[link] = target

    def watch_time(self, path: str) -> None:
        """Have the record be stale when a path's modification time is another one, an older one too, after a move."""
        if self.stat(path) is not None:
            self.dated.add(path)

    def is_dir(self, path: str) -> bool:
        """Tell whether `path` leads to a directory."""
        found = self.stat(path)
        return found is not None and stat.S_ISDIR(found.st_mode)

    def list_dir(self, path: str) -> list[str]:
        """Return the names in a directory, sorted; none where it cannot be read. Adding one makes the record stale."""
        if self.stat(path, "newer") is None:
            return []
        return list_names(path)

    def read(self, path: str, word: str = "newer", limit: int = LIMIT) -> bytes | None:
        """Return the bytes of a regular file, None where nothing is.

        Raises `Unreadable` for a FIFO, a device, a directory, a dangling link, a file without permission or one above
        `limit` bytes.
        """
        seen = self.stat(path, word)
        if seen is None:
            if os.path.lexists(path):
                raise Unreadable("is a link that leads nowhere", path)
            self._wait_for(path)
            return None
        # To open a FIFO or a device can wake its writer, or rewind it.
        if not stat.S_ISREG(seen.st_mode):
            raise Unreadable("is not a regular file", path)
        try:
            handle = os.open(paths.extend(path), FLAGS)
        except OSError as error:
            raise Unreadable(_reason(error), path) from None
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise Unreadable("is not a regular file", path)
            if found.st_size > limit:
                raise Unreadable(f"is larger than {limit} bytes", path)
            self._remember(path, word, found.st_mtime_ns)
            parts = []
            left = limit
            while left > 0 and (part := os.read(handle, min(left, 65536))):
                parts.append(part)
                left -= len(part)
            return b"".join(parts)
        except OSError as error:
            raise Unreadable(_reason(error), path) from None
        finally:
            os.close(handle)

    def read_text(self, path: str, word: str = "newer", limit: int = LIMIT) -> str | None:
        """Return a file's text, None where nothing is."""
        data = self.read(path, word, limit)
        return None if data is None else decode(data)

    def read_toml(self, path: str) -> dict[str, object] | None:
        """Return a TOML file's table, read once; None where nothing is. Raises `Unreadable`, for malformed TOML too."""
        if path not in self._tables:
            try:
                self._tables[path] = self._parse_toml(path)
            except Unreadable as problem:
                self._tables[path] = problem
        found = self._tables[path]
        if isinstance(found, Unreadable):
            raise found
        return found

    def _parse_toml(self, path: str) -> dict[str, object] | None:
        text = self.read_text(path)
        if text is None:
            return None
        if sum(map(text.count, "=.[{")) > TABLES:
            raise Unreadable("has too many tables and keys", path)
        if has_deep_key(text):
            raise Unreadable("is nested too deeply", path)
        import tomllib

        try:
            return tomllib.loads(text)
        # Not only TOMLDecodeError: an integer of 5000 digits is another ValueError.
        except (ValueError, RecursionError) as error:
            place = str(error).rpartition("(at ")[2]
            where = f" at {place[:-1]}" if place.startswith(("line ", "end of ")) else ""
            raise Unreadable("is not valid TOML" + where, path) from None

    def skip(self, sentence: str) -> None:
        """Note something that was there but could not be used."""
        if sentence not in self.skipped:
            self.skipped.append(sentence)

    def _remember(self, path: str, word: str, time_ns: int | None) -> None:
        """Keep the first look: what changes between two looks is then stale, whichever the decision was made from."""
        if path not in self.times:
            self.words[path] = word
            self.times[path] = time_ns
        elif None not in (time_ns, self.times[path]) and _RANK[word] > _RANK[self.words[path]]:
            self.words[path] = word


def peek(path: str, limit: int = LIMIT) -> str:
    """Return the text of a file that nothing is decided from, empty where it cannot be read. It is not watched."""
    try:
        return Evidence({}).read_text(path, limit=limit) or ""
    except Unreadable:
        return ""


def peek_bytes(path: str) -> bytes:
    """Return the bytes of a file that nothing is decided from, empty where it cannot be read. It is not watched."""
    try:
        return Evidence({}).read(path) or b""
    except Unreadable:
        return b""


def peek_toml(path: str) -> dict[str, object]:
    """Return the table of a TOML file that nothing is decided from, empty where it cannot be read."""
    try:
        return Evidence({}).read_toml(path) or {}
    except Unreadable:
        return {}


#: Names in a directory that are looked at. With more than that nobody works, and each takes memory.
NAMES = 100_000


#: Windows's own encoding for texts of programs that know no other, as Python calls it. Elsewhere there is none.
ANSI = "mbcs" if sys.platform == "win32" else ""


def decode(data: bytes, ansi: str = ANSI) -> str:
    r"""Return a file's text: UTF-8 with or without a byte order mark, undecodable bytes kept as surrogates.

    On Windows what is no UTF-8 is `ansi`: an older conda wrote its `environments.txt` so.

    >>> decode("é".encode()), decode(b"\xe9", "cp1252"), decode(b"\xe9", "")
    ('é', 'é', '\udce9')
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not ansi:
        return data.decode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(ansi, "replace")


def list_links(path: str) -> list[str]:
    """Return the links and junctions that a path leads through by its own names, the last one first."""
    found = []
    while (parent := os.path.dirname(path)) != path:
        try:
            look = os.lstat(path)
        except (OSError, ValueError):
            look = None
        if look and (stat.S_ISLNK(look.st_mode) or getattr(look, "st_reparse_tag", 0) == _JUNCTION):
            found.append(path)
        path = parent
    return found


#: What Windows calls a junction (winnt.h): `IO_REPARSE_TAG_MOUNT_POINT`.
_JUNCTION = 0xA0000003


def list_names(path: str) -> list[str]:
    """Return the names in a directory, sorted; none where it cannot be read. It is not watched."""
    try:
        with os.scandir(paths.extend(path)) as entries:
            return sorted(entry.name for _, entry in zip(range(NAMES), entries, strict=False))
    except (OSError, ValueError):
        return []


def has_deep_key(text: str) -> bool:
    """Tell whether TOML has a key of more parts than `DEPTH`, wherever it may stand: in an inline table too.

    What only looks like one, in a string, counts as well.

    >>> has_deep_key("a = {" + "b." * 40 + "c = 1}"), has_deep_key("version = '1.2.3'")
    (True, False)
    """
    if text.count(".") < DEPTH:
        return False
    import re  # as `tomllib` does

    part = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*"""
    return re.search(rf"(?<![\w-]){part}(?:\.[ \t]*{part}){{{DEPTH},}}", text) is not None


#: A stricter way of watching replaces a laxer one.
_RANK = {"exists": 0, "runs": 1, "idle": 1, "newer": 2, "same": 3}


def _reason(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return "cannot be read (permission denied)"
    if error.errno == errno.ELOOP:
        return "is a link to itself"
    return f"cannot be read ({os.strerror(error.errno or 0).lower()})"
