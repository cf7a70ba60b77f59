"""Making a ruling: a discussed case becomes an example of the guideline, with its clip."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.db import transaction
from django.db.models import Max

from agreement.domain.adjudication.columns import judged_annotations
from agreement.models import Decision, Ruling
from annotator.domain.messages.inquiries import anchor_of
from common.errors import Refused
from common.models import User
from corpus.domain.codebooks.guideline_versions import LANGUAGES, add_guideline_version
from corpus.domain.structure.archiving import require_writable
from corpus.models import Corpus
from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE
from corpus.rules.guideline.sections import quoted, with_example
from corpus.rules.label_selection import Selection, parse

TITLES = {"zh": "裁定", "en": "Rulings"}
LONGEST = 4000  # characters of a text


@transaction.atomic
def make_ruling(
    *,
    corpus: Corpus,
    decision: Decision,
    case: str,
    text: str,
    about: str = "",
    selection: Selection | None = None,
    author: User,
    now: datetime,
) -> Ruling:
    """Make a ruling of a decided or discussed case, and add it to the guideline with its clip.

    The new guideline version is in use at once and announced to all annotators, who acknowledge it. Everybody reads
    the example; so the case itself tells nothing more about agreement.

    Args:
        corpus: the corpus.
        decision: on the case.
        case: what was doubtful, in one line.
        text: what holds; Markdown.
        about: slug of a task or link, in whose section of the guideline the example stands; empty: in its own section.
        selection: of past answers that it may affect; None: those that were split as this case was.
        author: the manager.
        now: the moment.

    Raises:
        Refused: `corpus.archived`; `ruling.undecided`, the case has neither a decision nor a discussion;
            `ruling.empty`, `ruling.long`; `ruling.unknown_question`; the codes of `add_guideline_version`.
    """
    require_writable(corpus)
    decision = Decision.objects.select_related("utterance__dialogue").get(pk=decision.pk)
    if decision.number == 0:
        raise Refused("ruling.undecided")
    case, text = " ".join(case.split()), text.strip()
    if not case or not text:
        raise Refused("ruling.empty")
    if max(len(case), len(text)) > LONGEST:
        raise Refused("ruling.long", characters=LONGEST)
    corpora = Corpus.objects.select_for_update(of=("self",)).select_related("codebook", "guideline")
    locked = corpora.get(pk=corpus.pk)
    if about and about not in questions_of(locked):
        raise Refused("ruling.unknown_question")
    utterance = decision.utterance
    example = quoted(quote=utterance.text, question=case, answer=text, clip=utterance.public_id)
    before = locked.guideline.texts if locked.guideline else dict.fromkeys(LANGUAGES, "")
    written = {
        language: with_example(
            guideline,
            anchor=anchor_of(locked, about, language),
            title=TITLES.get(language, TITLES["en"]),
            example=example,
        )
        for language, guideline in before.items()
    }
    version = add_guideline_version(corpus=locked, texts=written, created_by=author)
    chosen = suggested_selection(decision, about) if selection is None else selection
    newest = Ruling.objects.filter(corpus=corpus).aggregate(Max("number"))["number__max"] or 0
    return Ruling.objects.create(
        corpus=corpus,
        number=newest + 1,
        decision=decision,
        about=about,
        case=case,
        text=text,
        guideline=version,
        selection=chosen.query(),
        created_by=author,
        created_at=now,
    )


@transaction.atomic
def change_selection(*, ruling: Ruling, selection: Selection) -> None:
    """Change which past answers a ruling may affect, until they are asked again.

    Raises:
        Refused: `corpus.archived`; `ruling.asked`, they are asked again already.
    """
    locked = Ruling.objects.select_for_update(of=("self",)).select_related("corpus").get(pk=ruling.pk)
    require_writable(locked.corpus)
    if locked.batch_id:
        raise Refused("ruling.asked")
    locked.selection = selection.query()
    locked.save(update_fields=["selection"])
    ruling.selection = locked.selection


def read_selection(address: str) -> tuple[Selection, list[Refused]]:
    """Return the selection of an address of the label browser, or of its query string alone, and what is wrong."""
    query = urlsplit(address.strip()).query or address.strip().lstrip("?")
    pairs = [(name, value) for name, value in parse_qsl(query) if name not in {"after", "before"}]
    return parse(pairs)


def selection_of(ruling: Ruling) -> Selection:
    """Return the filters of a ruling."""
    return read_selection(ruling.selection)[0]


def suggested_selection(decision: Decision, about: str) -> Selection:
    """Return the filters for the utterances that were split as a case was: the same answers to the same question.

    Without a question: the utterances with different answers to all the questions that differ in this case.
    """
    given = _answers_given(decision)
    differing = {slug: answers for slug, answers in given.items() if len(answers) > 1}
    if about in differing:
        named = [value for value in differing[about] if value not in {CANNOT_JUDGE, NOT_APPLICABLE}]
        if len(named) > 1:
            return Selection(answer=tuple(f"{about} == {value}" for value in named[:2]))
    return Selection(differs=(about,) if about else tuple(differing))


def questions_of(corpus: Corpus) -> Sequence[str]:
    """Return the slugs of the tasks and links of the codebook in use."""
    return [each.slug for each in corpus.codebook.rules().questions] if corpus.codebook else []


def _answers_given(decision: Decision) -> dict[str, list[Any]]:
    """Return slug -> different answers of the raters to the utterance, the most frequent first."""
    counts: dict[str, dict[str, int]] = {}
    for annotation in judged_annotations(decision.utterance):
        for slug, value in (annotation.answers or {}).items():
            for each in value if isinstance(value, list) else [value]:
                of_question = counts.setdefault(slug, {})
                of_question[str(each)] = of_question.get(str(each), 0) + 1
    return {slug: sorted(found, key=lambda each: (-found[each], each)) for slug, found in counts.items()}
