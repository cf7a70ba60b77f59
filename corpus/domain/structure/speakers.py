"""The speakers of a series and their names."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from common.errors import Refused
from corpus.models import Dialogue, Series, Speaker

LONGEST_NAME = 120
LONGEST_WORD = 20  # gender, age group
LONGEST_TEXT = 300  # profession, personality


def speakers_of(series: Series) -> QuerySet[Speaker]:
    """Return the speakers of a series with their number of `lines`, the most frequent first."""
    return series.speakers.annotate(
        lines=Count("utterances", filter=~Q(utterances__dialogue__state=Dialogue.State.RETIRED))
    ).order_by("-lines", "name")


def get_or_create_speaker(series: Series, name: str) -> Speaker | None:
    """Return the speaker of a series with this name or other name, created if needed; None for "".

    The series stays locked until the end of the transaction, so that nobody merges the speaker in the meantime.

    Raises:
        Refused: `speaker.name_too_long`.
    """
    name = _tidy(name)
    if not name:
        return None
    lock_series(series.pk)
    return speaker_called(name, series.speakers.all()) or series.speakers.get_or_create(name=name)[0]


def speaker_called(name: str, speakers: Iterable[Speaker]) -> Speaker | None:
    """Return the speaker with this name, else the one with this other name; None if there is none."""
    known = list(speakers)
    exact = (speaker for speaker in known if speaker.name == name)
    return next(exact, None) or next((speaker for speaker in known if name in speaker.other_names), None)


@transaction.atomic
def rename_speaker(*, speaker: Speaker, name: str) -> Speaker:
    """Rename a speaker everywhere, in ready dialogues too: the speaker stays the same person.

    Args:
        speaker: the speaker.
        name: the new name, not empty. The name of another speaker changes nothing: it needs a confirmed merge
            (`speaker_merges`).

    Returns:
        The renamed speaker, with the old name among the other names; or the other speaker of this name.

    Raises:
        Refused: `speaker.no_name`, `speaker.name_too_long`, `speaker.gone`.
    """
    name = _tidy(name)
    if not name:
        raise Refused("speaker.no_name")
    speaker, others = lock_family(speaker)
    if name == speaker.name:
        return speaker
    if other := speaker_called(name, others):
        return other
    speaker.other_names = names_of(speaker, without=name)
    speaker.name = name
    speaker.save(update_fields=["name", "other_names"])
    return speaker


@transaction.atomic
def describe_speaker(
    *,
    speaker: Speaker,
    name: str,
    gender: str,
    age_group: str,
    profession: str,
    personality: str,
    other_names: Iterable[str],
) -> Speaker:
    """Set the name and the description of a speaker, for all episodes of the series.

    Args:
        speaker: the speaker.
        name: not empty, and not the name of another speaker of the series.
        gender, age_group: at most 20 characters.
        profession, personality: at most 300 characters.
        other_names: by which subtitles call the speaker; none of another speaker's names.

    Raises:
        Refused: `speaker.no_name`, `speaker.name_too_long`, `speaker.text_too_long`, `speaker.name_used`,
            `speaker.gone`.
    """
    name = _tidy(name)
    if not name:
        raise Refused("speaker.no_name")
    texts = [" ".join(each.split()) for each in (gender, age_group, profession, personality)]
    for text, longest in zip(texts, (LONGEST_WORD, LONGEST_WORD, LONGEST_TEXT, LONGEST_TEXT), strict=True):
        if len(text) > longest:
            raise Refused("speaker.text_too_long", longest=longest)
    speaker, others = lock_family(speaker)
    names = [each for each in dict.fromkeys(_tidy(each) for each in other_names) if each and each != name]
    for each in (name, *names):
        if speaker_called(each, others):
            raise Refused("speaker.name_used", name=each)
    speaker.name, speaker.other_names = name, names
    speaker.gender, speaker.age_group = texts[0], texts[1]
    notes = speaker.notes | {"profession": texts[2], "personality": texts[3]}
    speaker.notes = {key: value for key, value in notes.items() if value}
    speaker.save(update_fields=["name", "other_names", "gender", "age_group", "notes"])
    return speaker


@transaction.atomic
def forget_other_name(*, speaker: Speaker, name: str) -> Speaker:
    """Remove one of a speaker's other names, so that it can be the name of another speaker.

    Raises:
        Refused: `speaker.gone`.
    """
    speaker, _others = lock_family(speaker)
    speaker.other_names = [each for each in speaker.other_names if each != name]
    speaker.save(update_fields=["other_names"])
    return speaker


def lock_family(speaker: Speaker) -> tuple[Speaker, list[Speaker]]:
    """Lock a series with its speakers; return this speaker as it is now, and the others.

    Raises:
        Refused: `speaker.gone`, it was removed or merged into another one.
    """
    lock_series(speaker.series_id)
    family = list(Speaker.objects.select_for_update(no_key=True).filter(series=speaker.series_id).order_by("pk"))
    own = next((each for each in family if each.pk == speaker.pk), None)
    if own is None:
        raise Refused("speaker.gone")
    return own, [each for each in family if each is not own]


def lock_series(pk: int) -> None:
    """Lock a series: one transaction at a time changes its speakers, or gives one to an utterance.

    Dialogues are locked before it. Rows that refer to the series can still be added.
    """
    Series.objects.select_for_update(no_key=True).filter(pk=pk).first()


def names_of(speaker: Speaker, *, without: str) -> list[str]:
    """Return the other names of a speaker and the name itself, each once, without one of them."""
    names = dict.fromkeys([*speaker.other_names, speaker.name])
    return [name for name in names if name != without]


def _tidy(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise Refused("speaker.name_too_long", longest=LONGEST_NAME)
    return name
