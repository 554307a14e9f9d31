"""The README as an index shows it: there a path leads nowhere, so each becomes an address in the repository."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

REPOSITORY = "autovenv/autovenv"


def lead_into_the_repository(text: str, version: str) -> str:
    """Return Markdown with the paths of links and pictures as addresses at the tag of a version."""
    page = f"https://github.com/{REPOSITORY}/blob/v{version}/"
    file = f"https://raw.githubusercontent.com/{REPOSITORY}/v{version}/"
    text = re.sub(r"\]\((?!https:|#)", f"]({page}", text)
    return re.sub(r'\b(src|srcset)="(?!https:)', rf'\1="{file}', text)


class ReadmeHook(MetadataHookInterface):
    """Hatchling calls this while it builds."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Put the README into the metadata."""
        source = Path(self.root, "src", "autovenv", "__init__.py").read_text("utf-8")
        (version,) = re.findall(r'^__version__ = "([^"]+)"$', source, re.MULTILINE)
        text = lead_into_the_repository(Path(self.root, "README.md").read_text("utf-8"), version)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
