"""Bokeh effect transformation for restorebench."""
