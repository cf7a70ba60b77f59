"""The importers that `manage.py import_corpus` and the import page offer."""

from pathlib import Path

from common.registry import Registry
from corpus.importers.base import Importer
from corpus.importers.cmma.reader import CmmaImporter
from corpus.importers.concord.reader import ConcordImporter
from corpus.importers.cped.reader import CpedImporter
from corpus.importers.doccano.reader import DoccanoImporter
from corpus.importers.eaf.reader import EafImporter
from corpus.importers.emotionlines.reader import EmotionLinesImporter
from corpus.importers.label_studio.reader import LabelStudioImporter
from corpus.importers.lewidi.reader import LewidiImporter
from corpus.importers.m3ed.reader import M3edImporter
from corpus.importers.meld.reader import MeldImporter
from corpus.importers.mustard.reader import MustardImporter

IMPORTERS: Registry[Importer] = Registry("importer")
for _importer in (
    CmmaImporter(),
    MeldImporter(),
    EmotionLinesImporter(),
    MustardImporter(),
    M3edImporter(),
    CpedImporter(),
    LewidiImporter(),
    LabelStudioImporter(),
    EafImporter(),
    DoccanoImporter(),
    ConcordImporter(),
):
    IMPORTERS.register(_importer)


def recognised(folder: Path) -> str:
    """Return the name of the importer that recognises the files of a folder; "" if none does."""
    return next((importer.name for importer in IMPORTERS if importer.recognises(folder)), "")
