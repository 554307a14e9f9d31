"""Breaks the product on purpose, in small ways, and prints what no test notices.

    python scripts/mutate.py shell/autovenv.bash --sample 100
    python scripts/mutate.py src/autovenv/trust/judge.py --only _find_kept

Each mutation changes one line of a file in a copy of the checkout: a condition turned round, another test of a file, a
step left out. A hook is then played through the rows of the scenarios that run the function that was changed, the
narrowest first; a module of Python through the tests named in `TESTS`. What survives is printed as a diff of one line;
exit status 1 says that more than one in twenty did. Run with the Python of the test environment.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parents[1]
#: More than one in this many that survive are too many.
TOLERATED = 20

#: The tests that a judging module answers to.
TESTS = {
    "src/autovenv/trust/judge.py": "trust trust_decisions trust_hostile trust_settings trust_users",
    "src/autovenv/trust/birthplace.py": "trust trust_hostile",
    "src/autovenv/trust/tracked.py": "tracked trust_hostile",
    "src/autovenv/trust/shadowed.py": "shadowed trust_hostile",
    "src/autovenv/state/record.py": "record resolve pruning",
    "src/autovenv/state/store.py": "record resolve pruning",
    "src/autovenv/disk/evidence.py": "evidence record",
    "src/autovenv/disk/ownership.py": "trust trust_hostile trust_users",
    "src/autovenv/messages.py": "messages",
    "src/autovenv/walk.py": "walk cli cli_listing cli_running resolve kinds",
}

#: The hooks: the shell, and how a function begins.
HOOKS = {
    "shell/autovenv.bash": ("bash", re.compile(r"(\w+)\(\) \{$")),
    "shell/autovenv.zsh": ("zsh", re.compile(r"(\w+)\(\) \{$")),
    "shell/autovenv.fish": ("fish", re.compile(r"function (\w+)")),
    "shell/autovenv.ps1": ("pwsh", re.compile(r"function global:(\w+)")),
}

#: What is put in the place of what, in the languages of the hooks.
_POSIX = (
    (" && ", " || "),
    (" || ", " && "),
    (" == ", " != "),
    (" != ", " == "),
    (" -nt ", " -ot "),
    (" -O ", " -e "),
    (" -x ", " -e "),
    ("! -e ", "-e "),
    ("-n ", "-z "),
    ("-z ", "-n "),
    ("return 1", "return 0"),
    ("return 0", "return 1"),
)
_SWAPS = {
    "bash": _POSIX,
    "zsh": _POSIX,
    "fish": (
        ("; and ", "; or "),
        ("; or ", "; and "),
        (" = ", " != "),
        (" != ", " = "),
        (" -nt ", " -ot "),
        (" -O ", " -e "),
        (" -x ", " -e "),
        ("! -e ", "-e "),
        ("test -n ", "test -z "),
        ("test -z ", "test -n "),
        ("if not ", "if "),
        ("return 1", "return 0"),
        ("return 0", "return 1"),
    ),
    "pwsh": (
        (" -and ", " -or "),
        (" -or ", " -and "),
        ("-not ", ""),
        (" -ceq ", " -cne "),
        (" -cne ", " -ceq "),
        (" -eq ", " -ne "),
        (" -ne ", " -eq "),
        (" -lt ", " -ge "),
        (" -gt ", " -le "),
        ("$true", "$false"),
        ("$false", "$true"),
    ),
}
#: Lines that cannot be left out alone: what opens, closes or goes on.
_STRUCTURE = re.compile(
    r"^(#|\}|\)|(fi|done|esac|end|else|elif|elseif|case|if|for|foreach|while|switch|function|try|catch)\b)"
    r"|(\{|\(|\bthen|\bdo|;;|&&|\|\||\\|,|\|)$|^[^ ]*\) "
)


@dataclass(frozen=True)
class Mutation:
    """One line of a file, changed."""

    file: str
    function: str
    number: int
    line: str
    changed: str | None
    """None: left out."""

    def apply(self, text: str) -> str:
        lines = text.splitlines(keepends=True)
        assert lines[self.number] == self.line
        lines[self.number] = "" if self.changed is None else self.changed
        return "".join(lines)

    def __str__(self) -> str:
        changed = "(left out)" if self.changed is None else self.changed.strip()
        return f"{self.file}:{self.number + 1} {self.function}\n  - {self.line.strip()}\n  + {changed}"


# -- what can be changed -----------------------------------------------------------------------------------------------


def list_mutations(file: str, text: str) -> list[Mutation]:
    """Return every mutation of a file."""
    return [*(_mutate_hook(file, text) if file in HOOKS else _mutate_python(file, text))]


def _mutate_hook(file: str, text: str) -> Iterator[Mutation]:
    shell, start = HOOKS[file]
    function = ""
    before = ""
    for number, line in enumerate(text.splitlines(keepends=True)):
        code = line.strip()
        if match := start.match(line):
            function = match[1]
        elif function and code and not code.startswith("#"):
            for old, new in _SWAPS[shell]:
                for match in re.finditer(re.escape(old), line):
                    yield Mutation(file, function, number, line, line[: match.start()] + new + line[match.end() :])
            if not _STRUCTURE.search(code) and not before.endswith(("\\", "&&", "||", "(", ",", "|")):
                yield Mutation(file, function, number, line, None)
        if line.rstrip() in ("}", "end"):
            function = ""
        before = code


_COMPARED = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: ">=",
    ast.GtE: "<",
    ast.Gt: "<=",
    ast.LtE: ">",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
_WRITTEN = re.compile(r"==|!=|<=|>=|<|>|not in|is not|\bin\b|\bis\b")


def _mutate_python(file: str, text: str) -> Iterator[Mutation]:
    lines = text.splitlines(keepends=True)

    def change(function: str, first: ast.expr, last: ast.expr, pattern: str, new: str) -> Iterator[Mutation]:
        """What stands between two expressions of one line."""
        if first.end_lineno != last.lineno or first.end_col_offset is None:
            return
        line = lines[last.lineno - 1]
        data = line.encode()
        between = data[first.end_col_offset : last.col_offset].decode()
        changed = re.sub(pattern, new, between, count=1)
        if changed != between:
            head, tail = data[: first.end_col_offset].decode(), data[last.col_offset :].decode()
            yield Mutation(file, function, last.lineno - 1, line, head + changed + tail)

    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef):
            continue
        name = function.name
        for node in ast.walk(function):
            match node:
                case ast.BoolOp(op=ast.And(), values=[first, second, *_]):
                    yield from change(name, first, second, r"\band\b", "or")
                case ast.BoolOp(op=ast.Or(), values=[first, second, *_]):
                    yield from change(name, first, second, r"\bor\b", "and")
                case ast.Compare(left=first, ops=[op], comparators=[second]):
                    yield from change(name, first, second, _WRITTEN.pattern, _COMPARED[type(op)])
                case ast.UnaryOp(op=ast.Not()):
                    line = lines[node.lineno - 1]
                    yield Mutation(file, name, node.lineno - 1, line, line.replace("not ", "", 1))
                case ast.Constant(value=bool()) if "=" in lines[node.lineno - 1] or "return" in lines[node.lineno - 1]:
                    line = lines[node.lineno - 1]
                    yield Mutation(
                        file, name, node.lineno - 1, line, line.replace(str(node.value), str(not node.value))
                    )
                case ast.Expr(value=ast.Call()) | ast.Continue() | ast.Break() if node.lineno == node.end_lineno:
                    line = lines[node.lineno - 1]
                    yield Mutation(file, name, node.lineno - 1, line, re.sub(r"\S.*", "pass", line))


# -- a copy of the checkout, and what runs in it -----------------------------------------------------------------------


class Copy:
    """A copy of the checkout with a Python that takes the package from there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("src", "shell", "completions", "tests", "scripts", "docs"):
            shutil.copytree(ROOT / name, root / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", root)
        venv.EnvBuilder(symlinks=True).create(root / "env")
        (packages,) = (root / "env/lib").glob("python*/site-packages")
        theirs = next(path for path in sys.path if path.endswith("site-packages"))
        (packages / "copy.pth").write_text(f"{root}/src\n{theirs}\n")
        self.python = str(root / "env/bin/python")

    def run(self, *arguments: str, seconds: float) -> bool:
        """Run this script or a module; tell whether it was content."""
        environ = os.environ | {"AUTOVENV_TEST_PATIENCE": "15", "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                (self.python, *arguments),
                cwd=self.root,
                env=environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                start_new_session=True,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def survives(self, mutation: Mutation, rows: list[str]) -> bool:
        """Tell whether nothing notices a mutation."""
        path = self.root / mutation.file
        text = path.read_text("utf-8")
        path.write_text(mutation.apply(text), "utf-8")
        try:
            if mutation.file in HOOKS:
                return self.run(__file__, "--play", HOOKS[mutation.file][0], *rows, seconds=60 + 20 * len(rows))
            tests = [f"tests/test_{name}.py" for name in TESTS[mutation.file].split()]
            return self.run("-m", "pytest", "-xqp", "no:cacheprovider", *tests, seconds=900)
        finally:
            path.write_text(text, "utf-8")


# -- the rows ----------------------------------------------------------------------------------------------------------


def _play(shell_name: str, names: list[str], trace: Path | None = None) -> Iterator[tuple[str, bool, list[str]]]:
    """Play rows; yield for each whether it passed and, where `trace` is written, the functions that ran."""
    sys.path[:0] = [str(Path.cwd() / "tests"), str(Path.cwd() / "scripts")]
    import pytest
    from scenarios import SCENARIOS
    from sessions import open_stage, play
    from shells import SHELLS, Bash

    os.umask(0o022)
    shell = next(each for each in SHELLS if each.name == shell_name)
    for scenario in SCENARIOS:
        if shell_name not in scenario.list_shells() or (names and scenario.name not in names):
            continue
        if isinstance(shell, Bash) and shell.find_version() < scenario.bash:
            continue
        if trace is not None:
            trace.write_text("")
        root = Path(tempfile.mkdtemp(prefix="m"))
        passed = True
        try:
            with open_stage(shell, scenario, root) as stage:
                play(stage, scenario)
            passed = not any(path.name == "canary" for path in root.rglob("*"))
        except pytest.skip.Exception:
            pass
        except (AssertionError, OSError, ValueError):
            passed = False
        finally:
            subprocess.run(("chmod", "-R", "u+rwx", str(root)), capture_output=True)
            shutil.rmtree(root, ignore_errors=True)
        yield scenario.name, passed, sorted({*trace.read_text().split()}) if trace else []


_TRACE = {
    "bash": "__s=$?; builtin echo {name} >>{file}; (exit $__s)",
    "zsh": "__s=$?; builtin echo {name} >>{file}; (exit $__s)",
    "fish": "set -l __s $status; builtin echo {name} >>{file}; function __give; return $argv[1]; end; __give $__s",
    "pwsh": "[IO.File]::AppendAllText('{file}', \"{name}`n\")",
}


def trace(file: str, copy: Copy, kept: Path) -> dict[str, list[str]]:
    """Return which functions of a hook each row runs. Kept in `kept`, since it takes all of the rows to see."""
    if kept.exists():
        found: dict[str, list[str]] = json.loads(kept.read_text())
        return found
    shell, start = HOOKS[file]
    path = copy.root / file
    text = path.read_text("utf-8")
    lines = []
    for line in text.splitlines():
        lines.append(line)
        if match := start.match(line):
            lines.append(_TRACE[shell].format(name=match[1], file=copy.root / "trace"))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    copy.run(__file__, "--trace", shell, str(copy.root / "trace"), str(copy.root / "traced"), seconds=7200)
    path.write_text(text, "utf-8")
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(copy.root / "traced", kept)
    return trace(file, copy, kept)


def choose_rows(function: str, ran: dict[str, list[str]], limit: int) -> list[str]:
    """Return the rows that run a function, those that run the fewest others first; at most `limit`, wide ones too."""
    rows = sorted((row for row in ran if function in ran[row]), key=lambda row: len(ran[row]))
    step = max(1, len(rows) // limit)
    return rows[::step][:limit] if len(rows) > limit else rows


# -- the command -------------------------------------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Mutate the files named, and print what survives."""
    if arguments[:1] == ["--play"]:
        return 0 if all(passed for _, passed, _ in _play(arguments[1], arguments[2:])) else 1
    if arguments[:1] == ["--trace"]:
        traced = {name: functions for name, _, functions in _play(arguments[1], [], Path(arguments[2]))}
        Path(arguments[3]).write_text(json.dumps(traced))
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="+", choices=(*HOOKS, *TESTS), metavar="FILE", help="a hook or judging module")
    parser.add_argument("--only", default="", help="a pattern of functions, or of a file's text in a changed line")
    parser.add_argument("--sample", type=int, default=0, help="so many mutations, taken at random")
    parser.add_argument("--seed", type=int, default=0, help="which sample")
    parser.add_argument("--rows", type=int, default=60, help="at most so many rows for each")
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args(arguments)

    mutations: list[Mutation] = []
    for file in chosen.files:
        found = list_mutations(file, (ROOT / file).read_text("utf-8"))
        mutations += [each for each in found if re.search(chosen.only, each.function) or chosen.only in each.line]
    if 0 < chosen.sample < len(mutations):
        mutations = sorted(random.Random(chosen.seed).sample(mutations, chosen.sample), key=lambda each: each.number)
    with tempfile.TemporaryDirectory() as directory:
        copies: SimpleQueue[Copy] = SimpleQueue()
        for number in range(chosen.jobs):
            copies.put(Copy(Path(directory) / str(number)))
        first = copies.get()
        ran: dict[str, dict[str, list[str]]] = {}
        for file in chosen.files:
            if file in HOOKS:
                ran[file] = trace(file, first, ROOT / ".cache/mutate" / f"{HOOKS[file][0]}.json")
        copies.put(first)

        def survives(mutation: Mutation) -> bool:
            copy = copies.get()
            try:
                rows = choose_rows(mutation.function, ran[mutation.file], chosen.rows) if mutation.file in ran else []
                survived = copy.survives(mutation, rows)
            finally:
                copies.put(copy)
            if survived:
                print(mutation, flush=True)
            return survived

        with ThreadPoolExecutor(chosen.jobs) as pool:
            survivors = sum(pool.map(survives, mutations))
    print(f"{survivors} of {len(mutations)} survived")
    return int(survivors * TOLERATED > len(mutations))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
