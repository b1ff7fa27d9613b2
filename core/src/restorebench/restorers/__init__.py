"""restorers."""
