"""Random requests generated from the API schema: no crash, and only documented responses."""

import os
import warnings
from typing import Any

import pytest
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.allocation.claims import claim
from common.domain.api_tokens import make_token
from tests.annotator.material import corpus_with_work
from tests.factories import PASSWORD, MembershipFactory, RaterFactory

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import checks
    from schemathesis.specs.openapi import checks as openapi_checks

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = int(os.environ.get("CONCORD_FUZZ_EXAMPLES", "12"))
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]

schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
schema.app = get_wsgi_application()
OPERATIONS: dict[str, Any] = {each.ok().label: each.ok() for each in schema.get_all_operations()}  # type: ignore[union-attr]


class World:
    """An annotator at work, with the values that requests need to refer to it."""

    def __init__(self) -> None:
        membership = MembershipFactory(corpus=corpus_with_work(utterances=2), role="annotator")
        rater = RaterFactory(corpus=membership.corpus, membership=membership)
        assignment = claim(rater=rater, now=timezone.now())
        assert assignment
        _, self.token = make_token(user=membership.user, name="fuzz", password=PASSWORD, now=timezone.now())
        self.places = {"public_id": str(assignment.public_id), "slug": membership.corpus.slug}
        self.utterances = [str(each.public_id) for each in assignment.dialogue.utterances.all()]
        self.places["utterance"] = self.utterances[0]
        self.held = {"token": assignment.token, "author": str(membership.user.public_id)}

    def aimed(self, value: Any) -> Any:
        """Replace generated ids by existing ones, so that requests pass the first check."""
        if isinstance(value, list):
            return [self.aimed(each) for each in value]
        if not isinstance(value, dict):
            return value
        known = self.held | {"utterance": self.utterances[0]}
        return {name: known.get(name, self.aimed(inner)) for name, inner in value.items()}


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_the_api_follows_its_schema(label: str) -> None:
    world = World()

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=OPERATIONS[label].as_strategy(), is_aimed=st.booleans(), knows_place=st.integers(0, 3))
    def ask(case: Any, is_aimed: bool, knows_place: int) -> None:
        cache.clear()  # the request limit
        if knows_place:
            case.path_parameters = {name: world.places.get(name, value) for name, value in case.path_parameters.items()}
        if is_aimed:
            case.body = world.aimed(case.body)
        response = case.call(headers={"Authorization": f"Bearer {world.token}"})
        case.validate_response(response, checks=CHECKS)

    ask()
