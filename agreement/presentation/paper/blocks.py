"""The parts of a text for a paper, and their Markdown and LaTeX. No Django."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LATEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "→": r"$\rightarrow$",
    "−": r"$-$",
    "α": r"$\alpha$",
    "×": r"$\times$",
    "φ": r"$\phi$",
    "·": r"$\cdot$",
    "…": r"\ldots{}",
    "’": "'",
    "“": "``",
    "”": "''",
    "–": "--",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the appendix."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; line breaks in it are kept as breaks between paragraphs."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; columns after the first `words` ones are numbers, and column `wide` may have lines."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: int = 1
    wide: int | None = None


Block = Heading | Paragraph | Table


def as_markdown(blocks: Iterable[Block]) -> str:
    """Return the blocks as Markdown."""
    return "\n\n".join(_markdown(block) for block in blocks) + "\n"


def as_latex(blocks: Iterable[Block]) -> str:
    """Return the blocks as LaTeX, to be read by `input`; it needs the package booktabs, and XeLaTeX for Chinese."""
    head = "% \\usepackage{booktabs} in the preamble; compile with XeLaTeX or LuaLaTeX if texts are Chinese\n\n"
    return head + "\n\n".join(_latex(block) for block in blocks) + "\n"


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"## {block.text}"
    if isinstance(block, Paragraph):
        return "\n\n".join(line for line in block.text.splitlines() if line.strip())
    rows = [block.head, ["---" if place < block.words else "---:" for place in range(len(block.head))], *block.rows]
    lines = ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join([*lines, "", f"*{block.caption}*"])


def _latex(block: Block) -> str:
    if isinstance(block, Heading):
        return f"\\section*{{{escaped(block.text)}}}"
    if isinstance(block, Paragraph):
        return "\n\n".join(escaped(line) for line in block.text.splitlines() if line.strip())
    kinds = ["l"] * block.words + ["r"] * (len(block.head) - block.words)
    if block.wide is not None:
        kinds[block.wide] = r"p{0.4\linewidth}"
    columns = "".join(kinds)
    lines = [" & ".join(escaped(cell) for cell in row) + r" \\" for row in [block.head, *block.rows]]
    return "\n".join(
        [
            r"\begin{table}[ht]",
            r"\centering\small",
            f"\\begin{{tabular}}{{{columns}}}",
            r"\toprule",
            lines[0],
            r"\midrule",
            *lines[1:],
            r"\bottomrule",
            r"\end{tabular}",
            f"\\caption{{{escaped(block.caption)}}}",
            r"\end{table}",
        ]
    )


def escaped(text: str) -> str:
    """Return a text in which no character has a meaning in LaTeX."""
    return "".join(_LATEX.get(character, character) for character in text).replace("\n", " ")
