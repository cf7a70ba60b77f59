"""The sentences of this app's refusals."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "annotator.no_codebook": _("This corpus has no codebook yet, so there is nothing to label."),
        "annotator.paused": _("The manager has paused your work in this corpus; there is nothing new for you now."),
        "annotator.not_done": _("This dialogue is not handed in."),
        "annotator.no_comment": _("Say what is to be done about it."),
        "annotator.no_annotator": _("Only annotators can be paused."),
        "batch.nobody": _("Name at least one person."),
        "batch.few_people": _("To share the work out, name at least %(k)s people: that many judge each dialogue."),
        "batch.no_dialogues": _("No dialogue is left for this choice."),
        "batch.too_many": _(
            "A batch holds %(most)s dialogues at most; set a number, or choose a series or an episode."
        ),
        "batch.settled": _("The batch was dissolved or let go on meanwhile: nothing is added to it any more."),
        "batch.being_made": _("The batch is still being made; wait until it is whole."),
        "kind.annotator.batch": _("Making a batch"),
        "stage.batch.choosing": _("choosing the dialogues"),
        "stage.batch.adding": _("adding the dialogues"),
        "batch.not_dissolved": _("Only a batch of your own for main judgements can be dissolved."),
        "batch.nothing_stranded": _("No place is kept in vain for this person any more."),
        "batch.retest_stays": _(
            "A retest asks people about dialogues of their own, so nobody else can take these places."
        ),
        "batch.nothing_to_retest": _(
            "None of these people judged anything at least %(days)s days and %(dialogues)s dialogues ago."
        ),
        "kept.nothing": _("Nothing of it is kept apart any more."),
        "kept.no_place": _(
            "All places of this dialogue are taken, so there is none for a fresh judgement. Take one back first, or "
            "discard this work."
        ),
        "kept.no_reason": _("Say why it is discarded."),
        "annotator.no_rater": _("Your membership has no name to label under; ask the manager to set your role again."),
        "annotator.superseded": _(
            "This dialogue was given to someone else after a long pause. What you sent since is kept for the manager."
        ),
        "annotator.unfinished": _("%(left)s utterances of this dialogue have no labels yet."),
        "annotator.not_open": _("This assignment is finished or was released before."),
        "annotator.unknown_utterance": _("This utterance does not belong to the dialogue any more."),
        "annotator.daily_limit": _(
            "You have worked %(minutes)s minutes today, and that is enough: judgement tires before one notices. "
            "Everything is saved; go on tomorrow."
        ),
        "annotator.shortcut_off": _("This codebook does not allow answering all questions with one key."),
        "annotator.changed_since": _(
            "The utterance was changed since, so what you judged of it before can't stand again."
        ),
        "annotator.shortcut_unheard": _("One key answers all questions only after the clip was played."),
        "annotator.utterance_changed": _("The utterance was changed after it had been shown to you. Judge it again."),
        "annotator.id_taken": _("This message has an id that another one has already."),
        "annotator.too_long": _("That is too long: at most %(longest)s characters."),
        "annotator.other_guideline": _("This version of the guideline is not of this corpus."),
        "flag.unknown": _("There is no such flag of yours."),
        "flag.unknown_reason": _("This is no reason for a flag."),
        "flag.no_proposal_wanted": _("Only a bad cut comes with a new start and end, and then with both."),
        "flag.settled": _("This flag was settled already."),
        "return.unknown_reason": _("This is no reason for returning a dialogue."),
        "return.handed_in": _("The dialogue is handed in, so it can't be returned. Undo takes it up again."),
        "return.settled": _("This was settled already."),
        "return.place_taken": _("Somebody else works on it by now, in the place of who returned it."),
        "question.empty": _("Write the question."),
        "question.no_reply": _("Write the answer."),
        "question.open": _("Answer the question first."),
        "question.in_guideline": _("The guideline has this question already."),
        "annotator.nothing_to_undo": _("There is nothing to undo here."),
        "annotator.not_the_author": _("These labels belong to another person, who has to sign in to send them."),
        "annotator.not_qualified": _(
            "The qualification test comes before this work, and it is not passed yet. Ask the manager what to do next."
        ),
        "annotator.no_lesson": _("There are no answers to show here."),
        "annotator.not_committed": _("The accepted answers are shown once yours are saved."),
        "calibration.impossible_answer": _("%(question)s: the codebook has no such answer."),
        "calibration.reason_too_long": _("A reason has at most %(longest)s characters."),
        "calibration.no_expert_labels": _(
            "%(dialogue)s: there are utterances that none of the chosen people has labelled."
        ),
        "calibration.out_of_range": _("The pass mark, the number of attempts or the share of gold is out of range."),
        "calibration.none_for_training": _("No dialogue is chosen for training yet."),
        "calibration.none_for_test": _("No dialogue is chosen for the test yet."),
        "calibration.none_for_gold": _("No dialogue is chosen as gold yet."),
        "calibration.unknown_use": _("That is no use of a dialogue, or no number of a test set."),
        "calibration.not_ready": _("%(dialogue)s is not ready yet."),
        "calibration.lacks_answers": _("%(dialogue)s: accepted answers are missing."),
        "calibration.used_before": _("%(dialogue)s has been given to people for another use before."),
        "calibration.no_test_left": _("This person knows every test set. Choose dialogues for another one first."),
        "calibration.none_agrees": _("There is no further dialogue on which at least two of the chosen people agree."),
        "calibration.nothing_chosen": _("Choose at least one dialogue."),
        "calibration.nobody_chosen": _("Choose whose labels count."),
    }
)
