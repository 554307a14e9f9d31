"""Which environment a shell runs, by its variables."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # typing's own constant would cost its import
if TYPE_CHECKING:
    from autovenv.environments.environment import Environment


def active_prefix(environ: dict[str, str]) -> str | None:
    """Return the prefix of the environment that a shell says is active; one that is not there is not active."""
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        prefix = environ.get(variable, "")
        if os.path.isabs(prefix) and os.path.isdir(prefix):
            return prefix
    return None


def is_active(environment: Environment, environ: dict[str, str]) -> bool:
    """Tell whether a shell runs `environment`: its variable names it, and its commands are on `PATH`."""
    prefix = environ.get("CONDA_PREFIX" if environment.flavour == "conda" else "VIRTUAL_ENV", "")
    entries = environ.get("PATH", "").split(os.pathsep)
    return is_same(prefix, environment.prefix) and any(is_same(entry, environment.bin) for entry in entries)


def is_same(one: str, other: str) -> bool:
    """Tell whether two paths lead to the same thing; a relative or empty one never does."""
    if not os.path.isabs(one):
        return False
    try:
        return one == other or os.path.samefile(one, other)
    except (OSError, ValueError):
        return False
