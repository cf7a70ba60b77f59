"""Writing the text, speaker and times of an utterance, for drafts and ready dialogues; the caller holds the lock."""

from __future__ import annotations

from typing import Any

from common.errors import Refused
from corpus.domain.structure.speakers import get_or_create_speaker
from corpus.models import Dialogue, Episode, Utterance


def check_span(episode: Episode | None, start_ms: int, end_ms: int) -> None:
    """Refuse a span that is empty or exceeds the episode.

    Raises:
        Refused: `utterance.span`, `utterance.past_end`.
    """
    if not 0 <= start_ms < end_ms:
        raise Refused("utterance.span")
    if episode and episode.duration_ms and end_ms > episode.duration_ms:
        raise Refused("utterance.past_end", end_ms=end_ms, duration_ms=episode.duration_ms)


def write_utterance(
    utterance: Utterance, dialogue: Dialogue, *, text: str, speaker: str, start_ms: int | None, end_ms: int | None
) -> Utterance:
    """Check and write the text, speaker and times of an utterance.

    Args:
        utterance: as it is under the lock of its dialogue.
        dialogue: its dialogue.
        text: at least one character other than spaces.
        speaker: name; a new one becomes a speaker of the series, "" means unknown.
        start_ms, end_ms: within the episode; both None if a source's times cannot be repaired.

    Raises:
        Refused: `utterance.no_text`, `utterance.span`, `utterance.past_end`, `utterance.disorder` (it would start
            before the previous utterance or after the next one), `speaker.name_too_long`.
    """
    if not text.strip():
        raise Refused("utterance.no_text")
    if start_ms is not None and end_ms is not None:
        check_span(dialogue.episode, start_ms, end_ms)
        neighbours = dialogue.utterances.filter(order__in=[utterance.order - 1, utterance.order + 1])
        starts = dict(neighbours.values_list("order", "start_ms"))
        before, after = starts.get(utterance.order - 1), starts.get(utterance.order + 1)
        if (before is not None and start_ms < before) or (after is not None and start_ms > after):
            raise Refused("utterance.disorder")
    elif start_ms is not None or end_ms is not None:
        raise Refused("utterance.span")
    row = get_or_create_speaker(dialogue.series, speaker)
    save_fields(utterance, text=" ".join(text.split()), speaker=row, start_ms=start_ms, end_ms=end_ms)
    return utterance


def save_fields(utterance: Utterance, **fields: Any) -> None:
    """Save fields of an utterance; its version grows if one of them differs from before.

    Args:
        utterance: as it is under the lock of its dialogue.
        **fields: of text, speaker, start_ms and end_ms.
    """
    different = [name for name, value in fields.items() if getattr(utterance, name) != value]
    if not different:
        return
    for name in different:
        setattr(utterance, name, fields[name])
    utterance.version += 1
    utterance.save(update_fields=[*different, "version"])


def reload_utterance(utterance: Utterance) -> Utterance:
    """Read an utterance again under the lock of its dialogue; someone may have moved or removed it.

    Raises:
        Refused: `utterance.gone`.
    """
    try:
        return Utterance.objects.select_related("speaker").get(pk=utterance.pk, dialogue=utterance.dialogue_id)
    except Utterance.DoesNotExist:
        raise Refused("utterance.gone") from None
