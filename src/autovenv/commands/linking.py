"""An environment kept elsewhere, for a project: `autovenv link` and `unlink`."""

from __future__ import annotations

import os

from autovenv.commands.decisions import store_choice
from autovenv.commands.output import say
from autovenv.disk.evidence import Evidence, Unreadable
from autovenv.environments.environment import Broken, inspect, is_environment
from autovenv.messages import Problem, compose, explain, visible, visible_path
from autovenv.state import choices
from autovenv.trust import birthplace


def link(directory: str, target: str, write: bool = False) -> str:
    """Use the environment at `target` for the project in `directory`, both absolute, and return what to tell about it.

    With `write`, the project gets a `.venv` file that names it, for other tools to read (PEP 832). Raises `Problem`
    where `target` is no usable environment, the choice cannot be stored, or the file cannot be written.
    """
    found = inspect(target, Evidence(dict(os.environ)), directory)
    if isinstance(found, Broken):
        raise Problem(
            f"`{visible_path(target)}` cannot be linked",
            found.reason,
            "name the directory that holds `pyvenv.cfg` or `conda-meta`",
        )
    if write:
        _write_redirect(directory, target)
    store_choice(directory, {**choices.read(directory), "link": target})
    told = f"`{visible_path(directory)}` uses `{visible_path(target)}`"
    made = birthplace.find(found, directory, {})
    if made.named and not made.here:
        say(
            compose(
                "warning",
                f"`{visible_path(target)}` was moved or copied: its commands may run another Python",
                f"`{made.source}` says `{visible_path(made.named)}`",
                "run `autovenv doctor`",
            )
        )
    return f"{told}, and its `.venv` file says so" if write else told


def locate(name: str, environ: dict[str, str], directory: str) -> str:
    """Return the environment that a person means by `name`: a path, or a word that tools know one by.

    A bare word is an environment in `directory`, or else the one of that name in `WORKON_HOME`, among pyenv's versions
    and in conda's directories. Raises `Problem` where several are called so, or none is.
    """
    from autovenv import walk

    is_word = name not in ("", ".", "..") and "/" not in name and os.sep not in name and not name.startswith("~")
    here = os.path.normpath(os.path.join(directory, os.path.expanduser(name)))
    places = (os.path.dirname(here), os.path.dirname(os.path.dirname(here)))
    if os.path.basename(here).startswith(("python", "activate", "Activate")) and is_environment(places[1]):
        return places[1]  # its interpreter, as editors name it, or what people source
    if os.path.basename(here) in ("bin", "Scripts") and is_environment(places[0]):
        return places[0]
    if not is_word or is_environment(here) or os.path.isfile(here):
        return walk.absolute(name, environ)
    named = list_named(name, environ)
    if not named:
        if os.path.lexists(here):
            return walk.absolute(name, environ)
        raise Problem(
            f"there is no environment `{visible(name)}`",
            "neither a directory here, nor in `WORKON_HOME`, nor pyenv or conda has one of that name",
            "give its path, or run `autovenv doctor`",
        )
    if len(named) > 1:
        listed = " and ".join(f"`{visible_path(path)}`" for path in named)
        raise Problem(f"`{visible(name)}` names more than one environment", listed, "give the path of the one you mean")
    return named[0]


def list_named(name: str, environ: dict[str, str]) -> list[str]:
    """Return the environments that are called `name` where virtualenvwrapper, pyenv and conda keep them, each once."""
    from autovenv.environments.directories import home_dir
    from autovenv.environments.kinds import conda, pipenv, pyenv, virtualenvwrapper

    evidence = Evidence(environ)
    workon_home = virtualenvwrapper.find_workon_home(environ.get("WORKON_HOME", ""), evidence)
    # pew's directory is Pipenv's.
    parents = (workon_home, pipenv.find_workon_home(home_dir(evidence), evidence), pyenv.find_versions(evidence))
    found = [os.path.join(parent, name) for parent in parents]
    if conda.is_name(name) and (prefix := conda.locate(name, evidence)):
        found.append(prefix)
    places: dict[str, str] = {}
    for path in found:
        if is_environment(path):
            # pyenv-virtualenv makes a link of that name to where the environment lies.
            places.setdefault(os.path.realpath(path), os.path.realpath(path) if os.path.islink(path) else path)
    return list(places.values())


def _write_redirect(directory: str, target: str) -> None:
    """Write the `.venv` file of PEP 832. Raises `Problem` where something else is there."""
    from autovenv.disk.files import read_file, write_file
    from autovenv.environments.kinds.in_project import LIMIT, read_redirect

    path = os.path.join(directory, ".venv")
    what = f"`{visible_path(path)}` cannot be written"
    if os.path.islink(path) or os.path.isdir(path):
        raise Problem(what, "there is a directory or a link of that name", "link without `--write`, or move that away")
    try:
        before = read_file(path)
        if before is not None and (len(before) > LIMIT or before.count(b"\n") > 1 or not read_redirect(before)):
            raise Problem(what, "there is a file of that name that says something else", "move that away")
        write_file(path, make_redirect(directory, target))
    except (OSError, ValueError, Unreadable) as error:
        raise Problem(what, explain(error)) from None


def make_redirect(directory: str, target: str) -> bytes:
    """Return the bytes of a `.venv` file in `directory` that names `target`.

    The path is relative where both lie below the home directory, so that it holds after both have moved together.
    Raises `ValueError` for a path that such a file cannot hold.
    """
    home = os.path.expanduser("~").rstrip(os.sep) + os.sep
    line = target
    if target.startswith(home) and directory.startswith(home):
        relative = os.path.relpath(target, directory)
        if os.path.realpath(os.path.join(directory, relative)) == os.path.realpath(target):
            line = relative.replace(os.sep, "/")
    if "\n" in line or line.endswith("\r") or not line.strip():
        raise ValueError("its path has a line break")
    try:
        return line.encode("utf-8") + b"\n"
    except UnicodeEncodeError:
        raise ValueError("its path is not UTF-8") from None


def unlink(directory: str) -> str:
    """Undo `link` for `directory` and return what to tell about it. Raises `Problem` where it is not linked."""
    choice = choices.read(directory)
    target = choice.pop("link", None)
    if not isinstance(target, str):
        above = _find_linked(os.path.dirname(directory))
        hint = f"`{visible_path(above)}` is: run it there" if above else "run `autovenv status` there"
        raise Problem(f"`{visible_path(directory)}` is not linked to an environment", hint=hint)
    store_choice(directory, choice)
    told = f"`{visible_path(directory)}` no longer uses `{visible_path(target)}`"
    file = os.path.join(directory, ".venv")
    return f"{told}; its `.venv` file is still there" if os.path.isfile(file) else told


def _find_linked(directory: str) -> str:
    """Return the nearest directory from `directory` up that is linked, empty where none is."""
    while not isinstance(choices.read(directory).get("link"), str):
        parent = os.path.dirname(directory)
        if parent == directory:
            return ""
        directory = parent
    return directory
