"""A problem of a codebook or of a set of answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem: its code, its location (a slug, or a path in the YAML), the text found there, and the line."""

    code: str
    where: str
    detail: str = ""
    line: int = 0

    def __str__(self) -> str:
        line = f"line {self.line}, " if self.line else ""
        return f"{line}{self.where}: {self.code}" + (f" ({self.detail})" if self.detail else "")
