"""Rows for tests; each factory creates the minimum that the constraints require."""

import hashlib
from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from annotator.models import Assignment, Batch, Slot
from common.models import User
from corpus.models import (
    Annotation,
    Clip,
    CodebookVersion,
    Corpus,
    Dialogue,
    Episode,
    Invitation,
    MediaFile,
    Membership,
    Purpose,
    Rater,
    Series,
    Speaker,
    Utterance,
)

PASSWORD = "a long pass phrase"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    password = factory.django.Password(PASSWORD)


class CorpusFactory(DjangoModelFactory):
    class Meta:
        model = Corpus

    slug = factory.Sequence(lambda n: f"corpus-{n}")
    title = factory.Sequence(lambda n: f"Corpus {n}")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    corpus = factory.SubFactory(CorpusFactory)
    user = factory.SubFactory(UserFactory)

    @classmethod
    def _adjust_kwargs(cls, **kwargs: Any) -> dict[str, Any]:
        """Accept `role` or `roles` in place of the columns; an annotator by default."""
        roles = kwargs.pop("roles", [kwargs.pop("role", Membership.Role.ANNOTATOR)])
        return Membership.columns_of(roles) | kwargs


class RaterFactory(DjangoModelFactory):
    """A member's rater; the membership is an annotator's of the same corpus."""

    class Meta:
        model = Rater

    corpus = factory.SubFactory(CorpusFactory)
    kind = Rater.Kind.MEMBER
    slug = factory.Sequence(lambda n: f"annotator-{n}")
    membership = factory.SubFactory(MembershipFactory, corpus=factory.SelfAttribute("..corpus"))


class SourceRaterFactory(DjangoModelFactory):
    class Meta:
        model = Rater

    corpus = factory.SubFactory(CorpusFactory)
    kind = Rater.Kind.SOURCE
    slug = factory.Sequence(lambda n: f"source-{n}")


class MediaFileFactory(DjangoModelFactory):
    """A row without a file on disk; tests that read it write it themselves."""

    class Meta:
        model = MediaFile

    corpus = factory.SubFactory(CorpusFactory)
    kind = MediaFile.Kind.PLAYABLE
    sha256 = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    size = 1
    content_type = "video/mp4"
    name = factory.LazyAttribute(lambda file: f"{file.kind}/{file.sha256}.mp4")


class SeriesFactory(DjangoModelFactory):
    class Meta:
        model = Series

    corpus = factory.SubFactory(CorpusFactory)
    name = factory.Sequence(lambda n: f"Series {n}")


class SpeakerFactory(DjangoModelFactory):
    class Meta:
        model = Speaker

    series = factory.SubFactory(SeriesFactory)
    name = factory.Sequence(lambda n: f"Speaker {n}")


class EpisodeFactory(DjangoModelFactory):
    """An episode with a recording of 60 s."""

    class Meta:
        model = Episode

    series = factory.SubFactory(SeriesFactory)
    title = factory.Sequence(lambda n: f"Episode {n}")
    state = Episode.State.READY
    playable = factory.SubFactory(MediaFileFactory, corpus=factory.SelfAttribute("..series.corpus"))
    duration_ms = 60_000


class DialogueFactory(DjangoModelFactory):
    """A ready dialogue of a text corpus; give an episode for one with media."""

    class Meta:
        model = Dialogue

    corpus = factory.SubFactory(CorpusFactory)
    series = factory.SubFactory(SeriesFactory, corpus=factory.SelfAttribute("..corpus"))
    code = factory.Sequence(lambda n: f"D_{n}")
    order = factory.Sequence(lambda n: n)
    state = Dialogue.State.READY
    ready_at = factory.LazyFunction(timezone.now)


class UtteranceFactory(DjangoModelFactory):
    class Meta:
        model = Utterance

    dialogue = factory.SubFactory(DialogueFactory)
    order = factory.Sequence(lambda n: n + 1)
    code = factory.LazyAttribute(lambda utterance: f"{utterance.dialogue.code}_U_{utterance.order}")
    speaker = factory.SubFactory(SpeakerFactory, series=factory.SelfAttribute("..dialogue.series"))
    text = factory.Sequence(lambda n: f"第 {n} 句话")
    start_ms = factory.LazyAttribute(lambda utterance: utterance.order * 2000)
    end_ms = factory.LazyAttribute(lambda utterance: utterance.start_ms + 1500)


class ClipFactory(DjangoModelFactory):
    """A clip of an utterance's present bounds."""

    class Meta:
        model = Clip

    utterance = factory.SubFactory(UtteranceFactory)
    file = factory.SubFactory(
        MediaFileFactory, corpus=factory.SelfAttribute("..utterance.dialogue.corpus"), kind="clip"
    )
    profile = "480p"
    requested_start_ms = true_start_ms = factory.SelfAttribute("utterance.start_ms")
    requested_end_ms = true_end_ms = factory.SelfAttribute("utterance.end_ms")


class CodebookVersionFactory(DjangoModelFactory):
    """A version without a checked document; tests that label give `source` and `document`."""

    class Meta:
        model = CodebookVersion

    corpus = factory.SubFactory(CorpusFactory)
    version = factory.Sequence(lambda n: n + 1)
    name = "affect-dialogue"
    source = factory.Sequence(lambda n: f"name: affect-dialogue-{n}")
    document = factory.LazyFunction(dict)
    sha256 = factory.LazyAttribute(lambda codebook: hashlib.sha256(codebook.source.encode()).hexdigest())


def encoded(codebook: CodebookVersion, answers: dict[str, Any] | None) -> bytes | None:
    if answers is None or not codebook.document:
        return None
    return codebook.layout().encode(answers)


class AnnotationFactory(DjangoModelFactory):
    """A head row without revisions, for readers of annotations; use `commit_revision` to write."""

    class Meta:
        model = Annotation

    rater = factory.SubFactory(RaterFactory)
    utterance = factory.SubFactory(UtteranceFactory, dialogue__corpus=factory.SelfAttribute("...rater.corpus"))
    codebook = factory.SubFactory(CodebookVersionFactory, corpus=factory.SelfAttribute("..rater.corpus"))
    answers = factory.LazyFunction(dict)
    codes = factory.LazyAttribute(lambda row: encoded(row.codebook, row.answers))
    number = 1


class BatchFactory(DjangoModelFactory):
    """The automatic batch of a corpus, the same one each time; `is_automatic=False` makes another."""

    class Meta:
        model = Batch
        django_get_or_create = ("corpus", "is_automatic", "name")

    corpus = factory.SubFactory(CorpusFactory)
    is_automatic = True
    name = ""
    k = 3
    seed = 1


class SlotFactory(DjangoModelFactory):
    class Meta:
        model = Slot

    dialogue = factory.SubFactory(DialogueFactory)
    batch = factory.SubFactory(BatchFactory, corpus=factory.SelfAttribute("..dialogue.corpus"))
    number = 1
    rank = 0


SLOT_STATES = {"open": "held", "done": "done", "released": "free"}


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    dialogue = factory.SubFactory(DialogueFactory)
    purpose = Purpose.MAIN
    slot = factory.SubFactory(
        SlotFactory,
        dialogue=factory.SelfAttribute("..dialogue"),
        purpose=factory.SelfAttribute("..purpose"),
        state=factory.LazyAttribute(lambda slot: SLOT_STATES[slot.factory_parent.state]),
    )
    state = Assignment.State.OPEN
    rater = factory.SubFactory(RaterFactory, corpus=factory.SelfAttribute("..dialogue.corpus"))
    codebook = factory.LazyAttribute(
        lambda row: row.dialogue.corpus.codebook or CodebookVersionFactory(corpus=row.dialogue.corpus)
    )
    token = 1
    lease_until = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=15))


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    corpus = factory.SubFactory(CorpusFactory)
    role = Membership.Role.ANNOTATOR
    token_hash = factory.Sequence(lambda n: f"{n:064}")
    created_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))
