import csv
import io
import json
import random
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreement.label_index import registry
from agreement.views.labels import browser
from annotator.models import ClosedDialogue
from corpus.domain.annotations.revisions import NewRevision, commit_revision
from corpus.models import Annotation, Corpus, Dialogue, Membership, Rater, Utterance
from corpus.rules.label_selection import Selection
from tests.agreement.label_index import material, naive
from tests.agreement.material import finish, judged, utterances
from tests.factories import MembershipFactory, RaterFactory

pytestmark = pytest.mark.django_db
FIVE = {"annotator-1": "+0-+0", "annotator-2": "+0-0?", "annotator-3": "+0+0+"}


@pytest.fixture
def corpus() -> Corpus:
    return judged(FIVE)


def sign_in(client: Client, corpus: Corpus, role: str = "manager", **more: bool) -> Membership:
    membership: Membership = MembershipFactory(corpus=corpus, role=role, **more)
    client.force_login(membership.user)
    return membership


def page(client: Client, corpus: Corpus, query: str = "", status: int = 200) -> str:
    response = client.get(reverse("agreement:labels", args=[corpus.slug]) + (f"?{query}" if query else ""))
    text = response.content.decode()
    assert response.status_code == status, text
    return text


def shown(text: str) -> list[str]:
    return re.findall(r'<li\s+class="card label-row"\s+id="utterance-([^"]+)"', text)


def ids(corpus: Corpus, *places: int) -> list[str]:
    every = utterances(corpus)
    return [str(every[place].public_id) for place in places]


def query(**filters: Any) -> str:
    return Selection(**filters).query()


def test_a_filter_has_an_address_a_chip_and_a_count(client: Client, corpus: Corpus) -> None:
    sign_in(client, corpus)
    text = page(client, corpus, query(answer=("sentiment == positive",), of="every"))
    assert shown(text) == ids(corpus, 0)
    assert "1 of 5 utterances" in text
    assert re.search(r'class="chip"\s+href="[^"]*labels/\?"', text) is None
    assert 'value="sentiment == positive"' in text
    (rest,) = re.findall(r'class="chip"\s+href="([^"]+)"\s+aria-label="Remove the filter Answer:', text)
    assert rest.endswith("?of=every")


def test_pages_follow_one_another_in_both_directions(
    client: Client, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agreement.domain.labels.page.page_of.__kwdefaults__", {"size": 2})
    sign_in(client, corpus)
    address = reverse("agreement:labels", args=[corpus.slug])
    seen, forward = [], address
    while forward:
        text = client.get(forward).content.decode()
        seen.append(shown(text))
        forward = next(iter(re.findall(r'rel="next"\s+href="([^"]+)"', text)), "").replace("&amp;", "&")
        back = next(iter(re.findall(r'rel="prev"\s+href="([^"]+)"', text)), "").replace("&amp;", "&")
    assert seen == [ids(corpus, 0, 1), ids(corpus, 2, 3), ids(corpus, 4)]
    assert shown(client.get(back).content.decode()) == ids(corpus, 2, 3)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("answer=emotion+%3D%3D+envy", "“envy” is no answer to emotion. Use one of these: neutral, joy, anger."),
        ("answer=mood+%3D%3D+joy", "The codebook has no question “mood”."),
        ("answer=emotion+%3D+joy", "cannot be read"),
        ("rater=nobody", "There is no rater “nobody”. Use one of these: annotator-1, annotator-2, annotator-3."),
        ("speaker=nobody", "There is no speaker with this name: nobody."),
        ("from=yesterday", "“yesterday” is no day. Write the filter from like this: 2026-03-31."),
        ("from=2026-03-02&to=2026-03-01", "is after the last day"),
        ("differing=many", "Write a number from 0 to 1000."),
        ("consensus=emotion:often", "Write a question, a colon and one of these words"),
        ("split=half", "Use one of these: train, dev, test, none."),
        ("batch=1", "There is no batch 1."),
        ("finding=none", "There is no finding none any more."),
        ("flag=red", "“red” is no value of the filter flag."),
        ("colour=red", "There is no filter called colour."),
        ("text=" + "x" * 501, "Use at most 500 characters."),
        ("after=x", "Start again from the first page."),
        (f"after={'0' * 32}", "Start again from the first page."),
    ],
)
def test_a_wrong_filter_gets_a_sentence_and_no_rows(client: Client, corpus: Corpus, wrong: str, sentence: str) -> None:
    sign_in(client, corpus)
    text = page(client, corpus, wrong, status=422)
    assert sentence in text
    assert shown(text) == []


def test_a_commit_is_on_the_next_page(client: Client, corpus: Corpus) -> None:
    sign_in(client, corpus)
    wanted = query(answer=("emotion == anger",))
    assert shown(page(client, corpus, wanted)) == []
    rater = Rater.objects.get(corpus=corpus, slug="annotator-2")
    assert rater.membership
    assert corpus.codebook
    answers = {"sentiment": "negative", "emotion": "anger", "emotion_sentiment": -2}
    commit_revision(
        NewRevision(
            rater=rater,
            utterance=utterances(corpus)[3],
            codebook=corpus.codebook,
            author=rater.membership.user,
            answers=answers,
        )
    )
    assert shown(page(client, corpus, wanted)) == ids(corpus, 3)


def test_texts_of_people_are_escaped_everywhere(client: Client, corpus: Corpus) -> None:
    bad = "<script>alert(1)</script>\"'"
    Utterance.objects.filter(dialogue__corpus=corpus).update(text=bad)
    member = Rater.objects.filter(corpus=corpus).first()
    assert member
    assert member.membership
    member.membership.user.username = bad
    member.membership.user.save()
    sign_in(client, corpus)
    for text in (page(client, corpus), page(client, corpus, query(text=bad)), page(client, corpus, "x=" + bad, 422)):
        assert "<script>alert" not in text


def test_adjudicators_see_letters_and_days_and_nothing_that_tells_raters_apart(client: Client, corpus: Corpus) -> None:
    members = [rater.membership for rater in Rater.objects.filter(corpus=corpus).select_related("membership__user")]
    secrets = [*FIVE, *(str(each.user) for each in members if each), *(str(each.public_id) for each in members if each)]
    secrets += [str(rater.public_id) for rater in Rater.objects.filter(corpus=corpus)]
    sign_in(client, corpus, "adjudicator")
    base = reverse("agreement:labels", args=[corpus.slug])
    first = ids(corpus, 0)[0]
    texts = [
        page(client, corpus),
        client.get(reverse("agreement:label_history", args=[corpus.slug, first])).content.decode(),
        *(b"".join(client.get(base + name)).decode() for name in ("labels.csv", "labels.jsonl")),
    ]
    for text in texts:
        assert [secret for secret in secrets if secret in text] == []
        assert not re.search(r"\d\d:\d\d", text)  # a time would tell which answers one person gave in a row
    assert re.findall(r'<th scope="row">(\w)</th>', texts[0])[:3] == ["A", "B", "C"]
    rows = [json.loads(line) for line in texts[3].splitlines()]
    assert [[each["rater"] for each in row["answers"]] for row in rows] == [["A", "B", "C"]] * 5


def test_letters_are_stable_for_an_utterance_and_drawn_anew_for_the_next(client: Client) -> None:
    corpus = judged({"annotator-1": "+" * 30, "annotator-2": "-" * 30})
    sign_in(client, corpus, "adjudicator")
    address = reverse("agreement:labels_jsonl", args=[corpus.slug])

    def first_letters() -> list[str]:
        lines = b"".join(client.get(address)).splitlines()
        return [json.loads(line)["answers"][0]["answers"]["sentiment"] for line in lines]

    assert first_letters() == first_letters()
    assert {*first_letters()} == {"positive", "negative"}


@pytest.mark.parametrize("wanted", ["rater=annotator-1", "answer.annotator-1=sentiment+%3D%3D+positive"])
def test_adjudicators_cannot_filter_by_rater(client: Client, corpus: Corpus, wanted: str) -> None:
    sign_in(client, corpus, "adjudicator")
    assert "Adjudicators do not learn who gave an answer" in page(client, corpus, wanted, 422)
    for name in ("labels_count", "labels_csv", "labels_jsonl"):
        response = client.get(reverse(f"agreement:{name}", args=[corpus.slug]) + f"?{wanted}")
        assert (response.status_code, "annotator-2" in response.content.decode()) == (422, False)


@pytest.mark.parametrize("role", ["manager", "adjudicator"])
def test_who_may_still_label_a_dialogue_sees_nothing_of_it(client: Client, corpus: Corpus, role: str) -> None:
    corpus.allows_several_roles = True
    corpus.save()
    membership = sign_in(client, corpus, role, is_annotator=True)
    rater = RaterFactory(corpus=corpus, membership=membership, slug="own")
    text = page(client, corpus)
    assert (shown(text), "5 dialogues are left out" in text) == ([], True)
    assert "You see a dialogue here once you have submitted it" in text
    hidden, done = utterances(corpus)[1], utterances(corpus)[2]
    finish(rater, done.dialogue)
    assert shown(page(client, corpus)) == [str(done.public_id)]
    assert shown(page(client, corpus, query(answer=("sentiment == neutral",)))) == []
    count = client.get(reverse("agreement:labels_count", args=[corpus.slug])).content.decode()
    assert count == "1 of 1 utterance"
    rows = b"".join(client.get(reverse("agreement:labels_jsonl", args=[corpus.slug]))).splitlines()
    assert [json.loads(row)["id"] for row in rows] == [str(done.public_id)]
    history = reverse("agreement:label_history", args=[corpus.slug, hidden.public_id])
    assert client.get(history).status_code == 404
    assert set(ClosedDialogue.objects.values_list("rater", "dialogue")) == {(rater.pk, done.dialogue_id)}


def test_reading_is_noted_for_who_may_label_later(client: Client, corpus: Corpus) -> None:
    membership = sign_in(client, corpus, "adjudicator")
    page(client, corpus)
    membership.refresh_from_db()
    assert membership.saw_answers_at is not None


def test_the_history_lists_every_revision_with_its_reason(client: Client, corpus: Corpus) -> None:
    rater = Rater.objects.get(corpus=corpus, slug="annotator-1")
    utterance = utterances(corpus)[0]
    assert rater.membership
    assert corpus.codebook
    Annotation.objects.filter(rater=rater, utterance=utterance).delete()
    common: dict[str, Any] = {
        "rater": rater,
        "utterance": utterance,
        "codebook": corpus.codebook,
        "author": rater.membership.user,
    }
    first = {"sentiment": "neutral", "emotion": "neutral"}
    commit_revision(NewRevision(**common, answers=first, active_ms=3200, played_ms=1500))
    correction = {"reason": "slip", "comment": "<b>oops</b>"}
    later: dict[str, Any] = {"cause": "correct", "correction": correction, "is_handed_in": True}
    commit_revision(NewRevision(**common, answers=first | {"sentiment": "positive"}, **later))
    sign_in(client, corpus)
    text = client.get(reverse("agreement:label_history", args=[corpus.slug, utterance.public_id])).content.decode()
    for part in ("active 3.2 s, clip played 1.5 s", "wrong key", "&lt;b&gt;oops", "corrected after submission"):
        assert part in text
    assert text.index("first submitted") < text.index("corrected after submission")
    assert "corrected after submission" in page(client, corpus)
    assert shown(page(client, corpus, query(corrected=True))) == [str(utterance.public_id)]


def test_the_files_have_the_selection_and_no_formula(client: Client, corpus: Corpus) -> None:
    Utterance.objects.filter(dialogue__corpus=corpus).update(text="=1+1")
    sign_in(client, corpus)
    wanted = query(differs=("sentiment",))
    content = b"".join(client.get(reverse("agreement:labels_csv", args=[corpus.slug]) + f"?{wanted}"))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert {row["id"] for row in rows} == {*ids(corpus, 2, 3, 4)}
    assert [(row["rater"], row["sentiment"]) for row in rows[:3]] == [
        ("annotator-1", "negative"),
        ("annotator-2", "negative"),
        ("annotator-3", "positive"),
    ]
    assert {row["text"] for row in rows} == {"'=1+1"}


def test_a_page_costs_the_same_number_of_queries_however_many_rows_and_raters(client: Client) -> None:
    counts = []
    for dialogues in (2, 9):
        corpus = material.random_corpus(random.Random(8), dialogues=dialogues)
        sign_in(client, corpus)
        address = reverse("agreement:labels", args=[corpus.slug]) + "?state=all"
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 2  # other codebook versions and decisions are read only if there are any
    assert counts[1] < 45


def test_a_large_corpus_shows_the_job_that_reads_it(
    client: Client, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "SMALL", 1)
    sign_in(client, corpus)
    text = page(client, corpus)
    assert "The answers are being read" in text
    assert 'id="job-' in text
    assert client.get(reverse("agreement:labels_csv", args=[corpus.slug])).status_code == 503


def test_a_corpus_without_a_codebook_or_utterances_says_so(client: Client, corpus: Corpus) -> None:
    sign_in(client, corpus)
    Dialogue.objects.filter(corpus=corpus).update(state="draft", ready_at=None)
    assert "Utterances appear here when their dialogue is declared ready." in page(client, corpus)
    corpus.codebook = None
    corpus.save()
    assert "has no codebook yet" in page(client, corpus)


def test_counts_are_sentences() -> None:
    assert browser.matches(1204, 21795) == "1,204 of 21,795 utterances"


def test_links_of_figures_lead_to_as_many_utterances(client: Client, corpus: Corpus) -> None:
    sign_in(client, corpus)
    text = client.get(reverse("annotator:progress", args=[corpus.slug])).content.decode()
    links = {link.replace("&amp;", "&") for link in re.findall(r'class="figure-link" href="([^"]+)"', text)}
    assert len(links) > 5
    for link in links:
        assert client.get(link).status_code == 200
    own = next(link for link in links if "rater=annotator-2" in link)
    expected = naive.matching(naive.rows_of(corpus), Selection(rater=("annotator-2",)))
    assert len(shown(client.get(own).content.decode())) == len(expected) == 5
