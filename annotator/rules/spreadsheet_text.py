"""Texts of people in cells of a spreadsheet."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_cell(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula: such a text gets an apostrophe in front."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
