"""The ranked tables in a browser: sorting, filtering, the plot, keyboard, light and dark."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


def heading(visit, title):
    return visit.page.locator("#fog-2 table.ranking thead th").filter(has_text=title)


def test_rows_are_sorted_by_a_heading_and_back(contest_visit):
    ranked = contest_visit.names()
    seconds = heading(contest_visit, "s/img")
    seconds.get_by_role("button").click()
    assert contest_visit.names()[0] == "identity"
    assert seconds.get_attribute("aria-sort") == "ascending"
    seconds.get_by_role("button").click()
    assert contest_visit.names()[0] == "清影 Lab"
    assert seconds.get_attribute("aria-sort") == "descending"
    heading(contest_visit, "#").get_by_role("button").click()
    assert contest_visit.names() == ranked


def test_the_first_press_puts_the_best_first(contest_visit):
    ranked = contest_visit.names()
    heading(contest_visit, "SSIM").get_by_role("button").click()
    assert contest_visit.names() == ranked
    assert heading(contest_visit, "SSIM").get_attribute("aria-sort") == "descending"
    assert heading(contest_visit, "#").get_attribute("aria-sort") == "none"


def test_absent_values_come_last_whichever_way(contest_visit):
    button = heading(contest_visit, "NFE").get_by_role("button")
    for _ in range(2):
        button.click()
        assert contest_visit.names()[-1] == "identity"


def test_infinity_is_the_largest(contest_visit):
    column = contest_visit.page.locator("#fog-1 table.ranking thead th").filter(has_text="PSNR ↑")
    column.get_by_role("button").click()
    assert contest_visit.names(section="#fog-1")[0] == "brighten"
    column.get_by_role("button").click()
    assert contest_visit.names(section="#fog-1")[-1] == "fails"
    assert contest_visit.names(section="#fog-1")[-2] == "brighten"


def test_the_filter_leaves_rows_that_have_all_words(contest_visit):
    field = contest_visit.page.get_by_label("Filter restorers")
    field.fill("NGUYỄN 50%")
    assert contest_visit.names() == ["Nguyễn & Søn_50%"]
    assert contest_visit.page.locator("#filter-status").inner_text() == "1 of 10 rows"
    assert contest_visit.page.locator("#fog-2 .plot .point:visible").count() == 1
    field.fill("")
    assert len(contest_visit.names()) == 6


def test_sorting_and_filtering_by_keyboard_alone(contest_visit):
    keyboard = contest_visit.page.keyboard
    keyboard.press("Tab")
    assert contest_visit.page.evaluate("document.activeElement.textContent") == "Skip to the tables"
    keyboard.press("Tab")
    keyboard.type("lab")
    assert contest_visit.names() == ["清影 Lab"]
    heading(contest_visit, "s/img").get_by_role("button").focus()
    keyboard.press("Enter")
    assert heading(contest_visit, "s/img").get_attribute("aria-sort") == "ascending"


def test_what_has_the_focus_is_outlined(contest_visit):
    contest_visit.page.keyboard.press("Tab")
    contest_visit.page.keyboard.press("Tab")
    style = contest_visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"


def test_the_plot_follows_its_lists_and_marks_the_front(contest_visit):
    section = contest_visit.page.locator("#fog-2")
    assert section.locator(".plot .point").count() == 6
    section.get_by_label("Cost").select_option("parameters")
    labels = [p.get_attribute("aria-label") for p in section.locator(".plot .point").all()]
    assert "AlphaHaze: PSNR (dB) 24.20, parameters 61.0 M" in labels
    assert len(labels) == 5  # identity has no parameters
    best = [p.get_attribute("data-name") for p in section.locator(".plot .best").all()]
    assert "AlphaHaze" in best
    assert "清影 Lab" not in best  # more parameters and a lower PSNR than AlphaHaze


def test_a_point_lights_up_its_row(contest_visit):
    contest_visit.page.locator("#fog-2 .plot .point").first.focus()
    lit = contest_visit.page.locator("#fog-2 table.ranking tr.highlighted")
    assert lit.get_attribute("data-name") == contest_visit.names()[0]


def test_a_perfect_row_is_named_below_the_plot_that_cannot_show_it(visit, kit, suite):
    from restorebench.leaderboard import boards
    from restorebench.leaderboard.render.html.page import page

    more = [kit.record("fine", n, {"psnr": 30.0}, dataset="dunes", dataset_hash="e" * 32)
            for n in ("dune-a", "dune-b")]  # fmt: skip
    there = visit(page(boards([*kit.extras(), *more], suite)))
    said = there.page.locator("#fog-1 .plot .muted").inner_text()
    assert said.endswith("brighten, fails, half.")


def background(visit):
    return visit.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def test_dark_and_light_follow_the_system_until_the_reader_chooses(visit, contest):
    from restorebench.leaderboard.render.html.page import page

    there = visit(page(contest), color_scheme="dark")
    dark = background(there)
    there.page.locator("#theme").click()
    light = background(there)
    assert there.page.locator("html").get_attribute("data-theme") == "light"
    there.page.locator("#theme").click()
    assert background(there) == dark != light
    there.page.emulate_media(color_scheme="light")
    assert background(there) == dark
    there.page.locator("#theme").click()
    assert background(there) == light


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(visit, contest, scheme):
    """At least 4.5:1 (WCAG 2.2, 1.4.3), for plain, quiet and accented text."""
    from restorebench.leaderboard.render.html.page import page

    there = visit(page(contest), color_scheme=scheme)
    script = """() => ["h1", ".lead", "td small", ".tag", ".mark a", ".footnotes li"].map((s) => {
      const light = (c) => c.match(/[\\d.]+/g).slice(0, 3)
        .map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
      const both = [getComputedStyle(document.querySelector(s)).color,
        getComputedStyle(document.documentElement).backgroundColor].map(light).sort();
      return (both[1] + 0.05) / (both[0] + 0.05);
    })"""
    assert min(there.page.evaluate(script)) >= 4.5
