"""The keys of answers: which ones a codebook may use, and their codes for the page."""

# By their position on a US keyboard, so that a page recognizes them in any layout and under a Chinese input method.
# All other keys (0, space, enter, arrows, brackets, - and = ...) are used by the page.
KEY_CODES: dict[str, str] = (
    {digit: f"Digit{digit}" for digit in "123456789"}
    | {letter: f"Key{letter.upper()}" for letter in "abcdefghijklmnopqrstuvwxyz"}
    | {",": "Comma", ".": "Period", "/": "Slash", ";": "Semicolon"}
)
# Letters that the labelling page uses itself; a codebook with one of them is refused.
PAGE_KEYS: dict[str, str] = {"g": "guideline"}


class KeyOwners:
    """The keys that are assigned so far. All tasks and links share them: a key has one meaning at any moment."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def assign(self, key: str, owner: str) -> tuple[str, str] | None:
        """Assign a key to a task or link; return the code and detail of a problem if that is not possible.

        Codes: `not_a_key`, `key_of_the_page`, `key_taken`.
        """
        if key not in KEY_CODES:
            return "not_a_key", key
        if key in PAGE_KEYS:
            return "key_of_the_page", f"{key} ({PAGE_KEYS[key]})"
        if key in self._owners:
            return "key_taken", f"{key} ({self._owners[key]})"
        self._owners[key] = owner
        return None
