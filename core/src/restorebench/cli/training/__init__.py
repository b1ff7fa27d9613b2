"""The verbs of training: recipes, weights, studies."""
