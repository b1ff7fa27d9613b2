"""A run of ``pytest --benchmark``: its engine, its items and its hooks."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from restorebench.allocator import keep_freed_memory
from restorebench.errors import EngineError, RestorebenchError, StoreError
from restorebench.harness.engines.by_cell import ByCell
from restorebench.harness.engines.engine import Engine, LocalEngine, for_driver, in_order, opened
from restorebench.harness.folders import default_folder
from restorebench.harness.plan import Cell, plan
from restorebench.harness.run import Outcome, Runner
from restorebench.harness.store import Store
from restorebench.plugins import suite
from restorebench.pytest_session.closing import (
    left_out,
    say_nothing_ran,
    show_leaderboards,
    show_left_out,
)
from restorebench.pytest_session.failures import fail, fail_if_any
from restorebench.pytest_session.output import say, uncaptured
from restorebench.pytest_session.progress import CellProgress, RunProgress
from restorebench.pytest_session.request import engine_of, selection, settings_of
from restorebench.pytest_session.row import row_of, section
from restorebench.pytest_session.stopwatch import Stopwatch

PROPERTY = "restorebench"


class QualityRun:
    """The state of a run, registered as a pytest plugin of its own.

    Raises `pytest.UsageError` for a selection of nothing, impossible options, and a store that
    cannot be read or written.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        keep_freed_memory()
        results: Path | None = config.getoption("restorebench_results")
        try:
            settings, engine = settings_of(config), engine_of(config)
            self.suite, chosen = selection(config, suite())
            self.cells = plan(self.suite, chosen)
            store = Store(results or default_folder(config.rootpath))
            settings_here, writes = for_driver(settings, engine), not config.option.collectonly
            self.runner = Runner(self.suite, store, settings_here, writes=writes)
        except RestorebenchError as error:
            raise pytest.UsageError(str(error)) from error
        self.runner.say = self._line
        self._open = partial(opened, self.runner, settings, engine, self._line)
        self._engine: Engine = LocalEngine(self.runner)
        self._by_cell: ByCell | None = None
        self._progress = RunProgress(config)
        self._sections: set[tuple[str, ...]] = set()

    def score(
        self, cell: Cell, timer: Callable[[], Any], watch: Stopwatch, item: pytest.Item
    ) -> None:
        """Restore and score a cell; fail the item if a sample failed, or all of it.

        `timer` gives pytest-benchmark's fixture, or None where that is not in use.
        """
        outcomes: list[Outcome] = []
        try:
            self._run(cell, outcomes, timer, watch)
        except (StoreError, EngineError) as error:
            what = "recorded" if isinstance(error, StoreError) else "run"
            item.session.shouldfail = f"nothing more can be {what}"
            fail(error)
        except RestorebenchError as error:
            fail(error)
        finally:
            item.user_properties.append((PROPERTY, row_of(cell, outcomes)))
        fail_if_any([outcome.record for outcome in outcomes], self._config)

    def _run(
        self, cell: Cell, outcomes: list[Outcome], timer: Callable[[], Any], watch: Stopwatch
    ) -> None:
        """Run a cell, each sample a round of pytest-benchmark's where that is in use."""
        for line in self._engine.prepare(cell):
            self._progress.note(f"warning: {cell.dataset}: {line}")
        size = self.runner.splits.size(cell)
        assert self._by_cell is not None
        stream = self._by_cell.outcomes(cell, size)
        benchmark = timer()  # after what may raise, since it warns if it is asked for and not used
        progress = CellProgress(self._config, cell, size)

        def step() -> None:
            outcomes.append(next(stream))
            watch.add(outcomes[-1].record)
            progress.update(len(outcomes))

        if benchmark is not None:
            benchmark.pedantic(step, rounds=size)
        while len(outcomes) < size:  # without pytest-benchmark, or with it disabled
            step()
        outcomes[:] = in_order(self.runner, cell, outcomes)
        if benchmark is not None:
            benchmark.extra_info.update(row_of(cell, outcomes))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Keep the engine while cells are run; workers are given those of all items at once."""
        if session.config.option.collectonly:
            return (yield)
        with ExitStack() as stack:
            try:
                self._engine = stack.enter_context(self._open())
            except RestorebenchError as error:
                raise pytest.UsageError(str(error)) from error
            self._by_cell = stack.enter_context(closing(ByCell(self._engine, _cells(session))))
            return (yield)

    def pytest_report_header(self) -> list[str]:
        """Name the plugins that are left out."""
        return left_out(suite())

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the cells, for the ETA."""
        self._progress.begin(sum("cell" in getattr(i, "fixturenames", ()) for i in session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Count the cells of pytest-xdist's workers, which all collect the same."""
        cells = {f"[{cell.id}]" for cell in self.cells}
        self._progress.begin(sum(name[name.find("[") :] in cells for name in ids))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Print one line per finished cell."""
        row = dict(report.user_properties).get(PROPERTY)
        if report.when == "call" and isinstance(row, dict):
            self._sections.add(section(row))
            self._progress.finished(row, failed=report.failed)

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Count a cell without printing its letter: it has a line of its own."""
        ours = report.when == "call" and PROPERTY in dict(report.user_properties)
        quiet = self._config.get_verbosity() < 1
        return (report.outcome, "", report.outcome.upper()) if ours and quiet else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """A run that lacks the cells of a broken plugin has not passed."""
        if suite().failures and exitstatus in {
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        }:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Close with the leaderboards, the paths of what was written and the broken plugins."""
        if not self._progress.total:
            say_nothing_ran(terminalreporter, len(self.cells))
        store, sections = self.runner.store, self._sections
        show_leaderboards(terminalreporter, self.suite, store, sections, self._old_times())
        show_left_out(terminalreporter, suite())

    def _old_times(self) -> str:
        """What pytest-benchmark compares in vain: times that come from the store are never new."""
        asked = ("benchmark_compare", "benchmark_compare_fail")
        if not any(self._config.getoption(name, None) for name in asked):
            return ""
        if not (stored := self._progress.stored):
            return ""
        return (
            f"{stored} times are those of the store, so --benchmark-compare finds no change "
            "in them; measure again with --fresh"
        )

    def _line(self, text: str) -> None:
        """Print a line of the engine's."""
        with uncaptured(self._config):
            say(self._config, text)


def _cells(session: pytest.Session) -> list[Cell]:
    """The cells of the items that are to be run, in their order."""
    found = (getattr(item, "callspec", None) for item in session.items)
    cells = (call.params.get("cell") for call in found if call is not None)
    return list(dict.fromkeys(cell for cell in cells if isinstance(cell, Cell)))
