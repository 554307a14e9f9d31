"""The recipes of `docs/recipes.md`, each with the real program where it is there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import Desk
from indexed import install
from trees import File, Handmade, Venv, make_tree

pytestmark = pytest.mark.posix("the recipes are for POSIX systems")

PAGE = (Path(__file__).parent.parent / "docs" / "recipes.md").read_text("utf-8")


NETWORK = pytest.mark.network

#: What the recipes are for, where a package index has it.
PROGRAMS = ("basedpyright", "ipykernel", "jupyter-client", "pre-commit", "ruff", "rust-just", "ty")


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The directory of their commands."""
    return install(tmp_path_factory, worker_id, "programs", PROGRAMS)


@pytest.fixture
def app(desk: Desk) -> Path:
    """A project, and `autovenv` on `PATH`."""
    make_tree(desk.root, {"app/.venv": Handmade()})
    program = desk.home / "bin" / "autovenv"
    program.parent.mkdir()
    program.symlink_to(Path(sys.executable).parent / "autovenv")
    return desk.home / "app"


def run(desk: Desk, app: Path, *words: str, bin: Path | None = None, **environ: str) -> str:
    """Run a program of the machine's, or of `bin`."""
    program = shutil.which(words[0], path=str(bin)) if bin else shutil.which(words[0])
    if program is None:
        pytest.skip(f"{words[0]} was not found")
    path = f"{desk.home}/bin:/usr/bin:/bin"
    done = subprocess.run(
        [program, *words[1:]],
        cwd=app,
        env={**desk.environ, "PATH": path, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def recipe(program: str) -> str:
    """Return what the page says to write for a program: the first thing between backticks."""
    return list_recipes(program)[0]


def list_recipes(program: str) -> list[str]:
    """Return all that stands between backticks in the row of a program."""
    table = PAGE.partition("## By program\n")[2].partition("\n## ")[0]
    (row,) = re.findall(rf"^\| {program}[^|]* \| (.*) \|$", table, re.MULTILINE)
    return list(re.findall(r"`([^`]+)`", row))


def test_make(desk: Desk, app: Path) -> None:
    (app / "Makefile").write_text(f"{recipe('Make')}\ntest:\n\t@echo $$VIRTUAL_ENV; echo 'a b'\n")
    assert run(desk, app, "make", "test") == f"{app}/.venv\na b\n"


@NETWORK
def test_just(desk: Desk, app: Path, programs: Path) -> None:
    (app / "justfile").write_text(f"{recipe('just')}\n\ntest:\n    @echo $VIRTUAL_ENV\n")
    assert run(desk, app, "just", "test", bin=programs) == f"{app}/.venv\n"


GIT = ("git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main")


@NETWORK
def test_pre_commit(desk: Desk, app: Path, programs: Path) -> None:
    entry, language = list_recipes("pre-commit")
    assert entry == "entry: autovenv run -- mypy"
    assert language == "language: system"
    said = entry.removeprefix("entry: ").replace("mypy", "sh -c 'echo $VIRTUAL_ENV'")
    hook = {"id": "x", "name": "x", "entry": said, "language": "system", "verbose": True}
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    (app / ".pre-commit-config.yaml").write_text(json.dumps(config))  # which is YAML
    run(desk, app, *GIT, "init", "--quiet")
    run(desk, app, "git", "add", ".pre-commit-config.yaml")
    assert f"\n{app}/.venv\n" in run(desk, app, "pre-commit", "run", bin=programs)


@NETWORK
def test_jupyter(desk: Desk, app: Path, programs: Path) -> None:
    """The one kernelspec, in a project whose environment has ipykernel."""
    place = desk.home / ".local/share/jupyter/kernels/project"
    lines = PAGE.partition("<<'JSON'\n")[2].partition("JSON\n")[0]
    assert f"mkdir -p {str(place).replace(str(desk.home), '~')}\n" in PAGE
    make_tree(desk.root, {".local/share/jupyter/kernels/project/kernel.json": File(lines), "shop": Handmade()})
    shop = desk.home / "shop"
    assert desk.type("link", str(programs.parent), cwd=shop).status == 0
    ask = (
        "from jupyter_client.manager import start_new_kernel\n"
        f"manager, client = start_new_kernel(kernel_name='project', cwd={str(shop)!r})\n"
        "client.execute_interactive('import sys, os; print(sys.prefix, os.getcwd())', timeout=60)\n"
        "client.stop_channels(); manager.shutdown_kernel(now=True)\n"
    )
    assert run(desk, app, "python", "-c", ask, bin=programs) == f"{programs.parent} {shop}\n"


class Server:
    """A language server that is talked to by its pipes (LSP 3.17)."""

    def __init__(self, words: tuple[str, ...], desk: Desk, place: Path, bin: Path) -> None:
        environ = {**desk.environ, "PATH": f"{desk.home}/bin:{bin}:/usr/bin:/bin"}
        self.child = subprocess.Popen(
            words, cwd=place, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def send(self, **message: Any) -> None:
        assert self.child.stdin is not None
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.child.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self.child.stdin.flush()

    def read(self) -> dict[str, Any]:
        """Return the next message; what the server asks for itself is answered with nothing."""
        assert self.child.stdout is not None
        length = 0
        while line := self.child.stdout.readline().strip():
            name, _, value = line.partition(b": ")
            length = int(value) if name.lower() == b"content-length" else length
        message: dict[str, Any] = json.loads(self.child.stdout.read(length))
        if "method" in message and "id" in message:
            wanted = message["params"]["items"] if message["method"] == "workspace/configuration" else None
            self.send(id=message["id"], result=None if wanted is None else [{} for _ in wanted])
        return message

    def list_missing(self, place: Path, text: str) -> set[str]:
        """Return the modules that it does not find, by what it says about a file."""
        root = place.as_uri()
        folders = [{"uri": root, "name": place.name}]
        self.send(id=1, method="initialize", params={"rootUri": root, "workspaceFolders": folders, "capabilities": {}})
        while "result" not in self.read():
            pass
        self.send(method="initialized", params={})
        document = {"uri": f"{root}/main.py", "languageId": "python", "version": 1, "text": text}
        self.send(method="textDocument/didOpen", params={"textDocument": document})
        while True:
            message = self.read()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["diagnostics"]:
                said = [each["message"] for each in message["params"]["diagnostics"]]
                return {word for each in said if "resolve" in each for word in re.findall(r"[`\"](\w+)[`\"]", each)}


@NETWORK
@pytest.mark.usefixtures("alarm")
@pytest.mark.parametrize("server", ["basedpyright-langserver --stdio", "ty server"])
def test_a_language_server_finds_the_environments_packages(desk: Desk, app: Path, programs: Path, server: str) -> None:
    """In a project whose environment lies elsewhere, so that no server finds it by itself."""
    assert f"`run --any -- {server}`" in PAGE or f"`{server}`" in PAGE
    inside = f"envs/one/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages/inside.py"
    make_tree(desk.root, {"envs/one": Venv(), inside: File("x = 1\n"), "shop/pyproject.toml": File("")})
    shop = desk.home / "shop"
    assert desk.type("link", str(desk.home / "envs/one"), cwd=shop).status == 0
    spoken = Server(("autovenv", "run", "--any", "--", *server.split()), desk, shop, programs)
    try:
        assert spoken.list_missing(shop, "import inside\nimport nowhere\n") == {"nowhere"}
    finally:
        spoken.child.kill()
        spoken.child.communicate()


@pytest.fixture
def shop(desk: Desk, app: Path) -> Path:
    """A project where the recipes say that it is, and the command where an installation puts it."""
    assert (desk.home / "bin/autovenv").is_file()
    make_tree(desk.root, {"shop/.venv": Venv(), "shop/report.py": File("import sys; print(sys.prefix)\n")})
    program = desk.home / ".local/bin/autovenv"
    program.parent.mkdir(parents=True)
    program.symlink_to(Path(sys.executable).parent / "autovenv")
    return desk.home / "shop"


def test_cron(desk: Desk, shop: Path) -> None:
    """The line, run as Debian's cron 3.0 does: by sh, in the home directory, with these variables and no others."""
    times, command = recipe("cron").split("  ", 1)
    assert re.fullmatch(r"(?:[\d*]+ ){4}[\d*]+", times)
    environ = {"HOME": str(desk.home), "LOGNAME": "ada", "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
    line = ["/bin/sh", "-c", command]
    done = subprocess.run(line, cwd=desk.home, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{shop}/.venv\n", "")


def test_systemd(desk: Desk, shop: Path) -> None:
    """The unit of the page is one for systemd, and its command runs the project's Python in the project."""
    unit = PAGE.partition("```ini\n")[2].partition("```")[0]
    assert all(line in unit for line in list_recipes("systemd"))
    (shop / "serve.py").write_text("import os, sys; print(sys.prefix, os.getcwd(), os.getppid())\n")
    values = dict(line.replace("%h", str(desk.home)).split("=", 1) for line in unit.splitlines() if "=" in line)
    environ = {"HOME": str(desk.home), "PATH": "/usr/bin:/bin"}
    words = values["ExecStart"].split()
    done = subprocess.run(words, cwd=values["WorkingDirectory"], env=environ, capture_output=True, text=True)
    # The unit's main process is the program itself.
    assert (done.returncode, done.stdout) == (0, f"{shop}/.venv {shop} {os.getpid()}\n")
    place = desk.home / ".config/systemd/user/shop.service"
    assert str(place).replace(str(desk.home), "~") in PAGE
    place.parent.mkdir(parents=True)
    place.write_text(unit.replace("%h", str(desk.home)))
    # As a unit of the system, which needs no manager of a user that runs.
    run(desk, shop, "systemd-analyze", "verify", "--man=no", str(place))


def make_shims(desk: Desk) -> None:
    assert desk.type("shims", "install", "--no-rc").status == 0
    assert desk.type("shims", "path").out == f"{desk.home}/.local/share/autovenv/shims\n"


@pytest.mark.slow
@pytest.mark.parametrize("where", ["shop", "app"])
def test_emacs(desk: Desk, shop: Path, where: str) -> None:
    """Each buffer's directory decides, whatever directory the editor was started in."""
    make_shims(desk)
    ask = (
        f"{recipe('Emacs')} (require 'python) (find-file {json.dumps(f'~/{where}/report.py')}) (run-python)"
        ' (with-current-buffer "*Python*" (while (and (not (string-match-p ">>>" (buffer-string)))'
        " (process-live-p (get-buffer-process (current-buffer))))"
        " (accept-process-output nil 0.1)))"
        ' (princ (python-shell-send-string-no-output "import sys; print(sys.prefix)"))'
    )
    said = run(desk, desk.home, "emacs", "--batch", "--quick", "--eval", f"(progn {ask})")
    assert said.rstrip().endswith(f"{desk.home}/{where}/.venv")


@NETWORK
@pytest.mark.slow
def test_neovim(desk: Desk, shop: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    """Its own Python is the project's, in a project that has pynvim."""
    programs = install(tmp_path_factory, worker_id, "neovim", ["pynvim"])
    make_shims(desk)
    assert desk.type("link", str(programs.parent), cwd=shop).status == 0
    make_tree(desk.root, {".config/nvim/init.lua": File(recipe("Neovim") + "\n")})
    words = ["nvim", "--headless", "-c", "py3 import sys; print(sys.prefix)", "-c", "q"]
    program = shutil.which(words[0])
    if program is None:
        pytest.skip("nvim was not found")
    environ = {**desk.environ, "PATH": "/usr/bin:/bin"}
    done = subprocess.run([program, *words[1:]], cwd=shop, env=environ, capture_output=True, text=True, timeout=60)
    # Without a window it writes to stderr.
    assert (done.returncode, done.stderr.strip()) == (0, str(programs.parent))


def test_direnv(desk: Desk, app: Path) -> None:
    (app / ".envrc").write_text('eval "$(autovenv env --shell bash)"\n')
    assert 'eval "$(autovenv env --shell bash)"' in PAGE
    run(desk, app, "direnv", "allow", ".")
    assert run(desk, app, "direnv", "exec", ".", "sh", "-c", "echo $VIRTUAL_ENV") == f"{app}/.venv\n"


def test_github_actions(desk: Desk, app: Path) -> None:
    files = {"GITHUB_ENV": str(desk.home / "env"), "GITHUB_PATH": str(desk.home / "path")}
    step = recipe("GitHub Actions").removeprefix("- run: ")
    run(desk, app, "sh", "-c", step, bin=None, **files)
    assert (desk.home / "path").read_text() == f"{app}/.venv/bin\n"


def test_a_git_hook(desk: Desk, app: Path) -> None:
    desk.type("shims", "install", "whereami", "--no-rc")
    run(desk, app, *GIT, "init", "--quiet")
    hook = app / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\ncommand -v whereami >"$PWD/seen"\nwhereami >/dev/null && echo ran >>"$PWD/seen"\n')
    hook.chmod(0o755)
    shims = desk.type("shims", "path").out.strip()
    run(desk, app, *GIT, "commit", "--quiet", "--allow-empty", "-m", "x", PATH=f"{shims}:/usr/bin:/bin")
    assert (app / "seen").read_text() == f"{shims}/whereami\nran\n"


@NETWORK
def test_a_language_server_where_there_is_no_environment(desk: Desk, app: Path, programs: Path) -> None:
    assert "run --any -- ruff server" in PAGE
    path = f"{programs}:{desk.home}/bin:/usr/bin:/bin"
    assert run(desk, desk.home, "autovenv", "run", "--any", "--", "ruff", "version", bin=app.parent / "bin", PATH=path)
