import pytest

from common.models import Job
from corpus.management.shown_job import _bar


@pytest.mark.parametrize(
    ("done", "total", "expected"),
    [(0, 0, "  0 %"), (3500, 0, "3,500"), (1, 4, " 25 %"), (4, 4, " 99 %")],
)
def test_the_bar_names_the_share_or_the_number_done(done: int, total: int, expected: str) -> None:
    assert _bar(Job(kind="test", progress_done=done, progress_total=total)).endswith(expected)
