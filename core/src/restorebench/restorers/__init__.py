"""Restorers: what turns a degraded sample into an image."""
