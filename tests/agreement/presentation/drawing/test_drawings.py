"""Drawings are well-formed, keep texts as they are, and stay within their size."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest

from agreement.presentation.drawing.columns import columns
from agreement.presentation.drawing.files import archive_of, files_of
from agreement.presentation.drawing.matrix import Square, matrix
from agreement.presentation.drawing.picture import Cell, DataTable, Picture
from agreement.presentation.drawing.ranges import Range, ranges
from agreement.presentation.drawing.stacked import Bar, scale_of, stacked
from agreement.presentation.drawing.svg import SCALE, Drawing, as_file, as_markup, fitted
from agreement.presentation.drawing.trend import Moment, trend

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "<b>\"a\" & 'b'</b>"
LONG = "情绪" * 30


def drawings() -> dict[str, Drawing]:
    square = Square("0.5", below="12", shade=0.5, hint=NASTY, address="/c/x/?a=1&b=2", is_strong=True)
    faint = Square("–", is_faint=True)
    other = Square("−0.1", shade=0.2, is_other=True)
    months = [date(2026, month, 2) for month in range(1, 12)]
    return {
        "matrix": matrix([NASTY, LONG], ["a", LONG], [[square, None], [faint, other]], row_title="r", column_title="c"),
        "large matrix": matrix(["a"], [f"answer {each}" for each in range(12)], [[square] * 12]),
        "points": ranges(
            [Range(NASTY, 0.4, 0.3, 0.5, "0.4", address="/x"), Range(LONG, None, text="none"), Range("c", -0.3)],
            marked=[(0.667, "0.667"), (0.8, "0.8")],
        ),
        "bars": ranges([Range(NASTY, 0.4, 0.3, 0.5, is_faint=True), Range("b", -0.2)], bars=True),
        "trend": trend(
            [Moment(day, 0.1 * place, 0, 1, NASTY, "/x") for place, day in enumerate(months)],
            events=[(date(2026, 3, 1), "v2"), (date(2026, 3, 4), "v3"), (date(2030, 1, 1), "too late")],
            mean=0.4,
        ),
        "one moment": trend([Moment(date(2026, 1, 5), 1.0, is_faint=True)]),
        "columns": columns(["0", "1–10", NASTY], [0, 12, 3], axis="x", hints=["a", "b", NASTY]),
        "empty columns": columns(["0"], [0]),
        "stacked": stacked(
            [Bar(LONG, [90, 10, 0], ["a", NASTY, ""], ["/a", "", ""]), Bar("none", [0, 0, 0])], ["a", NASTY, LONG]
        ),
        "scale": stacked([Bar("a", [1, 2, 3])], ["low", "middle", "high"], is_ordered=True),
    }


def parsed(drawing: Drawing, title: str = "t") -> ET.Element:
    return ET.fromstring(as_file(drawing, title=title, description="how & why"))  # noqa: S314 -- our own


@pytest.mark.parametrize("name", drawings())
def test_a_drawing_is_well_formed_and_within_its_size(name: str) -> None:
    drawing = drawings()[name]
    root = parsed(drawing, NASTY)
    assert root.findtext(f"{SVG}title") == NASTY
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for each in root.iter(f"{SVG}rect"):
        if each.attrib["width"] != "100%":
            right = float(each.attrib["x"]) + float(each.attrib["width"])
            assert -0.1 <= float(each.attrib["x"]) <= right <= width + 0.1
            assert float(each.attrib["y"]) + float(each.attrib["height"]) <= height + 0.1
    for each in root.iter(f"{SVG}text"):
        assert 4 <= float(each.attrib["y"]) <= height
    assert "style" not in ET.tostring(root, encoding="unicode")  # the policy of the pages forbids it


def test_a_name_in_capitals_gets_the_room_it_takes() -> None:
    capitals = stacked([Bar("SARCASMOHOLICS", [1])], ["a"]).width
    assert capitals - stacked([Bar("sarcasmoholics", [1])], ["a"]).width >= 14 * 2  # pixels
    assert fitted("SARCASMOHOLICS", 12) == "SARCASMO…"


def test_texts_and_addresses_are_escaped() -> None:
    markup = as_markup(drawings()["matrix"], name="m", title=NASTY, description="d")
    assert "<b>" not in markup
    assert 'href="/c/x/?a=1&amp;b=2"' in markup
    assert re.search(r'aria-labelledby="m-title"', markup)
    assert re.search(r'<a [^>]*aria-label="&lt;b&gt;', markup)
    assert "&lt;b&gt;" in markup


def test_only_events_within_the_time_are_drawn() -> None:
    texts = [each.text for each in parsed(drawings()["trend"]).iter(f"{SVG}text")]
    assert "v2" in texts
    assert "too late" not in texts


def test_a_long_name_is_cut_and_shown_in_full_when_pointed_at() -> None:
    assert fitted("情绪情绪", 8) == "情绪情绪"
    assert fitted("情绪情绪", 7) == "情绪情…"
    assert f"<title>{LONG}</title>" in as_file(drawings()["points"], title="t", description="d")


def test_a_scale_begins_and_ends_at_its_ends() -> None:
    assert (scale_of(2)[0], scale_of(2)[-1]) == (SCALE[0], SCALE[-1])
    assert scale_of(3)[1] == SCALE[4]
    assert len(scale_of(1)) == 1


def picture(drawing: Drawing | None) -> Picture:
    rows = [[Cell("a, b"), Cell("50.0 %", 0.5)], [Cell("c_d"), Cell("–")]]
    return Picture("p", "Title", "Note.", drawing, DataTable(["name", "share"], rows), ["Few."])


def test_a_table_has_full_figures_as_csv_and_those_of_the_page_as_latex() -> None:
    shown = picture(None)
    assert list(csv.reader(io.StringIO(shown.csv()))) == [["name", "share"], ["a, b", "0.5"], ["c_d", "–"]]
    assert r"c\_d & -- \\" in shown.latex()
    assert r"\caption{Title. Note. Few.}" in shown.latex()
    assert [[is_name for _cell, is_name in row] for row in shown.table.marked()] == [[True, False], [True, False]]


def test_files_of_equal_pictures_are_equal(tmp_path: Path) -> None:
    both = [picture(drawings()["bars"]), picture(None)]
    assert [name for name, _ in files_of(both)] == [
        *("figures/p.svg", "tables/p.csv", "tables/p.tex"),
        *("tables/p.csv", "tables/p.tex"),
    ]
    assert archive_of(both[:1]) == archive_of(both[:1])
