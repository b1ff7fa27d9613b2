"""Two folders compared image by image."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from restorebench.cli.output import Column, print_table, result
from restorebench.errors import ImageError

if TYPE_CHECKING:
    from restorebench.metrics import Protocol
    from restorebench.metrics.scoring import Load
    from restorebench.plugins import Suite
    from restorebench.types import Array


@dataclass(frozen=True)
class Pair:
    """The scores of one image; `error` says why it has none."""

    name: str
    scores: Mapping[str, float]
    missing: Mapping[str, str]
    error: str | None = None


@dataclass(frozen=True)
class Comparison:
    """All pairs, under one protocol."""

    protocol: str
    protocol_hash: str
    pairs: tuple[Pair, ...]

    @property
    def columns(self) -> list[str]:
        """The scored and missing columns."""
        return list(dict.fromkeys(c for p in self.pairs for c in (*p.scores, *p.missing)))

    def means(self) -> dict[str, float]:
        """The mean of each column that every pair has; ``inf`` stays ``inf``."""
        found = {c: [p.scores[c] for p in self.pairs if c in p.scores] for c in self.columns}
        whole = {c: values for c, values in found.items() if len(values) == len(self.pairs)}
        return {c: math.fsum(values) / len(values) for c, values in whole.items()}

    def facts(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self), "means": self.means()}


def compare(suite: Suite, pred: Path, ref: Path, protocol: str, mask: Path | None) -> Comparison:
    """Score each image of `ref` against the one of the same stem in `pred`.

    An image that cannot be read or differs in size is a `Pair` with an error. Raises `ImageError`
    where a folder lacks one.
    """
    rule: Protocol = suite.protocols.load(protocol)
    predictions, references = _images(pred), _images(ref)
    masks = {} if mask is None else _images(mask)
    _expect(references, predictions, pred)
    if mask is not None:
        _expect(references, masks, mask)
    pairs = (
        _pair(name, predictions[name], path, masks.get(name), rule, suite.metrics.load)
        for name, path in references.items()
    )
    return Comparison(protocol, rule.hash, tuple(pairs))


def _pair(name: str, pred: Path, ref: Path, mask: Path | None, rule: Protocol, load: Load) -> Pair:
    from restorebench.data.images import read_image
    from restorebench.metrics import score

    try:
        restored, target = read_image(pred), read_image(ref)
        if restored.shape != target.shape:
            msg = (
                f"{pred} is {_size(restored)}, its reference {ref} {_size(target)}; "
                "images are never resized to fit"
            )
            raise ImageError(msg)
        region = None if mask is None else read_mask(mask, target.shape[1:])
        scores = score(rule, restored[None], target[None], region, load)
    except ImageError as error:
        return Pair(name, {}, {}, str(error))
    return Pair(name, dict(scores.values), dict(scores.missing))


def print_pairs(found: Comparison) -> None:
    """A table with a line per image and their mean."""
    means = found.means()
    last = Pair(f"mean of {len(found.pairs)}", means, {})
    lines = [
        [pair.name, *(_shown(pair.scores.get(c)) for c in found.columns)]
        for pair in (*found.pairs, last)
    ]
    print_table([Column("image", folds=True), *map(Column, found.columns)], lines)
    reasons = dict.fromkeys(f"{c}: {r}" for p in found.pairs for c, r in p.missing.items())
    for line in (*reasons, f"protocol {found.protocol} {found.protocol_hash[:12]}"):
        result(line)


def _images(folder: Path) -> dict[str, Path]:
    from restorebench.data.images import list_images

    found = list_images(folder)
    if not found:
        msg = f"{folder} holds no images"
        raise ImageError(msg)
    return found


def _expect(references: Mapping[str, Path], there: Mapping[str, Path], folder: Path) -> None:
    absent = [name for name in references if name not in there]
    if absent:
        more = f" and {len(absent) - 5} more" if len(absent) > 5 else ""
        msg = (
            f"{folder} lacks {', '.join(absent[:5])}{more} (of {len(references)} references); "
            "images are matched by name, whatever their suffix"
        )
        raise ImageError(msg)


def read_mask(path: Path, size: tuple[int, ...]) -> Array:
    """A mask file, of any mode, as ``(1, H, W)`` in [0, 1]."""
    try:
        with Image.open(path) as image:
            grey = np.asarray(image.convert("L"), np.float32) / np.float32(255)
    except (OSError, UnidentifiedImageError) as error:
        msg = f"{path} cannot be read as a mask: {error}"
        raise ImageError(msg) from error
    if grey.shape != size:
        msg = f"the mask {path} is {grey.shape[1]}×{grey.shape[0]}, expected {size[1]}×{size[0]}"
        raise ImageError(msg)
    return grey[None]


def _size(pixels: np.ndarray[Any, Any]) -> str:
    return f"{pixels.shape[2]}×{pixels.shape[1]}"


def _shown(value: float | None) -> str:
    return "–" if value is None else "∞" if math.isinf(value) else f"{value:.4f}"
