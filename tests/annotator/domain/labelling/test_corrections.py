from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotator.domain.allocation.assignments import finish, release, send_back
from annotator.domain.allocation.claims import claim
from annotator.domain.batches.batches import resume_batch, stop_batch
from annotator.domain.batches.retests import MinimumAge, create_retest
from annotator.domain.labelling import corrections
from annotator.domain.labelling.corrections import finished_work, reason_against_correcting
from annotator.domain.labelling.open_assignment import open_assignment
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.domain.labelling.utterance_edits import edit_utterance
from annotator.models import Assignment, Batch, ClosedDialogue, LateOperation, Result, Slot
from corpus.domain.annotations.answer_codes import rebuild_codes
from corpus.domain.annotations.revisions import restore_answers
from corpus.domain.structure.ready_dialogues import exclude_dialogue
from corpus.models import Annotation, Corpus, Purpose, Rater, Revision, Utterance
from tests.annotator.calibrated import calibrated, newcomer
from tests.annotator.material import answered, corpus_with_work
from tests.factories import RaterFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("checked_sums")]
NOW = timezone.now()
GLAD = answered(sentiment="positive", emotion="joy", emotion_sentiment=2)
ANGRY = answered(sentiment="negative", emotion="anger", emotion_sentiment=1)


def send(assignment: Assignment, *operations: Operation) -> list[str]:
    assert assignment.rater.membership
    results = apply_operations(
        assignment=assignment,
        token=assignment.token,
        author=assignment.rater.membership.user,
        operations=operations,
        now=NOW,
    )
    return [result.refusal.code if result.refusal else result.status for result in results]


def operation(assignment: Assignment, kind: Any, order: int = 1, **more: Any) -> Operation:
    return Operation(id=uuid4(), kind=kind, utterance=utterance(assignment, order).public_id, **more)


def correction(assignment: Assignment, answers: dict[str, Any] = GLAD, order: int = 1, **more: Any) -> Operation:
    return operation(assignment, "correct", order, answers=answers, **{"reason": "slip", **more})


def undo(assignment: Assignment, undoes: UUID, order: int = 1) -> Operation:
    return operation(assignment, "undo", order, undoes=undoes)


def utterance(assignment: Assignment, order: int = 1) -> Utterance:
    return assignment.dialogue.utterances.get(order=order)


def hand_in(rater: Rater, answers: dict[str, Any] | None = None) -> Assignment:
    assignment = claim(rater=rater, now=NOW)
    assert assignment
    orders = assignment.dialogue.utterances.values_list("order", flat=True)
    given = answers or answered()
    send(assignment, *(operation(assignment, "commit", order, answers=given) for order in orders))
    finish(assignment=assignment, token=assignment.token, now=NOW)
    assignment.refresh_from_db()
    return assignment


def first_and_current(assignment: Assignment, order: int = 1) -> tuple[Any, Any]:
    """Return the answers handed in first and the present ones, both read from the codes."""
    own = Annotation.objects.select_related("codebook").get(
        rater=assignment.rater, utterance=utterance(assignment, order), purpose=assignment.purpose
    )
    layout = own.codebook.layout()
    codes = [own.codes if own.first_codes is None else own.first_codes, own.codes]
    first, now = (None if each is None else layout.decode(bytes(each)) for each in codes)
    return first, now


@pytest.fixture
def rater() -> Rater:
    rater: Rater = RaterFactory(corpus=corpus_with_work(dialogues=3, utterances=2))
    return rater


@pytest.fixture
def done(rater: Rater) -> Assignment:
    return hand_in(rater)


def states(assignment: Assignment) -> tuple[str, str]:
    assignment.refresh_from_db()
    return assignment.state, Slot.objects.get(pk=assignment.slot_id).state


def test_a_correction_changes_the_answers_and_keeps_the_first_ones(done: Assignment) -> None:
    ended_at = done.ended_at
    assert send(done, correction(done, active_ms=500)) == ["applied"]
    assert first_and_current(done) == (answered(), GLAD)
    assert first_and_current(done, 2) == (answered(), answered())
    assert states(done) == ("done", "done")
    assert done.ended_at == ended_at
    revision = Revision.objects.latest("pk")
    assert (revision.cause, revision.correction, revision.active_ms) == (
        "correct",
        {"reason": "slip", "comment": ""},
        500,
    )
    assert send(done, correction(done, ANGRY)) == ["applied"]
    assert first_and_current(done) == (answered(), ANGRY)


def test_a_correction_is_applied_once_and_undone(done: Assignment) -> None:
    made = correction(done)
    assert send(done, made, made) == ["applied", "repeated"]
    taken_back = undo(done, made.id)
    assert send(done, taken_back, taken_back) == ["applied", "repeated"]
    assert first_and_current(done) == (answered(), answered())
    assert states(done) == ("done", "done")
    again = correction(done, reason="other", comment="redone")
    assert send(done, again) == ["applied"]
    assert first_and_current(done) == (answered(), GLAD)
    assert send(done, made) == ["repeated"]


def test_an_undo_of_a_handed_in_answer_still_reopens_the_dialogue(done: Assignment) -> None:
    commit = Revision.objects.filter(annotation__utterance=utterance(done)).get().operation
    assert commit
    assert send(done, undo(done, commit)) == ["applied"]
    assert states(done) == ("open", "held")
    send(done, operation(done, "commit", answers=GLAD))
    finish(assignment=done, token=done.token, now=NOW)
    assert first_and_current(done) == (answered(), GLAD)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": ""}, "correction.no_reason"),
        ({"reason": "other"}, "correction.no_comment"),
        ({"answers": {"sentiment": "positive"}}, "labels.unfit"),
        ({"version": 7}, "annotator.utterance_changed"),
        ({"shortcut": "all_default"}, "annotator.shortcut_off"),
    ],
)
def test_an_unfit_correction_is_refused(done: Assignment, more: dict[str, Any], code: str) -> None:
    assert send(done, operation(done, "correct", **{"reason": "slip", "answers": GLAD, **more})) == [code]
    assert first_and_current(done) == (answered(), answered())


def test_a_dialogue_that_is_not_handed_in_is_not_corrected(rater: Rater) -> None:
    assignment = claim(rater=rater, now=NOW)
    assert assignment
    send(assignment, operation(assignment, "commit", answers=answered()))
    assert send(assignment, correction(assignment)) == ["annotator.not_done"]


def test_a_correction_is_accepted_after_the_manager_sent_the_dialogue_back(done: Assignment) -> None:
    send_back(assignment=done, comment="See rule 3.", now=NOW)
    assert send(done, correction(done)) == ["applied"]
    assert states(done) == ("open", "held")
    send(done, operation(done, "commit", 2, answers=ANGRY))
    finish(assignment=done, token=done.token, now=NOW)
    assert first_and_current(done) == (answered(), GLAD)
    assert first_and_current(done, 2) == (answered(), ANGRY)


def test_an_edit_of_the_utterance_makes_the_next_answers_the_first_ones(done: Assignment) -> None:
    send(done, correction(done, ANGRY), correction(done, ANGRY, 2))
    editor = UserFactory()
    edited = utterance(done)
    edit_utterance(
        utterance=edited, text="New words.", speaker="A", start_ms=None, end_ms=None, edited_by=editor, now=NOW
    )
    assert states(done) == ("open", "held")
    assert send(done, correction(done, version=edited.version)) == ["annotator.utterance_changed"]
    send(done, operation(done, "commit", answers=answered()), operation(done, "commit", answers=GLAD))
    finish(assignment=done, token=done.token, now=NOW)
    assert first_and_current(done) == (GLAD, GLAD)  # the ones that were current when it was handed in again
    assert first_and_current(done, 2) == (answered(), ANGRY)
    send(done, correction(done, answered()))
    assert first_and_current(done) == (GLAD, answered())


def test_corrections_under_a_superseded_token_are_late_work(done: Assignment) -> None:
    send_back(assignment=done, comment="Again.", now=NOW)
    release(assignment=done, now=NOW)
    done.refresh_from_db()
    assert send(done, correction(done)) == ["set_aside"]
    late = LateOperation.objects.get()
    assert late.payload["reason"] == "slip"


def test_a_closed_batch_refuses_corrections_and_their_undo(done: Assignment) -> None:
    made = correction(done)
    send(done, made)
    batch = Batch.objects.get()
    stop_batch(batch=batch, now=NOW)
    assert send(done, correction(done, ANGRY), undo(done, made.id)) == ["correction.batch_closed"] * 2
    assert send(done, made) == ["repeated"]
    assert first_and_current(done) == (answered(), GLAD)
    resume_batch(batch=batch)
    assert send(done, correction(done, ANGRY)) == ["applied"]


def reasons(rater: Rater) -> list[str]:
    found = list(finished_work(rater=rater))
    against = corrections.reasons_against_correcting(rater=rater, assignments=found)
    return [against[each.pk].code if each.pk in against else "" for each in found]


def test_the_list_says_what_cannot_be_corrected(rater: Rater) -> None:
    first, second = hand_in(rater), hand_in(rater)
    claim(rater=rater, now=NOW)
    assert reasons(rater) == ["", ""]
    exclude_dialogue(dialogue=first.dialogue)
    assert reasons(rater) == ["", "correction.excluded"]
    stop_batch(batch=second.slot.batch or Batch(), now=NOW)
    assert reasons(rater) == ["correction.batch_closed"] * 2


def test_the_list_is_searched_and_counts(rater: Rater) -> None:
    first, second = hand_in(rater), hand_in(rater)
    utterances = first.dialogue.utterances
    utterances.filter(order=2).update(text="Ein Regenschirm")
    send(first, correction(first))
    found = list(finished_work(rater=rater))
    rows = [(each.pk, each.utterances, each.corrected) for each in found]  # type: ignore[attr-defined]
    assert rows == [(second.pk, 2, 0), (first.pk, 2, 1)]
    assert list(finished_work(rater=rater, text="regenSCHIRM")) == [first]
    assert list(finished_work(rater=rater, text=second.dialogue.series.name)) == [second]
    assert list(finished_work(rater=rater, text=second.dialogue.code)) == [second]
    assert list(finished_work(rater=rater, after=second)) == [first]
    assert not finished_work(rater=rater, text="%")
    assert not finished_work(rater=RaterFactory(corpus=rater.corpus))


def retest(rater: Rater, count: int = 1) -> Batch:
    return create_retest(
        corpus=rater.corpus,
        name="again",
        people=[rater],
        count=count,
        minimum_age=MinimumAge(days=0, dialogues=0),
        percent=100,
        created_by=UserFactory(),
        now=NOW,
    )


def draw(monkeypatch: pytest.MonkeyPatch, drawn: Sequence[Assignment]) -> None:
    keys = {each.pk for each in drawn}
    monkeypatch.setattr(corrections, "_is_drawn", lambda assignment: assignment.pk in keys)


def test_a_pending_retest_holds_a_dialogue_back_until_it_is_done(rater: Rater, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [hand_in(rater) for _ in range(3)]
    draw(monkeypatch, [])
    retest(rater)
    chosen = Slot.objects.get(purpose=Purpose.RETEST).dialogue_id
    held = [each for each in made if each.dialogue_id == chosen]
    assert reasons(rater).count("correction.held_back") == 1
    assert send(held[0], correction(held[0])) == ["applied"]  # made before the retest, and arrived later
    assert open_assignment(assignment=held[0]).history == []
    again = claim(rater=rater, now=NOW)
    assert again
    assert again.purpose == Purpose.RETEST
    assert reasons(rater).count("correction.held_back") == 1
    for order in (1, 2):
        send(again, operation(again, "commit", order, answers=ANGRY))
    finish(assignment=again, token=again.token, now=NOW)
    assert reasons(rater) == [""] * 4
    assert len(open_assignment(assignment=held[0]).history) == 3


def test_other_dialogues_are_held_back_while_a_retest_of_anyone_is_pending(
    rater: Rater, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [hand_in(rater) for _ in range(2)]
    colleague = RaterFactory(corpus=rater.corpus)
    hand_in(colleague)
    draw(monkeypatch, made[:1])
    assert reasons(rater) == ["", ""]
    batch = retest(colleague)
    assert reasons(rater) == ["", "correction.held_back"]
    assert reason_against_correcting(assignment=made[0])
    stop_batch(batch=batch, now=NOW)
    assert reasons(rater) == ["", ""]


def test_a_dialogue_that_was_corrected_lately_is_not_retested(rater: Rater) -> None:
    made = [hand_in(rater) for _ in range(3)]
    old = NOW - timedelta(days=30)
    Assignment.objects.update(ended_at=old)
    Annotation.objects.update(updated_at=old)
    send(made[0], correction(made[0]))
    create_retest(
        corpus=rater.corpus,
        name="",
        people=[rater],
        count=3,
        minimum_age=MinimumAge(days=14, dialogues=0),
        percent=5,
        created_by=UserFactory(),
        now=NOW,
    )
    retested = set(Slot.objects.filter(purpose=Purpose.RETEST).values_list("dialogue", flat=True))
    assert retested == {each.dialogue_id for each in made[1:]}


def corpus_with_gold() -> Corpus:
    return calibrated("gold", "gold", main=5, utterances=2, gold_percent=50)


def gold_and_main(rater: Rater) -> tuple[Assignment, list[Assignment]]:
    made: list[Assignment] = []
    while not {each.purpose for each in made} >= {Purpose.GOLD, Purpose.MAIN}:
        made.append(hand_in(rater))
    [gold] = [each for each in made if each.purpose == Purpose.GOLD][:1]
    return gold, [each for each in made if each.purpose == Purpose.MAIN]


def test_gold_is_listed_and_corrected_like_other_work_and_keeps_its_score() -> None:
    rater = newcomer(corpus_with_gold())
    gold, main = gold_and_main(rater)
    assert gold in finished_work(rater=rater)
    before = list(Result.objects.values_list("right", "judged", "created_at"))
    with CaptureQueriesContext(connection) as for_gold:
        assert send(gold, correction(gold)) == ["applied"]
    with CaptureQueriesContext(connection) as for_main:
        assert send(main[0], correction(main[0])) == ["applied"]
    assert len(for_gold) == len(for_main)
    assert list(Result.objects.values_list("right", "judged", "created_at")) == before
    assert first_and_current(gold)[1] == GLAD
    stop_batch(batch=Batch.objects.get(), now=NOW)
    assert set(reasons(rater)) == {"correction.batch_closed"}
    assert send(gold, correction(gold, ANGRY)) == ["correction.batch_closed"]


def test_gold_is_closed_with_the_batch_of_the_dialogue_before_it() -> None:
    rater = newcomer(corpus_with_gold())
    gold, main = gold_and_main(rater)
    before = [each for each in main if each.pk < gold.pk][-1:] or main[:1]
    later = hand_in(rater)
    while later.purpose != Purpose.MAIN:
        later = hand_in(rater)
    other = Batch.objects.create(corpus=rater.corpus, name="next", k=3, seed=1)
    Slot.objects.filter(pk=later.slot_id).update(batch=other)
    stop_batch(batch=other, now=NOW)
    assert reason_against_correcting(assignment=later)
    assert reason_against_correcting(assignment=gold) is None
    stop_batch(batch=before[0].slot.batch or Batch(), now=NOW)
    against = reason_against_correcting(assignment=gold)
    assert against
    assert against.code == "correction.batch_closed"


def test_training_and_tests_are_neither_listed_nor_corrected() -> None:
    rater = newcomer(calibrated("training", main=1))
    trained = hand_in(rater)
    assert trained.purpose == Purpose.TRAINING
    assert list(finished_work(rater=rater)) == []
    assert send(trained, correction(trained)) == ["correction.of_calibration"]
    against = reason_against_correcting(assignment=trained)
    assert against
    assert against.code == "correction.of_calibration"


def test_the_reasons_take_the_same_queries_for_one_dialogue_and_for_many(rater: Rater) -> None:
    for _ in range(3):
        hand_in(rater)
    counts = []
    found = list(finished_work(rater=rater))
    for some in (found[:1], found):
        with CaptureQueriesContext(connection) as queries:
            corrections.reasons_against_correcting(rater=rater, assignments=some)
        counts.append(len(queries))
    assert counts == [5, 5]


def test_the_codes_of_first_answers_are_rebuilt(done: Assignment) -> None:
    send(done, correction(done))
    Annotation.objects.filter(first_number__isnull=False).update(first_codes=b"\0")
    assert rebuild_codes(corpus=done.rater.corpus) == 1
    assert first_and_current(done) == (answered(), GLAD)
    assert rebuild_codes(corpus=done.rater.corpus) == 0


def test_the_database_refuses_half_of_the_first_answers_and_a_correction_without_reason(done: Assignment) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Annotation.objects.update(first_number=1)
    annotation = Annotation.objects.all()[0]
    for cause, reason in (("correct", None), ("commit", {"reason": "slip"})):
        with pytest.raises(IntegrityError), transaction.atomic():
            Revision.objects.create(
                annotation=annotation, number=9, cause=cause, codebook=annotation.codebook, correction=reason
            )


def test_a_dialogue_whose_annotator_has_seen_the_answers_of_others_is_not_corrected(done: Assignment) -> None:
    ClosedDialogue.objects.create(rater=done.rater, dialogue=done.dialogue)
    assert reasons(done.rater) == ["annotator.dialogue_closed"]
    assert send(done, correction(done)) == ["annotator.dialogue_closed"]


def test_answers_that_an_undone_edit_had_withdrawn_keep_the_first_ones(done: Assignment) -> None:
    send(done, correction(done, ANGRY))
    edited = utterance(done)
    edit_utterance(
        utterance=edited, text="New words.", speaker="A", start_ms=None, end_ms=None, edited_by=UserFactory(), now=NOW
    )
    withdrawn = Annotation.objects.get(utterance=edited)
    assert (withdrawn.first_number, withdrawn.first_codes) == (1, None)
    assert rebuild_codes(corpus=done.rater.corpus) == 0
    assert restore_answers([(withdrawn.pk, withdrawn.number)], author=UserFactory(), now=NOW) == 1
    assert first_and_current(done) == (answered(), ANGRY)
