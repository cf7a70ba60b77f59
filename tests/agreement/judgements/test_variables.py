import pytest

from agreement.judgements.variables import variable
from corpus.rules.codebook import Codebook, parse
from tests.annotator.material import CODEBOOK


@pytest.fixture
def codebook() -> Codebook:
    return parse(CODEBOOK)


def test_levels_follow_the_codebook(codebook: Codebook) -> None:
    many = parse(CODEBOOK.replace('keys: "qwe"}', 'keys: "qwe", many: true}'))
    assert [(question.slug, variable(question).kind, variable(question).level) for question in codebook.questions] == [
        ("sentiment", "task", "ordinal"),
        ("emotion", "task", "nominal"),
        ("emotion_sentiment", "link", "ordinal"),
    ]
    assert variable(codebook.questions[2]).answers == ("-2", "-1", "0", "1", "2")
    assert variable(many.questions[1]).level == "sets"
