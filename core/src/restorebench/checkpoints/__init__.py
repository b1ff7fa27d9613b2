"""Weights in files: what a network is, how it is sampled, and its numbers, all in one.

`setup.Setup` says what and how, `parts` builds it from the registries, `file` keeps it as
safetensors, and `published` reads the weights that authors released.
"""
