"""Engines: what runs the restorations of a plan, here or on the workers of a Dask cluster."""
