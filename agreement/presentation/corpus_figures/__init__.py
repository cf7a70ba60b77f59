"""Pictures and tables about a corpus, for its managers and for a data paper."""
