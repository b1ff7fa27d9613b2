"""Non-homogeneous dehazing for restorebench."""
