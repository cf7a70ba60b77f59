"""The figures of a corpus with every kind of work are the same on every page."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from annotator.domain.batches.batch_progress import batches
from annotator.domain.batches.batches import BatchSpec, create_batch
from annotator.domain.batches.retests import MinimumAge, create_retest
from annotator.domain.figures import corpus_work, own_work
from annotator.domain.manager import progress
from annotator.domain.manager.annotators import pause
from annotator.models import Assignment, CalibrationDialogue, Slot
from corpus.domain.structure.ready_dialogues import exclude_dialogue
from corpus.models import Annotation, Corpus, Membership, Purpose, Rater
from tests.annotator.calibrated import CALM, calibrated, commit, keyed, newcomer, work_through
from tests.annotator.material import codebook_of
from tests.factories import MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


@pytest.fixture
def corpus() -> Corpus:
    return calibrated("training", "test", "gold", "gold", main=6, utterances=2, k=2, gold_percent=50)


def busy(corpus: Corpus) -> list[Rater]:
    """Let people work for every purpose, exclude a dialogue, raise k and pause someone."""
    people = [newcomer(corpus) for _ in range(3)]
    for rater in people:
        for _ in range(5):
            work_through(rater)
    create_batch(
        corpus=corpus,
        name="pilot",
        spec=BatchSpec(purpose=Purpose.PILOT, most=2, k=1),
        priority=9,
        created_by=UserFactory(),
        now=NOW,
    )
    create_retest(
        corpus=corpus,
        name="again",
        people=people[:1],
        count=1,
        minimum_age=MinimumAge(days=0, dialogues=0),
        percent=100,
        created_by=UserFactory(),
        now=NOW + timedelta(days=1),
    )
    for rater in people:
        work_through(rater)
        work_through(rater)
    held = claim(rater=people[1], now=NOW)
    if held:
        commit(held, CALM)
    main = Assignment.objects.filter(purpose=Purpose.MAIN, state="done").order_by("pk")
    exclude_dialogue(dialogue=main[0].dialogue)
    keyed(main.exclude(dialogue=main[0].dialogue)[0].dialogue, "gold")
    corpus.codebook = codebook_of(corpus, 3, version=2)
    corpus.save()
    assert people[2].membership
    pause(membership=people[2].membership, now=NOW)
    return people


def number(page: str, label: str) -> str:
    found = re.search(rf"<dt>\s*{label}\s*</dt>\s*<dd>\s*(?:<a[^>]*>)?([^<]*?)\s*<", page)
    assert found, label
    return " ".join(found.group(1).split())


def test_a_persons_figures_are_the_same_on_all_pages(client: Client, corpus: Corpus) -> None:
    people = busy(corpus)
    purposes = set(Assignment.objects.values_list("purpose", flat=True))
    assert purposes == {"main", "training", "test", "gold", "pilot", "retest"}
    manager = MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user
    rows = {rater.pk: rater for rater in progress.people(corpus=corpus)}
    for rater in people:
        assert rater.membership
        apart = [Purpose.TRAINING, Purpose.TEST]
        done = Assignment.objects.filter(rater=rater, state="done").exclude(purpose__in=apart).count()
        labelled = Annotation.objects.filter(rater=rater, answers__isnull=False).exclude(purpose__in=apart).count()
        client.force_login(rater.membership.user)
        home = client.get(f"/c/{corpus.slug}/").text
        assert (number(home, "Dialogues I have submitted"), number(home, "Utterances I have labelled")) == (
            str(done),
            str(labelled),
        )
        rows_of_list = client.get(f"/c/{corpus.slug}/finished/").text.count('<th scope="row">')
        assert rows_of_list == done
        opened = Assignment.objects.filter(rater=rater).latest("pk")
        assert client.get(f"/api/v1/assignments/{opened.public_id}/").json()["dialogues"]["done"] == done
        row = rows[rater.pk]
        assert (row.done, row.labelled) == (done, labelled)  # type: ignore[attr-defined]
        assert own_work.dialogues_done(rater=rater.pk) == done
        client.force_login(manager)
        person = client.get(f"/c/{corpus.slug}/progress/people/{rater.public_id}/").text
        assert (number(person, "dialogues done"), number(person, "utterances labelled")) == (str(done), str(labelled))


def test_the_figures_of_the_corpus_count_main_work_only(client: Client, corpus: Corpus) -> None:
    busy(corpus)
    totals = corpus_work.totals(corpus=corpus)
    used = CalibrationDialogue.objects.values("dialogue")
    listed = list(corpus_work.main_work(corpus=corpus))
    kept = corpus.dialogues.filter(state="ready").exclude(pk__in=used).count()
    assert totals.dialogues == len(listed) == kept + 1  # and the one that became gold after its judgement
    rows = list(corpus_work.with_judgements(corpus=corpus, only=listed))
    assert totals.slots == sum(row.k for row in rows)  # type: ignore[attr-defined]
    assert totals.filled == sum(min(row.done, row.k) for row in rows)  # type: ignore[attr-defined]
    labelled = corpus_work.labelled_utterances(corpus=corpus)
    assert labelled.all == 2 * totals.dialogues
    client.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user)
    page = client.get(f"/c/{corpus.slug}/progress/").text
    assert number(page, "dialogues complete") == f"{totals.complete} / {totals.dialogues}"
    assert f"{labelled.labelled} of {labelled.all}" in client.get(f"/c/{corpus.slug}/").text


def test_a_corpus_with_calibration_can_be_completed() -> None:
    corpus = calibrated("training", "gold", "gold", main=3, k=1)
    rater = newcomer(corpus)
    while work_through(rater):
        pass
    assert corpus_work.totals(corpus=corpus).percent == 100


def test_gold_changes_no_figure_in_another_way_than_main_work() -> None:
    corpus = calibrated("gold", "gold", main=6, gold_percent=50)
    rater = newcomer(corpus)
    seen = []
    for _ in range(6):
        assignment = claim(rater=rater, now=NOW)
        assert assignment
        before = own_work.dialogues_done(rater=rater.pk), own_work.utterances_labelled(rater=rater)
        all_before = corpus_work.dialogues_for_annotators(corpus=corpus)
        commit(assignment, CALM)
        finish(assignment=assignment, token=assignment.token, now=NOW)
        after = own_work.dialogues_done(rater=rater.pk), own_work.utterances_labelled(rater=rater)
        seen.append((assignment.purpose, after[0] - before[0], after[1] - before[1]))
        assert corpus_work.dialogues_for_annotators(corpus=corpus) == all_before == 8
    assert {purpose for purpose, *_ in seen} == {"main", "gold"}
    assert {tuple(steps) for _, *steps in seen} == {(1, 1)}


def test_an_excluded_dialogue_does_not_keep_a_batch_from_being_done() -> None:
    corpus = calibrated(main=3, k=1)
    create_batch(corpus=corpus, name="few", spec=BatchSpec(most=2, k=1), created_by=UserFactory(), now=NOW)
    work_through(newcomer(corpus))
    left = Slot.objects.get(state="free", batch__name="few").dialogue
    counts = ("free", "held", "done", "all")
    batch = next(each for each in batches(corpus=corpus) if each.name == "few")
    assert [getattr(batch, name) for name in counts] == [1, 0, 1, 2]
    exclude_dialogue(dialogue=left)
    batch = next(each for each in batches(corpus=corpus) if each.name == "few")
    assert [getattr(batch, name) for name in counts] == [0, 0, 1, 1]


def test_a_dialogue_that_becomes_gold_needs_no_more_judgements_than_it_has() -> None:
    corpus = calibrated(main=2, k=2)
    work_through(newcomer(corpus))
    judged = Assignment.objects.get().dialogue
    assert corpus_work.totals(corpus=corpus) == corpus_work.Totals(dialogues=2, complete=0, slots=4, filled=1)
    keyed(judged, "gold")
    assert corpus_work.totals(corpus=corpus) == corpus_work.Totals(dialogues=2, complete=1, slots=3, filled=1)
    [row] = corpus_work.with_judgements(corpus=corpus, only=[judged])
    assert (row.done, row.open, row.k) == (1, 0, 1)  # type: ignore[attr-defined]
