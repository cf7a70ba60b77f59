"""Training: the loop, the loss, class weights and checkpoints."""
