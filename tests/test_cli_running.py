"""`autovenv run` and `autovenv which`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from commands import AS_MODULE, BY_PATH, Desk
from scenarios.kinds import Prefix
from trees import Directory, File, Handmade, Venv, make_tree

from autovenv import cli, doors
from autovenv.commands import finding, variables
from autovenv.environments.environment import Environment
from autovenv.messages import Problem

pytestmark = pytest.mark.posix("the trees are laid out for POSIX systems")

PROGRAMS = pytest.mark.parametrize("program", [AS_MODULE, BY_PATH], ids=["module", "path"])


@pytest.fixture
def app(desk: Desk) -> Path:
    """A project with an environment."""
    make_tree(desk.root, {"app/.venv": Handmade(), "app/src": Directory()})
    return desk.home / "app"


def make_environment(prefix: str = "/p/.venv", flavour: str = "venv") -> Environment:
    return Environment(prefix, flavour, f"{prefix}/bin", f"{prefix}/bin/python", {}, "p")


# which


def test_which_prints_the_interpreter(desk: Desk, app: Path) -> None:
    answer = desk.type("which", cwd=app / "src")
    assert (answer.status, answer.out, answer.err) == (0, f"{app}/.venv/bin/python\n", "")


def test_which_prints_another_command(desk: Desk, app: Path) -> None:
    assert desk.type("which", "whereami", cwd=app).out == f"{app}/.venv/bin/whereami\n"


@pytest.mark.skipif(sys.platform == "darwin", reason="its paths are text")
def test_which_prints_the_bytes_of_a_path(desk: Desk) -> None:
    name = os.fsdecode(b"caf\xe9 \x1b")
    make_tree(desk.root, {f"{name}/.venv": Handmade()})
    assert desk.type("which", cwd=desk.home / name).out == f"{desk.home}/{name}/.venv/bin/python\n"


def test_which_without_that_command(desk: Desk, app: Path) -> None:
    answer = desk.type("which", "sh", cwd=app)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("autovenv: error: this project's environment has no `sh`\n")


@pytest.mark.parametrize("name", ["", "../python", "/bin/sh"])
def test_which_takes_names_only(name: str) -> None:
    with pytest.raises(Problem) as caught:
        finding.which(name, make_environment())
    assert caught.value.status == 2


def test_which_of_what_is_sourced_and_of_what_lost_its_mode(desk: Desk, app: Path) -> None:
    answer = desk.type("which", "activate", cwd=app)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err == (
        "autovenv: error: `activate` is no command of this project's environment\n"
        f"  why: `{app}/.venv/bin/activate` is there, but cannot be executed\n"
        "  hint: the hook does what it does; to have it by hand, source it\n"
    ).replace(str(desk.home), "~")
    (app / ".venv/bin/tool").touch()
    assert "run `chmod u+x ~/" in desk.type("which", "tool", cwd=app).err


@pytest.mark.parametrize("command", [["which"], ["run", "--", "true"]])
def test_outside_any_project_says_so(desk: Desk, command: list[str]) -> None:
    answer = desk.type(*command)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("autovenv: error: `~` is in no project with an environment\n")


@pytest.mark.parametrize("command", [["which"], ["run", "--", "true"]])
def test_a_broken_environment_is_not_run(desk: Desk, command: list[str]) -> None:
    make_tree(desk.root, {"app/.venv/pyvenv.cfg": File()})
    answer = desk.type(*command, cwd=desk.home / "app")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("autovenv: error: `~/app/.venv` is not a usable environment\n")


@pytest.mark.parametrize("command", [["which"], ["run", "--", "touch", "ran"]])
def test_a_strange_environment_is_not_run(desk: Desk, command: list[str]) -> None:
    make_tree(desk.root, {"app/.venv": Handmade()})
    (desk.home / "app").rename(desk.home / "moved")
    answer = desk.type(*command, cwd=desk.home / "moved")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("autovenv: error: `~/moved/.venv` was not activated\n")
    assert "autovenv allow" in answer.err
    assert not (desk.home / "moved" / "ran").exists()


def test_find_command_on_windows(tmp_path: Path) -> None:
    for name in ("tool.exe", "script.cmd", "plain"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)

    def find(name: str) -> str | None:
        found = finding.find_command(name, str(tmp_path), ".exe;.cmd")
        return found and os.path.basename(found)

    assert [find(name) for name in ("tool", "tool.exe", "script", "plain")] == [
        "tool.exe",
        "tool.exe",
        "script.cmd",
        None,
    ]


def test_find_command_ignores_empty_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tool").write_text("")
    (tmp_path / "tool").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    assert finding.find_command("tool", f":{tmp_path}/none:") is None
    assert finding.find_command("tool", f":{tmp_path}") == f"{tmp_path}/tool"


# run


@PROGRAMS
def test_run_sets_what_activate_would(desk: Desk, app: Path, program: tuple[str, ...]) -> None:
    script = 'echo "$VIRTUAL_ENV|$VIRTUAL_ENV_PROMPT|${PATH%%:*}|${PYTHONHOME-unset}|$PWD"; command -v python'
    answer = desk.type("run", "--", "sh", "-c", script, cwd=app / "src", environ={"PYTHONHOME": ""}, program=program)
    assert answer.err == ""
    assert answer.out.splitlines() == [
        f"{app}/.venv|app|{app}/.venv/bin|unset|{app}/src",
        f"{app}/.venv/bin/python",
    ]


def test_run_needs_no_dashes(desk: Desk, app: Path) -> None:
    answer = desk.type("run", "printf", "%s\n", "--version", "-h", cwd=app)
    assert (answer.status, answer.out) == (0, "--version\n-h\n")


def test_run_passes_arguments_on_to_the_byte(desk: Desk, app: Path) -> None:
    words = ["", " ", "*", "$HOME", "--", os.fsdecode(b"\xff"), "new\nline"]
    answer = desk.type("run", "--", "printf", "%s\\0", *words, cwd=app)
    assert answer.out.split("\0") == [*words, ""]


@pytest.mark.parametrize("status", [0, 1, 7, 255])
def test_run_passes_the_status_on(desk: Desk, app: Path, status: int) -> None:
    assert desk.type("run", "--", "sh", "-c", f"exit {status}", cwd=app).status == status


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process was started with")
@pytest.mark.parametrize("locale", [{}, {"LC_CTYPE": "C"}, {"LC_CTYPE": "C.UTF-8"}], ids=["unset", "C", "UTF-8"])
@pytest.mark.parametrize("line", ["run --", "run --any --"])
def test_run_leaves_the_locale_as_it_is(desk: Desk, app: Path, line: str, locale: dict[str, str]) -> None:
    # Python itself sets LC_CTYPE in the C locale
    plain = {name: value for name, value in desk.environ.items() if not name.startswith("LC_") and name != "LANG"}
    command = [*AS_MODULE, *line.split(), "env"]
    ran = subprocess.run(command, cwd=app, env=plain | locale, capture_output=True, text=True, check=True)
    said = [each for each in ran.stdout.splitlines() if each.startswith(("LC_", "LANG="))]
    assert said == [f"{name}={value}" for name, value in locale.items()]


def test_run_is_replaced_by_the_command(desk: Desk, app: Path) -> None:
    child = subprocess.Popen(
        [*AS_MODULE, "run", "--", "sh", "-c", "echo $$; kill -TERM $$; echo survived"],
        cwd=app,
        env=desk.environ,
        stdout=subprocess.PIPE,
    )
    out, _ = child.communicate()
    assert out == b"%d\n" % child.pid
    assert child.returncode == -signal.SIGTERM


def test_run_leaves_signals_as_they_usually_are(desk: Desk, app: Path) -> None:
    # Python ignores SIGPIPE at its start. Where it stayed ignored, `echo` would fail and the loop exit 3.
    loop = "while :; do echo y || exit 3; done"
    command = " ".join([*AS_MODULE, "run", "--", "sh", "-c", f"'{loop}'"])
    answer = desk.type(program=("bash", "-c", f"{command} | head -n 1; echo ${{PIPESTATUS[0]}}"), cwd=app)
    assert answer.out == f"y\n{128 + signal.SIGPIPE}\n"
    assert answer.err == ""


@pytest.mark.parametrize(
    ("command", "status", "what"),
    [
        ("nosuch-command", 127, "`nosuch-command` was not found"),
        ("./nosuch-command", 127, "`./nosuch-command` cannot be run"),
        ("/", 126, "`/` cannot be run"),
        ("./bad-interpreter", 127, "`./bad-interpreter` cannot be run\n  why: the interpreter"),
        ("./not-executable", 126, "`./not-executable` cannot be run"),
    ],
)
def test_run_of_what_cannot_be_run(desk: Desk, app: Path, command: str, status: int, what: str) -> None:
    make_tree(
        desk.root,
        {
            "app/bad-interpreter": File("#!/nosuch/interpreter\n", 0o755),
            "app/not-executable": File("#!/bin/sh\n", 0o644),
        },
    )
    answer = desk.type("run", "--", command, cwd=app)
    assert (answer.status, answer.out) == (status, "")
    assert answer.err.startswith(f"autovenv: error: {what}")


def test_run_of_python_where_there_is_a_python3_only(desk: Desk) -> None:
    make_tree(desk.root, {"app/.venv": Venv()})
    app = desk.home / "app"
    (app / ".venv/bin/python3").unlink()
    (app / ".venv/bin/python").rename(app / ".venv/bin/python3")
    answer = desk.type("run", "python", "-c", "import sys; print(sys.prefix, sys.argv)", "x", cwd=app)
    assert answer.out == f"{app}/.venv ['-c', 'x']\n"


def test_run_of_a_script_without_a_first_line(desk: Desk, app: Path) -> None:
    make_tree(desk.root, {"app/script": File('echo "ran $1"\n', 0o755)})
    assert desk.type("run", "--", "./script", "it", cwd=app).out == "ran it\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "/p/.venv/bin"),
        (":/a::/b:", "/p/.venv/bin::/a::/b:"),
        ("/a:/p/.venv/bin:/b", "/p/.venv/bin:/a:/b"),
        ("/p/.venv/bin", "/p/.venv/bin"),
    ],
)
def test_enter_keeps_the_entries_of_path_and_adds_none(before: str, after: str) -> None:
    assert variables.put_inside({"PATH": before}, make_environment())["PATH"] == after


def test_enter_takes_a_hand_activated_environment_away() -> None:
    inside = variables.put_inside(
        {"VIRTUAL_ENV": "/q/env", "VIRTUAL_ENV_PROMPT": "q", "PATH": "/a:/q/env/bin:/b", "X": "1"}, make_environment()
    )
    assert inside == {"VIRTUAL_ENV": "/p/.venv", "VIRTUAL_ENV_PROMPT": "p", "PATH": "/p/.venv/bin:/a:/b", "X": "1"}


def test_enter_takes_the_hooks_own_variables_away() -> None:
    environ = {
        "__AUTOVENV_PREFIX": "/q/.venv",
        "__AUTOVENV_BIN": "/q/.venv/bin",
        "__AUTOVENV_BINS": "/q/.venv/bin",
        "__AUTOVENV_KEPT": "1.2",
        "VIRTUAL_ENV": "/q/.venv",
        "VIRTUAL_ENV_PROMPT": "q",
        "PATH": "/q/.venv/bin:/a",
    }
    assert variables.put_inside(environ, make_environment()) == {
        "VIRTUAL_ENV": "/p/.venv",
        "VIRTUAL_ENV_PROMPT": "p",
        "PATH": "/p/.venv/bin:/a",
    }


def test_enter_a_conda_prefix_and_out_of_one(at_home: Desk) -> None:
    base = {
        "CONDA_PREFIX": "/conda",
        "CONDA_DEFAULT_ENV": "base",
        "CONDA_PROMPT_MODIFIER": "(base) ",
        "PATH": "/conda/bin:/a",
    }
    assert variables.put_inside(base, make_environment(flavour="conda")) == {
        "CONDA_PREFIX": "/p/.venv",
        "CONDA_DEFAULT_ENV": "p",
        "CONDA_PROMPT_MODIFIER": "(p) ",
        "PATH": "/p/.venv/bin:/conda/bin:/a",
    }
    # The hook had activated a conda prefix over the user's base: the base comes back, for it is the user's own.
    file = at_home.state / "shells" / "kept.4711.23"
    file.parent.mkdir(parents=True)
    lines = ["old CONDA_PREFIX=/conda", "old CONDA_DEFAULT_ENV=base", "set X=1"]
    file.write_text("\n".join(["autovenv-kept 1", "prefix /q/.conda", *lines, "end", ""]))
    hooked = {
        "__AUTOVENV_PREFIX": "/q/.conda",
        "__AUTOVENV_BIN": "/q/.conda/bin",
        "__AUTOVENV_KEPT": "4711.23",
        "CONDA_PREFIX": "/q/.conda",
        "CONDA_DEFAULT_ENV": "q",
        "CONDA_PROMPT_MODIFIER": "(q) ",
        "PATH": "/q/.conda/bin:/conda/bin:/a",
    }
    assert variables.put_inside(hooked, make_environment()) == {
        "CONDA_PREFIX": "/conda",
        "CONDA_DEFAULT_ENV": "base",
        "VIRTUAL_ENV": "/p/.venv",
        "VIRTUAL_ENV_PROMPT": "p",
        "PATH": "/p/.venv/bin:/conda/bin:/a",
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("4711.23", "autovenv-kept 1\nprefix /other\nold CONDA_PREFIX=/conda\nend\n"),
        ("4711.23", "autovenv-kept 2\nprefix /q/.conda\nold CONDA_PREFIX=/conda\nend\n"),
        ("4711.23", "autovenv-kept 1\nprefix /q/.conda\nold CONDA_PREFIX=/conda\n"),
        ("../shells/kept.4711.23", "autovenv-kept 1\nprefix /q/.conda\nold CONDA_PREFIX=/conda\nend\n"),
        ("", "autovenv-kept 1\nprefix /q/.conda\nold CONDA_PREFIX=/conda\nend\n"),
    ],
)
def test_enter_believes_no_file_about_another_environment(at_home: Desk, name: str, text: str) -> None:
    file = at_home.state / "shells" / "kept.4711.23"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    hooked = {"__AUTOVENV_PREFIX": "/q/.conda", "__AUTOVENV_KEPT": name, "CONDA_PREFIX": "/q/.conda", "PATH": "/a"}
    assert "CONDA_PREFIX" not in variables.put_inside(hooked, make_environment())


def test_enter_what_is_active_changes_nothing(at_home: Desk) -> None:
    make_tree(at_home.root, {"app/.venv": Handmade()})
    prefix = str(at_home.home / "app" / ".venv")
    environ = {"VIRTUAL_ENV": prefix, "PATH": f"{prefix}/bin:/a", "__AUTOVENV_PREFIX": prefix}
    assert variables.put_inside(environ, make_environment(prefix)) == environ
    told = {"__AUTOVENV_SHELL": "bash", "__AUTOVENV_HOOK": "1", "__AUTOVENV_FACTS": "registered yes"}
    assert variables.put_inside(environ | told, make_environment(prefix)) == environ
    reordered = {**environ, "PATH": f"/a:{prefix}/bin"}
    assert variables.put_inside(reordered, make_environment(prefix))["PATH"] == f"{prefix}/bin:/a"


# `run --any`, `-c` and `env`


def test_run_anywhere_runs_a_command_as_it_is(desk: Desk) -> None:
    answer = desk.type("run", "--any", "--", "sh", "-c", "echo ${VIRTUAL_ENV-none}; exit 7", cwd=desk.home)
    assert (answer.status, answer.out, answer.err) == (7, "none\n", "")


def test_run_anywhere_runs_nothing_in_an_environment_that_is_not_allowed(desk: Desk, app: Path) -> None:
    assert desk.type("deny", cwd=app).status == 0
    answer = desk.type("run", "--any", "--", "echo", "ran", cwd=app)
    assert (answer.status, answer.out) == (1, "")
    assert "autovenv revoke" in answer.err


def test_a_program_may_take_it_for_its_shell(desk: Desk, app: Path) -> None:
    answer = desk.type("-c", 'echo "$VIRTUAL_ENV" "$0"', "name", cwd=app)
    assert (answer.status, answer.out) == (0, f"{app}/.venv name\n")


@pytest.mark.parametrize("active", ["venv", "conda"])
def test_env_and_run_lead_to_the_same(desk: Desk, active: str) -> None:
    make_tree(desk.root, {"app/.venv": Handmade(), "science/.conda": Prefix()})
    venv, conda = f"{desk.home}/app/.venv", f"{desk.home}/science/.conda"
    inside = {
        "venv": {"VIRTUAL_ENV": venv, "VIRTUAL_ENV_PROMPT": "app", "PATH": f"{venv}/bin:/usr/bin:/bin"},
        "conda": {
            "CONDA_PREFIX": conda,
            "CONDA_DEFAULT_ENV": "science",
            "CONDA_PROMPT_MODIFIER": "(science) ",
            "PATH": f"{conda}/bin:/usr/bin:/bin",
            "__AUTOVENV_PREFIX": conda,
            "__AUTOVENV_BIN": f"{conda}/bin",
        },
    }[active]
    there = desk.home / ("science" if active == "venv" else "app")
    ran = desk.type("run", "--", "/usr/bin/env", cwd=there, environ=inside)
    lines = desk.type("env", "--shell", "bash", cwd=there, environ=inside).out
    told = subprocess.run(
        ["bash", "--norc", "-c", lines + "exec /usr/bin/env"],
        env={**desk.environ, **inside},
        capture_output=True,
        text=True,
    )
    names = ("VIRTUAL_ENV", "CONDA_", "PYTHONHOME", "PATH=")
    of_run, of_env = (
        sorted(line for line in text.splitlines() if line.startswith(names)) for text in (ran.out, told.stdout)
    )
    assert of_env == of_run
    assert any(line.startswith("CONDA_PREFIX=" if active == "venv" else "VIRTUAL_ENV=") for line in of_env)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_env_prints_lines_that_a_shell_evaluates(desk: Desk, shell: str) -> None:
    name = "a 'b' $(c) \\d"
    make_tree(desk.root, {f"{name}/.venv": Handmade()})
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} was not found")
    lines = desk.type("env", "--shell", shell, cwd=desk.home / name).out
    join = "string join : $PATH" if shell == "fish" else 'printf "%s\\n" "$PATH"'
    script = f'{lines}\nprintf "%s\\n" "$VIRTUAL_ENV"; {join}'
    told = subprocess.run(
        [found, *(["--no-config"] if shell == "fish" else ["-f"] if shell == "zsh" else ["--norc"]), "-c", script],
        env={"PATH": "/usr/bin:/bin", "PYTHONHOME": "/x", "HOME": str(desk.home)},
        capture_output=True,
        text=True,
    )
    prefix, path = told.stdout.splitlines()
    assert prefix == f"{desk.home}/{name}/.venv"
    assert path.startswith(f"{prefix}/bin:")
    assert told.stderr == ""


def test_env_as_json_as_lines_and_for_github(desk: Desk, app: Path) -> None:
    found = desk.type("env", "--json", cwd=app).json
    assert found["format"] == 1
    assert found["environment"] == f"{app}/.venv"
    assert found["set"]["VIRTUAL_ENV"] == f"{app}/.venv"
    assert found["set"]["PATH"].startswith(f"{app}/.venv/bin:")
    assert found["unset"] == ["PYTHONHOME"]
    assert f"VIRTUAL_ENV={app}/.venv\n" in desk.type("env", cwd=app).out
    files = {"GITHUB_ENV": str(desk.home / "env"), "GITHUB_PATH": str(desk.home / "path")}
    (desk.home / "env").write_text("BEFORE=1\n")
    answer = desk.type("env", "--github", cwd=app, environ=files)
    assert (answer.status, answer.out, answer.err) == (0, "", "")
    assert (desk.home / "path").read_text() == f"{app}/.venv/bin\n"
    assert (desk.home / "env").read_text() == f"BEFORE=1\nVIRTUAL_ENV={app}/.venv\nVIRTUAL_ENV_PROMPT=app\n"
    assert desk.type("env", "--github", cwd=app).status == 1
    for words in (("--json", "--dotenv"), ("--github", "--json"), ("--shell", "fish", "--json")):
        answer = desk.type("env", *words, cwd=app)
        assert (answer.status, answer.out) == (2, "")
        assert "more than one form is asked for" in answer.err


# the fast doors


def import_names(desk: Desk, *words: str, cwd: Path) -> set[str]:
    """Return the modules that a command imports, by the interpreter's own account."""
    command = [BY_PATH[0], "-X", "importtime", *BY_PATH[1:], *words]
    environ = {**desk.environ, "PATH": os.environ["PATH"]}
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "autovenv" in names
    return names


@pytest.mark.parametrize(
    "line", ["--version", "hook bash", "resolve «app»", "which", "env --json", "status --json", "run -- true"]
)
def test_a_fast_door_imports_no_library(desk: Desk, app: Path, line: str) -> None:
    words = line.replace("«app»", str(app)).split()
    assert words[0] in doors.DOORS
    slow = {"typer", "click", "rich", "pathlib", "dataclasses", "typing", "json", "re", "subprocess", "shellingham"}
    assert import_names(desk, *words, cwd=app) & slow == set()


def test_every_fast_door_is_a_command_too() -> None:
    from typer.main import get_command

    commands = set(get_command(cli.app).commands)  # type: ignore[attr-defined]
    assert {name for name in doors.DOORS if not name.startswith("-")} <= commands
