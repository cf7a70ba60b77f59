"""Import an episode, or a folder of them, from the command line, without a worker."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from common.errors import Refused, sentence
from common.jobs.queue import execute
from common.jobs.service_heartbeats import is_alive
from common.management.base import ConcordCommand
from common.models import Job
from corpus.domain.ingest.episodes import SubmittedFile, options_of_series, remove_episode, submit_episode
from corpus.domain.ingest.subtitle_preview import preview_of_files
from corpus.domain.structure.short_names import corpus_named
from corpus.management.counts import counted
from corpus.management.preview_text import preview_lines
from corpus.management.reader_arguments import add_reader_arguments, changed
from corpus.management.shown_job import LOOK_SECONDS, interruptible, shown
from corpus.models import Corpus, Episode, Series
from corpus.rules.file_pairs import Pair, pair_files
from corpus.rules.subtitles.options import Options

USAGE, FAILURE = 2, 1


class Command(ConcordCommand):
    help = (
        "Import an episode with its subtitles into a corpus, or all episodes of a folder: videos and subtitles are "
        "matched by their names, episodes that are there already are left out, and one that fails stops no other."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("episode", type=Path, metavar="EPISODE", help="video or audio file, or a folder")
        parser.add_argument(
            "subtitles",
            type=Path,
            nargs="?",
            metavar="SUBTITLES",
            help="a subtitle file or a transcript; by default those inside the media file",
        )
        parser.add_argument("--corpus", required=True, metavar="SLUG", help="short name of the corpus")
        parser.add_argument(
            "--series",
            default="",
            metavar="NAME",
            help="created if it does not exist; default for a folder: the name of the folder",
        )
        parser.add_argument("--title", default="", help="of the episode; default: the file name")
        parser.add_argument("--licence", default="", help="under which the media may be used")
        parser.add_argument("--laugh-track", action="store_true", help="laughter was mixed into the audio")
        add_reader_arguments(parser)
        waiting = parser.add_mutually_exclusive_group()
        waiting.add_argument("--wait", action="store_true", default=True, help="import in this process (default)")
        waiting.add_argument("--no-wait", dest="wait", action="store_false", help="leave the import to a worker")

    def handle(self, *_args: Any, **options: Any) -> None:
        corpus = corpus_named(options["corpus"])
        if corpus is None:
            raise CommandError(f"no corpus with the short name {options['corpus']}", returncode=USAGE)
        if options["episode"].is_dir():
            self.import_folder(corpus, options["episode"].resolve(), options)
            return
        files = [path for path in (options["episode"], options["subtitles"]) if path is not None]
        for path in files:
            if not path.is_file():
                raise CommandError(f"no such file: {path}", returncode=USAGE)
        if not options["series"].strip():
            raise CommandError("--series is empty", returncode=USAGE)
        if options["preview"]:
            self.preview(corpus, files, self.settings(corpus, options))
        else:
            self.import_episode(corpus, files, options)

    def import_episode(self, corpus: Corpus, files: list[Path], options: dict[str, Any]) -> None:
        """Import one episode.

        Args:
            corpus: the corpus.
            files: its media file, and its subtitle file if there is one.
            options: the arguments of the command.

        Raises:
            CommandError: it was refused.
        """
        media, *subtitles = [SubmittedFile(path, path.name) for path in files]
        try:
            episode, job = submit_episode(
                corpus=corpus,
                series=options["series"],
                media=media,
                subtitles=subtitles[0] if subtitles else None,
                title=options["title"],
                licence=options["licence"],
                has_laugh_track=options["laugh_track"],
                options=self.settings(corpus, options),
                here=options["wait"],
            )
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=FAILURE) from None
        if options["wait"]:
            self.run_here(episode, job)
        else:
            self.leave_to_worker(job)

    def import_folder(self, corpus: Corpus, folder: Path, options: dict[str, Any]) -> None:
        """Import the episodes of a folder and its subfolders, in natural order of their names.

        Raises:
            CommandError: the folder has no media file, or some episodes were refused; the others are imported.
        """
        if options["subtitles"] or options["title"]:
            raise CommandError("SUBTITLES and --title belong to a single episode", returncode=USAGE)
        options = options | {"series": options["series"].strip() or folder.name}
        found = pair_files(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
        if not found.pairs:
            raise CommandError(f"no video or audio file in {folder}", returncode=USAGE)
        series = Series.objects.filter(corpus=corpus, name=" ".join(options["series"].split())).first()
        known = (
            set(series.episodes.exclude(state=Episode.State.FAILED).values_list("title", flat=True)) if series else ()
        )
        refused = 0
        for pair in found.pairs:
            title = _title(pair, found.pairs)
            self.stdout.write(f"{pair.media} + {pair.subtitles or 'the subtitles inside'}")
            if title in known:
                self.stdout.write("  is in the corpus already")
                continue
            files = [folder / name for name in (pair.media, pair.subtitles) if name]
            try:
                if options["preview"]:
                    self.preview(corpus, files, self.settings(corpus, options))
                else:
                    self.import_episode(corpus, files, options | {"title": title})
            except CommandError as error:
                refused += 1
                self.stderr.write(f"{pair.media}: {error}")
        for name in found.left_over:
            self.stderr.write(f"{name} belongs to no video")
        if refused:
            raise CommandError(f"{refused} of {len(found.pairs)} episodes were not imported", returncode=FAILURE)

    def settings(self, corpus: Corpus, options: dict[str, Any]) -> Options:
        """Return the options of the reader: those of the series, changed by the arguments."""
        return changed(options_of_series(corpus, " ".join(options["series"].split())), options)

    def preview(self, corpus: Corpus, files: list[Path], settings: Options) -> None:
        """Print what would become of the subtitles."""
        try:
            shown = preview_of_files(corpus, files, settings)
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=FAILURE) from None
        if shown.reading is None:
            raise CommandError(str(shown.fault), returncode=FAILURE)
        for line in preview_lines(shown):
            self.stdout.write(line)

    def leave_to_worker(self, job: Job) -> None:
        """Print the waiting job, and the reasons why it cannot run now."""
        job.refresh_from_db()
        self.stdout.write(f"job {job.public_id} waits for a worker")
        if job.state == Job.State.QUEUED and job.sent_at is None:
            self.stderr.write("The broker does not respond; the sweep sends the job once it does.")
        if not is_alive("worker"):
            self.stderr.write("No worker is running; the job waits until one starts.")

    def run_here(self, episode: Episode, job: Job) -> None:
        """Run the job in this process and print its result."""
        logging.getLogger("common.jobs.queue").setLevel(logging.ERROR)  # a refusal is printed in one line, below
        with interruptible(), shown(job):
            execute(str(job.public_id))
            while not Job.objects.filter(pk=job.pk, ended_at__isnull=False).exists():
                time.sleep(LOOK_SECONDS)  # the sweep gave it to a worker before this process could claim it
        job.refresh_from_db()
        if job.state == Job.State.FAILED:
            remove_episode(episode=episode)
            raise CommandError(sentence(job.error_code, job.error_params), returncode=FAILURE)
        episode.refresh_from_db()
        for warning in episode.warnings:
            self.stderr.write(sentence(warning["code"], warning["params"]))
        counts = [counted(job.result[things], things) for things in ("cues", "utterances", "dialogues")]
        self.stdout.write(f"{episode}: {', '.join(counts)}")


def _title(pair: Pair, pairs: tuple[Pair, ...]) -> str:
    """Return the title of an episode: the name of its file, with its folder if the folder tells it from another."""
    path = Path(pair.media)
    same = [each for each in pairs if Path(each.media).stem == path.stem]
    return str(path.with_suffix("")) if len(same) > 1 else path.stem
