"""The hook's place in a person's rc file: `autovenv install` and `autovenv uninstall`."""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from autovenv import paths, places
from autovenv.disk import files
from autovenv.environments.kinds import virtualenvwrapper
from autovenv.messages import Problem, compose, explain, visible, visible_path
from autovenv.shells import dialects, hook, launcher, policy, told
from autovenv.shells.block import (
    BLOCK,
    HOOK,
    SHIMS,
    Marks,
    Notes,
    add_block,
    decode,
    encode,
    find_newline,
    remove_block,
)
from autovenv.state import record, store

BY_HAND = re.compile(rb"^[^#\n]*\bautovenv\b.*\bhook\b", re.MULTILINE)
#: A file of the home directory that another one names: not `/etc/bash.bashrc`, not `~/.bashrc.d`.
NAMES = {
    name: re.compile(rb"^[^#\n]*(?<![\w.])\." + name[1:].encode() + rb"(?![\w.-])", re.MULTILINE)
    for name in (".bashrc", ".bash_login", ".profile")
}
LOGIN_FILES = (".bash_profile", ".bash_login", ".profile")

#: Each line looks for the executable first: a shell must start without a word after it was removed some other way.
#: An empty variable is none to Python. A PYTHONHOME that is meant for another one would keep the executable from
#: starting, and with a PYTHONPATH that leads into the present directory Python would run what is there.
EVAL_LINES = {
    # Also in a file that a plain sh reads at login.
    "bash": (
        "case ${{BASH_VERSION:+$-}} in *i*) if [ -x {0} ]; then"
        ' eval "$(PYTHONHOME= PYTHONPATH= {0} hook bash)"; fi ;; esac'
    ),
    "zsh": 'if [[ -x {0} ]]; then eval "$(PYTHONHOME= PYTHONPATH= {0} hook zsh)"; fi',
    "fish": "if status is-interactive; and test -x {0}; PYTHONHOME= PYTHONPATH= {0} hook fish | source; end",
    "powershell": (
        "if ({5}) {{ . {{ {6}if ([IO.File]::Exists({0}))"
        ' {{ (& {0} hook powershell) -join "`n" | Invoke-Expression }} }} }}'
    ),
}

#: {1} is the file that holds the hook. It is made anew when it is older than what it was made from: the executable
#: ({2}, behind its links), the user's settings ({3}) and the machine's ({4}).
STATIC_LINES = {
    "bash": (
        "case ${{BASH_VERSION:+$-}} in *i*) if [ -x {0} ]; then"
        " if [ {2} -nt {1} ] || [ {3} -nt {1} ] || [ {4} -nt {1} ] || [ ! -s {1} ];"
        " then PYTHONHOME= PYTHONPATH= {0} install --refresh --shell bash; fi;"
        " if [ -r {1} ]; then . {1}; fi; fi ;; esac"
    ),
    "zsh": (
        "if [[ -x {0} ]]; then"
        " if [[ {2} -nt {1} || {3} -nt {1} || {4} -nt {1} || ! -s {1} ]]; then"
        " PYTHONHOME= PYTHONPATH= {0} install --refresh --shell zsh; fi;"
        " if [[ -r {1} ]]; then . {1}; fi; fi"
    ),
    "fish": (
        "if status is-interactive; and test -x {0};"
        " if test {2} -nt {1}; or test {3} -nt {1}; or test {4} -nt {1}; or not test -s {1};"
        " PYTHONHOME= PYTHONPATH= {0} install --refresh --shell fish; end;"
        " test -r {1}; and source {1}; end"
    ),
    # Without a cmdlet, each of which would load a module. In a script, which loads the profile too, nothing is started,
    # and what stands in a block of its own is not compiled.
    "powershell": (
        "if ({5}) {{ . {{ {6}if ([IO.File]::Exists({0})) {{"
        " if ([IO.File]::GetLastWriteTimeUtc({2}) -gt [IO.File]::GetLastWriteTimeUtc({1})"
        " -or [IO.File]::GetLastWriteTimeUtc({3}) -gt [IO.File]::GetLastWriteTimeUtc({1})"
        " -or [IO.File]::GetLastWriteTimeUtc({4}) -gt [IO.File]::GetLastWriteTimeUtc({1})"
        " -or -not [IO.File]::Exists({1})) {{ & {0} install --refresh --shell powershell }}"
        " if ([IO.File]::Exists({1})) {{ . {1} }} }} }} }}"
    ),
}

#: What zsh puts behind the name of a file that it has compiled.
COMPILED = ".zwc"

#: Tells a static line from the other form.
STATIC_MARK = b" install --refresh --shell "


@dataclass(frozen=True)
class Change:
    """What becomes of one file: its bytes `before` and `after`, None where it is not there.

    `said` tells a person what was done, `intended` what would be. `directories` is how many go with a file that is
    removed. `backup` is where the bytes before it are kept, `kept` where they lie from before. `hint` is what to type
    where it cannot be done.
    """

    path: str
    before: bytes | None
    after: bytes | None
    said: str
    intended: str
    directories: int = 0
    backup: str | None = None
    kept: str | None = None
    is_hook: bool = False
    hint: str = "mend that, then run this again"


Step = Callable[[], Change | None]


# The line


def find_executable() -> str:
    """Return the path by which a shell should start autovenv: one that stays where it is when autovenv is upgraded."""
    name = "autovenv.exe" if sys.platform == "win32" else "autovenv"
    typed = sys.argv[0]
    if os.path.isabs(typed) and os.path.basename(typed) == name and os.access(typed, os.X_OK):
        return typed
    beside = os.path.join(os.path.dirname(sys.executable), name)
    own = [path for path in (*list_installed(name), beside) if os.access(path, os.X_OK)]
    if not own:
        raise Problem(
            "the executable of autovenv was not found",
            f"there is no `{visible_path(beside)}`",
            "put the line of `autovenv hook --help` into the rc file yourself",
        )
    entries = [*os.environ.get("PATH", "").split(os.pathsep), os.path.join(places.home(), ".local", "bin")]
    for entry in entries:
        path = os.path.join(entry, name)
        if os.path.isabs(path) and os.access(path, os.X_OK) and os.path.realpath(path) in map(os.path.realpath, own):
            return path
    return own[0]


def list_installed(name: str) -> list[str]:
    """Return the paths of what an installer has made of that name for this very package, as its `RECORD` says.

    With `pip install --user`, and with the Python of a system, it is not beside the interpreter.
    """
    from importlib import metadata

    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    with suppress(metadata.PackageNotFoundError, OSError, ValueError):
        distribution = metadata.distribution("autovenv-cli")
        if os.path.realpath(str(distribution.locate_file(""))) == os.path.realpath(package):
            return [os.path.normpath(str(file.locate())) for file in distribution.files or () if file.name == name]
    return []


def find_hook_file(shell: str) -> str:
    """Return the path of the file that holds the hook in the static form."""
    dialect = dialects.find(shell)
    assert dialect is not None
    return os.path.join(places.data_dir(), dialect.file)


def write_line(shell: str, executable: str, static: bool) -> str:
    """Return the line of an rc file that loads the hook by an executable that need not be on `PATH`."""
    dialect = dialects.find(shell)
    assert dialect is not None
    files = [executable]
    if static:
        files += [find_hook_file(shell), os.path.realpath(executable)]
        files += [places.user_config_file(), places.machine_config_file()]
    if shell != "powershell":
        # Git Bash takes C:/ as well as /c/, but no backslash.
        files = [paths.slash(path) for path in files]
    words = [dialect.quote(path) for path in files]
    if shell == "powershell":
        words += [""] * (5 - len(words)) + [dialects.POWERSHELL_HAS_PROMPT, dialects.POWERSHELL_MAY_RUN]
    return (STATIC_LINES if static else EVAL_LINES)[shell].format(*words)


def write_hook(shell: str, create: bool = True) -> bytes:
    """Return the hook itself for a file that is sourced, as if no variable said otherwise: this is for all shells.

    The state directory, which it names, is made unless `create` is off.
    """
    dialect = dialects.find(shell)
    assert dialect is not None
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AUTOVENV_")}
    return hook.render(dialect, variables, create, in_file=True)


# The files


def detect_shell() -> str:
    """Return the name of the shell that a person types in. Raises `Problem` where that is not known."""
    names = [told.add_told(dict(os.environ)).get("__AUTOVENV_SHELL", "")]
    if not names[0]:
        import shellingham

        with suppress(shellingham.ShellDetectionFailure, OSError):
            names.append(shellingham.detect_shell()[0])
        names.append(os.path.basename(os.environ.get("SHELL", "")))
    for name in names:
        dialect = dialects.find(name.lower().removesuffix(".exe"))
        if dialect is not None:
            return dialect.name
    raise Problem("your shell is not known", hint="name it with `--shell`", status=2)


def check_shell(name: str) -> str:
    """Return the name of a shell in the table. Raises `Problem` for one that is not in it."""
    return dialects.require(name).name


def find_home() -> str:
    """Return the home directory as shells see it: Git Bash's is in HOME."""
    home = os.environ.get("HOME", "")
    return home if os.path.isabs(home) else places.home()


def find_directory(variable: str, default: str) -> str:
    """Return the directory that a variable names, the default where it is unset or relative."""
    path = os.environ.get(variable, "")
    return path if os.path.isabs(path) else default


def find_zdotdir(home: str) -> str:
    """Return the directory of zsh's rc files; ~/.zshenv often sets it without exporting it, so zsh is asked."""
    if "ZDOTDIR" not in os.environ:
        program = find_program("zsh")
        if program is None:
            return home
        try:
            question = [program, "-c", 'printf "%s" "${ZDOTDIR-}"']
            nothing = subprocess.DEVNULL
            # Not a pipe: what ~/.zshenv leaves in the background would hold it open.
            with tempfile.TemporaryFile() as said:
                subprocess.run(question, check=False, stdin=nothing, stdout=said, stderr=nothing, timeout=10)
                said.seek(0)
                answer = os.fsdecode(said.read().rpartition(b"\n")[2])
        except (OSError, subprocess.TimeoutExpired):
            return home
        return answer if os.path.isabs(answer) else home
    return find_directory("ZDOTDIR", home)


#: What bash 5.2 and zsh 5.9 say of a text that ends too early.
_ENDS_EARLY = re.compile(rb"unexpected end of file|unexpected EOF|by end-of-file|near `(?:\\n|[^']*\$\()'|unmatched")


def find_open_end(shell: str, data: bytes) -> str:
    """Return in words that a block at the end of an rc file would not be read, empty where it would be.

    That is so where the text ends in the middle of an `if`, of quotes, or of a here-document: the shell is asked, with
    `-n`, which runs nothing of it.
    """
    program = find_program(shell) if shell in ("bash", "zsh") and data.strip() else None
    if program is None:
        return ""
    try:
        whole = _parse(program, data)
        # What is not code is not complained about: the text of a here-document, of which zsh says nothing.
        swallowed = whole.returncode == 0 and _parse(program, data + b"\n)\n").returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return ""
    if swallowed or _ENDS_EARLY.search(whole.stderr):
        return "it ends in the middle of something: an `if`, quotes, or a here-document that is not closed"
    return ""


def _parse(program: str, data: bytes) -> subprocess.CompletedProcess[bytes]:
    options = ("-fn",) if os.path.basename(program).startswith("zsh") else ("--norc", "--noprofile", "-n")
    environ = {"LC_ALL": "C", "PATH": os.defpath if sys.platform != "win32" else os.path.dirname(program)}
    if "SYSTEMROOT" in os.environ:  # without which no program starts in Windows
        environ["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    return subprocess.run(
        [program, *options], input=data, capture_output=True, env=environ, cwd=os.sep, timeout=5, check=False
    )


def find_program(name: str) -> str | None:
    """Return the path of a shell: none that a project brings by a relative entry of `PATH`, or by its environment."""
    entries = [entry for entry in os.environ.get("PATH", "").split(os.pathsep) if os.path.isabs(entry)]
    own = [entry for entry in entries if not os.path.exists(os.path.join(os.path.dirname(entry), "pyvenv.cfg"))]
    return shutil.which(name, path=os.pathsep.join(entry for entry in own if not is_door(entry)))


def is_door(entry: str, windows: bool = sys.platform == "win32") -> bool:
    r"""Tell whether an entry of `PATH` is one where a `bash` is no shell of this system, but starts WSL's.

    >>> [is_door(entry, windows=True) for entry in ("C:\\WINDOWS\\system32\\", "C:/Program Files/Git/usr/bin")]
    [True, False]
    """
    return windows and paths.fold(entry, windows).endswith(("\\system32", "\\sysnative", "\\microsoft\\windowsapps"))


def find_login_file(home: str) -> str:
    """Return the file that bash reads as a login shell: the first that exists.

    Where there is none: one that hides no other, unless the system's terminals start login shells and expect their own,
    as those of macOS and Git Bash do.
    """
    for name in LOGIN_FILES:
        if os.path.lexists(os.path.join(home, name)):
            return os.path.join(home, name)
    return os.path.join(home, ".bash_profile" if sys.platform in ("darwin", "win32") else ".profile")


def reads_bashrc(path: str) -> bool:
    """Tell whether a login file of bash reads ~/.bashrc, itself or by way of the login files that come after it."""
    home, name = os.path.split(path)
    try:
        data = files.read_file(path) or b""
    except (OSError, ValueError):
        return False
    later = LOGIN_FILES[LOGIN_FILES.index(name) + 1 :]
    return NAMES[".bashrc"].search(data) is not None or any(
        NAMES[other].search(data) and reads_bashrc(os.path.join(home, other)) for other in later
    )


def find_files(shell: str, all_hosts: bool = False) -> list[str]:
    """Return the rc files of one shell that should hold the block.

    In PowerShell that is the profile of the host that is typed in, or that of all hosts: with `all_hosts`, and where
    the block is there already.
    """
    home = find_home()
    config = find_directory("XDG_CONFIG_HOME", os.path.join(home, ".config"))
    if shell == "bash":
        login = find_login_file(home)
        return [os.path.join(home, ".bashrc")] + [login] * (not reads_bashrc(login))
    if shell == "zsh":
        return [os.path.join(find_zdotdir(home), ".zshrc")]
    if shell == "fish":
        return [os.path.join(config, "fish", "conf.d", "autovenv.fish")]
    both = [[os.path.join(folder, name) for name in (PROFILE, ALL_HOSTS)] for folder in find_profile_folders(config)]
    return [every if all_hosts or has_block(every, shell) else own for own, every in both]


#: What `$PROFILE` names, and `$PROFILE.CurrentUserAllHosts`, which editors that have PowerShell within them read, too.
PROFILE = "Microsoft.PowerShell_profile.ps1"
ALL_HOSTS = "profile.ps1"


def find_profile_folders(config: str) -> list[str]:
    """Return the directories of PowerShell's profiles: in Windows that of each PowerShell there is."""
    if sys.platform != "win32":
        return [os.path.join(config, "powershell")]
    import platformdirs

    documents = platformdirs.user_documents_dir()  # it may have been moved, into OneDrive say
    hosts = (("pwsh", "PowerShell"), ("powershell", "WindowsPowerShell"))
    there = [folder for program, folder in hosts if shutil.which(program)]
    return [os.path.join(documents, folder) for folder in there or ["PowerShell"]]


def peek(path: str, shell: str) -> bytes:
    """Return an rc file as bytes that contain ASCII, empty where it cannot be read."""
    try:
        return decode(files.read_file(path) or b"", shell)[0]
    except (OSError, ValueError):
        return b""


def has_block(path: str, shell: str) -> bool:
    """Tell whether an rc file holds the block."""
    return BLOCK.search(peek(path, shell)) is not None


def find_all_files(shell: str) -> list[str]:
    """Return the rc files of one shell that may hold the block, also from before its login file changed."""
    if shell == "bash":
        return [os.path.join(find_home(), name) for name in (".bashrc", *LOGIN_FILES)]
    if shell == "powershell":
        folders = [os.path.dirname(path) for path in find_files(shell)]
        return [os.path.join(folder, name) for folder in folders for name in (PROFILE, ALL_HOSTS)]
    return find_files(shell)


def find_other_files(path: str, shell: str) -> list[str]:
    """Return the files that a shell reads beside its rc file, and where a person may have put the line."""
    directory = os.path.dirname(path)
    if shell == "fish":
        return [os.path.join(os.path.dirname(directory), "config.fish")]
    # In PowerShell that of all hosts, or of the one.
    other = {PROFILE: ALL_HOSTS, ALL_HOSTS: PROFILE}.get(os.path.basename(path))
    return [os.path.join(directory, other)] if shell == "powershell" and other else []


def find_backup(path: str) -> str:
    """Return where the bytes of an rc file are kept from before the block."""
    return f"{places.state_dir()}/backup{record.locate(os.path.abspath(path))}"


# What is to be done

#: What a block is called in a message.
_WHAT = {HOOK: "the hook", SHIMS: "the directory of shims"}


def is_static(shell: str) -> bool:
    """Tell whether the block of a shell is to be in the static form: that of the block that is there, else static."""
    blocks = (BLOCK.search(peek(path, shell)) for path in find_all_files(shell))
    return next((STATIC_MARK in block["body"] for block in blocks if block), True)


def plan_install(path: str, shell: str, line: str, marks: Marks = HOOK) -> Change:
    """Return what is to be done to one rc file.

    Raises `Problem`, with the line to add by hand, for a file that must be left as it is.
    """
    name = visible_path(path)
    hint = visible(f"put this line into it yourself: {line}")
    try:
        before = files.read_file(path)
        data, codec = decode(before or b"", shell)
        is_there = marks.pattern.search(data) is not None
        by_hand = None if is_there or marks is not HOOK else find_by_hand(path, shell)
        if by_hand is not None:
            said = f"`{visible_path(by_hand)}` runs `autovenv hook` already, left as it is"
            return Change(path, before, before, said, said)
        missing = files.count_missing(os.path.dirname(os.path.realpath(path))) if before is None else 0
        made = Notes(file=before is None, directories=missing)
        if not is_there and (fault := find_open_end(shell, data)):
            raise ValueError(fault)
        after = encode(add_block(data, line, made, find_newline(data, shell), marks), codec)
    except (OSError, ValueError) as error:
        raise Problem(f"`{name}` was left as it is", explain(error), hint) from error
    if before is None:
        said = f"{_WHAT[marks]} to `{name}`"
        return Change(path, before, after, f"wrote {said}", f"would write {said}", hint=hint)
    if after == before:
        said = f"{_WHAT[marks]} is in `{name}`"
        return Change(path, before, after, said, said)
    backup = None if is_there else find_backup(path)
    said = f"{_WHAT[marks]} to `{name}`"
    return Change(path, before, after, f"added {said}", f"would add {said}", backup=backup, hint=hint)


def plan_uninstall(path: str, shell: str, marks: Marks = HOOK) -> Change | None:
    """Return what is to be done to one rc file, None where it holds no block. Raises `Problem` for half a block."""
    name = visible_path(path)
    try:
        before = files.read_file(path)
        data, codec = decode(before or b"", shell)
        if before is None or marks.begin not in data:
            return None
        rest, notes = remove_block(data, marks)
        if rest == data:
            return None
        after = encode(rest, codec)
    except (OSError, ValueError) as error:
        hint = f"if it has lines from `{marks.begin.decode()}` to `{marks.end.decode()}`, delete them yourself"
        raise Problem(f"`{name}` was left as it is", explain(error), hint) from error
    if notes.file and not rest:
        said = f"`{name}`, which held nothing but {_WHAT[marks]}"
        return Change(path, before, None, f"removed {said}", f"would remove {said}", notes.directories)
    said = f"{_WHAT[marks]} out of `{name}`"
    return Change(path, before, after, f"took {said}", f"would take {said}", kept=find_backup(path))


def find_by_hand(path: str, shell: str) -> str | None:
    """Return the file that loads the hook by a person's own line: an rc file, or another that is read beside it."""
    return next((file for file in (path, *find_other_files(path, shell)) if has_line_by_hand(file, shell)), None)


def has_line_by_hand(path: str, shell: str) -> bool:
    """Tell whether an rc file loads the hook otherwise than by a block."""
    return BY_HAND.search(BLOCK.sub(b"", peek(path, shell))) is not None


def plan_hook(shell: str, wanted: bool, dry_run: bool = False) -> Change | None:
    """Return what is to be done to the file of the static form, None for nothing."""
    path = find_hook_file(shell)
    name = visible_path(path)
    try:
        before = files.read_file(path)
    except (OSError, ValueError) as error:
        raise Problem(f"`{name}` cannot be used", explain(error), "move it away, then run this again") from error
    after = write_hook(shell, create=not dry_run) if wanted else None
    if before == after:
        return None
    if after is None:
        return Change(path, before, after, f"removed `{name}`", f"would remove `{name}`", 1, is_hook=True)
    return Change(path, before, after, f"wrote `{name}`", f"would write `{name}`", is_hook=True)


def compile_hook(shell: str) -> None:
    """Have zsh compile the file of the static form, which it then reads without parsing it.

    zsh (5.9, `try_source_file`) takes `FILE.zwc` where that is no older, in whole seconds, and made by its own version.
    Where it cannot be made the file does as it is.
    """
    program = find_program("zsh") if shell == "zsh" else None
    path = find_hook_file(shell)
    if program is None or not os.path.exists(path):
        return
    made = f"{path}.{os.getpid()}.zwc"
    command = [program, "-fc", 'zcompile -- "$1" "$2"', "zsh", made, path]
    nothing = subprocess.DEVNULL
    with suppress(OSError, subprocess.TimeoutExpired):
        try:
            subprocess.run(command, check=False, stdin=nothing, stdout=nothing, stderr=nothing, timeout=10)
            os.chmod(made, 0o600)
            made_from = os.stat(path).st_mtime_ns
            os.utime(made, ns=(made_from, made_from))
            os.replace(made, path + COMPILED)
        finally:
            with suppress(FileNotFoundError):
                files.remove_file(made)


def apply(change: Change) -> None:
    """Do what a change says. Raises `Problem`."""
    if change.before == change.after:
        return
    directory = os.path.dirname(os.path.realpath(change.path))
    try:
        if change.is_hook:
            # It is of the file before, and would be read in its place.
            with suppress(FileNotFoundError):
                files.remove_file(change.path + COMPILED)
        if change.after is None:
            files.remove_file(change.path)
            files.remove_directories(directory, change.directories)
            return
        if change.backup:
            _keep(change.backup, change.before or b"")
        store.make_private(directory)
        files.write_file(change.path, change.after, 0o600 if change.is_hook else 0o644, private=change.is_hook)
        if change.kept:
            _drop(change.kept, change.after)
    except (OSError, ValueError) as error:
        why = explain(error)
        raise Problem(f"`{visible_path(change.path)}` was left as it is", why, change.hint) from error


def _keep(backup: str, data: bytes) -> None:
    """Keep the bytes of an rc file in the state directory."""
    if not store.is_private(places.state_dir(), create=True):
        raise PermissionError(13, f"no backup can be made in `{visible_path(places.state_dir())}`")
    store.make_private(os.path.dirname(backup))
    files.write_file(backup, data, 0o600)


def _drop(backup: str, data: bytes) -> None:
    """Remove a backup that the rc file is the same as again."""
    if files.read_file(backup) == data:
        os.unlink(backup)
        depth = os.path.dirname(backup).count("/") - places.state_dir().count("/") + 1
        files.remove_directories(os.path.dirname(backup), depth)


# The commands


def install(shell: str, static: bool | None = None, dry_run: bool = False, all_hosts: bool = False) -> int:
    """Add the block to the rc files of a shell; return the exit status.

    `static` is the form; None for the one that is there, or static. `all_hosts` is for PowerShell: the block goes into
    the profile of all hosts, and out of that of one.
    """
    if all_hosts and shell != "powershell":
        raise Problem("`--all-hosts` is for PowerShell", hint="leave it out, or name `--shell powershell`", status=2)
    if static is None:
        static = is_static(shell)
    executable = find_executable()
    if not dry_run:
        launcher.isolate(executable)
    line = write_line(shell, executable, static)
    found = find_files(shell, all_hosts)
    refused = find_refused(found) if shell == "powershell" else {}
    for path, held in refused.items():
        problem = explain_policy(path, held)
        if len(refused) == len(found):
            raise problem
        print(compose("note", problem.what, problem.why, problem.hint), file=sys.stderr)
    found = [path for path in found if path not in refused]
    steps: list[Step] = [partial(plan_install, path, shell, line) for path in found]
    if all_hosts:
        steps[:0] = [partial(plan_uninstall, other, shell) for path in found for other in find_other_files(path, shell)]
    # Where a line of the user's own is left to load the hook, nothing sources the file.
    wanted = static and not all(find_by_hand(path, shell) for path in found)
    done, status = carry_out([*steps, partial(plan_hook, shell, wanted, dry_run)], dry_run)
    if not dry_run:
        compile_hook(shell)
    for change in done:
        if change.backup is not None and not dry_run:
            print(f"  backup: {visible_path(change.backup)}")
    if done and not dry_run:
        print("  next: open a new terminal, and `cd` into a project")
        print("  undo: autovenv uninstall")
    return status


def find_refused(profiles: list[str], windows: bool = sys.platform == "win32") -> dict[str, policy.Policy]:
    """Return the profiles that their PowerShell does not run, each with the policy that says so: only in Windows."""
    found = {path: _read_policy(os.path.dirname(path)) for path in profiles} if windows else {}
    return {path: held for path, held in found.items() if held.strict}


def _read_policy(folder: str) -> policy.Policy:
    old = policy.is_old(folder)
    # That of this process is not that of the next shell.
    return policy.read(old, shutil.which("powershell" if old else "pwsh") or "", folder, {})


def explain_policy(path: str, held: policy.Policy) -> Problem:
    """Return what is said of a profile that is not run, so that nothing is written there."""
    name = "Windows PowerShell" if policy.is_old(os.path.dirname(path)) else "PowerShell"
    return Problem(
        f"`{visible_path(path)}` was left as it is",
        f"under the execution policy `{visible(held.name)}` {name} runs no profile, and says so at each start",
        "whoever administers this machine has set it; `autovenv run` needs no profile"
        if held.group
        else f"in {name} type `{policy.MEND}`, then run this again",
    )


def uninstall(shell: str = "", dry_run: bool = False) -> int:
    """Take the block out of the rc files of a shell, or of all; return the exit status."""
    shells = [shell] if shell else [dialect.name for dialect in dialects.DIALECTS]
    steps: list[Step] = [partial(plan_uninstall, path, shell) for shell in shells for path in find_all_files(shell)]
    done, status = carry_out([*steps, *[partial(plan_hook, shell, False) for shell in shells]], dry_run)
    for change in done:
        if change.after is None and not dry_run:
            # One that was made for the first of two files goes with the second.
            files.remove_directories(os.path.dirname(os.path.realpath(change.path)), change.directories)
    left = {
        visible_path(file): None
        for shell in shells
        for path in find_all_files(shell)
        for file in (path, *find_other_files(path, shell))
        if has_line_by_hand(file, shell)
    }
    for name in left:
        hint = "take that line out yourself"
        print(compose("note", f"`{name}` runs `autovenv hook` by a line of your own", hint=hint), file=sys.stderr)
    if not done and not left and status == 0:
        print("no rc file holds the hook", file=sys.stderr)
    return status


def carry_out(steps: list[Step], dry_run: bool) -> tuple[list[Change], int]:
    """Do each step, or show what it would do; return the changes and the exit status.

    A step that fails does not keep the others back.
    """
    done = []
    status = 0
    for step in steps:
        try:
            change = step()
            if change is None:
                continue
            if not dry_run:
                apply(change)
            print(change.intended if dry_run else change.said)
            if change.before != change.after:
                done.append(change)
                if dry_run and not change.is_hook:
                    print(compare(change), end="")
        except Problem as problem:
            status = 1
            print(problem, file=sys.stderr)
    return done, status


def compare(change: Change) -> str:
    """Return a change as a unified diff, everything in it visible."""
    name = visible_path(change.path)
    old, new = (name if data is not None else os.devnull for data in (change.before, change.after))
    lines = difflib.unified_diff(_split(change.before), _split(change.after), old, new, lineterm="")
    return "\n".join([*lines, ""])


def _split(data: bytes | None) -> list[str]:
    """Return the lines of a file, visible; a last one without its newline says so."""
    if not data:
        return []
    lines = [visible(os.fsdecode(line)) for line in decode(data, "powershell")[0].split(b"\n")]
    return lines[:-1] if lines[-1] == "" else [*lines[:-1], lines[-1] + "\n\\ No newline at end of file"]


def refresh(shell: str) -> int:
    """Write the file of the static form anew, and date it so that it is not older than what it was made from."""
    change = plan_hook(shell, True)
    if change is not None:
        apply(change)
    launcher.isolate(find_executable())
    sources = [os.path.realpath(find_executable()), places.user_config_file(), places.machine_config_file()]
    times = [os.stat(source).st_mtime_ns for source in sources if os.path.exists(source)]
    newest = max(time.time_ns(), *times)
    os.utime(find_hook_file(shell), ns=(newest, newest))
    compile_hook(shell)
    virtualenvwrapper.prepare(dict(os.environ))
    return 0
