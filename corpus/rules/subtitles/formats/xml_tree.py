"""XML without document types: no entities are declared, expanded or fetched; each element knows its line."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from corpus.rules.subtitles.cue import SubtitleFault

DEEPEST = 100


@dataclass
class Element:
    """An element: `name` and the names of attributes are without their namespaces; `line` is that of its start."""

    name: str
    attributes: dict[str, str]
    line: int
    children: list[Element | str] = field(default_factory=list)

    @property
    def elements(self) -> list[Element]:
        return [child for child in self.children if isinstance(child, Element)]

    def all(self, name: str) -> list[Element]:
        """Return the elements of a name anywhere below, in the order of the document."""
        found = []
        for child in self.elements:
            if child.name == name:
                found.append(child)
            found += child.all(name)
        return found

    def text(self) -> str:
        """Return the text below, with a line feed for each `br`."""
        if self.name == "br":
            return "\n"
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


class _Refused(Exception):  # noqa: N818 -- never leaves this module
    pass


def parse(text: str) -> Element:
    """Return the root element of an XML document.

    Raises:
        SubtitleFault: `subtitles.damaged` with the line: the document is not well-formed, has a document type that
            declares entities, or is nested too deeply.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    top = Element("", {}, 0)
    stack = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > DEEPEST:
            raise _Refused
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(" ")[2], plain, parser.CurrentLineNumber)
        stack[-1].children.append(element)
        stack.append(element)

    def refuse(*_: object) -> None:
        raise _Refused

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: stack.pop()
    parser.CharacterDataHandler = lambda data: stack[-1].children.append(data)  # noqa: PLW0108 -- the stack changes
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse  # type: ignore[assignment]
    try:
        parser.Parse(_without_declaration(text).encode(), True)  # noqa: FBT003 -- the end of the document
    except (expat.ExpatError, _Refused):
        raise SubtitleFault("subtitles.damaged", line=parser.CurrentLineNumber) from None
    return top.elements[0]


def _without_declaration(text: str) -> str:
    """Remove `<?xml encoding=…?>`: the text is decoded already. Line feeds stay, so that line numbers are right."""
    text = text.lstrip(" \t")
    if not text.startswith("<?xml"):
        return text
    declaration, _, rest = text.partition("?>")
    return "\n" * declaration.count("\n") + rest
