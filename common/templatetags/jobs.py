"""Filters for the progress of jobs."""

from django import template

from common.errors import MESSAGES, sentence
from common.jobs.queue import queue_of
from common.models import Job

register = template.Library()


@register.filter
def stage_name(job: Job) -> str:
    """Return the name of the present stage in the active language; its identifier if no message is registered."""
    return str(MESSAGES.get(f"stage.{job.stage}", job.stage))


@register.filter
def kind_name(job: Job) -> str:
    """Return the name of the kind in the active language (message `kind.<kind>`); its identifier if there is none."""
    return str(MESSAGES.get(f"kind.{job.kind}", job.kind))


@register.filter
def queue_name(job: Job) -> str:
    """Return the name of the queue that takes the job; empty for the one of the usual workers."""
    return queue_of(job.kind)


@register.filter
def error_sentence(job: Job) -> str:
    """Return the error of the job in the active language."""
    return sentence(job.error_code, job.error_params)


@register.filter
def duration(job: Job) -> str:
    """Return the duration of the last attempt as minutes:seconds; empty before it has ended."""
    if job.started_at is None or job.ended_at is None:
        return ""
    minutes, seconds = divmod(round((job.ended_at - job.started_at).total_seconds()), 60)
    return f"{minutes}:{seconds:02}"
