"""How files, views, masks and conditions belong together."""
