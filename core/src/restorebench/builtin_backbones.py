"""The backbones that core provides; each target is a `restorebench.backbones.backbone.Family`."""

from __future__ import annotations

from restorebench.specs import LazySpec

_ROOM = "restorebench.backbones"

BACKBONES: tuple[LazySpec, ...] = (
    LazySpec(
        name="nafnet",
        summary="NAFNet: plain, time-conditioned (Refusion), stereo, with lens metadata",
        target=f"{_ROOM}.nafnet:FAMILY",
    ),
)
