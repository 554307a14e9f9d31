"""The settings about trust: whose word counts, and what happens where it cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from judging import Bench

from autovenv import places
from autovenv.disk import ownership
from autovenv.disk.evidence import Evidence
from autovenv.state import settings
from autovenv.trust import judge as trust


@pytest.fixture
def bench(root: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(root, monkeypatch)


@pytest.fixture
def mute(bench: Bench) -> Path:
    """A project whose environment does not say where it was made."""
    directory = bench.add("code/app")
    (directory / ".venv/bin/activate").unlink()
    return directory


@pytest.mark.parametrize("user", ["ask", "auto", "always", None])
@pytest.mark.parametrize("machine", ["ask", "auto", "always", None])
def test_the_stricter_of_two(bench: Bench, machine: str | None, user: str | None) -> None:
    if machine:
        bench.configure_machine(f'trust = "{machine}"')
    if user:
        bench.configure(f'trust = "{user}"')
    given = [value for value in ("ask", "auto", "always") if value in (machine, user)]
    assert settings.load(Evidence({})).trust == (given or ["auto"])[0]


def test_ask_asks_for_every_environment(bench: Bench) -> None:
    directory = bench.add("app")
    bench.configure('trust = "ask"')
    assert bench.codes(directory) == ["ask", "setting"]
    answer = bench.desk.type("allow", cwd=directory)
    assert answer.status == 0
    assert bench.codes(directory) == ["allow", "allowed"]


def test_always_skips_the_birthplace_only(bench: Bench, mute: Path) -> None:
    bench.configure('trust = "always"')
    assert bench.codes(mute) == ["allow", "always"]
    (mute / ".venv/bin").chmod(0o777)
    assert bench.codes(mute) == ["ask", "writable"]


def test_trusted_paths(bench: Bench, mute: Path) -> None:
    bench.configure('trusted_paths = ["~/code"]')
    assert bench.codes(mute) == ["allow", "trusted-path"]
    assert trust.explain(bench.judge(mute)) == "it lies in `~/code`, one of the `trusted_paths`"
    for path in ("~/cod", "~/code-2", "~/code/ap", "~/code/app/.venv/bin"):
        bench.configure(f'trusted_paths = ["{path}"]')
        assert bench.codes(mute) == ["ask", "nameless"]
    bench.configure('trusted_paths = ["~/code"]\ntrust = "ask"')
    assert bench.codes(mute) == ["ask", "setting"]


def test_trusted_is_where_the_environment_lies(bench: Bench, mute: Path) -> None:
    """A link in a trusted directory does not lend its trust to what it leads to."""
    (bench.home / "trusted").mkdir()
    (bench.home / "trusted/app").symlink_to(mute)
    bench.configure('trusted_paths = ["~/trusted"]')
    assert bench.codes(bench.home / "trusted/app") == ["ask", "nameless"]
    bench.configure('trusted_paths = ["~/code"]')
    assert bench.codes(bench.home / "trusted/app") == ["allow", "trusted-path"]
    (mute / ".venv/bin").rename(bench.home / "bin")
    (mute / ".venv/bin").symlink_to(bench.home / "bin")
    assert bench.codes(mute) == ["ask", "nameless"]


def test_denied_paths(bench: Bench) -> None:
    directory = bench.add("code/app")
    (bench.home / "way").symlink_to("code")
    (bench.home / "deep").symlink_to("code/app")
    for path in ("~/code", "~/code/app", "~/way", "~/deep", "~/code/app/.venv"):
        bench.configure(f'denied_paths = ["{path}"]')
        for name in ("code/app", "way/app", "deep"):
            assert bench.codes(bench.home / name) == ["refuse", "denied-path"]
    made = bench.resolve(directory)
    assert (made["verdict"], made.get("warning")) == (["stop"], None)
    for path in ("~/cod", "~/code-2", "~/code/app/.venv/lib"):
        bench.configure(f'denied_paths = ["{path}"]')
        assert bench.codes(directory) == ["allow", "made-here"]


def test_denied_wins_over_trusted_and_allowed(bench: Bench) -> None:
    directory = bench.add("code/app")
    bench.desk.type("allow", cwd=directory)
    bench.configure('trusted_paths = ["~/code"]\ndenied_paths = ["~/code"]\ntrust = "always"')
    assert bench.codes(directory) == ["refuse", "denied-path"]


def test_machine_and_user_paths(bench: Bench) -> None:
    bench.configure_machine('denied_paths = ["/a"]\ntrusted_paths = ["/b"]')
    bench.configure('denied_paths = ["/c"]\ntrusted_paths = ["/d"]')
    values = settings.load(Evidence({}))
    assert values.denied_paths == ["/a", "/c"]
    assert values.trusted_paths == ["/b"]  # the user cannot add to what the administrator trusts
    bench.configure_machine("trusted_paths = []")
    assert settings.load(Evidence({})).trusted_paths == []


BAD = {
    "malformed": ("trust = ", "is not valid TOML"),
    "wrong_value": ('trust = "akk"', "`trust` must be one of"),
    "wrong_type": ("denied_paths = 3", "`denied_paths` must be a list"),
    "relative": ('denied_paths = ["code"]', "`denied_paths` must"),
}


@pytest.mark.parametrize("whose", ["user", "machine"])
@pytest.mark.parametrize("bad", BAD)
def test_what_cannot_be_read_asks(bench: Bench, bad: str, whose: str) -> None:
    """What it would have said may be `ask`: it is asked until it is mended."""
    directory = bench.add("app")
    text, words = BAD[bad]
    (bench.configure if whose == "user" else bench.configure_machine)(text)
    verdict = bench.judge(directory)
    assert (verdict.decision, [code for code, _ in verdict.reasons]) == ("ask", ["settings"])
    assert words in trust.explain(verdict)
    bench.configure('trust = "always"' if whose == "machine" else "")
    assert bench.codes(directory) == (["ask", "settings"] if whose == "machine" else ["allow", "made-here"])


def test_settings_that_are_no_file(bench: Bench) -> None:
    directory = bench.add("app")
    bench.desk.config.parent.mkdir(parents=True)
    os.mkfifo(bench.desk.config)
    assert bench.codes(directory) == ["ask", "settings"]


def test_other_mistakes_do_not_ask(bench: Bench) -> None:
    directory = bench.add("app")
    bench.configure("prompt = 3\nunknown = true\n")
    assert bench.codes(directory) == ["allow", "made-here"]


def test_settings_that_others_can_write_loosen_nothing(bench: Bench, mute: Path) -> None:
    bench.configure('trust = "always"')
    assert bench.codes(mute) == ["allow", "always"]
    bench.desk.config.chmod(0o666)
    assert bench.codes(mute) == ["ask", "nameless"]
    bench.configure('trust = "ask"')
    assert bench.codes(mute) == ["ask", "setting", "nameless"]


@pytest.mark.parametrize("name", [setting.name for setting in settings.SETTINGS if setting.pinned])
def test_no_variable_says_anything_about_trust(bench: Bench, name: str) -> None:
    before = settings.load(Evidence({}))
    bench.configure_machine('trust = "ask"\ntrusted_paths = []\ndenied_paths = ["/x"]')
    pinned = settings.load(Evidence({}))
    assert before.get(name) != pinned.get(name) or name == "trusted_paths"
    for value in ("always", "true", "/", "[]", ""):
        environ = {f"AUTOVENV_{name.upper()}": value, f"AUTOVENV_{name}": value}
        assert settings.load(Evidence(environ)).get(name) == pinned.get(name)


def test_silence_is_silent_and_does_not_activate(bench: Bench, mute: Path) -> None:
    bench.configure('silence = ["ask"]')
    made = bench.resolve(mute)
    assert (made["verdict"], made.get("warning")) == (["stop"], None)
    assert bench.codes(mute) == ["ask", "nameless"]


# Windows, whose owners cannot be told


def test_outside_of_the_profile_windows_lets_anybody_write(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "HAS_OWNERS", False)
    monkeypatch.setattr(places, "home", lambda: str(bench.home))
    inside, outside = bench.add("app"), bench.add("../drive/proj")
    assert bench.judge(inside).decision == "allow"
    verdict = bench.judge(outside)
    assert (verdict.decision, [code for code, _ in verdict.reasons]) == ("ask", ["profile"])
    bench.configure(f"trusted_paths = ['{os.path.realpath(outside)}']")
    assert bench.judge(outside).decision == "allow"
