"""Parts of a report: slices of its corpus, and the parts of the answers to links."""
