"""One image of one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ImageRow:
    """One image of one row: scores averaged over its draws, and hashes of its images.

    `prediction` is the image of draw 0 (None where there is none); it, `input` and `target` are
    the hashes of pixels by which the store keeps images.
    """

    sample: str
    label: str
    scores: Mapping[str, float]
    prediction: str | None
    input: str
    target: str
