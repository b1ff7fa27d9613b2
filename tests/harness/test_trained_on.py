"""Records and boards say where a restorer is scored on what it was trained on."""

from __future__ import annotations

import pytest

from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.data.dataset import open_split
from restorebench.harness.plan import Cell, RestorerRef
from restorebench.harness.run import Runner
from restorebench.leaderboard import boards
from restorebench.leaderboard.board import LABEL
from restorebench.leaderboard.render.markdown import markdown


@pytest.fixture
def trained(suite, toy, monkeypatch):
    """Let the restorer `brighten` have weights that were trained on something."""

    def on(seen: TrainedOn) -> None:
        monkeypatch.setattr(toy.Brighten, "trained_on", seen, raising=False)

    return on


def run(suite, store, *restorers):
    cells = [Cell("toy", "toy-squares", "test", RestorerRef.parse(name)) for name in restorers]
    runner = Runner(suite, store)
    return [outcome.record for cell in cells for outcome in runner.run(cell)]


def noted(suite, records) -> dict[str, str]:
    """The footnotes of the rows by their labels."""
    (board,) = boards(records, suite)
    return {
        row.label: "; ".join(board.footnotes[n - 1] for n in row.notes.get(LABEL, ()))
        for row in board.sections[0].rows
    }


def test_a_row_that_was_trained_on_the_split_is_marked(suite, store, trained):
    split = open_split(suite, "toy-squares", "test").content_hash
    trained(TrainedOn((split, "c" * 32)))
    records = run(suite, store, "brighten", "noisy")
    assert {r.extra.get("trained_on") for r in records[:4]} == {f"{split} {'c' * 32}"}
    assert all(r.extra["seen"] for r in records[:4])
    assert all("seen" not in r.extra and "trained_on" not in r.extra for r in records[4:])
    assert noted(suite, records) == {"brighten": "trained on these images", "noisy": ""}
    assert "trained on these images" in markdown(boards(records, suite))


def test_a_single_image_of_another_split_is_found_by_its_target(suite, store, trained, toy):
    dataset = open_split(suite, "toy-squares", "test")
    targets = [dataset.identity(toy.IDS[1]).target]
    trained(TrainedOn.on("d" * 32, targets))
    records = run(suite, store, "brighten", "noisy")
    assert [bool(r.extra.get("seen")) for r in records[:4]] == [False, True, False, False]
    assert noted(suite, records)["brighten"] == "trained on 1 of these images"


def test_other_data_is_no_reason_for_a_mark(suite, store, trained):
    trained(TrainedOn.on("d" * 32, ["e" * 32]))
    assert noted(suite, run(suite, store, "brighten", "noisy"))["brighten"] == ""
