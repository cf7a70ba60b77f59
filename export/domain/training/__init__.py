"""Baselines that are trained on a release by a job, in a child process."""
