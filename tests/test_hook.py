"""The two doors that a shell waits for: what `autovenv hook` prints, and what neither door imports."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from commands import AS_MODULE, BY_PATH, Answer, Desk
from shells import SHELLS, require
from trees import Handmade

from autovenv import places, shipped
from autovenv.shells import dialects, hook
from autovenv.shells.dialects import DIALECTS, Dialect
from autovenv.state import settings

with suppress(ImportError):  # not in Windows
    import pty

POSIX = pytest.mark.posix("POSIX")
EVERY = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
NAMES = [dialect.name for dialect in DIALECTS]
KNOWN = "name one of `bash`, `zsh`, `fish`, `powershell`"

#: Words that a hook may have to carry to a shell: an executable's path, the state directory, a ceiling.
NASTY = [
    "/opt/it's",
    "/opt/$(touch canary)",
    "/opt/`touch canary`",
    "/opt/'@SETTINGS@'",
    "/opt/'@EXECUTABLE@'",
    '/opt/"quoted"',
    "/opt/back\\slash\\",
    "/opt/two\nlines",
    "/opt/!event",
    "/opt/\u2018quoted\u2019",
    "/opt/\udcff",
    "/opt/ ",
]


# -- what is printed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*NAMES, "pwsh"])
def test_the_hook_of_a_shell(desk: Desk, name: str) -> None:
    answer = desk.type("hook", name, program=BY_PATH)
    assert (answer.status, answer.err) == (0, "")
    assert "__autovenv_prompt" in answer.out
    assert "@SETTINGS@" not in answer.out
    assert "@EXECUTABLE@" not in answer.out


def test_pwsh_is_powershell(desk: Desk) -> None:
    assert desk.type("hook", "pwsh", program=BY_PATH).out == desk.type("hook", "powershell", program=BY_PATH).out


def test_both_doors_print_the_same(desk: Desk) -> None:
    assert desk.type("hook", "zsh", program=AS_MODULE).out == desk.type("hook", "zsh", program=BY_PATH).out


@pytest.mark.parametrize("name", ["tcsh", "", "BASH", "bash ", "../bash", "\x1b[31m", "ba\nsh"])
def test_an_unknown_shell(desk: Desk, name: str) -> None:
    answer = desk.type("hook", name, program=BY_PATH)
    assert (answer.status, answer.out) == (2, "")
    first, *rest = answer.err.splitlines()
    assert first.startswith("autovenv: error: `")
    assert first.endswith("` is not a shell that autovenv knows")
    assert first.isprintable()
    assert rest == [f"  hint: {KNOWN}"]


def test_an_unknown_option(desk: Desk) -> None:
    answer = desk.type("hook", "-x", program=BY_PATH)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("autovenv: error: no such option `-x`\n")


def test_a_name_after_dashes(desk: Desk) -> None:
    assert desk.type("hook", "--", "bash").out == desk.type("hook", "bash").out


def test_more_than_one_shell(desk: Desk) -> None:
    answer = desk.type("hook", "bash", "zsh", program=BY_PATH)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == f"autovenv: error: `autovenv hook` takes one shell\n  hint: {KNOWN}\n"


@EVERY
def test_the_bytes_are_those_of_the_file(desk: Desk, dialect: Dialect) -> None:
    """Never CRLF, whatever the checkout or the platform makes of lines."""
    ran = subprocess.run([*BY_PATH, "hook", dialect.name], env=desk.environ, capture_output=True, check=True)
    assert b"\r" not in ran.stdout
    assert ran.stdout.endswith(b"\n")
    for line in shipped.read("shell", dialect.file).split(b"\n"):
        if b"@" not in line and b"'" not in line:
            assert line in ran.stdout


@EVERY
@pytest.mark.parametrize("word", NASTY)
def test_what_is_filled_in_is_quoted_and_not_looked_at_again(dialect: Dialect, word: str) -> None:
    plain = Dialect(dialect.name, dialect.file, dialect.quote, dialect.separator)
    text = hook.emit(plain, [word, "-I"], [f"state={word}", "name=.venv"])
    whole = shipped.read("shell", dialect.file).decode()
    before, rest = whole.split(hook.EXECUTABLE)
    between, after = rest.split(hook.SETTINGS)
    assert text == "".join(
        [before, dialect.join([word, "-I"]), between, dialect.join([f"state={word}", "name=.venv"]), after]
    )


def test_what_starts_autovenv_needs_nothing_of_the_user_s() -> None:
    python, *options, main = hook.list_executable()
    assert python == sys.executable
    assert options == ["-I", "-S"]
    assert os.path.samefile(main, BY_PATH[-1])


@pytest.mark.posix("its trees, its paths or what it expects of the disk are of POSIX")
def test_the_settings_in_the_hook(at_home: Desk) -> None:
    values = settings.Settings(
        {"names": ["env"], "ceilings": ["/a b", "/c"], "silence": ["ask"], "wrap_cd": False, "prompt": True}
    )
    words = hook.list_words(values)
    assert f"state={places.state_dir()}" in words
    assert [word for word in words if word.startswith(("name", "ceiling", "silence", "wrap_cd", "prompt"))] == [
        "wrap_cd=",
        "prompt=1",
        "ceiling=/a b",
        "ceiling=/c",
        "silence=ask",
        "name=env",
    ]
    markers = [word for word in words if word.startswith("marker=")]
    assert {"marker=pyproject.toml", "marker=Pipfile", "marker=.python-version"} <= set(markers)
    assert "marker=env" not in markers
    assert len(set(words)) == len(words)


def test_a_locale_that_cannot_say_a_setting(at_home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration file is UTF-8 whatever the locale: the hook is printed all the same."""
    at_home.config.parent.mkdir(parents=True)
    at_home.config.write_text('names = ["\u540d"]\n', "utf-8")
    monkeypatch.setattr(os, "fsencode", lambda text: text.encode("latin-1", "surrogateescape"))
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "latin-1")
    dialect = dialects.find("bash")
    assert dialect is not None
    assert b"name=\\u540d" in hook.render(dialect, {})


# -- the calling shell -------------------------------------------------------------------------------------------------


@POSIX
@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_without_a_name_it_is_the_calling_shell(desk: Desk, name: str) -> None:
    shell = next(shell for shell in SHELLS if shell.name == name)
    executable = require(name, shell.find())
    # the second command keeps the shell from being replaced by what it runs
    line = " ".join(shell.quote(word) for word in (*BY_PATH, "hook")) + "; true"
    ran = subprocess.run([executable, "-c", line], env=desk.environ, cwd=desk.home, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == desk.type("hook", name, program=BY_PATH).out


def test_where_no_shell_calls(desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import shellingham

    from autovenv import __main__

    def fail() -> tuple[str, str]:
        raise shellingham.ShellDetectionFailure

    monkeypatch.setattr(shellingham, "detect_shell", fail)
    monkeypatch.setattr(sys, "argv", ["autovenv", "hook"])
    assert __main__.main() == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"autovenv: error: the calling shell is not known\n  hint: {KNOWN}\n"


# -- nobody listens ----------------------------------------------------------------------------------------------------


@POSIX
@pytest.mark.parametrize("door", ["hook bash", "resolve /"])
def test_a_closed_pipe_is_quiet(desk: Desk, door: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    answer = desk.type(*door.split(), program=BY_PATH, stdout=writer)
    os.close(writer)
    assert (answer.status, answer.err) == (0, "")


@POSIX
@pytest.mark.parametrize("door", ["hook bash", "resolve /"])
def test_no_standard_output_is_a_message(desk: Desk, door: str) -> None:
    answer = desk.type(*door.split(), program=BY_PATH, stdout=None, preexec_fn=lambda: os.close(1))
    assert (answer.status, answer.err) == (1, f"autovenv: error: {os.strerror(errno.EBADF).lower()}\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
@pytest.mark.parametrize("door", ["hook bash", "resolve /"])
def test_a_full_disk_is_a_message(desk: Desk, door: str) -> None:
    with open("/dev/full", "w") as full:
        answer = desk.type(*door.split(), program=BY_PATH, stdout=full)
    assert (answer.status, answer.err) == (1, f"autovenv: error: {os.strerror(errno.ENOSPC).lower()}\n")


@POSIX
def test_a_terminal_gets_it_whole(desk: Desk) -> None:
    """A person who looks at the hook sees all of it, though a terminal takes less at a time than is written."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*BY_PATH, "hook", "fish"], env=desk.environ, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    ) as ran:
        os.close(theirs)
        parts = []
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux's way to say that nobody writes any more
                break
            if not part:
                break
            parts.append(part)
        os.close(ours)
    assert ran.returncode == 0
    expected = desk.type("hook", "fish", program=BY_PATH).out
    assert b"".join(parts).decode().replace("\r\n", "\n") == expected


# -- what is not imported ----------------------------------------------------------------------------------------------

#: What a shell would wait for, and what typer and rich would bring.
HEAVY = {
    "typer", "rich", "click", "pathlib", "dataclasses", "typing", "re", "json", "enum", "collections", "functools",
    "contextlib", "platformdirs", "shellingham", "subprocess", "tempfile", "shutil", "hashlib", "inspect", "logging",
    "tomllib", "datetime", "site", "sysconfig", "importlib.metadata", "threading", "socket", "argparse", "locale",
}  # fmt: skip


def import_of(desk: Desk, *arguments: str) -> set[str]:
    """Return the modules that a door imports, from the interpreter's first on."""
    program = (sys.executable, "-X", "importtime", *BY_PATH[1:])
    answer = desk.type(*arguments, program=program)
    assert answer.status == 0
    modules = set(re.findall(r"^import time: +\d+ \| +\d+ \| +(\S+)$", answer.err, re.MULTILINE))
    assert "autovenv.disk.evidence" in modules
    return modules


@pytest.mark.parametrize("name", NAMES)
def test_the_hook_imports_nothing_heavy(desk: Desk, name: str) -> None:
    assert import_of(desk, "hook", name) & HEAVY == set()


@pytest.mark.parametrize("what", ["nothing", "a project without an environment", "an environment", "a broken one"])
def test_the_resolver_imports_nothing_heavy(desk: Desk, root: Path, what: str) -> None:
    directory = desk.home / "app"
    directory.mkdir()
    if what == "a project without an environment":
        (directory / "requirements.txt").touch()
    elif what == "an environment":
        Handmade().make(directory / ".venv", root)
    elif what == "a broken one":
        (directory / ".venv").mkdir()
    assert import_of(desk, "resolve", str(directory)) & HEAVY == set()


def test_toml_is_read_where_there_is_some(desk: Desk) -> None:
    """Then the parser and what it needs come in, and nothing else does."""
    (desk.home / "pyproject.toml").write_text("[project]\nname = 'app'\n")
    modules = import_of(desk, "resolve", str(desk.home))
    assert "tomllib" in modules
    assert modules & {"typer", "rich", "click", "pathlib", "dataclasses", "json", "subprocess", "site"} == set()


# -- the resolver's own manners ----------------------------------------------------------------------------------------


def refused(answer: Answer) -> bool:
    return (answer.status, answer.out) == (2, "") and answer.err.startswith("autovenv: error: ")


def test_the_resolver_takes_an_absolute_directory(desk: Desk) -> None:
    assert refused(desk.type("resolve", "relative", program=BY_PATH))
    assert refused(desk.type("resolve", "", program=BY_PATH))
    assert refused(desk.type("resolve", program=BY_PATH))


@POSIX
def test_variables_about_python_reach_neither_door(desk: Desk) -> None:
    enemy = desk.home / "enemy"
    enemy.mkdir()
    for name in ("os", "sitecustomize", "usercustomize", "tomllib", "autovenv"):
        (enemy / f"{name}.py").write_text("raise SystemExit('canary')")
    (desk.home / "pyproject.toml").write_text("[project]\nname = 'app'\n")
    environ = {
        "PYTHONPATH": str(enemy),
        "PYTHONHOME": str(enemy),
        "PYTHONSTARTUP": str(enemy / "os.py"),
        "PYTHONWARNINGS": "error",
        "PYTHONINSPECT": "1",
        "PYTHONIOENCODING": "utf-16",
    }
    for door in (("hook", "bash"), ("resolve", str(desk.home))):
        answer = desk.type(*door, program=BY_PATH, environ=environ, cwd=enemy)
        assert (answer.status, answer.err) == (0, "")
        assert answer.out != ""


@POSIX
@pytest.mark.parametrize("words", [("--version",), ("hook", "bash"), ("which",)])
def test_a_script_that_is_not_isolated_stays_in_no_prompt_of_python(desk: Desk, words: tuple[str, ...]) -> None:
    """As an installer writes it, before `autovenv install` has isolated it."""
    leader, follower = os.openpty()
    try:
        ran = subprocess.run(
            [sys.executable, "-c", "import sys; from autovenv.__main__ import main; sys.exit(main())", *words],
            env={**desk.environ, "PYTHONINSPECT": "1"},
            cwd=desk.home,
            stdin=follower,
            capture_output=True,
            timeout=60,
        )
    finally:
        os.close(leader)
        os.close(follower)
    assert ran.returncode == (1 if words == ("which",) else 0)
    assert b">>>" not in ran.stdout + ran.stderr
    assert b"Traceback" not in ran.stderr
