"""The sentences of this app's refusals."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "corpus.may_not_create": _("You may not create corpora; ask whoever runs this server."),
        "corpus.slug_taken": _("Another corpus already has the short name %(slug)s."),
        "corpus.gaps_out_of_range": _(
            "The gap within a turn must not be longer than the silence between dialogues, "
            "and neither longer than %(longest)s ms."
        ),
    }
)
