"""Places: ranking rules, ranks, ties, intervals and paired tests."""
