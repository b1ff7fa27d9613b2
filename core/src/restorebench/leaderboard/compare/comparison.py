"""Two restorers compared image by image: which is better, by how much, at what cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from restorebench.leaderboard.board import Column


@dataclass(frozen=True)
class Difference:
    """B less A in one column, over the images that both have in it.

    `low` and `high` are the ends of the 95 % bootstrap interval of `mean`, None where there are
    too few images for one or a difference is infinite; `p` is that of `paired_test`,
    the larger of a sign-flip and a bootstrap-t test.
    """

    column: Column
    a: float
    b: float
    mean: float
    low: float | None
    high: float | None
    p: float
    images: int


@dataclass(frozen=True)
class ImagePair:
    """One image of both: scores averaged over draws, and B less A.

    `a_image` and `b_image` are the pixel hashes of draw 0, by which the store keeps them;
    `input` and `target` those of the sample.
    """

    sample: str
    a: Mapping[str, float]
    b: Mapping[str, float]
    difference: Mapping[str, float]
    a_image: str | None
    b_image: str | None
    input: str
    target: str


@dataclass(frozen=True)
class CostRatio:
    """What one image takes: means of A and of B over the compared images, and B / A."""

    name: str
    a: float
    b: float
    ratio: float


@dataclass(frozen=True)
class Comparison:
    """A and B on one data set and split under one protocol.

    `images` are sorted by their difference in `rank_by`, the worst for B first; `left_out` are the
    images that only one of them has, or that failed; `elsewhere` is true where the two were run on
    different hardware, so that their seconds cannot be compared.
    """

    a: str
    b: str
    task: str
    dataset: str
    split: str
    protocol: str
    protocol_hash: str
    dataset_hash: str
    rank_by: str
    columns: tuple[Difference, ...]
    images: tuple[ImagePair, ...]
    costs: tuple[CostRatio, ...]
    left_out: tuple[str, ...]
    elsewhere: bool

    def extremes(self, count: int) -> tuple[tuple[ImagePair, ...], tuple[ImagePair, ...]]:
        """The images that are worst for B, worst first, and those that are best, best first.

        At most `count` of each; none is in both.
        """
        images = [image for image in self.images if self.rank_by in image.difference]
        worst = images[: min(count, (len(images) + 1) // 2)]
        return tuple(worst), tuple(images[len(worst) :][::-1][:count])
