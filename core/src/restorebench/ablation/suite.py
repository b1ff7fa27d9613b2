"""Running studies: train, score, and write the report after each trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from restorebench.ablation.callback import Callback
from restorebench.ablation.figure import check_matplotlib
from restorebench.ablation.folders import SuiteFolder
from restorebench.ablation.report import write_report
from restorebench.ablation.results import StudyResult, TrialResult
from restorebench.ablation.study import Study
from restorebench.ablation.trials import Trial
from restorebench.checkpoints.file import Checkpoint
from restorebench.errors import EngineError, StoreError
from restorebench.harness.engines.engine import Engine, in_order
from restorebench.harness.plan import Cell, RestorerRef
from restorebench.plugins import Suite
from restorebench.training.networks import resolved
from restorebench.training.run_folder import RunFolder
from restorebench.training.trainer import Trainer
from restorebench.types import Record


@dataclass(frozen=True)
class Ablations:
    """Studies in a folder; the same call resumes after an interruption, even by a kill.

    Variants are trained on `device` and scored by `engine` on `split`. A trial that fails is kept
    with its error and the others go on; `StoreError` and `EngineError` end everything.
    """

    folder: SuiteFolder
    engine: Engine
    split: str = "val"
    callback: Callback = field(default_factory=Callback)
    device: str = "cpu"

    @property
    def suite(self) -> Suite:
        """What is installed."""
        return self.engine.runner.suite

    def check(self, trials: Sequence[Trial]) -> None:
        """`UnknownNameError` or `OptionError` for a data set, a split or a package that is missing.

        Call it before anything is trained; training would fail on them hours later.
        """
        check_matplotlib()
        for name in {trial.recipe.data.name for trial in trials}:
            self.suite.datasets[name].check_split(self.split)

    def run(self, name: str, study: Study, trials: Sequence[Trial]) -> StudyResult:
        """Run the trials of a study in their order, and write its tables and plots."""
        found = StudyResult(name, study, (), len(trials), self._reference(trials[0]))
        for trial in trials:
            self.callback.on_trial_start(trial)
            entry = self._entry(trial)
            self.callback.on_trial_end(trial, entry.error)
            found = replace(found, entries=(*found.entries, entry))
            write_report(self.folder.study(name), found, self.suite)
        return found

    def _entry(self, trial: Trial) -> TrialResult:
        folder = self.folder.run(trial)
        entry = TrialResult(trial, folder.path)
        try:
            origin = self._trained(trial, folder).origin
            entry = replace(entry, origin=origin)
            restorer = trial.restorer(folder.final.as_posix())
            records = self._scored(trial, restorer)
        except (StoreError, EngineError):  # no record can be stored any more
            raise
        except Exception as problem:  # the others go on
            return replace(entry, error=f"{type(problem).__name__}: {problem}")
        return replace(entry, records=records, error=_failure(records))

    def _trained(self, trial: Trial, folder: RunFolder) -> Checkpoint:
        recipe = resolved(trial.recipe)
        if (twin := self.folder.take_over(folder, recipe)) is not None:
            self.callback.on_run_reused(trial, f"{twin.parent.name}/{twin.name}")
        trainer = Trainer(recipe, folder, self.suite, self.device, trial.base)
        return trainer.run(self.callback.on_step_end, self.callback.on_image_prepared)

    def _scored(self, trial: Trial, restorer: RestorerRef) -> tuple[Record, ...]:
        data, runner = trial.recipe.data.name, self.engine.runner
        cell = Cell(self.suite.datasets[data].task, data, self.split, restorer)
        total, found = runner.splits.size(cell), []
        for _, result in self.engine.stream([cell]):
            if isinstance(result, Exception):
                raise result
            found.append(result)
            self.callback.on_sample_scored(len(found), total)
        return tuple(outcome.record for outcome in in_order(runner, cell, found))

    def _reference(self, trial: Trial) -> tuple[Record, ...]:
        task = self.suite.tasks[self.suite.datasets[trial.recipe.data.name].task]
        try:
            return self._scored(trial, RestorerRef(task.reference))
        except (StoreError, EngineError):
            raise
        except Exception as problem:  # the variants may be compared without it
            self.callback.on_warning(f"{task.reference}: {type(problem).__name__}: {problem}")
            return ()


def _failure(records: Sequence[Record]) -> str:
    failed = [record for record in records if record.error is not None]
    if not failed:
        return ""
    return f"{len(failed)} of {len(records)} samples failed; {failed[0].sample}: {failed[0].error}"
