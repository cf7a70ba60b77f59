"""Texts about archived, renamed and deleted corpora: errors, and kinds and stages of jobs."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "corpus.archived": _(
            "This corpus is archived: nothing in it can be changed. A manager can make it writable again in its "
            "settings."
        ),
        "corpus.kept": _(
            "This cannot be deleted, because answers of annotators depend on it, and answers are kept. Delete the "
            "episode, the series or the whole corpus instead."
        ),
        "corpus.being_deleted": _("The corpus is being deleted."),
        "corpus.not_marked": _("Nobody asked to delete the corpus %(slug)s. Use the settings of the corpus."),
        "corpus.name_not_typed": _("Type this name exactly to confirm: %(name)s"),
        "corpus.bad_slug": _(
            "%(slug)s cannot be a short name. Use 1 to 60 lower-case letters, digits and hyphens, with a letter or "
            "digit first."
        ),
        "kind.corpus.delete": _("Deletion of a corpus"),
        "kind.corpus.delete_part": _("Deletion"),
        "stage.deleting_rows": _("deleting the data"),
        "stage.deleting_files": _("deleting the files"),
        "stage.deleting_dialogues": _("deleting dialogues"),
    }
)
