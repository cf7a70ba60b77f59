"""Context of every template."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from common.jobs.service_heartbeats import running_services


def services(_request: HttpRequest) -> dict[str, object]:
    """Provide `running_services`; queried at its first use in a page, once per page."""
    return {"running_services": SimpleLazyObject(running_services)}
