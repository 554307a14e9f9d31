"""The words of the table: a scenario is a name, a tree and steps; a step types something or looks at something.

In what is typed, `«app»` is the quoted path of a place of the tree (`trees.place`). Where shells differ, the words are
a mapping from the shell's name; `posix` is bash and zsh. A scenario runs in every shell that has all its words.
"""

from __future__ import annotations

import os
import re
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

import pytest
from piped import Piped
from platforms import BIN, IS_ROOT
from shells import NAMES, Shell
from terminal import Exchange, Terminal
from trees import Entry, Tree, place

Words = str | Mapping[str, str]

#: Variables that a shell keeps for itself.
_OWN = frozenset(("_", "PWD", "OLDPWD", "SHLVL", "LINES", "COLUMNS"))


def words_of(words: Words, shell: str) -> str | None:
    """Return the words for a shell; None where it has none."""
    if isinstance(words, str):
        return words
    if shell in words:
        return words[shell]
    return words.get("posix") if shell in ("bash", "zsh") else None


@dataclass
class Stage:
    """A shell in its terminal, and what it should look like to its user were there no hook."""

    shell: Shell
    argv: tuple[str, ...]
    root: Path
    terminal: Terminal | Piped = field(init=False)
    last: Exchange = field(init=False)
    before: dict[str, str] = field(default_factory=dict)
    """The exported variables that the user would have without the hook."""

    outer: list[str] = field(default_factory=list)
    """`PATH` as it would be in the shells that this one was started in."""

    ignored: set[str] = field(default_factory=set)
    """Exported variables that something beside the hook has changed."""

    names: frozenset[str] = frozenset()
    """Variables, functions and aliases before the hook was loaded."""

    prompt: str = "host"
    """The prompt that the user would have without the hook."""

    def sit_down(self, terminal: Terminal | Piped) -> None:
        """Take a terminal and wait for its first prompt."""
        self.terminal = terminal
        self.last = terminal.first_prompt()

    def run(self, line: str) -> Exchange:
        """Type a line and remember the exchange as the last thing that the user did."""
        self.last = self.terminal.run(line)
        return self.last

    def fill(self, text: str) -> str:
        """Return words with the quoted path of every place."""
        return re.sub("«(.*?)»", lambda match: self.shell.quote(str(self.place(match[1]))), text)

    def fill_plain(self, text: str) -> str:
        """Return words with the path of every place, not quoted."""
        return re.sub("«(.*?)»", lambda match: str(self.place(match[1])), text)

    def words(self, words: Words) -> str:
        """Return the words for this shell, filled in."""
        found = words_of(words, self.shell.name)
        assert found is not None
        return self.fill(found)

    def place(self, name: str) -> Path:
        return place(self.root, name)

    def whereami(self, line: str = "whereami") -> tuple[str, dict[str, str]]:
        """Run `whereami` from `PATH`; return the path that was run and the environment that it was given."""
        report = self.root / "report"
        report.unlink(missing_ok=True)
        seen = self.terminal.run(line)
        assert report.exists(), f"`{line}` did not run: {seen.output}"
        return read_report(report)


def read_report(report: Path) -> tuple[str, dict[str, str]]:
    """Return what `whereami` wrote down."""
    program, *variables = os.fsdecode(report.read_bytes()).rstrip("\0").split("\0")
    return program, dict(variable.partition("=")[::2] for variable in variables)


def is_whereami(program: str, directory: str) -> bool:
    """Tell whether a program is the `whereami` of a directory, by the name that it was run by."""
    name, _ = os.path.splitext(os.path.basename(program))
    return (os.path.normcase(os.path.dirname(program)), name) == (os.path.normcase(directory), "whereami")


def list_messages(output: Iterable[str]) -> list[str]:
    """Return our messages within an output, each with its lines."""
    messages: list[str] = []
    for line in output:
        if line.startswith("autovenv: "):
            messages.append(line)
        elif messages and line.startswith("  "):
            messages[-1] += f"\n{line}"
    return messages


class Step(ABC):
    """One step of a scenario."""

    @abstractmethod
    def play(self, stage: Stage) -> None: ...


@dataclass(frozen=True)
class Scenario:
    """A row of the table."""

    name: str
    tree: Tree
    steps: tuple[Step, ...]
    shells: tuple[str, ...] = NAMES
    before: Words = ""
    """Lines of the rc file before the hook."""

    after: Words = ""
    """Lines of the rc file after the hook."""

    start: str = ""
    """The place where the shell starts."""

    env: Mapping[str, str] = field(default_factory=dict)
    """Variables of the terminal; `«x»` is a place, not quoted."""

    hook: bool = True
    """Whether the rc file loads the hook."""

    config: str = ""
    """The user's settings file."""

    edited: bool = False
    """Whether PowerShell has PSReadLine, as at a desk: where it is about the prompt and what is typed."""

    bash: tuple[int, int] = (3, 2)
    """The first bash that has what the row's lines use."""

    def list_shells(self) -> tuple[str, ...]:
        """Return the names of the shells that have all words of this row."""
        words = [self.before, self.after, *(words for step in self.steps for words in _list_words(step))]
        return tuple(
            name for name in NAMES if name in self.shells and all(words_of(each, name) is not None for each in words)
        )


def _list_words(step: Step) -> Iterator[Words]:
    for each in fields(step):  # type: ignore[arg-type]
        value = getattr(step, each.name)
        if isinstance(value, Mapping):
            yield value
        elif isinstance(value, tuple):
            yield from (words for inner in value if isinstance(inner, Step) for words in _list_words(inner))


# -- what the user does ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Type(Step):
    """Type a line."""

    line: Words

    def play(self, stage: Stage) -> None:
        stage.run(stage.words(self.line))


@dataclass(frozen=True)
class Cd(Step):
    """Change to a place by its whole path."""

    name: str

    def play(self, stage: Stage) -> None:
        stage.run(stage.shell.cd(str(stage.place(self.name))))


@dataclass(frozen=True)
class Idle(Step):
    """Get another prompt, having done nothing."""

    def play(self, stage: Stage) -> None:
        exchange = stage.run("echo idle")
        assert exchange.output[:1] == ("idle",)
        stage.last = Exchange(exchange.typed, exchange.output[1:], exchange.prompt, exchange.raw)


@dataclass(frozen=True)
class Export(Step):
    """Set and export a variable by hand."""

    name: str
    value: str

    def play(self, stage: Stage) -> None:
        value = stage.fill_plain(self.value)
        stage.run(stage.shell.export(self.name, value))
        stage.before[self.name] = value


@dataclass(frozen=True)
class Unset(Step):
    """Remove a variable by hand."""

    name: str

    def play(self, stage: Stage) -> None:
        stage.run(stage.shell.unset(self.name))
        stage.before.pop(self.name, None)


@dataclass(frozen=True)
class AddToPath(Step):
    """Put a place on `PATH` by hand."""

    name: str
    first: bool = False

    def play(self, stage: Stage) -> None:
        directory = str(stage.place(self.name))
        stage.run(stage.shell.add_to_path(directory, self.first))
        entries = [directory, stage.before["PATH"]] if self.first else [stage.before["PATH"], directory]
        stage.before["PATH"] = os.pathsep.join(entries)


@dataclass(frozen=True)
class SetPrompt(Step):
    """Give the user's prompt another text."""

    text: str

    def play(self, stage: Stage) -> None:
        stage.run(stage.shell.set_prompt(self.text))
        stage.prompt = self.text


@dataclass(frozen=True)
class Activate(Step):
    """Source an environment's own script."""

    prefix: str

    def play(self, stage: Stage) -> None:
        stage.run(stage.shell.activate(str(stage.place(self.prefix))))
        stage.ignored.add("PS1")  # venv's script for bash and zsh exports it when it is undone


@dataclass(frozen=True)
class Ignore(Step):
    """Variables that something beside the hook will export or change."""

    names: tuple[str, ...]

    def play(self, stage: Stage) -> None:
        stage.ignored.update(self.names)


@dataclass(frozen=True)
class LoadHook(Step):
    """Type the line that loads the hook."""

    def play(self, stage: Stage) -> None:
        stage.run(stage.shell.hook)


@dataclass(frozen=True)
class LoadHookAndMarkNames(Step):
    """Note every name in the shell, then load the hook."""

    def play(self, stage: Stage) -> None:
        stage.names = _list_names(stage)
        stage.run(stage.shell.hook)


@dataclass(frozen=True)
class Child(Step):
    """Start the same shell within this one, `replace` it, or start it in another place."""

    replace: bool = False
    start: str | None = None

    def play(self, stage: Stage) -> None:
        words = [*stage.argv]
        if self.start is not None:
            words[:0] = [str(stage.root / "tools/elsewhere"), str(stage.place(self.start))]
        line = " ".join(stage.shell.quote(word) for word in words)
        stage.outer.append(stage.before["PATH"])
        if own := stage.shell.own_directory:
            _, seen = stage.whereami(stage.shell.call(str(stage.root / "tools/whereami")))
            if not seen["PATH"].startswith(own + os.pathsep):
                stage.before["PATH"] = own + os.pathsep + stage.before["PATH"]
        stage.run(f"exec {line}" if self.replace else line)


@dataclass(frozen=True)
class Exit(Step):
    """Leave a child shell."""

    def play(self, stage: Stage) -> None:
        stage.run("exit")
        stage.before["PATH"] = stage.outer.pop()


@dataclass(frozen=True)
class Ask(Step):
    """Type a line that asks something, and answer: before the cursor stands the question and nothing else."""

    line: Words
    question: str
    answer: str

    def play(self, stage: Stage) -> None:
        assert isinstance(stage.terminal, Terminal)
        shown, stage.last = stage.terminal.ask(stage.words(self.line), self.question, self.answer)
        assert shown == self.question


@dataclass(frozen=True)
class Interrupt(Step):
    """Type a line, and press Ctrl-C when a file appears; `once` says that one must do."""

    line: Words
    when: str
    once: bool = False

    def play(self, stage: Stage) -> None:
        path = stage.place(self.when)
        assert isinstance(stage.terminal, Terminal)
        stage.last = stage.terminal.interrupt(path.exists, stage.words(self.line), self.once)


# -- what happens beside the shell -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Make(Step):
    """Another terminal makes something."""

    name: str
    entry: Entry

    def play(self, stage: Stage) -> None:
        self.entry.make(stage.place(self.name), stage.root)


@dataclass(frozen=True)
class Remove(Step):
    """Another terminal deletes something."""

    name: str

    def play(self, stage: Stage) -> None:
        path = stage.place(self.name)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


@dataclass(frozen=True)
class Rename(Step):
    """Another terminal renames something."""

    name: str
    to: str

    def play(self, stage: Stage) -> None:
        stage.place(self.name).rename(stage.place(self.to))


@dataclass(frozen=True)
class Date(Step):
    """Something gets a modification time: seconds from now."""

    name: str
    seconds: float

    def play(self, stage: Stage) -> None:
        path = stage.place(self.name)
        at = path.stat().st_atime + self.seconds
        os.utime(path, (at, at))


@dataclass(frozen=True)
class EditState(Step):
    """A file of the state directory says something else, and may belong to another user, which takes root."""

    pattern: str
    old: str
    new: str
    owner: int | None = None

    def play(self, stage: Stage) -> None:
        (path,) = stage.place(".local/state/autovenv").glob(self.pattern)
        found = path.stat()
        text = path.read_text()
        assert self.old in text
        path.write_text(text.replace(self.old, self.new))
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
        if self.owner is not None:
            if not IS_ROOT:
                pytest.skip("only root can make what belongs to another user")
            os.chown(path, self.owner, -1)


@dataclass(frozen=True)
class Chmod(Step):
    """Something gets another mode."""

    name: str
    mode: int

    def play(self, stage: Stage) -> None:
        stage.place(self.name).chmod(self.mode)


@dataclass(frozen=True)
class Chown(Step):
    """Something, with all that is in it, becomes another user's, which takes root. No modification time changes."""

    name: str
    owner: int = 65534

    def play(self, stage: Stage) -> None:
        give(stage.place(self.name), self.owner)


def give(path: Path, owner: int) -> None:
    """Give a file, or a directory with all that is in it, to another user."""
    if os.geteuid() != 0:
        pytest.skip("only root can make what belongs to another user")
    for directory, names, files in os.walk(path):
        for name in (*names, *files):
            os.chown(os.path.join(directory, name), owner, -1, follow_symlinks=False)
    os.chown(path, owner, -1)


@dataclass(frozen=True)
class Remake(Step):
    """Another user deletes something and makes the same in its place, with all times as they were (`touch -r`)."""

    name: str
    owner: int

    def play(self, stage: Stage) -> None:
        path = stage.place(self.name)
        above = path.parent.stat()
        new = path.with_name("new")
        shutil.copytree(path, new, symlinks=True)
        shutil.rmtree(path)
        new.rename(path)
        give(path, self.owner)
        os.utime(path.parent, ns=(above.st_atime_ns, above.st_mtime_ns))


# -- what is to be seen ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Active(Step):
    """The environment of a project is active, seen from its exported variables, its commands and the prompt."""

    project: str
    environment: str = ".venv"
    name: str | None = None
    after: tuple[str, ...] = ()
    """Places that stand before it on `PATH`, put there while it was active."""

    path: tuple[str, ...] | None = None
    """All of `PATH` after it, where that is not what it was before; `$PATH` is what it was."""

    def play(self, stage: Stage) -> None:
        prefix = str(stage.place(self.project) / self.environment)
        commands = os.path.join(prefix, BIN)
        name = Path(self.project).name if self.name is None else self.name
        shown = "" if stage.before.get("VIRTUAL_ENV_DISABLE_PROMPT") else f"({name}) "
        assert stage.last.prompt == f"{shown}{stage.prompt}"
        first = [str(stage.place(each)) for each in self.after]
        rest = [
            each for each in stage.before.get("PATH", "").split(os.pathsep) if each != commands and each not in first
        ]
        if self.path is not None:
            rest = [stage.before["PATH"] if each == "$PATH" else stage.fill_plain(each) for each in self.path]
        program, seen = stage.whereami()
        expected = stage.before | {
            "VIRTUAL_ENV": prefix,
            "VIRTUAL_ENV_PROMPT": name,
            "PATH": os.pathsep.join((*first, commands, *rest)),
        }
        expected.pop("PYTHONHOME", None)
        assert _differ(stage, expected, seen) == {}
        if not self.after:
            assert is_whereami(program, commands)


@dataclass(frozen=True)
class Inactive(Step):
    """Nothing is active: every exported variable and the prompt are what they would be without the hook."""

    def play(self, stage: Stage) -> None:
        assert stage.last.prompt == stage.prompt
        _, seen = stage.whereami(stage.shell.call(str(stage.root / "tools/whereami")))
        assert _differ(stage, stage.before, seen) == {}
        ours = [name for name in seen if name.startswith("__AUTOVENV_") and name not in stage.before]
        # What came onto PATH because of us is remembered, to be known when somebody brings it back.
        assert [name for name in ours if name != "__AUTOVENV_BINS"] == []
        found = shutil.which("whereami", path=stage.before["PATH"])
        if found is not None:
            program, _ = stage.whereami()
            assert is_whereami(program, os.path.dirname(found))


def _differ(
    stage: Stage, expected: Mapping[str, str], seen: Mapping[str, str]
) -> dict[str, tuple[str | None, str | None]]:
    """Return what is not as expected: name, expected value, seen value."""
    names = {*expected, *seen} - _OWN - stage.ignored
    return {
        name: (expected.get(name), seen.get(name))
        for name in sorted(names)
        if not name.startswith("__AUTOVENV_") and expected.get(name) != seen.get(name)
    }


@dataclass(frozen=True)
class Silent(Step):
    """The last thing done printed nothing."""

    def play(self, stage: Stage) -> None:
        assert stage.last.output == ()


@dataclass(frozen=True)
class Prints(Step):
    """The last thing done printed these lines and no other."""

    lines: tuple[str, ...]

    def play(self, stage: Stage) -> None:
        assert stage.last.output == tuple(stage.fill_plain(line) for line in self.lines)


@dataclass(frozen=True)
class Says(Step):
    """The last thing done gave one message of ours, which has all these words, and printed nothing else."""

    words: tuple[str, ...]

    def play(self, stage: Stage) -> None:
        messages = list_messages(stage.last.output)
        assert len(messages) == 1, messages
        assert len(messages[0].splitlines()) == len(stage.last.output), stage.last.output
        assert [word for word in self.words if stage.fill_plain(word) not in messages[0]] == [], messages[0]


@dataclass(frozen=True)
class SaysAtMostOnce(Step):
    """The last thing done printed nothing, or one message of ours."""

    def play(self, stage: Stage) -> None:
        messages = list_messages(stage.last.output)
        assert len(messages) <= 1
        assert sum(len(message.splitlines()) for message in messages) == len(stage.last.output), stage.last.output


@dataclass(frozen=True)
class StaysTheSame(Step):
    """What a line prints is the same before and after other steps."""

    line: Words
    steps: tuple[Step, ...]
    begin: str = ""
    """What is typed before it the first time, on the same line: the hook must not have come between."""

    def play(self, stage: Stage) -> None:
        before = stage.run(self.begin + stage.words(self.line)).output
        assert before
        for step in self.steps:
            step.play(stage)
        assert stage.run(stage.words(self.line)).output == before


@dataclass(frozen=True)
class Shows(Step):
    """The prompt is exactly this."""

    prompt: str

    def play(self, stage: Stage) -> None:
        assert stage.last.prompt == self.prompt


@dataclass(frozen=True)
class ShowsSoon(Step):
    """The prompt is this, or becomes it while nothing is typed."""

    prompt: str

    def play(self, stage: Stage) -> None:
        assert isinstance(stage.terminal, Terminal)
        screen = stage.terminal.screen
        stage.terminal.wait(lambda: screen.before_cursor().startswith(self.prompt + "<"), f"the prompt {self.prompt!r}")


@dataclass(frozen=True)
class Runs(Step):
    """`whereami` is the one of an environment, or of the tools."""

    directory: str

    def play(self, stage: Stage) -> None:
        program, _ = stage.whereami()
        assert is_whereami(program, str(stage.place(self.directory)))


@dataclass(frozen=True)
class Exported(Step):
    """A variable is exported with a value; None: not exported."""

    name: str
    value: str | None

    def play(self, stage: Stage) -> None:
        _, seen = stage.whereami(stage.shell.call(str(stage.root / "tools/whereami")))
        assert seen.get(self.name) == (None if self.value is None else stage.fill_plain(self.value))


@dataclass(frozen=True)
class OnPath(Step):
    """A place stands on `PATH` so many times."""

    name: str
    times: int

    def play(self, stage: Stage) -> None:
        _, seen = stage.whereami(stage.shell.call(str(stage.root / "tools/whereami")))
        assert seen["PATH"].split(os.pathsep).count(str(stage.place(self.name))) == self.times


@dataclass(frozen=True)
class Status(Step):
    """The last command's status, as the user's next line sees it."""

    value: int

    def play(self, stage: Stage) -> None:
        assert stage.terminal.run(stage.shell.print_status()).output == (f"status {self.value}",)


@dataclass(frozen=True)
class NoNewNames(Step):
    """No name has come into the shell that is not ours by its look."""

    def play(self, stage: Stage) -> None:
        new = _list_names(stage) - stage.names - stage.shell.names_of_a_hook
        ours = re.compile(r"(__)?autovenv.*|(__)?AUTOVENV_.*|deactivate|VIRTUAL_ENV(_PROMPT)?|prompts")
        assert sorted(name for name in new if not ours.fullmatch(name)) == []


def _list_names(stage: Stage) -> frozenset[str]:
    output = stage.terminal.run(stage.shell.print_names()).output
    return frozenset(name for line in output for name in line.replace(",", " ").split())


@dataclass(frozen=True)
class Has(Step):
    """What a line prints includes something."""

    text: str

    def play(self, stage: Stage) -> None:
        assert stage.fill_plain(self.text) in "\n".join(stage.last.output)


@dataclass(frozen=True)
class Lacks(Step):
    """Nothing that the terminal got, control characters and all, includes this."""

    text: bytes

    def play(self, stage: Stage) -> None:
        assert self.text not in stage.last.raw


@dataclass(frozen=True)
class Gets(Step):
    """What the terminal got, control characters and all, includes this, at least so many times."""

    text: bytes
    times: int = 1

    def play(self, stage: Stage) -> None:
        assert stage.last.raw.count(self.text) >= self.times


@dataclass(frozen=True)
class Exists(Step):
    """A file is there or not."""

    name: str
    there: bool = True

    def play(self, stage: Stage) -> None:
        path = stage.place(self.name)
        held = path.read_text(errors="replace").splitlines() if path.is_file() else []
        assert (os.path.lexists(path), held if not self.there else []) == (self.there, [])


@dataclass(frozen=True)
class Repeat(Step):
    """The same steps for each of several values."""

    values: tuple[str, ...]
    steps: Callable[[str], tuple[Step, ...]]

    def play(self, stage: Stage) -> None:
        for value in self.values:
            for step in self.steps(value):
                step.play(stage)
