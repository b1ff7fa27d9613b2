"""``restorebench restore``."""
