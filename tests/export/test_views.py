import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.jobs.queue import execute
from common.models import Job
from corpus.models import Corpus, Rater
from export.domain.options import Options
from export.domain.releases import request_release
from export.models import Release
from export.templatetags.releases import label_name
from tests.agreement.material import put_in_use
from tests.export.material import contents, export, released_corpus
from tests.factories import CorpusFactory, MembershipFactory

pytestmark = pytest.mark.django_db

ASKED = {"name": "v1", "split": "random", "group": "dialogue", "ratios": "80,10,10", "seed": "3", "formats": ["csv"]}


@pytest.fixture
def corpus() -> Corpus:
    return released_corpus()


@pytest.fixture
def manager(client: Client, corpus: Corpus) -> Client:
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    return client


def page(client: Client, name: str, corpus: Corpus, release: Release | None = None) -> Any:
    return client.get(reverse(f"export:{name}", args=[corpus.slug, *([release.public_id] if release else [])]))


def made(corpus: Corpus, options: Options | None = None, name: str = "v1") -> Release:
    release = request_release(corpus=corpus, name=name, options=options or Options(), here=True)
    assert release.job is not None
    execute(str(release.job.public_id))
    return Release.objects.select_related("job", "file").get(pk=release.pk)


def test_the_form_offers_members_with_answers_and_a_free_name(manager: Client, corpus: Corpus) -> None:
    form = page(manager, "releases", corpus).context["form"]
    assert form["name"].value() == "v1"
    assert form["raters"].value() == ["annotator-1", "annotator-2", "annotator-3"]
    assert form.fields["raters"].choices[0] == ("annotator-1", "annotator-1 (12 utterances)")


def test_a_request_creates_a_row_and_a_job_with_its_options(manager: Client, corpus: Corpus) -> None:
    asked = {**ASKED, "raters": ["annotator-1", "annotator-2"], "clips": "on"}
    answer = manager.post(reverse("export:releases", args=[corpus.slug]), asked)
    release = Release.objects.select_related("job").get()
    assert answer["Location"] == reverse("export:release", args=[corpus.slug, release.public_id])
    assert release.options == {
        "split": "random",
        "group": "dialogue",
        "ratios": [80, 10, 10],
        "seed": 3,
        "raters": ["annotator-1", "annotator-2"],
        "clips": True,
    }
    assert release.job is not None
    assert (release.job.kind, release.job.state) == ("export.release", "queued")
    assert release.job.scope == str(corpus.public_id)


@pytest.mark.parametrize(("field", "value"), [("name", "Bad Name"), ("ratios", "80,20"), ("raters", []), ("seed", "x")])
def test_an_invalid_request_is_reported_on_the_form_and_creates_nothing(
    manager: Client, corpus: Corpus, field: str, value: object
) -> None:
    asked = {**ASKED, "raters": ["annotator-1"], field: value}
    answer = manager.post(reverse("export:releases", args=[corpus.slug]), asked)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert (Release.objects.count(), Job.objects.count()) == (0, 0)


def test_a_name_is_used_once(manager: Client, corpus: Corpus) -> None:
    made(corpus)
    answer = manager.post(reverse("export:releases", args=[corpus.slug]), {**ASKED, "raters": ["annotator-1"]})
    assert answer.context["form"].non_field_errors() == [
        "A release named v1 already exists. Choose another name: releases are never replaced."
    ]
    assert Job.objects.count() == 1


def test_zip_has_the_files_that_the_command_writes(manager: Client, corpus: Corpus, tmp_path: Path) -> None:
    release = made(corpus)
    answer = page(manager, "download", corpus, release)
    assert answer["Content-Disposition"] == f'attachment; filename="{corpus.slug}-v1.zip"'
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        files = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    written = contents(export(corpus, tmp_path / "out", "--seed", "0"))
    assert set(files) == set(written)
    assert {name: files[name] for name in files if name.endswith(("l", "csv"))} == {
        name: written[name] for name in files if name.endswith(("l", "csv"))
    }
    assert page(manager, "manifest", corpus, release).content == files["manifest.json"]


def test_release_stays_as_it_was_when_its_job_is_run_again(corpus: Corpus) -> None:
    release = made(corpus)
    assert release.job is not None
    corpus.dialogues.filter(order=0).update(state="draft", ready_at=None)
    Job.objects.filter(pk=release.job.pk).update(state="queued")
    execute(str(release.job.public_id))
    again = Release.objects.select_related("job").get(pk=release.pk)
    assert (again.manifest, again.file_id) == (release.manifest, release.file_id)
    assert again.job is not None
    assert again.job.result == {"rows": 12}


def test_the_page_shows_splits_labels_and_the_check(manager: Client, corpus: Corpus) -> None:
    answer = page(manager, "release", corpus, made(corpus))
    shown = answer.context["summary"]
    assert [(split["name"], split["rows"], split["dialogues"]) for split in shown["splits"]] == [
        ("train", 8, 4),
        ("dev", 2, 1),
        ("test", 2, 1),
    ]
    assert "No dialogue is in two splits: all 6 were checked in the written files." in answer.content.decode()
    sentiment = shown["questions"][0]
    assert [label["slug"] for label in sentiment["labels"]] == ["negative", "neutral", "positive", ""]


def test_negative_numbers_have_a_typographic_minus_sign(manager: Client, corpus: Corpus) -> None:
    release = made(corpus)
    assert release.manifest is not None
    release.manifest["agreement"]["questions"][0]["alpha"]["value"] = -0.25
    release.save()
    shown = page(manager, "release", corpus, release).content.decode()
    assert "−0.250" in shown
    assert "-0.250" not in shown
    assert [label_name({"slug": name, "name": name}) for name in ("-2", "0", "2", "anti-2")] == [
        "−2",
        "0",
        "2",
        "anti-2",
    ]


def test_a_failed_release_has_its_reason_and_can_be_deleted(manager: Client, corpus: Corpus) -> None:
    release = made(corpus, Options(group="series"), name="v1")
    corpus.dialogues.update(series=corpus.dialogues.order_by("order")[0].series)
    divided = made(corpus, Options(group="series"), name="v3")  # the split of v1 cannot be continued
    assert divided.job is not None
    assert divided.job.error_code == "export.split.divided"
    divided.delete()
    failed = made(corpus, Options(group="series", seed=1), name="v2")
    assert failed.job is not None
    assert failed.job.error_code == "export.split.too_few_groups.series"
    assert "the 6 dialogues come from 1." in page(manager, "release", corpus, failed).content.decode()
    discard = reverse("export:delete_failed", args=[corpus.slug, failed.public_id])
    assert manager.post(discard).status_code == 302
    manager.post(reverse("export:delete_failed", args=[corpus.slug, release.public_id]))
    assert list(Release.objects.values_list("name", flat=True)) == ["v1"]


@pytest.mark.parametrize("name", ["release", "download", "manifest"])
def test_a_release_of_another_corpus_is_not_found(manager: Client, name: str) -> None:
    corpus = manager.get("/").wsgi_request.user.memberships.get().corpus  # type: ignore[union-attr]
    foreign = Release.objects.create(corpus=CorpusFactory(), name="v1", options={})
    assert page(manager, name, corpus, foreign).status_code == 404


@pytest.mark.parametrize("name", ["download", "manifest"])
def test_a_release_in_progress_has_no_download(manager: Client, corpus: Corpus, name: str) -> None:
    waiting = request_release(corpus=corpus, name="v1", options=Options())
    assert page(manager, name, corpus, waiting).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_any_number(
    manager: Client, corpus: Corpus, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        made(corpus, name=f"v{number}")
    page(manager, "releases", corpus)
    with django_assert_num_queries(15):  # one looks for sums
        listed = page(manager, "releases", corpus).context["releases"]
    assert [(row.train, row.dev, row.test) for row in listed] == [(8, 2, 2)] * count


def test_a_corpus_without_finished_answers_is_reported_by_the_worker(corpus: Corpus) -> None:
    release = request_release(corpus=corpus, name="v1", options=Options(raters=("annotator-1",)))
    corpus.dialogues.update(state="draft", ready_at=None)
    assert release.job is not None
    execute(str(release.job.public_id))
    job = Job.objects.get()
    assert (job.state, job.error_code, job.error_params) == ("failed", "export.nothing_ready", {"draft": 6})
    assert json.dumps(job.result) == "{}"


def test_incomparable_answers_are_announced_refused_and_counted(manager: Client, corpus: Corpus) -> None:
    assert "allow_empty" not in page(manager, "releases", corpus).context["form"].fields
    put_in_use(corpus, "[negative, neutral, positive]", "[bad, neutral, positive]")
    shown = " ".join(page(manager, "releases", corpus).content.decode().split())
    assert "36 annotations were given under codebook version 1, which asks these questions differently" in shown
    assert 'name="allow_empty"' in shown
    failed = made(corpus, name="v1")
    assert (failed.manifest, failed.job and failed.job.error_code) == (None, "export.all_incomparable")
    release = made(corpus, Options(allow_empty=True), name="v2")
    assert "36 answers left out" in " ".join(page(manager, "releases", corpus).content.decode().split())
    contents_page = " ".join(page(manager, "release", corpus, release).content.decode().split())
    assert "36 answers (raters: 3) given under codebook version 1 are left out" in contents_page
    assert "36 answers from incomparable codebook versions" in contents_page


def test_severe_findings_need_a_reason_before_a_release_is_final(manager: Client, corpus: Corpus) -> None:
    release = made(corpus)
    assert release.manifest is not None
    worst = [{"severity": "severe", "text": "A block repeats", "kind": "x", "extent": "", "question": "", "share": 1}]
    release.manifest["known_defects"] = {"count": 1, "worst": worst}
    release.save()
    address = reverse("export:final", args=[corpus.slug, release.public_id])
    manager.post(address)
    release.refresh_from_db()
    assert release.final_at is None
    manager.post(address, {"reason": "Known, and described in the paper."})
    release = Release.objects.get(pk=release.pk)
    assert release.final_at is not None
    shown = page(manager, "release", corpus, release).content.decode()
    assert "Known, and described in the paper." in shown
    assert release.file is not None
    assert release.file.sha256 in shown


def test_answers_to_the_datasheet_are_kept(manager: Client, corpus: Corpus) -> None:
    address = reverse("export:datasheet", args=[corpus.slug])
    assert manager.post(address, {"purpose": "Research on affect."}).status_code == 302
    form = manager.get(address).context["form"]
    assert form["purpose"].value() == "Research on affect."
    assert form["misuses"].value() == ""


def test_the_datasheet_asks_for_licences_of_series_without_episodes(
    manager: Client, corpus: Corpus, tmp_path: Path
) -> None:
    address = reverse("export:datasheet", args=[corpus.slug])
    (name, row), *_others = manager.get(address).context["series"].series.items()
    assert "source_labels" not in manager.get(address).context["form"].fields
    sent = {f"licence-{name}": " CC BY-NC  4.0 ", f"track-{name}": "no"}
    assert manager.post(address, sent).status_code == 302
    row.refresh_from_db()
    assert (row.licence, row.has_laugh_track) == ("CC BY-NC 4.0", False)
    assert "CC BY-NC 4.0" in (export(corpus, tmp_path / "out") / "DATASHEET.md").read_text(encoding="utf-8")
    too_long = manager.post(address, {f"licence-{name}": "x" * 201, "purpose": "Not kept."})
    assert too_long.status_code == 200
    assert too_long.context["series"].errors
    assert manager.get(address).context["form"]["purpose"].value() == ""


def test_the_datasheet_asks_how_published_labels_were_made(manager: Client, corpus: Corpus, tmp_path: Path) -> None:
    corpus.raters.filter(slug="annotator-1").update(kind=Rater.Kind.SOURCE, membership=None)
    address = reverse("export:datasheet", args=[corpus.slug])
    manager.post(address, {"source_labels": "Three students, by majority."})
    assert manager.get(address).context["form"]["source_labels"].value() == "Three students, by majority."
    text = (export(corpus, tmp_path / "out", "--raters", "source") / "DATASHEET.md").read_text(encoding="utf-8")
    assert "Three students, by majority." in text


def test_the_form_has_the_options_of_splits_with_plain_labels(manager: Client, corpus: Corpus) -> None:
    form = page(manager, "releases", corpus).context["form"]
    assert "like" not in form.fields  # there is no earlier release
    assert ("sentiment", "Sentiment") in form.fields["stratify"].choices or form.fields["stratify"].choices
    made(corpus)
    asked = {**ASKED, "name": "v2", "raters": ["annotator-1"], "formats": ["csv", "parquet"]}
    asked |= {"split": "like", "like": "v1", "folds": "", "stratify": ["sentiment"]}
    manager.post(reverse("export:releases", args=[corpus.slug]), asked)
    options = Release.objects.get(name="v2").options
    assert (options["split"], options["like"], options["stratify"]) == ("like", "v1", ["sentiment"])
    assert options["formats"] == ["csv", "parquet"]
    for name, folds, stored in (("v3", "5", ("folds", 5)), ("v4", "series", ("leave_out", True))):
        manager.post(
            reverse("export:releases", args=[corpus.slug]),
            {**ASKED, "name": name, "raters": ["annotator-1"], "folds": folds, "like": "v1"},
        )
        options = Release.objects.get(name=name).options
        assert options[stored[0]] == stored[1]
        assert "like" not in options  # only with the split that needs it


@pytest.mark.parametrize(
    ("chosen", "field"), [({"split": "like"}, "like"), ({"split": "source", "folds": "3"}, "folds")]
)
def test_options_that_do_not_fit_together_are_named_on_the_form(
    manager: Client, corpus: Corpus, chosen: dict[str, str], field: str
) -> None:
    made(corpus)
    asked = {**ASKED, "name": "v2", "raters": ["annotator-1"], **chosen}
    answer = manager.post(reverse("export:releases", args=[corpus.slug]), asked)
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"].opens_further_fields == (field == "folds")
    assert Release.objects.count() == 1


def test_the_form_states_the_size_and_a_full_disk_is_an_error_of_it(
    manager: Client, corpus: Corpus, settings: Any
) -> None:
    shown = " ".join(page(manager, "releases", corpus).content.decode().split())
    assert "Estimated size" in shown
    assert "Free disk space" in shown
    settings.MIN_FREE_BYTES = 2**60
    answer = manager.post(reverse("export:releases", args=[corpus.slug]), {**ASKED, "raters": ["annotator-1"]})
    assert "Not enough disk space" in answer.context["form"].non_field_errors()[0]
    assert not Release.objects.exists()


def test_a_download_of_a_member_resumes_and_states_its_checksum(manager: Client, corpus: Corpus) -> None:
    release = made(corpus)
    assert release.file
    address = reverse("export:download", args=[corpus.slug, release.public_id])
    content = release.file.path.read_bytes()
    rest: Any = manager.get(address, headers={"range": "bytes=100-"})
    assert (rest.status_code, b"".join(rest.streaming_content)) == (206, content[100:])
    assert rest["ETag"] == f'"{release.file.sha256}"'


def test_what_reviewers_may_flag_is_on_the_page_in_the_language_of_the_reader(manager: Client, corpus: Corpus) -> None:
    release = made(corpus)
    shown = " ".join(page(manager, "release", corpus, release).content.decode().split())
    assert "What reviewers may flag" in shown
    assert "No answer to: Under which licence are the labels released?" in shown
    assert release.manifest
    release.manifest["flags"] = ["A sentence of an earlier version.", {"code": "new", "params": {}, "text": "Later."}]
    release.save()
    shown = page(manager, "release", corpus, release).content.decode()
    assert "A sentence of an earlier version." in shown
    assert "Later." in shown
