"""Reading a release and turning its rows into tensors."""
