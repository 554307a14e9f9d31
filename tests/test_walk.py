"""A long random walk through each shell, against a model of what must hold.

Two shells hear the same lines, one of them without the hook: what that one shows is what the user has made of it, and
what the hooked one shows must be that and what is promised. `AUTOVENV_TEST_STEPS=5000` walks further than CI does, and
another way each time. A failure ends with the lines to paste.
"""

from __future__ import annotations

import copy
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sessions import list_variables
from shells import SHELLS, Shell, require
from steps import list_messages, read_report
from terminal import Exchange, Terminal
from trees import Venv, add_tools, place
from walking import Expected, Sight, World

pytestmark = pytest.mark.posix("the walker types into a terminal")

STEPS = int(os.environ.get("AUTOVENV_TEST_STEPS", "0"))
#: PowerShell takes three times as long for one as another shell.
STEPS_IN_CI = {"bash": 240, "zsh": 240, "fish": 240, "pwsh": 80}
IN_ONE_WALK = 40

WITH_STATUS = {"fish": "walk_status=$status ", "pwsh": "$env:walk_status = $LASTEXITCODE; "}
AND = {"pwsh": ";"}

LINKS = {"alias": "app"}
DIRECTORIES = ("", "plain", "app", "app/src/deep", "app-2", "outer", "outer/src", "outer/inner", "alias", "alias/src")
ENVIRONMENTS = (
    "app/.venv",
    "app/venv",
    "app-2/.venv",
    "outer/.venv",
    "outer/inner/.venv",
    "store/mine",
    "plain/.venv",
)
FIRST_ENVIRONMENTS = ("app/.venv", "app-2/.venv", "outer/.venv", "outer/inner/.venv", "store/mine")
HERE = "that of this project"
NAMES = (*ENVIRONMENTS, HERE, HERE)
ENTRIES = (
    *("/usr/local/bin", "«more»", "«/tools»", "«other»"),
    *(f"«{name}/bin»" for name in ENVIRONMENTS),
    *(HERE, HERE, HERE),
)

#: Options that change how a shell reads or expands: on, off.
OPTIONS = {
    "bash": (
        ("set -u", "set +u"),
        ("set -f", "set +f"),
        ("set -o noclobber", "set +o noclobber"),
        ("set -o posix", "set +o posix"),
        ("shopt -s nocasematch", "shopt -u nocasematch"),
        ("shopt -s nullglob", "shopt -u nullglob"),
        ("shopt -s extglob", "shopt -u extglob"),
        ("IFS=/", "unset IFS"),
        ("set -a", "set +a"),
        ("set -T", "set +T"),
    ),
    "zsh": tuple(
        (f"setopt {name}", f"unsetopt {name}")
        for name in (
            *("shwordsplit", "ksharrays", "nounset", "nullglob", "globsubst", "extendedglob", "noclobber"),
            *("warncreateglobal", "cbases"),
        )
    ),
    "fish": (),
    "pwsh": (("Set-StrictMode -Version Latest", "Set-StrictMode -Off"),),
}


class Walk(RuleBasedStateMachine):
    """One shell with the hook, one without, and what must hold."""

    shell: Shell
    make_root: Callable[[], Path]

    def __init__(self) -> None:
        super().__init__()
        self.root = self.make_root()
        self.home = self.root / "home"
        self.lines: list[str] = []
        self.closing = ExitStack()
        self.world = World(LINKS)
        self.shells = [Expected(self.home, self.world)]
        self.options_of: list[set[int]] = [set()]
        self._build()
        self.bare = self._open("UNHOOKED")
        self.hooked = self._open()
        self.bare.first_prompt()
        self.hooked.first_prompt()
        self.now.look(self._look(self.bare))

    def _build(self) -> None:
        (self.root / "tmp").mkdir()
        self.home.mkdir()
        add_tools(self.root)
        for name in (*DIRECTORIES, "store", "more", "other"):
            if name.partition("/")[0] not in LINKS:
                place(self.root, name).mkdir(parents=True, exist_ok=True)
        for name, to in LINKS.items():
            place(self.root, name).symlink_to(to)
        directories = (*(name for name in DIRECTORIES[1:] if not name.startswith("alias")), "store", "more", "other")
        self._note("mkdir -p " + " ".join(f"~/{name}" for name in directories))
        self._note("ln -s app ~/alias")
        for name in FIRST_ENVIRONMENTS:
            Venv().make(place(self.root, name), self.root)
            self.world.make(name, None)
        self._note(f"for name in {' '.join(FIRST_ENVIRONMENTS)}; do python3 -m venv --without-pip ~/$name; done")
        unless = {"fish": "set -q UNHOOKED; or begin; {}; end", "pwsh": "if (-not $env:UNHOOKED) {{ {} }}"}
        hook = unless.get(self.shell.name, '[ -n "${{UNHOOKED-}}" ] || {}').format(self.shell.hook)
        self.shell.write_rc(self.home, "", hook, "", str(self.root / "tools/whereami"))

    def _open(self, *unset: str) -> Terminal:
        executable = require(self.shell.name, self.shell.find())
        self.argv = (executable, *self.shell.arguments)
        env = list_variables(self.root, executable) | {"PWD": str(self.home)} | dict.fromkeys(unset, "1")
        terminal = Terminal(self.argv, env, self.home)
        self.closing.callback(terminal.close)
        return terminal

    def teardown(self) -> None:
        """Hang up."""
        self.closing.close()
        shutil.rmtree(self.root, ignore_errors=True)

    # -- typing and looking ----------------------------------------------------------------------------------------

    @property
    def now(self) -> Expected:
        return self.shells[-1]

    def _quote(self, name: str) -> str:
        return self.shell.quote(str(place(self.root, name)))

    def _fill(self, entry: str) -> str:
        """Return an entry of `PATH`."""
        if entry == HERE:
            return f"{self.home / (self.now.used.prefix if self.now.used else self._name(HERE))}/bin"
        return str(place(self.root, entry[1:-1])) if entry.startswith("«") else entry

    def _name(self, name: str) -> str:
        """Return the name of an environment."""
        if name != HERE:
            return name
        place = self.world.choose(self.now.stood) if self.now.stood is not None else None
        return self.world.settle(place) if place else ENVIRONMENTS[0]

    def _direct(self, name: str) -> str:
        """Return a directory by the name that programs see: PowerShell tells them where a link leads."""
        first, slash, rest = name.partition("/")
        return LINKS.get(first, first) + slash + rest if self.shell.name == "pwsh" else name

    def _note(self, line: str) -> None:
        self.lines.append(line.replace(str(self.home), "~").replace(str(self.root), "~/.."))

    def _check(self, holds: bool, what: str) -> None:
        if not holds:
            lines = "\n".join(self.lines)
            where = f"in {self.shell.name}, with a home directory of its own:"
            raise AssertionError(f"{what}\n\n{where}\n{lines}\n\n{self.hooked.transcript(4)}")

    def _look(self, terminal: Terminal, program: str = "") -> Sight:
        """Look at a shell: what it shows at the prompt, and with what it starts a program."""
        prompt = terminal.exchanges[-1].prompt
        by_path = self.shell.call(str(self.root / "tools/whereami"))
        line = f"{WITH_STATUS.get(self.shell.name, 'walk_status=$? ')}{program or by_path}"
        _, found, variables = self._report(terminal, line)
        status = variables.pop("walk_status", "")
        if own := self.shell.own_directory:
            # PowerShell puts it first again where a shell starts with something else first: how often says nothing.
            before, found_own, after = variables.get("PATH", "").partition(f"{own}:")
            variables["PATH"] = before + found_own + after.replace(f"{own}:", "")
        return Sight(status, found if program else "", variables, prompt)

    def _report(self, terminal: Terminal, line: str) -> tuple[Exchange, str, dict[str, str]]:
        report = self.root / "report"
        report.unlink(missing_ok=True)
        seen = terminal.run(line)
        self._check(report.exists(), f"`{line}` did not run: {seen.output}")
        return (seen, *read_report(report))

    def _type(self, line: str, bare: str | None = None, alike: bool = True) -> None:
        """Type a line to both shells (`bare`: what the one without the hook hears instead) and compare them.

        `alike` says that they must print the same.
        """
        self._note(line)
        plain = self.bare.run(line if bare is None else bare)
        hooked = self.hooked.run(line)
        self._compare(plain, hooked, alike)

    def _compare(self, plain: Exchange, hooked: Exchange, alike: bool = True) -> None:
        self._listen(plain, hooked, alike)
        now = self.now
        now.look(self._look(self.bare))
        if now.absorbs():
            # The shell without the hook is as if it had not been activated there.
            self.bare.run("deactivate" if now.has_script else self.shell.unset("VIRTUAL_ENV"))
            now.absorb()
            now.look(self._look(self.bare))
        assert now.bare
        now.is_behind = False
        # What the user put on PATH by hand may be gone, and the shell remember what was there: not for us to mend.
        own = {entry for entry in now.bare.path if entry.endswith("/bin") and entry.startswith(f"{self.home}/")}
        seen = self._look(self.hooked, "" if own else "whereami")
        differences = now.list_differences(seen)
        self._check(not differences, "\n".join(differences))

    def _listen(self, plain: Exchange, hooked: Exchange, alike: bool = True) -> None:
        messages = list_messages(hooked.output)
        # What a command of ours says in answer may be the same again.
        messages = [message for message in messages if not message.startswith("autovenv: error: ")]
        again = [message for message in messages if message in self.now.told]
        self._check(not again and len(set(messages)) == len(messages), f"said again: {again or messages}")
        self.now.told.update(messages)
        if alike:
            ours = {line for message in messages for line in message.split("\n")}
            rest = [line for line in hooked.output if line not in ours]
            self._check(rest == list(plain.output), f"printed {rest}, and without the hook {list(plain.output)}")

    # -- moving ----------------------------------------------------------------------------------------------------

    @rule(name=st.sampled_from(DIRECTORIES))
    def cd(self, name: str) -> None:
        name = self._direct(name)
        self._type(f"cd {self._quote(name)}")

    @rule(line=st.sampled_from(("cd -", "popd", "cd nowhere", "cd .")))
    def go(self, line: str) -> None:
        self._type(line)

    @rule(name=st.sampled_from(DIRECTORIES))
    def pushd(self, name: str) -> None:
        name = self._direct(name)
        self._type(f"pushd {self._quote(name)}")

    @rule(name=st.sampled_from(DIRECTORIES), below=st.booleans())
    def cd_and_run(self, name: str, below: bool) -> None:
        """`cd project && python x.py` on one line, also inside parentheses."""
        name = self._direct(name)
        line = f"cd {self._quote(name)} && {self.shell.call(str(self.root / 'tools/whereami'))}"
        if below and self.shell.name in ("bash", "zsh"):
            line = f"( {line} )"
        self._note(line)
        plain, _, bare_variables = self._report(self.bare, line.replace("&&", AND.get(self.shell.name, "&&")))
        hooked, _, variables = self._report(self.hooked, line.replace("&&", AND.get(self.shell.name, "&&")))
        there = copy.copy(self.now)
        there.look(Sight("", "", bare_variables, ""))
        differences = there.list_differences(Sight("", "", variables, there.see().prompt))
        self._check(not differences, "on that line: " + "\n".join(differences))
        self._compare(plain, hooked)

    @rule(name=st.sampled_from(DIRECTORIES))
    def capture(self, name: str) -> None:
        """What is captured is what it would be without the hook."""
        name = self._direct(name)
        words = f"cd {self._quote(name)}; pwd"
        self._type({"fish": f"echo ({words})", "pwsh": f'"$({words})"'}.get(self.shell.name, f'echo "$({words})"'))

    @rule(status=st.sampled_from((0, 1, 3)))
    def run(self, status: int) -> None:
        self._type(f"{self.shell.call(str(self.root / 'tools/fail'))} {status}")

    # -- environments that come and go -----------------------------------------------------------------------------

    def _change(self, line: str, made: str = "", look: bool = True) -> None:
        """Another terminal has changed something (`made`: a place that holds something now)."""
        self._note(f"{line}  # in another terminal")
        project = self.world.settle(made.rpartition("/")[0])
        for each in self.shells:
            stands = self.world.settle(each.directory)
            is_below = not project or stands.startswith(f"{project}/")
            each.is_behind |= bool(made) and stands != project and is_below
        if self.now.is_behind:
            self._type(f"cd {self._quote('')}")
        elif look:
            self._idle()

    def _idle(self) -> None:
        self._type("echo idle")

    @rule(name=st.sampled_from(NAMES), prompt=st.sampled_from((None, "one", "two")), look=st.booleans())
    def make(self, name: str, prompt: str | None, look: bool) -> None:
        name = self._name(name)
        path = place(self.root, name)
        before = "" if name not in self.world.made else f"rm -rf ~/{name}; "
        shutil.rmtree(path, ignore_errors=True)
        Venv(prompt=prompt).make(path, self.root)
        self.world.make(name, prompt)
        words = f" --prompt {prompt}" if prompt else ""
        self._change(f"{before}python3 -m venv --without-pip{words} ~/{name}", name, look)

    @rule(name=st.sampled_from(NAMES), look=st.booleans())
    def delete(self, name: str, look: bool) -> None:
        name = self._name(name)
        if self.world.made.pop(name, None):
            shutil.rmtree(place(self.root, name))
            self._change(f"rm -rf ~/{name}", look=look)

    @rule(name=st.sampled_from(NAMES), to=st.sampled_from(ENVIRONMENTS), look=st.booleans())
    def rename(self, name: str, to: str, look: bool) -> None:
        name = self._name(name)
        if name in self.world.made and to not in self.world.made:
            place(self.root, name).rename(place(self.root, to))
            self.world.made[to] = self.world.made.pop(name)
            self._change(f"mv ~/{name} ~/{to}", to, look)

    @rule(name=st.sampled_from(NAMES), to=st.sampled_from(ENVIRONMENTS), look=st.booleans())
    def copy(self, name: str, to: str, look: bool) -> None:
        name = self._name(name)
        if name in self.world.made and to not in self.world.made:
            shutil.copytree(place(self.root, name), place(self.root, to), symlinks=True, copy_function=shutil.copyfile)
            for path in ("pyvenv.cfg", "bin", ""):
                os.utime(place(self.root, f"{to}/{path}"))
            place(self.root, f"{to}/bin/whereami").chmod(0o755)
            self.world.copy(name, to)
            self._change(f"cp -R ~/{name} ~/{to}", to, look)

    @rule(name=st.sampled_from(NAMES), look=st.booleans())
    def break_or_mend(self, name: str, look: bool) -> None:
        name = self._name(name)
        made = self.world.made.get(name)
        if made:
            # every name of the interpreter
            old, new = (f"{name}/bin", f"{name}/away") if made.has_python else (f"{name}/away", f"{name}/bin")
            place(self.root, new).mkdir(exist_ok=True)
            for path in place(self.root, old).glob("python*"):
                path.rename(place(self.root, f"{new}/{path.name}"))
            made.has_python = not made.has_python
            self._change(f"mkdir -p ~/{new}; mv ~/{old}/python* ~/{new}", name, look)

    @rule(name=st.sampled_from(NAMES), prompt=st.sampled_from(("three", "four")), look=st.booleans())
    def edit_pyvenv_cfg(self, name: str, prompt: str, look: bool) -> None:
        name = self._name(name)
        made = self.world.made.get(name)
        if made:
            with place(self.root, f"{name}/pyvenv.cfg").open("a") as file:
                file.write(f"prompt = '{prompt}'\n")
            made.prompt, made.edits = prompt, made.edits + 1
            self._change(f"echo \"prompt = '{prompt}'\" >> ~/{name}/pyvenv.cfg", look=look)

    @rule(name=st.sampled_from(NAMES), look=st.booleans())
    def add_command(self, name: str, look: bool) -> None:
        name = self._name(name)
        if name in self.world.made:
            place(self.root, f"{name}/bin/tool").write_text("#!/bin/sh\n")
            self._change(f"touch ~/{name}/bin/tool", look=look)

    @rule(
        name=st.sampled_from(("app", "app-2", "outer", "plain", "outer/src")),
        text=st.sampled_from((None, "[project]\nname = 'x'\n", "[[[")),
        look=st.booleans(),
    )
    def edit_pyproject(self, name: str, text: str | None, look: bool) -> None:
        path = place(self.root, f"{name}/pyproject.toml")
        if text is None:
            path.unlink(missing_ok=True)
            self._change(f"rm -f ~/{name}/pyproject.toml", look=look)
        else:
            path.write_text(text)
            self._change(f"printf %s {shlex.quote(text)} > ~/{name}/pyproject.toml", look=look)

    # -- by hand ---------------------------------------------------------------------------------------------------

    @rule(name=st.sampled_from(NAMES))
    def activate(self, name: str) -> None:
        name = self._name(name)
        if name in self.world.made and self.world.made[name].born == name:
            self.now.has_script = True
            self._type(self.shell.activate(str(place(self.root, name))))

    @precondition(lambda self: self.now.used or self.now.has_script)
    @rule()
    def deactivate(self) -> None:
        if self.now.used:
            self.now.held = self.now.used.project
        self._type("deactivate", None if self.now.has_script else "true")
        self.now.has_script = False

    @rule(name=st.sampled_from((*ENVIRONMENTS, HERE, "nowhere", None)))
    def set_virtual_env(self, name: str | None) -> None:
        if name is None:
            if self.now.used:
                self.now.held = self.now.used.project
            if "VIRTUAL_ENV" in self.now.see().variables:
                self._type(self.shell.unset("VIRTUAL_ENV"), None if "VIRTUAL_ENV" in self._bare() else "true")
        elif not self.now.used:
            return  # without its commands on PATH it would be as if it were not set
        elif self.now.has_script and name == HERE:
            return  # what a script of another one has put aside would pass for this one's
        elif self.shell.name == "fish" and self.now.has_script:
            return  # the script's prompt stands and says a name; ours is not put before it
        elif self.now.used.prefix != self._name(name):
            name = self._name(name)
            self._type(self.shell.export("VIRTUAL_ENV", str(place(self.root, name))))

    def _bare(self) -> Mapping[str, str]:
        assert self.now.bare
        return self.now.bare.variables

    # -- PATH and other variables ----------------------------------------------------------------------------------

    @rule(entry=st.sampled_from(ENTRIES), first=st.booleans())
    def add_to_path(self, entry: str, first: bool) -> None:
        entry = self._fill(entry)
        now = self.now
        if len(now.see().path) > 12 or entry in now.ours:
            return  # what the user puts there cannot be told from what is ours and comes back
        now.path.insert(0 if first else len(now.path), entry)
        self._type(self.shell.add_to_path(entry, first))

    @rule(entry=st.sampled_from(ENTRIES))
    def remove_from_path(self, entry: str) -> None:
        entry = self._fill(entry)
        now = self.now
        assert now.bare
        if entry in (str(self.root / "tools"), "/usr/bin"):
            return
        self.now.path = [each for each in now.path if each != entry]
        hooked, bare = (
            self.shell.set("PATH", ":".join(each for each in path if each != entry))
            for path in (now.path if now.used else now.bare.path, now.bare.path)
        )
        self._type(hooked, bare)

    @rule(name=st.sampled_from(("VIRTUAL_ENV_DISABLE_PROMPT", "PYTHONHOME")), is_set=st.booleans())
    def set_variable(self, name: str, is_set: bool) -> None:
        now = self.now
        if is_set:
            value = sys.base_prefix if name == "PYTHONHOME" else "1"
            if name == "PYTHONHOME":
                now.python_home = value
            self._type(self.shell.export(name, value))
        elif name in self._bare():
            if name == "PYTHONHOME" and now.used and (now.python_home is None or now.python_home_before is not None):
                return  # unset as it is
            now.python_home = None
            self._type(self.shell.unset(name))

    @rule(text=st.sampled_from(("host", "[x] host", "over there")))
    def set_prompt(self, text: str) -> None:
        self._type(self.shell.set_prompt(text))

    @precondition(lambda self: self.shell.name in ("bash", "zsh"))
    @rule()
    def add_to_prompt(self) -> None:
        if len(self.bare.exchanges[-1].prompt) < 40:
            self._type('PS1="* $PS1"')

    @rule(number=st.integers(0, 9))
    def toggle_option(self, number: int) -> None:
        options = OPTIONS[self.shell.name]
        if number < len(options):
            self._type(options[number][number in self.options])
            self.options ^= {number}

    # -- ours ------------------------------------------------------------------------------------------------------

    def _command(self, words: str, fine: bool = True) -> None:
        fail = f"{self.shell.call(str(self.root / 'tools/fail'))} {0 if fine else 1}"
        for each in self.shells[:-1]:
            each.is_behind = True
        self._type(f"autovenv {words}", fail, alike=False)

    @rule(on=st.booleans())
    def pause(self, on: bool) -> None:
        now = self.now
        now.off = not on
        if on:
            now.held = None
            now.told.clear()
        self._type(f"autovenv {'on' if on else 'off'}", "true")

    @rule(word=st.sampled_from(("allow", "deny", "revoke")))
    def decide(self, word: str) -> None:
        self._command(word, getattr(self.world, word)(self.now.directory))

    @rule(name=st.sampled_from(NAMES))
    def link(self, name: str) -> None:
        name = self._name(name)
        self._command(f"link {self._quote(name)}", self.world.link(self.now.directory, name))

    @rule()
    def unlink(self) -> None:
        self._command("unlink", self.world.unlink(self.now.directory))

    @rule()
    def load_again(self) -> None:
        self._type(self.shell.hook, "true")

    # -- shells within shells --------------------------------------------------------------------------------------

    @rule(replacing=st.booleans())
    def start_shell(self, replacing: bool) -> None:
        if not replacing and len(self.shells) > 2:
            return
        if "POSIXLY_CORRECT" in self._bare():
            return  # exported under `set -a`, and then bash reads no rc file
        if self.now.hand and f"{self.now.hand}/bin" not in self._bare()["PATH"].split(":"):
            return  # a VIRTUAL_ENV that is inherited without its commands on PATH is as if it were not set
        line = " ".join(self.shell.quote(word) for word in self.argv)
        if replacing:
            self._idle()  # else the first prompt of the new one would look like that of the old one
            self.shells.pop()
            self.options_of.pop()
        self.shells.append(Expected(self.home, self.world))
        self.options_of.append(set())
        self._type(f"exec {line}" if replacing else line)

    @precondition(lambda self: len(self.shells) > 1)
    @rule()
    def exit(self) -> None:
        self.shells.pop()
        self.options_of.pop()
        self._note("exit 0")
        plain, hooked = self.bare.run("exit 0"), self.hooked.run("exit 0")
        if self.now.is_behind:
            self._listen(plain, hooked)
            self._type(f"cd {self._quote('')}")
        else:
            self._compare(plain, hooked)

    @property
    def options(self) -> set[int]:
        """The options that were turned on in this shell, by number."""
        return self.options_of[-1]

    @options.setter
    def options(self, options: set[int]) -> None:
        self.options_of[-1] = options


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell.name)
def test_walk(shell: Shell, tmp_path_factory: pytest.TempPathFactory) -> None:
    require(shell.name, shell.find())

    class Machine(Walk):
        pass

    Machine.shell = shell
    Machine.make_root = staticmethod(lambda: Path(os.path.realpath(tmp_path_factory.mktemp("w"))))
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=max(1, (STEPS or STEPS_IN_CI[shell.name]) // IN_ONE_WALK),
            stateful_step_count=IN_ONE_WALK,
            derandomize=not STEPS,
            database=None,
            deadline=None,
            print_blob=False,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
