"""Randomness is a function of seed, task, sample and draw, and of nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from restorebench import Sample
from restorebench.restorers.base import Context
from restorebench.restorers.identity import Identity

CONTEXT = Context("deblur", seed=3, draw=1)


def noise(context: Context, sample: Sample) -> list[float]:
    return list(context.rng(sample).standard_normal(8))


def test_it_is_the_same_in_any_order(sample: Sample) -> None:
    others = [replace(sample, id=f"toy-{i}") for i in range(4)]
    forth = [noise(CONTEXT, other) for other in others]
    back = [noise(CONTEXT, other) for other in reversed(others)]
    assert forth == back[::-1]
    assert len({tuple(values) for values in forth}) == 4


@pytest.mark.parametrize("change", [{"task": "dehaze"}, {"seed": 4}, {"draw": 2}, {"seed": -3}])
def test_it_differs_with_each_part_of_the_context(sample: Sample, change: dict[str, int]) -> None:
    changed = replace(CONTEXT, **change)  # type: ignore[arg-type]
    assert noise(changed, sample) != noise(CONTEXT, sample)


def test_it_is_the_same_on_another_device(sample: Sample) -> None:
    assert noise(replace(CONTEXT, device="cuda"), sample) == noise(CONTEXT, sample)


def test_it_depends_on_the_id_of_the_sample_not_on_its_pixels(sample: Sample) -> None:
    dark = replace(sample, degraded=np.zeros_like(sample.degraded))
    assert noise(CONTEXT, dark) == noise(CONTEXT, sample)


def test_parts_do_not_run_into_each_other(sample: Sample) -> None:
    one = Context("a/b").key(replace(sample, id="c"))
    two = Context("a").key(replace(sample, id="b/c"))
    assert one != two


def test_the_key_is_pinned(sample: Sample) -> None:
    """A change here changes every stochastic restoration that was ever recorded."""
    text = b'[3, "deblur", "toy-0001", 1]'
    assert CONTEXT.key(sample).to_bytes(16, "little") == hashlib.sha256(text).digest()[:16]
    assert CONTEXT.key(sample) == 339693541732707657704468429988136987230


def test_identity_returns_what_it_got(sample: Sample) -> None:
    answer = Identity().restore(sample.without_target(), CONTEXT)
    np.testing.assert_array_equal(answer.image, sample.degraded)
    assert answer.nfe is answer.parameters is answer.macs is None
