"""`autovenv demo`: a real shell walks through throw-away projects, and nothing of the user's is touched."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autovenv.commands.output import console
from autovenv.commands.variables import leave
from autovenv.messages import Problem, visible
from autovenv.shells import dialects, hook, rc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

#: Seconds after which a silent shell is given up.
PATIENCE = 60
#: Seconds between two keys, after a line of the guide, and after what a command shows.
KEY, READ, LOOK = 0.03, 1.0, 1.4

#: Printed by the shell, and never shown: the prompt is complete; a command begins. An OSC that no terminal knows.
PROMPTED = b"\x1b]8888;autovenv-prompted\x07"
RUNNING = b"\x1b]8888;autovenv-running\x07"

_COLOUR = re.compile(rb"\x1b\[[0-9;:]*m")
_CONTROL = re.compile(
    rb"\x1b\[(?![0-9;:]*m)[0-?]*[ -/]*[@-~]"  # CSI, but for colours
    rb"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC
    rb"|\x1b[P^_X][^\x1b]*\x1b\\"  # DCS and its like
    rb"|\x1b[ -/]+[0-~]|\x1b[0-OQ-WYZ\\`-~]|[\x00-\x08\x0b\x0c\x0e-\x1a]"
)


@dataclass(frozen=True)
class Step:
    """One step: what the guide says, the command that is typed, and a part of what must be seen after it."""

    says: str
    command: str
    shows: str
    #: The command where PowerShell has another one.
    powershell: str = ""

    def write(self, shell: str) -> str:
        """Return the command as it is typed in a shell."""
        return self.powershell if shell == "powershell" and self.powershell else self.command


STEPS = (
    Step("Two projects, each with an environment that venv made a moment ago.", "ls -A shop blog", ".venv"),
    Step("Go into one. There is nothing else to type.", "cd shop", "(shop) ~/shop $"),
    Step(
        "Its Python comes first now.",
        "command -v python3",
        "/shop/.venv/bin/python3",
        "(Get-Command python3).Source",
    ),
    Step("Straight into the other one.", "cd ../blog", "(blog) ~/blog $"),
    Step("Out again, and all is as before.", "cd ..", "\n~ $"),
    Step(
        "This one came from elsewhere with its environment. It is not used unasked.",
        "cd clone",
        "autovenv: warning: `~/clone/.venv` was not activated",
    ),
    Step("Why not?", "autovenv status", "verdict"),
    Step("If you trust it, say so. The next prompt follows.", "autovenv allow", "(clone) ~/clone $"),
    Step("Off for now: it comes back when you do.", "deactivate", "\n~/clone $"),
    Step("Home, and that is all there is to it.", "cd", "\n~ $"),
)

#: What each shell reads at its start, before the hook: a prompt that says when it is complete, and no frills.
RC = {
    "bash": "PS1='\\w $ \\[\\e]8888;autovenv-prompted\\a\\]'\nunset HISTFILE PROMPT_COMMAND\nstty -echo\n",
    "zsh": (
        "PROMPT=$'%~ $ %{\\e]8888;autovenv-prompted\\a%}'\n"
        "unsetopt zle prompt_sp prompt_cr\nunset HISTFILE\nstty -echo\n"
    ),
    "fish": (
        "set --global fish_greeting\n"
        "set --global fish_autosuggestion_enabled 0\n"
        "function fish_prompt; printf '%s $ \\e]8888;autovenv-prompted\\a' (string replace -- $HOME '~' $PWD); end\n"
        "function __demo_running --on-event fish_preexec; printf '\\e]8888;autovenv-running\\a'; end\n"
    ),
    # A reader of its own: PowerShell's writes again what it reads, and asks the terminal where the cursor stands.
    "powershell": (
        "Remove-Module PSReadLine -ErrorAction Ignore\n"
        "stty -echo\n"
        "$global:__demo_input = [IO.File]::OpenText('/dev/tty')\n"
        "function global:PSConsoleHostReadLine {\n"
        "    $line = $global:__demo_input.ReadLine()\n"
        '    [Console]::Write("`e]8888;autovenv-running`a")\n'
        "    $line\n"
        "}\n"
        "function global:prompt { $PWD.Path.Replace($HOME, '~') + \" $ `e]8888;autovenv-prompted`a\" }\n"
    ),
}


def list_arguments(shell: str, executable: str, rc_file: str) -> list[str]:
    """Return the command that starts an interactive shell which reads `rc_file` and nothing else."""
    return {
        "bash": [executable, "--noprofile", "--noediting", "--rcfile", rc_file, "-i"],
        "zsh": [executable, "-o", "no_global_rcs", "-i"],
        "fish": [executable, "--no-config", "--init-command", f"source {dialects.quote_fish(rc_file)}", "-i"],
        "powershell": [
            executable,
            "-NoLogo",
            "-NoProfile",
            "-NoExit",
            "-Command",
            f". {dialects.quote_powershell(rc_file)}",
        ],
    }[shell]


class Terminal:
    """A shell on a pseudo-terminal."""

    def __init__(self, command: list[str], environ: dict[str, str], directory: str) -> None:
        import fcntl
        import pty
        import termios

        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        try:
            self.process = subprocess.Popen(
                command,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=environ,
                cwd=directory,
                start_new_session=True,
                preexec_fn=_sit_down,  # noqa: PLW1509 - a terminal can only be taken from inside
            )
        finally:
            os.close(slave)

    def send(self, line: str) -> None:
        """Type a line."""
        os.write(self.master, line.encode() + b"\r")

    def read(self) -> bytes:
        """Return what the shell printed up to the end of its next prompt. Raises `Problem` where it ends or hangs."""
        data = b""
        deadline = time.monotonic() + PATIENCE
        while PROMPTED not in data:
            ready, _, _ = select.select([self.master], [], [], max(0.0, deadline - time.monotonic()))
            chunk = b""
            if ready:
                with suppress(OSError):  # Linux: EIO once the shell has closed its terminal
                    chunk = os.read(self.master, 65536)
            if not chunk:
                raise Problem("the shell did not answer", "it ended" if ready else f"not within {PATIENCE} seconds")
            if b"\x1b[c" in chunk or b"\x1b[0c" in chunk:
                # fish 4 asks what kind of terminal this is, and waits for an answer.
                os.write(self.master, b"\x1b[?62;22c")
            data += chunk
        return data

    def close(self) -> None:
        """Hang up, and see the shell end."""
        os.close(self.master)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _sit_down() -> None:
    """Take standard input for the terminal of this session."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def clean(data: bytes, colour: bool) -> str:
    """Return what a shell printed as text: no controls but colours, and of a line that was drawn again the last."""
    data = data.rpartition(RUNNING)[2].replace(PROMPTED, b"")
    data = _CONTROL.sub(b"", data)
    if not colour:
        data = _COLOUR.sub(b"", data)
    lines = [line.rstrip(b"\r").rpartition(b"\r")[2] for line in data.split(b"\n")]
    return b"\n".join(lines).decode("utf-8", "replace")


def find_shell(name: str) -> tuple[str, str]:
    """Return the name and the path of the shell to walk in. Raises `Problem` where it cannot be one."""
    shell = rc.check_shell(name) if name else rc.detect_shell()
    if sys.platform == "win32" or shell not in RC:
        why = "Windows has no pseudo-terminal that Python could use" if sys.platform == "win32" else ""
        raise Problem("the demo does not walk in this shell", why, f"name another with `--shell`: {', '.join(RC)}")
    program = "pwsh" if shell == "powershell" else shell
    executable = shutil.which(program)
    if executable is None:
        raise Problem(f"{program} was not found", "no directory on PATH holds it", "name another with `--shell`")
    return shell, executable


@contextmanager
def make_home(guide: Guide) -> Iterator[str]:
    """Make a home with three projects, and take it away afterwards."""
    import venv

    # By its physical path: the shell would show another one on macOS, where /tmp is a link.
    home = os.path.realpath(tempfile.mkdtemp(prefix="autovenv-demo-"))
    try:
        with guide.out.status("making three environments") if guide.paced else nullcontext():
            for project in ("shop", "blog", "elsewhere"):
                venv.EnvBuilder(symlinks=True).create(os.path.join(home, project, ".venv"))
        os.rename(os.path.join(home, "elsewhere"), os.path.join(home, "clone"))
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def write_rc(shell: str, home: str, variables: dict[str, str]) -> str:
    """Write the rc file of a shell, hook and all, and return its path."""
    printed = subprocess.run([*hook.list_executable(), "hook", shell], env=variables, capture_output=True, check=True)
    path = os.path.join(home, {"zsh": ".zshrc", "powershell": "demo-rc.ps1"}.get(shell, ".demo-rc"))
    with open(path, "wb") as file:
        file.write(RC[shell].encode() + b"\n" + printed.stdout)
    return path


def list_variables(home: str, executable: str) -> dict[str, str]:
    """Return the variables of the shell: of the user's own, those that lead nowhere into the user's files."""
    outside = leave(dict(os.environ))
    kept = {name: outside[name] for name in ("LANG", "LC_ALL", "LC_CTYPE", "PATH", "NO_COLOR", "TZ") if name in outside}
    below = {"CONFIG": ".config", "DATA": ".local/share", "STATE": ".local/state", "CACHE": ".cache"}
    return {
        **kept,
        **{f"XDG_{name}_HOME": os.path.join(home, path) for name, path in below.items()},
        "HOME": home,
        "PWD": home,
        "ZDOTDIR": home,
        "SHELL": executable,
        "TERM": "xterm-256color",
        "TMPDIR": home,
        # PowerShell asks a server of its maker's otherwise.
        "POWERSHELL_TELEMETRY_OPTOUT": "1",
        "POWERSHELL_UPDATECHECK": "Off",
    }


def walk_through(shell: str = "", fast: bool = False) -> int:
    """Walk through the demo; return the exit status. Raises `Problem` where something is not as it should be."""
    name, executable = find_shell(shell)
    guide = Guide(console(), fast)
    with make_home(guide) as home:
        variables = list_variables(home, executable)
        rc_file = write_rc(name, home, variables)
        terminal = Terminal(list_arguments(name, executable, rc_file), variables, home)
        try:
            guide.say(f"This is {name}, in a home of its own that goes when this ends.")
            guide.prompt = clean(terminal.read(), guide.colour).rpartition("\n")[2]
            for step in STEPS:
                guide.take(step, step.write(name), terminal)
        finally:
            terminal.close()
    guide.out.print()
    guide.say("To have this in your own shell: `autovenv install`")
    return 0


class Guide:
    """Shows the walk to a person, at a person's pace; in a pipe, or where it is to be `fast`, without a pause."""

    def __init__(self, out: Console, fast: bool) -> None:
        self.out = out
        self.colour = out.is_terminal and out.color_system is not None
        self.paced = out.is_terminal and not fast
        self.prompt = ""

    def say(self, text: str) -> None:
        """Say something beside the walk."""
        self.out.print(f"# {text}", style="dim")
        self.wait(READ)

    def wait(self, seconds: float) -> None:
        """Give a person the time to read."""
        if self.paced:
            time.sleep(seconds)

    def take(self, step: Step, command: str, terminal: Terminal) -> None:
        """Take one step, and show it. Raises `Problem` where what must be seen is not."""
        if step.says:
            self.out.print()
            self.say(step.says)
        print(self.prompt, end="", flush=True)
        for key in command:
            print(key, end="", flush=True)
            self.wait(KEY)
        print()
        terminal.send(command)
        shown = clean(terminal.read(), self.colour)
        output, newline, self.prompt = shown.rpartition("\n")
        print(output, end=newline, flush=True)
        if step.shows not in "\n" + _COLOUR.sub(b"", shown.encode()).decode():
            seen = visible(shown)
            raise Problem(f"`{command}` should have shown `{visible(step.shows.strip())}`", f"it showed `{seen}`")
        self.wait(LOOK)
