"""Texts of this app's errors, jobs and stages."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "kind.export.release": _("Building a release"),
        "kind.export.difference": _("Comparing two releases"),
        "kind.export.training": _("Training baselines"),
        "stage.training_models": _("training the models"),
        "stage.reading_releases": _("reading the releases"),
        "stage.comparing": _("comparing"),
        "stage.comparing_with_previous": _("comparing with the previous release"),
        "stage.writing_splits": _("writing the splits"),
        "stage.copying_clips": _("copying the clips"),
        "stage.packing": _("packing"),
        "export.no_corpus": _("There is no corpus %(corpus)s."),
        "export.no_codebook": _("The corpus has no codebook in use."),
        "export.no_raters": _("None of these raters has answers in this corpus."),
        "export.unknown_rater": _("No such rater: %(raters)s. The raters of this corpus are: %(known)s."),
        "export.nothing_ready": _("No dialogue is ready; %(draft)s are drafts. Declare some of them ready first."),
        "export.nothing_judged": _("These raters have not finished any of the %(ready)s ready dialogues."),
        "export.nothing_complete": _(
            "Each of the %(dialogues)s labelled dialogues still lacks an annotator, so none is complete. Wait until "
            "one is, or label incomplete ones too (--incomplete include, or the option of the form)."
        ),
        "export.all_incomparable": _(
            "These questions would have no labels: %(questions)s. All their answers were given under codebook versions "
            "that ask them differently from version %(version)s, which is in use. Put a version in use that asks "
            "alike, or allow questions without labels (--allow-empty, or the option of the form)."
        ),
        "export.column_clash": _("Two columns would have the same name: %(columns)s. Rename a question."),
        "export.bad_option": _("There is no such option: %(option)s."),
        "export.source_folds": _("The published split is kept as it is, so it cannot be dealt into folds."),
        "export.unknown_release": _("There is no release %(name)s in the corpus, and no folder of one."),
        "export.split_not_remembered": _(
            "The release %(name)s is of an earlier version and does not know its split. Give its unpacked folder."
        ),
        "scores.unreadable": _("%(file)s cannot be read as scores of labels: line %(line)s does not have their form."),
        "scores.other_corpus": _("%(file)s has the scores of the corpus %(found)s, not of %(corpus)s."),
        "scores.not_training": _(
            "The dialogue %(dialogue)s is not in the training split of this release. Scores are for labels that models "
            "learn from; those of dev and test are audited at random."
        ),
        "export.no_question": _("The datasheet has no such question: %(questions)s."),
        "export.answer_too_long": _("An answer can have %(longest)s characters at most."),
        "export.unknown_question": _("No such question: %(questions)s. The questions are: %(known)s."),
        "export.split.divided": _(
            "The split of the earlier release divides the group %(name)s (dialogue %(dialogue)s). Choose another seed, "
            "which is a fresh draw, or a smaller group."
        ),
        "export.split.one_series": _("The corpus has only one series, so none can be left out."),
        "export.bad_method": _(
            "“%(method)s” is no consensus method. The methods are: %(known)s. Some take a number, as in threshold:0.7."
        ),
        "export.bad_ratios": _(
            "The shares have to be three whole numbers above zero, such as 80,10,10 (not %(ratios)s)."
        ),
        "export.bad_name": _(
            "“%(name)s” cannot be the name of a release. Use at most 60 lower-case letters, digits, dots and hyphens."
        ),
        "export.name_taken": _(
            "A release named %(name)s already exists. Choose another name: releases are never replaced."
        ),
        "export.same_release": _("Choose two different releases."),
        "training.not_installed": _(
            "Training needs torch, which is not installed here. Run `make baseline` on the server and restart Concord."
        ),
        "training.unknown_model": _("There is no model %(model)s. The models are: %(known)s."),
        "training.bad_seeds": _("Choose between 1 and %(most)s seeds."),
        "training.unfinished": _("Models are being trained on this release. Wait until they are finished."),
        "training.failed": _(
            "The training stopped: %(reason)s. Finished models are kept, so a further try goes on from there."
        ),
        "export.no_files": _("The files of %(name)s are not on the server."),
        "sharing.not_made": _("The release %(name)s has no files, so it cannot be shared."),
        "sharing.bad_expiry": _("Choose a day from today on, at most %(days)s days from now."),
        "sharing.unknown": _("There is no such link. Check that you copied all of it."),
        "sharing.revoked": _("This link was revoked. Ask the person who sent it for a new one."),
        "sharing.expired": _("This link has expired. Ask the person who sent it for a new one."),
        "sharing.discarded": _("This release was discarded, so its links have ended. Ask the person who sent it."),
        "sharing.too_much": _("Too many copies were downloaded from your network today. Try again tomorrow."),
        "sharing.too_fast": _("Too many requests came from your address. Try again in a minute."),
        "sharing.labels_here": _(
            "You label dialogues of this corpus or settle disagreements in it, so this link does not open for you: it "
            "shows the answers of others. Ask a manager."
        ),
        "export.not_made": _("The release %(name)s was not made yet, so it cannot be discarded."),
        "export.discarded_already": _("The release %(name)s was discarded before."),
        "export.final_already": _("The release %(name)s was marked as final before."),
        "export.severe_findings": _(
            "The release lists %(count)s severe findings. Give the reason why it is published all the same."
        ),
        "export.no_reason": _("Give a reason: it is all that remains of the release."),
        "export.made": _("The release %(name)s exists or is being built, so it cannot be deleted."),
        "export.not_a_folder": _("%(folder)s is a file."),
        "export.not_empty": _("%(folder)s is not empty. Use --force to replace a release in it."),
        "export.not_a_release": _("%(folder)s is not empty and does not contain a release. Choose another folder."),
        "export.disk_full": _("The disk is full, so no release was written. Free some space and try again."),
        "export.clip_damaged": _("The clip %(clip)s is missing from the media folder or was changed after it was cut."),
        "export.split.no_dialogues": _("There are no dialogues to split."),
        "export.split.bad_ratios": _("The shares have to be three whole numbers above zero."),
        "export.split.no_episode": _(
            "The dialogue %(dialogue)s has no episode, so the corpus cannot be split by episode."
        ),
        "export.split.unnamed_speaker": _(
            "An utterance of the dialogue %(dialogue)s has no speaker, so the corpus cannot be split by speaker."
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
            "%(count)s dialogues have no published split, for example %(first)s. Choose a random split."
        ),
        "export.split.leak.dialogue": _("The dialogue %(name)s is in two splits."),
        "export.split.leak.episode": _("The episode %(name)s is in two splits, once in the dialogue %(dialogue)s."),
        "export.split.leak.series": _("The series %(name)s is in two splits, once in the dialogue %(dialogue)s."),
        "export.split.leak.speaker": _("The speaker %(name)s is in two splits, once in the dialogue %(dialogue)s."),
    }
)
