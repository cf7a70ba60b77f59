"""The job of a move: an attempt that ends in the middle, a superseded one, and what is left to do."""

from typing import Any

import pytest
from django.utils import timezone

from agreement.domain.moves import requests, running
from agreement.domain.moves.requests import discard_draft, draft_move, start_move, undo_move
from common.errors import Refused
from common.jobs.queue import JobRun, Superseded, execute
from common.models import Job
from corpus.models import Annotation, AnswerMove, CodebookVersion, Corpus, Revision
from corpus.rules.moves import completed
from tests.agreement.material import finish, judge, judged, put_in_use, source, utterances
from tests.factories import CorpusFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()
RENAMED = ("[negative, neutral, positive]", "[bad, neutral, positive]")
TARGETS = {"questions": {"sentiment": {"answers": {"negative": "bad"}}}}


@pytest.fixture
def corpus() -> Corpus:
    """Two members and eight dialogues."""
    made = judged({"a": "+0-++0--", "b": "+-?+0+-0"})
    record_revisions()
    return made


def record_revisions() -> None:
    for each in Annotation.objects.filter(revisions__isnull=True):
        Revision.objects.create(
            annotation=each, number=each.number, cause="commit", answers=each.answers, codebook=each.codebook
        )


@pytest.fixture
def move(corpus: Corpus) -> AnswerMove:
    old = corpus.codebook
    assert old
    new = put_in_use(corpus, *RENAMED)
    corpus.codebook = old
    corpus.save()
    mapping = completed(old.rules(), new.rules(), TARGETS)
    return draft_move(corpus=corpus, old=old, new=new, mapping=mapping, here=True)


def attempt(job: Job) -> JobRun:
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, attempt=job.attempt + 1)
    job.refresh_from_db()
    return JobRun(job)


def test_a_later_attempt_continues_where_an_earlier_one_was_killed(
    move: AnswerMove, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = start_move(move=move, started_by=None, now=NOW, here=True)
    move.refresh_from_db()
    monkeypatch.setattr(running, "MOST", 2)
    steps = 0

    class Killed(BaseException):
        pass

    def sleep(_seconds: float) -> None:
        nonlocal steps
        steps += 1
        if steps == 2:
            raise Killed

    monkeypatch.setattr("time.sleep", sleep)
    with pytest.raises(Killed):
        running.run_move(run=attempt(job), move=move)
    done = Annotation.objects.filter(codebook=move.new).count()
    assert done == 8, "two steps of two dialogues with two answers each"
    row = AnswerMove.objects.select_related("corpus", "old", "new").get(pk=move.pk)
    assert (row.state, row.counts["moved"]) == ("moving", 8)
    running.run_move(run=attempt(job), move=row)
    row.refresh_from_db()
    assert (row.state, row.counts["moved"], row.counts["assignments"]) == ("done", 16, 16)
    assert Revision.objects.filter(cause="migration").count() == 16, "each once"


def test_a_superseded_attempt_writes_nothing(move: AnswerMove) -> None:
    job = start_move(move=move, started_by=None, now=NOW, here=True)
    move.refresh_from_db()
    slow = attempt(job)
    Job.objects.filter(pk=job.pk).update(attempt=job.attempt + 1)
    with pytest.raises(Superseded):
        running.run_move(run=slow, move=move)
    assert not Revision.objects.filter(cause="migration").exists()
    assert AnswerMove.objects.get().counts == {}


def test_work_behind_the_walk_is_moved_by_another_round(
    corpus: Corpus, move: AnswerMove, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = start_move(move=move, started_by=None, now=NOW, here=True)
    first, rater = corpus.dialogues.order_by("pk").first(), source(corpus)
    assert first
    walked = running.move_decisions

    def late(**arguments: Any) -> Any:  # published answers arrive after their dialogue was done
        if not Annotation.objects.filter(rater=rater).exists() and first.pk not in arguments["dialogues"]:
            utterance = first.utterances.get()
            utterance.dialogue.corpus.codebook = move.old
            judge(rater, utterance, sentiment="negative")
            record_revisions()
        return walked(**arguments)

    monkeypatch.setattr(running, "move_decisions", late)
    execute(str(job.public_id))
    added = Annotation.objects.get(rater=rater)
    assert (added.codebook, added.answers and added.answers["sentiment"]) == (move.new, "bad")


def test_missing_codes_fail_the_job_and_leave_what_was_moved(move: AnswerMove) -> None:
    last = Annotation.objects.order_by("utterance__dialogue").last()
    assert last
    Annotation.objects.filter(pk=last.pk).update(codes=None)
    job = start_move(move=move, started_by=None, now=NOW, here=True)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "agreement.codes_missing")
    assert AnswerMove.objects.get().state == "moving"


def test_one_move_of_a_corpus_at_a_time(corpus: Corpus, move: AnswerMove) -> None:
    start_move(move=move, started_by=None, now=NOW, here=True)
    with pytest.raises(Refused) as again:
        start_move(move=move, started_by=None, now=NOW, here=True)
    assert again.value.code == "move.started"
    other = put_in_use(corpus, 'keys: "qwe"', 'keys: "rty"')
    mapping = completed(move.old.rules(), other.rules(), {})
    second = draft_move(corpus=corpus, old=move.old, new=other, mapping=mapping, here=True)
    with pytest.raises(Refused) as running_:
        start_move(move=second, started_by=None, now=NOW, here=True)
    assert running_.value.code == "move.another_runs"
    for act, code in ((discard_draft, "move.started"), (undo_move, "move.not_done")):
        with pytest.raises(Refused) as refused:
            act(move=move) if act is discard_draft else undo_move(move=move, undone_by=None, now=NOW)
        assert refused.value.code == code
    discard_draft(move=second)
    assert list(AnswerMove.objects.all()) == [move]


def test_a_move_that_was_followed_by_another_is_undone_after_it(corpus: Corpus, move: AnswerMove) -> None:
    execute(str(start_move(move=move, started_by=None, now=NOW, here=True).public_id))
    third = put_in_use(corpus, *("[negative, neutral, positive]", "[awful, neutral, positive]"))
    mapping = completed(move.new.rules(), third.rules(), {"questions": {"sentiment": {"answers": {"bad": "awful"}}}})
    later = draft_move(corpus=corpus, old=move.new, new=third, mapping=mapping, here=True)
    execute(str(start_move(move=later, started_by=None, now=NOW, here=True).public_id))
    with pytest.raises(Refused) as refused:
        undo_move(move=move, undone_by=None, now=NOW, here=True)
    assert refused.value.code == "move.moved_on"
    for each in (later, move):
        execute(str(undo_move(move=each, undone_by=None, now=NOW, here=True).public_id))
    assert set(Annotation.objects.values_list("codebook__version", flat=True)) == {1}


def test_versions_of_other_corpora_and_the_same_version_are_refused(corpus: Corpus, move: AnswerMove) -> None:
    mapping = completed(move.old.rules(), move.new.rules(), TARGETS)
    for arguments, code in (
        ({"corpus": CorpusFactory(), "old": move.old, "new": move.new}, "move.other_corpus"),
        ({"corpus": corpus, "old": move.old, "new": move.old}, "move.same_version"),
    ):
        with pytest.raises(Refused) as refused:
            draft_move(mapping=mapping, here=True, **arguments)
        assert refused.value.code == code


def test_a_second_draft_replaces_the_first_and_its_preview(corpus: Corpus, move: AnswerMove) -> None:
    assert move.job
    former = move.job
    mapping = completed(move.old.rules(), move.new.rules(), {"questions": {"sentiment": {"answers": {"negative": []}}}})
    again = draft_move(corpus=corpus, old=move.old, new=move.new, mapping=mapping, here=True)
    assert again.pk == move.pk
    execute(str(former.public_id))
    finish(corpus.raters.get(slug="a"), utterances(corpus)[0].dialogue)
    assert again.job
    execute(str(again.job.public_id))
    again.refresh_from_db()
    assert again.preview
    assert again.preview["effect"]["asked"] == Annotation.objects.filter(answers__sentiment="negative").count()
    assert again.job.kind == requests.PREVIEW
    assert CodebookVersion.objects.count() == 2
