"""The parts of `python -m benchmarks.labelling_load`."""
