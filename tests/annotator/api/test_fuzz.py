"""Random requests generated from the API schema, about things that exist: no crash, and only documented responses."""

import os
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from common.domain.api_tokens import make_token
from common.models import User
from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.domain.ingest.resumable_uploads import create_upload
from tests.agreement.api.adjudicators import Adjudicator, decide
from tests.agreement.domain.adjudication.material import queued
from tests.annotator.calibrated import calibrated, commit, newcomer, take
from tests.annotator.material import answered, corpus_with_work
from tests.annotator.sent_messages import asked, flagged
from tests.factories import PASSWORD, CorpusFactory, MembershipFactory

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode, checks
    from schemathesis.core.parameters import ParameterLocation
    from schemathesis.specs.openapi import checks as openapi_checks

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("CONCORD_FUZZ_EXAMPLES", "24"))
MOSTLY = st.sampled_from([True, True, True, True, True, False])
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]
Json = dict[str, Any]

schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
schema.app = get_wsgi_application()
OPERATIONS: dict[str, Any] = {each.ok().label: each.ok() for each in schema.get_all_operations()}  # type: ignore[union-attr]


class World:
    """A person at work, with the values that requests need to refer to it.

    Attributes:
        token: of the person.
        places: parameters of addresses.
        known: fields of bodies.
    """

    token: str
    places: Json
    known: Json

    def restore(self) -> None:
        """Bring back what a request took away besides rows."""

    def aimed(self, value: Any) -> Any:
        """Replace generated values by those that exist, so that requests pass the checks of ids and codebook."""
        if isinstance(value, list):
            return [self.aimed(each) for each in value]
        if not isinstance(value, dict):
            return value
        return {name: self.known[name] if name in self.known else self.aimed(inner) for name, inner in value.items()}


def token_of(user: User) -> str:
    return make_token(user=user, name="fuzz", password=PASSWORD, now=timezone.now())[1]


class AnnotatorWorld(World):
    def __init__(self, label: str) -> None:
        is_lesson = "lessons" in label
        corpus = calibrated("training", utterances=2) if is_lesson else corpus_with_work(utterances=2)
        rater = newcomer(corpus)
        assignment = take(rater)
        assert assignment
        assert rater.membership
        guideline = add_guideline_version(corpus=corpus, texts={"en": "# One\n\nText."})
        self.token = token_of(rater.membership.user)
        utterances = [str(each.public_id) for each in assignment.dialogue.utterances.order_by("order")]
        flag, inquiry = flagged(assignment), asked(assignment)
        if is_lesson or label.endswith("/finish/"):
            commit(assignment, answered())
        self.places = {"public_id": str(assignment.public_id), "slug": corpus.slug, "utterance": utterances[0]}
        self.known = {
            "token": assignment.token,
            "author": str(rater.membership.user.public_id),
            "utterance": utterances[1],
            "flag": str(flag.public_id),
            "guideline": str(guideline.public_id),
            "ids": [str(flag.public_id), str(inquiry.public_id)],
            "assignment": str(assignment.public_id),
            "answers": answered(),
            "kind": "commit",
            "version": None,
            "codebook": None,
        }


class AdjudicatorWorld(World):
    def __init__(self, label: str) -> None:
        corpus = queued({"a": "++", "b": "00", "c": "--"})
        person = Adjudicator(corpus)
        case = person.claim()
        if label.endswith("/finish/"):
            assert person.acks(case, decide(comment="x")) == ["applied"]
        self.token = token_of(person.user)
        self.places = {"public_id": case["id"], "slug": corpus.slug}
        self.known = {
            "token": case["token"],
            "author": str(person.user.public_id),
            "order": "disagreement",
            "utterance": None,
            "besides": [],
            "skip": True,
            "kind": "decide",
            "outcome": "profile",
            "answers": answered(),
            "taken_from": None,
            "undoes": None,
            "reason": "",
            "comment": "x",
            "group": [],
            "version": None,
        }


class UploaderWorld(World):
    def __init__(self) -> None:
        corpus = CorpusFactory()
        user = MembershipFactory(corpus=corpus, role="manager").user
        upload = create_upload(corpus=corpus, owner=user, name="a.mp4", length=4)
        self.upload, self.description = upload, upload.path.with_suffix(".json").read_bytes()
        self.token, self.places = token_of(user), {"slug": corpus.slug}
        self.known = {"media": upload.public_id, "subtitles": None, "series": "Home"}

    def restore(self) -> None:
        self.upload.path.write_bytes(b"film")
        self.upload.path.with_suffix(".json").write_bytes(self.description)


def world_of(label: str) -> World:
    made = (
        AdjudicatorWorld(label)
        if "adjudication" in label
        else UploaderWorld()
        if label.endswith("/episodes/")
        else AnnotatorWorld(label)
    )
    keep_connection()  # Django's test client connects the signals again
    return made


def keep_connection() -> None:
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.WORK_DIR = tmp_path / "media", tmp_path / "work"


@pytest.fixture(autouse=True)
def connection_stays_open() -> Iterator[None]:
    """Keep the connection with the test's transaction open between requests, as Django's test client does."""
    keep_connection()
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def ask_about(world: World, case: Any) -> Any:
    """Send a request; the next one finds the same world again."""
    cache.clear()  # the request limit
    world.restore()
    with transaction.atomic():
        response = case.call(headers={"Authorization": f"Bearer {world.token}"})
        transaction.set_rollback(True)
    return response


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_the_api_follows_its_schema_and_a_quarter_of_the_requests_succeed(label: str) -> None:
    world, statuses = world_of(label), Counter[int]()

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        case=OPERATIONS[label].as_strategy(generation_mode=GenerationMode.POSITIVE),
        is_aimed=MOSTLY,
        knows_place=MOSTLY,
    )
    def ask(case: Any, is_aimed: bool, knows_place: bool) -> None:
        if knows_place:
            case.path_parameters = {name: world.places.get(name, value) for name, value in case.path_parameters.items()}
        if is_aimed:
            case.body, case.query = world.aimed(case.body), world.aimed(case.query)
        response = ask_about(world, case)
        statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    ask()
    assert sum(count for status, count in statuses.items() if status < 300) >= statuses.total() / 4, statuses


WITH_BODY = [label for label, operation in sorted(OPERATIONS.items()) if operation.body]


@pytest.mark.parametrize("label", WITH_BODY)
def test_a_body_against_the_schema_is_refused(label: str) -> None:
    world, statuses = world_of(label), Counter[int]()

    # the same bodies in each run: a random draw sometimes has too few that the schema itself refuses
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def ask(case: Any) -> None:
        body = case.meta.components.get(ParameterLocation.BODY)
        assume(body and body.mode.is_negative)
        del case.meta.components[ParameterLocation.PATH]  # replaced
        case.path_parameters = {name: world.places.get(name, value) for name, value in case.path_parameters.items()}
        response = ask_about(world, case)
        statuses[response.status_code] += 1
        case.validate_response(response, checks=[*CHECKS, openapi_checks.negative_data_rejection])

    ask()
    assert statuses[400] >= statuses.total() / 5, statuses
