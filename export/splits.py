"""Which dialogue goes into which split; pure, no Django."""
