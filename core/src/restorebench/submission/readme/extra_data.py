"""Whether a team used extra data, in its own words."""

from __future__ import annotations

import re

_NONE_USED = re.compile(
    r"(?:no|none|not|n|n/a|nil|nope|nothing|zero|0|false|without|unused|never)(?: ?[^\w\s/-].*"
    r"|(?: any| extra| external| additional| training| data| images| used| applicable)*)"
)
"""No, with or without an explanation behind a comma or parenthesis."""
_DASH = re.compile(r"\s*[-–—]\s*")
_UNCLEAR = re.compile(r"\b(?:no|not|none|without|never|neither|unknown|only)\b|n't\b|\?|^[2-9]$")


def used_extra_data(value: str) -> bool | None:
    """Yes or no, or the names of the data, which is yes; None where it may be either."""
    text = " ".join(value.casefold().split()).strip(" .!-")
    if _NONE_USED.fullmatch(text) or _DASH.fullmatch(value):
        return False
    return True if re.search(r"\w", text) and not _UNCLEAR.search(text) else None
