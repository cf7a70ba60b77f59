"""The importers that `manage.py import_corpus` offers."""

from common.registry import Registry
from corpus.importers.base import Importer
from corpus.importers.cmma.reader import CmmaImporter

IMPORTERS: Registry[Importer] = Registry("importer")
IMPORTERS.register(CmmaImporter())
