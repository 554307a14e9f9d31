"""`autovenv config`: looks at the settings, and changes the user's file without losing what else is written there."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import tomli_w

from autovenv import places, walk
from autovenv.commands.output import console, print_json, print_path, say
from autovenv.disk import files
from autovenv.disk.evidence import Evidence, peek_toml
from autovenv.messages import Problem, compose, explain, suggest, visible, visible_path
from autovenv.shells import hook, rc
from autovenv.shells.dialects import DIALECTS
from autovenv.state import settings, store

if TYPE_CHECKING:
    from autovenv.state.settings import Setting


@dataclass(frozen=True)
class Value:
    """The value of a setting, and its `source`: `default`, `user`, `machine`, `user and machine`, or `environment`."""

    name: str
    value: object
    source: str
    help: str


def find(name: str) -> Setting:
    """Return a setting by its name. Raises `Problem` for one that there is not."""
    for setting in settings.SETTINGS:
        if setting.name == name:
            return setting
    names = [setting.name for setting in settings.SETTINGS]
    hint = suggest(name, names, "run `autovenv config list`")
    raise Problem(f"there is no setting `{visible(name)}`", hint=hint, status=2)


def list_values(environ: dict[str, str]) -> tuple[list[Value], list[str]]:
    """Return every setting's value, and sentences about what is wrong in the files."""
    evidence = Evidence(environ)
    values = settings.load(evidence)
    given = {"user": _read(places.user_config_file()), "machine": _read(places.machine_config_file())}
    found = []
    for setting in settings.SETTINGS:
        value = values.get(setting.name)
        found.append(Value(setting.name, value, _find_source(setting, value, given, environ), setting.help))
    return found, evidence.skipped


def _read(path: str) -> dict[str, object]:
    """Return what a file says that is right."""
    table = peek_toml(path)
    return {
        setting.name: settings.expand(setting, table[setting.name])
        for setting in settings.SETTINGS
        if setting.name in table and settings.check(setting, table[setting.name]) is None
    }


def _find_source(setting: Setting, value: object, given: dict[str, dict[str, object]], environ: dict[str, str]) -> str:
    if setting.variable and environ.get(setting.variable) in ("true", "false"):
        return "environment"
    order = ("machine", "user") if setting.pinned else ("user", "machine")
    for source in order:
        if setting.name in given[source] and given[source][setting.name] == value:
            return source
    return "default" if value == setting.default else "user and machine"


def print_values(values: list[Value], as_json: bool) -> None:
    """Print the values to stdout: aligned on a terminal, as TOML with the source as a comment anywhere."""
    if as_json:
        print_json({"settings": values})
        return
    from rich.text import Text

    out = console()
    lines = [(f"{value.name} = {render(value.value)}", value.source) for value in values]
    width = max(len(line) for line, _ in lines)
    for line, source in lines:
        out.print(
            Text.assemble((line.ljust(min(width, 48)), "dim" if source == "default" else ""), (f"  # {source}", "dim"))
        )


def render(value: object) -> str:
    """Return a value as TOML, on one line."""
    if isinstance(value, list):
        return "[" + ", ".join(render(item) for item in value) + "]"
    return tomli_w.dumps({"value": value}).removeprefix("value = ").rstrip("\n")


def print_value(value: object, as_json: bool) -> None:
    """Print one value to stdout: a list has a line for each item."""
    if as_json:
        print_json({"value": value})
        return
    for item in value if isinstance(value, list) else [value]:
        print_path(str(item).lower() if isinstance(item, bool) else str(item))


def parse(setting: Setting, words: list[str], here: str) -> object:
    """Return the value that a person typed; paths may be relative to `here`. Raises `Problem` where it does not fit."""
    # No word, or an empty one, is an empty list: a name or a path is neither.
    given = [word for word in words if word]
    value: object = given
    if setting.type is not list:
        if len(words) != 1:
            raise Problem(f"`{setting.name}` takes one value", hint=_list_choices(setting), status=2)
        value = words[0]
        if setting.type is bool and value in ("true", "false"):
            value = value == "true"
    elif setting.paths:
        value = [os.path.normpath(os.path.join(here, os.path.expanduser(word))) for word in given]
    if (wrong := settings.check(setting, value)) is not None:
        raise Problem(f"`{setting.name}` {wrong}", hint=_list_choices(setting), status=2)
    try:
        "".join(map(str, value if isinstance(value, list) else [value])).encode()
    except UnicodeEncodeError:
        raise Problem(f"`{setting.name}` must be text", "TOML has no other bytes", status=2) from None
    return value


def _list_choices(setting: Setting) -> str:
    choices = ("true", "false") if setting.type is bool else setting.choices
    return "name one of " + ", ".join(f"`{choice}`" for choice in choices) if choices else ""


# The file

#: Lines of one value that are looked through for its end.
LONGEST = 1000


@dataclass(frozen=True)
class Edit:
    """A file's text after a change, and the comments that are not in it any more."""

    text: str
    lost: tuple[str, ...]


def edit(text: str, name: str, value: object) -> Edit:
    """Return the text of a TOML file in which the top-level `name` has a value, or is not there where that is None.

    Nothing else in the file changes. Where that cannot be done the file is written anew, without its comments. Raises
    `ValueError` for a text that is not TOML.
    """
    table = tomllib.loads(text)
    wanted = {key: item for key, item in table.items() if key != name}
    if value is not None:
        wanted[name] = value
    if wanted == table:
        return Edit(text, ())
    newline = "\r\n" if "\r\n" in text else "\n"
    line = "" if value is None else tomli_w.dumps({name: value}).replace("\n", newline)
    tries = _replace(text, name, table[name], line) if name in table else _insert(text, line, newline)
    for changed in tries:
        if _parses_to(changed.text, wanted):
            return changed
    lost = [match.strip() for match in re.findall(r"#.*", text)]
    return Edit(tomli_w.dumps(wanted).replace("\n", newline), tuple(lost))


def _parses_to(text: str, wanted: dict[str, object]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except (ValueError, RecursionError):
        return False


def _replace(text: str, name: str, old: object, line: str) -> list[Edit]:
    """Return the texts in which something that looks like the setting is replaced by a line."""
    lines = text.splitlines(keepends=True)
    start = re.compile(rf"\s*(?:{re.escape(name)}|\"{re.escape(name)}\"|'{re.escape(name)}')\s*=")
    found = []
    for first in range(len(lines)):
        if not start.match(lines[first]):
            continue
        for last in range(first + 1, min(first + LONGEST, len(lines)) + 1):
            if _parses_to("".join(lines[first:last]), {name: old}):
                found.append(_put(lines, first, last, line))
                break
    return found


def _put(lines: list[str], first: int, last: int, line: str) -> Edit:
    """Return the text with lines replaced by one. A comment at their end stays, others are lost."""
    comments = [_find_comment(lines[first:last], at) for at in range(last - first)]
    if line and comments[-1]:
        body = line.rstrip("\r\n")
        line = f"{body}  {comments.pop()}{line[len(body) :]}"
    return Edit("".join([*lines[:first], line, *lines[last:]]), tuple(filter(None, comments)))


def _find_comment(span: list[str], at: int) -> str:
    """Return the comment that ends a line of a span which is TOML of its own, empty where there is none."""
    value = tomllib.loads("".join(span))
    body = span[at].rstrip("\r\n")
    for match in re.finditer("#", body):
        without = body[: match.start()] + span[at][len(body) :]
        if _parses_to("".join([*span[:at], without, *span[at + 1 :]]), value):
            return body[match.start() :].rstrip()
    return ""


def _insert(text: str, line: str, newline: str) -> list[Edit]:
    """Return the texts with a line in front of something that looks like the first table, or at the end."""
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += newline
    found = []
    for at, header in enumerate(lines):
        if header.lstrip().startswith("["):
            # What stands right above a table is about the table.
            while at and (not lines[at - 1].strip() or lines[at - 1].lstrip().startswith("#")):
                at -= 1
            found.append(Edit("".join([*lines[:at], line, *lines[at:]]), ()))
    return [Edit("".join([*lines, line]), ()), *found]


# The commands


def change(name: str, value: object, drop_comments: bool) -> bool:
    """Write a setting into the user's file, or take it out where `value` is None. Raises `Problem`.

    Return whether shells must be started anew for it.
    """
    path = places.user_config_file()
    before = _load_words()
    try:
        data = files.read_file(path) or b""
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
        edited = edit(text, name, value)
    except UnicodeDecodeError:
        raise _left(path, "it is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _left(path, visible(f"it is not valid TOML: {error}")) from None
    except (OSError, ValueError, RecursionError) as error:
        raise _left(path, explain(error)) from None
    if edited.lost and not drop_comments:
        lost = ", ".join(f"`{visible(comment)}`" for comment in edited.lost)
        hint = "edit the file yourself, or run this again with `--drop-comments`"
        raise Problem("a comment would be lost", f"`{visible_path(path)}` says {lost} in what is replaced", hint)
    if edited.text != text:
        try:
            store.make_private(os.path.dirname(path))
            files.write_file(path, data[: len(data) - len(text.encode())] + edited.text.encode(), 0o600)
        except OSError as error:
            raise _left(path, explain(error)) from None
    if _load_words() == before:
        return False
    for dialect in DIALECTS:
        if os.path.exists(rc.find_hook_file(dialect.name)):
            rc.refresh(dialect.name)
    return True


def _left(path: str, why: str) -> Problem:
    return Problem(f"`{visible_path(path)}` was left as it is", why, "mend that, then run this again")


def _load_words() -> list[str]:
    """Return the settings as a hook takes them when it is loaded."""
    return hook.list_words(settings.load(Evidence({})), create=False)


def _tell(sentence: str, anew: bool) -> None:
    """Say what a setting is now, and where that does not reach."""
    print(sentence, flush=True)
    if anew:
        say("  next: open a new terminal; shells that are open have the settings that they began with")


def set_value(name: str, words: list[str], environ: dict[str, str], drop_comments: bool) -> None:
    """Set a setting in the user's file, and say what came of it. Raises `Problem`."""
    setting = find(name)
    value = parse(setting, words, walk.present_directory(environ))
    anew = change(name, value, drop_comments)
    _tell(f"`{name}` is {visible(render(value))} in `{visible_path(places.user_config_file())}`", anew)
    _warn(setting, value, environ)


def _warn(setting: Setting, value: object, environ: dict[str, str]) -> None:
    """Say so where a value does not decide."""
    found = next(found for found in list_values(environ)[0] if found.name == setting.name)
    if found.value != value:
        what = f"`{setting.name}` is {visible(render(found.value))} all the same"
        where = (
            f"`{setting.variable}`"
            if found.source == "environment"
            else f"`{visible_path(places.machine_config_file())}`"
        )
        say(compose("warning", what, f"{where} says so"))


def unset_value(name: str, drop_comments: bool) -> None:
    """Take a setting out of the user's file, also one that there is not. Raises `Problem`."""
    file = visible_path(places.user_config_file())
    was_set = name in peek_toml(places.user_config_file())
    if not was_set:
        find(name)
    anew = change(name, None, drop_comments)
    _tell(f"took `{visible(name)}` out of `{file}`" if was_set else f"`{name}` is not set in `{file}`", anew)
