"""The speakers of a series and their names."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, QuerySet

from common.errors import Refused
from corpus.models import Dialogue, Series, Speaker, Utterance

LONGEST_NAME = 120


def speakers_of(series: Series) -> QuerySet[Speaker]:
    """Return the speakers of a series with their number of `lines`, the most frequent first."""
    return series.speakers.annotate(lines=Count("utterances")).order_by("-lines", "name")


def get_or_create_speaker(series: Series, name: str) -> Speaker | None:
    """Return the speaker of a series with this name or other name, created if needed; None for "".

    Raises:
        Refused: `speaker.name_too_long`.
    """
    name = _tidy(name)
    if not name:
        return None
    if exact := series.speakers.filter(name=name).first():
        return exact
    # in Python, since SQLite cannot search a JSON list
    also = (speaker for speaker in series.speakers.exclude(other_names=[]) if name in speaker.other_names)
    return next(also, None) or series.speakers.get_or_create(name=name)[0]


@transaction.atomic
def rename_speaker(*, speaker: Speaker, name: str) -> Speaker:
    """Rename a speaker everywhere; the name of another speaker merges the two.

    A new name also applies to ready dialogues, where the speaker stays the same person. A merge is refused there.

    Args:
        speaker: the speaker.
        name: the new name, not empty.

    Returns:
        The speaker with this name; the old name is among their other names.

    Raises:
        Refused: `speaker.no_name`, `speaker.name_too_long`, `speaker.gone`, `speaker.frozen` (two speakers would be
            merged in a ready dialogue).
    """
    name = _tidy(name)
    if not name:
        raise Refused("speaker.no_name")
    family = {each.pk: each for each in Speaker.objects.select_for_update().filter(series=speaker.series_id)}
    if speaker.pk not in family:
        raise Refused("speaker.gone")
    speaker = family[speaker.pk]
    if name == speaker.name:
        return speaker
    other = next((each for each in family.values() if each.name == name), None)
    if other is not None:
        return _merge(speaker, into=other)
    speaker.other_names = _other_names(speaker, without=name)
    speaker.name = name
    speaker.save(update_fields=["name", "other_names"])
    return speaker


def _merge(speaker: Speaker, *, into: Speaker) -> Speaker:
    lines = Utterance.objects.filter(speaker=speaker)
    touched = Dialogue.objects.filter(pk__in=lines.values("dialogue")).order_by("pk").select_for_update()
    if any(dialogue.state != Dialogue.State.DRAFT for dialogue in touched):
        raise Refused("speaker.frozen", name=speaker.name)
    lines.update(speaker=into)
    into.other_names = list(dict.fromkeys([*into.other_names, *_other_names(speaker, without=into.name)]))
    into.save(update_fields=["other_names"])
    speaker.delete()
    return into


def _other_names(speaker: Speaker, *, without: str) -> list[str]:
    names = dict.fromkeys([*speaker.other_names, speaker.name])
    return [name for name in names if name != without]


def _tidy(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise Refused("speaker.name_too_long", longest=LONGEST_NAME)
    return name
