"""An example of a plugin for this plugin: it teaches ``datasette claims`` to read and write a format.

The format, “who: what”, is made up: a text file with one statement a line, the speaker's name before a colon. A
package of your own holds the same classes and functions and names its module in the entry point group ``datasette``:

.. code-block:: ini

    [options.entry_points]
    datasette =
        who-what = my_package.who_what
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from datasette import hookimpl


class WhoWhatImporter:
    """Reads the format. Rows are checked by the loader, so it need not check references or words."""

    name = "who-what"
    label = "Who: what"
    suffixes = (".who",)

    def read(self, source: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """A document, and an actor and a statement for each line."""
        document = source.stem
        yield "documents", {"id": document, "title": document}
        actors: set[str] = set()
        for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
            who, colon, what = line.partition(": ")
            if not colon:
                raise ValueError(f"{source.name}:{number}: there is no “: ” in “{line}”; write “who: what”")
            actor = re.sub(r"[^a-z0-9]+", "-", who.lower()).strip("-")
            if actor not in actors:
                yield "actors", {"id": actor, "name": who, "kind": "person"}
                actors.add(actor)
            row = {"id": f"{document}-{number}", "speaker": actor, "content": what, "document": document}
            yield "statements", {**row, "kind": "utterance", "report_type": "indirect"}


class WhoWhatExporter:
    """Writes the format. ``tables`` are those that may be read; it writes nothing if one that it needs is missing."""

    name = "who-what"
    label = "Who: what"
    suffix = ".who"
    media_type = "text/plain; charset=utf-8"

    def write(self, conn: sqlite3.Connection, tables: Iterable[str]) -> Iterator[bytes]:
        """A line for each statement with a speaker."""
        if not {"actors", "statements"} <= set(tables):
            return
        sql = (
            "SELECT actors.name, statements.content FROM statements JOIN actors ON actors.id = statements.speaker "
            "WHERE statements.content IS NOT NULL ORDER BY statements.id"
        )
        for who, what in conn.execute(sql):
            yield f"{who}: {' '.join(what.split())}\n".encode()


@hookimpl
def claims_importers() -> list[WhoWhatImporter]:
    """Our hook for reading."""
    return [WhoWhatImporter()]


@hookimpl
def claims_exporters() -> list[WhoWhatExporter]:
    """Our hook for writing."""
    return [WhoWhatExporter()]
