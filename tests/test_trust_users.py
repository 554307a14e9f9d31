"""Two users on one machine, and the administrator in another user's place. Needs root, who can be both."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from judging import EVERYONES, NOBODY, PYTHON, Bench, being, give_away
from platforms import AS_ROOT
from trees import Handmade

from autovenv import places
from autovenv.commands import decisions
from autovenv.disk import ownership
from autovenv.disk.evidence import Evidence
from autovenv.environments.environment import Environment
from autovenv.messages import Problem
from autovenv.state import choices, store
from autovenv.state.settings import Settings
from autovenv.trust import judge as trust

pytestmark = AS_ROOT


@pytest.fixture
def bench(root: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(root, monkeypatch)


@pytest.fixture
def open_root(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory that both users may enter."""
    made = Path(os.path.realpath(tempfile.mkdtemp(prefix="autovenv-")))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def nobody(open_root: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """The other user's bench."""
    with being(NOBODY):
        pass
    os.chown(open_root, NOBODY, NOBODY)
    with being(NOBODY):
        return Bench(open_root, monkeypatch)


PARTS = ("", ".venv", ".venv/bin", ".venv/pyvenv.cfg")


@pytest.mark.parametrize("part", PARTS)
def test_part_of_another_user(bench: Bench, part: str) -> None:
    directory = bench.add("app")
    os.chown(directory / part, NOBODY, NOBODY)
    verdict = bench.judge(directory)
    assert (verdict.decision, [code for code, _ in verdict.reasons]) == ("ask", ["owner"])
    place = f"~/app/{part}".rstrip("/")
    assert trust.explain(verdict) == f"`{place}` belongs to `{ownership.name_user(NOBODY)}`"


@pytest.mark.parametrize("part", PARTS)
def test_part_of_the_administrator(nobody: Bench, part: str) -> None:
    """The administrator made it, not this user; on the way to a project what is root's will do."""
    with being(NOBODY):
        directory = nobody.add("app")
        assert nobody.codes(directory) == ["allow", "made-here"]
    os.chown(directory / part, 0, 0)
    with being(NOBODY):
        assert nobody.codes(directory) == ["ask", "owner"]
    os.chown(directory / part, NOBODY, NOBODY)
    os.chown(nobody.home, 0, 0)
    with being(NOBODY):
        assert nobody.codes(directory) == ["allow", "made-here"]


def test_directory_above_of_another_user(bench: Bench) -> None:
    directory = bench.add("theirs/app")
    os.chown(bench.home / "theirs", NOBODY, NOBODY)
    assert bench.codes(directory) == ["ask", "owner"]


def test_sticky_directory(nobody: Bench) -> None:
    """In `/tmp` a project of one's own is safe, what another user put there is not."""
    shared = nobody.root / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    with being(NOBODY):
        (shared / "mine").mkdir()
        Handmade(python=EVERYONES).make(shared / "mine/.venv", nobody.root)
        assert nobody.codes(shared / "mine") == ["allow", "made-here"]
    (shared / "theirs").mkdir()
    Handmade(python=EVERYONES).make(shared / "theirs/.venv", nobody.root)
    (shared / "way").symlink_to("mine")
    with being(NOBODY):
        assert nobody.codes(shared / "theirs") == ["ask", "owner"]
        # A link in a directory for all may be turned to another place by whoever made it. This one is root's.
        assert nobody.codes(shared / "way") == ["allow", "made-here"]
    os.lchown(shared / "way", 4242, 4242)
    with being(NOBODY):
        assert nobody.codes(shared / "way") == ["ask", "owner"]


def test_environment_above_a_work_directory(nobody: Bench) -> None:
    """`/tmp/.venv` of another user applies to all that work below `/tmp`: it stops the walk and is not activated."""
    shared = nobody.root / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    Handmade(python=EVERYONES).make(shared / ".venv", nobody.root)
    with being(NOBODY):
        (shared / "work").mkdir()
        step = nobody.walk(shared / "work").project
        assert step is not None
        assert (step.directory, step.allowed) == (str(shared), False)
        assert [code for code, _ in step.verdict.reasons] == ["owner", "writable", "owner", "owner", "owner"]  # type: ignore[union-attr]
        assert nobody.resolve(shared)["verdict"] == ["stop"]
        # It is known then, and costs nobody below a process at each `cd`.
        assert store.exists(str(shared))
    give_away(shared / ".venv")
    with being(NOBODY):
        assert nobody.codes(shared) == ["ask", "owner", "writable"]  # the directory itself is still for all


def test_root_in_the_place_of_another_user(bench: Bench) -> None:
    """`sudo -s`: the project is not root's, whatever the user allowed."""
    directory = bench.add("app")
    give_away(directory)
    give_away(bench.home)
    assert "owner" in bench.codes(directory)
    assert bench.judge(directory).decision == "ask"
    bench.configure('trust = "always"')
    give_away(bench.desk.config)
    assert bench.judge(directory).decision == "ask"


def test_root_leaves_nothing_in_the_home_of_another_user(bench: Bench) -> None:
    directory = bench.add("app")
    give_away(bench.home)
    record_of = bench.resolve(directory)
    assert record_of["verdict"] == ["stop"]
    assert sorted(path.name for path in bench.home.iterdir()) == ["app"]
    with pytest.raises(Problem, match="cannot be stored"):
        decisions.allow(str(directory))
    assert sorted(path.name for path in bench.home.iterdir()) == ["app"]


def test_interpreter_of_another_user(bench: Bench) -> None:
    directory = bench.add("app")
    base = bench.root / "software" / "bin" / "python3"
    base.parent.mkdir(parents=True)
    shutil.copy2(PYTHON, base)
    python = directory / ".venv/bin/python"
    python.unlink()
    python.symlink_to(base)
    assert bench.codes(directory) == ["allow", "made-here"]
    for path in (base, base.parent):
        os.chown(path, NOBODY, NOBODY)
        verdict = bench.judge(directory)
        assert (verdict.decision, [code for code, _ in verdict.reasons]) == ("ask", ["interpreter"])
        os.chown(path, 0, 0)
    os.chown(base, NOBODY, NOBODY)
    # On a cluster the administrator says that this user's software is everybody's.
    bench.configure_machine(f'trusted_paths = ["{bench.home}"]')
    assert bench.codes(directory) == ["allow", "trusted-path"]


@pytest.mark.parametrize(
    "part", ["bin/tool", "lib", "lib/python3.11/site-packages", "lib/python3.11/site-packages/x.pth"]
)
def test_deeper_down_of_another_user(bench: Bench, part: str) -> None:
    directory = bench.add("app")
    packages = directory / ".venv/lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    for path in (packages / "x.pth", directory / ".venv/bin/tool"):
        path.touch()
    assert bench.codes(directory) == ["allow", "made-here"]
    os.chown(directory / ".venv" / part, NOBODY, NOBODY)
    who = ownership.name_user(NOBODY)
    assert bench.judge(directory).reasons == [("owner", f"`~/app/.venv/{part}` belongs to `{who}`")]


def test_what_the_administrator_put_into_an_environment_of_ones_own(nobody: Bench) -> None:
    """`sudo pip install` is a mistake, and no stranger's work."""
    with being(NOBODY):
        directory = nobody.add("app")
    packages = directory / ".venv/lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    with being(NOBODY):
        assert nobody.codes(directory) == ["allow", "made-here"]


def test_a_copy_of_the_python_of_another_user(bench: Bench) -> None:
    directory = bench.add("app")
    theirs = bench.root / "theirs"
    (theirs / "bin").mkdir(parents=True)
    give_away(theirs)
    python = directory / ".venv/bin/python"
    python.unlink()
    shutil.copy2(EVERYONES, python)
    (directory / ".venv/pyvenv.cfg").write_text(f"home = {theirs}/bin\n")
    assert bench.codes(directory) == ["ask", "interpreter"]


@pytest.mark.parametrize("owner", [0, 4242])
def test_the_administrator_vouches_for_an_environment_for_everybody(nobody: Bench, owner: int) -> None:
    """`trusted_paths` in the machine's file: what root or the owner of that directory made there is everybody's."""
    shared = nobody.root / "shared"
    Handmade(python=EVERYONES).make(shared / "app/.venv", nobody.root)
    (shared / "app/.venv/bin/activate").unlink()
    give_away(shared, owner)
    with being(NOBODY):
        assert nobody.codes(shared / "app")[0] == "ask"
        nobody.configure(f'trusted_paths = ["{shared}"]')
        assert nobody.codes(shared / "app")[:2] == ["ask", "owner"]  # a user speaks for what is the user's
        nobody.configure("")
    nobody.configure_machine(f'trusted_paths = ["{shared}"]')
    with being(NOBODY):
        assert nobody.codes(shared / "app") == ["allow", "trusted-path"]
    os.chown(shared / "app/.venv/bin/python", 4343, 4343, follow_symlinks=False)
    with being(NOBODY):
        assert nobody.codes(shared / "app") == ["ask", "owner"]
    os.chown(shared / "app/.venv/bin/python", owner, owner, follow_symlinks=False)
    (shared / "app/.venv/bin").chmod(0o777)
    with being(NOBODY):
        assert nobody.codes(shared / "app") == ["ask", "writable"]


@pytest.fixture
def bound(bench: Bench) -> Iterator[tuple[Path, Path]]:
    """A project by two names that no link connects: the second one is a bind mount of the directory above it."""
    directory = bench.add("work/app")
    place = bench.home / "mounted"
    place.mkdir()
    if subprocess.run(["mount", "--bind", str(directory.parent), str(place)], stderr=subprocess.DEVNULL).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield directory, place / "app"
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="bind mounts are Linux's")
def test_deny_holds_under_a_bind_mount(bench: Bench, bound: tuple[Path, Path]) -> None:
    """The directory is told by its number, whichever name was denied and whichever had a record already."""
    for first, second in (bound, bound[::-1]):
        for name in bound:
            assert bench.resolve(name)["verdict"] == ["use"]
        decisions.deny(str(first))
        for name in bound:
            stored = Path(store.record_dir(str(name)), store.RECORD).read_bytes()
            assert stored == store.BLANK  # every shell asks again
            assert bench.codes(name) == ["refuse", "denied"]
            assert bench.resolve(name)["verdict"] == ["stop"]
        decisions.revoke(str(second))
        for name in bound:
            assert choices.read(str(name)) == {}
            assert bench.codes(name) == ["allow", "made-here"]
        assert choices.list_denied() == []
    decisions.deny(str(bound[0]))
    decisions.allow(str(bound[1]))
    assert [bench.codes(name)[0] for name in bound] == ["allow", "allow"]


@pytest.mark.parametrize("setting", ["always", "auto"])
def test_ownership_is_tested_whatever_the_settings(bench: Bench, setting: str) -> None:
    directory = bench.add("app")
    os.chown(directory / ".venv/bin", NOBODY, NOBODY)
    bench.configure(f'trust = "{setting}"\ntrusted_paths = ["{bench.home}"]')
    assert bench.codes(directory) == ["ask", "owner"]


def test_allow_in_a_directory_of_another_user(bench: Bench) -> None:
    """That is the user's to decide; it is bound to the owner, too."""
    directory = bench.add("app")
    give_away(directory)
    decisions.allow(str(directory))
    assert bench.codes(directory) == ["allow", "allowed"]
    os.chown(directory / ".venv", 4242, 4242)
    assert bench.codes(directory)[:3] == ["ask", "changed", "owner"]


def test_a_command_of_another_user_in_an_allowed_environment(bench: Bench) -> None:
    """Who allows what a group can write has not allowed what one of them puts there later."""
    directory = bench.add("app")
    (directory / ".venv/bin").chmod(0o777)
    decisions.allow(str(directory))
    (directory / ".venv/bin/tool").write_text("#!/bin/sh\n")
    assert bench.codes(directory) == ["allow", "allowed"]
    os.chown(directory / ".venv/bin/tool", NOBODY, NOBODY)
    verdict = bench.judge(directory)
    assert verdict.decision == "ask"
    words = "it is not as it was when you allowed it: one of its commands belongs to somebody else"
    assert verdict.reasons[0] == ("changed", words)
    decisions.allow(str(directory))
    assert bench.codes(directory) == ["allow", "allowed"]


def test_another_directory_in_the_place_of_an_allowed_one(bench: Bench) -> None:
    """Where others can rename what lies there, they can put there what the user has unpacked beside it."""
    shared = bench.home / "shared"
    directory = bench.add("shared/app")
    shared.chmod(0o777)
    decisions.allow(str(directory))
    assert str(shared) in bench.resolve(directory)["newer"]
    # Sticky, only the owner of a thing can.
    shared.chmod(0o1777)
    assert str(shared) not in bench.resolve(directory)["newer"]


def test_state_directory_of_another_user(bench: Bench) -> None:
    """What another user prepared there allows nothing, and nothing is written there."""
    directory = bench.add("app")
    give_away(directory / ".venv")
    decisions.allow(str(directory))
    assert bench.codes(directory) == ["allow", "allowed"]
    for path in (bench.state, bench.state.parent):
        os.chown(path, NOBODY, NOBODY)
        before = sorted(bench.state.rglob("*"))
        assert choices.read(str(directory)) == {}
        assert bench.codes(directory) == ["ask", "owner", "interpreter"]
        assert bench.resolve(directory)["verdict"] == ["stop"]
        with pytest.raises(Problem, match="cannot be stored"):
            decisions.deny(str(directory))
        assert sorted(bench.state.rglob("*")) == before
        os.chown(path, 0, 0)
    assert bench.codes(directory) == ["allow", "allowed"]


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o722])
def test_state_directory_that_others_can_write(bench: Bench, monkeypatch: pytest.MonkeyPatch, mode: int) -> None:
    directory = bench.add("app")
    (directory / ".venv/bin/activate").unlink()
    decisions.allow(str(directory))
    monkeypatch.setattr(ownership, "is_private_group", lambda _: False)
    bench.state.chmod(mode)
    assert choices.read(str(directory)) == {}
    assert bench.codes(directory) == ["ask", "nameless"]


def test_choice_of_another_user(bench: Bench) -> None:
    directory = bench.add("app")
    (directory / ".venv/bin/activate").unlink()
    decisions.allow(str(directory))
    (path,) = bench.state.rglob(choices.CHOICE)
    os.chown(path, NOBODY, NOBODY)
    assert choices.read(str(directory)) == {}


def test_state_home_in_the_hands_of_another_user(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own directory, moved there by whoever owns the one above it, or reached by their link."""
    directory = bench.add("app")
    (directory / ".venv/bin/activate").unlink()
    decisions.allow(str(directory))
    theirs = bench.root / "theirs"
    theirs.mkdir()
    (theirs / "autovenv").symlink_to(bench.state)
    give_away(theirs)
    monkeypatch.setenv("XDG_STATE_HOME", str(theirs))
    assert places.state_dir() == str(theirs / "autovenv")
    assert not store.is_private(places.state_dir())
    assert choices.read(str(directory)) == {}


def test_settings_of_another_user_loosen_nothing(bench: Bench) -> None:
    directory = bench.add("app")
    (directory / ".venv/bin/activate").unlink()
    bench.configure(f'trust = "always"\ntrusted_paths = ["{bench.home}"]\n')
    assert bench.codes(directory) == ["allow", "always"]
    os.chown(bench.desk.config, NOBODY, NOBODY)
    assert bench.codes(directory) == ["ask", "nameless"]
    bench.configure(f'denied_paths = ["{bench.home}"]\n')
    assert bench.codes(directory) == ["refuse", "denied-path"]


def test_conda_registry_of_another_user_vouches_for_nothing(bench: Bench) -> None:
    directory = bench.home / "app"
    prefix = directory / ".conda"
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "bin").mkdir()
    registry = bench.home / ".conda/environments.txt"
    registry.parent.mkdir()
    registry.write_text(f"{prefix}\n")
    environment = Environment(str(prefix), "conda", str(prefix / "bin"), "", {}, "app")
    settings = Settings({})
    judge = lambda: trust.judge(str(directory), environment, settings, {}, Evidence({})).reasons[0][0]  # noqa: E731
    assert judge() == "made-here"
    os.chown(registry, NOBODY, NOBODY)
    assert judge() == "nameless"


def test_users_from_outside_a_container(nobody: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a rootless container `/home` belongs to nobody that the container knows."""
    with being(NOBODY):
        directory = nobody.add("app")
    os.chown(nobody.home, 4242, 4242)
    lines = {"/proc/sys/kernel/overflowuid": "4242", "/proc/self/uid_map": "0 0 4294967295"}
    monkeypatch.setattr(ownership, "_read_line", lambda path: lines[path])
    with being(NOBODY):
        assert nobody.codes(directory) == ["ask", "owner"]
        lines["/proc/self/uid_map"] = "0 1000 1"
        assert nobody.codes(directory) == ["allow", "made-here"]
    os.chown(directory / ".venv", 4242, 4242)
    with being(NOBODY):
        assert nobody.codes(directory) == ["ask", "owner"]
