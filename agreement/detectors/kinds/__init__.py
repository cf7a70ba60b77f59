"""The detectors, one module each or one for a few that share a statistic."""
