"""Adjudicators who use the API."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.test import Client

from agreement.models import CaseHold, Decision
from corpus.models import Corpus, Membership
from tests.agreement.domain.adjudication.material import adjudicator
from tests.annotator.material import answered

Json = dict[str, Any]


class Adjudicator:
    """A person at an adjudication page."""

    def __init__(self, corpus: Corpus, membership: Membership | None = None) -> None:
        self.corpus = corpus
        self.membership = membership or adjudicator(corpus)
        self.user = self.membership.user
        self.client = Client()
        self.client.force_login(self.user)

    def post(self, path: str, body: Json | None = None) -> Any:
        return self.client.post(f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json")

    def ask(self, **wish: Any) -> Any:
        return self.post(f"corpora/{self.corpus.slug}/adjudication/claim/", wish)

    def claim(self, **wish: Any) -> Json:
        response = self.ask(**wish)
        assert response.status_code == 200, response.content
        case: Json = response.json()
        return case

    def show(self, case: Json) -> Json:
        found: Json = self.client.get(f"/api/v1/adjudication/{case['id']}/").json()
        return found

    def send(self, case: Json, *operations: Json, author: object = None) -> Any:
        body = {"token": case["token"], "author": str(author or self.user.public_id), "operations": operations}
        return self.post(f"adjudication/{case['id']}/operations/", body)

    def acks(self, case: Json, *operations: Json) -> list[str]:
        """Send operations; return the code of each refusal, or else the status."""
        response = self.send(case, *operations)
        assert response.status_code == 200, response.content
        return [ack["code"] or ack["status"] for ack in response.json()["acks"]]

    def end(self, case: Json, what: str, **more: Any) -> tuple[int, str]:
        response = self.post(f"adjudication/{case['id']}/{what}/", {"token": case["token"], **more})
        return response.status_code, response.json()["code"] if response.status_code == 409 else ""

    def hold(self, case: Json) -> CaseHold:
        return CaseHold.objects.get(public_id=case["id"])


def decide(outcome: str = "profile", *, taken_from: str | None = None, **more: Any) -> Json:
    """Return a decision; by default an own one, all neutral, with a comment."""
    known = {"reason", "comment", "group", "version", "played_ms", "active_ms", "answers"}
    fields = {name: value for name, value in more.items() if name in known}
    answers = {name: value for name, value in more.items() if name not in known}
    if outcome == "profile":
        fields.setdefault("answers", answered(**answers))
    return {"id": str(uuid4()), "kind": "decide", "outcome": outcome, "taken_from": taken_from, **fields}


def take(case: Json, letter: str) -> Json:
    """Return the decision that takes over the profile of a column."""
    column = next(each for each in case["columns"] if each["letter"] == letter)
    return decide(answers=column["answers"], taken_from=letter)


def letter_with(case: Json, **answers: Any) -> str:
    """Return the letter of the first column with these answers."""
    for column in case["columns"]:
        if answers.items() <= column["answers"].items():
            letter: str = column["letter"]
            return letter
    raise AssertionError(f"no column has {answers}")


def undo(operation: Json) -> Json:
    return {"id": str(uuid4()), "kind": "undo", "undoes": operation["id"]}


def decision_on(case: Json) -> Decision:
    """Return the decision on the utterance of a case."""
    return Decision.objects.get(utterance__public_id=case["utterance"])
