"""What every template can ask for; costs nothing where it does not ask."""

from functools import partial

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from common.beats import alive


def services(_request: HttpRequest) -> dict[str, object]:
    """Give `worker_alive`: looked up when a template first uses it, once per page."""
    return {"worker_alive": SimpleLazyObject(partial(alive, "worker"))}
