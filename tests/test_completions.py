"""The static completions: made from the command tree, clean in their own language, and driven in their own shells."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import make_completions
import pexpect
import pytest
import typer
from commands import Desk
from sessions import open_stage
from shells import SHELLS, require
from steps import Scenario

from autovenv import cli
from autovenv.shells import completion
from autovenv.shells.dialects import DIALECTS
from autovenv.state import settings

pytestmark = pytest.mark.posix("the shells are driven as on POSIX systems")

FOUND = {shell.name: shell for shell in SHELLS}
NAMES = [dialect.name for dialect in DIALECTS]


def read(shell: str) -> str:
    return completion.read(shell).decode()


def locate(shell: str) -> str:
    return os.path.join(os.path.dirname(__file__), "..", "completions", completion.FILES[shell])


def list_below(command: Any) -> set[str]:
    return {name for name, one in command.commands.items() if not one.hidden}


TREE = typer.main.get_command(cli.app)
COMMANDS = list_below(TREE)
SETTINGS = {setting.name for setting in settings.SETTINGS}
SHELL_NAMES = {name for dialect in DIALECTS for name in (dialect.name, *dialect.aliases)}

#: What is typed, and all that can stand at its end.
CASES = [
    ("autovenv ", COMMANDS),
    ("autovenv conf", {"config"}),
    ("autovenv nosuch", set()),
    ("autovenv --vers", {"--version"}),
    ("autovenv status ", set()),
    ("autovenv status --j", {"--json"}),
    ("autovenv which ", set()),
    ("autovenv hook ", SHELL_NAMES),
    ("autovenv hook po", {"powershell"}),
    ("autovenv completion z", {"zsh"}),
    ("autovenv install --shell ", SHELL_NAMES),
    ("autovenv install --static --shell f", {"fish"}),
    ("autovenv install --shell fish --e", {"--eval"}),
    ("autovenv install --refr", set()),
    ("autovenv config ", list_below(TREE.commands["config"])),  # type: ignore[attr-defined]
    ("autovenv config get ", SETTINGS),
    ("autovenv config --help", {"--help"}),
    ("autovenv config set trust ", {"auto", "ask", "always"}),
    ("autovenv config set prompt ", {"true", "false"}),
    ("autovenv config set silence path al", {"alias"}),
    ("autovenv config unset tru", {"trust", "trusted_paths"}),
    ("autovenv link ", {"app", "other"}),
    ("autovenv config set ceilings a", {"app"}),
    ("autovenv revoke ", {"app", "other", "/known/project", "/known/with space"}),
    ("autovenv revoke /known/w", {"/known/with space"}),
]

KNOWN = "/known/project\n/known/with space\n"


@pytest.fixture
def project(desk: Desk) -> Desk:
    """A desk with two directories and a file, and an `autovenv` that knows two projects."""
    (desk.home / "app").mkdir()
    (desk.home / "other").mkdir()
    (desk.home / "file").write_text("")
    tools = desk.root / "tools"
    tools.mkdir()
    (tools / "autovenv").write_text(f"#!/bin/sh\n[ \"$*\" = 'list --paths' ] && printf %s {shlex.quote(KNOWN)}\n")
    (tools / "autovenv").chmod(0o755)
    desk.environ |= {"PATH": f"{tools}:/usr/bin:/bin", "TERM": "dumb"}
    return desk


def run(desk: Desk, *command: str) -> list[str]:
    ran = subprocess.run(
        command, env=desk.environ, cwd=desk.home, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert ran.stderr == ""
    return ran.stdout.splitlines()


def complete_bash(found: str, desk: Desk, line: str) -> list[str]:
    words = " ".join(map(shlex.quote, line.split(" ")))
    script = f"set -u; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); __autovenv_complete"
    show = '((${#COMPREPLY[@]} == 0)) || printf "%s\\n" "${COMPREPLY[@]}"'
    # compopt speaks up outside of a completion
    return run(desk, found, "--norc", "-c", f"compopt() {{ :; }}; . {locate('bash')}; {script}; {show}")


def complete_fish(found: str, desk: Desk, line: str) -> list[str]:
    script = f"source {locate('fish')}; complete --do-complete {shlex.quote(line)}"
    return [row.split("\t")[0] for row in run(desk, found, "--no-config", "-c", script)]


#: Writes the matches down that are offered.
CAPTURE = """
PS1= LISTMAX=9999
autoload -Uz compinit && compinit -u -D
source {file}
compadd() {{
  if [[ ${{@[1,(i)(-|--)]}} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  print -rl -- ${{(Q)hits}} >>{capture}
  builtin compadd "$@"
}}
"""


def complete_zsh(found: str, desk: Desk, line: str) -> list[str]:
    capture = desk.root / "capture"
    setup = desk.root / "setup"
    setup.write_text(CAPTURE.format(file=shlex.quote(locate("zsh")), capture=capture))
    with pexpect.spawn(found, ["-f", "-i"], env=desk.environ, cwd=str(desk.home), timeout=60) as child:
        child.sendline(f"source {setup}; print READY$((1 + 1))")
        child.expect("READY2")
        # Ctrl-U takes the line away when the completion is done with it.
        child.send(f"{line}\t\x15print DONE$((1 + 1))\r")
        child.expect("DONE2")
    words = capture.read_text().splitlines() if capture.exists() else []
    # zsh's own _files offers a directory more than once.
    return [word for word in dict.fromkeys(words) if word]


def complete_powershell(found: str, desk: Desk, line: str, before: str = "") -> list[str]:
    script = before + (
        f". '{locate('powershell')}'; (TabExpansion2 '{line}' {len(line)}).CompletionMatches.ListItemText"
    )
    return [word for word in run(desk, found, "-NoProfile", "-NonInteractive", "-Command", script) if word]


COMPLETE: dict[str, Callable[[str, Desk, str], list[str]]] = {
    "bash": complete_bash,
    "zsh": complete_zsh,
    "fish": complete_fish,
    "powershell": complete_powershell,
}


def find(shell: str) -> str:
    name = "pwsh" if shell == "powershell" else shell
    return require(name, FOUND[name].find())


@pytest.mark.parametrize(("line", "expected"), CASES, ids=[line for line, _ in CASES])
@pytest.mark.parametrize("shell", NAMES)
def test_what_can_stand_there(project: Desk, shell: str, line: str, expected: set[str]) -> None:
    offered = [word.rstrip("/") if len(word) > 1 else word for word in COMPLETE[shell](find(shell), project, line)]
    assert len(offered) == len(set(offered))
    if shell == "powershell" and not expected:
        # It falls back to names of files where nothing is offered.
        offered = [word for word in offered if not (project.home / word).exists()]
    # PowerShell keeps what it has read of its modules there.
    assert set(offered) - {".cache"} == expected


@pytest.mark.parametrize("line", ["autovenv run printen", "autovenv run -- printen"])
@pytest.mark.parametrize("shell", NAMES)
def test_run_completes_a_command(project: Desk, shell: str, line: str) -> None:
    assert "printenv" in COMPLETE[shell](find(shell), project, line)


def test_powershell_completes_in_strict_mode(project: Desk) -> None:
    # a word like -n is a parameter, which has no value
    offered = complete_powershell(
        find("powershell"), project, "autovenv install -n --sh", "Set-StrictMode -Version Latest; "
    )
    assert "--shell" in offered


STUB = {
    "bash": "autovenv() { printf '<%s>' \"$@\"; echo; }",
    "zsh": "autoload -Uz compinit && compinit -u -D; autovenv() { printf '<%s>' \"$@\"; echo }",
    "fish": "function autovenv; printf '<%s>' $argv; echo; end",
    "powershell": "function global:autovenv { ($args | ForEach-Object { \"<$_>\" }) -join '' }",
}


@pytest.mark.parametrize("shell", list(STUB))
def test_tab_completes_what_is_typed(root: Path, shell: str) -> None:
    it = FOUND["pwsh" if shell == "powershell" else shell]
    load = it.source(os.path.normpath(locate(shell)))
    scenario = Scenario("tab", {}, (), after=f"{STUB[shell]}\n{load}", hook=False, edited=True)
    with open_stage(it, scenario, root) as stage:
        # PowerShell puts no space after a word that is whole
        line = "autovenv conf\tge\ttrusted\t--js\t".replace("\t", "\t " if shell == "powershell" else "\t")
        assert stage.terminal.run(line).output == ("<config><get><trusted_paths><--json>",)


# The files


def test_the_files_are_what_the_command_tree_makes() -> None:
    assert {name: read(shell) for shell, name in completion.FILES.items()} == make_completions.make_all()


def test_check_tells_a_file_that_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "completions").mkdir()
    monkeypatch.setattr(make_completions, "ROOT", tmp_path)
    assert make_completions.main(["--check"]) == 1
    assert make_completions.main([]) == 0
    capsys.readouterr()
    assert make_completions.main(["--check"]) == 0
    assert capsys.readouterr() == ("", "")
    (tmp_path / "completions" / "_autovenv").write_text("edited")
    assert make_completions.main(["--check"]) == 1
    assert "_autovenv is not what" in capsys.readouterr().err


def test_a_parameter_that_nothing_is_said_about_is_told() -> None:
    with pytest.raises(KeyError, match="FILLERS must say what stands for `status nosuch`"):
        make_completions._fill(("status",), "nosuch")


@pytest.mark.parametrize("shell", NAMES)
def test_completion_prints_the_file(desk: Desk, shell: str) -> None:
    answer = desk.type("completion", shell)
    assert (answer.status, answer.out, answer.err) == (0, read(shell), "")
    assert "\r" not in answer.out


def test_completion_of_an_unknown_shell(desk: Desk) -> None:
    answer = desk.type("completion", "nosh")
    assert (answer.status, answer.out) == (2, "")


LINTS = [
    ("bash", ["bash", "-n"]),
    ("bash", ["bash", "--posix", "-n"]),
    ("bash", ["shellcheck"]),
    ("bash", ["shfmt", "-i", "2", "-ci", "-d"]),
    ("zsh", ["zsh", "-n"]),
    ("fish", ["fish", "--no-execute"]),
    ("fish", ["fish_indent", "--check"]),
]


@pytest.mark.parametrize(("shell", "command"), LINTS, ids=[" ".join(command) for _, command in LINTS])
def test_a_file_is_clean(shell: str, command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} was not found")
    ran = subprocess.run([*command, locate(shell)], capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


def test_the_file_for_powershell_parses() -> None:
    tree_sitter = pytest.importorskip("tree_sitter")
    grammar = pytest.importorskip("tree_sitter_powershell")
    tree = tree_sitter.Parser(tree_sitter.Language(grammar.language())).parse(completion.read("powershell"))
    assert not tree.root_node.has_error


def test_bash_without_compopt_puts_in_what_is_one_word(project: Desk) -> None:
    """bash 3.2, of macOS: a name that is a command would be typed as it is."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash was not found")
    for name in ("a;touch canary", "a $(touch canary)", "a'b", 'a"b'):
        (project.home / name).mkdir()
    for line in ("autovenv link a", "autovenv run x a"):
        words = " ".join(map(shlex.quote, line.split(" ")))
        script = f"COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); __autovenv_complete"
        show = 'for reply in "${COMPREPLY[@]}"; do eval "words=($reply)"; printf "%s|" "${words[@]}"; echo; done'
        offered = run(project, bash, "--norc", "-c", f"compopt() {{ return 1; }}; . {locate('bash')}; {script}; {show}")
        assert {name.rstrip("/|") for name in offered} == {"app", "a;touch canary", "a $(touch canary)", "a'b", 'a"b'}
    assert not (project.home / "canary").exists()
