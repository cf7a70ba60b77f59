"""Baseline models trained on a release folder, in plain PyTorch and without Django."""
