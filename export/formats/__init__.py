"""How a release is written: rows as JSON lines and CSV, the manifest, the zip. No database here."""
