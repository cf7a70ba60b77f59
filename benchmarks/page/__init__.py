"""The parts of `python -m benchmarks.page_speed`."""
