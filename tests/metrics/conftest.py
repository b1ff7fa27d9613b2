"""Image pairs of the metrics' tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restorebench.metrics import Measure, Protocol, score
from restorebench.plugins import suite

DATA = Path(__file__).parents[1] / "vectors"


@pytest.fixture
def load():
    """Metrics by their registry names."""
    return suite().metrics.load


@pytest.fixture
def value(load):
    """`value(measure, prediction, target, mask=None)`: one number through the public function."""

    def one(measure: Measure, prediction, target, mask=None) -> float:
        return score(Protocol("one", {"it": measure}), prediction, target, mask, load).values["it"]

    return one


@pytest.fixture
def golden():
    """`golden("blur")`: prediction and target, uint8 ``(1, 3, H, W)``."""

    def read(name: str):
        files = (DATA / f"metrics_{name}_{role}.png" for role in ("prediction", "target"))
        return tuple(np.array(Image.open(f)).transpose(2, 0, 1)[None] for f in files)

    return read


@pytest.fixture
def noisy():
    """`noisy(h, w)`: a random target and a prediction within 20 grey levels of it."""

    def pair(height: int, width: int, views: int = 1, seed: int = 0):
        rng = np.random.default_rng(seed)
        target = rng.integers(0, 256, (views, 3, height, width), dtype=np.uint8)
        error = rng.integers(-20, 21, target.shape)
        return np.clip(target.astype(int) + error, 0, 255).astype(np.uint8), target

    return pair
