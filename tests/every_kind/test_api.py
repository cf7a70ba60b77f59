"""The API, by requests and by the script of docs/api.md, on a codebook with a task of every kind."""

import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from annotator.models import Assignment
from common.domain.api_tokens import make_token
from corpus.models import Annotation, Corpus
from tests.conftest import ROOT
from tests.every_kind.material import UTTERANCES, answers, empty_corpus
from tests.factories import PASSWORD, RaterFactory

DIALOGUES = 2


def script() -> str:
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "docs/api.md").read_text(encoding="utf-8"), re.DOTALL)
    return str(code)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("found", "replaced"),
    [
        ("", ""),
        ('asked_when: "tone != plain"', 'asked_when: "not (tone != plain) and carried_by == words or tone == cold"'),
        ('asked_when: "tone != plain"', "asked_when: always"),
    ],
    ids=["as it is", "a link that is asked", "a link that is always asked"],
)
def test_the_script_of_the_documentation_labels_everything(
    every_kind: str, found: str, replaced: str, live_server: LiveServer, tmp_path: Path
) -> None:
    assert found in every_kind
    corpus = empty_corpus(every_kind.replace(found, replaced), dialogues=DIALOGUES)
    user = RaterFactory(corpus=corpus).membership.user
    environment = {
        **os.environ,
        "CONCORD_URL": live_server.url,
        "CONCORD_CORPUS": corpus.slug,
        "CONCORD_TOKEN": make_token(user=user, name="script", password=PASSWORD, now=timezone.now())[1],
    }
    (tmp_path / "script.py").write_text(script(), encoding="utf-8")
    command = [sys.executable, str(tmp_path / "script.py")]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert len(run.stdout.splitlines()) == DIALOGUES
    assert set(Assignment.objects.values_list("state", flat=True)) == {"done"}
    given = [each.answers or {} for each in Annotation.objects.all()]
    assert [each["carried_by"] for each in given] == [["words"]] * DIALOGUES * UTTERANCES
    assert {each["tone_intensity"] for each in given} == {0 if replaced else "not_applicable"}


def sent(corpus: Corpus, given: dict[str, Any]) -> dict[str, Any]:
    """Claim a dialogue and commit answers to its first utterance; return the reply."""
    client = Client()
    client.force_login(RaterFactory(corpus=corpus).membership.user)

    def post(path: str, body: dict[str, Any]) -> Any:
        response = client.post(f"/api/v1/{path}", body, content_type="application/json")
        assert response.status_code == 200, response.content
        return response.json()

    work = post(f"corpora/{corpus.slug}/claim/", {})
    operation = {"id": str(uuid4()), "kind": "commit", "utterance": work["utterances"][0]["id"], "answers": given}
    body = {"token": work["token"], "author": work["author"], "operations": [operation]}
    ack: dict[str, Any] = post(f"assignments/{work['id']}/operations/", body)["acks"][0]
    return ack


@pytest.mark.django_db
def test_choices_are_accepted_in_any_order_and_stored_in_that_of_the_codebook(every_kind: str) -> None:
    corpus = empty_corpus(every_kind, dialogues=1)
    assert corpus.codebook
    given = answers(corpus.codebook.rules(), 1, random.Random(1)) | {"carried_by": ["face", "words"]}
    assert sent(corpus, given)["status"] == "applied"
    annotation = Annotation.objects.get()
    assert annotation.answers == given | {"carried_by": ["words", "face"]}
    assert annotation.codes is not None
    assert corpus.codebook.layout().decode(annotation.codes) == annotation.answers


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"carried_by": ["face", "face"]}, "carried_by: given_twice"),
        ({"carried_by": ["smell"]}, "carried_by: unknown_answer"),
        ({"carried_by": []}, "carried_by: unknown_answer"),
        ({"arousal": 2}, "arousal: unknown_answer"),
        ({"arousal": "3"}, "arousal: unknown_answer"),
    ],
    ids=str,
)
def test_answers_that_do_not_fit_are_refused_with_the_question(
    every_kind: str, wrong: dict[str, Any], code: str
) -> None:
    corpus = empty_corpus(every_kind, dialogues=1)
    assert corpus.codebook
    ack = sent(corpus, answers(corpus.codebook.rules(), 1, random.Random(1)) | wrong)
    assert (ack["status"], ack["code"]) == ("refused", "labels.unfit")
    assert code in ack["detail"]
    assert Annotation.objects.count() == 0
