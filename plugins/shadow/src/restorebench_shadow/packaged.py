"""The networks in ``weights/``; ``restorebench card NAME`` shows the model card of each."""

from __future__ import annotations

from restorebench.restorers.packaged import Packaged

_PACKAGE = "restorebench_shadow"

regression = Packaged(_PACKAGE, "shadow-regression")
diffusion = Packaged(_PACKAGE, "shadow-diffusion")
diffusion_mean = diffusion.mean()
diffusion_fast = Packaged(_PACKAGE, "shadow-diffusion-fast")
