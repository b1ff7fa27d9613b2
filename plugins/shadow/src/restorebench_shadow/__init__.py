"""Shadow removal for restorebench."""
