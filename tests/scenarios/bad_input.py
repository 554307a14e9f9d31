"""What an enemy, or an accident, leaves in the way."""

from __future__ import annotations

import sys

from shells import NAMES
from steps import (
    Active,
    Cd,
    Child,
    Chmod,
    EditState,
    Export,
    Exported,
    Idle,
    Inactive,
    Lacks,
    Make,
    OnPath,
    Prints,
    Remove,
    Runs,
    Says,
    SaysAtMostOnce,
    Scenario,
    Silent,
    StaysTheSame,
    Step,
    Type,
)
from trees import Directory, Entry, Fifo, File, Foreign, Handmade, Link, Venv, project

from scenarios.loading import load_with

APP = project("app") | {"plain": Directory()}

RECORD = "at/**/home/app/.autovenv-record"

#: An environment with no second name for its interpreter.
ONE_PYTHON = {"app/.venv": Handmade()}

#: Directory names as an enemy writes them. None has a slash: `canary` would be made in the working directory.
ODD_NAMES = {
    "spaces": "two  words",
    "a_single_quote": "it's",
    "double_quotes": 'say "hi"',
    "a_substitution": "$(touch canary)",
    "backticks": "`touch canary`",
    "a_variable": "$HOME${PATH}",
    "semicolons": "a;touch canary;b",
    "percents": "100%n%~%s%%",
    "backslashes": "back\\slash\\n\\e[31m",
    "globs": "[a-z]*?{x,y}",
    "an_ampersand": "a&b&&c|d<e>f",
    "a_bang": "wow!!",
    "a_hash": "#not a comment",
    "a_tilde": "~",
    "a_dash": "-rf",
    "an_equals_sign": "=ls",
    "parentheses": "(a)(b)",
    "unicode": "käse-日本",
    "typographic_quotes": "it\u2019s \u201cso\u201d",
}

#: Every character that a terminal may take for an order to turn text round, or to end a line (Unicode 15, UAX 9).
MARKS = "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TURNED = f"a{MARKS}b"

#: The shells that can enter a directory of any name.
POSIX_NAMES = ("bash", "zsh", "fish")

#: Directory names that a terminal would obey, with how they are to be read.
UNSEEN_NAMES = {
    "an_escape": ("red\x1b[31mEVIL\x1b]0;EVIL\x07", "red\\x1b[31mEVIL\\x1b]0;EVIL\\x07"),
    "a_tab": ("a\tb", "a\\tb"),
    "a_bidi_mark": ("a\u202eb", "a\\u202eb"),
    "a_carriage_return": ("a\rb", "a\\x0db"),
    "bytes_that_are_not_utf8": ("a\udcff\udc80b", "a\\xff\\x80b"),
}

#: Things that stand where an environment should, and cannot be used.
BROKEN: dict[str, dict[str, Entry]] = {
    "a_file": {"app/.venv": File("not an environment\n")},
    "an_empty_directory": {"app/.venv": Directory()},
    "a_link_to_itself": {"app/.venv": Link(".venv")},
    "a_link_to_nowhere": {"app/.venv": Link("/nowhere/at/all")},
    "a_link_to_a_file": {"app/.venv": Link("/etc/passwd")},
    "a_link_to_the_root": {"app/.venv": Link("/")},
    "a_link_to_its_project": {"app/.venv": Link(".")},
    "a_link_to_a_device": {"app/.venv": Link("/dev/zero")},
    "a_fifo": {"app/.venv": Fifo()},
    "no_pyvenv_cfg": {"app/.venv": Venv(), "app/.venv/pyvenv.cfg": Link("/nowhere")},
    "pyvenv_cfg_a_link_to_itself": {"app/.venv": Venv(), "app/.venv/pyvenv.cfg": Link("pyvenv.cfg")},
    "pyvenv_cfg_a_fifo": {"app/.venv": Venv(), "app/.venv/pyvenv.cfg": Fifo()},
    "pyvenv_cfg_a_device": {"app/.venv": Venv(), "app/.venv/pyvenv.cfg": Link("/dev/zero")},
    "pyvenv_cfg_of_50_mb": {"app/.venv": Venv(), "app/.venv/pyvenv.cfg": File("home = /usr/bin\n", size=50_000_000)},
    "no_interpreter": {"app/.venv/pyvenv.cfg": File("home = /usr/bin\n"), "app/.venv/bin": Directory()},
    "interpreter_a_link_to_nowhere": {
        "app/.venv/pyvenv.cfg": File("home = /usr/bin\n"),
        "app/.venv/bin/python": Link("/nowhere/python"),
    },
    "interpreter_a_link_to_itself": {
        "app/.venv/pyvenv.cfg": File("home = /usr/bin\n"),
        "app/.venv/bin/python": Link("python"),
    },
    "interpreter_a_fifo": {"app/.venv/pyvenv.cfg": File("home = /usr/bin\n"), "app/.venv/bin/python": Fifo()},
    "interpreter_a_directory": {"app/.venv/pyvenv.cfg": File("home = /usr/bin\n"), "app/.venv/bin/python": Directory()},
    "interpreter_not_executable": {
        "app/.venv/pyvenv.cfg": File("home = /usr/bin\n"),
        "app/.venv/bin/python": File("#!/bin/sh\n"),
    },
    "bin_a_file": {"app/.venv/pyvenv.cfg": File("home = /usr/bin\n"), "app/.venv/bin": File()},
    "bin_a_link_to_itself": {"app/.venv/pyvenv.cfg": File("home = /usr/bin\n"), "app/.venv/bin": Link("bin")},
}

#: Odd, and yet to be used.
ODD_BUT_FINE: dict[str, bytes] = {
    "empty": b"",
    "not_utf8": b"home = /usr/bin\nprompt\xff = \xfe\n",
    "with_nul_bytes": b"home = /usr/bin\0\0\0\n",
    "of_one_long_line": b"home = " + b"x" * 60_000,
    "with_code": b"home = $(touch canary)\nexecutable = `touch canary`\n; touch canary\n",
}


def _visit(name: str) -> tuple[Step, ...]:
    return (
        Cd(name),
        Silent(),
        Active(name),
        Idle(),
        Silent(),
        Active(name),
        Cd(f"{name}/src"),
        Silent(),
        Active(name),
        Cd("plain"),
        Silent(),
        Inactive(),
    )


ROWS = (
    Scenario(
        # Else a process would start at every prompt.
        "the_state_directory_was_moved_after_the_hook_was_loaded",
        APP | project("other"),
        (
            Export("XDG_STATE_HOME", "«moved»"),
            Cd("app"),
            Says(("what autovenv finds out is not kept where this shell looks", "~/moved/autovenv/at", "doctor state")),
            Active("app"),
            StaysTheSame(
                "/bin/ls -i «moved»/autovenv/at«app»/.autovenv-record", (Idle(), Cd(""), Inactive(), Cd("app"))
            ),
            Active("app"),
            Cd("other"),
            Silent(),
            Active("other"),
            Remove("other/.venv"),
            Idle(),
            Inactive(),
        ),
    ),
    *(
        Scenario(
            f"path_with_{what}",
            {f"{name}/.venv": Handmade(), f"{name}/src": Directory(), "plain": Directory()},
            _visit(name),
            # PowerShell takes a backslash for a slash: there is no way into such a directory
            shells=POSIX_NAMES if "\\" in name else NAMES,
        )
        for what, name in ODD_NAMES.items()
    ),
    *(
        Scenario(
            f"path_with_{what}_made_by_venv",
            {f"{name}/.venv": Venv(), f"{name}/src": Directory(), "plain": Directory()},
            _visit(name),
        )
        for what, name in ODD_NAMES.items()
        if what in ("spaces", "a_single_quote", "unicode", "a_substitution")
    ),
    *(
        Scenario(
            f"path_with_{what}",
            {f"{name}/.venv": Handmade(), f"{name}/src": Directory(), "plain": Directory()},
            (
                Cd(name),
                Silent(),
                Lacks(b"\x1b[31mEVIL"),
                Active(name, name=seen),
                Idle(),
                Lacks(b"EVIL\x07"),
                Silent(),
                Cd("plain"),
                Silent(),
                Inactive(),
            ),
            shells=POSIX_NAMES if "\udcff" in name else NAMES,
        )
        for what, (name, seen) in UNSEEN_NAMES.items()
    ),
    *(
        Scenario(
            f"path_that_path_cannot_hold_with_{what}",
            {f"{name}/.venv": Handmade(), "plain": Directory()},
            (
                Cd(name),
                Says((".venv", seen)),
                Inactive(),
                Idle(),
                Silent(),
                Type("autovenv allow"),
                Inactive(),
                Cd("plain"),
                Silent(),
                Cd(name),
                Silent(),
                Inactive(),
            ),
        )
        for what, name, seen in (("a_colon", "a:b", "a:b"), ("a_newline", "two\nlines", "two\\nlines"))
    ),
    Scenario(
        "path_with_unicode_in_the_c_locale",
        {"käse-日本/.venv": Handmade(), "käse-日本/src": Directory(), "plain": Directory()},
        (
            Cd("käse-日本"),
            Silent(),
            Runs("käse-日本/.venv/bin"),
            Exported("VIRTUAL_ENV", "«käse-日本/.venv»"),
            Cd("plain"),
            Silent(),
            Inactive(),
        ),
        shells=("bash", "zsh", "fish"),
        env={"LANG": "C"},
    ),
    Scenario(
        "path_with_an_escape_in_a_warning",
        {"red\x1b[31mEVIL/.venv": Directory(), "plain": Directory()},
        (Cd("red\x1b[31mEVIL"), Says(("red\\x1b[31mEVIL",)), Lacks(b"\x1b[31mEVIL"), Inactive()),
    ),
    Scenario(
        "link_to_an_odd_place_in_a_warning",
        {"app/.venv/pyvenv.cfg": File(), "app/.venv/bin/python": Link("/nowhere\x1b[31mEVIL\n\u202e")},
        (Cd("app"), Says(("\\x1b[31mEVIL\\n\\u202e",)), Lacks(b"\x1b[31mEVIL"), Inactive()),
    ),
    *(
        Scenario(
            f"environment_{what}",
            tree | {"plain": Directory()},
            (
                Cd("app"),
                Says((".venv",)),
                Inactive(),
                Idle(),
                Silent(),
                Cd("plain"),
                Silent(),
                Cd("app"),
                Silent(),
                Inactive(),
            ),
        )
        for what, tree in BROKEN.items()
    ),
    Scenario(
        "environment_broken_and_mended",
        {"app/.venv": Directory()},
        (Cd("app"), Says((".venv",)), Remove("app/.venv"), Make("app/.venv", Venv()), Idle(), Silent(), Active("app")),
    ),
    Scenario(
        "broken_one_does_not_hide_a_whole_one",
        {"app/.venv": Directory(), "app/venv": Venv()},
        (Cd("app"), Active("app", "venv")),
    ),
    Scenario(
        "broken_one_below_a_whole_one",
        project("app") | {"app/member/.venv": Directory()},
        (Cd("app/member"), Says((".venv",)), Inactive(), Cd("app"), Active("app")),
    ),
    *(
        Scenario(
            f"pyvenv_cfg_{what}",
            {"app/.venv": Handmade(data)},
            (Cd("app"), Silent(), Active("app"), Cd(""), Inactive()),
        )
        for what, data in ODD_BUT_FINE.items()
    ),
    Scenario(
        "project_files_that_hang_or_break",
        APP
        | {
            "app/pyproject.toml": Fifo(),
            "app/Pipfile": Link("Pipfile"),
            "app/.python-version": File(b"\xff\x00" * 100, size=50_000_000),
            "app/.pdm-python": Fifo(),
            "app/environment.yml": Link("/dev/zero"),
        },
        (Cd("app"), Active("app"), Cd(""), Inactive()),
    ),
    Scenario(
        "project_file_with_malformed_toml",
        APP | {"app/pyproject.toml": File("[project\nname = $(touch canary)\n\x00")},
        (Cd("app"), SaysAtMostOnce(), Active("app"), Cd(""), Inactive()),
    ),
    # -- no state, no tool
    Scenario(
        "state_directory_that_cannot_be_made",
        APP,
        (
            Cd("app"),
            SaysAtMostOnce(),
            Active("app"),
            Idle(),
            Silent(),
            Cd("plain"),
            Silent(),
            Inactive(),
            Cd("app"),
            Silent(),
            Active("app"),
        ),
        env={"XDG_STATE_HOME": "/proc/nowhere"},
    ),
    Scenario(
        "state_directory_that_is_a_file",
        APP | {"state": File()},
        (
            Cd("app"),
            SaysAtMostOnce(),
            Active("app"),
            Idle(),
            Silent(),
            Cd("plain"),
            Silent(),
            Inactive(),
            Cd("app"),
            Silent(),
            Active("app"),
        ),
        env={"XDG_STATE_HOME": "«state»"},
    ),
    Scenario(
        "state_directory_that_cannot_be_written",
        APP | {"state/autovenv": Directory(0o555)},
        (
            Cd("app"),
            SaysAtMostOnce(),
            Active("app"),
            Idle(),
            Silent(),
            Cd("plain"),
            Silent(),
            Inactive(),
            Cd("app"),
            Silent(),
            Active("app"),
        ),
        env={"XDG_STATE_HOME": "«state»"},
    ),
    Scenario(
        "state_directory_of_somebody_else",
        APP | {"state/autovenv": Foreign(Directory(0o755))},
        (Cd("app"), SaysAtMostOnce(), Active("app"), Idle(), Silent(), Cd("plain"), Silent(), Inactive()),
        env={"XDG_STATE_HOME": "«state»"},
    ),
    Scenario(
        "record_of_ours_is_believed_as_it_stands",
        APP,
        (
            Cd("app"),
            Cd("plain"),
            EditState(RECORD, "name app", "name other"),
            Child(),
            Cd("app"),
            Active("app", name="other"),
        ),
    ),
    Scenario(
        "record_of_somebody_else_is_not_believed",
        APP,
        (Cd("app"), Cd("plain"), EditState(RECORD, "name app", "name other", 65534), Child(), Cd("app"), Active("app")),
        shells=POSIX_NAMES,
    ),
    *(
        Scenario(
            # what it hands to its children
            f"what_a_shell_kept_{what}",
            APP,
            (
                Cd("app"),
                EditState("shells/kept.*", f"PYTHONHOME={sys.base_prefix}", "PYTHONHOME=/other", owner),
                Child(),
                Active("app"),
                Cd("plain"),
                Exported("PYTHONHOME", comes_back),
            ),
            env={"PYTHONHOME": sys.base_prefix},
            shells=("bash", "zsh"),  # the others hand it on in variables
        )
        for what, owner, comes_back in (
            ("comes_back", None, "/other"),
            ("and_somebody_else_wrote_does_not", 65534, None),
        )
    ),
    Scenario(
        # what a shell has read before, and what it reads for the first time
        "interpreter_that_went_meanwhile",
        APP | project("other") | ONE_PYTHON,
        (
            Cd("app"),
            Cd("other"),
            Cd("app"),
            Active("app"),
            Cd("other"),
            Remove("app/.venv/bin/python"),
            Cd("app"),
            Says(("app/.venv",)),
            Inactive(),
        ),
    ),
    Scenario(
        "interpreter_that_went_before_another_shell_came",
        APP | ONE_PYTHON,
        (Cd("app"), Cd("plain"), Remove("app/.venv/bin/python"), Child(), Cd("app"), Says(("app/.venv",)), Inactive()),
    ),
    Scenario(
        "path_with_every_mark_that_turns_text_in_a_warning",
        APP | {f"{TURNED}/.venv": Handmade()},
        (
            Cd("app"),
            Type(
                {
                    "posix": f"VIRTUAL_ENV=«{TURNED}/.venv» PATH=«{TURNED}/.venv/bin»:$PATH",
                    "fish": f"set -gx VIRTUAL_ENV «{TURNED}/.venv»; set PATH «{TURNED}/.venv/bin» $PATH",
                    "pwsh": f"$env:VIRTUAL_ENV = «{TURNED}/.venv»; $env:PATH = «{TURNED}/.venv/bin» + ':' + $env:PATH",
                }
            ),
            Says(("a" + "?" * len(MARKS) + "b/.venv",)),
            *(Lacks(mark.encode()) for mark in MARKS),
        ),
    ),
    Scenario(
        "state_directory_deleted_while_at_work",
        APP,
        (
            Cd("app"),
            Active("app"),
            Remove(".local/state"),
            Idle(),
            Active("app"),
            Cd("plain"),
            Inactive(),
            Cd("app"),
            Silent(),
            Active("app"),
        ),
    ),
    Scenario(
        "state_directory_with_an_odd_path",
        APP,
        (Cd("app"), Silent(), Active("app"), Cd("plain"), Inactive(), Cd("app"), Active("app")),
        env={"XDG_STATE_HOME": '«»/it\'s $(touch canary) `touch canary` "so" %s \\ * é'},
    ),
    Scenario(
        "home_that_is_unset",
        APP,
        (Cd("app"), Exported("VIRTUAL_ENV", "«app/.venv»"), Cd("plain"), Exported("VIRTUAL_ENV", None)),
        before={"posix": "unset HOME", "fish": "set -e HOME"},
    ),
    Scenario(
        "records_of_rubbish",
        APP,
        (
            Cd("app"),
            Active("app"),
            Cd("plain"),
            Type(
                {
                    "posix": "find «.local/state» -type f -exec sh -c 'head -c 3000 /dev/urandom > \"$1\"' _ {} \\;",
                    "fish": "find «.local/state» -type f -exec sh -c 'head -c 3000 /dev/urandom > \"$1\"' _ {} \\;",
                    "pwsh": "find «.local/state» -type f -exec sh -c 'head -c 3000 /dev/urandom > \"$1\"' _ '{}' ';'",
                }
            ),
            Cd("app"),
            Silent(),
            Active("app"),
            Cd("plain"),
            Inactive(),
        ),
    ),
    Scenario(
        "records_cut_short",
        APP,
        (
            Cd("app"),
            Cd("plain"),
            Type(
                {
                    "posix": "find «.local/state» -name .autovenv-record -exec truncate -s -8 {} \\;",
                    "fish": "find «.local/state» -name .autovenv-record -exec truncate -s -8 {} \\;",
                    "pwsh": "find «.local/state» -name .autovenv-record -exec truncate -s -8 '{}' ';'",
                }
            ),
            Cd("app"),
            Silent(),
            Active("app"),
            Cd("plain"),
            Inactive(),
        ),
    ),
    Scenario(
        "executable_vanished_known_projects_go_on",
        APP | project("later") | {"python": Link(sys.executable)},
        (
            Cd("app"),
            Active("app"),
            Cd("plain"),
            Inactive(),
            Cd("app"),
            Idle(),
            Cd("plain"),
            Remove("python"),
            Cd("app"),
            Silent(),
            Active("app"),
            Cd("later"),
            Says(("autovenv", "hint:")),
            Inactive(),
            Idle(),
            Silent(),
            Cd("plain"),
            Silent(),
            Cd("later"),
            Silent(),
            Cd("app"),
            Silent(),
            Active("app"),
        ),
        bash=(5, 0),  # below, a record of this very second is asked for again
        hook=False,
        after=load_with("python"),
    ),
    Scenario(
        "executable_that_fails",
        APP | {"python": File("#!/bin/sh\necho '$(touch canary)'; echo rubbish; exit 3\n", 0o755)},
        (Cd("app"), Says(("autovenv", "hint:")), Inactive(), Idle(), Silent(), Cd("plain"), Silent()),
        hook=False,
        after=load_with("python"),
    ),
    Scenario(
        "executable_that_prints_code",
        APP
        | {
            "python": File(
                "#!/bin/sh\nprintf '%s\\n' 'autovenv-record 2 $(touch canary)' 'verdict use' 'flavour venv'"
                " 'prefix $(touch canary)' 'bin `touch canary`' 'name $(touch canary)' 'variable a[$(touch canary)]=x'"
                " end\n",
                0o755,
            )
        },
        (Cd("app"), Cd("plain"), Type("echo fine"), Prints(("fine",))),
        hook=False,
        after=load_with("python"),
    ),
    Scenario(
        "unreadable_pyvenv_cfg",
        APP,
        (Chmod("app/.venv/pyvenv.cfg", 0), Cd("app"), SaysAtMostOnce(), Cd("plain"), Inactive()),
    ),
    Scenario(
        "unreadable_project",
        APP | {"app/src": Directory()},
        (
            Cd("app/src"),
            Active("app"),
            Chmod("app", 0o111),
            Idle(),
            Cd("plain"),
            Inactive(),
            Chmod("app", 0o755),
            Cd("app"),
            Active("app"),
        ),
    ),
    Scenario(
        "a_very_deep_directory",
        APP | {"app/" + "/".join("d" * 8 for _ in range(20)): Directory()},
        (Cd("app/" + "/".join("d" * 8 for _ in range(20))), Silent(), Active("app"), Cd("plain"), Inactive()),
    ),
    Scenario(
        "what_is_broken_is_no_error_of_the_users",
        {"app/.venv": Link(".venv"), "app/src": Directory()},
        (Cd("app"), Cd("app/src"), Idle(), Type({"pwsh": "$Error.Count"}), Prints(("0",))),
    ),
    Scenario(
        "a_loop_of_links_in_the_way",
        APP | {"app/loop": Link("../app")},
        (
            Cd("app/loop/loop/loop"),
            OnPath("app/.venv/bin", 0),
            Exported("VIRTUAL_ENV", "«app/loop/loop/loop/.venv»"),
            Cd("plain"),
            Inactive(),
        ),
    ),
)
