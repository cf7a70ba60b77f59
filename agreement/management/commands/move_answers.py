"""Move answers to another codebook version without a worker, preview a move, and undo one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone, translation

from agreement.domain.moves.requests import draft_move, start_move, undo_move
from agreement.presentation.move_changes import change_sentences
from agreement.presentation.move_effect import compared_questions, outcome_rows
from common.errors import Refused, sentence
from common.jobs.queue import execute
from common.management.base import ConcordCommand
from common.models import Job
from corpus.domain.structure.short_names import corpus_named
from corpus.error_texts.codebooks import problem_sentence
from corpus.models import AnswerMove, CodebookVersion, Corpus
from corpus.rules.moves import Mapping, MappingFault, as_yaml, compare, from_document, propose, read_mapping

USAGE, FAILURE = 2, 1


class Command(ConcordCommand):
    help = (
        "Move the answers of a corpus that were given under one codebook version to another one. "
        "--propose prints a mapping to check; --dry-run prints the effect and moves nothing; --undo takes a move back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("corpus", metavar="CORPUS", help="short name of the corpus")
        parser.add_argument("--from", dest="old", type=int, metavar="VERSION", help="version of the answers")
        parser.add_argument(
            "--to", dest="new", type=int, metavar="VERSION", help="version to move them to; default: the one in use"
        )
        parser.add_argument("--mapping", metavar="FILE", help="YAML file; without one, equal names must suffice")
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--propose", action="store_true", help="print a proposed mapping as YAML")
        action.add_argument("--dry-run", action="store_true", help="print the effect; nothing is moved")
        action.add_argument("--undo", action="store_true", help="undo the newest finished move (of --from, --to)")

    def handle(self, *_args: Any, **options: Any) -> None:
        corpus = corpus_named(options["corpus"])
        if corpus is None:
            raise CommandError(f"no corpus with the short name {options['corpus']}", returncode=USAGE)
        with translation.override("en"):
            try:
                self._act(corpus, options)
            except Refused as refusal:
                raise CommandError(str(refusal), returncode=FAILURE) from None

    def _act(self, corpus: Corpus, options: dict[str, Any]) -> None:
        if options["undo"]:
            self._undo(corpus, options)
            return
        old, new = self._versions(corpus, options)
        if options["propose"]:
            self.stdout.write(as_yaml(propose(old.rules(), new.rules()), new.rules()), ending="")
            return
        mapping = _mapping(options["mapping"], old, new)
        move = draft_move(corpus=corpus, old=old, new=new, mapping=mapping, here=True)
        self._write_changes(move)
        if options["dry_run"]:
            _run(move.job)
            move.refresh_from_db()
            self._write_preview(move)
            return
        _run(move.job)
        _run(start_move(move=move, started_by=None, now=timezone.now(), here=True))
        move.refresh_from_db()
        self._write_outcome(move.counts)
        self.stdout.write(f"undo with: manage.py move_answers {corpus.slug} --undo")

    def _undo(self, corpus: Corpus, options: dict[str, Any]) -> None:
        done = AnswerMove.objects.filter(corpus=corpus, state=AnswerMove.State.DONE)
        for name in ("old", "new"):
            if options[name] is not None:
                done = done.filter(**{f"{name}__version": options[name]})
        move = done.order_by("-started_at", "-pk").first()
        if move is None:
            raise CommandError("there is no finished move to undo", returncode=FAILURE)
        _run(undo_move(move=move, undone_by=None, now=timezone.now(), here=True))
        move.refresh_from_db()
        self.stdout.write(f"undone: {move}")
        self._write_outcome(move.undone_counts)

    def _versions(self, corpus: Corpus, options: dict[str, Any]) -> tuple[CodebookVersion, CodebookVersion]:
        if options["old"] is None:
            raise CommandError("--from VERSION is needed", returncode=USAGE)
        found = {each.version: each for each in CodebookVersion.objects.filter(corpus=corpus)}
        in_use = corpus.codebook.version if corpus.codebook else None
        numbers = (options["old"], in_use if options["new"] is None else options["new"])
        for number in numbers:
            if number not in found:
                raise CommandError(f"{corpus.slug} has no codebook version {number}", returncode=USAGE)
        return found[numbers[0]], found[numbers[1]]  # type: ignore[index] # checked above

    def _write_changes(self, move: AnswerMove) -> None:
        self.stdout.write(f"{move.corpus.slug}: {move.old} to {move.new}")
        old, new = move.old.rules(), move.new.rules()
        changes = compare(old, new, from_document(move.mapping))
        for name, sentences in change_sentences(changes, old, new, "en"):
            self.stdout.write(f"  {name}: {'; '.join(sentences)}")

    def _write_preview(self, move: AnswerMove) -> None:
        preview = move.preview or {}
        for name, count in preview["effect"].items():
            self.stdout.write(f"{name.replace('_', ' ')}: {count}")
        self.stdout.write(f"{'question':24} {'answers':>15} {'incomparable':>15} {'alpha':>17} {'percent':>17}")
        mapping = from_document(move.mapping)
        for each in compared_questions(preview, mapping, move.old.rules(), move.new.rules(), "en"):
            sides = each.sides
            answers = _pair([side and side["coverage"]["labels"] for side in sides])
            incomparable = _pair([side and side["coverage"]["incomparable"] for side in sides])
            alpha, percent = (_pair([side and side[name]["value"] for side in sides]) for name in ("alpha", "percent"))
            self.stdout.write(f"{each.name:24} {answers:>15} {incomparable:>15} {alpha:>17} {percent:>17}")
        self.stdout.write("nothing was moved")

    def _write_outcome(self, counts: dict[str, int]) -> None:
        for row in outcome_rows(counts):
            self.stdout.write(f"{row.name}: {row.count}")


def _mapping(file: str | None, old: CodebookVersion, new: CodebookVersion) -> Mapping:
    if file is None:
        proposal = propose(old.rules(), new.rules())
        if proposal.guesses:
            raise CommandError(
                "the versions differ in more than equal names can settle: write the mapping with --propose, check it, "
                "and pass it with --mapping",
                returncode=USAGE,
            )
        return proposal.mapping
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file}: {error}", returncode=USAGE) from None
    try:
        return read_mapping(text, old.rules(), new.rules())
    except MappingFault as fault:
        lines = [
            f"{f'line {each.line}, ' if each.line else ''}{each.where}: {problem_sentence(each)}"
            for each in fault.problems
        ]
        raise CommandError(
            "\n".join([f"{file} is not a mapping of these versions:", *lines]), returncode=USAGE
        ) from None


def _run(job: Job | None) -> None:
    assert job is not None  # noqa: S101 -- a move is stored with its job
    execute(str(job.public_id))
    job.refresh_from_db()
    if job.error_code:
        raise CommandError(sentence(job.error_code, job.error_params), returncode=FAILURE)
    if job.state != Job.State.DONE:
        raise CommandError("a worker is doing the same; see the page of moves", returncode=FAILURE)


def _pair(values: list[Any]) -> str:
    """Return two values with an arrow between them."""
    before, after = (
        "-" if each is None else f"{each:.3f}" if isinstance(each, float) else str(each) for each in values
    )
    return f"{before} > {after}"
