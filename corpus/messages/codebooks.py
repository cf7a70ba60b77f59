"""The sentences of what can be wrong with codebooks, guidelines, labels and answers."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe, sentence
from corpus.rules.codebook import Problem

describe(
    {
        "codebook.already_there": _("This very codebook is already there, as version %(version)s."),
        "codebook.not_shipped": _("No codebook called %(name)s comes with Concord."),
        "codebook.not_text": _("The file %(file)s is not UTF-8 text."),
        "codebook.other_corpus": _("The codebook belongs to another corpus."),
        "guideline.moved_on": _(
            "Somebody else has changed the guideline meanwhile (version %(version)s). Copy your text, open the page "
            "again and put it in there."
        ),
        "guideline.empty": _("A guideline needs a text in at least one language."),
        "guideline.too_long": _("A guideline has at most %(characters)s characters in each language."),
        "labels.unfit": _("The answers do not fit the codebook: %(problems)s"),
        "labels.other_corpus": _("The rater, the utterance and the codebook do not belong to one corpus."),
        "labels.nothing_answered": _("There are no answers to commit."),
        "labels.operation_reused": _("The operation %(operation)s was already used for another utterance."),
        "labels.not_a_source": _("%(rater)s is not a source: labels are imported for sources only."),
        # what is wrong with a codebook's YAML; %(detail)s is what was found, or what may stand there
        "problem.too_long": _("a codebook has at most %(detail)s characters"),
        "problem.not_yaml": _("this is not YAML as it is taken here: %(detail)s"),
        "problem.not_a_mapping": _("names with values (name: value) belong here"),
        "problem.not_a_list": _("a list belongs here: [one, another]"),
        "problem.not_a_name": _("“%(detail)s” cannot be a name or number here"),
        "problem.not_one_of": _("one of these belongs here: %(detail)s"),
        "problem.not_a_text": _("a text of at most %(detail)s characters belongs here"),
        "problem.not_a_language": _("“%(detail)s” is not a language code such as zh or en"),
        "problem.given_twice": _("“%(detail)s” is given twice"),
        "problem.unknown_name": _("“%(detail)s” means nothing here"),
        "problem.missing": _("it is missing"),
        "problem.empty": _("there is nothing in it"),
        "problem.reserved": _("“%(detail)s” is a reserved word"),
        "problem.too_few": _("at least two are needed"),
        "problem.not_two_choices": _("a binary task has two choices, not %(detail)s"),
        "problem.many_needs_nominal": _("only a nominal task may have many answers; this one is %(detail)s"),
        "problem.not_ascending": _("the values must ascend"),
        "problem.link_to_itself": _("a link leads from one task to another, not to itself"),
        "problem.unknown_task": _("there is no task “%(detail)s”"),
        "problem.unknown_question": _("there is no task or link “%(detail)s”"),
        "problem.unknown_answer": _("there is no such answer (%(detail)s)"),
        "problem.unknown_text": _("there is no task, link or answer “%(detail)s”"),
        "problem.not_one_key_each": _("one key for each answer is needed, %(detail)s in all"),
        "problem.not_a_key": _("“%(detail)s” is not a key that can be used (a to z, 1 to 9 and , . / ;)"),
        "problem.key_of_the_page": _("the labelling page needs this key itself: %(detail)s"),
        "problem.key_taken": _("the key is taken already: %(detail)s"),
        "problem.condition_ends_early": _("the condition ends too early: %(detail)s"),
        "problem.condition_unexpected": _("the condition has “%(detail)s” where it does not belong"),
        "problem.condition_unclosed": _("a bracket of the condition is not closed: %(detail)s"),
        "problem.condition_too_deep": _("the condition is nested too deep: %(detail)s"),
        "problem.condition_not_a_comparison": _("“%(detail)s” is not compared with anything (== or !=)"),
        "problem.cannot_judge_is_off": _("“cannot judge” is not an answer in this codebook"),
        "problem.not_applicable": _("it is not asked here, so it has no value"),
    }
)


def problem_sentence(problem: Problem) -> str:
    """Return what is wrong, in the active language."""
    return sentence(f"problem.{problem.code}", {"detail": problem.detail})
