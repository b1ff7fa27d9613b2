"""The HTML page as text: what it holds, and what it cannot be made to hold."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest

from restorebench.leaderboard.render.html.data import page_data
from restorebench.leaderboard.render.html.page import html, page


class Outline(HTMLParser):
    """Elements with their attributes, and the text of the cells of each table row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.rows: list[list[str]] = []
        self._cell = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag):
        self._cell = self._cell and tag not in {"td", "th"}

    def handle_data(self, data):
        if self._cell:
            self.rows[-1][-1] += data

    def all(self, tag: str) -> list[dict]:
        return [found for name, found in self.elements if name == tag]


@pytest.fixture(scope="module")
def text(contest):
    return html(contest)


@pytest.fixture(scope="module")
def outline(text):
    return Outline(text)


def test_the_page_loads_nothing(outline):
    asking = ("src", "href", "srcset", "action", "data", "poster")
    expected = {a[key] for _, a in outline.elements for key in asking if a.get(key)}
    assert {w for w in expected if not w.startswith(("#", "data:"))} == set()
    assert not outline.all("iframe")


def test_its_policy_allows_its_own_script_and_style_only(text):
    (policy,) = map(unescape, re.findall(r'Content-Security-Policy" content="([^"]+)"', text))
    script = re.findall(r"<script>(.*?)</script>", text, re.S)[0]
    style = re.findall(r"<style>(.*?)</style>", text, re.S)[0]
    for kind, source in (("script", script), ("style", style)):
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "connect-src" not in policy


def test_a_served_page_may_ask_its_own_server(contest):
    assert "connect-src 'self'" in unescape(page(contest, live=3000))


def test_no_element_has_a_style_or_an_event_of_its_own(outline):
    own = [key for _, a in outline.elements for key in a if key == "style" or key.startswith("on")]
    assert own == []


def test_a_name_with_markup_is_text(kit, text, outline):
    assert kit.HOSTILE not in text
    assert len(outline.all("script")) == 2
    assert any(row and kit.HOSTILE in row for row in outline.rows)


def test_data_cannot_end_its_script(kit, contest):
    data = page_data(contest, None, 0)
    assert not set("<>&") & set(data)
    rows = json.loads(data)["sections"][1]["rows"]
    assert kit.HOSTILE in [row["label"] for row in rows]


def test_rows_show_rank_interval_difference_and_cost(outline):
    first = next(row for row in outline.rows if "AlphaHaze" in row)
    assert first[:3] == ["1", "AlphaHaze", "A"]
    assert re.fullmatch(r"24\.\d\d", first[3])
    assert re.fullmatch(r"\d\d\.\d\d … \d\d\.\d\d", first[4])
    assert first[-5:] == ["1.75", "16.8 MB", "4", "61 M", "61 G"]


def test_headings_that_sort_are_buttons_and_say_how_they_sort(outline):
    sorted_ = [a["aria-sort"] for a in outline.all("th") if "aria-sort" in a]
    assert sorted_.count("ascending") == 2  # the ranks of two tables
    assert set(sorted_) == {"ascending", "none"}


def test_every_table_has_a_caption_and_scrolls_by_keyboard(outline):
    assert (
        len(outline.all("caption")) >= len(outline.all("table")) - 1
    )  # the viewer's is filled later
    regions = [a for a in outline.all("div") if a.get("role") == "region"]
    assert all(a["tabindex"] == "0" and a["aria-label"] for a in regions)


def test_footnotes_are_linked(outline):
    targets = {a["href"].removeprefix("#") for a in outline.all("a")}
    ids = {a["id"] for a in outline.all("li") if "id" in a}
    assert ids
    assert ids <= targets


def test_infinite_and_absent_values(outline):
    perfect = next(row for row in outline.rows if "brighten" in row)
    assert "∞" in perfect
    (failed,) = [row for row in outline.rows if any(c.startswith("fails") for c in row)]
    assert failed[0] == "–"


def test_no_boards_make_a_page_too():
    assert "There are no records yet" in page([])


def test_ids_are_unique(outline):
    ids = [a["id"] for _, a in outline.elements if "id" in a]
    assert len(ids) == len(set(ids))
