"""A corpus with a task of every kind, labelled by several raters who agree in part and left some dialogues open."""

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from annotator.domain.batches.retests import MinimumAge, create_retest
from annotator.domain.calibration.answer_sets import newest, write_answers
from annotator.domain.calibration.settings import use_dialogue
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.models import Assignment, Calibration, Slot
from common.models import User
from corpus.domain.codebooks.codebook_versions import add_codebook_version
from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.models import Corpus, Dialogue, Rater, Utterance
from corpus.rules.codebook import CANNOT_JUDGE, Codebook, Link, Task, applies, settle
from tests.factories import CorpusFactory, DialogueFactory, RaterFactory, SpeakerFactory, UtteranceFactory

NOW = timezone.now()
DIALOGUES, UTTERANCES, EACH = 8, 4, 4  # EACH: dialogues that each person finishes
RATERS = ("ann", "bob", "cai")


def empty_corpus(yaml_text: str, *, dialogues: int = DIALOGUES) -> Corpus:
    """Return a corpus with the codebook and a guideline, whose dialogues nobody has labelled."""
    corpus: Corpus = CorpusFactory()
    add_codebook_version(corpus=corpus, yaml_text=yaml_text)
    add_guideline_version(corpus=corpus, texts={"en": "# How", "zh": "# 做法"}, created_by=None, edited=0)
    for order in range(dialogues):
        dialogue = DialogueFactory(corpus=corpus, order=order)
        speaker = SpeakerFactory(series=dialogue.series)
        for place in range(1, UTTERANCES + 1):
            UtteranceFactory(dialogue=dialogue, order=place, speaker=speaker)
    corpus.refresh_from_db()
    return corpus


def labelled(yaml_text: str, *, without: str = "", finished: bool = True) -> Corpus:
    """Return a corpus that three people labelled: two of them most dialogues, and the last dialogue of each is open.

    Args:
        yaml_text: the codebook.
        without: slug of a task that everyone answered with "cannot judge".
        finished: False: everybody has one dialogue in hand, and none is finished.
    """
    corpus = empty_corpus(yaml_text)
    people = [RaterFactory(corpus=corpus, slug=slug) for slug in RATERS]
    rng = random.Random(5)
    for _ in range(EACH) if finished else ():
        for person in people:
            label_next(person, rng, without=without)
    for person in people:
        assert label_next(person, rng, without=without, leave_open=True)
    return corpus


def label_next(
    rater: Rater,
    rng: random.Random,
    *,
    without: str = "",
    leave_open: bool = False,
    accepted: bool = False,
    now: datetime = NOW,
) -> Assignment | None:
    """Claim a dialogue, answer its utterances (all but the last, to leave it open), and finish it."""
    assignment = claim(rater=rater, now=now)
    if assignment is None:
        return None
    assert rater.membership
    utterances = list(assignment.dialogue.utterances.order_by("order"))[: -1 if leave_open else None]
    operations = [
        Operation(
            id=uuid4(),
            kind="commit",
            utterance=each.public_id,
            answers=accepted_answers(each)
            if accepted
            else answers(assignment.codebook.rules(), each.order, rng, without=without),
        )
        for each in utterances
    ]
    acks = apply_operations(
        assignment=assignment, token=assignment.token, author=rater.membership.user, operations=operations, now=now
    )
    assert [str(ack.refusal) for ack in acks if ack.status != "applied"] == []
    if not leave_open:
        finish(assignment=assignment, token=assignment.token, now=now)
    return assignment


def answers(codebook: Codebook, order: int, rng: random.Random, *, without: str = "") -> dict[str, Any]:
    """Return complete answers to an utterance; most depend on its number, the others are drawn."""
    given: dict[str, Any] = {task.slug: _of_task(task, order, rng) for task in codebook.tasks}
    if without:
        given[without] = CANNOT_JUDGE
    for link in codebook.links:
        if applies(link, given):
            given[link.slug] = _of_link(link, order, rng)
    return settle(codebook, given)


def accepted_answers(utterance: Utterance) -> dict[str, Any]:
    """Return the first accepted answers, with the choices of a set the other way round."""
    acceptable = newest(Utterance.objects.filter(pk=utterance.pk))[utterance.pk].acceptable
    return {slug: each[::-1] if isinstance(each, list) else each for slug, (each, *_) in acceptable.items()}


def _of_task(task: Task, order: int, rng: random.Random) -> Any:
    slugs = task.slugs()
    if rng.random() < 0.05:
        return CANNOT_JUDGE
    first = slugs[order % len(slugs)] if rng.random() < 0.7 else rng.choice(slugs)
    if not task.many:
        return first
    other = rng.choice(slugs)
    return [first, other] if other != first and rng.random() < 0.5 else [first]


def _of_link(link: Link, order: int, rng: random.Random) -> int:
    return link.values[order % len(link.values)] if rng.random() < 0.7 else rng.choice(link.values)


def with_retest(corpus: Corpus, created_by: User) -> None:
    """Let the first rater label earlier dialogues again."""
    later = NOW + timedelta(days=30)
    rater = corpus.raters.get(slug=RATERS[0])
    opened = Assignment.objects.get(rater=rater, state=Assignment.State.OPEN)
    create_retest(
        corpus=corpus,
        people=[rater],
        created_by=created_by,
        now=later,
        name="again",
        count=2,
        minimum_age=MinimumAge(days=14, dialogues=0),
        percent=100,
    )
    rng = random.Random(6)
    last = opened.dialogue.utterances.order_by("order").last()
    assert rater.membership
    assert last
    given = answers(opened.codebook.rules(), last.order, rng)
    commit = Operation(id=uuid4(), kind="commit", utterance=last.public_id, answers=given)
    apply_operations(
        assignment=opened, token=opened.token, author=rater.membership.user, operations=[commit], now=later
    )
    finish(assignment=opened, token=opened.token, now=later)
    for _ in range(2):
        assert label_next(rater, rng, now=later)


def with_late_work(corpus: Corpus) -> None:
    """Store answers of the last rater that arrive under a token which is not theirs any more."""
    opened = Assignment.objects.get(rater__corpus=corpus, rater__slug=RATERS[-1], state=Assignment.State.OPEN)
    Slot.objects.filter(pk=opened.slot_id).update(token=opened.token + 1)
    Assignment.objects.filter(pk=opened.pk).update(token=opened.token + 1)
    rng = random.Random(8)
    operations = [
        Operation(
            id=uuid4(),
            kind="commit",
            utterance=each.public_id,
            answers=answers(opened.codebook.rules(), each.order, rng),
        )
        for each in opened.dialogue.utterances.all()
    ]
    assert opened.rater.membership
    author = opened.rater.membership.user
    acks = apply_operations(assignment=opened, token=opened.token, author=author, operations=operations, now=NOW)
    assert {ack.status for ack in acks} == {"set_aside"}


def with_calibration(corpus: Corpus, *, right: bool = False) -> Rater:
    """Use two more dialogues for training and a test, which a newcomer takes; return the newcomer.

    Args:
        corpus: with a codebook.
        right: whether the newcomer gives the accepted answers, with the choices of a set the other way round.
    """
    codebook = corpus.codebook
    assert codebook
    rules, rng = codebook.rules(), random.Random(7)
    for order, use in enumerate(("training", "test"), start=100):
        dialogue: Dialogue = DialogueFactory(corpus=corpus, order=order)
        for place in range(1, 3):
            utterance = UtteranceFactory(dialogue=dialogue, order=place)
            accepted = {slug: [each] for slug, each in answers(rules, place, rng).items()}
            write_answers(utterance=utterance, acceptable=accepted, reasons={"": "heard"}, author=None)
        use_dialogue(dialogue=dialogue, use=use, part=1)
    Calibration.objects.create(corpus=corpus, has_training=True, has_test=True)
    newcomer: Rater = RaterFactory(corpus=Corpus.objects.get(pk=corpus.pk), slug="new")
    for purpose in ("training", "test"):
        assignment = label_next(newcomer, rng, accepted=right)
        assert assignment
        assert assignment.purpose == purpose
    return newcomer
