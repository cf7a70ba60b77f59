import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotator.models import PayRate
from corpus.models import Corpus, Membership, Rater
from tests.annotator.domain.hours.test_sheets import annotation_of, at, revise
from tests.annotator.material import corpus_with_work
from tests.factories import MembershipFactory, RaterFactory

pytestmark = pytest.mark.django_db
MAY = "?first=2026-05-01&last=2026-05-31"


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work(utterances=4)


@pytest.fixture
def raters(corpus: Corpus) -> list[Rater]:
    made: list[Rater] = [
        RaterFactory(
            corpus=corpus, membership__corpus=corpus, membership__user__first_name=name, membership__user__username=user
        )
        for name, user in (("=SUM(A1)", "sum"), ("梅", "-mei"))
    ]
    for rater in made:
        for place, purpose in enumerate(("main", "gold", "retest", "training")):
            revise(annotation_of(rater, place, purpose), at(4 + place), minutes=30)
    return made


def get(client: Client, member: Membership, name: str = "hours", query: str = MAY) -> Any:
    client.force_login(member.user)
    return client.get(reverse(f"annotator:{name}", args=[member.corpus.slug]) + query)


@pytest.fixture
def manager(corpus: Corpus) -> Membership:
    made: Membership = MembershipFactory(corpus=corpus, roles=["manager"])
    return made


def post_rate(client: Client, manager: Membership, **changed: Any) -> Any:
    client.force_login(manager.user)
    data = {"person": "", "hourly": "12.50", "currency": "eur", "valid_from": "2026-05-01"} | changed
    return client.post(reverse("annotator:add_rate", args=[manager.corpus.slug]), data)


def test_a_manager_sees_everyone_with_pay(client: Client, manager: Membership, raters: list[Rater]) -> None:
    assert post_rate(client, manager).status_code == 302
    own = str(raters[1].membership.public_id) if raters[1].membership else ""
    assert post_rate(client, manager, hourly="20", person=own).status_code == 302
    response = get(client, manager)
    page = response.content.decode()
    assert [shown["pay"] for _rater, shown in response.context["people"]] == ["25.00 EUR", "40.00 EUR"]
    assert response.context["total"]["pay"] == "65.00 EUR"
    assert len(response.context["days"]) == 8
    assert all(words in page for words in ("Main work", "Calibration", "Retests", "Other", "2:00:00", "梅"))
    assert "20.00 EUR" in page


def test_a_wrong_rate_is_shown_with_the_reason(client: Client, manager: Membership) -> None:
    post_rate(client, manager)
    response = post_rate(client, manager, currency="usd")
    assert response.status_code == 422
    assert "All rates of a corpus have one currency; this one uses EUR." in response.content.decode()
    assert post_rate(client, manager, hourly="many").status_code == 422
    stranger = MembershipFactory()
    assert post_rate(client, manager, person=str(stranger.public_id)).status_code == 422
    assert PayRate.objects.count() == 1


def test_an_annotator_sees_her_own_hours_without_gold_and_retests(client: Client, raters: list[Rater]) -> None:
    member = raters[1].membership
    assert member is not None
    response = get(client, member)
    page = response.content.decode()
    assert [rater for rater, _shown in response.context["people"]] == [raters[1]]
    assert response.context["total"]["groups"] == ["1:30:00", "0:30:00"]
    assert "SUM" not in page
    for hidden in ("Retests", "Main work", "gold", "Rates of pay"):
        assert hidden not in page
    text = get(client, member, "hours_csv").content.decode()
    assert "retest" not in text
    assert "SUM" not in text


def test_the_csv_has_the_figures_of_the_page_and_no_formulas(
    client: Client, manager: Membership, raters: list[Rater]
) -> None:
    post_rate(client, manager)
    response = get(client, manager, "hours_csv")
    assert response.headers["Content-Disposition"].endswith('-hours-2026-05-01-2026-05-31.csv"')
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["person"] for row in rows] == ["'=SUM(A1)"] * 4 + ["梅"] * 4 + ["total"]
    assert {row["user_name"] for row in rows[4:8]} == {"'-mei"}
    assert rows[1]["calibration_minutes"] == "30.00"
    for name in ("minutes", "main_minutes", "utterances", "dialogues", "pay"):
        assert float(rows[-1][name]) == sum(float(row[name]) for row in rows[:-1])
    shown = get(client, manager).context["total"]
    assert (rows[-1]["pay"], rows[-1]["currency"]) == tuple(shown["pay"].split())


@pytest.mark.parametrize(
    "query", ["?first=2026-05-02&last=2026-05-01", "?first=x", "?first=2020-01-01&last=2026-01-01"]
)
@pytest.mark.parametrize("name", ["hours", "hours_csv"])
def test_wrong_days_are_explained(client: Client, manager: Membership, name: str, query: str) -> None:
    assert get(client, manager, name, query).status_code == 422


def test_without_days_the_current_month_is_shown(client: Client, manager: Membership) -> None:
    response = get(client, manager, query="")
    assert response.status_code == 200
    assert response.context["sheet"].first.day == 1


def test_queries_do_not_grow_with_people_and_days(
    client: Client, manager: Membership, raters: list[Rater], django_assert_num_queries: Any
) -> None:
    post_rate(client, manager)
    address = reverse("annotator:hours", args=[manager.corpus.slug]) + MAY
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(5):
        rater = RaterFactory(corpus=manager.corpus, membership__corpus=manager.corpus)
        for day in range(1, 20):
            revise(rater.annotations.first() or annotation_of(rater, 0), at(day))
    with django_assert_num_queries(len(few)):
        client.get(address)
    assert len(few) < 20


def test_time_that_was_cut_is_marked_on_page_and_download(
    client: Client, manager: Membership, raters: list[Rater]
) -> None:
    assert "cut to the time that passed" not in get(client, manager).content.decode()
    revise(annotation_of(raters[1], 1), at(9, 1), minutes=600)
    assert "cut to the time that passed" in get(client, manager).content.decode()
    download = list(csv.DictReader(io.StringIO(get(client, manager, "hours_csv").content.decode("utf-8-sig"))))
    marked = {(row["day"], row["minutes"]) for row in download if row["note"] == "cut to the time that passed"}
    assert marked == {("2026-05-09", "60.00"), ("", "300.00")}
