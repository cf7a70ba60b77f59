"""Evaluation: figures of runs, comparisons between models, and reports."""
