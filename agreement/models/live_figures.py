"""Live figures: the agreement of the answers handed in so far, brought up to date while annotators work."""

from __future__ import annotations

from django.db import models

from corpus.models import CodebookVersion, Corpus


class LiveFigures(models.Model):
    """The newest alpha of every question of a corpus; it is no report, and the next one replaces it."""

    corpus = models.OneToOneField(Corpus, on_delete=models.CASCADE, related_name="live_figures")
    codebook = models.ForeignKey(CodebookVersion, on_delete=models.CASCADE, related_name="+", db_index=False)
    figures = models.JSONField(help_text="as `domain.report_figures.alpha_figures` returns them")
    annotations = models.PositiveIntegerField(help_text="that were read")
    newest = models.DateTimeField(help_text="when the newest dialogue that was read was handed in")
    recent = models.PositiveIntegerField(help_text="dialogues that were handed in within the minute before, and read")
    computed_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField(help_text="of a processor")

    class Meta:
        verbose_name_plural = "live figures"

    def __str__(self) -> str:
        return f"{self.corpus} {self.computed_at:%Y-%m-%d %H:%M:%S}"
