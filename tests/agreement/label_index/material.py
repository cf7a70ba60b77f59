"""A random corpus for the label browser: everything that its filters look at, in all combinations."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from agreement.models import Decision, Outcome
from annotator.models import Assignment, Flag
from corpus.models import CodebookVersion, Corpus, Dialogue, Rater, Utterance
from corpus.rules.codebook import as_document, parse, settle
from corpus.rules.label_selection import DECISIONS, MAJORITIES, ORIGINS, Selection
from tests.factories import (
    AnnotationFactory,
    AssignmentFactory,
    BatchFactory,
    CodebookVersionFactory,
    CorpusFactory,
    DialogueFactory,
    RaterFactory,
    SeriesFactory,
    SlotFactory,
    SourceRaterFactory,
    SpeakerFactory,
    UtteranceFactory,
    encoded,
)

KEYS = "456789asdfhjlrtyu"
CHOICES = ", ".join(f"c{number}" for number in range(17))  # more than fit into one cell
CODEBOOK = f"""
name: browsed
tasks:
  sentiment:
    {{scale: ordinal, choices: [negative, neutral, positive], default: neutral, perspective: speaker, keys: "123"}}
  emotion: {{scale: nominal, choices: [neutral, joy, anger], default: neutral, perspective: speaker, keys: "qwe"}}
  channels: {{scale: nominal, many: true, choices: [{CHOICES}], default: c0, perspective: speaker, keys: "{KEYS}"}}
links:
  emotion_sentiment:
    {{from: emotion, to: sentiment, values: [-2, -1, 0, 1, 2], keys: "zxcvb", asked_when: "emotion != neutral"}}
"""
OTHER = CODEBOOK.replace("[neutral, joy, anger]", "[neutral, anger, joy]")
TEXTS = ["你好，世界", "HELLO world", "straße ＡＢＣ", "我们走吧", "no", "你怎么了？", "100 % sure_"]
PEOPLE = [("female", "child"), ("male", "adult")]
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def codebook(corpus: Corpus, source: str = CODEBOOK, version: int = 1) -> CodebookVersion:
    document = as_document(parse(source))
    made: CodebookVersion = CodebookVersionFactory(corpus=corpus, source=source, document=document, version=version)
    return made


def random_corpus(rng: random.Random, *, dialogues: int = 8) -> Corpus:
    """A corpus with up to 5 raters per utterance, two codebook versions, gaps, corrections, flags and batches."""
    corpus: Corpus = CorpusFactory()
    corpus.codebook = codebook(corpus)
    corpus.save()
    other = codebook(corpus, OTHER, 2)
    series = [SeriesFactory(corpus=corpus) for _ in range(2)]
    speakers = {
        each: [SpeakerFactory(series=each, gender=gender, age_group=age) for gender, age in PEOPLE] for each in series
    }
    raters: list[Rater] = [RaterFactory(corpus=corpus, slug=f"annotator-{number}") for number in range(1, 5)]
    raters.append(SourceRaterFactory(corpus=corpus, slug="published"))
    batches = [BatchFactory(corpus=corpus) for _ in range(2)]
    for order in rng.sample(range(dialogues), dialogues):
        own = rng.choice(series)
        state = rng.choices(["ready", "excluded", "draft"], [8, 1, 1])[0]
        dialogue = DialogueFactory(
            corpus=corpus,
            series=own,
            order=order,
            state=state,
            ready_at=None if state == "draft" else START,
            source_split=rng.choice(["", "train", "dev", "test"]),
        )
        for place in range(1, rng.randint(1, 5) + 1):
            speaker = rng.choice([None, *speakers[own]])
            UtteranceFactory(dialogue=dialogue, order=place, speaker=speaker, text=rng.choice(TEXTS))
        if state != "draft":
            _label(rng, dialogue, raters, [corpus.codebook, other], batches)
    return corpus


def _label(
    rng: random.Random, dialogue: Dialogue, raters: list[Rater], versions: list[Any], batches: list[Any]
) -> None:
    utterances = list(dialogue.utterances.all())
    for utterance in utterances:
        if rng.random() < 0.3:
            decide(rng, utterance, versions[0])
    for number, rater in enumerate(rng.sample(raters, rng.randint(0, 5)), start=1):
        if rater.kind == Rater.Kind.MEMBER:
            slot = SlotFactory(dialogue=dialogue, number=number, batch=rng.choice(batches))
            state = rng.choices(["done", "open", "released"], [6, 1, 1])[0]
            made = AssignmentFactory(
                rater=rater,
                dialogue=dialogue,
                slot=slot,
                codebook=versions[0],
                state=state,
                ended_at=None if state == "open" else START,
            )
            if rng.random() < 0.3:
                _flag(rng, made, rng.choice(utterances))
        for utterance in utterances:
            if rng.random() < 0.9:
                annotate(rng, rater, utterance, rng.choices(versions, [5, 1])[0])


def decide(rng: random.Random, utterance: Utterance, version: CodebookVersion) -> None:
    outcome = rng.choice(Outcome.values)
    answers = profile(rng, version) if outcome == Outcome.PROFILE else None
    Decision.objects.create(
        utterance=utterance,
        codebook=version,
        outcome=outcome,
        answers=answers,
        codes=encoded(version, answers),
        number=0 if outcome == Outcome.NONE else 1,
        last_number=1,
        needs_review=rng.random() < 0.3,
        is_disputed=rng.random() < 0.2,
    )


def annotate(rng: random.Random, rater: Rater, utterance: Utterance, version: CodebookVersion) -> None:
    answers = profile(rng, version)
    more: dict[str, Any] = {}
    if rng.random() < 0.2:
        more = {"number": 2, "first_number": 1, "first_codes": encoded(version, profile(rng, version))}
    when = START + timedelta(days=rng.randint(0, 3))
    AnnotationFactory(rater=rater, utterance=utterance, codebook=version, answers=answers, updated_at=when, **more)


def profile(rng: random.Random, version: CodebookVersion) -> dict[str, Any]:
    """Random answers that fit a codebook; few different ones, so that raters often agree."""
    rules = version.rules()
    answers: dict[str, Any] = {}
    for task in rules.tasks:
        if rng.random() < 0.08:
            answers[task.slug] = "cannot_judge"
        elif task.many:
            few = [task.slugs()[0], task.slugs()[1], task.slugs()[16]]
            answers[task.slug] = [each for each in few if rng.random() < 0.5] or [few[0]]
        else:
            answers[task.slug] = rng.choice(task.slugs())
    for link in rules.links:
        answers[link.slug] = rng.choice(link.values[:2])
    return settle(rules, answers)


def _flag(rng: random.Random, assignment: Assignment, utterance: Utterance) -> None:
    state = rng.choice(Flag.State.values)
    Flag.objects.create(
        corpus=utterance.dialogue.corpus,
        assignment=assignment,
        utterance=utterance,
        reason=rng.choice(Flag.Reason.values),
        state=state,
        settled_at=None if state == "open" else START,
    )


def random_selection(rng: random.Random, corpus: Corpus) -> Selection:
    """A selection of up to three filters."""
    names = list(Dialogue.objects.filter(corpus=corpus).values_list("code", flat=True))
    raters = list(corpus.raters.values_list("slug", flat=True))
    questions = ["sentiment", "emotion", "channels", "emotion_sentiment"]
    day = (START + timedelta(days=rng.randint(0, 3))).date()
    speakers = [each.name for series in corpus.series.all() for each in series.speakers.all()]
    filters: list[dict[str, Any]] = [
        {"text": rng.choice(["你", "hello", "STRASSE", "abc", "_", "%", "。", "o"])},
        {"series": (rng.choice([each.name for each in corpus.series.all()]),)},
        {"speaker": tuple(rng.sample(speakers, 2))},
        {"gender": (rng.choice(["female", "male"]),)},
        {"age": tuple(rng.sample(["child", "adult"], rng.randint(1, 2)))},
        {"dialogue": tuple(rng.sample(names, 2))},
        {"rater": tuple(rng.sample(raters, rng.randint(1, 3)))},
        {"kind": rng.choice(["members", "sources"])},
        {"answer": (condition(rng),), "of": rng.choice(["any", "every", "label"])},
        {"answer": tuple(dict.fromkeys([condition(rng), condition(rng)]))},
        {"of_rater": ((rng.choice(raters), condition(rng)),)},
        {"no_answer": ((rng.choice(questions), rng.choice(["cannot_judge", "not_applicable", "unanswered"])),)},
        {"differs": (rng.choice([*questions, "any"]),)},
        {"differing": rng.randint(1, 4)},
        {"consensus": ((rng.choice(questions), rng.choice(["unanimous", "majority", "tie", "single", "none"])),)},
        {"answered": (rng.choice(questions),)},
        {"majority": ((rng.choice(["", *questions]), rng.choice(MAJORITIES)),)},
        {"origin": ((rng.choice(["", *questions]), rng.choice(ORIGINS)),)},
        {"answers_min": rng.randint(0, 3)},
        {"answers_max": rng.randint(0, 3)},
        {"corrected": True},
        {"version": "first", "answer": (condition(rng),)},
        {"flag": (rng.choice(["any", "open", *Flag.Reason.values]),)},
        {"batch": (str(rng.choice(list(corpus.batches.all())).public_id),)},
        {"decision": tuple(rng.sample(DECISIONS, rng.randint(1, 2)))},
        {"answer": (condition(rng),), "of": "label"},
        {"since": day},
        {"until": day},
        {"split": (rng.choice(["train", "dev", "none"]),)},
        {"state": rng.choice(["excluded", "all"])},
    ]
    chosen: dict[str, Any] = {}
    for each in rng.sample(filters, rng.randint(1, 3)):
        chosen |= each
    return Selection(**chosen)


def condition(rng: random.Random, depth: int = 0) -> str:
    """A random condition in the codebook's grammar."""
    kind = rng.random()
    if depth < 3 and kind < 0.35:
        return f"({condition(rng, depth + 1)} {rng.choice(['and', 'or'])} {condition(rng, depth + 1)})"
    if depth < 3 and kind < 0.5:
        return f"not ({condition(rng, depth + 1)})"
    question, values = rng.choice(
        [
            ("sentiment", ["negative", "neutral", "positive"]),
            ("emotion", ["neutral", "joy", "anger"]),
            ("channels", ["c0", "c1", "c16"]),
            ("emotion_sentiment", ["-2", "-1"]),
        ]
    )
    return f"{question} {rng.choice(['==', '!='])} {rng.choice(values)}"
