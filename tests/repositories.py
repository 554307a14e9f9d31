"""Real repositories, made by git itself: nothing of the machine's or the user's configuration reaches it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

_ENVIRON = {
    "PATH": os.environ["PATH"],
    "LC_ALL": "C",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}

EMPTY = {"sha1": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"}


def git(directory: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Run git in a directory and return what it printed."""
    if shutil.which("git") is None:
        pytest.skip("git was not found")
    ran = subprocess.run(
        ["git", "-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main", *arguments],
        cwd=directory,
        env={**_ENVIRON, "HOME": str(directory)},
        input=given,
        capture_output=True,
    )
    assert ran.returncode == 0, (arguments, ran.stderr.decode(errors="replace"))
    return ran.stdout


@dataclass(frozen=True)
class Repository:
    """A work tree and its repository."""

    work_tree: Path

    @classmethod
    def init(cls, work_tree: Path, *options: str) -> Repository:
        work_tree.mkdir(parents=True, exist_ok=True)
        git(work_tree, "init", "-q", *options)
        return cls(work_tree)

    @classmethod
    def clone(cls, of: Repository, work_tree: Path) -> Repository:
        git(of.work_tree, "clone", "-q", str(of.work_tree), str(work_tree))
        return cls(work_tree)

    def git(self, *arguments: str, given: bytes = b"") -> bytes:
        return git(self.work_tree, *arguments, given=given)

    def write(self, *names: str, text: str = "") -> None:
        for name in names:
            path = self.work_tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, *names: str, text: str = "") -> None:
        """Write files and commit everything, ignored or not."""
        self.write(*names, text=text)
        self.git("add", "--all", "--force")
        self.git("commit", "-q", "-m", "more", "--allow-empty")

    def track(self, *names: bytes, mode: str = "100644") -> None:
        """Put names into the index that no file stands for, in any bytes."""
        self.git(
            "update-index",
            "-z",
            "--index-info",
            given=b"".join(f"{mode} {EMPTY['sha1']} 0\t".encode() + name + b"\0" for name in names),
        )

    def list_files(self, path: str) -> set[bytes]:
        """Return what git says that it tracks at a path or below."""
        out = self.git("--literal-pathspecs", "ls-files", "-z", "--", path)
        return set(out.split(b"\0")) - {b""}
