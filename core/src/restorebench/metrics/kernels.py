"""What SSIM and PSNR spend their time in, compiled by numba (the extra ``fast``).

The order of all additions is that of `separable` and `ssim`, and nothing is contracted or
reassociated: the results are the same bits. Imported by `native` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

F = TypeVar("F", bound=Callable[..., None])


def _compiled(function: F) -> F:
    made: Any = njit(nogil=True, error_model="numpy", cache=True)(function)
    return cast(F, made)


@_compiled
def _filtered_rows(ring: Any, row: int, taps: Any, out: Any) -> None:
    """Filter down the last rows that `ring` holds, the newest of which is `row`."""
    n, radius = taps.size, taps.size // 2
    middle = ring[(row - radius) % n]
    for j in range(out.size):
        out[j] = middle[j] * taps[radius]
    for k in range(radius):
        above, below, tap = ring[(row - 2 * radius + k) % n], ring[(row - k) % n], taps[k]
        for j in range(out.size):
            out[j] += (above[j] + below[j]) * tap


@_compiled
def _filtered_columns(row: Any, taps: Any, out: Any) -> None:
    radius = taps.size // 2
    middle = row[radius:]
    for j in range(out.size):
        out[j] = middle[j] * taps[radius]
    for k in range(radius):
        left, right, tap = row[k:], row[2 * radius - k :], taps[k]
        for j in range(out.size):
            out[j] += (left[j] + right[j]) * tap


@_compiled
def _add_map(means: Any, factor: float, c1: float, c2: float, out: Any) -> None:
    mu_u, mu_v, mu_uu, mu_vv = means[0], means[1], means[2], means[3]
    for j in range(out.size):
        u, v = mu_u[j] * mu_u[j], mu_v[j] * mu_v[j]
        uu, vv = (mu_uu[j] - u) * factor, (mu_vv[j] - v) * factor
        numerator = (u - v + 2 * c1) * (uu - vv + 2 * c2)
        out[j] += numerator / ((u + v + 2 * c1) * (uu + vv + 2 * c2))


_FLAT, _NUMBER = "float64[::1]", "float64"


@njit(
    [
        f"{_FLAT}({kind}[:, ::1], {kind}[:, ::1], {_FLAT}, {_NUMBER}, {_NUMBER}, {_NUMBER})"
        for kind in ("uint8", _NUMBER)
    ],
    nogil=True,
    error_model="numpy",
    cache=True,
)
def ssim_columns(x: Any, y: Any, taps: Any, factor: float, c1: float, c2: float) -> Any:
    """The sums down the columns of the SSIM map of one channel, ``(h, w)`` with its halo."""
    n, width = taps.size, x.shape[1]
    columns = np.zeros(width - n + 1)
    ring, row = np.empty((4, n, width)), np.empty(width)
    means = np.empty((4, columns.size))
    for i in range(x.shape[0]):
        u, v, uu, vv = ring[0, i % n], ring[1, i % n], ring[2, i % n], ring[3, i % n]
        a, b = x[i], y[i]
        for j in range(width):
            p, q = np.float64(a[j]), np.float64(b[j])
            u[j] = p + q
            v[j] = p - q
            uu[j] = u[j] * u[j]
            vv[j] = v[j] * v[j]
        if i < n - 1:
            continue
        for k in range(4):
            _filtered_rows(ring[k], i, taps, row)
            _filtered_columns(row, taps, means[k])
        _add_map(means, factor, c1, c2, columns)
    return columns


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
