"""Edits of draft dialogues until they are declared ready, which freezes them.

Every function locks the dialogues that it writes, and refuses those that are ready.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.utils import timezone

from common.errors import Refused
from corpus.domain.media.clip_cutting import order_clips
from corpus.domain.screening import inherit_screening
from corpus.domain.structure.draft_locking import lock_corpus, lock_drafts
from corpus.domain.structure.draft_numbering import free_code, renumber
from corpus.domain.structure.utterance_edits import reload_utterance
from corpus.models import Dialogue, Episode, Utterance

MARGIN_MS = 1000  # between the last utterance and the end of a recording that is still being converted


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
        Refused: `dialogue.frozen`, `dialogue.gone`, `dialogue.empty`, `dialogue.not_converted` (its recording is not
            converted that far).
    """
    [dialogue] = lock_drafts([dialogue.pk])
    if dialogue.episode and not _converted(dialogue.episode).filter(pk=dialogue.pk).exists():
        raise Refused(
            "dialogue.not_converted", dialogue=dialogue.code, minutes=(dialogue.episode.playable_ms or 0) // 60_000
        )
    _freeze([dialogue])
    return dialogue


@transaction.atomic
def declare_all_ready(*, episode: Episode) -> int:
    """Freeze every draft of an episode; return their number.

    While the recording is converted, only the drafts that it contains already are frozen.

    Raises:
        Refused: `dialogue.empty`; `episode.in_part`, it contains none of them so far.
    """
    episode.refresh_from_db(fields=["playable_ms"])
    drafts = lock_drafts(_converted(episode).filter(state=Dialogue.State.DRAFT).values_list("pk", flat=True))
    if not drafts and episode.playable_ms is not None:
        raise Refused("episode.in_part", minutes=episode.playable_ms // 60_000)
    _freeze(drafts)
    return len(drafts)


def _converted(episode: Episode) -> QuerySet[Dialogue]:
    """Return the dialogues of an episode that its playable file contains completely."""
    found = Dialogue.objects.filter(episode=episode)
    if episode.playable_ms is None:
        return found
    beyond = Utterance.objects.filter(dialogue=OuterRef("pk"), end_ms__gt=episode.playable_ms - MARGIN_MS)
    return found.exclude(Exists(beyond))


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
