"""The annotations that count in reports and releases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from annotator.models import Assignment
from corpus.models import Annotation, Dialogue, Purpose, Rater, Revision


def countable(raters: Iterable[Rater]) -> QuerySet[Annotation]:
    """Return the annotations of `raters` that count: committed, not withdrawn, and of a dialogue they finished.

    Annotations without an assignment (of a source or a model) always count. Annotations of pilots, retests, training,
    tests and gold never do, and neither do those of an excluded dialogue.
    """
    unfinished = _assignments().exclude(state=Assignment.State.DONE)
    return Annotation.objects.filter(
        ~Exists(unfinished),
        rater__in=list(raters),
        purpose=Purpose.MAIN,
        answers__isnull=False,
        utterance__dialogue__state=Dialogue.State.READY,
    )


def without_shortcuts(annotations: QuerySet[Annotation]) -> QuerySet[Annotation]:
    """Return the annotations whose first answers were given one by one; a single key for all of them biases them."""
    first = Coalesce(OuterRef("first_number"), OuterRef("number"))
    by_shortcut = Revision.objects.filter(annotation=OuterRef("pk"), number=first).exclude(shortcut="")
    return annotations.filter(~Exists(by_shortcut))


def counted(raters: Iterable[Rater], *, shortcuts: bool = True) -> QuerySet[Annotation]:
    """Return the annotations of `raters` that count, with or without those given by a shortcut."""
    return countable(raters) if shortcuts else without_shortcuts(countable(raters))


def changed_since(raters: Iterable[Rater], moment: datetime, *, shortcuts: bool = True) -> int:
    """Return the number of annotations whose first answers count now and did not at `moment`, or were different then.

    A later correction changes no first answers, so it does not count.
    """
    finished = _assignments().filter(ended_at__gt=moment)
    corrected = Revision.objects.filter(
        annotation=OuterRef("pk"), number=OuterRef("first_number"), created_at__lte=moment
    )
    changed = Q(updated_at__gt=moment) & ~Exists(corrected)
    return counted(raters, shortcuts=shortcuts).filter(changed | Exists(finished)).count()


def _assignments() -> QuerySet[Assignment]:
    """Return the assignments of the annotation in the enclosing query."""
    return Assignment.objects.filter(
        rater=OuterRef("rater"), dialogue=OuterRef("utterance__dialogue"), purpose=Purpose.MAIN
    )
