"""The index beside the reports: it leads to every task's page and shows the first rows."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from restorebench.leaderboard.render.html.index import index
from restorebench.leaderboard.render.reports import write_reports


class Links(HTMLParser):
    """The targets of links, and the ids of elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.hrefs += [found["href"]] if tag == "a" else []
        self.ids += [found["id"]] if "id" in found else []


@pytest.fixture(scope="module")
def folder(contest, tmp_path_factory):
    path = tmp_path_factory.mktemp("reports")
    write_reports(contest, path)
    return path


def test_every_link_leads_to_a_file_and_a_place_in_it(folder):
    pages = {path.name: Links(path.read_text("utf-8")) for path in folder.glob("*.html")}
    links = pages["index.html"].hrefs
    assert {"fog.html", "fog.html#fog-1", "README.md", "leaderboard.csv"} <= set(links)
    for link in links:
        name, _, place = link.partition("#")
        assert not name or (folder / name).is_file()
        assert not place or place in pages[name or "index.html"].ids


def test_a_page_leads_back(folder):
    assert "index.html" in Links((folder / "fog.html").read_text("utf-8")).hrefs


def test_the_first_rows_of_each_data_set_are_shown(contest):
    text = index(contest)
    assert re.findall(r'<tr data-name="([^"]+)">', text)[:3] == ["brighten", "identity", "fails"]
    assert text.count('<tr data-name="') == 6
    assert "12 images, 6 restorers" in text


def test_names_are_escaped_and_no_script_may_run(contest, kit):
    text = index(contest)
    assert kit.HOSTILE not in text
    assert "<script" not in text
    assert "Undo &lt;fog&gt; &amp; haze" in text


def test_an_empty_store_has_an_index_too():
    assert "There are no records yet" in index([])
