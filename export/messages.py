"""The sentences of this app's refusals, and the names of its work."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "kind.export.release": _("Making a release"),
        "stage.writing_splits": _("writing the splits"),
        "stage.copying_clips": _("copying the clips"),
        "stage.packing": _("packing"),
        "export.no_corpus": _("There is no corpus %(corpus)s."),
        "export.no_codebook": _("The corpus has no codebook in use."),
        "export.no_raters": _("None of these raters has labels here."),
        "export.unknown_rater": _("No such rater: %(raters)s. The raters of this corpus are: %(known)s."),
        "export.nothing_ready": _("No dialogue is ready; %(draft)s are drafts."),
        "export.nothing_judged": _("None of the %(ready)s ready dialogues has finished labels of these raters."),
        "export.column_clash": _("Two columns would have the same name: %(columns)s. Rename a question."),
        "export.bad_option": _("There is no such split or group: %(option)s."),
        "export.bad_ratios": _(
            "The shares have to be three whole numbers above zero, such as 80,10,10 (not %(ratios)s)."
        ),
        "export.bad_name": _(
            "A release's name has lower-case letters, digits, dots and hyphens, at most 60 (not “%(name)s”)."
        ),
        "export.name_taken": _("There is a release %(name)s already; releases are never replaced."),
        "export.made": _("The release %(name)s is made or under way and stays."),
        "export.not_a_folder": _("%(folder)s is a file."),
        "export.not_empty": _("%(folder)s is not empty. --force replaces a release that is there."),
        "export.not_a_release": _("%(folder)s is not empty and holds no release, so it is not replaced."),
        "export.disk_full": _("The disk is full; nothing was kept of the release."),
        "export.clip_damaged": _("The clip %(clip)s is missing from the media folder or is no longer what was cut."),
        "export.split.no_dialogues": _("There is no dialogue to split."),
        "export.split.bad_ratios": _("The shares have to be three whole numbers above zero."),
        "export.split.no_episode": _(
            "The dialogue %(dialogue)s belongs to no episode, so dialogues can't be kept together by episode."
        ),
        "export.split.unnamed_speaker": _(
            "An utterance of the dialogue %(dialogue)s has no speaker, so dialogues can't be kept apart by speaker."
        ),
        "export.split.too_few_groups.dialogue": _("Three splits need at least three dialogues; there are %(count)s."),
        "export.split.too_few_groups.episode": _(
            "Three splits need at least three episodes; the %(dialogues)s dialogues come from %(count)s."
        ),
        "export.split.too_few_groups.series": _(
            "Three splits need at least three series; the %(dialogues)s dialogues come from %(count)s."
        ),
        "export.split.too_few_groups.speaker": _(
            "Three splits need at least three groups of dialogues that share no speaker; "
            "the %(dialogues)s dialogues make only %(count)s."
        ),
        "export.split.no_source_split": _(
            "The source of %(count)s dialogues says no split, of %(first)s for example; ask for a random split."
        ),
        "export.split.leak.dialogue": _("The dialogue %(name)s is in two splits."),
        "export.split.leak.episode": _("The episode %(name)s is in two splits, once in the dialogue %(dialogue)s."),
        "export.split.leak.series": _("The series %(name)s is in two splits, once in the dialogue %(dialogue)s."),
        "export.split.leak.speaker": _("The speaker %(name)s is in two splits, once in the dialogue %(dialogue)s."),
    }
)
