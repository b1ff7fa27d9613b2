"""Training: recipes, losses, and a trainer that resumes exactly after an interruption.

All randomness of a step is a function of (seed, step, place in the batch), so a step can be
repeated alone, in another process, or split among several.
"""
