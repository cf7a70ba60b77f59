"""The sources of a corpus: licence and laugh track of series and episodes; for releases also speakers and topics."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction

from common.errors import Refused
from corpus.models import Corpus, Dialogue, Episode, Series, Speaker

LONGEST_LICENCE = 200


@transaction.atomic
def describe_series(*, series: Series, licence: str, has_laugh_track: bool | None) -> None:
    """Set the licence and the laugh track of a series.

    Args:
        series: the series.
        licence: of its episodes without a licence of their own; may be empty.
        has_laugh_track: None: see its episodes.

    Raises:
        Refused: `source.licence_too_long`.
    """
    row = Series.objects.select_for_update().get(pk=series.pk)
    row.licence, row.has_laugh_track = _tidy(licence), has_laugh_track
    row.save(update_fields=["licence", "has_laugh_track"])


@transaction.atomic
def describe_episode(*, episode: Episode, licence: str, has_laugh_track: bool) -> None:
    """Set the licence and the laugh track of an episode.

    Raises:
        Refused: `source.licence_too_long`.
    """
    row = Episode.objects.select_for_update(of=("self",)).get(pk=episode.pk)
    row.licence, row.has_laugh_track = _tidy(licence), has_laugh_track
    row.save(update_fields=["licence", "has_laugh_track"])


def sources_of(corpus: Corpus, dialogues: Collection[str]) -> list[dict[str, Any]]:
    """Return the sources of dialogues (codes): series, episode, licence, laugh track, number of dialogues, recording.

    `recording_sha256` is the checksum of the recording as it was uploaded; empty without one.

    An episode without a licence of its own has that of its series; the laugh track of a series counts for all its
    episodes. `laugh_track` is null if nobody has said anything: a text corpus.
    """
    wanted = set(dialogues)
    columns = ("series", "episode", "code")
    found: dict[tuple[int, int | None], int] = {}
    for series, episode, code in Dialogue.objects.filter(corpus=corpus).values_list(*columns).iterator():
        if code in wanted:
            found[series, episode] = found.get((series, episode), 0) + 1
    all_series = Series.objects.filter(corpus=corpus).in_bulk()
    episodes = Episode.objects.filter(series__corpus=corpus).select_related("source").in_bulk()
    rows = []
    for (series_key, episode_key), count in found.items():
        own = episodes.get(episode_key or 0)
        whole = all_series[series_key]
        track = whole.has_laugh_track if own is None else bool(whole.has_laugh_track or own.has_laugh_track)
        rows.append(
            {
                "series": whole.name,
                "episode": own.title if own else "",
                "licence": (own.licence if own else "") or whole.licence,
                "laugh_track": track,
                "dialogues": count,
                "recording_sha256": own.source.sha256 if own and own.source else "",
            }
        )
    return sorted(rows, key=lambda row: (str(row["series"]), str(row["episode"])))


def described_speakers(corpus: Corpus, keys: Collection[int | None]) -> list[dict[str, Any]]:
    """Return speakers (primary keys) as they are described: series, name, gender, age group and the rest."""
    speakers = Speaker.objects.filter(series__corpus=corpus).order_by("series__name", "name")
    names = ("series", "name", "gender", "age_group", "other_names", "notes")
    rows = speakers.values_list("pk", "series__name", *names[1:])
    return [dict(zip(names, row, strict=True)) for key, *row in rows if key in keys]


def topics_of(corpus: Corpus, dialogues: Collection[str]) -> dict[str, str]:
    """Return the topic of each of these dialogues (codes) that has one."""
    wanted = set(dialogues)
    rows = Dialogue.objects.filter(corpus=corpus).exclude(topic="").order_by("order").values_list("code", "topic")
    return {code: topic for code, topic in rows.iterator() if code in wanted}


def _tidy(licence: str) -> str:
    licence = " ".join(licence.split())
    if len(licence) > LONGEST_LICENCE:
        raise Refused("source.licence_too_long", longest=LONGEST_LICENCE)
    return licence
