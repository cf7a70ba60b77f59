"""Entries that an earlier version of the page left in the browser's journal are saved after an upgrade."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser

from annotator.models import Acknowledgement, Assignment, Flag, Return
from tests.browser.label.annotator import CALM_LABELS, GLAD_LABELS, Annotator
from tests.browser.label.test_policy import corpus_under
from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# the database as the first version of the page wrote it; tests/js checks the requests that are made of it
FIXTURE = ROOT / "tests/js/label/sync/journal_before_upgrade.json"
SEED = """async ({ name, version, stores }) => {
  await new Promise((resolve) => { indexedDB.deleteDatabase(name).onsuccess = resolve; });
  const database = await new Promise((resolve) => {
    const opening = indexedDB.open(name, version);
    opening.onupgradeneeded = () => {
      for (const [store, { keyPath, autoIncrement, indexes }] of Object.entries(stores)) {
        const created = opening.result.createObjectStore(store, { keyPath, autoIncrement });
        for (const [index, path] of Object.entries(indexes)) created.createIndex(index, path);
      }
    };
    opening.onsuccess = () => resolve(opening.result);
  });
  const transaction = database.transaction(Object.keys(stores), "readwrite");
  for (const [store, { rows }] of Object.entries(stores)) {
    for (const row of rows) transaction.objectStore(store).add(row);
  }
  await new Promise((resolve) => { transaction.oncomplete = resolve; });
  database.close();
}"""


def journal_for(annotator: Annotator) -> Any:
    """Return the fixture's database, with the ids of this person's assignment."""
    fixture = json.loads(FIXTURE.read_text(encoding="utf-8"))
    assignment = Assignment.objects.get()
    guideline = annotator.corpus.guideline
    assert guideline
    entries = fixture["database"]["stores"]["operations"]["rows"]
    bodies: dict[str, Any] = {}
    for entry in entries:
        bodies.setdefault(entry.get("kind", ""), entry.get("body", {}))
    ids = {
        fixture["author"]: annotator.user.public_id,
        fixture["assignment"]: assignment.public_id,
        bodies["withdraw"]["flag"]: bodies["flag"]["id"],
        bodies["acknowledge"]["guideline"]: guideline.public_id,
    }
    ids |= {f'"u{each.order}"': f'"{each.public_id}"' for each in assignment.dialogue.utterances.all()}
    text = json.dumps(fixture["database"]).replace('"token": 3', f'"token": {assignment.token}')
    for before, after in ids.items():
        text = text.replace(before, str(after))
    return json.loads(text)


def test_entries_of_an_earlier_version_are_saved_after_an_upgrade(chromium: Browser, live_server: Any) -> None:
    annotator = Annotator(chromium, live_server.url, corpus_under(utterances=4, shortcuts="both"))
    annotator.open()
    annotator.page.goto(f"{live_server.url}/accounts/")  # on which no journal is open
    annotator.page.evaluate(SEED, journal_for(annotator))
    annotator.open()
    annotator.saved("Rejected (1)")  # the fixture holds one rejected entry
    annotator.page.get_by_role("alert").get_by_text("The answers do not fit the codebook.").wait_for()
    first = GLAD_LABELS | {"humor": "cannot_judge"}
    assert annotator.history() == [(1, first), (2, CALM_LABELS), (2, None)]
    flags = {flag.reason: (flag.state, flag.comment) for flag in Flag.objects.all()}
    assert flags == {"wrong_speaker": ("withdrawn", "是小红说的"), "bad_cut": ("open", "")}
    inquiries = annotator.client.get(f"/api/v1/corpora/{annotator.corpus.slug}/news/").json()["questions"]
    assert [(inquiry["about"], inquiry["text"]) for inquiry in inquiries] == [("humor", "观众笑算不算？")]
    assert Acknowledgement.objects.count() == 1
    assert Return.objects.get().comment == "没有声音"
    annotator.close()
