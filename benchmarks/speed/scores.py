"""SSIM and PSNR of a pair of images, beside scikit-image, torchmetrics and pyiqa.

``python scores.py WHO ROWS COLUMNS`` prints how many MiB beyond the images one of them takes.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from timing import in_turn, ratio, seconds, timed

Image = np.ndarray
GAUSSIAN = {"gaussian_weights": True, "use_sample_covariance": False, "data_range": 255}
OURS = {"numpy": "restorebench, NumPy", "numba": "restorebench, numba (extra `fast`)"}
TITLES = {
    "skimage": "scikit-image",
    **OURS,
    "torchmetrics": "torchmetrics, float32",
    "pyiqa": "pyiqa, SSIM of RGB alone",
}


def pair(rows: int, columns: int) -> tuple[Image, Image]:
    """A random target and a prediction within 10 grey levels of it, ``(3, H, W)``, 8 bit."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 246, (3, rows, columns), dtype=np.uint8)
    return y + rng.integers(0, 11, y.shape, dtype=np.uint8), y


def numpy_or_numba(pays_after: int) -> Callable[[Image, Image], float]:
    """Ours, with numba after so many values."""
    from restorebench.metrics import native, psnr, ssim
    from restorebench.metrics.measures import psnr as psnr_measure
    from restorebench.metrics.measures import ssim as ssim_measure

    def call(x: Image, y: Image) -> float:
        ssim.NATIVE = psnr.NATIVE = native.Native(pays_after)
        psnr.metric.compute(x, y, None, psnr_measure())
        return ssim.metric.compute(x, y, None, ssim_measure())

    return call


def skimage(x: Image, y: Image) -> float:
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity

    peak_signal_noise_ratio(y, x)
    return float(structural_similarity(y, x, channel_axis=0, **GAUSSIAN))


def torchmetrics(x: Image, y: Image) -> float:
    from torchmetrics.functional.image import (
        peak_signal_noise_ratio,
        structural_similarity_index_measure,
    )

    a, b = (_batch(image).float() for image in (x, y))
    peak_signal_noise_ratio(a, b, data_range=255.0)
    return float(structural_similarity_index_measure(a, b, data_range=255.0))


def pyiqa(x: Image, y: Image) -> float:
    import pyiqa

    metric = pyiqa.create_metric("ssimc", device="cpu")
    return float(metric(*(_batch(image).float() / 255 for image in (x, y))))


def _batch(image: Image):
    import torch

    return torch.from_numpy(image)[None]


def candidates() -> dict[str, Callable[[Image, Image], float]]:
    """What can be called here, by its key in `TITLES`."""
    from restorebench.torchvision_guard import ensure_torchvision

    ensure_torchvision()  # both import it
    rivals = {"torchmetrics": torchmetrics, "pyiqa": pyiqa}
    found = {name: call for name, call in rivals.items() if importlib.util.find_spec(name)}
    ours = {"numpy": numpy_or_numba(sys.maxsize), "numba": numpy_or_numba(0)}
    return {"skimage": skimage, **ours, **found}


def scores(rows: int, columns: int, rounds: int, slow: bool) -> list[str]:
    """A table of all; the `slow` ones, which need gigabytes, are measured once."""
    x, y = pair(rows, columns)
    calls = candidates()
    values = {name: calls[name](x, y) for name in ("skimage", "numpy", "numba")}
    assert values["numpy"] == values["numba"]
    assert abs(values["numpy"] - values["skimage"]) < 1e-9
    quick = {k: timed(lambda call=calls[k]: call(x, y)) for k in ("skimage", "numpy", "numba")}
    found = in_turn(quick, rounds)
    if slow:
        for name in ("torchmetrics", "pyiqa"):
            if name in calls:
                calls[name](x[:, :64, :64], y[:, :64, :64])  # imports
                found[name] = [timed(lambda call=calls[name]: call(x, y))()] * rounds
    lines = ["| what | median | NumPy is … times as fast | numba |", "|---|---|---|---|"]
    return lines + [
        f"| {TITLES[name]} | {seconds(took)} | {ratio(took, found['numpy'])} | "
        f"{ratio(took, found['numba'])} |"
        for name, took in found.items()
    ]


def memory(rows: int, columns: int) -> list[str]:
    """A table of what each takes beyond the images; Linux alone."""
    lines = ["| what | memory beyond the two images |", "|---|---|"]
    for name in ("skimage", *OURS):
        command = [sys.executable, __file__, name, str(rows), str(columns)]
        mib = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        lines.append(f"| {TITLES[name]} | {float(mib):.0f} MiB |")
    return lines


def extra_memory(name: str, rows: int, columns: int) -> float:
    """MiB that the process grows by at its peak, after a small pair has loaded all code."""
    x, y = pair(rows, columns)
    call = candidates()[name]
    call(x[:, :64, :64], y[:, :64, :64])
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here on
    before = _status("VmRSS")
    call(x, y)
    return (_status("VmHWM") - before) / 1024


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(field)))


if __name__ == "__main__":
    print(extra_memory(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
