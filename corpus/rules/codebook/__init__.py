"""The codebook: tasks, links and policy of a corpus, from which every page, key, statistic and export derives.

YAML comes in through `parse`; `as_document` gives the JSON form that is stored and handed to the page, and
`from_document` reads it back. `settle` and `problems` judge answers.
"""

from corpus.rules.codebook.answers import Problem, applies, problems, settle
from corpus.rules.codebook.codes import CodeLayout
from corpus.rules.codebook.conditions import CANNOT_JUDGE, NOT_APPLICABLE
from corpus.rules.codebook.definition import (
    KEY_CODES,
    PAGE_KEYS,
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
