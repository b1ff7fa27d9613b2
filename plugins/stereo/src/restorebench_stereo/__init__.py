"""Stereo super-resolution for restorebench."""
