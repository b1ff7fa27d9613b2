"""Reports of a small contest, as text and in a real browser."""

from __future__ import annotations

import importlib
import os
import shutil
from pathlib import Path

import pytest

from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run import Runner
from restorebench.harness.store import Store
from restorebench.leaderboard import boards
from restorebench.leaderboard.render.html.gallery import Gallery
from restorebench.leaderboard.render.html.page import page

RUNS = {"run-1": {"plugins": {"restorebench": "0.1.0"}, "python": "3.11.7"}}
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""


@pytest.fixture(scope="session")
def kit():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parent))
        yield importlib.import_module("report_kit")


@pytest.fixture(scope="session")
def suite(kit):
    return kit.suite_of()


@pytest.fixture(scope="session")
def contest(kit, suite):
    """The boards of the contest and its extras."""
    return boards([*kit.contest(), *kit.extras()], suite, RUNS.get)


@pytest.fixture(scope="session")
def store(suite, tmp_path_factory):
    """A store with a real run: three images, restored by three restorers."""
    held = Store(tmp_path_factory.mktemp("store"))
    runner = Runner(suite, held)
    hostile = (("factor", 1.5), ("label", "<img src=x onerror=alert(1)>"))
    for ref in (RestorerRef("identity"), RestorerRef("brighten"), RestorerRef("brighten", hostile)):
        assert all(o.record.error is None for o in runner.run(Cell("fog", "waves", "test", ref)))
    return held


@pytest.fixture(scope="session")
def run_boards(suite, store):
    """The boards of the real run."""
    return boards(store.records(), suite, store.provenance)


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium; the test is skipped where it or playwright is not installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM:
        pytest.skip("chromium is not installed (or named by the variable CHROMIUM)")
    with playwright.sync_playwright() as tool:
        found = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


SCREEN = {"width": 1200, "height": 900}


@pytest.fixture(scope="session")
def tab(browser):
    """A page for one visit after the other: a new one for each would take a new process."""
    context = browser.new_context(viewport=SCREEN)
    yield context.new_page()
    context.close()


class Visit:
    """A document in a `page` of the browser, and everything it said or asked for."""

    def __init__(self, page, text: str, folder: Path) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        self.listeners = {
            "console": lambda message: self.said.append(message.text),
            "pageerror": lambda error: self.said.append(str(error)),
            "request": lambda request: self.asked.append(request.url),
        }
        for event, listener in self.listeners.items():
            page.on(event, listener)
        file = folder / "page.html"
        file.write_text(text, encoding="utf-8")
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-ready]", state="attached")

    def leave(self) -> None:
        """Forget what the reader chose."""
        self.page.evaluate("sessionStorage.clear()")
        self.page.goto("about:blank")
        for event, listener in self.listeners.items():
            self.page.remove_listener(event, listener)

    def names(self, table: str = "table.ranking", section: str = "#fog-2") -> list[str]:
        """The restorers in the visible rows of a table."""
        rows = self.page.locator(f"{section} {table} tbody tr:visible")
        return [row.get_attribute("data-name") for row in rows.all()]


@pytest.fixture
def visit(browser, tab, tmp_path):
    """Open a text as a page; at the end nothing may have been said on the console."""
    visits, contexts = [], []

    def open_page(text: str, **settings) -> Visit:
        there = tab
        if settings or visits:
            contexts.append(browser.new_context(viewport=SCREEN, **settings))
            there = contexts[-1].new_page()
        visits.append(Visit(there, text, tmp_path))
        return visits[-1]

    yield open_page
    for done in visits:
        done.leave()
    for context in contexts:
        context.close()
    assert [done.said for done in visits] == [[]] * len(visits)


@pytest.fixture
def contest_visit(visit, contest):
    return visit(page(contest))


@pytest.fixture
def run_visit(visit, run_boards, suite, store):
    """The page of the real run, with images, its list of samples open."""
    there = visit(page(run_boards, Gallery(suite, store.folder)))
    there.page.get_by_text("Samples").click()
    return there
