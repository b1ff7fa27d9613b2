"""pyiqa's metrics, with the weights that they need."""
