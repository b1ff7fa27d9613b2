"""What strangers may call themselves, and what the page asks of others: in a browser."""

from __future__ import annotations

import threading

import pytest

from restorebench.leaderboard import boards
from restorebench.leaderboard.render.html.live import LivePage
from restorebench.leaderboard.render.html.page import page
from restorebench.leaderboard.render.html.server import PageServer

pytestmark = pytest.mark.browser


def test_a_script_for_a_name_stays_text(contest_visit, kit):
    contest_visit.page.locator("#fog-2").get_by_text("Samples").click()
    for place in ("table.ranking th bdi", "table.samples td bdi", ".plot title"):
        texts = contest_visit.page.locator(f"#fog-2 {place}").all_text_contents()
        assert any(kit.HOSTILE in text for text in texts), place
    assert contest_visit.page.evaluate("window.hacked") is None
    assert contest_visit.page.locator("main img").count() == 0


def test_nothing_is_asked_of_anybody(run_visit):
    run_visit.page.get_by_role("button", name="test-0001").first.click()
    asked = [url for url in run_visit.asked if not url.startswith(("data:", "file:"))]
    assert asked == []
    assert len([url for url in run_visit.asked if url.startswith("file:")]) == 1


def test_the_policy_stops_a_script_that_were_put_in(browser, contest, tmp_path):
    file = tmp_path / "page.html"
    evil = "<script>window.hacked = 1</script><img src='https://evil.example/x.png'>"
    file.write_text(page(contest).replace("</main>", f"{evil}</main>"), encoding="utf-8")
    there = browser.new_page()
    asked = []
    there.on("requestfinished", lambda request: asked.append(request.url))
    there.goto(file.as_uri())
    there.wait_for_selector("html[data-ready]", state="attached")
    assert there.evaluate("window.hacked") is None
    assert asked == [file.as_uri()]
    there.close()


def test_without_script_the_tables_are_all_there(browser, contest, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(page(contest), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    there = context.new_page()
    there.goto(file.as_uri())
    assert there.locator("table.ranking tbody tr:visible").count() == 10
    context.close()


def test_a_served_page_renews_itself(browser, kit, suite, tmp_path):
    file = tmp_path / "records.jsonl"
    file.write_text("1", encoding="utf-8")
    held = kit.contest()
    records = held[:12]
    live = LivePage(file, lambda: page(boards(records, suite), live=50))
    with PageServer(live, 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        there = browser.new_page()
        there.goto(server.url)
        before = there.locator("table.ranking tbody tr").count()
        records.extend(held[12:])
        file.write_text("22", encoding="utf-8")
        there.wait_for_selector("table.ranking tbody tr:nth-child(6)", timeout=30_000)
        there.close()
        server.shutdown()
        thread.join()
    assert before == 1
