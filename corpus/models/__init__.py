"""The data of a corpus; each module has one subject."""

from corpus.models.annotations import Annotation, Purpose, Rater, Revision
from corpus.models.codebooks import CodebookVersion, GuidelineVersion
from corpus.models.corpora import Corpus, Invitation, Membership, PasswordReset
from corpus.models.dialogues import Change, Clip, Cue, Dialogue, Utterance
from corpus.models.sources import Episode, MediaFile, Series, Speaker

__all__ = [
    "Annotation",
    "Change",
    "Clip",
    "CodebookVersion",
    "Corpus",
    "Cue",
    "Dialogue",
    "Episode",
    "GuidelineVersion",
    "Invitation",
    "MediaFile",
    "Membership",
    "PasswordReset",
    "Purpose",
    "Rater",
    "Revision",
    "Series",
    "Speaker",
    "Utterance",
]
