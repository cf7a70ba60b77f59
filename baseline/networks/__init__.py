"""Networks: encoders of modalities, their fusion, the context of a dialogue, what tasks share, and heads."""
