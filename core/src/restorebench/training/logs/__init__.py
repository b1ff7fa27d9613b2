"""The logs of a run: CSV and TensorBoard."""
