"""Records in Parquet files that no longer change: how they are made, found and read."""
