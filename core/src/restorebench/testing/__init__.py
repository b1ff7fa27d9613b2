"""Closed forms for tests and docs."""
