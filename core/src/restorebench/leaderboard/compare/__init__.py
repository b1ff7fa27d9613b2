"""Two restorers on the same images: their differences, with tests, and a contact sheet."""
