"""Abilities of importers that CMMA does not need, with an importer that is registered here."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from common.errors import sentence
from common.jobs.queue import enqueue, execute
from common.models import Job
from corpus.domain.codebooks.codebook_versions import add_codebook_version
from corpus.importers.base import Importer
from corpus.importers.registry import IMPORTERS
from corpus.importers.remarks import ImportRemark, RemarkLog
from corpus.importers.source import (
    Source,
    SourceAnswers,
    SourceDialogue,
    SourceEpisode,
    SourceRater,
    SourceSeries,
    SourceSpeaker,
    SourceUtterance,
)
from corpus.models import (
    Annotation,
    Corpus,
    Dialogue,
    Episode,
    Finding,
    MediaFile,
    Rater,
    Revision,
    Series,
    Speaker,
    Utterance,
)
from tests.factories import CorpusFactory, RaterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

CODEBOOK = """
name: cues
tasks:
  cues: {scale: nominal, many: true, choices: [voice, words, face], default: voice, perspective: viewer, keys: abc}
"""
DIALOGUES = 3


def line(number: int, speaker: str, **answers: list[str]) -> SourceUtterance:
    given = {slug: SourceAnswers({"cues": cues}, {"Cues": "+".join(cues)}) for slug, cues in answers.items()}
    return SourceUtterance(f"U{number}", speaker, f"line {number}", number * 1000, number * 1000 + 900, given, number)


class Votes(Importer):
    """Two series, two episodes with media, two raters, several choices; its dialogues are a stream."""

    name = "votes"
    summary = "an importer of this test"
    raters: tuple[SourceRater, ...] = (SourceRater("votes-a", "Annotator A"), SourceRater("votes-b", "Annotator B"))

    def read(self, folder: Path) -> Source:
        remarks = RemarkLog()
        series = [
            SourceSeries(
                "First",
                [SourceSpeaker("Ann", gender="female")],
                [SourceEpisode("E1", folder / "one.mp4", "CC BY", has_laugh_track=True), SourceEpisode("E2")],
            ),
            SourceSeries("Second", [], [SourceEpisode("E1", folder / "two.mp4")]),
        ]

        def dialogues() -> Iterator[SourceDialogue]:
            lines = [line(1, "Ann", **{"votes-a": ["voice", "face"], "votes-b": ["words"]}), line(2, "Ben")]
            yield SourceDialogue("D1", "First", lines, "train", "greeting", "E1", "votes.csv")
            remarks.append(ImportRemark("votes.csv", 3, "Votes", "", "blank_row", "skipped"))
            yield SourceDialogue("D2", "First", [line(1, "Ben", **{"votes-b": ["face"]})], episode="E2")
            yield SourceDialogue("D3", "Second", [line(1, ""), line(2, "Ann")], "dev")

        return Source(series, dialogues(), list(self.raters), remarks=remarks)


class Unlabelled(Votes):
    """The same without labels."""

    name = "unlabelled"
    raters = ()

    def read(self, folder: Path) -> Source:
        source = super().read(folder)
        lines = [SourceUtterance("U1", "Ann", "line", None, None)]
        source.dialogues = [SourceDialogue(f"D{number}", "First", lines) for number in range(DIALOGUES)]
        return source


@pytest.fixture(autouse=True)
def importers() -> Iterator[None]:
    for importer in (Votes(), Unlabelled()):
        IMPORTERS.register(importer)
    yield
    for name in ("votes", "unlabelled"):
        IMPORTERS.unregister(name)


@pytest.fixture
def folder(store: Path) -> Path:
    folder = store / "published"
    folder.mkdir()
    (folder / "one.mp4").write_bytes(b"one")
    (folder / "two.mp4").write_bytes(b"two")
    return folder


@pytest.fixture
def labelled() -> Any:
    corpus = CorpusFactory(slug="votes")
    add_codebook_version(corpus=corpus, yaml_text=CODEBOOK)
    return corpus


def bring_in(folder: Path, importer: str = "votes", **options: Any) -> str:
    out = StringIO()
    call_command("import_corpus", importer, str(folder), corpus="votes", stdout=out, **options)
    return out.getvalue()


def test_every_rater_of_the_source_owns_their_answers(labelled: Corpus, folder: Path) -> None:
    assert bring_in(folder).splitlines()[0] == "3 dialogues, 5 utterances, 3 speakers"
    assert list(Rater.objects.order_by("slug").values_list("slug", "kind", "name")) == [
        ("votes-a", "source", "Annotator A"),
        ("votes-b", "source", "Annotator B"),
    ]
    answers = Annotation.objects.order_by("utterance__dialogue__order", "rater__slug")
    assert list(answers.values_list("rater__slug", "utterance__dialogue__code", "answers", "number")) == [
        ("votes-a", "D1", {"cues": ["voice", "face"]}, 1),
        ("votes-b", "D1", {"cues": ["words"]}, 1),
        ("votes-b", "D2", {"cues": ["face"]}, 1),
    ]
    revisions = Revision.objects.filter(cause="import").order_by("annotation__rater__slug", "pk")
    assert [each.raw for each in revisions] == [{"Cues": "voice+face"}, {"Cues": "words"}, {"Cues": "face"}]
    layout = labelled.codebooks.get().layout()
    assert all(each.codes is not None and layout.decode(each.codes) == each.answers for each in answers)


def test_series_episodes_and_media_are_written(labelled: Corpus, folder: Path) -> None:
    bring_in(folder)
    assert list(Series.objects.order_by("name").values_list("name", flat=True)) == ["First", "Second"]
    assert sorted(Speaker.objects.values_list("series__name", "name", "gender")) == [
        ("First", "Ann", "female"),
        ("First", "Ben", ""),
        ("Second", "Ann", ""),
    ]
    episodes = Episode.objects.order_by("series__name", "title")
    assert [(each.series.name, each.title, each.licence, each.has_laugh_track) for each in episodes] == [
        ("First", "E1", "CC BY", True),
        ("First", "E2", "", False),
        ("Second", "E1", "", False),
    ]
    contents = [each.source.path.read_bytes() if each.source else None for each in episodes]
    assert contents == [b"one", None, b"two"]
    assert (folder / "one.mp4").is_file()
    dialogues = Dialogue.objects.order_by("order")
    assert [(each.code, each.series.name, each.episode and each.episode.title) for each in dialogues] == [
        ("D1", "First", "E1"),
        ("D2", "First", "E2"),
        ("D3", "Second", None),
    ]
    first = Utterance.objects.filter(dialogue__code="D1").order_by("order")
    assert [(each.dialogue.source_file, each.source_row) for each in first] == [("votes.csv", 1), ("votes.csv", 2)]
    assert Utterance.objects.get(dialogue__code="D3", order=1).speaker is None


def test_without_labels_dialogues_are_ready_and_no_rater_is_created(folder: Path) -> None:
    bring_in(folder, "unlabelled")
    assert Dialogue.objects.filter(state=Dialogue.State.READY, ready_at__isnull=False).count() == DIALOGUES
    assert (Rater.objects.count(), Annotation.objects.count()) == (0, 0)
    # the dialogues are equal, and that needs no rater to be found
    assert Finding.objects.filter(kind="duplicate_dialogue", rater=None).count() == DIALOGUES - 1


def test_a_stream_of_dialogues_is_written_in_chunks(
    labelled: Corpus, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.domain.imports.published_corpora.CHUNK", 1)
    assert "5 utterances" in bring_in(folder)
    assert list(Dialogue.objects.order_by("order").values_list("code", "order")) == [("D1", 1), ("D2", 2), ("D3", 3)]
    assert Speaker.objects.count() == 3


def test_remarks_made_while_dialogues_are_read_reach_the_report(labelled: Corpus, folder: Path) -> None:
    report = folder / "report.csv"
    assert "      1  blank rows, skipped\n" in bring_in(folder, report=report)
    assert "votes.csv,3,Votes,,blank_row,skipped\n" in report.read_text(encoding="utf-8")
    assert "      1  blank rows, skipped\n" in bring_in(folder, dry_run=True)


@pytest.mark.parametrize("missing", ["media", "codebook", "answer", "rater"])
def test_a_refused_source_leaves_nothing(
    missing: str, request: pytest.FixtureRequest, folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing != "codebook":
        request.getfixturevalue("labelled")
    if missing == "media":
        (folder / "two.mp4").unlink()
    if missing == "answer":
        monkeypatch.setattr(Votes, "read", _with_an_unknown_answer(Votes.read))
    if missing == "rater":
        RaterFactory(corpus=Corpus.objects.get(), slug="votes-a")
    words = {
        "media": "The file two.mp4 is missing.",
        "codebook": sentence("import.no_codebook", {"corpus": "votes"}),
        "answer": "do not fit",
        "rater": sentence("import.not_empty", {"corpus": "votes"}),
    }
    before = Rater.objects.count()
    with pytest.raises(CommandError, match=words[missing]):
        bring_in(folder)
    counts = [model.objects.count() for model in (Dialogue, Episode, Series, Annotation, MediaFile)]
    assert (counts, Rater.objects.count()) == ([0] * 5, before)
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
    assert Job.objects.filter(kind="agreement.detect").count() == 0


def _with_an_unknown_answer(read: Any) -> Any:
    def wrong(self: Votes, folder: Path) -> Source:
        source = read(self, folder)
        dialogue = SourceDialogue("D9", "First", [line(1, "Ann", **{"votes-a": ["smell"]})])
        source.dialogues = [*source.dialogues, dialogue]
        return source  # type: ignore[no-any-return]

    return wrong


def test_the_same_file_in_two_series_is_stored_once(labelled: Corpus, folder: Path) -> None:
    (folder / "two.mp4").write_bytes(b"one")
    bring_in(folder)
    assert MediaFile.objects.filter(kind=MediaFile.Kind.SOURCE).count() == 1


def test_the_same_file_twice_in_a_series_is_refused(
    labelled: Corpus, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Votes.read

    def with_a_third_episode(self: Votes, folder: Path) -> Source:
        source = read(self, folder)
        (folder / "three.mp4").write_bytes(b"one")
        source.series[0].episodes.append(SourceEpisode("E3", folder / "three.mp4"))
        return source

    monkeypatch.setattr(Votes, "read", with_a_third_episode)
    with pytest.raises(CommandError, match="already in the series, as E1"):
        bring_in(folder)
    assert MediaFile.objects.count() == 0


def test_an_import_by_a_worker_queues_the_detectors(folder: Path) -> None:
    args = {
        "importer": "unlabelled",
        "folder": str(folder),
        "slug": "votes",
        "title": "Votes",
        "managers": [],
        "report": str(folder / "report.csv"),
    }
    job = enqueue(kind="corpus.import", args=args, here=True)
    execute(str(job.public_id))
    detection = Job.objects.get(kind="agreement.detect")
    assert (detection.state, detection.scope) == (Job.State.QUEUED, str(Corpus.objects.get().public_id))
    execute(str(detection.public_id))
    assert Finding.objects.count() == DIALOGUES - 1
