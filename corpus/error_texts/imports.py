"""Texts about imports: refusals, stages, and kinds of import remarks."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "kind.corpus.import": _("Importing a corpus"),
        "importer.cmma": _("CMMA, Chinese multi-modal affect in TV dialogues"),
        "importer.concord": _("a release of Concord (manifest.json with train, dev and test.jsonl)"),
        "importer.cped": _(
            "CPED, sentiment, emotion and dialogue acts in Chinese TV shows (train/valid/test_split.csv)"
        ),
        "importer.doccano": _("doccano, JSONL export of a text classification, one file per annotator"),
        "importer.eaf": _("ELAN, EAF files: tiers as speakers, the tiers below them as answers"),
        "importer.emotionlines": _(
            "EmotionLines and EmotionX, five votes on emotion (friends*.json, emotionpush*.json)"
        ),
        "importer.label-studio": _("Label Studio, JSON export with the annotations of every annotator"),
        "importer.lewidi": _(
            "Learning With Disagreements (LeWiDi), JSON with the label of every annotator (*_train.json …)"
        ),
        "importer.m3ed": _("M3ED, emotions of three raters in Chinese TV series (annotation.json)"),
        "importer.meld": _("MELD, emotion and sentiment in Friends (train/dev/test_sent_emo.csv)"),
        "importer.mustard": _("MUStARD (sarcasm_data.json) and MUStARD++ (mustard++_text.csv), sarcasm with context"),
        "kind.corpus.import_table": _("Importing a table"),
        "kind.corpus.join_clips": _("Joining the clips of an episode"),
        "kind.corpus.undo_import": _("Undoing an import"),
        "stage.import.reading": _("reading the files"),
        "stage.import.writing": _("importing utterances"),
        "stage.import.joining_clips": _("joining clips"),
        "import.no_clips": _("No clip of this episode can be used. Check the folder of the source."),
        "import.not_a_folder": _("%(folder)s does not exist."),
        "import.no_file": _("Choose a file (at most %(most)s at once)."),
        "import.one_table": _("These files are no published corpus that Concord knows. Upload one table at a time."),
        "import.unknown_importer": _("Concord has no importer with the name %(importer)s."),
        "import.not_published": _("Only a finished import can be undone."),
        "import.not_prepared": _("This table is being imported, or was imported already."),
        "import.no_name": _("Give the mapping a name."),
        "import.answered": _(
            "A member has answered utterances of this import already, so it cannot be undone. You can exclude single "
            "dialogues instead."
        ),
        "import.no_such_person": _("No account has the user name %(username)s."),
        "import.not_a_slug": _("%(slug)s is not a valid short name of a corpus: use letters, digits and hyphens."),
        "import.slug_reserved": _("%(slug)s is not a valid short name of a corpus: it is the address of another page."),
        "import.no_codebook": _("The corpus %(corpus)s has no codebook. Add one before you import labels."),
        "import.not_empty": _(
            "The corpus %(corpus)s is not empty. A source can only be imported into an empty corpus."
        ),
        "import.busy": _("Another import into the corpus %(corpus)s is not finished yet. Wait for it and try again."),
        "import.rater_taken": _(
            "The corpus has a member or model with the name %(rater)s. Give this rater another one."
        ),
        "import.dialogue_exists": _(
            "The corpus has a dialogue with the name %(dialogue)s already. If you want to import this file again, undo "
            "the earlier import first."
        ),
        "import.name_too_long": _(
            "Dialogue %(dialogue)s, utterance %(number)s: the name “%(name)s …” is longer than %(longest)s characters."
        ),
        "import.file_missing": _("The file %(file)s is missing."),
        "import.encoding": _(
            "%(file)s, line %(line)s (byte %(byte)s): the encoding was not recognized. Save the file as UTF-8."
        ),
        "import.file_too_large": _("%(file)s is larger than %(most_mb)s MB."),
        "import.csv": _(
            "%(file)s, row %(row)s: this row cannot be read (%(error)s). Often a quotation mark is never closed."
        ),
        "import.json": _("%(file)s, row %(row)s: this is no JSON (%(error)s)."),
        "import.json_entry": _(
            "%(file)s, at %(where)s: not the expected form. Expected: %(expected)s. Found: %(found)s."
        ),
        "import.xml": _("%(file)s, line %(row)s: this is no EAF file (%(error)s)."),
        "import.votes": _("%(file)s, at %(where)s: “%(value)s” is not the count of %(expected)s votes."),
        "import.codebook_unreadable": _("%(file)s: the codebook cannot be read (%(error)s)."),
        "import.header": _(
            "%(file)s: the first row is not the expected header. Expected: %(expected)s. Found: %(found)s."
        ),
        "import.columns": _("%(file)s, row %(row)s: %(found)s columns where %(expected)s are expected."),
        "import.unknown_label": _("%(file)s, row %(row)s, %(column)s: unknown label “%(value)s”."),
        "import.time_unreadable": _("%(file)s, row %(row)s, %(column)s: “%(value)s” is not a time."),
        "import.id_unreadable": _("%(file)s, row %(row)s: “%(id)s” is not a valid id."),
        "import.id_twice": _("%(file)s, row %(row)s: the id %(id)s occurs twice."),
        "remark.blank_row": _("blank rows, skipped"),
        "remark.header_misspelt": _("misspelt headers, corrected"),
        "remark.id_without_number": _("ids without a number, numbered"),
        "remark.time_misspelt": _("misspelt times, corrected"),
        "remark.ends_before_start": _("utterances that end before they start, times left empty"),
        "remark.no_length": _("utterances of zero length, times left empty"),
        "remark.overlaps_previous": _("utterances that start before the previous one ends, kept"),
        "remark.label_misspelt": _("misspelt labels, corrected"),
        "remark.half_step": _("half steps between two values, rounded away from zero"),
        "remark.pull_of_nothing_on_nothing": _(
            "sarcasm-to-humor values on utterances that are neither sarcastic nor funny, kept"
        ),
        "remark.speaker_not_described": _("speakers without a description of their role, added by name"),
        "remark.name_with_spaces": _("names with spaces around them, trimmed"),
        "remark.age_reworded": _("ages worded differently from the header, mapped"),
        "remark.empty_dialogue": _("dialogues without an utterance, skipped"),
        "remark.windows_1252": _("texts with control characters, read as Windows-1252"),
        "remark.majority_differs": _("majorities that the votes do not give, kept"),
        "remark.speakers_missing": _("contexts with a wrong number of speakers, speakers left empty"),
        "remark.votes_differ": _("items with more or fewer labels than annotators, labels left out"),
        "remark.cancelled": _("cancelled annotations, left out"),
        "remark.kind_unknown": _("labels of parts of a text, which no task can take, left out"),
        "remark.no_utterance": _("answers without an utterance, left out"),
        "remark.topic_missing": _("dialogues without a topic, left empty"),
    }
)
