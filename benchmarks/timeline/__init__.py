"""The parts of `python -m benchmarks.timeline_editor`."""
