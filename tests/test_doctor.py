"""The doctor as a command: what it prints, in which order, how wide, and what it must never do."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import BY_PATH, Answer, Desk
from hypothesis import given
from hypothesis import strategies as st
from platforms import NOT_AS_ROOT
from trees import Directory, Fifo, File, Handmade, Link, make_tree

from autovenv import __version__
from autovenv.doctor import CHECKS, Check, Context, choose, diagnosis, examine, render
from autovenv.doctor.checks import editors
from autovenv.doctor.results import LEVELS, Diagnosis, Remedy, Result, Verdict, ok, worst
from autovenv.messages import Problem

DOCS = Path(__file__).parent.parent / "docs" / "doctor.md"

posix_only = pytest.mark.posix("environments here are POSIX's")

#: What the shell function of bash passes on.
FACTS = {"__AUTOVENV_SHELL": "bash", "__AUTOVENV_HOOK": __version__, "__AUTOVENV_FACTS": "registered yes\nstate active"}


def ask(desk: Desk, *arguments: str, here: str = "app", **environ: str) -> Answer:
    """Ask the doctor in a shell with the hook, in which the project's environment is active."""
    prefix = desk.home / here / ".venv"
    active = {"VIRTUAL_ENV": str(prefix), "PATH": f"{prefix}/bin:{desk.root}/sys"}
    return desk.type(
        "doctor", *arguments, cwd=desk.home / here, environ={**FACTS, **active, **environ}, program=BY_PATH
    )


@pytest.fixture
def healthy(desk: Desk) -> Desk:
    """A home in which nothing is wrong."""
    version = ".".join(map(str, sys.version_info[:3]))
    make_tree(
        desk.root,
        {
            ".bashrc": File('eval "$(autovenv hook bash)"\n'),
            "/sys": Directory(),
            "app/.venv": Handmade(f"home = {os.path.dirname(os.path.realpath(sys.executable))}\nversion = {version}\n"),
        },
    )
    return desk


# What it prints


@posix_only
def test_healthy_is_one_line(healthy: Desk) -> None:
    answer = ask(healthy)
    version = ".".join(map(str, sys.version_info[:3]))
    assert answer.out == f"ok: `python` is this project's, `~/app/.venv/bin/python` (Python {version})\n"
    assert (answer.status, answer.err) == (0, "")


@posix_only
def test_the_verdict_comes_first(healthy: Desk) -> None:
    make_tree(healthy.root, {"/sys/python": File("#!/bin/sh\n", 0o755)})
    answer = ask(healthy, PATH=f"{healthy.root}/sys:{healthy.home}/app/.venv/bin")
    assert answer.status == 1
    lines = re.sub(r"\n {4,}", " ", answer.out).splitlines()
    assert lines[:2] == ["fail: `python` is not this project's", f"  runs: `{healthy.root}/sys/python` (a script)"]
    assert lines[2].startswith("  should: `~/app/.venv/bin/python` (Python ")
    assert lines[3] == f"  why: `{healthy.root}/sys` (a script) comes before `~/app/.venv/bin` on PATH"
    assert "  run: autovenv off && autovenv on" in lines
    assert lines[-1].startswith("ok: directory, installed, state, loaded, ")


@posix_only
def test_all_checks_are_accounted_for(healthy: Desk) -> None:
    answer = ask(healthy, PYTHONPATH="/x")
    names = re.findall(r"^(?:note|warn|fail): ([a-z-]+): ", answer.out, re.MULTILINE)
    good = re.search(r"^ok: (.*)\Z", answer.out, re.MULTILINE | re.DOTALL)
    assert good is not None
    assert sorted(names + re.split(r",\s+", good[1].strip())) == sorted(check.name for check in CHECKS)


@posix_only
def test_a_warning_is_no_failure(healthy: Desk) -> None:
    answer = ask(healthy, PYTHONPATH="/x")
    assert answer.status == 0
    first = re.sub(r"\n {4,}", " ", answer.out).splitlines()[0]
    assert first.startswith("warn: `python` is this project's")
    assert first.endswith(", but see `variables`")


@posix_only
def test_json_says_the_same(healthy: Desk) -> None:
    found = ask(healthy, "--json", PYTHONPATH=f"{healthy.home}/lib").json
    assert list(found) == [
        "format",
        "level",
        "version",
        "platform",
        "shell",
        "hook",
        "directory",
        "project",
        "verdict",
        "results",
        "candidates",
    ]
    app = str(healthy.home / "app")
    assert [found[name] for name in ("level", "shell", "hook")] == ["warn", "bash", __version__]
    assert [found["directory"], found["project"]] == [app, app]
    python = f"{app}/.venv/bin/python"
    verdict = {name: found["verdict"][name] for name in ("level", "runs", "should", "why")}
    assert verdict == {"level": "warn", "runs": python, "should": python, "why": ""}
    assert list(dict.fromkeys(result["check"] for result in found["results"])) == [check.name for check in CHECKS]
    (result,) = [result for result in found["results"] if result["level"] != "ok"]
    assert result == {
        "level": "warn",
        "what": "`PYTHONPATH` is set to `~/lib`",
        "why": "modules there come before those of every environment",
        "remedies": [{"command": "unset PYTHONPATH", "words": ""}],
        "details": [],
        "check": "variables",
        "broken": False,
        "because": "",
    }
    assert [(candidate["path"], candidate["origin"], candidate["project"]) for candidate in found["candidates"]] == [
        (python, "project", True)
    ]


@pytest.mark.parametrize("width", [20, 40, 60, 100])
def test_no_path_and_no_command_is_broken(width: int) -> None:
    quoted = ["`~/my very own project/.venv/bin/python`", "`uv pip install --python ~/a b`", "`x`"]
    lines = [line for _, line in render._wrap("warn", "warn: path: ", " comes before ".join(quoted), width)]
    assert all(any(each in line for line in lines) for each in quoted)
    assert " ".join(line.strip() for line in lines) == f"warn: path: {' comes before '.join(quoted)}"


@posix_only
def test_some_checks_only(healthy: Desk) -> None:
    answer = ask(healthy, "python", "alias", PYTHONPATH="/x")
    assert answer.status == 0
    lines = answer.out.splitlines()
    assert lines[0] == "ok: alias: nothing wrong was found"
    assert lines[2].startswith("ok: python: `python` is `~/app/.venv/bin/python`")
    assert any(line.startswith("  - 1. `~/app/.venv/bin/python`: this project's") for line in lines)
    assert {result["check"] for result in ask(healthy, "--json", "alias").json["results"]} == {"alias"}


@posix_only
def test_some_checks_decide_the_status(healthy: Desk) -> None:
    assert ask(healthy, "variables", PIP_USER="1").status == 1
    assert ask(healthy, "alias", PIP_USER="1").status == 0


def test_a_check_that_there_is_not(desk: Desk) -> None:
    answer = desk.type("doctor", "aliases")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == "autovenv: error: there is no check `aliases`\n  hint: did you mean `alias`?\n"
    answer = desk.type("doctor", "\x1b[31m")
    assert (answer.status, "\\x1b" in answer.err, "--list" in answer.err) == (2, True, True)


def test_list(desk: Desk) -> None:
    rows = [line.split(maxsplit=1) for line in desk.type("doctor", "--list").out.splitlines()]
    assert rows == [[check.name, check.looks_at] for check in CHECKS]
    assert desk.type("doctor", "--list", "--json").json["checks"] == [
        {"name": check.name, "looks_at": check.looks_at} for check in CHECKS
    ]


def test_the_documentation_lists_the_checks() -> None:
    _, _, table = DOCS.read_text("utf-8").partition("| check | looks whether |")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", table, re.MULTILINE)
    assert rows == [(check.name, check.looks_at) for check in CHECKS]


def test_names_are_unique_and_short() -> None:
    names = [check.name for check in CHECKS]
    assert sorted(set(names)) == sorted(names)
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", name) for name in names)
    assert max(map(len, (f"{check.name:18}{check.looks_at}" for check in CHECKS))) <= 90


# Wide and narrow, with colour and without


@posix_only
@pytest.mark.parametrize("columns", ["60", "", "40", "0", "x", "99999999999"])
def test_lines_of_prose_are_no_wider(healthy: Desk, columns: str) -> None:
    make_tree(healthy.root, {"/sys/python": File("#!/bin/sh\n", 0o755)})
    answer = ask(healthy, PATH="/b", PYTHONPATH="/x", PYTHONHOME="/usr", PIP_USER="1", COLUMNS=columns)
    width = int(columns) if columns in ("60", "40") else 100 if len(columns) > 1 and columns != "x" else 60
    width = 60 if len(columns) > 5 or columns in ("", "x") else max(width, 20)
    for line in answer.out.splitlines():
        assert line.startswith("  run: ") or len(line) <= width or " " not in line.strip()[10:], line
    assert "\x1b" not in answer.out


def test_colour_is_only_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    why = "because of words that take two lines"
    found = _diagnose(Result("fail", "x [bold]`y`", why, (Remedy("rm [x]"),), ("one",), "path"), ok("fine"))
    monkeypatch.setenv("COLUMNS", "30")
    shown = {}
    for name in ("colour", "plain"):
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.delenv("NO_COLOR", raising=False)
        if name == "plain":
            monkeypatch.setenv("NO_COLOR", "1")
        terminal = Terminal()
        monkeypatch.setattr(sys, "stdout", terminal)
        render.print_diagnosis(found, False, False)
        shown[name] = terminal.getvalue()
    assert "\x1b[" in shown["colour"]
    assert re.sub(r"\x1b\[[\d;]*m", "", shown["colour"]) == shown["plain"]
    assert "\x1b" not in shown["plain"]
    # Labels are dim, the words of a line that goes on are not.
    assert "\x1b[2m  why:\x1b[0m because" in shown["colour"]
    assert "\n      take two lines\n" in shown["colour"]


def _diagnose(*results: Result) -> Diagnosis:
    verdict = Verdict(worst(list(results)), "`python` is `x`")
    return Diagnosis(__version__, "linux", "bash", None, "/", None, verdict, results)


sentences = st.text("ab `~/\u00e9-", min_size=1, max_size=200).filter(str.strip)
remedies = st.lists(st.builds(Remedy, sentences, st.one_of(st.just(""), sentences)), min_size=1, max_size=2).map(tuple)
found_results = st.builds(
    Result,
    st.sampled_from(LEVELS),
    sentences,
    st.one_of(st.just(""), sentences),
    remedies,
    st.just(()),
    st.just("path"),
)


@given(st.lists(found_results, max_size=4), st.integers(20, 100), st.booleans())
def test_every_command_stands_whole_on_a_line(results: list[Result], width: int, named: bool) -> None:
    lines = [line for _, line in render.describe(_diagnose(*results), named, width)]
    shown = [line.removeprefix("  run: ") for line in lines if line.startswith("  run: ")]
    told = [result for result in results if named or result.level != "ok"]
    assert shown == [remedy.command for result in told for remedy in result.remedies]
    if all(result.level == "ok" for result in results) and not named:
        assert lines == ["ok: `python` is `x`"]


# What it must never do


@posix_only
def test_nothing_is_changed(healthy: Desk) -> None:
    make_tree(healthy.root, {"link": Link("app"), "bare/pyproject.toml": File(), "bare/.venv": Link("missing")})

    def look() -> list[tuple[str, int, int, int]]:
        found = []
        for directory, directories, files in os.walk(healthy.root):
            for name in [*directories, *files]:
                seen = os.lstat(os.path.join(directory, name))
                found.append((os.path.join(directory, name), seen.st_mode, seen.st_ino, seen.st_mtime_ns))
        return sorted(found)

    before = look()
    for here in ("app", "link", "bare", ""):
        ask(healthy, here=here, PWD=str(healthy.home / here))
    assert look() == before


@posix_only
def test_nothing_of_a_project_runs(desk: Desk) -> None:
    canary = desk.root / "canary"
    script = File(f"#!/bin/sh\n: >{canary}\n", 0o755)
    names = ("python", "python3", "pip", "uv", "zsh", "git", "sh", "bash", "ps", "conda", "autovenv")
    tree = {f"app/.venv/bin/{name}": script for name in names} | {f"app/{name}": script for name in names}
    code = File(f"open({str(canary)!r}, 'w')\n")
    modules = {f"app/{name}.py": code for name in ("sitecustomize", "sys", "json", "rich", "autovenv")}
    activate = {"app/.venv/bin/activate": File("VIRTUAL_ENV=/old\n"), "app/.venv/pyvenv.cfg": File("home = /x\n")}
    make_tree(desk.root, {**tree, **modules, **activate})
    for shell in ("bash", "zsh", "fish", "powershell"):
        path = f".::{desk.home}/app/.venv/bin"
        environ = {"__AUTOVENV_SHELL": shell, "PATH": path, "PYTHONPATH": ".", "SHELL": "./zsh"}
        assert ask(desk, "--json", **environ).json["level"] == "fail"
    assert not canary.exists()


def test_a_broken_check_is_a_result_and_not_the_end() -> None:
    def look(_: Context) -> Result:
        raise RuntimeError("\x1b[31m")

    checks = (Check("odd", "breaks", look), Check("even", "does not", lambda _: ok("fine")))
    found = examine(Context({}, ""), checks)
    odd, even = found.results
    assert (odd.level, odd.broken, odd.check, even.level) == ("fail", True, "odd", "ok")
    assert re.fullmatch(r"RuntimeError: \\x1b\[31m \(test_doctor\.py:\d+\)", odd.why)
    assert odd.remedies[0].command.endswith("doctor --json odd")


def test_a_broken_fact_is_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    from autovenv import walk

    def find(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(walk, "find", find)
    found = examine(Context({}, "/"))
    assert {result.check for result in found.results} == {check.name for check in CHECKS}
    assert found.level == "fail"
    assert "cannot be told" in found.verdict.what


def test_what_is_not_ok_has_a_remedy() -> None:
    for level in LEVELS[1:]:
        with pytest.raises(ValueError, match="nothing to type"):
            Result(level, "bad")


def test_checks_are_chosen_in_the_order_of_the_table() -> None:
    assert [check.name for check in choose(["python", "alias", "python"])] == ["alias", "python"]
    assert choose([]) == CHECKS
    with pytest.raises(Problem):
        choose(["alias", "nope"])


# What can be pasted into an issue


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`https://ada:s3cret@example.org/x`", "`https://***@example.org/x`"),
        ("`git+ssh://tok@h/x` and `http://a@b`", "`git+ssh://***@h/x` and `http://***@b`"),
        ("`https://h/x?a=1&access_token=abc&b=2`", "`https://h/x?a=1&access_token=***&b=2`"),
        ("`https://h/x?API-KEY=abc`", "`https://h/x?API-KEY=***`"),
        ("`/media/lovelace/x/lovelace.txt`", "`/media/<user>/x/lovelace.txt`"),
        ("`ada@example.org` in `/a/b@c`", "`ada@example.org` in `/a/b@c`"),
    ],
)
def test_names_and_tokens_are_taken_out(text: str, expected: str) -> None:
    assert diagnosis.redact_text(text, Context({"LOGNAME": "lovelace"}, "/")) == expected


class Counting:
    """A pattern that counts the characters that it was given to look at."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.work = 0

    def search(self, text: str, at: int = 0) -> re.Match[str] | None:
        return self._count(self.pattern.search(text, at), text, at)

    def match(self, text: str, at: int = 0) -> re.Match[str] | None:
        return self._count(self.pattern.match(text, at), text, at)

    def sub(self, new: str | Callable[[re.Match[str]], str], text: str) -> str:
        self.work += len(text)
        return self.pattern.sub(new, text)

    def _count(self, match: re.Match[str] | None, text: str, at: int) -> re.Match[str] | None:
        self.work += (match.end() if match else len(text)) - at
        return match


class CountedText(str):
    """A text that counts the characters that were looked through for something."""

    work = 0

    def find(self, what: str, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        found = super().find(what, start)
        self.work += (found if found >= 0 else len(self)) - start
        return found


@pytest.mark.parametrize(
    "text",
    [
        "/*" * 20_000,
        "/*/" * 20_000,
        "//" * 20_000,
        "/" * 20_000,
        '"' + '\\"' * 20_000,
        '"' * 20_001,
        "," * 20_000 + "}",
        ("," + " " * 200) * 100,
        "[1," + " " * 20_000 + "/* */" * 2_000 + "]",
        '{"a": "' + "\\" * 20_001,
    ],
)
def test_the_settings_of_an_editor_take_work_by_their_length(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Counted, not timed: what each look goes over, all looks together, is a few times the text."""
    point, string, counted = Counting(editors._POINT), Counting(editors._STRING), CountedText(text)
    monkeypatch.setattr(editors, "_POINT", point)
    monkeypatch.setattr(editors, "_STRING", string)
    with contextlib.suppress(ValueError):
        editors.strip_comments(counted)
    assert 0 < point.work + string.work + counted.work <= 3 * len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": "/*", "b": "//", "c": "\\",}"}', {"a": "/*", "b": "//", "c": '",}'}),
        ('/* x */ {"a": [1, 2, /* , */ ], // }\n}', {"a": [1, 2]}),
        ('{"a": 1 , \n}', {"a": 1}),
        ('{"a": [[], {}, ], }', {"a": [[], {}]}),
    ],
)
def test_json_with_comments(text: str, expected: object) -> None:
    assert editors.read_jsonc(text) == expected


@pytest.mark.parametrize("text", ["[,]", "[1,,]", "{'a': 1}", "[1 /* ]", '["a]', "[1] /", "["])
def test_what_is_no_json_with_comments(text: str) -> None:
    if text == "[,]":
        assert editors.read_jsonc(text) == []  # VS Code takes it, with a warning
        return
    with pytest.raises(ValueError, match=r"has no end|Expecting|Illegal|Extra"):
        editors.read_jsonc(text)


@pytest.mark.parametrize("part", ["?token", "://", "?a=", "/lovelace", "&key", "@"])
def test_taking_out_names_and_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    patterns = [Counting(diagnosis._CREDENTIALS), Counting(diagnosis._PARAMETER)]
    monkeypatch.setattr(diagnosis, "_CREDENTIALS", patterns[0])
    monkeypatch.setattr(diagnosis, "_PARAMETER", patterns[1])
    said = diagnosis.redact_text(part * 100_000, Context({"LOGNAME": "lovelace"}, "/"))
    assert len(said) < 10_000
    # Each goes once over what is left of the text.
    assert all(0 < pattern.work < 10_000 for pattern in patterns)


@posix_only
def test_home_is_a_tilde_by_its_physical_name_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    make_tree(desk.root, {"/link": Link("«/home»")})
    monkeypatch.setenv("HOME", str(desk.root / "link"))
    context = Context({}, "/")
    assert diagnosis.redact_text(f"`{desk.home}/x`, `{desk.home}` `{desk.home}er`", context) == (
        f"`~/x`, `~` `{desk.home}er`"
    )


@posix_only
def test_a_pasted_text_tells_nothing(healthy: Desk) -> None:
    url = "https://lovelace:s3cret@example.org/simple"
    facts = FACTS["__AUTOVENV_FACTS"] + f"\nalias python=pip --index-url {url}"
    answer = ask(healthy, PYTHONPATH=url, LOGNAME="lovelace", __AUTOVENV_FACTS=facts)
    assert answer.status == 1
    assert "https://***@example.org/simple" in answer.out
    assert "s3cret" not in answer.out
    assert "lovelace" not in answer.out
    assert str(healthy.home) not in answer.out


# Bad input


@posix_only
@pytest.mark.parametrize(
    "environ",
    [
        {"PATH": ""},
        {"PATH": ":::" * 2000},
        {"PATH": "x" * 100_000},
        {"PATH": ":".join(["/usr/bin"] * 5000)},
        {"PATH": "~/bin:./x:/dev/null:/proc/self/fd:\x1b[31m"},
        {"HOME": "relative"},
        {"HOME": "/nowhere"},
        {"HOME": ""},
        {"VIRTUAL_ENV": "\x1b]0;title\x07\n"},
        {"VIRTUAL_ENV": "/proc/self/cwd"},
        {"CONDA_PREFIX": "\x1b"},
        {"__AUTOVENV_SHELL": "\x1b", "SHELL": "\x1b"},
        {"__AUTOVENV_FACTS": "registered yes\nalias python=" + "x'\x1b\"" * 1000},
        {"__AUTOVENV_FACTS": "registered maybe\nhash python\nfunction \x1b\nstate \x1b"},
        {"__AUTOVENV_HOOK": "\x1b[31m"},
        {"XDG_STATE_HOME": "/dev/null"},
        {"XDG_STATE_HOME": "relative", "XDG_CONFIG_HOME": "\x1b"},
        {"PYTHONPATH": "\x1b[31m:\u202e"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONPATH": "\u00e9"},
        {"TERM": "", "COLUMNS": "-1"},
    ],
    ids=repr,
)
def test_bad_variables(healthy: Desk, environ: dict[str, str]) -> None:
    answer = ask(healthy, **environ)
    assert (answer.err, answer.status) == ("", int(answer.out.startswith("fail: ")))
    assert "check is broken" not in answer.out
    assert answer.out.replace("\n", "").isprintable()


@posix_only
def test_without_any_variable(healthy: Desk) -> None:
    import subprocess

    ran = subprocess.run([*BY_PATH, "doctor"], cwd=healthy.home / "app", env={}, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout.startswith("fail: ")


@posix_only
def test_hostile_names_and_files(desk: Desk) -> None:
    name = os.fsdecode("[red]\x1b[31m\n\u202e$(x)`'\"".encode() + b"\xff")
    tree = {
        f"{name}/.venv": Handmade(),
        f"{name}/.venv/bin/\x1b": File("#!/old/.venv/bin/python\n", 0o755),
        f"{name}/.vscode/settings.json": Fifo(),
        f"{name}/pyproject.toml": File("x" * 10, size=50_000_000),
        f"{name}/.python-version": Link(".python-version"),
        ".bashrc": Fifo(),
        ".profile": Link(".profile"),
        ".config/autovenv/config.toml": Directory(),
        "/sys": Fifo(),
    }
    make_tree(desk.root, tree)
    found = ask(desk, "--json", here=name).json
    assert found["project"] == str(desk.home / name)
    assert [result["why"] for result in found["results"] if result["broken"]] == []
    answer = ask(desk, here=name)
    assert answer.status == 1
    assert answer.out.replace("\n", "").isprintable()


@posix_only
@NOT_AS_ROOT
def test_directories_that_cannot_be_read(healthy: Desk) -> None:
    make_tree(healthy.root, {"closed": Directory()})
    (healthy.home / "closed").chmod(0)
    try:
        found = ask(healthy, "--json", PATH=f"{healthy.home}/closed:{healthy.home}/app/.venv/bin").json
        assert [result for result in found["results"] if result["broken"]] == []
    finally:
        (healthy.home / "closed").chmod(0o755)


@posix_only
def test_a_closed_pipe_is_no_problem(healthy: Desk) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        answer = ask(healthy, PYTHONPATH="/x", PIP_USER="1")
        ran = healthy.type("doctor", cwd=healthy.home, program=BY_PATH, stdout=write)
    finally:
        os.close(write)
    assert answer.out
    assert ran.err == ""


def test_results_are_plain_data() -> None:
    found = examine(Context({}, ""))
    text = json.dumps(found, default=vars)
    assert json.loads(text)["results"]
