"""Checks of the programs that a project is edited with: which Python each of them was told to use."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from autovenv import places
from autovenv.disk.evidence import list_names, peek_toml
from autovenv.doctor.results import Remedy, Result
from autovenv.environments.active import is_same
from autovenv.environments.kinds import table
from autovenv.messages import visible, visible_path

if TYPE_CHECKING:
    from autovenv.doctor.context import Context

#: Settings of VS Code's Python extension that name an interpreter; the second one is from before 2021.
EDITOR_KEYS = ("python.defaultInterpreterPath", "python.pythonPath")

#: What changes the meaning of what follows, and a string up to its end; possessive, so no character is tried twice.
_POINT = re.compile(r'["/,}\]]')
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)

#: Characters of a path that any system opens.
_PATH_LIMIT = 4096


def read_jsonc(text: str) -> Any:
    """Return what a JSON text with comments and trailing commas says. Raises `ValueError`.

    Each character is looked at a few times, whatever the text.

    >>> read_jsonc('{"a": "// no", /* but */ "b": [1,],} // here')
    {'a': '// no', 'b': [1]}
    """
    try:
        return json.loads(strip_comments(text))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def strip_comments(text: str) -> str:
    """Return a JSON text without its comments and trailing commas. Raises `ValueError` where one has no end."""
    parts: list[str] = []
    comma = -1  # which of the parts is a comma that nothing has followed yet
    at = 0
    while point := _POINT.search(text, at):
        before, start, what = text[at : point.start()], point.start(), point[0]
        parts.append(before)
        if before and not before.isspace():
            comma = -1
        if what == "/" and text.startswith(("//", "/*"), start):
            end = text.find("\n", start) if text.startswith("//", start) else text.find("*/", start + 2)
            if end < 0 and text.startswith("/*", start):
                raise ValueError("a comment has no end")
            at = len(text) if end < 0 else end + (0 if text[start + 1] == "/" else 2)
            continue
        at = start + 1
        if what == '"':
            string = _STRING.match(text, start)
            if string is None:
                raise ValueError("a string has no end")
            what, at = string[0], string.end()
        elif what in "}]" and comma >= 0:
            parts[comma] = ""
        comma = len(parts) if what == "," else -1
        parts.append(what)
    parts.append(text[at:])
    return "".join(parts)


def check_editor(context: Context) -> list[Result]:
    """Compare what VS Code, pyright and PyCharm are set to in the project with its environment."""
    environment = context.environment
    if environment is None or context.project is None or not environment.python:
        return []
    root = context.project.directory
    files = [os.path.join(root, ".vscode", "settings.json")]
    files += [os.path.join(root, name) for name in list_names(root) if name.endswith(".code-workspace")][:8]
    results = [result for path in files for result in _check_code(context, root, path)]
    return [*results, *_check_pyright(context, root), *_check_pycharm(context, root)]


def _check_code(context: Context, root: str, path: str) -> list[Result]:
    """Compare the interpreter in a settings file of VS Code, or in those of a workspace's file, with the project's."""
    assert context.environment is not None
    text = context.read_text(path)
    if not text:
        return []
    try:
        data = read_jsonc(text)
    except ValueError:
        remedy = Remedy(context.syntax.edit(path), "mend it by hand")
        return [Result("note", f"`{visible_path(path)}` is not JSON", "so VS Code does not follow it", (remedy,))]
    if path.endswith(".code-workspace"):
        data = data.get("settings") if isinstance(data, dict) else None
    results = []
    for key in EDITOR_KEYS:
        value = data.get(key) if isinstance(data, dict) else None
        if not isinstance(value, str) or not value or not _leads_elsewhere(context, value, root):
            continue
        python = context.environment.python
        inside = python.startswith(root.rstrip(os.sep) + os.sep)
        wanted = "${workspaceFolder}" + python[len(root.rstrip(os.sep)) :] if inside else python
        what = f"VS Code is set to `{visible_path(value[:_PATH_LIMIT])}`, not to this environment"
        why = f"`{key}` in `{visible_path(path)}` says so"
        command = context.syntax.substitute(path, key, wanted.replace("\\", "/"))
        results.append(Result("warn", what, why, (Remedy(command),)))
    return results


def _leads_elsewhere(context: Context, value: str, root: str) -> bool:
    """Tell whether an interpreter in VS Code's own words is not the project's; a bare name says nothing."""
    assert context.environment is not None

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith("env:"):
            return context.environ.get(name[4:], "")
        return root if name.startswith("workspaceFolder") else places.home() if name == "userHome" else match[0]

    if len(value) > _PATH_LIMIT:
        return True
    path = os.path.expanduser(re.sub(r"\$\{([^{}]*)\}", fill, value))
    if "${" in path or not os.path.dirname(path):
        return False
    path = os.path.normpath(os.path.join(root, path))
    return not (is_same(os.path.dirname(path), context.environment.bin) or is_same(path, context.environment.prefix))


def _check_pyright(context: Context, root: str) -> list[Result]:
    """Compare `venvPath` and `venv` of pyright 1.1 (`pyrightconfig.json`, else `tool.pyright`) with the environment."""
    assert context.environment is not None
    path = os.path.join(root, "pyrightconfig.json")
    try:
        data = read_jsonc(context.read_text(path) or "null")
    except ValueError:
        return []  # pyright says so itself
    if not isinstance(data, dict):
        path = os.path.join(root, "pyproject.toml")
        data = table(peek_toml(path), "tool", "pyright")
    name, parent = data.get("venv"), data.get("venvPath", ".")
    if not isinstance(name, str) or not isinstance(parent, str) or not name:
        return []
    named = os.path.normpath(os.path.join(root, os.path.expanduser(parent), name))
    prefix = context.environment.prefix
    if is_same(named, prefix):
        return []
    above, own = os.path.split(prefix)
    above = "." if above == root else above
    command = context.syntax.edit(path)
    words = f'have it say `venvPath = "{visible_path(above)}"` and `venv = "{visible(own)}"`'
    if path.endswith(".json"):
        substitute = context.syntax.substitute
        both = [("venv", own), *([("venvPath", above)] if "venvPath" in data or above != "." else [])]
        if all(key in data for key, _ in both):
            command, words = context.syntax.join(*(substitute(path, key, value) for key, value in both)), ""
    what = f"pyright is set to `{visible_path(named)}`, not to this environment"
    return [Result("warn", what, f"`venv` in `{visible_path(path)}` says so", (Remedy(command, words),))]


def _check_pycharm(context: Context, root: str) -> list[Result]:
    """Compare the interpreter that PyCharm keeps for the project with the environment.

    `.idea/misc.xml` has a name for it; what that is of, PyCharm keeps among its own settings, for each version of its.
    """
    assert context.environment is not None
    path = os.path.join(root, ".idea", "misc.xml")
    match = re.search(r'project-jdk-name="([^"]{1,200})"', context.read_text(path, 1 << 18))
    if match is None:
        return []
    python = find_interpreter(context, match[1])
    if not python or is_same(os.path.dirname(python), context.environment.bin):
        return []
    gone = "" if os.path.exists(python) else ", which is gone"
    what = f"PyCharm is set to `{visible_path(python)}`{gone}, not to this environment"
    why = f"`{visible_path(path)}` has it as `{visible(match[1])}`"
    words = f"take `project-jdk-name` out; PyCharm asks, and `{visible_path(context.environment.python)}` is the answer"
    return [Result("warn", what, why, (Remedy(context.syntax.edit(path), words),))]


def find_interpreter(context: Context, name: str) -> str:
    """Return the path of the interpreter that JetBrains' programs know by a name, empty where none of them does."""
    home = places.home()
    config = context.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    if context.platform == "darwin":
        config = os.path.join(home, "Library", "Application Support")
    elif context.platform == "win32":
        config = context.environ.get("APPDATA", home)
    top = os.path.join(config, "JetBrains")
    for product in sorted(list_names(top), reverse=True)[:32]:
        text = context.read_text(os.path.join(top, product, "options", "jdk.table.xml"))
        for block in text.split("</jdk>"):
            said = re.search(r'<name value="([^"]*)"', block), re.search(r'<homePath value="([^"]*)"', block)
            if said[0] and said[1] and said[0][1] == name:
                return os.path.normpath(said[1][1].replace("$USER_HOME$", home))
    return ""
