"""Features: representations of utterances that networks learn from."""
