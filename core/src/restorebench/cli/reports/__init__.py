"""The verbs of reports: boards and comparisons."""
