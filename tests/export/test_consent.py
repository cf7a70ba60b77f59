from pathlib import Path

import pytest
from django.utils import timezone

from corpus.domain.findings import NewFinding, record_findings
from corpus.domain.people.consents import record_consent
from corpus.models import Corpus, Finding, Rater
from tests.export.material import export, manifest, released_corpus, rows

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def decide(corpus: Corpus, slug: str, *, carries_answers: bool) -> None:
    membership = Rater.objects.get(corpus=corpus, slug=slug).membership
    assert membership
    record_consent(
        membership=membership,
        version=0 if slug == "annotator-1" else 1,
        carries_answers=carries_answers,
        carries_hours=False,
        carries_demographics=False,
        demographics={},
        now=timezone.now(),
    )


def test_answers_without_consent_count_for_labels_but_are_not_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = released_corpus()
    before = export(corpus, tmp_path / "before")
    assert "warning: 3 annotators without a decision" in capsys.readouterr().err
    decide(corpus, "annotator-1", carries_answers=False)
    decide(corpus, "annotator-2", carries_answers=True)
    after = export(corpus, tmp_path / "after")
    printed = capsys.readouterr()
    assert "warning: 1 annotator without a decision" in printed.err
    assert "not listed: the answers of 1 rater without" in printed.out
    labels = [
        [{slug: cell["label"] for slug, cell in row["labels"].items()} for row in rows(each)]
        for each in (before, after)
    ]
    assert labels[0] == labels[1]
    text = "".join(path.read_text(encoding="utf-8") for path in after.iterdir() if path.is_file())
    assert "annotator-2" in text
    assert "annotator-1" not in text
    found = manifest(after)
    assert found["consent"] == {"withheld": 1, "not_asked": 1}
    assert [rater["slug"] for rater in found["raters"]] == ["annotator-2", "annotator-3"]
    first = [question["alpha"]["value"] for question in manifest(before)["agreement"]["questions"]]
    assert [question["alpha"]["value"] for question in found["agreement"]["questions"]] == first


def test_findings_name_nobody_without_consent_and_no_reason_about_a_person(tmp_path: Path) -> None:
    corpus = released_corpus()
    decide(corpus, "annotator-1", carries_answers=False)
    evidence = {"identical": 2, "compared": 4, "expected": "0.1"}
    record_findings(
        corpus=corpus,
        source="copied_answers",
        findings=[
            NewFinding(
                kind="copied_answers",
                rows={"utterances": []},
                extent_count=2,
                extent_share=0.5,
                severity="severe",
                rater=corpus.raters.get(slug=slug),
                evidence=evidence | {"other": other},
                identity=other,
            )
            for slug, other in (("annotator-2", "annotator-1"), ("annotator-2", "annotator-3"))
        ],
    )
    Finding.objects.update(comment="his laptop was broken", acknowledged_at=timezone.now())
    out = export(corpus, tmp_path / "out", "--raters", "annotator-2", "annotator-3")
    text = "".join(path.read_text(encoding="utf-8") for path in out.iterdir() if path.is_file())
    assert "with annotator-3" in text
    assert "annotator-1" not in text
    assert "laptop" not in text
    assert manifest(out)["known_defects"]["worst"][0]["dismissed"] == "a manager dismissed it"
