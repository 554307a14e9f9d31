"""Each check of the doctor, in each thing that it can find. The stories paste the remedies; here they are only read."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from commands import Desk
from platforms import AS_ROOT, NOT_AS_ROOT, POSIX
from trees import Directory, Entry, Fifo, File, Handmade, Link, Tree, make_tree

from autovenv import __version__
from autovenv.commands import linking, shims
from autovenv.disk import ownership
from autovenv.disk.evidence import Evidence
from autovenv.doctor import CHECKS, Context, demands, interpreters, making, syntax, versions
from autovenv.doctor.checks import around, environment, hook, packages, path, shell
from autovenv.doctor.diagnosis import choose, examine, relate, run
from autovenv.doctor.facts import Facts
from autovenv.doctor.interpreters import Answer
from autovenv.doctor.making import install_python, mend
from autovenv.doctor.results import Candidate, Remedy, Result
from autovenv.doctor.verdict import find_run
from autovenv.environments import tools
from autovenv.environments.kinds import KINDS
from autovenv.shells import rc
from autovenv.state import settings
from autovenv.trust import judge as trust

pytestmark = pytest.mark.posix("environments here are POSIX's")

LOADED = Facts(registered=True, state="active")
APP: Tree = {"app/.venv": Handmade(), "app/.venv/bin/pip": File("", 0o755)}


class Room:
    """A home with a project `app`, and a shell that stands in it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.home = desk.home
        self.root = desk.root

    def make(self, tree: Tree) -> None:
        make_tree(self.root, tree)

    def look(self, name: str, facts: Facts = LOADED, here: str = "app", path: str = "", **environ: str) -> list[Result]:
        """Return what one check finds, as a shell that has the project's environment active sees it."""
        return run(next(check for check in CHECKS if check.name == name), self.context(facts, here, path, **environ))

    def one(self, name: str, *arguments: object, **options: object) -> Result:
        found = self.look(name, *arguments, **options)  # type: ignore[arg-type]
        assert len(found) == 1, found
        return found[0]

    def context(self, facts: Facts = LOADED, here: str = "app", path: str = "", **environ: str) -> Context:
        prefix = self.home / here / ".venv"
        active = {"VIRTUAL_ENV": str(prefix), "PATH": f"{prefix}/bin:{self.root}/sys"}
        variables = {**self.desk.environ, **active, **environ}
        if path:
            variables["PATH"] = path.replace("«bin»", f"{prefix}/bin").replace("«root»", str(self.root))
        context = Context(variables, str(self.home / here), ask=lambda *_: Answer("3.11.2"))
        return context.given(facts=facts, shell="bash", hook=__version__ if facts.loaded else None)


@pytest.fixture
def room(at_home: Desk, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setenv("ZDOTDIR", str(at_home.home))
    # Without SHELL the tests say by themselves which shell calls: there may be none around them, as in CI.
    for name in ("SHELL", "__AUTOVENV_SHELL", "__AUTOVENV_FACTS", "VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    (at_home.root / "sys").mkdir()
    return Room(at_home)


def commands(result: Result) -> list[str]:
    return [remedy.command for remedy in result.remedies]


def swap(path: str, *make: str) -> str:
    """What makes something anew by some commands, and leaves it as it was where one of them fails."""
    return " -- ".join((f"autovenv remake {path}", *make))


def program(text: str = "#!/bin/sh\n") -> Entry:
    return File(text, 0o755)


# The hook


def test_installed_by_hand(room: Room) -> None:
    room.make({".bashrc": File('eval "$(autovenv hook bash)"\n')})
    assert room.one("installed").level == "ok"


def test_installed_by_hand_and_not_on_path(room: Room) -> None:
    room.make({".bashrc": File('eval "$(autovenv hook bash)"\n')})
    result = room.one("installed", Facts())
    assert (result.level, result.why) == ("fail", "`autovenv` is not on PATH")
    assert result.remedies[0].command.endswith("install --shell bash --print")


@pytest.mark.parametrize("name", ["bash", "zsh", "fish", "powershell"])
def test_installed_with_an_executable_that_is_gone(room: Room, name: str) -> None:
    from autovenv.shells import rc
    from autovenv.shells.block import Notes, write_block

    gone = str(room.home / "it's $gone" / "autovenv")
    for static in (False, True):
        place = Path(rc.find_all_files(name)[0])
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(write_block(rc.write_line(name, gone, static), Notes()))
        result = hook.check_installed(room.context().given(shell=name))
        assert (result.level, result.why) == ("fail", "`~/it's $gone/autovenv` is gone")
        assert commands(result) == [f"autovenv install --shell {name}"]


def test_not_installed_but_loaded(room: Room) -> None:
    assert room.one("installed").level == "note"


def test_not_installed(room: Room) -> None:
    room.make({"sys/autovenv": program(), ".bashrc": Fifo(), ".profile": Directory()})
    result = room.one("installed", Facts(), path=str(room.home / "sys"))
    assert (result.level, commands(result)) == ("fail", ["autovenv install --shell bash"])


def test_installed_in_a_shell_that_is_not_known(room: Room) -> None:
    result = hook.check_installed(room.context(Facts()).given(shell=""))
    assert result.level == "note"


def test_loaded(room: Room) -> None:
    assert room.one("loaded").level == "ok"
    assert "posix" in room.one("loaded", replace(LOADED, options=("posix",))).what


def test_not_loaded(room: Room) -> None:
    result = room.one("loaded", Facts())
    assert (result.level, result.why) == ("fail", "no rc file loads it")
    assert commands(result)[0].startswith('eval "$(')
    room.make({".bashrc": File('eval "$(autovenv hook bash)"\n'), ".profile": File(". ~/.bashrc\n")})
    result = room.one("loaded", Facts())
    assert result.why == "it started before the hook was installed, or its rc file ends before the line"
    assert len(result.remedies) == 1
    assert "a parent shell has" in room.one("loaded", Facts(), __AUTOVENV_PREFIX="/x").why


@pytest.mark.parametrize(
    ("shell", "has", "lacks"),
    [
        ("bash", ".bashrc", ".bash_profile"),
        ("bash", ".bash_profile", ".bashrc"),
        ("zsh", ".zprofile", ".zshrc"),
    ],
)
def test_not_loaded_from_the_file_that_another_kind_of_shell_reads(
    room: Room, shell: str, has: str, lacks: str
) -> None:
    room.make({lacks: File("# nothing\n"), has: File(f'eval "$(autovenv hook {shell})"\n')})
    result = hook.check_loaded(room.context(Facts()).given(shell=shell))
    assert result.why.endswith(f"; or it read `~/{lacks}` instead, which does not load it")
    assert commands(result)[1].endswith(f"autovenv install --shell {shell}")


def test_not_loaded_from_a_login_file_that_is_not_there(room: Room) -> None:
    room.make({".bashrc": File('eval "$(autovenv hook bash)"\n')})
    context = room.context(Facts())
    assert len(hook.check_loaded(context).remedies) == 1
    # Where terminals start login shells, none of which reads `.bashrc`.
    mac = replace(context, platform="darwin").given(facts=Facts(), shell="bash")
    assert "`~/.profile` instead" in hook.check_loaded(mac).why


def test_version(room: Room) -> None:
    assert room.one("version").level == "ok"
    result = hook.check_version(room.context().given(hook="0.0.1\x1b"))
    assert (result.level, "0.0.1\\x1b" in result.what) == ("warn", True)
    assert commands(result) == ['eval "$(autovenv hook bash)"']


def test_registered(room: Room) -> None:
    assert room.one("registered").level == "ok"
    assert room.one("registered", Facts()).level == "ok"
    assert room.one("registered", replace(LOADED, registered=False)).level == "fail"


def test_registered_by_a_line_of_ones_own(room: Room) -> None:
    room.make({".bashrc": File('eval "$(autovenv hook bash)"\nPROMPT_COMMAND=true\n')})
    (remedy,) = room.one("registered", replace(LOADED, registered=False)).remedies
    assert remedy.command == 'eval "$(autovenv hook bash)"'
    assert remedy.words == "put that line last in `~/.bashrc`, for the next shells"


@POSIX
@pytest.mark.parametrize(
    "place",
    [".bashrc", ".profile", ".local/share/autovenv/shims", ".local/share/autovenv/shims/python", "{hook}", ".config"],
)
def test_private(room: Room, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Whoever can write one of these writes what the next shell runs."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(room.desk.home / ".config"))
    hook_file = os.path.relpath(rc.find_hook_file("bash"), room.desk.home)
    path = room.desk.home / place.format(hook=hook_file)
    for name in (".bashrc", ".profile", hook_file):
        room.make({name: File("\n")})
    shims.install((), rc=False)
    if place == ".config":
        path.mkdir(exist_ok=True)
        (path / "there").symlink_to(room.desk.home / ".bashrc")
        (room.desk.home / ".bashrc").rename(path / "bashrc")
        (room.desk.home / ".bashrc").symlink_to(path / "bashrc")
    assert room.one("private").level == "ok"
    path.chmod(path.stat().st_mode | 0o002)
    result = room.one("private")
    assert (result.level, result.what) == ("fail", f"`~/{path.relative_to(room.home)}` can be written by everyone")
    subprocess.run(["/bin/sh", "-c", *commands(result)], check=True, env={"HOME": str(room.desk.home)})
    assert room.one("private").level == "ok"


@POSIX
@AS_ROOT
def test_private_and_of_another_user(room: Room) -> None:
    room.make({".bashrc": File("\n")})
    os.chown(room.desk.home / ".bashrc", 65534, -1)
    result = room.one("private")
    assert result.what == f"`~/.bashrc` belongs to `{ownership.name_user(65534)}`"
    assert commands(result) == [f"sudo chown {os.geteuid()} ~/.bashrc"]
    os.chown(room.desk.home, 65534, -1)
    # `sudo -s`: that is as it should be, and not to be changed.
    result = room.one("private")
    assert (result.level, result.what) == ("note", "`~` is another user's home")


@pytest.mark.parametrize("state", ["off", "held"])
def test_paused(room: Room, state: str) -> None:
    result = room.one("paused", replace(LOADED, state=state))
    assert (result.level, commands(result)) == ("note", ["autovenv on"])


# The environment


def test_environment(room: Room) -> None:
    room.make(APP)
    assert room.one("environment").level == "ok"
    assert room.one("environment", here="").level == "ok"


def test_environment_is_missing(room: Room) -> None:
    room.make(
        {
            "bare/pyproject.toml": File(),
            "bare/src": Directory(),
            "/sys/python3.11": Link(os.path.realpath(sys.executable)),
        }
    )
    result = room.one("environment", here="bare/src", path="«root»/sys")
    assert (result.level, result.what) == ("warn", "`~/bare` has no environment")
    assert commands(result)[-1] == "python3.11 -m venv ~/bare/.venv"
    room.make({"/sys/uv": program()})
    assert commands(room.one("environment", here="bare/src", path="«root»/sys")) == ["uv venv ~/bare/.venv"]


def test_environment_is_missing_and_there_is_no_python(room: Room) -> None:
    room.make({"bare/setup.py": File(), "/sys/python3": program(), "/sys/python2.7": Link(sys.executable)})
    result = room.one("environment", here="bare", path="«root»/sys")
    assert commands(result) == ["python3 --version"]
    assert result.remedies[0].words == "after installing Python"


@pytest.mark.parametrize(
    ("tree", "reason"),
    [
        ({"app/.venv": Directory()}, "it has no `pyvenv.cfg`"),
        ({"app/.venv": Link("missing")}, "leads nowhere"),
        ({"app/.venv": Fifo()}, "not a directory"),
        ({"app/.venv/pyvenv.cfg": Fifo(), "app/.venv/bin/python": program()}, "not a regular file"),
    ],
)
def test_environment_is_broken(room: Room, tree: Tree, reason: str) -> None:
    room.make({**tree, "/sys/python3.12": program("")})
    result = room.one("environment", path="«root»/sys")
    assert result.level == "fail"
    assert reason in result.why
    assert commands(result)[-1].startswith("autovenv remake ~/app/.venv -- ")


def test_environment_without_a_python_of_that_name(room: Room) -> None:
    room.make({**APP, "app/.venv/bin/python3": Link(os.path.realpath(sys.executable))})
    (room.home / "app/.venv/bin/python").unlink()
    room.make({"/sys/python3.12": program("")})
    result = room.one("environment", path="«root»/sys")
    assert (result.level, result.what) == ("warn", "`~/app/.venv` has no `python`, only `python3`")
    assert commands(result)[-1].startswith("autovenv remake ~/app/.venv -- ")


@NOT_AS_ROOT
@pytest.mark.parametrize("closed", [".venv", ".venv/bin"])
def test_environment_that_nobody_may_enter(room: Room, closed: str) -> None:
    room.make(APP)
    (room.home / "app" / closed).chmod(0o600)
    result = room.one("environment")
    (room.home / "app" / closed).chmod(0o755)
    assert (result.level, result.why) == ("fail", f"`~/app/{closed}` cannot be entered")
    assert commands(result) == [f"chmod u+rwx ~/app/{closed}"]


@NOT_AS_ROOT
def test_files_that_nobody_may_read(room: Room) -> None:
    room.make({**APP, ".config/autovenv/config.toml": File("")})
    (room.home / "app/.venv/pyvenv.cfg").chmod(0)
    (room.home / ".config/autovenv/config.toml").chmod(0)
    result = room.one("environment")
    assert (result.level, result.why) == ("fail", "its `pyvenv.cfg` cannot be read (permission denied)")
    assert commands(result) == ["chmod u+r ~/app/.venv/pyvenv.cfg"]
    assert commands(room.one("config")) == ["chmod u+r ~/.config/autovenv/config.toml"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_a_remedy(room: Room, kind: object) -> None:
    room.make({"app/.venv": Directory(), "app/src": Directory(), "/sys/python3.12": program("")})
    context = room.context(here="app/src", path="«root»/sys")
    assert context.project is not None
    assert context.project.finding is not None
    context.project.finding.kind = kind.name  # type: ignore[attr-defined]
    texts = [remedy.command for remedy in mend(context)]
    assert texts
    assert not any(re.search(r"NAME|\bENV\b|`", text) for text in texts)
    anew = kind.name in ("in_project", "virtualenvwrapper")  # type: ignore[attr-defined]
    assert texts[-1].startswith("autovenv remake ~/app/.venv -- ") if anew else texts[0].startswith("cd ~/app && ")
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ({"app/.venv": File("../documents\n")}, "~/app/.venv"),
        ({"app/.venv": File("src\n")}, "~/app/.venv"),
        ({"app/.venv": File("..\n")}, "~/app/.venv"),
        ({"app/.venv": File("env\n"), "app/env/pyvenv.cfg": File("home = /usr/bin\n")}, "~/app/env"),
    ],
)
def test_nothing_but_an_environment_is_to_be_moved(room: Room, tree: Tree, place: str) -> None:
    """Whatever a file of the project names; and nothing is removed but what was made meanwhile."""
    room.make({"app/src": Directory(), "documents": Directory(), "/sys/python3.12": program(""), **tree})
    assert commands(room.one("environment", path="«root»/sys")) == [swap(place, f"python3.12 -m venv {place}")]


def test_moved(room: Room) -> None:
    room.make(APP)
    assert room.one("moved").level == "ok"
    room.make({"app/.venv/bin/activate": File("VIRTUAL_ENV='/old/.venv'\n")})
    result = room.one("moved")
    assert (result.level, result.why) == ("warn", "`bin/activate` says `/old/.venv`")


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("#!/old/.venv/bin/python\n", "fail"),
        ("#!/bin/sh\n'''exec' \"/old place/.venv/bin/python3\" \"$0\" \"$@\"\n' '''\n", "fail"),
        ("#!/usr/bin/env python3\n", "ok"),
        ("#!/usr/bin/python3\n", "ok"),
        ('#!/bin/sh\n\'\'\'exec\' "$(dirname -- "$0")"/\'python\' "$0" "$@"\n', "ok"),
        ("#!" + "x" * 5000, "ok"),
        ("#!", "ok"),
        ("", "ok"),
    ],
)
def test_scripts_of_another_environment(room: Room, line: str, level: str) -> None:
    room.make({**APP, "app/.venv/bin/tool": program(line), "app/.venv/bin/fifo": Fifo()})
    assert room.one("moved").level == level


def test_scripts_by_a_linked_name_of_the_project(room: Room) -> None:
    room.make({**APP, "link": Link("app")})
    room.make({"app/.venv/bin/tool": program(f"#!{room.home}/link/.venv/bin/python\n")})
    assert room.one("moved").level == "ok"


def test_interpreter(room: Room) -> None:
    room.make(APP)
    assert room.one("interpreter").what == "`~/app/.venv/bin/python` is Python 3.11.2"


def test_interpreter_of_another_version(room: Room) -> None:
    room.make(APP)
    result = environment.check_interpreter(room.context().given(answer=Answer("3.12.0")))
    assert (result.level, "3.12.0 now" in result.what, "3.11.2" in result.what) == ("fail", True, True)


def test_interpreter_of_another_patch(room: Room) -> None:
    room.make(APP)
    assert environment.check_interpreter(room.context().given(answer=Answer("3.11.9"))).level == "ok"


def test_interpreter_that_hangs(room: Room) -> None:
    room.make({**APP, "app/.venv/bin/python": program("#!/bin/sh\nexec /bin/sleep 600\n")})
    context = replace(room.context(), patience=0.2, ask=interpreters.ask).given(facts=LOADED)
    result = environment.check_interpreter(context)
    assert (result.level, result.why) == ("fail", "it did not answer within 0.2 seconds")


def test_interpreter_whose_base_is_gone(room: Room) -> None:
    room.make({"app/.venv": Handmade("home = /opt/gone/bin\nversion = 3.11.2\n"), "/sys/python3.12": program("")})
    context = room.context(path="«bin»:«root»/sys")
    result = environment.check_interpreter(context.given(answer=Answer(problem="it ends with exit status 103")))
    assert "`/opt/gone/bin`, is gone" in result.why
    result = environment.check_interpreter(context.given(answer=Answer("3.11.2")))
    assert (result.level, result.what) == ("warn", "the Python that `~/app/.venv` was made with is gone")
    assert "`/opt/gone/bin`" in result.why
    assert commands(result)[-1].startswith("autovenv remake ~/app/.venv -- ")


def test_an_environment_that_is_not_allowed_is_never_started(room: Room) -> None:
    room.make({**APP, "app/.venv/bin/activate": File("VIRTUAL_ENV='/old/.venv'\n")})
    started: list[object] = []

    def start(*words: object) -> Answer:
        started.append(words)
        return Answer()

    context = replace(room.context(), ask=start).given(facts=LOADED)
    for check in CHECKS:
        assert not any(result.broken for result in run(check, context.given(shell="bash")))
    assert started == []


@pytest.mark.parametrize(
    ("files", "levels"),
    [
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.9"\n'}, ["ok"]),
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.12"\n'}, ["fail"]),
        ({"pyproject.toml": '[project]\nrequires-python = "\\u001b[31m"\n'}, ["ok"]),
        ({"pyproject.toml": "[project]\nrequires-python = 3\n"}, ["ok"]),
        ({"pyproject.toml": '[project]\nrequires-python = ""\n[tool.poetry.dependencies]\npython = "9"\n'}, ["ok"]),
        ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.12"\n'}, ["fail"]),
        ({"pyproject.toml": "not TOML"}, ["ok"]),
        ({".python-version": "3.11\n"}, ["ok"]),
        ({".python-version": "3.12.4\n"}, ["warn"]),
        ({".python-version": "system\n"}, ["ok"]),
        ({".python-version": "3.12\n", "pyproject.toml": '[project]\nrequires-python = ">3"\n'}, ["ok", "warn"]),
        ({}, ["ok"]),
    ],
)
def test_requires(room: Room, files: dict[str, str], levels: list[str]) -> None:
    room.make({**APP, **{f"app/{name}": File(text) for name, text in files.items()}})
    assert [result.level for result in room.look("requires")] == levels


def test_requires_another_python_that_is_there(room: Room) -> None:
    room.make(
        {**APP, "app/.python-version": File("3.12\n"), "/sys/python3.9": program(""), "/sys/python3.12": program("")}
    )
    result = room.one("requires", path="«bin»:«root»/sys")
    assert commands(result) == [swap("~/app/.venv", "python3.12 -m venv ~/app/.venv")]
    room.make({"/sys/uv": program()})
    result = room.one("requires", path="«bin»:«root»/sys")
    assert commands(result) == [swap("~/app/.venv", f"uv venv --seed --python {room.root}/sys/python3.12 ~/app/.venv")]


def test_requires_another_python_that_pyenv_has(room: Room) -> None:
    room.make({**APP, "app/.python-version": File("3.12\n"), ".pyenv/versions/3.12.1/bin/python": program("")})
    room.make({".pyenv/versions/3.13.0/bin/python": program(""), ".pyenv/versions/broken/bin": Directory()})
    result = room.one("requires", path="«bin»")
    assert commands(result) == [swap("~/app/.venv", "~/.pyenv/versions/3.12.1/bin/python -m venv ~/app/.venv")]


def test_requires_a_python_that_pyenv_has_where_home_is_not_absolute(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.make({**APP, "app/.python-version": File("3.12\n"), "app/.pyenv/versions/3.12.1/bin/python": program("")})
    room.make({".pyenv/versions/3.12.1/bin/python": program("")})
    monkeypatch.setattr("autovenv.places.home", lambda: str(room.home))
    monkeypatch.chdir(room.home / "app")
    remedy = commands(room.one("requires", HOME="relative"))[0]
    assert f"{room.home}/.pyenv/versions/3.12.1/bin/python -m venv" in remedy


@pytest.mark.parametrize(
    ("request_", "specifier", "wanted"),
    [("3.12", ">=3.9", "3.12"), ("3.12.4", "<4", "3.12"), (">=3.12", ">=3.13", "3.13"), ("3.13", ">=3.12", "3.13")],
)
def test_requires_what_all_that_ask_are_content_with(
    room: Room, monkeypatch: pytest.MonkeyPatch, request_: str, specifier: str, wanted: str
) -> None:
    monkeypatch.setattr(making, "_has_package", lambda wanted: True)
    room.make({**APP, "app/.python-version": File(f"{request_}\n"), "/sys/apt": program()})
    room.make({"app/pyproject.toml": File(f'[project]\nrequires-python = "{specifier}"\n')})
    bad = [result for result in room.look("requires", path="«bin»:«root»/sys") if result.level != "ok"]
    assert {tuple(commands(result)) for result in bad} == {(f"sudo apt install python{wanted} python{wanted}-venv",)}


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("Pipfile", '[requires]\npython_version = "3.12"\n', "the `Pipfile` asks for `3.12`"),
        ("Pipfile", '[requires]\npython_full_version = "3.12.1"\n', "the `Pipfile` asks for `3.12.1`"),
        (".tool-versions", "nodejs 22\npython 3.12.1 # ours\n", "`.tool-versions` says `3.12.1`"),
        ("mise.toml", '[tools]\npython = "3.12"\n', "`mise.toml` says `3.12`"),
        ("mise.toml", '[tools]\npython = ["3.12", "3.11"]\n', "`mise.toml` says `3.12`"),
        ("mise.toml", '[tools]\npython = {version = "3.12"}\n', "`mise.toml` says `3.12`"),
        (
            "environment.yml",
            "name: x\ndependencies:\n  - python=3.12\n  - numpy\n",
            "`environment.yml` asks for `3.12`",
        ),
        ("environment.yml", "dependencies:\n  - 'python >=3.12, <4' # x\n", "`environment.yml` asks for `>=3.12,<4`"),
        ("setup.cfg", "[options]\npython_requires = >=3.12\n", "`python_requires` is `>=3.12`"),
    ],
)
def test_requires_what_other_files_ask_for(room: Room, file: str, text: str, said: str) -> None:
    room.make({**APP, f"app/{file}": File(text), "/sys/python3.12": program("")})
    result = room.one("requires", path="«bin»:«root»/sys")
    assert result.what == f"the environment is of Python 3.11.2, but {said}"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("Pipfile", "[requires\n"),
        ("Pipfile", "[requires]\npython_version = 3\n"),
        (".tool-versions", "python system\npython\n#python 3.12\n"),
        ("mise.toml", '[tools]\npython = "latest"\n'),
        ("mise.toml", "[tools]\npython = []\n"),
        ("environment.yml", "dependencies:\n  - python\n  - pythonnet=3.12\n  - python-dateutil>=3\n"),
        ("setup.cfg", "python_requires\n"),
        ("setup.cfg", "[options]\n"),
    ],
)
def test_requires_nothing_where_a_file_says_nothing_plain(room: Room, file: str, text: str) -> None:
    room.make({**APP, f"app/{file}": File(text)})
    assert [result.what for result in room.look("requires")] == ["nothing wrong was found"]


def test_requires_what_no_python_is(room: Room) -> None:
    room.make({**APP, "app/.python-version": File("3.12\n"), "/sys/python3.12": program(""), "/sys/uv": program()})
    room.make({"app/pyproject.toml": File('[project]\nrequires-python = ">=3.13"\n')})
    file, project = room.look("requires", path="«bin»:«root»/sys")
    assert (project.level, commands(project)) == (
        "fail",
        [swap("~/app/.venv", "uv venv --seed --python '>=3.13' ~/app/.venv")],
    )
    assert (file.level, file.what, file.why) == (
        "warn",
        "`.python-version` says `3.12`, but `requires-python` is `>=3.13`",
        "no Python suits both",
    )
    never = room.look("requires", path="«bin»:«root»/sys", UV_PYTHON_DOWNLOADS="never")
    assert "uv venv" not in commands(never[-1])[0]
    assert commands(file) == ["echo 3.13 | tee ~/app/.python-version"]
    room.make({"app/.python-version": File("3.12\n3.11\n")})
    assert commands(room.look("requires", path="«bin»:«root»/sys")[0]) == ["${EDITOR:-vi} ~/app/.python-version"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("link", "autovenv unlink"),
        ("uv", swap("~/app/.venv", "uv sync --python «python»")),
        ("poetry", swap("~/app/.venv", "poetry env use «python»", "poetry install")),
        ("pipenv", swap("~/app/.venv", "pipenv install --python «python»")),
        ("pdm", swap("~/app/.venv", "pdm use --first «python»", "pdm install")),
        ("hatch", swap("~/app/.venv", "env HATCH_PYTHON=«python» hatch env create")),
        (
            "pyenv",
            "pyenv install --skip-existing 3.12 && pyenv virtualenv 3.12 .venv-new && pyenv local .venv-new",
        ),
        ("virtualenvwrapper", swap("~/app/.venv", "python3.12 -m venv ~/app/.venv")),
        ("in_project", swap("~/app/.venv", "python3.12 -m venv ~/app/.venv")),
    ],
)
def test_requires_a_python_that_the_environments_own_tool_is_told(room: Room, kind: str, expected: str) -> None:
    """In one line, which stops at what fails; and not in the environment that is active, which the tool would take."""
    tools = {} if expected.startswith("autovenv remake ~/app/.venv -- python") else {f"/sys/{kind}": program()}
    room.make({**APP, "app/.python-version": File("3.12\n"), "/sys/python3.12": program(""), **tools})
    context = room.context(path="«bin»:«root»/sys")
    assert context.project is not None
    assert context.project.finding is not None
    context.project.finding.kind = kind
    (result,) = environment.check_requires(context)
    python = f"{room.root}/sys/python3.12"
    assert commands(result) == [expected.replace("«python»", python)]


def test_an_environment_of_pyenvs_is_made_anew_with_the_version_that_it_had(room: Room) -> None:
    """Without a word pyenv-virtualenv takes what `.python-version` names, which is the broken one."""
    place = ".pyenv/versions/3.12.1/envs/shop"
    tree = {f"{place}/pyvenv.cfg": File(""), ".pyenv/versions/shop": Link("«.pyenv/versions/3.12.1/envs/shop»")}
    room.make({**tree, "app/.python-version": File("shop\n"), "/sys/pyenv": program()})
    (room.home / "linked").symlink_to(room.home / "app")
    (remedy,) = room.one("environment", path="«root»/sys").remedies
    made = "pyenv virtualenv 3.12.1 shop-new && pyenv local shop-new"
    assert remedy.command == f"pyenv install --skip-existing 3.12.1 && {made}"
    assert remedy.words == "the old one stays, another project may have it", "the same project by another name is none"
    assert making._find_pyenv_base("/opt/pyenv/versions/shop") == "system"


def test_requires_a_python_that_has_to_be_installed_first(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_has_package", lambda wanted: True)
    room.make({**APP, "app/.python-version": File("3.12.1\n"), "/sys/apt": program()})
    context = room.context(path="«bin»:«root»/sys")
    assert context.project is not None
    assert context.project.finding is not None
    context.project.finding.kind = "poetry"
    assert commands(environment.check_requires(context)[0]) == ["sudo apt install python3.12 python3.12-venv"]


@pytest.mark.parametrize(
    ("prefix", "newer", "again"),
    [
        (
            ".conda",
            ["conda install --yes --prefix ~/app/.conda python=3.12"],
            ["conda install --yes --force-reinstall --prefix ~/app/.conda python=3.11"],
        ),
        (
            ".pixi/envs/default",
            ["pixi add python=3.12"],
            [swap("~/app/.pixi/envs/default", "pixi install")],
        ),
    ],
)
def test_another_python_of_conda(room: Room, prefix: str, newer: list[str], again: list[str]) -> None:
    room.make({f"app/{prefix}/conda-meta/python-3.11.2-0.json": File("{}"), f"app/{prefix}/bin/python": program("")})
    room.make({"app/.python-version": File("3.12\n")})
    assert commands(room.one("requires")) == newer
    room.make({"app/.python-version": File("3.11\n")})
    context = room.context()
    broken = context.given(answer=Answer(problem="it is ended by SIGABRT"), should=context.environment)
    assert commands(environment.check_interpreter(broken)) == again


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({}, "python3.12 -m venv ~/bare/.venv"),
        ({".python-version": "3.12\n"}, "python3.12 -m venv ~/bare/.venv"),
        ({".python-version": "3.12\n", "setup.cfg": ""}, "python3.12 -m venv ~/bare/.venv"),
        ({"pyproject.toml": '[project]\nrequires-python = ">3.12.99"\n'}, "python3.13 -m venv ~/bare/.venv"),
        ({"pyproject.toml": '[project]\nrequires-python = "about 3"\n'}, "python3.12 -m venv ~/bare/.venv"),
        (
            {"pyproject.toml": '[project]\nrequires-python = ">=3.13"\n', ".python-version": "3.12\n"},
            "python3.13 -m venv ~/bare/.venv",
        ),
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.14"\n'}, "python3.14 --version"),
    ],
)
def test_environment_is_made_with_a_python_that_the_project_asks_for(
    room: Room, files: dict[str, str], command: str
) -> None:
    room.make({f"bare/{name}": File(text) for name, text in {"setup.py": "", **files}.items()})
    room.make({"/sys/python3.12": program(""), "/sys/python3.13": program("")})
    assert commands(room.one("environment", here="bare", path="«root»/sys"))[-1] == command
    room.make({"/sys/uv": program()})
    (uv,) = commands(room.one("environment", here="bare", path="«root»/sys"))
    wanted = command.split()[0].removeprefix("python")
    python = f" --python {room.root}/sys/python{wanted}" if wanted != "3.14" else " --python '>=3.14'"
    asked = files and "about" not in files.get("pyproject.toml", "")
    assert uv == f"uv venv{python if asked else ''} ~/bare/.venv"


def test_requires_another_python_that_nobody_has(room: Room) -> None:
    room.make({**APP, "app/pyproject.toml": File('[project]\nrequires-python = ">=3.99"\n')})
    result = room.one("requires", path="«bin»")
    assert result.remedies[0].words == "after installing Python 3.99"
    assert commands(result) == ["python3.99 --version"], "nothing is moved before there is a Python"


@pytest.mark.parametrize(
    ("tool", "install"),
    [
        ("brew", "brew install python@3.99"),
        ("apt", "sudo apt install python3.99 python3.99-venv"),
        ("dnf", "sudo dnf install python3.99"),
        ("pyenv", "pyenv install --skip-existing 3.99"),
        ("pacman", "python3.99 --version"),
    ],
)
def test_requires_another_python_that_somebody_can_install(
    room: Room, monkeypatch: pytest.MonkeyPatch, tool: str, install: str
) -> None:
    monkeypatch.setattr(making, "_has_package", lambda wanted: True)
    room.make({**APP, "app/.python-version": File("3.99.1\n"), f"/sys/{tool}": program()})
    result = room.one("requires", path="«bin»:«root»/sys")
    assert commands(result) == [install]


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        ("<3.11", "sudo apt install python3.10 python3.10-venv"),
        ("!=3.11.*", "uv"),
        (">=3.11.3", "uv"),
        (">=3.11,!=3.11.*", "sudo apt install python3.15 python3.15-venv"),
        ("==3.11", "uv"),
        ("==3.12.*", "sudo apt install python3.12 python3.12-venv"),
    ],
)
def test_requires_what_the_system_does_not_have(
    room: Room, monkeypatch: pytest.MonkeyPatch, specifier: str, expected: str
) -> None:
    """Of each version a system has one: where that is there and will not do, installing it again mends nothing."""
    monkeypatch.setattr(making, "_has_package", lambda wanted: True)
    room.make({**APP, "app/pyproject.toml": File(f'[project]\nrequires-python = "{specifier}"\n')})
    room.make({"/sys/apt": program(), "/sys/curl": program()})
    python = Candidate("python3", "/usr/bin/python3", 2, "/usr/bin/python3.11", "system", version="3.11.2", first=True)
    context = room.context(path="«bin»:«root»/sys").given(candidates=(python,))
    bad = [result for result in environment.check_requires(context) if result.level != "ok"]
    get_uv = "curl -LsSf https://astral.sh/uv/install.sh | sh"
    assert [commands(result) for result in bad] == [[get_uv if expected == "uv" else expected]]


@pytest.mark.parametrize(
    ("release", "wanted", "expected"),
    [
        ('ID=debian\nVERSION_ID="12"\n', "3.11", True),
        ('ID=debian\nVERSION_ID="12"\n', "3.13", False),
        ("ID=ubuntu\nVERSION_ID=24.04\n", "3.12", True),
        ("ID=other\n", "3.13", True),
        ("", "3.13", True),
    ],
)
def test_what_a_distribution_has(monkeypatch: pytest.MonkeyPatch, release: str, wanted: str, expected: bool) -> None:
    """Debian 12 has no `python3.13`, so it is not said to be installed from there."""
    monkeypatch.setattr(making, "peek", lambda path, limit: release)
    assert making._has_package(wanted) is expected


def test_requires_a_python_that_no_package_has(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_has_package", lambda wanted: False)
    room.make({**APP, "app/.python-version": File("3.13\n"), "/sys/apt": program(), "/sys/curl": program()})
    result = room.one("requires", path="«bin»:«root»/sys")
    assert commands(result) == ["curl -LsSf https://astral.sh/uv/install.sh | sh"]
    assert result.remedies[0].words == "uv brings Python 3.13; then ask again"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ([">=3.12.4"], ">=3.12.4"),
        (["3.12"], "==3.12.*"),
        (["3.12.1"], "==3.12.1"),
        ([">=3.9, <4", "3.12"], ">=3.9,<4,==3.12.*"),
        (["^3.12"], ""),
        (["~3.12"], ""),
        (["~=3.12"], "~=3.12"),
        (["==3.12.*,>=3.12.4"], "==3.12.*,>=3.12.4"),
        (["3.12.*"], "==3.12.*"),
        (["*"], ""),
        (["3.13t"], "3.13t"),
        ([], ""),
    ],
)
def test_what_uv_is_asked_for(asked: list[str], expected: str) -> None:
    """The whole of it: 3.12.1 is no `>=3.12.4`."""
    joint = [demands.Demand("fail", "", each, versions.satisfies, "") for each in asked]
    assert demands.find_request(joint) == expected


def test_an_environment_of_windows_is_left_alone(room: Room) -> None:
    tree = {"app/.venv/pyvenv.cfg": File("home = C:\\Python312\n"), "app/.venv/Scripts/python.exe": program("")}
    room.make({**tree, "/sys/python3.12": program("")})
    result = room.one("environment", path="«root»/sys")
    assert result.why == "it is an environment of Windows, whose commands are in `Scripts`"
    assert commands(result) == ["python3.12 -m venv ~/app/venv"]


@pytest.mark.parametrize("home", ["/usr/local/nowhere/bin", "/usr/bin"])
def test_an_environment_of_a_container_is_left_alone(room: Room, home: str) -> None:
    """The directory of its Python may be one that each machine has."""
    room.make({"app/.venv": Handmade(f"home = {home}\n"), "/sys/python3.12": program("")})
    (room.home / "app/.venv/bin/python").unlink()
    (room.home / "app/.venv/bin/python").symlink_to(f"{home}/python3.0")
    (room.home / "app/.venv/bin/activate").write_text("VIRTUAL_ENV='/srv/nowhere/app/.venv'\n")
    assert commands(room.one("environment", path="«root»/sys")) == ["python3.12 -m venv ~/app/venv"]


@pytest.mark.parametrize(
    ("config", "tools", "expected"),
    [
        ("include-system-site-packages = true\n", (), "python3.12 -m venv --system-site-packages"),
        ("prompt = 'my shop'\n", (), "python3.12 -m venv '--prompt=my shop'"),
        ("prompt = app\nuv = 0.13.9\n", (), "python3.12 -m venv"),
        ("command = /usr/bin/python3 -m venv --without-pip /app\n", ("uv",), "python3.12 -m venv --without-pip"),
        ("uv = 0.13.9\ninclude-system-site-packages = true\n", ("uv",), "uv venv --system-site-packages"),
        (
            'virtualenv = 21.15\nprompt = "dev"\n',
            ("virtualenv",),
            "virtualenv --prompt=dev --python «root»/sys/python3.12",
        ),
    ],
)
def test_an_environment_is_made_anew_with_what_it_was_made_with(
    room: Room, config: str, tools: tuple[str, ...], expected: str
) -> None:
    room.make({"app/.venv/pyvenv.cfg": File(f"home = /opt\n{config}"), "app/.venv/bin/python": Link("/opt/gone")})
    room.make({"/sys/python3.12": program(""), **{f"/sys/{name}": program() for name in tools}})
    expected = expected.replace("«root»", str(room.root))
    assert commands(room.one("environment", path="«root»/sys")) == [swap("~/app/.venv", f"{expected} ~/app/.venv")]


def test_the_old_one_is_never_lost(room: Room) -> None:
    room.make({"app/.venv": Directory(), "app/.venv.old": Directory(), "/sys/python3.12": program("")})
    result = room.one("environment", path="«root»/sys")
    assert commands(result) == [swap("~/app/.venv", "python3.12 -m venv ~/app/.venv")]
    assert "the old one stays as `.venv.old-2`" in result.remedies[0].words


@pytest.mark.parametrize(
    ("tool", "install", "start"),
    [
        ("apt", "sudo apt install python3 python3-venv", "python3"),
        ("pacman", "sudo pacman -S python", "python3"),
        ("pyenv", "pyenv install --skip-existing 3", "env PYENV_VERSION=3 pyenv exec python"),
    ],
)
def test_environment_is_missing_and_any_python_will_do(room: Room, tool: str, install: str, start: str) -> None:
    room.make({"bare/setup.py": File(), f"/sys/{tool}": program()})
    result = room.one("environment", here="bare", path="«root»/sys")
    assert commands(result) == [f"{install} && {start} -m venv ~/bare/.venv"]


@pytest.mark.parametrize(
    ("tree", "expected", "why"),
    [
        ({"bare/myenv": Handmade()}, ["cd ~/bare && autovenv link myenv"], "`myenv` in it is one, by a name"),
        ({".virtualenvs/bare": Handmade()}, ["cd ~/bare && autovenv link bare"], "`~/.virtualenvs/bare` has its name"),
        ({"bare/poetry.lock": File()}, ["cd ~/bare && poetry install"], "whatever comes first on PATH"),
        (
            {"bare/environment.yml": File("name: x\n")},
            ["python3.12 -m venv ~/bare/.venv"],
            "conda is to make it one, and `conda` is not on PATH",
        ),
        (
            {"bare/.python-version": File("nosuch-env\n"), ".pyenv/versions": Directory()},
            ["cd ~/bare && pyenv virtualenv nosuch-env"],
            "`.python-version` names `nosuch-env`, which pyenv does not have",
        ),
    ],
)
def test_environment_is_missing_and_the_project_says_how(room: Room, tree: Tree, expected: list[str], why: str) -> None:
    """The same that the hook says; a tool that is not there is not typed."""
    programs = {f"/sys/{name}": program("") for name in ("python3.12", "poetry", "pyenv")}
    room.make({"bare/pyproject.toml": File('[project]\nname = "bare"\n'), "bare/src": Directory(), **programs, **tree})
    result = room.one("environment", here="bare/src", path="«root»/sys")
    assert commands(result) == expected
    assert why in result.why


def test_a_tool_on_windows_is_not_in_the_environment_that_goes(room: Room) -> None:
    room.make({**APP, "app/poetry.lock": File(), "/sys/poetry": program(), "/sys/python3.12": program("")})
    context = replace(room.context(path="«bin»:«root»/sys"), platform="win32")
    context = context.given(shell="powershell", facts=LOADED, candidates=(), syntax=syntax.find("powershell"))
    (remedy,) = making.renew(context)
    place = f"{room.home}/app/.venv"
    assert remedy.command == f"autovenv remake {place} -- poetry env use python3 -- poetry install"


@pytest.mark.posix("there are no permissions to execute")
def test_an_interpreter_that_cannot_be_executed(room: Room) -> None:
    """The other name of the interpreter runs, so the environment is no broken one."""
    room.make({**APP, "app/.venv/bin/python3": File("#!/bin/sh\n", 0o644), "/sys/python3.12": program("")})
    result = room.one("environment", path="«bin»:«root»/sys")
    assert (result.level, result.what) == ("warn", "`~/app/.venv/bin/python3` cannot be executed")
    assert commands(result) == ["chmod u+x ~/app/.venv/bin/python3"]
    room.make({"app/.venv/bin/python3": Link("/opt/gone")})
    assert commands(room.one("environment", path="«bin»:«root»/sys")) == [
        swap("~/app/.venv", "python3.12 -m venv ~/app/.venv")
    ]
    assert room.one("python", path="«bin»:«root»/sys").level == "ok"


def test_a_tool_that_takes_the_python_that_is_there_is_told_to_wait_for_one(room: Room) -> None:
    room.make({"bare/Pipfile": File('[requires]\npython_version = "3.13"\n'), "/sys/python3.12": program("")})
    room.make({"/sys/pipenv": program(), "/sys/pyenv": program()})
    result = room.one("environment", here="bare", path="«root»/sys")
    assert commands(result) == ["pyenv install --skip-existing 3.13"]
    room.make({"/sys/python3.13": program("")})
    assert commands(room.one("environment", here="bare", path="«root»/sys")) == ["pipenv install"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ('["env", "venv"]', "python3.12 -m venv ~/bare/env"),
        ("[]", "cd ~/bare && python3.12 -m venv ~/bare/.venv && autovenv link .venv"),
    ],
)
def test_a_new_environment_has_a_name_that_is_looked_for(room: Room, names: str, expected: str) -> None:
    room.make({"bare/setup.py": File(), "bare/src": Directory(), "/sys/python3.12": program("")})
    room.make({".config/autovenv/config.toml": File(f"names = {names}\n")})
    assert commands(room.one("environment", here="bare/src", path="«root»/sys")) == [expected]
    room.make({"bare/.venv": Handmade()})
    assert commands(room.one("environment", here="bare", path="«root»/sys")) == ["autovenv link .venv"]


def test_an_environment_that_was_moved_aside_is_offered_back(room: Room) -> None:
    """Making it anew may have been ended by what nothing can be done about."""
    room.make({"bare/pyproject.toml": File('[project]\nname = "bare"\n'), "bare/.venv.old": Handmade()})
    result = room.one("environment", here="bare")
    assert (result.why, commands(result)) == (
        "`.venv.old` in it was moved aside",
        ["mv ~/bare/.venv.old ~/bare/.venv"],
    )
    hint = tools.suggest(str(room.home / "bare"), Evidence({}), settings.load(Evidence({})), str)
    assert hint[2].startswith("run `mv .venv.old .venv` there")
    room.make({"bare/.venv/lib": Directory()})
    result = room.one("environment", here="bare")
    assert commands(result) == ["mv ~/bare/.venv ~/bare/.venv.failed && mv ~/bare/.venv.old ~/bare/.venv"]
    (room.home / "bare/.venv.old/bin/python").unlink()
    room.make({"/sys/python3.12": program("")})
    (command,) = commands(room.one("environment", here="bare", path="«root»/sys"))
    assert command == swap("~/bare/.venv", "python3.12 -m venv ~/bare/.venv")


def test_environment_is_missing_on_windows(room: Room) -> None:
    room.make({"bare/setup.py": File(), "/sys/winget": program(), "/sys/pyenv": program()})
    context = replace(room.context(here="bare", path="«root»/sys"), platform="win32")
    command, launcher = install_python(context.given(shell="powershell", facts=LOADED), "3.12")
    assert (command.command, launcher) == ("winget install Python.Python.3.12", ("py", "-3.12"))


def test_tool_that_would_install_elsewhere(room: Room) -> None:
    room.make({"app/pyproject.toml": File('[project]\nname = "app"\n[tool.uv]\n'), "venvs/dj": Handmade()})
    linking.link(str(room.home / "app"), str(room.home / "venvs/dj"))
    result = room.one("tool")
    assert result.level == "warn"
    assert result.what == "`python` runs `~/venvs/dj`, but `uv sync` installs into `~/app/.venv`"
    assert commands(result) == ["export UV_PROJECT_ENVIRONMENT=~/venvs/dj"]
    assert room.one("tool", UV_PROJECT_ENVIRONMENT=f"{room.home}/venvs/dj").level == "ok"


def test_tool_that_has_saved_another_environment(room: Room) -> None:
    saved = room.home / "app/.venv/bin/python"
    room.make({**APP, "app/pyproject.toml": File("[tool.pdm]\n"), "app/.pdm-python": File(f"{saved}\n")})
    assert room.one("tool").level == "ok"
    room.make({"venvs/dj": Handmade()})
    linking.link(str(room.home / "app"), str(room.home / "venvs/dj"))
    result = room.one("tool", path="/nowhere")
    assert (result.level, result.why) == ("warn", "`.pdm-python` names it")
    assert result.what == "`python` runs `~/venvs/dj`, but `pdm install` installs into `~/app/.venv`"
    assert commands(result) == ["mv ~/app/.pdm-python ~/app/.pdm-python.old"]
    room.make({"/sys/pdm": program()})
    assert commands(room.one("tool", path="«root»/sys")) == ["pdm use --first ~/venvs/dj/bin/python"]


def test_what_was_to_be_active_is_made_and_nothing_else(room: Room) -> None:
    """Two remedies at once would be one too many: the new one would look as if it had been deactivated by hand."""
    room.make({"bare/setup.py": File(), "/sys/python3.12": program("")})
    place = str(room.home / "bare/.venv")
    context = room.context(here="bare", path="«root»/sys", VIRTUAL_ENV=place)
    found = examine(context, choose(["environment", "virtual-env"])).results
    assert [(result.level, len(result.remedies), result.because) for result in found] == [
        ("warn", 1, ""),
        ("warn", 0, "environment"),
    ]
    (other,) = room.look("virtual-env", here="bare", VIRTUAL_ENV=str(room.home / "gone"))
    assert commands(other) == ["unset VIRTUAL_ENV"]


def test_settings_that_cannot_be_read_are_why_it_is_asked_about(room: Room) -> None:
    room.make({**APP, ".config/autovenv/config.toml": File("trust = \n")})
    found = examine(room.context(), choose(["trust", "config"])).results
    by_name = {result.check: result for result in found}
    assert (by_name["trust"].because, by_name["trust"].remedies) == ("config", ())
    assert by_name["config"].remedies


def test_tool_that_keeps_its_own(room: Room) -> None:
    room.make({**APP, "app/hatch.toml": File("")})
    result = room.one("tool")
    assert (result.level, result.what) == (
        "note",
        "`python` runs `~/app/.venv`, but Hatch keeps an environment of its own",
    )
    assert commands(result) == ["autovenv link ~/app/.venv"]
    room.make({"/sys/uv": program()})
    assert commands(room.one("tool")) == [swap("~/app/.venv", "uvx hatch env create")]
    room.make({"/sys/hatch": program()})
    assert commands(room.one("tool")) == [swap("~/app/.venv", "hatch env create")]


def test_tool_that_would_install_into_what_is_further_up(room: Room) -> None:
    """As the hook says it."""
    room.make(
        {
            **APP,
            "app/inner/pyproject.toml": File("[tool.poetry]\n"),
            "app/inner/src": Directory(),
            "/sys/poetry": program(),
        }
    )
    prefix = room.home / "app/.venv"
    result = room.one("tool", here="app/inner/src", VIRTUAL_ENV=str(prefix), PATH=f"{prefix}/bin:{room.root}/sys")
    assert (result.level, result.why) == ("warn", "Poetry would install into it")
    assert result.what == "Poetry has no environment for `~/app/inner` yet, and one from further up is used"
    assert commands(result) == ["cd ~/app/inner && env -u VIRTUAL_ENV poetry install"]


def test_environment_is_missing_and_so_is_the_tool_that_makes_it(room: Room) -> None:
    room.make({"bare/pyproject.toml": File("[tool.poetry]\n"), "/sys/pipx": program(), "/sys/python3.12": program("")})
    assert commands(room.one("environment", here="bare", path="«root»/sys")) == ["pipx run poetry install"]
    room.make({"conda/environment.yml": File("name: x\n"), "conda/Pipfile": File()})
    (room.root / "sys/pipx").unlink()
    room.make({"/sys/apt": program()})
    result = room.one("environment", here="conda", path="«root»/sys")
    assert commands(result) == ["sudo apt install pipx && pipx run pipenv install"]
    assert result.why == "Pipenv is to make it one, and `pipenv` is not on PATH"


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ("poetry", swap("~/app/.venv", "poetry env use «python»", "poetry install")),
        ("uv", swap("~/app/.venv", "uvx poetry env use «python»", "uvx poetry install")),
        ("pipx", swap("~/app/.venv", "pipx run poetry env use «python»", "pipx run poetry install")),
        (
            "apt",
            "sudo apt install pipx && "
            + swap("~/app/.venv", "pipx run poetry env use «python»", "pipx run poetry install"),
        ),
        (
            "curl",
            "curl -LsSf https://astral.sh/uv/install.sh | sh && "
            + swap("~/app/.venv", *(f"~/.local/bin/uvx poetry {words}" for words in ("env use «python»", "install"))),
        ),
        ("nothing", swap("~/app/.venv", "poetry env use «python»", "poetry install")),
    ],
)
def test_a_tool_is_not_installed_that_has_made_what_is_made_anew(room: Room, there: str, expected: str) -> None:
    programs = {"/sys/python3.12": program(""), f"/sys/{there}": program()}
    room.make({**APP, "app/.python-version": File("3.12\n"), **programs})
    context = room.context(path="«bin»:«root»/sys")
    assert context.project is not None
    assert context.project.finding is not None
    context.project.finding.kind = "poetry"
    (result,) = environment.check_requires(context)
    assert commands(result) == [expected.replace("«python»", f"{room.root}/sys/python3.12")]


@pytest.mark.parametrize("text", ["", "[tool.uv]\n", "[tool.poetry]\n", "[tool.pdm]\n"])
def test_tool_that_installs_where_python_runs(room: Room, text: str) -> None:
    room.make({**APP, "app/pyproject.toml": File(f'[project]\nname = "app"\n{text}')})
    assert room.one("tool").level == "ok"


def test_path_with_a_home_between_quotes(room: Room) -> None:
    room.make(APP)
    result = room.one("path", path="«bin»:$HOME/bin:${HOME}/more:/usr/bin")
    assert (result.level, result.what) == (
        "warn",
        "`PATH` has `$HOME/bin`, `${HOME}/more`, with the variable as it was typed",
    )
    assert commands(result) == ["export PATH=~/app/.venv/bin:~/bin:~/more:/usr/bin"]


def make_pip(room: Room, mode: int = 0o755, module: bool = True) -> None:
    room.make({**APP, "app/.venv/lib/python3.11/site-packages": Directory()})
    room.make({"app/.venv/bin/pip": File(f"#!{room.home}/app/.venv/bin/python\n", mode)})
    if module:
        room.make({"app/.venv/lib/python3.11/site-packages/pip": Directory()})


def test_pip_that_cannot_be_executed(room: Room) -> None:
    make_pip(room, 0o644)
    result = room.one("pip")
    assert (result.level, result.what) == ("fail", "`~/app/.venv/bin/pip` cannot be executed")
    assert commands(result) == ["chmod u+x ~/app/.venv/bin/pip"]


def test_pip_whose_module_is_gone(room: Room) -> None:
    make_pip(room, module=False)
    result = room.one("pip")
    assert (result.level, result.what, result.why) == (
        "fail",
        "`~/app/.venv/bin/pip` has nothing to run",
        "the module `pip` is gone",
    )
    assert commands(result) == ["~/app/.venv/bin/python -m ensurepip --default-pip"]
    room.make({"app/.venv/lib/python3.11/site-packages/pip": Directory()})
    assert room.one("pip").level == "ok"


@pytest.mark.parametrize(
    ("config", "level"),
    [
        ("home = /usr/bin\ncommand = /usr/bin/python3 -m venv {}\n", "warn"),
        ("home = /usr/bin\ncommand = /usr/bin/python3 -m venv --without-pip {}\n", "ok"),
        ("home = /usr/bin\nuv = 0.13.9\n", "ok"),
    ],
)
def test_an_environment_that_is_half_made(room: Room, config: str, level: str) -> None:
    """Debian's Python without `ensurepip` makes no more."""
    room.make({"app/.venv": Handmade(config.format(f"{room.home}/app/.venv"))})
    result = room.one("pip")
    assert result.level == level
    if level != "ok":
        assert result.what == "`~/app/.venv` is half made: it has no pip"
        assert commands(result)[-1] == "~/app/.venv/bin/python -m ensurepip --default-pip"


def test_trust(room: Room) -> None:
    room.make(APP)
    assert room.one("trust").level == "ok"
    room.make({"app/.venv/bin/activate": File("VIRTUAL_ENV='/old/.venv'\n")})
    (room.home / "app/.venv").chmod(0o777)
    result = room.one("trust", path="«root»/sys")
    assert result.level == "fail"
    assert commands(result) == ["chmod go-w ~/app/.venv && autovenv on", "autovenv allow"]
    assert any("/old/.venv" in sentence for sentence in (result.why, *result.details))
    assert any("everyone" in sentence for sentence in (result.why, *result.details))
    assert commands(room.one("trust", Facts(), path="«root»/sys"))[0] == "chmod go-w ~/app/.venv"
    (room.home / "app/.venv").chmod(0o755)
    assert commands(room.one("trust", path="«root»/sys")) == ["autovenv allow"]


def test_trust_of_what_has_become_writable_while_it_was_active(room: Room) -> None:
    room.make(APP)
    (room.home / "app/.venv").chmod(0o777)
    diagnosis = examine(room.context())
    assert ", still active, but see `trust`" in diagnosis.verdict.what
    assert any(
        result.what == "`~/app/.venv` is still active, autovenv would not activate it" for result in diagnosis.results
    )


def test_trust_of_what_was_activated_by_hand(room: Room) -> None:
    room.make({**APP, "app/.venv/bin/activate": File("VIRTUAL_ENV='/old/.venv'\n")})
    by_hand = replace(LOADED, state="hand")
    result = room.one("trust", by_hand)
    assert (result.level, result.what) == ("warn", "`~/app/.venv` is activated by hand, autovenv would not activate it")
    assert [result.level for result in room.look("python", by_hand)] == ["ok"]
    diagnosis = examine(room.context(by_hand))
    assert diagnosis.verdict.what.startswith("`python` is this project's, `~/app/.venv/bin/python`, activated by hand")


@pytest.mark.parametrize(
    ("place", "fit", "moves"),
    [
        ("a:b", "a-b", ["mv ~/a:b ~/a-b"]),
        ("a:b/c/d:e", "a-b/c/d-e", ["mv ~/a:b ~/a-b", "mv ~/a-b/c/d:e ~/a-b/c/d-e"]),
        ("x:y", "x-y-2", ["mv ~/x:y ~/x-y-2"]),
    ],
)
def test_a_place_that_path_cannot_hold_has_one_remedy(room: Room, place: str, fit: str, moves: list[str]) -> None:
    room.make({f"{place}/.venv": Handmade(), f"{place}/.venv/bin/tool": program("#!/old/.venv/bin/python\n")})
    room.make({"/sys/python3.12": program(""), f"{place}/.python-version": File("3.12\n"), "x-y": Directory()})
    make = f"python3.12 -m venv ~/{fit}/.venv"
    for check in ("moved", "requires", "trust"):
        found = commands(room.one(check, here=place, path="«root»/sys"))
        assert found == [" && ".join([*moves, swap(f"~/{fit}/.venv", make), f"cd ~/{fit}"])], check
    shutil.rmtree(room.home / place / ".venv")
    room.make({f"{place}/setup.py": File()})
    found = commands(room.one("environment", here=place, path="«root»/sys"))
    assert found == [" && ".join([*moves, make, f"cd ~/{fit}"])]


@AS_ROOT
def test_trust_of_what_sudo_made(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.make(APP)
    step = room.context().project
    assert step is not None
    step.verdict = trust.Verdict("ask", [("owner", "`~/app/.venv` belongs to `root`")])
    assert [each.command for each in making.permit(room.context().given(project=step))] == ["autovenv allow"]
    os.chown(room.home / "app", 1234, 1234)
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    (remedy,) = making.permit(room.context().given(project=step))
    assert remedy.command == "sudo chown -R 1234 ~/app/.venv && autovenv on"
    assert "autovenv allow" in remedy.words


def test_trust_of_denied_paths(room: Room) -> None:
    room.make({**APP, ".config/autovenv/config.toml": File('denied_paths = ["~/app"]\n')})
    result = room.one("trust")
    assert (result.level, commands(result)) == ("note", ["autovenv config unset denied_paths"])


def test_shadowed(room: Room) -> None:
    packages = "app/.venv/lib/python3.11/site-packages"
    record = File("../../../bin/git,,\n")
    tree = {
        "app/.venv/bin/git": program(),
        f"{packages}/evil-1.dist-info/RECORD": record,
        "app/.venv/bin/ls": program(),
    }
    room.make({**APP, **tree})
    git, ls = room.look("shadowed")
    assert (git.level, git.why) == ("warn", "the package `evil` brought it")
    assert commands(git) == ["mv ~/app/.venv/bin/git ~/app/.venv/bin/git.old"]
    assert commands(ls) == ["mv ~/app/.venv/bin/ls ~/app/.venv/bin/ls.old"]


def test_unreadable(room: Room) -> None:
    room.make({"app/poetry.lock": File(), "app/pyproject.toml": File("not [TOML"), "app/.venv": Directory()})
    room.make({".config/autovenv/config.toml": File("colour = 1\n")})
    results = [result for result in room.look("unreadable") if result.level != "ok"]
    assert results
    assert all("colour" not in result.what for result in results)
    assert commands(results[0]) == ["${EDITOR:-vi} ~/app/pyproject.toml"]


def test_unreadable_and_no_file(room: Room) -> None:
    room.make({"app/poetry.lock": File(), "app/pyproject.toml": Fifo(), "app/.venv": Directory()})
    results = [result for result in room.look("unreadable") if result.level != "ok"]
    assert [commands(result) for result in results] == [["mv ~/app/pyproject.toml ~/app/pyproject.toml.old"]]


@NOT_AS_ROOT
def test_unreadable_without_permission(room: Room) -> None:
    room.make({"app/poetry.lock": File(), "app/pyproject.toml": File("", 0o200), "app/.venv": Directory()})
    results = [result for result in room.look("unreadable") if result.level != "ok"]
    assert [commands(result) for result in results] == [["chmod u+r ~/app/pyproject.toml"]]


# The shell


def test_directory(room: Room) -> None:
    assert shell.check_directory(Context({}, "")).level == "fail"


@pytest.mark.parametrize(
    ("facts", "levels"),
    [
        ({"aliases": {"python": "/usr/bin/python3"}}, ["fail"]),
        ({"aliases": {"python": "python -q"}}, ["ok"]),
        ({"aliases": {"python": "python3 -X dev"}}, ["ok"]),
        ({"aliases": {"python": "noglob python3"}}, ["ok"]),
        ({"aliases": {"python": "PYTHONUTF8=1 python3"}}, ["ok"]),
        ({"aliases": {"python": "python9"}}, ["fail"]),
        ({"aliases": {"python": "it's"}}, ["fail"]),
        ({"aliases": {"python": ""}}, ["fail"]),
        ({"aliases": {"python": "python3", "python3": "python"}}, ["ok"]),
        ({"aliases": {"python": "python3", "python3": "/bin/x"}}, ["fail", "fail"]),
        ({"aliases": {"pip": "/usr/bin/pip"}}, ["warn"]),
        ({"aliases": {"pip3": "/usr/bin/pip3"}}, ["ok"]),
        ({"functions": frozenset(("python", "deactivate"))}, ["fail"]),
    ],
)
def test_alias(room: Room, facts: dict[str, object], levels: list[str]) -> None:
    room.make({**APP, "app/.venv/bin/python3": Link("python")})
    results = room.look("alias", replace(LOADED, **facts))  # type: ignore[arg-type]
    assert [result.level for result in results] == levels


def test_alias_of_git_for_windows(room: Room) -> None:
    room.make(APP)
    for text in ("winpty python", "env FOO=1 winpty python -q"):
        assert room.one("alias", replace(LOADED, aliases={"python": text})).level == "ok"
    aliases = {"python": "winpty python.exe"}
    windows = replace(room.context(replace(LOADED, aliases=aliases)), platform="win32")
    assert find_run(windows.given(candidates=room.context().candidates), "python").path == str(
        room.home / "app/.venv/bin/python"
    )


def test_alias_of_the_environments_own_path(room: Room) -> None:
    room.make(APP)
    facts = replace(LOADED, aliases={"python": "~/app/.venv/bin/python"})
    assert room.one("alias", facts).level == "ok"


def test_alias_where_no_project_is(room: Room) -> None:
    assert room.one("alias", replace(LOADED, aliases={"python": "/x"}), here="").level == "ok"


def test_where_an_alias_is_made(room: Room) -> None:
    room.make({**APP, ".bash_aliases": File("# mine\nalias ll='ls -l'\nalias python=/x\n"), ".bashrc": File("\n")})
    result = room.one("alias", replace(LOADED, aliases={"python": "/x"}))
    assert result.details == ("`~/.bash_aliases:3` makes it",)


def test_hash(room: Room) -> None:
    room.make({**APP, "/sys/python": program()})
    own = str(room.home / "app/.venv/bin/python")
    assert room.one("hash", replace(LOADED, hashes={"python": own})).level == "ok"
    result = room.one("hash", replace(LOADED, hashes={"python": f"{room.root}/sys/python"}))
    assert (result.level, result.why) == ("fail", "`~/app/.venv/bin/python` comes first on PATH")
    assert room.one("hash", replace(LOADED, hashes={"pip": "/gone"})).why == "it is gone"


def test_hash_of_zsh_and_a_relative_entry(room: Room) -> None:
    room.make({**APP, "app/bin/python": program()})
    facts = replace(LOADED, hashes={"python": str(room.home / "app/.venv/bin/python")})
    context = room.context(facts, path="bin:«bin»")
    assert shell.check_hash(context.given(shell="zsh")) == []
    assert find_run(context.given(shell="zsh"), "python").path == str(room.home / "app/bin/python")
    assert [result.level for result in shell.check_hash(context)] == ["fail"]


def test_hash_of_zsh_and_what_cannot_be_run(room: Room) -> None:
    room.make({**APP, "other/python": File()})
    context = room.context(replace(LOADED, hashes={"python": str(room.home / "other/python")}))
    assert shell.check_hash(context.given(shell="zsh")) == []
    assert find_run(context.given(shell="zsh"), "python").path == str(room.home / "app/.venv/bin/python")
    assert [result.level for result in shell.check_hash(context)] == ["fail"]


def test_hash_of_a_link_to_the_same_file(room: Room) -> None:
    # An environment's `python` and the one that it was made with are the same file.
    room.make({**APP, "/sys/python": Link(os.path.realpath(sys.executable))})
    assert room.one("hash", replace(LOADED, hashes={"python": f"{room.root}/sys/python"})).level == "fail"


def test_the_verdict_speaks_of_python3_where_only_that_is_wrong(room: Room) -> None:
    room.make({**APP, "app/.venv/bin/python3": Link("python")})
    facts = replace(LOADED, aliases={"python3": "/opt/python3.9"})
    verdict = examine(room.context(facts)).verdict
    assert (verdict.level, verdict.what) == ("fail", "`python` is this project's, but `python3` is not")
    assert (verdict.runs, verdict.should) == ("/opt/python3.9", f"{room.home}/app/.venv/bin/python3")
    assert (verdict.what_runs, verdict.what_should, verdict.why) == (
        "an alias for `/opt/python3.9`",
        "`~/app/.venv/bin/python3`",
        "an alias comes before every directory on PATH",
    )
    assert "but see" not in examine(room.context()).verdict.what


def test_virtual_env(room: Room) -> None:
    room.make({**APP, "other/.venv": Handmade(), "link": Link("app")})
    assert room.one("virtual-env").level == "ok"
    assert room.one("virtual-env", VIRTUAL_ENV="").level == "ok"
    assert room.one("virtual-env", VIRTUAL_ENV=str(room.home / "link/.venv")).level == "ok"
    gone = room.one("virtual-env", VIRTUAL_ENV=str(room.home / "gone"))
    assert (gone.level, commands(gone)) == ("warn", ["unset VIRTUAL_ENV"])
    assert room.one("virtual-env", VIRTUAL_ENV="relative").level == "warn"
    other = str(room.home / "other/.venv")
    facts = replace(LOADED, state="hand", functions=frozenset(("deactivate",)))
    assert commands(room.one("virtual-env", facts, VIRTUAL_ENV=other)) == ["deactivate", "autovenv on"]
    by_pyenv = room.one("virtual-env", facts, VIRTUAL_ENV=other, PYENV_ACTIVATE_SHELL="1")
    assert commands(by_pyenv) == ["pyenv deactivate", "autovenv on"]
    inherited = room.one("virtual-env", replace(LOADED, state="hand"), path=f"{other}/bin:/usr/bin", VIRTUAL_ENV=other)
    assert commands(inherited) == ["unset VIRTUAL_ENV && export PATH=/usr/bin", "autovenv on"]
    assert room.one("virtual-env", here="", VIRTUAL_ENV=other).level == "ok"


def test_conda(room: Room) -> None:
    room.make(APP)
    assert room.one("conda").level == "ok"
    facts = replace(LOADED, functions=frozenset(("conda", "micromamba")))
    base = {"CONDA_PREFIX": "/opt/conda", "CONDA_DEFAULT_ENV": "base", "CONDA_EXE": "/opt/conda/bin/conda"}
    result = room.one("conda", facts, **base)
    assert result.level == "note"
    assert commands(result) == ["conda deactivate", "conda config --set auto_activate_base false"]
    assert commands(room.one("conda", facts, CONDA_PREFIX="/m", MAMBA_EXE="/m/micromamba")) == ["micromamba deactivate"]
    assert room.one("conda", here="", CONDA_PREFIX="/opt/conda").level == "ok"


def test_conda_of_a_parent_shell_that_has_its_function(room: Room) -> None:
    room.make({**APP, "conda/bin/conda": program()})
    base = {"CONDA_PREFIX": f"{room.home}/conda", "CONDA_DEFAULT_ENV": "base", "CONDA_SHLVL": "1"}
    result = room.one("conda", path="«bin»:«root»/home/conda/bin:«root»/sys", CONDA_EXE="/opt/conda/bin/conda", **base)
    leave, keep = commands(result)
    assert leave.startswith("unset CONDA_PREFIX && unset CONDA_DEFAULT_ENV && unset CONDA_SHLVL && export PATH=")
    assert leave.endswith(f"PATH=~/app/.venv/bin:{room.root}/sys")
    assert keep == "conda config --set auto_activate_base false"
    result = room.one("conda", path="«bin»:«root»/sys", CONDA_EXE="/opt/conda/bin/conda", **base)
    assert commands(result)[-1] == "/opt/conda/bin/conda config --set auto_activate_base false"


@pytest.mark.parametrize("variable", shell.VARIABLES, ids=lambda variable: variable.name)
def test_variables(room: Room, variable: shell.Variable) -> None:
    room.make(APP)
    value = f"{room.home}/x:https://ada:secret@example.org/" if not variable.switch else "1"
    result = room.one("variables", **{variable.name: value})
    assert (result.level, commands(result)) == (variable.level, [f"unset {variable.name}"])
    assert ("~/x" in result.what) is not variable.switch
    assert room.one("variables", **{variable.name: "" if not variable.switch else "false"}).level == "ok"
    outside = room.one("variables", here="", **{variable.name: value})
    assert outside.level == ("ok" if variable.inside else variable.level)


@pytest.mark.parametrize(
    ("value", "level"),
    [("«app»/src", "note"), ("src:.", "note"), ("«app»", "note"), ("«app»/src:/opt/x", "warn"), ("«app»-2", "warn")],
)
def test_pythonpath_of_the_projects_own(room: Room, value: str, level: str) -> None:
    room.make({**APP, "app/src": Directory()})
    result = room.one("variables", PYTHONPATH=value.replace("«app»", str(room.home / "app")))
    assert (result.level, commands(result)) == (level, ["unset PYTHONPATH"])


@pytest.mark.parametrize(
    ("shell_name", "file", "line", "seen"),
    [
        ("bash", ".bashrc", "export PYTHONPATH=$HOME/lib", True),
        ("bash", ".profile", "  test -d x && A=1 PYTHONPATH=/x", True),
        ("bash", ".bashrc", "# export PYTHONPATH=/x", False),
        ("bash", ".bashrc", "echo # PYTHONPATH=/x", False),
        ("bash", ".bashrc", "export MYPYTHONPATH=/x", False),
        ("bash", ".bashrc", "unset PYTHONPATH", False),
        ("bash", ".bashrc", "x " * 400 + "PYTHONPATH=1" + " y" * 400, False),
        ("zsh", ".zshenv", "typeset -x PYTHONPATH=/x", True),
        ("fish", ".config/fish/config.fish", "set -gx PYTHONPATH ~/lib", True),
        ("powershell", ".config/powershell/profile.ps1", "$env:PYTHONPATH = '/x'", True),
    ],
)
def test_variables_that_an_rc_file_sets(room: Room, shell_name: str, file: str, line: str, seen: bool) -> None:
    room.make({**APP, file: File(f"first\n{line}\n")})
    (result,) = shell.check_variables(room.context(PYTHONPATH="/x").given(shell=shell_name))
    assert result.details == ((f"`~/{file}:2` sets it",) if seen else ())
    assert result.remedies[0].words == ("take that line out too, for the next shells" if seen else "")


# PATH


def test_path(room: Room) -> None:
    room.make(APP)
    assert room.one("path").level == "ok"
    assert room.one("path", PATH="").level == "fail"


def test_path_with_relative_entries_and_doubles(room: Room) -> None:
    room.make({**APP, "a b": Directory()})
    relative, twice = room.look("path", path=f"«bin»::bin:/usr/bin:{room.home}/a b:/usr/bin/:./x")
    assert (relative.level, relative.what) == ("warn", "`PATH` has an empty entry, `bin`, `./x`")
    assert (twice.level, twice.what) == ("note", "`PATH` has `/usr/bin` more than once")
    assert commands(relative) == commands(twice) == ["export PATH=~/app/.venv/bin:/usr/bin:~/'a b'"]


@pytest.mark.parametrize(
    ("name", "options", "found"),
    [("bash", (), True), ("bash", ("posix",), False), ("zsh", (), False), ("fish", (), False)],
)
def test_path_with_a_tilde_that_was_quoted(room: Room, name: str, options: tuple[str, ...], found: bool) -> None:
    room.make({**APP, "bin/python": program(), "lib": Directory()})
    context = room.context(replace(LOADED, options=options), path="~/bin:«bin»:~/lib").given(shell=name)
    result = path.check_path(context)[0]
    assert (result.level, result.what) == ("warn", "`PATH` has `~/bin`, `~/lib`, with the `~` as it was typed")
    assert ("bash looks there" if found else "no directory for any program") in result.why
    between = " " if name == "fish" else ":"
    assert commands(result)[0].endswith(between.join(["~/app/.venv/bin", "~/bin", "~/lib"]))
    runs = find_run(context, "python").path
    assert runs == str(room.home / ("bin/python" if found else "app/.venv/bin/python"))


def test_path_in_which_another_entry_comes_first(room: Room) -> None:
    room.make(APP)
    assert room.one("path", path="«root»/sys:«bin»").level == "note"
    room.make({"/sys/python": program()})
    result = room.one("path", path="«root»/sys:«bin»")
    assert (result.level, commands(result)) == ("warn", ["autovenv off && autovenv on"])


def test_path_of_a_thousand_entries_and_files(room: Room) -> None:
    room.make({**APP, "/fifo": Fifo(), "/file": File()})
    entries = ["«bin»", "«root»/fifo", "«root»/file", *(f"/nowhere/{number}" for number in range(3000))]
    assert room.one("path", path=":".join(entries)).level == "ok"


def test_python(room: Room) -> None:
    room.make({**APP, "/sys/python": program(), "app/.venv/bin/python3": Link("python")})
    assert [result.level for result in room.look("python")] == ["ok", "ok"]
    python, python3 = room.look("python", path="«root»/sys:«bin»")
    assert (python.level, python3.level) == ("fail", "ok")
    assert python.details == (
        f"1. `{room.root}/sys/python`: a script",
        "2. `~/app/.venv/bin/python`: this project's environment, 3.11.2",
    )


def test_python_in_a_shell_without_the_hook(room: Room) -> None:
    room.make({**APP, "/sys/python": program()})
    result = room.one("python", Facts(), path="«root»/sys", VIRTUAL_ENV="")
    assert (result.level, result.why) == ("fail", "this shell has not loaded the hook")
    # By whatever means it was activated, it is the right one.
    assert room.one("python", Facts()).level == "ok"


def test_no_python_at_all_and_no_project(room: Room) -> None:
    assert room.one("python", here="", path="/nowhere").level == "ok"


def test_python_by_another_name_of_the_directory(room: Room) -> None:
    room.make({**APP, "link": Link("app")})
    assert room.one("python", path=f"{room.home}/link/.venv/bin").level == "ok"


@pytest.mark.parametrize(
    ("version", "told", "found"),
    [("3.9.99", {}, True), ("3.9.18", {}, False), ("3.9", {}, False), ("3.9.18", {"PYENV_VERSION": "3.14.9"}, True)],
)
def test_a_shim_of_pyenv_for_a_version_that_it_does_not_have(
    room: Room, version: str, told: dict[str, str], found: bool
) -> None:
    room.make({".pyenv/shims/python": program(), ".pyenv/versions/3.9.18/bin/python": program("")})
    room.make({"bare/.python-version": File(f"{version}\n")})
    result = room.look("python", LOADED, "bare", path=f"{room.home}/.pyenv/shims", **told)[0]
    assert result.level == ("warn" if found else "ok")
    asked = told.get("PYENV_VERSION", version)
    assert commands(result) == ([f"pyenv install --skip-existing {asked}"] if found else [])


def test_the_stub_of_the_store(room: Room) -> None:
    stub = Candidate(
        "python", "C:\\Users\\ada\\AppData\\Local\\Microsoft\\WindowsApps\\python.exe", 1, "", "store-stub"
    )
    context = room.context(here="").given(candidates=(stub,), shell="powershell")
    (result,) = path.check_python(context)
    assert (result.level, "WindowsApps" in commands(result)[0]) == ("warn", True)


def test_pip(room: Room) -> None:
    room.make(APP)
    assert room.one("pip").level == "ok"
    room.make({"app/.venv/bin/pip": program(f"#!{room.home}/old/.venv/bin/python\n"), "/sys/pip": program()})
    result = room.one("pip")
    assert (result.level, result.details) == (
        "fail",
        (
            "1. `~/app/.venv/bin/pip`: this project's environment, for `~/old/.venv/bin/python`",
            f"2. `{room.root}/sys/pip`: of unknown origin",
        ),
    )
    room.make({"app/.venv/bin/pip": program('#!/bin/bash\nexec uv pip "$@"\n')})
    assert room.one("pip").level == "ok"


def test_pip_is_missing_in_the_environment(room: Room) -> None:
    room.make({"app/.venv": Handmade()})
    assert room.one("pip").level == "ok"
    room.make({"/sys/pip": program()})
    result = room.one("pip")
    assert (result.level, commands(result)) == ("warn", ["~/app/.venv/bin/python -m ensurepip --default-pip"])
    room.make({"/sys/uv": program()})
    assert commands(room.one("pip")) == ["uv pip install --python ~/app/.venv/bin/python pip"]
    room.make({"by-uv/.venv": Handmade("home = /usr/bin\nuv = 0.9.1\nversion_info = 3.11.2\n")})
    assert room.one("pip", here="by-uv").level == "note"


@pytest.mark.parametrize(
    ("file", "text", "level", "command"),
    [
        (".config/pip/pip.conf", "[global]\ntarget = /srv/x\n", "warn", "config --user unset global.target"),
        (".config/pip/pip.conf", "[install]\nuser = yes\n", "fail", "config --user unset install.user"),
        (".config/pip/pip.conf", "[install]\nUSER = no\n", "ok", ""),
        (".config/pip/pip.conf", "[freeze]\nuser = yes\n", "ok", ""),
        (".config/pip/pip.conf", "no section\n", "ok", ""),
        (".config/pip/pip.conf", "[global]\nindex-url = https://ada:s3cret@example.org\n", "ok", ""),
        ("app/.venv/pip.conf", "[install]\nprefix=\n  /srv/x\n", "warn", "config --site unset install.prefix"),
        (".pip/pip.conf", "[global]\npython = /usr/bin/python3\n", "warn", "${EDITOR:-vi} ~/.pip/pip.conf"),
        ("named", "[global]\nroot = /srv/x\n", "warn", "${EDITOR:-vi} ~/named"),
    ],
)
def test_settings_of_pip(room: Room, file: str, text: str, level: str, command: str) -> None:
    room.make({**APP, file: File(text)})
    own, *others = room.look("pip", PIP_CONFIG_FILE=str(room.home / "named"))
    assert own.level == "ok"
    assert [other.level for other in others] == ([level] if level != "ok" else [])
    assert all(commands(other)[0].endswith(command) for other in others)
    assert len(room.look("pip", PIP_CONFIG_FILE=os.devnull)) == 1


def test_settings_of_pip_on_other_systems(room: Room) -> None:
    room.make({**APP, "Library/Application Support/pip/pip.conf": File("[global]\ntarget=/x\n")})
    mac = path.list_pip_files(replace(room.context(), platform="darwin").given(should=room.context().should))
    assert (f"{room.home}/Library/Application Support/pip/pip.conf", "--user") in mac
    windows = replace(room.context(APPDATA="/roaming"), platform="win32").given(should=room.context().should)
    assert ("/roaming/pip/pip.ini", "--user") in path.list_pip_files(windows)


def test_pip_outside_of_projects(room: Room) -> None:
    room.make({"one/python3": program(""), "two/pip": program("#!/usr/bin/python3.9\n")})
    result = room.one("pip", here="", path=f"{room.home}/one:{room.home}/two")
    assert (result.level, commands(result)) == ("note", ["python3 -m pip --version"])
    room.make({"two/pip": program("#!/bin/bash\n")})
    assert room.one("pip", here="", path=f"{room.home}/one:{room.home}/two").level == "ok"
    room.make({"two/pip": program(f"#!{room.home}/one/python3\n")})
    assert room.one("pip", here="", path=f"{room.home}/one:{room.home}/two").level == "ok"


# Around


@pytest.mark.parametrize(
    ("text", "level", "command"),
    [
        ("", "ok", ""),
        ('names = [".venv"]\n', "ok", ""),
        ("trust = [", "fail", "mv ~/.config/autovenv/config.toml ~/.config/autovenv/config.toml.broken && autovenv on"),
        ("trust = 3\n", "fail", "autovenv config unset trust"),
        ("wrap_cd = 3\n", "warn", "autovenv config unset wrap_cd"),
        ('colour = "red"\n', "warn", "autovenv config unset colour"),
        ('"a\\u001bb" = 1\n', "warn", "autovenv config unset $'a\\033b'"),
    ],
)
def test_config(room: Room, text: str, level: str, command: str) -> None:
    room.make({".config/autovenv/config.toml": File(text)})
    result = room.one("config")
    assert (result.level, commands(result)[:1]) == (level, [command] if command else [])


def test_config_by_variables(room: Room) -> None:
    result = room.one("config", AUTOVENV_PROMPT="perhaps")
    assert (result.level, commands(result)) == ("warn", ["unset AUTOVENV_PROMPT"])


def test_state(room: Room) -> None:
    state = room.desk.state
    assert room.one("state").level == "ok"
    assert not state.exists()
    state.mkdir(parents=True, mode=0o700)
    assert room.one("state").level == "ok"
    state.chmod(0o777)
    result = room.one("state")
    assert (result.level, commands(result)) == ("fail", ["chmod 700 ~/.local/state/autovenv"])
    assert state.stat().st_mode & 0o777 == 0o777
    state.chmod(0o500)
    assert room.one("state").level == "warn"
    state.rmdir()
    state.write_text("")
    assert commands(room.one("state")) == ["mv ~/.local/state/autovenv ~/.local/state/autovenv.old"]


def test_state_where_the_shell_does_not_look(room: Room) -> None:
    room.desk.state.mkdir(parents=True, mode=0o700)
    elsewhere = f"{room.desk.state}/at/home/ada/app"
    result = room.one("state", replace(LOADED, elsewhere=elsewhere))
    assert (result.level, result.what) == ("note", "`~/.local/state/autovenv` is not where this shell looks")
    assert "~/.local/state/autovenv/at/home/ada/app" in result.why
    (command,) = commands(result)
    assert re.fullmatch(r'eval "\$\(.* hook bash\)"', command)
    named = replace(LOADED, elsewhere="/c/Users/ada/AppData/Local/autovenv/at/c/msys64/home/ada/app")
    (remedy,) = around.check_state(replace(room.context(), platform="win32").given(facts=named, shell="bash")).remedies
    assert remedy.command == "cd /c/msys64/home/ada/app"


@NOT_AS_ROOT
def test_state_in_a_place_that_cannot_be_written(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    (room.home / ".local").mkdir(mode=0o500)
    result = room.one("state")
    assert (result.level, commands(result)) == ("warn", ["chmod u+rwx ~/.local"])
    monkeypatch.setenv("XDG_STATE_HOME", "/usr/none")
    given = f"sudo mkdir -p -m 700 /usr/none/autovenv && sudo chown {os.geteuid()} /usr/none/autovenv"
    assert commands(room.one("state")) == [given]


@AS_ROOT
def test_state_in_the_home_of_another_user(room: Room) -> None:
    (room.home / ".local").mkdir()
    os.chown(room.home / ".local", 65534, -1)
    result = room.one("state")
    assert (result.level, commands(result)) == ("warn", ["autovenv doctor"])
    assert "without sudo" in result.remedies[0].words


def test_state_of_a_home_with_what_sudo_left_in_it(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    (room.home / ".local").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(ownership, "find_owner", lambda *_, **__: "root")
    assert commands(room.one("state")) == ["sudo chown 1234 ~/.local"]


def test_state_that_others_could_replace(room: Room) -> None:
    room.desk.state.mkdir(parents=True, mode=0o700)
    parent = room.desk.state.parent
    parent.chmod(0o777)
    result = room.one("state")
    assert (result.level, commands(result)) == ("fail", ["chmod go-w ~/.local/state"])


@AS_ROOT
def test_state_of_another_user(room: Room) -> None:
    room.desk.state.mkdir(parents=True, mode=0o700)
    os.chown(room.desk.state, 65534, -1)
    result = room.one("state")
    assert (result.level, commands(result)[0][:3]) == ("fail", "mv ")


@pytest.mark.parametrize(
    ("value", "level"),
    [
        ("${workspaceFolder}/.venv/bin/python", "ok"),
        ("${workspaceFolder:app}/.venv/bin/python3.11", "ok"),
        (".venv/bin/python", "ok"),
        (".venv", "ok"),
        ("~/app/.venv/bin/python", "ok"),
        ("${userHome}/app/.venv/bin/python", "ok"),
        ("${env:VIRTUAL_ENV}/bin/python", "ok"),
        ("python", "ok"),
        ("${config:mine}/python", "ok"),
        ("/usr/bin/python3", "warn"),
        ("${workspaceFolder}/venv/bin/python", "warn"),
        ("/gone/\x1b/python", "warn"),
    ],
)
def test_editor(room: Room, value: str, level: str) -> None:
    room.make({**APP, "app/.vscode/settings.json": File(json.dumps({"python.defaultInterpreterPath": value}))})
    assert room.one("editor").level == level


@pytest.mark.parametrize("text", ["", "[]", "{", "{'a': 1}", "[" * 100_000, '{"python.pythonPath": 3}'])
def test_editor_with_odd_settings(room: Room, text: str) -> None:
    room.make({**APP, "app/.vscode/settings.json": File(text)})
    result = room.one("editor")
    assert not result.broken
    assert result.level in ("ok", "note")


@pytest.mark.parametrize(
    ("environ", "level"),
    [
        ({"PSExecutionPolicyPreference": "Restricted"}, "fail"),
        ({"PSExecutionPolicyPreference": "AllSigned"}, "fail"),
        ({"PSExecutionPolicyPreference": "Bypass"}, "ok"),
        ({"PSModulePath": "C:\\Users\\ada\\Documents\\WindowsPowerShell\\Modules"}, "fail"),
        ({}, "ok"),
    ],
)
def test_execution_policy(room: Room, environ: dict[str, str], level: str) -> None:
    context = replace(room.context(LOADED, **environ), platform="win32").given(shell="powershell", facts=LOADED)
    result = around.check_execution_policy(context)
    assert result.level == level
    assert around.check_execution_policy(room.context(LOADED, **environ)).level == "ok"


def test_execution_policy_in_a_file(room: Room) -> None:
    text = '{"Microsoft.PowerShell:ExecutionPolicy": "Restricted"}'
    room.make({".config/powershell/powershell.config.json": File(text)})
    context = replace(room.context(), platform="win32").given(shell="powershell", facts=LOADED)
    assert around.check_execution_policy(context).level == "fail"


# What is installed, and what is around


PACKAGES = "lib/python3.11/site-packages"


def test_packages_of_another_version(room: Room) -> None:
    room.make({**APP, "app/.venv/lib/python3.9/site-packages/x.py": File(), "/sys/python3.12": program("")})
    result = room.one("packages", path="«bin»:«root»/sys")
    assert (result.level, result.what) == (
        "fail",
        "the packages in `~/app/.venv` are of Python 3.9, but its Python is 3.11.2",
    )
    assert commands(result) == [swap("~/app/.venv", "python3.12 -m venv ~/app/.venv")]
    room.make({f"app/.venv/{PACKAGES}": Directory()})
    assert room.one("packages").level == "ok"


@AS_ROOT
@pytest.mark.parametrize(
    ("owners", "level", "command"),
    [
        ({".venv": 1234}, "warn", "sudo chown -R 1234 ~/app/.venv"),
        ({".venv": 1234, "all": 1234}, "ok", None),
        ({}, "ok", None),
    ],
)
def test_what_sudo_left_among_the_packages(
    room: Room, monkeypatch: pytest.MonkeyPatch, owners: dict[str, int], level: str, command: str | None
) -> None:
    """An environment that is all of root's is an administrator's, and one that is all the user's is fine."""
    room.make({**APP, f"app/.venv/{PACKAGES}/x.py": File()})
    prefix = room.home / "app/.venv"
    for each in [prefix, *prefix.rglob("*")] if "all" in owners else [prefix] if owners else []:
        os.chown(each, 1234, 1234, follow_symlinks=False)
    context = room.context()
    context = context.given(environment=context.environment, version="3.11.2")
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    result = packages.check_packages(context)
    assert result.level == level
    assert commands(result) == ([command] if command else [])


def test_a_python_without_ssl(room: Room) -> None:
    room.make({**APP, "/sys/python3.12": program("")})
    room.make({"app/.venv/bin/python": Link("«/sys/python3.11»"), "/sys/python3.11": program("")})
    context = room.context(path="«bin»:«root»/sys")
    result = environment.check_interpreter(context.given(answer=Answer("3.11.2", ssl=False)))
    assert (result.level, result.what) == ("fail", "`~/app/.venv/bin/python` has no module `ssl`")
    assert commands(result) == [swap("~/app/.venv", "python3.12 -m venv ~/app/.venv")]


def test_a_python_without_ssl_that_is_the_only_one(room: Room) -> None:
    """Whatever else is wrong with the environment, no other remedy makes it anew with that Python: one is left."""
    room.make({**APP, "/sys/python3.11": program(""), "/sys/apt": program()})
    (room.home / "app/.venv/bin/python").unlink()
    room.make({"app/.venv/bin/python3": Link("«/sys/python3.11»")})
    context = room.context(path="«bin»:«root»/sys").given(answer=Answer("3.11.2", ssl=False))
    found = examine(context, choose(["environment", "interpreter"])).results
    assert [(result.check, result.level, result.because) for result in found] == [
        ("environment", "warn", ""),
        ("interpreter", "fail", "environment"),
    ]
    assert [remedy.command for result in found for remedy in result.remedies] == [
        "sudo apt install python3 python3-venv"
    ]


OTHER = program("#!/usr/bin/python3\n")


@pytest.mark.parametrize(
    ("tree", "what", "command"),
    [
        ({"app/tests": Directory(), "/sys/pytest": OTHER}, "pytest", "«python» -m pip install pytest"),
        (
            {"app/requirements-dev.txt": File("pytest>=8\n"), "/sys/pytest": OTHER},
            "pytest",
            "«python» -m pip install pytest",
        ),
        (
            {
                "app/pyproject.toml": File('[tool.uv]\ndev-dependencies = ["ipython"]\n'),
                "/sys/ipython": OTHER,
                "/sys/uv": OTHER,
            },
            "ipython",
            "uv add --dev ipython",
        ),
        ({"app/tests": Directory()}, "", ""),
        ({"/sys/pytest": OTHER}, "", ""),
        ({"app/tests": Directory(), "/sys/pytest": program("#!/bin/sh\n")}, "", ""),
        ({"app/tests": Directory(), "/sys/pytest": OTHER, "app/.venv/bin/pytest": OTHER}, "", ""),
        ({"app/requirements.txt": File("pytest-xdist\n"), "/sys/pytest": OTHER}, "", ""),
    ],
)
def test_commands_of_another_python(room: Room, tree: Tree, what: str, command: str) -> None:
    room.make({**APP, **tree})
    found = [result for result in room.look("commands", path="«bin»:«root»/sys") if result.level != "ok"]
    python = "~/app/.venv/bin/python"
    assert [commands(result) for result in found] == ([[command.replace("«python»", python)]] if what else [])
    assert [result.what for result in found] == (
        [f"`{what}` is `{room.root}/sys/{what}`, of another Python"] if what else []
    )


def kernel(python: str) -> Entry:
    return File(json.dumps({"argv": [python, "-m", "ipykernel_launcher"], "display_name": "x"}))


@pytest.mark.parametrize(
    ("place", "python", "command"),
    [
        (".local/share/jupyter/kernels/app", "/usr/bin/python3", "«python» -m ipykernel install --user --name app"),
        (
            ".local/share/jupyter/kernels/odd",
            "«app»/.venv2/bin/python",
            "«python» -m ipykernel install --user --name odd",
        ),
        ("app/.venv/share/jupyter/kernels/python3", "/old/bin/python", "«python» -m ipykernel install --sys-prefix"),
        (".local/share/jupyter/kernels/other", "/usr/bin/python3", ""),
        (".local/share/jupyter/kernels/app", "«app»/.venv/bin/python3", ""),
        (".local/share/jupyter/kernels/app", "python", ""),
    ],
)
@pytest.mark.parametrize("there", [False, True])
def test_kernels_of_jupyter(room: Room, place: str, python: str, command: str, there: bool) -> None:
    room.make({**APP, f"{place}/kernel.json": kernel(python.replace("«app»", f"{room.home}/app"))})
    if there:
        room.make({f"app/.venv/{PACKAGES}/ipykernel": Directory()})
    found = [result for result in room.look("kernels") if result.level != "ok"]
    own = "~/app/.venv/bin/python"
    install = "" if there else f"{own} -m pip install ipykernel && "
    assert [commands(result) for result in found] == ([[install + command.replace("«python»", own)]] if command else [])


@pytest.mark.parametrize(
    ("tree", "said", "command"),
    [
        (
            {"app/app.code-workspace": File('{"settings": {"python.defaultInterpreterPath": "/usr/bin/python3"}, }')},
            "VS Code is set to `/usr/bin/python3`",
            "sed -i.bak",
        ),
        (
            {"app/pyrightconfig.json": File('{"venvPath": "/srv", "venv": "old" // ours\n}')},
            "pyright is set to `/srv/old`",
            "sed -i.bak",
        ),
        (
            {"app/pyproject.toml": File('[tool.pyright]\nvenvPath = "."\nvenv = "env"\n')},
            "pyright is set to `~/app/env`",
            "${EDITOR:-vi} ~/app/pyproject.toml",
        ),
        ({"app/pyrightconfig.json": File('{"venvPath": ".", "venv": ".venv"}')}, "", ""),
        ({"app/pyrightconfig.json": File('{"venv": [1], "venvPath": {}}')}, "", ""),
        (
            {
                "app/.idea/misc.xml": File('<component project-jdk-name="Python 3.9 (app)" />'),
                ".config/JetBrains/PyCharm2025.3/options/jdk.table.xml": File(
                    '<jdk><name value="Python 3.9 (app)" /><homePath value="$USER_HOME$/old/bin/python" /></jdk>'
                ),
            },
            "PyCharm is set to `~/old/bin/python`, which is gone",
            "${EDITOR:-vi} ~/app/.idea/misc.xml",
        ),
        ({"app/.idea/misc.xml": File('<component project-jdk-name="Python 3.9 (app)" />')}, "", ""),
    ],
)
def test_editors(room: Room, tree: Tree, said: str, command: str) -> None:
    room.make({**APP, **tree})
    found = [result for result in room.look("editor") if result.level != "ok"]
    if not said:
        assert found == []
        return
    (result,) = found
    assert result.what.startswith(said)
    assert commands(result)[0].startswith(command)
    if command == "sed -i.bak":
        subprocess.run(
            ["bash", "-c", commands(result)[0]], check=True, env={"HOME": str(room.home), "PATH": os.environ["PATH"]}
        )
        assert room.one("editor").level == "ok"


def test_a_cause_alone_says_what_to_type() -> None:
    """Whatever the order of the checks; and one that was not asked for is no cause."""

    def bad(check: str, command: str, level: str = "fail", because: str = "") -> Result:
        return Result(level, check, remedies=(Remedy(command),), check=check, because=because)  # type: ignore[arg-type]

    found = [
        bad("moved", "a"),
        bad("trust", "b", because="moved"),
        bad("python", "b"),
        bad("alias", "c"),
        bad("hash", "c"),
    ]
    related = relate(found)
    assert [(each.check, each.because, commands(each)) for each in related] == [
        ("moved", "", ["a"]),
        ("trust", "moved", []),
        ("python", "moved", []),
        ("alias", "", ["c"]),
        ("hash", "alias", []),
    ]
    assert [commands(each) for each in relate(found[1:3])] == [["b"], []]
    assert [each.because for each in relate([bad("moved", "a", "note"), bad("kernels", "b")])] == ["", ""]


def test_every_check_survives_an_empty_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    looks: list[Callable[[], Context]] = [lambda: Context({}, ""), lambda: Context({}, "/")]
    for make in looks:
        broken = [result for check in CHECKS for result in run(check, make()) if result.broken]
        assert broken == []
