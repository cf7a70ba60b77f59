"""Mending draft dialogues until they are declared ready; after that they are frozen.

Every write locks the dialogues it touches, in the order of their ids, and refuses those that are ready.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from common.errors import Refused
from corpus.domain.ingest.clip_cutting import order_clips
from corpus.domain.structure.utterance_edits import again, mend, rewrite
from corpus.models import Corpus, Dialogue, Episode, Utterance

ASIDE = 1_000_000  # added to places while they are dealt anew, as each must be unique at every moment


def drafts(dialogues: Iterable[int]) -> list[Dialogue]:
    """Lock dialogues and return them by place.

    Raises:
        Refused: `dialogue.frozen` if one of them is no draft, `dialogue.gone` if one is no more.
    """
    wanted = set(dialogues)
    locked = list(Dialogue.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    if len(locked) < len(wanted):
        raise Refused("dialogue.gone")
    for dialogue in locked:
        if dialogue.state != Dialogue.State.DRAFT:
            raise Refused("dialogue.frozen", dialogue=dialogue.code)
    return sorted(locked, key=lambda dialogue: dialogue.order)


def lock_corpus(corpus_id: int) -> None:
    """Let one change of the places and names of a corpus's dialogues through at a time."""
    Corpus.objects.select_for_update().get(pk=corpus_id)


def free_code(corpus_id: int, stem: str) -> str:
    """Return `stem`, or `stem`b, `stem`c ... if that is taken in the corpus."""
    taken = set(Dialogue.objects.filter(corpus_id=corpus_id, code__startswith=stem).values_list("code", flat=True))
    suffixes = ["", *"bcdefghijklmnopqrstuvwxyz", *(f"-{number}" for number in range(27, len(taken) + 28))]
    suffix: str = next(suffix for suffix in suffixes if stem + suffix not in taken)
    return stem + suffix


def renumber(dialogue: Dialogue) -> None:
    """Deal the places 1, 2, 3 ... and the codes that follow from them, in the present order of a draft."""
    utterances = list(dialogue.utterances.order_by("order", "pk"))
    for place, utterance in enumerate(utterances, start=1):
        utterance.order, utterance.code = 2 * ASIDE + place, f"{dialogue.code}~{place}"
    Utterance.objects.bulk_update(utterances, ["order", "code"], batch_size=400)
    for place, utterance in enumerate(utterances, start=1):
        utterance.order, utterance.code = place, f"{dialogue.code}_U{place:03d}"
    Utterance.objects.bulk_update(utterances, ["order", "code"], batch_size=400)


@transaction.atomic
def change_utterance(*, utterance: Utterance, text: str, speaker: str, start_ms: int, end_ms: int) -> Utterance:
    """Mend what was said, by whom and when, in a draft.

    Args:
        utterance: the utterance.
        text: at least one character that is no space.
        speaker: name; a new one becomes a speaker of the series, "" means unknown.
        start_ms, end_ms: within the episode.

    Raises:
        Refused: `dialogue.frozen`, `dialogue.gone`, `utterance.gone`, `utterance.no_text`, `utterance.span`,
            `utterance.past_end`, `utterance.disorder` (it would start before the utterance in front of it, or after
            the next one).
    """
    [dialogue] = drafts([utterance.dialogue_id])
    return mend(again(utterance), dialogue, text=text, speaker=speaker, start_ms=start_ms, end_ms=end_ms)


@transaction.atomic
def split_utterance(*, utterance: Utterance, at_ms: int, at_char: int) -> Utterance:
    """Make two utterances of one, both of its speaker; return the second.

    Args:
        utterance: of a draft.
        at_ms: where the second starts, inside its span.
        at_char: how many characters of the text stay with the first; both parts keep some text.

    Raises:
        Refused: `dialogue.frozen`, `dialogue.gone`, `utterance.gone`, `utterance.split_span`, `utterance.split_text`.
    """
    [dialogue] = drafts([utterance.dialogue_id])
    utterance = again(utterance)
    first, second = utterance.text[:at_char].strip(), utterance.text[max(at_char, 0) :].strip()
    if not first or not second:
        raise Refused("utterance.split_text")
    if utterance.start_ms is None or utterance.end_ms is None or not utterance.start_ms < at_ms < utterance.end_ms:
        raise Refused("utterance.split_span")
    dialogue.utterances.filter(order__gt=utterance.order).update(order=F("order") + ASIDE)
    new = Utterance.objects.create(
        dialogue=dialogue,
        order=utterance.order + 1,
        code=f"{utterance.code}~",
        speaker=utterance.speaker,
        text=second,
        start_ms=at_ms,
        end_ms=utterance.end_ms,
    )
    rewrite(utterance, text=first, end_ms=at_ms)
    utterance.cues.filter(start_ms__gte=at_ms).update(utterance=new)
    renumber(dialogue)
    return again(new)


@transaction.atomic
def merge_with_next(*, utterance: Utterance) -> Utterance:
    """Join the utterance that follows in its draft dialogue to this one, which keeps its speaker if it has one.

    Raises:
        Refused: `dialogue.frozen`, `dialogue.gone`, `utterance.gone`, `utterance.last`.
    """
    [dialogue] = drafts([utterance.dialogue_id])
    utterance = again(utterance)
    following = dialogue.utterances.filter(order__gt=utterance.order).order_by("order").first()
    if following is None:
        raise Refused("utterance.last")
    end_ms = utterance.end_ms
    if end_ms is not None and following.end_ms is not None:
        end_ms = max(end_ms, following.end_ms)
    following.cues.update(utterance=utterance)
    following.delete()
    text = f"{utterance.text} {following.text}"
    rewrite(utterance, text=text, speaker=utterance.speaker or following.speaker, end_ms=end_ms)
    renumber(dialogue)
    return utterance


@transaction.atomic
def remove_utterance(*, utterance: Utterance) -> None:
    """Take an utterance that nobody says (a title, a credit) out of its draft; its cues stay with the episode.

    A dialogue that has none left goes with it.

    Raises:
        Refused: `dialogue.frozen`, `dialogue.gone`, `utterance.gone`.
    """
    [dialogue] = drafts([utterance.dialogue_id])
    again(utterance).delete()
    if dialogue.utterances.exists():
        renumber(dialogue)
    else:
        dialogue.delete()


@transaction.atomic
def begin_dialogue(*, utterance: Utterance) -> Dialogue:
    """Let a new dialogue begin at this utterance; return it.

    Raises:
        Refused: `dialogue.frozen`, `dialogue.gone`, `utterance.gone`, `utterance.first` (one begins there already).
    """
    lock_corpus(utterance.dialogue.corpus_id)
    [dialogue] = drafts([utterance.dialogue_id])
    utterance = again(utterance)
    if not dialogue.utterances.filter(order__lt=utterance.order).exists():
        raise Refused("utterance.first")
    Dialogue.objects.filter(corpus=dialogue.corpus, order__gt=dialogue.order).update(order=F("order") + 1)
    new = Dialogue.objects.create(
        corpus=dialogue.corpus,
        series=dialogue.series,
        episode=dialogue.episode,
        code=free_code(dialogue.corpus_id, dialogue.code),
        order=dialogue.order + 1,
    )
    dialogue.utterances.filter(order__gte=utterance.order).update(dialogue=new)
    renumber(new)
    return new


@transaction.atomic
def join_to_previous(*, dialogue: Dialogue) -> Dialogue:
    """Let a draft go on with the dialogue before it in the episode, itself a draft; return that one.

    Raises:
        Refused: `dialogue.frozen`, `dialogue.gone`, `dialogue.first`.
    """
    lock_corpus(dialogue.corpus_id)
    before = _of_episode(dialogue).filter(order__lt=dialogue.order).order_by("order").last()
    if before is None:
        raise Refused("dialogue.first")
    earlier, later = drafts([before.pk, dialogue.pk])
    last = earlier.utterances.aggregate(last=Max("order"))["last"] or 0
    later.utterances.update(dialogue=earlier, order=F("order") + last)
    renumber(earlier)
    later.delete()
    return earlier


@transaction.atomic
def declare_ready(*, dialogue: Dialogue) -> Dialogue:
    """Freeze a draft so that it can be labelled, and let its clips be cut.

    Raises:
        Refused: `dialogue.frozen`, `dialogue.gone`, `dialogue.empty`.
    """
    [dialogue] = drafts([dialogue.pk])
    _freeze([dialogue])
    return dialogue


@transaction.atomic
def declare_all_ready(*, episode: Episode) -> int:
    """Freeze every draft of an episode; return how many there were.

    Raises:
        Refused: `dialogue.empty`.
    """
    found = drafts(episode.dialogues.filter(state=Dialogue.State.DRAFT).values_list("pk", flat=True))
    _freeze(found)
    return len(found)


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
