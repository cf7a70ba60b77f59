"""Consensus methods: from the answers of several raters to one label per question. No Django."""
