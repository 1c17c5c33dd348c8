"""The site that `make docs` builds: every page and link holds, and nothing is fetched from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytest.importorskip("sphinx", reason="make check installs it")
DOCS = Path(__file__).parents[2] / "docs"
#: What a page fetches as it opens. An <a> is not among them.
FETCHING = {"link", "script", "img", "iframe", "source", "video", "audio", "object", "embed"}
ELSEWHERE = re.compile(r"^(?:[a-z]+:)?//", re.IGNORECASE)
IN_STYLES = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')\s]+)")


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids.add(given.get("id", ""))
        address = given.get("src") or given.get("href") or given.get("data") or ""
        if tag in FETCHING:
            self.fetched.append(address)
        elif tag == "a":
            self.links.append(address)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site; a warning, such as of a link that leads nowhere, is an error."""
    out = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-d", str(out / ".doctrees"), str(DOCS), str(out)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, _Page]:
    return {path: _Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_every_page_is_built(pages: dict[Path, _Page], site: Path) -> None:
    built = {path.relative_to(site).with_suffix("") for path in pages}
    assert {path.relative_to(DOCS).with_suffix("") for path in DOCS.rglob("*.md")} <= built


def test_no_page_fetches_anything_from_elsewhere(pages: dict[Path, _Page], site: Path) -> None:
    fetched = {address for page in pages.values() for address in page.fetched}
    assert any(address.endswith(".css") for address in fetched)
    assert not [address for address in fetched if ELSEWHERE.match(address)]
    assert not [
        found for path in site.rglob("*.css") for found in IN_STYLES.findall(path.read_text(encoding="utf-8"))
    ]


def test_every_link_leads_to_a_page_and_a_place_on_it(pages: dict[Path, _Page]) -> None:
    dead = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or not link:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            there = pages.get(target)
            if there is None or (parts.fragment and unquote(parts.fragment) not in there.ids):
                dead.append(f"{path.name}: {link}")
    assert not dead
