"""Clones and archives made to be run: nothing of them is executed, sourced, waited for or obeyed."""

from __future__ import annotations

import errno
import importlib
import os
import pkgutil
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import BY_PATH
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judging import Bench, write_program
from repositories import Repository
from trees import Handmade

from autovenv import resolve
from autovenv.commands import decisions
from autovenv.environments import kinds
from autovenv.messages import visible
from autovenv.state import record, store
from autovenv.trust import judge as trust


@pytest.fixture
def bench(root: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(root, monkeypatch)


def set_trap(prefix: Path, caught: Path, named: Path | None = None) -> None:
    """Make an environment every file of which writes down that it was run, and which says that `named` is its place."""
    spring = f"echo \"$0\" >> '{caught}'"
    python_spring = f"open({str(caught)!r}, 'a').write(__name__)\n"
    for name in ("python", "python3", "pip", "ls", "git", "sh", "env", "uv", "conda"):
        write_program(prefix / "bin" / name, spring)
    for name in ("activate", "activate.fish", "activate.csh", "Activate.ps1"):
        (prefix / "bin" / name).write_text(f"VIRTUAL_ENV={named or prefix}\n{spring}\n")
    packages = prefix / "lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    (packages / "trap.pth").write_text(f"import os; {python_spring}")
    for name in ("sitecustomize.py", "usercustomize.py", "os.py", "tomllib.py", "autovenv.py"):
        (packages / name).write_text(python_spring)
    (prefix / "bin/activate_this.py").write_text(python_spring)
    (prefix / "pyvenv.cfg").write_text(
        f"home = {prefix}/bin\ncommand = {prefix}/bin/python -m venv {named or prefix}\n"
    )
    project = prefix.parent
    for name in ("sitecustomize.py", "usercustomize.py", "autovenv.py", "os.py", "typer.py", "json.py", "setup.py"):
        (project / name).write_text(python_spring)
    write_program(project / ".autoenv", spring)
    (project / ".envrc").write_text(spring)
    (project / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    write_program(project / ".git-hook", spring)


COMMANDS = (
    ("resolve", "."),
    ("status",),
    ("status", "--json"),
    ("which",),
    ("list",),
    ("run", "--", "true"),
    ("hook", "bash"),
    ("deny",),
    ("allow",),
    ("revoke",),
)


def use_everything(bench: Bench, directory: Path) -> None:
    """Type all that can be typed, from inside, with the hook's own start and with a shell's usual variables."""
    environ = {"PWD": str(directory), "PYTHONPATH": "", "VIRTUAL_ENV": f"{directory}/.venv"}
    for command in COMMANDS:
        words = [str(directory) if word == "." else word for word in command]
        bench.desk.type(*words, cwd=directory, environ=environ, program=BY_PATH, timeout=60)


def test_clone(bench: Bench) -> None:
    caught = bench.root / "caught"
    target = bench.home / "app"
    upstream = Repository.init(bench.root / "upstream")
    set_trap(upstream.work_tree / ".venv", caught, target / ".venv")
    upstream.commit()
    clone = Repository.clone(upstream, target)
    clone.git("config", "core.fsmonitor", str(target / ".git-hook"))
    record_of = bench.resolve(target)
    assert record_of["verdict"] == ["stop"]
    assert "prefix" not in record_of
    assert "git tracks" in record_of["warning"][0]
    use_everything(bench, target)
    assert not caught.exists()
    subprocess.run([str(target / ".venv/bin/ls")], check=True)  # so it is a trap
    assert caught.exists()


def test_archive(bench: Bench) -> None:
    caught = bench.root / "caught"
    set_trap(bench.root / "made/app/.venv", caught)
    with tarfile.open(bench.root / "app.tar", "w") as archive:
        archive.add(bench.root / "made/app", "app")
    with tarfile.open(bench.root / "app.tar") as archive:
        archive.extractall(bench.home, filter="data") if sys.version_info >= (3, 12) else archive.extractall(bench.home)
    assert bench.codes(bench.home / "app") == ["ask", "moved"]
    use_everything(bench, bench.home / "app")
    assert not caught.exists()


@pytest.mark.parametrize(
    "target", ["/usr", "/", "~", "..", ".", "../../elsewhere", "/proc/self/root", "/dev/fd", "{home}"]
)
@pytest.mark.parametrize("link", [".venv", ".venv/bin", ".venv/pyvenv.cfg", ".venv/bin/activate"])
def test_links_out_of_the_tree(bench: Bench, target: str, link: str, alarm: None) -> None:
    directory = bench.add("app")
    path = directory / link
    path.rename(bench.root / "away")
    path.symlink_to(target.format(home=bench.home))
    assert bench.resolve(directory)["verdict"] != ["use"]


FILES = (
    ".venv",
    ".venv/bin",
    ".venv/pyvenv.cfg",
    ".venv/bin/python",
    ".venv/bin/activate",
    ".git",
    ".git/index",
    ".git/config",
)


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_loop(path: Path) -> None:
    path.symlink_to(path.name)


def make_large(path: Path) -> None:
    path.write_bytes(b"")
    os.truncate(path, 50 << 20)


def make_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def make_directory(path: Path) -> None:
    path.mkdir()


MAKERS = (make_fifo, make_loop, make_large, make_device, make_directory)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("make", MAKERS)
def test_what_is_no_file(bench: Bench, name: str, make: Callable[[Path], None], alarm: None) -> None:
    directory = bench.add("app")
    repository = Repository.init(directory)
    repository.write("main.py")
    repository.git("add", "main.py")
    path = directory / name
    path.rename(bench.root / "away")
    make(path)
    verdict = bench.resolve(directory)["verdict"]
    harmless = name == ".git" and make is make_directory
    assert verdict == (["use"] if harmless else ["none"] if verdict == ["none"] else ["stop"])


#: Whether the events of this process are written down, and those that were.
_watching: list[bool] = []
_events: list[str] = []
_STARTS = (
    "subprocess.",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.fork",
    "pty.spawn",
    "socket.",
    "exec",
)


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and event.startswith(_STARTS):
        # The interpreter's own modules are run from their files, too.
        code = arguments[0] if event == "exec" else None
        if code is None or not getattr(code, "co_filename", "<").startswith(
            (os.path.dirname(os.__file__), "<frozen", SOURCE)
        ):
            _events.append(f"{event} {arguments}")


SOURCE = os.path.dirname(record.__file__)


def test_nothing_is_started_and_nothing_is_sent(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python itself tells of every process, connection and piece of code (sys.addaudithook)."""
    directory = bench.home / "app"
    set_trap(directory / ".venv", bench.root / "caught")
    Repository.init(directory).commit()
    write_program(directory / ".venv/bin/python", "exit 0")
    monkeypatch.chdir(directory)
    # What is imported when it is needed is code, too: autovenv's own, which is here before.
    for module in pkgutil.iter_modules(kinds.__path__, f"{kinds.__name__}."):
        importlib.import_module(module.name)
    other = bench.add("other")
    Repository.init(other).commit()
    bench.resolve(other)
    decisions.allow(str(other))
    sys.addaudithook(_watch)
    _watching.append(True)
    try:
        for _ in range(2):
            bench.resolve(directory)
            decisions.allow(str(directory))
        assert _events == []
        subprocess.run(["true"], check=True)  # so it is a watch
        assert _events != []
    finally:
        _watching.clear()
        _events.clear()
    assert not (bench.root / "caught").exists()


# == Looked at, and changed before it is opened ========================================================================


@pytest.mark.parametrize("name", [".venv/pyvenv.cfg", ".venv/bin/activate", ".git/index", ".git/config", "choice"])
@pytest.mark.parametrize("make", [make_fifo, make_loop, make_device, None])
def test_changed_between_look_and_use(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str, make: Callable[[Path], None] | None, alarm: None
) -> None:
    directory = bench.add("app")
    repository = Repository.init(directory)
    repository.write("main.py")
    repository.git("add", "main.py")
    assert bench.resolve(directory)["verdict"] == ["use"]
    path = directory / name
    if name == "choice":
        bench.desk.type("allow", cwd=directory)
        (path,) = bench.state.rglob(".autovenv-choice")
    opened: list[str] = []
    real_open = os.open

    def swap(place: str, *arguments: int, **options: int) -> int:
        if place == str(path) and not opened:
            opened.append(place)
            path.unlink()
            if make is not None:
                make(path)
        return real_open(place, *arguments, **options)

    monkeypatch.setattr(os, "open", swap)
    verdict = bench.resolve(directory)["verdict"]
    assert opened
    # What is gone from the repository or the state says nothing against an environment that the user made.
    harmless = name in ("choice",) or (make is None and name.startswith(".git"))
    assert verdict == (["use"] if harmless else ["stop"])


@pytest.mark.parametrize("call", ["lstat", "stat", "readlink", "open", "scandir"])
def test_gone_at_any_moment(bench: Bench, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """Whatever vanishes while it is looked at, there is a record, and nothing is used that is not whole."""
    directory = bench.add("app")
    Repository.init(directory)
    prefix = str(directory / ".venv")
    real = getattr(os, call)
    left = [0]

    def vanish(path: object, *arguments: object, **options: object) -> object:
        if isinstance(path, str) and path.startswith(prefix):
            left[0] -= 1
            if left[0] < 0:
                raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, call, vanish)
    verdicts = []
    for moment in range(60):
        left[0] = moment
        verdicts.append(resolve.resolve(str(directory), dict(os.environ)).verdict)
        if left[0] > 0:
            break
    assert left[0] > 0
    assert set(verdicts[:-1]) <= {"none", "stop", "use"}
    assert verdicts[-1] == "use"
    assert call in ("scandir", "readlink") or "use" not in verdicts[:1]


def test_environment_swapped_while_it_is_judged(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `allow` binds to is read from one open file: what is put there a moment later is another environment."""
    directory = bench.add("app")
    (directory / ".venv/bin/activate").unlink()
    config = directory / ".venv/pyvenv.cfg"
    real_read = trust._read_config

    def read_and_swap(path: str) -> tuple[bytes, os.stat_result]:
        found = real_read(path)
        config.unlink()
        config.write_text("home = /usr/bin\nprompt = other\n")
        return found

    monkeypatch.setattr(trust, "_read_config", read_and_swap)
    decisions.allow(str(directory))
    monkeypatch.setattr(trust, "_read_config", real_read)
    assert bench.codes(directory) == ["ask", "changed", "nameless"]


# == Names and contents that are code ==================================================================================

NAMES = (
    "$(touch caught)",
    "`touch caught`",
    "${IFS}",
    ";touch caught;",
    "'; touch caught; '",
    '"; touch caught; "',
    "a\ttab",
    "%F{red}%n%{\x1b[31m%}",
    "%(?.x.y)%D{%s}",
    "\\u\\h\\[\\e[31m\\]\\$(touch caught)",
    "!!",
    "\x1b]0;title\x07",
    "\u202egnp.exe",
    "(touch caught)",
    "$env:PATH;touch caught",
    "{0}%s%n{name}",
    "-rf",
    "~root",
    "*",
    "[x]",
    "\udcff\udcfe",
    "\x7f\x85\u2028",
)


def check_record(text: bytes, directory: str) -> dict[str, list[str]]:
    """Check that a record is made of its own words, and that what a person reads hides nothing."""
    words = record.parse(text)
    known = {"verdict", "flavour", "prefix", "bin", "name", "same", "newer", "exists", "absent", "dangling", "variable"}
    known |= {"set", "own", "leads", "runs", "idle", "moved", "outer", "kept"}
    assert set(words) - {"warning", "hint"} <= known
    assert len(words["verdict"]) == 1
    for line in (*words.get("name", []), *words.get("warning", []), *words.get("hint", [])):
        assert line.replace("\t", "") == visible(line.replace("\t", "")), directory
    for line in (*words.get("warning", []), *words.get("hint", [])):
        assert line.count("\t") == 2
    for line in (*words.get("prefix", []), *words.get("bin", [])):
        assert os.path.join(directory, line).startswith(directory)
    return words


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("trusted", [True, False])
def test_names_that_are_code(bench: Bench, name: str, trusted: bool) -> None:
    directory = bench.add(name)
    (directory / ".venv/pyvenv.cfg").write_bytes(os.fsencode(f"home = /usr/bin\nprompt = {name}\n"))
    if not trusted:
        (directory / ".venv/bin/activate").write_bytes(os.fsencode(f"VIRTUAL_ENV=/{name}\n"))
    made = resolve.resolve(str(directory), dict(os.environ))
    words = check_record(store.write(made, str(directory)), str(directory))
    assert words["verdict"] == (["use"] if trusted and ":" not in name else ["stop"])
    if words["verdict"] == ["use"]:
        quoted = len(name) > 1 and name[0] in "'\"" and name[-1] == name[0]
        assert words["name"] == [visible(name[1:-1].strip() if quoted else name.strip())]
    else:
        assert visible(os.path.basename(directory)) in words["warning"][0]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_commands_say_hostile_names_visibly(bench: Bench, name: str) -> None:
    directory = bench.add(name)
    (directory / ".venv/bin/activate").unlink()
    for command in ("status", "allow", "deny", "revoke"):
        answer = bench.desk.type(command, cwd=directory, program=BY_PATH)
        text = (answer.out + answer.err).replace("\n", "")
        assert visible(text) == text
        assert text
    assert not (directory / "caught").exists()


TEXTS = st.one_of(st.binary(max_size=200), st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    config=TEXTS,
    activate=TEXTS,
    index=TEXTS,
    head=st.sampled_from([b"", b"prompt = ", b"command = /x -m venv ", b"home = "]),
)
def test_contents_of_any_bytes(
    tmp_path_factory: pytest.TempPathFactory, config: bytes, activate: bytes, index: bytes, head: bytes
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        root = Path(os.path.realpath(tmp_path_factory.mktemp("b")))
        bench = Bench(root, monkeypatch)
        directory = bench.add("app")
        (directory / ".venv/pyvenv.cfg").write_bytes(head + config)
        (directory / ".venv/bin/activate").write_bytes(b"VIRTUAL_ENV=" + activate)
        (directory / ".git").mkdir()
        (directory / ".git/index").write_bytes(index)
        made = resolve.resolve(str(directory), dict(os.environ))
        assert check_record(store.write(made, str(directory)), str(directory))["verdict"] == ["stop"]
        shutil.rmtree(root)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.binary(min_size=1, max_size=40).filter(
        lambda name: not set(name) & set(b"/\0") and name not in (b".", b"..")
    )
)
def test_names_of_any_bytes(tmp_path_factory: pytest.TempPathFactory, name: bytes) -> None:
    """What a user made is used, whatever it is called, unless `PATH` cannot hold it."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        root = Path(os.path.realpath(tmp_path_factory.mktemp("n")))
        bench = Bench(root, monkeypatch)
        directory = bench.home / os.fsdecode(name)
        Handmade().make(directory / ".venv", root)
        made = resolve.resolve(str(directory), dict(os.environ))
        words = check_record(store.write(made, str(directory)), str(directory))
        assert words["verdict"] == (["stop"] if b":" in name or b"\n" in name else ["use"])
        shutil.rmtree(root)


# == A umask that lets everybody write =================================================================================


def test_what_is_written_is_private_whatever_the_umask(bench: Bench) -> None:
    directory = bench.add("app")
    bench.add("other")
    given = sorted([bench.home, *bench.home.rglob("*")])
    environ = {"ZDOTDIR": str(bench.home / ".zsh"), "SHELL": "/bin/bash"}
    for words in (
        ("allow",),
        ("config", "set", "prompt", "false"),
        *(("install", "--shell", shell) for shell in ("bash", "zsh", "fish")),
        ("shims", "install", "black"),
        ("link", str(bench.home / "other/.venv")),
        ("which",),
    ):
        answer = bench.desk.type(*words, cwd=directory, environ=environ, preexec_fn=lambda: os.umask(0))
        assert answer.status == 0, answer.err
    (bench.home / "third").mkdir()
    answer = bench.desk.type(
        "link", "--write", str(bench.home / "other/.venv"), cwd=bench.home / "third", preexec_fn=lambda: os.umask(0)
    )
    assert answer.status == 0, answer.err
    made = [path for path in bench.home.rglob("*") if path not in given and path != bench.home / "third"]
    shapes = {os.path.relpath(path, bench.home): path.lstat().st_mode & 0o777 for path in made}
    assert {".bashrc", ".config/autovenv/config.toml", "third/.venv", ".zsh/.zshrc"} <= set(shapes)
    open_to_others = {name: oct(mode) for name, mode in shapes.items() if mode & 0o022 and not Path(name).is_symlink()}
    assert open_to_others == {}
    inside = [name for name in shapes if "autovenv/" in name]
    assert len(inside) > 20
    assert {name: oct(shapes[name]) for name in inside if shapes[name] & 0o077} == {}


# == Variables that lie ================================================================================================

FORGED = {
    "AUTOVENV_TRUST": "always",
    "AUTOVENV_TRUSTED_PATHS": "/",
    "AUTOVENV_DENIED_PATHS": "",
    "AUTOVENV_ALLOW": "1",
    "AUTOVENV_CONFIG": "{project}/config.toml",
    "AUTOVENV_STATE": "{project}",
    "XDG_CONFIG_DIRS": "{project}",
    "XDG_DATA_DIRS": "{project}",
    "__AUTOVENV_PREFIX": "{project}/.venv",
    "__AUTOVENV_BIN": "{project}/.venv/bin",
    "VIRTUAL_ENV": "{project}/.venv",
    "CONDA_PREFIX": "{project}/.venv",
    "GIT_DIR": "/nowhere",
    "GIT_WORK_TREE": "/nowhere",
    "GIT_INDEX_FILE": "/dev/null",
    "GIT_CEILING_DIRECTORIES": "{project}",
    "PYTHONPATH": "{project}",
    "PYTHONHOME": "{project}/.venv",
    "PYTHONSTARTUP": "{project}/os.py",
    "PYTHONINSPECT": "1",
    "PYTHONWARNINGS": "error",
    "PYTHONPLATLIBDIR": "{project}",
    "PYTHONUSERBASE": "{project}/.venv",
    "WORKON_HOME": "{project}",
    "PYENV_ROOT": "{project}",
    "PIPENV_CUSTOM_VENV_NAME": ".venv",
    "CONDA_ENVS_PATH": "{project}",
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_variables(bench: Bench, name: str) -> None:
    caught = bench.root / "caught"
    upstream = Repository.init(bench.root / "upstream")
    project = bench.home / "app"
    set_trap(upstream.work_tree / ".venv", caught, project / ".venv")
    upstream.write("config.toml", text='trust = "always"\ntrusted_paths = ["/"]\n')
    upstream.write("autovenv/config.toml", text='trust = "always"\ntrusted_paths = ["/"]\n')
    upstream.commit()
    Repository.clone(upstream, project)
    environ = {name: FORGED[name].format(project=project)}
    answer = bench.desk.type("resolve", str(project), environ=environ, program=BY_PATH, cwd=project)
    assert (answer.status, answer.err) == (0, "")
    assert record.parse(os.fsencode(answer.out))["verdict"] == ["stop"]
    assert not caught.exists()


def test_nothing_in_the_project_loosens_trust(bench: Bench) -> None:
    directory = bench.add("app")
    (directory / ".venv/bin/activate").unlink()
    text = 'trust = "always"\ntrusted_paths = ["/"]\n'
    for name in (".autovenv.toml", "autovenv.toml", ".config/autovenv/config.toml", "config.toml", ".autovenv-choice"):
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
    (directory / "pyproject.toml").write_text('[tool.autovenv]\ntrust = "always"\n')
    (directory / ".autovenv-record").write_text("autovenv-record 2 -\nverdict use\nprefix .venv\nbin .venv/bin\nend\n")
    assert bench.codes(directory) == ["ask", "nameless"]
