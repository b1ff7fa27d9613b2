"""`evaluate`: models on data sets, scored and kept as ``restorebench run`` does it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.progress import Progress

from restorebench.data.layouts.sources import with_sources
from restorebench.errors import OptionError
from restorebench.evaluation.models import Models, with_models
from restorebench.evaluation.result import Evaluation
from restorebench.harness.folders import default_folder
from restorebench.harness.plan import Cell, Selection, plan
from restorebench.harness.run import Runner, Settings
from restorebench.harness.store import Store
from restorebench.plugins import Suite
from restorebench.plugins import suite as installed
from restorebench.types import Record


def evaluate(
    model: Models,
    task: str | None = None,
    data: str | Sequence[str] | None = None,
    *,
    suite: Suite | None = None,
    split: str = "test",
    limit: int | None = None,
    draws: int | None = None,
    seed: int = 0,
    device: str = "cpu",
    results: str | Path | None = None,
    fresh: bool = False,
    progress: bool = True,
    **options: Any,
) -> Evaluation:
    """Score models and compare them with what the store has of the same samples.

    `model`: an `nn.Module` that maps RGB ``(N, 3, H, W)`` in [0, 1] to the same, a function of an
    array ``(H, W, 3)``, a restorer, the name of an installed one (``"dark-channel"``), or a list or
    mapping (by label) of these. `options` say how modules are called: ``multiple``, ``values``,
    ``tile`` and others of `restorebench.restorers.outside.network.Network`. `data`: names, folders,
    `pairs` or ``hub:`` texts; by default those of the default benchmark of `task`. `results` is
    the folder of records, by default that of ``restorebench run``; what is there is not computed
    again, as long as weights and code are the same. `suite` is what is installed.

    A sample that fails is recorded with its error, and the others go on. Raises `OptionError` or
    `UnknownNameError` for names, models and options that there are not.
    """
    texts = [data] if isinstance(data, str) else list(data or ())
    if task is None and not texts:
        msg = "say what to evaluate on: task='dehaze', or data=pairs('hazy/', 'gt/') with a task"
        raise OptionError(msg)
    suite, names = with_sources(suite or installed(), texts, tasks=(task,) if task else ())
    suite, refs = with_models(suite, model, options)
    tasks = (task,) if task else ()
    chosen = Selection(tasks, tuple(names), tuple(map(str, refs)), split, draws)
    cells = plan(suite, chosen)
    store = Store(Path(results) if results is not None else default_folder(Path.cwd()))
    runner = Runner(suite, store, Settings(seed, device, limit, fresh))
    return Evaluation(suite, store, _run(runner, cells, progress))


def _run(runner: Runner, cells: list[Cell], progress: bool) -> list[Record]:
    records: list[Record] = []
    with Progress(disable=not progress, transient=True) as display:
        bar = display.add_task("", total=sum(map(runner.splits.size, cells)))
        for cell in cells:
            display.update(bar, description=cell.id)
            for outcome in runner.run(cell):
                records.append(outcome.record)
                display.advance(bar)
    return records
