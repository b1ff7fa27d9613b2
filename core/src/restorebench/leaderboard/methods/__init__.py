"""The board over all tasks: one row for each method, such as "NAFNet regression"."""
