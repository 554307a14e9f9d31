"""What environments kept elsewhere cost: counted by strace, in real shells."""

from __future__ import annotations

from pathlib import Path

from scenarios.kinds import Text
from shells import Shell
from steps import Active, Cd, Idle, Inactive, Make, Scenario
from test_processes import POSIX, resolvers, trace
from trees import Directory, Entry, File, Handmade, Venv

HATCH = {
    "environments/dev": Venv(),
    "app/pyproject.toml": File('[project]\nname = "app"\n[tool.hatch.envs.default]\npath = "../environments/dev"\n'),
    "app/src": Directory(),
}


@POSIX
def test_an_edited_configuration_is_read_once_more_and_not_at_every_prompt(shell: Shell, root: Path) -> None:
    with trace(shell, root, Scenario("edited", HATCH, ())) as traced:
        # Twice, because what was made just now is asked for again.
        for step in (Cd("app"), Idle(), Idle()):
            step.play(traced.stage)
        edited = File(
            '[project]\nname = "app"\nversion = "2"\n[tool.hatch.envs.default]\npath = "../environments/dev"\n'
        )
        _, programs = traced.count(Make("app/pyproject.toml", edited), Idle(), Idle())
        assert 1 <= len(resolvers(programs)) <= 2
        assert traced.count(Idle(), Cd("app/src"), Idle(), Cd(""), Cd("app"), Idle()) == (0, [])
        Active("environments", "dev", name="dev").play(traced.stage)


@POSIX
def test_many_environments_cost_no_more_than_one(shell: Shell, root: Path) -> None:
    tree: dict[str, Entry] = {f".virtualenvs/mine-{number}": Handmade() for number in range(100)}
    tree |= {f"code/{number}": Directory() for number in range(100)}
    tree |= {f".virtualenvs/mine-{number}/.project": Text(f"«code/{number}»\n") for number in range(100)}
    with trace(shell, root, Scenario("many", tree, ())) as traced:
        for step in (Cd("code/7"), Cd("code/8"), Cd("code"), Cd("")) * 2:
            step.play(traced.stage)
        assert traced.count(Cd("code/7"), Idle(), Cd("code"), Cd("code/8"), Cd(""), Idle()) == (0, [])
        Inactive().play(traced.stage)
        _, programs = traced.count(Cd("code/9"))
        assert len(resolvers(programs)) == 1
        Active(".virtualenvs", "mine-9", name="mine-9").play(traced.stage)
