import random

import numpy as np
import pytest

from agreement.domain.corpus_figures.reading import read_corpus
from agreement.domain.labels.page import count_of
from agreement.domain.labels.reader import Reader
from corpus.models import Corpus, Dialogue, Membership, Speaker
from corpus.rules.label_selection import Selection
from tests.agreement.label_index.material import random_corpus
from tests.agreement.material import judge, judged, source, utterances
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def reader(corpus: Corpus, **member: object) -> Reader:
    membership: Membership = MembershipFactory(corpus=corpus, **(member or {"role": "manager"}))
    return Reader(membership)


@pytest.mark.parametrize("seed", range(3))
def test_counts_are_those_of_the_label_browser(seed: int) -> None:
    corpus = random_corpus(random.Random(seed))
    own = reader(corpus)
    for kind in ("members", "sources"):
        reading = read_corpus(corpus=corpus, reader=own, kind=kind)
        assert reading.kind == kind
        for question, answers in {
            "sentiment": ("negative", "neutral", "positive"),
            "emotion": ("neutral", "joy", "anger"),
            "channels": ("c0", "c16"),
            "emotion_sentiment": ("-2", "0", "2"),
        }.items():
            column = {str(each): place for place, each in enumerate(_answers(corpus, question))}
            counted = reading.described.distribution(question)
            for answer in answers:
                wanted = Selection(answer=(f"{question} == {answer}",), of="label", kind=kind)
                found, _all = count_of(corpus=corpus, selection=wanted, reader=own)
                assert counted[column[answer]] == found, (kind, question, answer)


def _answers(corpus: Corpus, question: str) -> tuple[str | int, ...]:
    assert corpus.codebook is not None
    return next(each for each in corpus.codebook.layout().columns if each.slug == question).answers


def test_members_come_first_and_groups_are_those_of_speakers_and_dialogues() -> None:
    corpus = judged({"a": "+0-+", "b": "+0-+"}, utterances_per_dialogue=2)
    Dialogue.objects.filter(corpus=corpus, order=0).update(source_split="train")
    Speaker.objects.filter(series__dialogues__order=0).update(gender="female", age_group="adult")
    judge(source(corpus), utterances(corpus)[0], sentiment="negative")
    reading = read_corpus(corpus=corpus, reader=reader(corpus))
    assert (reading.kind, reading.kinds, reading.hidden, reading.unlabelled) == (
        "members",
        ("members", "sources"),
        0,
        0,
    )
    of = reading.described
    assert of.groups["split"].names == ("train",)
    assert of.groups["split"].part.tolist() == [0, 0, -1, -1]
    assert (of.groups["gender"].names, of.groups["age"].names) == (("female",), ("adult",))
    assert of.distribution("sentiment").tolist() == [1, 1, 2]
    assert of.characters.tolist() == [len(each.text) for each in utterances(corpus)]
    assert of.lengths().utterances.tolist() == [2, 2]
    published = read_corpus(corpus=corpus, reader=reader(corpus), kind="sources")
    assert (len(published.described), published.unlabelled) == (2, 2)
    assert published.described.lengths().utterances.tolist() == [2], "the utterance without an answer belongs to it"
    assert published.described.distribution("sentiment").tolist() == [1, 0, 0]


def test_times_are_seconds_where_they_are_known() -> None:
    corpus = judged({"a": "+0"})
    first, second = utterances(corpus)
    first.start_ms, first.end_ms = 1000, 3500
    first.save()
    second.start_ms = second.end_ms = None
    second.save()
    seconds = read_corpus(corpus=corpus, reader=reader(corpus)).described.seconds
    assert seconds[0] == 2.5
    assert np.isnan(seconds[1])


def test_dialogues_that_the_reader_can_still_be_given_are_left_out() -> None:
    corpus = judged({"a": "+0-", "b": "+0-"})
    corpus.allows_several_roles = True
    corpus.save()
    both = reader(corpus, roles=["manager", "annotator"])
    reading = read_corpus(corpus=corpus, reader=both)
    assert (len(reading.described), reading.hidden) == (0, 3)
    own = corpus.raters.get(slug="a").membership
    assert own is not None
    own.is_manager = True
    own.save()
    assert len(read_corpus(corpus=corpus, reader=Reader(own)).described) == 3


def test_a_corpus_without_answers_is_described_as_empty() -> None:
    corpus = judged({"a": "  "})
    reading = read_corpus(corpus=corpus, reader=reader(corpus))
    assert (len(reading.described), reading.kinds, reading.unlabelled) == (0, (), 2)
