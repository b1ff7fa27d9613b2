"""Random fields with the power spectrum of natural images."""

from __future__ import annotations

import numpy as np
from scipy import fft

from restorebench.types import Array


def fractal_noise(
    rng: np.random.Generator, height: int, width: int, exponent: float = 2.0
) -> Array:
    """A random field of power spectrum f^−exponent, stretched to [0, 1], ``(height, width)``.

    Gaussian and isotropic. Exponents: 0 is white, 2 that of natural images (Field, JOSA A 1987), 3
    cloud-like.
    """
    size = fft.next_fast_len(height, real=True), fft.next_fast_len(width, real=True)
    spectrum = fft.rfft2(rng.standard_normal(size, dtype=np.float32))
    f2 = fft.fftfreq(size[0])[:, None] ** 2 + fft.rfftfreq(size[1]) ** 2
    f2[0, 0] = np.inf  # takes the mean out
    spectrum *= (f2 ** (-exponent / 4)).astype(np.float32)
    field = fft.irfft2(spectrum, s=size)[:height, :width]
    low, high = field.min(), field.max()
    if low == high:  # a single pixel
        return np.full((height, width), 0.5, np.float32)
    stretched: Array = ((field - low) / (high - low)).astype(np.float32)
    return stretched
