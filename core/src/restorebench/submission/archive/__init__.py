"""What was uploaded: a zip file or a folder, read within bounds."""
