"""From prior to data: solvers of one signature, time grids, and the noise source.

``solver(path, predict, x, mu, times, noise, **options) -> x_0`` (see `stepping`); any solver runs
on any path, and a pair that cannot work is refused with the reason.
"""
