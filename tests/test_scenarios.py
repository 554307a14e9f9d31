"""The table of scenarios, each row in every shell that has its words."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from scenarios import SCENARIOS
from seats import Seat
from sessions import open_stage, play
from shells import SHELLS, Bash, Shell
from steps import Scenario, words_of

#: The rows that Windows plays too, in a PowerShell without a terminal: their lines are PowerShell's alone, and their
#: trees are of what every system has. The others need links, modes, programs of POSIX, or a terminal.
# fmt: off
NEUTRAL = frozenset((
    "enter_and_leave", "enter_below_the_project", "python_is_the_projects", "environment_named_venv",
    "environment_named_env", "dot_venv_wins_over_venv_and_env", "made_by_virtualenv", "made_by_uv",
    "no_project_files_needed_and_none_minded", "name_from_pyvenv_cfg_with_crlf_and_bom",
    "virtual_env_prompt_of_before_comes_back", "path_appended_while_inside_survives",
    "path_prepended_while_inside_survives", "put_on_path_by_hand_while_active_stays",
    "virtual_env_unset_by_hand_is_let_go", "once_a_warning_then_none", "many_times_in_and_out",
    "moving_inside_is_silent", "straight_from_project_to_project", "from_app_to_app_2", "nested_projects",
    "member_uses_the_nearest_above", "member_gets_an_environment_of_its_own", "starts_inside_a_project",
    "starts_below_a_project", "child_shell_adopts", "cd_and_python_on_one_line", "cd_in_and_out_on_one_line",
    "substitution_captures_what_it_would", "pushd_and_popd", "pushd_and_popd_on_one_line", "cd_minus",
    "a_jumper_like_zoxide", "set_location", "other_providers_keep_what_is_active", "a_drive_of_ones_own",
    "a_function_that_moves", "made_while_standing_there", "made_above_where_the_shell_stands", "deleted_while_below",
    "another_environment_takes_over", "loaded_again_outside", "loaded_again_while_active",
    "loaded_by_hand_inside_a_project", "the_users_location_action_goes_on", "no_variable_is_exported_but_ours",
    "deactivate_holds_until_the_project_is_left", "deactivate_below_the_project",
    "deactivate_then_another_project_then_back", "deactivate_on_one_line", "unset_by_hand_holds",
    "virtual_env_that_points_to_an_ordinary_directory", "a_deactivate_that_the_user_defines_over_ours_stays",
    "status_is_what_it_was", "copied_environment_is_not_used_unasked", "trust_always_skips_the_birthplace",
    "other_names_by_a_setting", "an_action_and_a_prompt_that_are_replaced",
    "path_that_was_saved_inside_and_comes_back_outside", "events_for_functions_of_the_user", "a_venv_file",
    "project_without_an_environment_gets_a_hint", "a_hint_that_is_silenced", "a_warning_that_is_silenced",
    "environment_a_file", "environment_an_empty_directory", "broken_one_does_not_hide_a_whole_one",
    "path_with_spaces", "path_with_a_single_quote", "path_with_an_ampersand", "path_with_a_bang", "path_with_a_hash",
    "path_with_a_tilde", "path_with_a_dash", "path_with_an_equals_sign", "path_with_parentheses",
))
# fmt: on

#: Those of them that Linux plays over pipes, too: that a PowerShell without a terminal can be driven is itself tested.
SAMPLE = (
    "enter_and_leave",
    "child_shell_adopts",
    "a_deactivate_that_the_user_defines_over_ours_stays",
    "status_is_what_it_was",
    "project_without_an_environment_gets_a_hint",
    "path_with_a_single_quote",
)


def tell_platform(shell: Shell, scenario: Scenario) -> tuple[pytest.MarkDecorator, ...]:
    """Return the mark of a row that is not for Windows."""
    if shell.name != "pwsh":
        return (pytest.mark.posix(f"{shell.name} is driven by a terminal of POSIX"),)
    return () if scenario.name in NEUTRAL else (pytest.mark.posix("its lines, its tree or its terminal are of POSIX"),)


ROWS = [
    pytest.param(shell, scenario, id=f"{shell.name}-{scenario.name}", marks=tell_platform(shell, scenario))
    for scenario in SCENARIOS
    for shell in SHELLS
    if shell.name in scenario.list_shells()
]


@pytest.mark.parametrize(("shell", "scenario"), ROWS)
def test_scenario(shell: Shell, scenario: Scenario, root: Path, seat: Seat) -> None:
    if isinstance(shell, Bash) and shell.find() and shell.find_version() < scenario.bash:
        pytest.skip("this row is for bash {}.{} and later".format(*scenario.bash))
    with open_stage(shell, scenario, root, seat=seat) as stage:
        play(stage, scenario)
    assert list(_find(stage.root, "canary")) == []


@pytest.mark.posix("there every row is played so")
@pytest.mark.parametrize("name", SAMPLE)
def test_without_a_terminal(name: str, root: Path) -> None:
    scenario = next(row for row in SCENARIOS if row.name == name)
    with open_stage(next(shell for shell in SHELLS if shell.name == "pwsh"), scenario, root, piped=True) as stage:
        play(stage, scenario)


def test_what_windows_plays_is_there() -> None:
    known = {row.name for row in SCENARIOS if "pwsh" in row.list_shells() and not row.edited}
    assert NEUTRAL - known == set()
    assert set(SAMPLE) - NEUTRAL == set()


def test_names_are_unique() -> None:
    names = [row.id for row in ROWS]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_lines_for_powershells_profile_parse() -> None:
    """Where there is no PowerShell, what the rows put into its profile is at least of its language."""
    tree_sitter = pytest.importorskip("tree_sitter")
    grammar = pytest.importorskip("tree_sitter_powershell")
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    pwsh = next(shell for shell in SHELLS if shell.name == "pwsh")
    rows = [scenario for scenario in SCENARIOS if pwsh.name in scenario.list_shells()]
    words = [words_of(words, pwsh.name) or "" for row in rows for words in (row.before, row.after)]
    lines = [pwsh.preamble, pwsh.hook, *(re.sub("«.*?»", "/place", line) for line in words if line)]
    assert len(lines) > 30
    assert [line for line in lines if parser.parse(line.encode()).root_node.has_error] == []


def test_every_row_runs_somewhere() -> None:
    assert [scenario.name for scenario in SCENARIOS if not scenario.list_shells()] == []


def _find(root: Path, name: str) -> Iterator[str]:
    for directory, directories, files in os.walk(root):
        yield from (os.path.join(directory, each) for each in (*directories, *files) if each == name)
