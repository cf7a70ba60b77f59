"""The form for the mapping of a move."""

from agreement.presentation.mapping_form import mapping_form
from corpus.rules.codebook import parse
from corpus.rules.moves import completed
from tests.corpus.rules.moves.test_moving import BASE, changed

NAMES = """
texts:
  en:
    tone.mild: {name: cool}
    tone.cold: {name: cool}
"""


def test_answers_of_one_name_are_told_apart_by_their_slugs() -> None:
    old = parse(BASE)
    new = changed(("[plain, warm, cold]", "[plain, mild, cold]"), ("\nlinks:", f"{NAMES}\nlinks:"))
    mapping = completed(old, new, {"questions": {"tone": {"answers": {"warm": ["mild", "cold"]}}}})
    form = mapping_form(old=old, new=new, mapping=mapping, guesses=None, counts=None, language="en")
    tone = next(each for each in form.questions if each.slug == "tone")
    warm = next(row for row in tone.rows if row.slug == "warm")
    assert [name for _, name, _ in warm.parts] == ["plain", "cool (mild)", "cool (cold)"]
