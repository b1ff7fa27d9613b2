"""The networks in ``weights/``; ``restorebench card NAME`` shows the model card of each."""

from __future__ import annotations

from restorebench.restorers.packaged import Packaged

_PACKAGE = "restorebench_dehaze"

regression = Packaged(_PACKAGE, "dehaze-regression")
diffusion = Packaged(_PACKAGE, "dehaze-diffusion")
diffusion_mean = diffusion.mean()
diffusion_fast = Packaged(_PACKAGE, "dehaze-diffusion-fast")
latent_diffusion = Packaged(_PACKAGE, "dehaze-latent-diffusion")
