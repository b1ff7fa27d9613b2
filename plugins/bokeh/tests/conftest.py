"""Samples of the validation splits, each made once."""

from __future__ import annotations

from collections import UserDict

import pytest

from restorebench.types import Sample
from restorebench_bokeh.datasets import bokeh_photos, bokeh_scenes


class Made(UserDict[str, Sample]):
    """Samples by id, of either data set, made on first use."""

    def __missing__(self, sample_id: str) -> Sample:
        """Make it, and keep it."""
        source = bokeh_scenes if sample_id.startswith("val-") else bokeh_photos
        self[sample_id] = sample = source("val")[sample_id]
        return sample


@pytest.fixture(scope="session")
def val() -> Made:
    """Validation samples by id."""
    return Made()
