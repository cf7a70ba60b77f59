"""The page of hours and its download, and the rates of pay."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotator.domain.hours.rates import rates_of, set_rate
from annotator.domain.hours.sheets import GROUPS, Hours, Sheet, sheet_of
from annotator.forms.hours import DaysForm, RateForm
from annotator.rules.spreadsheet_text import as_cell
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Membership, Rater

MINUTE_MS = 60_000
CUT = "cut to the time that passed"  # in the download, whose columns have English names


@require_safe
@corpus_view()
def show(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the hours of everyone to managers, and to others their own."""
    form = DaysForm.of(request.GET)
    return _page(request, corpus, membership, form=form, sheet=_sheet(form, corpus, membership))


@require_safe
@corpus_view()
def download(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Send the same figures as CSV, with the total as last row."""
    form = DaysForm.of(request.GET)
    sheet = _sheet(form, corpus, membership)
    if sheet is None:
        return _page(request, corpus, membership, form=form, sheet=None)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{corpus.slug}-hours-{sheet.first}-{sheet.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")  # some spreadsheet programs take the file for another encoding without it
    writer = csv.writer(response, lineterminator="\n")
    groups = [f"{group}_minutes" for group in sheet.groups]
    figures = ["minutes", *groups, "utterances", "dialogues", "pay", "currency", "note"]
    writer.writerow(["person", "user_name", "day", *figures])
    for rater, day, hours in sheet.days:
        assert rater.membership is not None  # noqa: S101 -- a constraint: members' raters have one
        user = rater.membership.user
        writer.writerow([as_cell(str(user)), as_cell(user.username), day.isoformat(), *_cells(sheet, hours)])
    writer.writerow(["total", "", "", *_cells(sheet, sheet.total)])
    return response


@require_POST
@corpus_view(Membership.Role.MANAGER)
def add_rate(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Set a rate of pay from a day on."""
    form = RateForm(request.POST, corpus=corpus, currency="")
    if form.is_valid():
        data = form.cleaned_data
        person = data.pop("person")
        try:
            set_rate(corpus=corpus, membership=person, created_by=membership.user, **data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("annotator:hours", corpus.slug)
    days = DaysForm(DaysForm.this_month())
    return _page(request, corpus, membership, form=days, sheet=_sheet(days, corpus, membership), rate_form=form)


def _sheet(form: DaysForm, corpus: Corpus, membership: Membership) -> Sheet | None:
    """Return the sheet that this member may see; None if the days are wrong, with the error in the form."""
    if not form.is_valid():
        return None
    only: Rater | None = None
    if not membership.is_manager:
        only = Rater.objects.filter(membership=membership).select_related("membership__user").first()
        if only is None:  # an adjudicator who never labelled
            raise Http404
    try:
        return sheet_of(corpus=corpus, only=only, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _page(
    request: HttpRequest,
    corpus: Corpus,
    membership: Membership,
    *,
    form: DaysForm,
    sheet: Sheet | None,
    rate_form: RateForm | None = None,
) -> HttpResponse:
    rates = list(rates_of(corpus)) if membership.is_manager else []
    context = {
        "corpus": corpus,
        "membership": membership,
        "form": form,
        "sheet": sheet,
        "headings": [_heading(group, own=not membership.is_manager) for group in sheet.groups] if sheet else [],
        "people": [(rater, _shown(sheet, hours)) for rater, hours in sheet.people] if sheet else [],
        "days": [(rater, day, _shown(sheet, hours)) for rater, day, hours in sheet.days] if sheet else [],
        "total": _shown(sheet, sheet.total) if sheet else None,
        "rates": rates,
        "rate_form": rate_form or RateForm(corpus=corpus, currency=rates[0].currency if rates else ""),
    }
    wrong = sheet is None or (rate_form is not None and bool(rate_form.errors))
    return render(request, "annotator/hours.html", context, status=422 if wrong else 200)


def _heading(group: str, *, own: bool) -> str:
    if own and group == GROUPS[0]:
        return _("Labelling")
    if own:
        return _("Training and tests")
    return {
        "main": _("Main work"),
        "calibration": _("Calibration"),
        "retest": _("Retests"),
        "other": _("Other"),
    }[group]


def _cells(sheet: Sheet, hours: Hours) -> list[str]:
    pay = "" if hours.pay is None else str(hours.pay)
    figures = [hours.total_ms, *(hours.active_ms[group] for group in sheet.groups)]
    minutes = [f"{active_ms / MINUTE_MS:.2f}" for active_ms in figures]
    work, note = [str(hours.utterances), str(hours.dialogues)], CUT if hours.is_cut else ""
    return [*minutes, *work, pay, sheet.currency if pay else "", note]


def _shown(sheet: Sheet, hours: Hours) -> dict[str, object]:
    return {
        "total": _clock(hours.total_ms),
        "groups": [_clock(hours.active_ms[group]) for group in sheet.groups],
        "is_cut": hours.is_cut,
        "utterances": hours.utterances,
        "dialogues": hours.dialogues,
        "pay": "–" if hours.pay is None else f"{hours.pay} {sheet.currency}",
    }


def _clock(active_ms: int) -> str:
    """Return a time as hours:minutes:seconds, half a second rounded up."""
    seconds = (active_ms + 500) // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
