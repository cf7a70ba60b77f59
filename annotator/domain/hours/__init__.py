"""Hours of work with pay, and labelling that is faster than the clips play."""
