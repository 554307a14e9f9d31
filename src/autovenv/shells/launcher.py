"""The command `autovenv` itself, started so that nothing of a project reaches it.

An installer writes a script whose first line names the interpreter. Started by that, Python takes `PYTHONPATH`,
`PYTHONHOME` and what they lead to (`sitecustomize.py` of the present directory, by an empty entry) before a line of
ours runs. Only that first line can say `-I`.
"""

from __future__ import annotations

import os
import re

#: As pip 26, uv 0.13 and pipx 1.18 write it, and as pip does where the path is too long for the system.
_PLAIN = re.compile(rb"\A#!([^\n ]*python[^\n /]*)\r?\n")
_LONG = re.compile(rb"""\A#!/bin/sh\n'''exec' ("[^"\n]+"|[^ \n]+) "\$0" "\$@"\n""")


def isolate_text(data: bytes, flags: bytes = b"-I") -> bytes:
    r"""Return a script with `flags` for its interpreter; as it is where it has some, or is none that is known.

    >>> isolate_text(b"#!/opt/venv/bin/python3\nimport sys\n")
    b'#!/opt/venv/bin/python3 -I\nimport sys\n'
    >>> isolate_text(b"#!/opt/venv/bin/python3 -I\nimport sys\n") == b"#!/opt/venv/bin/python3 -I\nimport sys\n"
    True
    """
    data = _PLAIN.sub(rb"#!\1 " + flags + rb"\n", data)
    return _LONG.sub(rb"#!/bin/sh\n'''exec' \1 " + flags + rb' "$0" "$@"\n', data)


def choose_flags(package: str) -> bytes:
    """Return what Python is started with for a command whose `package` lies in this directory.

    `-I` hides the user's own library (`pip install --user`), so there it is the other two that `-I` stands for: no
    variables, nothing of the present directory. Where it lies because of a variable, nothing can be left out.
    """
    import site

    if os.path.realpath(package) != os.path.realpath(site.getusersitepackages()):
        return b"-I"
    return b"" if os.environ.get("PYTHONUSERBASE") else b"-EP"


def isolate(executable: str) -> None:
    """Have the script at `executable` started isolated, where it is the user's to change; say nothing where not."""
    from autovenv.disk import files

    try:
        path = os.path.realpath(executable)
        before = files.read_file(path) or b""
        flags = choose_flags(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
        after = isolate_text(before, flags) if flags else before
        if after != before:
            files.write_file(path, after)
    except (OSError, ValueError):
        return
