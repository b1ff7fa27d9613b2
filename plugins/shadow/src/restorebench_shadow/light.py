"""Two lights, the sun's and the sky's, and what is left of them in a shadow; linear light.

A surface of reflectance R is lit by the direct light D of the sun and the ambient light S of the
sky, per colour channel c: ``J = R (D + S)``. Where an occluder leaves only the share v of the sun's
disc visible, things round about also hide the sky, all but a share κ of it in full shadow; in its
place one sees them, and they reflect the part ρ_c of the sky's light. So the camera gets

    I_c = J_c (v + (1 − v) ℓ_c),   ℓ_c = a_c (κ + (1 − κ) ρ_c),   a_c = S_c / (D_c + S_c)

v = 1 leaves J as it is, and v = 0 multiplies it by ℓ. The sky is bluer than the sun, hence
a_r < a_g < a_b. With κ = 1 this is the two-light model of Guo, Dai & Hoiem (TPAMI 2013),
whose r is ``D / S = 1/a − 1``. There is no sensor noise and no further bounce of light: the pairs
are clean on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from restorebench.errors import OptionError
from restorebench.types import Array

Vector: TypeAlias = NDArray[np.float64]
"""One number per colour channel, or per axis, ``(3,)``."""

_SRGB_FROM_XYZ = np.array(
    [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
)


def daylight(kelvin: float) -> Vector:
    """Linear sRGB of daylight of luminance 1, ``(3,)``, for 4000 to 25000 K.

    CIE 15 (Judd, MacAdam & Wyszecki, JOSA 1964) gives the chromaticity, IEC 61966-2-1 the matrix.
    Raises `OptionError` outside that range.
    """
    if not 4000.0 <= kelvin <= 25000.0:
        msg = f"daylight of {kelvin:g} K is not defined; choose 4000 to 25000 K"
        raise OptionError(msg)
    u = 1e3 / kelvin
    if kelvin <= 7000.0:
        x = -4.6070 * u**3 + 2.9678 * u**2 + 0.09911 * u + 0.244063
    else:
        x = -2.0064 * u**3 + 1.9018 * u**2 + 0.24748 * u + 0.237040
    y = -3.0 * x**2 + 2.870 * x - 0.275
    rgb: Vector = _SRGB_FROM_XYZ @ np.array([x / y, 1.0, (1.0 - x - y) / y])
    return rgb


@dataclass(frozen=True)
class Daylight:
    """The light of a clear day: `sun` and `sky` in kelvin, `share` of luminance from the sky."""

    sun: float
    sky: float
    share: float

    def ambient(self) -> Vector:
        """The ambient share per channel, ``a_c = S_c / (D_c + S_c)``, ``(3,)``."""
        D = (1.0 - self.share) * daylight(self.sun)
        S = self.share * daylight(self.sky)
        return S / (D + S)


def left_over(a: Vector, kappa: Array, rho: Vector) -> Array:
    """ℓ: what is left of the light in full shadow, ``(3, H, W)``.

    `a` is the ambient share and `rho` the reflectance of what hides the sky, ``(3,)`` each; `kappa`
    is the share of the sky still seen, ``(1, H, W)``; all in [0, 1].
    """
    a_c, rho_c = (np.asarray(x, np.float32)[:, None, None] for x in (a, rho))
    return (a_c * (kappa + (1.0 - kappa) * rho_c)).astype(np.float32)


def shade(J: Array, v: Array, left: Array) -> Array:
    """The image in shadow, ``I = J (v + (1 − v) ℓ)``, linear light, ``(3, H, W)``.

    `J` is the fully lit radiance ``(3, H, W)``, `v` the visible share of the sun ``(1, H, W)`` and
    `left` what the full shadow leaves, ℓ ``(3, H, W)``.
    """
    # Written so that v = 1 multiplies by exactly 1: lit pixels stay bit for bit what they were.
    return (J * (v + (1.0 - v) * left)).astype(np.float32)
