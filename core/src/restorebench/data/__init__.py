"""Images, samples and data sets: colour, files, hashes, and procedural scenes."""
