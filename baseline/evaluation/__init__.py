"""Evaluation: predictions, their comparison with labels, and reports."""
