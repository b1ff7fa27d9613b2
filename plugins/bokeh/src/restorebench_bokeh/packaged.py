"""The networks in ``weights/``; ``restorebench card NAME`` shows the model card of each."""

from __future__ import annotations

from restorebench.restorers.packaged import Packaged

_PACKAGE = "restorebench_bokeh"

regression = Packaged(_PACKAGE, "bokeh-regression")
diffusion = Packaged(_PACKAGE, "bokeh-diffusion")
diffusion_mean = diffusion.mean()
diffusion_fast = Packaged(_PACKAGE, "bokeh-diffusion-fast")
