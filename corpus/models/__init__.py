"""The models of the app; each module has one subject."""

from corpus.models.annotations import Annotation, Purpose, Rater, Revision
from corpus.models.answer_moves import AnswerMove
from corpus.models.codebooks import CodebookVersion, GuidelineVersion
from corpus.models.consents import Consent, ConsentText, Demographics
from corpus.models.corpora import Corpus, Invitation, Membership, PasswordReset
from corpus.models.dialogues import Clip, Cue, Dialogue, Utterance, UtteranceEdit
from corpus.models.findings import Finding
from corpus.models.imports import Import, SavedMapping
from corpus.models.lifecycle import Deletion, DeletionPermit, FormerShortName
from corpus.models.selection import Screening, SelectionStep
from corpus.models.sources import Episode, MediaFile, Series, Speaker
from corpus.models.speaker_merges import MergedUtterance, SpeakerMerge
from corpus.models.timeline import TimelineEdit, TimelineVisit

__all__ = [
    "Annotation",
    "AnswerMove",
    "Clip",
    "CodebookVersion",
    "Consent",
    "ConsentText",
    "Corpus",
    "Cue",
    "Deletion",
    "DeletionPermit",
    "Demographics",
    "Dialogue",
    "Episode",
    "Finding",
    "FormerShortName",
    "GuidelineVersion",
    "Import",
    "Invitation",
    "MediaFile",
    "Membership",
    "MergedUtterance",
    "PasswordReset",
    "Purpose",
    "Rater",
    "Revision",
    "SavedMapping",
    "Screening",
    "SelectionStep",
    "Series",
    "Speaker",
    "SpeakerMerge",
    "TimelineEdit",
    "TimelineVisit",
    "Utterance",
    "UtteranceEdit",
]
