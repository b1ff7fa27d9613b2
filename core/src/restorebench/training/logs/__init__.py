"""What a run writes about itself: CSV and TensorBoard."""
