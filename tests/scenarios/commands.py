"""The command line in a hooked shell: trust, status, settings."""

from __future__ import annotations

import sys

from steps import (
    Active,
    Cd,
    Chmod,
    Exported,
    Has,
    Idle,
    Inactive,
    Make,
    Prints,
    Remove,
    Rename,
    Says,
    Scenario,
    Silent,
    Status,
    Type,
)
from trees import Copy, Directory, File, Foreign, Venv, project

#: Where an environment of the Python that runs the tests has its packages.
PACKAGES = f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"

APP = project("app") | {"plain": Directory()}
CLONE = APP | {"clone": Directory(), "clone/.venv": Copy("app/.venv"), "clone/src": Directory()}
ASK = ("clone", "autovenv allow")

ROWS = (
    Scenario(
        "copied_environment_is_not_used_unasked",
        CLONE,
        (
            Cd("clone"),
            Says(ASK),
            Inactive(),
            Idle(),
            Silent(),
            Cd("clone/src"),
            Silent(),
            Inactive(),
            Cd("plain"),
            Cd("clone"),
            Silent(),
            Inactive(),
        ),
    ),
    Scenario(
        "allow_and_revoke",
        CLONE,
        (
            Cd("clone"),
            Inactive(),
            Type("autovenv allow"),
            Status(0),
            Active("clone"),
            Cd(""),
            Inactive(),
            Cd("clone/src"),
            Silent(),
            Active("clone"),
            Type("autovenv revoke"),
            Status(0),
            Inactive(),
            Cd(""),
            Cd("clone"),
            Inactive(),
        ),
    ),
    Scenario(
        "allow_is_seen_at_the_very_next_prompt",
        CLONE,
        (
            Cd("clone"),
            Type("autovenv allow"),
            Exported("VIRTUAL_ENV", "«clone/.venv»"),
            Type("autovenv revoke"),
            Exported("VIRTUAL_ENV", None),
        ),
    ),
    Scenario(
        "allow_by_path",
        CLONE,
        (
            Type("autovenv allow «clone»"),
            Status(0),
            Cd("clone"),
            Silent(),
            Active("clone"),
            Cd(""),
            Type("autovenv revoke «clone»"),
            Cd("clone"),
            Inactive(),
        ),
    ),
    Scenario(
        "allow_in_another_terminal_reaches_this_one",
        CLONE,
        (
            Cd("clone"),
            Inactive(),
            Type("/bin/sh -c 'autovenv allow'"),
            Idle(),
            Silent(),
            Active("clone"),
            Type("/bin/sh -c 'autovenv revoke'"),
            Idle(),
            Inactive(),
        ),
    ),
    Scenario(
        "allow_does_not_outlive_the_environment",
        CLONE | {"two/.venv": Venv(prompt="stranger")},
        (
            Cd("clone"),
            Type("autovenv allow"),
            Active("clone"),
            Cd(""),
            Remove("clone/.venv"),
            Make("clone/.venv", Copy("two/.venv")),
            Cd("clone"),
            Says(ASK),
            Inactive(),
        ),
    ),
    Scenario(
        "a_project_cannot_vouch_for_itself",
        CLONE
        | {
            "clone/autovenv.toml": File('trust = "always"\n'),
            "clone/.autovenv.toml": File('trust = "always"\n'),
            "clone/pyproject.toml": File('[project]\nname = "x"\n[tool.autovenv]\ntrust = "always"\n'),
            "clone/.autovenv-choice": File('decision = "allow"\n'),
            "clone/.autovenv-record": File(
                "autovenv-record 2 -\nverdict use\nprefix .venv\nbin .venv/bin\nname x\nend\n"
            ),
        },
        (Cd("clone"), Says(ASK), Inactive()),
    ),
    Scenario(
        "moved_project_asks",
        APP,
        (Rename("app", "moved"), Cd("moved"), Says(("moved", "autovenv allow")), Inactive()),
    ),
    Scenario(
        "environment_that_others_can_write_asks",
        APP,
        (
            Chmod("app/.venv", 0o777),
            Cd("app"),
            Says(("app", "autovenv allow")),
            Inactive(),
            Chmod("app/.venv", 0o755),
            Cd("plain"),
            Cd("app"),
            Silent(),
            Active("app"),
        ),
    ),
    Scenario(
        "commands_that_others_can_write_ask",
        APP,
        (Chmod("app/.venv/bin", 0o777), Cd("app"), Says(("app", "autovenv allow")), Inactive()),
    ),
    Scenario(
        "project_that_others_can_write_asks",
        APP,
        (Chmod("app", 0o777), Cd("app"), Says(("app", "autovenv allow")), Inactive()),
    ),
    Scenario(
        "pyvenv_cfg_that_others_can_write_asks",
        APP,
        (Chmod("app/.venv/pyvenv.cfg", 0o666), Cd("app"), Says(("app", "autovenv allow")), Inactive()),
    ),
    Scenario(
        "what_starts_with_python_and_others_can_write_asks",
        APP | {f"app/.venv/{PACKAGES}/x.pth": File(mode=0o666)},
        (
            Cd("app"),
            Says(("app", "x.pth", "autovenv allow")),
            Inactive(),
            Chmod(f"app/.venv/{PACKAGES}/x.pth", 0o644),
            Cd("plain"),
            Cd("app"),
            Silent(),
            Active("app"),
        ),
    ),
    Scenario(
        "a_command_of_another_user_asks",
        APP | {"app/.venv/bin/tool": Foreign(File(mode=0o755))},
        (Cd("app"), Says(("app", "bin/tool", "autovenv allow")), Inactive()),
    ),
    Scenario(
        "a_command_that_finds_the_record_wrong_tells_the_shell",
        APP,
        (
            Cd("app"),
            Active("app"),
            Chmod("app/.venv/bin", 0o777),
            Idle(),
            Active("app"),  # modes leave no trace that a shell could see
            Type("autovenv status --json"),
            Inactive(),
            Chmod("app/.venv/bin", 0o755),
            Cd("plain"),
            Cd("app"),
            Active("app"),
        ),
    ),
    Scenario(
        "foreign_environment_asks",
        {"app/.venv": Foreign(Venv())},
        (Cd("app"), Says(("app", "autovenv allow")), Inactive()),
    ),
    Scenario(
        "foreign_project_asks",
        {"app": Foreign(Directory()), "app/.venv": Venv()},
        (Cd("app"), Says(("app", "autovenv allow")), Inactive()),
    ),
    Scenario(
        "foreign_stays_out_where_all_is_trusted",
        {"app/.venv": Foreign(Venv())},
        (Cd("app"), Says(("app", "autovenv allow")), Inactive()),
        config='trust = "always"\n',
    ),
    Scenario(
        "trust_always_skips_the_birthplace",
        CLONE,
        (Cd("clone"), Silent(), Active("clone")),
        config='trust = "always"\n',
    ),
    Scenario(
        "trust_ask_asks_for_all",
        APP,
        (Cd("app"), Says(("app", "autovenv allow")), Inactive(), Type("autovenv allow"), Active("app")),
        config='trust = "ask"\n',
    ),
    Scenario(
        "asked_above_is_not_passed_over",
        project("outer") | {"outer/clone": Directory(), "outer/clone/.venv": Copy("outer/.venv")},
        (
            Cd("outer"),
            Active("outer"),
            Cd("outer/clone"),
            Says(("autovenv allow",)),
            Inactive(),
            Cd("outer"),
            Active("outer"),
        ),
    ),
    Scenario(
        "status_says_what_is_active",
        APP,
        (Cd("app"), Type("autovenv status"), Has(".venv"), Status(0), Cd("plain"), Type("autovenv status"), Status(0)),
    ),
    Scenario(
        "run_in_the_projects_environment",
        APP,
        (
            Cd("app"),
            Type("autovenv run -- python -c 'import sys; print(sys.prefix)'"),
            Prints(("«app/.venv»",)),
            Type("autovenv run -- sh -c 'exit 5'"),
            Status(5),
        ),
    ),
    Scenario(
        "run_reads_what_is_piped_to_it",
        APP,
        (
            Cd("app"),
            Type(
                dict.fromkeys(("posix", "fish"), "echo piped | autovenv run -- cat")
                | {"pwsh": "'piped' | autovenv run -- cat"}
            ),
            Prints(("piped",)),
            Status(0),
        ),
    ),
    Scenario(
        "which_python",
        APP,
        (Cd("app"), Type("autovenv which"), Prints(("«app/.venv/bin/python»",)), Status(0)),
    ),
    Scenario(
        "version_and_help",
        APP,
        (Type("autovenv --version"), Has("autovenv"), Status(0), Type("autovenv --help"), Has("status"), Status(0)),
    ),
    Scenario(
        "wrong_usage_passes_its_status_on",
        APP,
        (Type("autovenv no-such-command"), Status(2), Type("autovenv hook tcsh"), Status(2)),
    ),
    Scenario(
        "unknown_shell_prints_nothing_on_stdout",
        APP,
        (
            Type("autovenv hook tcsh 2>/dev/null"),
            Silent(),
            Type("autovenv hook tcsh"),
            Has("bash"),
            Has("zsh"),
            Has("fish"),
            Has("powershell"),
        ),
    ),
    Scenario(
        "other_names_by_a_setting",
        project("app", "my-env") | project("two"),
        (Cd("app"), Active("app", "my-env", name="my-env"), Cd("two"), Inactive()),
        config='names = ["my-env"]\n',
    ),
    Scenario(
        # a setting that pins trust may be what is broken: so every environment is asked about
        "broken_settings_are_named_and_ask",
        APP,
        (
            Cd("app"),
            Says(("config.toml", "autovenv allow")),
            Inactive(),
            Type("autovenv allow"),
            Active("app"),
            Cd(""),
            Inactive(),
        ),
        config='trust = "alw\n[[[\n$(touch canary)',
    ),
    Scenario(
        "allow_where_there_is_nothing",
        APP,
        (Cd("plain"), Type("autovenv allow"), Status(1)),
    ),
)
