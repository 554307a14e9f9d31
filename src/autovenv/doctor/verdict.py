"""What the shell runs when somebody types `python`, and what keeps that from being the project's."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from autovenv import paths
from autovenv.commands import finding
from autovenv.doctor import making, origins
from autovenv.doctor.context import Context
from autovenv.doctor.results import LEVELS, Candidate, Level, Remedy, Result, Verdict, worst
from autovenv.environments.active import is_same
from autovenv.environments.environment import is_environment
from autovenv.messages import visible, visible_path
from autovenv.state import record
from autovenv.trust import judge as trust

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Words before a command in an alias that do not change which one runs.
_MODIFIERS = ("command", "noglob", "nocorrect", "exec", "env", "winpty", "-")


@dataclass(frozen=True)
class Run:
    """What runs for a `name`: `how` the shell comes to it, its `path` (empty: not known), the `text` of an alias."""

    name: str
    how: Literal["abbreviation", "alias", "function", "hash", "path", "nothing"]
    path: str = ""
    text: str = ""
    candidate: Candidate | None = None


def find_run(context: Context, name: str, passed: tuple[str, ...] = ()) -> Run:
    """Return what the shell runs for a name: aliases come before functions, the table of commands before `PATH`.

    fish (3.6) puts an abbreviation in while a command is typed.
    """
    facts = context.facts
    if name in facts.abbreviations and not passed:
        text = facts.abbreviations[name]
        return Run(name, "abbreviation", _follow_alias(context, name, text, passed), text)
    if name in facts.aliases and name not in passed:
        text = facts.aliases[name]
        return Run(name, "alias", _follow_alias(context, name, text, passed), text)
    if name in facts.functions and not (context.shell == "fish" and name in facts.aliases):
        return Run(name, "function")
    found = find_on_path(context, name)
    hashed = facts.hashes.get(name)
    if (
        hashed is not None
        and not is_same_place(hashed, found.path)
        and not is_passed_over(context, hashed, found.candidate)
    ):
        return Run(name, "hash", hashed)
    return found


def is_passed_over(context: Context, hashed: str, candidate: Candidate | None) -> bool:
    """Tell whether the shell runs the `candidate` that `PATH` has, whatever its table of commands says.

    zsh 5.9 (`Src/exec.c`) tries the relative entries of `PATH` first, and all of them where what the table has cannot
    be run: it takes any file of that name into it.
    """
    if context.shell != "zsh" or candidate is None:
        return False
    return not os.path.isabs(context.entries[candidate.entry - 1]) or not finding.is_executable(hashed)


def is_same_place(one: str, other: str) -> bool:
    """Tell whether two paths are the same place: an environment's `python` leads to the very file that others do."""
    names = os.path.basename(one) == os.path.basename(other)
    return names and is_same(os.path.dirname(one), os.path.dirname(other))


def find_on_path(context: Context, name: str) -> Run:
    """Return what `PATH` alone has for a name."""
    candidate = context.find(name)
    return Run(name, "path", candidate.path, candidate=candidate) if candidate else Run(name, "nothing")


def _follow_alias(context: Context, name: str, text: str, passed: tuple[str, ...]) -> str:
    """Return the path that an alias leads to, empty where it does not say."""
    try:
        # An alias of PowerShell is one name, and a path of Windows has backslashes.
        words = [text] if context.shell == "powershell" else shlex.split(text)
    except ValueError:
        return ""
    while words and (words[0] in _MODIFIERS or "=" in words[0]):
        words = words[1:]
    if not words:
        return ""
    word = os.path.expanduser(words[0])
    if os.path.dirname(word):
        return os.path.normpath(paths.anchor(record.localize(word), context.directory))
    if context.platform == "win32":
        word = word.removesuffix(".exe")
    if len(passed) > 8:
        return ""
    return find_run(context, word, (*passed, name)).path


def is_project_path(context: Context, path: str) -> bool:
    """Tell whether what runs is a command of the environment that should be active."""
    return context.should is not None and bool(path) and is_same(os.path.dirname(path), context.should.bin)


@dataclass(frozen=True)
class Difference:
    """Why something else runs than should, and what to type. `level` is how bad that is."""

    level: Level
    why: str
    remedies: tuple[Remedy, ...]


def find_difference(context: Context, name: str = "python", run: Run | None = None) -> Difference | None:
    """Return why `name` is not the project's, None where it is, or where it need not be; `run` is what runs for it."""
    step = context.project
    if step is None:
        return None
    if step.broken is not None:
        return Difference(
            "fail", f"`{visible_path(step.broken.prefix)}` is broken: {step.broken.reason}", making.mend(context)
        )
    if step.environment is not None and step.verdict is not None and not step.allowed:
        if step.verdict.quiet or is_by_hand(context, name, run):
            return None
        why = f"`{visible_path(step.environment.prefix)}` is not activated: {trust.explain(step.verdict)}"
        return Difference("fail", why, making.permit(context))
    if context.should is None or not has_command(context, name) or find_unrunnable(context, (name,)):
        return None
    run = run or find_run(context, name)
    if is_project_path(context, run.path):
        return None
    return _find_cause(context, run)


def is_by_hand(context: Context, name: str = "python", run: Run | None = None) -> bool:
    """Tell whether the project's environment, which may not be activated, is what runs: its user has activated it."""
    environment = context.environment
    if environment is None or context.should is not None:
        return False
    path = (run or find_run(context, name)).path
    return bool(path) and is_same(os.path.dirname(path), environment.bin)


def tell_presence(context: Context) -> str:
    """Return in words how an environment that may not be activated comes to be active."""
    return "still active" if context.facts.state == "active" else "activated by hand"


def has_command(context: Context, name: str) -> bool:
    """Tell whether the environment that should be active has a command of that name."""
    if context.should is None:
        return False
    endings = ("", ".exe") if context.platform == "win32" else ("",)
    return any(os.path.exists(os.path.join(context.should.bin, name + ending)) for ending in endings)


def find_unrunnable(context: Context, names: Sequence[str]) -> str:
    """Return the path of the first of some commands that the environment has and nobody can run, empty where none is.

    It is a link that leads nowhere, or lacks the permission.
    """
    if context.should is None or context.platform == "win32":
        return ""
    paths = (os.path.join(context.should.bin, name) for name in names)
    return next((path for path in paths if os.path.lexists(path) and not finding.is_executable(path)), "")


def _find_cause(context: Context, run: Run) -> Difference:
    facts = context.facts
    syntax = context.syntax
    resume = (Remedy(context.type("on")),)
    if not facts.loaded and not context.active:
        return Difference("fail", "this shell has not loaded the hook", (Remedy(syntax.load_hook(context.tool)),))
    if facts.state == "off":
        return Difference("note", "autovenv is off in this shell", resume)
    if facts.state == "held":
        return Difference("note", "the environment was deactivated by hand", resume)
    if run.how in ("abbreviation", "alias", "function"):
        return explain_definition(context, run)
    if run.how == "hash":
        return Difference("fail", "the shell remembers another place of the command", (Remedy(syntax.rehash()),))
    other = find_other(context)
    if other:
        return Difference("fail", f"`{visible_path(other)}` was activated by hand", leave_other(context, other))
    if facts.registered is False:
        why = "the hook is loaded but does not run any more"
        return Difference("fail", why, (Remedy(syntax.load_hook(context.tool)),))
    assert context.should is not None
    place = visible_path(context.should.bin)
    why = f"`{place}` is not on PATH"
    if any(is_same(entry, context.should.bin) for entry in context.entries) and run.candidate is not None:
        before = visible_path(context.entries[run.candidate.entry - 1])
        why = f"`{before}` ({origins.TITLES[run.candidate.origin]}) comes before `{place}` on PATH"
    return Difference("fail", why, reenter(context))


def explain_definition(context: Context, run: Run) -> Difference:
    """Return why an alias or a function runs, and what removes it."""
    if run.how == "abbreviation":
        return Difference("fail", "it is put in while a command is typed", (Remedy(f"abbr --erase {run.name}"),))
    if run.how == "alias":
        what, command = "an alias", context.syntax.unalias(run.name)
    else:
        what, command = "a function", context.syntax.forget_function(run.name)
    return Difference("fail", f"{what} comes before every directory on PATH", (Remedy(command),))


def reenter(context: Context) -> tuple[Remedy, ...]:
    """Return what puts the project's environment first on `PATH`."""
    if context.facts.loaded:
        return (Remedy(context.syntax.join(context.type("off"), context.type("on"))),)
    return (Remedy(context.syntax.load_hook(context.tool)),)


def find_other(context: Context) -> str:
    """Return the prefix of another environment that is active, by hand, in place of the project's; else empty."""
    prefix = context.environ.get("VIRTUAL_ENV", "")
    if context.should is None or not os.path.isabs(prefix) or not is_environment(prefix):
        return ""
    if context.facts.state == "active" and prefix == context.environ.get("__AUTOVENV_PREFIX"):
        return ""  # by the hook, which sees at the next prompt that another one has taken its place
    return "" if is_same(prefix, context.should.prefix) else prefix


def leave_other(context: Context, prefix: str) -> tuple[Remedy, ...]:
    """Return what takes an environment off that was activated by hand, here or in a parent of this shell."""
    syntax = context.syntax
    bins = [os.path.join(prefix, name) for name in ("bin", "Scripts")]
    rest = [entry for entry in context.entries if not any(is_same(entry, place) for place in bins)]
    if context.environ.get("PYENV_ACTIVATE_SHELL"):
        # By `pyenv activate` (pyenv-virtualenv 1.2), whose own hook would bring it back.
        command = "pyenv deactivate"
    elif "deactivate" in context.facts.functions:
        command = "deactivate"
    else:
        command = syntax.join(context.unset("VIRTUAL_ENV"), syntax.set_path(rest))
    # At two prompts: the hook has to see the first before the second.
    return (Remedy(command), Remedy(context.type("on"))) if context.facts.loaded else (Remedy(command),)


def describe(context: Context, run: Run) -> str:
    """Return in words what runs."""
    if run.how == "abbreviation":
        return f"an abbreviation for `{visible(run.text)}`"
    if run.how == "alias":
        return f"an alias for `{visible(run.text)}`"
    if run.how == "function":
        return "a function"
    if run.how == "nothing":
        return "not found"
    title = f" ({_describe_candidate(run.candidate)})" if run.candidate else ""
    return f"`{visible_path(run.path)}`{title}"


def _describe_candidate(candidate: Candidate) -> str:
    version = f", Python {candidate.version}" if candidate.version else ""
    return origins.TITLES[candidate.origin] + version


def judge(context: Context, results: Sequence[Result]) -> Verdict:
    """Return the verdict, which is as bad as the worst of all results."""
    level = worst(results)
    run = find_run(context, "python")
    if run.how == "nothing":
        # Debian and macOS have no `python`, only `python3`.
        other = find_run(context, "python3")
        run = other if other.how != "nothing" else run
    runs = run.path or None
    described = describe(context, run)
    named = f"`{run.name}` is {described}"
    if run.name == "python3":
        named = f"`python` is not found; {named}"
    difference = find_difference(context)
    environment = context.environment
    besides = _point_at(results, level)
    if difference is not None:
        should = environment.python or None if environment is not None else None
        what = f"`{run.name}` is not this project's" if run.how != "nothing" else "no `python` is found"
        if run.name == "python3":
            what = f"`python` is not found, and {what}"
        version = f" (Python {context.version})" if context.version else ""
        what_should = f"`{visible_path(should)}`{version}" if should else "this project's, which is broken"
        return Verdict(level, what, runs, should, difference.why, described, what_should)
    if environment is not None and is_by_hand(context, run=run):
        what = f"`{run.name}` is this project's, `{visible_path(run.path)}`, {tell_presence(context)}{besides}"
        return Verdict(level, what, runs, environment.python or None)
    if context.should is None:
        where = "no project applies here"
        if context.bare_project or environment is not None:
            where = (
                "this project has no environment" if environment is None else "you denied this project's environment"
            )
        return Verdict(level, f"{named}; {where}{besides}", runs)
    if not has_command(context, "python"):
        return Verdict(level, f"{named}; this project's environment has no `python`{besides}", runs)
    other = find_run(context, "python3")
    difference = find_difference(context, "python3", other)
    if difference is not None:
        should = finding.find_command("python3", context.should.bin) or os.path.join(context.should.bin, "python3")
        what = "`python` is this project's, but `python3` is not"
        runs = other.path or None
        return Verdict(level, what, runs, should, difference.why, describe(context, other), f"`{visible_path(should)}`")
    known = context.version and (context.answer is None or not context.answer.problem)
    version = f" (Python {context.version})" if known else ""
    what = f"`python` is this project's, `{visible_path(run.path)}`{version}{besides}"
    return Verdict(level, what, runs, context.should.python)


def _point_at(results: Sequence[Result], level: Level) -> str:
    """Return words that name the checks which found the worst, where that is not what the verdict is about."""
    names = dict.fromkeys(result.check for result in results if result.level == level)
    names.pop("environment", None)  # of which every verdict speaks
    if LEVELS.index(level) < LEVELS.index("warn") or not names:
        return ""
    return ", but see " + ", ".join(f"`{name}`" for name in names)
