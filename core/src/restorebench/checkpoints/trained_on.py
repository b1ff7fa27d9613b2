"""The data that weights have seen: a board marks rows that are scored on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from restorebench.types import JSON

_DIGITS = 16
"""Hexadecimal digits of a target's hash that are kept, 64 bits: a checkpoint holds one for each."""


@dataclass(frozen=True)
class TrainedOn:
    """Content hashes of splits, and the (first digits of the) hashes of their targets.

    Weights that were trained before targets were noted have those of splits alone.
    """

    splits: tuple[str, ...] = ()
    targets: frozenset[str] = frozenset()

    @classmethod
    def on(cls, split: str, targets: Iterable[str]) -> TrainedOn:
        """One split, with the whole hashes of the targets that are trained on."""
        return cls((split,), frozenset(target[:_DIGITS] for target in targets))

    @classmethod
    def of(cls, origin: Mapping[str, JSON]) -> TrainedOn:
        """What the origin of a checkpoint says; nothing for weights from elsewhere."""
        splits = f"{origin.get('data_hash') or ''} {origin.get('trained_on') or ''}".split()
        text = str(origin.get("trained_targets") or "")
        targets = (text[start : start + _DIGITS] for start in range(0, len(text), _DIGITS))
        return cls(tuple(dict.fromkeys(splits)), frozenset(targets))

    def origin(self) -> dict[str, JSON]:
        """The same for the origin of a checkpoint."""
        return {
            "trained_on": " ".join(self.splits),
            "trained_targets": "".join(sorted(self.targets)),
        }

    def __or__(self, other: TrainedOn) -> TrainedOn:
        """What either has seen."""
        splits = tuple(dict.fromkeys((*self.splits, *other.splits)))
        return TrainedOn(splits, self.targets | other.targets)

    def has_seen(self, split: str, target: str) -> bool:
        """Whether it was trained on this split, or on the target of this sample."""
        return split in self.splits or target[:_DIGITS] in self.targets
