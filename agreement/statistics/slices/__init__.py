"""Slices: alpha of the parts of a corpus, which add up to alpha of the whole."""
