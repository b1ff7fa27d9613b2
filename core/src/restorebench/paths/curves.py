"""Scalar functions of time: what a path is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Reals: TypeAlias = NDArray[np.float64]

Real: TypeAlias = float | Reals
"""A float64 number, or an array of them."""

Curve: TypeAlias = Callable[[Real], Real]
"""A function of time t in [0, 1]; an array gives an array of the same shape."""

_STEP = 1e-4


def zero(t: Real) -> Real:
    """0 for all t."""
    return np.zeros_like(t, np.float64)


def one(t: Real) -> Real:
    """1 for all t."""
    return np.ones_like(t, np.float64)


def snapped(u: Real) -> Reals | np.float64:
    """`u` with values within 1e-9 of a whole number moved onto it: k/T·T is to be k."""
    if isinstance(u, float):  # what samplers ask for: no array is made of it
        nearest = round(u)
        return np.float64(nearest if abs(u - nearest) < 1e-9 else u)
    u = np.asarray(u, np.float64)
    whole = np.rint(u)
    return np.where(np.abs(u - whole) < 1e-9, whole, u)


@dataclass(frozen=True, eq=False)
class Nodes:
    """The straight line through `values`, ``(T+1,)``, which stand at t = 0, 1/T, …, 1."""

    values: Reals

    @property
    def steps(self) -> int:
        """T."""
        return len(self.values) - 1

    @cached_property
    def _places(self) -> Reals:
        return np.arange(self.steps + 1, dtype=np.float64)

    def __call__(self, t: Real) -> Real:
        """The value at t."""
        value: Real = np.interp(snapped(t * self.steps), self._places, self.values)
        return value

    def rate(self, t: Real) -> Real:
        """The derivative at t; at a node that of the interval before it, as reverse steps need."""
        interval = np.clip(np.ceil(snapped(t * self.steps)).astype(int), 1, self.steps)
        rate: Real = (self.values[interval] - self.values[interval - 1]) * self.steps
        return rate


def derivative(curve: Curve) -> Curve:
    """d/dt of a smooth `curve`: central and of fourth order, at the ends one-sided and of second.

    Only for paths that give no derivative themselves; a curve with kinks needs its own.
    """

    def slope(t: Real) -> Real:
        t, h = np.asarray(t, np.float64), _STEP
        m = np.clip(t, 2 * h, 1 - 2 * h)
        inside = (8 * (curve(m + h) - curve(m - h)) - (curve(m + 2 * h) - curve(m - 2 * h))) / 12
        d = np.where(t < 0.5, h, -h)
        end = np.clip(t, 0, 1)
        edge = (4 * curve(end + d) - curve(end + 2 * d) - 3 * curve(end)) / 2 * np.sign(d)
        value: Real = np.where(m == t, inside, edge) / h
        return value

    return slope


def inverse(curve: Curve, value: Real) -> Real:
    """The t in [0, 1] at which a falling `curve` has `value`; beyond its range the nearer end."""
    value = np.asarray(value, np.float64)
    low, high = np.zeros_like(value), np.ones_like(value)
    for _ in range(90):  # halves until the interval is far below the last bit of any t > 1e-10
        middle = (low + high) / 2
        above = np.asarray(curve(middle)) > value
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    found = np.where(np.asarray(curve(np.ones_like(value))) >= value, 1.0, (low + high) / 2)
    t: Real = np.where(np.asarray(curve(np.zeros_like(value))) <= value, 0.0, found)
    return t
