"""Data sets on disk as tables of Hugging Face `datasets`, with images read on demand."""
