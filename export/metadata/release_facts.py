"""The facts that the documents of a release are made of: its manifest, its columns, and the answers of its managers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from export.metadata.datasheet_questions import UNANSWERED
from export.metadata.review_flags import Flag, flags_of
from export.rows.columns import Table


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """Facts that a release states about itself.

    Attributes:
        manifest: without the files of the documents.
        table: the columns.
        title: of the corpus.
        name: of the release; "" for one that is not stored.
        date: day of the newest answer, so that the same state of the corpus gives the same bytes.
        languages: codes of the languages of the texts.
        versions: `codebooks` and `guidelines`, the numbers of the versions that answers were given under.
        answers: slug of a datasheet question -> answer.
    """

    manifest: Mapping[str, Any]
    table: Table
    title: str
    name: str
    date: str
    languages: tuple[str, ...]
    versions: Mapping[str, list[int]]
    answers: Mapping[str, str]

    def answer(self, slug: str) -> str:
        """Return the answer to a datasheet question, or a sentence that there is none yet."""
        return self.answers.get(slug, "").strip() or UNANSWERED

    @property
    def rows(self) -> int:
        """Number of utterances."""
        return sum(split["rows"] for split in self.manifest["splits"].values())

    @property
    def dialogues(self) -> int:
        """Number of dialogues."""
        return sum(split["dialogues"] for split in self.manifest["splits"].values())

    @property
    def licences(self) -> dict[str, int]:
        """Licence -> number of dialogues; "" for those without one."""
        found: dict[str, int] = {}
        for source in self.manifest["sources"]:
            found[source["licence"]] = found.get(source["licence"], 0) + source["dialogues"]
        return found

    @property
    def data_files(self) -> dict[str, str]:
        """Split -> the file that loaders read: Parquet if the release has it, else JSON lines.

        Splits without rows are not listed: `datasets` refuses a folder with one.
        """
        files = self.manifest["files"]
        return {
            split: f"{split}.parquet" if f"{split}.parquet" in files else f"{split}.jsonl"
            for split, about in self.manifest["splits"].items()
            if about["rows"]
        }

    def alpha(self, slug: str) -> dict[str, Any] | None:
        """Return Krippendorff's alpha of a question with its interval, None if it was not computed."""
        for question in self.manifest["agreement"]["questions"]:
            if question["slug"] == slug and question["alpha"].get("value") is not None:
                return dict(question["alpha"])
        return None

    def flags(self) -> list[Flag]:
        """Return what reviewers would flag."""
        return flags_of(self.manifest, self.answers)
