"""A corpus with calibration, and annotators in it."""

from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

from django.utils import timezone

from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from annotator.domain.calibration import gold_judging
from annotator.domain.calibration.answer_sets import write_answers
from annotator.domain.calibration.settings import use_dialogue
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.models import Assignment, Calibration
from common.jobs.queue import enqueue, execute
from common.models import Job
from corpus.models import Corpus, Dialogue, Rater
from tests.annotator.material import answered, corpus_with_work
from tests.factories import RaterFactory

NOW = timezone.now()
CALM = answered()
GLAD = answered(sentiment="positive", emotion="joy", emotion_sentiment=2)
KEY: dict[str, list[Any]] = {"sentiment": ["neutral"], "emotion": ["neutral"], "emotion_sentiment": ["not_applicable"]}


def keyed(dialogue: Dialogue, use: str, part: int = 1) -> Dialogue:
    """Use a dialogue whose accepted answers are all defaults."""
    for utterance in dialogue.utterances.all():
        write_answers(utterance=utterance, acceptable=KEY, reasons={"": "nothing special"}, author=None)
    use_dialogue(dialogue=dialogue, use=use, part=part)
    return dialogue


def calibrated(
    *uses: str,
    main: int = 1,
    utterances: int = 1,
    k: int = 3,
    apart: bool = True,
    order: str = "",
    **settings: Any,
) -> Corpus:
    """Return a corpus whose first dialogues have these uses ("test2": of the second test set), the others have none.

    Dialogues with a use get no main work, as if they had their k judgements, unless `apart` is False. With gold they
    are given out in shuffled blocks by default, otherwise in order.
    """
    order = order or ("shuffled-blocks" if "gold" in uses else "sequential")
    corpus = corpus_with_work(dialogues=len(uses) + main, utterances=utterances, k=k, order=order)
    for dialogue, use in zip(corpus.dialogues.order_by("order"), uses, strict=False):
        keyed(dialogue, use.rstrip("123"), int(use[-1]) if use[-1].isdigit() else 1)
    Dialogue.objects.filter(calibration__isnull=False).update(is_dealt=apart)
    for use in ("training", "test", "gold"):
        settings.setdefault(f"has_{use}", any(each.startswith(use) for each in uses))
    Calibration.objects.create(corpus=corpus, seed="of the tests", **settings)
    return corpus


def newcomer(corpus: Corpus) -> Rater:
    """Return an annotator as a claim reads them, with the corpus's calibration.

    Their public id, on which the draws of gold depend, is the same in each run.
    """
    name = f"{Corpus.objects.filter(pk__lt=corpus.pk).count()} {Rater.objects.filter(corpus=corpus).count()}"
    rater: Rater = RaterFactory(corpus=Corpus.objects.get(pk=corpus.pk), public_id=uuid5(NAMESPACE_OID, name))
    return rater


def take(rater: Rater) -> Assignment | None:
    return claim(rater=rater, now=NOW)


def commit(assignment: Assignment, answers: dict[str, Any]) -> None:
    assert assignment.rater.membership
    operations = [
        Operation(id=uuid4(), kind="commit", utterance=each.public_id, answers=answers)
        for each in assignment.dialogue.utterances.all()
    ]
    author = assignment.rater.membership.user
    acks = apply_operations(
        assignment=assignment, token=assignment.token, author=author, operations=operations, now=NOW
    )
    assert {ack.status for ack in acks} == {"applied"}


def work_through(rater: Rater, answers: dict[str, Any] = CALM) -> str:
    """Claim, answer and finish a dialogue; return its purpose, "" if nothing was left."""
    assignment = take(rater)
    if assignment is None:
        return ""
    commit(assignment, answers)
    finish(assignment=assignment, token=assignment.token, now=NOW)
    return assignment.purpose


def gold_judged(corpus: Corpus) -> Job:
    """Run the job that judges finished gold dialogues."""
    scope = str(corpus.public_id)
    job = enqueue(kind=gold_judging.KIND, args={"corpus": scope}, scope=scope, here=True)
    execute(str(job.public_id))
    job.refresh_from_db()
    return job
