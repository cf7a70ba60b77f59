"""Texts of this app's errors, jobs and stages."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "kind.agreement.detect": _("Data check"),
        "stage.detecting": _("looking for problems in the data"),
        "agreement.no_codebook": _("The corpus has no codebook yet. Upload one before comparing answers."),
        "agreement.unknown_rater": _("No such rater in this corpus: %(raters)s."),
        "agreement.codes_missing": _(
            "Some annotations of the corpus %(corpus)s have no answer codes. Run manage.py rebuild_codes %(corpus)s, "
            "then try again."
        ),
        "findings.rules_missing": _("Write the rules down first."),
        "findings.rules_too_long": _("The rules may have at most %(longest)s characters."),
        "scores.unknown_question": _("No question is named %(question)s. The questions are: %(known)s."),
        "scores.bad_score": _("The score of %(utterance)s is %(score)s. Scores are numbers from 0 to 1."),
        "adjudication.no_feedback": _("This corpus gives no feedback."),
        "adjudication.nothing_settled": _("No dialogue is settled as a whole, so none can be used for calibration."),
        "adjudication.no_queue": _("The queue is not ready yet. It is computed in the background; try again later."),
        "adjudication.not_adjudicator": _("You are not an adjudicator of this corpus."),
        "adjudication.paused": _("You are paused and get no new cases. Ask the manager."),
        "adjudication.unknown_order": _("The queue has no order “%(order)s”."),
        "adjudication.unknown_utterance": _("This utterance does not belong to the corpus."),
        "adjudication.not_complete": _(
            "This utterance cannot be decided yet: its annotators are still at work, or only one labelled it."
        ),
        "adjudication.held": _("Another adjudicator is deciding this utterance at the moment."),
        "adjudication.labelled": _("You worked on this dialogue as an annotator, so others decide its utterances."),
        "adjudication.could_label": _(
            "You could still be given this dialogue as an annotator. Close it to yourself first, then decide it."
        ),
        "adjudication.not_in_group": _("%(person)s is neither an adjudicator nor a manager of this corpus."),
        "adjudication.superseded": _("This case was given to another adjudicator. What you sent late is kept."),
        "adjudication.undecided": _("This case has no decision yet. Decide it, or skip it."),
        "adjudication.still_blind": _("The answers are shown after you have decided without them."),
        "adjudication.second_is_done": _(
            "You decided this case as the second adjudicator, without the answers. It cannot be changed after they "
            "were shown."
        ),
        "adjudication.utterance_changed": _("The utterance was edited in the meantime. Look at it again."),
        "adjudication.unheard": _("Play the clip before you decide."),
        "adjudication.no_answers": _("This decision has no answers."),
        "adjudication.no_reason": _("Nobody gave this answer. Choose or type a reason."),
        "adjudication.unknown_reason": _("This reason is not in the corpus’s list any more. Choose another one."),
        "adjudication.unknown_column": _("There is no column %(column)s."),
        "adjudication.column_changed": _("The answers of column %(column)s have changed meanwhile. Look again."),
        "adjudication.nothing_to_undo": _("There is nothing to undo."),
        "adjudication.changed_since": _("The utterance was decided again since, so this cannot be undone."),
        "acceptance.unknown": _("Only unanimous or majority answers can be accepted in bulk."),
        "acceptance.unfinished": _("This acceptance is still being worked on. Undo it when it is done."),
        "kind.agreement.accept": _("Acceptance of agreed answers"),
        "kind.agreement.undo_acceptance": _("Undo of an acceptance"),
        "stage.agreement.accepting": _("accepting the answers"),
        "stage.agreement.undoing_acceptance": _("taking the acceptance back"),
        "late_decision.nothing": _("There is no late work of this adjudicator to review here."),
        "late_decision.second": _("Late work of a second adjudicator cannot be applied. Discard it."),
        "late_decision.no_reason": _("Write why you discard the late work; it stays stored with the reason."),
        "ruling.undecided": _("Decide the case first, or mark it for discussion."),
        "ruling.empty": _("Write what was doubtful and what holds."),
        "ruling.long": _("The text is too long. Use at most %(characters)s characters."),
        "ruling.unknown_question": _("The codebook does not have this question any more. Choose another one."),
        "ruling.asked": _("The past answers were asked again already. Make another ruling to ask others."),
        "ruling.nothing": _("No other utterance fits the filters. Change them, then ask again."),
        "adjudication.shares": _("The share of double cases can be at most the share of blind ones."),
        "adjudication.reasons": _(
            "At most %(most)s reasons, each with a short name of its own and a text of at most %(longest)s characters."
        ),
        "kind.agreement.queue": _("Adjudication queue"),
        "stage.agreement.comparing": _("comparing the annotations"),
        "stage.agreement.placing_audits": _("placing the utterances to audit"),
        "move.another_runs": _("Answers of this corpus are being moved already. Wait until that is done."),
        "move.moved_on": _(
            "These answers have been moved to version %(version)s since. Undo that move first, then this one."
        ),
        "move.not_done": _("Only a finished move can be undone."),
        "move.other_corpus": _("The codebook belongs to another corpus."),
        "move.same_version": _("Answers are moved between two different versions."),
        "move.started": _("This move has started already."),
        "kind.agreement.report": _("Agreement report"),
        "kind.agreement.live": _("Live figures"),
        "kind.agreement.preview_move": _("Preview of a move of answers"),
        "kind.agreement.move_answers": _("Move of answers to another codebook version"),
        "stage.counting_answers": _("counting the answers"),
        "stage.moving_answers": _("moving the answers"),
        "stage.reading_labels": _("reading the answers"),
        "stage.computing_figures": _("computing the figures"),
        "labels.filter.unknown": _(
            "There is no filter called %(name)s. Remove it from the address, or choose a filter in the form."
        ),
        "labels.filter.long": _("The value of %(name)s is too long. Use at most %(most)s characters."),
        "labels.filter.many": _("The filter %(name)s occurs too often. Use it at most %(most)s times."),
        "labels.filter.word": _("“%(value)s” is no value of the filter %(name)s. Use one of these: %(words)s."),
        "labels.filter.pair": _(
            "“%(value)s” does not fit the filter %(name)s. Write a question, a colon and one of these words: %(words)s."
        ),
        "labels.filter.number": _("“%(value)s” does not fit the filter %(name)s. Write a number from 0 to %(most)s."),
        "labels.filter.day": _("“%(value)s” is no day. Write the filter %(name)s like this: 2026-03-31."),
        "labels.filter.days": _("The first day, %(first)s, is after the last day, %(last)s. Exchange the two."),
        "labels.filter.condition": _(
            "The condition “%(condition)s” cannot be read (near “%(detail)s”). Write it like this: emotion == joy and "
            "not (sentiment == negative)."
        ),
        "labels.filter.unknown_question": _(
            "The codebook has no question “%(question)s”. Use one of these: %(questions)s."
        ),
        "labels.filter.unknown_answer": _("“%(answer)s” is no answer to %(question)s. Use one of these: %(answers)s."),
        "labels.filter.unknown_rater": _("There is no rater “%(rater)s”. Use one of these: %(raters)s."),
        "labels.filter.unknown_series": _("There is no series with this name: %(names)s. Write the whole name."),
        "labels.filter.unknown_episode": _("There is no episode with this title: %(names)s. Write the whole title."),
        "labels.filter.unknown_gender": _("No speaker of this corpus has this gender: %(names)s."),
        "labels.filter.unknown_age": _("No speaker of this corpus has this age group: %(names)s."),
        "labels.filter.unknown_speaker": _("There is no speaker with this name: %(names)s. Write the whole name."),
        "labels.filter.unknown_dialogue": _("There is no dialogue with this name: %(names)s. Write the whole name."),
        "labels.filter.unknown_batch": _("There is no batch %(batch)s. Choose one in the form."),
        "labels.filter.unknown_move": _("There is no such part of a move of answers: %(move)s. Parts: %(words)s."),
        "labels.filter.unknown_ruling": _("There is no ruling %(ruling)s. The list of rulings has their numbers."),
        "labels.filter.unknown_release": _(
            "There is no split %(release)s of a release. Write the name of the release, a colon, and the split."
        ),
        "labels.filter.unknown_finding": _("There is no finding %(finding)s any more. Choose a kind in the form."),
        "labels.filter.names_raters": _(
            "Adjudicators do not learn who gave an answer, so filters on single raters cannot be used. Remove them."
        ),
        "labels.place_gone": _("The utterance at which this page began is gone. Start again from the first page."),
        "kind.agreement.label_index": _("Answers for the search"),
    }
)
