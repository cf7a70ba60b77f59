"""The index of the label browser: all codes of a corpus in memory, in the order of the corpus (docs/adr/0014)."""
