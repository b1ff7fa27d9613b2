"""What files of each field are called in sentences."""

from __future__ import annotations

LABELS = {"degraded": "degraded image", "target": "target", "mask": "mask", "depth": "depth map"}
