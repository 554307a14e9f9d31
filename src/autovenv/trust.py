"""May an environment be used: `allow`, `ask` or `refuse`, with reasons."""

from __future__ import annotations

import os
import stat

from autovenv.environment import Environment
from autovenv.evidence import Evidence, Unreadable


class Verdict:
    """The decision, `allow`, `ask` or `refuse`, and the reasons for it: pairs of a code and a few words."""

    __slots__ = ("decision", "reasons")

    def __init__(self, decision: str, reasons: list[tuple[str, str]]) -> None:
        self.decision = decision
        self.reasons = reasons


def judge(
    directory: str,
    environment: Environment,
    settings: dict[str, object],
    choice: dict[str, object],
    evidence: Evidence,
) -> Verdict:
    """Return whether `environment` may be used for the project in `directory`."""
    if os.pathsep in environment.bin or "\n" in environment.bin:
        return Verdict("refuse", [("path", "`PATH` cannot hold its path")])
    if choice.get("decision") == "allow":
        return Verdict("allow", [("chosen", "allowed by you")])
    reasons = []
    for path in (directory, environment.prefix, environment.bin, os.path.join(environment.prefix, "pyvenv.cfg")):
        found = os.stat(path)
        if found.st_uid != os.geteuid():
            reasons.append(("owner", f"`{path}` belongs to another user"))
        elif found.st_mode & stat.S_IWOTH:
            reasons.append(("mode", f"`{path}` can be written by others"))
    try:
        activate = evidence.read_text(os.path.join(environment.bin, "activate")) or ""
    except Unreadable:
        activate = ""
    if not any(place in activate for place in (environment.prefix, os.path.realpath(environment.prefix))):
        reasons.append(("birthplace", "it does not name its own place"))
    return Verdict("ask" if reasons else "allow", reasons)
