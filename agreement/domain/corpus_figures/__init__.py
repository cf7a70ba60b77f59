"""The corpus in figures: labels by series, speaker, gender, age and split, lengths, and what occurs together."""
