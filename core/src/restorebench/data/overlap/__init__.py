"""Images that two data sets share, by their pixels and by their looks."""
