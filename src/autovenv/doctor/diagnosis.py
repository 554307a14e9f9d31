"""Runs the checks and puts together what they say."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from autovenv import __version__, places
from autovenv.doctor import verdict
from autovenv.doctor.checks import CHECKS, Check
from autovenv.doctor.results import Diagnosis, Remedy, Result, Verdict, ok, worst
from autovenv.messages import Problem, suggest, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from autovenv.doctor.context import Context

T = TypeVar("T")


def choose(names: Iterable[str], checks: tuple[Check, ...] = CHECKS) -> tuple[Check, ...]:
    """Return the checks of these names in the order of the table, all where none is named. Raises `Problem`."""
    wanted = list(names)
    known = [check.name for check in checks]
    for name in wanted:
        if name not in known:
            hint = suggest(name, known, "run `autovenv doctor --list`")
            raise Problem(f"there is no check `{visible(name)}`", hint=hint, status=2)
    return tuple(check for check in checks if check.name in wanted or not wanted)


def examine(context: Context, checks: tuple[Check, ...] = CHECKS) -> Diagnosis:
    """Return what some checks find. One that breaks is reported as broken, and the others go on."""
    found = [result for check in checks for result in run(check, context)]
    results = tuple(redact(result, context) for result in relate(found))
    try:
        judged = verdict.judge(context, results)
    except Exception as error:
        judged = Verdict(worst(results), f"which `python` runs cannot be told: {_explain(error)}")
    judged = replace(
        judged,
        what=redact_text(judged.what, context),
        why=redact_text(judged.why, context),
        what_runs=redact_text(judged.what_runs, context),
        what_should=redact_text(judged.what_should, context),
    )
    return Diagnosis(
        version=__version__,
        platform=context.platform,
        shell=context.shell or None,
        hook=context.hook,
        directory=context.directory,
        project=_attempt(lambda: context.project.directory if context.project else context.bare_project or None),
        verdict=judged,
        results=results,
        candidates=_attempt(lambda: context.candidates) or (),
    )


#: Checks whose findings come from what another one finds, the likeliest first: to mend that makes a new environment.
CAUSES = {
    "packages": ("environment", "moved", "interpreter"),
    "requires": ("environment",),
    "pip": ("environment", "moved", "interpreter", "packages", "requires", "tool"),
    "commands": ("environment", "moved", "interpreter", "packages", "requires", "tool"),
    "kernels": ("environment", "moved", "interpreter", "packages", "requires", "tool"),
    "python": ("environment", "moved", "trust"),
}


def relate(found: Sequence[Result]) -> list[Result]:
    """Return results of which each cause alone says what to type, and the others name it.

    A check can name a cause of its own (`because`). What has the very remedies of an earlier one comes from the same.
    """
    bad = {result.check: result for result in found if result.level != "ok" and not result.broken}
    remaking = {check for check, result in bad.items() if result.level in ("warn", "fail") or check == "tool"}
    related: list[Result] = []
    for result in found:
        cause = result.because if result.because in bad else ""
        if result.level != "ok" and not result.broken and not cause:
            cause = next((name for name in CAUSES.get(result.check, ()) if name in remaking), "")
            same = [other for other in related if other.remedies == result.remedies and other.check != result.check]
            cause = cause or next((other.check for other in same if result.remedies), "")
        related.append(replace(result, because=cause, remedies=() if cause else result.remedies))
    return related


def run(check: Check, context: Context) -> list[Result]:
    """Return what one check finds, at least one result; whatever it raises becomes one."""
    try:
        found = check.look(context)
        results = found if isinstance(found, list) else [found]
    except Exception as error:
        command = context.type("doctor", "--json", check.name)
        remedy = Remedy(command, "report what this prints")
        results = [Result("fail", "this check is broken", _explain(error), (remedy,), broken=True)]
    return [replace(result, check=check.name) for result in results or [ok("nothing wrong was found")]]


def _explain(error: Exception) -> str:
    """Return what was raised and where, without a path of this machine."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    place = f" ({os.path.basename(at.tb_frame.f_code.co_filename)}:{at.tb_lineno})" if at else ""
    return visible(f"{type(error).__name__}: {error}{place}")


def _attempt(read: Callable[[], T]) -> T | None:
    """Return a fact, None where reading it breaks: the checks that need it have said so."""
    try:
        return read()
    except Exception:
        return None


#: What comes before the host of a URL, and what is given to it under a telling name.
#: Each starts where no other one can, and goes on over what cannot start one: no character is tried again and again.
_CREDENTIALS = re.compile(r"(?<=://)[^/\s`'\"]+@")
_PARAMETER = re.compile(r"([?&;])([A-Za-z_-]++)=([^&;\s`'\"]++)")
_TELLING = ("token", "key", "secret", "password", "auth", "sig")

#: Characters of a sentence that anyone reads, a path of the longest kind in it.
_LONGEST = 5000


def redact(result: Result, context: Context) -> Result:
    """Return a result whose sentences can be pasted into an issue. Commands stay: they must work."""
    return replace(
        result,
        what=redact_text(result.what, context),
        why=redact_text(result.why, context),
        details=tuple(redact_text(line, context) for line in result.details),
    )


def _hide(parameter: re.Match[str]) -> str:
    """Return a parameter of a URL, without its value where its name is a telling one."""
    is_telling = any(word in parameter[2].lower() for word in _TELLING)
    return f"{parameter[1]}{parameter[2]}=***" if is_telling else parameter[0]


def redact_text(text: str, context: Context) -> str:
    """Return a text without names and tokens in URLs, and without the login name; home is `~` by any name.

    >>> from autovenv.doctor.context import Context
    >>> redact_text("`https://ada:s3@cret@example.org/simple?token=s3cret`", Context({}, "/"))
    '`https://***@example.org/simple?token=***`'
    """
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "..."
    text = _PARAMETER.sub(_hide, _CREDENTIALS.sub("***@", text))
    home = os.path.realpath(places.home())
    if len(home) > 1:
        text = re.sub(rf"(?<![\w.~-]){re.escape(visible(home))}(?=$|[/\\\s`:,])", lambda _: "~", text)
    user = context.environ.get("LOGNAME") or context.environ.get("USER") or context.environ.get("USERNAME") or ""
    if len(user) > 2 and user != "root":
        text = re.sub(rf"(?<=[/\\]){re.escape(user)}(?=$|[/\\\s`:,])", "<user>", text)
    return text
