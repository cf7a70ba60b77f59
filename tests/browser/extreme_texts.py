"""Texts at their maximum length in every field that a person can fill in."""

import re
from uuid import uuid4

from django.db.models import Model
from django.utils import timezone

from annotator.models import Assignment, Batch, Flag, Inquiry, LateOperation, Return
from common.models import ApiToken, User
from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.models import (
    Corpus,
    Dialogue,
    Episode,
    Invitation,
    Rater,
    Series,
    Speaker,
    Utterance,
)

# neither has a place at which a line may break by the rules of words
LATIN = "Donaudampfschiffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft"
CHINESE = "这是一个没有空格也没有标点的很长的名称用来检查页面会不会被它撑破"
MESSAGE = 2000
# model -> field -> greatest length that a form or the API accepts
FIELDS: dict[type[Model], dict[str, int]] = {
    User: {"first_name": 150},
    ApiToken: {"name": 60},
    Corpus: {"title": 200},
    Invitation: {"note": 120},
    Series: {"name": 200},
    Episode: {"title": 200, "licence": 200},
    Speaker: {"name": 120},
    Dialogue: {"code": 80, "topic": MESSAGE, "source_file": 200},
    Utterance: {"code": 80, "text": 5000},
    Rater: {"name": 200},
    Batch: {"name": 80},
    Flag: {"comment": MESSAGE, "reply": MESSAGE},
    Inquiry: {"text": MESSAGE, "reply": MESSAGE, "published_text": MESSAGE},
    Return: {"comment": MESSAGE, "reply": MESSAGE},
    Assignment: {"comment": MESSAGE},
    LateOperation: {"reason": MESSAGE},
}
AFTERWARDS = {"reply", "published_text"}  # of messages that are settled
NAMED = re.compile(r"\{name: [^}]*?(?P<anchor>, anchor: \w+)?\}")


def stretched(word: str, length: int, ending: str = "") -> str:
    """Return a text of exactly this length that repeats the word and has no spaces."""
    return (word * (length // len(word) + 1))[: length - len(ending)] + ending


def extreme_codebook(yaml_text: str, word: str) -> str:
    """Return a codebook whose names and help texts all have the maximum length."""
    long = stretched(word, 300)
    return NAMED.sub(lambda match: f"{{name: {long}, help: {long}{match['anchor'] or ''}}}", yaml_text)


def extreme_guideline(word: str) -> str:
    """Return a guideline whose heading, table, code and link have no place to break a line."""
    long = stretched(word, 300)
    return (
        f"# {long}\n\n{long}\n\n## {long}\n\n- {long}\n\n> {long}\n\n"
        f"| {long} | {long} | b | c |\n|---|---|---|---|\n| {long} | {long} | 1 | 2 |\n\n"
        f"```\n{long} {long}\n```\n\n`{long}`\n\n[{long}](https://example.org/{stretched(LATIN, 200)})\n"
    )


def stretch(corpus: Corpus, word: str) -> None:
    """Fill every text of every row with texts of the maximum length."""
    for inquiry in Inquiry.objects.order_by("pk")[1:]:
        inquiry.state, inquiry.settled_at, inquiry.reply = Inquiry.State.ANSWERED, timezone.now(), "?"
        inquiry.save()
    for assignment in Assignment.objects.filter(late_operations=None):
        _add_late_work(assignment)
    for model, fields in FIELDS.items():
        for row in model._default_manager.all():
            for field, length in fields.items():
                if field in AFTERWARDS and getattr(row, "state", "") == "open":
                    continue
                setattr(row, field, stretched(word, length, str(row.pk)))
            row.save(update_fields=list(fields))
    User.objects.filter(last_name="").update(last_name=stretched(word, 150))
    add_guideline_version(corpus=corpus, texts={"en": extreme_guideline(word), "zh": extreme_guideline(word)})


def _add_late_work(assignment: Assignment) -> None:
    """Add late answers to the first utterance of an assignment, one set to be reviewed and one discarded."""
    utterance = str(assignment.dialogue.utterances.earliest("order").public_id)
    for state in LateOperation.State.WAITING, LateOperation.State.DISCARDED:
        operation = uuid4()
        answers = {"sentiment": "positive", "emotion": "joy", "sarcasm": "no", "humor": "yes"}
        payload = {"id": str(operation), "kind": "commit", "utterance": utterance, "answers": answers}
        LateOperation.objects.create(assignment=assignment, operation=operation, token=0, payload=payload, state=state)
