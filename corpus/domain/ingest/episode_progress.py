"""The episodes of a corpus with their jobs, dialogues and clips, for the list of episodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from common.models import Job
from corpus.domain.ingest.episodes import jobs_of
from corpus.models import Clip, Corpus, Dialogue, Episode


@dataclass(frozen=True)
class EpisodeProgress:
    """An episode with its unfinished or failed job, if any, and the counts of its contents.

    Dialogues are `drafts`, or `frozen`: ready or excluded.
    """

    episode: Episode
    job: Job | None
    drafts: int
    ready: int
    frozen: int
    utterances: int
    clips: int


def episodes_of(corpus: Corpus) -> QuerySet[Episode]:
    """Return a corpus's episodes by series and title."""
    episodes = Episode.objects.filter(series__corpus=corpus).select_related("series")
    return episodes.order_by("series__name", "title", "pk")


def page_of(episode: Episode, *, per_page: int) -> int:
    """Return the page of the list of episodes that has this one, from 1."""
    series = Q(series__name__lt=episode.series.name)
    title = Q(series__name=episode.series.name, title__lt=episode.title)
    same = Q(series__name=episode.series.name, title=episode.title, pk__lt=episode.pk)
    return episodes_of(episode.series.corpus).filter(series | title | same).count() // per_page + 1


def episode_progress(episodes: list[Episode]) -> list[EpisodeProgress]:
    """Return the progress of episodes, with the same number of queries for any number of episodes."""
    shown = _jobs_to_show(jobs_of(episodes))
    dialogues = Dialogue.objects.filter(episode__in=episodes).values("episode")
    counted = dialogues.annotate(
        drafts=Count("pk", filter=Q(state=Dialogue.State.DRAFT), distinct=True),
        ready=Count("pk", filter=Q(state=Dialogue.State.READY), distinct=True),
        frozen=Count("pk", filter=~Q(state=Dialogue.State.DRAFT), distinct=True),
        lines=Count("utterances"),
    )
    inside = {row["episode"]: row for row in counted}
    clips = Clip.objects.filter(utterance__dialogue__episode__in=episodes).values("utterance__dialogue__episode")
    cut = {row["utterance__dialogue__episode"]: row["clips"] for row in clips.annotate(clips=Count("pk"))}
    nothing = {"drafts": 0, "ready": 0, "frozen": 0, "lines": 0}
    return [
        EpisodeProgress(
            episode=episode,
            job=shown.get(str(episode.public_id)),
            drafts=inside.get(episode.pk, nothing)["drafts"],
            ready=inside.get(episode.pk, nothing)["ready"],
            frozen=inside.get(episode.pk, nothing)["frozen"],
            utterances=inside.get(episode.pk, nothing)["lines"],
            clips=cut.get(episode.pk, 0),
        )
        for episode in episodes
    ]


def _jobs_to_show(jobs: Iterable[Job]) -> dict[str, Job]:
    """Return public id of an episode -> its newest unfinished job, else its newest failure that still matters.

    Args:
        jobs: oldest first. A failure no longer matters if a later job has done the same work: the clips of at least
            the same dialogues.
    """
    left: dict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        key = job.args["episode"]
        if job.state == Job.State.DONE:
            left[key] = [one for one in left[key] if not (one.kind == job.kind and _dialogues(one) <= _dialogues(job))]
        else:
            left[key].append(job)
    return {
        key: max(reversed(rest), key=lambda job: job.state != Job.State.FAILED) for key, rest in left.items() if rest
    }


def _dialogues(job: Job) -> set[str]:
    return set(job.args.get("dialogues", []))
