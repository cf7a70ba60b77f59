"""From the value of a measure to a figure: its interval, clustered by dialogues, or the reason for its absence."""
