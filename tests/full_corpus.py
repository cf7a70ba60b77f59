"""A corpus with rows in nearly every table that belongs to a corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from agreement.models import (
    AcceptedConsensus,
    AdjudicationCase,
    AdjudicationQueue,
    AdjudicationSettings,
    CaseHold,
    CaseRank,
    ConsensusAcceptance,
    Decision,
    DecisionRevision,
    LabelScore,
    LateDecision,
    Report,
)
from annotator.models import (
    Acknowledgement,
    Attempt,
    Flag,
    Inquiry,
    LateOperation,
    MovedAssignment,
    Qualification,
    Return,
)
from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.domain.selection.candidates import Criteria
from corpus.domain.selection.steps import screen_dialogues
from corpus.models import (
    Annotation,
    AnswerMove,
    Corpus,
    Cue,
    Dialogue,
    Episode,
    Finding,
    FormerShortName,
    GuidelineVersion,
    Revision,
    UtteranceEdit,
)
from corpus.models.ownership import paths_to, table
from export.models import DatasheetAnswers, Release, ReleaseDifference, SharedDownload, SharingLink, Training
from tests.annotator.calibrated import calibrated, newcomer, work_through
from tests.factories import (
    BatchFactory,
    ClipFactory,
    CodebookVersionFactory,
    EpisodeFactory,
    InvitationFactory,
    MediaFileFactory,
    MembershipFactory,
)

NOW = timezone.now()


def full_corpus() -> Corpus:
    """Return a corpus with calibration and main work, in two episodes of one series; its files exist."""
    corpus = calibrated("training", "test", main=2, utterances=2)
    add_guideline_version(corpus=corpus, texts={"en": "# Work carefully"})
    rater = newcomer(corpus)
    while work_through(rater):
        pass
    dialogues = list(corpus.dialogues.order_by("order"))
    series = dialogues[0].series
    episodes = [EpisodeFactory(series=series, playable=stored(corpus, "playable")) for _ in range(2)]
    for place, dialogue in enumerate(dialogues):
        dialogue.series, dialogue.episode = series, episodes[place % 2]
        dialogue.save()
        utterance = dialogue.utterances.first()
        assert utterance
        utterance.speaker = dialogues[0].series.speakers.first()
        utterance.save()
        ClipFactory(utterance=utterance, file=stored(corpus, "clip"))
        Cue.objects.create(
            episode=dialogue.episode, utterance=utterance, order=place + 1, start_ms=1, end_ms=2, text="x"
        )
        UtteranceEdit.objects.create(utterance=utterance, before={"text": "y"}, after={"text": "x"})
        assignment = dialogue.assignments.first()
        assert assignment
        LateOperation.objects.create(assignment=assignment, operation=uuid4(), token=0, payload={"answers": {}})
        message: dict[str, Any] = {"corpus": corpus, "assignment": assignment}
        Flag.objects.create(utterance=utterance, reason="other", **message)
        Inquiry.objects.create(utterance=utterance, text="?", **message)
        Return.objects.create(reason="other", **message)
    batch = BatchFactory(corpus=corpus, is_automatic=False, name="second")
    batch.people.add(rater)
    Qualification.objects.get_or_create(rater=rater, defaults={"qualified_at": NOW})
    if not Attempt.objects.filter(rater=rater).exists():
        Attempt.objects.create(rater=rater, number=1, part=1, right=1, judged=1, pass_percent=80, passed=True)
    guideline = GuidelineVersion.objects.get(corpus=corpus)
    Acknowledgement.objects.get_or_create(membership=rater.membership, guideline=guideline)
    InvitationFactory(corpus=corpus)
    MembershipFactory(corpus=corpus, roles=["manager"])
    FormerShortName.objects.create(slug=f"former-{corpus.pk}", corpus=corpus)
    Finding.objects.create(
        corpus=corpus, source="test", kind="test", rows={}, extent_count=1, extent_share=1, severity="note", rater=rater
    )
    screen_dialogues(corpus=corpus, criteria=Criteria(), is_in=True, reason="all of them", decided_by=None)
    assert corpus.codebook
    adjudicated(corpus)
    moved(corpus)
    Report.objects.create(corpus=corpus, codebook=corpus.codebook, selection={}, figures={})
    release = Release.objects.create(
        corpus=corpus, name="v1", options={}, manifest={"splits": {}}, file=stored(corpus, "release")
    )
    link = SharingLink.objects.create(release=release, token_hash=f"hash-{corpus.pk}", expires_at=NOW)
    SharedDownload.objects.create(link=link, network="203.0.113.0/24", began_at=NOW, last_at=NOW, bytes=1)
    later = Release.objects.create(corpus=corpus, name="later", options={}, manifest={"splits": {}})
    ReleaseDifference.objects.create(old=release, new=later)
    Training.objects.create(release=release, options={"models": ["majority"], "seeds": 1})
    DatasheetAnswers.objects.create(corpus=corpus, answers={"purpose": "Research"})
    corpus.refresh_from_db()
    return corpus


def moved(corpus: Corpus) -> None:
    """Add rows to all tables of moves of answers."""
    assert corpus.codebook
    other = CodebookVersionFactory(corpus=corpus, version=2, document=corpus.codebook.document)
    move = AnswerMove.objects.create(corpus=corpus, old=corpus.codebook, new=other, mapping={}, state="done")
    annotation = Annotation.objects.filter(rater__corpus=corpus).earliest("pk")
    assignment = annotation.rater.assignments.earliest("pk")
    MovedAssignment.objects.create(move=move, assignment=assignment)
    Revision.objects.create(
        annotation=annotation, number=99, cause="migration", codebook=other, move=move, moved_from=1, answers={}
    )


def adjudicated(corpus: Corpus) -> None:
    """Add rows to all tables of adjudication."""
    codebook = corpus.codebook
    assert codebook
    AdjudicationSettings.objects.create(corpus=corpus)
    AdjudicationQueue.objects.create(corpus=corpus, codebook=codebook, frequencies={}, read_until=NOW)
    person = MembershipFactory(corpus=corpus, roles=["adjudicator"])
    acceptance = ConsensusAcceptance.objects.create(corpus=corpus, codebook=codebook, agreement="unanimous")
    codes = bytes(2 * codebook.layout().width)
    for dialogue in corpus.dialogues.all():
        utterance = dialogue.utterances.get(order=1)
        case = AdjudicationCase.objects.create(
            corpus=corpus,
            utterance=utterance,
            agreement="split",
            state="waiting",
            raters=2,
            disagreement=1,
            codebook=codebook,
        )
        CaseRank.objects.create(corpus=corpus, case=case, order="disagreement", score=1)
        hold = CaseHold.objects.create(case=case, membership=person, codebook=codebook, token=1, lease_until=NOW)
        LateDecision.objects.create(hold=hold, operation=uuid4(), token=0, payload={})
        LabelScore.objects.create(utterance=utterance, question="emotion", source="test", score=0.5)
        AcceptedConsensus.objects.create(
            utterance=utterance, acceptance=acceptance, codebook=acceptance.codebook, codes=codes
        )
        decision = Decision.objects.create(
            utterance=utterance, codebook=codebook, outcome="undecidable", number=1, last_number=1
        )
        DecisionRevision.objects.create(
            decision=decision, number=1, cause="decide", outcome="undecidable", codebook=codebook, author=person.user
        )


def stored(corpus: Corpus, kind: str) -> Any:
    file = MediaFileFactory(corpus=corpus, kind=kind)
    file.name = f"{corpus.public_id}/{kind}/{file.sha256}"
    file.save()
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_bytes(b"x")
    return file


def folder_of(corpus: Corpus) -> Path:
    return Path(settings.MEDIA_ROOT) / str(corpus.public_id)


def tables_of_a_corpus(*, with_rows: bool = False) -> dict[str, type[Model]]:
    """Return the models whose rows belong to a corpus, by table, without the permits; those with rows, if wanted."""
    found = {table(model): model for model in paths_to(Corpus) if table(model) != "corpus_deletionpermit"}
    if not with_rows:
        return found
    filled = {name: model for name, model in found.items() if model._default_manager.exists()}
    assert len(filled) > 35
    return filled


def first_episode(corpus: Corpus) -> Episode:
    return Episode.objects.filter(series__corpus=corpus).order_by("pk")[0]


def dialogues_of(episode: Episode) -> list[Dialogue]:
    return list(episode.dialogues.order_by("order"))
