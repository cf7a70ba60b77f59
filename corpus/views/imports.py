"""The pages of imports: the list with its upload, the mapping of a table, the preview, the result and the undo."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import Refused, sentence
from corpus.access import corpus_view
from corpus.domain.imports import prepared, previews
from corpus.domain.imports.undo import request_undo
from corpus.forms.imports import FIELD_NAMES, TIMES_NAMES, ImportForm, importer_summaries, mapping_from
from corpus.importers.table.mapping import Column, TableMapping, parsed_mapping
from corpus.importers.table.sheet import Table
from corpus.models import Corpus, Import, Membership, SavedMapping
from corpus.rules.codebook import Codebook

Manager = Membership.Role.MANAGER
SHOWN = 100
EXAMPLES = 3  # cells of a column


@csrf_exempt  # `_upload` checks the token: it is in the body, which is received by the handlers chosen here
@require_http_methods(["GET", "HEAD", "POST"])
@corpus_view(Manager)
def imports(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """List the imports of a corpus; accept files."""
    if request.method != "POST":
        return _list(request, corpus, membership, ImportForm())
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    request.upload_handlers = [TemporaryFileUploadHandler(request)]
    return _upload(request, corpus, membership)


@csrf_protect
def _upload(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, corpus, membership, form)
    given = [_given(file) for file in form.cleaned_data["files"]]
    try:
        row = prepared.submit_files(
            corpus=corpus, files=given, importer=form.cleaned_data["importer"], created_by=membership.user
        )
    except Refused as refusal:
        form.add_error("files", str(refusal))
        return _list(request, corpus, membership, form)
    return redirect("corpus:import", corpus.slug, row.public_id)


def _given(file: UploadedFile[Any]) -> tuple[Path, str]:
    assert isinstance(file, TemporaryUploadedFile)  # noqa: S101 -- by the handler above
    return Path(file.temporary_file_path()), str(file.name)


def _list(request: HttpRequest, corpus: Corpus, membership: Membership, form: ImportForm) -> HttpResponse:
    rows = list(Import.objects.filter(corpus=corpus).select_related("created_by")[:SHOWN])
    context = {
        "corpus": corpus,
        "membership": membership,
        "form": form,
        "rows": rows,
        "importers": importer_summaries(),
    }
    return render(request, "corpus/imports.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@corpus_view(Manager)
def show(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show an import: the mapping and preview of prepared files, or the result; change the mapping."""
    row = _row(corpus, public_id)
    context: dict[str, Any] = {"corpus": corpus, "membership": membership, "imported": row}
    job = prepared.job_of(row)
    if row.state != Import.State.PREPARED or (job and job.state in {"queued", "running"}):
        context |= {"job": job, "problems": _problems(row.remarks), "has_report": prepared.report_path(row).is_file()}
        return render(request, "corpus/import.html", context)
    context["failed"] = job if job and job.state == "failed" else None
    codebook = prepared.codebook_of(corpus)
    try:
        if row.importer == prepared.TABLE:
            mapping = parsed_mapping(row.mapping)
            table = prepared.table_of(row, sheet=mapping.sheet)
            if request.method == "POST":
                mapping = mapping_from(request.POST, table, codebook, mapping)
                if mapping.sheet != table.form.get("sheet", "") and mapping.sheet:
                    table = prepared.table_of(row, sheet=mapping.sheet)
                row = prepared.change_mapping(imported=row, mapping=mapping)
            context |= _mapping_context(corpus, table, mapping, codebook)
            faults = mapping.problems()
        else:
            faults = []
        context |= {"faults": faults, "preview": None if faults else previews.preview_of(row)}
    except Refused as refusal:
        context |= {"faults": [refusal], "preview": None}
    if context["preview"]:
        context["problems"] = _problems(context["preview"].remarks)
    return render(request, "corpus/import_prepared.html", context)


@require_POST
@corpus_view(Manager)
def start(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Import prepared files."""
    try:
        prepared.start_import(imported=_row(corpus, public_id), created_by=membership.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("corpus:import", corpus.slug, public_id)


@require_POST
@corpus_view(Manager)
def save(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Save the mapping of a table under a name."""
    try:
        saved = prepared.save_mapping(imported=_row(corpus, public_id), name=request.POST.get("name", ""))
        messages.success(request, _("The mapping is saved as %(name)s.") % {"name": saved.name})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("corpus:import", corpus.slug, public_id)


@require_POST
@corpus_view(Manager)
def load(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Use a saved mapping."""
    saved = get_object_or_404(SavedMapping, corpus=corpus, name=request.POST.get("name", ""))
    try:
        prepared.change_mapping(imported=_row(corpus, public_id), mapping=parsed_mapping(saved.text))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("corpus:import", corpus.slug, public_id)


@require_POST
@corpus_view(Manager)
def remove(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Remove files that were not imported."""
    try:
        prepared.remove_prepared(imported=_row(corpus, public_id))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("corpus:imports", corpus.slug)


@require_POST
@corpus_view(Manager)
def undo(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Undo an import."""
    try:
        request_undo(imported=_row(corpus, public_id), requested_by=membership.user)
        messages.success(request, _("The import is being undone."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("corpus:imports", corpus.slug)


@require_GET
@corpus_view(Manager)
def report(_request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> FileResponse:
    """Send the report of an import, one row per remark."""
    row = _row(corpus, public_id)
    path = prepared.report_path(row)
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"import-{Path(row.name).stem[:60]}.csv")


@require_GET
@corpus_view(Manager)
def mapping(_request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Send the mapping of a table as YAML, for `import_corpus table --mapping`."""
    row = _row(corpus, public_id)
    if not row.mapping:
        raise Http404
    return HttpResponse(
        row.mapping,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="mapping.yaml"'},
    )


def _row(corpus: Corpus, public_id: uuid.UUID) -> Import:
    return get_object_or_404(Import.objects.select_related("corpus__codebook"), corpus=corpus, public_id=public_id)


def _problems(remarks: dict[str, int]) -> list[tuple[str, int]]:
    return [(sentence(f"remark.{problem}", {}), count) for problem, count in remarks.items()]


def _mapping_context(corpus: Corpus, table: Table, mapping: TableMapping, codebook: Codebook | None) -> dict[str, Any]:
    """Return what the form of a mapping shows."""
    language = get_language() or "en"
    questions = codebook.questions if codebook else ()
    tasks = [(each.slug, codebook.text(each.slug, language).name) for each in questions] if codebook else []
    first = [row for row, _place in zip(table.rows(), range(5), strict=False)]
    return {
        "table": table,
        "mapping": mapping,
        "first_rows": first,
        "columns": list(_columns(table, mapping, [row.cells for row in first])),
        "fields": FIELD_NAMES.items(),
        "tasks": tasks,
        "times": TIMES_NAMES.items(),
        "sheets": [name for name in table.form.get("sheets", "").split(", ") if name],
        "task_values": _named_values(previews.values_of(table, mapping, codebook), codebook, language),
        "split_values": previews.split_values(table, mapping),
        "saved": SavedMapping.objects.filter(corpus=corpus).order_by("name"),
        "splits": ("train", "dev", "test"),
    }


def _named_values(
    groups: list[previews.TaskValues], codebook: Codebook | None, language: str
) -> list[tuple[previews.TaskValues, str, list[tuple[str, str]]]]:
    """Return the values of each task with its name, and the slugs and names of its answers."""
    if codebook is None:
        return []
    return [
        (
            group,
            codebook.text(group.task, language).name,
            [(slug, codebook.text(f"{group.task}.{slug}", language).name) for slug in group.choices],
        )
        for group in groups
    ]


def _columns(table: Table, mapping: TableMapping, rows: list[list[str]]) -> Iterator[dict[str, Any]]:
    for place, name in enumerate(table.header):
        column = mapping.columns.get(name, Column("ignore"))
        chosen = f"answer:{column.task}" if column.field == "answer" else column.field
        cells = [row[place] for row in rows if place < len(row) and row[place].strip()][:EXAMPLES]
        yield {"place": place, "name": name, "chosen": chosen, "rater": column.rater, "cells": cells}
