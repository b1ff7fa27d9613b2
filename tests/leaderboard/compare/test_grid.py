"""What is tried: each measure once, under every name that it has."""

from __future__ import annotations

from restorebench.metrics.identify.grid import candidates
from restorebench.metrics.measures import psnr
from restorebench.metrics.protocols import ISTD_LEGACY_256, NTIRE_RGB, STEREO_LR_MEAN


def test_a_measure_of_two_protocols_is_tried_once():
    found = candidates([NTIRE_RGB, STEREO_LR_MEAN], ["psnr"])
    (usual,) = [c for c in found if c.measure == psnr() and not c.pooled]
    assert usual.names == ("ntire-rgb psnr", "stereo-lr-mean psnr")
    assert len({(c.measure, c.pooled) for c in found}) == len(found)


def test_every_candidate_but_ntire_rgb_says_in_what_it_differs():
    found = candidates([ISTD_LEGACY_256], scale=4, views=2, masked=True)
    plain = {c.measure for c in found if not c.differs}
    assert plain == set(NTIRE_RGB.measures.values())


def test_different_candidates_are_described_differently():
    found = candidates([], scale=4, views=2, masked=True)
    said = [(c.measure.metric, c.differs) for c in found]
    assert len(set(said)) == len(said)


def test_regions_are_tried_only_with_masks():
    without = candidates([ISTD_LEGACY_256])
    assert {c.measure.region for c in without} == {"all"}
    masked = candidates([ISTD_LEGACY_256], masked=True)
    assert {c.measure.region for c in masked} == {"all", "mask", "outside-mask"}
