"""The document of the timeline editor, as JSON: utterances, dialogues, speakers and edits of an episode."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from common.errors import sentence
from corpus.domain.structure.speakers import speakers_of
from corpus.domain.timeline.band_edits import described
from corpus.models import Dialogue, Episode, Finding, TimelineEdit, Utterance

Json = dict[str, Any]
KEPT_EDITS = 500  # of a session, for undo after the page was loaded again


def lines_of(episode: Episode, ids: Collection[str] | None = None) -> list[Json]:
    """Return the utterances of an episode, or those with these ids; a retired one has `gone` instead of its values."""
    found = Utterance.objects.filter(dialogue__episode=episode).select_related("dialogue", "speaker")
    if ids is None:
        found = found.exclude(dialogue__state=Dialogue.State.RETIRED).order_by("dialogue__order", "order")
    else:
        found = found.filter(public_id__in=list(ids))
    return [_line(row) for row in found]


def _line(row: Utterance) -> Json:
    if row.dialogue.state == Dialogue.State.RETIRED:
        return {"id": str(row.public_id), "gone": True, "version": row.version}
    return {
        "id": str(row.public_id),
        "code": row.code,
        "dialogue": str(row.dialogue.public_id),
        "text": row.text,
        "speaker": str(row.speaker.public_id) if row.speaker else None,
        "start_ms": row.start_ms,
        "end_ms": row.end_ms,
        "version": row.version,
    }


def dialogues_of(episode: Episode) -> list[Json]:
    """Return the dialogues of an episode in order, each with the ids of its utterances in order."""
    rows = list(Dialogue.objects.filter(episode=episode).order_by("order", "pk"))
    lines: dict[int, list[str]] = {row.pk: [] for row in rows}
    found = Utterance.objects.filter(dialogue__in=rows).order_by("order")
    for dialogue, key in found.values_list("dialogue", "public_id"):
        lines[dialogue].append(str(key))
    return [
        {
            "id": str(row.public_id),
            "code": row.code,
            "state": str(row.state),
            "topic": row.topic,
            "version": row.version,
            "lines": lines[row.pk],
        }
        for row in rows
    ]


def speakers_document(episode: Episode) -> list[Json]:
    """Return the speakers of the series, the most frequent first."""
    return [
        {"id": str(row.public_id), **described(row), "lines": row.lines}  # type: ignore[attr-defined]
        for row in speakers_of(episode.series)
    ]


def head_of(episode: Episode) -> int:
    """Return the number of the newest edit; 0 if there is none."""
    return episode.timeline_edits.order_by("-number").values_list("number", flat=True).first() or 0


def checksum_of(episode: Episode) -> list[int]:
    """Return the number of utterances and the sum of their versions, which differ after an edit made elsewhere."""
    found = Utterance.objects.filter(dialogue__episode=episode).exclude(dialogue__state=Dialogue.State.RETIRED)
    sums = found.aggregate(count=Count("pk"), versions=Sum("version"))
    return [sums["count"], sums["versions"] or 0]


def edits_after(episode: Episode, number: int) -> list[TimelineEdit]:
    """Return the edits after one, in order."""
    found = episode.timeline_edits.filter(number__gt=number).order_by("number")
    return list(found.select_related("made_by", "undoes"))


def edits_of_session(episode: Episode, session: uuid.UUID) -> list[TimelineEdit]:
    """Return the newest edits of a page in order, so that it can undo them after it was loaded again."""
    found = episode.timeline_edits.filter(session=session).order_by("-number").select_related("made_by", "undoes")
    return list(reversed(found[:KEPT_EDITS]))


def touched_by(edits: Iterable[TimelineEdit]) -> tuple[set[str], set[str], set[str]]:
    """Return the ids of the utterances, dialogues and speakers that these edits changed."""
    lines, dialogues, speakers = set(), set(), set()
    for edit in edits:
        lines |= {each["id"] for each in edit.lines}
        dialogues |= {each["id"] for each in edit.dialogues}
        speakers |= {each["id"] for each in edit.speakers}
    return lines, dialogues, speakers


def edit_document(edit: TimelineEdit) -> Json:
    """Return an edit for the page: who made it when, what it was, and how many utterances it changed."""
    return {
        "number": edit.number,
        "operation": str(edit.operation),
        "session": str(edit.session),
        "action": edit.action,
        "undoes": str(edit.undoes.operation) if edit.undoes else None,
        "by": str(edit.made_by) if edit.made_by else "",
        "at": edit.made_at.isoformat(),
        "lines": [each["id"] for each in edit.lines],
        "asked_again": len(edit.withdrawn),
    }


def findings_of(episode: Episode) -> list[Json]:
    """Return the open findings about utterances of an episode that are not about answers."""
    rows: QuerySet[Finding] = Finding.objects.filter(
        Q(rater__isnull=True, task="", acknowledged_at__isnull=True), corpus=episode.series.corpus_id
    )
    own = {str(key) for key in Utterance.objects.filter(dialogue__episode=episode).values_list("public_id", flat=True)}
    found = []
    for row in rows:
        keys = [key for key in row.rows.get("utterances", ()) if key in own]
        if keys:
            text = sentence(f"finding.{row.kind}.case", row.evidence)
            found.append({"id": str(row.public_id), "lines": keys, "text": text, "severity": str(row.severity)})
    return found
