"""What the API's schema says beside what it finds out by itself; apart from `authentication`, which it imports late."""

from typing import Any

from django.conf import settings
from django.core.validators import slug_re
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    """Tells of the session cookie."""

    target_class = "common.api.authentication.Session"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002
        """Return the cookie that carries the session."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    """Tells of the personal token."""

    target_class = "common.api.authentication.Token"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002
        """Return the header that carries the token."""
        return {"type": "http", "scheme": "bearer", "description": "made on the account page"}


REFUSALS = {
    "400": "Not well formed: `invalid`, with the complaints by field as parameters.",
    "401": "Not signed in, or a token that works for nobody.",
    "403": "Not for this person's role, or a session's request without its CSRF token.",
    "404": "Not there, or not this person's.",
    "413": "More than the server takes at once.",
    "429": "Too many requests; wait as long as `Retry-After` says.",
}


def tell_refusals(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Add to every operation the answers that stand before its view, all of one form; say what a slug is made of."""
    for methods in result["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "slug":
                    parameter["schema"]["pattern"] = slug_re.pattern.replace(r"\Z", "$")
            possible = {"401", "403", "404", "429"} | ({"400", "413"} if "requestBody" in operation else set())
            for status in sorted(possible - {*operation["responses"]}):
                operation["responses"][status] = {
                    "description": REFUSALS[status],
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
                }
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result
