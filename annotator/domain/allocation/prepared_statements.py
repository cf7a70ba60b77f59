"""What claiming, labelling and finishing ask of the database each time, prepared (see common/database/prepared.py)."""

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet

from annotator.models import Assignment, Slot
from common.database.prepared import Parameter, PreparedInsert, PreparedSelect, PreparedUpdate
from corpus.models import Annotation, Dialogue, Membership, Rater, Utterance

PK = models.BigAutoField()

# --- who asks ----------------------------------------------------------------------------------------------
MEMBER = PreparedSelect(
    lambda: Membership.objects.select_related("rater").filter(
        corpus__slug=Parameter("slug", models.SlugField()),
        user=Parameter("user", PK),
        is_active=True,
        user__is_active=True,
    )
)


def _own() -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        public_id=Parameter("public_id", models.UUIDField()),
        rater__membership__user=Parameter("user", PK),
        rater__membership__is_active=True,
        rater__membership__role=Membership.Role.ANNOTATOR,
    )


OWN = PreparedSelect(_own)

# --- claim -------------------------------------------------------------------------------------------------
RATER = PreparedSelect(
    lambda: (
        Rater.objects.select_related("corpus__codebook", "corpus__guideline", "corpus__calibration", "membership")
        .defer("corpus__codebook__source", "corpus__codebook__document", "corpus__guideline__texts")
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=Parameter("pk", PK))
    )
)
IN_HAND = PreparedSelect(
    lambda: Assignment.objects.filter(
        rater=Parameter("rater", PK), state=Assignment.State.OPEN, dialogue__state=Dialogue.State.READY
    ).order_by("claimed_at")[:1]
)
TAKEN = PreparedUpdate(lambda: Slot.objects.filter(pk=Parameter("pk", PK)), "state", "token")
ASSIGNMENT = PreparedInsert(Assignment)

# --- label -------------------------------------------------------------------------------------------------


def _held(found: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return (
        found.select_related("rater", "codebook", "guideline")
        .defer("codebook__source", "codebook__document", "guideline__texts")  # long, and seldom looked at
        .select_for_update(of=("self",), no_key=True)
    )


HELD = PreparedSelect(lambda: _held(Assignment.objects.filter(pk=Parameter("pk", PK))))
OWN_HELD = PreparedSelect(lambda: _held(_own()))
UTTERANCE = PreparedSelect(
    lambda: (
        Utterance.objects.select_related("dialogue")
        .only("dialogue__corpus_id", "version")
        .filter(public_id=Parameter("utterance", models.UUIDField()), dialogue=Parameter("dialogue", PK))
    )
)

# --- finish ------------------------------------------------------------------------------------------------
SLOT = PreparedSelect(lambda: Slot.objects.select_for_update(no_key=True).filter(pk=Parameter("pk", PK)))
LEFT = PreparedSelect(
    lambda: (
        Utterance.objects.filter(dialogue=Parameter("dialogue", PK))
        .exclude(
            Exists(
                Annotation.objects.filter(
                    utterance=OuterRef("pk"),
                    rater=Parameter("rater", PK),
                    purpose=Parameter("purpose", models.CharField()),
                    answers__isnull=False,
                )
            )
        )
        .values_list("pk")
    )
)
FINISHED = PreparedUpdate(lambda: Slot.objects.filter(pk=Parameter("pk", PK)), "state")
ENDED = PreparedUpdate(lambda: Assignment.objects.filter(pk=Parameter("pk", PK)), "state", "ended_at")
