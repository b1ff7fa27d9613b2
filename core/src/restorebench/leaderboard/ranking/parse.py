"""Ranking rules as text: ``psnr``, ``rank-sum:psnr,ssim,lpips,mos,tie=mos``, or a rule's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import cast, get_args

from restorebench.errors import OptionError
from restorebench.leaderboard.ranking.places import (
    Borda,
    ByColumn,
    Composite,
    Missing,
    RankSum,
    Rule,
)

FORMS = (
    "COLUMN",
    "rank-sum:COLUMN,…[,tie=COLUMN][,missing=last]",
    "mean-rank:…",
    "borda:…",
    "composite:psnr+10*ssim-5*lpips",
)
"""How a rule may be written, for messages and help."""

_COLUMN = re.compile(r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*")
_TERM = re.compile(r"([+-]?)(?:(\d+(?:\.\d*)?|\.\d+)\*)?([A-Za-z]\w*)")

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        # The order of the report's table follows from its four printed ranks.
        "ntire-2024-dehazing": RankSum(("psnr", "ssim", "lpips", "mos"), tie_break="mos"),
        "ntire-2024-shadow-perceptual": ByColumn("mos"),
        "ntire-stereo": ByColumn("psnr"),
        "ntire-2025-raindrop": Composite(((1, "psnr"), (10, "ssim"), (-5, "lpips"))),
    }
)
"""Rules of challenges, by name."""


def parse_rule(text: str) -> Rule:
    """The rule that `text` names or spells; raises `OptionError` listing the possible forms."""
    kind, colon, rest = "".join(text.split()).partition(":")
    if not colon and kind in RULES:
        return RULES[kind]
    if not colon and _COLUMN.fullmatch(kind):
        return ByColumn(kind)
    if kind in _KINDS and rest:
        return _KINDS[kind](rest, text)
    forms = ", ".join(FORMS)
    msg = f"{text!r} is not a ranking rule; write {forms}, or one of {', '.join(RULES)}"
    raise OptionError(msg)


def _column(rest: str, text: str) -> Rule:
    columns, more = _split(rest, text, {"tie"})
    if len(columns) != 1:
        msg = f"{text!r} names {len(columns)} columns; rank by one, or use rank-sum:…"
        raise OptionError(msg)
    return ByColumn(columns[0], more.get("tie", ""))


def _ranks(mean: bool) -> Callable[[str, str], Rule]:
    def rule(rest: str, text: str) -> Rule:
        columns, more = _split(rest, text, {"tie", "missing"})
        return RankSum(columns, more.get("tie", ""), mean, _missing(more, text))

    return rule


def _borda(rest: str, text: str) -> Rule:
    columns, more = _split(rest, text, {"tie", "missing"})
    return Borda(columns, more.get("tie", ""), _missing(more, text))


def _composite(rest: str, text: str) -> Rule:
    formula, comma, more = rest.partition(",")
    terms: list[tuple[float, str]] = []
    end = 0
    for found in _TERM.finditer(formula):
        if found.start() != end or (terms and not found[1]):
            break
        end = found.end()
        weight = float(found[2] or 1)
        terms.append((-weight if found[1] == "-" else weight, found[3]))
    if end != len(formula) or not terms:
        msg = f"{text!r}: {formula!r} is not a sum such as psnr+10*ssim-5*lpips"
        raise OptionError(msg)
    _, options = _split(more, text, {"tie"}) if comma else ((), {})
    return Composite(tuple(terms), options.get("tie", ""))


def _split(rest: str, text: str, known: set[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    columns: list[str] = []
    options: dict[str, str] = {}
    for part in rest.split(","):
        key, equals, value = part.partition("=")
        if equals and key in known and value:
            options[key] = value
        elif not equals and _COLUMN.fullmatch(part) and part not in columns:
            columns.append(part)
        else:
            msg = f"{text!r}: {part!r} is neither a new column nor one of {', '.join(known)}=…"
            raise OptionError(msg)
    return tuple(columns), options


def _missing(options: Mapping[str, str], text: str) -> Missing:
    value = options.get("missing", "unranked")
    if value not in get_args(Missing):
        msg = f"{text!r}: missing= takes unranked or last, not {value}"
        raise OptionError(msg)
    return cast(Missing, value)


_KINDS: Mapping[str, Callable[[str, str], Rule]] = {
    "column": _column,
    "rank-sum": _ranks(mean=False),
    "mean-rank": _ranks(mean=True),
    "borda": _borda,
    "composite": _composite,
}
