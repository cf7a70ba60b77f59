"""Files of pictures: one by one, and all in one zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator

from agreement.presentation.drawing.picture import Picture

KINDS = {
    "svg": "image/svg+xml; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "tex": "application/x-tex; charset=utf-8",
}
EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a zip: equal figures give equal bytes


def content_of(picture: Picture, suffix: str) -> str:
    """Return a picture as a file of one of `KINDS`."""
    if suffix == "svg":
        return picture.svg()
    return picture.csv() if suffix == "csv" else picture.latex()


def files_of(pictures: Iterable[Picture]) -> Iterator[tuple[str, str]]:
    """Yield name and content of the files of pictures: drawings in `figures/`, tables in `tables/`."""
    for picture in pictures:
        if picture.drawing is not None:
            yield f"figures/{picture.name}.svg", picture.svg()
        yield f"tables/{picture.name}.csv", picture.csv()
        yield f"tables/{picture.name}.tex", picture.latex()


def archive_of(pictures: Iterable[Picture]) -> bytes:
    """Return the files of pictures as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files_of(pictures):
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
