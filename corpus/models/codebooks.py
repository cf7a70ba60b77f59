"""Versions of codebooks and guidelines; append-only."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import models
from django.utils import timezone

from corpus.models.append_only import AppendOnlyModel
from corpus.models.corpora import Corpus

if TYPE_CHECKING:
    from corpus.rules.codebook import Codebook, CodeLayout

MOST_CACHED = 256  # codebook versions in a process's cache


class _Cached(NamedTuple):
    document: dict[str, Any]
    rules: Codebook
    layout: CodeLayout


_CACHE: dict[uuid.UUID, _Cached] = {}


class CodebookField(models.JSONField):
    """A codebook's document. Conditions that were stored before their size was limited are read as shorter trees.

    Python reads and writes JSON by recursion, and a condition of n comparisons is n lists deep: within a request, a
    document with hundreds of them could be neither read nor sent to the page.
    """

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return the document; a thread of its own has all of Python's stack left."""
        read = partial(super().from_db_value, value, expression, connection)
        try:
            document = read()
        except RecursionError:
            with ThreadPoolExecutor(1) as thread:
                document = thread.submit(read).result()
        return _with_bounded_conditions(document)

    def deconstruct(self) -> Any:
        """Return a plain JSONField: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


def _with_bounded_conditions(document: Any) -> Any:
    from corpus.rules.codebook.conditions import MAX_TREE_DEPTH, depth, flattened

    if isinstance(document, dict):
        for each in (*document.get("links", ()), *document.get("expectations", ())):
            for part in ("condition", "consequence"):
                if part in each and depth(each[part]) > MAX_TREE_DEPTH:
                    each[part] = flattened(each[part])
    return document


class CodebookVersion(AppendOnlyModel):
    """A checked codebook: its YAML, and the document from which everything else derives."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="codebooks")
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    source = models.TextField(help_text="the YAML as it was uploaded")
    document = CodebookField(help_text="the parsed form, see corpus.rules.codebook.as_document")
    sha256 = models.CharField(max_length=64, help_text="of the source")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["corpus", "version"]
        constraints = [
            models.UniqueConstraint(fields=["corpus", "version"], name="one_codebook_per_version"),
            models.UniqueConstraint(fields=["corpus", "sha256"], name="one_codebook_per_content"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    def rules(self) -> Codebook:
        """Return the codebook as the objects that check and settle answers."""
        return self._cached().rules

    def layout(self) -> CodeLayout:
        """Return the layout of the codes of answers under this version."""
        return self._cached().layout

    def cached_document(self) -> dict[str, Any]:
        """Return the document without a query even if the field is deferred; shared, so it must not be modified."""
        return self._cached().document

    def _cached(self) -> _Cached:
        """Return the parsed version from the process's cache; a version never changes."""
        from corpus.rules.codebook import CodeLayout, from_document

        if self.public_id not in _CACHE:
            if len(_CACHE) >= MOST_CACHED:
                _CACHE.clear()
            rules = from_document(self.document)
            _CACHE[self.public_id] = _Cached(self.document, rules, CodeLayout(rules))
        return _CACHE[self.public_id]


class GuidelineVersion(AppendOnlyModel):
    """The text that explains the tasks to annotators, in each language."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    corpus = models.ForeignKey(Corpus, on_delete=models.CASCADE, related_name="guidelines")
    version = models.PositiveIntegerField()
    texts = models.JSONField(help_text="language code of the codebook's texts (zh, en) -> Markdown")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["corpus", "version"]
        constraints = [models.UniqueConstraint(fields=["corpus", "version"], name="one_guideline_per_version")]

    def __str__(self) -> str:
        return f"guideline v{self.version}"
