"""Checks of the hook: in the rc file, in the calling shell, of this version, at work."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autovenv import __version__
from autovenv.commands import finding, shims
from autovenv.disk import ownership
from autovenv.doctor import making, rc_files
from autovenv.doctor.results import Remedy, Result, ok
from autovenv.messages import visible, visible_path
from autovenv.shells import rc
from autovenv.shells.block import BLOCK

if TYPE_CHECKING:
    from autovenv.doctor.context import Context


@dataclass(frozen=True)
class Line:
    """The line of an rc `file` that loads the hook: the path of its `executable`, unless it was put in `by_hand`."""

    file: str
    executable: str = ""
    by_hand: bool = False


def find_lines(context: Context) -> list[Line]:
    """Return the lines that load the hook in the rc files of the calling shell."""
    lines = []
    for path in context.rc_files:
        data = rc.peek(path, context.shell)
        block = BLOCK.search(data)
        if block is not None:
            lines.append(Line(path, read_executable(os.fsdecode(block["body"]), context.shell)))
        elif rc.BY_HAND.search(data):
            lines.append(Line(path, by_hand=True))
    return lines


#: What follows `-x`, or `[IO.File]::Exists(`, as the quoters of `dialects` write one word, and the escapes in it.
_WORDS = {
    "bash": (r"(?:'[^']*'|\\'|[^\s'\\;\])])+", r"'([^']*)'|\\(')"),
    "zsh": (r'"(?:[^"\\]|\\.)*"|[^\s"\\;\])]+', r'^"|"$|\\(.)'),
    "fish": (r"'(?:[^'\\]|\\.)*'|[^\s'\\;\])]+", r"^'|'$|\\(.)"),
    "powershell": (r"\((?:\+?(?:'(?:[^']|'')*'|\[char\]0x[0-9a-f]{4}))+\)|'(?:[^']|'')*'|[^\s'\\;\])]+", ""),
}

#: The parts of a word of PowerShell, some of whose characters are numbers, and what is doubled in such a string.
_PARTS = re.compile(r"'((?:[^']|'')*)'|\[char\]0x([0-9a-f]{4})")
_DOUBLED = re.compile("(['\u2018\u2019\u201a\u201b])\\1")


def read_executable(body: str, shell: str) -> str:
    """Return the path that the line of `autovenv install` looks for, empty where none is seen.

    >>> read_executable("if [ -x '/home/ada/.local/bin/autovenv' ]; then", "bash")
    '/home/ada/.local/bin/autovenv'
    """
    word, escapes = _WORDS[shell]
    match = re.search(rf"(?:-x |-LiteralPath |\[IO\.File\]::Exists\()({word})", body)
    if match is None:
        return ""
    if shell == "powershell":
        parts = _PARTS.findall(match[1]) or [(match[1], "")]
        text = "".join(chr(int(number, 16)) if number else _DOUBLED.sub(r"\1", part) for part, number in parts)
        # Two numbers make one character beyond the first 65,536.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return re.sub(escapes, lambda found: next((group for group in found.groups() if group is not None), ""), match[1])


def check_installed(context: Context) -> Result:
    """Look for the hook in the rc files of the calling shell."""
    if not context.shell:
        command = context.syntax.run(*context.tool, "install", "--shell", context.syntax.name)
        return Result("note", "the calling shell is none that autovenv knows", remedies=(Remedy(command),))
    install = (Remedy(context.type("install", "--shell", context.shell)),)
    lines = find_lines(context)
    if not lines:
        what = f"no rc file of {context.shell} loads the hook"
        if context.facts.loaded:
            return Result("note", what, "this shell has it, the next one will not", install)
        return Result("fail", what, remedies=install)
    for line in lines:
        if line.executable and not finding.is_executable(line.executable):
            what = f"`{visible_path(line.file)}` loads no hook"
            return Result("fail", what, f"`{visible_path(line.executable)}` is gone", install)
    if all(line.by_hand for line in lines) and not context.find_command("autovenv"):
        what = f"`{visible_path(lines[0].file)}` may load no hook"
        if not context.facts.loaded:
            return Result("fail", what, "`autovenv` is not on PATH", _replace_by_block(context, lines[0]))
    return ok(f"`{visible_path(lines[0].file)}` loads the hook")


def check_private(context: Context) -> Result | list[Result]:
    """Tell who besides the user can write what the shell reads at its start, or what stands before its commands."""
    if not ownership.HAS_OWNERS:
        return ok("who can write them is not looked at on Windows")
    home = rc.find_home()
    if os.geteuid() == 0 and os.path.isdir(home) and ownership.find_owner(os.stat(home)):
        remedy = Remedy(context.type("doctor"), "as that user, without sudo")
        return Result("note", f"`{visible_path(rc.find_home())}` is another user's home", remedies=(remedy,))
    paths = [*rc_files.list_files(context.shell), rc.find_hook_file(context.shell)] if context.shell else []
    paths += [shims.directory(), *(os.path.join(shims.directory(), name) for name in shims.list_installed())]
    results = []
    blamed: set[str] = set()
    for path in dict.fromkeys(paths):
        looks: ownership.Looks = {}
        try:
            stranger = ownership.find_stranger(path, looks, closed=True)
        except OSError:
            continue
        if stranger is None or stranger[0] in blamed:
            continue
        step, said = stranger
        blamed.add(step)
        what = f"`{visible_path(step)}` {said}"
        where = "" if step == path else f"`{visible_path(path)}` lies there: "
        why = f"{where}whoever can change it has their commands run by your next shell"
        results.append(Result("fail", what, why, (Remedy(making.close(context, step, looks[step])),)))
    return results or ok("nobody else can write what your shells read at their start")


def _replace_by_block(context: Context, line: Line) -> tuple[Remedy, ...]:
    """Return what shows the line that works wherever autovenv is: only its user can take out what they wrote."""
    printed = Remedy(context.type("install", "--shell", context.shell, "--print"), "this line works without PATH")
    return printed, Remedy(context.syntax.edit(line.file), "put it in the place of yours")


def check_loaded(context: Context) -> Result:
    """Tell whether the shell function started this process."""
    if context.facts.loaded:
        options = f", with {', '.join(context.facts.options)}" if context.facts.options else ""
        return ok(f"{context.shell} has loaded the hook{options}")
    if not context.shell:
        command = context.syntax.load_hook(context.tool)
        return Result("warn", "no hook started this command", "the calling shell is not known", (Remedy(command),))
    what = f"this {context.shell} has not loaded the hook"
    lines = find_lines(context)
    if not lines:
        return Result("fail", what, "no rc file loads it", (_load(context),))
    why = "it started before the hook was installed, or its rc file ends before the line"
    if context.environ.get("__AUTOVENV_PREFIX"):
        why = "a parent shell has, and its environment is active here"
    remedies = [_load(context)]
    # bash reads one file as a login shell, another one else; what was put in by hand may be in one of them only.
    for path in rc.find_files(context.shell):
        there = os.path.exists(path) or context.platform == "darwin"  # where terminals start login shells
        if there and all(line.file != path for line in lines):
            why += f"; or it read `{visible_path(path)}` instead, which does not load it"
            install = context.type("install", "--shell", context.shell)
            remedies.append(Remedy(install, f"adds it to `{visible_path(path)}`, for the next shells"))
            break
    return Result("fail", what, why, tuple(remedies))


def _load(context: Context) -> Remedy:
    return Remedy(context.syntax.load_hook(context.tool))


def check_version(context: Context) -> Result:
    """Compare the version of the hook with this one."""
    if context.hook is None:
        return ok("no hook is loaded")
    if context.hook == __version__:
        return ok(f"the hook is of version {__version__}")
    what = f"the hook is of version {visible(context.hook) or 'unknown'}, autovenv of version {__version__}"
    return Result("warn", what, "this shell started before autovenv was upgraded", (_load(context),))


def check_registered(context: Context) -> Result:
    """Tell whether the hook is still called."""
    if context.facts.registered is not False:
        return ok("the hook runs before each prompt" if context.facts.loaded else "no hook is loaded")
    places = {"bash": "`PROMPT_COMMAND`", "zsh": "`precmd_functions`", "powershell": "the function `prompt`"}
    why = f"something has set {places.get(context.shell, 'what it hooked into')} anew"
    lines = find_lines(context)
    load = _load(context)
    if lines and lines[0].by_hand:
        load = Remedy(load.command, f"put that line last in `{visible_path(lines[0].file)}`, for the next shells")
    remedies = [load]
    if any(not line.by_hand for line in lines):
        # Installed anew it stands at the end of the file.
        shell = ("--shell", context.shell)
        moved = context.syntax.join(context.type("uninstall", *shell), context.type("install", *shell))
        remedies.append(Remedy(moved, "puts the hook last in the rc file, for the next shells"))
    return Result("fail", "the hook does not run any more", why, tuple(remedies))


def check_paused(context: Context) -> Result:
    """Tell whether the user has paused the hook in this shell."""
    resume = (Remedy(context.type("on")),)
    if context.facts.state == "off":
        return Result("note", "autovenv is off in this shell", "you said `autovenv off`", resume)
    if context.facts.state == "held":
        why = "you said `deactivate`, which holds until you leave the project"
        return Result("note", "this project's environment is off in this shell", why, resume)
    return ok("not paused")
