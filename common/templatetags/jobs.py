"""What the job fragment says in words."""

from django import template

from common import beats
from common.errors import MESSAGES, sentence
from common.models import Job

register = template.Library()


@register.filter
def stage_name(job: Job) -> str:
    """Return what is being done, in the viewer's language; the bare word where no message is registered."""
    return str(MESSAGES.get(f"stage.{job.stage}", job.stage))


@register.filter
def error_sentence(job: Job) -> str:
    """Return why the job failed, in the viewer's language."""
    return sentence(job.error_code, job.error_params)


@register.simple_tag
def service_alive(service: str) -> bool:
    """Return whether a "worker" or a "sweep" is running."""
    return beats.alive(service)
