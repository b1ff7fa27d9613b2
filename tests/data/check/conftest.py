"""Puts the ways of breaking copies beside the tests, which are parametrised by them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
