"""The verb `doctor`: quick checks that import nothing heavy, and those that try everything."""
