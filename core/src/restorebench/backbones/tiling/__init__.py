"""Networks on large images: in tiles or strips, with the memory of a tile.

`tiled.Tiled` is a backbone that works so, `memory.peak_bytes` says what it takes.
"""
