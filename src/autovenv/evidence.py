"""The only way a decision looks at the world, so that what was looked at can become the record's watch list."""

from __future__ import annotations

import errno
import os
import stat
import time

#: Bytes of a configuration file that anyone would read; more is not a configuration file.
LIMIT = 1 << 20


class Unreadable(Exception):
    """A file is there but cannot be read as one: the reason in a few words."""


class Evidence:
    """Looks at files and environment variables and remembers each look.

    `times` maps an absolute path to its modification time in nanoseconds, or to None where nothing was; `words` maps it to how it is
    watched: `same`, `newer`, `exists`, `absent` or `dangling` (see `docs/architecture.md`). `variables` maps a name to the value seen. `skipped`
    lists what was there but could not be used, as sentences.
    """

    def __init__(self, environ: dict[str, str]) -> None:
        self.started: int = time.time_ns()
        self.environ = environ
        self.times: dict[str, int | None] = {}
        self.words: dict[str, str] = {}
        self.variables: dict[str, str] = {}
        self.skipped: list[str] = []

    def variable(self, name: str) -> str:
        """Return an environment variable of the shell, empty where it is unset."""
        value = self.environ.get(name, "")
        self.variables[name] = value
        return value

    def stat(self, path: str, word: str = "exists") -> os.stat_result | None:
        """Return what `path` leads to, None where nothing is or a link dangles, watched by `word`."""
        try:
            found = os.stat(path)
        except (OSError, ValueError):
            self._remember(path, "dangling" if os.path.lexists(path) else "absent", None)
            return None
        self._remember(path, word, found.st_mtime_ns)
        return found

    def exists(self, path: str) -> bool:
        """Tell whether `path` leads to anything."""
        return self.stat(path) is not None

    def is_dir(self, path: str) -> bool:
        """Tell whether `path` leads to a directory."""
        found = self.stat(path)
        return found is not None and stat.S_ISDIR(found.st_mode)

    def list_dir(self, path: str) -> list[str]:
        """Return the names in a directory, sorted; none where it is missing or unreadable. Adding one makes the record stale."""
        if self.stat(path, "newer") is None:
            return []
        try:
            return sorted(os.listdir(path))
        except OSError:
            return []

    def read(self, path: str, word: str = "newer", limit: int = LIMIT) -> bytes | None:
        """Return the bytes of a regular file, None where nothing is.

        Raises `Unreadable` for a FIFO, a device, a directory, a dangling link, a file without permission or one above `limit` bytes.
        """
        if self.stat(path, word) is None:
            if os.path.lexists(path):
                raise Unreadable("is a link that leads nowhere")
            return None
        try:
            # O_NONBLOCK: opening a FIFO must not wait for its writer.
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        except OSError as error:
            raise Unreadable(_reason(error)) from None
        try:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise Unreadable("is not a regular file")
            if found.st_size > limit:
                raise Unreadable(f"is larger than {limit} bytes")
            self._remember(path, word, found.st_mtime_ns)
            parts = []
            left = limit
            while left > 0 and (part := os.read(handle, min(left, 65536))):
                parts.append(part)
                left -= len(part)
            return b"".join(parts)
        except OSError as error:
            raise Unreadable(_reason(error)) from None
        finally:
            os.close(handle)

    def read_text(self, path: str, word: str = "newer", limit: int = LIMIT) -> str | None:
        """Return a file's text: UTF-8 with or without a byte order mark, undecodable bytes kept as surrogates."""
        data = self.read(path, word, limit)
        return None if data is None else data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")

    def read_toml(self, path: str) -> dict[str, object] | None:
        """Return a TOML file's table, None where nothing is. Raises `Unreadable` for one that is malformed."""
        text = self.read_text(path)
        if text is None:
            return None
        import tomllib

        try:
            return tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError):
            raise Unreadable("is not valid TOML") from None

    def skip(self, sentence: str) -> None:
        """Note something that was there but could not be used."""
        if sentence not in self.skipped:
            self.skipped.append(sentence)

    def _remember(self, path: str, word: str, time_ns: int | None) -> None:
        if _RANK[word] >= _RANK.get(self.words.get(path, ""), -1):
            self.words[path] = word
        self.times[path] = time_ns


#: A stricter way of watching replaces a laxer one.
_RANK = {"absent": 0, "dangling": 1, "exists": 2, "newer": 3, "same": 4}


def _reason(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return "cannot be read (permission denied)"
    if error.errno == errno.ELOOP:
        return "is a link to itself"
    return f"cannot be read ({os.strerror(error.errno or 0).lower()})"
