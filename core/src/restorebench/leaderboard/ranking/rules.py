"""Ranking rules as data: what they read, and the numbers that they sort rows by."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from restorebench.errors import OptionError
from restorebench.leaderboard.ranking.formula import Formula, Titles
from restorebench.leaderboard.ranking.rounding import rounded
from restorebench.leaderboard.ranking.values import Floats, Values, ranks

Better: TypeAlias = Mapping[str, bool | None]
"""Whether higher is better, by column; None or absent where that is unknown."""
Missing: TypeAlias = Literal["unranked", "last"]
Term: TypeAlias = str | Formula
"""A column by its name, or a formula of columns."""


@dataclass(frozen=True)
class Rule(ABC):
    """What all rules have: `terms`, which are names of columns or formulas, and ties.

    `ties` are terms that decide between equals, one after the other; without them equals share
    their rank. A formula is better the higher it is. A row that lacks a value of a term has no
    rank, or with ``missing="last"`` the last one in that term (shared by all that lack it).
    `note` says where the rule is from.
    """

    terms: tuple[Term, ...]
    ties: tuple[Term, ...] = ()
    missing: Missing = "unranked"
    note: str = field(default="", compare=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the terms read."""
        return tuple(dict.fromkeys(name for term in self.terms for name in columns_of(term)))

    @property
    def all_columns(self) -> tuple[str, ...]:
        """The same with those that break ties."""
        ties = (name for term in self.ties for name in columns_of(term))
        return tuple(dict.fromkeys((*self.columns, *ties)))

    @property
    def directed(self) -> tuple[str, ...]:
        """The columns whose better direction counts: terms that are not formulas."""
        return tuple(term for term in (*self.terms, *self.ties) if isinstance(term, str))

    def words(self, title: Titles = str) -> str:
        """The rule in words."""
        ties = ", then ".join(_term_words(term, title) for term in self.ties)
        return self._words(title) + (f"; ties broken by {ties}" if ties else "")

    @abstractmethod
    def keys(self, values: Values, better: Better) -> list[Floats]:
        """What the rows are sorted by, the lowest first: a key, and others among its equals."""

    def shown(self, key: Floats) -> Floats | None:
        """The first key as tables show it; None where a column of the table shows it already."""
        return key

    @abstractmethod
    def _words(self, title: Titles) -> str: ...

    def _listed(self, title: Titles) -> str:
        names = [_term_words(term, title) for term in self.terms]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


class ByColumn(Rule):
    """By one column: a metric's mean, or a number from elsewhere such as a mean opinion score."""

    @property
    def column(self) -> str:
        """The column."""
        (column,) = self.columns
        return column

    def _words(self, title: Titles) -> str:
        return title(self.column)

    def keys(self, values: Values, better: Better) -> list[Floats]:
        """What the rows are sorted by."""
        return [ascending(self.column, values, better)]

    def shown(self, key: Floats) -> Floats | None:
        """None, since the column is in the table."""
        return None


@dataclass(frozen=True)
class RankSum(Rule):
    """By the sum of the ranks in several terms, the lowest first (NTIRE 2024 dehazing).

    Equal values share the average of their ranks. With `mean` the sum is divided by the number of
    terms, which orders alike.
    """

    mean: bool = False

    def _words(self, title: Titles) -> str:
        return (
            f"{'mean' if self.mean else 'sum'} of the ranks in {self._listed(title)}, lowest first"
        )

    def keys(self, values: Values, better: Better) -> list[Floats]:
        """What the rows are sorted by."""
        total = np.sum([ranks(ascending(term, values, better)) for term in self.terms], axis=0)
        return [total / len(self.terms) if self.mean else total]


class BestRank(Rule):
    """By the best of the ranks in several terms; among equals by the mean of all of them.

    So NTIRE 2026 orders image super-resolution over its two tracks. Equal values share the lowest
    rank of their group, as places do.
    """

    def _words(self, title: Titles) -> str:
        return f"best of the ranks in {self._listed(title)}, then their mean, lowest first"

    def keys(self, values: Values, better: Better) -> list[Floats]:
        """What the rows are sorted by."""
        found = np.array([ranks(ascending(t, values, better), "min") for t in self.terms])
        return [found.min(0), found.mean(0)]


class Borda(Rule):
    """By Borda points, the most first: one for each row that a row beats in a term, ½ for a tie.

    With ``missing="last"`` a row that lacks a value has no points in that term.
    """

    def _words(self, title: Titles) -> str:
        return f"Borda points in {self._listed(title)}, most first"

    def keys(self, values: Values, better: Better) -> list[Floats]:
        """What the rows are sorted by."""
        return [-np.sum([_points(ascending(t, values, better)) for t in self.terms], axis=0)]

    def shown(self, key: Floats) -> Floats | None:
        """The key with its sign turned, highest first."""
        return -key


@dataclass(frozen=True)
class Composite(Rule):
    """By one formula of columns, the highest first: ``psnr+10*ssim-5*lpips``.

    It is computed from the means, or with `per_image` of each image and averaged (NTIRE 2026
    multi-exposure fusion): then `values` have a column of that name, unless it is linear.
    """

    per_image: bool = False

    @property
    def formula(self) -> Formula:
        """The formula."""
        (term,) = self.terms
        return Formula(str(term))

    @property
    def directed(self) -> tuple[str, ...]:
        """The columns that break ties; the formula's own have signs."""
        return tuple(term for term in self.ties if isinstance(term, str))

    def _words(self, title: Titles) -> str:
        how = "mean over images of " if self.per_image else ""
        return f"{how}{self.formula.words(title)}, highest first"

    def keys(self, values: Values, better: Better) -> list[Floats]:
        """What the rows are sorted by; `OptionError` where it needs images and there are none."""
        if not self.per_image or self.formula.is_linear:
            return [-_computed(self.formula, values)]
        if self.formula.text not in values:
            msg = f"its formula {self.formula.text} needs the scores of single images"
            raise OptionError(f"{msg}, and there are means alone")
        return [-rounded(values[self.formula.text])]

    def shown(self, key: Floats) -> Floats | None:
        """The key with its sign turned, highest first."""
        return -key


def ascending(term: Term, values: Values, better: Better) -> Floats:
    """A term of each row, so that lower is better."""
    if isinstance(term, Formula):
        return -_computed(term, values)
    found = rounded(values[term])
    return -found if better[term] else found


def columns_of(term: Term) -> tuple[str, ...]:
    """The columns that a term reads."""
    return term.columns if isinstance(term, Formula) else (term,)


def _term_words(term: Term, title: Titles) -> str:
    return term.words(title) if isinstance(term, Formula) else title(term)


def _computed(formula: Formula, values: Values) -> Floats:
    found = formula.value({name: values[name] for name in formula.columns})
    return rounded(np.broadcast_to(np.asarray(found, np.float64), len(values.labels)))


def _points(lower: Floats) -> Floats:
    return np.where(np.isnan(lower), 0.0, len(lower) - ranks(lower))
