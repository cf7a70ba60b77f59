"""The episodes of a corpus with their jobs, dialogues and clips, for the list of episodes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from common.models import Job
from corpus.domain.ingest.episodes import jobs_of
from corpus.models import Clip, Corpus, Dialogue, Episode


@dataclass(frozen=True)
class EpisodeProgress:
    """An episode with its unfinished or failed job, if any, and the counts of its contents."""

    episode: Episode
    job: Job | None
    drafts: int
    ready: int
    utterances: int
    clips: int


def episodes_of(corpus: Corpus) -> QuerySet[Episode]:
    """Return a corpus's episodes by series and title."""
    episodes = Episode.objects.filter(series__corpus=corpus).select_related("series")
    return episodes.order_by("series__name", "title", "pk")


def episode_progress(episodes: list[Episode]) -> list[EpisodeProgress]:
    """Return the progress of episodes, with the same number of queries for any number of episodes."""
    newest = {job.args["episode"]: job for job in jobs_of(episodes)}
    shown = {key: job for key, job in newest.items() if job.state != Job.State.DONE}
    dialogues = Dialogue.objects.filter(episode__in=episodes).values("episode")
    counted = dialogues.annotate(
        drafts=Count("pk", filter=Q(state=Dialogue.State.DRAFT), distinct=True),
        ready=Count("pk", filter=Q(state=Dialogue.State.READY), distinct=True),
        lines=Count("utterances"),
    )
    inside = {row["episode"]: row for row in counted}
    clips = Clip.objects.filter(utterance__dialogue__episode__in=episodes).values("utterance__dialogue__episode")
    cut = {row["utterance__dialogue__episode"]: row["clips"] for row in clips.annotate(clips=Count("pk"))}
    nothing = {"drafts": 0, "ready": 0, "lines": 0}
    return [
        EpisodeProgress(
            episode=episode,
            job=shown.get(str(episode.public_id)),
            drafts=inside.get(episode.pk, nothing)["drafts"],
            ready=inside.get(episode.pk, nothing)["ready"],
            utterances=inside.get(episode.pk, nothing)["lines"],
            clips=cut.get(episode.pk, 0),
        )
        for episode in episodes
    ]
