"""What must hold while a person walks about: written from what is promised, not from the hook.

A `World` is the directories, the environments in them and what the user decided about them; it says which environment
belongs where. A `Sight` is what one look at a shell shows. What the shell would be without the hook is not worked out
here: a second shell without it, to which the same lines are typed, shows that. An `Expected` is what the hook makes of
it, for each shell that was started within another.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

#: Environments by their usual names: nothing in them says what the project is called.
PLAIN = (".venv", "venv")

#: A shell keeps these for itself, and this test one of them.
UNCOMPARED = frozenset(("_", "PWD", "OLDPWD", "SHLVL", "LINES", "COLUMNS", "PS1", "_OLD_VIRTUAL_PS1", "UNHOOKED"))


@dataclass
class Made:
    """An environment that was made."""

    born: str
    """The place at which it was made, and which its scripts name."""

    number: int
    """Tells it from every other that was ever made."""

    prompt: str | None = None
    edits: int = 0
    """How often its `pyvenv.cfg` was written."""

    has_python: bool = True


@dataclass(frozen=True)
class Use:
    """An environment that belongs to a directory and may be used."""

    project: str
    prefix: str
    """As the user walked there."""

    name: str


@dataclass
class World:
    """Directories below the home directory, by their names (the home directory's is empty)."""

    links: Mapping[str, str]
    """Directories that are links to another one."""

    made: dict[str, Made] = field(default_factory=dict)
    decisions: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    linked: dict[str, str] = field(default_factory=dict)
    numbers: Iterable[int] = field(default_factory=itertools.count)

    def settle(self, name: str) -> str:
        """Return the place that a name leads to."""
        for link, to in self.links.items():
            if name == link or name.startswith(f"{link}/"):
                return to + name[len(link) :]
        return name

    def at(self, name: str) -> Made | None:
        """Return the environment at a place."""
        return self.made.get(self.settle(name))

    def make(self, name: str, prompt: str | None) -> None:
        """Make an environment, in the place of any other."""
        self.made[name] = Made(name, next(iter(self.numbers)), prompt)

    def copy(self, name: str, to: str) -> None:
        """Copy an environment: its scripts go on naming the place where it was made."""
        self.made[to] = replace(self.made[name], number=next(iter(self.numbers)))

    def find(self, directory: str) -> tuple[str, Use | None] | None:
        """Return the project that a directory belongs to, and its environment if that may be used.

        None where no environment, usable or not, stands here or further up.
        """
        for project in self.walk_up(directory):
            place = self.choose(project)
            if place is not None:
                return project, self._judge(project, place)
        return None

    def walk_up(self, directory: str) -> Iterable[str]:
        """Return a directory and those above it, up to the home directory."""
        while directory:
            yield directory
            directory = directory.rpartition("/")[0]
        yield ""

    def choose(self, project: str) -> str | None:
        """Return the place of the environment of a project itself, usable or broken."""
        if self.settle(project) in self.linked:
            return self.linked[self.settle(project)]
        places = [f"{project}/{name}".lstrip("/") for name in PLAIN]
        there = [place for place in places if self.at(place)]
        usable = [place for place in there if self.at(place).has_python]  # type: ignore[union-attr]
        return next(iter(usable or there), None)

    def observe(self, place: str) -> tuple[Any, ...]:
        """Return what an `allow` is bound to."""
        made = self.at(place)
        assert made
        return (self.settle(place), made.number, made.edits)

    def _judge(self, project: str, place: str) -> Use | None:
        made = self.at(place)
        if made is None or not made.has_python:
            return None
        decision = self.decisions.get(self.settle(project), ())
        if decision == ("deny",):
            return None
        allowed = decision == ("allow", *self.observe(place))
        is_linked = self.settle(project) in self.linked
        if not allowed and not is_linked and made.born != self.settle(place):
            return None
        last = PurePosixPath(place).name
        return Use(project, place, made.prompt or (PurePosixPath("home", project).name if last in PLAIN else last))

    # -- what the commands do --------------------------------------------------------------------------------------

    def allow(self, directory: str) -> bool:
        """`autovenv allow`: bind the decision to the environment as it is; false where there is nothing to allow."""
        found = self.find(directory)
        place = self.choose(found[0]) if found else None
        made = self.at(place) if place is not None else None
        if not found or place is None or not made or not made.has_python:
            return False
        self.decisions[self.settle(found[0])] = ("allow", *self.observe(place))
        return True

    def deny(self, directory: str) -> bool:
        """`autovenv deny`."""
        found = self.find(directory)
        self.decisions[self.settle(found[0] if found else directory)] = ("deny",)
        return True

    def revoke(self, directory: str) -> bool:
        """`autovenv revoke`: the nearest decision further up."""
        return any(self.decisions.pop(self.settle(each), None) for each in self.walk_up(directory))

    def link(self, directory: str, place: str) -> bool:
        """`autovenv link`: false where there is no usable environment."""
        made = self.at(place)
        if not made or not made.has_python:
            return False
        self.linked[self.settle(directory)] = place
        return True

    def unlink(self, directory: str) -> bool:
        """`autovenv unlink`."""
        return self.linked.pop(self.settle(directory), None) is not None


@dataclass(frozen=True)
class Sight:
    """What one look at a shell shows: a command's status, the program that was found, exported variables, prompt."""

    status: str
    program: str
    variables: Mapping[str, str]
    prompt: str

    @property
    def path(self) -> list[str]:
        return self.variables.get("PATH", "").split(":")


@dataclass
class Expected:
    """What the hook must have made of one shell."""

    home: Path
    world: World
    off: bool = False
    held: str | None = None
    """The project in which nothing is activated until it was left."""

    hand: str = ""
    """The environment that was activated by hand."""

    used: Use | None = None
    path: list[str] = field(default_factory=list)
    """`PATH` while an environment is used."""

    python_home: str | None = None
    """What the user set it to since."""

    stood: str | None = None
    """The project of the last look."""

    told: set[str] = field(default_factory=set)
    has_script: bool = False
    """Whether the function `deactivate` is that of a script sourced by hand."""

    bare: Sight | None = None

    python_home_before: str | None = None
    """What it was when the environment that is used was entered."""

    ours: set[str] = field(default_factory=set)
    """The directories of commands that came onto `PATH` by the hook."""

    is_behind: bool = False
    """Whether something was made further up that this shell only has to see after its next move."""

    @property
    def directory(self) -> str:
        """Where the shell stands, below the home directory."""
        assert self.bare
        return self.bare.variables["PWD"][len(str(self.home)) :].strip("/")

    def look(self, bare: Sight) -> None:
        """Take in what there is at a prompt or after a move; `bare` is the shell without the hook."""
        before = self.bare
        self.bare = bare
        set_by_hand = bare.variables.get("VIRTUAL_ENV", "")
        is_changed = before is None or before.variables.get("VIRTUAL_ENV", "") != set_by_hand
        if is_changed or self.used is None:
            # A `VIRTUAL_ENV` that points nowhere is not an active environment.
            if self.hand and not set_by_hand:
                self.held = self.stood
            self.hand = set_by_hand
        if self.hand and not (Path(self.hand) / "pyvenv.cfg").exists():
            self.hand = ""
        found = self.world.find(self.directory)
        self.stood = found[0] if found else None
        if self.held is not None and self.held != self.stood:
            self.held = None
        use = found[1] if found and not self.off and self.held is None and not self.hand else None
        if use != self.used or is_changed:
            # One that was overwritten is entered anew.
            self.used = use
            if use:
                self.enter(use)

    def absorbs(self) -> bool:
        """Tell whether what was activated by hand is what this directory's own environment is: then it becomes ours."""
        assert self.bare
        by_hand = self.bare.variables.get("VIRTUAL_ENV", "")
        found = self.world.find(self.directory)
        if not by_hand.startswith(f"{self.home}/") or not found or not found[1] or self.off:
            return False
        is_own = self.world.settle(by_hand[len(str(self.home)) + 1 :]) == self.world.settle(found[1].prefix)
        return is_own and (self.has_script or self.held is None)

    def absorb(self) -> None:
        """Nothing was done by hand."""
        self.hand = ""
        self.held = None
        self.has_script = False

    def enter(self, use: Use) -> None:
        """Its commands come first, and once; `PYTHONHOME` is gone."""
        assert self.bare
        commands = self.commands(use)
        self.ours.add(commands)
        self.path = [commands, *(entry for entry in self.bare.path if entry != commands)]
        self.python_home = None
        self.python_home_before = self.bare.variables.get("PYTHONHOME")

    def commands(self, use: Use) -> str:
        return f"{self.home / use.prefix}/bin"

    def see(self) -> Sight:
        """Return what the shell with the hook must show."""
        assert self.bare
        variables = dict(self.bare.variables)
        prompt = self.bare.prompt
        if self.used:
            variables |= {
                "PATH": ":".join(self.path),
                "VIRTUAL_ENV": str(self.home / self.used.prefix),
                "VIRTUAL_ENV_PROMPT": self.used.name,
            }
            variables.pop("PYTHONHOME", None)
            if self.python_home is not None:
                variables["PYTHONHOME"] = self.python_home
            if not variables.get("VIRTUAL_ENV_DISABLE_PROMPT"):
                label = f"({self.used.name}) "
                # A prompt that says so already gets no second one.
                prompt = prompt if prompt.startswith(label) else label + prompt
        program = shutil.which("whereami", path=":".join(filter(None, variables["PATH"].split(":")))) or ""
        return Sight(self.bare.status, program, variables, prompt)

    def list_differences(self, seen: Sight) -> list[str]:
        """Return what is not as it must be, a line each."""
        expected = self.see()
        lines = [
            f"{what}: expected {there!r}, seen {here!r}"
            for what, there, here in (
                ("status", expected.status, seen.status),
                ("`whereami` runs", expected.program, seen.program or expected.program),
                ("prompt", expected.prompt, seen.prompt),
                ("PS1 is exported", "PS1" in expected.variables, "PS1" in seen.variables),
            )
            if there != here
        ]
        for name in sorted({*expected.variables, *seen.variables} - UNCOMPARED):
            there, here = expected.variables.get(name), seen.variables.get(name)
            if name.startswith("__AUTOVENV_"):
                # What came onto PATH by us is remembered: it may come back.
                if self.used is None and name != "__AUTOVENV_BINS":
                    lines.append(f"{name}: left behind with {here!r}")
            elif there != here:
                lines.append(f"{name}: expected {there!r}, seen {here!r}")
        return lines
