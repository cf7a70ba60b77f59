import pytest

from corpus.rules.guideline.sections import changed_sections, quoted, sections, with_example

GUIDE = """# Guideline

Read this.

## Joy {#joy}

Glad, proud.

```
# no heading
```

## Anger {#anger}

Cross.
"""


def test_a_text_falls_into_the_parts_under_its_headings() -> None:
    found = sections(GUIDE)
    assert [(each.level, each.title, each.anchor) for each in found] == [
        (1, "Guideline", ""),
        (2, "Joy", "joy"),
        (2, "Anger", "anger"),
    ]
    assert "\n".join(line for each in found for line in each.lines) == GUIDE


def test_differences_are_listed_by_section() -> None:
    after = GUIDE.replace("proud.", "proud, relieved.").replace("## Anger {#anger}\n\nCross.\n", "## Fear\n\nAfraid.\n")
    changes = [(each.kind, each.title, each.lines) for each in changed_sections(GUIDE, after)]
    joy = (("removed", "Glad, proud."), ("added", "Glad, proud, relieved."))
    kept = ("same", "# no heading")
    assert changes == [
        ("changed", "Joy", (*joy, kept)),
        ("added", "Fear", (("added", "Afraid."),)),
        ("removed", "Anger", (("removed", "Cross."),)),
    ]


def test_spaces_and_order_of_sections_are_no_change() -> None:
    parts = GUIDE.split("\n## ")
    moved = "\n## ".join([parts[0], parts[2].rstrip() + "\n", parts[1]])
    assert changed_sections(GUIDE, moved.replace("\n", "\n\n")) == []


def test_an_anchor_that_stays_makes_a_new_title_the_same_section() -> None:
    [change] = changed_sections(GUIDE, GUIDE.replace("## Joy {", "## Gladness {").replace("Glad,", "Merry,"))
    assert (change.kind, change.title, change.anchor) == ("changed", "Gladness", "joy")


def test_an_example_is_added_at_the_end_of_its_section() -> None:
    text = with_example(GUIDE, anchor="joy", title="Questions", example="> one")
    assert text == GUIDE.replace("## Anger", "> one\n\n## Anger")
    again = with_example(text, anchor="joy", title="Questions", example="> two")
    assert again == GUIDE.replace("## Anger", "> one\n\n> two\n\n## Anger")


@pytest.mark.parametrize("anchor", ["", "humor"])
def test_without_its_section_it_begins_one_at_the_end(anchor: str) -> None:
    once = with_example(GUIDE, anchor=anchor, title="Questions", example="> one")
    assert once == f"{GUIDE}\n## Questions\n\n> one\n"
    assert with_example(once, anchor=anchor, title="Questions", example="> two") == f"{once}\n> two\n"
    assert with_example("", anchor=anchor, title="Questions", example="> one") == "## Questions\n\n> one\n"


def test_a_question_is_quoted_line_by_line_and_makes_no_heading() -> None:
    example = quoted(quote="好 啊\n！", question="Is it\njoy?", answer="Yes.\n\n# no heading {#joy}")
    assert example == "> “好 啊 ！”\n>\n> Is it joy?\n>\n> Yes.\n>\n> \\# no heading {#joy}"
    assert quoted(quote="", question="q", answer="a") == "> q\n>\n> a"


def test_long_stretches_that_stayed_are_cut_short_and_marks_left_out() -> None:
    lines = [f"- **word {number}**" for number in range(9)]
    [change] = changed_sections("## A\n" + "\n".join(lines), "## A\n" + "\n".join([*lines, "", "> `new`"]))
    assert change.lines == (
        ("same", "• word 0"),
        ("same", "• word 1"),
        ("same", "…"),
        ("same", "• word 7"),
        ("same", "• word 8"),
        ("added", "new"),
    )
    assert changed_sections("## A\n**word**", "## A\nword") == []


def test_an_example_with_a_clip_is_listed_with_the_address_of_the_clip() -> None:
    example = quoted(quote="好啊", question="Is it joy?", answer="Yes.", clip="0f8fad5b-d9cb-469f-a165-70867728950e")
    after = with_example(GUIDE, anchor="joy", title="Examples", example=example)
    [change] = changed_sections(GUIDE, after)
    added = [text for kind, text in change.lines if kind == "added"]
    assert added == ["“好啊”", "clip:0f8fad5b-d9cb-469f-a165-70867728950e", "Is it joy?", "Yes."]
