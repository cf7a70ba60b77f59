"""A release that is imported and exported again has the same data files."""

from pathlib import Path

import pytest
from django.core.management import call_command

from corpus.models import Corpus
from tests.every_kind.conftest import every_kind
from tests.every_kind.material import labelled
from tests.export.material import contents, export, released_corpus
from tests.factories import CorpusFactory

pytestmark = pytest.mark.django_db
DATA = ("train.jsonl", "dev.jsonl", "test.jsonl", "train.csv", "dev.csv", "test.csv", "schema.json")
__all__ = ["every_kind"]  # a fixture


def imported(folder: Path) -> Corpus:
    corpus: Corpus = CorpusFactory(slug="again")
    call_command("import_corpus", "concord", str(folder), "--corpus", corpus.slug, verbosity=0)
    return corpus


def data_files(folder: Path) -> dict[str, bytes]:
    found = contents(folder)
    assert set(found) >= set(DATA[:-1])
    return {name: found[name] for name in DATA[:-1]}


def again(folder: Path, out: Path, *arguments: str) -> Path:
    return export(imported(folder), out, "--split", "source", "--keep-labels", *arguments)


def test_a_corpus_of_members_returns_byte_for_byte(tmp_path: Path) -> None:
    first = export(released_corpus(), tmp_path / "first")
    assert data_files(again(first, tmp_path / "second")) == data_files(first)


@pytest.mark.parametrize("method", ["majority", "soft:1", "dawid-skene:10"])
def test_every_kind_of_question_returns_byte_for_byte(tmp_path: Path, every_kind: str, method: str) -> None:
    corpus = labelled(every_kind)
    first = export(corpus, tmp_path / "first", "--incomplete", "include", "--consensus", method)
    assert data_files(again(first, tmp_path / "second", "--consensus", method)) == data_files(first)


@pytest.mark.slow
def test_cmma_returns_byte_for_byte(tmp_path: Path, shared: Path) -> None:
    call_command("import_corpus", "cmma", str(shared / "data" / "cmma"), "--corpus", "cmma", verbosity=0)
    first = export(Corpus.objects.get(slug="cmma"), tmp_path / "first")
    assert data_files(again(first, tmp_path / "second")) == data_files(first)
