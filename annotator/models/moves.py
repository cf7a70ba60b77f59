"""Assignments whose codebook version a move of answers changed."""

from __future__ import annotations

from django.db import models

from annotator.models.assignments import Assignment
from corpus.models import AnswerMove


class MovedAssignment(models.Model):
    """A change that a move made to one assignment, kept so that it can be undone."""

    move = models.ForeignKey(AnswerMove, on_delete=models.CASCADE, related_name="assignments", db_index=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="moves")
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="end of a finished one that was reopened, so that answers are given again"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["move", "assignment"], name="one_assignment_per_move")]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.move}"
