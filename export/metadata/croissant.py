"""croissant.json: the release in the vocabulary of MLCommons Croissant 1.1, with its RAI fields."""

from __future__ import annotations

import json
from typing import Any

from export.metadata import passages
from export.metadata.datasheet_questions import QUESTIONS
from export.metadata.release_facts import ReleaseFacts
from export.rows.columns import PLAIN_FIELDS, Field, answer_field

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
TYPES = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float"}


def croissant(facts: ReleaseFacts) -> str:
    """Return the document: a record set per split, read from its JSON lines."""
    files = facts.manifest["files"]
    splits = [split for split in facts.manifest["splits"] if facts.manifest["splits"][split]["rows"]]
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": facts.manifest["corpus"],
        "description": f"{facts.title}: {passages.size(facts)} {facts.answers.get('purpose', '')}".strip(),
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "creator": {
            "@type": "sc:Organization",
            "name": facts.answers.get("creators") or f"The creators of {facts.title}",
        },
        "datePublished": facts.date,
        "inLanguage": list(facts.languages),
        "license": facts.answers.get("licence") or "not stated",
        "url": facts.answers.get("address") or "not stated",
        "version": _version(facts.name),
        "citeAs": facts.answers.get("citation") or facts.title,
        "isLiveDataset": False,
        **{each.croissant: facts.answer(each.slug) for each in QUESTIONS if each.croissant.startswith("rai:")},
        "rai:hasSyntheticData": facts.answer("synthetic"),
        "rai:dataAnnotationProtocol": _protocol(facts),
        "rai:dataAnnotationAnalysis": _analysis(facts),
        "prov:wasDerivedFrom": [
            {
                "@type": "prov:Entity",
                "name": f"{source['series']} {source['episode']}".strip(),
                "license": source["licence"] or "not stated",
            }
            for source in facts.manifest["sources"]
        ],
        "prov:wasGeneratedBy": {
            "@type": "prov:Activity",
            "name": f"Concord {facts.manifest['concord']}, annotation and release",
        },
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": f"{split}.jsonl",
                "name": f"{split}.jsonl",
                "contentUrl": f"{split}.jsonl",
                "encodingFormat": "application/jsonlines",
                "sha256": files[f"{split}.jsonl"]["sha256"],
                "contentSize": f"{files[f'{split}.jsonl']['bytes']} B",
            }
            for split in splits
        ],
        "recordSet": [_records(facts, split) for split in splits],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _records(facts: ReleaseFacts, split: str) -> dict[str, Any]:
    fields = [
        _field(split, field.name, field.description, TYPES[field.kind], {"column": field.name})
        for field in PLAIN_FIELDS
    ]
    for question in facts.table.questions:
        label = answer_field(question, "label", f"The label of {question.slug}.")
        parts = (
            label,
            Field("state", "string", f"Whether {question.slug} has a label."),
            Field("source", "string", f"How the label of {question.slug} came about, or why it is missing."),
        )
        for part in parts:
            kind = TYPES[part.fields[0].kind if part.kind == "list" else part.kind]
            entry = _field(split, f"{question.slug}_{part.name}", part.description, kind, {"column": "labels"})
            entry["source"]["transform"] = {"jsonPath": f"$.{question.slug}.{part.name}"}
            if part.kind == "list":
                entry |= {"isArray": True, "arrayShape": "-1"}
            fields.append(entry)
    return {"@type": "cr:RecordSet", "@id": split, "name": split, "field": fields}


def _field(split: str, name: str, description: str, kind: str, extract: dict[str, str]) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{split}/{name}",
        "name": name,
        "description": description,
        "dataType": kind,
        "source": {"fileObject": {"@id": f"{split}.jsonl"}, "extract": extract},
    }


def _version(name: str) -> str:
    digits = "".join(sign if sign.isdecimal() or sign == "." else "" for sign in name).strip(".")
    parts = [part for part in digits.split(".") if part][:3]
    return ".".join([*parts, "0", "0", "0"][:3]) if parts else "0.0.0"


def _protocol(facts: ReleaseFacts) -> str:
    versions, questions = facts.versions, ", ".join(facts.table.slugs)
    return (
        f"{len(facts.manifest['raters'])} listed raters answered {questions} per utterance, in "
        f"context; codebook versions {versions['codebooks']}, guideline versions {versions['guidelines']}. Labels: "
        f"decisions of adjudicators, else {facts.manifest['consensus']['method']}."
    )


def _analysis(facts: ReleaseFacts) -> str:
    found = [
        f"{slug}: Krippendorff's alpha {alpha['value']:.3f}"
        for slug in facts.table.slugs
        if (alpha := facts.alpha(slug)) is not None
    ]
    return "; ".join(found) or "No agreement could be computed."
