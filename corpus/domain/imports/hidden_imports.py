"""The life of an import: begun, written in hidden batches, published, or discarded.

Nobody sees the dialogues of an import before all of them are written: they are hidden, and one short transaction
publishes them. So an import needs no long transaction, and annotators go on committing meanwhile. An import that was
killed leaves hidden rows, which the next attempt of its job discards.

On SQLite a transaction holds up every other one. There, more than `AT_ONCE` dialogues are published in several
transactions if a trial shows that one would take longer than `LONGEST_SECONDS` on this machine. The import is then in
the state `publishing`, and an attempt after a kill completes it. A corpus that the import creates gets its members in
the last one, so nobody sees a part of it.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.core.validators import validate_slug
from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from common.errors import Refused
from common.models import User
from corpus.domain.codebooks.codebook_versions import add_codebook_version, use_codebook
from corpus.domain.codebooks.shipped_codebooks import adopt
from corpus.domain.deletion.removal import Removal, deletion_permit
from corpus.domain.media.stored_files import drop_unused
from corpus.domain.people.members import add_member
from corpus.domain.structure.archiving import require_writable
from corpus.domain.structure.dialogue_counts import forget_counts
from corpus.domain.structure.short_names import RESERVED_SLUGS, corpus_named
from corpus.importers.source import Source
from corpus.models import (
    CodebookVersion,
    Corpus,
    Dialogue,
    Episode,
    GuidelineVersion,
    Import,
    MediaFile,
    Membership,
    Rater,
    Series,
    Speaker,
)

UNFINISHED = (Import.State.WRITING, Import.State.PUBLISHING, Import.State.UNDOING)
AT_ONCE = 5000  # dialogues that SQLite shows or hides in one transaction in any case: about 0.1 s
TRIAL = 2000  # dialogues
LONGEST_SECONDS = 0.2  # of one transaction by the trial; annotators may wait for 0.5 s


def corpus_for_import(*, slug: str, title: str) -> tuple[Corpus, bool]:
    """Return the corpus of this short name, locked, and whether it was created now.

    A new corpus has no members before its import is published, so nobody sees it.

    Raises:
        Refused: `corpus.archived`, `import.slug_reserved`.
    """
    found = corpus_named(slug)
    if found is not None:
        corpus = Corpus.objects.select_for_update().get(pk=found.pk)
        require_writable(corpus)
        return corpus, False
    validate_slug(slug)
    if slug in RESERVED_SLUGS:
        raise Refused("import.slug_reserved", slug=slug)
    return Corpus.objects.create(slug=slug, title=title), True


def begin_import(
    *,
    corpus: Corpus,
    is_new: bool,
    source: Source,
    importer: str,
    name: str,
    appends: bool = False,
    job: uuid.UUID | None = None,
    created_by: User | None = None,
    mapping: str = "",
    prepared: Import | None = None,
) -> Import:
    """Record an import with its codebook; called in the transaction of `corpus_for_import`.

    Args:
        corpus: locked.
        is_new: whether the corpus was created for this import.
        source: an importer's result.
        importer: its name.
        name: of the file or folder, for people.
        appends: whether the corpus may have dialogues already.
        job: public id of the job that imports.
        created_by: the person who acts.
        mapping: of a table, as YAML.
        prepared: the row of an uploaded table, which becomes this import.

    Raises:
        Refused: `import.not_empty`, `import.busy`, `import.no_codebook`, `import.rater_taken`.
    """
    if Import.objects.filter(corpus=corpus, state__in=UNFINISHED).exists():
        raise Refused("import.busy", corpus=corpus.slug)
    is_empty = not Dialogue.objects.filter(corpus=corpus).exists()
    slugs = [rater.slug for rater in source.raters]
    taken = Rater.objects.filter(corpus=corpus, slug__in=slugs)
    if not appends and (not is_empty or taken.exists()):
        raise Refused("import.not_empty", corpus=corpus.slug)
    if other := taken.exclude(kind=Rater.Kind.SOURCE).order_by("slug").first():
        raise Refused("import.rater_taken", rater=other.slug)
    created = _codebook(corpus, source, is_empty=is_empty, created_by=created_by)
    if source.raters and corpus.codebook is None:
        raise Refused("import.no_codebook", corpus=corpus.slug)
    created |= {
        "corpus": is_new,
        "is_prepared": prepared is not None,
        "is_empty": is_empty,
        "raters": [],
        "series": [],
        "episodes": [],
        "speakers_after": Speaker.with_merged.aggregate(last=Max("pk"))["last"] or 0,
    }
    imported = prepared or Import(corpus=corpus, created_by=created_by, mapping=mapping)
    imported.importer, imported.name, imported.job, imported.created = importer, name[:255], job, created
    imported.state, imported.counts, imported.remarks = Import.State.WRITING, {}, {}
    imported.save()
    imported.corpus = corpus
    return imported


def publish_import(
    *,
    imported: Import,
    source: Source,
    managers: list[User],
    fence: Callable[[], AbstractContextManager[object]],
    on_published: Callable[[Import], None],
) -> None:
    """Make the dialogues of an import visible.

    Args:
        imported: all of its dialogues are written.
        source: read to its end.
        managers: members of a corpus that was created for the import.
        fence: opens a transaction, if this attempt may still write.
        on_published: called in the last transaction.
    """
    hidden = Dialogue.objects.filter(imported_by=imported, state=Dialogue.State.HIDDEN)
    change_states(hidden, Dialogue.State.READY, fence=fence, before=lambda: _is_being_published(imported))
    with fence():
        hidden.update(state=Dialogue.State.READY)
        counts = source.counts
        imported.counts = {
            "dialogues": counts.dialogues,
            "utterances": counts.utterances,
            "speakers": counts.speakers,
        }
        imported.remarks = source.remarks.counts()
        imported.state, imported.published_at = Import.State.PUBLISHED, timezone.now()
        imported.save(update_fields=["counts", "remarks", "state", "published_at"])
        if imported.created["corpus"]:
            for manager in managers:
                add_member(corpus=imported.corpus, user=manager, roles=[Membership.Role.MANAGER])
        on_published(imported)
    forget_counts(imported.corpus_id)


def change_states(
    dialogues: QuerySet[Dialogue],
    state: str,
    *,
    fence: Callable[[], AbstractContextManager[object]],
    before: Callable[[], object] = lambda: None,
) -> None:
    """Change the state of all but the last dialogues on SQLite, if all at once would hold up others for too long.

    Args:
        dialogues: that have another state; the caller changes the last ones in a transaction of its own.
        state: the new one.
        fence: opens a transaction.
        before: called in the first transaction, if there are several.
    """
    if connection.vendor == "postgresql" or not _takes_long(dialogues, state, fence):
        return
    begun = False
    while True:
        keys = list(dialogues.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
        if len(keys) <= AT_ONCE:
            return
        with fence():
            if not begun:
                before()
                begun = True
            dialogues.filter(pk__lte=keys[-2]).update(state=state)


def _takes_long(dialogues: QuerySet[Dialogue], state: str, fence: Callable[[], AbstractContextManager[object]]) -> bool:
    """Return whether a change of all states takes too long, by a trial of a few that is rolled back."""
    count = dialogues.count()
    if count <= AT_ONCE:
        return False
    keys = list(dialogues.order_by("pk").values_list("pk", flat=True)[:TRIAL])
    with fence():
        began = time.monotonic()
        dialogues.filter(pk__lte=keys[-1]).update(state=state)
        seconds = time.monotonic() - began
        transaction.set_rollback(True)
    return seconds * count / len(keys) > LONGEST_SECONDS


def _is_being_published(imported: Import) -> None:
    imported.state = Import.State.PUBLISHING
    imported.save(update_fields=["state"])


def discard_import(*, imported: Import, to: str = "") -> None:
    """Remove the rows of an import that is not published, and all that came with it.

    Killed in between, the rest is still hidden, and a second call continues.

    Args:
        imported: being written or undone.
        to: the state that the import keeps; "" removes its row.
    """
    corpus = Corpus.objects.get(pk=imported.corpus_id)
    made = imported.created
    clips = list(MediaFile.objects.filter(clips__utterance__dialogue__imported_by=imported).distinct())
    for _deleted in Removal(Import, imported.pk).chunks(corpus):
        pass
    if made.get("corpus"):
        _remove_corpus(corpus)
        return
    episodes = Q(series__in=made.get("series", ())) | Q(pk__in=made.get("episodes", ()))
    with deletion_permit(corpus):
        used = [
            key
            for row in Episode.objects.filter(episodes).values_list("source", "playable", "peaks", "marks")
            for key in row
        ]
        files = clips + list(MediaFile.objects.filter(pk__in=[key for key in used if key]))
        for key in made.get("episodes", ()):
            if not Dialogue.objects.filter(episode=key).exists():
                Removal(Episode, key).all_at_once()
        for key in made.get("series", ()):
            if not Dialogue.objects.filter(series=key).exists():
                Removal(Series, key).all_at_once()
        Speaker.objects.filter(
            pk__gt=made.get("speakers_after", 0), series__corpus=corpus, utterances__isnull=True
        ).delete()
        Rater.objects.filter(pk__in=made.get("raters", ()), annotations__isnull=True).delete()
        _take_codebook_back(corpus, made)
        drop_unused(files)
        if to:
            imported.state = to
            imported.save(update_fields=["state"])
        else:
            imported.delete()


def discard_unpublished(*, job: uuid.UUID) -> None:
    """Discard the import that an earlier attempt of a job left behind."""
    for imported in Import.objects.filter(job=job, state=Import.State.WRITING).select_related("corpus"):
        discard_import(imported=imported, to=Import.State.PREPARED if imported.created.get("is_prepared") else "")


def _codebook(corpus: Corpus, source: Source, *, is_empty: bool, created_by: User | None) -> dict[str, Any]:
    """Put the codebook of a source in use in a corpus without dialogues; return what `discard_import` takes back."""
    made: dict[str, Any] = {"codebook_before": corpus.codebook_id, "guideline_before": corpus.guideline_id}
    if not is_empty or not (source.codebook or source.codebook_yaml):
        return made
    newest = CodebookVersion.objects.filter(corpus=corpus).aggregate(last=Max("pk"))["last"] or 0
    if source.codebook:
        version = adopt(corpus=corpus, name=source.codebook, created_by=created_by)  # no other codebook is in use
    else:
        text = source.codebook_yaml
        same = CodebookVersion.objects.filter(corpus=corpus, source=text).first()
        version = same or add_codebook_version(corpus=corpus, yaml_text=text, created_by=created_by)
        use_codebook(corpus=corpus, codebook=version)
    return made | ({"codebook": version.pk} if version.pk > newest else {}) | {"codebook_used": version.pk}


def _take_codebook_back(corpus: Corpus, made: dict[str, Any]) -> None:
    if "codebook_used" not in made or Dialogue.objects.filter(corpus=corpus).exists():
        return
    if corpus.codebook_id == made["codebook_used"]:  # nobody chose another one since
        came_with_it = GuidelineVersion.objects.filter(corpus=corpus, pk=corpus.guideline_id or 0)
        guideline = came_with_it.first() if made["guideline_before"] is None else None
        Corpus.objects.filter(pk=corpus.pk).update(codebook=made["codebook_before"])
        if guideline is not None:
            Corpus.objects.filter(pk=corpus.pk).update(guideline=None)
            Removal(GuidelineVersion, guideline.pk).all_at_once()
        if "codebook" in made:
            Removal(CodebookVersion, made["codebook"]).all_at_once()


def _remove_corpus(corpus: Corpus) -> None:
    files = list(MediaFile.objects.filter(corpus=corpus))
    with deletion_permit(corpus):
        Corpus.objects.filter(pk=corpus.pk).update(codebook=None, guideline=None)
        Removal(Corpus, corpus.pk).all_at_once()
    for file in files:
        transaction.on_commit(lambda path=file.path: path.unlink(missing_ok=True))  # type: ignore[misc]
