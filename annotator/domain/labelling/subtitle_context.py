"""Subtitles of a dialogue beside its speech: sounds and music between utterances, and translations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import models

from common.database.prepared import PreparedSelect, Values
from corpus.models import Dialogue, Utterance

FAR_MS = 1_000_000_000  # beyond any recording


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage without speech, before the utterance with index `before` (from 0; their number: after the last)."""

    text: str
    start_ms: int
    end_ms: int
    before: int


@dataclass(frozen=True, slots=True)
class SubtitleContext:
    """The passages of a dialogue, and the translation of each utterance that has one, by primary key."""

    passages: list[Passage] = field(default_factory=list)
    translations: dict[int, str] = field(default_factory=dict)


PK = models.BigAutoField()
NUMBER = models.IntegerField()
# a passage between two dialogues belongs to the nearer one
PASSAGES = PreparedSelect(
    Values(models.TextField(), NUMBER, NUMBER),
    f"""
    SELECT cue.text, cue.start_ms, cue.end_ms FROM corpus_cue cue
    WHERE cue.episode_id = %(episode)s AND cue.kind = 'no_speech' AND cue.remark IN ('', 'overlaps', 'clipped')
        AND cue.start_ms * 2 >= %(start)s + COALESCE((
            SELECT MAX(utterance.end_ms) FROM corpus_utterance utterance
            JOIN corpus_dialogue dialogue ON dialogue.id = utterance.dialogue_id
            WHERE dialogue.episode_id = %(episode)s AND dialogue."order" < %(order)s
        ), -{FAR_MS})
        AND cue.start_ms * 2 < %(end)s + COALESCE((
            SELECT MIN(utterance.start_ms) FROM corpus_utterance utterance
            JOIN corpus_dialogue dialogue ON dialogue.id = utterance.dialogue_id
            WHERE dialogue.episode_id = %(episode)s AND dialogue."order" > %(order)s
        ), {FAR_MS})
    ORDER BY cue.start_ms, cue."order"
    """,  # noqa: S608 -- a constant
    {"episode": PK, "start": NUMBER, "end": NUMBER, "order": NUMBER},
)
TRANSLATIONS = PreparedSelect(
    Values(PK, models.TextField()),
    """
    SELECT cue.utterance_id, cue.translation FROM corpus_cue cue
    JOIN corpus_utterance utterance ON utterance.id = cue.utterance_id
    WHERE utterance.dialogue_id = %(dialogue)s AND cue.translation <> '' ORDER BY cue."order"
    """,
    {"dialogue": PK},
)


def subtitle_context(dialogue: Dialogue, utterances: Sequence[Utterance], *, translations: bool) -> SubtitleContext:
    """Return what the subtitles of a dialogue hold beside its speech; nothing without an episode.

    Args:
        dialogue: the dialogue.
        utterances: all of it, in order.
        translations: whether the corpus shows them to annotators.
    """
    starts = [each.start_ms for each in utterances if each.start_ms is not None]
    ends = [each.end_ms for each in utterances if each.end_ms is not None]
    if dialogue.episode_id is None or not starts:
        return SubtitleContext()
    found = PASSAGES.all(episode=dialogue.episode_id, start=min(starts), end=max(ends), order=dialogue.order)
    passages = [Passage(text, start, end, _place(utterances, start)) for text, start, end in found]
    texts: dict[int, str] = {}
    for utterance, text in TRANSLATIONS.all(dialogue=dialogue.pk) if translations else ():
        texts[utterance] = f"{texts[utterance]} {text}" if utterance in texts else text
    return SubtitleContext(passages, texts)


def _place(utterances: Sequence[Utterance], start_ms: int) -> int:
    later = (at for at, each in enumerate(utterances) if each.start_ms is not None and each.start_ms > start_ms)
    return next(later, len(utterances))
