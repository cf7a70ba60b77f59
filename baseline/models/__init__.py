"""Models: networks that predict the labels of utterances in their dialogue."""
