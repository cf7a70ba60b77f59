import resource
from collections import Counter
from pathlib import Path

import pytest
from django.db.models import Count

from corpus.domain.imports import import_source
from corpus.importers.cmma import read
from corpus.models import Annotation, Dialogue, Revision, Speaker, Utterance


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "cmma"


def test_the_published_files_have_these_defects(folder: Path) -> None:
    source = read(folder)
    assert (len(source.dialogues), source.utterance_count(), len(source.speakers)) == (3000, 21795, 459)
    assert source.finding_counts() == {
        "pull_of_nothing_on_nothing": 6402,
        "blank_row": 1912,
        "speaker_not_described": 254,
        "overlaps_previous": 48,
        "label_misspelt": 17,
        "age_reworded": 7,
        "ends_before_start": 7,
        "time_misspelt": 5,
        "no_length": 3,
        "half_step": 3,
        "repeated_block": 2,
        "id_without_number": 2,
        "name_with_spaces": 1,
        "header_misspelt": 1,
        "duplicate_dialogue": 1,
    }
    blocks = [(each.file, each.row, each.action) for each in source.findings if each.problem == "repeated_block"]
    assert blocks == [
        ("train.csv", 2491, "kept; from here on a block of 200 rows repeats"),
        ("test.csv", 3721, "kept; from here on a block of 32 rows repeats"),
    ]
    assert [(each.raw, each.action) for each in source.findings if each.problem == "duplicate_dialogue"] == [
        ("C_206", "kept beside C_205")
    ]


@pytest.mark.django_db
def test_all_of_it_comes_in(folder: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF)
    corpus = import_source(slug="cmma", title="CMMA", source=read(folder), managers=[], tell=lambda done, total: None)
    after = resource.getrusage(resource.RUSAGE_SELF)
    splits = Dialogue.objects.filter(corpus=corpus, state="ready").values_list("source_split").annotate(Count("pk"))
    assert dict(splits) == {"train": 1800, "dev": 600, "test": 600}
    utterances = Utterance.objects.values_list("dialogue__source_split").annotate(Count("pk")).order_by()
    assert dict(utterances) == {"train": 13788, "dev": 4046, "test": 3961}
    assert Utterance.objects.filter(start_ms__isnull=True).count() == 10
    assert Speaker.objects.count() == 459
    assert (Annotation.objects.count(), Revision.objects.count()) == (21795, 21795)
    emotions = Counter(Annotation.objects.values_list("answers__emotion", flat=True))
    assert emotions == {
        "neutral": 13014,
        "joy": 2538,
        "anger": 2367,
        "surprise": 1419,
        "disgust": 958,
        "sadness": 887,
        "fear": 612,
    }
    assert Revision.objects.filter(raw__Emotion="digust", answers__emotion="disgust").count() == 6
    assert after.ru_utime - before.ru_utime < 60
