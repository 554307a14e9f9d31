"""Tells what each microsecond of a hook is spent on: the parts of a prompt and of a `cd`, each timed by itself.

In an interactive shell with the hook, in a project of which it knows another, each part is run over and over, and
what an empty round takes is taken off. The least of the rounds counts: a busy machine only ever adds. The parts do not
add up to the whole: bash copies a function at each call, zsh makes room for one, and what is looked at twice is warm.

    python benchmarks/spend.py               # as text
    python benchmarks/spend.py --docs        # into docs/performance.md
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys

import stage

#: Few at a time: less than a turn of the scheduler, so that on a busy machine some are left alone.
ROUNDS, TIMES = 60, 20
PAGE = stage.HERE.parent / "docs" / "performance.md"
BEGIN, END = "<!-- spent: made by benchmarks/spend.py -->", "<!-- end of spent -->"

Part = tuple[str, str, str]
"""What time is spent on, what is run to see how much, what it is for."""

MOVE = "cd ../two; cd ../one"
_VARIABLES = ":$VIRTUAL_ENV:$CONDA_PREFIX:$VIRTUAL_ENV_DISABLE_PROMPT:$UV_PROJECT_ENVIRONMENT"
_TEXT = "one text: directory, `PATH`, `VIRTUAL_ENV` and the like, prompt"
_ALL, _FLOOR, _CALL = "all of it", "the floor", "being called"
_FLOOR_WHY = "directory and `PATH` as they were, three files there"
_HELD = ("all that a walk found still holds", "__autovenv_retrace", "as for a prompt, and who owns what")
_PLAIN = ("no alias, no function `python`", "__autovenv_plain", "the wrong python")

#: What a prompt looks at in bash and zsh: `__autovenv_1` and the like are the paths, as __autovenv_phrase counts them.
_SAME = "! $__autovenv_1 -nt $__autovenv_2 && ! $__autovenv_1 -ot $__autovenv_2"
_LOOKS: list[Part] = [
    (
        "`pyvenv.cfg` as old as its stamp",
        f"[[ {_SAME} ]]",
        "deleted, made anew, an older one in its place; allowed, revoked",
    ),
    ("the interpreter is there", "[[ -x $__autovenv_3 ]]", "a base Python that was upgraded away"),
    ("`bin` not newer than the record", "[[ ! $__autovenv_4 -nt $__autovenv_5 ]]", "a command that is new"),
    ("`bin` is the user's own", "[[ -O $__autovenv_4 ]]", "trust"),
]
_SWITCH: list[Part] = [
    (_ALL, MOVE, ""),
    _HELD,
    ("from one to the next", "__autovenv_swap", "variables, `PATH`, label"),
    _PLAIN,
    ("the text for the prompts to come", "__autovenv_memo", "one comparison at each of them"),
]

#: The parts by shell and occasion; the first of each is the whole.
PARTS: dict[str, dict[str, list[Part]]] = {
    "bash": {
        "a prompt where nothing has changed": [
            (_ALL, 'eval "$PROMPT_COMMAND"', ""),
            (_FLOOR, "eval floor", _FLOOR_WHY),
            (_CALL, "eval nothing", "a text of `PROMPT_COMMAND`, and a function"),
            (_TEXT, f"[[ $PWD:$PATH{_VARIABLES}:$PS1 == $__autovenv_whole ]]", "what the user did by hand"),
            *_LOOKS,
        ],
        "a `cd` to another project, without the prompt": _SWITCH,
    },
    "zsh": {
        "a prompt where nothing has changed": [
            (_ALL, "__autovenv_prompt_both", ""),
            (_FLOOR, "floor", _FLOOR_WHY),
            (_CALL, "nothing", "zsh maps and unmaps a heap for each call"),
            (_TEXT, f'[[ $PWD:$PATH{_VARIABLES}:$PS1 == "$__autovenv_whole" ]]', "what the user did by hand"),
            (
                "`pyvenv.cfg` and its stamp are there",
                "[[ -e $__autovenv_1 && -e $__autovenv_2 ]]",
                "to zsh what is not there is neither newer nor older",
            ),
            *_LOOKS,
        ],
        "a `cd` to another project, without the prompt": _SWITCH,
    },
    "fish": {
        "a prompt where nothing has changed": [
            (_ALL, "__autovenv_prompt", ""),
            (_FLOOR, "floor", _FLOOR_WHY),
            (_CALL, "nothing", "a function"),
            (
                "one text: directory, `PATH`, `VIRTUAL_ENV` and the like",
                f'test "$PWD:$PATH{_VARIABLES}:" != "$__autovenv_here:$__autovenv_seen:"',
                "what the user did by hand",
            ),
            ("all looks, in one `test`", "test -n '' $__autovenv_more", "as in bash"),
        ],
        "a `cd` to another project, without the prompt": [(_ALL, MOVE, ""), _HELD, _PLAIN],
    },
    "pwsh": {
        "a prompt where nothing has changed": [
            (_ALL, "__autovenv_prompt", ""),
            (_CALL, "nothing", "a function"),
            ("all comparisons and looks", "$null = __autovenv_changed $PWD.ProviderPath", "as in bash"),
            ("the looks alone", "$null = __autovenv_holds $global:__autovenv $false", "as in bash"),
        ],
        "a `cd` to another project, without the prompt": [(_ALL, MOVE, "")],
    },
}

_SEVERAL = "at=$EPOCHREALTIME; for ((n = 0; n < {times}; n++)); do {part}; done; echo took $at $EPOCHREALTIME"
#: How each shell runs a part several times, and says how long that took.
_LOOPS = {
    "bash": _SEVERAL,
    "zsh": _SEVERAL,
    "fish": "set at (date +%s.%N); for n in $rounds; {part}; end; echo took $at (date +%s.%N)",
    "pwsh": (
        "$at = [Diagnostics.Stopwatch]::StartNew(); foreach ($n in 1..{times}) {{ {part} }}; "
        '"took 0 $($at.Elapsed.TotalSeconds)"'
    ),
}
_EMPTY = {"bash": ":", "zsh": ":", "fish": "builtin true", "pwsh": "$null"}
#: How it comes to know two projects, and to stand in one.
_BEFORE = {
    "bash": 'nothing() { :; }; cd work/two; eval "$PROMPT_COMMAND"; cd ../one; eval "$PROMPT_COMMAND"',
    "zsh": "zmodload zsh/datetime; nothing() { :; }; cd work/two; $precmd_functions; cd ../one; $precmd_functions",
    "fish": (
        f"function nothing; end; set rounds (seq {TIMES}); cd work/two; emit fish_prompt; cd ../one; emit fish_prompt"
    ),
    "pwsh": "function nothing {}; cd work/two; $null = prompt; cd ../one; $null = prompt",
}


def _define_floor(shell: stage.Shell) -> str:
    """Return the function of the floor, without the line that has it called before a prompt."""
    text = stage.make_floor("").lines[shell.name]
    return text.rpartition("}\n")[0] + "}" if shell.name in ("bash", "zsh") else text if shell.name == "fish" else ""


def measure(shell: stage.Shell, home: stage.Home, parts: list[str], rounds: int) -> list[float]:
    """Return the microseconds of each part in a shell. Raises `SystemExit` where it does not run to its end."""
    lines = [_define_floor(shell), _BEFORE[shell.name]]
    for _ in range(rounds):
        lines += [_LOOPS[shell.name].format(part=part, times=TIMES) for part in (_EMPTY[shell.name], *parts)]
    lines.append("exit")
    # Twice: the first shell asks the resolver, and has no record yet of what was made in this very moment.
    for _ in range(2):
        told = subprocess.run(
            shell.command("\n".join(lines)),
            cwd=home.path,
            env=home.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
    took = [float(line.split()[-1]) - float(line.split()[-2]) for line in told.splitlines() if "took " in line]
    if len(took) != rounds * (len(parts) + 1):
        raise SystemExit(f"{shell.name} did not run to its end")
    least = [min(took[at :: len(parts) + 1]) / TIMES * 1e6 for at in range(len(parts) + 1)]
    return [max(0.0, one - least[0]) for one in least[1:]]


def render(shells: list[stage.Shell], rounds: int, scratch: str = "") -> str:
    """Return the tables of the shells, in Markdown."""
    root = stage.make_root(scratch)
    lines = []
    try:
        home = stage.Home(root, stage.make_autovenv(""), shells)
        for shell in shells:
            lines += [f"### {shell.name}", ""]
            for title, parts in PARTS[shell.name].items():
                took = measure(shell, home, [command for _, command, _ in parts], rounds)
                lines += [f"| {title} | µs | what for |", "| --- | ---: | --- |"]
                for (what, command, why), time in zip(parts, took, strict=True):
                    lines.append(f"| {what} | {time / (2 if command == MOVE else 1):.1f} | {why} |")
                lines.append("")
    finally:
        shutil.rmtree(root)
    return "\n".join(lines)


def fill_page(page: str, text: str) -> str:
    """Return a page with the tables between its marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{text}\n{END}{rest.partition(END)[2]}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shell", action="append", metavar="NAME[=PATH]", help="bash, zsh, fish or pwsh; default: all")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds, of which the least counts")
    parser.add_argument("--scratch", default="", metavar="DIR", help="where a home is made, and removed")
    parser.add_argument("--docs", action="store_true", help="write the tables into docs/performance.md")
    arguments = parser.parse_args()
    text = render(stage.find_shells(arguments.shell or list(PARTS)), arguments.rounds, arguments.scratch)
    if arguments.docs:
        PAGE.write_text(fill_page(PAGE.read_text("utf-8"), text), "utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
