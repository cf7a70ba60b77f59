"""Every page, opened in each role: no errors, no controls without a name, no text with low contrast."""

from pathlib import Path
from shutil import copyfile
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, Response

from agreement.domain.reports import request_report
from annotator.domain.allocation.assignments import finish
from annotator.domain.batches.batches import BatchSpec, create_batch
from annotator.domain.calibration.answer_sets import write_answers
from annotator.domain.calibration.settings import use_dialogue
from annotator.domain.manager.annotators import pause
from annotator.domain.messages.returned_dialogues import return_dialogue
from annotator.models import Calibration, CalibrationDialogue
from common.jobs.queue import execute
from common.models import Job
from corpus.domain.codebooks.shipped_codebooks import adopt
from corpus.models import Corpus, Dialogue, Episode, Rater, Revision
from export.domain.options import Options
from export.domain.releases import request_release
from tests.agreement.domain.adjudication.material import build
from tests.annotator.sent_messages import asked, claimed, flagged
from tests.config.test_page_access import PATTERNS, PERSONAL, ROLES
from tests.factories import (
    AnnotationFactory,
    CorpusFactory,
    DialogueFactory,
    EpisodeFactory,
    InvitationFactory,
    MembershipFactory,
    RaterFactory,
    UserFactory,
    UtteranceFactory,
)

FILM = Path(__file__).parents[2] / "config/demo/pudding.mp4"
PAGE_PROBLEMS = (Path(__file__).parent / "page_problems.js").read_text(encoding="utf-8")
STILL = """() => document.getAnimations().every(
    (each) => each.playState !== "running" || each.effect?.getComputedTiming().endTime === Infinity)"""
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def problems_of(page: Page) -> list[str]:
    """Return the problems of a page once its transitions have ended: a colour between two others proves nothing."""
    page.wait_for_function(STILL)
    problems: list[str] = page.evaluate(PAGE_PROBLEMS)
    return problems


def furnished() -> Corpus:
    """Return a corpus in which no list is empty."""
    corpus: Corpus = CorpusFactory()
    adopt(corpus=corpus, name="affect-dialogue", created_by=UserFactory())
    raters = RaterFactory.create_batch(3, corpus=corpus)
    dialogues = DialogueFactory.create_batch(3, corpus=corpus)  # one for each split
    for utterance in (each for one in dialogues for each in UtteranceFactory.create_batch(3, dialogue=one)):
        for rater, sentiment in zip(raters, ("negative", "neutral", "neutral"), strict=True):
            answers = {"sentiment": "positive" if utterance.order % 2 else sentiment, "humor": "no"}
            AnnotationFactory(utterance=utterance, rater=rater, codebook=corpus.codebook, answers=answers)
    for wanted in (
        request_report(corpus=corpus, here=True),
        request_release(corpus=corpus, name="v1", options=Options(), here=True),
    ):
        assert wanted.job is not None
        execute(str(wanted.job.public_id))
    with_episode(corpus)
    with_messages(corpus)
    with_batches(corpus)
    with_calibration(corpus)
    build(corpus)
    MembershipFactory(corpus=corpus, is_active=False)
    InvitationFactory(corpus=corpus, role="annotator")
    for state, code in (("queued", ""), ("failed", "job.crashed")):
        Job.objects.create(
            kind="x", scope=str(corpus.public_id), state=state, error_code=code, error_params={"job": "x"}
        )
    return corpus


def with_messages(corpus: Corpus) -> None:
    """Let an annotator flag, ask and return a dialogue."""
    assignment = claimed(corpus)
    first = assignment.dialogue.utterances.earliest("order").order
    flagged(assignment, first, comment="切早了")
    asked(assignment, first)
    known: dict[str, Any] = {"public_id": uuid4(), "token": assignment.token, "now": timezone.now()}
    return_dialogue(assignment=assignment, reason="other", comment="没有声音", **known)


def with_calibration(corpus: Corpus) -> None:
    """Let one person answer a training dialogue, partly wrong, and another one begin a test."""
    assert corpus.codebook is not None
    training, test = corpus.dialogues.filter(state="ready").order_by("-order")[:2]
    for dialogue, use in ((training, "training"), (test, "test")):
        for utterance in dialogue.utterances.all():
            write_answers(utterance=utterance, acceptable={"sentiment": ["neutral"]}, reasons={"": "平静"}, author=None)
        use_dialogue(dialogue=dialogue, use=use)
    Calibration.objects.create(corpus=corpus, has_training=True, has_test=True)
    assignment = claimed(corpus)
    for utterance in assignment.dialogue.utterances.all():
        answers = {"sentiment": "positive" if utterance.order % 2 else "neutral", "humor": "no"}
        known = {"codebook": corpus.codebook, "rater": assignment.rater, "purpose": assignment.purpose}
        annotation = AnnotationFactory(utterance=utterance, answers=answers, **known)
        Revision.objects.create(
            annotation=annotation, number=1, cause="commit", codebook=corpus.codebook, answers=answers
        )
    finish(assignment=assignment, token=assignment.token, now=timezone.now())


def with_batches(corpus: Corpus) -> None:
    """Distribute dialogues among people, one of them paused, and record a failed job that creates a batch."""
    people: list[Rater] = RaterFactory.create_batch(3, corpus=corpus)
    made: dict[str, Any] = {"corpus": corpus, "created_by": UserFactory(), "now": timezone.now()}
    shared = BatchSpec(purpose="pilot", k=2, given="shared", people=people)
    create_batch(name="试标", spec=shared, **made)
    large = create_batch(name="再标", spec=BatchSpec(purpose="relabel"), **made)
    large.job = Job.objects.create(
        kind="annotator.batch", scope=str(corpus.public_id), state="failed", error_code="batch.no_dialogues"
    )
    large.save()
    assert people[0].membership
    pause(membership=people[0].membership, now=timezone.now())


def with_episode(corpus: Corpus) -> Episode:
    """Give the corpus a playable episode with remarks and a draft dialogue."""
    remarks = [{"code": "episode.no_sound", "params": {}}, {"code": "cue.empty", "params": {"row": 2}}]
    episode = playable_episode(series__corpus=corpus, warnings=remarks)
    draft = DialogueFactory(corpus=corpus, series=episode.series, episode=episode, state="draft", ready_at=None)
    UtteranceFactory.create_batch(3, dialogue=draft)
    for order, utterance in enumerate(draft.utterances.order_by("order"), start=1):
        draft.utterances.filter(pk=utterance.pk).update(start_ms=2000 * order, end_ms=2000 * order + 1500)
    return episode


def playable_episode(**more: Any) -> Episode:
    """Return an episode of 30 s with its recording on disk; `more` goes to its factory."""
    episode: Episode = EpisodeFactory(duration_ms=30_000, **more)
    assert episode.playable is not None
    episode.playable.path.parent.mkdir(parents=True, exist_ok=True)
    copyfile(FILM, episode.playable.path)
    return episode


def with_recording(dialogue: Dialogue) -> None:
    """Give a dialogue a recording."""
    dialogue.episode = playable_episode(series=dialogue.series)
    dialogue.save()


def signed_in(corpus: Corpus, role: str, language: str) -> Client:
    person = UserFactory(language=language, may_create_corpora=role == "manager")
    member = MembershipFactory(corpus=corpus, role=role, user=person)
    if role == "annotator":
        RaterFactory(corpus=corpus, membership=member)
    client = Client()
    client.force_login(person)
    return client


def pages(corpus: Corpus, role: str) -> list[str]:
    """Return the addresses that the role may open: those without an id, and one of each kind that has one."""
    corpus.refresh_from_db()
    ids: dict[str, list[UUID]] = {name: [found] for name, found in one_of_each(corpus).items()}
    ids["annotator:batch"] = list(corpus.batches.values_list("public_id", flat=True))
    ids["annotator:person"] = list(corpus.raters.filter(kind="member").values_list("public_id", flat=True))
    ids["annotator:calibration_person"] = ids["annotator:person"]
    of_corpus = [name for name, roles in ROLES.items() if role in roles and name in PATTERNS]
    plain = [name for name in of_corpus if set(PATTERNS[name].pattern.converters) == {"slug"}]
    return [
        *map(reverse, sorted(PERSONAL)),
        *(reverse(name, args=[corpus.slug]) for name in plain),
        *(reverse(name, args=[corpus.slug, found]) for name in of_corpus for found in ids.get(name, [])),
    ]


def one_of_each(corpus: Corpus) -> dict[str, UUID]:
    """Return an id for each kind of page that has one."""
    assert corpus.codebook is not None
    assert corpus.guideline is not None
    return {
        "annotator:calibration_answers": CalibrationDialogue.objects.earliest("pk").dialogue.public_id,
        "corpus:codebook_version": corpus.codebook.public_id,
        "corpus:guideline_version": corpus.guideline.public_id,
        "corpus:dialogue": corpus.dialogues.earliest("order").public_id,
        "corpus:episode": Episode.objects.get(series__corpus=corpus).public_id,
        "agreement:report": corpus.reports.get().public_id,
        "agreement:slices": corpus.reports.get().public_id,
        "agreement:pictures": corpus.reports.get().public_id,
        "export:release": corpus.releases.get().public_id,
        "export:sharing": corpus.releases.get().public_id,
    }


def watched(page: Page) -> list[str]:
    """Return a list that fills with the errors and warnings of the browser."""
    troubles: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            troubles.append(message.text)

    def answered(response: Response) -> None:
        if response.status >= 400:
            troubles.append(f"{response.status} {response.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("response", answered)
    return troubles


@pytest.mark.parametrize(("language", "scheme"), [("zh-hans", "light"), ("en", "dark")])
@pytest.mark.parametrize("role", ["manager", "adjudicator", "annotator"])
def test_every_page_is_whole_and_readable(
    chromium: Browser, live_server: Any, role: str, language: str, scheme: Literal["light", "dark"]
) -> None:
    corpus = furnished()
    client = signed_in(corpus, role, language)
    context = chromium.new_context(color_scheme=scheme)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    troubles = watched(page)
    problems: list[str] = []
    for address in pages(corpus, role):
        answer = client.get(address)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue  # it accepts POST only, redirects, or serves scripts
        page.goto(live_server.url + address)
        for width in (1280, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            problems += [f"{address} at {width}: {problem}" for problem in problems_of(page)]
        problems += [f"{address}: {trouble}" for trouble in troubles]
        troubles.clear()
        assert page.get_attribute("html", "lang") == {"zh-hans": "zh-Hans", "en": "en"}[language]
    context.close()
    assert problems == []
