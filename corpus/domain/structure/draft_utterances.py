"""Edits of the utterances of draft dialogues.

Every function locks the dialogue, and refuses one that is ready.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from common.errors import Refused
from corpus.domain.structure.draft_locking import lock_drafts
from corpus.domain.structure.draft_numbering import OFFSET, renumber
from corpus.domain.structure.speaker_merges import follow_split
from corpus.domain.structure.utterance_edits import reload_utterance, save_fields, write_utterance
from corpus.models import Utterance


@transaction.atomic
def edit_draft_utterance(*, utterance: Utterance, text: str, speaker: str, start_ms: int, end_ms: int) -> Utterance:
    """Edit the text, speaker and times of an utterance in a draft; arguments as of `write_utterance`.

    Raises:
        Refused: `dialogue.frozen`, `dialogue.gone`, `utterance.gone`, `utterance.no_text`, `utterance.span`,
            `utterance.past_end`, `utterance.disorder`.
    """
    [dialogue] = lock_drafts([utterance.dialogue_id])
    return write_utterance(
        reload_utterance(utterance), dialogue, text=text, speaker=speaker, start_ms=start_ms, end_ms=end_ms
    )


@transaction.atomic
def split_utterance(*, utterance: Utterance, at_ms: int, at_char: int) -> Utterance:
    """Split an utterance into two of the same speaker; return the second one.

    Args:
        utterance: of a draft.
        at_ms: start of the second one, inside the span of the utterance.
        at_char: number of characters of the text that stay with the first one; neither part may be empty.

    Raises:
        Refused: `dialogue.frozen`, `dialogue.gone`, `utterance.gone`, `utterance.split_span`, `utterance.split_text`.
    """
    [dialogue] = lock_drafts([utterance.dialogue_id])
    utterance = reload_utterance(utterance)
    first, second = utterance.text[:at_char].strip(), utterance.text[max(at_char, 0) :].strip()
    if not first or not second:
        raise Refused("utterance.split_text")
    if utterance.start_ms is None or utterance.end_ms is None or not utterance.start_ms < at_ms < utterance.end_ms:
        raise Refused("utterance.split_span")
    dialogue.utterances.filter(order__gt=utterance.order).update(order=F("order") + OFFSET)
    new = Utterance.objects.create(
        dialogue=dialogue,
        order=utterance.order + 1,
        code=f"{utterance.code}~",
        speaker=utterance.speaker,
        text=second,
        start_ms=at_ms,
        end_ms=utterance.end_ms,
    )
    save_fields(utterance, text=first, end_ms=at_ms)
    utterance.cues.filter(start_ms__gte=at_ms).update(utterance=new)
    follow_split(utterance=utterance, new=new)
    renumber(dialogue)
    return reload_utterance(new)


@transaction.atomic
def merge_with_next(*, utterance: Utterance) -> Utterance:
    """Merge the next utterance of the draft into this one; the speaker is that of the first one that has any.

    Raises:
        Refused: `dialogue.frozen`, `dialogue.gone`, `utterance.gone`, `utterance.last`.
    """
    [dialogue] = lock_drafts([utterance.dialogue_id])
    utterance = reload_utterance(utterance)
    following = dialogue.utterances.filter(order__gt=utterance.order).order_by("order").first()
    if following is None:
        raise Refused("utterance.last")
    end_ms = utterance.end_ms
    if end_ms is not None and following.end_ms is not None:
        end_ms = max(end_ms, following.end_ms)
    following.cues.update(utterance=utterance)
    following.delete()
    text = f"{utterance.text} {following.text}"
    save_fields(utterance, text=text, speaker=utterance.speaker or following.speaker, end_ms=end_ms)
    renumber(dialogue)
    return utterance


@transaction.atomic
def remove_utterance(*, utterance: Utterance) -> None:
    """Remove an utterance that is not speech (a title, a credit) from its draft; its cues stay with the episode.

    A dialogue without utterances is removed too.

    Raises:
        Refused: `dialogue.frozen`, `dialogue.gone`, `utterance.gone`.
    """
    [dialogue] = lock_drafts([utterance.dialogue_id])
    reload_utterance(utterance).delete()
    if dialogue.utterances.exists():
        renumber(dialogue)
    else:
        dialogue.delete()
