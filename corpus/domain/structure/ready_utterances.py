"""Edits of utterances of ready dialogues, which withdraw the answers they affect.

The withdrawal is a revision of its own, so that an answer to one text never counts for another. The annotators are
asked again: `annotator.domain.labelling.utterance_edits` returns the dialogue to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from common.models import User
from corpus.domain.annotations.revisions import withdraw_answers
from corpus.domain.media.clip_cutting import order_clips
from corpus.domain.structure.ready_dialogues import lock_frozen
from corpus.domain.structure.utterance_edits import reload_utterance, write_utterance
from corpus.models import Annotation, Utterance, UtteranceEdit

FIELDS = ("text", "speaker", "start_ms", "end_ms")


@dataclass(frozen=True, slots=True)
class EditResult:
    """The result of an edit.

    Attributes:
        edit: None if nothing differed from before.
        reopened: the annotations whose answers it withdrew.
    """

    edit: UtteranceEdit | None
    reopened: tuple[Annotation, ...]


@transaction.atomic
def edit_ready_utterance(
    *,
    utterance: Utterance,
    text: str,
    speaker: str,
    start_ms: int | None,
    end_ms: int | None,
    edited_by: User,
    now: datetime,
) -> EditResult:
    """Edit an utterance that may have answers, withdraw the members' answers and queue the cutting of its clip.

    Answers of sources and models stay, since they cannot answer again.

    Args:
        utterance: of a dialogue that is not a draft.
        text, speaker, start_ms, end_ms: as of `utterance_edits.write_utterance`.
        edited_by: the manager.
        now: time of the edit.

    Raises:
        Refused: `dialogue.draft`, `dialogue.gone`, `utterance.gone`, `utterance.no_text`, `utterance.span`,
            `utterance.past_end`, `utterance.disorder`.
    """
    dialogue = lock_frozen(utterance.dialogue_id)
    utterance = reload_utterance(utterance)
    before = _fields(utterance)
    after = _fields(write_utterance(utterance, dialogue, text=text, speaker=speaker, start_ms=start_ms, end_ms=end_ms))
    different = [field for field in FIELDS if before[field] != after[field]]
    if not different:
        return EditResult(None, ())
    edit = UtteranceEdit.objects.create(
        utterance=utterance,
        before={field: before[field] for field in different},
        after={field: after[field] for field in different},
        changed_by=edited_by,
        changed_at=now,
    )
    if "start_ms" in different or "end_ms" in different:
        order_clips(dialogues=[dialogue])
    return EditResult(edit, tuple(withdraw_answers(utterance=utterance, author=edited_by, now=now)))


def _fields(utterance: Utterance) -> dict[str, Any]:
    return {
        "text": utterance.text,
        "speaker": utterance.speaker.name if utterance.speaker else "",
        "start_ms": utterance.start_ms,
        "end_ms": utterance.end_ms,
    }
