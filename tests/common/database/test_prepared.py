from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, models, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from annotator.models import Assignment
from common.database.prepared import Instance, InstanceAndValues, PreparedInsert, PreparedSelect, PreparedUpdate, Values
from common.models import Job
from corpus.models import CodebookVersion, GuidelineVersion, Rater
from tests.factories import AssignmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PK = models.BigAutoField()


def test_values_come_as_from_a_query_set() -> None:
    job = Job.objects.create(kind="cut", args={"语": [1]}, lease_until=timezone.now())
    statement = PreparedSelect(
        Values(models.UUIDField(), models.JSONField(), models.DateTimeField()),
        "SELECT job.public_id, job.args, job.lease_until FROM common_job job WHERE job.id = %(pk)s",
        {"pk": PK},
    )
    for _ in range(2):
        assert statement.all(pk=job.pk) == [(job.public_id, job.args, job.lease_until)]
    assert statement.first(pk=job.pk + 1) is None


def test_instances_contain_their_related_objects(django_assert_num_queries: object) -> None:
    held = AssignmentFactory(guideline=None)
    statement = PreparedSelect(
        Instance(
            Assignment,
            rater=Instance(Rater),
            codebook=Instance(CodebookVersion, defer=["source"]),
            guideline=Instance(GuidelineVersion),
        ),
        """
        SELECT {columns} FROM annotator_assignment assignment
        JOIN corpus_rater rater ON rater.id = assignment.rater_id
        JOIN corpus_codebookversion codebook ON codebook.id = assignment.codebook_id
        LEFT JOIN corpus_guidelineversion guideline ON guideline.id = assignment.guideline_id
        WHERE assignment.public_id = %(public_id)s
        """,
    )
    found = statement.first(public_id=held.public_id)
    assert found is not None
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert (found, found.rater, found.codebook, found.guideline) == (held, held.rater, held.codebook, None)
        assert (found.lease_until, found.rater.slug) == (held.lease_until, held.rater.slug)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert found.codebook.source == held.codebook.source


def test_written_sql_returns_instances_with_additional_columns() -> None:
    jobs = [Job.objects.create(kind=kind, args={"语": [1]}) for kind in ("cut", "ingest", "cut")]
    statement = PreparedSelect(
        InstanceAndValues(Instance(Job), models.IntegerField()),
        "SELECT {columns}, length(job.kind) + %(more)s FROM common_job job "
        "WHERE job.kind = %(kind)s AND job.id >= %(first)s AND job.state = 'queued' ORDER BY job.id",
        {"first": PK, "more": models.IntegerField()},
    )
    found = statement.all(kind="cut", first=jobs[0].pk, more=10)
    assert found == [(jobs[0], (13,)), (jobs[2], (13,))]
    assert [job.args for job, _ in found] == [{"语": [1]}] * 2
    assert [job for job, _ in statement.all(kind="cut", first=jobs[1].pk, more=0)] == [jobs[2]]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL prepares")
def test_constants_are_part_of_the_prepared_statement() -> None:
    statement = PreparedSelect(
        Instance(Job),
        """SELECT {columns} FROM common_job job WHERE job."state" = 'queued' AND job.kind = %(kind)s
        AND job.stage <> '5 %%'""",
    )
    job = Job.objects.create(kind="it's 5 %")
    assert statement.all(kind=job.kind) == [job]
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE name = %s", [statement._name])
        [(sql,)] = cursor.fetchall()
    assert "\"state\" = 'queued'" in sql
    assert "'5 %'" in sql
    assert "$1" in sql
    assert "$2" not in sql


@pytest.mark.django_db(transaction=True)
def test_it_opens_a_connection_if_there_is_no_working_one() -> None:
    statement = PreparedSelect(Instance(Job), "SELECT {columns} FROM common_job job WHERE job.kind = %(kind)s")
    job = Job.objects.create(kind="cut")
    assert statement.all(kind="cut") == [job]
    connection.close()
    assert statement.all(kind="cut") == [job]
    connection.health_check_enabled, connection.health_check_done = True, False  # type: ignore[attr-defined]
    if connection.vendor == "postgresql":
        connection._asked_at = float("-inf")  # type: ignore[attr-defined]
        assert connection.connection
        connection.connection.close()
    assert statement.all(kind="cut") == [job]


def test_it_is_compiled_once_and_run_often() -> None:
    made = []

    class Counted(Instance[Job]):
        def columns(self, alias: str = "") -> str:
            made.append(1)
            return super().columns(alias)

    statement = PreparedSelect(
        Counted(Job), "SELECT {columns} FROM common_job job WHERE job.kind = %(kind)s ORDER BY job.id"
    )
    jobs = [Job.objects.create(kind=kind) for kind in ("cut", "ingest", "cut")]
    assert statement.all(kind="cut") == [jobs[0], jobs[2]]
    assert statement.all(kind="ingest") == [jobs[1]]
    assert len(made) == 1


def test_a_row_is_added_with_the_defaults_of_its_fields() -> None:
    [pk] = PreparedInsert(Job).add(kind="cut", args={"a": None}, created_by_id=None) or [0]
    job = Job.objects.get(pk=pk)
    assert (job.kind, job.args, job.state, job.created_by, job.attempt) == ("cut", {"a": None}, "queued", None, 0)
    assert timezone.now() - job.created_at < timedelta(minutes=1)


def test_an_existing_row_is_a_conflict_by_default() -> None:
    same = uuid4()
    [pk] = PreparedInsert(Job).add(kind="cut", public_id=same) or [0]
    again = PreparedInsert(
        Job,
        otherwise="ON CONFLICT (public_id) DO UPDATE SET attempt = common_job.attempt + 1",
        returning=["id", "attempt"],
    )
    assert [again.add(kind="cut", public_id=same) for _ in range(2)] == [(pk, 1), (pk, 2)]
    with pytest.raises(IntegrityError), transaction.atomic():
        PreparedInsert(Job).add(kind="cut", public_id=same)


def test_rows_are_changed_and_counted() -> None:
    jobs = [Job.objects.create(kind="cut") for _ in range(2)]
    change = PreparedUpdate(
        Job,
        "UPDATE common_job SET stage = %(stage)s, result = %(result)s WHERE kind = %(of)s",
        {"of": models.CharField()},
    )
    assert change.make(of="cut", stage="late", result={"n": 1}) == 2
    assert change.make(of="export", stage="late", result={}) == 0
    jobs[0].refresh_from_db()
    assert (jobs[0].stage, jobs[0].result) == ("late", {"n": 1})


def test_no_row_is_added_if_another_row_forbids_it() -> None:
    single = PreparedInsert(Job, unless="SELECT 1 FROM common_job WHERE key = %(key)s")
    assert single.add(kind="cut", key="one")
    assert single.add(kind="cut", key="one") is None
    assert single.add(kind="cut", key="other")
    assert Job.objects.count() == 2
