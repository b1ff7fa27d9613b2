"""The networks in ``weights/``; ``restorebench card NAME`` shows the model card of each."""

from __future__ import annotations

from restorebench.restorers.packaged import Packaged

_PACKAGE = "restorebench_stereo"

regression = Packaged(_PACKAGE, "stereo-regression")
diffusion = Packaged(_PACKAGE, "stereo-diffusion")
diffusion_mean = diffusion.mean()
diffusion_fast = Packaged(_PACKAGE, "stereo-diffusion-fast")
