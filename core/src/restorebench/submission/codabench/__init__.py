"""Codabench: competition bundles and their scoring program."""
