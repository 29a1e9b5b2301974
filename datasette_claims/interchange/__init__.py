"""Formats in and out, one module a format."""

from __future__ import annotations

from . import brat, claimreview_reading, followthemoney, hypothesis, popolo_reading, webannotation_reading
from .importing import FileImporter

IMPORTERS: tuple[FileImporter, ...] = tuple(
    module.IMPORTER
    for module in (brat, webannotation_reading, hypothesis, claimreview_reading, popolo_reading, followthemoney)
)
"""The importers of our own, for the hook ``claims_importers``."""
