import random

import pytest

from agreement.label_index.index import LabelIndex
from agreement.label_index.resolution import resolve
from corpus.models import Corpus, Utterance
from corpus.rules.label_selection import MAJORITIES, ORIGINS, Selection, parse
from tests.agreement.label_index import material, naive

pytestmark = pytest.mark.django_db
SEEDS = range(6)
SELECTIONS = 60


def found(corpus: Corpus, index: LabelIndex, selection: Selection) -> list[str]:
    resolution = resolve(selection, corpus=corpus, index=index, visible=None)
    assert not resolution.faults
    rows = resolution.search.all()
    assert resolution.search.count() == len(rows)
    assert resolution.search.after(0, 10_000) == rows.tolist() == resolution.search.before(len(index.arrays), 10_000)
    codes = dict(Utterance.objects.filter(dialogue__corpus=corpus).values_list("pk", "code"))
    return [codes[key] for key in index.arrays.utterance[rows].tolist()]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_selection_finds_what_plain_python_finds(seed: int) -> None:
    rng = random.Random(seed)
    corpus = material.random_corpus(rng)
    index = LabelIndex.build(corpus)
    rows = naive.rows_of(corpus)
    hits = 0
    for _ in range(SELECTIONS):
        selection = material.random_selection(rng, corpus)
        expected = naive.matching(rows, selection)
        assert found(corpus, index, selection) == expected, selection.query()
        again, faults = parse(selection.pairs())
        assert (again, faults) == (selection, [])
        hits += bool(expected)
    assert hits > SELECTIONS / 6  # the selections are not all empty


@pytest.mark.parametrize("seed", SEEDS)
def test_every_label_has_exactly_one_origin_and_is_found_by_it(seed: int) -> None:
    rng = random.Random(seed)
    corpus = material.random_corpus(rng)
    index = LabelIndex.build(corpus)
    rows = naive.rows_of(corpus)
    for name, words in (("majority", MAJORITIES), ("origin", ORIGINS)):
        for question in ("", "emotion", "channels", "emotion_sentiment"):
            counts = []
            for word in words:
                wanted = ((question, word),)
                selection = Selection(state="all", **{name: wanted})  # type: ignore[arg-type]
                codes = found(corpus, index, selection)
                assert codes == naive.matching(rows, selection), selection.query()
                counts.append(len(codes))
            assert sum(counts) == len(index.arrays), (name, question, counts)
