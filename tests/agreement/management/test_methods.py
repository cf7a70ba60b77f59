from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from agreement.domain.findings.settings import write_exclusion_rules
from agreement.domain.report_figures import figures
from agreement.domain.reports import request_report
from agreement.judgements.tables import read_tables
from agreement.presentation.paper.blocks import Block, Heading, Paragraph, Table, as_latex, as_markdown
from corpus.domain.findings import NewFinding, record_findings
from corpus.domain.selection.candidates import Criteria
from corpus.domain.selection.steps import screen_dialogues
from corpus.models import Dialogue
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
def test_the_steps_of_the_selection_are_listed(tmp_path: Path) -> None:
    corpus = judged({"a": "+0-", "b": "+0-"})
    dialogue = Dialogue.objects.filter(corpus=corpus).order_by("order")[0]
    criteria = Criteria(screened="all", codes=(dialogue.code,))
    screen_dialogues(corpus=corpus, criteria=criteria, is_in=True, reason="clear sound", decided_by=None)
    call_command("methods", corpus.slug, out=tmp_path)
    text = (tmp_path / "methods.md").read_text(encoding="utf-8")
    assert "There are 3 candidate dialogues: 1 selected, 0 left out, 2 undecided." in text
    assert "| chosen | clear sound | 1 | 1 | – |" in text


@pytest.mark.django_db
def test_the_intervals_are_those_that_the_page_shows(tmp_path: Path) -> None:
    few = judged({"a": "+0-+0-", "b": "+0-+00"})
    call_command("methods", few.slug, out=tmp_path)
    text = (tmp_path / "methods.md").read_text(encoding="utf-8")
    assert "hold for these annotators." in text
    assert "| a single event, no interval |" in text
    many = judged(dict(zip("abcdef", ["+0-+0-+0", "+0-+00+0", "+00+0-+-"] * 2, strict=True)))
    call_command("methods", many.slug, out=tmp_path)
    text = (tmp_path / "methods.md").read_text(encoding="utf-8")
    assert many.codebook is not None
    shown = figures(read_tables(codebook=many.codebook, raters=list(many.raters.all())))["questions"][0]["alpha"]
    assert shown["wide_low"] < shown["low"]
    assert "hold for annotators like these." in text
    assert f"[{shown['wide_low']:.3f}, {shown['wide_high']:.3f}]" in text


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
