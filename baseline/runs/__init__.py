"""Runs: one model with one seed each, stored with their predictions, so that an interrupted command goes on."""
