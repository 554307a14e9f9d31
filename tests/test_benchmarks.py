"""The benchmarks: that they measure, and that the page says what they measured. Never how long anything takes."""

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))


@pytest.mark.parametrize("module", ["measure", "report"])
def test_examples(module: str) -> None:
    results = doctest.testmod(__import__(module))
    assert (results.failed, results.attempted > 0) == (0, True)


def test_page_and_chart_are_made_of_the_figures() -> None:
    import report

    figures = json.loads(report.FIGURES.read_text("utf-8"))
    page = report.PAGE.read_text("utf-8")
    assert report.fill_page(page, figures) == page
    assert report.CHART.read_text("utf-8") == report.draw(figures)
    readme = report.README.read_text("utf-8")
    assert report.fill_readme(readme, figures) == readme


def test_the_readme_counts_what_the_figures_count() -> None:
    import report

    figures = json.loads(report.FIGURES.read_text("utf-8"))
    counts = figures["calls"]["zsh"]
    counts["autovenv"]["idle"]["processes"] = 7
    counts["mise"]["between"]["processes"] = 33
    figures["machine"]["tools"]["mise"] = "1.2.3"
    readme = report.fill_readme(report.README.read_text("utf-8"), figures)
    assert "| processes started at a prompt | 7 | " in readme
    assert "| and at a `cd` between known projects | none | 12 | 33 | some | some |" in readme
    assert "and mise 1.2.3.\n" in readme


def test_every_table_has_a_head_and_the_figures_come_first() -> None:
    import report

    page = report.PAGE.read_text("utf-8")
    heads = re.findall(r"^(\|.*)\n\| ---", page, flags=re.MULTILINE)
    assert len(heads) > 10
    assert not [head for head in heads if "|  |" in head]
    order = [page.index(mark) for part in ("figures", "appendix") for mark in report.MARKS[part]]
    assert order == sorted(order)
    assert page.index("### What the hook adds in bash") < order[1] < page.index("### System calls in bash")
    # A figure outside of the marks is one that nobody measures anew.
    told = page[: order[0]] + page[order[1] : order[2]] + page[order[3] :]
    assert re.findall(r"\d+ ?(?:µs|ms|seconds?)\b", told.replace("take 5 ms more", "")) == []


def test_figures_name_no_machine() -> None:
    import report

    text = report.FIGURES.read_text("utf-8")
    assert os.uname().nodename not in json.loads(text)["machine"].values()
    assert "/" not in text.replace("/5", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_measured(shell: str, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    words = ("--shell", shell, "--rounds", "1", "--only", "hooks", "--scratch", str(tmp_path), "--json", str(figures))
    without = [word for name in ("direnv", "mise", "pyautoenv") for word in ("--without", name)]
    ran = subprocess.run(
        [sys.executable, BENCHMARKS / "hooks.py", *words, *without], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    measured = json.loads(figures.read_text())["hooks"]
    if shell not in measured:
        pytest.skip(f"{shell} was not found")
    assert {"idle", "between", "in and out", "depth 20", "first visit"} <= set(measured[shell]["autovenv"])
    assert list(tmp_path.iterdir()) == [figures]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_part_of_a_prompt_is_measured(shell: str, tmp_path: Path) -> None:
    import spend

    words = ("--shell", shell, "--rounds", "1", "--scratch", str(tmp_path))
    ran = subprocess.run([sys.executable, BENCHMARKS / "spend.py", *words], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    if not ran.stdout.strip():
        pytest.skip(f"{shell} was not found")
    assert _list_parts(ran.stdout) == {shell: _list_wanted(spend.PARTS[shell])}
    assert list(tmp_path.iterdir()) == []


def test_page_tells_of_each_part() -> None:
    import spend

    page = spend.PAGE.read_text("utf-8")
    told = page.partition(spend.BEGIN)[2].partition(spend.END)[0]
    assert _list_parts(told) == {shell: _list_wanted(titles) for shell, titles in spend.PARTS.items()}
    assert spend.fill_page(page, told.strip() + "\n") == page


def _list_parts(text: str) -> dict[str, list[str]]:
    """Return what stands first in each line of the tables, by shell."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("### "):
            found[line.removeprefix("### ")] = []
        elif line.startswith("| ") and not line.startswith("| ---"):
            list(found.values())[-1].append(line.split(" | ")[0].removeprefix("| "))
    return found


def _list_wanted(titles: dict[str, list[tuple[str, str, str]]]) -> list[str]:
    return [what for title, parts in titles.items() for what in (title, *(part[0] for part in parts))]
