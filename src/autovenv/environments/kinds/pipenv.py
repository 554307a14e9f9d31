"""Pipenv's environment, kept in `WORKON_HOME`.

Source: pipenv 2026.10.3, `VenvLocator` (utils/venv_locator.py), `Setting` (environments.py), `get_workon_home`
(utils/shell.py). With `PIPENV_VENV_IN_PROJECT` the environment is `.venv`, which is `in_project`'s.
"""

from __future__ import annotations

import os
import sys

from autovenv.disk.evidence import Evidence, Unreadable
from autovenv.environments.directories import expand, reach, settle
from autovenv.environments.kinds import Found, digest_sha256, expect, shorten_digest, table
from autovenv.state.settings import Settings

FILE = "Pipfile"


def find(directory: str, evidence: Evidence, settings: Settings) -> Found | None:
    """Return the environment that a `.venv` file names, or else that of the project's name and its `Pipfile`'s path.

    With `PIPENV_PIPFILE` that is the `Pipfile` everywhere; here it counts where it lies in the directory or below, or
    where the directory has another.
    """
    here = os.path.realpath(directory)
    chosen = evidence.variable("PIPENV_PIPFILE")
    pipfile = settle(here, chosen or FILE)
    if not evidence.exists(pipfile) or (chosen and not _concerns(here, pipfile, evidence)):
        return None
    project = os.path.dirname(pipfile)
    workon_home = find_workon_home(here, evidence)
    dot_venv = os.path.join(project, ".venv")
    if evidence.exists(dot_venv) and not evidence.is_dir(dot_venv):
        named = (evidence.read_text(dot_venv, limit=1 << 12) or "").strip()
        if named:
            is_path = os.sep in os.path.normpath(named)  # `./shared` is a name too
            if is_path:
                prefix = reach(project, named, evidence, settings, dot_venv)
            else:
                prefix = os.path.normpath(os.path.join(workon_home, named))
            return expect(prefix, f"the {'path' if is_path else 'name'} in `.venv`", evidence)
    if is_in_project(pipfile, evidence):
        return None
    name = find_custom_name(project, evidence)
    prefix = os.path.join(workon_home, name or name_environment(pipfile) + suffix(evidence))
    if not evidence.is_dir(prefix) and not name and sys.platform == "win32":
        prefix = _find_other_case(pipfile, workon_home, evidence)
    return expect(
        prefix, "`PIPENV_CUSTOM_VENV_NAME`" if name else f"the path of `{os.path.basename(pipfile)}`", evidence
    )


def find_custom_name(project: str, evidence: Evidence) -> str:
    """Return `PIPENV_CUSTOM_VENV_NAME`, empty where there is none: of the file `.env`, or else of the shell.

    Pipenv loads that file over its variables (`load_dot_env`), unless `PIPENV_DONT_LOAD_ENV` is set. Of what a
    project's file says only a name is taken: it stays within the directory of environments.
    """
    name = ""
    if not read_flag("DONT_LOAD_ENV", evidence):
        path = settle(project, evidence.variable("PIPENV_DOTENV_LOCATION") or ".env")
        try:
            name = read_dotenv(evidence.read_text(path) or "", "PIPENV_CUSTOM_VENV_NAME")
        except Unreadable as problem:
            evidence.skip(f"Pipenv: `{os.path.basename(path)}` {problem}")
        if name in (".", "..") or "/" in name or os.sep in name or "\0" in name or "$" in name:
            name = ""
    return name or evidence.variable("PIPENV_CUSTOM_VENV_NAME")


def read_dotenv(text: str, key: str) -> str:
    r"""Return the last value that the text of a `.env` file gives a key, empty where it gives none.

    >>> read_dotenv("# mine\nA=1\nexport A = 'b c'  # no\n", "A"), read_dotenv("A=b # c", "A")
    ('b c', 'b')
    """
    found = ""
    for line in text.split("\n"):
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if not equals or name.strip() != key:
            continue
        value = value.strip()
        is_quoted = value[:1] in ("'", '"')
        found = value[1:].partition(value[0])[0] if is_quoted else value.partition(" #")[0].strip()
    return found


def _concerns(here: str, pipfile: str, evidence: Evidence) -> bool:
    return pipfile.startswith(here.rstrip(os.sep) + os.sep) or evidence.exists(os.path.join(here, FILE))


def find_workon_home(project: str, evidence: Evidence, platform: str = sys.platform) -> str:
    """Return the directory of environments; it need not exist."""
    found = evidence.variable("WORKON_HOME")
    if not found and platform == "win32":
        found = "~/.virtualenvs"
    elif not found:
        found = os.path.join(evidence.variable("XDG_DATA_HOME") or "~/.local/share", "virtualenvs")
    return settle(project, expand(found, evidence))


def is_in_project(pipfile: str, evidence: Evidence) -> bool:
    """Tell whether Pipenv is told to use `.venv` in the project: by a variable, or else in the `Pipfile`."""
    told = read_flag("VENV_IN_PROJECT", evidence)
    if told is None:
        setting = table(evidence.read_toml(pipfile), "pipenv").get("venv_in_project")
        told = None if setting is None else bool(setting)
    return told is True


def read_flag(name: str, evidence: Evidence) -> bool | None:
    """Return a yes or no from `PIPENV_<name>` or its opposite `PIPENV_NO_<name>`; None where it is unset or neither."""
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if value := evidence.variable(f"PIPENV_{name}"):
        return words.get(value.lower())
    opposite = words.get(evidence.variable(f"PIPENV_NO_{name}").lower())
    return None if opposite is None else not opposite


def suffix(evidence: Evidence) -> str:
    """Return the end of an environment's name where `PIPENV_PYTHON` is set."""
    python = evidence.variable("PIPENV_PYTHON")
    return f"-{os.path.basename(python) if os.path.isabs(python) else python}" if python else ""


def name_environment(pipfile: str, name: str = "") -> str:
    """Return the name of an environment: the project directory's, made harmless and short, and a hash of the path.

    >>> name_environment("/home/ada/my app (2)/Pipfile")
    'my_app__2_-HizlEVAO'
    """
    import re

    name = re.sub(r'[ &$`!*@"()\[\]\\\r\n\t]', "_", name or os.path.basename(os.path.dirname(pipfile)))[:42]
    return f"{name}-{shorten_digest(digest_sha256(pipfile.encode()))}"


def _find_other_case(pipfile: str, workon_home: str, evidence: Evidence) -> str:
    """Return the environment that was made when the project's name was written in other capitals, as Windows allows."""
    project = os.path.basename(os.path.dirname(pipfile))
    for entry in evidence.list_dir(workon_home):
        name, _, digest = entry.rpartition("-")
        if len(digest) == 8 and name.lower() == project.lower():
            return os.path.join(workon_home, name_environment(pipfile.replace(project, name), name))
    return os.path.join(workon_home, name_environment(pipfile))
