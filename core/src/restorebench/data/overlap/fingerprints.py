"""What an image is recognised by: the hash of its pixels, and its looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from restorebench.data.colour import quantise
from restorebench.data.dataset import Dataset
from restorebench.data.hash_cache import HashCache
from restorebench.data.hashing import pixel_hash
from restorebench.data.overlap.looks import SIDE, Bits, looks
from restorebench.data.tables.file_memory import FileMemory
from restorebench.types import Sample

_VIEWS = (("",), (" (left)", " (right)"))


class Fingerprint(NamedTuple):
    """One image of a sample: `field` is ``"degraded"`` or ``"target"``, with its view of two."""

    sample: str
    field: str
    pixels: str
    looks: Bits | None


def fingerprints(
    dataset: Dataset, progress: Callable[[], None] | None = None
) -> Iterator[Fingerprint]:
    """Those of all images of a split; of files they are kept while the files are the same."""
    cache, memory = HashCache(), dataset.memory
    keys = memory.keys(dataset.ids, "looks") if isinstance(memory, FileMemory) else {}
    known = cache.get(keys.values())
    for sample_id in dataset.ids:
        key = keys.get(sample_id, "")
        if (rows := known.get(key)) is None:
            rows = [_row(one) for one in _of(dataset[sample_id])]
            cache.put({key: rows} if key else {})
        yield from (_read(sample_id, row) for row in rows)
        if progress is not None:
            progress()


def _of(sample: Sample) -> Iterator[Fingerprint]:
    for field, images in (("degraded", sample.degraded), ("target", sample.target)):
        if images is None:
            continue
        names = _VIEWS[len(images) > 1]
        for name, view in zip(names, images, strict=True):
            pixels = quantise(view)
            yield Fingerprint(sample.id, field + name, pixel_hash(pixels[None]), looks(pixels))


def _row(one: Fingerprint) -> list[str]:
    bits = "" if one.looks is None else np.packbits(one.looks).tobytes().hex()
    return [one.field, one.pixels, bits]


def _read(sample_id: str, row: list[str]) -> Fingerprint:
    field, pixels, text = row
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(text), np.uint8))[: SIDE**2].astype(bool)
    return Fingerprint(sample_id, field, pixels, bits if text else None)
