"""Checks of the project's environment: there, whole, in its place, of the right version, allowed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from autovenv import resolve
from autovenv.commands import finding
from autovenv.commands.remaking import find_free
from autovenv.disk.evidence import Evidence, list_names
from autovenv.doctor import making, origins, verdict, versions
from autovenv.doctor.candidates import read_head, read_prefix_version
from autovenv.doctor.demands import find_conflict, find_wanted, is_met
from autovenv.doctor.results import Level, Remedy, Result, ok
from autovenv.environments import tools
from autovenv.environments.active import is_same
from autovenv.environments.environment import is_environment
from autovenv.environments.kinds import title_kind
from autovenv.messages import visible, visible_path
from autovenv.state import settings
from autovenv.trust import birthplace, shadowed
from autovenv.trust import judge as trust

if TYPE_CHECKING:
    from autovenv.doctor.context import Context
    from autovenv.doctor.demands import Demand
    from autovenv.environments.environment import Environment

#: Scripts of an environment that are looked at.
_SCRIPTS = 2000


def check_environment(context: Context) -> Result:
    """Tell whether the project has a usable environment."""
    step = context.project
    if step is None or step.finding is None:
        if not context.bare_project:
            return ok("no project applies here")
        what = f"`{visible_path(context.bare_project)}` has no environment"
        why, remedies = making.begin(context, context.bare_project)
        return Result("warn", what, why, remedies)
    if step.broken is not None:
        what = f"`{visible_path(step.broken.prefix)}` is not a usable environment"
        return Result("fail", what, step.broken.reason, making.mend(context))
    environment = context.should
    if environment is not None and environment.flavour == "venv" and not verdict.has_command(context, "python"):
        only = visible(os.path.basename(environment.python))
        what = f"`{visible_path(environment.prefix)}` has no `python`, only `{only}`"
        return Result("warn", what, "`python` is whatever comes next on PATH", making.mend(context))
    if path := verdict.find_unrunnable(context, ("python", "python3")):
        name = os.path.basename(path)
        what = f"`{visible_path(path)}` cannot be executed"
        mend = making.renew(context)
        if os.path.isfile(path):
            mend = (Remedy(context.syntax.run("chmod", "u+x", path)),)
        return Result("warn", what, f"`{name}` is whatever comes next on PATH", mend)
    kind = title_kind(step.finding.kind)
    return ok(f"`{visible_path(step.finding.environment.prefix)}` is the environment ({kind})")


def check_tool(context: Context) -> Result:
    """Tell whether the project's own tool installs into the environment that runs, or would into another."""
    step = context.project
    if step is None or step.finding is None or context.should is None:
        return ok("nothing to compare")
    kind, environment = step.finding.kind, context.should
    tool = tools.find_tool(step.directory, Evidence(context.environ))
    own = os.path.join(step.directory, ".venv")
    place = visible_path(environment.prefix)
    named = context.environ.get("UV_PROJECT_ENVIRONMENT", "")
    told = bool(named) and is_same(os.path.join(step.directory, named), environment.prefix)
    if tool is tools.UV and kind != "uv" and not told and not is_same(environment.prefix, own):
        what = f"`python` runs `{place}`, but `uv sync` installs into `{visible_path(own)}`"
        remedy = Remedy(context.syntax.set_variable("UV_PROJECT_ENVIRONMENT", environment.prefix), "for this shell")
        return Result("warn", what, "uv takes no other than `.venv` for the project's", (remedy,))
    if tool is tools.PDM and (saved := _find_saved(context, step.directory, environment)):
        what = f"`python` runs `{place}`, but `pdm install` installs into `{visible_path(saved)}`"
        lines = making.run_tool(context, context.syntax.run("pdm", "use", "--first", environment.python))
        if not lines:
            file = os.path.join(step.directory, ".pdm-python")
            lines = (context.syntax.move(file, find_free(f"{file}.old")),)
        remedy = Remedy(making.type_in(context, step.directory, *lines))
        return Result("warn", what, "`.pdm-python` names it", (remedy,))
    if tool in (tools.HATCH, tools.PIXI, tools.CONDA, tools.CONDA_YAML) and kind == "in_project" and tool is not None:
        what = f"`python` runs `{place}`, but {tool.title} keeps an environment of its own"
        remedy = Remedy(context.type("link", environment.prefix), "if it is meant: nobody keeps to that by chance")
        if making.run_tool(context, tool.command):
            line = making.swap(context, (environment.prefix,), (tool.command.split(),))
            remedy = Remedy(making.type_in(context, step.directory, line), making.tell_aside(environment.prefix))
        return Result("note", what, "what it installs is not there", (remedy,))
    if outer := _find_outer(context):
        return outer
    return ok("it installs where `python` runs" if tool else "the project names no tool")


def _find_saved(context: Context, directory: str, environment: Environment) -> str:
    """Return the environment that PDM has saved for itself, where that is another one; it takes no other then."""
    python = context.read_text(os.path.join(directory, ".pdm-python"), 1 << 12).strip()
    place = os.path.dirname(python)
    other = os.path.isabs(python) and os.path.exists(python) and not is_same(place, environment.bin)
    return os.path.dirname(place) if other and is_environment(os.path.dirname(place)) else ""


def _find_outer(context: Context) -> Result | None:
    """Return what the hook says where an environment from further up is used, None where that is as it should."""
    assert context.project is not None
    values = settings.load(Evidence(context.environ))
    for step in context.walk.steps if context.walk else ():
        if step.finding is not None:
            continue
        _, outers = resolve.list_advice(step.directory, Evidence(context.environ), values)
        if not outers:
            continue
        what, why, _ = outers[0]
        tool = tools.find_tool(step.directory, Evidence(context.environ))
        *before, command = (making.run_tool(context, tool.command) if tool else ()) or ("",)
        if tool and command and tool.joins and context.environ.get("VIRTUAL_ENV") and context.platform != "win32":
            command = f"env -u VIRTUAL_ENV {command}"
        remedies = (Remedy(making.type_in(context, step.directory, *before, command)),) if command else ()
        return Result("warn", what, why, remedies or making.make(context, os.path.join(step.directory, ".venv")))
    return None


def check_moved(context: Context) -> Result:
    """Compare where the environment lies with where it says that it was made, and with what its scripts run."""
    environment = context.environment
    if environment is None or context.project is None or environment.flavour != "venv":
        return ok("nothing to compare")
    place = visible_path(environment.prefix)
    remedies = making.renew(context)
    strays = find_strays(environment)
    if strays:
        script, interpreter = strays[0]
        other = f" and {len(strays) - 1} more" if len(strays) > 1 else ""
        what = f"`{place}` was moved or copied: `{visible(os.path.basename(script))}`{other} would run another Python"
        gone = "" if os.path.exists(interpreter) else ", which is gone"
        why = f"the first line names `{visible_path(interpreter)}`{gone}"
        return Result("fail", what, why, remedies)
    found = birthplace.find(environment, context.project.directory, {})
    if found.named and not found.here:
        what = f"`{place}` was moved or copied"
        return Result("warn", what, f"`{found.source}` says `{visible_path(found.named)}`", remedies)
    return ok(f"`{place}` lies where it was made")


def find_strays(environment: Environment) -> list[tuple[str, str]]:
    """Return the scripts of an environment that run the Python of another one, each with what it runs."""
    strays = []
    for name in list_names(environment.bin)[:_SCRIPTS]:
        path = os.path.join(environment.bin, name)
        if not os.path.isfile(path):
            continue
        interpreter = origins.read_interpreter(read_head(path))
        inside = os.path.basename(os.path.dirname(interpreter)) == os.path.basename(environment.bin)
        if not origins.is_python(interpreter) or not inside:
            continue
        if is_same(os.path.dirname(interpreter), environment.bin):
            continue
        prefix = os.path.dirname(os.path.dirname(interpreter))
        # The system's own Python is somebody's deliberate choice.
        if not os.path.exists(interpreter) or os.path.exists(os.path.join(prefix, "pyvenv.cfg")):
            strays.append((path, interpreter))
    return strays


def check_interpreter(context: Context) -> Result:
    """Start the project's Python, where it may be, and compare it with the one that the environment was made with."""
    environment = context.should
    if environment is None or not environment.python:
        return ok("nothing that may be started")
    python = visible_path(environment.python)
    remedies = making.renew(context)
    home = environment.config.get("home", "")
    answer = context.answer
    if answer is None or answer.problem:
        why = answer.problem if answer else ""
        if os.path.isabs(home) and not os.path.isdir(home):
            why = f"the Python that it was made with, in `{visible_path(home)}`, is gone"
        return Result("fail", f"`{python}` does not work", why, remedies)
    made = read_prefix_version(environment.prefix, environment.flavour)
    if made and made.split(".")[:2] != answer.version.split(".")[:2]:
        what = f"`{python}` is Python {answer.version} now, but the environment was made with {made}"
        return Result("fail", what, "the packages in it are not seen by another version", remedies)
    if os.path.isabs(home) and not os.path.isdir(home):
        what = f"the Python that `{visible_path(environment.prefix)}` was made with is gone"
        why = f"`pyvenv.cfg` says that it was in `{visible_path(home)}`; `{python}` works without it, by chance"
        return Result("warn", what, why, remedies)
    if not answer.ssl:
        what = f"`{python}` has no module `ssl`"
        why = "it was built without OpenSSL, or that is gone: pip can download nothing"
        return Result("fail", what, why, remedies)
    return ok(f"`{python}` is Python {answer.version}")


def check_requires(context: Context) -> list[Result]:
    """Compare the version of the project's Python with what the project asks for."""
    if context.project is None or context.environment is None or not context.version:
        return []
    # What no Python suits comes first: with the file as it is, a new environment would be as wrong as this one.
    demands = sorted(context.demands, key=lambda demand: find_conflict(demand, context.demands) is None)
    return [_compare(context, demand) for demand in demands]


def _compare(context: Context, demand: Demand) -> Result:
    assert context.project is not None
    said = f"{demand.says} `{visible(demand.asked)}`"
    if other := find_conflict(demand, context.demands):
        path = os.path.join(context.project.directory, demand.file)
        remedy = Remedy(context.syntax.edit(path), "put a version there that suits both")
        wanted = _find_suitable(context)
        if wanted and demand.file == ".python-version" and len(context.read_text(path, 1 << 12).split()) == 1:
            remedy = Remedy(context.syntax.write(path, wanted), "then both can be met")
        what = f"{said}, but {other.says} `{visible(other.asked)}`"
        return Result(demand.level, what, "no Python suits both", (remedy,))
    suits = demand.suits(context.version, demand.asked)
    if suits is not False:
        known = "" if suits else ", which cannot be compared"
        return ok(f"the environment is of Python {context.version}, and {said}{known}")
    what = f"the environment is of Python {context.version}, but {said}"
    return Result(demand.level, what, remedies=making.renew(context))


def _find_suitable(context: Context) -> str:
    """Return the version that all the others that ask are content with, in two parts: that of the environment first."""
    if is_met(context.version, context.joint):
        return versions.shorten(context.version)
    candidate = making.choose_python(context)
    return versions.shorten(candidate.version) if candidate else find_wanted(context.joint)


def check_trust(context: Context) -> Result:
    """Tell whether the environment may be used, and why."""
    step = context.project
    if step is None or step.environment is None or step.verdict is None:
        return ok("nothing to decide")
    place = visible_path(step.environment.prefix)
    reasons = tuple(dict.fromkeys(words for _, words in step.verdict.reasons))
    if step.allowed:
        return ok(f"`{place}` may be activated: {trust.explain(step.verdict)}")
    by_hand = verdict.is_by_hand(context)
    level: Level = "note" if step.verdict.quiet else "warn" if by_hand else "fail"
    what = f"`{place}` is not activated"
    if by_hand:
        what = f"`{place}` is {verdict.tell_presence(context)}, autovenv would not activate it"
    details = reasons[1:] if len(reasons) > 1 else ()
    # Made anew in its place, it names that, and nothing has to be allowed.
    causes = {"moved": "moved", "settings": "config"}
    codes = [code for code, _ in step.verdict.reasons]
    because = causes.get(codes[0], "") if len(set(codes)) == 1 else ""
    why = reasons[0] if reasons else ""
    return Result(level, what, why, making.permit(context), details, because=because)


def check_shadowed(context: Context) -> list[Result]:
    """Look for commands of the system that the active environment hides."""
    environment = context.should
    if environment is None:
        return []
    results = []
    for command, package in shadowed.list_shadowed(environment):
        path = finding.find_command(command, environment.bin)
        if path is None:
            continue
        what = f"`{command}` is this environment's, not the system's"
        why = (
            f"the package `{visible(package)}` brought it"
            if package
            else f"it lies in `{visible_path(environment.bin)}`"
        )
        # Neither deleted nor uninstalled: what else came with it may be needed.
        aside = find_free(f"{path}.old")
        remedy = Remedy(context.syntax.move(path, aside), f"it stays as `{visible(os.path.basename(aside))}`")
        results.append(Result("warn", what, why, (remedy,)))
    return results


def check_unreadable(context: Context) -> list[Result]:
    """Tell what was there on the way up and could not be used."""
    if context.walk is None:
        return []
    evidence = Evidence(context.environ)
    settings.load(evidence)
    results: list[Result] = []
    for sentence in context.walk.skipped:
        if sentence in evidence.skipped:
            continue  # that is of the settings: `config` tells
        remedy = _make_readable(context, making.find_path(sentence))
        if not any((remedy,) == result.remedies for result in results):
            results.append(Result("warn", sentence, "so it was passed over", (remedy,)))
    return results


def _make_readable(context: Context, path: str) -> Remedy:
    """Return what lets a file be read: it may be none, or nobody may, or what it says is wrong."""
    if not path:
        return Remedy(context.type("status"), "tells more")
    if not os.path.isfile(path):
        return Remedy(context.syntax.move(path, find_free(path + ".old")))
    if not os.access(path, os.R_OK):
        return Remedy(context.syntax.run("chmod", "u+r", path))
    return Remedy(context.syntax.edit(path), "mend it by hand")
