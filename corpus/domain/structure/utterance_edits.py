"""Writing into an utterance: the one way for drafts and for what is ready, once its dialogue is locked."""

from __future__ import annotations

from typing import Any

from common.errors import Refused
from corpus.domain.structure.speakers import named
from corpus.models import Dialogue, Episode, Utterance


def check_span(episode: Episode | None, start_ms: int, end_ms: int) -> None:
    """Refuse a span that is empty or leaves the episode.

    Raises:
        Refused: `utterance.span`, `utterance.past_end`.
    """
    if not 0 <= start_ms < end_ms:
        raise Refused("utterance.span")
    if episode and episode.duration_ms and end_ms > episode.duration_ms:
        raise Refused("utterance.past_end", end_ms=end_ms, duration_ms=episode.duration_ms)


def mend(
    utterance: Utterance, dialogue: Dialogue, *, text: str, speaker: str, start_ms: int | None, end_ms: int | None
) -> Utterance:
    """Write what was said, by whom and when into an utterance whose dialogue the caller has locked.

    Args:
        utterance: as it is under the lock.
        dialogue: its dialogue.
        text, speaker: as for `change_utterance`.
        start_ms, end_ms: within the episode; None and None where a source's times are beyond repair.

    Raises:
        Refused: `utterance.no_text`, `utterance.span`, `utterance.past_end`, `utterance.disorder`.
    """
    if not text.strip():
        raise Refused("utterance.no_text")
    if start_ms is not None and end_ms is not None:
        check_span(dialogue.episode, start_ms, end_ms)
        beside = dialogue.utterances.filter(order__in=[utterance.order - 1, utterance.order + 1])
        starts = dict(beside.values_list("order", "start_ms"))
        before, after = starts.get(utterance.order - 1), starts.get(utterance.order + 1)
        if (before is not None and start_ms < before) or (after is not None and start_ms > after):
            raise Refused("utterance.disorder")
    elif start_ms is not None or end_ms is not None:
        raise Refused("utterance.span")
    said_by = named(dialogue.series, speaker)
    rewrite(utterance, text=" ".join(text.split()), speaker=said_by, start_ms=start_ms, end_ms=end_ms)
    return utterance


def rewrite(utterance: Utterance, **fields: Any) -> None:
    """Save new values of an utterance whose dialogue is locked; where one is new indeed, its version grows.

    Args:
        utterance: as it is under the lock.
        **fields: of text, speaker, start_ms and end_ms.
    """
    changed = [name for name, value in fields.items() if getattr(utterance, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(utterance, name, fields[name])
    utterance.version += 1
    utterance.save(update_fields=[*changed, "version"])


def again(utterance: Utterance) -> Utterance:
    """Read an utterance again under the lock of its dialogue; somebody may have moved or removed it meanwhile."""
    try:
        return Utterance.objects.select_related("speaker").get(pk=utterance.pk, dialogue=utterance.dialogue_id)
    except Utterance.DoesNotExist:
        raise Refused("utterance.gone") from None
