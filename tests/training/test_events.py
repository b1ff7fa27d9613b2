"""Event files for TensorBoard: what the tables hold, whatever interrupted the run."""

from __future__ import annotations

import csv
import sys

import pytest

from restorebench.errors import OptionError

accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")


@pytest.fixture
def shown():
    """The points of all curves as TensorBoard would show them, and the steps of the sheets."""

    def read(folder, part: str) -> tuple[dict[str, list[tuple[int, float]]], list[int]]:
        found = accumulator.EventAccumulator(str(folder.events / part)).Reload()
        curves = {
            name: [
                (point.step, pytest.approx(point.value, rel=1e-6)) for point in found.Scalars(name)
            ]
            for name in found.Tags()["scalars"]
        }
        sheets = found.Tags()["images"] and found.Images("sheet")
        return curves, [sheet.step for sheet in sheets]

    return read


def tabled(folder, name: str) -> dict[str, list[tuple[int, float]]]:
    """The same of a table."""
    with (folder.path / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name != "step"]
    return {name: [(int(row["step"]), float(row[name])) for row in rows] for name in names}


def interrupted(at: int):
    def listen(progress) -> None:
        if progress.step == at:
            raise InterruptedError

    return listen


@pytest.mark.parametrize("minutes", [0, 60], ids=["taken up", "begun again"])
def test_the_events_of_an_interrupted_run_are_those_of_its_tables(minutes, recipe, train, shown):
    made = recipe(monitor={"checkpoint_minutes": minutes})
    with pytest.raises(InterruptedError):
        train(made, callback=interrupted(4), events=True)
    folder = train(made, events=True)
    assert len(list((folder.events / "training").iterdir())) == 2
    assert tabled(folder, "log.csv") == shown(folder, "training")[0]
    assert (tabled(folder, "validation.csv"), [3, 6]) == shown(folder, "validation")


def test_the_last_validation_is_shown_once_though_it_came_twice(recipe, train, shown):
    folder = train(recipe(), events=True)
    folder.final.unlink()
    train(recipe(), events=True)
    assert (tabled(folder, "validation.csv"), [3, 6]) == shown(folder, "validation")
    assert tabled(folder, "log.csv") == shown(folder, "training")[0]


def test_events_do_not_make_it_another_run(recipe, train, curve):
    plain = train(recipe(), "plain")
    assert not plain.events.exists()
    with pytest.raises(InterruptedError):
        train(recipe(), callback=interrupted(4), events=True)
    assert curve(train(recipe())) == curve(plain)


def test_without_the_package_the_run_does_not_begin(recipe, train, monkeypatch):
    monkeypatch.delitem(sys.modules, "torch.utils.tensorboard", raising=False)
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(OptionError, match=r"pip install 'restorebench\[tensorboard\]'"):
        train(recipe(), events=True)
