"""Forms for imports: the upload, and the mapping of a table as its page sends it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.errors import sentence
from corpus.importers.registry import IMPORTERS
from corpus.importers.table.answers import AnswerReader
from corpus.importers.table.mapping import FIELDS, TIMES, Column, TableMapping
from corpus.importers.table.sheet import Table
from corpus.importers.table.values import split_of
from corpus.rules.codebook import Codebook

FIELD_NAMES = {
    "ignore": _("not imported"),
    "dialogue": _("dialogue"),
    "order": _("order within the dialogue"),
    "speaker": _("speaker"),
    "text": _("text"),
    "start": _("start"),
    "end": _("end"),
    "code": _("id of the utterance"),
    "rater": _("rater of the row"),
    "episode": _("episode"),
    "series": _("series"),
    "split": _("split (train, dev, test)"),
    "topic": _("topic"),
}
TIMES_NAMES = {
    "auto": _("recognise"),
    "seconds": _("seconds (12.5)"),
    "ms": _("milliseconds (12500)"),
    "clock": _("clock (0:00:12.500)"),
    "frames": _("frames"),
}


class SeveralFiles(forms.ClearableFileInput):
    """An input for one or several files."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One or several uploaded files."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Return the files as a list."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(SeveralFilesField, self).clean(file, initial) for file in files]


class ImportForm(forms.Form):
    files = SeveralFilesField(  # type: ignore[assignment]  # a field; the form has its files elsewhere
        label=_("Files"),
        help_text=_("One table (CSV, JSON Lines, Excel), or all files of a published corpus or a tool’s export."),
        max_length=255,
        allow_empty_file=True,
    )
    importer = forms.ChoiceField(label=_("Format"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(name, f"{name}: {summary}") for name, summary in importer_summaries()]
        choices = [("", _("recognise")), ("table", _("table: a row per utterance")), *known]
        self.fields["importer"].choices = choices  # type: ignore[attr-defined]


def importer_summaries() -> list[tuple[str, str]]:
    """Return the name of each importer with its summary in the active language."""
    return [(each.name, sentence(f"importer.{each.name}", {})) for each in IMPORTERS]


def mapping_from(data: QueryDict, table: Table, codebook: Codebook | None, before: TableMapping) -> TableMapping:
    """Return the mapping that the page sent.

    Args:
        data: `column-N` and `rater-N` for each column; `value-N`, with `raw-N` and `task-N`, for each value; `split-N`
            with `splitraw-N`; and the options by their names.
        table: the table.
        codebook: the questions of its answers.
        before: the stored mapping; values that were not on the page stay as they were.
    """
    mapping = TableMapping(
        values={task: dict(values) for task, values in before.values.items()},
        splits=dict(before.splits),
        times=data.get("times", "auto") if data.get("times") in TIMES else "auto",
        fps=_number(data.get("fps", ""), before.fps),
        separator=data.get("separator", "")[:5],
        series=" ".join(data.get("series", "").split())[:200],
        sheet=data.get("sheet", before.sheet),
        unescape="unescape" in data,
    )
    tasks = {question.slug for question in codebook.questions} if codebook else set()
    for place, name in enumerate(table.header):
        chosen = data.get(f"column-{place}", "ignore")
        if chosen.startswith("answer:") and chosen.removeprefix("answer:") in tasks:
            rater = " ".join(data.get(f"rater-{place}", "").split())[:200]
            mapping.columns[name] = Column("answer", chosen.removeprefix("answer:"), rater)
        else:
            mapping.columns[name] = Column(chosen if chosen in FIELDS and chosen != "answer" else "ignore")
    if codebook is not None:
        _take_values(data, mapping, AnswerReader(codebook, TableMapping(columns=mapping.columns)))
    for key, raw in data.items():
        if key.startswith("splitraw-"):
            chosen = data.get(f"split-{key.removeprefix('splitraw-')}", "")
            mapping.splits.pop(str(raw), None)
            if chosen in {"", "train", "dev", "test"} and chosen != (split_of(str(raw), {}) or ""):
                mapping.splits[str(raw)] = chosen
    return mapping


def _take_values(data: QueryDict, mapping: TableMapping, automatic: AnswerReader) -> None:
    """Store the answers that people chose for values, where they differ from what is read without a choice."""
    for key, raw in data.items():
        if not key.startswith("raw-"):
            continue
        number = key.removeprefix("raw-")
        task, chosen = data.get(f"task-{number}", ""), data.get(f"value-{number}", "")
        if task not in automatic.names or (chosen and chosen not in automatic.names[task].exact):
            continue
        match = automatic.match(task, str(raw))
        values = mapping.values.setdefault(task, {})
        values.pop(str(raw), None)
        if chosen != (match.answer if match.is_certain else ""):
            values[str(raw)] = chosen


def _number(text: str, default: float) -> float:
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return default
    return found if 0 < found <= 1000 else default
