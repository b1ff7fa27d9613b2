"""How published deraining tables are scored: luma of whole images; LPIPS sees colour."""

from __future__ import annotations

from restorebench.metrics import Protocol
from restorebench.metrics.measures import lpips, psnr, ssim

_Y = "y-bt601-limited"

DERAIN_Y = Protocol(
    "derain-y", {"psnr": psnr(channels=_Y), "ssim": ssim(channels=_Y), "lpips": lpips()}
)
