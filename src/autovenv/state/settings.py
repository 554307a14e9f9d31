"""Settings: one table, the user's file and the machine's file."""

from __future__ import annotations

import os

from autovenv import paths, places
from autovenv.disk.evidence import Evidence, Unreadable
from autovenv.messages import visible, visible_path


class Setting:
    """One setting: `type` is `bool`, `str` or `list` (of strings), `choices` limits a `str` or the items of a `list`.

    The items are absolute `paths`, where that is true; `~` stands for the home directory. The environment variable
    `variable`, if there is one, wins over both files for a hook that is loaded where it is set.
    Where `pinned` is true the machine's file wins over the user's, or the stricter of the two; elsewhere the user's
    wins.
    """

    __slots__ = ("choices", "default", "help", "name", "paths", "pinned", "type", "variable")

    def __init__(
        self,
        name: str,
        type: type,
        default: object,
        help: str,
        choices: tuple[str, ...] = (),
        pinned: bool = False,
        paths: bool = False,
        variable: str = "",
    ) -> None:
        self.name = name
        self.type = type
        self.default = default
        self.help = help
        self.choices = choices
        self.pinned = pinned
        self.paths = paths
        self.variable = variable


#: The kinds of message that can be silenced, in the words of `silence`.
MESSAGES = ("alias", "path", "by-hand", "no-environment", "outer", "broken", "ask", "refuse", "shadow", "elsewhere")

SETTINGS = (
    Setting("trust", str, "auto", "Which environments need `autovenv allow`", ("auto", "ask", "always"), pinned=True),
    Setting(
        "trusted_paths",
        list,
        [],
        "Directories below which an environment need not name its own place",
        pinned=True,
        paths=True,
    ),
    Setting("denied_paths", list, [], "Directories below which nothing is activated", pinned=True, paths=True),
    Setting("names", list, [".venv", "venv", "env"], "Names of an environment in its project, in order"),
    Setting("pixi_environment", str, "default", "Name of the environment that is used of a pixi project"),
    Setting(
        "ceilings", list, [], "Directories above which no project is looked for, besides the home directory", paths=True
    ),
    Setting(
        "wrap_cd",
        bool,
        True,
        "bash: let `cd`, `pushd` and `popd` activate themselves, not only the next prompt",
        variable="AUTOVENV_WRAP_CD",
    ),
    Setting("activate", str, "auto", "Activate on entering a project, or only after `autovenv on`", ("auto", "manual")),
    Setting("prompt", bool, True, "Put the environment's name before the prompt", variable="AUTOVENV_PROMPT"),
    Setting("silence", list, [], "Kinds of message that are not printed", MESSAGES),
)


class Settings:
    """The value of every setting of `SETTINGS`, by its name.

    `problem` is a sentence where what a file says about trust is not known, empty otherwise. `vouches` is true where
    `trusted_paths` are the administrator's: these speak for everybody, a user's own only for what is the user's.
    """

    trust: str
    trusted_paths: list[str]
    denied_paths: list[str]
    names: list[str]
    pixi_environment: str
    ceilings: list[str]
    wrap_cd: bool
    activate: str
    prompt: bool
    silence: list[str]
    problem: str
    vouches: bool

    def __init__(self, values: dict[str, object], problem: str = "", vouches: bool = False) -> None:
        self.__dict__.update({setting.name: setting.default for setting in SETTINGS}, **values)
        self.problem = problem
        self.vouches = vouches

    def get(self, name: str) -> object:
        """Return the value of the setting that is called `name`."""
        return self.__dict__[name]


#: From the strictest to the laxest.
_STRICTNESS = ("ask", "auto", "always")


def load(evidence: Evidence) -> Settings:
    """Return the value of every setting. What is wrong in a file is skipped and noted in `evidence.skipped`."""
    values: dict[str, object] = {}
    machine, machine_problem = _read(places.machine_config_file(), evidence)
    user, user_problem = _read(places.user_config_file(), evidence)
    for setting in SETTINGS:
        values[setting.name] = _combine(setting, machine, user)
        if setting.variable and (text := evidence.environ.get(setting.variable)):
            # Not evidence of a record: only the hook follows these.
            if text in ("true", "false"):
                values[setting.name] = text == "true"
            else:
                evidence.skip(f"`{setting.variable}` must be true or false, not `{visible(text)}`")
    return Settings(values, machine_problem or user_problem, "trusted_paths" in machine)


def _combine(setting: Setting, machine: dict[str, object], user: dict[str, object]) -> object:
    """Return a setting's value. What the machine's file says about trust, the user's can only make stricter."""
    given = [table[setting.name] for table in (machine, user) if setting.name in table]
    if not given:
        return setting.default
    if setting.name == "trust":
        return min(given, key=lambda value: _STRICTNESS.index(str(value)))
    if setting.name == "denied_paths":
        return [path for listed in given if isinstance(listed, list) for path in listed]
    return given[0] if setting.pinned else given[-1]


def _read(path: str, evidence: Evidence) -> tuple[dict[str, object], str]:
    """Return what a file says, and what makes it unclear what it says about trust."""
    try:
        table = evidence.read_toml(path)
    except Unreadable as problem:
        evidence.skip(f"`{visible_path(path)}` {problem}")
        return {}, f"`{visible_path(path)}` {problem}"
    if table is None:
        return {}, ""
    known = {setting.name: setting for setting in SETTINGS}
    good = {}
    unclear = ""
    for name, value in table.items():
        if name not in known:
            evidence.skip(f"{_locate(path, name, evidence)} has an unknown setting `{visible(name)}`")
        elif (wrong := check(known[name], value)) is not None:
            sentence = f"{_locate(path, name, evidence)}: `{name}` {wrong}"
            evidence.skip(sentence)
            if known[name].pinned:
                unclear = unclear or sentence
        elif name in ("trust", "trusted_paths") and value not in ("ask", []) and not _is_own(path):
            # With `sudo -s` the home directory may be another user's.
            evidence.skip(f"`{visible_path(path)}`: `{name}` is left out, because another user can change the file")
        else:
            good[name] = expand(known[name], value)
    return good, unclear


def expand(setting: Setting, value: object) -> object:
    """Return a value with its directories as a shell would name them: home for `~`, no slash at the end."""
    if setting.paths and isinstance(value, list):
        return [paths.trim(os.path.expanduser(path)) for path in value]
    return value


def _is_own(path: str) -> bool:
    from autovenv.disk.ownership import is_own_file

    try:
        return is_own_file(os.stat(path), path)
    except OSError:
        return False


def _locate(path: str, name: str, evidence: Evidence) -> str:
    """Return the file of a setting, and the line where that can be told."""
    line = find_line(evidence.read_text(path) or "", name)
    return f"`{visible_path(path)}`" + (f" line {line}" if line else "")


def find_line(text: str, name: str) -> int:
    """Return the number of the line, from 1, in which a TOML file gives a top-level name, 0 where it is not seen."""
    for number, line in enumerate(text.split("\n"), 1):
        for key in (name, f'"{name}"', f"'{name}'"):
            rest = line.strip().lstrip("[").lstrip()
            if rest.startswith(key) and rest[len(key) :].lstrip()[:1] in ("=", ".", "]"):
                return number
    return 0


def check(setting: Setting, value: object) -> str | None:
    """Return what is wrong with a value, in a few words; None where it fits."""
    if setting.type is list:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return "must be a list of strings"
        items = value
    elif not isinstance(value, setting.type):
        return "must be true or false" if setting.type is bool else "must be a string"
    else:
        items = [value]
    wrong = [item for item in items if setting.choices and item not in setting.choices]
    if wrong:
        return f"must be one of {', '.join(setting.choices)}, not `{visible(str(wrong[0]))}`"
    if setting.paths and (relative := [item for item in items if not _is_absolute(item)]):
        return f"must be absolute, not `{visible(relative[0])}`"
    if setting.name in ("names", "pixi_environment") and (others := [item for item in items if not _is_name(item)]):
        kind = "names of directories" if setting.type is list else "the name of a directory"
        return f"must be {kind}, not `{visible(others[0])}`"
    return None


def _is_name(text: str) -> bool:
    """Tell whether text can be the name of something in a directory, and not the directory itself or the one above."""
    return text == os.path.basename(text) and text not in ("", ".", "..") and text.isprintable()


def _is_absolute(path: str) -> bool:
    return paths.is_absolute(os.path.expanduser(path))
