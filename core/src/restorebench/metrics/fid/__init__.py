"""Distances of two sets of images by a network's features: FID and KID."""
