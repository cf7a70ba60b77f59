"""An assignment as its annotator sees it: the dialogue, the codebook and their own answers only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from annotator.domain.allocation.daily_limit import Day, day_of
from annotator.domain.calibration.qualification import round_of
from annotator.domain.figures.corpus_work import dialogues_for_annotators
from annotator.domain.figures.own_work import dialogues_done
from annotator.domain.labelling.corrections import reason_against_correcting
from annotator.domain.labelling.past_revisions import History, PastRevision, history_since_moves
from annotator.domain.labelling.subtitle_context import SubtitleContext, subtitle_context
from annotator.models import Assignment, Calibration
from common.database.prepared import Instance, PreparedSelect, Values
from common.errors import Refused
from common.models import User
from corpus.models import (
    CodebookVersion,
    Corpus,
    Dialogue,
    Episode,
    MediaFile,
    Membership,
    Rater,
    Revision,
    Series,
    Speaker,
    Utterance,
    UtteranceEdit,
)


@dataclass(frozen=True, slots=True)
class OpenedAssignment:
    """An assignment with everything that the labelling page needs.

    Attributes:
        asked: question slug -> own earlier answers in words, for utterances of which a move of answers asks some
            questions again, by public id.
        changed: earlier values of utterances that were edited after this annotator had answered them, by public id.
        done, ready: dialogues that this annotator finished, and the ready ones that annotators may get; training and
            test are in neither.
        closed: why a dialogue that is handed in cannot be corrected now. None: it can be, or
            it is not handed in.
        round: use, position and number of dialogues of the training round or test; None: main work.
        context: what subtitles hold beside the speech.
    """

    assignment: Assignment
    codebook: dict[str, Any]
    utterances: list[Utterance]
    history: list[PastRevision]
    changed: dict[UUID, dict[str, Any]]
    asked: dict[UUID, dict[str, list[str]]]
    done: int
    ready: int
    day: Day
    closed: Refused | None
    round: tuple[str, int, int] | None
    context: SubtitleContext


PK = models.BigAutoField()
ASSIGNMENT = PreparedSelect(
    Instance(
        Assignment,
        codebook=Instance(CodebookVersion, defer=["source", "document"]),  # long, and cached by the process
        rater=Instance(
            Rater,
            corpus=Instance(Corpus, calibration=Instance(Calibration)),
            membership=Instance(Membership, user=Instance(User)),
        ),
    ),
    """
    SELECT {columns} FROM annotator_assignment assignment
    JOIN corpus_codebookversion codebook ON codebook.id = assignment.codebook_id
    JOIN corpus_rater rater ON rater.id = assignment.rater_id
    JOIN corpus_corpus corpus ON corpus.id = rater.corpus_id
    LEFT JOIN annotator_calibration calibration ON calibration.corpus_id = corpus.id
    LEFT JOIN corpus_membership membership ON membership.id = rater.membership_id
    LEFT JOIN common_user "user" ON "user".id = membership.user_id
    WHERE assignment.id = %(pk)s
    """,
)
DIALOGUE = PreparedSelect(
    Instance(
        Dialogue,
        series=Instance(Series),
        episode=Instance(Episode, playable=Instance(MediaFile), peaks=Instance(MediaFile)),
    ),
    """
    SELECT {columns} FROM corpus_dialogue dialogue
    JOIN corpus_series series ON series.id = dialogue.series_id
    LEFT JOIN corpus_episode episode ON episode.id = dialogue.episode_id
    LEFT JOIN corpus_mediafile playable ON playable.id = episode.playable_id
    LEFT JOIN corpus_mediafile peaks ON peaks.id = episode.peaks_id
    WHERE dialogue.id = %(pk)s
    """,
)
UTTERANCES = PreparedSelect(
    Instance(Utterance, speaker=Instance(Speaker)),
    """
    SELECT {columns} FROM corpus_utterance utterance
    LEFT JOIN corpus_speaker speaker ON speaker.id = utterance.speaker_id
    WHERE utterance.dialogue_id = %(dialogue)s ORDER BY utterance."order"
    """,
)
HISTORY = PreparedSelect(
    Values(
        models.UUIDField(),
        models.UUIDField(),
        models.JSONField(),
        models.CharField(),
        models.DateTimeField(),
        models.IntegerField(),
        models.CharField(),
        PK,
    ),
    """
    SELECT revision.operation, utterance.public_id, revision.answers, revision.cause, revision.created_at,
        revision.opened, revision.shortcut, revision.codebook_id
    FROM corpus_revision revision
    JOIN corpus_annotation annotation ON annotation.id = revision.annotation_id
    JOIN corpus_utterance utterance ON utterance.id = annotation.utterance_id
    WHERE annotation.rater_id = %(rater)s AND annotation.purpose = %(purpose)s
        AND utterance.dialogue_id = %(dialogue)s
    ORDER BY revision.id
    """,
    {"rater": PK, "dialogue": PK, "purpose": models.CharField()},
)


def open_assignment(*, assignment: Assignment) -> OpenedAssignment:
    """Return an assignment with everything that the labelling page needs, in a fixed number of queries.

    The codebook comes without its expectations, which would influence the annotator. `done` includes gold and retests,
    so that the count does not reveal them.
    """
    loaded, dialogue = ASSIGNMENT.first(pk=assignment.pk), DIALOGUE.first(pk=assignment.dialogue_id)
    if loaded is None or dialogue is None:
        raise Assignment.DoesNotExist
    assignment = loaded
    assignment.dialogue = dialogue
    is_done = assignment.state == Assignment.State.DONE
    closed = reason_against_correcting(assignment=assignment) if is_done else None
    # a person who reads their earlier answers before a retest would repeat them
    is_held_back = closed is not None and closed.code == "correction.held_back"
    past, reopened = (History([], {}), {}) if is_held_back else _history(assignment)
    document = {name: part for name, part in assignment.codebook.cached_document().items() if name != "expectations"}
    utterances = UTTERANCES.all(dialogue=dialogue.pk)
    return OpenedAssignment(
        assignment=assignment,
        codebook=document,
        utterances=utterances,
        history=past.revisions,
        changed=_changed(assignment.dialogue, reopened),
        asked=past.asked,
        done=dialogues_done(rater=assignment.rater_id),
        ready=dialogues_for_annotators(corpus=assignment.rater.corpus),
        day=day_of(rater=assignment.rater, now=timezone.now()),
        closed=closed,
        round=round_of(assignment=assignment),
        context=subtitle_context(dialogue, utterances, translations=assignment.rater.corpus.shows_translations),
    )


def _history(assignment: Assignment) -> tuple[History, dict[UUID, datetime]]:
    """Return the revisions for this purpose, and the time since which utterances have been reopened.

    A retest does not show the answers that it is compared with.
    """
    rows = HISTORY.all(rater=assignment.rater_id, dialogue=assignment.dialogue_id, purpose=assignment.purpose)
    history: list[tuple[PastRevision, int]] = []
    reopened: dict[UUID, datetime] = {}
    for operation, utterance, answers, cause, created_at, opened, shortcut, codebook in rows:
        is_undo, is_correction = cause == Revision.Cause.UNDO, cause == Revision.Cause.CORRECT
        is_moved = cause in (Revision.Cause.MIGRATION, Revision.Cause.CARRIED)
        if cause == Revision.Cause.ASKED:  # whoever reads their earlier answers would repeat them
            history = [each for each in history if each[0].utterance != utterance]
            continue
        past = PastRevision(operation, utterance, answers, is_undo, is_correction, opened, shortcut, is_moved)
        history.append((past, codebook))
        if cause == Revision.Cause.REOPEN:
            reopened[utterance] = created_at
        else:
            reopened.pop(utterance, None)
    return history_since_moves(assignment, history), reopened


def _changed(dialogue: Dialogue, reopened: dict[UUID, datetime]) -> dict[UUID, dict[str, Any]]:
    """Return the values that utterances had when this annotator answered them, where they differ now."""
    if not reopened:
        return {}
    edits = UtteranceEdit.objects.filter(utterance__dialogue=dialogue, utterance__public_id__in=reopened).order_by(
        "-pk"
    )
    was: dict[UUID, dict[str, Any]] = {}
    for edit in edits.select_related("utterance"):
        utterance = edit.utterance.public_id
        if edit.changed_at >= reopened[utterance]:
            was.setdefault(utterance, {}).update(edit.before)  # the earliest edit comes last and wins
    return was
