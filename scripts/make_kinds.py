"""Writes into `docs/kinds.md` what version each kind was held against, from `docs/kinds-versions.toml`.

`--refresh` first installs the newest release of each tool that `tests/test_kinds_real.py` asks into a directory of its
own, and writes the versions into the file; run it when those tests have passed. `--check` changes nothing and fails
where the page does not say what the file says.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
FILE = DOCS / "kinds-versions.toml"
PAGE = DOCS / "kinds.md"
BEGIN = "<!-- versions: made by scripts/make_kinds.py -->\n"
END = "<!-- end of versions -->\n"

#: How a tool was asked, in words.
HOW = {"run": "the tool was run", "read": "its source was read"}


def read_versions() -> dict[str, dict[str, str]]:
    """Return what the file says of each kind."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def render(versions: dict[str, dict[str, str]]) -> str:
    """Return the table for the page."""
    rows = [f"| `{kind}` | {one['tool']} {one['version']} | {HOW[one['how']]} |" for kind, one in versions.items()]
    return "\n".join(["| kind | held against | how |", "|---|---|---|", *rows, ""])


def refresh(versions: dict[str, dict[str, str]]) -> None:
    """Ask the package index for the newest release of each tool that can be run, and write the file."""
    tools = {one["tool"].lower(): kind for kind, one in versions.items() if one["how"] == "run"}
    with tempfile.TemporaryDirectory() as directory:
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "--quiet", directory], check=True)
        for tool in tools:
            subprocess.run([*uv, "pip", "install", "--quiet", "--python", directory, tool], check=True)
        listed = subprocess.run(
            [*uv, "pip", "list", "--format", "freeze", "--python", directory],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    text = FILE.read_text(encoding="utf-8")
    for name, _, version in (line.partition("==") for line in listed.splitlines()):
        if kind := tools.get(name.lower()):
            text = re.sub(rf'(\[{kind}\]\ntool = "[^"]*"\nversion = )"[^"]*"', rf'\g<1>"{version}"', text)
    FILE.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Write the table into the page, or check it."""
    if "--refresh" in arguments:
        refresh(read_versions())
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    made = before + BEGIN + "\n" + render(read_versions()) + "\n" + END + after
    if "--check" in arguments:
        if made != page:
            print("docs/kinds.md does not say what docs/kinds-versions.toml says: run scripts/make_kinds.py")
        return int(made != page)
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
