"""The codebook: tasks, links and policy of a corpus, from which every page, key, statistic and export derives.

`parse` reads the YAML; `as_document` returns the JSON form that is stored and sent to the page, and `from_document`
reads it. `settle` and `problems` check answers.
"""

from corpus.rules.codebook.answers import applies, problems, settle
from corpus.rules.codebook.choice_keys import KEY_CODES, PAGE_KEYS
from corpus.rules.codebook.codes import CodeLayout
from corpus.rules.codebook.conditions import CANNOT_JUDGE, NOT_APPLICABLE
from corpus.rules.codebook.definition import (
    Choice,
    Codebook,
    Expectation,
    Link,
    Policy,
    Shortcut,
    Task,
    Text,
    answer_slugs,
    as_document,
    from_document,
)
from corpus.rules.codebook.parsing import CodebookFault, parse
from corpus.rules.codebook.problem import Problem

__all__ = [
    "CANNOT_JUDGE",
    "KEY_CODES",
    "NOT_APPLICABLE",
    "PAGE_KEYS",
    "Choice",
    "CodeLayout",
    "Codebook",
    "CodebookFault",
    "Expectation",
    "Link",
    "Policy",
    "Problem",
    "Shortcut",
    "Task",
    "Text",
    "answer_slugs",
    "applies",
    "as_document",
    "from_document",
    "parse",
    "problems",
    "settle",
]
