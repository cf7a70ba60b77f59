"""Texts about codebooks, guidelines and answers: errors and problems."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe, sentence
from corpus.rules.codebook import Problem

describe(
    {
        "codebook.already_there": _("This codebook already exists as version %(version)s."),
        "codebook.not_shipped": _("Concord does not include a codebook named %(name)s."),
        "codebook.not_text": _("The file %(file)s is not UTF-8 text."),
        "codebook.other_corpus": _("The codebook belongs to another corpus."),
        "guideline.moved_on": _(
            "Someone else has edited the guideline in the meantime (version %(version)s). Copy your "
            "text, reload the page and insert it there."
        ),
        "guideline.empty": _("Enter the guideline in at least one language."),
        "guideline.too_long": _("A guideline may have at most %(characters)s characters per language."),
        "labels.unfit": _("The answers do not fit the codebook: %(problems)s"),
        "labels.other_corpus": _("The rater, the utterance and the codebook belong to different corpora."),
        "labels.nothing_answered": _("There are no answers to commit."),
        "labels.operation_reused": _("Operation %(operation)s was already used for another utterance."),
        "labels.not_a_source": _("%(rater)s is not a source. Published labels can only be imported for a source."),
        # problems of a codebook's YAML; %(detail)s is the text found, or the expected one
        "problem.too_long": _("a codebook may have at most %(detail)s characters"),
        "problem.too_many_nodes": _("a codebook may have at most %(detail)s entries in all"),
        "problem.too_many": _("at most %(detail)s entries are allowed here"),
        "problem.more": _("and %(detail)s more problems; correct these first"),
        "problem.not_yaml": _("this is not valid YAML, or uses a feature that is not supported: %(detail)s"),
        "problem.not_a_mapping": _("a mapping (name: value) is expected"),
        "problem.not_a_list": _("a list is expected: [one, another]"),
        "problem.not_a_name": _("“%(detail)s” is not a valid name or number"),
        "problem.not_one_of": _("one of these values is expected: %(detail)s"),
        "problem.not_a_text": _("a text of at most %(detail)s characters is expected"),
        "problem.not_a_language": _("“%(detail)s” is not a language code such as zh or en"),
        "problem.given_twice": _("“%(detail)s” occurs twice"),
        "problem.unknown_name": _("“%(detail)s” is not a known name"),
        "problem.missing": _("this entry is missing"),
        "problem.empty": _("this entry is empty"),
        "problem.reserved": _("“%(detail)s” is a reserved word"),
        "problem.too_few": _("at least two are needed"),
        "problem.not_two_choices": _("a binary task has two choices, not %(detail)s"),
        "problem.many_needs_nominal": _("only a nominal task can allow several choices; this one is %(detail)s"),
        "problem.interval_needs_numbers": _(
            "the choices of an interval task must be whole numbers such as 0 or -2, which “%(detail)s” is not; a task "
            "with words in order is ordinal"
        ),
        "problem.distances_of_sets": _("a task that allows several choices has no distances between them"),
        "problem.not_a_matrix": _("%(detail)s rows with %(detail)s distances each are expected, one per choice"),
        "problem.distance_to_itself": _("the distance of a choice to itself is 0"),
        "problem.not_symmetric": _("the distance must be the same in both directions: %(detail)s"),
        "problem.no_distances": _("at least one distance must be above 0"),
        "problem.ends_need_order": _("only a task with the scale ordinal or interval has the ends low and high"),
        "problem.not_ascending": _("the values must be in ascending order"),
        "problem.link_to_itself": _("a link must connect two different tasks"),
        "problem.unknown_task": _("there is no task “%(detail)s”"),
        "problem.unknown_question": _("there is no task or link “%(detail)s”"),
        "problem.unknown_answer": _("this answer does not exist (%(detail)s)"),
        "problem.unknown_text": _("there is no task, link or answer “%(detail)s”"),
        "problem.not_one_key_each": _("one key per answer is needed, %(detail)s in total"),
        "problem.not_a_key": _("“%(detail)s” is not an allowed key (a to z, 1 to 9 and , . / ;)"),
        "problem.key_of_the_page": _("the labelling page uses this key: %(detail)s"),
        "problem.key_taken": _("the key is already used: %(detail)s"),
        "problem.condition_ends_early": _("the condition ends too early: %(detail)s"),
        "problem.condition_unexpected": _("unexpected “%(detail)s” in the condition"),
        "problem.condition_unclosed": _("a bracket of the condition is not closed: %(detail)s"),
        "problem.condition_too_deep": _("the condition is nested too deep: %(detail)s"),
        "problem.condition_too_long": _("a condition may have at most %(detail)s characters"),
        "problem.condition_too_many": _("a condition may have at most %(detail)s comparisons"),
        "problem.condition_not_a_comparison": _("“%(detail)s” is not compared with anything (== or !=)"),
        # problems of a mapping of answers to another version
        "problem.other_kind": _("a task cannot become a link, nor a link a task (%(detail)s)"),
        "problem.no_target": _("the new version does not have “%(detail)s”: choose what becomes of it"),
        "problem.not_added": _("“%(detail)s” is not a new question"),
        "problem.not_a_target": _("an answer, a list of answers, or null is expected"),
        "problem.cannot_judge_is_off": _("this codebook does not allow “cannot judge”"),
        "problem.not_applicable": _("this link is not asked here, so it must not have a value"),
    }
)


def problem_sentence(problem: Problem) -> str:
    """Return the text of a problem in the active language."""
    return sentence(f"problem.{problem.code}", {"detail": problem.detail})
