"""What every template can ask for; costs nothing where it does not ask."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from common.jobs.service_heartbeats import alive_services


def services(_request: HttpRequest) -> dict[str, object]:
    """Give `alive`, the services that run: looked up when a template first uses it, once per page."""
    return {"alive": SimpleLazyObject(alive_services)}
