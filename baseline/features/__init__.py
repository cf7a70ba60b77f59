"""Features: representations of utterances that a model learns from."""
