"""The checks: one ordered table. What the command lists, completes and documents is made from it.

The order is that in which things go wrong: what a later check finds may be the fault of what an earlier one did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autovenv.doctor.checks import around, editors, environment, hook, packages, path, shell

if TYPE_CHECKING:
    from collections.abc import Callable

    from autovenv.doctor.context import Context
    from autovenv.doctor.results import Result


@dataclass(frozen=True)
class Check:
    """One check: the `name` it is asked by, what it looks at, and the function that looks."""

    name: str
    looks_at: str
    look: Callable[[Context], Result | list[Result]]


CHECKS = (
    Check("directory", "the present directory is there", shell.check_directory),
    Check("installed", "an rc file of the shell loads the hook", hook.check_installed),
    Check("state", "records can be kept, privately", around.check_state),
    Check("loaded", "the calling shell has loaded the hook", hook.check_loaded),
    Check("version", "that hook is of this version of autovenv", hook.check_version),
    Check("registered", "it still runs before each prompt, whatever the rc file did later", hook.check_registered),
    Check("paused", "it is not paused by `autovenv off` or `deactivate`", hook.check_paused),
    Check("private", "nobody else can write rc files, hook and shims", hook.check_private),
    Check("config", "the settings have no errors and no unknown keys", around.check_config),
    Check("environment", "the project has an environment, and a whole one", environment.check_environment),
    Check("moved", "it lies where it was made, and so say its scripts", environment.check_moved),
    Check("interpreter", "its Python starts, and is the one it was made with", environment.check_interpreter),
    Check("packages", "its packages are of its Python, and yours to change", packages.check_packages),
    Check("requires", "its version suits `requires-python` and `.python-version`", environment.check_requires),
    Check("tool", "the project's own tool installs into it", environment.check_tool),
    Check("trust", "it may be activated", environment.check_trust),
    Check("alias", "no alias or function stands before `python` or `pip`", shell.check_alias),
    Check("hash", "the shell remembers no old place of them", shell.check_hash),
    Check("virtual-env", "`VIRTUAL_ENV` names this project's environment, or none", shell.check_virtual_env),
    Check("conda", "conda is not active at the same time", shell.check_conda),
    Check("path", "`PATH` has our entry first, no entry twice, none that is relative", path.check_path),
    Check("python", "`python` and `python3` are the project's", path.check_python),
    Check("pip", "`pip` installs for the `python` that runs", path.check_pip),
    Check("commands", "`pytest` and the like, where the project uses them, are its own", packages.check_commands),
    Check("kernels", "the project's kernels of Jupyter run its Python", packages.check_kernels),
    Check("variables", "no variable leads Python, pip or uv elsewhere", shell.check_variables),
    Check("shadowed", "the environment hides no command of the system", environment.check_shadowed),
    Check("unreadable", "nothing that says which environment to use was skipped", environment.check_unreadable),
    Check("editor", "VS Code, pyright and PyCharm are set to this environment", editors.check_editor),
    Check("execution-policy", "PowerShell may run its profile", around.check_execution_policy),
)
