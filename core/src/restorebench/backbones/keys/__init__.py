"""Names of the weights in authors' files, by network."""
