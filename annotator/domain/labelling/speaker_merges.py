"""Merges of speakers with the assignments that they reopen, and their undoing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from annotator.domain.allocation.locks import lock_work
from annotator.domain.labelling.utterance_edits import finish_again, reopen_withdrawn
from annotator.domain.moves.following import follow
from common.errors import Refused
from common.models import User
from corpus.domain.structure import speaker_merges
from corpus.domain.structure.speaker_merges import UnmergeResult
from corpus.models import Speaker, SpeakerMerge


@dataclass(frozen=True, slots=True)
class MergeResult:
    """The result of a merge: the merge, the number of withdrawn answers, and of dialogues opened again."""

    merge: SpeakerMerge
    withdrawn: int
    reopened: int


@dataclass(frozen=True, slots=True)
class UndoneMerge:
    """The result of undoing a merge, and the number of finished dialogues that it could not give back."""

    lines: UnmergeResult
    lost: int


@transaction.atomic
def merge_speakers(*, speaker: Speaker, into: Speaker, merged_by: User, now: datetime) -> MergeResult:
    """Merge a speaker into another one, and ask the annotators again whose answers this withdraws.

    Args and refusals are those of `corpus.domain.structure.speaker_merges.merge_speakers`.
    """
    lock_work(speaker_merges.dialogues_of(speaker))
    merge, withdrawn = speaker_merges.merge_speakers(speaker=speaker, into=into, merged_by=merged_by, now=now)
    found = reopen_withdrawn(withdrawn, now=now)
    merge.reopened = [str(assignment.public_id) for assignment in found.reopened]
    merge.given_up = [str(assignment.public_id) for assignment in found.given_up]
    merge.save(update_fields=["reopened", "given_up"])
    return MergeResult(merge, len(withdrawn), len(found.reopened))


@transaction.atomic
def unmerge_speakers(*, merge: SpeakerMerge, undone_by: User, now: datetime, most: int = 0) -> UndoneMerge:
    """Undo a merge. Dialogues that it had reopened or given up are finished again if all their answers are back.

    Args:
        merge, undone_by, now: as for `corpus.domain.structure.speaker_merges.unmerge_speakers`.
        most: number of answers, given since the merge, whose withdrawal the manager has confirmed.

    Raises:
        Refused: `speaker.answers_since`, more answers would be withdrawn; and as
            `corpus.domain.structure.speaker_merges.unmerge_speakers`.
    """
    lock_work(speaker_merges.dialogues_of_merge(merge))
    result = speaker_merges.unmerge_speakers(merge=merge, undone_by=undone_by, now=now)
    if len(result.reopened) > most:
        raise Refused("speaker.answers_since", count=len(result.reopened))
    reopen_withdrawn(result.reopened, now=now)
    # answers that the merge had withdrawn come back under their own codebook version, which may be an earlier one
    follow(corpus=merge.into.series.corpus_id, dialogues=speaker_merges.dialogues_of_merge(merge), now=now)
    return UndoneMerge(result, finish_again(reopened=merge.reopened, given_up=merge.given_up, now=now))
