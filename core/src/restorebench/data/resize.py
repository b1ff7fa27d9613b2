"""MATLAB's `imresize`, with whose bicubic kernel the literature's LR images were made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from restorebench.errors import ImageError

A = -0.5
"""The kernel's free parameter (Keys, IEEE TASSP 1981, eq. 15: a = −1/2)."""

Scalar = TypeVar("Scalar", bound=np.generic)

Kernel: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def imresize(
    image: NDArray[Scalar], size: tuple[int, int], kernel: Literal["cubic", "linear"] = "cubic"
) -> NDArray[Scalar]:
    """Resample to ``size = (H', W')``, antialiased, ``(..., H, W)`` → ``(..., H', W')``.

    One dimension after the other, the one of the smaller scale first and rows first at equal
    scales. uint8 gives uint8, rounded (halves up) and clipped after *each* dimension, as MATLAB
    does; float gives the same float type and may overshoot. Raises `ImageError` on anything else.
    """
    _check(image, size)
    scales = [new / old for new, old in zip(size, image.shape[-2:], strict=True)]
    for axis in sorted((0, 1), key=scales.__getitem__):
        image = _along(image, axis, size[axis], KERNELS[kernel])
    return image


def bicubic_kernel(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Keys' cubic convolution kernel with a = −0.5, support [−2, 2]."""
    d = np.abs(x)
    near = ((A + 2) * d - (A + 3)) * d * d + 1
    far = A * (((d - 5) * d + 8) * d - 4)
    return np.where(d <= 1, near, np.where(d < 2, far, 0.0))


def linear_kernel(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The triangle, support [−1, 1]."""
    height: NDArray[np.float64] = 1 - np.abs(x)
    return height.clip(0)


KERNELS: dict[str, Kernel] = {"cubic": bicubic_kernel, "linear": linear_kernel}


def weights(old: int, new: int, kernel: Kernel = bicubic_kernel) -> sparse.csr_matrix:
    """The resampling from `old` to `new` pixels as a sparse matrix, ``(new, old)``.

    Pixel centres are aligned at the outer edges; when shrinking, the kernel is stretched by 1/scale
    (antialiasing); rows sum to 1; the signal is mirrored at its ends, the end pixel repeated.
    """
    scale = new / old
    stretch = min(scale, 1.0)
    taps = int(np.ceil(4 / stretch)) + 2
    u = (np.arange(new) + 0.5) / scale - 0.5
    first = np.floor(u - 2 / stretch).astype(np.int64)
    index = first[:, None] + np.arange(taps)
    w = kernel((u[:, None] - index) * stretch)
    w /= w.sum(axis=1, keepdims=True)
    mirrored = index % (2 * old)
    mirrored = np.minimum(mirrored, 2 * old - 1 - mirrored)
    rows = np.repeat(np.arange(new), taps)
    matrix = sparse.csr_matrix((w.ravel(), (rows, mirrored.ravel())), shape=(new, old))
    matrix.eliminate_zeros()
    return matrix


def _along(image: NDArray[Scalar], axis: int, new: int, kernel: Kernel) -> NDArray[Scalar]:
    """Resample one of the last two axes (0: rows, 1: columns)."""
    old = image.shape[axis - 2]
    if new == old:
        return image
    matrix = weights(old, new, kernel)
    first = np.ascontiguousarray(np.moveaxis(image, axis - 2, 0), np.float64)
    mixed = (matrix @ first.reshape(old, -1)).reshape(new, *first.shape[1:])
    return _like(np.moveaxis(mixed, 0, axis - 2), image.dtype)


def _like(values: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[Any]:
    if dtype == np.uint8:
        values = np.floor(np.clip(values, 0, 255) + 0.5)
    return np.ascontiguousarray(values, dtype)


def _check(image: NDArray[Any], size: tuple[int, int]) -> None:
    if image.dtype != np.uint8 and not np.issubdtype(image.dtype, np.floating):
        msg = f"imresize takes uint8 or float images, not {image.dtype}"
        raise ImageError(msg)
    if image.ndim < 2 or 0 in image.shape or min(size) < 1:
        msg = f"imresize cannot bring an image of shape {image.shape} to the size {tuple(size)}"
        raise ImageError(msg)
