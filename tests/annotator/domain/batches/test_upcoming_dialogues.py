import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from annotator.domain.allocation.claims import claim
from annotator.domain.batches.upcoming_dialogues import upcoming_dialogues
from common.jobs.queue import execute
from common.models import Job
from corpus.domain.codebooks.shipped_codebooks import adopt
from corpus.domain.media import clip_cutting
from corpus.domain.media.clip_cutting import order_clips
from corpus.media.cut.clips import CutClip, Span
from corpus.models import Clip, Corpus, Dialogue, Episode
from tests.factories import (
    AssignmentFactory,
    BatchFactory,
    CorpusFactory,
    DialogueFactory,
    EpisodeFactory,
    RaterFactory,
    SlotFactory,
    UtteranceFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def corpus() -> Any:
    found = CorpusFactory()
    adopt(corpus=found, name="affect-dialogue")
    found.refresh_from_db()
    return found


def spoken(episode: Episode, count: int) -> list[Dialogue]:
    """Return ready dialogues of one utterance each, in order of time."""
    made: list[Any] = []
    for number in range(count):
        dialogue = DialogueFactory(
            corpus=episode.series.corpus, series=episode.series, episode=episode, order=10 * episode.pk + number
        )
        UtteranceFactory(dialogue=dialogue, start_ms=number * 1000, end_ms=number * 1000 + 500)
        made.append(dialogue)
    return made


@pytest.fixture
def cut_order(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Cut without ffmpeg, two clips a time; return the codes of the dialogues in the order in which they are cut."""
    settings.MEDIA_ROOT, settings.WORK_DIR = tmp_path / "media", tmp_path / "work"
    order: list[str] = []

    def cut(_playable: Path, spans: list[Span], folder: Path) -> Iterator[CutClip]:
        folder.mkdir(parents=True, exist_ok=True)
        for span in spans:
            order.append(Dialogue.objects.get(utterances=int(span.key)).code)
            path = folder / f"{span.key}.mp4"
            path.write_text(span.key)
            sha256 = hashlib.sha256(span.key.encode()).hexdigest()
            yield CutClip(span.key, path, span.start_ms, span.end_ms, 12, sha256, len(span.key), reused=False)

    monkeypatch.setattr(clip_cutting, "WINDOW", 2)
    monkeypatch.setattr(clip_cutting, "cut_clips", cut)
    return order


def run(job: Job) -> Job:
    execute(str(job.public_id))
    job.refresh_from_db()
    return job


def test_clips_are_cut_in_the_order_of_claims(corpus: Corpus, cut_order: list[str]) -> None:
    episode = EpisodeFactory(series__corpus=corpus)
    first, second, third, fourth, fifth = spoken(episode, 5)
    usual, urgent = BatchFactory(corpus=corpus), BatchFactory(corpus=corpus, is_automatic=False, name="u", priority=5)
    for rank, dialogue in enumerate([second, first]):
        SlotFactory(dialogue=dialogue, batch=usual, rank=rank)
    SlotFactory(dialogue=fifth, batch=urgent, rank=0)
    AssignmentFactory(dialogue=fourth)

    expected = [fourth, fifth, second, first, third]  # in hand, by batch and rank, and the one without a slot
    assert upcoming_dialogues(corpus=corpus, among=[each.pk for each in reversed(expected)]) == [
        each.pk for each in expected
    ]
    [job] = order_clips(dialogues=[first, second, third, fourth, fifth])
    assert run(job).result == {"cut": 5, "before": 0}
    assert cut_order == [each.code for each in expected[:4]] + [third.code]


def test_a_clip_that_is_needed_earlier_is_cut_by_the_job_of_another_episode(
    corpus: Corpus, cut_order: list[str]
) -> None:
    early, late = EpisodeFactory(series__corpus=corpus), EpisodeFactory(series__corpus=corpus)
    near, far = spoken(early, 3), spoken(late, 3)
    urgent = BatchFactory(corpus=corpus, is_automatic=False, name="urgent", priority=5)
    SlotFactory(dialogue=far[2], batch=urgent, rank=0)
    for rank, dialogue in enumerate(near):
        SlotFactory(dialogue=dialogue, batch=BatchFactory(corpus=corpus), rank=rank)
    jobs = order_clips(dialogues=[*near, *far])

    assert run(jobs[0]).result == {"cut": 3, "before": 0}
    assert cut_order == [each.code for each in (far[2], *near)]
    assert run(jobs[1]).result == {"cut": 2, "before": 1}
    assert Clip.objects.count() == 6


def test_the_dialogue_that_is_claimed_next_has_its_clips_first(corpus: Corpus, cut_order: list[str]) -> None:
    episode = EpisodeFactory(series__corpus=corpus)
    rater = RaterFactory(corpus=corpus)
    for each, batch in zip(spoken(episode, 6), [0, 0, 1, 0, 1, 0], strict=True):
        slots = BatchFactory(corpus=corpus, is_automatic=False, name=f"b{batch}", priority=batch)
        SlotFactory(dialogue=each, batch=slots, rank=6 - each.order % 10)
    [job] = order_clips(dialogues=Dialogue.objects.filter(corpus=corpus))
    run(job)
    claimed = []
    while assignment := claim(rater=rater, now=timezone.now()):
        claimed.append(assignment.dialogue.code)
        assignment.slot.state, assignment.state, assignment.ended_at = "done", "done", timezone.now()
        assignment.slot.save()
        assignment.save()
    # the clips of a window are cut together
    assert [set(cut_order[at : at + 2]) for at in (0, 2, 4)] == [set(claimed[at : at + 2]) for at in (0, 2, 4)]
