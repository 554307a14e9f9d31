"""Everything that a check may look at. Each fact is read once, when the first check asks for it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from autovenv import paths, places, walk
from autovenv.commands import finding
from autovenv.commands.variables import leave
from autovenv.disk.evidence import LIMIT, Evidence, peek
from autovenv.doctor import facts, interpreters, rc_files, syntax
from autovenv.doctor.candidates import read_candidates, read_prefix_version
from autovenv.doctor.demands import Demand, list_demands, list_joint
from autovenv.doctor.results import Candidate
from autovenv.environments import active, project
from autovenv.environments.environment import Environment
from autovenv.messages import Problem
from autovenv.shells import rc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autovenv.walk import Step, Walk


@dataclass(frozen=True)
class Context:
    """The calling shell's variables `environ`, its present `directory` (empty where that is gone), and what follows.

    `ask` starts an interpreter to ask for its version, which may take `patience` seconds. A test gives what it wants
    to be different: `Context(environ, directory).given(candidates=())`.
    """

    environ: dict[str, str]
    directory: str
    platform: str = sys.platform
    patience: float = interpreters.PATIENCE
    ask: Callable[[str, Mapping[str, str], float], interpreters.Answer] = field(default=interpreters.ask, repr=False)

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Context:
        """Return the context of this process, as a child of the shell that asks."""
        variables = dict(environ)
        try:
            return cls(variables, walk.present_directory(variables))
        except Problem:
            return cls(variables, "")

    def given(self, **known: Any) -> Context:
        """Return a context in which some facts are given instead of read, like those that were given before."""
        copy = replace(self)
        # Where `cached_property` keeps what it has read.
        vars(copy).update({**vars(self), **known})
        return copy

    # The calling shell

    @cached_property
    def facts(self) -> facts.Facts:
        """What only the calling shell can see."""
        return facts.parse(self.environ.get("__AUTOVENV_FACTS", ""))

    @cached_property
    def shell(self) -> str:
        """The name of the calling shell, empty where it is none that autovenv knows."""
        try:
            return rc.detect_shell()
        except Problem:
            return ""

    @cached_property
    def hook(self) -> str | None:
        """The version of the hook in the calling shell, None where it has loaded none."""
        return self.environ.get("__AUTOVENV_HOOK", "") if self.facts.loaded else None

    @cached_property
    def syntax(self) -> syntax.Syntax:
        """How a remedy is typed."""
        home = places.home()
        told = self.environ.get("HOME", home)
        # In MSYS2's shells `~` is another directory than the profile.
        is_meant = self.platform != "win32" or self.shell == "powershell" or paths.is_same_name(told, home)
        return syntax.find(self.shell, home if os.path.isabs(told) and is_meant else "", self.platform)

    @cached_property
    def tool(self) -> tuple[str, ...]:
        """The words by which autovenv is started in the calling shell."""
        if self.facts.loaded or self.find_command("autovenv"):
            return ("autovenv",)
        try:
            return (rc.find_executable(),)
        except Problem:
            return (sys.executable, "-m", "autovenv")

    @cached_property
    def rc_files(self) -> tuple[str, ...]:
        """The files that the calling shell may read at its start, whether or not they are there."""
        return tuple(dict.fromkeys(rc_files.list_files(self.shell))) if self.shell else ()

    def type(self, *words: str) -> str:
        """Return what runs a command of autovenv itself."""
        return self.syntax.run(*self.tool, *words)

    def unset(self, name: str) -> str:
        """Return what removes an environment variable, in fish the universal one behind it, too."""
        command = self.syntax.unset(name)
        return f"while set -q {name}; {command}; end" if name in self.universal else command

    @cached_property
    def universal(self) -> frozenset[str]:
        """The variables that each fish has, behind its own."""
        return rc_files.list_universal() if self.shell == "fish" else frozenset()

    # The project

    @cached_property
    def walk(self) -> Walk | None:
        """The way up from the present directory, None where there is no such directory."""
        return walk.find(self.directory, self.environ) if self.directory else None

    @cached_property
    def project(self) -> Step | None:
        """The project that applies here: the directory with an environment, good or not."""
        return self.walk.project if self.walk else None

    @cached_property
    def bare_project(self) -> str:
        """The nearest directory that is a project, where none has an environment; else empty."""
        if self.walk is None or self.project is not None:
            return ""
        directories = [step.directory for step in self.walk.steps]
        return next((path for path in directories if project.is_project(path, Evidence(self.environ))), "")

    @cached_property
    def environment(self) -> Environment | None:
        """The environment of the project, where it is a usable one, allowed or not."""
        return self.project.environment if self.project else None

    @cached_property
    def should(self) -> Environment | None:
        """The environment that should be active here; None: none."""
        return self.environment if self.project is not None and self.project.allowed else None

    @cached_property
    def active(self) -> bool:
        """Whether that one is active: its variable names it and its commands are on `PATH`."""
        return self.should is not None and active.is_active(self.should, self.environ)

    @cached_property
    def answer(self) -> interpreters.Answer | None:
        """What the project's interpreter says; None where it may not be started, or there is none."""
        if self.should is None or not self.should.python:
            return None
        return self.ask(self.should.python, self.environ, self.patience)

    @cached_property
    def version(self) -> str:
        """The version of the project's Python: what it says, else what its files say; empty where neither does."""
        if self.answer is not None and self.answer.version:
            return self.answer.version
        if self.environment is None:
            return ""
        return read_prefix_version(self.environment.prefix, self.environment.flavour)

    @cached_property
    def demands(self) -> tuple[Demand, ...]:
        """What versions of Python the project asks for, the one that has no environment too."""
        directory = self.project.directory if self.project else self.bare_project
        return list_demands(directory) if directory else ()

    @cached_property
    def unfit(self) -> frozenset[str]:
        """The Pythons to make no environment with, by their real paths: the project's, where that has no `ssl`."""
        if self.should is None or self.answer is None or self.answer.ssl:
            return frozenset()
        made = read_prefix_version(self.should.prefix, self.should.flavour)
        if made and made.split(".")[:2] != self.answer.version.split(".")[:2]:
            return frozenset()  # it is the environment that keeps it from its modules
        return frozenset((os.path.realpath(self.should.python),))

    @cached_property
    def joint(self) -> tuple[Demand, ...]:
        """Those that a Python can meet together: what an environment is made with meets them."""
        return list_joint(self.demands)

    # PATH

    @cached_property
    def entries(self) -> tuple[str, ...]:
        """The entries of `PATH`, none where it is empty or not set."""
        path = self.environ.get("PATH", "")
        return tuple(path.split(os.pathsep)) if path else ()

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The directories of `PATH`, one for each entry, as the calling shell takes them.

        bash (3.2 to 5.3, not in its posix mode) finds commands in an entry that begins with a `~`; nothing else does.
        """
        if self.shell != "bash" or "posix" in self.facts.options:
            return self.entries
        return tuple(map(os.path.expanduser, self.entries))

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """Every `python` and `pip` on `PATH`, in order."""
        candidates = read_candidates(self.places, self.directory, self.environment, self.environ, self.platform)
        return tuple(
            replace(candidate, version=self.version)
            if candidate.project and candidate.name.startswith("python")
            else candidate
            for candidate in candidates
        )

    def find(self, name: str) -> Candidate | None:
        """Return the first `python` or `pip` of a name on `PATH`."""
        return next((candidate for candidate in self.candidates if candidate.name == name), None)

    def find_command(self, name: str) -> str | None:
        """Return the path of the first command of any name on `PATH`, None where there is none."""
        return finding.find_command(name, self.environ.get("PATH", ""))

    def find_outside(self, name: str) -> str | None:
        """Return the path of the first command of a name that is not in the active environment, None where none is.

        What makes an environment anew must not go with it.
        """
        return finding.find_command(name, leave(self.environ).get("PATH", ""))

    # Files

    def read_text(self, path: str, limit: int = LIMIT) -> str:
        """Return the text of a file, empty where it cannot be read."""
        return peek(path, limit)
