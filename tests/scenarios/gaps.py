"""What a shell's hook does not do yet, by the rows that show it. Whoever mends one takes its name out."""

from __future__ import annotations

#: By shell, the names of rows. They run all the same, and are told as expected failures.
GAPS = {
    "fish": {
        # The hook of fish has no list of what came onto PATH by us, and takes an `activate` of our own environment for
        # another one's; both are in the other three.
        "by_hand_in_its_own_project_is_ours",
        "own_activate_over_ours_then_leaving",
        "own_activate_typed_in_the_project",
        "own_activate_on_one_line_with_the_cd",
        "an_editors_environment_is_ours",
        "path_that_was_saved_inside_and_comes_back_outside",
        "path_that_a_function_saves_around_a_cd",
        "path_that_comes_back_in_a_child_shell",
        "inherited_without_its_place_on_path",
        "inherited_behind_another_python",
        # It compares variables after a move only, and passes over the words `set` and `outer` of a record.
        "a_variable_that_chose_the_environment_at_the_prompt",
        "variables_of_a_conda_environment",
        "an_outer_environment_under_poetry",
        "a_worktree_inside_another_checkout",
    },
}
