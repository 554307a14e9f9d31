"""A conda environment that `environment.yml` names.

Source: conda 26.7.1, `get_name_prefix_from_env_file` and its use (cli/main_create.py), `locate_prefix_by_name` and
`mockable_context_envs_dirs` (base/context.py), `SEARCH_PATH` (base/constants.py) and core/envs_manager.py. Of YAML only
the keys that matter are read, as text; nothing is evaluated.
"""

from __future__ import annotations

import os
import sys

from autovenv.disk.evidence import Evidence, Unreadable
from autovenv.environments.directories import expand, home_dir, reach, settle, user_dir
from autovenv.environments.environment import is_environment
from autovenv.environments.kinds import Found, watch_nearest
from autovenv.state.settings import Settings

FILES = ("environment.yml", "environment.yaml")

#: Where an administrator configures conda for everyone.
SYSTEM = ("C:\\ProgramData\\conda",) if sys.platform == "win32" else ("/etc/conda", "/var/lib/conda")

#: Variables that are filled into the `prefix:` of a project's file.
FILLED_IN = ("HOME", "USER", "CONDA_ROOT", "MAMBA_ROOT_PREFIX")

#: Conda's names for its root prefix, which is nobody's project environment.
RESERVED = ("base", "root")


def find(directory: str, evidence: Evidence, settings: Settings) -> Found | None:
    """Return the environment of the file's `name:`; where there is no such one, its `prefix:`."""
    file = next((file for file in FILES if evidence.exists(os.path.join(directory, file))), "")
    path = os.path.join(directory, file)
    text = (evidence.read_text(path) if file else None) or ""
    name = read_key(text, "name", path)
    if name and name not in RESERVED and is_name(name) and (named := locate(name, evidence)):
        return Found(named, f"`name:` in `{file}`")
    if prefix := read_key(text, "prefix", path):
        located = reach(directory, expand(prefix, evidence, FILLED_IN), evidence, settings, path)
        if is_environment(located):
            return Found(located, f"`prefix:` in `{file}`")
        watch_nearest(located, evidence)
    return None


def is_name(name: str) -> bool:
    """Tell whether a word can be an environment's name: it stays within its directory."""
    return name not in (".", "..") and not any(character in "/\\:#\0" for character in name)


def locate(name: str, evidence: Evidence) -> str | None:
    """Return the environment of that name in conda's directories, or else in its list of all that it made."""
    parents = _list_envs_dirs(evidence)
    for parent in parents:
        if evidence.is_dir(os.path.join(parent, name, "conda-meta")):
            return os.path.join(parent, name)
    try:
        listed = evidence.read_text(os.path.join(home_dir(evidence), ".conda", "environments.txt")) or ""
    except Unreadable as problem:
        evidence.skip(f"conda: `{problem.path}` {problem}")
        listed = ""
    for line in listed.split("\n"):
        prefix = line.strip()
        parent = os.path.dirname(prefix)
        # Elsewhere the last part of a path is no name: `conda create --prefix` made it.
        named = os.path.isabs(prefix) and os.path.basename(prefix) == name and os.path.basename(parent) == "envs"
        if named and evidence.is_dir(os.path.join(prefix, "conda-meta")):
            return prefix
    for parent in parents:
        evidence.stat(parent, "newer")
    return None


def _list_envs_dirs(evidence: Evidence) -> list[str]:
    """Return the directories in which names are looked up: the configured ones, the root prefix's, the user's."""
    home = home_dir(evidence)
    parents = []
    for variable in ("CONDA_ENVS_DIRS", "CONDA_ENVS_PATH"):
        parents += [entry for entry in evidence.variable(variable).split(os.pathsep) if entry]
    roots = [root for root in (evidence.variable("CONDA_ROOT"), evidence.variable("MAMBA_ROOT_PREFIX")) if root]
    if program := evidence.variable("CONDA_EXE"):
        roots.append(os.path.dirname(os.path.dirname(program)))
    files = [evidence.variable("CONDARC"), os.path.join(home, ".condarc")]
    folders = [os.path.join(home, ".conda"), os.path.join(home, ".config", "conda")]
    if config_home := evidence.variable("XDG_CONFIG_HOME"):
        folders.append(os.path.join(config_home, "conda"))
    for folder in (*folders, *roots, *SYSTEM):
        if os.path.isabs(folder) and evidence.is_dir(folder):
            files += [os.path.join(folder, ".condarc"), os.path.join(folder, "condarc")]
    for file in filter(None, files):
        parents += _read_envs_dirs(file, evidence)
    parents += [os.path.join(root, "envs") for root in roots]
    parents.append(os.path.join(home, ".conda", "envs"))
    if sys.platform == "win32":
        parents.append(os.path.join(user_dir("data", "conda", evidence, author="conda"), "envs"))
    return list(dict.fromkeys(settle(home, expand(parent, evidence)) for parent in parents))


def _read_envs_dirs(path: str, evidence: Evidence) -> list[str]:
    try:
        text = evidence.read_text(path) or ""
    except Unreadable as problem:
        evidence.skip(f"conda: `{path}` {problem}")
        return []
    return read_list(text, "envs_dirs") or read_list(text, "envs_path")


def read_key(text: str, key: str, path: str = "") -> str:
    r"""Return the text of a top-level key of YAML, empty where it has none on its line.

    Raises `Unreadable` where the key is written in a way that is not read here: an anchor, a tag, an alias, a block,
    more than one line.

    >>> read_key("name: app # mine", "name"), read_key("'name': 'it''s'", "name"), read_key("names: app", "name")
    ('app', "it's", '')
    """
    found = ""
    lines = split_lines(text)
    for number, line in enumerate(lines):
        value = _after_key(line, key)
        if value is None:
            continue
        if (value and _find_following(lines, number)[:1] in (" ", "\t")) or value[:1] in tuple("&!*|>@`%{["):
            raise Unreadable(f"has a `{key}:` that is not plain text on one line", path)
        scalar = read_scalar(value)
        if scalar is None:
            raise Unreadable(f"has a `{key}:` that is not plain text on one line", path)
        found = scalar
    return found


def read_list(text: str, key: str) -> list[str]:
    r"""Return the texts of a top-level list of YAML, each on a line of its own or all on that of the key.

    Empty where there is no such list.

    >>> read_list("envs_dirs:\n  - ~/envs  # mine\n  - '/srv/envs'\nchannels: []", "envs_dirs")
    ['~/envs', '/srv/envs']
    >>> read_list("envs_dirs: [~/envs, '/srv/envs']  # mine", "envs_dirs")
    ['~/envs', '/srv/envs']
    """
    lines = split_lines(text)
    values = [(number, value) for number, line in enumerate(lines) if (value := _after_key(line, key)) is not None]
    if not values:
        return []
    start, value = values[0]
    if value.startswith("["):
        inner, closed, _ = value[1:].partition("]")
        items = [read_scalar(item.strip()) or "" for item in inner.split(",")] if closed else []
        return [item for item in items if item]
    items = []
    for line in lines[start + 1 :] if not value else ():
        stripped = line.strip()
        if stripped.startswith("- "):
            items.append(read_scalar(stripped[2:].strip()) or "")
        elif stripped and not stripped.startswith("#"):
            break
    return [item for item in items if item]


def split_lines(text: str) -> list[str]:
    """Return the lines of the first document of YAML."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    begun = False
    for number, line in enumerate(lines):
        if begun and line.startswith(("---", "...")) and line[3:4] in ("", " "):
            return lines[:number]
        begun = begun or bool(line.strip() and not line.startswith(("#", "%", "---")))
    return lines


def _find_following(lines: list[str], number: int) -> str:
    """Return the next line that says something, empty where there is none."""
    for other in range(number + 1, len(lines)):
        if lines[other].strip() and not lines[other].lstrip().startswith("#"):
            return lines[other]
    return ""


def _after_key(line: str, key: str) -> str | None:
    for written in (key, f"'{key}'", f'"{key}"'):
        rest = line[len(written) :].lstrip(" ")
        if line.startswith(written) and rest.startswith(":") and rest[1:2] in ("", " ", "\t"):
            value = rest[1:].strip()
            return "" if value.startswith("#") else value
    return None


def read_scalar(value: str) -> str | None:
    r"""Return the text of a plain or quoted scalar with what may follow it on the line, None for anything else.

    >>> [read_scalar(value) for value in ("app # mine", "'a # b'", '"a\\tb"', "~", "'open")]
    ['app', 'a # b', 'a\tb', '', None]
    """
    if value[:1] not in ("'", '"'):
        plain = value.split(" #", 1)[0].split("\t#", 1)[0].rstrip()
        if ": " in plain or plain.endswith(":") or (plain[:1] in tuple("-?,]}") and plain[1:2] in ("", " ")):
            return None
        return "" if plain in ("~", "null", "Null", "NULL") else plain
    quote = value[0]
    parts = []
    at = 1
    while at < len(value):
        character = value[at]
        if character == quote == "'" and value[at + 1 : at + 2] == "'":
            parts.append("'")
            at += 2
        elif character == quote:
            rest = value[at + 1 :].strip()
            return "".join(parts) if not rest or (rest.startswith("#") and value[at + 1] in " \t") else None
        elif character == "\\" and quote == '"':
            escape = {"\\": "\\", '"': '"', "/": "/", "t": "\t", " ": " "}.get(value[at + 1 : at + 2])
            if escape is None:
                return None
            parts.append(escape)
            at += 2
        else:
            parts.append(character)
            at += 1
    return None
