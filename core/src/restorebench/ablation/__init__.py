"""Ablations: the effect of one choice, everything else being equal.

A study trains (or samples) variants of one recipe, scores them like any restorer, and draws them.
"""
