import errno
from pathlib import Path
from typing import Any

import pytest

from common.errors import Refused
from corpus.models import Corpus
from export.domain import release_build
from export.domain.options import Options, checked, ratios
from export.domain.release_build import build_release, require_free_destination
from export.domain.releases import request_release
from tests.export.material import released_corpus
from tests.factories import CorpusFactory

pytestmark = pytest.mark.django_db


def refusal(function: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(Refused) as refused:
        function(*arguments, **options)
    return refused.value.code


def ignore(done: int, total: int, stage: str) -> None:
    assert stage


def build(corpus: Corpus, work: Path) -> Any:
    return build_release(corpus=corpus, options=Options(), work=work, reading=ignore, writing=ignore)


def test_a_corpus_without_a_codebook_has_nothing_to_release(tmp_path: Path) -> None:
    corpus = CorpusFactory(codebook=None)
    assert refusal(build, corpus, tmp_path) == "export.no_codebook"
    assert refusal(request_release, corpus=corpus, name="v1", options=Options()) == "export.no_codebook"


@pytest.mark.parametrize(
    ("number", "expected"), [(errno.ENOSPC, Refused), (errno.EACCES, PermissionError)], ids=["full disk", "forbidden"]
)
def test_only_a_full_disk_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, expected: type[Exception]
) -> None:
    def fail(**_options: Any) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(release_build, "write_release", fail)
    with pytest.raises(expected):
        build(released_corpus(), tmp_path)


@pytest.mark.parametrize(
    ("present", "force", "code"),
    [
        ("file", False, "export.not_a_folder"),
        ("folder with a file", False, "export.not_empty"),
        ("folder with a file", True, "export.not_a_release"),
    ],
)
def test_a_destination_that_would_be_overwritten_is_refused(
    tmp_path: Path, present: str, force: bool, code: str
) -> None:
    out = tmp_path / "out"
    if present == "file":
        out.write_text("", encoding="ascii")
    else:
        out.mkdir()
        (out / "notes.txt").write_text("", encoding="ascii")
    assert refusal(require_free_destination, out, force=force) == code


@pytest.mark.parametrize("force", [False, True])
def test_an_empty_or_missing_destination_is_free(tmp_path: Path, force: bool) -> None:
    require_free_destination(tmp_path, force=force)
    require_free_destination(tmp_path / "new", force=force)


def test_stored_options_are_checked_again() -> None:
    assert refusal(checked, {"split": "by mood"}) == "export.bad_option"
    assert refusal(checked, {"split": "source", "folds": 3}) == "export.source_folds"
    assert refusal(ratios, "80,ten,10") == "export.bad_ratios"
    assert refusal(ratios, "80,20,0") == "export.bad_ratios"
    assert checked(Options().as_document()) == Options()
