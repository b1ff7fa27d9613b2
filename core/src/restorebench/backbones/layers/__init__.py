"""What the networks are made of: blocks, norms, attention, embeddings."""
