"""Corpora with labels to compare."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from annotator.models import Assignment
from corpus.models import CodebookVersion, Corpus, Dialogue, Rater, Utterance
from corpus.rules.codebook import as_document, parse
from tests.annotator.material import CODEBOOK, answered, corpus_with_work
from tests.factories import (
    SLOT_STATES,
    AnnotationFactory,
    AssignmentFactory,
    CodebookVersionFactory,
    RaterFactory,
    SlotFactory,
    SourceRaterFactory,
)

MOODS = {"-": "negative", "0": "neutral", "+": "positive"}


def judged(moods: dict[str, str], *, utterances_per_dialogue: int = 1) -> Corpus:
    """A corpus whose members judged the sentiment of each utterance, in finished dialogues.

    `moods`: rater slug -> one of "-0+" per utterance, "?" for cannot judge, " " for no annotation.
    """
    count = len(next(iter(moods.values())))
    corpus = corpus_with_work(dialogues=count // utterances_per_dialogue, utterances=utterances_per_dialogue)
    for slug, marks in moods.items():
        rater = RaterFactory(corpus=corpus, slug=slug)
        for utterance, mark in zip(utterances(corpus), marks, strict=True):
            if mark != " ":
                judge(rater, utterance, sentiment=MOODS.get(mark, "cannot_judge"))
    return corpus


def utterances(corpus: Corpus) -> Sequence[Utterance]:
    return list(Utterance.objects.filter(dialogue__corpus=corpus).order_by("dialogue__order", "order"))


def judge(rater: Rater, utterance: Utterance, **answers: Any) -> None:
    if rater.kind == Rater.Kind.MEMBER:
        finish(rater, utterance.dialogue)
    codebook = utterance.dialogue.corpus.codebook
    AnnotationFactory(rater=rater, utterance=utterance, codebook=codebook, answers=answered(**answers))


def finish(rater: Rater, dialogue: Dialogue, state: str = Assignment.State.DONE) -> None:
    if Assignment.objects.filter(rater=rater, dialogue=dialogue).exists():
        return
    number = dialogue.slots.count() + 1
    AssignmentFactory(
        rater=rater,
        dialogue=dialogue,
        slot=SlotFactory(dialogue=dialogue, number=number, state=SLOT_STATES[state]),
        codebook=dialogue.corpus.codebook,
        state=state,
        ended_at=None if state == Assignment.State.OPEN else timezone.now(),
    )


def source(corpus: Corpus, slug: str = "published") -> Rater:
    rater: Rater = SourceRaterFactory(corpus=corpus, slug=slug)
    return rater


def put_in_use(corpus: Corpus, old: str, new: str) -> CodebookVersion:
    """Put a codebook in use that differs from the small one of `corpus_with_work` in one place."""
    assert old in CODEBOOK
    number = corpus.codebooks.count() + 1
    source = CODEBOOK.replace(old, new)
    document = as_document(parse(source))
    made: CodebookVersion = CodebookVersionFactory(corpus=corpus, version=number, source=source, document=document)
    corpus.codebook = made
    corpus.save()
    return made
