"""`allow`, `deny` and `revoke`: what they are bound to, and that every shell notices."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import EVERYONES, PYTHON, Bench, write_program
from platforms import NOT_AS_ROOT, POSIX
from repositories import Repository
from trees import Handmade, Venv

from autovenv import bounds, places, resolve
from autovenv.commands import decisions, listing
from autovenv.disk.evidence import Evidence
from autovenv.messages import Problem
from autovenv.shells import hook
from autovenv.state import choices, store
from autovenv.state.settings import load as settings_of
from autovenv.trust import judge as trust


@pytest.fixture
def bench(root: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(root, monkeypatch)


@pytest.fixture
def clone(bench: Bench) -> Path:
    """A project that came with its environment."""
    upstream = Repository.init(bench.root / "upstream")
    Handmade().make(upstream.work_tree / ".venv", bench.root)
    upstream.commit("main.py")
    return Repository.clone(upstream, bench.home / "app").work_tree


def test_allow_and_revoke(bench: Bench, clone: Path) -> None:
    assert bench.codes(clone) == ["ask", "tracked", "moved"]
    decision = decisions.allow(str(clone))
    assert (decision.directory, decision.environment) == (str(clone), f"{clone}/.venv")
    assert str(decision) == "`~/app/.venv` may be activated as it is now"
    assert bench.codes(clone) == ["allow", "allowed"]
    assert bench.resolve(clone)["verdict"] == ["use"]
    decisions.revoke(str(clone))
    assert bench.codes(clone) == ["ask", "tracked", "moved"]
    with pytest.raises(Problem, match="nothing was decided"):
        decisions.revoke(str(clone))


def test_allow_from_anywhere_in_the_project(bench: Bench, clone: Path) -> None:
    (clone / "src/deep").mkdir(parents=True)
    for below in ("src/deep", ".venv", ".venv/bin"):
        assert decisions.allow(str(clone / below)).directory == str(clone)
        assert bench.codes(clone)[0] == "allow"
        assert decisions.revoke(str(clone / below)).directory == str(clone)
        assert bench.codes(clone)[0] == "ask"


def install_package(prefix: Path) -> None:
    """What `pip install` does: new packages, new commands, changed ones."""
    packages = prefix / "lib/python3.11/site-packages/thing"
    packages.mkdir(parents=True)
    (packages / "__init__.py").write_text("")
    write_program(prefix / "bin/thing", "exit 0")
    write_program(prefix / "bin/whereami", "exit 0")


def replace_environment(prefix: Path) -> None:
    shutil.copytree(prefix, prefix.parent / "new", symlinks=True)
    shutil.rmtree(prefix)
    (prefix.parent / "new").rename(prefix)


def swap_for_a_link(prefix: Path) -> None:
    prefix.rename(prefix.parent / "other")
    prefix.symlink_to("other")


def replace_commands(prefix: Path) -> None:
    (prefix / "bin").rename(prefix / "old")
    shutil.copytree(prefix / "old", prefix / "bin", symlinks=True)


def touch_configuration(prefix: Path) -> None:
    os.utime(prefix / "pyvenv.cfg", ns=(10**18, 10**18))


def rewrite_configuration(prefix: Path) -> None:
    """Other contents of the same length, the same file, the same times."""
    path = prefix / "pyvenv.cfg"
    before = path.stat()
    path.write_text(path.read_text().replace("/usr/bin", "/tmp/bin"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size


def turn_interpreter(prefix: Path) -> None:
    (prefix / "bin/python").unlink()
    (prefix / "bin/python").symlink_to("/bin/sh")


def copy_interpreter(prefix: Path) -> None:
    (prefix / "bin/python").unlink()
    shutil.copy2(PYTHON, prefix / "bin/python")


def put_another_interpreter_of_the_same_time(prefix: Path) -> None:
    """As an archive does that is unpacked over the environment: the same link, with the times of the old one."""
    link = prefix / "bin" / "python"
    target, look, above = os.readlink(link), link.lstat(), link.parent.stat()
    link.unlink()
    link.symlink_to(target)
    os.utime(link, ns=(look.st_atime_ns, look.st_mtime_ns), follow_symlinks=False)
    os.utime(link.parent, ns=(above.st_atime_ns, above.st_mtime_ns))


def rewrite_configuration_and_give_its_time_back(prefix: Path) -> None:
    """The same bytes, in the same file, of the same time."""
    path = prefix / "pyvenv.cfg"
    data, look = path.read_bytes(), path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(look.st_atime_ns, look.st_mtime_ns))


CHANGES: dict[Callable[[Path], None], list[str]] = {
    install_package: [],
    replace_environment: ["directory", "link", "pyvenv.cfg"],
    swap_for_a_link: ["place"],
    replace_commands: ["directory", "link"],
    touch_configuration: ["pyvenv.cfg"],
    rewrite_configuration: ["pyvenv.cfg"],
    turn_interpreter: ["interpreter", "link"],
    copy_interpreter: ["interpreter", "link"],
    put_another_interpreter_of_the_same_time: ["link"],
    rewrite_configuration_and_give_its_time_back: ["pyvenv.cfg"],
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_an_allow_is_bound_to(bench: Bench, change: Callable[[Path], None]) -> None:
    directory = bench.add("app")
    (directory / ".venv/bin/activate").unlink()
    assert bench.codes(directory) == ["ask", "nameless"]
    decisions.allow(str(directory))
    before = json.loads(next(bench.state.rglob(choices.CHOICE)).read_text())["seen"]
    change(directory / ".venv")
    finding = bench.walk(directory).project
    assert finding is not None
    assert finding.environment is not None
    now = trust.observe(finding.environment)
    assert [key for key in before if before[key] != now[key]] == CHANGES[change]
    assert bench.codes(directory) == (["ask", "changed", "nameless"] if CHANGES[change] else ["allow", "allowed"])


def test_commands_that_git_begins_to_track(bench: Bench, clone: Path) -> None:
    decisions.allow(str(clone))
    repository = Repository(clone)
    repository.commit("src/more.py", ".venv/lib/python3.11/site-packages/more.py")
    assert bench.codes(clone) == ["allow", "allowed"]
    repository.commit(".venv/bin/more")
    verdict = bench.judge(clone)
    assert verdict.reasons[0] == ("changed", "it is not as it was when you allowed it: git tracks other commands in it")
    decisions.allow(str(clone))
    assert bench.codes(clone) == ["allow", "allowed"]
    repository.commit(".venv/bin/more", text="something else")
    assert bench.codes(clone)[:2] == ["ask", "changed"]
    decisions.allow(str(clone))
    repository.git("rm", "-q", "-r", "--cached", ".venv/bin")
    assert bench.codes(clone)[:2] == ["ask", "changed"]


def test_a_pull_that_brings_commands_into_an_environment_made_here(bench: Bench) -> None:
    directory = bench.add("app")
    repository = Repository.init(directory)
    repository.write(".gitignore", text=".venv\n")
    repository.git("add", ".gitignore")
    assert bench.codes(directory) == ["allow", "made-here"]
    repository.track(b".venv/bin/ls")
    assert bench.codes(directory) == ["ask", "tracked"]


def test_new_packages_are_noticed_in_a_repository(bench: Bench) -> None:
    """A file that a pull drops among the packages (`x.pth`, `sitecustomize.py`) runs at every start of Python."""
    directory = bench.add("app")
    packages = directory / ".venv/lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    assert ".venv/lib/python3.11/site-packages" not in bench.resolve(directory).get("newer", [])
    Repository.init(directory)
    assert ".venv/lib/python3.11/site-packages" in bench.resolve(directory)["newer"]
    decisions.allow(str(directory))
    assert ".venv/lib/python3.11/site-packages" in bench.resolve(directory)["newer"]


def test_no_index_is_watched(bench: Bench) -> None:
    """Every git command writes it: none may cost a start of the resolver."""
    directory = bench.add("app")
    Repository.init(directory)
    words = bench.resolve(directory)
    assert not [line for lines in words.values() for line in lines if ".git" in line.split("/")]


def test_an_environment_made_anew_by_the_user(bench: Bench, clone: Path) -> None:
    decisions.allow(str(clone))
    Repository(clone).git("rm", "-q", "-r", "--cached", ".venv")
    shutil.rmtree(clone / ".venv")
    Venv("venv").make(clone / ".venv", bench.root)
    assert bench.codes(clone) == ["allow", "made-here"]


def test_deny_is_quiet_and_stops(bench: Bench) -> None:
    directory = bench.add("app")
    assert bench.resolve(directory)["verdict"] == ["use"]
    assert str(decisions.deny(str(directory))) == "`~/app/.venv` will not be activated"
    made = bench.resolve(directory)
    assert (made["verdict"], made.get("warning")) == (["stop"], None)
    assert bench.judge(directory).reasons == [("denied", "you denied it")]
    decisions.allow(str(directory))
    assert bench.codes(directory) == ["allow", "allowed"]
    decisions.deny(str(directory))
    decisions.revoke(str(directory))
    assert bench.codes(directory) == ["allow", "made-here"]


def test_deny_before_there_is_an_environment(bench: Bench) -> None:
    directory = bench.home / "app"
    directory.mkdir()
    assert decisions.deny(str(directory)).environment is None
    bench.add("app")
    assert bench.codes(directory) == ["refuse", "denied"]


def test_deny_broken(bench: Bench) -> None:
    directory = bench.add("app")
    (directory / ".venv/bin/python").unlink()
    assert decisions.deny(str(directory)).directory == str(directory)
    (directory / ".venv/bin/python").symlink_to(PYTHON)
    assert bench.codes(directory) == ["refuse", "denied"]


def test_no_link_leads_around_a_decision(bench: Bench) -> None:
    directory = bench.add("app")
    (bench.home / "way").symlink_to("app")
    (bench.home / "house").symlink_to(".")
    others = (bench.home / "way", bench.home / "house" / "app")
    decisions.deny(str(directory))
    assert [bench.codes(other) for other in others] == [["refuse", "denied"]] * 2
    decisions.revoke(str(others[0]))
    assert bench.codes(directory) == ["allow", "made-here"]
    decisions.deny(str(others[1]))
    assert bench.codes(directory) == ["refuse", "denied"]


def list_fresh(bench: Bench, directory: Path | str) -> list[str]:
    """Return what a shell could take for a record that is still good, or for the sign of one."""
    place = Path(store.record_dir(str(directory), str(bench.state)))
    files = [path for path in place.iterdir() if path.name != choices.CHOICE and path.is_file()]
    return sorted(path.name for path in files if path.name != store.RECORD or path.read_bytes() != store.BLANK)


@pytest.mark.parametrize("decide", [decisions.allow, decisions.deny])
def test_every_shell_notices(bench: Bench, decide: Callable[[str], decisions.Decision]) -> None:
    """The record's stamps, at which shells look at each prompt, are gone, and so is what it said; under every name."""
    directory = bench.add("app")
    (bench.home / "way").symlink_to("app")
    for name in (directory, bench.home / "way"):
        bench.resolve(name)
        assert store.RECORD in list_fresh(bench, name)
    decide(str(bench.home / "way"))
    assert list_fresh(bench, directory) == []
    assert list_fresh(bench, bench.home / "way") == []
    bench.resolve(directory)
    decisions.revoke(str(directory))
    assert list_fresh(bench, directory) == []


def test_a_decision_under_another_name_is_watched(bench: Bench) -> None:
    directory = bench.add("app")
    (bench.home / "way").symlink_to("app")
    watched = store.record_dir(str(directory), str(bench.state))
    assert watched in bench.resolve(bench.home / "way")["newer"]
    assert not [line for line in bench.resolve(directory)["newer"] if line.startswith(str(bench.state))]


def test_a_link_stays(bench: Bench) -> None:
    directory = bench.add("app")
    choices.write(str(directory), {"link": str(directory / ".venv")})
    decisions.deny(str(directory))
    decisions.allow(str(directory))
    decisions.revoke(str(directory))
    assert choices.read(str(directory)) == {"link": str(directory / ".venv")}


def test_a_link_vouches_for_the_place_and_nothing_else(bench: Bench, clone: Path) -> None:
    kept = bench.add("kept") / ".venv"
    (kept / "bin/activate").unlink()
    app = bench.home / "other"
    app.mkdir()
    choices.write(str(app), {"link": str(kept)})
    assert bench.codes(app) == ["allow", "linked"]
    kept.chmod(0o777)
    assert bench.codes(app) == ["ask", "writable"]
    choices.write(str(app), {"link": str(clone / ".venv")})
    assert bench.codes(app) == ["ask", "tracked"]


def test_what_cannot_be_allowed(bench: Bench) -> None:
    plain = bench.home / "plain"
    plain.mkdir()
    with pytest.raises(Problem, match="no environment belongs to `~/plain`"):
        decisions.allow(str(plain))
    broken = bench.add("broken")
    (broken / ".venv/bin/python").unlink()
    with pytest.raises(Problem, match="cannot be allowed") as problem:
        decisions.allow(str(broken))
    assert "interpreter" in problem.value.why
    colon = bench.add("a:b")
    with pytest.raises(Problem, match="cannot be allowed") as problem:
        decisions.allow(str(colon))
    assert "`PATH` cannot hold" in problem.value.why
    denied = bench.add("denied/app")
    bench.configure(f'denied_paths = ["{bench.home}/denied"]')
    with pytest.raises(Problem, match="cannot be allowed") as problem:
        decisions.allow(str(denied))
    assert "`denied_paths`" in problem.value.hint


def test_a_path_refused_whatever_was_allowed(bench: Bench) -> None:
    colon = bench.add("a:b")
    choices.write(str(colon), {"decision": "allow", "seen": {}})
    assert bench.codes(colon) == ["refuse", "path"]


@NOT_AS_ROOT
def test_state_that_cannot_be_written(bench: Bench) -> None:
    directory = bench.add("app")
    bench.state.mkdir(parents=True)
    bench.state.chmod(0o500)
    try:
        with pytest.raises(Problem, match="cannot be stored"):
            decisions.allow(str(directory))
    finally:
        bench.state.chmod(0o700)


def test_state_directory_that_is_a_file(bench: Bench) -> None:
    directory = bench.add("app")
    bench.state.parent.mkdir(parents=True)
    bench.state.write_text("")
    assert bench.resolve(directory)["verdict"] == ["use"]
    with pytest.raises(Problem, match="cannot be stored"):
        decisions.deny(str(directory))
    assert bench.codes(directory) == ["allow", "made-here"]


def test_state_is_private(bench: Bench) -> None:
    directory = bench.add("app")
    decisions.deny(str(directory))
    bench.resolve(directory)
    for path in (bench.state, *bench.state.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path
    bench.state.chmod(0o755)
    assert bench.codes(directory) == ["refuse", "denied"]
    assert bench.state.stat().st_mode & 0o777 == 0o700


def test_links_in_the_state_directory_are_not_followed(bench: Bench) -> None:
    directory = bench.add("app")
    decisions.deny(str(directory))
    choice = next(bench.state.rglob(choices.CHOICE))
    outside = bench.root / "outside"
    outside.mkdir()
    data = choice.read_bytes()
    choice.rename(outside / choices.CHOICE)
    choice.symlink_to(outside / choices.CHOICE)
    assert choices.read(str(directory)) == {}
    choice.unlink()
    place = choice.parent
    place.rename(bench.root / "away")
    place.symlink_to(outside)
    assert choices.read(str(directory)) == {}
    with pytest.raises(Problem, match="cannot be stored"):
        decisions.allow(str(directory))
    with pytest.raises(Problem, match="nothing was decided"):
        decisions.revoke(str(directory))
    assert (outside / choices.CHOICE).read_bytes() == data


@pytest.mark.parametrize("kind", ["fifo", "directory", "large"])
def test_choice_that_is_no_file(bench: Bench, kind: str) -> None:
    directory = bench.add("app")
    decisions.deny(str(directory))
    choice = next(bench.state.rglob(choices.CHOICE))
    choice.unlink()
    if kind == "fifo":
        os.mkfifo(choice, 0o600)
    elif kind == "directory":
        choice.mkdir()
    else:
        choice.write_bytes(b'{"decision": "deny"}')
        os.truncate(choice, 1 << 30)
    assert bench.codes(directory) == ["allow", "made-here"]


KEYS = st.sampled_from(["decision", "seen", "link", "x"])
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["allow", "deny"])
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner), max_leaves=6)


@settings(max_examples=40, deadline=None)
@given(data=st.binary(max_size=100) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_choice_of_any_content(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """What is damaged allows nothing."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        bench = Bench(Path(os.path.realpath(tmp_path_factory.mktemp("c"))), monkeypatch)
        directory = bench.add("app")
        (directory / ".venv/bin/activate").unlink()
        decisions.deny(str(directory))
        next(bench.state.rglob(choices.CHOICE)).write_bytes(data)
        read = choices.read(str(directory))
        assert isinstance(read, dict)
        if "link" not in read:
            assert bench.judge(directory).decision in ("ask", "refuse")


def test_machine_of_many_projects_stays_apart(bench: Bench) -> None:
    """One project's decision is not another's, not even below it."""
    outer = bench.add("app")
    inner = bench.add("app/part")
    beside = bench.add("app-2")
    decisions.deny(str(outer))
    assert bench.codes(inner) == ["allow", "made-here"]
    assert bench.codes(beside) == ["allow", "made-here"]


def test_choices_do_not_need_evidence(bench: Bench) -> None:
    directory = bench.add("app")
    decisions.deny(str(directory))
    evidence = Evidence({})
    assert choices.read(str(directory), evidence) == choices.read(str(directory)) == {"decision": "deny"}
    assert not evidence.words
    assert places.state_dir() == str(bench.state)


def test_a_hook_looks_for_no_record_where_others_write(bench: Bench) -> None:
    def find_state() -> str:
        (word,) = [word for word in hook.list_words(settings_of(Evidence({}))) if word.startswith("state=")]
        return word

    assert find_state() == f"state={bench.state}"
    bench.state.chmod(0o777)
    assert find_state() == "state=/dev/null"
    bench.state.chmod(0o755)
    assert find_state() == f"state={bench.state}"


# == Typed =============================================================================================================


def test_typed(bench: Bench, clone: Path) -> None:
    desk = bench.desk
    answer = desk.type("allow", cwd=clone)
    assert (answer.status, answer.out, answer.err) == (0, "`~/app/.venv` may be activated as it is now\n", "")
    assert desk.type("which", cwd=clone).out == f"{clone}/.venv/bin/python\n"
    answer = desk.type("deny", "app")
    assert (answer.status, answer.out) == (0, "`~/app/.venv` will not be activated\n")
    status = desk.type("status", "--json", cwd=clone).json
    assert (status["verdict"], status["reasons"]) == ("refuse", [{"code": "denied", "words": "you denied it"}])
    answer = desk.type("revoke", cwd=clone)
    assert (answer.status, answer.out) == (0, "nothing is decided any more for `~/app/.venv`\n")
    assert desk.type("revoke", cwd=clone).status == 1


# == A record that is wrong ============================================================================================


@POSIX
@pytest.mark.parametrize(
    "words",
    [("status",), ("status", "--json"), ("which",), ("run", "--", "true"), ("env",), ("list",), ("doctor", "--json")],
)
def test_whoever_finds_that_a_record_is_wrong_has_it_made_anew(bench: Bench, words: tuple[str, ...]) -> None:
    """A shell sees no mode: its record holds. Who looks at the thing itself finds out, and so does the shell then."""
    directory = bench.add("app")
    stored = Path(store.record_dir(str(directory)), store.RECORD)
    assert bench.resolve(directory)["verdict"] == ["use"]
    before = stored.read_bytes()
    bench.desk.type(*words, cwd=directory)
    assert stored.read_bytes() == before  # it is right
    (directory / ".venv/bin").chmod(0o777)
    bench.desk.type(*words, cwd=directory)
    assert stored.read_bytes() == store.BLANK
    assert bench.resolve(directory)["verdict"] == ["stop"]


def test_a_record_for_other_variables_is_not_wrong(bench: Bench) -> None:
    directory = bench.add("app")
    other = bench.home / "other"
    Handmade(python=EVERYONES).make(other, bench.root)
    bench.monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", str(other))
    (directory / "pyproject.toml").write_text("[project]\nname = 'app'\n")
    assert bench.resolve(directory)["prefix"] == [str(other)]
    stored = Path(store.record_dir(str(directory)), store.RECORD)
    before = stored.read_bytes()
    assert bench.desk.type("which", cwd=directory).out == f"{directory}/.venv/bin/python\n"
    assert stored.read_bytes() == before
    bench.desk.type("which", cwd=directory, environ={"UV_PROJECT_ENVIRONMENT": str(directory / ".venv")})
    assert stored.read_bytes() == before


def test_what_takes_too_much_work_is_left_off_by_commands_too(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = bench.add("app")

    def work(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr(bounds, "WORK", 0.05)
    monkeypatch.setattr(resolve, "look", work)
    step = bench.walk(directory).project
    assert step is not None
    assert step.broken is not None
    assert "seconds of work" in step.broken.reason
    assert not step.allowed
    known = listing.examine(str(directory), dict(os.environ))
    assert (known.verdict, known.why) == ("broken", step.broken.reason)
