"""A codebook that changes while people label: what their pages send afterwards, and what they see."""

import random
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from agreement.domain.moves.requests import draft_move, start_move, undo_move
from annotator.api.assignment_responses import as_json
from annotator.domain.allocation.assignments import finish
from annotator.domain.labelling.late_work import apply_late_work
from annotator.domain.labelling.open_assignment import open_assignment
from annotator.domain.labelling.operations import Operation, OperationResult, apply_own
from annotator.models import Assignment, LateOperation
from common.errors import Refused
from common.jobs.queue import execute
from common.models import Job
from corpus.domain.codebooks.codebook_versions import add_codebook_version
from corpus.models import Annotation, AnswerMove, Corpus, Revision, Utterance
from corpus.rules.moves import propose
from tests.every_kind.material import answers, label_next, labelled, with_late_work
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("checked_sums")]
NOW = timezone.now()
PLAIN = {
    "tone": "plain",
    "carried_by": ["words"],
    "intensity": "2",
    "arousal": "0",
    "joking": "no",
    "tone_intensity": "not_applicable",
    "joking_tone": "not_applicable",
}
MOCKING = PLAIN | {"tone": "mocking", "tone_intensity": 1}


@pytest.fixture
def corpus(every_kind: str) -> Corpus:
    return Corpus.objects.get(pk=labelled(every_kind).pk)


def move_to(corpus: Corpus, shared: Path, case: str) -> AnswerMove:
    text = (shared / "cases" / "codebooks" / f"{case}.yaml").read_text(encoding="utf-8")
    old = corpus.codebook
    assert old
    new = add_codebook_version(corpus=corpus, yaml_text=text.replace('"12345"', '"1234p"'))
    mapping = propose(old.rules(), new.rules()).mapping
    move = draft_move(corpus=corpus, old=old, new=new, mapping=mapping, here=True)
    run(start_move(move=move, started_by=None, now=NOW, here=True))
    move.refresh_from_db()
    return move


def run(job: Job) -> None:
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_params) == ("done", "", {})


def in_hand(corpus: Corpus, slug: str = "ann") -> Assignment:
    opened = Assignment.objects.select_related("rater__membership__user", "codebook", "dialogue")
    return opened.get(rater__corpus=corpus, rater__slug=slug, state="open")


def send(assignment: Assignment, utterance: Utterance, given: dict[str, Any], **more: Any) -> OperationResult:
    assert assignment.rater.membership
    fields: dict[str, Any] = {"id": uuid4(), "kind": "commit", "utterance": utterance.public_id, "answers": given}
    operation = Operation(**(fields | more))
    [result] = apply_own(
        public_id=assignment.public_id,
        token=assignment.token,
        author=assignment.rater.membership.user,
        operations=[operation],
        now=NOW,
    )
    return result


def own(assignment: Assignment, utterance: Utterance) -> Annotation:
    return Annotation.objects.get(rater=assignment.rater, utterance=utterance, purpose=assignment.purpose)


def test_answers_of_a_page_that_shows_the_old_codebook_are_moved_as_they_arrive(corpus: Corpus, shared: Path) -> None:
    assignment = in_hand(corpus)
    last = assignment.dialogue.utterances.last()
    assert last
    move = move_to(corpus, shared, "renamed")
    warm = PLAIN | {"tone": "warm", "tone_intensity": 2}
    result = send(assignment, last, warm, codebook=1)
    assert (result.status, result.note and result.note.code) == ("applied", "annotator.page_outdated")
    annotation = own(assignment, last)
    assert (annotation.answers, annotation.codebook) == (warm | {"tone": "friendly"}, move.new)
    sent, moved = annotation.revisions.order_by("number")
    assert (sent.cause, sent.answers, sent.codebook) == ("commit", warm, move.old)
    assert (moved.cause, moved.move, moved.moved_from) == ("migration", move, sent.number)
    # the reply was lost and the page sends it again
    again = send(assignment, last, warm, codebook=1, id=sent.operation)
    assert again.status == "repeated"
    assert annotation.revisions.count() == 2
    finish(assignment=assignment, token=assignment.token, now=NOW)


def test_answers_without_a_version_that_do_not_fit_are_refused_and_stay_with_their_page(
    corpus: Corpus, shared: Path
) -> None:
    assignment = in_hand(corpus)
    last = assignment.dialogue.utterances.last()
    assert last
    move_to(corpus, shared, "renamed")
    result = send(assignment, last, PLAIN | {"tone": "warm", "tone_intensity": 2})
    assert (result.status, result.refusal and result.refusal.code) == ("refused", "labels.unfit")
    fresh = send(assignment, last, PLAIN | {"tone": "friendly", "tone_intensity": 2}, codebook=2)
    assert (fresh.status, fresh.note) == ("applied", None)


def test_a_split_choice_that_arrives_late_is_stored_and_asked_again(corpus: Corpus, shared: Path) -> None:
    assignment = in_hand(corpus)
    last = assignment.dialogue.utterances.last()
    assert last
    move_to(corpus, shared, "split")
    assert send(assignment, last, MOCKING, codebook=1).status == "applied"
    annotation = own(assignment, last)
    assert (annotation.answers, annotation.codes) == (None, None)
    assert Revision.objects.filter(annotation=annotation, answers=MOCKING).exists()
    work = as_json(open_assignment(assignment=Assignment.objects.get(pk=assignment.pk)))
    assert work["codebook_version"] == 2
    shown = {each["id"]: each for each in work["utterances"]}[str(last.public_id)]
    assert shown["asked"] == {"tone": ["mocking"]}
    past = [each for each in work["history"] if each["utterance"] == str(last.public_id)]
    known = {"carried_by": ["words"], "intensity": "2", "arousal": "0", "joking": "no"}
    assert [(each["answers"], each["moved"], each["draft"]) for each in past] == [(None, True, known)]
    with pytest.raises(Refused, match="still need answers"):
        finish(assignment=assignment, token=assignment.token, now=NOW)
    assert send(assignment, last, MOCKING | {"tone": "teasing"}, codebook=2).status == "applied"
    work = as_json(open_assignment(assignment=Assignment.objects.get(pk=assignment.pk)))
    assert {each["id"]: each["asked"] for each in work["utterances"]}[str(last.public_id)] is None


def test_a_correction_that_arrives_late_reopens_the_dialogue_if_it_is_asked_again(corpus: Corpus, shared: Path) -> None:
    done = Assignment.objects.filter(rater__corpus=corpus, rater__slug="bob", state="done", purpose="main")
    assignment = done.select_related("rater__membership__user").first()
    assert assignment
    for annotation in Annotation.objects.filter(rater=assignment.rater, utterance__dialogue=assignment.dialogue):
        send(assignment, annotation.utterance, PLAIN, kind="correct", reason="slip")
    move_to(corpus, shared, "split")
    assignment.refresh_from_db()
    assert assignment.state == "done"
    first = assignment.dialogue.utterances.first()
    assert first
    result = send(assignment, first, MOCKING, kind="correct", reason="slip", codebook=1)
    assert result.status == "applied"
    assignment.refresh_from_db()
    assert (assignment.state, assignment.slot.state) == ("open", "held")
    assert own(assignment, first).answers is None


def test_finished_dialogues_with_a_split_choice_return_with_the_old_answer(corpus: Corpus, shared: Path) -> None:
    done = Annotation.objects.filter(answers__tone="mocking", purpose="main").select_related("utterance", "rater")
    affected = {(each.rater_id, each.utterance.dialogue_id) for each in done}
    assert affected
    move = move_to(corpus, shared, "split")
    assert move.counts["asked"] == done.model.objects.filter(answers__isnull=True).count()
    for rater, dialogue in affected:
        assignment = Assignment.objects.get(rater=rater, dialogue=dialogue, purpose="main")
        assert (assignment.state, assignment.codebook) == ("open", move.new)
        work = as_json(open_assignment(assignment=assignment))
        asked = [each["asked"] for each in work["utterances"] if each["asked"]]
        assert asked
        assert all(each == {"tone": ["mocking"]} for each in asked)


def test_an_undo_does_not_reach_behind_a_move(corpus: Corpus, shared: Path) -> None:
    assignment = in_hand(corpus)
    last = assignment.dialogue.utterances.last()
    assert last
    committed = uuid4()
    send(assignment, last, PLAIN, id=committed, codebook=1)
    move_to(corpus, shared, "renamed")
    refused = send(assignment, last, {}, kind="undo", undoes=committed, codebook=1)
    assert refused.refusal
    assert refused.refusal.code == "annotator.changed_since"
    again = uuid4()
    send(assignment, last, PLAIN | {"tone": "friendly", "tone_intensity": 0}, id=again, codebook=2)
    assert send(assignment, last, {}, kind="undo", undoes=again, codebook=2).status == "applied"
    assert own(assignment, last).answers == PLAIN


def test_answers_given_since_are_skipped_by_an_undoing_and_counted(corpus: Corpus, shared: Path) -> None:
    assignment = in_hand(corpus)
    last = assignment.dialogue.utterances.last()
    first = assignment.dialogue.utterances.first()
    assert last
    assert first
    move = move_to(corpus, shared, "split")
    send(assignment, first, MOCKING | {"tone": "sneering"}, codebook=2)
    run(undo_move(move=move, undone_by=None, now=NOW, here=True))
    move.refresh_from_db()
    assert move.undone_counts["skipped"] == 1
    kept = own(assignment, first)
    assert (kept.answers, kept.codebook) == (MOCKING | {"tone": "sneering"}, move.new)
    assignment.refresh_from_db()
    assert assignment.codebook == move.old
    # the page of the old version shows it as far as it can be moved back
    work = as_json(open_assignment(assignment=assignment))
    past = [each for each in work["history"] if each["utterance"] == str(first.public_id)]
    assert past[-1]["answers"]["tone"] == "mocking"
    # a page that still shows the new version sends its answers; they are moved back
    assert send(assignment, last, MOCKING | {"tone": "teasing"}, codebook=2).status == "applied"
    assert own(assignment, last).answers == MOCKING
    assert own(assignment, last).codebook == move.old


def test_late_work_of_the_old_version_is_moved_when_it_is_applied(corpus: Corpus, shared: Path) -> None:
    with_late_work(corpus)
    assignment = in_hand(corpus, "cai")
    late = LateOperation.objects.latest("pk")
    LateOperation.objects.update(payload={**late.payload, "answers": PLAIN | {"tone": "warm", "tone_intensity": 1}})
    move = move_to(corpus, shared, "renamed")
    assert set(LateOperation.objects.values_list("payload__codebook", flat=True)) == {1}
    results = apply_late_work(assignment=assignment, settled_by=UserFactory(), now=NOW)
    assert {each.status for each in results} <= {"applied", "repeated"}
    applied = Annotation.objects.get(rater=assignment.rater, utterance__public_id=late.payload["utterance"])
    assert applied.answers
    assert (applied.answers["tone"], applied.codebook) == ("friendly", move.new)


def test_work_that_is_claimed_after_the_start_is_under_the_new_version(corpus: Corpus, shared: Path) -> None:
    assignment = in_hand(corpus)
    last = assignment.dialogue.utterances.last()
    assert last
    move = move_to(corpus, shared, "merged")
    send(assignment, last, PLAIN, codebook=2)
    finish(assignment=assignment, token=assignment.token, now=NOW)
    corpus.refresh_from_db()
    rng = random.Random(3)
    assert corpus.codebook == move.new
    rater = corpus.raters.get(slug="ann")
    following = label_next(rater, rng, leave_open=True)
    assert following is None or following.codebook == move.new
    assert answers(move.new.rules(), 1, rng)
