"""A corpus with generated sound and pictures, in which each label can be found in one place only."""
