"""Error messages of this app."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "annotator.no_codebook": _("This corpus has no codebook yet, so there is nothing to label."),
        "annotator.paused": _(
            "The manager paused your work in this corpus, so you get no new dialogues. Ask the manager when it goes on."
        ),
        "annotator.dialogue_closed": _(
            "This dialogue is closed to its annotator, who has seen the answers of others to it in the meantime."
        ),
        "annotator.dialogue_held": _(
            "You are labelling %(dialogue)s at the moment. Submit or return it before you open the answers of others."
        ),
        "annotator.absent": _(
            "You are absent until %(until)s, so you get no new dialogues. If you are back earlier, tell the manager."
        ),
        "annotator.share_done": _(
            "Your share is done: you have %(count)s dialogues, and the manager planned %(most)s for you. Thank you."
        ),
        "annotator.week_done": _(
            "Your share of this week is done: %(count)s new dialogues, and %(most)s were planned. The next ones come "
            "on Monday."
        ),
        "annotator.quota_out_of_range": _("Enter a number of dialogues from 1 to %(most)s, or none for no limit."),
        "annotator.absence_dates": _(
            "The last day has to be today or later, not before the first day, and at most a year after it."
        ),
        "annotator.not_done": _("This dialogue has not been submitted."),
        "annotator.no_comment": _("Describe what needs to change."),
        "annotator.no_annotator": _("Only annotators can be paused."),
        "hand_over.nothing": _("This person has no open work that others can do."),
        "hand_over.nobody": _(
            "None of these people can get work: they are paused, absent, not qualified, or no longer annotators."
        ),
        "batch.nobody": _("Select at least one person."),
        "second_round.nobody": _(
            "Nobody can answer these dialogues again: their annotators are away, have seen the answers of others, or "
            "have a second round of them already."
        ),
        "batch.few_people": _(
            "To share the work evenly, select at least %(k)s people: each dialogue is judged by that many."
        ),
        "batch.share_out_of_range": _("Enter a share from 1 to 99 percent."),
        "batch.share_k": _("The share needs more annotators per dialogue than the rest, which has %(k)s."),
        "batch.share_too_small": _(
            "The selection has %(count)s dialogues: too few for this share, since share and rest need one at least."
        ),
        "batch.no_dialogues": _("No dialogues are left for this selection."),
        "batch.too_many": _(
            "A batch holds at most %(most)s dialogues. Set a number, or select a series or an episode."
        ),
        "batch.settled": _("The batch was dissolved or resumed in the meantime. No further dialogues were added."),
        "batch.being_filled": _("The batch is still being created. Wait until it is complete."),
        "kind.annotator.batch": _("Creating a batch"),
        "kind.annotator.dealing": _("Preparing work for annotators"),
        "stage.annotator.dealing": _("creating slots"),
        "kind.annotator.work_sums": _("Counting work"),
        "stage.annotator.work_sums": _("counting dialogues"),
        "kind.annotator.check_speed": _("Looking for fast labelling"),
        "kind.annotator.judging": _("Scoring hidden gold"),
        "stage.annotator.judging": _("scoring dialogues"),
        "stage.batch.choosing": _("selecting dialogues"),
        "stage.batch.adding": _("adding dialogues"),
        "batch.not_dissolved": _("Only main batches created by a manager can be dissolved."),
        "batch.no_unfillable_slots": _("This person has no reserved slots that need to be reassigned."),
        "batch.retest_stays": _("A retest repeats a person's own dialogues, so no one else can take these slots."),
        "batch.nothing_to_retest": _(
            "None of these people has a dialogue that is at least %(days)s days and %(dialogues)s dialogues old."
        ),
        "hours.bad_days": _("The last day is before the first one."),
        "hours.too_many_days": _("Choose at most %(days)s days."),
        "hours.bad_rate": _("Enter an amount from 0 to 999999.99 with at most two decimals."),
        "hours.bad_currency": _("Enter the currency as three letters, such as EUR or CNY."),
        "hours.other_currency": _("All rates of a corpus have one currency; this one uses %(currency)s."),
        "hours.other_corpus": _("This person is not a member of the corpus."),
        "late_work.nothing": _("There is no late work left to review here."),
        "late_work.no_slot": _("All slots of this dialogue are taken. Release one first, or discard the late work."),
        "late_work.draft": _("This dialogue is a draft again. Declare it ready first, or discard the late work."),
        "late_work.no_reason": _("Enter a reason for discarding it."),
        "annotator.no_rater": _("Your membership has no annotator name. Ask the manager to set your role again."),
        "annotator.superseded": _(
            "This dialogue was given to someone else after a long pause. What you sent since then is stored "
            "as late work for the manager to review."
        ),
        "annotator.unfinished": _("%(left)s utterances of this dialogue still need answers."),
        "annotator.not_open": _("This assignment is already finished or released."),
        "annotator.unknown_utterance": _("This utterance no longer belongs to the dialogue."),
        "annotator.daily_limit": _(
            "You have reached today's limit of %(minutes)s minutes. Judgement declines before you feel tired. "
            "Everything is saved; please continue tomorrow."
        ),
        "annotator.shortcut_off": _("This codebook does not allow answering all questions with one key."),
        "annotator.page_outdated": _(
            "The codebook has changed to version %(version)s. Your answers are stored and were moved to it."
        ),
        "annotator.changed_since": _(
            "The utterance was edited after you answered it, so your earlier answers cannot be restored."
        ),
        "annotator.shortcut_unheard": _("Play the clip before you answer all questions with one key."),
        "annotator.utterance_changed": _("The utterance was edited after it was shown to you. Please answer it again."),
        "annotator.id_taken": _("Another message already has this id."),
        "annotator.too_long": _("Too long: use at most %(longest)s characters."),
        "annotator.other_guideline": _("This guideline version belongs to another corpus."),
        "flag.unknown": _("The flag was not found. Reload the page."),
        "flag.unknown_reason": _("Select a reason for the flag."),
        "flag.no_proposal_wanted": _("New times are only allowed for a bad cut, with both start and end."),
        "flag.settled": _("This flag has already been settled."),
        "return.unknown_reason": _("Select a reason for returning the dialogue."),
        "return.handed_in": _("The dialogue is already submitted, so it cannot be returned. Undo reopens it."),
        "return.settled": _("This return has already been settled."),
        "return.slot_taken": _("Someone else has taken the slot in the meantime."),
        "inquiry.empty": _("Enter your inquiry."),
        "inquiry.no_reply": _("Enter a reply."),
        "inquiry.open": _("Reply to the inquiry first."),
        "inquiry.in_guideline": _("This inquiry is already in the guideline."),
        "correction.no_reason": _("Select a reason for the correction, then save it again."),
        "correction.no_comment": _("Describe the reason for the correction, then save it again."),
        "correction.batch_closed": _(
            "The manager has stopped this batch, so its answers stay as they are. Ask the manager if one is wrong."
        ),
        "correction.excluded": _("The manager has excluded this dialogue, so its answers do not count."),
        "correction.held_back": _(
            "This dialogue is closed to corrections at the moment: some dialogues are, so that the corpus can be "
            "checked. Ask the manager if an answer is wrong."
        ),
        "correction.of_calibration": _("Training and test dialogues cannot be corrected."),
        "annotator.nothing_to_undo": _("There is nothing to undo."),
        "annotator.not_the_author": _("These answers belong to someone else, who must sign in to send them."),
        "annotator.not_qualified": _(
            "You need to pass the qualification test before you can do this work. Ask the manager what to do next."
        ),
        "annotator.no_lesson": _("There are no accepted answers to show here."),
        "annotator.not_committed": _("The accepted answers are shown after yours are saved."),
        "calibration.impossible_answer": _("%(question)s: the codebook does not have this answer."),
        "calibration.reason_too_long": _("Use at most %(longest)s characters for a reason."),
        "calibration.no_expert_labels": _(
            "%(dialogue)s: some utterances have no answers from any of the selected people."
        ),
        "calibration.out_of_range": _("The pass mark, the number of attempts or the share of gold is out of range."),
        "calibration.none_for_training": _("No dialogue has been selected for training."),
        "calibration.none_for_test": _("No dialogue has been selected for the test."),
        "calibration.none_for_gold": _("No dialogue has been selected as gold."),
        "calibration.unknown_use": _("Select a purpose, and a valid number of the test set."),
        "calibration.not_ready": _("%(dialogue)s is not ready yet."),
        "calibration.lacks_answers": _("%(dialogue)s: accepted answers are missing."),
        "calibration.used_before": _("%(dialogue)s was already given to annotators for another purpose."),
        "calibration.no_test_left": _("This person has taken every test set. Select dialogues for another one first."),
        "calibration.none_agrees": _(
            "There are no further dialogues on which at least two of the selected people agree."
        ),
        "calibration.nothing_chosen": _("Select at least one dialogue."),
        "calibration.nobody_chosen": _("Select the people whose answers count."),
    }
)
