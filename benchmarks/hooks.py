"""Measures what a hook costs, side by side in one run: autovenv, and direnv, mise and pyautoenv where they are there.

Beside them stands the floor, what no hook can do without: a function that compares `PWD` and `PATH` with what they were
and looks at three files.

Every number is what the hook adds to the same shell without it. Rounds go from tool to tool, so that a busy moment of
the machine meets all of them, and the median of the rounds counts.

    python benchmarks/hooks.py                              # what is found on PATH, as text
    python benchmarks/hooks.py --tool pyautoenv=~/src/pyautoenv --tool mise=~/bin/mise
    python benchmarks/hooks.py --only calls                 # system calls instead of time
    python benchmarks/hooks.py --docs                       # everything, into docs/performance.md
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

import calls
import measure
import report
import scale
import stage
from drive import Session

PARTS = ("hooks", "starts", "programs", "calls", "scale")


def main() -> int:
    arguments = parse(sys.argv[1:])
    parts = arguments.only or list(PARTS)
    shells = stage.find_shells(arguments.shell or list(stage.SHELL_NAMES))
    named = {word.partition("=")[0]: word for word in arguments.tool}
    tools = stage.find_tools([named.get(name, name) for name in stage.TOOLS if name not in arguments.without])
    figures: dict[str, object] = {"machine": report.describe_machine(shells, tools)}
    root = stage.make_root(arguments.scratch)
    try:
        homes = [stage.Home(root, tool, shells) for tool in tools]
        if "hooks" in parts:
            figures["hooks"] = {shell.name: measure_hooks(shell, homes, arguments.rounds) for shell in shells}
        if "starts" in parts:
            figures["starts"] = {shell.name: measure.measure_starts(shell, homes, arguments.rounds) for shell in shells}
        if "programs" in parts:
            figures["commands"] = measure.measure_commands(homes[1], arguments.rounds)
            figures["programs"] = measure.measure_programs(homes, arguments.rounds)
        if "calls" in parts and shutil.which("strace"):
            figures["calls"] = {shell.name: calls.count_all(shell, homes) for shell in shells}
        if "scale" in parts:
            figures["scale"] = scale.measure_all(root, tools[1], shells, arguments.rounds, arguments.records)
    finally:
        shutil.rmtree(root)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")
    if arguments.svg:
        arguments.svg.write_text(report.draw(figures))
    if arguments.docs:
        report.write_docs(figures)
    print(report.render(figures))
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shell", action="append", metavar="NAME[=PATH]", help="bash, zsh, fish or pwsh; default: all")
    parser.add_argument(
        "--tool", action="append", default=[], metavar="NAME=PATH", help="where a tool is that is not on PATH"
    )
    parser.add_argument("--without", action="append", default=[], metavar="NAME", help="a tool to leave out")
    parser.add_argument("--only", action="append", choices=PARTS, help="a part to measure; default: all")
    parser.add_argument("--rounds", type=int, default=15, help="rounds, of which the median counts")
    parser.add_argument("--records", type=int, default=100_000, help="the most records of the part `scale`")
    parser.add_argument("--scratch", default="", metavar="DIR", help="where homes and projects are made, and removed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write the chart there")
    parser.add_argument("--docs", action="store_true", help="write figures, chart and tables into docs/")
    return parser.parse_args(arguments)


def measure_hooks(shell: stage.Shell, homes: list[stage.Home], rounds: int) -> dict[str, dict[str, float]]:
    """Return for each tool and each thing done the microseconds that the hook adds."""
    with ExitStack() as stack:
        sessions = [stack.enter_context(Session(shell, home)) for home in homes if home.tool.covers(shell)]
        for session in sessions[1:]:
            place = session.home.path / "work" / "one"
            if session.home.tool.name != "floor" and session.tell(place) != str(place / ".venv"):
                raise SystemExit(f"{session.home.tool.name} does not activate anything in {shell.name}")
        return measure.measure(sessions, rounds)


if __name__ == "__main__":
    sys.exit(main())
