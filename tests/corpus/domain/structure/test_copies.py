"""Copies of a corpus."""

import pytest
from django.utils import timezone

from common.errors import Refused
from corpus.domain.codebooks.codebook_versions import add_codebook_version
from corpus.domain.people.consents import change_consent_text, consent_text
from corpus.domain.people.members import change_roles, deactivate
from corpus.domain.structure.copies import OWN_COLUMNS, copy_corpus
from corpus.models import Corpus, Membership
from corpus.models.ownership import paths_to
from tests.annotator.material import CODEBOOK
from tests.factories import CodebookVersionFactory, MembershipFactory, UserFactory
from tests.full_corpus import full_corpus

pytestmark = pytest.mark.django_db

COPIED = {"corpus_codebookversion", "corpus_guidelineversion", "corpus_membership", "corpus_rater", "corpus_corpus"}


def prepared() -> Corpus:
    corpus = full_corpus()
    corpus.codebook = None
    corpus.save()
    corpus.codebook = add_codebook_version(corpus=corpus, yaml_text=CODEBOOK)
    corpus.daily_limit_minutes, corpus.silence_ms, corpus.allows_several_roles = 90, 1234, True
    corpus.save()
    return corpus


def test_codebook_guideline_settings_and_people_are_copied_and_nothing_else() -> None:
    corpus = prepared()
    CodebookVersionFactory(corpus=corpus, version=9)  # not in use
    person = UserFactory(may_create_corpora=True)
    before = {model: model._default_manager.count() for model in paths_to(Corpus)}
    made = copy_corpus(corpus=corpus, title="Pilot", slug="pilot", copied_by=person)
    made.refresh_from_db()
    assert made.codebook
    assert (made.codebook.version, made.codebook.source) == (1, CODEBOOK)
    assert made.guideline
    assert corpus.guideline
    assert made.guideline.texts == corpus.guideline.texts
    for field in Corpus._meta.concrete_fields:
        if field.attname not in OWN_COLUMNS and not field.is_relation:
            assert getattr(made, field.attname) == getattr(corpus, field.attname)
    people = {each.user: set(each.roles) for each in made.memberships.select_related("user")}
    there = {each.user: set(each.roles) for each in corpus.memberships.select_related("user")}
    assert people == there | {person: {"manager"}}
    added = {model._meta.db_table for model, count in before.items() if model._default_manager.count() > count}
    assert added == COPIED


def test_the_consent_text_is_copied_and_nobodys_consent() -> None:
    corpus, person = prepared(), UserFactory(may_create_corpora=True)
    change_consent_text(corpus=corpus, texts={"en": "Do you agree?"}, edited=0, created_by=person, now=timezone.now())
    made = copy_corpus(corpus=corpus, title="Pilot", copied_by=person)
    assert consent_text(made).texts == {"en": "Do you agree?"}


def test_annotators_get_pseudonyms_in_the_same_order() -> None:
    corpus = prepared()
    for _ in range(3):
        member = MembershipFactory(corpus=corpus, roles=["manager"])
        change_roles(membership=member, roles=["annotator"])
    made = copy_corpus(corpus=corpus, title="Pilot", copied_by=UserFactory(may_create_corpora=True))
    order = [rater.membership.user for rater in made.raters.order_by("pk")]  # type: ignore[union-attr]
    assert order == [rater.membership.user for rater in corpus.raters.order_by("pk")]  # type: ignore[union-attr]
    assert {rater.slug for rater in made.raters.all()} == {f"annotator-{n}" for n in range(1, len(order) + 1)}


def test_people_without_access_are_not_copied() -> None:
    corpus = prepared()
    gone = MembershipFactory(corpus=corpus, roles=["annotator"])
    deactivate(membership=gone)
    made = copy_corpus(corpus=corpus, title="Pilot", copied_by=UserFactory(may_create_corpora=True))
    assert not made.memberships.filter(user=gone.user).exists()


def test_the_person_who_copies_keeps_their_other_roles() -> None:
    corpus = prepared()
    member = MembershipFactory(corpus=corpus, user=UserFactory(may_create_corpora=True), roles=["manager", "annotator"])
    made = copy_corpus(corpus=corpus, title="Pilot", copied_by=member.user)
    assert set(made.memberships.get(user=member.user).roles) == {"manager", "annotator"}


def test_an_empty_corpus_can_be_copied() -> None:
    corpus = Corpus.objects.create(slug="empty", title="Empty")
    made = copy_corpus(corpus=corpus, title="Pilot", copied_by=UserFactory(may_create_corpora=True))
    assert (made.codebook, made.guideline, made.memberships.count()) == (None, None, 1)


def test_the_permission_to_create_corpora_is_needed() -> None:
    with pytest.raises(Refused) as refusal:
        copy_corpus(corpus=Corpus.objects.create(slug="a", title="A"), title="B", copied_by=UserFactory())
    assert refusal.value.code == "corpus.may_not_create"
    assert not Membership.objects.exists()
