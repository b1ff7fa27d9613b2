"""Samples of one view and of two, and of other sizes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from restorebench.types import Sample


@pytest.fixture(scope="session")
def sample() -> Callable[..., Sample]:
    """Make a sample of random 8-bit values."""

    def make(views: int = 1, scale: int = 1, height: int = 21, width: int = 30) -> Sample:
        random = np.random.default_rng(0)
        images = np.round(random.random((views, 3, height, width)) * 255) / 255
        return Sample("a", images.astype(np.float32), scale=scale)

    return make


@pytest.fixture
def one(sample) -> Sample:
    """A sample of one view."""
    return sample()


@pytest.fixture
def two(sample) -> Sample:
    """A sample of two views."""
    return sample(views=2)
