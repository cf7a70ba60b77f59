import pytest

from agreement.domain import with_everyone as module
from agreement.domain.with_everyone import alpha_with_everyone, excluded_raters
from corpus.models import Corpus
from tests.agreement.domain.test_report_figures import found
from tests.agreement.material import judge, judged, put_in_use, source, utterances
from tests.annotator.material import corpus_with_work
from tests.factories import RaterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Corpus:
    made = judged({"a": "+0-+", "b": "+0-0", "c": "+0+0"})
    judge(source(made), utterances(made)[0])
    return made


@pytest.mark.parametrize(
    ("chosen", "excluded"),
    [("ab", ["c"]), ("abc", []), ("a", ["b", "c"])],
)
def test_members_that_are_not_chosen_are_excluded(corpus: Corpus, chosen: str, excluded: list[str]) -> None:
    assert excluded_raters(corpus, list(chosen)) == excluded


def test_a_comparison_of_sources_excludes_nobody(corpus: Corpus) -> None:
    assert excluded_raters(corpus, ["published"]) == []


def test_alpha_with_everyone_is_that_of_a_report_on_everyone(corpus: Corpus) -> None:
    assert corpus.codebook is not None
    selection = {"raters": ["a", "b"], "excluded": ["c"]}
    everyone = alpha_with_everyone(corpus.codebook, selection)["everyone"]
    assert everyone["raters"] == ["a", "b", "c"]
    for question in found(corpus, "a", "b", "c")["questions"]:
        alpha, expected = everyone["alpha"][question["slug"]], question["alpha"]
        for name in ("value", "low", "n_units"):
            assert alpha[name] == expected[name]


def test_a_report_on_everyone_has_no_second_alpha(corpus: Corpus) -> None:
    assert corpus.codebook is not None
    assert alpha_with_everyone(corpus.codebook, {"raters": ["a", "b", "c"]}) == {}
    assert alpha_with_everyone(corpus.codebook, {"raters": ["a"], "shortcuts": False})["everyone"]["raters"] == ["a"]


def test_a_question_with_too_many_sets_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SETS", 0)
    corpus = corpus_with_work(dialogues=2)
    codebook = put_in_use(corpus, ', keys: "qwe"}', ", many: true}")
    for slug in "ab":
        rater = RaterFactory(corpus=corpus, slug=slug)
        for utterance in utterances(corpus):
            judge(rater, utterance, emotion=["joy"])
    everyone = alpha_with_everyone(codebook, {"raters": ["a"], "excluded": ["b"]})["everyone"]
    assert everyone["alpha"]["emotion"] is None
