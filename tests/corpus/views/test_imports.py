import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from common.jobs.queue import execute
from common.models import Job
from corpus.domain.codebooks.shipped_codebooks import adopt
from corpus.forms.imports import importer_summaries
from corpus.importers.registry import IMPORTERS
from corpus.models import Annotation, Corpus, Dialogue, Import, Membership, SavedMapping
from tests.corpus.importers.emotionlines import folder as emotionlines
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

TABLE = (
    "scene,turn,who,said,emotion_anna,part\n"
    "s1,1,Mina,Hello,joy,train\n"
    "s1,2,Oto,No,suprise,holdout\n"
    "s1,2,Oto,Twice,joy,train\n"
)


@pytest.fixture
def membership(store: Path, settings: Any) -> Membership:
    settings.CONCORD_HOME = store
    membership = MembershipFactory(is_manager=True, is_annotator=False)
    adopt(corpus=membership.corpus, name="affect-dialogue")
    return membership


@pytest.fixture
def manager(client: Client, membership: Membership) -> Client:
    client.force_login(membership.user)
    return client


def upload(client: Client, corpus: Corpus, *files: tuple[str, bytes], importer: str = "") -> Any:
    given = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(reverse("corpus:imports", args=[corpus.slug]), {"files": given, "importer": importer})


def page(name: str, row: Import) -> str:
    return reverse(f"corpus:{name}", args=[row.corpus.slug, row.public_id])


def run(row: Import) -> Job:
    job = Job.objects.filter(kind__startswith="corpus.import").latest("pk")
    execute(str(job.public_id))
    job.refresh_from_db()
    row.refresh_from_db()
    return job


def test_the_page_has_the_summary_of_each_importer_in_both_languages() -> None:
    for language in ("en", "zh-hans"):
        with override(language):
            texts = dict(importer_summaries())
        for importer in IMPORTERS:
            assert (texts[importer.name] == importer.summary) is (language == "en"), importer.name


def test_the_preview_shows_answers_by_the_names_of_raters_whatever_they_are(
    manager: Client, membership: Membership
) -> None:
    table = "scene,turn,who,said,emotion_items,emotion_乙\ns1,1,Mina,Hello,joy,anger\n"
    upload(manager, membership.corpus, ("scenes.csv", table.encode()))
    content = manager.get(page("import", Import.objects.get())).content.decode()
    text = " ".join(re.sub(r"<[^>]*>", "", content).split())
    assert "items: emotion joy" in text
    assert "乙: emotion anger" in text


def test_a_table_is_mapped_previewed_imported_and_undone(manager: Client, membership: Membership) -> None:
    corpus = membership.corpus
    response = upload(manager, corpus, ("scenes.csv", TABLE.encode()))
    row = Import.objects.get()
    assert response.url == page("import", row)
    content = manager.get(page("import", row)).content.decode()
    assert "1 unknown value" in content
    assert "It means surprise" in content
    assert "1 dialogue, 2 utterances, 1 answer." in " ".join(content.split())
    assert "rows with the order of an earlier row of the dialogue, rejected" in content
    form = {
        "column-0": "dialogue",
        "column-1": "order",
        "column-2": "speaker",
        "column-3": "text",
        "column-4": "answer:emotion",
        "rater-4": "anna",
        "column-5": "split",
        "times": "auto",
        "fps": "25",
        "raw-emotion.0": "suprise",
        "task-emotion.0": "emotion",
        "value-emotion.0": "surprise",
        "splitraw-0": "holdout",
        "split-0": "test",
    }
    content = manager.post(page("import", row), form).content.decode()
    assert "1 dialogue, 2 utterances, 2 answers." in " ".join(content.split())
    manager.post(page("save_mapping", row), {"name": "scenes"})
    assert "suprise: surprise" in SavedMapping.objects.get().text
    assert manager.get(page("import_mapping", row)).content.decode() == SavedMapping.objects.get().text
    manager.post(page("start_import", row))
    assert run(row).state == "done"
    assert row.state == Import.State.PUBLISHED
    assert Annotation.objects.count() == 2
    assert "order_twice" in b"".join(manager.get(page("import_report", row))).decode()
    assert "Undo the import" in manager.get(page("import", row)).content.decode()
    manager.post(page("undo_import", row))
    execute(str(Job.objects.get(kind="corpus.undo_import").public_id))
    assert Dialogue.objects.count() == 0
    upload(manager, corpus, ("scenes-2.csv", TABLE.encode()))  # the saved mapping fits its header
    assert "suprise: surprise" in Import.objects.latest("pk").mapping


def test_values_are_mapped_by_the_names_of_answers_in_the_language_of_the_page(
    manager: Client, membership: Membership
) -> None:
    upload(manager, membership.corpus, ("scenes.csv", TABLE.encode()))
    row = Import.objects.get()
    content = manager.get(page("import", row), headers={"accept-language": "zh-hans"}).content.decode()
    assert "情绪的取值" in "".join(content.split())
    assert re.search(r'<option value="joy" selected>\s*喜悦', content)
    assert re.search(r'value="surprise"\s*>\s*就是\s*惊讶', content)


def test_a_published_corpus_is_recognised_and_previewed(
    manager: Client, membership: Membership, tmp_path: Path
) -> None:
    emotionlines.write(tmp_path)
    upload(manager, membership.corpus, ("friends.json", (tmp_path / "friends.json").read_bytes()))
    row = Import.objects.get()
    assert row.importer == "emotionlines"
    content = manager.get(page("import", row)).content.decode()
    assert "2 dialogues, 3 utterances, 15 answers." in " ".join(content.split())
    assert "majorities that the votes do not give, kept" in content
    manager.post(page("start_import", row))
    assert run(row).state == "done"
    assert Annotation.objects.count() == 15


@pytest.mark.parametrize(
    ("further", "told"), [(0, ""), (1, "1 column after the 500th is left out."), (3, "3 columns after the 500th are")]
)
def test_columns_of_a_sheet_beyond_the_limit_are_told(client: Client, store: Path, further: int, told: str) -> None:
    membership = MembershipFactory(is_manager=True, is_annotator=False)
    client.force_login(membership.user)
    book = openpyxl.Workbook()
    names = ["text", *(f"c{number}" for number in range(2, 501 + further))]
    book.active.append(names)  # type: ignore[union-attr]
    book.active.append(["Hello", *["x"] * (len(names) - 1)])  # type: ignore[union-attr]
    book.save(content := io.BytesIO())
    upload(client, membership.corpus, ("wide.xlsx", content.getvalue()))
    row = Import.objects.get()
    text = " ".join(client.get(page("import", row)).content.decode().split())
    assert "1 dialogue, 1 utterance, 0 answers." in text
    assert ("after the 500th" in text, told in text) == (bool(further), True)
    assert (f"{further} × columns after the 500th, left out" in text) == bool(further)
    client.post(page("start_import", row))
    assert run(row).state == "done"
    if further:
        report = b"".join(client.get(page("import_report", row))).decode()
        assert "wide.xlsx,1,c501,c501,column_beyond_limit,left out" in report
        assert report.count("column_beyond_limit") == further


def test_text_alone_needs_no_codebook(client: Client, store: Path) -> None:
    membership = MembershipFactory(is_manager=True, is_annotator=False)
    client.force_login(membership.user)
    upload(client, membership.corpus, ("chat.txt", b"text\nHello\nGood evening\n"))
    row = Import.objects.get()
    content = " ".join(client.get(page("import", row)).content.decode().split())
    assert "2 dialogues, 2 utterances, 0 answers." in content


def test_what_cannot_be_read_is_refused_at_once(manager: Client, membership: Membership) -> None:
    corpus = membership.corpus
    assert upload(manager, corpus, ("t.csv", b"")).status_code == 422
    assert "one table at a time" in upload(manager, corpus, ("a.csv", b"a\n1\n"), ("b.csv", b"a\n1\n")).content.decode()
    assert Import.objects.count() == 0


def test_a_mapping_without_a_text_names_the_problem(manager: Client, membership: Membership) -> None:
    upload(manager, membership.corpus, ("t.csv", TABLE.encode()))
    row = Import.objects.get()
    content = manager.post(page("import", row), {"column-0": "dialogue"}).content.decode()
    assert "No column is the text" in content
    assert manager.post(page("start_import", row), follow=True).status_code == 200
    assert Job.objects.count() == 0
    manager.post(page("remove_import", row))
    assert Import.objects.count() == 0


def test_the_first_step_of_a_corpus_offers_both_ways(manager: Client, membership: Membership) -> None:
    content = manager.get(reverse("corpus:overview", args=[membership.corpus.slug])).content.decode()
    assert reverse("corpus:imports", args=[membership.corpus.slug]) in content
    assert reverse("corpus:episodes", args=[membership.corpus.slug]) in content
