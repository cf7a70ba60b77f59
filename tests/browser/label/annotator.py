"""An annotator on the labelling page of a real browser, and access to the answers that the server holds."""

import json
import urllib.request
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from annotator.models import Assignment
from common.models import User
from corpus.domain.codebooks.shipped_codebooks import adopt
from corpus.models import Annotation, Corpus, Rater
from tests.browser.test_pages import signed_in
from tests.factories import CorpusFactory, DialogueFactory, SpeakerFactory, UtteranceFactory

OPERATIONS = "**/operations/"  # requests that carry the answers
TIMEOUT_MS = 60_000  # machines that run the tests may be busy
CALM = ["Digit2", "KeyQ", "KeyA", "KeyD"]
GLAD = ["Digit3", "KeyW", "KeyA", "KeyD", "KeyV"]
MOCKING = ["Digit1", "KeyR", "KeyS", "KeyF", "KeyZ", "Slash"]
CALM_LABELS = {
    "sentiment": "neutral",
    "emotion": "neutral",
    "sarcasm": "no",
    "humor": "no",
    "emotion_sentiment": "not_applicable",
    "sarcasm_humor": "not_applicable",
}
GLAD_LABELS = CALM_LABELS | {"sentiment": "positive", "emotion": "joy", "emotion_sentiment": 1}
MOCKING_LABELS = {
    "sentiment": "negative",
    "emotion": "anger",
    "sarcasm": "yes",
    "humor": "yes",
    "emotion_sentiment": -2,
    "sarcasm_humor": 2,
}


def corpus_to_label(*, dialogues: int = 1, utterances: int = 3, **more: Any) -> Corpus:
    """Return a corpus with the default codebook and guideline; `more` goes to its dialogues."""
    corpus: Corpus = CorpusFactory()
    adopt(corpus=corpus, name="affect-dialogue")
    for order in range(dialogues):
        dialogue = DialogueFactory(corpus=corpus, order=order, **more)
        speaker = SpeakerFactory(series=dialogue.series)
        for number in range(1, utterances + 1):
            UtteranceFactory(
                dialogue=dialogue, order=number, speaker=speaker, start_ms=1000 * number, end_ms=1000 * number + 600
            )
    return corpus


# The numbers of entries and drafts in the browser's journal, after the pending writes are complete.
JOURNALLED = """async (name) => {
  const database = await new Promise((resolve) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => resolve(opening.result);
  });
  const count = (store) => new Promise((resolve) => {
    const counting = database.transaction(store).objectStore(store).count();
    counting.onsuccess = () => resolve(counting.result);
  });
  const counts = [await count("operations"), await count("drafts")];
  database.close();
  return counts.join();
}"""


def stop_clock(page: Page) -> None:
    """Let no time pass in a page, also in those that it opens later, but by `page.clock`."""
    page.clock.install()
    page.clock.pause_at(timezone.now() + timedelta(seconds=10))


def journalled(page: Page, name: str, entries: int, drafts: int) -> None:
    """Wait until a browser's journal holds so many entries and drafts.

    Args:
        page: any page of the browser on Concord's address.
        name: of the database.
        entries: operations and messages.
        drafts: answers to utterances that are not committed.
    """
    page.wait_for_function(f"async (name) => await ({JOURNALLED})(name) === '{entries},{drafts}'", arg=name)


class Annotator:
    """One person with one browser context; `client` is another session of the same person, to ask the server."""

    def __init__(self, chromium: Browser, url: str, corpus: Corpus, **context: Any) -> None:
        self.url, self.corpus = url, corpus
        self.client: Client = signed_in(corpus, "annotator", "en")
        self.rater = Rater.objects.filter(corpus=corpus).latest("pk")
        self.use(chromium.new_context(viewport={"width": 1280, "height": 720}, **context))

    def use(self, context: BrowserContext, page: Page | None = None) -> None:
        """Use another browser context, and sign in there."""
        self.context = context
        self.context.set_default_timeout(TIMEOUT_MS)
        self.page = page or context.new_page()
        self.sign_in()

    def close(self) -> None:
        """Close the browser context; requests that a test still holds end without an error."""
        for page in self.context.pages:
            page.unroute_all(behavior="ignoreErrors")
        self.context.close()

    @property
    def user(self) -> User:
        """The person's user."""
        assert self.rater.membership
        return self.rater.membership.user

    def sign_in(self) -> None:
        """Give the browser a session of its own."""
        session = Client()
        session.force_login(self.user)
        self.session_key = session.cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": self.session_key, "url": self.url}])

    def open(self) -> None:
        """Open the page and wait until it accepts keys."""
        self.page.goto(f"{self.url}/c/{self.corpus.slug}/label/")
        self.page.locator("#label:not([data-phase=loading])").wait_for()

    def press(self, *codes: str) -> None:
        """Press keys by their position."""
        for code in codes:
            self.page.keyboard.press(code)

    def saved(self, words: str = "Saved") -> None:
        """Wait for a text of the save status."""
        self.page.locator("#saved", has_text=words).wait_for()

    def journalled(self, entries: int, drafts: int) -> None:
        """Wait until the browser's journal holds so many entries and drafts.

        The page counts an entry from the key press on; the disk takes a moment longer.
        """
        journalled(self.page, "concord", entries, drafts)

    def labels(self) -> dict[int, Any]:
        """Return this person's answers on the server, by the numbers of the utterances."""
        rows = Annotation.objects.filter(rater=self.rater, answers__isnull=False)
        return {row.utterance.order: row.answers for row in rows.select_related("utterance")}

    def history(self, number: int = 0) -> list[tuple[int, Any]]:
        """Ask the server over the network, from another session, for the history of an assignment, oldest first.

        Args:
            number: index of the assignment among those of this person, from 0.
        """
        assignment = Assignment.objects.filter(rater=self.rater).order_by("pk")[number]
        cookie = f"sessionid={self.client.cookies['sessionid'].value}"
        request = urllib.request.Request(
            f"{self.url}/api/v1/assignments/{assignment.public_id}/", headers={"Cookie": cookie}
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            work = json.load(response)
        numbers = {utterance["id"]: number for number, utterance in enumerate(work["utterances"], start=1)}
        return [(numbers[past["utterance"]], past["answers"]) for past in work["history"]]

    def chosen(self) -> list[str]:
        """Return the answers that the page shows as chosen."""
        options = self.page.locator("#questions [aria-checked=true]")
        return [str(option.get_attribute("data-value")) for option in options.all()]
