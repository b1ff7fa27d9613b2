"""LPIPS through its authors' package, on trunks that are checked by their hash."""
