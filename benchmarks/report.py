"""Tells figures: as text, as a chart, and as the tables of `docs/performance.md`."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Iterable
from html import escape
from typing import Any

from stage import HERE, Shell, Tool

DOCS = HERE.parent / "docs"
FIGURES = HERE / "figures.json"
CHART = DOCS / "performance.svg"
PAGE = DOCS / "performance.md"
README = HERE.parent / "README.md"
MADE = "made by benchmarks/hooks.py"
#: The marks that the tables of a page stand between; what is looked up, not read, comes last.
MARKS = {part: (f"<!-- {part}: {MADE} -->", f"<!-- end of {part} -->") for part in ("figures", "appendix")}

Figures = dict[str, Any]
Table = tuple[str, list[str], list[list[str]]]
ACTIONS = {
    "idle": "prompt, nothing changed",
    "idle outside": "prompt outside of projects",
    "between": "`cd` from project to project",
    "in and out": "`cd` in and out",
    "depth 1": "the same, 1 level deep",
    "depth 5": "5 levels deep",
    "depth 20": "20 levels deep",
    "first visit": "first visit of a project",
}


def describe_machine(shells: list[Shell], tools: list[Tool]) -> dict[str, object]:
    """Return what the figures depend on, with nothing that names a machine."""
    return {
        "system": f"{platform.system()} {platform.release().split('-')[0]}, {platform.machine()}",
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
        "shells": {shell.name: shell.version() for shell in shells},
        "tools": {tool.name: tool.version for tool in tools if tool.version},
    }


def show_time(microseconds: float) -> str:
    """Return a time as a person says it.

    >>> show_time(8.4), show_time(123.4), show_time(4567), show_time(23456), show_time(-0.3)
    ('8.4 µs', '123 µs', '4.6 ms', '23 ms', '0.0 µs')
    """
    if microseconds < 99.95:
        return f"{max(microseconds, 0) or 0:.1f} µs"
    if microseconds < 1000:
        return f"{microseconds:.0f} µs"
    return f"{microseconds / 1000:.{1 if microseconds < 10_000 else 0}f} ms"


def list_tables(figures: Figures) -> Iterable[Table]:
    """Yield each table of what is measured first: title, header, rows."""
    for shell, tools in figures.get("hooks", {}).items():
        rows = [
            [ACTIONS[action], *(show_time(tools[tool][action]) for tool in tools)]
            for action in ACTIONS
            if all(action in tools[tool] for tool in tools)
        ]
        yield f"What the hook adds in {shell}", ["what is done", *tools], rows
        if ratios := list_ratios(tools):
            yield f"Ratios in {shell}", ["what against what", "ratio"], ratios
    starts = figures.get("starts", {})
    if starts:
        names = list(dict.fromkeys(name for tools in starts.values() for name in tools))
        rows = [[shell, *(_show_ms(tools.get(name)) for name in names)] for shell, tools in starts.items()]
        yield "What it adds to the start of a shell", ["shell", *names], rows
    commands = figures.get("commands", {})
    if commands:
        base = commands["python -c pass"]
        rows = [[f"`{name}`", f"{time:.1f} ms", f"{time / base:.2f}"] for name, time in commands.items()]
        yield "The commands that shells and programs wait for", ["command", "median", "times `python -c pass`"], rows
    programs = figures.get("programs", {})
    if programs:
        rows = [[name, _show_ms(time)] for name, time in programs.items()]
        yield "What a way to the environment's Python adds, without a hook", ["way", "time"], rows
    for shell, situations in figures.get("scale", {}).items():
        if shell == "prune":
            continue
        rows = [
            [
                situation,
                *(show_time(times[action]) if action in times else "" for action in ("idle", "between", "in and out")),
            ]
            for situation, times in situations.items()
        ]
        header = ["where there are", *(ACTIONS[name] for name in ("idle", "between", "in and out"))]
        yield f"What grows, in {shell}", header, rows


def list_appendix(figures: Figures) -> Iterable[Table]:
    """Yield each table of the rest: what is counted, and what only `prune` takes."""
    for shell, tools in figures.get("calls", {}).items():
        rows = [
            [tool, ACTIONS[action], *(f"{kinds[kind]:g}" for kind in ("processes", "files", "calls"))]
            for tool, actions in tools.items()
            for action, kinds in actions.items()
        ]
        header = ["tool", "what is done", "processes", "looks at files", "all"]
        yield f"System calls in {shell}, each time", header, rows
    if prune := figures.get("scale", {}).get("prune", {}):
        rows = [[situation, _show_ms(times["prune"])] for situation, times in prune.items()]
        yield "`autovenv prune`, and what the file system takes by itself", ["situation", "time"], rows


def list_ratios(tools: dict[str, dict[str, float]]) -> list[list[str]]:
    """Return what one tool takes against another, as rows of a table.

    >>> ours, floor, mise = {"idle": 20, "between": 50}, {"idle": 10}, {"idle": 2000, "between": 9000}
    >>> [row[1] for row in list_ratios({"autovenv": ours, "floor": floor, "mise": mise})]
    ['2.0', '100', '180']
    """
    ours, floor, mise = (tools.get(name) for name in ("autovenv", "floor", "mise"))
    if not ours or not floor:
        return []
    # Below a microsecond it is lost in what the shell itself takes: no ratio is told.
    told = f"{ours['idle'] / floor['idle']:.1f}" if floor["idle"] >= 1 else "-"
    rows = [["a prompt, times the floor", told]]
    if mise:
        rows.append(["a prompt of mise, times ours", f"{mise['idle'] / max(ours['idle'], 0.1):.0f}"])
        rows.append(["a `cd` of mise, times ours", f"{mise['between'] / max(ours['between'], 0.1):.0f}"])
        if "depth 5" in ours:
            rows.append(["5 levels deep", f"{mise['depth 5'] / max(ours['depth 5'], 0.1):.0f}"])
    return rows


def _show_ms(milliseconds: float | None) -> str:
    return "" if milliseconds is None else f"{max(milliseconds, 0):.1f} ms"


def render(figures: Figures) -> str:
    """Return the figures as text."""
    machine = figures["machine"]
    parts = [_describe(machine)]
    for title, header, rows in (*list_tables(figures), *list_appendix(figures)):
        table = [[cell.replace("`", "") for cell in row] for row in (header, *rows)]
        widths = [max(len(row[at]) for row in table) for at in range(len(header))]
        lines = [
            "  ".join(
                cell.ljust(width) if at == 0 else cell.rjust(width)
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in table
        ]
        parts.append("\n".join([title, *(line.rstrip() for line in lines)]))
    return "\n\n".join(parts)


def _describe(machine: dict[str, Any]) -> str:
    versions = [f"{name} {version}" for kind in ("shells", "tools") for name, version in machine[kind].items()]
    return (
        f"Measured with {', '.join(versions)}; Python {machine['python']}; {machine['system']},"
        f" {machine['processors']} processors, load {machine['load']} at the start."
        " Median of rounds that go from tool to tool; the bare shell's own time is taken off."
    )


def render_markdown(tables: Iterable[Table]) -> str:
    """Return tables as a page has them."""
    parts = []
    for title, header, rows in tables:
        lines = ["| " + " | ".join(row) + " |" for row in (header, ["---"] + ["---:"] * (len(header) - 1), *rows)]
        parts.append("\n".join([f"### {title}", "", *lines]))
    return "\n\n".join(parts)


def write_docs(figures: Figures) -> None:
    """Keep the figures, draw the chart, and put them between the marks of the page and into the README's table."""
    FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
    CHART.write_text(draw(figures))
    PAGE.write_text(fill_page(PAGE.read_text(), figures))
    README.write_text(fill_readme(README.read_text(), figures))


def fill_page(page: str, figures: Figures) -> str:
    """Return the page with the tables between its marks."""
    tables = render_markdown(list_tables(figures))
    page = _fill(page, "figures", f"{_describe(figures['machine'])}\n\n{tables}")
    return _fill(page, "appendix", render_markdown(list_appendix(figures)))


def _fill(page: str, part: str, text: str) -> str:
    begin, end = MARKS[part]
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"


#: The rows of the README's table that count processes, by how they begin.
COUNTED = {"processes started at a prompt": "idle", "and at a `cd` between known projects": "between"}


def fill_readme(text: str, figures: Figures) -> str:
    """Return the README with the processes that were counted in zsh, for the tools that were there."""
    counts = figures.get("calls", {}).get("zsh", {})
    lines = text.split("\n")
    names: list[str] = []
    for at, line in enumerate(lines):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| | "):
            names = [cell.partition(" ")[0] for cell in cells]
        if line.startswith("|") and cells[0] in COUNTED:
            for place, name in enumerate(names):
                if name in counts:
                    cells[place] = f"{counts[name][COUNTED[cells[0]]]['processes']:g}".replace("-", "")
                    cells[place] = "none" if cells[place] == "0" else cells[place]
            lines[at] = "| " + " | ".join(cells) + " |"
        if line.startswith("Processes were counted by strace in zsh "):
            machine = figures["machine"]
            tools = " and ".join(
                f"{name} {machine['tools'][name]}" for name in names if name in counts and name != "autovenv"
            )
            lines[at] = f"Processes were counted by strace in zsh {machine['shells']['zsh']}, with {tools}."
    return "\n".join(lines)


COLOURS = {"autovenv": "#1a7f37", "direnv": "#8250df", "mise": "#bc4c00", "pyautoenv": "#57606a"}
CHARTED = ("idle", "between", "first visit")
_LEFT, _WIDTH, _BAR, _GAP = 250, 520, 15, 10
_LEAST, _MOST = 1.0, 1_000_000.0


def draw(figures: Figures) -> str:
    """Return a chart of bars, a group for each shell and action, on a logarithmic scale from 1 µs to 1 s."""
    body: list[str] = []
    y = 64
    for shell, tools in figures.get("hooks", {}).items():
        for action in CHARTED:
            label = ACTIONS[action].replace("`", "")
            body.append(_text(16, y + 12, f"{shell}: {label}", "#1f2328"))
            for tool, times in tools.items():
                length = _scale(times[action])
                colour = COLOURS.get(tool, "#57606a")
                body.append(f'<rect x="{_LEFT}" y="{y}" width="{length:.1f}" height="{_BAR - 2}" fill="{colour}"/>')
                body.append(_text(_LEFT + length + 6, y + 11, f"{tool} {show_time(times[action])}", "#57606a"))
                y += _BAR
            y += _GAP
    lines = []
    for power in range(7):
        x = _LEFT + _scale(10.0**power)
        lines.append(f'<path d="M{x:.1f} 44V{y}" stroke="#d0d7de"/>')
        lines.append(
            _text(x, 38, ("1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s")[power], "#57606a", "middle")
        )
    width, height = _LEFT + _WIDTH + 160, y + 12
    title = "What the hook adds to the bare shell (logarithmic: each line is ten times the one before)"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="{escape(title)}">'
    )
    return "\n".join(
        [
            head,
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            _text(16, 18, title, "#1f2328"),
            *lines,
            *body,
            "</svg>",
            "",
        ]
    )


def _scale(microseconds: float) -> float:
    value = min(max(microseconds, _LEAST), _MOST)
    return math.log10(value / _LEAST) / math.log10(_MOST / _LEAST) * _WIDTH


def _text(x: float, y: float, text: str, colour: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y}" fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>'
