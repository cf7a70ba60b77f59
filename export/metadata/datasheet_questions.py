"""The questions about a corpus that no record answers: of Datasheets for Datasets, CrowdWorkSheets and Croissant RAI.

A manager answers them once; every later release contains the answers. The texts of the datasheet are English; the page
shows their translations.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True, slots=True)
class DatasheetQuestion:
    """A question for people.

    Attributes:
        slug: key of the stored answer; never changes.
        section: heading of the datasheet.
        text: the question, in English.
        croissant: property of `croissant.json` that gets the answer, or "".
        is_required: whether reviewers of NeurIPS ask for it.
        is_of_sources: whether only the published labels of a source raise it.
    """

    slug: str
    section: str
    text: str
    croissant: str = ""
    is_required: bool = False
    is_of_sources: bool = False


QUESTIONS = (
    DatasheetQuestion("purpose", "Motivation", _("For what purpose was the corpus created?")),
    DatasheetQuestion(
        "creators", "Motivation", _("Who created it, and on behalf of whom?"), "creator", is_required=True
    ),
    DatasheetQuestion("funding", "Motivation", _("Who funded it?")),
    DatasheetQuestion(
        "selection", "Composition", _("How were series, episodes and dialogues selected?"), "rai:dataCollection"
    ),
    DatasheetQuestion(
        "limitations", "Composition", _("What are its limitations?"), "rai:dataLimitations", is_required=True
    ),
    DatasheetQuestion("biases", "Composition", _("Which biases does it have?"), "rai:dataBiases", is_required=True),
    DatasheetQuestion(
        "sensitive",
        "Composition",
        _("Does it contain personal or sensitive information?"),
        "rai:personalSensitiveInformation",
        is_required=True,
    ),
    DatasheetQuestion(
        "synthetic",
        "Composition",
        _("Is any of it synthetic (generated text, sound, picture or labels)?"),
        is_required=True,
    ),
    DatasheetQuestion("rights", "Collection", _("On which legal ground were recordings and subtitles collected?")),
    DatasheetQuestion(
        "ethics", "Collection", _("Was there a review by an ethics board? Which one, and with what result?")
    ),
    DatasheetQuestion("annotators", "Annotation", _("Who were the annotators, and how were they found and selected?")),
    DatasheetQuestion(
        "pay", "Annotation", _("How were they paid, and how does that compare with the local minimum wage?")
    ),
    DatasheetQuestion("training", "Annotation", _("How were they trained?")),
    DatasheetQuestion(
        "source_labels",
        "Annotation",
        _(
            "How were the published labels made: by how many annotators, with which instructions and consent, and how "
            "were their answers combined?"
        ),
        is_of_sources=True,
    ),
    DatasheetQuestion("uses", "Uses", _("What may it be used for?"), "rai:dataUseCases", is_required=True),
    DatasheetQuestion("misuses", "Uses", _("What should it not be used for?")),
    DatasheetQuestion(
        "impact", "Uses", _("Which effects on society can it have?"), "rai:dataSocialImpact", is_required=True
    ),
    DatasheetQuestion(
        "licence", "Distribution", _("Under which licence are the labels released?"), "license", is_required=True
    ),
    DatasheetQuestion("address", "Distribution", _("At which address will it be found?"), "url", is_required=True),
    DatasheetQuestion("citation", "Distribution", _("Which work should be cited?")),
    DatasheetQuestion("contact", "Maintenance", _("Who maintains it, and how can they be reached?")),
)


def questions_for(*, has_source_labels: bool) -> list[DatasheetQuestion]:
    """Return the questions of a corpus; `has_source_labels`: it has published labels of a source."""
    return [question for question in QUESTIONS if has_source_labels or not question.is_of_sources]


UNANSWERED = "Not answered yet."
