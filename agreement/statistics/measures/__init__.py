"""Measures of agreement, one file per family; `registry` lists them."""
