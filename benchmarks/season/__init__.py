"""A season of ten episodes from a folder to its labels, with a worker that is killed twice on the way."""
