"""How long something takes, as people write it."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Seconds as people write them: ``0:03``, ``12:05``, ``3:07:00``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
