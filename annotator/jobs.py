"""Jobs of this app."""

from typing import Any

from annotator.domain.allocation import dealing_ahead
from annotator.domain.batches.batch_filling import KIND, fill_batch
from annotator.domain.calibration import gold_judging
from annotator.domain.figures import keeping_sums
from annotator.domain.hours import fast_labelling
from annotator.models import Batch
from common.jobs.queue import JobRun, handler
from common.jobs.upkeep import register_upkeep
from corpus.models import Corpus


@handler(KIND)
def run_fill_batch(run: JobRun, *, batch: str, **scope: int | None) -> dict[str, Any]:
    """Create the slots of a batch.

    Args:
        run: the attempt.
        batch: its public id.
        **scope: origin and number of its dialogues, see `fill_batch`.
    """
    return fill_batch(run=run, batch=Batch.objects.select_related("corpus__codebook").get(public_id=batch), **scope)


@handler(dealing_ahead.KIND)
def run_deal_ahead(run: JobRun, *, corpus: str) -> dict[str, Any]:
    """Create slots of the automatic batch before claims need them.

    Args:
        run: the attempt.
        corpus: its public id.
    """
    return dealing_ahead.deal_ahead(run=run, corpus=Corpus.objects.select_related("codebook").get(public_id=corpus))


@handler(gold_judging.KIND)
def run_judge_gold(run: JobRun, *, corpus: str) -> dict[str, Any]:
    """Judge the finished gold dialogues of a corpus.

    Args:
        run: the attempt.
        corpus: its public id.
    """
    return gold_judging.judge_gold(run=run, corpus=Corpus.objects.get(public_id=corpus))


@handler(fast_labelling.KIND)
def run_check_speed(run: JobRun, *, corpus: str) -> dict[str, Any]:
    """Look for labelling that is faster than the clips play.

    Args:
        run: the attempt.
        corpus: its public id.
    """
    return fast_labelling.check_speed(run=run, corpus=Corpus.objects.get(public_id=corpus))


@handler(keeping_sums.KIND)
def run_keep_sums(run: JobRun, *, corpus: str) -> dict[str, Any]:
    """Bring the sums of the work on a corpus up to date.

    Args:
        run: the attempt.
        corpus: its public id.
    """
    return keeping_sums.keep_sums(run=run, corpus=Corpus.objects.select_related("codebook").get(public_id=corpus))


register_upkeep(
    kind=fast_labelling.KIND,
    due=lambda now: [str(each.public_id) for each in fast_labelling.corpora_to_check(now=now)],
)
register_upkeep(
    kind=dealing_ahead.KIND, due=lambda _now: [str(each.public_id) for each in dealing_ahead.corpora_to_deal()]
)
register_upkeep(
    kind=gold_judging.KIND,
    due=lambda now: [str(each.public_id) for each in gold_judging.corpora_with_gold_to_judge(now=now)],
)
register_upkeep(
    kind=keeping_sums.KIND, due=lambda _now: [str(each.public_id) for each in keeping_sums.corpora_with_work_to_sum()]
)
