"""The command line as a whole: doors, help, usage, messages, and `status`."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from commands import AS_MODULE, BY_PATH, Desk
from trees import Directory, File, Handmade, Link, make_tree

from autovenv import __version__, cli, resolve, walk
from autovenv.commands import status
from autovenv.shells.dialects import DIALECTS
from autovenv.state import store

needs_posix = pytest.mark.posix("the trees are laid out for POSIX systems")

PROGRAMS = pytest.mark.parametrize("program", [AS_MODULE, BY_PATH], ids=["module", "path"])


def list_commands() -> list[str]:
    """Return every command, `config set` and the like in two words."""

    def walk_commands(command: Any, words: tuple[str, ...]) -> Iterator[str]:
        for name, below in getattr(command, "commands", {}).items():
            yield " ".join((*words, name))
            yield from walk_commands(below, (*words, name))

    return list(walk_commands(typer.main.get_command(cli.app), ()))


def test_install_takes_one_form(desk: Desk) -> None:
    answer = desk.type("install", "--shell", "bash", "--static", "--eval")
    assert (answer.status, answer.out) == (2, "")
    assert not (desk.home / ".bashrc").exists()


@PROGRAMS
def test_version(desk: Desk, program: tuple[str, ...]) -> None:
    answer = desk.type("--version", program=program)
    assert (answer.status, answer.out, answer.err) == (0, f"autovenv {__version__}\n", "")


@pytest.mark.parametrize("command", ["", *list_commands()])
def test_help(desk: Desk, command: str) -> None:
    answer = desk.type(*command.split(), "--help")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith(" ".join(["Usage: autovenv", *command.split()]))


def test_help_names_every_command_but_the_hidden_ones(desk: Desk) -> None:
    answer = desk.type("--help")
    named = {line.split()[0] for line in answer.out.splitlines() if line.startswith("  ") and line.strip()}
    assert {name for name in list_commands() if " " not in name} - named == {"man", "remake", "resolve", "shim"}


def test_help_needs_no_colour(desk: Desk) -> None:
    assert "\x1b" not in desk.type("--help").out


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("", "Usage: autovenv"),
        ("config", "Usage: autovenv config"),
        ("stat", "autovenv: error: no such command `stat`\n  hint: did you mean `status`?\n"),
        ("status --nope", "autovenv: error: no such option `--nope`\n  hint: run `autovenv status --help`\n"),
        ("link", "autovenv: error: missing argument `ENV`\n  hint: run `autovenv link --help`\n"),
        ("hook nosh", "autovenv: error: `nosh` is not a shell"),
        ("hook bash zsh", "autovenv: error: "),
        ("\x1b[31m", "autovenv: error: no such command `\\x1b[31m`"),
    ],
)
@PROGRAMS
def test_wrong_usage(desk: Desk, program: tuple[str, ...], line: str, what: str) -> None:
    answer = desk.type(*line.split(" ") if line else [], program=program)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(what)


def test_an_unknown_shell_names_the_known_ones(desk: Desk) -> None:
    answer = desk.type("hook", "nosh")
    assert all(f"`{dialect.name}`" in answer.err for dialect in DIALECTS)


@pytest.mark.parametrize("command", ["off", "on"])
def test_off_and_on_need_the_hook(desk: Desk, command: str) -> None:
    answer = desk.type(command)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith(
        f"autovenv: error: `autovenv {command}` works only in a shell that has loaded the hook\n"
    )


@pytest.mark.posix("pipes break otherwise there")
@pytest.mark.parametrize("line", ["hook bash", "status", "status --json", "--help", "--version"])
def test_a_closed_pipe_is_quiet(desk: Desk, line: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        answer = desk.type(*line.split(), stdout=writer)
    finally:
        os.close(writer)
    assert answer.err == ""
    assert answer.status in (0, 1)


@pytest.mark.posix("needs a POSIX shell")
@pytest.mark.parametrize("line", ["hook bash", "status", "doctor", "list", "list --json", "config list"])
def test_a_closed_stdout_is_no_crash(desk: Desk, line: str) -> None:
    desk.home.joinpath("app").mkdir()
    desk.type("deny", "app")
    answer = desk.type(*line.split(), program=("sh", "-c", 'exec "$0" "$@" >&-', *AS_MODULE))
    assert answer.status in (0, 1)
    assert "Traceback" not in answer.err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
@pytest.mark.parametrize("line", ["status", "hook bash", "--version"])
def test_a_full_disk_is_a_message(desk: Desk, line: str) -> None:
    with open("/dev/full", "w") as full:
        answer = desk.type(*line.split(), stdout=full)
    assert (answer.status, answer.err) == (1, "autovenv: error: no space left on device\n")


@pytest.mark.posix("a present directory cannot be deleted there")
def test_a_deleted_directory_is_a_message(desk: Desk) -> None:
    gone = desk.home / "gone"
    gone.mkdir()
    script = 'cd "$0" && rmdir "$0" && exec "$@"'
    answer = desk.type("status", program=("sh", "-c", script, str(gone), *AS_MODULE))
    assert answer.status == 1
    assert answer.err.startswith("autovenv: error: the present directory is gone\n")


@pytest.mark.parametrize("named", [".", "«modules»", ":«modules»:"])
def test_modules_of_a_project_are_not_imported(desk: Desk, named: str) -> None:
    modules = desk.home / "modules"
    modules.mkdir()
    for name in ("difflib", "json", "platformdirs", "rich", "shellingham", "tomli_w", "tomllib", "typer"):
        (modules / f"{name}.py").write_text("raise SystemExit('canary')")
    program = (sys.executable, "-P", "-m", "autovenv")
    environ = {"PYTHONPATH": named.replace("«modules»", str(modules))}
    for line in ("hook bash", "status --json", "doctor", "config list", "list --json"):
        answer = desk.type(*line.split(), program=program, environ=environ, cwd=modules)
        assert "canary" not in answer.err
        assert answer.out


@pytest.mark.parametrize("value", ["bash_source", "complete_bash", "source_zsh"])
def test_no_variable_makes_a_command_into_a_completion(desk: Desk, value: str) -> None:
    asked = desk.type("config", "path", environ={"_AUTOVENV_COMPLETE": value})
    assert asked == desk.type("config", "path")


def test_ctrl_c_is_the_status_that_shells_give_it(at_home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(status, "examine", interrupt)
    monkeypatch.chdir(at_home.home)
    monkeypatch.setattr(sys, "argv", ["autovenv", "status"])
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO()))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO()))
    assert cli.main() == 130


def test_no_module_of_the_package_imports_the_private_part_of_typer() -> None:
    sources = Path(cli.__file__).parent.rglob("*.py")
    assert [source.name for source in sources if "_click" in source.read_text("utf-8")] == []


def test_a_command_does_not_import_what_others_need(desk: Desk) -> None:
    script = "import sys, autovenv.cli; print(*sys.modules, sep='\\n')"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=desk.environ, check=True)
    loaded = ran.stdout.split()
    assert "typer" in loaded
    assert {"autovenv.commands.status", "autovenv.walk", "autovenv.resolve", "rich.table", "tomli_w"}.isdisjoint(loaded)


# status


def examine(desk: Desk, directory: Path, **environ: str) -> status.Status:
    return status.examine(str(directory), {"HOME": str(desk.home), "PATH": "/usr/bin", **environ})


@needs_posix
def test_status_of_a_project(at_home: Desk) -> None:
    make_tree(at_home.root, {"app/.venv": Handmade(), "app/src": Directory()})
    app = at_home.home / "app"
    found = examine(at_home, app / "src")
    assert {name: getattr(found, name) for name in status.Status.__slots__} == {
        "directory": str(app / "src"),
        "project": str(app),
        "environment": str(app / ".venv"),
        "flavour": "venv",
        "name": "app",
        "python": str(app / ".venv" / "bin" / "python"),
        "kind": "in_project",
        "rule": "`.venv` in the project",
        "verdict": "allow",
        "reasons": found.reasons,
        "active": False,
        "other": None,
        "skipped": (),
        "advice": (),
    }


def test_status_where_nothing_is(at_home: Desk) -> None:
    found = examine(at_home, at_home.home)
    assert (found.verdict, found.project, found.active) == ("none", None, False)
    assert not status.is_problem(found)


@needs_posix
def test_status_of_a_broken_environment(at_home: Desk) -> None:
    make_tree(at_home.root, {"app/.venv/pyvenv.cfg": File("home = /usr/bin\n")})
    found = examine(at_home, at_home.home / "app")
    assert (found.verdict, found.reasons) == ("broken", (("broken", "it has no interpreter"),))
    assert status.is_problem(found)


@needs_posix
def test_status_knows_what_is_active(at_home: Desk) -> None:
    make_tree(at_home.root, {"app/.venv": Handmade(), "other/.venv": Handmade(), "app-link": Link("«app»")})
    app, other = at_home.home / "app", at_home.home / "other" / ".venv"
    inside = {"VIRTUAL_ENV": str(app / ".venv"), "PATH": f"{app}/.venv/bin:/usr/bin"}
    assert examine(at_home, app, **inside).active
    assert examine(at_home, at_home.home / "app-link", **inside).active
    assert not examine(at_home, app, VIRTUAL_ENV=inside["VIRTUAL_ENV"]).active
    assert not examine(at_home, app, PATH=inside["PATH"]).active
    assert examine(at_home, app, VIRTUAL_ENV=str(other)).other == str(other)
    assert examine(at_home, app, VIRTUAL_ENV=str(app / "gone")).other is None


@needs_posix
def test_a_look_corrects_a_record_that_no_shell_can_see_to_be_wrong(at_home: Desk) -> None:
    make_tree(at_home.root, {"app/.venv": Handmade()})
    app = at_home.home / "app"
    kept = Path(store.record_dir(str(app))) / store.RECORD
    resolve.keep(str(app), at_home.environ)
    before = kept.read_bytes()
    assert b"\nverdict use\n" in before
    walk.find(str(app), at_home.environ)
    assert kept.read_bytes() == before
    # No shell compares modes, and this changes no time that one does.
    (app / ".venv/pyvenv.cfg").chmod(0o666)
    walk.find(str(app), at_home.environ)
    assert kept.read_bytes() == store.BLANK
    (app / ".venv/pyvenv.cfg").chmod(0o600)
    kept.write_bytes(before.replace(b"\nprefix .venv\n", b"\nprefix elsewhere\n"))
    walk.find(str(app), at_home.environ)
    assert kept.read_bytes() == store.BLANK


@needs_posix
def test_the_home_directory_is_the_last_one_looked_at(at_home: Desk) -> None:
    make_tree(at_home.root, {"/.venv": Handmade(), "work/app": Directory()})
    app = at_home.home / "work" / "app"
    way = walk.find(str(app), at_home.environ)
    assert [step.directory for step in way.steps] == [str(app), str(app.parent), str(at_home.home)]
    assert way.project is None
    make_tree(at_home.root, {".venv": Handmade()})
    found = walk.find(str(app), at_home.environ).project
    assert found is not None
    assert found.directory == str(at_home.home)


@needs_posix
def test_a_ceiling_is_the_last_one_looked_at(at_home: Desk) -> None:
    make_tree(at_home.root, {".venv": Handmade(), "work/app": Directory()})
    app = at_home.home / "work" / "app"
    at_home.config.parent.mkdir(parents=True)
    at_home.config.write_text(f"ceilings = ['{app.parent}']\n")
    way = walk.find(str(app), at_home.environ)
    assert [step.directory for step in way.steps] == [str(app), str(app.parent)]


@needs_posix
def test_status_as_text(desk: Desk) -> None:
    make_tree(desk.root, {"app/.venv": Handmade()})
    app = desk.home / "app"
    answer = desk.type("status", cwd=app, environ={"VIRTUAL_ENV": f"{app}/.venv", "PATH": f"{app}/.venv/bin:/usr/bin"})
    lines = dict(line.split(maxsplit=1) for line in answer.out.splitlines())
    assert (answer.status, answer.err) == (0, "")
    assert "\x1b" not in answer.out
    assert lines["environment"] == "~/app/.venv"
    assert (lines["verdict"], lines["active"]) == ("allowed", "yes")


@needs_posix
@pytest.mark.parametrize(
    ("state", "active"),
    [
        ("off", "no: autovenv is off in this shell (`autovenv on`)"),
        ("held", "no: this project's environment is off in this shell (`autovenv on`)"),
        ("none", "no: is the hook loaded in this shell?"),
    ],
)
def test_status_says_what_the_doctor_says_in_a_paused_shell(desk: Desk, state: str, active: str) -> None:
    make_tree(desk.root, {"app/.venv": Handmade(), "bare/setup.py": File()})
    told = {"__AUTOVENV_SHELL": "bash", "__AUTOVENV_FACTS": f"registered yes\nstate {state}"}
    lines = desk.type("status", cwd=desk.home / "app", environ=told).out.splitlines()
    assert [line.split(None, 1)[1] for line in lines if line.startswith("active")] == [active]
    assert ("or `autovenv off`" in desk.type("status", cwd=desk.home / "bare", environ=told).out) is (state == "none")


@pytest.mark.posix("the tool is a script of sh")
def test_what_is_broken_is_made_anew_by_the_projects_tool(desk: Desk) -> None:
    make_tree(
        desk.root, {"app/.venv/pyvenv.cfg": File(), "app/pdm.lock": File(), "bin/pdm": File("#!/bin/sh\n", 0o755)}
    )
    environ = {"PATH": f"{desk.home}/bin:/usr/bin:/bin"}
    answer = desk.type("which", cwd=desk.home / "app", environ=environ)
    assert "hint: make it anew: `autovenv remake ~/app/.venv -- pdm install` there\n" in answer.err
    assert "-- pdm install`" not in desk.type("which", cwd=desk.home / "app").err


@needs_posix
def test_what_a_container_made_is_left_to_it(desk: Desk) -> None:
    """As the doctor says: whole where it was made, it would be lost there."""
    config = "home = /usr/local/nowhere/bin\nversion = 3.11.2\n"
    make_tree(desk.root, {"app/.venv": Handmade(config)})
    (desk.home / "app/.venv/bin/python").unlink()
    (desk.home / "app/.venv/bin/python").symlink_to("/usr/local/nowhere/bin/python3")
    (desk.home / "app/.venv/bin/activate").write_text("VIRTUAL_ENV=/workspace/app/.venv\nexport VIRTUAL_ENV\n")
    said = desk.type("which", cwd=desk.home / "app").err
    assert "hint: leave it to the machine that made it, and make one by another name: `" in said
    assert said.endswith(" ~/app/venv`\n")


@needs_posix
def test_status_exits_1_for_a_problem(desk: Desk) -> None:
    make_tree(desk.root, {"app/.venv/pyvenv.cfg": File()})
    answer = desk.type("status", cwd=desk.home / "app")
    assert answer.status == 1
    assert "it has no interpreter" in answer.out


@needs_posix
def test_status_is_printed_whole_in_a_narrow_pipe(desk: Desk) -> None:
    deep = "/".join(["quite-a-long-name"] * 9)
    make_tree(desk.root, {f"{deep}/.venv": Handmade()})
    answer = desk.type("status", cwd=desk.home / deep, environ={"COLUMNS": "40"})
    assert f"environment  ~/{deep}/.venv\n" in answer.out


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="their paths are text")
def test_status_of_a_hostile_name(desk: Desk) -> None:
    name = os.fsdecode("[red]\x1b[31m\n\u202e".encode() + b"\xff")
    make_tree(desk.root, {f"{name}/.venv": Handmade()})
    answer = desk.type("status", cwd=desk.home / name)
    assert r"project      ~/[red]\x1b[31m\n\u202e\xff" + "\n" in answer.out
    found = desk.type("status", "--json", cwd=desk.home / name)
    assert found.json["project"] == str(desk.home / name)


@needs_posix
def test_a_directory_is_called_as_the_shell_calls_it(desk: Desk) -> None:
    make_tree(desk.root, {"app/.venv": Handmade(), "link": Link("«app»")})
    link = desk.home / "link"
    as_shell = desk.type("status", "--json", cwd=link, environ={"PWD": str(link)})
    assert as_shell.json["project"] == str(link)
    forged = desk.type("status", "--json", cwd=link, environ={"PWD": str(desk.home)})
    assert forged.json["project"] == str(desk.home / "app")


@pytest.mark.posix("there is no pseudo-terminal")
def test_help_is_in_colour_on_a_terminal_only(desk: Desk) -> None:
    import pexpect

    environ = {**desk.environ, "TERM": "xterm-256color"}
    shown = pexpect.run(" ".join((*AS_MODULE, "doctor", "--help")), env=environ, timeout=60).decode()
    assert "\x1b[1mOptions:\x1b[0m" in shown
    assert "\x1b[36m-h, --help\x1b[0m" in shown
    plain = pexpect.run(" ".join((*AS_MODULE, "doctor", "--help")), env={**environ, "NO_COLOR": "1"}, timeout=60)
    piped = desk.type("doctor", "--help").out
    assert re.sub("\x1b\\[[0-9;]*m", "", shown).replace("\r", "") == plain.decode().replace("\r", "")
    assert "\x1b" not in piped
