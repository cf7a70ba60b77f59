import pytest
from django.utils import timezone

from annotator.domain.allocation.claims import claim
from annotator.domain.allocation.guideline_acknowledgement import acknowledge, announcement
from annotator.models import Acknowledgement, Assignment
from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.models import Corpus, GuidelineVersion, Membership, Rater
from tests.annotator.material import corpus_with_work
from tests.factories import RaterFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work(dialogues=2)


def write(corpus: Corpus, words: str) -> GuidelineVersion:
    version = add_guideline_version(corpus=corpus, texts={"en": words})
    corpus.refresh_from_db()
    return version


def member(rater: Rater) -> Membership:
    return Membership.objects.select_related("corpus__guideline").get(rater=rater)


def take(rater: Rater) -> Assignment:
    assignment = claim(rater=rater, now=NOW)
    assert assignment
    return assignment


def test_a_beginner_works_by_the_guideline_in_use(corpus: Corpus) -> None:
    first = write(corpus, "one")
    rater = RaterFactory(corpus=corpus)
    assert take(rater).guideline == first
    assert announcement(membership=member(rater)) is None
    assert Acknowledgement.objects.get().guideline == first


def test_a_newer_version_counts_once_it_is_acknowledged(corpus: Corpus) -> None:
    first = write(corpus, "one")
    rater = RaterFactory(corpus=corpus)
    held = take(rater)
    second = write(corpus, "two")
    assert take(rater).guideline == first
    assert announcement(membership=member(rater)) == (first, second)
    Assignment.objects.update(state="done", ended_at=NOW)
    assert take(rater).guideline == first  # another dialogue, the same reader
    for _ in range(2):
        acknowledge(membership=member(rater), guideline=second, now=NOW)
    assert announcement(membership=member(rater)) is None
    assert {each.guideline for each in Assignment.objects.filter(rater=rater)} == {second}
    assert Acknowledgement.objects.filter(membership=member(rater)).count() == 2
    held.refresh_from_db()
    acknowledge(membership=member(rater), guideline=first, now=NOW)
    held.refresh_from_db()
    assert held.guideline == second


def test_an_acknowledgement_only_counts_for_its_member(corpus: Corpus) -> None:
    first = write(corpus, "one")
    readers = [RaterFactory(corpus=corpus) for _ in range(2)]
    held = [take(rater) for rater in readers]
    second = write(corpus, "two")
    acknowledge(membership=member(readers[0]), guideline=second, now=NOW)
    for assignment in held:
        assignment.refresh_from_db()
    assert [each.guideline for each in held] == [second, first]


def test_a_first_guideline_is_announced_to_active_annotators(corpus: Corpus) -> None:
    rater = RaterFactory(corpus=corpus)
    assert take(rater).guideline is None
    first = write(corpus, "one")
    assert announcement(membership=member(rater)) == (None, first)
    Assignment.objects.update(state="done", ended_at=NOW)
    assert take(rater).guideline is None
    acknowledge(membership=member(rater), guideline=first, now=NOW)
    assert {each.guideline for each in Assignment.objects.filter(rater=rater)} == {first}


def test_a_guideline_belongs_to_its_corpus(corpus: Corpus) -> None:
    foreign = write(corpus_with_work(), "x")
    with refused("annotator.other_guideline"):
        acknowledge(membership=member(RaterFactory(corpus=corpus)), guideline=foreign, now=NOW)
