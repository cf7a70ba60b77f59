"""The corpus: films of a script that Concord ingests, cuts and exports, with the labels as one annotator's answers.

`django.setup()` must have been called.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from django.core.management import call_command

from benchmarks.generated_media.film import write_film
from benchmarks.generated_media.script import CODEBOOK, Said, script, subtitles
from benchmarks.generated_media.work import execute_job, in_processes
from benchmarks.simulated_members import write_members
from common.models import Job, User
from corpus.domain.codebooks.codebook_versions import add_codebook_version, use_codebook
from corpus.domain.structure.corpora import create_corpus
from corpus.domain.structure.draft_dialogues import declare_all_ready
from corpus.models import Corpus, Episode, Utterance
from corpus.rules.codebook import CANNOT_JUDGE, CodeLayout

SLUG = "generated"


def make_release(folder: Path, *, episodes: int, dialogues: int, seed: int = 0, processes: int = 0) -> Path:
    """Make films, ingest and cut them, write the answers, and export a release with clips.

    Args:
        folder: of the films and the release.
        episodes: number of films.
        dialogues: in each of them.
        seed: of the script; the films of one seed are the same, and those that exist are not made again.
        processes: that write films and execute jobs; 0: this one does.

    Returns:
        The folder of the release.
    """
    manager = User.objects.create_user("generator", may_create_corpora=True)
    corpus = create_corpus(slug=SLUG, title="Generated", created_by=manager)
    corpus.merge_gap_ms, corpus.silence_ms = 0, 1000
    corpus.save()
    use_codebook(corpus=corpus, codebook=add_codebook_version(corpus=corpus, yaml_text=CODEBOOK, created_by=manager))
    films = folder / "films"
    films.mkdir(parents=True, exist_ok=True)
    told = {f"E{number + 1:02}": script(dialogues, seed * 1000 + number) for number in range(episodes)}
    wanted = [number for number, title in enumerate(told) if not (films / f"{title}.mp4").exists()]
    titles = [list(told)[number] for number in wanted]
    paths = [films / f"{title}.mp4" for title in titles]
    in_processes(processes, write_film, [told[title] for title in titles], paths, wanted)
    for title, said in told.items():
        (films / f"{title}.vtt").write_text(subtitles(said), encoding="utf-8")
    call_command("ingest", films, corpus=SLUG, series="Generated", licence="CC0-1.0", wait=False)
    _work_off(processes)
    for episode in Episode.objects.filter(series__corpus=corpus):
        declare_all_ready(episode=episode)
    _work_off(processes)
    _answer(Corpus.objects.select_related("codebook").get(pk=corpus.pk), told)
    release = folder / "release"
    options: dict[str, Any] = {"clips": True, "seed": 0, "ratios": "70,10,20"}
    call_command("export_corpus", SLUG, out=release, verbosity=0, **options)
    return release


def _work_off(processes: int) -> None:
    """Execute the queued jobs, as a worker does."""
    jobs = list(Job.objects.filter(state=Job.State.QUEUED).values_list("pk", "public_id"))
    in_processes(processes, execute_job, [str(public_id) for _, public_id in jobs])
    for job in Job.objects.filter(pk__in=[key for key, _ in jobs]).exclude(state=Job.State.DONE):
        raise RuntimeError(f"{job.kind} failed: {job.error_code} {job.error_params}")


def _answer(corpus: Corpus, told: dict[str, list[Said]]) -> None:
    """Write the labels as the answers of one annotator; what nothing tells of is answered by "cannot judge"."""
    assert corpus.codebook
    rules, rows = corpus.codebook.rules(), []
    layout = CodeLayout(rules)
    fields = ("pk", "dialogue__episode__title", "text", "start_ms")
    utterances = list(
        Utterance.objects.filter(dialogue__corpus=corpus).order_by("dialogue__order", "order").values_list(*fields)
    )
    by_start = {(title, each.start_ms): each for title, said in told.items() for each in said}
    for _, title, text, start_ms in utterances:
        each = by_start[title, start_ms]
        if each.text != text:
            raise RuntimeError(f"the utterance {text!r} is {each.text!r} in the script")
        rows.append(
            layout.encode({slug: CANNOT_JUDGE if value is None else value for slug, value in each.labels.items()})
        )
    if len(rows) != len(by_start):
        raise RuntimeError(f"{len(rows)} utterances were imported, not {len(by_start)}")
    answers = np.frombuffer(b"".join(rows), "<i2").reshape(1, len(rows), layout.width).astype(np.int16)
    keys = np.array([key for key, *_ in utterances], np.int64)
    write_members(corpus=corpus, utterances=keys, answers=answers, slugs=["annotator"])
