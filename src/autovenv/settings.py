"""Settings: one table, the user's file and the machine's file."""

from __future__ import annotations

from autovenv import places
from autovenv.evidence import Evidence, Unreadable
from autovenv.messages import show, show_path


class Setting:
    """One setting: `type` is `bool`, `str` or `list` (of strings), `choices` limits a `str` or the items of a `list`.

    Where `pinned` is true the machine's file wins over the user's; elsewhere the user's wins.
    """

    __slots__ = ("choices", "default", "help", "name", "pinned", "type")

    def __init__(
        self, name: str, type: type, default: object, help: str, choices: tuple[str, ...] = (), pinned: bool = False
    ) -> None:
        self.name = name
        self.type = type
        self.default = default
        self.help = help
        self.choices = choices
        self.pinned = pinned


#: The kinds of message that can be silenced, in the words of `silence`.
MESSAGES = ("alias", "path", "by-hand", "no-environment", "broken", "ask", "refuse", "shadow")

SETTINGS = (
    Setting("trust", str, "auto", "Which environments need `autovenv allow`", ("auto", "ask", "always"), pinned=True),
    Setting("trusted_paths", list, [], "Directories below which an environment need not name its own place", pinned=True),
    Setting("denied_paths", list, [], "Directories below which nothing is activated", pinned=True),
    Setting("names", list, [".venv", "venv", "env"], "Names of an environment in its project, in order"),
    Setting("ceilings", list, [], "Directories above which no project is looked for, besides the home directory"),
    Setting("wrap_cd", bool, True, "bash: let `cd`, `pushd` and `popd` activate at once, not at the next prompt"),
    Setting("prompt", bool, True, "Put the environment's name before the prompt"),
    Setting("silence", list, [], "Kinds of message that are not printed", MESSAGES),
)


def load(evidence: Evidence) -> dict[str, object]:
    """Return the value of every setting. What is wrong in a file is skipped and noted in `evidence.skipped`."""
    values = {setting.name: setting.default for setting in SETTINGS}
    machine = _read(places.machine_config_file(), evidence)
    user = _read(places.user_config_file(), evidence)
    for setting in SETTINGS:
        order = (user, machine) if setting.pinned else (machine, user)
        for table in order:
            if setting.name in table:
                values[setting.name] = table[setting.name]
    return values


def _read(path: str, evidence: Evidence) -> dict[str, object]:
    try:
        table = evidence.read_toml(path)
    except Unreadable as problem:
        evidence.skip(f"`{show_path(path)}` {problem}")
        return {}
    if table is None:
        return {}
    known = {setting.name: setting for setting in SETTINGS}
    good = {}
    for name, value in table.items():
        if name not in known:
            evidence.skip(f"`{show_path(path)}` has an unknown setting `{show(name)}`")
        elif (wrong := check(known[name], value)) is not None:
            evidence.skip(f"`{show_path(path)}`: `{name}` {wrong}")
        else:
            good[name] = value
    return good


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
        return f"must be one of {', '.join(setting.choices)}, not `{show(str(wrong[0]))}`"
    return None
