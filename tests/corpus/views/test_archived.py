"""Archived corpora: every page that changes something refuses, and reading goes on."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from agreement.models import Report
from annotator.domain.allocation.dealing_ahead import corpora_to_deal
from annotator.domain.calibration.gold_judging import corpora_with_gold_to_judge
from annotator.domain.hours.fast_labelling import corpora_to_check
from annotator.models import Assignment, ClosedDialogue, LateOperation
from common.errors import Refused
from common.jobs.queue import HANDLERS, enqueue, execute, handler
from common.jobs.upkeep import queue_upkeep
from common.models import User
from corpus.domain.structure.archiving import archive, unarchive
from corpus.models import Consent, Corpus, Demographics, Episode, MediaFile, Membership, Rater, Revision
from export.models import Release
from tests.agreement.material import judge
from tests.annotator.calibrated import newcomer, take
from tests.annotator.material import answered, corpus_with_work
from tests.config.test_page_access import OF_A_CORPUS, PATTERNS, SAMPLES, address
from tests.factories import DialogueFactory, InvitationFactory, MembershipFactory, RaterFactory, UtteranceFactory
from tests.full_corpus import full_corpus

pytestmark = pytest.mark.django_db

NOW = timezone.now()
SENTENCE = "This corpus is archived: nothing in it can be changed."
# of an archived corpus: they change nothing in it, or make it writable, or delete it
OPEN = {
    *("corpus:unarchive", "corpus:archive", "corpus:copy", "corpus:delete", "corpus:retry_job"),
    *("agreement:make", "export:releases", "export:discard", "export:delete_failed"),
    *("export:download", "annotator:calibration_person", "annotator:close_dialogue"),  # record that answers were read
    *("corpus:consent", "export:datasheet", "export:final"),  # releases can still be made
    *("export:sharing", "export:revoke_link", "export:compare", "export:baselines"),  # and used
    "corpus:preview_subtitles",  # writes nothing
}


def manager_of(corpus: Corpus) -> User:
    user: User = MembershipFactory(corpus=corpus, roles=[Membership.Role.MANAGER]).user
    return user


@pytest.mark.parametrize("name", [name for name in OF_A_CORPUS if not name.startswith("annotator-api")])
def test_every_address_that_changes_something_refuses(client: Client, name: str) -> None:
    corpus = corpus_with_work()
    corpus.allows_several_roles = True
    corpus.save()
    roles = [Membership.Role.MANAGER, Membership.Role.ANNOTATOR, Membership.Role.ADJUDICATOR]
    client.force_login(MembershipFactory(corpus=corpus, roles=roles).user)
    archive(corpus=corpus, now=NOW)
    response = client.post(address(name, corpus))
    if response.status_code == 405:
        return
    refuses = response.status_code == 409 and SENTENCE in response.content.decode()
    assert refuses == (name not in OPEN)


def test_the_pages_can_be_read_and_say_so(client: Client) -> None:
    corpus = full_corpus()
    client.force_login(manager_of(corpus))
    archive(corpus=corpus, now=NOW)
    simple = [name for name in OF_A_CORPUS if {*PATTERNS[name].pattern.converters} == {"slug"}]
    pages = {name: client.get(address(name, corpus)) for name in simple if not name.startswith("annotator-api")}
    html = "text/html; charset=utf-8"  # downloads say nothing
    shown = {name for name, page in pages.items() if page.status_code == 200 and page["Content-Type"] == html}
    assert {"corpus:overview", "corpus:members", "export:releases", "annotator:progress"} <= shown
    silent = [name for name in shown if "This corpus is archived" not in pages[name].content.decode()]
    assert silent == []


def test_it_leaves_the_list_and_comes_back(client: Client) -> None:
    corpus = corpus_with_work()
    client.force_login(manager_of(corpus))
    client.post(reverse("corpus:archive", args=[corpus.slug]))
    page = client.get("/").content.decode()
    assert corpus.title not in page
    assert "Archived (1)" in page
    assert corpus.title in client.get("/?archived").content.decode()
    client.post(reverse("corpus:unarchive", args=[corpus.slug]))
    page = client.get("/").content.decode()
    assert corpus.title in page
    assert "Archived (" not in page


def test_htmx_and_scripts_get_the_sentence_in_their_form(client: Client) -> None:
    corpus = corpus_with_work()
    client.force_login(manager_of(corpus))
    archive(corpus=corpus, now=NOW)
    url = reverse("corpus:episodes", args=[corpus.slug])
    assert SENTENCE in client.post(url, headers={"accept": "application/json"}).json()["errors"][0]
    fragment = client.post(url, headers={"hx-request": "true"})
    assert fragment["HX-Refresh"] == "true"
    assert SENTENCE in client.get(reverse("corpus:overview", args=[corpus.slug])).content.decode()


# --- the API -----------------------------------------------------------------------------------------------


def sent(client: Client, assignment: Any, *operations: dict[str, Any]) -> list[dict[str, str]]:
    url = reverse("annotator-api:operations", args=[assignment.public_id])
    author = assignment.rater.membership.user
    body = {"token": assignment.token, "author": str(author.public_id), "operations": list(operations)}
    acks: list[dict[str, str]] = client.post(url, body, content_type="application/json").json()["acks"]
    return acks


def commit(assignment: Any) -> dict[str, Any]:
    utterance = assignment.dialogue.utterances.first()
    return {"id": str(uuid4()), "kind": "commit", "utterance": str(utterance.public_id), "answers": answered()}


@pytest.mark.parametrize("is_superseded", [False, True])
def test_an_answer_is_refused_so_that_the_page_keeps_it(client: Client, *, is_superseded: bool) -> None:
    corpus = corpus_with_work(utterances=2)
    rater = newcomer(corpus)
    assignment = take(rater)
    assert assignment
    client.force_login(rater.membership.user)  # type: ignore[union-attr]
    before, late = commit(assignment), commit(assignment)
    assert sent(client, assignment, before)[0]["status"] == "applied"
    archive(corpus=corpus, now=NOW)
    if is_superseded:
        assignment.token -= 1
    acks = sent(client, assignment, before, late)
    # the first was stored, and only the reply to it was lost
    assert [ack["status"] for ack in acks] == ["repeated", "refused"]
    assert acks[1]["code"] == "corpus.archived"
    assert SENTENCE in acks[1]["detail"]
    assert Revision.objects.count() == 1
    assert not LateOperation.objects.exists()
    unarchive(corpus=corpus)
    assert sent(client, assignment, late)[0]["status"] == ("set_aside" if is_superseded else "applied")


def test_the_rest_of_the_labelling_api_refuses_writes_and_reads_on(client: Client) -> None:
    corpus = corpus_with_work()
    rater = newcomer(corpus)
    assignment = take(rater)
    assert assignment
    client.force_login(rater.membership.user)  # type: ignore[union-attr]
    archive(corpus=corpus, now=NOW)
    posts = [name for name in PATTERNS if name.startswith("annotator-api:")]
    codes = {}
    for name in posts:
        arguments: dict[str, Any] = {"slug": corpus.slug, "public_id": assignment.public_id, "utterance": uuid4()}
        wanted = PATTERNS[name].pattern.converters
        url = reverse(name, kwargs={key: value for key, value in arguments.items() if key in wanted})
        response = client.post(url, {}, content_type="application/json")
        if response.status_code not in (400, 405):
            codes[name.partition(":")[2]] = (response.status_code, response.json()["code"])
    assert set(codes.values()) == {(409, "corpus.archived")}
    assert {"claim", "heartbeat", "finish", "flags", "withdraw_flag", "questions", "return", "seen"} <= codes.keys()
    assert client.get(reverse("annotator-api:assignment", args=[assignment.public_id])).status_code == 200
    assert client.get(reverse("annotator-api:news", args=[corpus.slug])).status_code == 200


def test_a_write_that_only_the_database_refuses_becomes_the_same_sentence(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the corpus is archived while the view is at work
    corpus = corpus_with_work()
    rater = newcomer(corpus)
    client.force_login(rater.membership.user)  # type: ignore[union-attr]
    archive(corpus=corpus, now=NOW)
    monkeypatch.setattr("annotator.api.access.require_writable", lambda _corpus: None)
    monkeypatch.setattr("annotator.domain.allocation.claims.require_writable", lambda _corpus: None)
    response = client.post(reverse("annotator-api:claim", args=[corpus.slug]), content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (409, "corpus.archived")


def test_a_page_turns_the_refusal_of_the_database_into_the_sentence(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = corpus_with_work()
    client.force_login(manager_of(corpus))
    monkeypatch.setattr("corpus.views.members.invitations.invite", lambda **_: _write(corpus))
    archive(corpus=corpus, now=NOW)
    monkeypatch.setattr("corpus.access.READING", {"GET", "POST"})
    response = client.post(reverse("corpus:invite", args=[corpus.slug]), {"role": "annotator"})
    assert response.status_code == 409
    assert SENTENCE in response.content.decode()


@transaction.atomic
def _write(corpus: Corpus) -> None:
    InvitationFactory(corpus=corpus)


# --- jobs, invitations, releases ---------------------------------------------------------------------------


def test_a_job_that_ends_in_an_archived_corpus_writes_nothing_and_says_why() -> None:
    corpus = corpus_with_work()

    @handler("test.write")
    def write(run: Any) -> dict[str, Any]:
        with run.finishing():
            corpus.series.create(name="new")
        return {}

    job = enqueue(kind="test.write", args={}, here=True)
    archive(corpus=corpus, now=NOW)
    execute(str(job.public_id))
    del HANDLERS["test.write"]
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "corpus.archived")
    assert not corpus.series.filter(name="new").exists()


def test_upkeep_leaves_it_alone() -> None:
    corpus = corpus_with_work(dialogues=60, k=2)
    rater = newcomer(corpus)
    assignment = take(rater)
    assert assignment
    Assignment.objects.update(purpose="gold", state="done", ended_at=NOW - timedelta(hours=2))

    def due() -> list[list[Corpus]]:
        found = (corpora_to_deal(), corpora_to_check(now=NOW), corpora_with_gold_to_judge(now=NOW))
        return [list(each) for each in found]

    assert due() == [[corpus], [corpus], [corpus]]
    archive(corpus=corpus, now=NOW)
    assert due() == [[], [], []]
    assert queue_upkeep(now=NOW) == 0


def test_nobody_joins(client: Client) -> None:
    from corpus.domain.people.invitations import invite

    corpus = corpus_with_work()
    _invitation, token = invite(corpus=corpus, role="annotator", note="", created_by=manager_of(corpus))
    archive(corpus=corpus, now=NOW)
    client.force_login(MembershipFactory().user)
    response = client.post(reverse("join", args=[token]))
    assert SENTENCE in response.content.decode()


def test_a_release_and_a_report_can_still_be_made(client: Client) -> None:
    corpus = full_corpus()
    client.force_login(manager_of(corpus))
    archive(corpus=corpus, now=NOW)
    rater = corpus.raters.first()
    assert rater
    form = {"name": "v2", "raters": [rater.slug], "split": "random", "group": "dialogue", "ratios": "60,20,20"}
    form |= {"seed": "0", "consensus": "majority"}
    client.post(reverse("export:releases", args=[corpus.slug]), form)
    release = Release.objects.get(name="v2")
    execute(str(release.job.public_id))  # type: ignore[union-attr]
    release.refresh_from_db()
    assert release.job is not None
    release.job.refresh_from_db()
    assert (release.job.state, release.job.error_code) != ("failed", "corpus.archived")
    assert client.post(reverse("agreement:make", args=[corpus.slug])).status_code == 302


def test_a_corpus_that_is_being_deleted_cannot_be_opened_again() -> None:
    corpus = corpus_with_work()
    Corpus.objects.filter(pk=corpus.pk).update(archived_at=NOW, deletion_requested_at=NOW)
    with pytest.raises(Refused) as refusal:
        unarchive(corpus=corpus)
    assert refusal.value.code == "corpus.being_deleted"


# --- reading -----------------------------------------------------------------------------------------------


def readable_addresses(corpus: Corpus, release: Release, report: Report) -> list[str]:
    """Return the addresses of all pages and downloads of a corpus, each with an object of it."""
    dialogue, media = corpus.dialogues.order_by("order")[0], MediaFile.objects.filter(corpus=corpus, kind="playable")[0]
    rater = Rater.objects.filter(corpus=corpus, membership__isnull=False, assignments__isnull=False)[0]
    episode = Episode.objects.filter(series__corpus=corpus)[0]
    ids: dict[str, Any] = {
        **dict.fromkeys(["annotator:calibration_person", "annotator:person"], rater),
        **dict.fromkeys(["annotator:calibration_answers", "annotator:correct"], dialogue),
        **dict.fromkeys(["corpus:codebook_version", "corpus:download_codebook"], corpus.codebook),
        **dict.fromkeys(["agreement:report", "agreement:download_csv", "agreement:download_json"], report),
        **dict.fromkeys(["agreement:slices", "agreement:slices_csv", "agreement:slices_json"], report),
        **dict.fromkeys(["agreement:download_latex", "agreement:download_markdown", "agreement:pictures"], report),
        **dict.fromkeys(["export:release", "export:download", "export:manifest"], release),
        "annotator:batch": corpus.batches.first(),
        "corpus:guideline_version": corpus.guideline,
    }
    parts = {
        "episode": episode,
        "series": episode.series,
        "dialogue": dialogue,
        "utterance": dialogue.utterances.first(),
        "speaker": episode.series.speakers.first(),
        "act": "nothing",
        "which": "discussion",
        **dict.fromkeys(["into", "merge", "person"], uuid4()),
    }
    found = [reverse("media", args=[media.public_id])]
    for name in OF_A_CORPUS:
        given = {key: getattr(value, "public_id", value) for key, value in parts.items()}
        given |= {"slug": corpus.slug, "public_id": getattr(ids.get(name), "public_id", uuid4())}
        wanted = PATTERNS[name].pattern.converters.items()
        samples = {key: SAMPLES[type(converter).__name__] for key, converter in wanted}
        found.append(reverse(name, kwargs={key: given.get(key, sample) for key, sample in samples.items()}))
    return found


def test_whatever_can_be_read_before_can_be_read_afterwards(client: Client) -> None:
    corpus = full_corpus()
    manager = manager_of(corpus)
    client.force_login(manager)
    rater = corpus.raters.first()
    assert rater
    for _ in range(3):  # enough for three splits
        judge(rater, UtteranceFactory(dialogue=DialogueFactory(corpus=corpus)), sentiment="positive")
    form = {"name": "v2", "raters": [rater.slug], "split": "random", "group": "dialogue", "ratios": "60,20,20"}
    client.post(reverse("export:releases", args=[corpus.slug]), {**form, "seed": "0", "consensus": "majority"})
    release = Release.objects.get(name="v2")
    execute(str(release.job.public_id))  # type: ignore[union-attr]
    client.post(reverse("agreement:make", args=[corpus.slug]))
    report = Report.objects.filter(corpus=corpus).order_by("-pk")[0]
    addresses = readable_addresses(corpus, release, report)
    readable = [each for each in addresses if client.get(each).status_code == 200]
    Membership.objects.update(saw_answers_at=None)
    archive(corpus=corpus, now=NOW)
    assert [each for each in readable if client.get(each).status_code != 200] == []
    names = {resolve(each).view_name for each in readable}
    assert {
        *("export:download", "export:manifest", "annotator:late_work", "annotator:calibration_person"),
        *("annotator:calibration_answers", "annotator:person", "agreement:report", "corpus:dialogue", "media"),
    } <= names
    assert Membership.objects.get(user=manager).saw_answers_at is not None


def test_a_manager_who_labels_closes_dialogues_to_themselves_by_reading_them(client: Client) -> None:
    corpus = full_corpus()
    corpus.allows_several_roles = True
    corpus.save()
    rater = RaterFactory(corpus=corpus, membership__corpus=corpus, membership__roles=["manager", "annotator"])
    client.force_login(rater.membership.user)
    archive(corpus=corpus, now=NOW)
    other = Rater.objects.filter(corpus=corpus, assignments__isnull=False)[0]
    url = reverse("annotator:calibration_person", args=[corpus.slug, other.public_id])
    assert client.get(url).status_code == 409  # asks first
    assert client.post(url, {"close_dialogues": "1"}).status_code == 302
    assert client.get(url).status_code == 200
    assert ClosedDialogue.objects.filter(rater=rater).exists()


def test_consent_can_be_changed_since_releases_can_be_made(client: Client) -> None:
    corpus = corpus_with_work()
    member = RaterFactory(corpus=corpus, membership__corpus=corpus).membership
    client.force_login(member.user)
    archive(corpus=corpus, now=NOW)
    page = reverse("corpus:consent", args=[corpus.slug])
    given = {"version": "0", "carries_answers": "on", "carries_demographics": "on", "gender": "x"}
    assert client.post(page, given).status_code == 302
    assert client.post(page, {"version": "1"}).status_code == 302  # withdraws it all
    assert [each.carries_answers for each in Consent.objects.order_by("pk")] == [True, False]
    assert not Demographics.objects.exists()
