"""May an environment be used: each reason by itself, and that what a user made themselves is never asked about."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import EVERYONES, PYTHON, Bench
from repositories import Repository
from scenarios import SCENARIOS
from trees import Handmade, Venv

from autovenv.commands import decisions
from autovenv.disk import ownership
from autovenv.disk.evidence import Evidence
from autovenv.environments.environment import Environment
from autovenv.messages import Problem, visible
from autovenv.state.settings import Settings
from autovenv.trust import birthplace
from autovenv.trust import judge as trust

with suppress(ImportError):  # not in Windows
    import grp
    import pwd


@pytest.fixture
def bench(root: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(root, monkeypatch)


# == What the user made themselves =====================================================================================

NAMES = ("app", "my app", "it's", 'a "b" c', "$HOME `id` \\", "naïve-日本", "a#b;c&d|e(f)", "-n", "%F{red}x%f", "~")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tool", ["venv", "virtualenv", "uv"])
def test_made_here(bench: Bench, tool: str, name: str) -> None:
    directory = bench.add(name, Venv(tool))
    assert bench.codes(directory) == ["allow", "made-here"]


def test_made_here_in_a_repository(bench: Bench) -> None:
    directory = bench.add("app", Venv("venv"))
    repository = Repository.init(directory)
    repository.write(".gitignore", text=".venv/\n")
    repository.write("main.py")
    repository.git("add", ".")
    repository.git("commit", "-q", "-m", "first")
    assert bench.codes(directory) == ["allow", "made-here"]


def test_made_here_through_a_link(bench: Bench) -> None:
    """The environment names one path, the user walks another: a linked project, a linked home, a linked environment."""
    real = bench.root / "disk" / "app"
    real.mkdir(parents=True)
    (bench.home / "app").symlink_to(real)
    for made_at in (real, bench.home / "app"):
        shutil.rmtree(real / ".venv", ignore_errors=True)
        Handmade().make(made_at / ".venv", bench.root)
        assert f"VIRTUAL_ENV={made_at}/.venv" in (real / ".venv/bin/activate").read_text()
        for walked in (real, bench.home / "app"):
            assert bench.codes(walked) == ["allow", "made-here"]
    other = bench.home / "other"
    other.mkdir()
    (other / ".venv").symlink_to(real / ".venv")
    assert bench.codes(other) == ["allow", "made-here"]


@pytest.mark.parametrize(
    "script",
    [
        'VIRTUAL_ENV="{raw}"\nexport VIRTUAL_ENV\n',  # venv to 3.11
        "VIRTUAL_ENV='{raw}'\nexport VIRTUAL_ENV\n",  # virtualenv 20.0 to 20.26.5
        "VIRTUAL_ENV={quoted}\nexport VIRTUAL_ENV\n",  # venv 3.11 and 3.12 with the fix of 2024
        # venv 3.12
        'if true; then\n    export VIRTUAL_ENV=$(cygpath "{raw}")\nelse\n    export VIRTUAL_ENV="{raw}"\nfi\n',
        # venv 3.13 and 3.14
        "    VIRTUAL_ENV=$(cygpath {quoted})\n    VIRTUAL_ENV=$(wslpath {quoted})\n    export VIRTUAL_ENV={quoted}\n",
        # virtualenv 20.26.6 and later, uv
        'VIRTUAL_ENV={quoted}\nif [ "$OSTYPE" = "msys" ]; then\n    VIRTUAL_ENV=$(cygpath -u "$VIRTUAL_ENV")\nfi\n',
        # virtualenv 21
        'if [ ! -d {quoted} ]; then\n    VIRTUAL_ENV="$CURRENT_ENV"\nelse\n    VIRTUAL_ENV={quoted}\nfi\n',
        "VIRTUAL_ENV={quoted}\r\nexport VIRTUAL_ENV\r\n",
    ],
)
@pytest.mark.parametrize("name", ["app", "my app", "a&b"])
def test_forms_of_activate(bench: Bench, script: str, name: str) -> None:
    directory = bench.add(name)
    prefix = str(directory / ".venv")
    write(directory, "bin/activate", script.format(raw=prefix, quoted=shlex.quote(prefix)))
    assert bench.codes(directory) == ["allow", "made-here"]
    elsewhere = f"{prefix}-2"
    write(directory, "bin/activate", script.format(raw=elsewhere, quoted=shlex.quote(elsewhere)))
    assert bench.codes(directory) == ["ask", "moved"]


def write(directory: Path, name: str, data: str | bytes) -> None:
    path = directory / ".venv" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(os.fsencode(data))


@pytest.mark.parametrize("name", ["app", "my app", "a -m venv b"])
def test_command_in_the_configuration(bench: Bench, name: str) -> None:
    directory = bench.add(name)
    (directory / ".venv/bin/activate").unlink()
    for words in ("", " --clear --prompt x y"):
        write(
            directory, "pyvenv.cfg", f"home = /usr/bin\ncommand = /usr/bin/python3 -m venv{words} {directory}/.venv\n"
        )
        assert bench.codes(directory) == ["allow", "made-here"]
    for place in (f"{directory}/.venv-2", f"{directory}", f"x{directory}/.venv", "", ".venv"):
        write(directory, "pyvenv.cfg", f"home = /usr/bin\ncommand = /usr/bin/python3 -m venv {place}\n")
        assert bench.codes(directory)[0] == "ask"


@pytest.mark.parametrize("place", birthplace.KEPT)
def test_kept_where_tools_keep_them(bench: Bench, place: str) -> None:
    """An environment that says nothing, in a place that no clone or archive is unpacked to."""
    directory = bench.home / "app"
    directory.mkdir()
    prefix = bench.home / place / "app-1a2b"
    Handmade().make(prefix, bench.root)
    (prefix / "bin/activate").unlink()
    environment = Environment(str(prefix), "venv", str(prefix / "bin"), str(prefix / "bin/python"), {}, "app")
    judge = lambda: trust.judge(str(directory), environment, DEFAULTS, {}, Evidence({}))  # noqa: E731
    assert judge().decision == "allow"
    assert judge().reasons == [trust.give_reason("kept", f"~/{place}")]
    beside = bench.home / (place + "-2")
    prefix.parent.rename(beside)
    environment.prefix, environment.bin = str(beside / "app-1a2b"), str(beside / "app-1a2b/bin")
    environment.python = f"{environment.bin}/python"
    environment.mark = f"{environment.prefix}/pyvenv.cfg"
    assert judge().reasons[0][0] == "nameless"


def test_what_tools_keep_vouches_for_nothing_but_environments_in_it(bench: Bench) -> None:
    place = bench.home / birthplace.KEPT[0]
    place.mkdir(parents=True)
    kept = place / "app-1a2b"
    kept.mkdir()
    (bench.home / "app").mkdir()
    find = lambda prefix, directory: birthplace._find_kept(str(prefix), str(directory), {})  # noqa: E731
    assert find(kept, bench.home / "app") == f"~/{birthplace.KEPT[0]}"
    assert find(place, bench.home / "app") == ""  # not for itself
    assert find(kept, kept) == ""  # nor for a project that is an environment of it,
    assert find(kept, place) == ""  # or that has all of them in it
    assert find(place / "gone", bench.home / "app") == find(kept, bench.home / "gone") == ""
    (place / "clone").mkdir()
    assert find(kept, place / "clone") == ""


def test_a_project_that_lies_where_tools_keep_environments(bench: Bench) -> None:
    """A clone there is vouched for by nothing."""
    directory = bench.add(".local/share/hatch/env/plugins/clone")
    assert bench.codes(directory) == ["allow", "made-here"]
    (directory / ".venv/bin/activate").unlink()
    assert bench.codes(directory) == ["ask", "nameless"]


@pytest.mark.parametrize("named", ["{prefix}/conda-meta", "{prefix}", "{prefix}/conda-meta\n"])
def test_prefix_of_pixi(bench: Bench, named: str) -> None:
    directory = bench.home / "app"
    prefix = directory / ".pixi/envs/default"
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "bin").mkdir()
    environment = Environment(str(prefix), "conda", str(prefix / "bin"), "", {}, "app")
    judge = lambda: trust.judge(str(directory), environment, DEFAULTS, {}, Evidence({})).reasons[0][0]  # noqa: E731
    assert judge() == "nameless"
    (prefix / "conda-meta/pixi_env_prefix").write_text(named.format(prefix=prefix))
    assert judge() == "made-here"
    (prefix / "conda-meta/pixi_env_prefix").write_text(named.format(prefix=f"{prefix}-2"))
    assert judge() == "moved"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("{prefix}\n", "made-here"),
        ("/else/where\n{prefix}\n/third", "made-here"),
        ("{prefix}\r\n", "made-here"),
        ("{prefix}-2\n", "nameless"),
        ("{prefix}/bin\n", "nameless"),
        ("\xff\xfe\n", "nameless"),
        ("", "nameless"),
    ],
)
def test_registry_of_conda(bench: Bench, lines: str, expected: str) -> None:
    directory = bench.home / "app"
    prefix = directory / ".conda"
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "bin").mkdir()
    registry = bench.home / ".conda/environments.txt"
    registry.parent.mkdir()
    registry.write_text(lines.format(prefix=prefix), "latin-1")
    environment = Environment(str(prefix), "conda", str(prefix / "bin"), "", {}, "app")
    assert trust.judge(str(directory), environment, DEFAULTS, {}, Evidence({})).reasons[0][0] == expected


@pytest.mark.parametrize("what", ["conda-meta", "conda-meta/history"])
def test_the_registry_vouches_for_a_place_and_not_for_what_lies_there(bench: Bench, what: str) -> None:
    """Who unpacks an archive over it brings the archive's times; that of the change is the unpacking's."""
    directory = bench.home / "app"
    prefix = directory / ".conda"
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "conda-meta/history").write_text("==> 2026-01-01 00:00:00 <==\n")
    (prefix / "bin").mkdir()
    registry = bench.home / ".conda/environments.txt"
    registry.parent.mkdir()
    registry.write_text(f"{prefix}\n")
    environment = Environment(str(prefix), "conda", str(prefix / "bin"), "", {}, "app")
    judge = lambda: trust.judge(str(directory), environment, DEFAULTS, {}, Evidence({})).reasons  # noqa: E731
    assert [code for code, _ in judge()] == ["made-here"]
    os.utime(prefix / what, (1e9, 1e9))
    assert judge() == [("unpacked", "`~/.conda/environments.txt` names its place, but it was unpacked or copied there")]
    # A home that was restored from a backup, or an image, brings both; an archive comes later.
    os.utime(registry, (1e9, 1e9))
    assert [code for code, _ in judge()] == ["made-here"]
    found = os.stat(registry)
    later = SimpleNamespace(st_ctime_ns=found.st_ctime_ns - 3601 * 10**9, st_mtime_ns=found.st_mtime_ns)
    assert not birthplace.is_written_here(str(prefix), later)  # type: ignore[arg-type]


# == What came from elsewhere ==========================================================================================


def test_moved(bench: Bench) -> None:
    old = bench.add("old", Venv("venv"))
    new = bench.home / "new"
    old.rename(new)
    verdict = bench.judge(new)
    assert (verdict.decision, trust.explain(verdict)) == ("ask", "it was made at `~/old/.venv`, not here")


def test_copied(bench: Bench) -> None:
    app = bench.add("app", Venv("venv"))
    shutil.copytree(app, bench.home / "app-2", symlinks=True)
    assert bench.codes(bench.home / "app-2") == ["ask", "moved"]
    assert bench.codes(app) == ["allow", "made-here"]


def make_relocatable(bench: Bench, directory: Path, installs: bool = True) -> None:
    """Make a project's environment as uv does where `relocatable-envs-default` is on; `installs` the project."""
    directory.mkdir(exist_ok=True)
    (directory / "pyproject.toml").write_text('[project]\nname = "My.App"\nversion = "1"\n')
    environ = {"HOME": str(bench.home), "PATH": "/usr/bin:/bin", "UV_CACHE_DIR": str(bench.root / "cache")}
    command = ["uv", "venv", "-q", "--clear", "--offline", "--no-config", "--relocatable", str(directory / ".venv")]
    subprocess.run([sys.executable, "-m", *command], check=True, env=environ)
    if installs:
        [packages] = (directory / ".venv/lib").glob("python*/site-packages")
        (packages / "my_app-1.dist-info").mkdir()
        (packages / "my_app-1.dist-info/direct_url.json").write_text(
            json.dumps({"url": directory.as_uri(), "dir_info": {"editable": True}})
        )
        (packages / "my_app-1.dist-info/RECORD").write_text("_editable_impl_my_app.pth,sha256=x,1\n")
        (packages / "_editable_impl_my_app.pth").write_text(f"{directory}/src")


def test_relocatable(bench: Bench) -> None:
    directory = bench.home / "app"
    make_relocatable(bench, directory, installs=False)
    assert bench.codes(directory) == ["ask", "nameless"]


@pytest.mark.parametrize("name", ["app", "my app", "naïve %41", "it's"])
def test_relocatable_with_the_project_installed(bench: Bench, name: str) -> None:
    directory = bench.home / name
    make_relocatable(bench, directory)
    verdict = bench.judge(directory)
    assert (verdict.decision, trust.explain(verdict)) == (
        "allow",
        "`direct_url.json` names its place, and nobody else can change it",
    )


@pytest.mark.parametrize("copy", [shutil.copytree, os.rename])
def test_relocatable_copied_or_moved(bench: Bench, copy: Callable[[Path, Path], object]) -> None:
    make_relocatable(bench, bench.home / "app")
    copy(bench.home / "app", bench.home / "other")
    verdict = bench.judge(bench.home / "other")
    assert (verdict.decision, trust.explain(verdict)) == ("ask", "it was made at `~/app`, not here")


def test_relocatable_copied_into_another_project(bench: Bench) -> None:
    make_relocatable(bench, bench.home / "app")
    other = bench.home / "other"
    other.mkdir()
    (other / "pyproject.toml").write_text('[project]\nname = "other"\n')
    shutil.copytree(bench.home / "app/.venv", other / ".venv", symlinks=True)
    assert bench.codes(other) == ["ask", "nameless"]


def test_relocatable_has_one_guess(bench: Bench) -> None:
    directory = bench.home / "app"
    make_relocatable(bench, directory)
    [installed] = (directory / ".venv/lib").glob("python*/site-packages/*.dist-info")
    (installed.parent / "_editable_impl_my_app.pth").write_text("/home/somebody/else\n")
    assert bench.codes(directory) == ["ask", "moved"]
    (installed.parent / "_editable_impl_my_app.pth").write_text(f"import x\n{directory}\n")
    assert bench.codes(directory) == ["allow", "made-here"]
    shutil.copytree(installed, installed.with_name("My.App-2.dist-info"))
    assert bench.codes(directory) == ["ask", "nameless"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "[" * 9000,
        '{"url": 3, "dir_info": {}}',
        '{"url": "{app}", "dir_info": {}}',
        '{"url": "file://host{app}", "dir_info": {}}',
        '{"url": "file:{app}", "dir_info": {}}',
        '{"url": "file://{app}", "vcs_info": {}}',
        '{"url": "file://{app}/..", "dir_info": {}}',
        '{"url": "file:///%00", "dir_info": {}}',
    ],
)
def test_relocatable_urls_that_are_no_place(bench: Bench, text: str) -> None:
    directory = bench.home / "app"
    make_relocatable(bench, directory)
    [installed] = (directory / ".venv/lib").glob("python*/site-packages/*.dist-info")
    (installed / "direct_url.json").write_text(text.replace("{app}", str(directory)))
    assert bench.codes(directory)[0] == "ask"


def test_relocatable_the_project_that_is_installed_later_shows(bench: Bench) -> None:
    directory = bench.home / "app"
    make_relocatable(bench, directory, installs=False)
    assert any(path.endswith("site-packages") for path in bench.resolve(directory)["newer"])


def test_kept_in_uvs_cache(bench: Bench) -> None:
    """`centralized-project-envs`: `.venv` is a link into uv's cache, and what it leads to is relocatable."""
    kept = bench.home / ".cache/uv/environments-v2/app-cp3.11.2-f18afd6bffc8baf5"
    make_relocatable(bench, bench.home / "source", installs=False)
    kept.parent.mkdir(parents=True)
    (bench.home / "source/.venv").rename(kept)
    directory = bench.home / "app"
    directory.mkdir()
    (directory / ".venv").symlink_to(kept)
    assert bench.codes(directory) == ["allow", "kept"]
    (directory / ".venv").unlink()
    (directory / ".venv").write_text(f"{kept}\n")
    assert bench.codes(directory) == ["allow", "kept"]


def test_remade_by_the_same_tool_is_not_asked_about_again(bench: Bench) -> None:
    directory = bench.home / "app"
    make_relocatable(bench, directory, installs=False)
    decisions.allow(str(directory))
    for _ in range(2):
        (directory / ".venv").rename(bench.home / "old")
        make_relocatable(bench, directory, installs=False)
        assert bench.codes(directory) == ["allow", "remade"]
        shutil.rmtree(bench.home / "old")


@pytest.mark.parametrize("what", ["times", "configuration", "script", "interpreter", "no script"])
def test_what_takes_the_place_and_shows_something_else_is_asked_about(bench: Bench, what: str) -> None:
    directory = bench.home / "app"
    make_relocatable(bench, directory, installs=False)
    decisions.allow(str(directory))
    (directory / ".venv").rename(bench.home / "old")
    make_relocatable(bench, directory, installs=False)
    prefix = directory / ".venv"
    if what == "times":  # as `tar` and `unzip` leave them
        os.utime(prefix / "pyvenv.cfg", (1_700_000_000, 1_700_000_000))
    elif what == "configuration":
        with (prefix / "pyvenv.cfg").open("a") as file:
            file.write("home = /opt\n")
    elif what == "script":
        with (prefix / "bin/activate").open("a") as file:
            file.write("ls\n")
    elif what == "interpreter":
        (prefix / "bin/python").unlink()
        (prefix / "bin/python").symlink_to(EVERYONES)
    else:
        (prefix / "bin/activate").unlink()
    assert bench.codes(directory)[0] == "ask"


@pytest.mark.parametrize(
    "named",
    [
        "/proc/self/cwd/.venv",
        "/proc/self/../self/cwd/.venv",
        "/dev/fd/../../proc/self/cwd/.venv",
        "/dev/fd/7/.venv",
        ".venv",
        "$PWD/.venv",
        "~/app/.venv",
        "{home}/gone/../app/.venv",
        "{home}/app/.venv/..",
        "{home}/app",
        "{home}/app/.venv/bin",
        "{home}/ap",
        "{home}/app/.ven",
        "/",
        "",
    ],
)
def test_names_that_are_no_place(bench: Bench, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    directory = bench.add("app")
    monkeypatch.chdir(directory)
    named = named.format(home=bench.home)
    for quoted in (named, shlex.quote(named), f'"{named}"'):
        write(directory, "bin/activate", f"VIRTUAL_ENV={quoted}\nexport VIRTUAL_ENV\n")
        assert bench.codes(directory)[0] == "ask"


@pytest.mark.skipif(not os.path.exists("/proc/self/cwd"), reason="no /proc")
def test_a_path_that_means_another_place_for_each_program(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be as good as a relative entry of `PATH`, whatever is allowed."""
    directory = bench.add("app")
    monkeypatch.chdir(directory)
    (directory / ".venv").rename(directory / "dev")
    (directory / "dev/bin/activate").write_text(f"VIRTUAL_ENV={directory}/dev\n")
    (directory / ".venv").symlink_to("/proc/self/cwd/dev")
    assert bench.codes(directory) == ["refuse", "magic"]
    with pytest.raises(Problem):
        decisions.allow(str(directory))
    bench.configure(f"trust = 'always'\ntrusted_paths = ['{bench.home}']")
    assert bench.codes(directory) == ["refuse", "magic"]


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="no /dev/shm")
def test_made_in_shared_memory(bench: Bench) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
        Handmade(python=EVERYONES).make(Path(directory, ".venv"), bench.root)
        Path(directory, ".venv/bin/activate").write_text(f"VIRTUAL_ENV={directory}/.venv\n")
        assert bench.codes(directory) == ["allow", "made-here"]


def test_a_place_beside_the_project(bench: Bench) -> None:
    """`uv venv ../shared` writes the path as it was typed."""
    directory = bench.add("app")
    write(directory, "bin/activate", f"VIRTUAL_ENV='{bench.home}/app/../app/.venv'\n")
    assert bench.codes(directory) == ["allow", "made-here"]


def test_a_prefix_is_no_match(bench: Bench) -> None:
    """`/x/app` in `/x/app-2/.venv`, and the other way round."""
    for present, named in (("app", "app-2"), ("app-2", "app")):
        directory = bench.add(present)
        write(directory, "bin/activate", f"VIRTUAL_ENV={bench.home}/{named}/.venv\n")
        assert bench.codes(directory) == ["ask", "moved"]


def test_one_guess_only(bench: Bench) -> None:
    """A script that names many places names none."""
    directory = bench.add("app")
    place = f"{directory}/.venv"
    write(directory, "bin/activate", f"VIRTUAL_ENV=/home/ada/app/.venv\nVIRTUAL_ENV={place}\n")
    assert bench.codes(directory) == ["ask", "moved"]
    write(
        directory,
        "bin/activate",
        f"echo {place}\n# VIRTUAL_ENV={place}\nMY_VIRTUAL_ENV={place}\nX=VIRTUAL_ENV={place}\n",
    )
    assert bench.codes(directory) == ["ask", "nameless"]
    # What the script says stands: the other file is no second guess.
    write(directory, "bin/activate", "VIRTUAL_ENV=/home/ada/app/.venv\n")
    write(directory, "pyvenv.cfg", f"home = /usr/bin\ncommand = /usr/bin/python3 -m venv {place}\n")
    assert bench.codes(directory) == ["ask", "moved"]


def test_a_way_that_others_made_says_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = bench.add("app")
    (bench.root / "way").symlink_to(bench.home)
    write(directory, "bin/activate", f"VIRTUAL_ENV={bench.root}/way/app/.venv\n")
    assert bench.codes(directory) == ["allow", "made-here"]
    bench.root.chmod(0o777)
    assert "moved" in bench.codes(directory)


def test_cloned_with_its_environment(bench: Bench) -> None:
    upstream = Repository.init(bench.root / "upstream")
    target = bench.home / "app"
    upstream.commit("main.py")
    Handmade().make(upstream.work_tree / ".venv", bench.root)
    # The author guessed where it would be cloned to.
    (upstream.work_tree / ".venv/bin/activate").write_text(f"VIRTUAL_ENV={target}/.venv\n")
    upstream.commit()
    Repository.clone(upstream, target)
    assert bench.codes(target) == ["ask", "tracked"]
    assert trust.explain(bench.judge(target)) == "git tracks `~/app/.venv/bin/activate`"


def test_tracked_by_an_outer_repository(bench: Bench) -> None:
    outer = Repository.init(bench.home / "mono")
    directory = bench.add("mono/services/api")
    outer.write("services/api/main.py", "services/api/.venv-2/bin/ls")
    outer.git("add", "-f", "services/api/main.py", "services/api/.venv-2")
    assert bench.codes(directory) == ["allow", "made-here"]
    inner = Repository.init(directory)
    outer.track(b"services/api/.venv/bin/ls")
    assert bench.codes(directory) == ["ask", "tracked"]
    inner.write("main.py")
    inner.git("add", "main.py")
    assert bench.codes(directory) == ["ask", "tracked"]


def test_environment_that_is_a_submodule(bench: Bench) -> None:
    part = Repository.init(bench.root / "part")
    part.commit("bin/ls")
    app = Repository.init(bench.home / "app")
    app.git("submodule", "--quiet", "add", str(part.work_tree), ".venv")
    prefix = app.work_tree / ".venv"
    Handmade().make(bench.root / "made", bench.root)
    for name in ("pyvenv.cfg", "bin/python"):
        shutil.copy2(bench.root / "made" / name, prefix / name, follow_symlinks=False)
    (prefix / "bin/activate").write_text(f"VIRTUAL_ENV={prefix}\n")
    assert bench.codes(app.work_tree) == ["ask", "tracked"]
    app.git("rm", "-q", "-f", "--cached", ".venv")
    assert bench.codes(app.work_tree) == ["ask", "tracked"]


@pytest.mark.parametrize("link", [".venv", ".venv/bin"])
def test_tracked_links_and_what_they_lead_to(bench: Bench, link: str) -> None:
    """A clone can choose one of the user's own environments, or its own files, by a link."""
    repository = Repository.init(bench.home / "app")
    bench.add("app")
    place = repository.work_tree / link
    place.rename(bench.root / "elsewhere")
    place.symlink_to(bench.root / "elsewhere")
    write_activate(repository.work_tree / ".venv", bench.root / "elsewhere" if link == ".venv" else None)
    assert bench.codes(repository.work_tree) == ["allow", "made-here"]
    repository.git("add", "-f", link)
    assert bench.codes(repository.work_tree) == ["ask", "tracked"]
    # The link is the user's, what it leads to is the clone's.
    repository.git("rm", "-q", "--cached", link)
    place.unlink()
    (bench.root / "elsewhere").rename(repository.work_tree / "tools")
    place.symlink_to(repository.work_tree / "tools")
    write_activate(repository.work_tree / ".venv", repository.work_tree / "tools" if link == ".venv" else None)
    assert bench.codes(repository.work_tree) == ["allow", "made-here"]
    repository.git("add", "-f", "tools")
    assert bench.codes(repository.work_tree) == ["ask", "tracked"]


def write_activate(prefix: Path, named: Path | None) -> None:
    (prefix / "bin/activate").write_text(f"VIRTUAL_ENV={named or prefix}\n")


def test_index_that_cannot_be_read(bench: Bench) -> None:
    directory = bench.add("app")
    Repository.init(directory).commit("main.py")
    # The environment is committed by that, too.
    (directory / ".git/index").write_bytes(b"DIRC" + b"\xff" * 100)
    verdict = bench.judge(directory)
    assert [code for code, _ in verdict.reasons] == ["untold"]
    assert "the index of `~/app` has the unknown version" in trust.explain(verdict)
    (directory / ".git/index").unlink()
    os.mkfifo(directory / ".git/index")
    assert bench.codes(directory) == ["ask", "untold"]


# == Who else can change it ============================================================================================

PARTS = {"project": "", "environment": ".venv", "commands": ".venv/bin", "configuration": ".venv/pyvenv.cfg"}


@pytest.mark.parametrize("part", PARTS)
def test_writable_by_everyone(bench: Bench, part: str) -> None:
    directory = bench.add("app")
    path = directory / PARTS[part]
    before = path.stat().st_mode
    for mode in (0o002, 0o022, 0o1002):
        path.chmod(before | mode)
        verdict = bench.judge(directory)
        assert [code for code, _ in verdict.reasons] == ["writable"]
        assert trust.explain(verdict).endswith("can be written by everyone")
    path.chmod(before)
    assert bench.codes(directory) == ["allow", "made-here"]


def test_directories_between(bench: Bench) -> None:
    """A conda prefix lies three levels below its project."""
    directory = bench.home / "app"
    prefix = directory / ".pixi/envs/default"
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "bin").mkdir()
    (prefix / "conda-meta/pixi_env_prefix").write_text(f"{prefix}/conda-meta")
    environment = Environment(str(prefix), "conda", str(prefix / "bin"), "", {}, "app")
    judge = lambda: trust.judge(str(directory), environment, DEFAULTS, {}, Evidence({})).reasons  # noqa: E731
    assert [code for code, _ in judge()] == ["made-here"]
    for between in (".pixi", ".pixi/envs"):
        (directory / between).chmod(0o777)
        assert judge() == [("writable", f"`~/app/{between}` can be written by everyone")]
        (directory / between).chmod(0o1777)
        assert [code for code, _ in judge()] == ["writable"]
        (directory / between).chmod(0o755)
    assert [code for code, _ in judge()] == ["made-here"]


DEFAULTS = Settings({})


def test_directories_above(bench: Bench) -> None:
    """Where others can put another directory in the project's place; in a sticky one they cannot."""
    directory = bench.add("shared/app")
    above = bench.home / "shared"
    for mode, expected in ((0o777, "ask"), (0o1777, "allow"), (0o755, "allow")):
        above.chmod(mode)
        assert bench.codes(directory)[0] == expected


@pytest.mark.parametrize("link", [".venv", ".venv/bin", ".venv/pyvenv.cfg"])
def test_what_links_lead_to(bench: Bench, link: str) -> None:
    directory = bench.add("app")
    away = bench.root / "away"
    away.mkdir()
    (directory / link).rename(away / "there")
    (directory / link).symlink_to(away / "there")
    write_activate(directory / ".venv", None)
    assert bench.codes(directory) == ["allow", "made-here"]
    away.chmod(0o777)
    assert "writable" in bench.codes(directory)
    away.chmod(0o755)
    mode = (away / "there").stat().st_mode
    (away / "there").chmod(mode | 0o002)
    assert "writable" in bench.codes(directory)


def test_interpreter(bench: Bench) -> None:
    directory = bench.add("app")
    python = directory / ".venv/bin/python"
    base = bench.root / "base" / "bin" / "python3"
    base.parent.mkdir(parents=True)
    shutil.copy2(PYTHON, base)
    python.unlink()
    python.symlink_to(base)
    assert bench.codes(directory) == ["allow", "made-here"]
    for path in (base, base.parent, base.parent.parent):
        mode = path.stat().st_mode
        path.chmod(mode | 0o020)  # an installation may have a group of administrators
        assert bench.codes(directory) == ["allow", "made-here"]
        path.chmod(mode | 0o002)
        assert bench.codes(directory) == ["ask", "interpreter"]
        path.chmod(mode)
    # in a sticky directory nobody else can put another in its place; a file has no such bit
    base.parent.chmod(0o1777)
    assert bench.codes(directory) == ["allow", "made-here"]
    base.chmod(0o1777)
    assert bench.codes(directory) == ["ask", "interpreter"]


@pytest.mark.parametrize(
    ("gid", "name", "members", "allowed"),
    [
        (7001, "ada", [], True),  # named like the user
        (7001, "ada", ["ada"], True),
        (7001, "ada", ["ada", "eve"], False),
        (None, "people", [], True),  # numbered like the user
        (None, "people", ["eve"], False),
        (7001, "staff", [], False),
        (7001, "staff", ["ada"], False),
        (7002, "ada", [], False),  # not the primary one
    ],
)
def test_user_private_groups(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, gid: int | None, name: str, members: list[str], allowed: bool
) -> None:
    directory = bench.add("app")
    (directory / ".venv").chmod(0o775)
    uid = os.geteuid() or 7000
    group = gid if gid is not None else uid
    primary = 7001 if gid == 7002 else group
    monkeypatch.setattr(pwd, "getpwuid", lambda _: SimpleNamespace(pw_name="ada", pw_gid=primary))
    monkeypatch.setattr(grp, "getgrgid", lambda _: SimpleNamespace(gr_name=name, gr_mem=members))
    found = (directory / ".venv").stat()
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    look = SimpleNamespace(st_mode=found.st_mode, st_uid=uid, st_gid=group)
    assert (ownership.find_writer(str(directory), look) == "") is allowed  # type: ignore[arg-type]


def test_a_group_that_is_primary_for_another_user_is_no_private_one(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The group's own list names nobody: who has it from `/etc/passwd` is not in it."""
    users = bench.root / "passwd"
    monkeypatch.setattr(ownership, "_PASSWD", str(users))
    monkeypatch.setattr(os, "geteuid", lambda: 7000)
    monkeypatch.setattr(pwd, "getpwuid", lambda _: SimpleNamespace(pw_name="ada", pw_gid=7001))
    monkeypatch.setattr(grp, "getgrgid", lambda _: SimpleNamespace(gr_name="ada", gr_mem=[]))
    users.write_text("root:x:0:0::/:/bin/sh\n\nada:x:7000:7001::/:/bin/sh\n+::::::\n")
    assert ownership.is_private_group(7001)
    with users.open("a") as file:
        file.write("eve:x:7009:7001::/:/bin/sh\n")
    assert not ownership.is_private_group(7001)


def test_roots_group_with_others_in_it_is_no_private_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for members, expected in (([], True), (["root"], True), (["root", "eve"], False)):
        monkeypatch.setattr(grp, "getgrgid", lambda _, members=members: SimpleNamespace(gr_name="root", gr_mem=members))
        assert ownership.is_private_group(0) is expected


#: What every start of an environment's Python reads, or what stands beside it on `PATH`.
DEEPER = (
    "bin/tool",
    "lib",
    "lib64",
    "lib/python3.11",
    "lib/python3.11/site-packages",
    "lib/python3.11/site-packages/x.pth",
    "lib/python3.11/site-packages/sitecustomize.py",
    "lib/python3.11/site-packages/package",
    "lib64/python3.11/site-packages/x.start",
    "lib/pypy3.10/site-packages/module.py",
    "site-packages/x.pth",
)


def make_deeper(directory: Path, part: str) -> Path:
    """Make something in an environment, a directory where the name has no ending, and return its path."""
    path = directory / ".venv" / part
    if part.startswith("bin/") or (path.suffix and path.name != "python3.11"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    else:
        path.mkdir(parents=True, exist_ok=True)
    return path


@pytest.mark.parametrize("part", DEEPER)
def test_deeper_down_writable_by_everyone(bench: Bench, part: str) -> None:
    directory = bench.add("app")
    path = make_deeper(directory, part)
    before = path.stat().st_mode
    assert bench.codes(directory) == ["allow", "made-here"]
    path.chmod(before | 0o1002 if path.is_dir() else before | 0o002)
    assert bench.judge(directory).reasons == [("writable", f"`~/app/.venv/{part}` can be written by everyone")]
    path.chmod(before)
    assert bench.codes(directory) == ["allow", "made-here"]


@pytest.mark.parametrize("part", ["bin/tool", "lib/python3.11/site-packages/package", "lib"])
def test_deeper_down_behind_a_link(bench: Bench, part: str) -> None:
    directory = bench.add("app")
    path = make_deeper(directory, part)
    away = bench.root / "away"
    away.mkdir()
    path.rename(away / "there")
    path.symlink_to(away / "there")
    assert bench.codes(directory) == ["allow", "made-here"]
    for place in (away, away / "there"):
        before = place.stat().st_mode
        place.chmod(before | 0o002)
        assert bench.codes(directory) == ["ask", "writable"]
        place.chmod(before)
    assert bench.codes(directory) == ["allow", "made-here"]


def test_a_link_among_the_commands_that_leads_nowhere(bench: Bench) -> None:
    directory = bench.add("app")
    (directory / ".venv/bin/gone").symlink_to("/nowhere/tool")
    (directory / ".venv/bin/loop").symlink_to("../bin/loop")
    assert bench.codes(directory) == ["allow", "made-here"]


def test_many_names_are_few_questions(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """One look a name, and which group is whose is asked once, not for each of a thousand files (umask 002)."""
    directory = bench.add("app")
    packages = directory / ".venv/lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    for number in range(1000):
        (packages / f"m{number}.py").touch()
        (packages / f"m{number}.py").chmod(0o664)
    asked: list[int] = []

    def is_private_group(gid: int) -> bool:
        asked.append(gid)
        return True

    monkeypatch.setattr(ownership, "is_private_group", is_private_group)
    assert bench.codes(directory) == ["allow", "made-here"]
    assert asked == [packages.stat().st_gid]


@pytest.mark.parametrize("part", ["", "bin", "lib", "lib/python3.11"])
def test_a_copied_interpreter_has_its_library_elsewhere(bench: Bench, part: str) -> None:
    """`venv --copies`: `home` in `pyvenv.cfg` says where."""
    directory = bench.add("app")
    base = bench.root / "base"
    (base / "lib/python3.11").mkdir(parents=True)
    (base / "bin").mkdir()
    (directory / ".venv/lib/python3.11/site-packages").mkdir(parents=True)
    write(directory, "pyvenv.cfg", f"home = {base}/bin\n")
    python = directory / ".venv/bin/python"
    python.unlink()
    shutil.copy2("/bin/true", python)
    assert bench.codes(directory) == ["allow", "made-here"]
    before = (base / part).stat().st_mode
    (base / part).chmod(before | 0o002)
    verdict = bench.judge(directory)
    assert verdict.reasons == [
        ("interpreter", f"its interpreter `{base / part}` can be written by everyone"),
    ]
    (base / part).chmod(before)
    # Whoever can make what is not there yet decides what it is.
    write(directory, "pyvenv.cfg", f"home = {bench.root}/open/python/bin\n")
    assert bench.codes(directory) == ["allow", "made-here"]
    (bench.root / "open").mkdir()
    (bench.root / "open").chmod(0o777)
    assert bench.codes(directory) == ["ask", "interpreter"]


def test_groups_without_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container a user may be nothing but a number."""

    def fail(_: int) -> None:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", fail)
    monkeypatch.setattr(grp, "getgrgid", fail)
    monkeypatch.setattr(os, "geteuid", lambda: 7000)
    monkeypatch.setattr(os, "getegid", lambda: 7000)
    assert ownership.is_private_group(7000)
    assert ownership.is_private_group(0)
    assert not ownership.is_private_group(7001)
    assert ownership.name_user(7001) == "7001"
    assert ownership.name_group(7001) == "7001"


USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20


def make_acl(*entries: tuple[int, int, int]) -> bytes:
    data = (2).to_bytes(4, "little")
    for tag, allowed, number in entries:
        data += tag.to_bytes(2, "little") + allowed.to_bytes(2, "little") + number.to_bytes(4, "little")
    return data


NO_ID = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("named", "writer"),
    [
        ([(USER, 7, 4242)], "`4242` (access control list)"),
        ([(USER, 5, 4242)], ""),
        ([(GROUP, 7, 4243)], "group `4243` (access control list)"),
        ([(GROUP, 5, 4243)], ""),
        ([(USER, 7, 0)], ""),  # root may anyway
    ],
)
def test_access_control_lists(bench: Bench, named: list[tuple[int, int, int]], writer: str) -> None:
    directory = bench.add("app")
    prefix = directory / ".venv"
    acl = make_acl((USER_OBJ, 7, NO_ID), *[entry for entry in named if entry[0] == USER], (GROUP_OBJ, 5, NO_ID),
                   *[entry for entry in named if entry[0] == GROUP], (MASK, 7, NO_ID), (OTHER, 5, NO_ID))  # fmt: skip
    try:
        os.setxattr(prefix, "system.posix_acl_access", acl)
    except (OSError, AttributeError):
        pytest.skip("this file system has no access control lists")
    assert stat.S_IMODE(prefix.stat().st_mode) == 0o775  # the group's bits are the mask
    verdict = bench.judge(directory)
    expected = [("writable", f"`~/app/.venv` can be written by {writer}")] if writer else []
    assert [reason for reason in verdict.reasons if reason[0] == "writable"] == expected
    assert verdict.decision == ("ask" if writer else "allow")


@pytest.mark.parametrize("data", [b"", b"\x02\0\0\0\x01", b"\x09\0\0\0" + b"\0" * 8])
def test_access_control_list_that_cannot_be_read(bench: Bench, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    directory = bench.add("app")
    (directory / ".venv").chmod(0o775)
    monkeypatch.setattr(os, "getxattr", lambda *_: data, raising=False)
    assert bench.codes(directory) == (["ask", "writable"])


# == What is refused ===================================================================================================


@pytest.mark.parametrize(("name", "words"), [("a:b", "`:` in it"), ("a\nb", "a line break in it")])
def test_what_path_cannot_hold(bench: Bench, name: str, words: str) -> None:
    directory = bench.add(name)
    bench.configure('trust = "always"')
    verdict = bench.judge(directory)
    assert (verdict.decision, verdict.quiet) == ("refuse", False)
    assert trust.explain(verdict) == f"`PATH` cannot hold a path with {words}"


# == Reasons ===========================================================================================================


def test_every_reason_says_something_and_hides_nothing() -> None:
    for code in trust.REASONS:
        given_code, words = trust.give_reason(code, "/a\x1b[31m\n\u202eb", "`x`")
        assert given_code == code
        assert words == visible(words)
        assert words.strip("`") != ""
        assert "{" not in words


def test_a_refusal_by_the_user_is_quiet() -> None:
    assert trust.Verdict("refuse", [trust.give_reason("denied")]).quiet
    assert not trust.Verdict("refuse", [trust.give_reason("path", detail="x")]).quiet
    assert not trust.Verdict("ask", [trust.give_reason("nameless")]).quiet


def test_all_reasons_are_data_and_each_kind_is_told_once(bench: Bench) -> None:
    directory = bench.add("app")
    for path in (directory, directory / ".venv", directory / ".venv/bin"):
        path.chmod(0o777)
    (directory / ".venv/bin/activate").unlink()
    verdict = bench.judge(directory)
    assert [code for code, _ in verdict.reasons] == ["writable", "writable", "writable", "nameless"]
    assert trust.explain(verdict) == "`~/app` can be written by everyone; it does not say where it was made"
    (warning,) = bench.resolve(directory)["warning"]
    assert warning.split("\t") == [
        "`~/app/.venv` was not activated",
        "`~/app` can be written by everyone; it does not say where it was made",
        "if you trust it, run `autovenv allow`",
    ]


def test_the_page_about_security_cites_tests_that_are_there() -> None:
    """Functions by their name, rows of the table of scenarios by theirs; and each claim of its tables names some."""
    tests = Path(__file__).parent
    page = (tests.parent / "docs/security.md").read_text("utf-8")
    defined = set(
        re.findall(r"^def (test_\w+)", "".join(path.read_text("utf-8") for path in tests.glob("test_*.py")), re.M)
    )
    cited = set(re.findall(r"`(test_\w+)`", page))
    assert len(cited) > 40
    assert cited - defined == set()
    lines = [line for line in page.splitlines() if line.startswith("| ") and "tested by" not in line]
    claims = [re.findall(r"`(\w+)`", line.rstrip("| ").rpartition("|")[2]) for line in lines]
    assert len(claims) > 30
    assert [line for line, names in zip(lines, claims, strict=True) if not names] == []
    rows = {name for names in claims for name in names if not name.startswith("test_")}
    assert len(rows) > 30
    assert rows - {scenario.name for scenario in SCENARIOS} == set()
    assert all((tests.parent / path).exists() for path in re.findall(r"`((?:src|tests)/[\w/.]+)`", page))


# == Reading shell words ===============================================================================================


@given(st.text(st.characters(exclude_characters="\0\n"), min_size=1))
def test_quoted_words_are_read_back(text: str) -> None:
    assert birthplace.read_literal(shlex.quote(text)) == text
    assert birthplace.read_literal("'" + text.replace("'", "'\"'\"'") + "'") == text  # uv's form


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("ab/'\"\\ $", min_size=1, max_size=8), min_size=30, max_size=60))
def test_words_are_read_as_a_shell_reads_them(words: list[str]) -> None:
    readings = {word: birthplace.read_literal(word) for word in words}
    literal = {word: reading for word, reading in readings.items() if reading is not None}
    script = "".join(f"printf '%s\\0' {word}\n" for word in literal)
    ran = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True, env={})
    assert ran.stdout.decode().split("\0")[:-1] == list(literal.values())


@given(st.binary(max_size=300))
def test_scripts_of_any_content(data: bytes) -> None:
    script = os.fsdecode(data)
    for names in birthplace.read_assignments(script + "\nVIRTUAL_ENV=" + script):
        assert names
        assert all(os.path.isabs(name) for name in names)


def test_list_steps_follows_links_as_the_system_does(root: Path) -> None:
    (root / "a/b").mkdir(parents=True)
    (root / "link").symlink_to("a/../a/b")
    (root / "a/b/up").symlink_to("../..")
    for path in ("a/b", "link", "link/up/a", "link/..", "a/./b//", "link/up/link/up"):
        steps = ownership.list_steps(str(root / path) if not path.endswith("..") else f"{root}/{path}", {})
        assert steps[-1] == os.path.realpath(f"{root}/{path}")
        assert steps[0] == "/"
    assert str(root / "link") in ownership.list_steps(f"{root}/link/up", {})
    (root / "loop").symlink_to("loop")
    for bad in ("loop", "gone", "link/gone"):
        with pytest.raises(OSError, match=r"loop|No such|levels"):
            ownership.list_steps(f"{root}/{bad}", {})


# git at work


def test_nothing_is_settled_while_git_writes(bench: Bench) -> None:
    """In the middle of a pull files are there that the index does not name yet."""
    directory = bench.add("app")
    repository = Repository.init(directory)
    assert bench.codes(directory) == ["allow", "made-here"]
    lock = directory / ".git/index.lock"
    lock.touch()
    assert bench.codes(directory) == ["ask", "unsettled"]
    decisions.allow(str(directory))
    assert bench.codes(directory) == ["ask", "unsettled"]
    lock.unlink()
    assert bench.codes(directory) == ["allow", "allowed"]
    assert repository.work_tree == directory


def test_one_command_means_one_place(bench: Bench) -> None:
    directory = bench.add("app")
    (directory / ".venv/bin/activate").unlink()
    guesses = " ".join(f"/home/{name}/app/.venv" for name in ("ada", "bob", "eve"))
    write(directory, "pyvenv.cfg", f"home = /usr/bin\ncommand = /usr/bin/python3 -m venv {guesses} {directory}/.venv\n")
    assert bench.codes(directory) == ["ask", "nameless"]
