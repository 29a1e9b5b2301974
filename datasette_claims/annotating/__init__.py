"""Annotating: what a person does to the record -> the rows to change.

Each act reads the rows that it needs on a connection and returns a list of ``Change``, which ``loading.apply_changes``
makes in one transaction as one action. Nothing is written here. What cannot be done is a ``LoadError`` whose problems
name the field of the form (``Problem.column``), the value, what is wrong and what to do.
"""

from __future__ import annotations

from .acts import Act, By, Gathered
from .borders import move_borders
from .creating import annotate
from .deleting import delete, dependants
from .editing import add_row, edit
from .merging import MERGEABLE, merge
from .places import Passage, Place, Source, open_source
from .restoring import restore
from .splitting import split

__all__ = [
    "MERGEABLE",
    "Act",
    "By",
    "Gathered",
    "Passage",
    "Place",
    "Source",
    "add_row",
    "annotate",
    "delete",
    "dependants",
    "edit",
    "merge",
    "move_borders",
    "open_source",
    "restore",
    "split",
]
