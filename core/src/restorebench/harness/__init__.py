"""Runs: what is planned, restored, measured, scored and stored, and where."""
