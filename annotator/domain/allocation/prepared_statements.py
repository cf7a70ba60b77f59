"""Prepared statements of claiming, labelling and finishing (see common/database/prepared.py)."""

from django.db import models

from annotator.models import Assignment, Calibration, Slot, WorkPlan
from common.database.prepared import Instance, PreparedInsert, PreparedSelect, PreparedUpdate, Values
from corpus.models import CodebookVersion, Corpus, Dialogue, GuidelineVersion, Membership, Rater, Utterance

PK = models.BigAutoField()
_STATE = Instance(Corpus, only=["id", "archived_at", "deletion_requested_at"])  # whether the corpus can be changed

# --- membership and assignment of the signed-in person -----------------------------------------------------
MEMBER = PreparedSelect(
    Instance(Membership, corpus=_STATE, rater=Instance(Rater)),
    """
    SELECT {columns} FROM corpus_membership membership
    JOIN corpus_corpus corpus ON corpus.id = membership.corpus_id
    JOIN common_user person ON person.id = membership.user_id
    LEFT JOIN corpus_rater rater ON rater.membership_id = membership.id
    WHERE (corpus.slug = %(slug)s OR corpus.id = (
            SELECT former.corpus_id FROM corpus_formershortname former WHERE former.slug = %(slug)s))
        AND membership.user_id = %(user)s AND membership.is_active AND person.is_active
    """,
    {"slug": models.SlugField()},
)
OWN = PreparedSelect(
    Instance(Assignment, rater=Instance(Rater, corpus=_STATE)),
    """
    SELECT {columns} FROM annotator_assignment assignment
    JOIN corpus_rater rater ON rater.id = assignment.rater_id
    JOIN corpus_corpus corpus ON corpus.id = rater.corpus_id
    JOIN corpus_membership membership ON membership.id = rater.membership_id
    WHERE assignment.public_id = %(public_id)s
        AND membership.user_id = %(user)s AND membership.is_active AND membership.is_annotator
    """,
    {"user": PK},
)

# --- claim -------------------------------------------------------------------------------------------------
RATER = PreparedSelect(
    Instance(
        Rater,
        corpus=Instance(
            Corpus,
            codebook=Instance(CodebookVersion, defer=["source", "document"]),
            guideline=Instance(GuidelineVersion, defer=["texts"]),
            calibration=Instance(Calibration),
        ),
        membership=Instance(Membership),
        work_plan=Instance(WorkPlan),
    ),
    """
    SELECT {columns} FROM corpus_rater rater
    JOIN corpus_corpus corpus ON corpus.id = rater.corpus_id
    LEFT JOIN corpus_codebookversion codebook ON codebook.id = corpus.codebook_id
    LEFT JOIN corpus_guidelineversion guideline ON guideline.id = corpus.guideline_id
    LEFT JOIN annotator_calibration calibration ON calibration.corpus_id = corpus.id
    LEFT JOIN corpus_membership membership ON membership.id = rater.membership_id
    LEFT JOIN annotator_workplan work_plan ON work_plan.rater_id = rater.id
    WHERE rater.id = %(pk)s
    """,
    lock="FOR NO KEY UPDATE OF rater",
)
IN_HAND = PreparedSelect(
    Instance(Assignment),
    """
    SELECT {columns} FROM annotator_assignment assignment
    JOIN corpus_dialogue dialogue ON dialogue.id = assignment.dialogue_id
    WHERE assignment.rater_id = %(rater)s AND assignment.state = 'open' AND dialogue.state = 'ready'
    ORDER BY assignment.claimed_at LIMIT 1
    """,
)
TAKEN = PreparedUpdate(Slot, "UPDATE annotator_slot SET state = %(state)s, token = %(token)s WHERE id = %(pk)s")
# The dialogue is read once more: since the slot was chosen, it may have become a draft again.
ASSIGNMENT = PreparedInsert(
    Assignment, unless="SELECT 1 FROM corpus_dialogue WHERE id = %(dialogue_id)s AND state = 'draft'"
)

# --- label -------------------------------------------------------------------------------------------------
_HELD = Instance(
    Assignment,
    rater=Instance(Rater, corpus=_STATE),
    codebook=Instance(CodebookVersion, defer=["source", "document"]),  # long and rarely needed, as are the texts
    guideline=Instance(GuidelineVersion, defer=["texts"]),
)
HELD = PreparedSelect(
    _HELD,
    """
    SELECT {columns} FROM annotator_assignment assignment
    JOIN corpus_rater rater ON rater.id = assignment.rater_id
    JOIN corpus_corpus corpus ON corpus.id = rater.corpus_id
    JOIN corpus_codebookversion codebook ON codebook.id = assignment.codebook_id
    LEFT JOIN corpus_guidelineversion guideline ON guideline.id = assignment.guideline_id
    WHERE assignment.id = %(pk)s
    """,
    lock="FOR NO KEY UPDATE OF assignment",
)
OWN_HELD = PreparedSelect(
    _HELD,
    """
    SELECT {columns} FROM annotator_assignment assignment
    JOIN corpus_rater rater ON rater.id = assignment.rater_id
    JOIN corpus_corpus corpus ON corpus.id = rater.corpus_id
    JOIN corpus_membership membership ON membership.id = rater.membership_id
    JOIN corpus_codebookversion codebook ON codebook.id = assignment.codebook_id
    LEFT JOIN corpus_guidelineversion guideline ON guideline.id = assignment.guideline_id
    WHERE assignment.public_id = %(public_id)s
        AND membership.user_id = %(user)s AND membership.is_active AND membership.is_annotator
    """,
    {"user": PK},
    lock="FOR NO KEY UPDATE OF assignment",
)
UTTERANCE = PreparedSelect(
    Instance(
        Utterance,
        only=["id", "dialogue_id", "version"],
        dialogue=Instance(Dialogue, only=["id", "corpus_id"]),
    ),
    """
    SELECT {columns} FROM corpus_utterance utterance
    JOIN corpus_dialogue dialogue ON dialogue.id = utterance.dialogue_id
    WHERE utterance.public_id = %(utterance)s AND utterance.dialogue_id = %(dialogue)s
    """,
    {"utterance": models.UUIDField()},
)

# --- finish ------------------------------------------------------------------------------------------------
SLOT = PreparedSelect(
    Instance(Slot),
    "SELECT {columns} FROM annotator_slot slot WHERE slot.id = %(pk)s",
    lock="FOR NO KEY UPDATE OF slot",
)
LEFT = PreparedSelect(
    Values(),
    """
    SELECT utterance.id FROM corpus_utterance utterance
    WHERE utterance.dialogue_id = %(dialogue)s AND NOT EXISTS (
        SELECT 1 FROM corpus_annotation annotation
        WHERE annotation.utterance_id = utterance.id AND annotation.rater_id = %(rater)s
            AND annotation.purpose = %(purpose)s AND annotation.answers IS NOT NULL)
    ORDER BY utterance."order"
    """,
    {"dialogue": PK, "rater": PK, "purpose": models.CharField()},
)
FINISHED = PreparedUpdate(Slot, "UPDATE annotator_slot SET state = %(state)s WHERE id = %(pk)s")
ENDED = PreparedUpdate(
    Assignment, "UPDATE annotator_assignment SET state = %(state)s, ended_at = %(ended_at)s WHERE id = %(pk)s"
)
