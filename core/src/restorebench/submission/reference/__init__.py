"""What submissions are scored against: a data set or a folder of targets."""
