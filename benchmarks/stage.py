"""What is measured: the shells, the tools, and for each tool a home with projects set up as its documentation says."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEPTHS = (1, 5, 20)


@dataclass(frozen=True)
class Shell:
    """A shell: how it is started so that it reads its rc file, and how it runs the file that drives it."""

    name: str
    executable: str
    rc: str
    driver: str
    start: tuple[str, ...]

    def command(self, text: str) -> list[str]:
        """Return the command that starts the shell as an interactive one and has it run `text`."""
        return [self.executable, *self.start, text]

    @property
    def drive(self) -> list[str]:
        return self.command(f". '{HERE / 'drivers' / self.driver}'")

    @property
    def leave(self) -> list[str]:
        return self.command("exit")

    def version(self) -> str:
        asks = {"pwsh": ["-NoLogo", "-NoProfile", "-Command", "$PSVersionTable.PSVersion.ToString()"]}
        told = subprocess.run(
            [self.executable, *asks.get(self.name, ["--version"])], capture_output=True, text=True, check=True
        )
        words = told.stdout.split("\n")[0].replace("version", "").replace(",", "").split()
        return next((word.split("(")[0] for word in words if word[0].isdigit()), words[0])


#: name, rc file below the home directory, driver, arguments
_SHELLS = (
    ("bash", ".bashrc", "drive.bash", ("-i", "-c")),
    ("zsh", ".zshrc", "drive.zsh", ("-d", "-i", "-c")),
    ("fish", ".config/fish/config.fish", "drive.fish", ("-i", "-c")),
    (
        "pwsh",
        ".config/powershell/Microsoft.PowerShell_profile.ps1",
        "drive.ps1",
        ("-NoLogo", "-NoExit", "-Command"),
    ),
)
SHELL_NAMES = tuple(name for name, *_ in _SHELLS)


def find_shells(wanted: list[str]) -> list[Shell]:
    """Return the shells that are there; `wanted` holds names, or names and paths joined by `=`."""
    found = []
    for word in wanted:
        name, _, path = word.partition("=")
        executable = shutil.which(path or name)
        if executable:
            rc, driver, start = next(row[1:] for row in _SHELLS if row[0] == name)
            found.append(Shell(name, executable, rc, driver, start))
    return found


@dataclass
class Tool:
    """A tool: the `lines` of each shell's rc file that load its hook, by its own documentation.

    `project` are files of a project, `variables` go into the environment, and `accept` is the command that a person
    types once in each project. `places` are directories that must be on `PATH`.
    """

    name: str
    lines: dict[str, str] = field(default_factory=dict)
    project: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    accept: tuple[str, ...] = ()
    version: str = ""
    places: tuple[str, ...] = ()

    def covers(self, shell: Shell) -> bool:
        return self.name == "bare" or shell.name in self.lines


BARE = Tool("bare")


def make_autovenv(_: str) -> Tool:
    """autovenv as it is installed beside the interpreter that runs this."""
    command = Path(sys.executable).with_name("autovenv")
    if not command.exists():
        raise SystemExit(f"install autovenv first: `{Path(sys.executable).name} -m pip install -e .`")
    version = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    return Tool(
        "autovenv",
        {
            "bash": f'eval "$({command} hook bash)"',
            "zsh": f'eval "$({command} hook zsh)"',
            "fish": f"{command} hook fish | source",
            "pwsh": f"Invoke-Expression (& {command} hook powershell | Out-String)",
        },
        version=version,
    )


def make_direnv(path: str) -> Tool | None:
    """direnv (https://direnv.net/docs/hook.html), with an `.envrc` that starts no process of its own."""
    command = shutil.which(path or "direnv")
    if not command:
        return None
    lines = {
        "bash": f'eval "$({command} hook bash)"',
        "zsh": f'eval "$({command} hook zsh)"',
        "fish": f"{command} hook fish | source",
        "pwsh": f'Invoke-Expression "$({command} hook pwsh)"',
    }
    # Debian 12 has one (2.32) that does not know PowerShell.
    knows = subprocess.run([command, "hook", "pwsh"], capture_output=True, check=False)
    if knows.returncode != 0:
        del lines["pwsh"]
    return Tool(
        "direnv",
        lines,
        {".envrc": 'export VIRTUAL_ENV="$PWD/.venv"\nPATH_add .venv/bin\n'},
        accept=(command, "allow"),
        version=_ask_version(command),
    )


def make_mise(path: str) -> Tool | None:
    """mise (https://mise.jdx.dev/getting-started.html), its `_.python.venv` for an environment that is there."""
    command = shutil.which(path or "mise")
    if not command:
        return None
    return Tool(
        "mise",
        {
            "bash": f'eval "$({command} activate bash)"',
            "zsh": f'eval "$({command} activate zsh)"',
            "fish": f"{command} activate fish | source",
            "pwsh": f"(& {command} activate pwsh) | Out-String | Invoke-Expression",
        },
        {"mise.toml": '[env]\n_.python.venv = ".venv"\n'},
        accept=(command, "trust"),
        version=_ask_version(command),
        variables={"MISE_OFFLINE": "1", "MISE_HIDE_UPDATE_WARNING": "1"},
        places=(str(Path(command).parent),),
    )


def make_pyautoenv(path: str) -> Tool | None:
    """pyautoenv (https://github.com/hsaunders1904/pyautoenv), a directory with its files."""
    directory = Path(path or "pyautoenv").expanduser().resolve()
    if not (directory / "pyautoenv.py").is_file():
        return None
    version = subprocess.run(
        [sys.executable, directory / "pyautoenv.py", "--version"], capture_output=True, text=True, check=True
    )
    return Tool(
        "pyautoenv",
        {
            "bash": f"source {shlex.quote(str(directory / 'pyautoenv.bash'))}",
            "zsh": f"source {shlex.quote(str(directory / 'pyautoenv.plugin.zsh'))}",
            "fish": f"source {shlex.quote(str(directory / 'pyautoenv.fish'))}",
            "pwsh": f". {directory / 'PyAutoEnv.ps1'}",
        },
        version=version.stdout.split()[-1],
    )


#: What no hook can do without, in each shell: is all as it was, and are three files there?
_FLOOR = {
    "bash": """
floor() {
  if [[ $PWD == "$floor_here" && $PATH == "$floor_path" && -e $HOME/a && -e $HOME/b && -e $HOME/c ]]; then return; fi
  floor_here=$PWD floor_path=$PATH
}
PROMPT_COMMAND=floor
""",
    "zsh": """
floor() {
  if [[ $PWD == "$floor_here" && $PATH == "$floor_path" && -e $HOME/a && -e $HOME/b && -e $HOME/c ]]; then return; fi
  floor_here=$PWD floor_path=$PATH
}
precmd_functions+=(floor)
""",
    "fish": """
function floor --on-event fish_prompt
    test "$PWD" = "$floor_here" -a "$PATH" = "$floor_path" -a -e $HOME/a -a -e $HOME/b -a -e $HOME/c; and return
    set -g floor_here $PWD
    set -g floor_path "$PATH"
end
""",
    "pwsh": """
$global:floor_prompt = $function:prompt
function global:prompt {
  if (-not ("$PWD" -ceq $global:floor_here -and $env:PATH -ceq $global:floor_path -and [IO.File]::Exists("$HOME/a") -and
    [IO.File]::Exists("$HOME/b") -and [IO.File]::Exists("$HOME/c"))) {
    $global:floor_here = "$PWD"; $global:floor_path = $env:PATH
  }
  & $global:floor_prompt
}
""",
}


def make_floor(_: str) -> Tool:
    """The floor: a function that compares directory and PATH with what they were and looks at three files."""
    return Tool("floor", dict(_FLOOR))


def _ask_version(command: str) -> str:
    told = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
    return told.split()[0]


TOOLS: dict[str, Callable[[str], Tool | None]] = {
    "autovenv": make_autovenv,
    "direnv": make_direnv,
    "mise": make_mise,
    "pyautoenv": make_pyautoenv,
    "floor": make_floor,
}


def find_tools(wanted: list[str]) -> list[Tool]:
    """Return the bare shell and the tools that are there; `wanted` holds names, or names and paths joined by `=`."""
    found = [BARE]
    for word in wanted:
        name, _, path = word.partition("=")
        tool = TOOLS[name](path)
        if tool is not None:
            found.append(tool)
    return found


class Home:
    """A home directory: the projects `work/one` and `work/two`, deep directories in both, a tool's hook in every rc."""

    def __init__(self, root: Path, tool: Tool, shells: list[Shell], more_path: tuple[str, ...] = ()) -> None:
        self.tool = tool
        self.path = root / tool.name
        self.visited = 0
        self.path.mkdir(parents=True)
        self.variables = {
            "HOME": str(self.path),
            "LANG": "C.UTF-8",
            "PATH": ":".join((*tool.places, "/usr/local/bin", "/usr/bin", "/bin", *more_path)),
            "POWERSHELL_TELEMETRY_OPTOUT": "1",
            "POWERSHELL_UPDATECHECK": "Off",
            "TERM": "dumb",
            "USER": "ada",
            **{
                f"XDG_{name}_HOME": str(self.path / below)
                for name, below in (
                    ("CACHE", ".cache"),
                    ("CONFIG", ".config"),
                    ("DATA", ".local/share"),
                    ("STATE", ".local/state"),
                )
            },
            **tool.variables,
        }
        (self.path / ".local/share/fish/generated_completions").mkdir(parents=True)
        (self.path / "elsewhere").mkdir()
        for name in ("a", "b", "c"):
            (self.path / name).touch()
        for name in ("one", "two"):
            self.make_project(self.path / "work" / name)
            for depth in DEPTHS:
                self.deep(name, depth).mkdir(parents=True, exist_ok=True)
        for shell in shells:
            self.write_rc(shell, tool.lines.get(shell.name, ""))

    def write_rc(self, shell: Shell, text: str) -> None:
        """Write a shell's rc file."""
        rc = self.path / shell.rc
        rc.parent.mkdir(parents=True, exist_ok=True)
        rc.write_text(text + "\n")

    def deep(self, name: str, depth: int) -> Path:
        """Return a directory `depth` levels below a project."""
        return self.path.joinpath("work", name, *(f"d{level}" for level in range(1, depth + 1)))

    def make_project(self, path: Path) -> None:
        """Make a project: an environment, and what the tool wants beside it."""
        path.mkdir(parents=True)
        (path / "pyproject.toml").write_text('[project]\nname = "app"\nversion = "1"\n')
        _make_environment(path / ".venv", self.path.parent)
        for name, text in self.tool.project.items():
            (path / name).write_text(text)
        if self.tool.accept:
            self.run(*self.tool.accept, cwd=path)

    def make_new(self, count: int) -> Path:
        """Make `count` projects that no shell has been in, named by numbers; return the directory that holds them."""
        self.visited += 1
        base = self.path / f"new{self.visited}"
        for number in range(count):
            self.make_project(base / str(number))
        return base

    def run(self, *command: str, cwd: Path | None = None) -> None:
        """Run a command of the tool's at home or in `cwd`. Raises `CalledProcessError`."""
        subprocess.run(
            command, cwd=cwd or self.path, env=self.variables, check=True, stdin=subprocess.DEVNULL, capture_output=True
        )


def _make_environment(path: Path, root: Path) -> None:
    """Make a virtual environment: venv's own, made once, with its place written anew."""
    template = root / "template"
    if not template.exists():
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", template], check=True)
    shutil.copytree(template, path, symlinks=True)
    for file in (path / "pyvenv.cfg", *(path / "bin").iterdir()):
        if file.is_file() and not file.is_symlink():
            text = file.read_text()
            file.write_text(text.replace(str(template), str(path)).replace("(template)", f"({path.parent.name})"))


def make_root(directory: str) -> Path:
    """Return an empty directory of this run's own below `directory`, or below the system's one for temporary files."""
    import tempfile

    # Under links a tool may call a place by another name than the shell.
    return Path(os.path.realpath(tempfile.mkdtemp(prefix="autovenv-", dir=directory or None)))
