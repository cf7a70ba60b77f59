import pytest

from common.errors import Refused
from corpus.domain.codebooks.codebook_versions import add_codebook_version, use_codebook
from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.domain.codebooks.shipped_codebooks import shipped_codebook, shipped_codebooks, shipped_guideline
from corpus.models import CodebookVersion, GuidelineVersion
from corpus.models.append_only import AppendOnlyError
from corpus.rules.codebook import CodebookFault, as_document, parse
from corpus.rules.guideline.markdown import headings
from tests.factories import CorpusFactory

pytestmark = pytest.mark.django_db


def test_the_first_version_is_in_use_and_the_next_waits() -> None:
    corpus = CorpusFactory()
    first = add_codebook_version(corpus=corpus, yaml_text=shipped_codebook("affect-dialogue"))
    second = add_codebook_version(corpus=corpus, yaml_text=shipped_codebook("affect-dialogue-cmma"))
    corpus.refresh_from_db()
    assert [first.version, second.version, corpus.codebook] == [1, 2, first]
    use_codebook(corpus=corpus, codebook=second)
    corpus.refresh_from_db()
    assert corpus.codebook == second
    assert second.rules() == parse(shipped_codebook("affect-dialogue-cmma"))
    assert second.document == as_document(second.rules())


def test_the_same_content_is_not_added_twice() -> None:
    corpus = CorpusFactory()
    add_codebook_version(corpus=corpus, yaml_text=shipped_codebook("affect-dialogue"))
    with pytest.raises(Refused) as caught:
        add_codebook_version(corpus=corpus, yaml_text=shipped_codebook("affect-dialogue"))
    assert (caught.value.code, caught.value.params) == ("codebook.already_there", {"version": 1})


def test_a_faulty_codebook_leaves_nothing_behind() -> None:
    with pytest.raises(CodebookFault):
        add_codebook_version(corpus=CorpusFactory(), yaml_text="name: x")
    assert CodebookVersion.objects.count() == 0


def test_a_version_cannot_be_changed() -> None:
    version = add_codebook_version(corpus=CorpusFactory(), yaml_text=shipped_codebook("affect-dialogue"))
    version.name = "other"
    with pytest.raises(AppendOnlyError):
        version.save()


def test_another_corpus_codebook_cannot_be_used() -> None:
    version = add_codebook_version(corpus=CorpusFactory(), yaml_text=shipped_codebook("affect-dialogue"))
    with pytest.raises(Refused) as caught:
        use_codebook(corpus=CorpusFactory(), codebook=version)
    assert caught.value.code == "codebook.other_corpus"


def test_shipped_names() -> None:
    assert shipped_codebooks() == ["affect-dialogue", "affect-dialogue-cmma"]
    with pytest.raises(Refused):
        shipped_codebook("../../secret")


@pytest.mark.parametrize("name", shipped_codebooks())
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_anchor_of_a_shipped_codebook_is_in_its_guideline(name: str, language: str) -> None:
    codebook = parse(shipped_codebook(name))
    anchors = {text.anchor for text in codebook.texts[language].values() if text.anchor}
    assert anchors - {anchor for anchor, _ in headings(shipped_guideline(name)[language])} == set()


def test_shipped_guidelines_have_the_same_sections_in_both_languages() -> None:
    texts = shipped_guideline("affect-dialogue-cmma")
    anchors = {language: [anchor for anchor, _ in headings(text)] for language, text in texts.items()}
    assert anchors["zh"] == anchors["en"]
    assert len(anchors["zh"]) == 14


def test_an_edited_guideline_is_a_new_version_and_an_unchanged_text_is_not() -> None:
    corpus = CorpusFactory()
    first = add_guideline_version(corpus=corpus, texts={"en": "Watch.\r\n", "zh": "  "})
    assert add_guideline_version(corpus=corpus, texts={"en": "Watch.\n"}) == first
    second = add_guideline_version(corpus=corpus, texts={"en": "Watch.\n", "zh": "先看。"})
    corpus.refresh_from_db()
    assert (first.texts, second.version, corpus.guideline) == ({"en": "Watch.\n"}, 2, second)


@pytest.mark.parametrize(
    ("texts", "code"), [({"en": " "}, "guideline.empty"), ({"en": "x" * 100_001}, "guideline.too_long")]
)
def test_a_guideline_is_not_empty_and_has_a_maximum_length(texts: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as caught:
        add_guideline_version(corpus=CorpusFactory(), texts=texts)
    assert (caught.value.code, GuidelineVersion.objects.count()) == (code, 0)
