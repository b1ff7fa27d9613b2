"""``readme.txt`` of a submission: what a team states of its entry, and how it is read."""

from __future__ import annotations

from restorebench.submission.readme.reader import decode_text, parse_readme
from restorebench.submission.readme.readme import NAME, TEMPLATE, Readme

__all__ = ("NAME", "TEMPLATE", "Readme", "decode_text", "parse_readme")
