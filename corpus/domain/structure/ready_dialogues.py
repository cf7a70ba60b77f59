"""State changes of dialogues that were declared ready: excluded, included, or a draft again."""

from __future__ import annotations

from django.db import transaction

from common.errors import Refused
from corpus.domain.screening import require_not_screened_out
from corpus.models import Annotation, Dialogue


@transaction.atomic
def exclude_dialogue(*, dialogue: Dialogue) -> None:
    """Exclude a ready dialogue from the work, the figures and releases; its answers stay with it.

    Raises:
        Refused: `dialogue.draft`, `dialogue.gone`.
    """
    _set_state(lock_frozen(dialogue.pk), Dialogue.State.EXCLUDED)


@transaction.atomic
def include_dialogue(*, dialogue: Dialogue) -> None:
    """Include an excluded dialogue in the work again; a ready one stays as it is.

    Raises:
        Refused: `dialogue.draft`, `dialogue.gone`, `selection.screened_out`.
    """
    locked = lock_frozen(dialogue.pk)
    require_not_screened_out(locked)
    _set_state(locked, Dialogue.State.READY)


@transaction.atomic
def back_to_draft(*, dialogue: Dialogue) -> None:
    """Make a dialogue without annotations a draft again, so that it can be divided differently.

    Raises:
        Refused: `dialogue.draft`, `dialogue.gone`; `dialogue.labelled`: its utterances have annotations, which would
            lose their place; `selection.screened_out`.
    """
    dialogue = lock_frozen(dialogue.pk)
    require_not_screened_out(dialogue)
    if Annotation.objects.filter(utterance__dialogue=dialogue).exists():
        raise Refused("dialogue.labelled", dialogue=dialogue.code)
    dialogue.state, dialogue.ready_at = Dialogue.State.DRAFT, None
    dialogue.save(update_fields=["state", "ready_at"])


def lock_frozen(pk: int) -> Dialogue:
    """Lock a dialogue that is not a draft; rows that refer to it can still be added.

    Raises:
        Refused: `dialogue.gone`, `dialogue.draft`.
    """
    locked = Dialogue.objects.select_for_update(no_key=True, of=("self",)).select_related("corpus", "series")
    try:
        dialogue = locked.get(pk=pk)
    except Dialogue.DoesNotExist:
        raise Refused("dialogue.gone") from None
    if dialogue.state == Dialogue.State.DRAFT:
        raise Refused("dialogue.draft", dialogue=dialogue.code)
    return dialogue


def _set_state(dialogue: Dialogue, state: Dialogue.State) -> None:
    dialogue.state = state
    dialogue.save(update_fields=["state"])
