"""What every scored image imports, and what a plain import might fail at: see warm_start.py."""

import gc

from restorebench.torchvision_guard import ensure_torchvision

ensure_torchvision()
import lpips  # noqa: E402, F401

gc.collect()
gc.freeze()  # else each fork would look through all of it, and so copy it
