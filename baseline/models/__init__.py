"""Models: everything that predicts labels, from the majority class to networks, behind one interface."""
