"""What weights were trained on is kept with them, and passed on to what begins with them."""

from __future__ import annotations

from restorebench.checkpoints.trained_on import TrainedOn

A, B = "a" * 32, "b" * 32
ONE, TWO = "1" * 32, "2" * 32


def test_it_is_read_from_an_origin_as_it_was_written():
    seen = TrainedOn.on(A, [TWO, ONE]) | TrainedOn((B,))
    origin = {"data_hash": A, **seen.origin()}
    assert TrainedOn.of(origin) == seen
    assert origin["trained_on"] == f"{A} {B}"
    assert origin["trained_targets"] == "1" * 16 + "2" * 16


def test_weights_from_elsewhere_say_nothing():
    assert TrainedOn.of({}) == TrainedOn()
    assert TrainedOn.of({"data_hash": A}) == TrainedOn((A,))
    assert not TrainedOn().has_seen(A, ONE)


def test_a_sample_was_seen_with_its_split_or_by_its_target():
    seen = TrainedOn.on(A, [ONE])
    assert seen.has_seen(A, TWO)
    assert seen.has_seen(B, ONE)
    assert not seen.has_seen(B, TWO)
    assert not seen.has_seen(B, "-")  # without a target
