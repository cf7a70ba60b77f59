"""Edits of draft dialogues until they are declared ready, which freezes them.

Every function locks the dialogues that it writes, and refuses those that are ready.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from common.errors import Refused
from corpus.domain.media.clip_cutting import order_clips
from corpus.domain.screening import inherit_screening
from corpus.domain.structure.draft_locking import lock_corpus, lock_drafts
from corpus.domain.structure.draft_numbering import free_code, renumber
from corpus.domain.structure.utterance_edits import reload_utterance
from corpus.models import Dialogue, Episode, Utterance


@transaction.atomic
def begin_dialogue(*, utterance: Utterance) -> Dialogue:
    """Divide a draft so that a new dialogue begins at this utterance; return the new one.

    Raises:
        Refused: `dialogue.frozen`, `dialogue.gone`, `utterance.gone`, `utterance.first` (its dialogue begins there).
    """
    lock_corpus(utterance.dialogue.corpus_id)
    [dialogue] = lock_drafts([utterance.dialogue_id])
    utterance = reload_utterance(utterance)
    if not dialogue.utterances.filter(order__lt=utterance.order).exists():
        raise Refused("utterance.first")
    Dialogue.with_retired.filter(corpus=dialogue.corpus, order__gt=dialogue.order).update(order=F("order") + 1)
    new = Dialogue.objects.create(
        corpus=dialogue.corpus,
        series=dialogue.series,
        episode=dialogue.episode,
        code=free_code(dialogue.corpus_id, dialogue.code),
        order=dialogue.order + 1,
    )
    dialogue.utterances.filter(order__gte=utterance.order).update(dialogue=new)
    renumber(new)
    inherit_screening(new=new, of=dialogue)
    return new


@transaction.atomic
def join_to_previous(*, dialogue: Dialogue) -> Dialogue:
    """Join a draft to the dialogue before it in the episode, which must be a draft too; return the joined dialogue.

    Raises:
        Refused: `dialogue.frozen`, `dialogue.gone`, `dialogue.first`.
    """
    lock_corpus(dialogue.corpus_id)
    before = _of_episode(dialogue).filter(order__lt=dialogue.order).order_by("order").last()
    if before is None:
        raise Refused("dialogue.first")
    earlier, later = lock_drafts([before.pk, dialogue.pk])
    last = earlier.utterances.aggregate(last=Max("order"))["last"] or 0
    later.utterances.update(dialogue=earlier, order=F("order") + last)
    renumber(earlier)
    later.delete()
    return earlier


@transaction.atomic
def declare_ready(*, dialogue: Dialogue) -> Dialogue:
    """Freeze a draft for labelling, and queue the cutting of its clips.

    Raises:
        Refused: `dialogue.frozen`, `dialogue.gone`, `dialogue.empty`.
    """
    [dialogue] = lock_drafts([dialogue.pk])
    _freeze([dialogue])
    return dialogue


@transaction.atomic
def declare_all_ready(*, episode: Episode) -> int:
    """Freeze every draft of an episode; return their number.

    Raises:
        Refused: `dialogue.empty`.
    """
    drafts = lock_drafts(episode.dialogues.filter(state=Dialogue.State.DRAFT).values_list("pk", flat=True))
    _freeze(drafts)
    return len(drafts)


def _freeze(dialogues: list[Dialogue]) -> None:
    now = timezone.now()
    for dialogue in dialogues:
        if not dialogue.utterances.exists():
            raise Refused("dialogue.empty", dialogue=dialogue.code)
        dialogue.state, dialogue.ready_at = Dialogue.State.READY, now
        dialogue.save(update_fields=["state", "ready_at"])
    order_clips(dialogues=dialogues)


def _of_episode(dialogue: Dialogue) -> QuerySet[Dialogue]:
    return Dialogue.objects.filter(corpus=dialogue.corpus, series=dialogue.series, episode=dialogue.episode)
