"""Two folders of images scored scene by scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from restorebench.data.layouts.pairing import Match
from restorebench.errors import ImageError
from restorebench.metrics.protocol import Protocol
from restorebench.metrics.scoring import Load, mean_scores, score
from restorebench.metrics.tiles import strips


@dataclass(frozen=True)
class PairScores:
    """The scores of one scene; `error` says why it has none.

    `equal`: the images are their references in every pixel.
    """

    name: str
    scores: Mapping[str, float]
    missing: Mapping[str, str]
    error: str | None = None
    equal: bool = False


@dataclass(frozen=True)
class FolderScores:
    """The scores of all scenes under one protocol with its `columns`; `views` of each scene."""

    protocol: str
    protocol_hash: str
    columns: tuple[str, ...]
    views: int
    pairs: tuple[PairScores, ...]

    def means(self) -> dict[str, float]:
        """The mean of each column that every scene has; ``inf`` stays ``inf``."""
        return mean_scores([pair.scores for pair in self.pairs])

    def reasons(self) -> dict[tuple[str, str], list[str]]:
        """The scenes that miss a column, by that column and the reason."""
        found: dict[tuple[str, str], list[str]] = {}
        for pair in self.pairs:
            for missing in pair.missing.items():
                found.setdefault(missing, []).append(pair.name)
        return found

    def facts(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self), "means": self.means()}


def score_folders(
    found: Mapping[str, Match], name: str, rule: Protocol, load: Load
) -> FolderScores:
    """Score every match under the protocol `rule`, which is called `name`.

    One that cannot be read, or whose sizes differ, has an error instead of scores.
    """
    views = len(next(iter(found.values())).target.files)
    pairs = (_scored(scene, match, rule, load) for scene, match in found.items())
    return FolderScores(name, rule.hash, tuple(rule.measures), views, tuple(pairs))


def _scored(name: str, match: Match, rule: Protocol, load: Load) -> PairScores:
    try:
        restored, target, mask = match.read()
        scores = score(rule, restored, target, mask, load)
    except ImageError as error:
        return PairScores(name, {}, {}, str(error))
    rows = strips(target.shape[2])
    equal = all(np.array_equal(restored[:, :, r], target[:, :, r]) for r in rows)
    return PairScores(name, dict(scores.values), dict(scores.missing), equal=equal)
