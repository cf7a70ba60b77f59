"""Jobs of agreement reports."""

from typing import Any

from agreement.domain import reports
from agreement.models import Report
from common.jobs.queue import JobRun, handler


@handler(reports.KIND)
def report(run: JobRun, *, report: str) -> dict[str, Any]:
    """Compute the report with this public id."""
    row = Report.objects.select_related("corpus", "codebook").get(public_id=report)
    return reports.compute(run=run, report=row)
