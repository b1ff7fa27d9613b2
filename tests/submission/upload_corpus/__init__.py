"""Uploads that mean harm, or that went wrong on the way: what each is, and what must be said."""

from __future__ import annotations

from upload_corpus.bombs import BOMBS
from upload_corpus.files import FILES
from upload_corpus.images import IMAGES
from upload_corpus.kinds import KINDS, METHODS
from upload_corpus.names import COLLISIONS, NAMES
from upload_corpus.readmes import READMES

CASES = [*NAMES, *COLLISIONS, *KINDS, *METHODS, *BOMBS, *FILES, *IMAGES, *READMES]
