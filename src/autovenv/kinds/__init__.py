"""The kinds of environment: one ordered table, one module each.

A kind's module has `find(directory, evidence, settings) -> Found | None`: the environment that its tool keeps for a directory, found by the
tool's own rule without running the tool. It looks at the world through `evidence` only. A module is imported only where one of its
markers is present.
"""

from __future__ import annotations


class Found:
    """An environment that a rule points at: `prefix`, absolute, and the `rule` in a few words. It may turn out to be broken."""

    __slots__ = ("prefix", "rule")

    def __init__(self, prefix: str, rule: str) -> None:
        self.prefix = prefix
        self.rule = rule


class Kind:
    """One kind: `name`, the module that finds it, the `markers` (names in a directory) without which it is not asked."""

    __slots__ = ("markers", "module", "name", "title")

    def __init__(self, name: str, title: str, markers: tuple[str, ...]) -> None:
        self.name = name
        self.title = title
        self.markers = markers
        self.module = "autovenv.kinds." + name


#: In the order in which they are asked; the first that finds something wins. The settings' `names` are markers of `in_project`.
KINDS = (Kind("in_project", "in the project", ()),)

#: What makes a directory a project even where no kind has an environment for it yet.
PROJECT_FILES = (
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "requirements.txt",
    "Pipfile",
)


def list_markers(names: list[str]) -> tuple[str, ...]:
    """Return every name whose presence makes a directory worth a look, the settings' `names` first."""
    markers = [*names]
    for kind in KINDS:
        markers += [marker for marker in kind.markers if marker not in markers]
    return (*markers, *(name for name in PROJECT_FILES if name not in markers))
