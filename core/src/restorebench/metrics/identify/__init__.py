"""Which ways of scoring give a published number."""
