"""Formats of a release's rows, one file each; `registry` lists them. No database here."""
