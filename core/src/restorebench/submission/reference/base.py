"""What an upload is measured against: the images that it must hold, and the truth about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol as Interface

from restorebench.metrics import Protocol
from restorebench.types import Array, Pixels


@dataclass(frozen=True)
class Expected:
    """One image that must be there: its name, whose view it is, and its size in pixels."""

    name: str
    sample: str
    height: int
    width: int


@dataclass(frozen=True, eq=False)
class Truth:
    """A sample's target ``(V, 3, H, W)``, mask ``(1, H, W)`` or None, and the hashes of both."""

    target: Pixels
    mask: Array | None
    input_hash: str
    target_hash: str
    mask_hash: str = ""


class Reference(Interface):
    """A test set by the names of its task, data set and split, and how it is scored."""

    task: str
    dataset: str
    split: str
    protocol: Protocol

    @property
    def expected(self) -> tuple[Expected, ...]:
        """All images, in the order of samples and views."""

    @property
    def dataset_hash(self) -> str:
        """The content hash of the whole split."""

    def truth(self, sample: str) -> Truth:
        """What is known of one sample."""


def verify(reference: Reference) -> None:
    """Read every target and mask once; raises what `Reference.truth` raises."""
    for sample in dict.fromkeys(image.sample for image in reference.expected):
        reference.truth(sample)
