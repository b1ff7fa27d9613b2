"""Latent compressors: one interface (`compressor.Compressor`), one module for each family.

A family's module holds `Config` (frozen, checked), `build(config)`, `SIZES` (named
configurations) and `FAMILY`, the three together, which is what the registry's row points at.
"""
