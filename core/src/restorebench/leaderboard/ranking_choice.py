"""How boards are ranked, as far as that is not the task's own."""

from __future__ import annotations

from dataclasses import dataclass, field

from restorebench.leaderboard.external_scores import Outside
from restorebench.leaderboard.published import Published
from restorebench.leaderboard.ranking.places import Roles
from restorebench.leaderboard.ranking.rules import Rule


@dataclass(frozen=True)
class Ranking:
    """How boards are ranked.

    `rule` is None for each task's own; `roles` lists the rows that do not compete; `outside` holds
    columns from elsewhere (mean opinion scores), `published` the tables of papers.
    """

    rule: Rule | None = None
    roles: Roles = field(default_factory=Roles)
    outside: Outside = field(default_factory=Outside)
    published: Published = field(default_factory=Published)
