"""Tiny networks run on one thread."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def alone(one_thread):
    """For every test of the room."""
