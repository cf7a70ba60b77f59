"""The clips of cases: each plays, also that of the next case after the network has failed."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.adjudicate.adjudicator import ONE_DIFFERS, Adjudicator, corpus_to_decide, revisions
from tests.browser.label.test_media import NUMBER, RATE
from tests.browser.server import Server
from tests.corpus.media.counted import BITS, BLOCK, film
from tests.factories import EpisodeFactory, MediaFileFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECONDS = 60
FIRST_MS = 50_000  # far behind the beginning of a recording, which browsers load first
PLAYED = "() => window.played > 0 && document.getElementById('utterance-panel').dataset.playing === 'false'"
SHOWN = f"""([bits, block]) => {{
  const place = document.querySelector("#screen video:not([hidden])").currentTime;
  return Math.abs(({NUMBER})([bits, block]) - {RATE} * place) <= 2;
}}"""
COUNT_ENDS = """new MutationObserver((records) => {
  for (const { oldValue } of records) if (oldValue === "true") window.played = (window.played ?? 0) + 1;
}).observe(document, { subtree: true, attributeFilter: ["data-playing"], attributeOldValue: true });"""


@pytest.fixture
def adjudicator(chromium: Browser, server: Server, settings: Any) -> Any:
    """Two cases of two dialogues of two recordings."""
    corpus = corpus_to_decide([ONE_DIFFERS] * 2, dialogues=2)
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    for place, dialogue in enumerate(corpus.dialogues.order_by("order")):
        names = [f"{dialogue.pk}-{place}.{suffix}" for suffix in ("mp4", "peaks")]
        film(folder / names[0], frames=SECONDS * RATE, rate=Fraction(RATE), gop=10)
        (folder / names[1]).write_bytes(bytes([200, 56] if place else [0, 0]) * SECONDS * 100)
        playable = MediaFileFactory(corpus=corpus, name=names[0])
        peaks = MediaFileFactory(corpus=corpus, kind="peaks", name=names[1])
        length = SECONDS * 1000
        dialogue.episode = EpisodeFactory(series=dialogue.series, playable=playable, peaks=peaks, duration_ms=length)
        dialogue.save()
        start = FIRST_MS + 4000 * place
        dialogue.utterances.update(start_ms=start, end_ms=start + 600)
    adjudicator = Adjudicator(chromium, server.url, corpus)
    adjudicator.page.add_init_script(COUNT_ENDS)
    yield adjudicator
    adjudicator.close()


def test_the_clip_of_the_next_case_plays_without_a_network(adjudicator: Adjudicator, server: Server) -> None:
    page = adjudicator.page
    adjudicator.open()
    page.wait_for_function(PLAYED)
    waiting = "document.querySelector('#screen video[hidden]')"
    page.wait_for_function(f"() => {waiting}.readyState >= 3 && {waiting}.currentTime >= {FIRST_MS / 1000}")
    server.kill()
    first, wave = adjudicator.utterance, page.locator("#wave .wave-sound")
    before = wave.get_attribute("d")
    page.evaluate("window.played = 0")
    adjudicator.press("KeyJ", "Enter")
    adjudicator.next_case(first)
    page.wait_for_function(PLAYED)
    page.wait_for_function(SHOWN, arg=[BITS, BLOCK])  # the picture is that of the clip
    assert wave.get_attribute("d") != before, "its waveform is drawn"
    assert not page.locator("#screen-hint").is_visible()
    second = adjudicator.utterance
    adjudicator.press("KeyJ", "Enter")
    adjudicator.saved("aiting (2)")
    server.start()
    adjudicator.saved()
    made = revisions(adjudicator.corpus)
    assert {each.decision.utterance.text for each in made} == {first, second}
    assert all(abs(each.played_ms - 600) <= 100 for each in made), "a decision without the clip would be refused"
