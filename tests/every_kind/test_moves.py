"""Moves of answers to a codebook with a choice renamed, two merged, one split, and back: every byte returns."""

import random
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreement.domain.moves.consensus_effect import Settlement, confusions
from agreement.domain.moves.preview import after_move
from agreement.domain.moves.requests import draft_move, start_move, undo_move
from agreement.domain.report_figures import figures
from agreement.judgements.raters import offered_raters, usual_raters
from agreement.judgements.reader import JudgementReader
from agreement.judgements.selection import counted
from agreement.judgements.tables import read_tables
from annotator.domain.calibration.answer_sets import newest
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.models import Assignment, Slot
from common.jobs.queue import execute
from common.models import Job
from corpus.domain.annotations.moved_answers import ProfileMover
from corpus.domain.codebooks.codebook_versions import add_codebook_version
from corpus.models import Annotation, AnswerMove, CodebookVersion, Corpus, Revision, Utterance
from corpus.rules.moves import as_document, propose, read_mapping
from tests.every_kind.material import answers, labelled, with_calibration, with_late_work, with_retest
from tests.factories import AnnotationFactory, MembershipFactory, SourceRaterFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

CASES = ("renamed", "merged", "split")
NOW = timezone.now()


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def corpus(every_kind: str) -> Corpus:
    """Answers of three people: main work, corrections, a retest, training, a test; late work; a published source."""
    corpus = labelled(every_kind)
    with_retest(corpus, UserFactory())
    correct_some(corpus)
    with_calibration(corpus)
    with_late_work(corpus)
    with_source(corpus)
    return Corpus.objects.get(pk=corpus.pk)


def correct_some(corpus: Corpus) -> None:
    rng = random.Random(11)
    done = Assignment.objects.filter(rater__corpus=corpus, state="done", purpose="main").order_by("pk")
    for assignment in done.exclude(rater__slug="ann")[:4]:
        assert assignment.rater.membership
        operations = [
            Operation(
                id=uuid4(),
                kind="correct",
                utterance=each.public_id,
                answers=answers(assignment.codebook.rules(), each.order + 1, rng),
                reason="slip",
            )
            for each in assignment.dialogue.utterances.order_by("order")[:3]
        ]
        acks = apply_operations(
            assignment=assignment,
            token=assignment.token,
            author=assignment.rater.membership.user,
            operations=operations,
            now=NOW,
        )
        assert {ack.status for ack in acks} == {"applied"}


def with_source(corpus: Corpus) -> None:
    """Add the published answers of a source to some utterances; it cannot be asked again."""
    rng = random.Random(12)
    codebook = CodebookVersion.objects.get(corpus=corpus)
    rater = SourceRaterFactory(corpus=corpus, slug="gold")
    for utterance in Utterance.objects.filter(dialogue__corpus=corpus).order_by("pk")[:16]:
        given = answers(codebook.rules(), utterance.order, rng)
        annotation = AnnotationFactory(rater=rater, utterance=utterance, codebook=codebook, answers=given)
        Revision.objects.create(annotation=annotation, number=1, cause="import", answers=given, codebook=codebook)


def version_of(shared: Path, case: str, corpus: Corpus) -> CodebookVersion:
    text = (shared / "cases" / "codebooks" / f"{case}.yaml").read_text(encoding="utf-8")
    # the key 5 of split.yaml belongs to two tasks, which no codebook may have
    return add_codebook_version(corpus=corpus, yaml_text=text.replace('"12345"', '"1234p"'))


def moved(corpus: Corpus, new: CodebookVersion) -> AnswerMove:
    old = corpus.codebook
    assert old
    mapping = propose(old.rules(), new.rules()).mapping
    move = draft_move(corpus=corpus, old=old, new=new, mapping=mapping, here=True)
    job = start_move(move=move, started_by=None, now=NOW, here=True)
    run(job)
    move.refresh_from_db()
    return move


def run(job: Job) -> None:
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_params) == ("done", "", {})


def undone(move: AnswerMove) -> AnswerMove:
    run(undo_move(move=move, undone_by=None, now=NOW, here=True))
    move.refresh_from_db()
    return move


def state_of(corpus: Corpus) -> dict[str, Any]:
    """Return everything that must be the same again after an undoing."""
    annotations = Annotation.objects.filter(rater__corpus=corpus).order_by("pk")
    firsts = {
        (row.annotation_id, row.number): row.answers
        for row in Revision.objects.filter(annotation__rater__corpus=corpus)
    }
    sets = newest(Utterance.objects.filter(dialogue__corpus=corpus))
    corpus.refresh_from_db()
    assert corpus.codebook
    raters = offered_raters(corpus)
    return {
        "annotations": [
            (each.pk, each.answers, each.codes and bytes(each.codes), each.first_codes and bytes(each.first_codes))
            for each in annotations
        ],
        "first": [each.first_number and firsts[each.pk, each.first_number] for each in annotations],
        "versions": list(annotations.values_list("codebook", flat=True)),
        "assignments": list(
            Assignment.objects.filter(rater__corpus=corpus)
            .order_by("pk")
            .values_list("pk", "codebook", "state", "ended_at", "token")
        ),
        "slots": list(Slot.objects.filter(dialogue__corpus=corpus).order_by("pk").values_list("pk", "state", "token")),
        "sets": {pk: (each.acceptable, each.reasons, each.codebook_id) for pk, each in sets.items()},
        "codebook": corpus.codebook.version,
        "figures": figures(read_tables(codebook=corpus.codebook, raters=raters)),
        "usual": figures(read_tables(codebook=corpus.codebook, raters=usual_raters(raters))),
    }


def test_a_move_and_its_undoing_leave_every_byte_as_it_was(corpus: Corpus, shared: Path, case: str) -> None:
    before = state_of(corpus)
    revisions = set(Revision.objects.values_list("pk", flat=True))
    new = version_of(shared, case, corpus)
    move = moved(corpus, new)
    after = state_of(corpus)
    assert (move.state, after["codebook"]) == ("done", 2)
    assert set(after["versions"]) == {new.pk}
    assert after["annotations"] != before["annotations"]
    assert {row[1] for row in after["assignments"]} == {new.pk}
    assert undone(move).state == "undone"
    assert state_of(corpus) == before
    assert revisions < set(Revision.objects.values_list("pk", flat=True))
    assert move.undone_counts["restored"] == sum(move.counts.get(name, 0) for name in ("moved", "asked", "incomplete"))
    # once more, and back
    again = moved(corpus, new)
    repeated = state_of(corpus)
    for name in ("annotations", "first", "sets", "figures"):
        assert repeated[name] == after[name]
    undone(again)
    assert state_of(corpus) == before


def test_the_preview_states_the_figures_right_after_the_move(corpus: Corpus, shared: Path, case: str) -> None:
    new = version_of(shared, case, corpus)
    old = corpus.codebook
    assert old
    mapping = propose(old.rules(), new.rules()).mapping
    move = draft_move(corpus=corpus, old=old, new=new, mapping=mapping, here=True)
    assert move.job
    run(move.job)
    move.refresh_from_db()
    assert move.preview
    raters = usual_raters(offered_raters(corpus))
    after = after_move(mover=ProfileMover(move), raters=raters)
    predicted, settled = figures(after.tables), after.settlement.counts()
    stored = move.preview["after"]
    assert (stored["consensus"], [each["confusions"] for each in stored["questions"]]) == (
        settled,
        [confusions(table) for table in after.tables.tables],
    )
    effect = dict(move.preview["effect"])
    run(start_move(move=move, started_by=None, now=NOW, here=True))
    move.refresh_from_db()
    tables = read_tables(codebook=new, raters=raters)
    assert predicted == figures(tables)
    assert [each["confusions"] for each in stored["questions"]] == [confusions(table) for table in tables.tables]
    settlement = Settlement(new)
    for judgements in JudgementReader(codebook=new, raters=raters).chunks(counted(raters)):
        settlement.add(judgements)
    assert settled == settlement.counts()
    assert sum(settled["utterances"].values()) == len(tables.dialogue) > 0
    for name in ("moved", "asked", "incomplete", "reopened", "answer_sets", "decisions", "decisions_open"):
        assert effect[name] == move.counts.get(name, 0), name


def test_moved_answers_say_where_they_come_from(corpus: Corpus, shared: Path) -> None:
    move = moved(corpus, version_of(shared, "merged", corpus))
    migrations = Revision.objects.filter(cause="migration")
    assert migrations
    for each in migrations.select_related("annotation"):
        source = Revision.objects.get(annotation=each.annotation, number=each.moved_from or 0)
        assert (each.move, each.author, each.active_ms, each.guideline) == (move, None, 0, source.guideline)
        assert source.codebook == move.old
        if source.answers:
            tone = source.answers["tone"]
            expected = "unfriendly" if tone in {"cold", "mocking"} else tone
            assert (each.answers or {})["tone"] == expected
    # first answers stay apart from the present ones
    corrected = Annotation.objects.filter(first_number__isnull=False, purpose="main")
    assert corrected
    for annotation in corrected:
        first = Revision.objects.get(annotation=annotation, number=annotation.first_number or 0)
        assert first.cause == "migration"
        assert annotation.first_codes
        assert move.new.layout().encode(first.answers or {}) == bytes(annotation.first_codes)


def mapping_data(page: Any) -> dict[str, Any]:
    """Return what a browser would send from the form of a mapping."""
    data: dict[str, Any] = {}

    class Form(HTMLParser):
        select = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            if tag == "select":
                self.select = str(given["name"])
            elif tag == "option" and "selected" in given:
                data[self.select] = given["value"]
            elif tag == "input" and given.get("type") == "checkbox" and "checked" in given:
                data.setdefault(str(given["name"]), []).append(given["value"])

    Form().feed(page.content.decode())
    return data


@pytest.fixture
def manager(corpus: Corpus, client: Client) -> Client:
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    return client


def test_a_manager_moves_answers_through_the_pages_and_back(
    corpus: Corpus, shared: Path, case: str, manager: Client
) -> None:
    before = state_of(corpus)
    new = version_of(shared, case, corpus)
    old = corpus.codebook
    assert old
    listed = manager.get(reverse("agreement:moves", args=[corpus.slug]))
    assert f"{old}" in listed.content.decode()
    address = reverse("agreement:mapping", args=[corpus.slug, new.public_id, old.public_id])
    page = manager.get(address)
    text = page.content.decode()
    assert "proposed" in text
    for slug, answer in (("tone", "mocking"), ("carried_by", "voice")):
        given = [each.answers or {} for each in Annotation.objects.filter(purpose="main", answers__isnull=False)]
        count = sum(answer in each[slug] for each in given)
        assert f'?answer={slug}+%3D%3D+{answer}">{count}</a>' in text
    data = mapping_data(page)
    unchecked = manager.post(address, data, follow=True)
    assert "Check the proposed rows first" in unchecked.content.decode()
    assert not AnswerMove.objects.exists()
    with_job = manager.post(address, data | {"checked": "yes"}, follow=True)
    move = AnswerMove.objects.get()
    assert with_job.redirect_chain[-1][0] == reverse("agreement:move", args=[corpus.slug, move.public_id])
    assert move.job
    run(move.job)
    page = manager.get(with_job.redirect_chain[-1][0])
    assert "Discard the draft" in page.content.decode()
    yaml = manager.get(reverse("agreement:download_mapping", args=[corpus.slug, move.public_id]))
    read = read_mapping(yaml.content.decode(), old.rules(), new.rules())
    assert as_document(read) == move.mapping, "PostgreSQL stores the names in another order"
    manager.post(reverse("agreement:start_move", args=[corpus.slug, move.public_id]))
    move.refresh_from_db()
    assert move.state == "moving"
    waiting = manager.get(reverse("agreement:reports", args=[corpus.slug])).content.decode()
    assert "Move these answers" in waiting
    assert move.job
    run(move.job)
    after = state_of(corpus)
    assert after["versions"] == [new.pk] * len(after["versions"])
    page = manager.get(reverse("agreement:move", args=[corpus.slug, move.public_id]))
    assert "Undo the move" in page.content.decode()
    manager.post(reverse("agreement:undo_move", args=[corpus.slug, move.public_id]))
    move.refresh_from_db()
    assert move.job
    run(move.job)
    assert state_of(corpus) == before
    page = manager.get(reverse("agreement:move", args=[corpus.slug, move.public_id]))
    assert "What was undone" in page.content.decode()


def test_the_command_moves_answers_and_back(corpus: Corpus, shared: Path, case: str, tmp_path: Path) -> None:
    before = state_of(corpus)
    new = version_of(shared, case, corpus)
    options = ["--from", "1", "--to", "2"]
    with pytest.raises(CommandError, match="--propose"):
        call_command("move_answers", corpus.slug, *options)
    out = StringIO()
    call_command("move_answers", corpus.slug, *options, "--propose", stdout=out)
    assert "# proposed" in out.getvalue()
    file = tmp_path / "mapping.yaml"
    file.write_text(out.getvalue(), encoding="utf-8")
    dry = StringIO()
    call_command("move_answers", corpus.slug, *options, "--mapping", str(file), "--dry-run", stdout=dry)
    assert "nothing was moved" in dry.getvalue()
    assert state_of(corpus) == before
    done = StringIO()
    call_command("move_answers", corpus.slug, *options, "--mapping", str(file), stdout=done)
    assert "annotations moved" in done.getvalue()
    assert set(state_of(corpus)["versions"]) == {new.pk}
    undo = StringIO()
    call_command("move_answers", corpus.slug, "--undo", stdout=undo)
    assert "annotations restored" in undo.getvalue()
    assert state_of(corpus) == before
    with pytest.raises(CommandError, match="no finished move"):
        call_command("move_answers", corpus.slug, "--undo")


def test_the_command_names_every_problem_of_a_mapping(corpus: Corpus, shared: Path, tmp_path: Path) -> None:
    version_of(shared, "merged", corpus)
    file = tmp_path / "mapping.yaml"
    file.write_text("questions:\n  tone:\n    answers: {cold: frosty}\n  mood: {to: tone}\n", encoding="utf-8")
    with pytest.raises(CommandError) as error:
        call_command("move_answers", corpus.slug, "--from", "1", "--to", "2", "--mapping", str(file))
    for part in ("frosty", "mocking", "mood"):
        assert part in str(error.value)
