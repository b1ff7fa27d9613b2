"""The images behind a comparison: input, both restorations and target of an image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from restorebench.data.colour import quantise
from restorebench.data.hashing import input_hash, target_hash
from restorebench.errors import StoreError
from restorebench.harness.dataset_cache import DatasetCache
from restorebench.harness.store import Store
from restorebench.leaderboard.compare.comparison import Comparison, ImagePair
from restorebench.plugins import Suite
from restorebench.types import Pixels, Sample


@dataclass(frozen=True, eq=False)
class PairImages:
    """Four 8-bit images of one size, ``(V, 3, H, W)``; a smaller input is enlarged by repetition.

    `target` is None where the sample has none.
    """

    input: Pixels
    a: Pixels
    b: Pixels
    target: Pixels | None

    @property
    def images(self) -> tuple[Pixels | None, ...]:
        """In the order in which they are shown."""
        return self.input, self.a, self.b, self.target

    def where(self, size: tuple[int, int]) -> tuple[int, int, int]:
        """View, top and left of the window of `size`, ``(h, w)``, in which A and B differ most."""
        differ = np.abs(self.a.astype(np.float32) - self.b).mean(axis=1)
        local: NDArray[np.float32] = uniform_filter(differ, (0, *size), mode="constant")
        view, y, x = np.unravel_index(int(local.argmax()), local.shape)
        limits = (n - s for n, s in zip(differ.shape[1:], size, strict=True))
        starts = (c - s // 2 for c, s in zip((y, x), size, strict=True))
        top, left = (int(np.clip(s, 0, r)) for s, r in zip(starts, limits, strict=True))
        return int(view), top, left


class ImageLoader:
    """Finds the images of a store's records; data sets make their samples again."""

    def __init__(self, suite: Suite, store: Store) -> None:
        self._store = store
        self._cache = DatasetCache(suite, store.folder / "datasets.jsonl")

    def load(self, found: Comparison, image: ImagePair) -> PairImages:
        """The images of one image; raises `StoreError` where one is missing or has changed."""
        sample = self._cache.sample(found.dataset, found.split, image.sample)
        if (input_hash(sample), target_hash(sample)) != (image.input, image.target):
            msg = (
                f"{found.dataset} · {found.split} no longer makes the {image.sample} that was "
                "restored: its plugin or files changed since; run both again"
            )
            raise StoreError(msg)
        a, b = (
            self._image(label, key, sample)
            for label, key in ((found.a, image.a_image), (found.b, image.b_image))
        )
        degraded = quantise(sample.degraded)
        enlarged = degraded.repeat(sample.scale, axis=-1).repeat(sample.scale, axis=-2)
        return PairImages(
            enlarged, a, b, None if sample.target is None else quantise(sample.target)
        )

    def _image(self, label: str, key: str | None, sample: Sample) -> Pixels:
        if key is None:
            msg = f"there is no image of {sample.id} by {label}"
            raise StoreError(msg)
        return self._store.images.get(key, sample.target_shape[0])
