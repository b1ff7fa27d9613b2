"""Restorers in a process of their own: what ends or hangs there costs one sample."""
