"""Writes that the database itself refuses, whoever makes them."""

from collections.abc import Callable, Iterable

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from corpus.domain.deletion.removal import NEVER, deletion_permit
from corpus.models import Corpus, DeletionPermit, FormerShortName, Membership, Revision, triggers
from corpus.models.append_only import AppendOnlyModel
from corpus.models.ownership import paths_to, table
from tests.conftest import ROOT
from tests.factories import CorpusFactory
from tests.full_corpus import full_corpus, tables_of_a_corpus

pytestmark = [pytest.mark.django_db, pytest.mark.database]

# written by what only reads a corpus, and consent
READS = {"agreement_report", "annotator_closeddialogue", "corpus_mediafile", "export_release"}
READS |= {"corpus_consent", "corpus_consenttext", "corpus_demographics"}
READS |= {"export_sharinglink", "export_shareddownload", "export_releasedifference", "export_training"}
READS |= {"export_datasheetanswers", "agreement_detectionlook"}  # releases and looks can still be made
READS |= {"annotator_worksums", "annotator_dialoguework"}  # sums of other rows


def on(statement: str, tables: Iterable[str]) -> list[str]:
    """Return a statement for each table."""
    return [statement.replace("TABLE", name) for name in sorted(tables)]


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount, f"no row: {statement}"


def refused(*statements: str) -> set[str]:
    """Return the statements that triggers of the database refuse."""
    found = set()
    for statement in statements:
        try:
            run(statement)
        except DatabaseError as error:
            if "concord: " not in str(error):
                raise
            found.add(statement)
    return found


@pytest.fixture
def archived() -> Corpus:
    corpus = full_corpus()
    corpus.archived_at = timezone.now()
    corpus.save(update_fields=["archived_at"])
    return corpus


def test_every_table_of_an_archived_corpus_refuses_every_write(archived: Corpus) -> None:
    tables = tables_of_a_corpus(with_rows=True).keys() - READS - {"corpus_corpus"}
    changes = on("UPDATE TABLE SET id = id", tables)
    deletions = on("DELETE FROM TABLE", tables)
    additions = on("INSERT INTO TABLE SELECT * FROM TABLE LIMIT 1", tables)
    writes = [*changes, *deletions, *additions, "UPDATE corpus_corpus SET title = 'x'"]
    assert set(writes) - refused(*writes) == set()
    assert archived.title != "x"


def test_only_the_time_of_reading_answers_changes_in_memberships_of_an_archived_corpus(archived: Corpus) -> None:
    assert archived.memberships.exists()
    columns = [field.column for field in Membership._meta.concrete_fields]
    changes = {column: f'UPDATE corpus_membership SET "{column}" = "{column}"' for column in columns}  # noqa: S608 -- names
    found = refused(*changes.values())
    assert [column for column, change in changes.items() if change not in found] == ["saw_answers_at"]


def test_a_corpus_that_is_not_archived_takes_writes() -> None:
    full_corpus()
    append_only = {table(model) for model in apps.get_models() if issubclass(model, AppendOnlyModel)}
    changes = on("UPDATE TABLE SET id = id", tables_of_a_corpus(with_rows=True).keys() - append_only)
    assert refused(*changes) == set()


def test_every_table_has_the_triggers() -> None:
    found = {(each.table, each.event.partition(" ")[0]) for each in triggers.triggers() if each.name == "archived"}
    closed = tables_of_a_corpus().keys() - READS - {"corpus_corpus"}
    assert found == {(name, event) for name in closed for event in ("INSERT", "UPDATE", "DELETE")} | {
        ("corpus_corpus", "UPDATE")
    }


def test_every_table_that_reaches_a_corpus_belongs_to_one() -> None:
    # a new model: give it a foreign key that is never null and leads to a corpus, or name it here
    outside = {"corpus_deletion", "corpus_passwordreset", "annotator_workmark"}
    ours = [model for model in apps.get_models(include_auto_created=True) if table(model).startswith(OURS)]
    assert {table(model) for model in ours} - {table(model) for model in paths_to(Corpus)} == outside


OURS = ("corpus_", "annotator_", "agreement_", "export_")


def test_rows_are_deleted_under_a_permit_alone() -> None:
    corpus = full_corpus()
    kept = [
        name for name, model in tables_of_a_corpus(with_rows=True).items() if getattr(model, "never_deleted", False)
    ]
    assert {"corpus_revision", "annotator_result", "annotator_lateoperation", "corpus_corpus"} <= {*kept}
    deletions = on("DELETE FROM TABLE", kept)
    assert refused(*deletions) == set(deletions)
    with deletion_permit(CorpusFactory()):
        assert refused(*deletions) == set(deletions)  # a permit for another corpus
    with deletion_permit(corpus):
        run("DELETE FROM annotator_lateoperation")


def test_append_only_rows_are_never_changed_not_even_under_a_permit() -> None:
    corpus = full_corpus()
    models = [model for model in apps.get_models() if issubclass(model, AppendOnlyModel) and model.objects.exists()]
    changes = on("UPDATE TABLE SET id = id", map(table, models))
    assert len(changes) > 6
    with deletion_permit(corpus):
        assert refused(*changes) == set(changes)


def keep_a_permit(corpus: Corpus) -> None:
    with transaction.atomic():
        DeletionPermit.objects.create(corpus=corpus, ends_id=NEVER)
        run("DELETE FROM annotator_lateoperation")


@pytest.mark.django_db(transaction=True)
def test_a_permit_that_is_not_given_back_cannot_be_committed() -> None:
    corpus = full_corpus()
    with pytest.raises(IntegrityError):
        keep_a_permit(corpus)
    assert Revision.objects.exists()
    assert not DeletionPermit.objects.exists()


def test_truncate_is_refused_on_postgresql() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    full_corpus()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the checks that wait for the commit refuse it
    with pytest.raises(DatabaseError, match="never deleted"):
        run("TRUNCATE corpus_annotation CASCADE")


def former_name() -> None:
    FormerShortName.objects.create(slug="old", corpus=CorpusFactory())
    CorpusFactory(slug="old")


def renamed_to_a_former_name() -> None:
    FormerShortName.objects.create(slug="old", corpus=CorpusFactory())
    Corpus.objects.filter(pk=CorpusFactory().pk).update(slug="old")


def former_name_in_use() -> None:
    CorpusFactory(slug="old")
    FormerShortName.objects.create(slug="old", corpus=CorpusFactory())


@pytest.mark.parametrize("act", [former_name, renamed_to_a_former_name, former_name_in_use])
def test_a_short_name_belongs_to_one_corpus(act: Callable[[], None]) -> None:
    with pytest.raises(DatabaseError, match="another corpus"), transaction.atomic():
        act()


@pytest.mark.django_db(transaction=True)
def test_triggers_are_replaced_when_their_definition_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    def installed() -> set[str]:
        with connection.cursor() as cursor:
            return triggers._installed(cursor) - {f"{triggers.PREFIX}truncate"}

    before = installed()
    assert len(before) == len(triggers.triggers())
    triggers.remove(plan=[])
    assert installed() == before
    monkeypatch.setattr(triggers, "ARCHIVED", "concord: another text")
    triggers.install()
    assert len(installed()) == len(before)
    assert installed() != before
    triggers.remove()
    assert installed() == set()
    monkeypatch.undo()
    triggers.install()
    assert installed() == before


def test_deletions_and_undone_imports_alone_give_permits() -> None:
    uses = ("deletion_permit(", "DeletionPermit.objects", "corpus_deletionpermit")
    apps_of_project = ("agreement", "annotator", "common", "config", "corpus", "export")
    found = {
        path.relative_to(ROOT).as_posix()
        for app in apps_of_project
        for path in (ROOT / app).rglob("*.py")
        if any(use in path.read_text(encoding="utf-8") for use in uses)
    }
    deletion = {f"corpus/domain/deletion/{name}.py" for name in ("corpora", "parts", "removal")}
    undo = {"corpus/domain/imports/hidden_imports.py"}  # an import without answers of members is taken back
    assert found == deletion | undo | {"corpus/models/triggers.py"}  # the last one asks for it
