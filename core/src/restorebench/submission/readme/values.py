"""Numbers in a readme: read right after their label and with a unit, or not at all.

Every pattern here is linear in the text, which strangers write.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from restorebench.submission.archive.finding import shown

SECONDS: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0)
    | dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 1e-3)
    | dict.fromkeys(("us", "µs", "μs", "microsecond", "microseconds"), 1e-6)
    | dict.fromkeys(("min", "mins", "minute", "minutes"), 60.0)
    | dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0)
)
"""Units of time, in seconds."""
COUNTS: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("k", "thousand"), 1e3)
    | dict.fromkeys(("m", "mio", "million", "millions"), 1e6)
    | dict.fromkeys(("g", "b", "billion", "billions"), 1e9)
)
"""Units of counts of parameters."""

_NUMBER = re.compile(
    r"(?:[~≈]|about |approx\. |approx |around |ca\. ?)? ?\+?"
    r"(?P<number>[0-9]{1,15}(?:[.,][0-9]{1,20})?(?:[eE][-+]?[0-9]{1,3})?)(?![0-9]|[.,][0-9])"
)
_UNIT = re.compile(r" ?[(\[]? ?(?P<unit>[a-zµμ]{1,12})\.?(?![a-z0-9]) ?[)\]]?", re.IGNORECASE)
_EACH = re.compile(
    r" ?(?:/|per|for each) ?(?:image|img|frame|pair|video|sample)s?\b", re.IGNORECASE
)
_ASIDE = re.compile(
    r" ?(?:[(\[,;@±]|\+-|\+/-|(?:on|with|using|at|by|average|avg)\b)", re.IGNORECASE
)
"""How words may begin that stand behind a number without changing it."""
_RATE = re.compile(r"\b(?:fps|hz)\b|(?:/|\bper ) ?s(?:ec|econd)?\b", re.IGNORECASE)
_LONGEST = 1e9
"""Seconds; what says more is a joke, or an attack on what computes with it."""
_MOST = 1e15
"""Parameters, likewise."""
_IN_LABEL = re.compile(r"(?:[(\[]| in ) ?([a-zµμ]{1,12}) ?(?:[)\]]|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Quantity:
    """A number that a line states, None where it states none; and what the team should know."""

    value: float | None
    note: str = ""


def seconds(label: str, value: str) -> Quantity:
    """A time: ``1.69`` under a label with a unit, else ``1.69 s``, ``169 ms/image``, ``2 min``."""
    found = _quantity(value, SECONDS)
    if found is None:
        return Quantity(None, f"the runtime {shown(value)!r} is not a number of seconds")
    number, unit, rest = found
    stated = _unit_of_label(label, SECONDS)
    if unit is None and stated is None:
        what = f"the runtime {shown(value)!r} has no unit"
        return Quantity(None, f"{what}; it is not read: write 'runtime per image [s] : 1.69'")
    result = number * SECONDS[str(unit or stated)]
    if not result <= _LONGEST:
        return Quantity(None, f"the runtime {shown(value)!r} cannot be meant; it is not read")
    if unit and SECONDS[stated or unit] not in {1, SECONDS[unit]}:
        which = f"in {unit} under a label in {stated}"
        return Quantity(result, f"the runtime is given {which}; read as {result:g} s")
    unit = unit or stated
    if SECONDS[str(unit)] != 1:
        note = "milliseconds" if SECONDS[str(unit)] == 1e-3 else str(unit)
        return Quantity(result, f"the runtime is given in {note}; read as {result:g} s")
    return Quantity(result, _left(rest, f"the runtime is read as {result:g} s"))


def count(label: str, value: str) -> Quantity:
    """A number of parameters: ``23.1 M``, ``23.1`` under ``Parameters [M]``, or all its digits."""
    stated = _unit_of_label(label, COUNTS)
    whole = re.fullmatch(r"[0-9]{1,3}(?:[, ][0-9]{3}){1,6}|[0-9]{4,18}", value)
    if whole is not None and stated is None:
        return _parameters(float(re.sub("[, ]", "", value)), value)
    found = None if whole is not None else _quantity(value, COUNTS)  # of millions, or in full?
    unit = None if found is None else found[1] or stated
    if found is None or unit is None:
        what = f"the parameters {shown(value)!r} are not a number with its unit"
        return Quantity(None, f"{what}; they are not read: write '23.1 M'")
    return _parameters(found[0] * COUNTS[unit], value, found[2])


def _parameters(number: float, value: str, rest: str = "") -> Quantity:
    if not number <= _MOST:
        return Quantity(None, f"so many parameters, {shown(value)!r}, cannot be meant")
    return Quantity(round(number), _left(rest, f"the parameters are read as {round(number):,}"))


QUANTITIES = {"runtime": seconds, "parameters": count}


def _quantity(value: str, units: Mapping[str, float]) -> tuple[float, str | None, str] | None:
    """Number, unit and the words behind; None where those may mean something else."""
    text = " ".join(value.split())
    if (start := _NUMBER.match(text)) is None:
        return None
    digits = start["number"]
    if re.fullmatch(r"[1-9][0-9]{0,2},[0-9]{3}", digits):  # a decimal comma, or thousands?
        return None
    number = float(digits.replace(",", "."))
    rest, unit = text[start.end() :], None
    if (named := _UNIT.match(rest)) is not None and named["unit"].lower() in units:
        unit, rest = named["unit"].lower(), rest[named.end() :]
    if (each := _EACH.match(rest)) is not None:
        rest = rest[each.end() :]
    rest = rest.rstrip(" .")
    if not math.isfinite(number) or _RATE.search(rest) or (rest and not _ASIDE.match(rest)):
        return None
    return number, unit, rest


def _unit_of_label(label: str, units: Mapping[str, float]) -> str | None:
    """The unit in a label such as ``runtime per image [s]`` or ``Parameters (M)``."""
    found = (match[1].lower() for match in _IN_LABEL.finditer(label))
    return next((unit for unit in found if unit in units), None)


def _left(rest: str, read: str) -> str:
    return f"{read}; {shown(rest.strip())!r} is left" if rest else ""
