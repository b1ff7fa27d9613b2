"""``restorebench datasets`` and the verbs in it."""
