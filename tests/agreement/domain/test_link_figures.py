import numpy as np
import pytest

from agreement.domain.link_figures import link_figures
from agreement.judgements.raters import chosen_raters
from agreement.judgements.tables import AnswerTables, read_tables
from corpus.models import Corpus
from corpus.rules.codebook import parse
from tests.agreement.material import judge, utterances
from tests.annotator.material import CODEBOOK, corpus_with_work
from tests.factories import RaterFactory

pytestmark = pytest.mark.django_db


def linked(values: dict[str, list[int | None]]) -> Corpus:
    """A corpus of joyful utterances with values of the link; None for an utterance without an emotion."""
    corpus = corpus_with_work(dialogues=len(next(iter(values.values()))))
    for slug, given in values.items():
        rater = RaterFactory(corpus=corpus, slug=slug)
        for utterance, value in zip(utterances(corpus), given, strict=True):
            if value is None:
                judge(rater, utterance)
            else:
                judge(rater, utterance, emotion="joy", emotion_sentiment=value)
    return corpus


def tables(corpus: Corpus) -> AnswerTables:
    assert corpus.codebook is not None
    return read_tables(codebook=corpus.codebook, raters=chosen_raters(corpus, ()))


def test_a_link_is_compared_in_parts() -> None:
    answers = tables(linked({"a": [2, -1, None, 1, 0], "b": [1, -1, None, None, 0], "c": [2, 1, 0, 1, 0]}))
    (found,) = link_figures(answers, parse(CODEBOOK), np.zeros((5, 3), dtype=bool))
    assert (found["slug"], found["shortcuts"], found["always"], found["by_ends"]) == (
        "emotion_sentiment",
        0,
        False,
        True,
    )
    everyone = {part["name"]: part for part in found["everyone"]}
    compared = {name: part["alpha"]["n_units"] for name, part in everyone.items()}
    assert compared == {"applicability": 5, "sign": 4, "strength": 3, "value": 4}
    assert everyone["strength"]["percent"]["value"] == pytest.approx((1 / 3 + 1 + 1) / 3)
    same = {part["name"]: part for part in found["identical_ends"]}
    assert same["applicability"]["percent"]["value"] == 1
    assert set(found["association"]) == {"within", "across", "kept"}


def test_answers_by_shortcut_are_left_out_and_counted() -> None:
    answers = tables(linked({"a": [2, -1], "b": [1, -1], "c": [2, 1]}))
    shortcut = np.array([[True, False, False], [True, True, False]])
    (found,) = link_figures(answers, parse(CODEBOOK), shortcut)
    assert found["shortcuts"] == 3
    assert [part["alpha"]["n_units"] for part in found["everyone"]] == [1, 1, 1, 1]


def test_a_link_that_depends_on_other_tasks_is_not_decided_by_its_ends() -> None:
    answers = tables(linked({"a": [2, -1], "b": [1, -1]}))
    humor = "  humor: {scale: nominal, choices: [no, yes], default: no, perspective: viewer}\n"
    source = CODEBOOK.replace("links:", f"{humor}links:")
    rules = parse(source.replace('"emotion != neutral"', '"emotion != neutral and humor == no"'))
    (found,) = link_figures(answers, rules, np.zeros((2, 2), dtype=bool))
    assert not found["by_ends"]
