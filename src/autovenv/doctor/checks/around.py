"""Checks of what is around the project: autovenv's own files, PowerShell's policy."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from autovenv import places
from autovenv.commands.remaking import find_free
from autovenv.disk import ownership
from autovenv.disk.evidence import Evidence, Unreadable
from autovenv.doctor import making
from autovenv.doctor.results import Level, Remedy, Result, ok
from autovenv.messages import suggest, visible, visible_path
from autovenv.shells import policy, rc
from autovenv.state import settings

if TYPE_CHECKING:
    from autovenv.doctor.context import Context


def check_config(context: Context) -> list[Result]:
    """Look for errors and unknown keys in the settings."""
    results = []
    for path in (places.machine_config_file(), places.user_config_file()):
        mine = path == places.user_config_file()
        try:
            given = Evidence(context.environ).read_toml(path) or {}
        except Unreadable as problem:
            what = f"`{visible_path(path)}` {problem}"
            why = "nothing that it says is followed, and every environment is asked about"
            results.append(Result("fail", what, why, _make_readable(context, path, mine)))
            continue
        results += _check_keys(context, path, given, mine)
    for setting in settings.SETTINGS:
        value = context.environ.get(setting.variable, "") if setting.variable else ""
        if value and value not in ("true", "false"):
            what = f"`{setting.variable}` must be true or false, not `{visible(value)}`"
            results.append(Result("warn", what, remedies=(Remedy(context.unset(setting.variable)),)))
    return results


def _make_readable(context: Context, path: str, mine: bool) -> tuple[Remedy, ...]:
    """Return what lets a settings file be read, which is the user's, or else the machine's."""

    def tell(command: str) -> str:
        # What the settings say is not seen before the next `cd`.
        return context.syntax.join(command, context.type("on")) if context.facts.loaded else command

    if os.path.isfile(path) and not os.access(path, os.R_OK):
        command = context.syntax.run("chmod", "u+r", path) if mine else context.syntax.run("sudo", "chmod", "a+r", path)
        return (Remedy(tell(command)),)
    move = context.syntax.move(path, find_free(path + ".broken"))
    edit = Remedy(context.syntax.edit(path), "or mend it by hand")
    return Remedy(tell(move if mine else f"sudo {move}")), edit


def _check_keys(context: Context, path: str, given: dict[str, object], mine: bool) -> list[Result]:
    known = {setting.name: setting for setting in settings.SETTINGS}
    results = []
    text = context.read_text(path)
    for name, value in given.items():
        wrong = settings.check(known[name], value) if name in known else "is no setting"
        if wrong is None:
            continue
        line = settings.find_line(text, name)
        place = f"`{visible_path(path)}`" + (f" line {line}" if line else "")
        why = "it is not followed"
        if name not in known:
            why = suggest(name, known, why)
        command = context.type("config", "unset", name) if mine else f"sudo {context.syntax.edit(path)}"
        level: Level = "fail" if name in known and known[name].pinned else "warn"
        results.append(Result(level, f"{place}: `{visible(name)}` {wrong}", why, (Remedy(command),)))
    return results


def check_state(context: Context) -> Result:
    """Tell whether records and decisions can be kept in the state directory. Nothing in it is changed."""
    state = places.state_dir()
    place = visible_path(state)
    aside = (Remedy(context.syntax.move(state, find_free(state + ".old")), "it is made anew when it is needed"),)
    try:
        found = os.lstat(state)
    except OSError:
        return _check_parent(context, state)
    why = "what was decided is not believed, and each `cd` into a project starts Python"
    if not os.path.isdir(state):
        return Result("fail", f"`{place}` is not a directory", why, aside)
    found = os.stat(state)
    if owner := ownership.find_owner(found):
        return Result("fail", f"`{place}` belongs to {owner}", why, aside)
    if ownership.HAS_OWNERS and found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        command = context.syntax.run("chmod", "700", state)
        return Result("fail", f"`{place}` can be written by others", why, (Remedy(command),))
    if not os.access(state, os.R_OK | os.W_OK | os.X_OK) or not found.st_mode & stat.S_IWUSR:
        command = context.syntax.run("chmod", "700", state)
        return Result("warn", f"`{place}` cannot be written", why, (Remedy(command),))
    if fault := _find_fault(context, state):
        return fault
    if context.facts.elsewhere:
        return _explain_elsewhere(context, place)
    return ok(f"`{place}` is usable")


def _explain_elsewhere(context: Context, place: str) -> Result:
    """Return what there is to say of a shell that does not find what is kept in the state directory."""
    why = f"it asks once a project, then remembers; what it was told is in `{visible_path(context.facts.elsewhere)}`"
    what = f"`{place}` is not where this shell looks"
    if context.platform != "win32":
        words = "a variable like XDG_STATE_HOME was set after the hook was loaded; export it before"
        return Result("note", what, why, (Remedy(context.syntax.load_hook(context.tool), words),))
    below = context.facts.elsewhere.rpartition("/at/")[2]
    words = "by its drive: MSYS2's shells have names for directories that Windows does not know"
    return Result("note", what, why, (Remedy(context.syntax.go(f"/{below}"), words),))


def _check_parent(context: Context, state: str) -> Result:
    parent = os.path.dirname(state)
    while not os.path.lexists(parent):
        parent = os.path.dirname(parent)
    if os.path.isdir(parent) and os.access(parent, os.W_OK | os.X_OK) and not ownership.find_owner(os.stat(parent)):
        return _find_fault(context, parent) or ok(f"`{visible_path(state)}` is made when it is needed")
    what = f"`{visible_path(state)}` cannot be made"
    if not os.path.isdir(parent):
        command = context.syntax.move(parent, find_free(parent + ".old"))
        return Result("fail", what, f"`{visible_path(parent)}` is not a directory", (Remedy(command),))
    why = f"`{visible_path(parent)}` is not yours to write"
    run = context.syntax.run
    user = str(os.geteuid()) if ownership.HAS_OWNERS else ""
    if not user:
        remedy = Remedy(run("mkdir", state))
    elif user == "0":
        remedy = Remedy(context.type("doctor"), "as the user whose home this is, without sudo")
    elif not ownership.find_owner(os.stat(parent)):
        remedy = Remedy(run("chmod", "u+rwx", parent))
    elif context.syntax.split_home(parent)[0]:
        remedy = Remedy(run("sudo", "chown", user, parent), "somebody has made that with sudo")
    else:
        make, give = run("sudo", "mkdir", "-p", "-m", "700", state), run("sudo", "chown", user, state)
        remedy = Remedy(context.syntax.join(make, give))
    return Result("warn", what, why, (remedy,))


def _find_fault(context: Context, path: str) -> Result | None:
    """Return what is wrong with the way to a directory that must be private: somebody can put another in its place."""
    if not ownership.HAS_OWNERS:
        return None
    looks: ownership.Looks = {}
    for step in ownership.list_steps(path, looks):
        who = ownership.find_mover(step, looks[step])
        owner = ownership.find_owner(looks[step], root=True)
        if not who and not owner:
            continue
        said = f"can be written by {who}" if who else f"belongs to {owner}"
        command = making.close(context, step, looks[step])
        what = f"`{visible_path(step)}`, on the way to autovenv's own files, {said}"
        return Result("fail", what, "they could be replaced, so they are not believed", (Remedy(command),))
    return None


def check_execution_policy(context: Context) -> Result:
    """Tell whether PowerShell on Windows runs the profile, which loads the hook."""
    if context.platform != "win32" or context.shell != "powershell":
        return ok("there is none in this shell")
    # Windows PowerShell has one directory of modules called so; 7 has its own.
    old = "windowspowershell" in context.environ.get("PSModulePath", "").split(";")[0].lower()
    folders = [os.path.dirname(path) for path in rc.find_files("powershell")]
    folder = next((folder for folder in folders if policy.is_old(folder) == old), folders[0])
    found = policy.read(old, context.find_command("powershell" if old else "pwsh") or "", folder, context.environ)
    if not found.strict:
        return ok(f"the policy is {visible(found.name)}")
    what = f"the execution policy is `{visible(found.name)}`"
    why = "PowerShell does not run your profile, which loads the hook"
    if found.group:
        run = Remedy(context.type("run", "--", "python"), "whoever administers this machine has set it")
        return Result("fail", what, why, (run,))
    return Result("fail", what, why, (Remedy(policy.MEND),))
