"""Optimisation: objectives, losses, schedules, averaged weights."""
