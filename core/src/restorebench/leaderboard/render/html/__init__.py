"""A board as a self-contained page, and the server that keeps it live."""
