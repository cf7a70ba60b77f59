"""The sentences about imports: refusals, stages, and kinds of what is found wrong in a source's files."""

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
        "import.not_empty": _("The corpus %(corpus)s is not empty; a source is imported into an empty corpus, once."),
        "import.file_missing": _("The file %(file)s is missing."),
        "import.encoding": _("%(file)s: the encoding is not known; GB18030, UTF-8 and UTF-16 are read."),
        "import.header": _("%(file)s: the first row is not the expected header: %(expected)s"),
        "import.columns": _("%(file)s, row %(row)s: %(found)s columns where %(expected)s are expected."),
        "import.unknown_label": _("%(file)s, row %(row)s, %(column)s: the label “%(value)s” is not known."),
        "import.time_unreadable": _("%(file)s, row %(row)s, %(column)s: “%(value)s” is no time."),
        "import.id_unreadable": _("%(file)s, row %(row)s: “%(id)s” is not an id of this kind."),
        "import.id_twice": _("%(file)s, row %(row)s: the id %(id)s is given twice."),
        "found.blank_row": _("blank rows, skipped"),
        "found.header_misspelt": _("headers misspelt, read as meant"),
        "found.id_without_number": _("ids without a number, numbered"),
        "found.time_misspelt": _("times misspelt, read as meant"),
        "found.ends_before_start": _("utterances that end before they start, times left empty"),
        "found.no_length": _("utterances without any length, times left empty"),
        "found.overlaps_previous": _("utterances that start before the previous one ends, kept"),
        "found.label_misspelt": _("labels misspelt, read as meant"),
        "found.half_step": _("half steps between two values, rounded away from zero"),
        "found.pull_of_nothing_on_nothing": _(
            "sarcasm-to-humor values on utterances that are neither sarcastic nor funny, kept"
        ),
        "found.repeated_block": _("columns that end in one block repeated over and over, kept"),
        "found.duplicate_dialogue": _("dialogues that say the same as an earlier one, kept"),
        "found.speaker_not_described": _("speakers that the roles do not describe, added by name"),
        "found.name_with_spaces": _("names with spaces around them, trimmed"),
        "found.age_reworded": _("ages in other words than the header's, mapped"),
        "found.topic_missing": _("dialogues without a topic, left empty"),
    }
)
