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


def isolate_text(data: bytes) -> bytes:
    r"""Return a script with `-I` for its interpreter; as it is where it has that, or is none that is known.

    >>> isolate_text(b"#!/opt/venv/bin/python3\nimport sys\n")
    b'#!/opt/venv/bin/python3 -I\nimport sys\n'
    >>> isolate_text(b"#!/opt/venv/bin/python3 -I\nimport sys\n") == b"#!/opt/venv/bin/python3 -I\nimport sys\n"
    True
    """
    data = _PLAIN.sub(rb"#!\1 -I\n", data)
    return _LONG.sub(rb"""#!/bin/sh\n'''exec' \1 -I "$0" "$@"\n""", data)


def isolate(executable: str) -> None:
    """Have the script at `executable` started isolated, where it is the user's to change; say nothing where not."""
    from autovenv.disk import files

    try:
        path = os.path.realpath(executable)
        before = files.read_file(path)
        after = isolate_text(before or b"")
        if before and after != before:
            files.write_file(path, after)
    except (OSError, ValueError):
        return
