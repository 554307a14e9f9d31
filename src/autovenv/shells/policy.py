"""Whether PowerShell in Windows runs a profile, which loads the hook: its execution policy.

Source: about_Execution_Policies and about_PowerShell_Config of PowerShell 7.5, about_Execution_Policies of Windows
PowerShell 5.1. The first scope that says something holds: the policies of a group, for the machine and then for the
user; the process; the user; the machine. Where none does, 7 is `RemoteSigned`, and Windows PowerShell is `Restricted`
but on a server.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autovenv.disk.evidence import peek

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    #: Returns the value of a name in a key of the registry below a root; None where there is none.
    Registry = Callable[[str, str, str], object]

MACHINE, USER = "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER"

#: Where a group's policies stand, of Windows PowerShell and of 7, and what a user or administrator of 5.1 has set.
_GROUP_OLD = r"Software\Policies\Microsoft\Windows\PowerShell"
_GROUP = r"Software\Policies\Microsoft\PowerShellCore"
_OLD = r"Software\Microsoft\PowerShell\1\ShellIds\Microsoft.PowerShell"

#: Policies under which a profile that is not signed is not run.
STRICT = ("restricted", "allsigned")

#: What is typed to have one's own files run.
MEND = "Set-ExecutionPolicy -Scope CurrentUser -ExecutionPolicy RemoteSigned"


@dataclass(frozen=True)
class Policy:
    """An execution policy: its `name`, and whether a `group` has set it, so that a user cannot change it."""

    name: str
    group: bool = False

    @property
    def strict(self) -> bool:
        """Whether a profile of the user's own is not run."""
        return self.name.lower() in STRICT


def choose(
    old: bool, registry: Registry, files: tuple[str, str], environ: Mapping[str, str], server: bool = False
) -> Policy:
    """Return the policy of Windows PowerShell (`old`) or of 7.

    `files` are the texts of 7's `powershell.config.json` for the machine and for the user, empty where there is none.
    `environ` has the policy of the process, where this is a shell's; `server` is the kind of Windows.
    """
    machine, user = ({}, {}) if old else map(_read_config, files)
    for root, config in ((MACHINE, machine), (USER, user)):
        if found := _read_group(old, root, registry, config):
            return Policy(found, group=True)
    # Python has the names of variables in capitals there.
    process = environ.get("PSExecutionPolicyPreference") or environ.get("PSEXECUTIONPOLICYPREFERENCE", "")
    for said in (
        process,
        registry(USER, _OLD, "ExecutionPolicy") if old else user.get("Microsoft.PowerShell:ExecutionPolicy"),
        registry(MACHINE, _OLD, "ExecutionPolicy") if old else machine.get("Microsoft.PowerShell:ExecutionPolicy"),
    ):
        if isinstance(said, str) and said.lower() not in ("", "undefined"):
            return Policy(said)
    return Policy("Restricted" if old and not server else "RemoteSigned")


def _read_group(old: bool, root: str, registry: Registry, config: dict[str, object]) -> str:
    """Return the policy that a group has set for the machine or for its users, empty where none has."""
    key = _GROUP_OLD if old or registry(root, _GROUP, "UseWindowsPowerShellPolicySetting") == 1 else _GROUP
    said: dict[str, object] = {name: registry(root, key, name) for name in ("EnableScripts", "ExecutionPolicy")}
    if said["EnableScripts"] is None:
        policies = config.get("PowerShellPolicies")
        inner = policies.get("ScriptExecution") if isinstance(policies, dict) else None
        said = inner if isinstance(inner, dict) else {}
    enabled, policy = said.get("EnableScripts"), said.get("ExecutionPolicy")
    if enabled is None:
        return ""
    return policy if enabled and isinstance(policy, str) else "" if enabled else "Restricted"


def _read_config(text: str) -> dict[str, object]:
    try:
        data = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def is_old(folder: str) -> bool:
    """Tell whether a directory of profiles is Windows PowerShell's."""
    return os.path.basename(folder).lower() == "windowspowershell"


def read(old: bool, program: str, folder: str, environ: Mapping[str, str]) -> Policy:
    """Return the policy that holds on this machine.

    `program` is PowerShell's executable, empty where it is not known, `folder` where the user's profile is.
    """
    name = "powershell.config.json"
    places = (os.path.join(os.path.dirname(os.path.realpath(program)), name) if program else "", f"{folder}/{name}")
    machine, user = (peek(place) if place else "" for place in places)
    return choose(old, _read_registry, (machine, user), environ, _is_server())


def _read_registry(root: str, key: str, name: str) -> object:
    try:
        import winreg

        with winreg.OpenKey(getattr(winreg, root), key) as handle:  # type: ignore[attr-defined]
            return winreg.QueryValueEx(handle, name)[0]  # type: ignore[attr-defined]
    except (ImportError, OSError):
        return None


def _is_server() -> bool:
    """Tell whether this is a Windows Server (`wProductType` of OSVERSIONINFOEX; 1 is a workstation)."""
    version = getattr(sys, "getwindowsversion", None)
    return version is not None and version().product_type != 1
