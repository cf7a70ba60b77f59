"""The tables of a report for a paper, with the warnings of its page, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreement.models import Report
from agreement.presentation.cards import REASONS, Card, cards
from agreement.presentation.interval_notes import (
    interval_caption,
    note_sentence,
    short_note,
    with_shown_intervals,
)
from agreement.presentation.numerals import in_percent, interval, number
from agreement.presentation.paper.blocks import Block, Heading, Paragraph, Table


def report_tables(
    report: Report, figures: dict[str, Any], *, language: str, warnings: Sequence[str] = ()
) -> list[Block]:
    """Return the tables of a report.

    Args:
        report: computed.
        figures: of the report, as far as the reader may see them.
        language: of the codebook's texts.
        warnings: sentences about the corpus that the page shows, too.
    """
    rules, chosen = report.codebook.rules(), report.selection
    questions = cards(with_shown_intervals(figures), rules, language)
    created = f"{report.created_at:%Y-%m-%d %H:%M}"
    found: list[Block] = [
        Heading(_("Report of %(when)s") % {"when": created}),
        Paragraph(
            _(
                "%(corpus)s, %(codebook)s: %(annotations)s annotations of %(utterances)s utterances in %(dialogues)s "
                "dialogues by %(raters)s."
            )
            % {
                "corpus": report.corpus.title,
                "codebook": report.codebook,
                "annotations": f"{chosen['annotations']:,}",
                "utterances": f"{chosen['utterances']:,}",
                "dialogues": f"{chosen['dialogues']:,}",
                "raters": ", ".join(figures["raters"]) or "–",
            }
        ),
        *(Paragraph(each) for each in (*warnings, *_warnings(report, figures))),
    ]
    compared = [card for card in questions if card.compared]
    if compared:
        found.append(_overview(compared, figures))
    for card in questions:
        found += _question(card)
    return found


def _warnings(report: Report, figures: dict[str, Any]) -> Iterator[str]:
    chosen = report.selection
    if chosen.get("corrected"):
        yield ngettext(
            "%(count)s annotation was corrected after it was submitted; agreement uses the first answers.",
            "%(count)s annotations were corrected after they were submitted; agreement uses the first answers.",
            chosen["corrected"],
        ) % {"count": f"{chosen['corrected']:,}"}
    if chosen.get("shortcuts") is False:
        yield _("Answers given by shortcut are left out.")
    single = figures.get("single", {})
    if single.get("utterances") and len(figures["raters"]) > 1:
        yield (
            _("Labelled by one annotator and not compared: %(utterances)s utterances, %(dialogues)s dialogues.")
            % single
        )
    if len(figures["raters"]) < 2:
        yield _("There is nothing to compare: agreement needs two raters.")
    for defect in figures.get("known_defects", {}).get("worst", ()):
        where = " · ".join(filter(None, (defect["rater"], defect["question"], defect["extent"])))
        yield _("Known defect of the sources: %(defect)s") % {"defect": f"{where}: {defect['text']}"}


def _overview(compared: Sequence[Card], figures: dict[str, Any]) -> Table:
    rows = []
    for card in compared:
        alpha = card.figures["alpha"]
        rows.append(
            [
                card.name,
                card.level,
                _value(alpha),
                interval(alpha["low"], alpha["high"]) or "–",
                number(card.figures["fleiss"]["value"]),
                in_percent(card.figures["percent"]["value"]),
                f"{alpha['n_units']:,}",
                f"{alpha['n_dialogues']:,}",
                short_note(alpha),
            ]
        )
    head = [
        *(_("Question"), _("Scale"), _("Alpha"), _("Interval"), _("Fleiss’ kappa"), _("Percent agreement")),
        *(_("Utterances"), _("Dialogues"), _("Note")),
    ]
    notes = dict.fromkeys(f"{card.name}: {note}" for card in compared if (note := note_sentence(card.figures["alpha"])))
    caption = " ".join(
        [_("Agreement on all questions; intervals of 95 %, clustered by dialogues."), interval_caption(figures), *notes]
    )
    return Table(caption, head, rows, words=2)


def _question(card: Card) -> Iterator[Block]:
    yield Heading(card.name)
    coverage = " · ".join(text for text, _gap in card.coverage)
    sentences = [each for each in (card.no_answers_left, *card.left_out, *card.sentences) if each]
    yield Paragraph(" ".join([*sentences, _("Read: %(coverage)s.") % {"coverage": coverage}]))
    yield _answers(card)
    pairs = card.figures["pairs"]
    if card.compared and pairs:
        yield _pairs(card, pairs)


def _answers(card: Card) -> Table:
    head, rows = [_("Answer"), _("Given"), _("Share")], []
    notes: dict[str, None] = {}
    if card.is_weighted:
        head.append(_("Weighted"))
    if card.compared:
        head += [_("Alpha against the rest"), _("Interval"), _("Specific agreement"), _("Interval"), _("Note")]
    for label in card.labels:
        row = [label["name"], f"{label['given']:,}", f"{label['bar']} %"]
        if card.is_weighted:
            row.append(f"{label['weighted']} %")
        if card.compared:
            alpha, specific = label["alpha"], label["specific"]
            both = dict.fromkeys(filter(None, (short_note(alpha), short_note(specific))))
            notes |= {
                f"{label['name']}: {each}": None for each in (note_sentence(alpha), note_sentence(specific)) if each
            }
            share = in_percent(specific["value"]) if specific["value"] is not None else _value(specific)
            spread = "–"
            if specific["low"] is not None:
                spread = f"[{in_percent(specific['low'])}, {in_percent(specific['high'])}]"
            row += [_value(alpha), interval(alpha["low"], alpha["high"]) or "–", share, spread, "; ".join(both)]
        rows.append(row)
    caption = " ".join([_("Answers to %(question)s.") % {"question": card.name}, *notes])
    return Table(caption, head, rows)


def _pairs(card: Card, pairs: Sequence[dict[str, Any]]) -> Table:
    rows = [
        [
            pair["first"],
            pair["second"],
            _value(pair["kappa"]),
            interval(pair["kappa"]["low"], pair["kappa"]["high"]) or "–",
            f"{pair['kappa']['n_units']:,}",
            short_note(pair["kappa"]),
        ]
        for pair in pairs
    ]
    head = [_("Rater"), _("Rater"), _("Cohen’s kappa"), _("Interval"), _("Utterances"), _("Note")]
    caption = _("Cohen’s kappa of each pair of raters, with the interval for these two: %(question)s")
    return Table(caption % {"question": card.name}, head, rows, words=2)


def _value(figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        return str(REASONS.get(figure["reason"], figure["reason"]))
    return number(figure["value"])
