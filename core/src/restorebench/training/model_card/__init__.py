"""Exported weights and their model cards."""
