"""Merges of speakers with the assignments that they reopen, and their undoing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from annotator.domain.allocation.assignments import finish, unlabelled
from annotator.domain.labelling.utterance_edits import lock_work, reopen_withdrawn
from annotator.models import Assignment
from common.models import User
from corpus.domain.structure import speaker_merges
from corpus.domain.structure.speaker_merges import UnmergeResult
from corpus.models import Speaker, SpeakerMerge


@dataclass(frozen=True, slots=True)
class MergeResult:
    """What a merge did: the merge, the number of withdrawn answers, and of finished dialogues that are open again."""

    merge: SpeakerMerge
    withdrawn: int
    reopened: int


@transaction.atomic
def merge_speakers(*, speaker: Speaker, into: Speaker, merged_by: User, now: datetime) -> MergeResult:
    """Merge a speaker into another one, and ask the annotators again whose answers this withdraws.

    Args and refusals are those of `corpus.domain.structure.speaker_merges.merge_speakers`.
    """
    lock_work(speaker_merges.dialogues_of(speaker))
    merge, withdrawn = speaker_merges.merge_speakers(speaker=speaker, into=into, merged_by=merged_by, now=now)
    reopened = reopen_withdrawn(withdrawn, now=now)
    merge.reopened = [str(assignment.public_id) for assignment in reopened]
    merge.save(update_fields=["reopened"])
    return MergeResult(merge, len(withdrawn), len(reopened))


@transaction.atomic
def unmerge_speakers(*, merge: SpeakerMerge, undone_by: User, now: datetime) -> UnmergeResult:
    """Undo a merge. Dialogues that it had reopened are finished again if all their answers are back.

    Args and refusals are those of `corpus.domain.structure.speaker_merges.unmerge_speakers`.
    """
    lock_work(speaker_merges.dialogues_of_merge(merge))
    result = speaker_merges.unmerge_speakers(merge=merge, undone_by=undone_by, now=now)
    reopen_withdrawn(result.reopened, now=now)
    held = Assignment.objects.filter(public_id__in=merge.reopened, state=Assignment.State.OPEN).order_by("pk")
    for assignment in held:
        if not unlabelled(assignment).exists():
            finish(assignment=assignment, token=assignment.token, now=now)
    return result
