from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from agreement.domain.findings.settings import write_exclusion_rules
from agreement.domain.reports import request_report
from agreement.presentation.paper.blocks import Block, Heading, Paragraph, Table, as_latex, as_markdown
from corpus.domain.findings import NewFinding, record_findings
from tests.agreement.detectors.test_detection import look
from tests.agreement.material import judged
from tests.factories import CorpusFactory, UserFactory


@pytest.mark.django_db
def test_the_appendix_has_every_part_in_both_forms(tmp_path: Path) -> None:
    corpus = judged({"a": "+0-+0", "b": "+0-0?"})
    write_exclusion_rules(corpus=corpus, text="Copies & faults.", by=UserFactory(), now=timezone.now())
    look(corpus)
    case = NewFinding(
        kind="careless_onset",
        rater=corpus.raters.get(slug="b"),
        rows={"utterances": []},
        extent_count=2,
        extent_share=0.4,
        severity="severe",
        evidence={"dialogue": "D_1", "drop": 12, "pace": "0.5", "faster": True},
        p_value=2e-5,
    )
    record_findings(corpus=corpus, source="careless_onset", findings=[case])
    call_command("methods", corpus.slug, out=tmp_path)
    text = (tmp_path / "methods.md").read_text(encoding="utf-8")
    for part in ("Selection", "Phases", "Exclusions", "Annotators", "Agreement", "Findings"):
        assert f"## {part}\n" in text
    assert "after 10 annotations:\n\nCopies & faults." in text
    assert "| a | member | 5 | 5 |" in text
    assert "from dialogue D_1 on: agreement with the others lower by 12 points" in text
    assert "2e-05" in text
    latex = (tmp_path / "methods.tex").read_text(encoding="utf-8")
    assert r"Copies \& faults." in latex
    assert latex.count(r"\begin{tabular}") == latex.count(r"\end{tabular}") == 4


@pytest.mark.django_db
def test_reports_without_some_raters_are_listed_with_their_reason(tmp_path: Path) -> None:
    corpus = judged({"a": "+0-", "b": "+0-", "c": "+00"})
    request_report(corpus=corpus, raters=["a", "b"], reason="Fell asleep.")
    call_command("methods", corpus.slug, out=tmp_path)
    assert "without c: Fell asleep." in (tmp_path / "methods.md").read_text(encoding="utf-8")


@pytest.mark.django_db
def test_a_corpus_without_a_codebook_has_no_appendix() -> None:
    with pytest.raises(CommandError):
        call_command("methods", CorpusFactory().slug)


def test_cells_of_tables_cannot_break_them() -> None:
    blocks: list[Block] = [Heading("50 %"), Paragraph("a\nb"), Table("all", ["x", "n"], [["p|q_r", "1"]])]
    assert "| p\\|q_r | 1 |" in as_markdown(blocks)
    assert "a\n\nb" in as_markdown(blocks)
    assert r"p|q\_r & 1 \\" in as_latex(blocks)
    assert r"\section*{50 \%}" in as_latex(blocks)
