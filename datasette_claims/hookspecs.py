"""Our own hooks, so that another package can add importers, exporters and extractors.

A package implements them like any Datasette hook, with ``from datasette import hookimpl``:

.. code-block:: python

    @hookimpl
    def claims_importers():
        return [MyFormat()]
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pluggy import HookspecMarker

if TYPE_CHECKING:
    from .extraction import Document, Draft

hookspec = HookspecMarker("datasette")


class Importer(Protocol):
    """Reads a foreign format. ``name`` is how the command line names it, ``suffixes`` the file names it is offered."""

    name: str
    label: str
    suffixes: Sequence[str]

    def read(self, source: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """(table, row) in any order; rows are validated like those of a data package before anything is written.

        Raises ValueError with file, line and remedy where the source cannot be read.
        """


class Exporter(Protocol):
    """Writes a foreign format. ``name`` is how the command line names it, ``media_type`` how a page serves it."""

    name: str
    label: str
    suffix: str
    media_type: str

    def write(self, conn: sqlite3.Connection, tables: Iterable[str]) -> Iterator[bytes]:
        """The export in pieces, from a connection for reading; only of ``tables``, which the viewer may see."""


class Extractor(Protocol):
    """An engine that finds who says what. ``name`` is how the command line names it, ``label`` how pages name it.

    ``languages`` are the BCP 47 tags that it reads, "*" for any. An engine that takes a model has a method
    ``with_model(name)``, which returns the engine with that model.
    """

    name: str
    label: str
    languages: Sequence[str]

    def extract(self, document: Document) -> Draft:
        """What the document reports; offsets count Unicode code points of its text, from 0.

        Every span is checked against the text before anything is stored. Raises ValueError, saying what is wrong.
        """


@hookspec
def claims_importers() -> list[Importer]:  # type: ignore[empty-body]
    """Return importers of further formats."""


@hookspec
def claims_exporters() -> list[Exporter]:  # type: ignore[empty-body]
    """Return exporters to further formats."""


@hookspec
def claims_extractors() -> list[Extractor]:  # type: ignore[empty-body]
    """Return engines of extraction, such as for further languages or kinds of text."""


Named = TypeVar("Named", Importer, Exporter, Extractor)


def importers() -> dict[str, Importer]:
    """Every importer that a plugin adds, by name. Raises ValueError where two have the same name."""
    return _by_name(_hooks().claims_importers())


def exporters() -> dict[str, Exporter]:
    """Every exporter that a plugin adds, by name. Raises ValueError where two have the same name."""
    return _by_name(_hooks().claims_exporters())


def extractors() -> dict[str, Extractor]:
    """Every engine of extraction, ours among them, by name. Raises ValueError where two have the same name."""
    return _by_name(_hooks().claims_extractors())


def _hooks() -> Any:
    """The hooks of Datasette's plugin manager, with ours among them."""
    import sys

    from datasette.plugins import pm

    known = getattr(pm.hook, "claims_importers", None)
    if known is None or not known.has_spec():
        pm.add_hookspecs(sys.modules[__name__])
    return pm.hook


def _by_name(lists: Iterable[Iterable[Named]]) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for each in (item for items in lists for item in items):
        if each.name in found:
            raise ValueError(f"two plugins add something named {each.name!r}; uninstall one of them")
        found[each.name] = each
    return found
