import pytest

from corpus.models import Corpus
from tests.agreement.api.adjudicators import Adjudicator
from tests.agreement.domain.adjudication.material import queued


@pytest.fixture
def corpus() -> Corpus:
    """Two utterances without a majority, in dialogues of their own."""
    return queued({"a": "++", "b": "00", "c": "--"})


@pytest.fixture
def person(corpus: Corpus) -> Adjudicator:
    return Adjudicator(corpus)
