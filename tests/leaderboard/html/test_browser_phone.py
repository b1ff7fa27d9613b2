"""The pages on a phone: nothing is wider than the screen, and names stay in view."""

from __future__ import annotations

import pytest

from restorebench.leaderboard.render.html.gallery import Gallery
from restorebench.leaderboard.render.html.index import index
from restorebench.leaderboard.render.html.page import page

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def phone(browser):
    """Open a text as a page on a small screen."""
    context = browser.new_context(**PHONE)

    def open_page(text):
        there = context.new_page()
        there.set_content(text)
        return there

    yield open_page
    context.close()


def widths(there):
    """Widths of the document and of the part of it that is in view."""
    return there.evaluate("[document.documentElement.scrollWidth, visualViewport.width]")


def test_pages_are_as_wide_as_the_screen(phone, contest):
    for text in (page(contest), index(contest)):
        assert widths(phone(text)) == [390, 390]


def test_the_viewer_opens_inside_the_screen(phone, run_boards, suite, store):
    there = phone(page(run_boards, Gallery(suite, store.folder)))
    there.get_by_text("Samples").click()
    there.locator(".thumbnails button").first.click()
    box = there.locator("#viewer").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert widths(there) == [390, 390]


def test_names_stay_while_a_table_scrolls(phone, contest):
    there = phone(page(contest))
    region = there.locator("#fog-2 .scroll").first
    region.evaluate("region => { region.scrollLeft = 400 }")
    assert region.evaluate("region => region.scrollLeft") > 200
    name, left = region.locator("tbody th").first.bounding_box(), region.bounding_box()["x"]
    assert name["x"] == pytest.approx(left, abs=2)
