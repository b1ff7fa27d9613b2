"""What closes a run: leaderboards, the paths of what was written, and broken plugins."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import Any

from restorebench.console import PlainConsole, escape_unencodable, visible
from restorebench.errors import RestorebenchError
from restorebench.harness.store import Store
from restorebench.leaderboard import Ranking, boards, published_beside
from restorebench.leaderboard.render.reports import write_reports
from restorebench.leaderboard.render.terminal import terminal
from restorebench.plugins import DISABLE_VARIABLE, Suite
from restorebench.pytest_session.row import section_of


def show_leaderboards(
    reporter: Any, suite: Suite, store: Store, sections: Container[tuple[str, ...]], note: str
) -> None:
    """Print the boards of those sections, then `note`, and write the reports beside the store.

    `reporter` is pytest's terminal reporter.
    """
    store.refresh()
    records = list(store.records(lambda whose: section_of(whose) in sections))
    if not records:
        return
    tables = boards(records, suite, store.provenance)
    file, width = reporter._tw._file, max(reporter._screen_width, 100)
    escape_unencodable(file)
    reporter.section("leaderboards")
    PlainConsole(file, width=width).print(terminal(tables))
    if note:
        reporter.write_line(note, yellow=True)
    reporter.write_line(f"wrote {_short(store.path)}")
    try:
        ranking = Ranking(published=published_beside(store.folder))
        tables = boards(records, suite, store.provenance, ranking)
    except RestorebenchError as error:
        reporter.write_line(f"no published tables: {error}", red=True)
    try:
        for path in write_reports(tables, reports_folder(store.folder)):
            reporter.write_line(f"wrote {_short(path)}")
    except OSError as error:
        reporter.write_line(f"no reports: {error}", red=True)


def say_nothing_ran(reporter: Any, chosen: int) -> None:
    """Print why none of the chosen cells was run: no test that was collected runs them."""
    config = reporter.config
    paths = ", ".join(config.getini("benchmark_paths"))
    which = "1 cell was chosen" if chosen == 1 else f"{chosen} cells were chosen"
    text = (
        f"restorebench: {which}, but no test was collected that runs them; see -k, --deselect and "
        f"the paths (by default {paths} in {config.rootpath}); 'restorebench run' needs no tests"
    )
    reporter.write_line(visible(text), yellow=True)


def reports_folder(results: Path) -> Path:
    """Where the reports of a store go: beside ``results``, else inside."""
    return results.parent / "reports" if results.name == "results" else results / "reports"


def show_left_out(reporter: Any, suite: Suite) -> None:
    """Print which plugins are broken, and what to do."""
    if lines := left_out(suite):
        reporter.section("plugins that are left out", red=True)
        for line in lines:
            reporter.write_line(line, red=True)
        names = ",".join(report.name for report in suite.failures)
        remedy = f"mend them ('restorebench plugins -v' shows where), or set {DISABLE_VARIABLE}"
        reporter.write_line(visible(f"{remedy}={names}"))


def left_out(suite: Suite) -> list[str]:
    """A line for each plugin that could not be loaded: its cells are not in the run."""
    return [
        f"restorebench: the plugin {visible(report.name)} is left out: {visible(problem)}"
        for report in suite.failures
        for problem in [f"{report.error}".strip().splitlines()[-1]]
    ]


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
