"""Write a release of a corpus into a folder."""

import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from agreement.consensus import registry as consensus
from agreement.consensus.method import ConsensusMethod
from agreement.presentation.left_out import left_out_sentences, no_answers_left
from agreement.presentation.settlement import settlement_lines
from common.errors import MESSAGES, Refused, sentence
from common.jobs.queue import execute
from common.management.base import ConcordCommand
from common.models import Job
from corpus.domain.structure.short_names import corpus_named
from corpus.models import Corpus
from export.domain.corpus_snapshot import chosen_raters
from export.domain.options import AUTO, Options, checked, consensus_method, ratios
from export.domain.release_build import (
    build_release,
    move_into_place,
    require_free_destination,
    unpack,
    working_folder,
)
from export.domain.releases import request_release
from export.formats import registry as formats
from export.formats.format import ExportFormat
from export.models import Release
from export.splits.assignment import GROUPS

PROGRESS_SECONDS = 2.0  # between two lines of progress


class Command(ConcordCommand):
    help = "Write a release of a corpus: train, dev and test as JSON lines and CSV, and a manifest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("corpus", help="short name of the corpus")
        parser.add_argument("--out", type=Path, required=True, help="folder to write; must be empty or not exist")
        parser.add_argument(
            "--split",
            nargs="+",
            default=["random"],
            metavar=("KIND", "RELEASE"),
            help="random (continues the newest stored release with the same group, ratios and seed), source (the "
            "published split), or like RELEASE (name or folder of the release to continue)",
        )
        parser.add_argument(
            "--group",
            choices=(AUTO, *GROUPS),
            default=AUTO,
            help="unit that splits must not share; auto: episode from ten episodes on, else dialogue",
        )
        parser.add_argument(
            "--stratify", nargs="+", default=[], metavar="QUESTION", help="distribute these labels alone"
        )
        parser.add_argument(
            "--folds", default="", metavar="K", help="K folds of equal size, or `series` for one fold per series"
        )
        parser.add_argument("--ratios", default="80,10,10", help="shares of train, dev, test (default %(default)s)")
        parser.add_argument("--seed", type=int, default=0, help="of the random split (default %(default)s)")
        parser.add_argument(
            "--raters", nargs="+", default=[], help="members, source, or names of raters; default: members, if any"
        )
        others = [entry for entry in formats.FORMATS.values() if entry is not formats.NATIVE]
        parser.add_argument(
            "--consensus",
            default=consensus.DEFAULT,
            metavar="METHOD[:NUMBER]",
            help="method that derives labels from answers; "
            f"{'; '.join(map(_method, consensus.METHODS.values()))} (default: {consensus.DEFAULT})",
        )
        parser.add_argument(
            "--incomplete",
            choices=("exclude", "include"),
            default="exclude",
            help="utterances that not all their k annotators have labelled (default %(default)s)",
        )
        parser.add_argument(
            "--formats",
            nargs="*",
            choices=[entry.name for entry in others],
            default=list(formats.DEFAULT),
            help=_described(f"formats besides {formats.NATIVE.summary}", others, " ".join(formats.DEFAULT)),
        )
        parser.add_argument(
            "--spreadsheet", action="store_true", help="add CSV files whose texts no spreadsheet takes for formulas"
        )
        parser.add_argument("--list-formats", action="store_true", help="print the formats and what each cannot carry")
        parser.add_argument("--clips", action="store_true", help="copy the clips as well")
        parser.add_argument(
            "--figures", action="store_true", help="add figures (SVG) and tables (LaTeX, CSV) for a data paper"
        )
        parser.add_argument(
            "--allow-empty",
            action="store_true",
            help="write the release also if a question has answers, but none that the codebook in use can compare",
        )
        parser.add_argument(
            "--keep-labels",
            action="store_true",
            help="keep the labels of a release that was imported, instead of labels by the consensus method",
        )
        parser.add_argument("--force", action="store_true", help="replace a release in the folder")
        parser.add_argument("--register", metavar="NAME", help="also store it as a release of the corpus")

    def run_from_argv(self, argv: list[str]) -> None:
        """Print the formats without a corpus, or run the command."""
        if "--list-formats" not in argv:
            super().run_from_argv(argv)
            return
        for entry in formats.FORMATS.values():
            losses = "; ".join(entry.cannot_carry()) or "nothing"
            sys.stdout.write(f"{entry.name}: {entry.files} ({entry.summary}); cannot carry: {losses}\n")

    def handle(self, *_args: Any, **options: Any) -> None:
        out = options["out"].absolute()
        try:
            corpus, chosen = self.checked(options)
            require_free_destination(out, force=options["force"])
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        try:
            with working_folder(out) as work:
                if options["register"]:
                    folder, manifest = self.registered(corpus, chosen, options["register"], work)
                else:
                    folder, manifest = build_release(
                        corpus=corpus, options=chosen, work=work, reading=self.progress, writing=self.progress
                    )
                move_into_place(folder, out, work=work)
        except (Refused, OSError) as fault:
            raise CommandError(str(fault)) from None
        self.summary(manifest, out)
        self.warn_of_incomparable(manifest)

    def checked(self, options: dict[str, Any]) -> tuple[Corpus, Options]:
        """Return the corpus and the options.

        Raises:
            Refused: an argument is invalid.
        """
        corpus = corpus_named(options["corpus"])
        if corpus is None:
            raise Refused("export.no_corpus", corpus=options["corpus"])
        chosen = Options(
            split=options["split"][0],
            like=" ".join(options["split"][1:]),
            stratify=tuple(options["stratify"]),
            folds=int(options["folds"]) if options["folds"].isdecimal() else 0,
            leave_out=options["folds"] == "series",
            group=options["group"],
            ratios=ratios(options["ratios"]),
            seed=options["seed"],
            raters=tuple(options["raters"]),
            clips=options["clips"],
            figures=options["figures"],
            consensus=consensus_method(options["consensus"]),
            incomplete=options["incomplete"] == "include",
            formats=tuple(dict.fromkeys([*options["formats"], *(["spreadsheet"] if options["spreadsheet"] else [])])),
            allow_empty=options["allow_empty"],
            keep_labels=options["keep_labels"],
        )
        if options["folds"] and not chosen.folds and not chosen.leave_out:
            raise Refused("export.bad_option", option=f"--folds {options['folds']}")
        checked(chosen.as_document())
        chosen_raters(corpus, chosen)
        return corpus, chosen

    def registered(self, corpus: Corpus, chosen: Options, name: str, work: Path) -> tuple[Path, dict[str, Any]]:
        """Build a registered release in this process and unpack its zip."""
        release = request_release(corpus=corpus, name=name, options=chosen, here=True)
        assert release.job is not None  # noqa: S101 -- request_release gave it one
        execute(str(release.job.public_id))
        job = Job.objects.get(pk=release.job.pk)
        if job.state != Job.State.DONE:
            raise CommandError(sentence(job.error_code, job.error_params))
        made = Release.objects.select_related("file").get(pk=release.pk)
        assert made.file is not None  # noqa: S101 -- its job is done
        folder = unpack(made.file.path, work)
        return folder, json.loads((folder / "manifest.json").read_bytes())  # its keys in their order, as not in the row

    def progress(self, done: int, total: int, stage: str) -> None:
        """Print the progress to stderr, every two seconds and at the end of each stage."""
        now = time.monotonic()
        if done == total or now - getattr(self, "last_progress", 0.0) > PROGRESS_SECONDS:
            self.last_progress = now
            self.stderr.write(f"{MESSAGES.get(f'stage.{stage}', stage)}: {done} / {total}")

    def warn_of_incomparable(self, manifest: dict[str, Any]) -> None:
        """Print to stderr, per question, how many answers were left out because they cannot be compared."""
        for question in manifest["agreement"]["questions"]:
            for line in (*left_out_sentences(question), no_answers_left(question)):
                if line:
                    self.stderr.write(f"warning: {question['slug']}: {line}")

    def origin(self, manifest: dict[str, Any]) -> None:
        """Print how the split came about, what it leaves out, and which classes a split lacks."""
        split = manifest["split"]
        sentences = {
            "continued": "split continued from {release}: {kept} dialogues kept, {new} new",
            "fresh": "a fresh draw: earlier releases have another group, ratios or seed, so dialogues may move",
        }
        if split["kind"] in sentences:
            self.stdout.write(sentences[split["kind"]].format(**split))
        if split["duplicates_kept_together"]:
            pairs = _number(split["duplicates_kept_together"], "pair")
            self.stdout.write(f"{pairs} of duplicate dialogues kept together")
        for conflict in split["conflicts"]:
            joins = ", ".join(f"{name} ({place})" for name, place in conflict["joins"].items())
            self.stderr.write(f"warning: {conflict['dialogue']} is left out, it joins {joins}. {conflict['remedy']}")
        for kind, counts in manifest["leaks"]["shared"].items():
            if counts["shared"]:
                self.stdout.write(f"{kind} in more than one split: {counts['shared']} of {counts['of']}")
        for warning in manifest["warnings"]:
            self.stderr.write(
                f"warning: {warning['split']} has no {warning['question']} = {warning['label']}. {warning['remedy']}"
            )

    def settlement(self, consensus: dict[str, Any]) -> None:
        """Print how many utterances have all their labels, by what means, and why the others have not."""
        lines = [line for line in settlement_lines(consensus, consensus["questions"]) if line.utterances]
        for word, is_open in (("settled", False), ("open", True)):
            found = [line for line in lines if line.is_open == is_open]
            reasons = ", ".join(f"{line.utterances} {line.name}" for line in found)
            total = sum(line.utterances for line in found)
            self.stdout.write(f"{word}: {total} utterances" + (f" ({reasons})" if reasons else ""))

        if consensus["to_review"]:
            utterances = _number(consensus["to_review"], "utterance")
            self.stderr.write(f"warning: the answers to {utterances} have changed since the decision")

    def error(self, document: dict[str, Any]) -> None:
        """Print how often unanimous and majority answers are wrong by the audit, for all and per split."""
        for split, rates in document["splits"].items():
            rate = rates["any"]
            if rate["value"] is not None:
                of = "all splits" if split == "all" else split
                interval = "" if rate["low"] is None else f" (95 % interval {rate['low']:.1%} to {rate['high']:.1%})"
                self.stdout.write(f"estimated error of agreeing answers, {of}: {rate['value']:.1%}{interval}")

    def summary(self, manifest: dict[str, Any], out: Path) -> None:
        """Print the size of the splits, their overlap, and the number of dialogues left out."""
        requested = manifest["split"]["requested"]
        for split, about in manifest["splits"].items():
            wanted = f", requested {requested[split]:.1%}" if split in requested else ""
            self.stdout.write(
                f"{split:5} {about['rows']:>8} utterances {about['dialogues']:>7} dialogues "
                f"({about['share']:.1%}{wanted})"
            )
        self.origin(manifest)
        left_out, leaks = manifest["left_out"], manifest["leaks"]
        self.stdout.write(
            f"left out: {left_out['draft']} draft dialogues, {left_out['incomplete']} incomplete ones, "
            f"{left_out['unjudged']} without finished labels of "
            + ", ".join(rater["slug"] for rater in manifest["raters"])
        )
        self.settlement(manifest["consensus"])
        self.error(manifest["consensus_error"])
        consent = manifest["consent"]
        if consent["withheld"]:
            raters = _number(consent["withheld"], "rater")
            self.stdout.write(f"not listed: the answers of {raters} without consent to it")
        if consent["not_asked"]:
            self.stderr.write(
                f"warning: {_number(consent['not_asked'], 'annotator')} without a decision on what a release may "
                "contain about them; their answers are listed under pseudonyms. Ask them to open the corpus."
            )
        if manifest["options"]["split"] != "source":
            self.stdout.write(f"no {leaks['group']} is in two splits ({leaks['groups']} checked in the written files)")
        for pair, overlap in leaks["texts"].items():
            self.stdout.write(f"{pair}: {overlap['repeated']} of {overlap['of']} longer texts are in both")
        if leaks["dialogue_count"]:
            self.stdout.write(f"{leaks['dialogue_count']} dialogues are word for word in two splits, see manifest.json")
        changes = manifest["changes"]
        if "labels" in changes:
            dialogues = ", ".join(f"{count} {kind}" for kind, count in changes["dialogues"].items())
            labels = changes["labels"]
            self.stdout.write(
                f"since {changes['since']}: dialogues {dialogues}; "
                f"{labels['changed']} of {labels['compared']} labels changed (CHANGES.md)"
            )
        if manifest["flags"]:
            self.stdout.write("reviewers may flag (DATASHEET.md):")
        for flag in manifest["flags"]:
            self.stdout.write(f"  {flag['text']}")
        self.stdout.write(f"written to {out}")


def _method(entry: ConsensusMethod) -> str:
    """Return the name of a consensus method with its number and description."""
    name = f"{entry.name}:{entry.parameter.default:g}" if entry.parameter else entry.name
    return f"{name} ({entry.label})"


def _described(purpose: str, entries: Iterable[ExportFormat], default: str) -> str:
    """Return the help of an option whose choices come from a registry."""
    choices = "; ".join(f"{entry.name} ({entry.summary})" for entry in entries)
    return f"{purpose}: {choices}; default: {default}".replace("%", "%%")


def _number(count: int, thing: str) -> str:
    """Return a count with its noun."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
