"""One ``pytest --benchmark`` run: its cells, its progress lines and its closing tables."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from restorebench.allocator import keep_freed_memory
from restorebench.console import PlainConsole, escape_unencodable, visible
from restorebench.data.layouts.sources import with_sources
from restorebench.errors import EngineError, RestorebenchError, StoreError
from restorebench.harness.engines.by_cell import ByCell
from restorebench.harness.engines.engine import Engine, LocalEngine, for_driver, in_order, opened
from restorebench.harness.engines.options import EngineOptions
from restorebench.harness.folders import default_folder
from restorebench.harness.plan import Cell, Selection, plan
from restorebench.harness.record_keys import Whose
from restorebench.harness.run import Outcome, Runner, Settings
from restorebench.harness.store import Store
from restorebench.leaderboard import Ranking, boards, published_beside
from restorebench.leaderboard.render.reports import write_reports
from restorebench.leaderboard.render.terminal import terminal
from restorebench.plugins import DISABLE_VARIABLE, Suite, suite
from restorebench.restorers.plan.limits import limits_of
from restorebench.types import Record

PROPERTY = "restorebench"
_ENGINE = ("engine", "workers", "scheduler", "slurm")
_LIMITS = ("memory", "tile", "statistics")
HEARTBEAT = 10.0
"""Seconds between two progress lines of a long cell."""


class Stopwatch:
    """A timer for pytest-benchmark that counts seconds of restoration and nothing else.

    Scoring, storing and making samples do not count; a restoration that came from the store counts
    the seconds that it took when it was made.
    """

    def __init__(self) -> None:
        self.__name__ = "restoration_seconds"
        self._seconds = 0.0

    def __call__(self) -> float:
        return self._seconds

    def add(self, record: Record) -> None:
        """Add one restoration's time."""
        self._seconds += record.cost.seconds if record.cost is not None else 0.0


class QualityRun:
    """The state of a run, registered as a pytest plugin of its own."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        keep_freed_memory()
        option = config.getoption
        self.results: Path = option("restorebench_results") or default_folder(config.rootpath)
        try:
            settings = Settings(
                seed=option("restorebench_seed"),
                device=option("restorebench_device"),
                limit=option("restorebench_limit"),
                fresh=option("restorebench_fresh"),
                isolate=option("restorebench_isolate"),
                timeout=option("restorebench_timeout"),
                limits=limits_of(*(option(f"restorebench_{name}") for name in _LIMITS)),
            )
            engine = EngineOptions(*(option(f"restorebench_{name}") for name in _ENGINE))
            self.suite, chosen = selection(config)
            self.cells = plan(self.suite, chosen)
            self.runner = Runner(self.suite, Store(self.results), for_driver(settings, engine))
        except RestorebenchError as error:
            raise pytest.UsageError(str(error)) from error
        self.runner.say = self._line
        self._open = partial(opened, self.runner, settings, engine, self._line)
        self._engine: Engine = LocalEngine(self.runner)
        self._by_cell: ByCell | None = None
        self._start = time.monotonic()
        self._done = self._stored = 0
        self._total = 0
        self._sections: set[tuple[str, ...]] = set()
        self._notes: dict[str, bool] = {}

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
            _fail(error)
        except RestorebenchError as error:
            _fail(error)
        finally:
            item.user_properties.append((PROPERTY, _row(cell, outcomes)))
        _fail_if_any(outcomes, traces=_wants_traces(self._config))

    def _run(
        self, cell: Cell, outcomes: list[Outcome], timer: Callable[[], Any], watch: Stopwatch
    ) -> None:
        """Run a cell, each sample a round of pytest-benchmark's where that is in use."""
        self._prepare(cell)
        size = self.runner.splits.size(cell)
        assert self._by_cell is not None
        stream = self._by_cell.outcomes(cell, size)
        benchmark = timer()  # after what may raise, since it warns if it is asked for and not used
        progress = _ProgressReporter(self._config, cell, size)

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
            benchmark.extra_info.update(_row(cell, outcomes))

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

    def _prepare(self, cell: Cell) -> None:
        """Open a cell's data set; what is to be known of it is printed before the cell's line."""
        for line in self._engine.prepare(cell):
            self._notes.setdefault(f"warning: {cell.dataset}: {line}", False)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the cells, for the ETA."""
        self._total = sum("cell" in getattr(i, "fixturenames", ()) for i in session.items)
        self._start = time.monotonic()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Print one line per finished cell."""
        row = dict(report.user_properties).get(PROPERTY)
        if report.when != "call" or not isinstance(row, dict):
            return
        self._done += 1
        self._stored += row["from_store"]
        self._sections.add(_section(row))
        failed = "FAILED  " if report.failed and not row["failed"] else ""
        for text in [text for text, said in self._notes.items() if not said]:
            _say(self._config, text)
            self._notes[text] = True
        line = f"[{self._done}/{self._total}] {_line(row)}  {failed}{self._eta()}"
        _say(self._config, line)

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
        self._leaderboards(terminalreporter)
        if lines := left_out(suite()):
            terminalreporter.section("plugins that are left out", red=True)
            for line in lines:
                terminalreporter.write_line(line, red=True)
            names = ",".join(report.name for report in suite().failures)
            remedy = f"mend them ('restorebench plugins -v' shows where), or set {DISABLE_VARIABLE}"
            terminalreporter.write_line(visible(f"{remedy}={names}"))

    def _leaderboards(self, terminalreporter: Any) -> None:
        self.runner.store.refresh()
        records = list(self.runner.store.records(lambda r: _section_of(r) in self._sections))
        if not records:
            return
        tables = boards(records, self.suite, self.runner.store.provenance)
        file, width = terminalreporter._tw._file, max(terminalreporter._screen_width, 100)
        escape_unencodable(file)
        console = PlainConsole(file, width=width)
        terminalreporter.section("leaderboards")
        console.print(terminal(tables))
        if note := self._old_times():
            terminalreporter.write_line(note, yellow=True)
        terminalreporter.write_line(f"wrote {_short(self.runner.store.path)}")
        try:
            ranking = Ranking(published=published_beside(self.results))
            tables = boards(records, self.suite, self.runner.store.provenance, ranking)
        except RestorebenchError as error:
            terminalreporter.write_line(f"no published tables: {error}", red=True)
        try:
            for path in write_reports(tables, reports_folder(self.results)):
                terminalreporter.write_line(f"wrote {_short(path)}")
        except OSError as error:
            terminalreporter.write_line(f"no reports: {error}", red=True)

    def _old_times(self) -> str:
        """What pytest-benchmark compares in vain: times that come from the store are never new."""
        asked = ("benchmark_compare", "benchmark_compare_fail")
        if not self._stored or not any(self._config.getoption(name, None) for name in asked):
            return ""
        return (
            f"{self._stored} times are those of the store, so --benchmark-compare finds no change "
            "in them; measure again with --fresh"
        )

    def _eta(self) -> str:
        left = self._total - self._done
        seconds = (time.monotonic() - self._start) / self._done * left
        return f"ETA {int(seconds) // 60}:{int(seconds) % 60:02d}" if left else ""

    def _line(self, text: str) -> None:
        """Print a line of the engine's."""
        with _uncaptured(self._config):
            _say(self._config, text)


class _ProgressReporter:
    """Prints every few seconds how far a long cell is."""

    def __init__(self, config: pytest.Config, cell: Cell, size: int) -> None:
        self._config, self._cell, self._size = config, cell, size
        self._last = time.monotonic()

    def update(self, done: int) -> None:
        """Print a line, unless the last one is recent or the cell is at its end."""
        if done == self._size or time.monotonic() - self._last < HEARTBEAT:
            return
        self._last = time.monotonic()
        with _uncaptured(self._config):
            _say(self._config, f"    [{done}/{self._size}] {self._cell.id}")


def _uncaptured(config: pytest.Config) -> AbstractContextManager[None]:
    """Let what is printed meanwhile appear, whatever pytest captures."""
    capture = config.pluginmanager.getplugin("capturemanager")
    return nullcontext() if capture is None else capture.global_and_fixture_disabled()


def _cells(session: pytest.Session) -> list[Cell]:
    """The cells of the items that are to be run, in their order."""
    found = (getattr(item, "callspec", None) for item in session.items)
    cells = (call.params.get("cell") for call in found if call is not None)
    return list(dict.fromkeys(cell for cell in cells if isinstance(cell, Cell)))


def _say(config: pytest.Config, line: str) -> None:
    """Write a line of our own between pytest's."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if reporter is None:
        return
    if reporter._tw.width_of_current_line:
        reporter._tw.line()
    reporter._tw.line(visible(line))


def selection(config: pytest.Config) -> tuple[Suite, Selection]:
    """What the command line selects, and the suite with the data sets that it describes."""
    option = config.getoption
    tasks = tuple(option("restorebench_task"))
    texts = [*option("restorebench_dataset"), *option("restorebench_data")]
    root = option("restorebench_data_root")
    found, names = with_sources(suite(), texts, tasks=tasks, root=root)
    return found, Selection(
        tasks=tasks,
        datasets=tuple(names),
        restorers=tuple(option("restorebench_restorer")),
        split=option("restorebench_split"),
        draws=option("restorebench_draws"),
    )


def reports_folder(results: Path) -> Path:
    """Where the reports of a store go: beside ``results``, else inside."""
    return results.parent / "reports" if results.name == "results" else results / "reports"


def _row(cell: Cell, outcomes: list[Outcome]) -> dict[str, Any]:
    """The results of a cell, for the progress line and pytest-benchmark's JSON."""
    records = [o.record for o in outcomes]
    good = [r for r in records if r.error is None]
    columns = {name: None for r in good for name in r.scores}
    seconds = [r.cost.seconds for r in good if r.cost is not None]
    first = records[0] if records else None
    return {
        "task": cell.task,
        "dataset": cell.dataset,
        "split": cell.split,
        "restorer": cell.restorer.label,
        "protocol": first.protocol if first else "",
        "protocol_hash": first.protocol_hash if first else "",
        "dataset_hash": first.dataset_hash if first else "",
        "images": len(good),
        "failed": len(records) - len(good),
        "from_store": sum(o.reused for o in outcomes),
        "seconds_per_image": float(np.mean(seconds)) if seconds else None,
        "scores": {c: _mean([r.scores[c] for r in good if c in r.scores]) for c in columns},
    }


def _mean(values: list[float]) -> float | str:
    mean = float(np.mean(values))
    return mean if np.isfinite(mean) else str(mean)


def _section(row: Mapping[str, Any]) -> tuple[str, ...]:
    keys = ("task", "dataset", "split", "protocol_hash", "dataset_hash")
    return tuple(str(row[key]) for key in keys)


def _section_of(whose: Whose) -> tuple[str, ...]:
    return whose.task, whose.dataset, whose.split, whose.protocol_hash, whose.dataset_hash


def _line(row: Mapping[str, Any]) -> str:
    scores = "  ".join(
        f"{name.upper()} {value:.4g}" if isinstance(value, float) else f"{name.upper()} {value}"
        for name, value in list(row["scores"].items())[:2]
    )
    seconds = row["seconds_per_image"]
    speed = "" if seconds is None else f"  {seconds:.3g} s/image"
    size = row["images"] + row["failed"]
    failed = f"  {row['failed']} FAILED" if row["failed"] else ""
    stored = "  (from the store)" if size and row["from_store"] == size else ""
    return f"{row['dataset']:<18} {row['restorer']:<23} {scores}{speed}{failed}{stored}"


def _fail(error: RestorebenchError) -> NoReturn:
    """Fail the item with what the error says; a traceback on request only."""
    if os.environ.get("RESTOREBENCH_TRACEBACK") == "1":
        raise error
    msg = f"{type(error).__name__}: {error}"
    raise pytest.fail.Exception(msg, pytrace=False) from None


def _fail_if_any(outcomes: list[Outcome], *, traces: bool) -> None:
    failed = [o.record for o in outcomes if o.record.error is not None]
    if failed:
        lines = [f"{len(failed)} of {len(outcomes)} restorations failed"]
        lines += [f"  {r.sample}: {r.error}" for r in failed[:5]]
        if traces:
            lines += [f"\n{r.sample}:\n{r.extra.get('traceback', '')}" for r in failed[:5]]
        pytest.fail(visible("\n".join(lines)), pytrace=False)


def _wants_traces(config: pytest.Config) -> bool:
    """Whether tracebacks of restorers are shown: with ``-vv``, or a ``--tb`` that asks for some."""
    return config.get_verbosity() > 1 or config.getoption("tbstyle") in {"long", "short", "native"}


def left_out(found: Suite) -> list[str]:
    """A line for each plugin that could not be loaded: its cells are not in the run."""
    return [
        f"restorebench: the plugin {visible(report.name)} is left out: {visible(problem)}"
        for report in found.failures
        for problem in [f"{report.error}".strip().splitlines()[-1]]
    ]


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
