"""What SSIM and PSNR spend their time in, compiled by numba (the extra ``fast``).

The order of all additions is that of `separable` and `ssim`, and nothing is contracted or
reassociated: the results are the same bits. Imported by `native` alone.

For LLVM to unroll the taps and to see what does not overlap, how many taps there are is part of
a type (a tuple's), and rows lie a constant apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

from restorebench.metrics.tiles import COLUMNS

F = TypeVar("F", bound=Callable[..., None])

STRIDE = COLUMNS + 32
"""Values from a row to the next: a tile's columns, and more than a halo has."""

ROWS = 32
"""Rows that are filtered before the next ones are read: what belongs to them stays in the cache."""


def _compiled(function: F) -> F:
    made: Any = njit(nogil=True, error_model="numpy", cache=True)(function)
    return cast(F, made)


@_compiled
def _set_fields(x: Any, y: Any, u: Any, v: Any) -> None:
    """u = x + y and v = x − y of some rows."""
    for i in range(x.shape[0]):
        a, b, total, difference = x[i], y[i], u[i * STRIDE :], v[i * STRIDE :]
        for j in range(a.size):
            p, q = u.dtype.type(a[j]), u.dtype.type(b[j])
            total[j] = p + q
            difference[j] = p - q


@_compiled
def _filter_rows(field: Any, taps: Any, weights: Any, out: Any, squares: Any) -> None:
    """The first row of a field, and of its square, filtered with those that follow."""
    radius = len(taps) // 2
    for j in range(STRIDE):
        middle = field[j + radius * STRIDE]
        mean = np.float64(middle) * weights[radius]
        square = np.float64(middle * middle) * weights[radius]
        for k in range(radius):
            above, below = field[j + k * STRIDE], field[j + (2 * radius - k) * STRIDE]
            mean += np.float64(above + below) * weights[k]
            square += np.float64(above * above + below * below) * weights[k]
        out[j] = mean
        squares[j] = square


@_compiled
def _filter_columns(row: Any, taps: Any, weights: Any, out: Any) -> None:
    radius = len(taps) // 2
    for j in range(out.size):
        mean = row[j + radius] * weights[radius]
        for k in range(radius):
            mean += (row[j + k] + row[j + 2 * radius - k]) * weights[k]
        out[j] = mean


@_compiled
def _add_map(means: Any, factor: float, c1: float, c2: float, out: Any) -> None:
    mu_u, mu_uu, mu_v, mu_vv = means[0], means[1], means[2], means[3]
    for j in range(out.size):
        u, v = mu_u[j] * mu_u[j], mu_v[j] * mu_v[j]
        uu, vv = (mu_uu[j] - u) * factor, (mu_vv[j] - v) * factor
        numerator = (u - v + 2 * c1) * (uu - vv + 2 * c2)
        out[j] += numerator / ((u + v + 2 * c1) * (uu + vv + 2 * c2))


_FLAT, _NUMBER = "float64[::1]", "float64"


@njit(
    [
        f"{_FLAT}({kind}[:, ::1], {kind}[:, ::1], {field}[:, ::1], UniTuple({_NUMBER}, {taps}), "
        f"{_FLAT}, {_NUMBER}, {_NUMBER}, {_NUMBER})"
        for kind, field in (("uint8", "float32"), (_NUMBER, _NUMBER))
        for taps in (7, 11)
    ],
    nogil=True,
    error_model="numpy",
    cache=True,
)
def _columns(
    x: Any, y: Any, fields: Any, taps: Any, weights: Any, factor: float, c1: float, c2: float
) -> Any:
    ends = len(taps) - 1
    height, width = x.shape[0] - ends, x.shape[1] - ends
    columns, means = np.zeros(width), np.empty((4, width))
    rows = np.empty((2, STRIDE))
    for top in range(0, height, ROWS):
        stop = min(top + ROWS, height)
        _set_fields(x[top : stop + ends], y[top : stop + ends], fields[0], fields[1])
        for i in range(stop - top):
            for k in range(2):
                _filter_rows(fields[k, i * STRIDE :], taps, weights, rows[0], rows[1])
                _filter_columns(rows[0], taps, weights, means[2 * k])
                _filter_columns(rows[1], taps, weights, means[2 * k + 1])
            _add_map(means, factor, c1, c2, columns)
    return columns


def ssim_columns(
    x: Any, y: Any, taps: tuple[float, ...], factor: float, c1: float, c2: float
) -> Any:
    """The sums down the columns of the SSIM map of one channel, ``(h, w)`` with its halo.

    Of 8 bit, sums and squares of two values are whole numbers below 2²⁴, exact in float32.
    """
    kind = np.float32 if x.dtype == np.uint8 else np.float64
    fields = np.zeros((2, (ROWS + len(taps) - 1) * STRIDE), kind)
    return _columns(x, y, fields, taps, np.array(taps), factor, c1, c2)


@njit("int64(uint8[:, ::1], uint8[:, ::1])", nogil=True, cache=True)
def squared_error(x: Any, y: Any) -> Any:
    """The sum of squared differences of one channel, ``(h, w)``."""
    total = np.int64(0)
    for i in range(x.shape[0]):
        a, b = x[i], y[i]
        for j in range(x.shape[1]):
            d = np.int32(a[j]) - np.int32(b[j])
            total += np.int64(d * d)
    return total
