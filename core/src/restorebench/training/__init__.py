"""Training: recipes, losses, and a trainer that goes on after a kill as if nothing had happened.

Everything random about a step is a function of (seed, step, place in the batch), so that a step
can be repeated alone, in another process, or split among several.
"""
