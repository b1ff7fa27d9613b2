"""Ranking rules as text: ``psnr``, ``rank-sum:psnr,ssim,lpips,mos,tie=mos``, or a rule's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import cast, get_args

from restorebench.errors import OptionError
from restorebench.leaderboard.ranking.challenges import challenge_rules
from restorebench.leaderboard.ranking.formula import Formula
from restorebench.leaderboard.ranking.rules import (
    BestRank,
    Borda,
    ByColumn,
    Composite,
    Missing,
    RankSum,
    Rule,
    Term,
)
from restorebench.registry import nearest

FORMS = (
    "COLUMN",
    "rank-sum:COLUMN,…[,tie=COLUMN][,missing=last]",
    "mean-rank:…",
    "best-rank:…",
    "borda:…",
    "composite:psnr+10*ssim-5*lpips",
    "per-image:…",
)
"""How a rule may be written, for messages and help."""

_COLUMN = re.compile(r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")


def parse_rule(text: str) -> Rule:
    """The rule that `text` names or spells; raises `OptionError` listing the possible forms."""
    kind, colon, rest = "".join(text.split()).partition(":")
    if not colon and _COLUMN.fullmatch(kind):
        return ByColumn((kind,))
    if not colon and _NAME.fullmatch(kind):
        return _of_challenge(kind)
    if kind in _KINDS and rest:
        return _KINDS[kind](rest, text)
    msg = f"{text!r} is not a ranking rule; write {', '.join(FORMS)}, or a challenge's rule"
    raise OptionError(f"{msg} ({', '.join(challenge_rules())})")


def _of_challenge(name: str) -> Rule:
    known = challenge_rules()
    if name not in known:
        msg = f"no ranking rule is called {name!r}; {nearest(name, known)}; or spell one: "
        raise OptionError(msg + ", ".join(FORMS))
    found = known[name]
    if not found.rule:
        about = f" ({found.note})" if found.note else ""
        msg = f"the ranking rule of {found.challenge} is not known{about}; spell the one you mean, "
        raise OptionError(f"{msg}such as rank-sum:psnr,ssim,lpips")
    return replace(parse_rule(found.rule), note=found.about)


def _column(rest: str, text: str) -> Rule:
    terms, ties, _ = _split(rest, text, {"tie"})
    if len(terms) != 1 or isinstance(terms[0], Formula):
        msg = f"{text!r} names {len(terms)} columns or a formula; rank by one column, or use "
        raise OptionError(f"{msg}rank-sum:… or composite:…")
    return ByColumn(terms, ties)


def _several(kind: Callable[..., Rule], **more: bool) -> Callable[[str, str], Rule]:
    def rule(rest: str, text: str) -> Rule:
        terms, ties, options = _split(rest, text, {"tie", "missing"})
        if not terms:
            msg = f"{text!r} names no column"
            raise OptionError(msg)
        return kind(terms, ties, _missing(options, text), **more)

    return rule


def _composite(per_image: bool) -> Callable[[str, str], Rule]:
    def rule(rest: str, text: str) -> Rule:
        terms, ties, _ = _split(rest, text, {"tie"})
        if len(terms) != 1:
            msg = f"{text!r} is a rule of one formula, such as psnr+10*ssim-5*lpips"
            raise OptionError(msg)
        # A bare column is a formula here: its sign says which way is better.
        return Composite((_formula(str(terms[0])),), ties, per_image=per_image)

    return rule


def _split(
    rest: str, text: str, known: set[str]
) -> tuple[tuple[Term, ...], tuple[Term, ...], dict[str, str]]:
    """Terms, those that break ties, and other options."""
    terms: list[Term] = []
    ties: list[Term] = []
    options: dict[str, str] = {}
    for part in _parts(rest):
        key, equals, value = part.partition("=")
        if equals and key == "tie" and value:
            ties.append(_term(value))
        elif equals and key in known and value:
            options[key] = value
        elif not equals and part and (term := _term(part)) not in terms:
            terms.append(term)
        else:
            msg = f"{text!r}: {part!r} is neither a new column nor one of {', '.join(known)}=…"
            raise OptionError(msg)
    return tuple(terms), tuple(ties), options


def _parts(rest: str) -> Iterator[str]:
    """What commas separate, except those inside parentheses."""
    depth, start = 0, 0
    for place, character in enumerate(rest):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            yield rest[start:place]
            start = place + 1
    yield rest[start:]


def _term(part: str) -> Term:
    """A column or a formula; raises `OptionError` where it is neither."""
    return part if _COLUMN.fullmatch(part) else _formula(part)


def _formula(part: str) -> Formula:
    formula = Formula(part)
    if not formula.columns:
        msg = f"{part!r} names no column, so that it cannot rank"
        raise OptionError(msg)
    return formula


def _missing(options: Mapping[str, str], text: str) -> Missing:
    value = options.get("missing", "unranked")
    if value not in get_args(Missing):
        msg = f"{text!r}: missing= takes unranked or last, not {value}"
        raise OptionError(msg)
    return cast(Missing, value)


_KINDS: Mapping[str, Callable[[str, str], Rule]] = MappingProxyType(
    {
        "column": _column,
        "rank-sum": _several(RankSum),
        "mean-rank": _several(RankSum, mean=True),
        "best-rank": _several(BestRank),
        "borda": _several(Borda),
        "composite": _composite(per_image=False),
        "per-image": _composite(per_image=True),
    }
)
