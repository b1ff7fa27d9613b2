"""The backbones that core provides; each target is a `restorebench.backbones.backbone.Family`."""

from __future__ import annotations

from restorebench.specs import LazySpec

_PACKAGE = "restorebench.backbones"

BACKBONES: tuple[LazySpec, ...] = (
    LazySpec(
        name="nafnet",
        summary="NAFNet: plain, time-conditioned (Refusion), stereo, with lens metadata",
        target=f"{_PACKAGE}.nafnet:FAMILY",
    ),
    LazySpec(
        name="unet",
        summary="IR-SDE's conditional U-Net, with linear attention on every level",
        target=f"{_PACKAGE}.unet:FAMILY",
    ),
    LazySpec(
        name="dit",
        summary="Diffusion transformer with adaLN-Zero, any resolution",
        target=f"{_PACKAGE}.dit:FAMILY",
    ),
    LazySpec(
        name="restormer",
        summary="Restormer: plain regression, or conditioned on the time",
        target=f"{_PACKAGE}.restormer:FAMILY",
    ),
)
