"""Forms of the pages of agreement and adjudication."""
