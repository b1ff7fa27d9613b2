"""The ranking rules of challenges by name, with how each is known; data in ``challenges.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, TypeAlias

Standing: TypeAlias = Literal["stated", "derived", "unknown"]
"""By the organisers' page or code; so that it reproduces a printed table; not known."""


@dataclass(frozen=True)
class ChallengeRule:
    """How a challenge ranks: `rule` as ``--rank-by`` takes it, ``""`` where it is not known."""

    challenge: str
    standing: Standing
    source: str
    rule: str = ""
    note: str = ""

    @property
    def about(self) -> str:
        """The challenge, how its rule is known, and what else counts."""
        known = "" if self.standing == "stated" else f", {self.standing}"
        return f"rule of {self.challenge}{known}{': ' * bool(self.note)}{self.note}"


@cache
def challenge_rules() -> Mapping[str, ChallengeRule]:
    """All rules by name."""
    text = files(__package__).joinpath("challenges.toml").read_text(encoding="utf-8")
    return MappingProxyType({k: ChallengeRule(**v) for k, v in tomllib.loads(text).items()})
