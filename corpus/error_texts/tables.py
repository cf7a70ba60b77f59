"""Texts about tables: refusals, and kinds of import remarks."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "table.empty": _("%(file)s has no rows."),
        "table.encoding": _(
            "%(file)s, line %(line)s (byte %(byte)s): the file begins in %(encoding)s, but this part is in another "
            "encoding or cut off. Save the file as UTF-8."
        ),
        "table.broken": _(
            "%(file)s, row %(row)s: the file is damaged (%(error)s). Correct this row, or save the table again as CSV."
        ),
        "table.broken_workbook": _(
            "%(file)s is a damaged Excel workbook (%(error)s). Open it in a spreadsheet program and save it again."
        ),
        "table.not_an_object": _('%(file)s, row %(row)s: expected a JSON object such as {"text": …}.'),
        "table.too_many_columns": _("%(file)s, row %(row)s: %(found)s columns; at most %(most)s are possible."),
        "table.too_large": _("%(file)s is too large: it may have %(most_mb)s MB unpacked."),
        "table.old_excel": _("%(file)s is an Excel file of the old kind (.xls). Save it as .xlsx or CSV."),
        "table.not_excel": _("%(file)s is a zip archive, but no Excel workbook."),
        "table.no_sheet": _("%(file)s has no sheet %(sheet)s. Found: %(found)s."),
        "table.columns_missing": _(
            "%(file)s lacks columns that the mapping names: %(missing)s. Expected: %(expected)s. Found: %(found)s."
        ),
        "table.no_codebook": _(
            "The mapping has answers, but the corpus has no codebook. Choose a codebook first, or import without "
            "answers."
        ),
        "table.unknown_task": _("The codebook has no task or link with the name %(task)s."),
        "table.no_text_column": _("No column is the text. Choose the column with the words that were said."),
        "table.field_twice": _("Several columns have the meaning “%(field)s”: %(columns)s. Only one can have it."),
        "table.no_task": _("%(column)s: choose the task that this column answers."),
        "table.answer_twice": _(
            "%(column)s: another column has the answers to %(task)s of the same rater (%(rater)s). Name the rater of "
            "each column."
        ),
        "table.mapping_broken": _("The mapping is no valid YAML: %(error)s"),
        "table.mapping_wrong": _("The mapping is wrong at %(where)s."),
        "remark.no_dialogue": _("rows without a dialogue, rejected"),
        "remark.no_text": _("rows without a text, rejected"),
        "remark.no_rater": _("rows without a rater, rejected"),
        "remark.order_missing": _("rows without a number for their order, rejected"),
        "remark.order_no_number": _("rows whose order is no number, rejected"),
        "remark.order_twice": _("rows with the order of an earlier row of the dialogue, rejected"),
        "remark.rater_twice": _("second rows of a rater on the same utterance, rejected"),
        "remark.name_too_long": _("rows with a name that is too long, rejected"),
        "remark.too_many_cells": _("rows with more cells than the header, rejected"),
        "remark.column_beyond_limit": _("columns after the 500th, left out"),
        "remark.header_repeated": _("repeated headers, skipped"),
        "remark.answer_unknown": _("unknown answers, left out"),
        "remark.answer_left_out": _("answers that the mapping leaves out"),
        "remark.answer_reworded": _("answers with other capital letters or spaces, mapped"),
        "remark.split_unknown": _("unknown splits, left empty"),
        "remark.time_unreadable": _("unreadable times, left empty"),
        "remark.time_missing": _("utterances with a start or an end alone, times left empty"),
        "remark.control_removed": _("texts with characters that cannot be stored, removed"),
        "remark.formula_restored": _("texts with an apostrophe before a formula, taken away"),
        "remark.id_repeated": _("dialogues with an utterance id that occurs twice, numbered"),
        "remark.id_missing": _("dialogues with an utterance without an id, numbered"),
    }
)
