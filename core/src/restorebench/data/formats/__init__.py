"""Image files: which kinds are read, how they are stored, and what they mean."""
