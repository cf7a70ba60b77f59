"""Run all detectors over a corpus without a worker and print their findings."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import translation

from agreement.domain.findings.listing import findings_of, listed, severe_findings
from common.errors import sentence
from common.jobs.queue import UNFINISHED, execute
from common.management.base import ConcordCommand
from common.models import Job
from corpus.domain.findings import queue_detection
from corpus.domain.structure.short_names import corpus_named
from corpus.models import Corpus, Finding

USAGE, SEVERE, FAILURE = 2, 1, 3
POLL_SECONDS = 0.5


class Command(ConcordCommand):
    help = (
        "Search the answers and the material of a corpus for defects, store the findings, and print them. "
        "Exit code 0: no severe finding; 1: a severe finding that nobody has dismissed; 2: usage; 3: the search failed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("corpus", metavar="CORPUS", help="short name of the corpus")
        parser.add_argument("--stored", action="store_true", help="print the stored findings; search nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        corpus = corpus_named(options["corpus"])
        if corpus is None:
            raise CommandError(f"no corpus with the short name {options['corpus']}", returncode=USAGE)
        with translation.override("en"):
            if not options["stored"]:
                self._search(corpus)
            count = 0
            for finding in findings_of(corpus):
                self._print(finding)
                count += 1
            severe = severe_findings(corpus).count()
        self.stdout.write(f"{count} findings, {severe} severe and not dismissed")
        if severe:
            raise CommandError("see the page of findings", returncode=SEVERE)

    def _search(self, corpus: Corpus) -> None:
        job = queue_detection(corpus, here=True)
        execute(str(job.public_id))
        while (state := Job.objects.filter(pk=job.pk).values_list("state", flat=True).first()) in UNFINISHED:
            time.sleep(POLL_SECONDS)  # a worker was faster and is searching this corpus
        if state == Job.State.FAILED:
            job.refresh_from_db()
            raise CommandError(sentence(job.error_code, job.error_params), returncode=FAILURE)

    def _print(self, finding: Finding) -> None:
        shown = listed(finding)
        about = " ".join(filter(None, [finding.rater.slug if finding.rater else "", finding.task]))
        chance = (
            "" if finding.p_value is None else f", p {'= ' if finding.p_value else '< '}{finding.p_value or 1e-300:.1e}"
        )
        dismissed = f" (dismissed: {finding.comment})" if finding.acknowledged_at else ""
        self.stdout.write(f"{finding.severity:8} {finding.kind}{' ' + about if about else ''}{dismissed}")
        self.stdout.write(f"         {shown.text}")
        self.stdout.write(f"         {shown.extent}{chance}")
