"""Plans: how much of an image a restorer works on at once, decided before it starts.

`choose.choose` is the decision, `planned.plan_for` makes it for a restorer.
"""
