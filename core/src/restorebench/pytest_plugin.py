"""The pytest plugin: ``pytest --benchmark`` and the fixtures ``cell`` and ``score_cell``.

It loads in every pytest run of an environment, so it imports what it needs when it is needed, and
gives way where another plugin already owns one of its short option names (then only the form
``--restorebench-NAME`` exists).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from restorebench.pytest_options import GROUP, OWN, declare, refuse_without_benchmark
from restorebench.threads import wait_briefly_if_busy

if TYPE_CHECKING:
    from restorebench.harness.plan import Cell

_RUN = "restorebench-run"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare ``--benchmark``, and what it collects."""
    group = parser.getgroup(*GROUP)
    group.addoption(
        "--benchmark",
        dest="run_benchmark",
        action="store_true",
        help="run the benchmarks: score restorers and print leaderboards",
    )
    parser.addini(
        "benchmark_paths",
        "what `pytest --benchmark` collects when it is given no paths",
        type="args",
        default=["benchmarks"],
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> None:
    """Declare the other options once every installed plugin has declared its own."""
    early_config.stash[OWN] = declare(parser)
    given = early_config.known_args_namespace
    parser.parse_known_args(args, namespace=given)
    if given.run_benchmark:
        wait_briefly_if_busy()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Point a bare ``pytest --benchmark`` at the benchmarks and check the selection early."""
    config.addinivalue_line(
        "markers", "restorebench(task=…, dataset=…, restorer=…): narrow the cells of a benchmark"
    )
    if not config.getoption("run_benchmark"):
        refuse_without_benchmark(config)
        return
    _refuse_stolen_root(config)
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        root = config.rootpath
        paths = [str(root / path) for path in config.getini("benchmark_paths")]
        config.args = [path for path in paths if Path(path).exists()] or config.args
        if not config.getoption("benchmark_compare", None):
            # pytest-benchmark's table would repeat our seconds; its JSON is unaffected
            config.option.benchmark_quiet = True
    from restorebench.pytest_session import QualityRun

    config.pluginmanager.register(QualityRun(config), _RUN)


def _refuse_stolen_root(config: pytest.Config) -> None:
    """Refuse ``--results DIR`` where pytest took DIR, outside the project, for its root.

    It looks for the root before plugins load, when it does not know the option yet.
    """
    results: Path | None = config.getoption("restorebench_results")
    if results is None or config.inipath is not None:
        return
    place, here = results.resolve(), config.invocation_params.dir
    if place.is_relative_to(config.rootpath) and not place.is_relative_to(here):
        msg = f"pytest took {results} for a path of tests; write --results={results} with '='"
        raise pytest.UsageError(msg)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one item of each cell for a test that asks for ``cell``."""
    if "cell" not in metafunc.fixturenames:
        return
    run = metafunc.config.pluginmanager.getplugin(_RUN)
    marker = metafunc.definition.get_closest_marker("restorebench")
    patterns = {} if marker is None else marker.kwargs
    cells = [] if run is None else [c for c in run.cells if _fits(c, patterns)]
    metafunc.parametrize("cell", [_parameter(c, metafunc.config) for c in cells])


def _fits(cell: Cell, patterns: Mapping[str, str]) -> bool:
    """Whether a cell passes the patterns of a ``restorebench`` marker."""
    names = {"task": cell.task, "dataset": cell.dataset, "restorer": cell.restorer.name}
    return all(fnmatchcase(names[key], pattern) for key, pattern in patterns.items())


def _parameter(cell: Cell, config: pytest.Config) -> Any:
    from restorebench.pytest_session import Stopwatch

    marks = []
    if config.pluginmanager.hasplugin("benchmark"):
        group = f"{cell.task}: {cell.dataset}"
        marks.append(pytest.mark.benchmark(group=group, timer=Stopwatch()))
    return pytest.param(cell, id=cell.id, marks=marks)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without ``--benchmark``, skip what lies under the benchmark paths."""
    if config.getoption("run_benchmark"):
        return
    folders = [config.rootpath / path for path in config.getini("benchmark_paths")]
    skip = pytest.mark.skip(reason="a benchmark; run it with `pytest --benchmark`")
    for item in (cells := [i for i in items if any(map(i.path.is_relative_to, folders))]):
        item.add_marker(skip)
    others = (i for i in items if i not in cells and "benchmark" in getattr(i, "fixturenames", ()))
    if cells and config.getoption("benchmark_only", None) and next(others, None) is None:
        msg = "--benchmark-only runs none of the cells, which are skipped: add --benchmark"
        raise pytest.UsageError(msg)


@pytest.fixture
def score_cell(request: pytest.FixtureRequest) -> Callable[[Cell], None]:
    """A function that restores and scores a cell, times it, and fails if a sample failed."""
    from restorebench.pytest_session import Stopwatch

    marker = request.node.get_closest_marker("benchmark")
    timed = marker is not None and isinstance(marker.kwargs.get("timer"), Stopwatch)

    def timer() -> Any:
        return request.getfixturevalue("benchmark") if timed else None

    def run(cell: Cell) -> None:
        watch = marker.kwargs["timer"] if timed and marker is not None else Stopwatch()
        session = request.config.pluginmanager.getplugin(_RUN)
        session.score(cell, timer, watch, request.node)

    return run


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_machine_info(machine_info: dict[str, Any]) -> None:
    """Drop what changes from minute to minute, so that runs of one machine can be compared."""
    cpu = machine_info.get("cpu", {})
    for key in ("hz_actual", "hz_actual_friendly"):
        cpu.pop(key, None)
