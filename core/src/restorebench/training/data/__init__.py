"""Training samples: cached, cropped, batched."""
