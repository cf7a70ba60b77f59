"""Creation and settings of corpora."""

import secrets

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from common.errors import Refused
from common.models import User
from corpus.domain.people.members import add_member, people_with_several_roles
from corpus.domain.structure.short_names import SHORT_NAME, is_free
from corpus.models import Corpus, Membership

LONGEST_GAP_MS = 60_000
DAY_MINUTES = 24 * 60


@transaction.atomic
def create_corpus(*, title: str, created_by: User, slug: str = "") -> Corpus:
    """Create a corpus; its creator becomes the first manager.

    Args:
        title: for people; need not be unique.
        created_by: must have `may_create_corpora`.
        slug: name in URLs and commands; derived from the title if empty.

    Raises:
        Refused: `corpus.may_not_create`, `corpus.bad_slug`, `corpus.slug_taken`.
    """
    if not created_by.may_create_corpora:
        raise Refused("corpus.may_not_create")
    slug = slug or free_slug(title)
    if not SHORT_NAME.fullmatch(slug):
        raise Refused("corpus.bad_slug", slug=slug)
    if not is_free(slug):
        raise Refused("corpus.slug_taken", slug=slug)
    try:
        with transaction.atomic():
            corpus = Corpus.objects.create(slug=slug, title=title)
    except IntegrityError as error:  # taken since the check
        raise Refused("corpus.slug_taken", slug=slug) from error
    add_member(corpus=corpus, user=created_by, roles=[Membership.Role.MANAGER])
    return corpus


def free_slug(title: str) -> str:
    """Return an unused slug: the ASCII letters of the title, else a random one (for a Chinese title)."""
    stem = slugify(title)[:50] or "corpus"
    slug = stem if stem != "corpus" else f"corpus-{secrets.token_hex(3)}"
    while not is_free(slug):
        slug = f"{stem}-{secrets.token_hex(3)}"
    return slug


@transaction.atomic
def change_settings(
    *,
    corpus: Corpus,
    title: str,
    silence_ms: int,
    merge_gap_ms: int,
    shows_translations: bool = False,
    daily_limit_minutes: int | None = None,
    rest_after_minutes: int | None = None,
    allows_several_roles: bool = False,
) -> Corpus:
    """Save a corpus's title, the division of subtitles imported from now on, the limits of working time, and roles.

    Args:
        corpus: the corpus.
        title: for people.
        silence_ms: a silence longer than this starts a new dialogue.
        merge_gap_ms: cues of one speaker closer than this become one utterance.
        shows_translations: annotators see the translations that subtitles held.
        daily_limit_minutes: active minutes a day after which an annotator gets no new dialogue; None: no limit.
        rest_after_minutes: active minutes after which the labelling page suggests a break; None: never.
        allows_several_roles: whether one member may have several roles.

    Raises:
        Refused: `corpus.gaps_out_of_range`, `corpus.minutes_out_of_range`; `member.several_roles`, they would have to
            give up a role first.
    """
    if any(each is not None and not 1 <= each <= DAY_MINUTES for each in (daily_limit_minutes, rest_after_minutes)):
        raise Refused("corpus.minutes_out_of_range", longest=DAY_MINUTES)
    if not 0 <= merge_gap_ms <= silence_ms <= LONGEST_GAP_MS:
        raise Refused("corpus.gaps_out_of_range", longest=LONGEST_GAP_MS)
    corpus = Corpus.objects.select_for_update().get(pk=corpus.pk)
    if not allows_several_roles and (people := people_with_several_roles(corpus=corpus)):
        raise Refused("member.several_roles", people=", ".join(people))
    corpus.allows_several_roles = allows_several_roles
    corpus.title, corpus.silence_ms, corpus.merge_gap_ms = title, silence_ms, merge_gap_ms
    corpus.shows_translations = shows_translations
    corpus.daily_limit_minutes, corpus.rest_after_minutes = daily_limit_minutes, rest_after_minutes
    corpus.save(
        update_fields=[
            "title",
            "silence_ms",
            "merge_gap_ms",
            "shows_translations",
            "daily_limit_minutes",
            "rest_after_minutes",
            "allows_several_roles",
        ],
    )
    return corpus
