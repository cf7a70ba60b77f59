"""Bundling of stylesheets: the files that one imports are inserted, so that a page needs one request."""

import re
from collections.abc import Callable
from posixpath import dirname, join, normpath

# the form that static/css uses: @import url("base/tokens.css") layer(base);
IMPORT = re.compile(r'^@import url\("(?P<path>[^"]+)"\)(?: layer\((?P<layer>[\w-]+)\))?;\n?', re.MULTILINE)
AT_IMPORT = re.compile(r"^\s*@import\b.*", re.MULTILINE)
REFERENCE = re.compile(r"\burl\([^)]*\)")


class StylesheetError(ValueError):
    """A stylesheet cannot be bundled."""


def has_imports(css: str) -> bool:
    """Return whether a stylesheet imports others."""
    return AT_IMPORT.search(css) is not None


def bundle(name: str, read: Callable[[str], str]) -> str:
    """Return a stylesheet with the contents of its imports, in the order in which a browser applies them.

    Args:
        name: of the stylesheet, relative to the root of the static files.
        read: returns the content of a stylesheet by its name.

    Raises:
        StylesheetError: an import has a form that is not supported, or an imported file contains a relative address,
            which would point elsewhere after the insertion.
    """
    content = _insert_imports(name, read, importers=())
    if (left := AT_IMPORT.search(content)) is not None:
        raise StylesheetError(f"{name}: unsupported import: {left.group().strip()}")
    return content


def _insert_imports(name: str, read: Callable[[str], str], importers: tuple[str, ...]) -> str:
    if name in importers:
        raise StylesheetError(f"{name} imports itself: {' -> '.join([*importers, name])}")

    def imported(match: re.Match[str]) -> str:
        path = normpath(join(dirname(name), match["path"]))
        content = _insert_imports(path, read, (*importers, name))
        if dirname(path) != dirname(name) and (reference := REFERENCE.search(content)) is not None:
            raise StylesheetError(f"{path}: {reference.group()} would point elsewhere within {name}")
        return f"@layer {match['layer']} {{\n{content}}}\n" if match["layer"] else content

    return IMPORT.sub(imported, read(name))
