"""What is wrong with a copy of a data set, file by file, and what to do about it."""
