"""Randomness that is a function of a text, such as a data set's and a sample's name."""

from __future__ import annotations

import hashlib

import numpy as np


def key_of(text: str) -> int:
    """The first 128 bits of the SHA-256 of a text, little-endian."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "little")


def rng_of(text: str) -> np.random.Generator:
    """A Philox generator under `key_of(text)`: the same draws on every machine."""
    return np.random.Generator(np.random.Philox(key=key_of(text)))
