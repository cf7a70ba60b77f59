"""Measures: figures of predictions, computed from counts so that they can be resampled."""
