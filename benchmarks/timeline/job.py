"""The job that is compared with ELAN: 50 utterances to be moved, split in two, and both parts given a speaker.

Both workflows are counted with the keystroke-level model (Card, Moran & Newell 1980), without the time for listening
and thinking, which is the same in both. ELAN's steps are those of its manual ("Changing the boundaries of an existing
selection and annotation", and the context menus of the timeline viewer); speakers are tiers there. Where the manual
offers several ways, the fastest is counted.
"""

from __future__ import annotations

FIFTY = 50
# seconds: a key, pointing with the mouse, pressing or releasing its button, moving a hand between keyboard and mouse
KEY, POINT, BUTTON, HAND = 0.2, 1.1, 0.1, 0.4
CLICK = POINT + 2 * BUTTON
DOUBLE_CLICK = POINT + 4 * BUTTON
DRAG = 2 * (POINT + BUTTON)

# our editor, once: "name in a row", which selects the next part or utterance after each name
FIRST = ["c"]
# one utterance, selected by the one before: move it three frames later, go on a second, split; name both parts
OURS = ["s", "s", "s", "Control+ArrowRight", "x", "1", "3"]

# ELAN, one utterance: (step, keys, seconds)
ELAN = [
    ("select the annotation", 0, CLICK),
    ("move it: Alt and drag", 1, KEY + DRAG),
    ("put the crosshair at the place of the split", 0, CLICK),
    ("split: context menu, its entry", 0, 2 * CLICK),
    ("open the first part, mark the words of the second", 0, DOUBLE_CLICK + DRAG),
    ("cut them, save", 4, HAND + 4 * KEY),
    ("open the second part, insert them, save", 4, HAND + DOUBLE_CLICK + HAND + 4 * KEY),
    ("both parts to the tiers of their speakers: context menu, its entry, the tier, OK", 0, HAND + 2 * 4 * CLICK),
]


def keys_of_job() -> list[str]:
    """Return the keys of the whole job in our editor."""
    return FIRST + OURS * FIFTY


def strokes(keys: list[str]) -> int:
    """Return the number of single keys, those held down included."""
    return sum(1 + key.count("+") for key in keys)


def elan_figures() -> tuple[int, float, float]:
    """Return keys and seconds of the job in ELAN, and the seconds if the words need not be divided."""
    keys = sum(count for _, count, _ in ELAN)
    seconds = sum(time for _, _, time in ELAN)
    words = sum(time for step, _, time in ELAN if "words" in step or "cut" in step or "insert" in step)
    return FIFTY * keys, FIFTY * seconds, FIFTY * (seconds - words)
