"""Images for a page: input, outputs and target of a bounded number of samples."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from restorebench.data.colour import quantise
from restorebench.data.hashing import input_hash, target_hash
from restorebench.errors import StoreError
from restorebench.harness.dataset_cache import DatasetCache
from restorebench.harness.images import ImageStore
from restorebench.leaderboard.board import ImageRow, Section
from restorebench.plugins import Suite
from restorebench.types import Pixels, Sample

QUALITY = 92
"""WebP quality of embedded images."""
_KEPT = 64 << 20
"""Bytes of samples that are kept in memory."""


@dataclass(frozen=True)
class SampleImages:
    """The images of one sample as data URIs; `outputs` by row label.

    `size` is width and height of the target, or of what there is; `note` says what is missing.
    """

    input: str | None = None
    target: str | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)
    size: tuple[int, int] | None = None
    note: str = ""


@dataclass(frozen=True)
class _Pair:
    """Input and target of a sample, which all restorers share."""

    input: str | None = None
    target: str | None = None
    views: int = 1
    note: str = ""


class Gallery:
    """Makes the images of `samples` samples a section, at most `longest` pixels a side.

    Input and target come from the data set, outputs from the store in `folder`. All images
    together take at most `max_bytes`; `SampleImages.note` says what is left out. Each image is
    made once.
    """

    def __init__(
        self,
        suite: Suite,
        folder: Path,
        samples: int = 4,
        longest: int = 640,
        max_bytes: int = 24 << 20,
    ) -> None:
        self._store = ImageStore(folder / "images")
        self._datasets = suite.datasets
        self._cache = DatasetCache(suite, folder / "datasets.jsonl", max_bytes=_KEPT)
        self._samples, self._longest, self._max_bytes = samples, longest, max_bytes
        self._pairs: dict[tuple[str, ...], _Pair] = {}
        self._made: dict[str, tuple[str, tuple[int, int]]] = {}

    def samples(self, section: Section) -> dict[str, SampleImages]:
        """The images of the chosen samples of a section, by sample."""
        samples = list(dict.fromkeys(row.sample for row in section.images_table))
        chosen = spread(samples, self._samples)
        rows: dict[str, list[ImageRow]] = {sample: [] for sample in chosen}
        for row in section.images_table if chosen else ():
            if row.sample in rows:
                rows[row.sample].append(row)
        return {sample: self._sample_images(section, found) for sample, found in rows.items()}

    def _sample_images(self, section: Section, rows: Sequence[ImageRow]) -> SampleImages:
        pair = self._pair(section, rows[0])
        notes = [pair.note]
        outputs = {
            row.label: found
            for row in rows
            if row.prediction and (found := self._output(row.prediction, pair.views, row, notes))
        }
        shown = [rows[0].target, rows[0].input, *(row.prediction or "" for row in rows)]
        size = next((self._made[key][1] for key in shown if key in self._made), None)
        if size and max(size) > self._longest:
            notes.append(f"reduced from {size[0]}×{size[1]}")
        return SampleImages(pair.input, pair.target, outputs, size, _joined(notes))

    def _pair(self, section: Section, row: ImageRow) -> _Pair:
        """Input and target of a sample, made once."""
        key = (section.dataset, section.split, row.sample, row.input, row.target)
        if key not in self._pairs:
            self._pairs[key] = self._make_pair(section, row)
        return self._pairs[key]

    def _make_pair(self, section: Section, row: ImageRow) -> _Pair:
        notes: list[str] = []
        sample = self._sample(section, row, notes)
        if sample is None:
            return _Pair(note=_joined(notes))
        views, target = len(sample.degraded), sample.target
        if views > 1:
            notes.append(f"the first of {views} views")
        return _Pair(
            self._uri(row.input, lambda: quantise(sample.degraded), notes),
            None if target is None else self._uri(row.target, lambda: quantise(target), notes),
            views,
            _joined(notes),
        )

    def _sample(self, section: Section, row: ImageRow, notes: list[str]) -> Sample | None:
        """The sample from its data set, if that is installed and still has the recorded pixels."""
        if section.dataset not in self._datasets:
            notes.append(_unknown(section.dataset))
            return None
        try:
            sample = self._cache.sample(section.dataset, section.split, row.sample)
        except Exception as error:  # of a plugin: the page has no input and target then
            notes.append(f"no input and target: {type(error).__name__}: {error}")
            return None
        if (input_hash(sample), target_hash(sample)) != (row.input, row.target):
            notes.append("no input and target: the data set's pixels are no longer those recorded")
            return None
        return sample

    def _output(self, key: str, views: int, row: ImageRow, notes: list[str]) -> str | None:
        try:
            return self._uri(key, lambda: self._store.get(key, views), notes)
        except StoreError:
            notes.append(f"the image of {row.label} is not in the store")
            return None

    def _uri(self, key: str, pixels: Callable[[], Pixels], notes: list[str]) -> str | None:
        if key not in self._made:
            made = encode(pixels()[0], self._longest)
            if sum(len(uri) for uri, _ in self._made.values()) + len(made[0]) > self._max_bytes:
                notes.append(f"more images would take more than {self._max_bytes >> 20} MiB")
                return None
            self._made[key] = made
        return self._made[key][0]


def _unknown(dataset: str) -> str:
    where = f"the data set {dataset} is not known here"
    return f"no input and target: {where}; give --data or --data-root"


def _joined(notes: Sequence[str]) -> str:
    """All remarks, each once."""
    return "; ".join(dict.fromkeys(filter(None, notes)))


def spread(values: Sequence[str], count: int) -> list[str]:
    """`count` of the values, evenly spread from the first to the last."""
    if count >= len(values):
        return list(values)
    if count <= 1:
        return list(values[:count])
    return [values[round(n * (len(values) - 1) / (count - 1))] for n in range(count)]


def encode(view: Pixels, longest: int) -> tuple[str, tuple[int, int]]:
    """A view ``(3, H, W)`` as a WebP data URI, reduced to `longest` a side, and its own W and H."""
    image = Image.fromarray(view.transpose(1, 2, 0))
    size = image.size
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "WEBP", quality=QUALITY, method=4)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}", size
