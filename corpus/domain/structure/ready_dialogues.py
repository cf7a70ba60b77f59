"""What may still happen to a dialogue that was declared ready: its utterances change, visibly, or it leaves the work.

A change withdraws the labels it touches by a revision of their own, so that nobody's judgement of one thing passes for
that of another. Who labelled is asked again; `annotator.domain.labelling.utterance_edits` brings the dialogue
back to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from common.errors import Refused
from common.models import User
from corpus.domain.annotations.revisions import withdraw_answers
from corpus.domain.ingest.clip_cutting import order_clips
from corpus.domain.structure.utterance_edits import again, mend
from corpus.models import Annotation, Dialogue, Utterance, UtteranceEdit

FIELDS = ("text", "speaker", "start_ms", "end_ms")


@dataclass(frozen=True, slots=True)
class Changed:
    """A change and the annotations whose labels it withdrew; no change where everything was so already."""

    change: UtteranceEdit | None
    reopened: tuple[Annotation, ...]


@transaction.atomic
def change_ready_utterance(
    *,
    utterance: Utterance,
    text: str,
    speaker: str,
    start_ms: int | None,
    end_ms: int | None,
    changed_by: User,
    now: datetime,
) -> Changed:
    """Change an utterance that may have labels, withdraw its members' labels and let its clip be cut anew.

    Labels of sources and models stay: nobody could be asked again.

    Args:
        utterance: of a dialogue that is no draft.
        text: at least one character that is no space.
        speaker: name; a new one becomes a speaker of the series, "" means unknown.
        start_ms, end_ms: within the episode; None and None where a source's times are beyond repair.
        changed_by: the manager.
        now: the moment.

    Raises:
        Refused: `dialogue.draft`, `dialogue.gone`, `utterance.gone`, `utterance.no_text`, `utterance.span`,
            `utterance.past_end`, `utterance.disorder`.
    """
    dialogue = _frozen(utterance.dialogue_id)
    utterance = again(utterance)
    before = _told(utterance)
    after = _told(mend(utterance, dialogue, text=text, speaker=speaker, start_ms=start_ms, end_ms=end_ms))
    changed = [field for field in FIELDS if before[field] != after[field]]
    if not changed:
        return Changed(None, ())
    change = UtteranceEdit.objects.create(
        utterance=utterance,
        before={field: before[field] for field in changed},
        after={field: after[field] for field in changed},
        changed_by=changed_by,
        changed_at=now,
    )
    if "start_ms" in changed or "end_ms" in changed:
        order_clips(dialogues=[dialogue])
    return Changed(change, tuple(withdraw_answers(utterance=utterance, author=changed_by, now=now)))


@transaction.atomic
def exclude_dialogue(*, dialogue: Dialogue) -> None:
    """Take a ready dialogue out of the work, of the figures and of releases; its labels stay with it.

    Raises:
        Refused: `dialogue.draft`, `dialogue.gone`.
    """
    _be(_frozen(dialogue.pk), Dialogue.State.EXCLUDED)


@transaction.atomic
def include_dialogue(*, dialogue: Dialogue) -> None:
    """Bring a dialogue that was put aside back into the work; a ready one stays as it is.

    Raises:
        Refused: `dialogue.draft`, `dialogue.gone`.
    """
    _be(_frozen(dialogue.pk), Dialogue.State.READY)


@transaction.atomic
def back_to_draft(*, dialogue: Dialogue) -> None:
    """Make a draft again of a dialogue that nobody has labelled, so that it can be cut differently.

    Raises:
        Refused: `dialogue.draft`, `dialogue.gone`; `dialogue.labelled`, its utterances hold labels that would lose
            their place.
    """
    dialogue = _frozen(dialogue.pk)
    if Annotation.objects.filter(utterance__dialogue=dialogue).exists():
        raise Refused("dialogue.labelled", dialogue=dialogue.code)
    dialogue.state, dialogue.ready_at = Dialogue.State.DRAFT, None
    dialogue.save(update_fields=["state", "ready_at"])


def _frozen(pk: int) -> Dialogue:
    """Lock a dialogue that is no draft; rows that refer to it can still be added."""
    locked = Dialogue.objects.select_for_update(no_key=True, of=("self",)).select_related("corpus", "series")
    try:
        dialogue = locked.get(pk=pk)
    except Dialogue.DoesNotExist:
        raise Refused("dialogue.gone") from None
    if dialogue.state == Dialogue.State.DRAFT:
        raise Refused("dialogue.draft", dialogue=dialogue.code)
    return dialogue


def _be(dialogue: Dialogue, state: Dialogue.State) -> None:
    dialogue.state = state
    dialogue.save(update_fields=["state"])


def _told(utterance: Utterance) -> dict[str, Any]:
    return {
        "text": utterance.text,
        "speaker": utterance.speaker.name if utterance.speaker else "",
        "start_ms": utterance.start_ms,
        "end_ms": utterance.end_ms,
    }
