"""Gaussian paths between data and prior, and what a network may predict on them.

`path.Path` is the idea; each family has a module; `pin.pin` makes bridges; `heads` are the
parameterisations. Registered under "sdes".
"""
