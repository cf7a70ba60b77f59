"""The project: settings, URLs, processes."""
