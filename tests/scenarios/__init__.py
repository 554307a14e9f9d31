"""The table of scenarios: section by section, what a user does and what is to be seen."""

from __future__ import annotations

from steps import Scenario

from scenarios import (
    bad_input,
    by_hand,
    commands,
    enemies,
    entering,
    kinds,
    loading,
    manners,
    moving,
    neighbours,
    options,
    other_hands,
    prompts,
    warnings,
)

SCENARIOS: tuple[Scenario, ...] = (
    *entering.ROWS,
    *moving.ROWS,
    *loading.ROWS,
    *by_hand.ROWS,
    *prompts.ROWS,
    *manners.ROWS,
    *options.ROWS,
    *commands.ROWS,
    *neighbours.ROWS,
    *other_hands.ROWS,
    *kinds.ROWS,
    *warnings.ROWS,
    *bad_input.ROWS,
    *enemies.ROWS,
)
