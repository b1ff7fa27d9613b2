"""Structural similarity (Wang, Bovik, Sheikh and Simoncelli, IEEE TIP 2004), float64, by tiles."""

from __future__ import annotations

import math
from typing import Any, get_args

from restorebench.errors import ProtocolError
from restorebench.metrics.channels import planes
from restorebench.metrics.metric import Mask, Metric, whole_picture_only
from restorebench.metrics.protocol import Measure
from restorebench.metrics.tiles import Padding, tiles
from restorebench.metrics.windows import Window, window
from restorebench.types import Pixels

L = 255
"""The dynamic range."""

C1, C2 = (0.01 * L) ** 2, (0.03 * L) ** 2
"""The paper's constants, K₁ = 0.01 and K₂ = 0.03."""


class Ssim(Metric):
    """The mean of eq. 13's map over all pixels and channels; 1 for equal pictures and only then.

    Options, all to be stated: `window` (``"gaussian-11-1.5"``, ``"uniform-7"``, or
    ``"3d-gaussian-11-1.5"``, which runs over the channels too), `covariance` (``"population"``, or
    ``"sample"``: ×N/(N−1)) and `padding` (``"valid"``, ``"reflect"``, ``"replicate"``).
    """

    def compute(
        self, prediction: Pixels, target: Pixels, region: Mask | None, measure: Measure
    ) -> float:
        """Mean SSIM of one view, ``(3, H, W)``."""
        whole_picture_only(region, measure)
        w, padding = window(measure.option("window")), _padding(measure)
        local = LocalSsim(w, _covariance_factor(w, measure))
        sums, count = [], 0
        for rows, columns in tiles((target.shape[1], target.shape[2]), w.radius, padding):
            x, y = (
                planes(p[:, rows][:, :, columns], measure.channels) for p in (prediction, target)
            )
            for total, pixels in local.sums(x, y):
                sums.append(total)
                count += pixels
        return math.fsum(sums) / count


class LocalSsim:
    """Sums of the SSIM map of one tile after another, in buffers that are used again.

    With u = x + y and v = x − y, four filtered fields (u, v, u², v²) hold all that the map needs:
    2 μx μy = (μu² − μv²)/2, μx² + μy² = (μu² + μv²)/2, and the same for the (co)variances.
    For equal pictures v = 0, and numerator and denominator are the same numbers.
    """

    def __init__(self, window: Window, covariance_factor: float) -> None:
        self._window = window
        self._factor = covariance_factor
        self._buffers: dict[tuple[int, int], _Buffers] = {}

    def sums(self, x: Any, y: Any) -> list[tuple[float, int]]:
        """The sum and the size of the map, channel by channel; `x` and `y` are ``(C, h, w)``."""
        import torch

        x, y = torch.from_numpy(x), torch.from_numpy(y)
        shape = (x.shape[1], x.shape[2])
        if shape not in self._buffers:
            self._buffers[shape] = _Buffers(shape, self._window.radius)
        buffers = self._buffers[shape]
        mixing = self._window.mixing(len(x))
        if mixing is None:
            return [self._sum(buffers.load(x[c], y[c]), buffers) for c in range(len(x))]
        fields = torch.stack([buffers.load(x[c], y[c]).clone() for c in range(len(x))])
        mixed = torch.tensordot(torch.from_numpy(mixing), fields, dims=1)
        return [self._sum(channel, buffers) for channel in mixed]

    def _sum(self, fields: Any, buffers: _Buffers) -> tuple[float, int]:
        """Filter the fields ``(4, h, w)`` along both axes, and sum their map."""
        taps = self._window.taps
        _filter(fields, 1, taps, out=buffers.halfway, spare=buffers.halfway_spare)
        _filter(buffers.halfway, 2, taps, out=buffers.filtered, spare=buffers.spare)
        u, v, uu, vv = buffers.filtered
        u.square_()
        v.square_()
        uu.sub_(u).mul_(self._factor)
        vv.sub_(v).mul_(self._factor)
        numerator = (u - v).add_(2 * C1).mul_((uu - vv).add_(2 * C2))
        denominator = u.add_(v).add_(2 * C1).mul_(uu.add_(vv).add_(2 * C2))
        # numpy's sum does not depend on the number of threads, torch's does
        return float(numerator.div_(denominator).numpy().sum()), numerator.numel()


class _Buffers:
    """The working memory of tiles of one shape, halo included."""

    def __init__(self, shape: tuple[int, int], radius: int) -> None:
        import torch

        (h, w), halo = shape, 2 * radius
        self._fields, self.halfway, self.halfway_spare, self.filtered, self.spare = (
            torch.empty(4, *size, dtype=torch.float64)
            for size in ((h, w), *[(h - halo, w)] * 2, *[(h - halo, w - halo)] * 2)
        )

    def load(self, x: Any, y: Any) -> Any:
        """The four fields u, v, u², v² of one channel."""
        import torch

        fields = self._fields
        torch.add(x, y, out=fields[0])
        torch.sub(x, y, out=fields[1])
        torch.square(fields[:2], out=fields[2:])
        return fields


def _filter(fields: Any, axis: int, taps: tuple[float, ...], *, out: Any, spare: Any) -> None:
    """Correlate along one axis with symmetric taps, which halves the multiplications."""
    import torch

    radius, extent = len(taps) // 2, out.shape[axis]
    torch.mul(fields.narrow(axis, radius, extent), taps[radius], out=out)
    for i in range(radius):
        mirrored = fields.narrow(axis, 2 * radius - i, extent)
        torch.add(fields.narrow(axis, i, extent), mirrored, out=spare)
        out.add_(spare, alpha=taps[i])


def _padding(measure: Measure) -> Padding:
    padding = measure.option("padding")
    for known in get_args(Padding):
        if padding == known:
            return known  # type: ignore[no-any-return]
    msg = f"unknown SSIM padding {padding!r}; there are {', '.join(get_args(Padding))}"
    raise ProtocolError(msg)


def _covariance_factor(window: Window, measure: Measure) -> float:
    covariance = measure.option("covariance")
    if covariance == "population":
        return 1.0
    if covariance == "sample":
        return window.pixels / (window.pixels - 1)
    msg = f"the covariance of an SSIM is 'population' or 'sample', not {covariance!r}"
    raise ProtocolError(msg)


metric = Ssim()
