"""Merges of two speakers into one, and their undoing.

In a ready dialogue another speaker is an edit of the utterance (`ready_utterances`): it is recorded, and the members'
answers are withdrawn. Undoing the merge edits the utterance back and gives the answers back that nobody has changed
since. `annotator.domain.labelling.speaker_merges` reopens and closes the assignments.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from common.errors import Refused
from common.models import User
from corpus.domain.annotations.revisions import restore_answers, withdraw_answers
from corpus.domain.structure.speakers import lock_family, lock_series, names_of
from corpus.models import (
    Annotation,
    Dialogue,
    MergedUtterance,
    Rater,
    Series,
    Speaker,
    SpeakerMerge,
    Utterance,
    UtteranceEdit,
)

CHUNK = 400  # rows written at once


@dataclass(frozen=True, slots=True)
class MergePreview:
    """The consequences of a merge.

    Attributes:
        utterances, dialogues: that get another speaker.
        ready: number of these utterances that are in ready or excluded dialogues.
        answers, annotators: the answers to these that are withdrawn, and the number of their annotators.
    """

    utterances: int
    dialogues: int
    ready: int
    answers: int
    annotators: int


@dataclass(frozen=True, slots=True)
class OpenMerge:
    """A merge that can be undone.

    Attributes:
        merge: with both speakers.
        lines: number of utterances that it changed.
        answers, annotators: the answers given since that undoing it withdraws, and the number of their annotators.
    """

    merge: SpeakerMerge
    lines: int
    answers: int
    annotators: int


@dataclass(frozen=True, slots=True)
class UnmergeResult:
    """The result of undoing a merge.

    Attributes:
        speaker: the speaker that there is again.
        returned: number of utterances that are theirs again.
        elsewhere: number of utterances that have been given to someone else since, and stay there.
        removed: number of utterances that have been removed or joined to others since.
        reopened: annotations whose answers, given since the merge, were withdrawn.
        restored: number of answers that the merge had withdrawn and that count again.
    """

    speaker: Speaker
    returned: int
    elsewhere: int
    removed: int
    reopened: tuple[Annotation, ...]
    restored: int


def preview_merge(speaker: Speaker) -> MergePreview:
    """Count what changes if a speaker is merged into another one."""
    lines = Utterance.objects.filter(speaker=speaker)
    ready = lines.exclude(dialogue__state=Dialogue.State.DRAFT)
    answers = _members_answers().filter(utterance__in=ready.values("pk"))
    return MergePreview(
        utterances=lines.count(),
        dialogues=lines.values("dialogue").distinct().count(),
        ready=ready.count(),
        answers=answers.count(),
        annotators=answers.values("rater").distinct().count(),
    )


def open_merges(series: Series) -> list[OpenMerge]:
    """Return the merges of a series that can be undone, the newest first, with what undoing each would withdraw."""
    merges = list(merges_of(series).annotate(lines=Count("utterances")))
    if not merges:
        return []
    further = dict(Speaker.with_merged.filter(series=series).values_list("pk", "merged_into"))
    found = MergedUtterance.objects.filter(
        merge__in=merges,
        utterance__annotations__answers__isnull=False,
        utterance__annotations__rater__kind=Rater.Kind.MEMBER,
    ).exclude(utterance__dialogue__state=Dialogue.State.DRAFT)
    counted = found.order_by().values("merge", "utterance__speaker")
    counted = counted.annotate(
        answers=Count("utterance__annotations"), annotators=Count("utterance__annotations__rater", distinct=True)
    )
    counts = {(row["merge"], row["utterance__speaker"]): (row["answers"], row["annotators"]) for row in counted}
    rows = []
    for merge in merges:
        owner = merge.into_id
        while (next_owner := further.get(owner)) is not None:
            owner = next_owner
        answers, annotators = counts.get((merge.pk, owner), (0, 0))
        rows.append(OpenMerge(merge, merge.lines, answers, annotators))
    return rows


def merges_of(series: Series) -> QuerySet[SpeakerMerge]:
    """Return the merges of a series that can be undone, the newest first."""
    merges = SpeakerMerge.objects.filter(speaker__series=series, undone_at__isnull=True)
    return merges.select_related("speaker", "into", "into__merged_into").order_by("-merged_at", "-pk")


def dialogues_of(speaker: Speaker) -> list[int]:
    """Return the primary keys of the dialogues in which a speaker speaks, in order."""
    return list(
        Utterance.objects.filter(speaker=speaker).order_by("dialogue").values_list("dialogue", flat=True).distinct()
    )


def dialogues_of_merge(merge: SpeakerMerge) -> list[int]:
    """Return the primary keys of the dialogues whose utterances a merge changed, in order."""
    lines = Utterance.objects.filter(pk__in=merge.utterances.values("utterance"))
    return list(lines.order_by("dialogue").values_list("dialogue", flat=True).distinct())


@transaction.atomic
def merge_speakers(
    *, speaker: Speaker, into: Speaker, merged_by: User, now: datetime
) -> tuple[SpeakerMerge, tuple[Annotation, ...]]:
    """Give all utterances and names of a speaker to another one of the series.

    Args:
        speaker: who is no speaker any more afterwards, until the merge is undone.
        into: who gets the utterances; the name of `speaker` becomes one of their other names.
        merged_by: the manager.
        now: the moment.

    Returns:
        The merge, and the annotations of ready dialogues whose answers it withdrew.

    Raises:
        Refused: `speaker.gone`, `speaker.other_series`; `speaker.busy`, an utterance got this speaker at this moment.
    """
    if speaker.series_id != into.series_id or speaker.pk == into.pk:
        raise Refused("speaker.other_series")
    locked = _lock_dialogues(dialogues_of(speaker))
    speaker, others = lock_family(speaker)
    target = next((each for each in others if each.pk == into.pk), None)
    if target is None:
        raise Refused("speaker.gone")
    lines = list(Utterance.objects.filter(speaker=speaker).order_by("pk"))
    if any(line.dialogue_id not in locked for line in lines):
        raise Refused("speaker.busy")
    added = [name for name in names_of(speaker, without=target.name) if name not in target.other_names]
    target.other_names = [*target.other_names, *added]
    target.save(update_fields=["other_names"])
    speaker.merged_into = target
    speaker.save(update_fields=["merged_into"])
    merge = SpeakerMerge.objects.create(
        speaker=speaker, into=target, added_names=added, merged_by=merged_by, merged_at=now
    )
    withdrawn = _give(lines, target, locked, edited_by=merged_by, now=now)
    rows = [
        MergedUtterance(
            merge=merge,
            utterance=line,
            version=line.version + 1,
            withdrawn=[[each.pk, each.number] for each in withdrawn.get(line.pk, ())],
        )
        for line in lines
    ]
    MergedUtterance.objects.bulk_create(rows, batch_size=CHUNK)
    return merge, tuple(each for annotations in withdrawn.values() for each in annotations)


@transaction.atomic
def unmerge_speakers(*, merge: SpeakerMerge, undone_by: User, now: datetime) -> UnmergeResult:
    """Undo a merge: the speaker gets back their name, other names and utterances.

    An utterance that has been given to someone else since stays there. The other names that the merge added are taken
    back. If the merged speaker was merged further, the utterances come back from that speaker.

    Args:
        merge: one that was not undone.
        undone_by: the manager.
        now: the moment.

    Raises:
        Refused: `speaker.unmerged`, it was undone already; `speaker.name_taken`, another speaker has the name now;
            `speaker.busy`, an utterance was moved at this moment.
    """
    locked = _lock_dialogues(dialogues_of_merge(merge))
    lock_series(Speaker.with_merged.get(pk=merge.speaker_id).series_id)
    merge = SpeakerMerge.objects.select_for_update(of=("self",)).select_related("speaker").get(pk=merge.pk)
    if merge.undone_at is not None:
        raise Refused("speaker.unmerged")
    speaker = merge.speaker
    if Speaker.objects.filter(series=speaker.series_id, name=speaker.name).exists():
        raise Refused("speaker.name_taken", name=speaker.name)
    owner = _take_names_back(merge)
    rows = list(merge.utterances.select_related("utterance").order_by("pk"))
    back = [row for row in rows if row.utterance is not None and row.utterance.speaker_id == owner.pk]
    lines = [row.utterance for row in back if row.utterance is not None]
    if any(line.dialogue_id not in locked for line in lines):
        raise Refused("speaker.busy")
    speaker.merged_into = None
    speaker.save(update_fields=["merged_into"])
    versions = {line.pk: line.version for line in lines}
    withdrawn = _give(lines, speaker, locked, edited_by=undone_by, now=now)
    untouched = [row for row in back if versions[row.utterance_id or 0] == row.version]
    restored = restore_answers(
        [(annotation, number) for row in untouched for annotation, number in row.withdrawn], author=undone_by, now=now
    )
    merge.undone_by, merge.undone_at = undone_by, now
    merge.save(update_fields=["undone_by", "undone_at"])
    removed = sum(row.utterance is None for row in rows)
    return UnmergeResult(
        speaker=speaker,
        returned=len(back),
        elsewhere=len(rows) - removed - len(back),
        removed=removed,
        reopened=tuple(each for annotations in withdrawn.values() for each in annotations),
        restored=restored,
    )


def follow_split(*, utterance: Utterance, new: Utterance) -> None:
    """Record the second part of a split utterance in the merges that hold the first one."""
    rows = MergedUtterance.objects.filter(utterance=utterance, merge__undone_at__isnull=True)
    MergedUtterance.objects.bulk_create(
        [MergedUtterance(merge_id=row.merge_id, utterance=new, version=new.version) for row in rows]
    )


def _give(
    lines: list[Utterance], speaker: Speaker, locked: dict[int, Dialogue], *, edited_by: User, now: datetime
) -> dict[int, list[Annotation]]:
    """Give utterances of locked dialogues to a speaker; return the withdrawn annotations by utterance.

    The utterances grow by one version in the database; `lines` stay as they were.
    """
    keys = [line.pk for line in lines]
    before = dict(Utterance.objects.filter(pk__in=keys).values_list("pk", "speaker__name"))
    for start in range(0, len(keys), CHUNK):
        Utterance.objects.filter(pk__in=keys[start : start + CHUNK]).update(speaker=speaker, version=F("version") + 1)
    frozen = [line for line in lines if locked[line.dialogue_id].state != Dialogue.State.DRAFT]
    for line in frozen:
        line.dialogue = locked[line.dialogue_id]
        UtteranceEdit.objects.create(
            utterance=line,
            before={"speaker": before[line.pk]},
            after={"speaker": speaker.name},
            changed_by=edited_by,
            changed_at=now,
        )
    answered = set(_members_answers().filter(utterance__in=frozen).values_list("utterance", flat=True))
    return {
        line.pk: withdraw_answers(utterance=line, author=edited_by, now=now) for line in frozen if line.pk in answered
    }


def _take_names_back(merge: SpeakerMerge) -> Speaker:
    """Remove the names that a merge added from everyone that has them by it; return who has the utterances now."""
    owner = merge.into
    while True:
        owner.other_names = [name for name in owner.other_names if name not in merge.added_names]
        owner.save(update_fields=["other_names"])
        if owner.merged_into_id is None:
            return owner
        owner = Speaker.with_merged.get(pk=owner.merged_into_id)


def _lock_dialogues(keys: Iterable[int]) -> dict[int, Dialogue]:
    """Lock dialogues in the order of their primary keys, and return them by key."""
    locked = Dialogue.objects.select_for_update(no_key=True).filter(pk__in=list(keys)).order_by("pk")
    return {dialogue.pk: dialogue for dialogue in locked}


def _members_answers() -> QuerySet[Annotation]:
    return Annotation.objects.filter(Q(answers__isnull=False), rater__kind=Rater.Kind.MEMBER)
