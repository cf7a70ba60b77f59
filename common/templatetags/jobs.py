"""What the job fragment says in words."""

from django import template

from common.errors import MESSAGES, sentence
from common.models import Job

register = template.Library()


@register.filter
def stage_name(job: Job) -> str:
    """Return what is being done, in the viewer's language; the bare word where no message is registered."""
    return str(MESSAGES.get(f"stage.{job.stage}", job.stage))


@register.filter
def kind_name(job: Job) -> str:
    """Return what kind of work it is, registered as message `kind.<kind>`; the bare kind where none is."""
    return str(MESSAGES.get(f"kind.{job.kind}", job.kind))


@register.filter
def error_sentence(job: Job) -> str:
    """Return why the job failed, in the viewer's language."""
    return sentence(job.error_code, job.error_params)


@register.filter
def took(job: Job) -> str:
    """Return how long the last attempt took, as minutes:seconds; nothing before it has ended."""
    if job.started_at is None or job.ended_at is None:
        return ""
    minutes, seconds = divmod(round((job.ended_at - job.started_at).total_seconds()), 60)
    return f"{minutes}:{seconds:02}"
