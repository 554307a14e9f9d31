"""The site of docs/ in a real browser: at the widths of a phone, a tablet and a desk, in light and in dark.

The pictures that the browser takes lie in `.cache/pictures`, for whoever wants to look.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / ".cache" / "pictures"
WIDTHS = (360, 800, 1400)
SCHEMES = {"dark": 0, "light": 1}

#: Shows each page in a frame of each width, and writes what stands out of it, and its colours, into this document.
MEASURE = """<!doctype html><body><script>
const pages = %s, widths = %s;
let left = pages.length * widths.length;
const found = [];
for (const page of pages) for (const width of widths) {
  const frame = document.createElement("iframe");
  frame.style.width = width + "px";
  frame.style.height = "900px";
  frame.src = "/" + page;
  frame.onload = () => {
    const inside = frame.contentDocument, root = inside.documentElement;
    const shown = [...inside.querySelectorAll("article img")].filter(one => one.offsetWidth);
    found.push({
      page, width,
      beyond: root.scrollWidth - root.clientWidth,
      background: frame.contentWindow.getComputedStyle(inside.body).backgroundColor,
      pictures: shown.map(one => one.getAttribute("src").replace(/.*\\/|#.*/g, "")),
      narrow: shown.every(one => one.offsetWidth <= width),
      broken: [...inside.querySelectorAll("td code")].filter(one => one.getClientRects().length > 1).length,
      heads: [...inside.querySelectorAll("thead")].filter(one => one.offsetHeight && !one.textContent.trim()).length,
    });
    if (!--left) {
      const said = document.createElement("pre");
      said.id = "found";
      said.textContent = JSON.stringify(found);
      document.body.replaceChildren(said);
    }
  };
  document.body.append(frame);
}
</script></body>"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *words: object) -> None:
        """Leave the log out."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("site")
    config = ROOT / "docs" / "site" / "mkdocs.yml"
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", str(config), "-d", str(built)]
    environ = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, check=True, timeout=120)
    return built


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("word", ["vscode", "docker", "jupyter", "update", "pycharm", "wsl", "homebrew", "uninstall"])
def test_the_search_finds(site: Path, word: str) -> None:
    entries = json.loads((site / "search" / "search_index.json").read_text("utf-8"))["docs"]
    found = {
        entry["location"]
        for entry in entries
        if word in re.findall(r"\w+", entry["text"].lower() + entry["title"].lower())
    }
    assert found, word


def test_a_page_can_be_edited_and_named(site: Path) -> None:
    page = (site / "questions" / "index.html").read_text("utf-8")
    assert "https://github.com/autovenv/autovenv/edit/main/docs/questions.md" in page
    assert '<link rel="canonical" href="https://autovenv.github.io/autovenv/questions/">' in page
    assert '<link rel="icon" href="../icon.svg">' in page
    assert (site / "icon.svg").is_file()


def find_browser() -> str:
    """Return the Chrome or Chromium to look with: a minute and a half, so it is only where one is named."""
    name = os.environ.get("AUTOVENV_TEST_BROWSER", "")
    if not name:
        pytest.skip("AUTOVENV_TEST_BROWSER names no browser")
    found = shutil.which(name)
    assert found, f"AUTOVENV_TEST_BROWSER names one that is not there: {name}"
    return found


def browse(profile: Path, scheme: str, *words: str) -> str:
    """Start a browser without a window, and return what it printed."""
    command = [find_browser(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", *words[:-1]]
    command += [f"--user-data-dir={profile}", f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}"]
    command += ["--no-first-run", "--disable-background-networking", "--virtual-time-budget=20000", words[-1]]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=180)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_page_fits_whatever_the_width(site: Path, address: str, tmp_path: Path, scheme: str) -> None:
    find_browser()
    pages = [path.parent.relative_to(site).as_posix() + "/" for path in sorted(site.glob("*/index.html"))]
    pages.append("index.html")
    (site / "measure.html").write_text(MEASURE % (json.dumps(pages), json.dumps(WIDTHS)), "utf-8")
    printed = browse(tmp_path, scheme, "--dump-dom", f"{address}/measure.html")
    said = re.search(r'<pre id="found">(.*?)</pre>', printed, re.DOTALL)
    assert said, printed[-2000:]
    found = json.loads(said[1].replace("&amp;", "&"))
    assert len(found) == len(pages) * len(WIDTHS)
    amiss = [one for one in found if (one["beyond"], one["broken"], one["heads"], one["narrow"]) != (0, 0, 0, True)]
    assert amiss == []
    for one in found:
        red = int(re.findall(r"\d+", one["background"])[0])
        assert red > 200 if scheme == "light" else red < 60
    (pictures,) = {tuple(one["pictures"]) for one in found if one["page"] == "index.html"}
    assert pictures == (f"session-{scheme}.svg",)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_picture_is_taken_of_each_width(site: Path, address: str, tmp_path: Path, scheme: str) -> None:
    find_browser()
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"site-{scheme}.png"
    path.unlink(missing_ok=True)
    frames = [
        f'<iframe src="/{page}" style="border:0;width:{width}px;height:1500px"></iframe>'
        for page in ("index.html", "questions/")
        for width in WIDTHS
    ]
    (site / "show.html").write_text(
        f'<!doctype html><body style="margin:0;width:{sum(WIDTHS) + 99}px">{"".join(frames)}', "utf-8"
    )
    size = f"--window-size={sum(WIDTHS) + 99},3050"
    browse(tmp_path, scheme, f"--screenshot={path}", size, f"{address}/show.html")
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(path.read_bytes()) > 100_000
