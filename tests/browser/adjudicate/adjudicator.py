"""An adjudicator on the page of a real browser, and corpora with annotations to decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.test import Client
from playwright.sync_api import Browser

from agreement.models import Decision, DecisionRevision
from common.models import User
from corpus.models import Corpus
from tests.agreement.domain.adjudication.material import build, shares
from tests.agreement.material import finish, utterances
from tests.browser.label.annotator import CALM_LABELS, GLAD_LABELS, MOCKING_LABELS, TIMEOUT_MS, corpus_to_label
from tests.factories import AnnotationFactory, MembershipFactory, RaterFactory

FUNNY_LABELS = CALM_LABELS | {"humor": "yes"}
ONE_DIFFERS = (CALM_LABELS, CALM_LABELS, FUNNY_LABELS)
ALL_DIFFER = (CALM_LABELS, GLAD_LABELS, MOCKING_LABELS)
REASONS = [{"slug": "tone", "texts": {"en": "Tone of voice"}}, {"slug": "context", "texts": {"en": "Context"}}]


def corpus_to_decide(
    profiles: Sequence[Sequence[dict[str, Any]]], *, blind: int = 0, double: int = 0, dialogues: int = 1
) -> Corpus:
    """Return a corpus with a queue; `profiles` has the answers of each annotator to each utterance in turn."""
    corpus = corpus_to_label(dialogues=dialogues, utterances=len(profiles) // dialogues)
    raters = [RaterFactory(corpus=corpus) for _ in profiles[0]]
    for utterance, answers in zip(utterances(corpus), profiles, strict=True):
        for rater, own in zip(raters, answers, strict=True):
            finish(rater, utterance.dialogue)
            AnnotationFactory(rater=rater, utterance=utterance, codebook=corpus.codebook, answers=own)
    shares(corpus, blind=blind, double=double, reasons=REASONS)
    build(corpus)
    return corpus


class Adjudicator:
    """One person with one browser context."""

    def __init__(self, chromium: Browser, url: str, corpus: Corpus) -> None:
        self.url, self.corpus = url, corpus
        self.user: User = MembershipFactory(corpus=corpus, role="adjudicator").user
        self.context = chromium.new_context(viewport={"width": 1280, "height": 800})
        self.context.set_default_timeout(TIMEOUT_MS)
        session = Client()
        session.force_login(self.user)
        self.context.add_cookies([{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": url}])
        self.page = self.context.new_page()
        self.keys = 0

    def open(self, query: str = "") -> None:
        """Open the page and wait for its first case, or for the end of the queue."""
        self.page.goto(f"{self.url}/c/{self.corpus.slug}/adjudicate/{query}")
        self.page.locator("#label:not([data-phase=loading])").wait_for()

    def press(self, *codes: str) -> None:
        """Press keys by their position, and count them."""
        for code in codes:
            self.page.keyboard.press(code)
            self.keys += 1

    def ready(self) -> None:
        """Wait until the current utterance was long enough on the page to be read."""
        self.page.locator("#label[data-phase=label]").wait_for()

    @property
    def utterance(self) -> str:
        """The text of the utterance to decide."""
        return self.page.locator(".current-text").inner_text()

    def status(self, words: str) -> None:
        """Wait for a text of the status of the case."""
        self.page.locator("#case-status", has_text=words).wait_for()

    def saved(self, words: str = "Saved") -> None:
        """Wait for a text of the save status."""
        self.page.locator("#saved", has_text=words).wait_for(state="attached")  # hidden at the end of the queue

    def next_case(self, before: str) -> None:
        """Wait until another case is shown, or the end of the queue."""
        self.page.wait_for_function(
            "before => document.querySelector('#label').dataset.phase === 'nothing'"
            " || document.querySelector('.current-text')?.innerText !== before",
            arg=before,
        )

    def close(self) -> None:
        """Close the browser context."""
        for page in self.context.pages:
            page.unroute_all(behavior="ignoreErrors")
        self.context.close()


def decisions(corpus: Corpus) -> list[tuple[str, str, dict[str, Any] | None]]:
    """Return text, outcome and answers of each decision in the order of the utterances."""
    rows = Decision.objects.filter(utterance__dialogue__corpus=corpus).select_related("utterance")
    rows = rows.order_by("utterance__dialogue__order", "utterance__order")
    return [(each.utterance.text, each.outcome, each.answers) for each in rows]


def revisions(corpus: Corpus) -> list[DecisionRevision]:
    """Return all revisions of decisions in the order in which they were made."""
    return list(DecisionRevision.objects.filter(decision__utterance__dialogue__corpus=corpus).order_by("pk"))
