"""Extensions of the OpenAPI schema."""

from typing import Any

from django.conf import settings
from django.core.validators import slug_re
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    """Describes authentication by session cookie."""

    target_class = "common.api.authentication.Session"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002
        """Return the session cookie."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    """Describes authentication by API token."""

    target_class = "common.api.authentication.Token"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002
        """Return the header with the token."""
        return {"type": "http", "scheme": "bearer", "description": "created on the account page"}


ERRORS = {
    "400": "Invalid input: `invalid`, with the errors by field as parameters.",
    "401": "Not signed in, or an invalid token.",
    "403": "Not allowed for the role of the user, or a session request without CSRF token.",
    "404": "Does not exist, or belongs to another user.",
    "406": "The client accepts no JSON.",
    "409": "Refused, with the reason; `common.not_the_author`: the page belongs to another user.",
    "413": "The request is too large.",
    "415": "The body is not JSON.",
    "429": "Too many requests; wait for the seconds in `Retry-After`.",
}


def add_error_responses(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Add the error responses that come before the view to every operation, and the pattern of slugs."""
    for methods in result["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "slug":
                    parameter["schema"]["pattern"] = slug_re.pattern.replace(r"\Z", "$")
            possible = {"401", "403", "404", "406", "409", "429"}
            if "requestBody" in operation:
                possible |= {"400", "413", "415"}
            if any(parameter["in"] == "query" for parameter in operation.get("parameters", [])):
                possible.add("400")
            for status in sorted(possible - {*operation["responses"]}):
                operation["responses"][status] = {
                    "description": ERRORS[status],
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
                }
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result
