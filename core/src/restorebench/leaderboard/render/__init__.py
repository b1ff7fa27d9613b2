"""A board as text: terminal, Markdown, CSV, JSON, LaTeX and HTML."""
