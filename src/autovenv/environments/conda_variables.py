"""The variables that a conda environment sets: `conda env config vars set A=b`, and those of its packages.

Source: conda 26.7, `_get_environment_env_vars` and `get_export_unset_vars` (activate.py), `PREFIX_STATE_FILE` and
`PACKAGE_ENV_VARS_DIR` (base/constants.py). They are data in JSON; what is code (`etc/conda/activate.d`) does not run.
"""

from __future__ import annotations

import os

from autovenv import paths
from autovenv.disk.evidence import Evidence, Unreadable
from autovenv.messages import visible_path

#: What `conda env config vars unset` leaves in place of a value.
UNSET = "***unset***"

#: Files of packages, and variables, of one environment; more nobody has.
MOST = 64

#: What a shell, or every program that it starts, is steered by: an environment of a project does not set these.
# fmt: off
STEERING = frozenset((
    "PATH", "PATHEXT", "COMSPEC", "PSMODULEPATH", "LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "HOME",
    "USER", "LOGNAME", "SHELL", "TERM", "PWD", "OLDPWD", "SHLVL", "UID", "EUID", "GID", "EGID", "PPID",
    "GROUPS", "_", "IFS", "ENV", "CDPATH", "FPATH", "FIGNORE", "GLOBIGNORE", "EXECIGNORE", "NULLCMD",
    "READNULLCMD", "MODULE_PATH", "POSIXLY_CORRECT", "SHELLOPTS", "INPUTRC", "HISTFILE", "HISTCHARS",
    "HISTIGNORE", "HISTCONTROL", "HISTCMD", "HISTSIZE", "HISTFILESIZE", "SAVEHIST", "MAIL", "MAILPATH",
    "MAILCHECK", "MANPATH", "PSVAR", "WATCH", "OPTIND", "OPTARG", "OPTERR", "RANDOM", "SRANDOM", "SECONDS",
    "LINENO", "REPLY", "COLUMNS", "LINES", "TMOUT", "TIMEFORMAT", "FUNCNEST", "IGNOREEOF", "PS1", "PS2", "PS3",
    "PS4", "PROMPT", "PROMPT2", "PROMPT3", "PROMPT4", "RPROMPT", "RPROMPT2", "RPS1", "RPS2", "SPROMPT",
    "PROMPT_COMMAND", "PROMPT_DIRTRIM", "PROMPT_EOL_MARK", "ZDOTDIR", "PYTHONHOME", "STATUS", "PIPESTATUS",
    "ARGV", "ARGC", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "CONDA_PREFIX", "CONDA_DEFAULT_ENV",
    "CONDA_PROMPT_MODIFIER", "CONDA_SHLVL",
))
# fmt: on
STEERING_STARTS = ("BASH", "ZSH", "FISH", "COMP_", "DIRSTACK", "TRAP", "AUTOVENV", "__AUTOVENV", "__CONDA")


def read(prefix: str, evidence: Evidence) -> dict[str, str]:
    """Return the variables that the conda environment at `prefix` sets, in conda's order.

    Those of its packages come first, and what the user set wins. Names become upper case, as conda's setting
    `envvars_force_uppercase` has it unless it is changed.
    """
    given: dict[str, object] = {}
    folder = os.path.join(prefix, "etc", "conda", "env_vars.d")
    if not evidence.is_dir(folder):
        evidence.lazy.add(folder)  # a package brings it, which shows in `conda-meta` too
    for name in (evidence.list_dir(folder) if evidence.is_dir(folder) else [])[:MOST]:
        given |= _read_json(os.path.join(folder, name), evidence)
    own = _read_json(os.path.join(prefix, "conda-meta", "state"), evidence).get("env_vars")
    given |= own if isinstance(own, dict) else {}
    taken = {}
    for name, value in list(given.items())[:MOST]:
        if isinstance(value, str) and value != UNSET and is_taken(name.upper(), value):
            taken[name.upper()] = value
    return taken


def is_taken(name: str, value: str) -> bool:
    r"""Tell whether an environment may set a variable: a name that every shell takes, and a value that is one line.

    >>> is_taken("DATABASE_URL", "x"), is_taken("PROMPT_COMMAND", "x"), is_taken("A", "x\ny"), is_taken("a b", "x")
    (True, False, False, False)
    """
    plain = name.isascii() and name.isidentifier() and "\n" not in value and "\0" not in value and "\r" not in value
    return plain and name.upper() not in STEERING and not name.upper().startswith(STEERING_STARTS)


def _read_json(path: str, evidence: Evidence) -> dict[str, object]:
    try:
        text = evidence.read_text(path, "same")
    except Unreadable as problem:
        evidence.skip(f"conda: `{visible_path(path)}` {problem}")
        return {}
    if not text:
        return {}
    import json

    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        evidence.skip(f"conda: `{visible_path(path)}` is not valid JSON")
        return {}
    return data if isinstance(data, dict) else {}


def name_default(prefix: str, evidence: Evidence) -> str:
    """Return what conda calls an environment in `CONDA_DEFAULT_ENV` (`_default_env`): its whole path outside `envs`."""
    roots = [evidence.environ.get("CONDA_ROOT", ""), evidence.environ.get("MAMBA_ROOT_PREFIX", "")]
    if program := evidence.environ.get("CONDA_EXE", ""):
        roots.append(os.path.dirname(os.path.dirname(program)))
    if any(paths.is_same_name(prefix, root) for root in roots if root):
        return "base"
    return os.path.basename(prefix) if os.path.basename(os.path.dirname(prefix)) == "envs" else prefix
