"""One directory in, one record out: what the hook asks when it has no fresh record."""

from __future__ import annotations

import os

from autovenv import bounds, messages
from autovenv.disk.evidence import Evidence
from autovenv.environments import project
from autovenv.environments.environment import Broken, Environment
from autovenv.environments.kinds import WORK_TREE
from autovenv.messages import visible_path
from autovenv.state import choices, record, settings, store
from autovenv.state.settings import Settings
from autovenv.trust import birthplace, shadowed
from autovenv.trust import judge as trust

#: What is said of a directory that takes more work than the bounds allow.
TOO_MUCH = f"to look through it takes more than {bounds.WORK:.0f} seconds of work"
LESS = "see what it holds that large: its settings, its lock files, its `.git`"


def look(directory: str, evidence: Evidence, values: Settings) -> tuple[project.Finding | None, trust.Verdict | None]:
    """Return what belongs to `directory` itself, and, where that is usable, whether it may be used."""
    choice = choices.read(directory, evidence)
    finding = project.examine(directory, evidence, values, choice)
    if finding is None or isinstance(finding.environment, Broken):
        return finding, None
    return finding, trust.judge(directory, finding.environment, values, choice, evidence)


def resolve(directory: str, environ: dict[str, str]) -> record.Record:
    """Return the record for `directory`, an absolute path, seen from a shell with the variables `environ`.

    What takes more work than `bounds.WORK` is left off, and said.
    """
    evidence = Evidence(environ)
    try:
        with bounds.limit_work():
            return _resolve(directory, environ, evidence)
    except bounds.Exhausted:
        made = record.Record("stop", evidence)
        made.warnings.append(
            (
                f"`{visible_path(directory)}` was left off",
                TOO_MUCH,
                LESS,
            )
        )
        return made


def _resolve(directory: str, environ: dict[str, str], evidence: Evidence) -> record.Record:
    values = settings.load(evidence)
    finding, verdict = look(directory, evidence, values)
    silent = values.silence
    if finding is None:
        made = record.Record("none", evidence)
        hints, outers = list_advice(directory, evidence, values)
        made.hints = hints if "no-environment" not in silent else []
        made.outers = outers if "outer" not in silent else []
        return made
    environment = finding.environment
    if isinstance(environment, Broken):
        made = record.Record("stop", evidence)
        if "broken" not in silent:
            made.warnings.append(explain_broken(environment, environ))
        return made
    assert verdict is not None
    if verdict.decision == "allow":
        made = record.Record(
            "use", evidence, environment.flavour, environment.prefix, environment.bin, environment.name
        )
        made.also = environment.entries[1:]
        made.sets = environment.sets
        _bind(directory, environment, verdict, evidence)
        if "shadow" not in silent and (hidden := shadowed.list_hiding(environment.bin)):
            made.warnings.append(_explain_shadowed(environment.prefix, hidden))
        return made
    made = record.Record("stop", evidence)
    if verdict.decision not in silent and not verdict.quiet:
        made.warnings.append(explain_verdict(environment.prefix, verdict))
    return made


def _bind(directory: str, environment: Environment, verdict: trust.Verdict, evidence: Evidence) -> None:
    """Have the record hold for what was judged, not for its path: what is the user's stays so, in time and place."""
    if any(code == "trusted-path" for code, _ in verdict.reasons):
        return
    evidence.watch_owner(environment.bin, lazy=False)
    for path in (environment.prefix, environment.mark, directory):
        evidence.watch_owner(path)
    evidence.watch_time(environment.bin)
    evidence.watch_link(environment.bin)


def _explain_shadowed(prefix: str, hidden: list[str]) -> tuple[str, str, str]:
    names = [f"`{name}`" for name in hidden]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return (
        f"`{visible_path(prefix)}` hides the system's {listed}",
        "its commands come first on PATH",
        "run `autovenv doctor`",
    )


def list_advice(
    directory: str, evidence: Evidence, values: Settings
) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """Return what is said of a directory without an environment: where there is none further up, and where one is."""
    is_project = project.is_project(directory, evidence)
    if not is_project and not os.path.isfile(os.path.join(directory, WORK_TREE)):
        return [], []
    from autovenv.environments import makers, tools

    def make() -> str:
        maker, name = makers.find_python_maker(evidence.environ), tools.name_new(values.names)
        if maker == "uv venv" and name == ".venv":
            return maker
        word = messages.quote(name)
        return f"{maker} {word}" if word else "autovenv doctor"

    outer = tools.explain_outer(directory, evidence, make)
    hints = [tools.suggest(directory, evidence, values, make)] if is_project else []
    return hints, [outer] if outer else []


def explain_broken(broken: Broken, environ: dict[str, str]) -> tuple[str, str, str]:
    """Return the message about a broken environment."""
    from autovenv.environments import makers, tools

    place = messages.quote(broken.prefix)
    maker = makers.find_python_maker(environ)
    directory, name = os.path.split(broken.prefix)
    makes = broken.makes
    tool = tools.find_tool(directory, Evidence(environ)) if name == ".venv" and not makes else None
    if tool in tools.IN_PROJECT and makers.find(tool.command.split()[0], environ):
        makes = (tool.command,)
    before = makers.reach(makes[0], environ)[:-1] if makes else ()
    commands = [command for make in makes for command in makers.reach(make, environ)[-1:]] or [f"{maker} {place}"]
    remake = f"`autovenv remake {place} -- {' -- '.join(commands)}`" + (" there" if makes else "")
    anew = "make it anew: " + ", then ".join([*(f"`{command}`" for command in before), remake])
    if not broken.mend and birthplace.is_of_another_system(broken.prefix):
        # A container's, where the project is mounted: whole where it was made.
        names = settings.load(Evidence(environ)).names
        other = messages.quote(find_free_name(directory, names))
        anew = "leave it to the machine that made it" + (
            f", and make one by another name: `{maker} {other}`" if other else ""
        )
    return (
        f"`{visible_path(broken.prefix)}` is not a usable environment",
        broken.reason,
        # The doctor knows which shell it is typed in.
        broken.mend or (anew if place else "run `autovenv doctor` there, which says how to make it anew"),
    )


def find_free_name(directory: str, names: list[str]) -> str:
    """Return the path of the first of the names that nothing in a directory has, empty where all are taken."""
    paths = (os.path.join(directory, name) for name in names)
    return next((path for path in paths if not os.path.lexists(path)), "")


def explain_verdict(prefix: str, verdict: trust.Verdict) -> tuple[str, str, str]:
    """Return the message about the environment at `prefix` that may not be used."""
    what = "cannot be" if verdict.decision == "refuse" and not verdict.quiet else "was not"
    return f"`{visible_path(prefix)}` {what} activated", trust.explain(verdict), trust.advise(verdict)


def enter(arguments: list[str]) -> int | None:
    """Answer `resolve [--coarse] DIR`."""
    return None if arguments[-1:] in (["-h"], ["--help"]) else main(arguments)


def main(arguments: list[str]) -> int:
    """Print the record of the directory that is the last argument.

    `--coarse` says that the shell compares whole seconds, `--unkept` that it cannot see what is kept.
    """
    directory = arguments[-1] if arguments else ""
    if not os.path.isabs(directory):
        raise messages.Problem("`autovenv resolve` takes an absolute directory", status=2)
    if "--unkept" in arguments:
        messages.put(record.render(resolve(directory, dict(os.environ)), directory)[0])
    else:
        messages.put(keep(directory, dict(os.environ), coarse="--coarse" in arguments))
    return 0


def keep(directory: str, environ: dict[str, str], coarse: bool = False) -> bytes:
    """Store the record of `directory`, an absolute path, where that can be done, and return its text.

    `coarse` says that whoever reads it compares whole seconds.
    """
    for _ in range(3):
        before = choices.identify(directory)
        text = store.write(resolve(directory, environ), directory, coarse=coarse)
        # Who decides something meanwhile has forgotten a record that was not there yet.
        if choices.identify(directory) == before:
            break
    return text
