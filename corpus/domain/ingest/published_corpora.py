"""Bringing a published corpus in: its dialogues ready to be judged, its labels under a source rater."""

from collections.abc import Callable, Iterator, Sequence

from django.core.validators import validate_slug
from django.db import transaction
from django.utils import timezone

from common.errors import Refused
from common.models import User
from corpus.domain.annotations.revisions import Imported, import_annotations
from corpus.domain.codebooks.shipped_codebooks import adopt
from corpus.domain.people.members import add_member
from corpus.domain.structure.corpora import RESERVED_SLUGS
from corpus.importers.source import Source, SourceDialogue
from corpus.models import Corpus, Dialogue, Membership, Rater, Series, Speaker, Utterance

BATCH = 1000


@transaction.atomic
def import_source(
    *, slug: str, title: str, source: Source, managers: Sequence[User], tell: Callable[[int, int], None]
) -> Corpus:
    """Bring a published corpus into an empty corpus, which is made where there is none; all of it or nothing.

    Args:
        slug: of the corpus.
        title: of the corpus, if it is made.
        source: what an importer read.
        managers: of the corpus, if it is made.
        tell: called with the utterances labelled so far, and all of them.

    Raises:
        Refused: `import.not_empty`, `import.slug_reserved`.
    """
    corpus = Corpus.objects.select_for_update().filter(slug=slug).first() or _new_corpus(slug, title, managers)
    if Dialogue.objects.filter(corpus=corpus).exists() or Rater.objects.filter(corpus=corpus, slug=_slug(source)):
        raise Refused("import.not_empty", corpus=slug)
    codebook = adopt(corpus=corpus, name=source.codebook)  # where there are no dialogues nobody judged by another
    rater = Rater.objects.create(corpus=corpus, kind=Rater.Kind.SOURCE, slug=_slug(source), name=source.name)
    speakers = _speakers(corpus, source)
    dialogues = _dialogues(corpus, source)
    utterances = _utterances(dialogues, speakers)
    import_annotations(rater=rater, codebook=codebook, labels=_told(source, utterances, tell))
    return corpus


def _new_corpus(slug: str, title: str, managers: Sequence[User]) -> Corpus:
    validate_slug(slug)
    if slug in RESERVED_SLUGS:
        raise Refused("import.slug_reserved", slug=slug)
    corpus = Corpus.objects.create(slug=slug, title=title)
    for manager in managers:
        add_member(corpus=corpus, user=manager, role=Membership.Role.MANAGER)
    return corpus


def _slug(source: Source) -> str:
    return source.name.lower()


def _speakers(corpus: Corpus, source: Source) -> dict[str, Speaker]:
    series, _ = Series.objects.get_or_create(corpus=corpus, name=source.name)
    rows = [
        Speaker(series=series, name=each.name, gender=each.gender, age_group=each.age_group, notes=each.notes)
        for each in source.speakers
    ]
    return {speaker.name: speaker for speaker in Speaker.objects.bulk_create(rows, batch_size=BATCH)}


def _dialogues(corpus: Corpus, source: Source) -> list[tuple[Dialogue, SourceDialogue]]:
    series, now = Series.objects.get(corpus=corpus, name=source.name), timezone.now()
    rows = [
        Dialogue(
            corpus=corpus,
            series=series,
            code=each.code,
            order=order,
            state=Dialogue.State.READY,
            ready_at=now,
            topic=each.topic,
            source_split=each.split,
        )
        for order, each in enumerate(source.dialogues, start=1)
    ]
    return list(zip(Dialogue.objects.bulk_create(rows, batch_size=BATCH), source.dialogues, strict=True))


def _utterances(dialogues: list[tuple[Dialogue, SourceDialogue]], speakers: dict[str, Speaker]) -> list[Utterance]:
    rows = [
        Utterance(
            dialogue=dialogue,
            code=each.code,
            order=order,
            speaker=speakers.get(each.speaker),
            text=each.text,
            start_ms=each.start_ms,
            end_ms=each.end_ms,
        )
        for dialogue, published in dialogues
        for order, each in enumerate(published.utterances, start=1)
    ]
    return Utterance.objects.bulk_create(rows, batch_size=BATCH)


def _told(source: Source, utterances: list[Utterance], tell: Callable[[int, int], None]) -> Iterator[Imported]:
    published = (each for dialogue in source.dialogues for each in dialogue.utterances)
    for done, (utterance, each) in enumerate(zip(utterances, published, strict=True)):
        if done % BATCH == 0:
            tell(done, len(utterances))
        yield Imported(utterance, each.answers, each.raw)
