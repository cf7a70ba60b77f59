"""Import an episode from the command line, without a worker."""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from common.errors import MESSAGES, Refused, sentence
from common.jobs.queue import execute
from common.jobs.service_heartbeats import is_alive
from common.models import Job
from corpus.domain.ingest.episodes import SubmittedFile, options_of_series, remove_episode, submit_episode
from corpus.domain.ingest.subtitle_preview import preview_of_files
from corpus.domain.structure.short_names import corpus_named
from corpus.management.preview_text import preview_lines
from corpus.models import Corpus, Episode
from corpus.rules.subtitles.options import RULES, Options, from_document
from corpus.rules.text_encodings import ENCODINGS

WIDTH = 30
LOOK_SECONDS = 0.3
USAGE, FAILURE = 2, 1


class Command(BaseCommand):
    help = "Import an episode with its subtitles into a corpus."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("episode", type=Path, metavar="EPISODE", help="video or audio file")
        parser.add_argument(
            "subtitles",
            type=Path,
            nargs="?",
            metavar="SUBTITLES",
            help="a subtitle file or a transcript; by default those inside the media file",
        )
        parser.add_argument("--corpus", required=True, metavar="SLUG", help="short name of the corpus")
        parser.add_argument("--series", required=True, metavar="NAME", help="created if it does not exist")
        parser.add_argument("--title", default="", help="of the episode; default: the file name")
        parser.add_argument("--licence", default="", help="under which the media may be used")
        parser.add_argument("--laugh-track", action="store_true", help="laughter was mixed into the audio")
        parser.add_argument(
            "--preview", action="store_true", help="show how the subtitles are read, and import nothing"
        )
        parser.add_argument(
            "--off",
            action="append",
            default=[],
            choices=RULES,
            metavar="RULE",
            help=f"switch a rule of the reader off; may be repeated: {', '.join(RULES)}",
        )
        parser.add_argument("--encoding", default=None, choices=ENCODINGS, help="of the subtitles; default: detected")
        parser.add_argument("--shift", type=float, metavar="SECONDS", help="added to all times of the subtitles")
        parser.add_argument("--stretch", type=float, metavar="FACTOR", help="by which all times are multiplied before")
        waiting = parser.add_mutually_exclusive_group()
        waiting.add_argument("--wait", action="store_true", default=True, help="import in this process (default)")
        waiting.add_argument("--no-wait", dest="wait", action="store_false", help="leave the import to a worker")

    def handle(self, *_args: Any, **options: Any) -> None:
        files = [path for path in (options["episode"], options["subtitles"]) if path is not None]
        for path in files:
            if not path.is_file():
                raise CommandError(f"no such file: {path}", returncode=USAGE)
        corpus = corpus_named(options["corpus"])
        if corpus is None:
            raise CommandError(f"no corpus with the short name {options['corpus']}", returncode=USAGE)
        if not options["series"].strip():
            raise CommandError("--series is empty", returncode=USAGE)
        media, *subtitles = [SubmittedFile(path, path.name) for path in files]
        settings = self.settings(corpus, options)
        if options["preview"]:
            self.preview(corpus, files, settings)
            return
        try:
            episode, job = submit_episode(
                corpus=corpus,
                series=options["series"],
                media=media,
                subtitles=subtitles[0] if subtitles else None,
                title=options["title"],
                licence=options["licence"],
                has_laugh_track=options["laugh_track"],
                options=settings,
                here=options["wait"],
            )
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=FAILURE) from None
        if options["wait"]:
            self.run_here(episode, job)
        else:
            self.leave_to_worker(job)

    def settings(self, corpus: Corpus, options: dict[str, Any]) -> Options:
        """Return the options of the reader: those of the series, changed by the arguments."""
        kept = options_of_series(corpus, " ".join(options["series"].split()))
        given = {
            "encoding": options["encoding"],
            "off": sorted(kept.off | set(options["off"])),
            "offset_ms": round(options["shift"] * 1000) if options["shift"] is not None else None,
            "rate": options["stretch"],
        }
        return from_document(kept.as_document() | {name: value for name, value in given.items() if value is not None})

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
        counts = job.result
        self.stdout.write(
            f"{episode}: {counts['cues']} cues, {counts['utterances']} utterances, {counts['dialogues']} dialogues"
        )


@contextmanager
def interruptible() -> Iterator[None]:
    """Make Ctrl-C and SIGTERM end the job like a refusal, so that nothing partial stays."""

    def stop(*_: object) -> NoReturn:
        raise Refused("episode.interrupted")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def shown(job: Job) -> Iterator[None]:
    """Show the job's progress on standard error: a bar on a terminal, otherwise a line for each stage."""
    ended = threading.Event()
    printer = threading.Thread(target=_print_progress, args=(job.pk, ended), daemon=True)
    printer.start()
    try:
        yield
    finally:
        ended.set()
        printer.join()


def _print_progress(job_id: int, ended: threading.Event) -> None:
    is_terminal, shown_stage = sys.stderr.isatty(), ""
    try:
        while not ended.wait(LOOK_SECONDS):
            job = Job.objects.get(pk=job_id)
            stage = str(MESSAGES.get(f"stage.{job.stage}", job.stage))
            if is_terminal:
                full = WIDTH * job.percent // 100
                sys.stderr.write(f"\r\033[K[{'#' * full}{'.' * (WIDTH - full)}] {job.percent:3d} % {stage}")
            elif stage != shown_stage:
                sys.stderr.write(f"{stage}\n")
            sys.stderr.flush()
            shown_stage = stage
    finally:
        if is_terminal:
            sys.stderr.write("\r\033[K")
        connection.close()
