"""What only the calling shell can see, as its function `autovenv` passes it on: lines of a word and a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Facts:
    """`registered` tells whether the hook still runs before each prompt, None where no hook passed anything on.

    `aliases`, `abbreviations` (fish's), `functions` and `hashes` (the shell's table of commands) are those of `python`,
    `pip` and the like;
    `elsewhere` is where a record is kept that the shell did not find where it looked, empty where it found all;
    `state` is `active`, `held` (after `deactivate`), `off`, `hand` (something activated by hand) or `none`.
    """

    registered: bool | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    functions: frozenset[str] = frozenset()
    hashes: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    state: str = "none"
    elsewhere: str = ""

    @property
    def loaded(self) -> bool:
        """Whether the calling shell has loaded the hook."""
        return self.registered is not None


def parse(text: str) -> Facts:
    r"""Return the facts in `text`; words that are not known are passed over.

    >>> parse("registered yes\nalias python=python3 -q\nstate active").aliases
    {'python': 'python3 -q'}
    """
    values: dict[str, list[str]] = {}
    for line in text.split("\n"):
        word, _, value = line.partition(" ")
        values.setdefault(word, []).append(value)
    registered = values.get("registered", [""])[-1]
    return Facts(
        registered={"yes": True, "no": False}.get(registered),
        aliases=_split(values.get("alias", [])),
        abbreviations=_split(values.get("abbreviation", [])),
        functions=frozenset(values.get("function", [])),
        hashes=_split(values.get("hash", [])),
        options=tuple(values.get("option", [])),
        state=values.get("state", ["none"])[-1],
        elsewhere=values.get("elsewhere", [""])[-1],
    )


def _split(items: list[str]) -> dict[str, str]:
    return {name: value for name, separator, value in (item.partition("=") for item in items) if separator}
