"""Training of networks: targets, loss, loop, checkpoints and class biases."""
