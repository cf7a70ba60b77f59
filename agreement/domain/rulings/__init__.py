"""Rulings: from a discussed case to an example of the guideline, and to past answers that are asked again."""
