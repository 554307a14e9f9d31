"""What an enemy tries against the hook itself: `docs/security.md`, claim by claim. Some take two users, so root."""

from __future__ import annotations

from steps import (
    Active,
    Cd,
    Child,
    Chown,
    Exists,
    Exit,
    Idle,
    Inactive,
    Lacks,
    Make,
    OnPath,
    Remake,
    Remove,
    Says,
    Scenario,
    Silent,
    Type,
)
from trees import Copy, Directory, Entry, File, Link, Venv, project

APP = project("app") | {"plain": Directory()}
ASK = ("app", "autovenv allow")

#: What Python, started in this directory, would run before a line of the program.
TRAPS: dict[str, Entry] = {
    f"app/{name}": File("open('../canary', 'w')\nraise SystemExit('canary')\n")
    for name in ("sitecustomize.py", "usercustomize.py", "os.py", "tomllib.py", "autovenv.py", "json.py")
}

ROWS = (
    # -- a record holds for what was judged, not for its path
    *(
        Scenario(
            f"a_known_{what}_becomes_another_users",
            APP,
            (Cd("app"), Active("app"), Cd("plain"), Chown(f"app{part}"), Cd("app"), Inactive(), Says(ASK)),
        )
        for what, part in (
            ("project", ""),
            ("environment", "/.venv"),
            ("directory_of_commands", "/.venv/bin"),
            ("configuration", "/.venv/pyvenv.cfg"),
        )
    ),
    Scenario(
        "what_is_active_becomes_another_users",
        APP,
        (Cd("app"), Active("app"), Chown("app/.venv/bin"), Idle(), Says(ASK), Inactive()),
    ),
    Scenario(
        "what_is_known_becomes_another_users_before_a_new_shell",
        APP,
        (Cd("app"), Active("app"), Cd("plain"), Chown("app/.venv"), Child(), Cd("app"), Says(ASK), Inactive()),
    ),
    Scenario(
        "made_again_by_another_user_with_the_old_times",
        APP,
        (Cd("app"), Active("app"), Cd("plain"), Remake("app", owner=65534), Cd("app"), Says(ASK), Inactive()),
    ),
    Scenario(
        "an_allow_is_not_for_another_users_replacement_with_the_old_times",
        APP,
        (
            Cd("app"),
            Says(ASK),
            Type("autovenv allow"),
            Active("app"),
            Cd("plain"),
            Remake("app/.venv", owner=65534),
            Cd("app"),
            Says(ASK),
            Inactive(),
        ),
        config='trust = "ask"\n',
    ),
    Scenario(
        "a_link_that_is_turned_to_another_users",
        {"app/.venv": Link("../mine"), "mine": Venv(), "theirs": Copy("mine"), "plain": Directory()},
        (
            Chown("theirs"),
            Cd("app"),
            Active("app"),
            Make("app/.venv", Link("../theirs")),
            Idle(),
            Says(ASK),
            Inactive(),
        ),
    ),
    # -- in the middle of a pull
    Scenario(
        "nothing_is_settled_while_git_writes",
        APP | {"app/.git/HEAD": File("ref: refs/heads/main\n"), "app/.git/index.lock": File("")},
        (
            Cd("app"),
            Says(("app", "index.lock")),
            Inactive(),
            Make("app/.venv/bin/ls", File(mode=0o755)),
            Idle(),
            Inactive(),
            Remove("app/.venv/bin/ls"),
            Remove("app/.git/index.lock"),
            Idle(),
            Active("app"),
        ),
    ),
    # -- nothing of a project is run
    *(
        Scenario(
            f"python_path_with_{what}_leads_into_the_project",
            APP | TRAPS,
            (
                Cd("app"),
                Active("app"),
                Lacks(b"canary"),
                Child(),
                Active("app"),
                Lacks(b"canary"),
                Make("app/.venv/bin/new", File(mode=0o755)),
                Idle(),
                Lacks(b"canary"),
                Active("app"),
                Exists("canary", there=False),
            ),
            env={"PYTHONPATH": value},
        )
        for what, value in (("an_empty_entry", ":/opt/lib"), ("the_present_directory", "."))
    ),
    Scenario(
        "variables_of_python_do_not_reach_the_hook",
        APP,
        (Silent(), Cd("app"), Silent(), Active("app"), Child(), Silent(), Active("app")),
        env={"PYTHONINSPECT": "1", "PYTHONSTARTUP": "/nowhere", "PYTHONWARNINGS": "error", "PYTHONVERBOSE": "1"},
    ),
    # -- deny
    Scenario(
        "a_deny_is_not_led_around_by_a_link",
        APP | {"way": Link("app")},
        (
            Cd("way"),
            Active("way"),
            Cd("plain"),
            Type("autovenv deny ../app"),
            Cd("app"),
            Inactive(),
            Cd("way"),
            Inactive(),
            Silent(),
            OnPath("app/.venv/bin", 0),
        ),
    ),
    Scenario(
        "a_deny_in_another_shell_reaches_this_one",
        APP,
        (Cd("app"), Active("app"), Child(), Type("autovenv deny"), Inactive(), Exit(), Inactive()),
    ),
)
