"""Records as a frame: read, checked, averaged."""
