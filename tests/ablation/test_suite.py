"""Whole studies: trained once, resumed, isolated from each other's failures, scored in a store."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from restorebench.ablation.folders import SuiteFolder
from restorebench.ablation.trials import trials
from restorebench.errors import OptionError, TrainingError
from restorebench.training.run_folder import RunFolder

SCRIPT = Path(__file__).parent / "killed.py"


def stop_at(step: int):
    """Ends everything at a step, as Ctrl-C does."""

    def look(progress) -> None:
        if progress.step == step:
            raise KeyboardInterrupt

    return look


def test_a_study_leaves_runs_records_tables_and_plots(noise):
    folder, records = noise
    names = {p.name for p in folder.iterdir()}
    files = {"table.md", "table.csv", "curves.svg", "losses.svg", "scores.svg"}
    assert names == {"sigma-10", "sigma-30", *files}
    assert {r.split for r in records} == {"val"}
    labels = {r.options.get("label", r.restorer) for r in records}
    assert labels == {"identity", "noise/sigma-10 (small)", "noise/sigma-30 (small)"}
    assert not (folder.parent / ".images").exists()


def test_another_split_is_for_the_asking(finished, run, study, records):
    known = records()
    run(study(), split="test")
    assert {r.split for r in records()[len(known) :]} == {"test"}
    with pytest.raises(OptionError, match="no split 'tset'; it has train, val, test"):
        run(study(), split="tset")


def test_what_is_finished_is_not_done_again(run, study, diary, tmp_path):
    run(study())
    store = tmp_path / "results" / "records.jsonl"
    before = store.read_bytes()
    diary.lines.clear()
    run(study())
    assert diary.lines == ["sigma-10: done", "sigma-30: done"]
    assert store.read_bytes() == before


def test_an_interrupted_suite_goes_on_where_it_was(run, study, diary, tmp_path):
    made = study()
    diary.at = stop_at(3)
    with pytest.raises(KeyboardInterrupt):
        run(made, **{"monitor.checkpoint_minutes": 0})
    diary.lines.clear()
    diary.at = lambda progress: None
    run(made, **{"monitor.checkpoint_minutes": 0})
    assert diary.lines[0] == "step 4"  # not from the start
    assert diary.lines[-1] == "sigma-30: done"


@pytest.mark.slow
def test_a_kill_changes_nothing(run, study, tmp_path):
    made, slow = (
        study(),
        {"steps": 40, "monitor.checkpoint_minutes": 0, "monitor.validate_every": 1000},
    )
    (tmp_path / "study.json").write_text(made.model_dump_json())
    state = RunFolder(tmp_path / "killed" / "noise" / "sigma-10").state
    command = [sys.executable, str(SCRIPT), str(tmp_path / "study.json"), str(tmp_path / "killed")]
    process = subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"})
    while not state.exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert state.exists()
    (tmp_path / "killed").rename(tmp_path / "resumed")
    whole = curve(run(made, **slow).entries[0].folder)
    (tmp_path / "out").rename(tmp_path / "first")
    (tmp_path / "resumed").rename(tmp_path / "out")
    assert curve(run(made, **slow).entries[0].folder) == whole
    assert len(whole) == 40


def curve(folder: Path) -> list[list[str]]:
    lines = (folder / "log.csv").read_text().splitlines()[1:]
    return [line.split(",")[:4] for line in lines]


def test_variants_that_differ_in_sampling_are_trained_once(run, study, diary, tmp_path, lines):
    steps = {f"steps-{k}": {"value": k, "sampling": {"steps": k}} for k in (1, 3)}
    run(study(steps))
    assert diary.lines == [*(f"step {k}" for k in range(1, 5)), "steps-1: done", "steps-3: done"]
    assert (tmp_path / "out" / "noise" / "base" / "final.safetensors").exists()
    assert [line["nfe"] for line in lines().values()] == ["1.0", "3.0"]


@pytest.mark.slow
def test_a_run_that_another_study_has_made_is_taken_over(finished, run, study, diary, tmp_path):
    again = study(
        {"same": {"changes": {"path.max_sigma": 30}}, "new": {"changes": {"seed": 1}}},
        plots=["curves"],
    )
    run(again, name="again")
    assert diary.lines[:2] == ["same is noise/sigma-30", "same: done"]
    one, two = (
        tmp_path / "out" / n / "final.safetensors" for n in ("noise/sigma-30", "again/same")
    )
    assert one.read_bytes() == two.read_bytes()
    assert "step 1" in diary.lines  # the new one was trained


def test_a_variant_that_fails_does_not_stop_the_others(run, study, diary, tmp_path, lines):
    levels = study().small.variants
    bad = {"bad": {"value": 20, "changes": {"optimiser.lr": 1e30}}}
    found = run(study({**bad, **{k: v.model_dump() for k, v in levels.items()}}))
    assert [entry.trial.variant for entry in found.failed] == ["bad"]
    assert "TrainingError: at step" in found.failed[0].error
    assert diary.lines[-1] == "sigma-30: done"
    table = (tmp_path / "out" / "noise" / "table.md").read_text()
    assert "bad: TrainingError: at step" in table
    assert lines()["bad"]["psnr"] == ""
    assert float(lines()["sigma-30"]["psnr"]) > 0


def test_another_run_is_not_overwritten(finished, run, study, tmp_path):
    before = (tmp_path / "out" / "noise" / "sigma-10" / "final.safetensors").read_bytes()
    found = run(study(), steps=5)
    assert ["steps, not 5" in entry.error for entry in found.entries] == [True, True]
    assert (tmp_path / "out" / "noise" / "sigma-10" / "final.safetensors").read_bytes() == before


def test_one_process_at_a_time(study, tmp_path):
    folder = SuiteFolder(tmp_path)
    with (
        folder.claimed(),
        pytest.raises(TrainingError, match="another process works in"),
        SuiteFolder(tmp_path).claimed(),
    ):
        pass


def test_training_images_are_shared_where_they_are_the_same(study, tmp_path):
    folder = SuiteFolder(tmp_path)
    for key in ("data.patch", "data.max_samples"):
        cuts = {f"p{k}": {"value": k, "changes": {key: k}} for k in (8, 16)}
        caches = [folder.run(trial).cache for trial in trials("cuts", study(cuts), "small")]
        assert caches[0] == caches[1]
    other = {"a": {"value": 1}, "b": {"value": 2, "changes": {"data.enlarge": "nearest"}}}
    caches = [folder.run(trial).cache for trial in trials("other", study(other), "small")]
    assert caches[0] != caches[1]
