"""A plugin of pytest that takes away what Windows does not have: `tests/test_windows.py` collects with it."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module

import pytest

# What these need of POSIX they take before it is gone; in Windows they do without.
for name in ("hypothesis", "pexpect", "platformdirs.macos", "platformdirs.unix"):
    import_module(name)

MODULES = ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty")
FUNCTIONS: tuple[str, ...] = (
    "chown",
    "fork",
    "forkpty",
    "getegid",
    "geteuid",
    "getgid",
    "getgroups",
    "getuid",
    "killpg",
    "lchown",
)
FUNCTIONS += ("mkfifo", "openpty", "setsid", "uname", "WNOHANG")
SIGNALS: tuple[str, ...] = (
    "SIGALRM",
    "SIGCONT",
    "SIGHUP",
    "SIGKILL",
    "SIGPIPE",
    "SIGQUIT",
    "SIGSTOP",
    "SIGTSTP",
    "SIGTTIN",
)
SIGNALS += ("SIGTTOU", "SIGUSR1", "SIGWINCH", "alarm")


def fsdecode(name: str | bytes) -> str:
    """Return a name as text, as Windows has it: in UTF-8, and no byte that is none (PEP 529)."""
    return name.decode("utf-8", "surrogatepass") if isinstance(name, bytes) else name


def pytest_collection(session: pytest.Session) -> None:
    """Take it all away before the first file of tests is imported."""
    sys.modules.update(dict.fromkeys(MODULES))  # type: ignore[arg-type]  # None: it cannot be imported
    os.fsdecode = fsdecode  # type: ignore[assignment]
    for module, names in ((os, FUNCTIONS), (signal, SIGNALS)):
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
