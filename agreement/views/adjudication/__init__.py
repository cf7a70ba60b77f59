"""Pages of adjudication."""
