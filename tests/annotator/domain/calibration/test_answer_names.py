"""Names of answers on pages."""

from annotator.domain.calibration.answer_names import Namer
from corpus.rules.codebook import parse
from tests.corpus.rules.moves.test_moving import BASE

TEXTS = """
texts:
  en:
    joke_tone.1: {name: warmer}
"""


def test_a_value_of_a_link_has_its_name_or_else_its_sign() -> None:
    namer = Namer(parse(BASE + TEXTS), "en")
    assert [namer.answer("joke_tone", value) for value in (-1, 0, 1)] == ["−1", "0", "warmer"]
    assert namer.answer("means", ["words", "face"]) == "words · face"
