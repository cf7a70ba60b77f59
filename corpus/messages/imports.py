"""Texts about imports: refusals, stages, and kinds of import remarks."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "kind.corpus.import": _("Importing a corpus"),
        "stage.import.reading": _("reading the files"),
        "stage.import.writing": _("bringing in utterances"),
        "import.not_a_folder": _("There is no folder %(folder)s."),
        "import.no_such_person": _("There is nobody with the user name %(username)s."),
        "import.not_a_slug": _("%(slug)s cannot be a corpus's short name: use letters, digits and hyphens."),
        "import.slug_reserved": _("%(slug)s cannot be a corpus's short name: it is an address of another page."),
        "import.no_codebook": _("The corpus %(corpus)s has no codebook. Add one before you import labels."),
        "import.not_empty": _("The corpus %(corpus)s is not empty; a source is imported into an empty corpus, once."),
        "import.file_missing": _("The file %(file)s is missing."),
        "import.encoding": _("%(file)s: the encoding is not known; GB18030, UTF-8 and UTF-16 are read."),
        "import.header": _("%(file)s: the first row is not the expected header: %(expected)s"),
        "import.columns": _("%(file)s, row %(row)s: %(found)s columns where %(expected)s are expected."),
        "import.unknown_label": _("%(file)s, row %(row)s, %(column)s: the label “%(value)s” is not known."),
        "import.time_unreadable": _("%(file)s, row %(row)s, %(column)s: “%(value)s” is no time."),
        "import.id_unreadable": _("%(file)s, row %(row)s: “%(id)s” is not an id of this kind."),
        "import.id_twice": _("%(file)s, row %(row)s: the id %(id)s is given twice."),
        "remark.blank_row": _("blank rows, skipped"),
        "remark.header_misspelt": _("headers misspelt, read as meant"),
        "remark.id_without_number": _("ids without a number, numbered"),
        "remark.time_misspelt": _("times misspelt, read as meant"),
        "remark.ends_before_start": _("utterances that end before they start, times left empty"),
        "remark.no_length": _("utterances without any length, times left empty"),
        "remark.overlaps_previous": _("utterances that start before the previous one ends, kept"),
        "remark.label_misspelt": _("labels misspelt, read as meant"),
        "remark.half_step": _("half steps between two values, rounded away from zero"),
        "remark.pull_of_nothing_on_nothing": _(
            "sarcasm-to-humor values on utterances that are neither sarcastic nor funny, kept"
        ),
        "remark.speaker_not_described": _("speakers that the roles do not describe, added by name"),
        "remark.name_with_spaces": _("names with spaces around them, trimmed"),
        "remark.age_reworded": _("ages in other words than the header's, mapped"),
        "remark.topic_missing": _("dialogues without a topic, left empty"),
    }
)
